/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "dbc/codec.h"
#include "unit.h"

#define DATA_SIZE 64u
#define DATA_BITS (DATA_SIZE * 8)

/* A file of one message, id 1, whose signals are the lines of TEXT. */
static struct dbc *parse(const char *text)
{
	char buf[4096];
	struct dbc *dbc = NULL;
	int n = snprintf(buf, sizeof(buf), "BO_ 1 M: 8 A\n%s\n", text);

	assert_true(n > 0 && (size_t)n < sizeof(buf));
	assert_int_equal(dbc_parse("test", buf, (size_t)n, NULL, NULL, &dbc), 0);

	return dbc;
}

static const struct dbc_signal *find(const struct dbc *dbc, const char *name)
{
	const struct dbc_signal *s = dbc_find_signal(dbc_find(dbc, 1, false), name);

	assert_non_null(s);

	return s;
}

/* Numbers that can be read off the bytes by eye. */
static void layouts(void **state)
{
	static const struct {
		const char *layout;
		uint64_t raw;
		uint16_t need;
	} t[] = {
		/* Intel: the start is the least bit; it goes up. */
		{ "0|1@1+", 0, 1 },
		{ "1|1@1+", 1, 1 },
		{ "0|8@1+", 0x12, 1 },
		{ "0|16@1+", 0x3412, 2 },
		{ "4|8@1+", 0x41, 2 },
		{ "8|12@1+", 0x634, 3 },
		{ "0|64@1+", 0xf0debc9a78563412, 8 },
		{ "4|64@1+", 0x5f0debc9a7856341, 9 },
		{ "7|64@1+", 0x4be1bd7934f0ac68, 9 },
		{ "448|64@1+", 0x8877665544332211, 64 },
		{ "504|8@1+", 0x88, 64 },
		{ "511|1@1+", 1, 64 },
		{ "500|12@1+", 0x887, 64 },
		/* Motorola: the start is the greatest bit; it goes down, then on. */
		{ "7|1@0+", 0, 1 },
		{ "4|1@0+", 1, 1 },
		{ "7|8@0+", 0x12, 1 },
		{ "7|16@0+", 0x1234, 2 },
		{ "3|8@0+", 0x23, 2 },
		{ "3|12@0+", 0x234, 2 },
		{ "7|56@0+", 0x123456789abcde, 7 },
		{ "7|64@0+", 0x123456789abcdef0, 8 },
		{ "3|64@0+", 0x23456789abcdef0a, 9 },
		{ "0|64@0+", 0x1a2b3c4d5e6f7852, 9 },
		{ "455|64@0+", 0x1122334455667788, 64 },
		{ "511|8@0+", 0x88, 64 },
		{ "504|1@0+", 0, 64 },
		{ "499|12@0+", 0x788, 64 },
		/* Signed. */
		{ "36|4@1-", 0xfffffffffffffff9, 5 },
		{ "56|8@1-", 0xfffffffffffffff0, 8 },
		{ "63|8@0-", 0xfffffffffffffff0, 8 },
		{ "0|8@1-", 0x12, 1 },
		{ "47|8@0-", 0xffffffffffffffbc, 6 },
		{ "0|64@1-", 0xf0debc9a78563412, 8 },
	};
	uint8_t data[DATA_SIZE] = {
		0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0, 0xa5
	};
	(void)state;

	memcpy(data + 56, "\x11\x22\x33\x44\x55\x66\x77\x88", 8);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		_cleanup_(dbc_freep) struct dbc *dbc = NULL;
		const struct dbc_signal *s;
		uint64_t raw = 99;
		char line[80];

		snprintf(line, sizeof(line), " SG_ S : %s (1,0) [0|0] \"\" A",
			 t[i].layout);
		dbc = parse(line);
		s = find(dbc, "S");
		assert_int_equal(s->need, t[i].need);
		assert_false(dbc_get_raw(s, data, t[i].need - 1u, &raw));
		assert_int_equal(raw, 99);
		assert_true(dbc_get_raw(s, data, t[i].need, &raw));
		assert_int_equal(raw, t[i].raw);
	}
}

/*
 * The bits of a signal one by one, the most significant first, by the two rules of the
 * format and nothing else. False: it leaves the data.
 */
