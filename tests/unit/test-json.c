/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "out/json.h"
#include "out/utf8.h"
#include "unit.h"

/* JSON into a buffer that is big enough: nothing is written to the descriptor. */
struct page {
	struct out out;
	struct json j;
};

static void page_open(struct page *p)
{
	out_init(&p->out, -1);
	p->j = (struct json){ .out = &p->out };
}

static const char *page_text(struct page *p)
{
	assert_int_equal(p->out.error, 0);
	assert_in_range(p->out.len, 0, OUT_SIZE - 1);
	p->out.buf[p->out.len] = '\0';

	return p->out.buf;
}

static void values(void **state)
{
	static struct page p;
	(void)state;

	page_open(&p);
	json_open(&p.j, '{');
	json_key(&p.j, "s");
	json_string(&p.j, "open");
	json_key(&p.j, "nothing");
	json_string(&p.j, NULL);
	json_key(&p.j, "null");
	json_null(&p.j);
	json_key(&p.j, "list");
	json_open(&p.j, '[');
	json_int(&p.j, 1);
	json_int(&p.j, INT64_MIN);
	json_int(&p.j, INT64_MAX);
	json_bool(&p.j, true);
	json_bool(&p.j, false);
	json_open(&p.j, '[');
	json_close(&p.j, ']');
	json_open(&p.j, '{');
	json_close(&p.j, '}');
	json_string(&p.j, "");
	json_close(&p.j, ']');
	json_close(&p.j, '}');
	json_end(&p.j);
	json_open(&p.j, '{');
	json_close(&p.j, '}');
	json_end(&p.j);
	assert_string_equal(
		page_text(&p),
		"{\"s\":\"open\",\"nothing\":null,\"null\":null,\"list\":[1,"
		"-9223372036854775808,9223372036854775807,true,false,[],{},\"\"]}\n{}\n");
}

static void numbers(void **state)
{
	static const struct {
		const char *in, *want;
	} t[] = {
		{ "0", "0" },	      { "-1.5", "-1.5" },   { "1e+300", "1e+300" },
		{ "nan", "\"nan\"" }, { "inf", "\"inf\"" }, { "-inf", "\"-inf\"" },
	};
	static const struct {
		nsec_t in;
		const char *want;
	} s[] = {
		{ 0, "0" },	      { 1500000000, "1.5" },  { -2000000000, "-2" },
		{ 1, "0.000000001" }, { NSEC_NEVER, "null" },
	};
	static struct page p;
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		page_open(&p);
		json_number(&p.j, t[i].in);
		assert_string_equal(page_text(&p), t[i].want);
	}
	for (size_t i = 0; i < ARRAY_SIZE(s); i++) {
		page_open(&p);
		json_seconds(&p.j, s[i].in);
		assert_string_equal(page_text(&p), s[i].want);
	}
}

/* RFC 8259 clause 7 and RFC 3629; other bytes are taken as Latin-1. */
static void strings(void **state)
{
	static const struct {
		const char *in, *want;
	} t[] = {
		{ "", "\"\"" },
		{ "plain text", "\"plain text\"" },
		{ "\"", "\"\\\"\"" },
		{ "\\", "\"\\\\\"" },
		{ "a/b", "\"a/b\"" },
		{ "a\tb", "\"a\\u0009b\"" },
		{ "a\nb", "\"a\\u000ab\"" },
		{ "\x01\x1f", "\"\\u0001\\u001f\"" },
		{ "\x1b[31m", "\"\\u001b[31m\"" },
		{ "\x7f", "\"\\u007f\"" },
		{ "\xc3\xa9", "\"\xc3\xa9\"" },
		{ "\xe2\x82\xac", "\"\xe2\x82\xac\"" },
		{ "\xf0\x9f\x94\x91", "\"\xf0\x9f\x94\x91\"" },
		{ "\xf4\x8f\xbf\xbf", "\"\xf4\x8f\xbf\xbf\"" },
		{ "\xe9t\xe9", "\"\\u00e9t\\u00e9\"" },
		{ "\xb0"
		  "C",
		  "\"\\u00b0C\"" },
		{ "\x80\xff", "\"\\u0080\\u00ff\"" },
		{ "\xc0\x80", "\"\\u00c0\\u0080\"" },
		{ "\xc1\xbf", "\"\\u00c1\\u00bf\"" },
		{ "\xe0\x80\xaf", "\"\\u00e0\\u0080\\u00af\"" },
		{ "\xf0\x80\x80\xaf", "\"\\u00f0\\u0080\\u0080\\u00af\"" },
		{ "\xed\xa0\x80", "\"\\u00ed\\u00a0\\u0080\"" },
		{ "\xed\xbf\xbf", "\"\\u00ed\\u00bf\\u00bf\"" },
		{ "\xf4\x90\x80\x80", "\"\\u00f4\\u0090\\u0080\\u0080\"" },
		{ "\xf5\x80\x80\x80", "\"\\u00f5\\u0080\\u0080\\u0080\"" },
		{ "\xe2\x82", "\"\\u00e2\\u0082\"" },
		{ "\xe2\x82x", "\"\\u00e2\\u0082x\"" },
		{ "\xc3", "\"\\u00c3\"" },
		{ "\xc2\x85", "\"\\u00c2\\u0085\"" },
		{ "\xc2\xa0", "\"\xc2\xa0\"" },
	};
	static struct page p;
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		page_open(&p);
		json_string(&p.j, t[i].in);
		assert_string_equal(page_text(&p), t[i].want);
		page_open(&p);
		json_key(&p.j, t[i].in);
		assert_int_equal(strncmp(page_text(&p), t[i].want, strlen(t[i].want)), 0);
		assert_string_equal(p.out.buf + strlen(t[i].want), ":");
	}
}

/* Any two bytes: the string is closed, has no raw control character and is UTF-8. */
static void any_bytes(void **state)
{
	static struct page p;
	(void)state;

	for (unsigned int a = 1; a < 256; a++)
		for (unsigned int b = 1; b < 256; b++) {
			char in[3] = { (char)a, (char)b, 0 };
			const char *s;
			size_t n;

			page_open(&p);
			json_string(&p.j, in);
			s = page_text(&p);
			n = strlen(s);
			assert_in_range(n, 3, 14);
			assert_true(s[0] == '"' && s[n - 1] == '"');
			for (size_t i = 1; i < n - 1;) {
				size_t len = utf8_length(s + i, n - i);

				if (len == 0 || (unsigned char)s[i] < 0x20 || s[i] == '"')
					fail_msg("%02x %02x gives %s", a, b, s);
				i += s[i] == '\\' ? 2 : len;
			}
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values),   cmocka_unit_test(numbers),
		cmocka_unit_test(strings),  cmocka_unit_test(any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
