/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* XOR over N bytes: the check byte of K-bus and DS2 (kbus.md 1.2, 4.1). */
static inline uint8_t bytes_xor(const uint8_t *p, size_t n)
{
	uint8_t x = 0;

	for (size_t i = 0; i < n; i++)
		x ^= p[i];

	return x;
}
