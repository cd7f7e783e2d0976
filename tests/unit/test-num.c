/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "unit.h"

static void uints(void **state)
{
	static const struct {
		const char *in;
		uint64_t max;
		int r;
		uint64_t v;
	} t[] = {
		{ "0", 0, 0, 0 },
		{ "12", 100, 0, 12 },
		{ "255", 255, 0, 255 },
		{ "256", 255, -ERANGE, 0 },
		{ "0x1f", 255, 0, 31 },
		{ "0X1F", 255, 0, 31 },
		{ "0xff", 255, 0, 255 },
		{ "0x100", 255, -ERANGE, 0 },
		{ "010", 100, 0, 10 }, /* never octal */
		{ "18446744073709551615", UINT64_MAX, 0, UINT64_MAX },
		{ "18446744073709551616", UINT64_MAX, -ERANGE, 0 },
		{ "99999999999999999999999999", UINT64_MAX, -ERANGE, 0 },
		{ "0xffffffffffffffff", UINT64_MAX, 0, UINT64_MAX },
		{ "0x10000000000000000", UINT64_MAX, -ERANGE, 0 },
		{ "1", 0, -ERANGE, 0 },
		{ "", 9, -EINVAL, 0 },
		{ " 1", 9, -EINVAL, 0 },
		{ "1 ", 9, -EINVAL, 0 },
		{ "\t1", 9, -EINVAL, 0 },
		{ "1\n", 9, -EINVAL, 0 },
		{ "+1", 9, -EINVAL, 0 },
		{ "-1", 9, -EINVAL, 0 },
		{ "-0", 9, -EINVAL, 0 },
		{ "0x", 9, -EINVAL, 0 },
		{ "x1", 9, -EINVAL, 0 },
		{ "0xg", 9, -EINVAL, 0 },
		{ "0x-1", 9, -EINVAL, 0 },
		{ "0x 1", 9, -EINVAL, 0 },
		{ "0x0x1", 9, -EINVAL, 0 },
		{ "a", 99, -EINVAL, 0 },
		{ "1a", 99, -EINVAL, 0 },
		{ "1.0", 99, -EINVAL, 0 },
		{ "1e3", 9999, -EINVAL, 0 },
		{ "1,2", 99, -EINVAL, 0 },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		uint64_t v = 4711;
		int r = num_parse_uint(t[i].in, t[i].max, &v);

		if (r != t[i].r || v != (t[i].r ? 4711 : t[i].v))
			fail_msg("'%s': %d, %" PRIu64, t[i].in, r, v);
	}
}

static void doubles(void **state)
{
	static const struct {
		const char *in;
		int r;
		double v;
	} t[] = {
		{ "1", 0, 1 },		 { "-1.5", 0, -1.5 },
		{ "+2", 0, 2 },		 { ".5", 0, 0.5 },
		{ "1e3", 0, 1000 },	 { "1E-3", 0, 0.001 },
		{ "0.1", 0, 0.1 },	 { "1e308", 0, 1e308 },
		{ "1e309", -ERANGE, 0 }, { "-1e309", -ERANGE, 0 },
		{ "", -EINVAL, 0 },	 { " 1", -EINVAL, 0 },
		{ "1 ", -EINVAL, 0 },	 { "1,5", -EINVAL, 0 },
		{ "nan", -EINVAL, 0 },	 { "inf", -EINVAL, 0 },
		{ "-inf", -EINVAL, 0 },	 { "infinity", -EINVAL, 0 },
		{ "0x10", -EINVAL, 0 },	 { "0x1p3", -EINVAL, 0 },
		{ ".", -EINVAL, 0 },	 { "-", -EINVAL, 0 },
		{ "e5", -EINVAL, 0 },	 { "1e", -EINVAL, 0 },
		{ "1e+", -EINVAL, 0 },	 { "--1", -EINVAL, 0 },
		{ "1.2.3", -EINVAL, 0 }, { "1-2", -EINVAL, 0 },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		double v = 4711;
		int r = num_parse_double(t[i].in, &v);

		if (r != t[i].r || v != (t[i].r ? 4711 : t[i].v))
			fail_msg("'%s': %d, %g", t[i].in, r, v);
	}
}

