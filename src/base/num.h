/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdint.h>

#include "base/clock.h"
#include "base/util.h"

/* "12" or "0x1f", nothing else around it. -EINVAL: no number; -ERANGE: over MAX. */
_must_check_ int num_parse_uint(const char *s, uint64_t max, uint64_t *ret);

/* A decimal number, all of S, finite. -EINVAL, -ERANGE. */
_must_check_ int num_parse_double(const char *s, double *ret);

/* "1.5s", "300ms", "2min", "1h"; a bare number is seconds. Exact to the nanosecond. -EINVAL, -ERANGE. */
_must_check_ int num_parse_duration(const char *s, nsec_t *ret);

/* "500000", "100k", "83.333k", "1M": bit/s, at least 1, cut to a whole number. -EINVAL, -ERANGE. */
_must_check_ int num_parse_bitrate(const char *s, uint32_t *ret);

/* V in decimal, without a NUL; BUF has room for 20. Returns the length. */
size_t num_put_uint(char *buf, uint64_t v);

/*
 * The shortest decimal that reads back as V ("0.1", "-3", "1e+300", "nan", "inf").
 * SIZE at least 32. Returns the length.
 */
size_t num_put_double(char *buf, size_t size, double v);

/* Seconds with the fewest of 0..9 decimals that keep every digit of T ("1.5", "-2"). SIZE >= 32. */
size_t num_put_seconds(char *buf, size_t size, nsec_t t);
