/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "dbc/dbc.h"

#define VIN_TEXT_MAX 8	/* seven characters and a NUL */

/*
 * The last seven characters of the VIN as signal S carries them: 56 bits of ASCII
 * (can.md 1.2, 0x380), or 36 bits of two ASCII characters and five BCD digits (kbus.md
 * 2.5, 0x54). Anything unprintable becomes '?'.
 */
void vin_text(const struct dbc_signal *s, uint64_t raw, char *buf);
