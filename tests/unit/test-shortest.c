/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "unit.h"

/*
 * num_put_double() against the C library: of all decimals that read back as the same
 * double none is shorter, and of the shortest it is the nearest.
 */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;

	return *state * 0x2545f4914f6cdd1du;
}

/* Digits of S, without the zeros at both ends. */
static size_t count_digits(const char *s)
{
	size_t n = 0, zeros = 0;

	for (; *s && *s != 'e'; s++) {
		if (*s < '0' || *s > '9' || (n == 0 && *s == '0'))
			continue;
		zeros = *s == '0' ? zeros + 1 : 0;
		n++;
	}

	return n - zeros;
}

static void check(double v)
{
	char got[64], want[64];
	size_t n = num_put_double(got, sizeof(got), v);

	assert_int_equal(n, strlen(got));
	assert_true(strtod(got, NULL) == v);
	for (int digits = 1;; digits++) {
		snprintf(want, sizeof(want), "%.*g", digits, v);
		if (strtod(want, NULL) == v)
			break;
	}
	if (count_digits(got) != count_digits(want))
		fail_msg("%a: %s, but %s is enough", v, got, want);
	if (fabs(v) >= 1e-3 && fabs(v) < 1e15 && !strchr(want, 'e'))
		assert_string_equal(got, want);
}

static void shortest(void **state)
{
	uint64_t random = 7;
	(void)state;

	for (unsigned int i = 0; i < 20000; i++) {
		double whole = (double)(next_random(&random) % 100000);
		double bits = (double)(next_random(&random) >> 11);
		int scale = (int)(next_random(&random) % 60);

		check(whole * 0.1);
		check(whole * 0.01 - 40);
		check(-whole * 0.0625);
		check(whole * 0.3);
		check(ldexp(bits, -scale));
		check(ldexp(1, 12 - scale));
		check(ldexp(0x1.fffffffffffffp0, 12 - scale));
		check(ldexp(0x1.0000000000001p0, 12 - scale));
	}
	for (double p = 1e-3; p < 1e16; p *= 10) {
		check(p);
		check(p * (1 + 0x1p-52));
		check(p * (1 - 0x1p-53));
	}
}

static void uints(void **state)
{
	static const uint64_t rows[] = {
		0, 1, 9, 10, 99, 100, 101, 999, 1000, 12345, 4294967295u, 4294967296u, UINT64_MAX,
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char got[24], want[24];

		got[num_put_uint(got, rows[i])] = '\0';
		snprintf(want, sizeof(want), "%llu", (unsigned long long)rows[i]);
		assert_string_equal(got, want);
	}
}

static void seconds(void **state)
{
	static const struct {
		nsec_t t;
		const char *text;
	} rows[] = {
		{ 0, "0" },
		{ 1, "0.000000001" },
		{ -1, "-0.000000001" },
		{ 1500000000, "1.5" },
		{ -2000000000, "-2" },
		{ 1700000000000250000, "1700000000.00025" },
		{ INT64_MIN, "-9223372036.854775808" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char buf[40];

		assert_int_equal(num_put_seconds(buf, sizeof(buf), rows[i].t), strlen(rows[i].text));
		assert_string_equal(buf, rows[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shortest),
		cmocka_unit_test(uints),
		cmocka_unit_test(seconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
