/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"

int num_parse_uint(const char *s, uint64_t max, uint64_t *ret)
{
	int base = s[0] == '0' && (s[1] == 'x' || s[1] == 'X') ? 16 : 10;
	unsigned long long v;
	char *end;

	/* strtoull takes blanks, signs and octal: none of them is meant here. */
	if (!isxdigit((unsigned char)s[base == 16 ? 2 : 0]))
		return -EINVAL;
	errno = 0;
	v = strtoull(s, &end, base);
	if (*end || end == s)
		return -EINVAL;
	if (errno || v > max)
		return -ERANGE;
	*ret = v;

	return 0;
}

int num_parse_double(const char *s, double *ret)
{
	char *end;
	double v;

	if (!*s || strspn(s, "+-.0123456789eE") != strlen(s))
		return -EINVAL;
	errno = 0;
	v = strtod(s, &end);
	if (*end || end == s)
		return -EINVAL;
	if (!isfinite(v))
		return -ERANGE;
	*ret = v;

	return 0;
}

struct unit {
	const char *name;
	int64_t factor;
};

/* "1.5" and the name of one of the N units, times its factor, cut to a whole number. */
static int parse_quantity(const char *s, const struct unit *units, size_t n, int64_t *ret)
{
	int64_t whole = 0, part = 0, scale = 1, unit = 0;
	__extension__ __int128 fraction;
	const char *p = s;

	for (; isdigit((unsigned char)*p); p++)
		if (__builtin_mul_overflow(whole, (int64_t)10, &whole) ||
		    __builtin_add_overflow(whole, (int64_t)(*p - '0'), &whole))
			return -ERANGE;
	if (*p == '.')
		for (p++; isdigit((unsigned char)*p); p++)
			if (scale < NSEC_PER_SEC * NSEC_PER_SEC) {
				part = part * 10 + (*p - '0');
				scale *= 10;
			}
	if (p == s || (p == s + 1 && *s == '.'))
		return -EINVAL;

	for (size_t i = 0; i < n; i++)
		if (!strcmp(p, units[i].name))
			unit = units[i].factor;
	if (!unit)
		return -EINVAL;
	fraction = part;
	fraction = fraction * unit / scale;
	if (__builtin_mul_overflow(whole, unit, &whole) ||
	    __builtin_add_overflow(whole, (int64_t)fraction, &whole))
		return -ERANGE;
	*ret = whole;

	return 0;
}

int num_parse_duration(const char *s, nsec_t *ret)
{
	static const struct unit units[] = {
		{ "", NSEC_PER_SEC },	       { "s", NSEC_PER_SEC },
		{ "ms", NSEC_PER_MSEC },       { "us", NSEC_PER_USEC },
		{ "min", 60 * NSEC_PER_SEC },  { "m", 60 * NSEC_PER_SEC },
		{ "h", 3600 * NSEC_PER_SEC },
	};

	return parse_quantity(s, units, ARRAY_SIZE(units), ret);
}

int num_parse_bitrate(const char *s, uint32_t *ret)
{
	static const struct unit units[] = { { "", 1 }, { "k", 1000 }, { "M", 1000000 } };
	int64_t v;
	int r = parse_quantity(s, units, ARRAY_SIZE(units), &v);

	if (r < 0)
		return r;
	if (v < 1 || v > UINT32_MAX)
		return -ERANGE;
	*ret = (uint32_t)v;

	return 0;
}

size_t num_put_uint(char *buf, uint64_t v)
{
	static const char pairs[] = "0001020304050607080910111213141516171819"
				    "2021222324252627282930313233343536373839"
				    "4041424344454647484950515253545556575859"
				    "6061626364656667686970717273747576777879"
				    "8081828384858687888990919293949596979899";
	char digits[20], *p = digits + sizeof(digits);
	size_t n;

	for (; v >= 100; v /= 100)
		memcpy(p -= 2, pairs + 2 * (v % 100), 2);
	if (v >= 10)
		memcpy(p -= 2, pairs + 2 * v, 2);
	else
		*--p = (char)('0' + v);
	n = (size_t)(digits + sizeof(digits) - p);
	memcpy(buf, p, n);

	return n;
}

/* 1 to 19: a 1 with so many zeros, as far as 64 bits go. */
static const uint64_t powers[] = {
	1u,
	10u,
	100u,
	1000u,
	10000u,
	100000u,
	1000000u,
	10000000u,
	100000000u,
	1000000000u,
	10000000000u,
	100000000000u,
	1000000000000u,
	10000000000000u,
	100000000000000u,
	1000000000000000u,
	10000000000000000u,
	100000000000000000u,
	1000000000000000000u,
	10000000000000000000u,
};