static bool slow_bits(unsigned int start, unsigned int bits, bool motorola,
		      unsigned int *where)
{
	unsigned int at = start;

	for (unsigned int i = 0; i < bits; i++) {
		if (at >= DATA_BITS)
			return false;
		where[motorola ? i : bits - 1 - i] = at;
		at = !motorola ? at + 1 : at % 8 ? at - 1 : at + 15;
	}

	return true;
}

static uint64_t slow_get(const uint8_t *data, const unsigned int *where,
			 unsigned int bits, bool sign)
{
	uint64_t v = 0;

	for (unsigned int i = 0; i < bits; i++) {
		unsigned int bit = data[where[i] / 8] >> where[i] % 8 & 1u;

		if (i == 0 && sign && bit)
			v = UINT64_MAX;
		v = v << 1 | bit;
	}

	return v;
}

static void slow_put(uint8_t *data, const unsigned int *where, unsigned int bits,
		     uint64_t v)
{
	for (unsigned int i = bits; i-- > 0; v >>= 1) {
		uint8_t bit = (uint8_t)(1u << where[i] % 8);

		data[where[i] / 8] =
			(uint8_t)((data[where[i] / 8] & ~bit) | (v & 1 ? bit : 0));
	}
}

/* xorshift64: the same numbers each time. */
static uint64_t next_random(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;

	return *x;
}

static void check_signal(const struct dbc_signal *s, const unsigned int *where,
			 uint64_t *x)
{
	bool sign = s->kind == DBC_SIGNED;
	uint8_t data[DATA_SIZE], same[DATA_SIZE];
	uint64_t raw, want;

	for (size_t i = 0; i < DATA_SIZE; i += 8) {
		uint64_t r = next_random(x);

		memcpy(data + i, &r, 8);
	}
	memcpy(same, data, sizeof(data));
	assert_true(dbc_get_raw(s, data, DATA_SIZE, &raw));
	assert_int_equal(raw, slow_get(data, where, s->bits, sign));

	/* Any other value: only the signal's own bits change. */
	want = next_random(x) >> (64 - s->bits);
	if (sign && s->bits < 64 && want >> (s->bits - 1))
		want |= UINT64_MAX << s->bits;
	assert_int_equal(dbc_put_raw(s, want, data), 0);
	slow_put(same, where, s->bits, want);
	assert_memory_equal(data, same, sizeof(data));
	assert_true(dbc_get_raw(s, data, DATA_SIZE, &raw));
	assert_int_equal(raw, want);
}

/* Each start and each length, in both byte orders, signed and not. */
static void every_place(void **state)
{
	static char text[64 * 4 * 48];
	uint64_t x = 88172645463325252u;
	size_t n_checked = 0, n_outside = 0;
	(void)state;

	for (unsigned int start = 0; start < DATA_BITS; start++) {
		_cleanup_(dbc_freep) struct dbc *dbc = NULL;
		size_t n = (size_t)snprintf(text, sizeof(text), "BO_ 1 M: 64 A\n"),
		       outside = 0;
		int r;

		for (unsigned int i = 0; i < 64 * 4; i++)
			n += (size_t)snprintf(text + n, sizeof(text) - n,
					      "SG_ S%u:%u|%u@%u%c(1,0)[0|0]\"\"A\n", i,
					      start, i / 4 + 1, i & 1, i & 2 ? '-' : '+');
		assert_true(n < sizeof(text));
		r = dbc_parse("test", text, n, NULL, NULL, &dbc);
		for (unsigned int i = 0, k = 0; i < 64 * 4; i++) {
			unsigned int where[64];

			if (!slow_bits(start, i / 4 + 1, !(i & 1), where)) {
				outside++;
				continue;
			}
			check_signal(&dbc->messages[0].signals[k++], where, &x);
			n_checked++;
		}
		assert_int_equal(r, outside);
		n_outside += outside;
	}
	/* 2 * (sum of 512 - bits + 1 places), signed and unsigned. */
	assert_int_equal(n_checked, 4 * (512 * 64 - 2016));
	assert_int_equal(n_outside, 4 * 2016);
}

