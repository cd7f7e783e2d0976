/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
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

int num_parse_duration(const char *s, nsec_t *ret)
{
	static const struct {
		const char *unit;
		nsec_t ns;
	} units[] = {
		{ "", NSEC_PER_SEC },	       { "s", NSEC_PER_SEC },
		{ "ms", NSEC_PER_MSEC },       { "us", NSEC_PER_USEC },
		{ "min", 60 * NSEC_PER_SEC },  { "m", 60 * NSEC_PER_SEC },
		{ "h", 3600 * NSEC_PER_SEC },
	};
	nsec_t whole = 0, part = 0, scale = 1, unit = 0;
	__extension__ __int128 fraction;
	const char *p = s;

	for (; isdigit((unsigned char)*p); p++)
		if (__builtin_mul_overflow(whole, (nsec_t)10, &whole) ||
		    __builtin_add_overflow(whole, (nsec_t)(*p - '0'), &whole))
			return -ERANGE;
	if (*p == '.')
		for (p++; isdigit((unsigned char)*p); p++)
			if (scale < NSEC_PER_SEC * NSEC_PER_SEC) {
				part = part * 10 + (*p - '0');
				scale *= 10;
			}
	if (p == s || (p == s + 1 && *s == '.'))
		return -EINVAL;

	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (!strcmp(p, units[i].unit))
			unit = units[i].ns;
	if (!unit)
		return -EINVAL;
	fraction = part;
	fraction = fraction * unit / scale;
	if (__builtin_mul_overflow(whole, unit, &whole) ||
	    __builtin_add_overflow(whole, (nsec_t)fraction, &whole))
		return -ERANGE;
	*ret = whole;

	return 0;
}

/* V as N / 10^K with the fewest K of 1..6, when that reads back as V; 0 when it does not. */
static size_t put_decimal(char *buf, size_t size, double v)
{
	int64_t power = 1;

	for (int k = 1; k <= 6; k++) {
		int64_t n;

		power *= 10;
		if (fabs(v) * (double)power >= 1e15)
			return 0;
		n = (int64_t)(fabs(v) * (double)power + 0.5);
		/* Both are exact, so this division is the nearest double of the decimal. */
		if ((double)n / (double)power == fabs(v))
			return (size_t)snprintf(buf, size, "%s%" PRId64 ".%0*" PRId64, v < 0 ? "-" : "",
						n / power, k, n % power);
	}

	return 0;
}

size_t num_put_double(char *buf, size_t size, double v)
{
	int n;

	if (isnan(v))
		return (size_t)snprintf(buf, size, "nan");
	if (isinf(v))
		return (size_t)snprintf(buf, size, v < 0 ? "-inf" : "inf");
	if (v == 0)
		return (size_t)snprintf(buf, size, "0");
	if (fabs(v) < 1e15 && v == (double)(int64_t)v)
		return (size_t)snprintf(buf, size, "%" PRId64, (int64_t)v);
	n = fabs(v) > 1e-3 ? (int)put_decimal(buf, size, v) : 0;

	/* Fifteen digits always survive, except below the normal range. */
	for (int digits = fabs(v) < DBL_MIN ? 1 : 15; n == 0; digits++) {
		n = snprintf(buf, size, "%.*g", digits, v);
		if (strtod(buf, NULL) != v)
			n = 0;
	}

	return (size_t)n;
}

size_t num_put_seconds(char *buf, size_t size, nsec_t t)
{
	uint64_t ns = t < 0 ? 0 - (uint64_t)t : (uint64_t)t;
	size_t n = (size_t)snprintf(buf, size, "%s%" PRIu64 ".%09" PRIu64, t < 0 ? "-" : "",
				    ns / (uint64_t)NSEC_PER_SEC, ns % (uint64_t)NSEC_PER_SEC);

	while (buf[n - 1] == '0')
		n--;
	if (buf[n - 1] == '.')
		n--;
	buf[n] = '\0';

	return n;
}