/* N / 10^K, without zeros at its end, and a NUL. */
static size_t put_fraction(char *buf, bool negative, uint64_t n, unsigned int k)
{
	uint64_t rest = n % powers[k];
	char *p = buf;

	if (negative)
		*p++ = '-';
	p += num_put_uint(p, n / powers[k]);
	if (rest) {
		char digits[20];
		size_t len = num_put_uint(digits, rest);

		*p++ = '.';
		memset(p, '0', k - len);
		memcpy(p + k - len, digits, len);
		p += k;
		while (p[-1] == '0')
			p--;
	}
	*p = '\0';

	return (size_t)(p - buf);
}

/* V as N / 10^K with the fewest K of 1..6, when that reads back as V; 0 when it does not. */
static size_t put_decimal(char *buf, double v)
{
	for (unsigned int k = 1; k <= 6; k++) {
		double power = (double)powers[k];
		uint64_t n;

		if (fabs(v) * power >= 1e15)
			return 0;
		n = (uint64_t)(fabs(v) * power + 0.5);
		/* Both are exact, so this division is the nearest double of the decimal. */
		if ((double)n / power == fabs(v))
			return put_fraction(buf, v < 0, n, k);
	}

	return 0;
}

#ifdef __SIZEOF_INT128__
/*
 * V, from 1e-3 to 1e15, rounded to DIGITS (15 to 17) digits, when that reads back as V;
 * else 0. V is M / 2^S with M of 53 bits and S of 3 to 62, and N = V * 10^K, K up to 19:
 * all that is needed of it has fewer than 128 bits.
 */
static size_t put_digits(char *buf, double v, unsigned int digits)
{
	__extension__ typedef unsigned __int128 wide;
	wide product, off;
	uint64_t m, n;
	unsigned int s, k = digits + 2;
	int exponent;

	for (double limit = 0.01; fabs(v) >= limit; limit *= 10)
		k--;
	m = (uint64_t)ldexp(frexp(fabs(v), &exponent), DBL_MANT_DIG);
	s = (unsigned int)(DBL_MANT_DIG - exponent);
	product = (wide)m * powers[k];
	n = (uint64_t)(product >> s);
	off = product - ((wide)n << s);
	if (off > (wide)1 << (s - 1) || (off == (wide)1 << (s - 1) && n & 1)) {
		n++;
		off = ((wide)1 << s) - off;
	} else if (m == (uint64_t)1 << (DBL_MANT_DIG - 1)) {
		off *= 2;	/* the next double below a power of two is nearer */
	}
	if (2 * off > powers[k] || (2 * off == powers[k] && m & 1))
		return 0;

	return put_fraction(buf, v < 0, n, k);
}
#else
static size_t put_digits(char *buf, double v, unsigned int digits)
{
	(void)buf;
	(void)v;
	(void)digits;

	return 0;	/* put_general() says the same, more slowly */
}
#endif

/* Any other: fifteen digits always survive, except below the normal range. */
static size_t put_general(char *buf, size_t size, double v)
{
	for (int digits = fabs(v) < DBL_MIN ? 1 : 15;; digits++) {
		int n = snprintf(buf, size, "%.*g", digits, v);

		if (strtod(buf, NULL) == v)
			return (size_t)n;
	}
}

size_t num_put_double(char *buf, size_t size, double v)
{
	size_t n = 0;

	if (isnan(v))
		return (size_t)snprintf(buf, size, "nan");
	if (isinf(v))
		return (size_t)snprintf(buf, size, v < 0 ? "-inf" : "inf");
	if (fabs(v) < 1e15 && v == (double)(int64_t)v)
		return put_fraction(buf, v < 0, (uint64_t)fabs(v), 0);
	if (!(fabs(v) > 1e-3 && fabs(v) < 1e15))
		return put_general(buf, size, v);

	n = put_decimal(buf, v);
	for (unsigned int digits = 15; n == 0 && digits <= 17; digits++)
		n = put_digits(buf, v, digits);

	return n ? n : put_general(buf, size, v);
}

size_t num_put_seconds(char *buf, size_t size, nsec_t t)
{
	(void)size;

	return put_fraction(buf, t < 0, t < 0 ? 0 - (uint64_t)t : (uint64_t)t, 9);
}