static void ranges(void **state)
{
	static const struct {
		const char *layout;
		uint64_t raw;
		int r;
	} t[] = {
		{ "0|1@1+", 1, 0 },
		{ "0|1@1+", 2, -ERANGE },
		{ "0|8@1+", 255, 0 },
		{ "0|8@1+", 256, -ERANGE },
		{ "0|8@1+", UINT64_MAX, -ERANGE },
		{ "0|64@1+", UINT64_MAX, 0 },
		{ "0|1@1-", UINT64_MAX, 0 },
		{ "0|1@1-", 1, -ERANGE },
		{ "0|8@1-", 127, 0 },
		{ "0|8@1-", 128, -ERANGE },
		{ "0|8@1-", (uint64_t)-128, 0 },
		{ "0|8@1-", (uint64_t)-129, -ERANGE },
		{ "0|64@1-", UINT64_MAX, 0 },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		static const uint8_t zero[DATA_SIZE];
		_cleanup_(dbc_freep) struct dbc *dbc = NULL;
		uint8_t data[DATA_SIZE] = { 0 };
		char line[80];

		snprintf(line, sizeof(line), " SG_ S : %s (1,0) [0|0] \"\" A",
			 t[i].layout);
		dbc = parse(line);
		assert_int_equal(dbc_put_raw(find(dbc, "S"), t[i].raw, data), t[i].r);
		if (t[i].r < 0)
			assert_memory_equal(data, zero, sizeof(data));
	}
}

