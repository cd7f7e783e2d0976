/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/hex.h"
#include "unit.h"

static void digits(void **state)
{
	(void)state;

	for (int c = -128; c < 128; c++) {
		const char *low = "0123456789abcdef", *high = "0123456789ABCDEF";
		const char *p = c > 0 ? strchr(low, c) : NULL;
		int want = p ? (int)(p - low) : -1;

		p = c > 0 ? strchr(high, c) : NULL;
		if (p)
			want = (int)(p - high);
		assert_int_equal(hex_digit((char)c), want);
	}
}

static void good(void **state)
{
	static const struct {
		const char *in;
		uint8_t out[4];
		ssize_t n;
	} t[] = {
		{ "", { 0 }, 0 },
		{ " . ", { 0 }, 0 },
		{ "00", { 0 }, 1 },
		{ "fF", { 0xff }, 1 },
		{ "22f190", { 0x22, 0xf1, 0x90 }, 3 },
		{ "22 F1.90", { 0x22, 0xf1, 0x90 }, 3 },
		{ " 22  F1..90 ", { 0x22, 0xf1, 0x90 }, 3 },
		{ "01020304", { 1, 2, 3, 4 }, 4 },
		{ "01020304 ", { 1, 2, 3, 4 }, 4 },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		uint8_t buf[4] = { 0 };

		assert_int_equal(hex_parse(t[i].in, strlen(t[i].in), buf, sizeof(buf)),
				 t[i].n);
		assert_memory_equal(buf, t[i].out, sizeof(buf));
	}
}

static void bad(void **state)
{
	static const struct {
		const char *in;
		ssize_t r;
	} t[] = {
		{ "2", -EINVAL },
		{ "222", -EINVAL },
		{ "2 2", -EINVAL },
		{ "2.2", -EINVAL },
		{ "2g", -EINVAL },
		{ "g2", -EINVAL },
		{ "0x22", -EINVAL },
		{ "22,33", -EINVAL },
		{ "22\t33", -EINVAL },
		{ "22\n", -EINVAL },
		{ "22-33", -EINVAL },
		{ "-1", -EINVAL },
		{ "\xc3\xa9", -EINVAL },
		{ "0102030405", -EMSGSIZE },
		{ "01 02 03 04 05", -EMSGSIZE },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		uint8_t buf[4];

		assert_int_equal(hex_parse(t[i].in, strlen(t[i].in), buf, sizeof(buf)),
				 t[i].r);
	}
}

/* LEN ends the text, not a NUL; a NUL is no digit. */
static void length_counts(void **state)
{
	uint8_t buf[4] = { 0 };
	(void)state;

	assert_int_equal(hex_parse("112233", 4, buf, sizeof(buf)), 2);
	assert_int_equal(buf[1], 0x22);
	assert_int_equal(buf[2], 0);
	assert_int_equal(hex_parse("112233", 3, buf, sizeof(buf)), -EINVAL);
	assert_int_equal(hex_parse("11\0"
				   "22",
				   5, buf, sizeof(buf)),
			 -EINVAL);
	assert_int_equal(hex_parse("11", 2, buf, 0), -EMSGSIZE);
	assert_int_equal(hex_parse("", 0, buf, 0), 0);
}

static void written(void **state)
{
	static const uint8_t bytes[] = { 0x00, 0x0f, 0xf0, 0xa5, 0xff };
	char buf[] = "............";
	(void)state;

	assert_ptr_equal(hex_put(buf, bytes, 5), buf + 10);
	assert_string_equal(buf, "000FF0A5FF..");
	assert_ptr_equal(hex_put(buf, bytes, 0), buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digits),  cmocka_unit_test(good),
		cmocka_unit_test(bad),	   cmocka_unit_test(length_counts),
		cmocka_unit_test(written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
