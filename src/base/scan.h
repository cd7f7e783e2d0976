/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

/* Reading one line of text from left to right. Nothing here reads past END. */
struct scan {
	const char *begin, *p, *end;
};

static inline struct scan scan_init(const char *s, size_t len)
{
	return (struct scan){ s, s, s + len };
}

static inline bool scan_at_end(const struct scan *s)
{
	return s->p == s->end;
}

/* Where the position is, counted from 1. */
static inline size_t scan_column(const struct scan *s)
{
	return (size_t)(s->p - s->begin) + 1;
}

static inline bool scan_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Take C when it is next. */
static inline bool scan_char(struct scan *s, char c)
{
	if (s->p == s->end || *s->p != c)
		return false;
	s->p++;

	return true;
}

/* Skip blanks: were there some, or is it the end? */
static inline bool scan_blanks(struct scan *s)
{
	const char *from = s->p;

	while (s->p < s->end && scan_is_blank(*s->p))
		s->p++;

	return s->p > from || s->p == s->end;
}

/* Drop blanks and carriage returns at the end. */
void scan_trim(struct scan *s);

/* What is up to the next blank, or the end; false when that is nothing. */
bool scan_word(struct scan *s, const char **ret_word, size_t *ret_len);

/* Take TEXT, letters in either case, when it is next and no letter or digit follows. */
bool scan_keyword(struct scan *s, const char *text);

/* Are the LEN characters at WORD the same as TEXT, letters in either case? */
bool scan_same(const char *word, size_t len, const char *text);

/* Decimal digits, at most MAX. On failure the position stays. */
bool scan_uint(struct scan *s, uint64_t max, uint64_t *ret);

/* 1 to 8 hexadecimal digits and no more; *ret_digits is their number. As above. */
bool scan_hex(struct scan *s, uint32_t *ret, size_t *ret_digits);

/* Digits with or without decimals, times UNIT (1 s, 1 ms, ...). Below 1 ns it is cut off. */
bool scan_time(struct scan *s, nsec_t unit, nsec_t *ret);