/* DESIGN 5 and 7; times of control scripts and of --for. */
static void durations(void **state)
{
	static const struct {
		const char *in;
		int r;
		nsec_t v;
	} t[] = {
		{ "0", 0, 0 },
		{ "0s", 0, 0 },
		{ "1", 0, 1000000000 },
		{ "1.5s", 0, 1500000000 },
		{ ".5s", 0, 500000000 },
		{ "0.001", 0, 1000000 },
		{ "5.001s", 0, 5001000000 },
		{ "300ms", 0, 300000000 },
		{ "0.1ms", 0, 100000 },
		{ "1.5ms", 0, 1500000 },
		{ "7us", 0, 7000 },
		{ "0.001us", 0, 1 },
		{ "2min", 0, 120000000000 },
		{ "2m", 0, 120000000000 },
		{ "1h", 0, 3600000000000 },
		{ "0.3h", 0, 1080000000000 },
		{ "0.000000001", 0, 1 },
		{ "0.999999999s", 0, 999999999 },
		{ "0.999999999min", 0, 59999999940 },
		{ "1.000000001h", 0, 3600000003600 },
		{ "5.000000001s", 0, 5000000001 },
		{ "9223372036.854775806s", 0, 9223372036854775806 },
		{ "9223372036854.775806ms", 0, 9223372036854775806 },
		{ "2562047h", 0, 9223369200000000000 },
		{ "9223372036.854775808", -ERANGE, 0 },
		{ "9223372037", -ERANGE, 0 },
		{ "2562048h", -ERANGE, 0 },
		{ "153722868min", -ERANGE, 0 },
		{ "9223372036854775808us", -ERANGE, 0 },
		{ "99999999999999999999999s", -ERANGE, 0 },
		{ "", -EINVAL, 0 },
		{ "s", -EINVAL, 0 },
		{ "ms", -EINVAL, 0 },
		{ ".", -EINVAL, 0 },
		{ ".s", -EINVAL, 0 },
		{ "1e3", -EINVAL, 0 },
		{ "1e3s", -EINVAL, 0 },
		{ "0x10", -EINVAL, 0 },
		{ "1 s", -EINVAL, 0 },
		{ " 1s", -EINVAL, 0 },
		{ "1s ", -EINVAL, 0 },
		{ "-1", -EINVAL, 0 },
		{ "-1s", -EINVAL, 0 },
		{ "+1s", -EINVAL, 0 },
		{ "1..5", -EINVAL, 0 },
		{ "1.5.5", -EINVAL, 0 },
		{ "1,5s", -EINVAL, 0 },
		{ "1S", -EINVAL, 0 },
		{ "1sec", -EINVAL, 0 },
		{ "1d", -EINVAL, 0 },
		{ "1mss", -EINVAL, 0 },
		{ "1m30s", -EINVAL, 0 },
		{ "nan", -EINVAL, 0 },
		{ "inf", -EINVAL, 0 },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		nsec_t v = 4711;
		int r = num_parse_duration(t[i].in, &v);

		if (r != t[i].r || v != (t[i].r ? 4711 : t[i].v))
			fail_msg("'%s': %d, %" PRId64, t[i].in, r, v);
	}
}

