/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>

/*
 * Bytes (1..4) of the UTF-8 character that S begins with; 0 when it is none: overlong, a
 * surrogate, over U+10FFFF, cut off at N, or a C1 control character (RFC 3629).
 */
size_t utf8_length(const char *s, size_t n);
