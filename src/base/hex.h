/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/util.h"

/* 0..15, or -1 when C is no hexadecimal digit. */
int hex_digit(char c);

/*
 * Parse LEN characters like "22 F1.90" (bytes of two digits; spaces and dots between
 * bytes are skipped). Returns the number of bytes; -EINVAL; -EMSGSIZE over SIZE.
 */
_must_check_ ssize_t hex_parse(const char *s, size_t len, uint8_t *buf, size_t size);

/* Write N bytes as 2 * N upper-case digits, without a NUL. Returns the end. */
char *hex_put(char *p, const uint8_t *bytes, size_t n);