/* Exact to the nanosecond, also where a unit is long and the digits are many. */
static void bitrates(void **state)
{
	static const struct {
		const char *in;
		int r;
		uint32_t want;
	} t[] = {
		{ "500000", 0, 500000 },
		{ "100k", 0, 100000 },
		{ "1M", 0, 1000000 },
		{ "0.5M", 0, 500000 },
		{ "83.333k", 0, 83333 },
		{ "33.3333k", 0, 33333 },
		{ "1", 0, 1 },
		{ "4294967295", 0, 4294967295 },
		{ "4294967296", -ERANGE, 0 },
		{ "4295M", -ERANGE, 0 },
		{ "99999999999999999999k", -ERANGE, 0 },
		{ "0", -ERANGE, 0 },
		{ "0.4", -ERANGE, 0 },
		{ "", -EINVAL, 0 },
		{ "k", -EINVAL, 0 },
		{ ".k", -EINVAL, 0 },
		{ "-100k", -EINVAL, 0 },
		{ "+100k", -EINVAL, 0 },
		{ "100 k", -EINVAL, 0 },
		{ "100K", -EINVAL, 0 },
		{ "100m", -EINVAL, 0 },
		{ "100kbit", -EINVAL, 0 },
		{ "0x100", -EINVAL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		uint32_t v = 7;

		assert_int_equal(num_parse_bitrate(t[i].in, &v), t[i].r);
		assert_int_equal(v, t[i].r ? 7 : t[i].want);
	}
}

static void long_durations(void **state)
{
	static const struct {
		const char *in;
		nsec_t v;
	} t[] = {
		{ "0.123456789h", 444444440400 },  { "0.999999999h", 3599999996400 },
		{ "0.987654321min", 59259259260 }, { "0.0000000005h", 1800 },
		{ "0.00000000005min", 3 },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		nsec_t v = 0;

		assert_int_equal(num_parse_duration(t[i].in, &v), 0);
		if (v != t[i].v)
			fail_msg("'%s': %" PRId64 " ns", t[i].in, v);
	}
}

static void shortest_doubles(void **state)
{
	static const struct {
		double v;
		const char *want;
	} t[] = {
		{ 0, "0" },
		{ 0.1, "0.1" },
		{ -3, "-3" },
		{ 1.5, "1.5" },
		{ -0.5, "-0.5" },
		{ 409.5, "409.5" },
		{ 0.1 * 3, "0.30000000000000004" },
		{ 1.0 / 3, "0.3333333333333333" },
		{ 2.0 / 3, "0.6666666666666666" },
		{ (double)0.1f, "0.10000000149011612" },
		{ 1e300, "1e+300" },
		{ 1e-7, "1e-07" },
		{ 123456, "123456" },
		{ 4294967295.0, "4294967295" },
		{ 999999999999999.0, "999999999999999" },
		{ 1234567890123456.0, "1234567890123456" },
		{ 9007199254740993.0, "9007199254740992" },
		{ DBL_MAX, "1.7976931348623157e+308" },
		{ DBL_MIN, "2.2250738585072014e-308" },
		{ (double)NAN, "nan" },
		{ (double)INFINITY, "inf" },
		{ (double)-INFINITY, "-inf" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		char buf[32];
		size_t n = num_put_double(buf, sizeof(buf), t[i].v);

		assert_string_equal(buf, t[i].want);
		assert_int_equal(n, strlen(t[i].want));
	}
}

/* Doubles with so few bits that 15 digits are too many. */
static void subnormal_doubles(void **state)
{
	char buf[32];
	(void)state;

	num_put_double(buf, sizeof(buf), 5e-324);
	assert_string_equal(buf, "5e-324");
	num_put_double(buf, sizeof(buf), 1e-320);
	assert_string_equal(buf, "1e-320");
}

/* Any bits at all: what is written is read back the same, and fits. */
static void doubles_read_back(void **state)
{
	uint64_t x = 88172645463325252u;
	(void)state;

	for (int i = 0; i < 20000; i++) {
		char buf[32];
		double v;

		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		memcpy(&v, &x, sizeof(v));
		assert_in_range(num_put_double(buf, sizeof(buf), v), 1, sizeof(buf) - 1);
		if (isnan(v))
			assert_string_equal(buf, "nan");
		else if (strtod(buf, NULL) != v)
			fail_msg("%s is not %.17g", buf, v);
	}
}

static void seconds(void **state)
{
	static const struct {
		nsec_t t;
		const char *want;
	} t[] = {
		{ 0, "0" },
		{ 1, "0.000000001" },
		{ -1, "-0.000000001" },
		{ 1500000000, "1.5" },
		{ -1500000000, "-1.5" },
		{ -2000000000, "-2" },
		{ 10000000000, "10" },
		{ 100000000000, "100" },
		{ 31400000000, "31.4" },
		{ 5001000000, "5.001" },
		{ 999999999, "0.999999999" },
		{ 1000000001, "1.000000001" },
		{ 1436509052249713000, "1436509052.249713" },
		{ INT64_MAX, "9223372036.854775807" },
		{ INT64_MIN, "-9223372036.854775808" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		char buf[32];
		size_t n = num_put_seconds(buf, sizeof(buf), t[i].t);

		assert_string_equal(buf, t[i].want);
		assert_int_equal(n, strlen(t[i].want));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(uints),
		cmocka_unit_test(doubles),
		cmocka_unit_test(durations),
		cmocka_unit_test(long_durations),
		cmocka_unit_test(bitrates),
		cmocka_unit_test(shortest_doubles),
		cmocka_unit_test(subnormal_doubles),
		cmocka_unit_test(doubles_read_back),
		cmocka_unit_test(seconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