static void physical(void **state)
{
	static const struct {
		const char *signal;	/* from the layout on */
		uint64_t raw;
		double value;
		const char *text;
	} t[] = {
		{ "0|8@1+ (1,0)", 255, 255, "255" },
		{ "0|8@1- (1,0)", (uint64_t)-1, -1, "-1" },
		{ "0|8@1+ (1,-40)", 0, -40, "-40" },
		{ "0|8@1+ (-1,0)", 0, 0, "0" },
		{ "0|8@1+ (-1,0)", 255, -255, "-255" },
		{ "0|8@1+ (0.5,0)", 3, 1.5, "1.5" },
		{ "0|16@1+ (0.01,0)", 65535, 655.35, "655.35" },
		/* As Python: the product is rounded before the offset is added. */
		{ "0|8@1+ (0.1,0)", 3, 0.30000000000000004, "0.30000000000000004" },
		{ "0|8@1+ (0.1,0.7)", 12, 1.9000000000000001, "1.9000000000000001" },
		{ "0|8@1+ (0.1,-40)", 82, -31.799999999999997, "-31.799999999999997" },
		{ "0|12@1+ (0.01,-273.15)", 1717, -255.97999999999996,
		  "-255.97999999999996" },
		/* Whole numbers keep every digit. */
		{ "0|64@1+ (1,0)", UINT64_MAX, 0x1p64, "18446744073709551615" },
		{ "0|64@1+ (1,0)", 9007199254740993, 9007199254740992.0,
		  "9007199254740993" },
		{ "0|64@1- (1,0)", (uint64_t)1 << 63, -0x1p63, "-9223372036854775808" },
		{ "0|64@1- (1,0)", INT64_MAX, 0x1p63, "9223372036854775807" },
		{ "0|64@1- (-1,-1)", (uint64_t)1 << 63, 0x1p63, "9223372036854775807" },
		{ "0|64@1- (-1,-1)", INT64_MAX, -0x1p63, "-9223372036854775808" },
		{ "0|64@1+ (1,-9223372036854775808)", UINT64_MAX, 0x1p63,
		  "9223372036854775807" },
		{ "0|63@1+ (2,1)", INT64_MAX, 0x1p64, "18446744073709551615" },
		{ "0|32@1+ (4294967297,0)", 0xffffffff, 0x1p64, "18446744073709551615" },
		/* Over 64 bits there are only doubles. */
		{ "0|64@1+ (2,0)", UINT64_MAX, 0x1p65, "3.6893488147419103e+19" },
		{ "0|8@1+ (1e300,0)", 2, 2e300, "2e+300" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		_cleanup_(dbc_freep) struct dbc *dbc = NULL;
		char line[120], buf[32];

		snprintf(line, sizeof(line), " SG_ S : %s [0|0] \"\" A", t[i].signal);
		dbc = parse(line);
		assert_true(dbc_physical(find(dbc, "S"), t[i].raw) == t[i].value);
		assert_int_equal(
			dbc_physical_text(find(dbc, "S"), t[i].raw, buf, sizeof(buf)),
			strlen(t[i].text));
		assert_string_equal(buf, t[i].text);
	}
}

static void floats(void **state)
{
	static const struct {
		const char *name, *text;
		uint64_t raw;
	} t[] = {
		/* IEEE 754 by hand: sign, exponent, fraction. */
		{ "F", "1", 0x3f800000 },
		{ "F", "-2.5", 0xc0200000 },
		{ "F", "0.15625", 0x3e200000 },
		{ "F", "inf", 0x7f800000 },
		{ "F", "-inf", 0xff800000 },
		{ "D", "1", 0x3ff0000000000000 },
		{ "D", "0.1", 0x3fb999999999999a },
		{ "D", "-2", 0xc000000000000000 },
		{ "D", "inf", 0x7ff0000000000000 },
		{ "D", "1.7976931348623157e+308", 0x7fefffffffffffff },
		{ "H", "3.5", 0x3f800000 },
	};
	_cleanup_(dbc_freep) struct dbc *dbc = parse(
		" SG_ F : 7|32@0- (1,0) [0|0] \"\" A\n SG_ D : 64|64@1- (1,0) [0|0] \"\" A\n"
		" SG_ H : 128|32@1+ (0.5,3) [0|0] \"\" A\n"
		"SIG_VALTYPE_ 1 F : 1;\nSIG_VALTYPE_ 1 D : 2;\nSIG_VALTYPE_ 1 H : 1;\n");
	uint8_t data[DATA_SIZE] = { 0 };
	uint64_t raw;
	char buf[32];
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		const struct dbc_signal *s = find(dbc, t[i].name);

		dbc_physical_text(s, t[i].raw, buf, sizeof(buf));
		assert_string_equal(buf, t[i].text);
		assert_int_equal(dbc_put_text(s, t[i].text, data), 0);
		assert_true(dbc_get_raw(s, data, sizeof(data), &raw));
		assert_int_equal(raw, t[i].raw);
	}

	assert_int_equal(dbc_put_text(find(dbc, "F"), "1", data), 0);
	assert_memory_equal(data, "\x3f\x80\0\0", 4);
	assert_int_equal(dbc_put_text(find(dbc, "F"), "1e39", data), -ERANGE);
	assert_int_equal(dbc_put_text(find(dbc, "D"), "1e309", data), -ERANGE);
	assert_int_equal(dbc_put_text(find(dbc, "F"), "nan", data), 0);
	assert_true(dbc_get_raw(find(dbc, "F"), data, sizeof(data), &raw));
	assert_true(isnan(dbc_physical(find(dbc, "F"), raw)));
	dbc_physical_text(find(dbc, "F"), raw, buf, sizeof(buf));
	assert_string_equal(buf, "nan");
	assert_null(dbc_word(find(dbc, "F"), raw));
}

