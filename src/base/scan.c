/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/hex.h"
#include "base/scan.h"

void scan_trim(struct scan *s)
{
	while (s->end > s->p && (scan_is_blank(s->end[-1]) || s->end[-1] == '\r'))
		s->end--;
}

bool scan_word(struct scan *s, const char **ret_word, size_t *ret_len)
{
	const char *from = s->p;

	while (s->p < s->end && !scan_is_blank(*s->p))
		s->p++;
	*ret_word = from;
	*ret_len = (size_t)(s->p - from);

	return s->p > from;
}

bool scan_same(const char *word, size_t len, const char *text)
{
	return len == strlen(text) && strncasecmp(word, text, len) == 0;
}

bool scan_keyword(struct scan *s, const char *text)
{
	size_t n = strlen(text);

	if ((size_t)(s->end - s->p) < n || strncasecmp(s->p, text, n) != 0)
		return false;
	if (s->p + n < s->end && isalnum((unsigned char)s->p[n]))
		return false;
	s->p += n;

	return true;
}

bool scan_uint(struct scan *s, uint64_t max, uint64_t *ret)
{
	const char *p = s->p;
	uint64_t v = 0;

	for (; p < s->end && *p >= '0' && *p <= '9'; p++)
		if (__builtin_mul_overflow(v, (uint64_t)10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(*p - '0'), &v) || v > max)
			return false;
	if (p == s->p)
		return false;
	s->p = p;
	*ret = v;

	return true;
}

bool scan_hex(struct scan *s, uint32_t *ret, size_t *ret_digits)
{
	const char *p = s->p;
	uint32_t v = 0;

	for (; p < s->end && hex_digit(*p) >= 0; p++) {
		if (p - s->p == 8)
			return false;
		v = v << 4 | (uint32_t)hex_digit(*p);
	}
	if (p == s->p)
		return false;
	*ret_digits = (size_t)(p - s->p);
	*ret = v;
	s->p = p;

	return true;
}

bool scan_time(struct scan *s, nsec_t unit, nsec_t *ret)
{
	const char *from = s->p;
	uint64_t whole;
	nsec_t t;

	if (!scan_uint(s, (uint64_t)(INT64_MAX / NSEC_PER_SEC - 1), &whole) ||
	    __builtin_mul_overflow((nsec_t)whole, unit, &t)) {
		s->p = from;
		return false;
	}
	if (s->p < s->end && *s->p == '.')
		for (s->p++; s->p < s->end && *s->p >= '0' && *s->p <= '9'; s->p++) {
			/* Ten to the power of N is a divisor of UNIT as long as it is not 0. */
			unit /= 10;
			t += (*s->p - '0') * unit;
		}
	*ret = t;

	return true;
}
