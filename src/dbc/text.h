/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>

/* Bytes of the UTF-8 character at P (before END), 1..4; 0: none (RFC 3629, 4). */
size_t text_utf8(const char *p, const char *end);

/*
 * The bytes of a DBC string as UTF-8: what is UTF-8 stays, other bytes are taken as
 * Windows-1252. \" becomes ", CR LF becomes LF; bytes that are no character, and NUL,
 * become U+FFFD. TO has room for LEN bytes and two more for each that is NUL or not ASCII.
 * Returns the number written.
 */
size_t text_convert(char *to, const char *p, size_t len);

#define TEXT_QUOTE_MAX 48

/*
 * The first characters of the LEN bytes at P, quoted, with what cannot be seen as \x1f.
 * TO has room for TEXT_QUOTE_MAX bytes. Returns the length; no NUL.
 */
size_t text_quote(char *to, const char *p, size_t len);