static void words(void **state)
{
	_cleanup_(dbc_freep) struct dbc *dbc = parse(
		" SG_ U : 0|8@1+ (1,0) [0|3] \"\" A\n SG_ S : 8|8@1- (0.1,5) [0|0] \"\" A\n"
		" SG_ F : 16|32@1- (1,0) [0|0] \"\" A\n SG_ W : 64|64@1+ (1,0) [0|0] \"\" A\n"
		"SIG_VALTYPE_ 1 F : 1;\n"
		"VAL_ 1 U 3 \"three\" 2 \"TWO\" 0 \"off\" 1 \"7\" 255 \"none\" ;\n"
		"VAL_ 1 S -128 \"lowest\" 127 \"highest\" -1 \"less\" ;\n"
		"VAL_ 1 F 2 \"two\" ;\nVAL_ 1 W 0 \"none\" 18446744073709551615 \"all\" ;\n");
	static const struct {
		const char *name;
		uint64_t raw;
		const char *word;
	} t[] = {
		{ "U", 0, "off" },
		{ "U", 1, "7" },
		{ "U", 2, "TWO" },
		{ "U", 3, "three" },
		{ "U", 4, NULL },
		{ "U", 254, NULL },
		{ "U", 255, "none" },
		{ "S", (uint64_t)-128, "lowest" },
		{ "S", (uint64_t)-1, "less" },
		{ "S", 0, NULL },
		{ "S", 127, "highest" },
		{ "F", 0x40000000, "two" },
		{ "F", 0x40200000, NULL },
		{ "F", 2, NULL },
		{ "W", UINT64_MAX, "all" },
		{ "W", UINT64_MAX - 1, NULL },
	};
	uint8_t data[DATA_SIZE];
	uint64_t raw;
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		const char *word = dbc_word(find(dbc, t[i].name), t[i].raw);

		if (!t[i].word) {
			assert_null(word);
			continue;
		}
		assert_string_equal(word, t[i].word);
		memset(data, 0x55, sizeof(data));
		assert_int_equal(dbc_put_text(find(dbc, t[i].name), word, data), 0);
		assert_true(dbc_get_raw(find(dbc, t[i].name), data, sizeof(data), &raw));
		assert_int_equal(raw, t[i].raw);
	}
}

