/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "dbc/text.h"

/* An escape, "..." and the quote may still follow. */
#define QUOTE_LIMIT (TEXT_QUOTE_MAX - 4 - 3 - 1)

/* Windows-1252, 80..9F (the rest is Latin-1); 0: no character there. */
static const uint16_t cp1252[32] = {
	0x20ac, 0,	0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
	0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,	0x017d, 0,
	0,	0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
	0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,	0x017e, 0x0178,
};

size_t text_utf8(const char *p, const char *end)
{
	const uint8_t *b = (const uint8_t *)p;
	size_t n;

	if (p == end)
		return 0;
	if (b[0] < 0x80)
		return 1;
	n = b[0] >= 0xf0 ? 4 : b[0] >= 0xe0 ? 3 : 2;
	if (b[0] < 0xc2 || b[0] > 0xf4 || (size_t)(end - p) < n)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((b[i] & 0xc0) != 0x80)
			return 0;

	/* Longer than needed, a surrogate, or over U+10FFFF. */
	if ((b[0] == 0xe0 && b[1] < 0xa0) || (b[0] == 0xed && b[1] > 0x9f) ||
	    (b[0] == 0xf0 && b[1] < 0x90) || (b[0] == 0xf4 && b[1] > 0x8f))
		return 0;

	return n;
}

/* C is 80 and more, below U+10000. */
static size_t put_utf8(char *to, uint32_t c)
{
	if (c < 0x800) {
		to[0] = (char)(0xc0 | c >> 6);
		to[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	to[0] = (char)(0xe0 | c >> 12);
	to[1] = (char)(0x80 | (c >> 6 & 0x3f));
	to[2] = (char)(0x80 | (c & 0x3f));

	return 3;
}

static size_t put_cp1252(char *to, uint8_t b)
{
	uint32_t c = b < 0x80 ? 0 : b < 0xa0 ? cp1252[b - 0x80] : b;

	return put_utf8(to, c ? c : 0xfffd);
}

size_t text_convert(char *to, const char *p, size_t len)
{
	const char *end = p + len;
	char *start = to;

	while (p < end) {
		size_t n = text_utf8(p, end);

		if (n == 0 || *p == '\0') {
			to += put_cp1252(to, (uint8_t)*p++);
			continue;
		}
		if (p + 1 < end &&
		    ((p[0] == '\\' && p[1] == '"') || (p[0] == '\r' && p[1] == '\n')))
			p++;
		memcpy(to, p, n);
		to += n;
		p += n;
	}

	return (size_t)(to - start);
}

/* Not a control character: U+0080..U+009F are, and are C2 80..C2 9F. */
static bool printable(const char *p, size_t n)
{
	uint8_t b = (uint8_t)p[0];

	if (n == 1)
		return b >= ' ' && b < 0x7f;

	return n > 1 && !(b == 0xc2 && (uint8_t)p[1] < 0xa0);
}

size_t text_quote(char *to, const char *p, size_t len)
{
	static const char hex[] = "0123456789abcdef";
	const char *end = p + len;
	size_t i = 0;

	to[i++] = '\'';
	while (p < end && i <= QUOTE_LIMIT) {
		size_t n = text_utf8(p, end);

		if (printable(p, n)) {
			memcpy(to + i, p, n);
			i += n;
			p += n;
			continue;
		}
		memcpy(to + i, "\\x", 2);
		to[i + 2] = hex[(uint8_t)*p >> 4];
		to[i + 3] = hex[(uint8_t)*p & 15];
		i += 4;
		p++;
	}
	if (p < end) {
		memcpy(to + i, "...", 3);
		i += 3;
	}
	to[i++] = '\'';

	return i;
}
