/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "base/hex.h"

int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;

	return -1;
}

ssize_t hex_parse(const char *s, size_t len, uint8_t *buf, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < len;) {
		int hi, lo;

		if (s[i] == ' ' || s[i] == '.') {
			i++;
			continue;
		}
		hi = hex_digit(s[i]);
		lo = i + 1 < len ? hex_digit(s[i + 1]) : -1;
		if (hi < 0 || lo < 0)
			return -EINVAL;
		if (n == size)
			return -EMSGSIZE;
		buf[n++] = (uint8_t)(hi << 4 | lo);
		i += 2;
	}

	return (ssize_t)n;
}

char *hex_put(char *p, const uint8_t *bytes, size_t n)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < n; i++) {
		*p++ = digits[bytes[i] >> 4];
		*p++ = digits[bytes[i] & 15];
	}

	return p;
}