static void texts(void **state)
{
	static const struct {
		const char *signal, *text;
		int r;
		uint64_t raw;
	} t[] = {
		{ "0|8@1+ (1,0) [0|0]", "7", 0, 7 },
		{ "0|8@1+ (1,0) [0|0]", "+7", 0, 7 },
		{ "0|8@1+ (1,0) [0|0]", "0x1F", 0, 31 },
		{ "0|8@1+ (1,0) [0|0]", "255", 0, 255 },
		{ "0|8@1+ (1,0) [0|0]", "256", -ERANGE, 0 },
		{ "0|8@1+ (1,0) [0|0]", "-1", -ERANGE, 0 },
		{ "0|8@1+ (1,0) [0|0]", "-0", 0, 0 },
		{ "0|8@1+ (1,0) [0|0]", "", -EINVAL, 0 },
		{ "0|8@1+ (1,0) [0|0]", "on", -EINVAL, 0 },
		{ "0|8@1+ (1,0) [0|0]", "7x", -EINVAL, 0 },
		{ "0|8@1+ (1,0) [0|0]", "0x", -EINVAL, 0 },
		{ "0|8@1+ (1,0) [0|0]", " 7", -EINVAL, 0 },
		{ "0|8@1+ (1,0) [0|0]", "nan", -EINVAL, 0 },
		{ "0|8@1+ (1,0) [0|0]", "inf", -EINVAL, 0 },
		{ "0|8@1+ (1,0) [0|0]", "2.4", 0, 2 },
		{ "0|8@1+ (1,0) [0|0]", "2.5", 0, 3 },
		{ "0|8@1+ (1,0) [0|0]", "255.4", 0, 255 },
		{ "0|8@1+ (1,0) [0|0]", "255.5", -ERANGE, 0 },
		{ "0|8@1+ (1,0) [0|0]", "1e2", 0, 100 },
		{ "0|8@1- (1,0) [0|0]", "-128", 0, (uint64_t)-128 },
		{ "0|8@1- (1,0) [0|0]", "-129", -ERANGE, 0 },
		{ "0|8@1- (1,0) [0|0]", "128", -ERANGE, 0 },
		{ "0|8@1- (1,0) [0|0]", "-2.5", 0, (uint64_t)-3 },
		/* [min|max] counts only when it is a range. */
		{ "0|8@1+ (1,0) [10|20]", "10", 0, 10 },
		{ "0|8@1+ (1,0) [10|20]", "20", 0, 20 },
		{ "0|8@1+ (1,0) [10|20]", "9", -ERANGE, 0 },
		{ "0|8@1+ (1,0) [10|20]", "21", -ERANGE, 0 },
		{ "0|8@1+ (0.1,0) [0|25.5]", "25.5", 0, 255 },
		{ "0|8@1+ (1,0) [20|10]", "30", 0, 30 },
		/* Factor and offset. */
		{ "0|8@1+ (0.1,0) [0|0]", "0.3", 0, 3 },
		{ "0|8@1+ (0.1,0) [0|0]", "0.30000000000000004", 0, 3 },
		{ "0|8@1+ (0.1,-40) [0|0]", "-31.8", 0, 82 },
		{ "0|8@1+ (0.1,-40) [0|0]", "-40.1", -ERANGE, 0 },
		{ "0|8@1+ (1,-40) [0|0]", "-40", 0, 0 },
		{ "0|8@1+ (-2,10) [0|0]", "0", 0, 5 },
		{ "0|8@1+ (-2,10) [0|0]", "12", -ERANGE, 0 },
		{ "0|8@1+ (2,0) [0|0]", "5", 0, 3 },
		/* Whole numbers keep every digit. */
		{ "0|64@1+ (1,0) [0|0]", "18446744073709551615", 0, UINT64_MAX },
		{ "0|64@1+ (1,0) [0|0]", "18446744073709551616", -ERANGE, 0 },
		{ "0|64@1+ (1,0) [0|0]", "9007199254740993", 0, 9007199254740993 },
		{ "0|64@1+ (1,0) [0|0]", "0xFFFFFFFFFFFFFFFE", 0, UINT64_MAX - 1 },
		{ "0|64@1- (1,0) [0|0]", "-9223372036854775808", 0, (uint64_t)1 << 63 },
		{ "0|64@1- (1,0) [0|0]", "-9223372036854775809", -ERANGE, 0 },
		{ "0|64@1- (1,0) [0|0]", "18446744073709551615", -ERANGE, 0 },
		{ "0|64@1- (-1,0) [0|0]", "-9223372036854775808", -ERANGE, 0 },
		{ "0|64@1- (-1,-1) [0|0]", "9223372036854775807", 0, (uint64_t)1 << 63 },
		{ "0|64@1- (-1,-1) [0|0]", "9223372036854775808", -ERANGE, 0 },
		{ "0|64@1- (-1,-1) [0|0]", "-9223372036854775808", 0, INT64_MAX },
		{ "0|61@1+ (-3,0) [0|0]", "-6917529027641081853", 0,
		  2305843009213693951 },
		{ "0|8@1+ (4,0) [0|0]", "6", 0, 2 },
		{ "0|8@1+ (4,0) [0|0]", "5", 0, 1 },
		{ "0|8@1- (4,0) [0|0]", "-6", 0, (uint64_t)-2 },
		{ "0|63@1+ (2,1) [0|0]", "18446744073709551615", 0, INT64_MAX },
		{ "0|64@1+ (1,-9223372036854775808) [0|0]", "9223372036854775807", 0,
		  UINT64_MAX },
		{ "0|8@1+ (1e-300,0) [0|0]", "1e300", -ERANGE, 0 },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		_cleanup_(dbc_freep) struct dbc *dbc = NULL;
		uint8_t data[DATA_SIZE] = { 0 };
		uint64_t raw;
		char line[120];

		snprintf(line, sizeof(line), " SG_ S : %s \"\" A", t[i].signal);
		dbc = parse(line);
		assert_int_equal(dbc_put_text(find(dbc, "S"), t[i].text, data), t[i].r);
		assert_true(dbc_get_raw(find(dbc, "S"), data, sizeof(data), &raw));
		assert_int_equal(raw, t[i].raw);
	}
}

/* A word comes before a number, an exact word before one in other case. */
static void words_first(void **state)
{
	_cleanup_(dbc_freep) struct dbc *dbc =
		parse(" SG_ S : 0|8@1+ (1,0) [0|3] \"\" A\n"
		      "VAL_ 1 S 1 \"2\" 2 \"ON\" 3 \"On\" 255 \"none\" 256 \"big\" ;\n");
	static const struct {
		const char *text;
		int r;
		uint8_t byte;
	} t[] = {
		{ "2", 0, 1 },	       { "ON", 0, 2 },	   { "On", 0, 3 },
		{ "on", 0, 2 },	       { "none", 0, 255 }, { "NONE", 0, 255 },
		{ "big", -ERANGE, 0 }, { "3", 0, 3 },	   { "4", -ERANGE, 0 },
		{ "o", -EINVAL, 0 },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		uint8_t data[DATA_SIZE] = { 0 };

		assert_int_equal(dbc_put_text(find(dbc, "S"), t[i].text, data), t[i].r);
		assert_int_equal(data[0], t[i].byte);
	}
}

/* What dbc_physical_text() writes, dbc_put_text() puts back. */
static void text_round_trip(void **state)
{
	static const char *const signals[] = {
		"0|16@1+ (0.1,0)",	  "0|16@1- (0.0625,-40)",
		"0|16@1+ (0.01,-273.15)", "7|16@0- (-0.001,1.5)",
		"0|16@1+ (1,-32768)",	  "0|16@1+ (-3,7)",
		"0|16@1+ (1e-05,1000)",	  "0|16@1+ (0.0147058823529412,-903.529)",
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		_cleanup_(dbc_freep) struct dbc *dbc = NULL;
		const struct dbc_signal *s;
		char line[120], text[32];

		snprintf(line, sizeof(line), " SG_ S : %s [0|0] \"\" A", signals[i]);
		dbc = parse(line);
		s = find(dbc, "S");
		for (unsigned int v = 0; v <= 0xffff; v += 7) {
			uint8_t data[DATA_SIZE] = { 0 }, back[DATA_SIZE] = { 0 };
			uint64_t raw;

			data[0] = (uint8_t)v;
			data[1] = (uint8_t)(v >> 8);
			assert_true(dbc_get_raw(s, data, 2, &raw));
			dbc_physical_text(s, raw, text, sizeof(text));
			assert_int_equal(dbc_put_text(s, text, back), 0);
			assert_memory_equal(back, data, sizeof(data));
		}
	}
}

static void multiplexed(void **state)
{
	_cleanup_(dbc_freep) struct dbc *dbc =
		parse(" SG_ Before m2 : 16|8@1+ (1,0) [0|0] \"\" A\n"
		      " SG_ Sel M : 8|4@1- (1,0) [0|0] \"\" A\n"
		      " SG_ Zero m0 : 0|8@1+ (1,0) [0|0] \"\" A\n"
		      " SG_ Last m15 : 16|16@1+ (1,0) [0|0] \"\" A\n"
		      " SG_ Always : 12|4@1+ (1,0) [0|0] \"\" A\n");
	static const struct {
		uint8_t data[4];
		size_t len;
		const char *there;	/* of Before, Sel, Zero, Last, Always */
	} t[] = {
		{ { 0x11, 0x52, 0x33, 0x44 }, 4, "BS..A" },
		{ { 0x11, 0x52, 0x33 }, 3, "BS..A" },
		{ { 0x11, 0x52 }, 2, ".S..A" },
		{ { 0x11, 0x50, 0x33, 0x44 }, 4, ".SZ.A" },
		{ { 0x11, 0x5f, 0x33, 0x44 }, 4, ".S.LA" },
		{ { 0x11, 0x5f, 0x33 }, 3, ".S..A" },
		{ { 0x11, 0x57, 0x33, 0x44 }, 4, ".S..A" },
		/* Too short for the selector: then nobody knows. */
		{ { 0x11 }, 1, "....." },
		{ { 0 }, 0, "....." },
	};
	const struct dbc_message *m = dbc_find(dbc, 1, false);
	(void)state;

	assert_int_equal(m->n_signals, 5);
	assert_ptr_equal(m->selector, &m->signals[1]);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		uint8_t data[DATA_SIZE] = { 0 };
		char there[6] = ".....";
		uint64_t raw;

		memcpy(data, t[i].data, sizeof(t[i].data));
		for (size_t k = 0; k < 5; k++)
			if (dbc_get_raw(&m->signals[k], data, t[i].len, &raw))
				there[k] = m->signals[k].name[0];
		assert_string_equal(there, t[i].there);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(layouts),	   cmocka_unit_test(every_place),
		cmocka_unit_test(ranges),	   cmocka_unit_test(physical),
		cmocka_unit_test(floats),	   cmocka_unit_test(words),
		cmocka_unit_test(texts),	   cmocka_unit_test(words_first),
		cmocka_unit_test(text_round_trip), cmocka_unit_test(multiplexed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
