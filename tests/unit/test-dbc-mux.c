/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Multiplexors: which signals are in a frame. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "dbc/codec.h"
#include "dbc/dbc.h"
#include "unit.h"

#define AT(name, place) " SG_ " name " : " place " (1,0) [0|0] \"\" A\n"

static void add_fault(const struct dbc_fault *f, void *arg)
{
	char *text = arg;
	size_t n = strlen(text);

	snprintf(text + n, 1000 - n, "%u:%u: %s\n", f->line, f->column, f->text);
}

static struct dbc *parse(const char *text, const char *faults)
{
	char found[1000] = "";
	struct dbc *dbc = NULL;
	int r = dbc_parse("test", text, strlen(text), add_fault, found, &dbc);

	assert_true(r >= 0);
	assert_string_equal(found, faults);

	return dbc;
}

/* The names, each a letter, of the signals that are in the frame. */
static void there(const struct dbc_message *m, const uint8_t *data, size_t len, char *ret)
{
	uint64_t raw;

	for (size_t i = 0; i < m->n_signals; i++)
		if (dbc_get_raw(&m->signals[i], data, len, &raw))
			*ret++ = *m->signals[i].name;
	*ret = '\0';
}

/*
 * R selects A, B and the selector N (m2M), which selects C and D; the second root S, on
 * its own, selects E.
 */
#define NESTED                                                             \
	"BO_ 1 M: 8 A\n" AT("R M", "0|8@1+") AT("A m0", "8|8@1+")          \
		AT("B m1", "8|8@1+") AT("N m2M", "8|8@1+")                 \
			AT("C m3", "16|8@1+") AT("D m4", "16|8@1+")        \
				AT("S M", "56|4@1+") AT("E m1", "60|4@1+") \
					"SG_MUL_VAL_ 1 A R 0-0;\n"         \
					"SG_MUL_VAL_ 1 B R 1-1, 5-7, 250-255;\n" \
					"SG_MUL_VAL_ 1 N R 2-2,3 - 3;\n"   \
					"SG_MUL_VAL_ 1 C N 3-3;\n"         \
					"SG_MUL_VAL_ 1 D N 4-9, 3-5;\n"    \
					"SG_MUL_VAL_ 1 E S 1-1;\n"

static void nested(void **state)
{
	static const struct {
		uint8_t data[8];
		size_t len;
		const char *there;
	} t[] = {
		{ { 0, 9, 9, 0, 0, 0, 0, 0x00 }, 8, "RAS" },
		{ { 1, 9, 9, 0, 0, 0, 0, 0x01 }, 8, "RBSE" },
		{ { 4 }, 8, "RS" },
		{ { 5 }, 8, "RBS" },
		{ { 7 }, 8, "RBS" },
		{ { 8 }, 8, "RS" },
		{ { 249 }, 8, "RS" },
		{ { 250 }, 8, "RBS" },
		{ { 255 }, 8, "RBS" },
		/* The inner selector counts only where the outer one names it. */
		{ { 2, 3 }, 8, "RNCDS" },
		{ { 3, 3 }, 8, "RNCDS" },
		{ { 2, 4 }, 8, "RNDS" },
		{ { 3, 9 }, 8, "RNDS" },
		{ { 2, 10 }, 8, "RNS" },
		{ { 0, 3 }, 8, "RAS" },
		{ { 1, 4 }, 8, "RBS" },
		/* What a short frame has is there. */
		{ { 2, 3 }, 7, "RNCD" },
		{ { 2, 3 }, 3, "RNCD" },
		{ { 2, 3 }, 2, "RN" },
		{ { 2, 3 }, 1, "R" },
		{ { 2, 3 }, 0, "" },
	};
	_cleanup_(dbc_freep) struct dbc *dbc = parse(NESTED, "");
	const struct dbc_message *m = dbc_find(dbc, 1, false);
	const struct dbc_signal *d;
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		uint8_t data[64] = { 0 };
		char got[9];

		memcpy(data, t[i].data, 8);
		there(m, data, t[i].len, got);
		assert_string_equal(got, t[i].there);
	}

	assert_string_equal(m->selector->name, "R");
	d = dbc_find_signal(m, "D");
	assert_string_equal(d->selector->name, "N");
	assert_true(d->selector->selects && !d->selects);
	assert_int_equal(d->n_ranges, 1);
	assert_int_equal(d->ranges[0].low, 3);
	assert_int_equal(d->ranges[0].high, 9);
	assert_int_equal(d->mux_value, 3);
	assert_int_equal(dbc_find_signal(m, "B")->n_ranges, 3);
}

/* Which can be in one frame? */
static void together(void **state)
{
	static const char *const pairs[] = { "RA", "RN", "NC", "CD", "AE", "CS", "NE" };
	static const char *const never[] = { "AB", "AN", "BC", "AD" };
	_cleanup_(dbc_freep) struct dbc *dbc = parse(NESTED, "");
	const struct dbc_message *m = dbc_find(dbc, 1, false);
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(pairs) + ARRAY_SIZE(never); i++) {
		bool can = i < ARRAY_SIZE(pairs);
		const char *p = can ? pairs[i] : never[i - ARRAY_SIZE(pairs)];
		const struct dbc_signal *a =
			dbc_find_signal(m, (char[]){ p[0], '\0' });
		const struct dbc_signal *b =
			dbc_find_signal(m, (char[]){ p[1], '\0' });

		assert_int_equal(dbc_together(a, b), can);
		assert_int_equal(dbc_together(b, a), can);
	}
}

/* A signal that is set brings the selectors above it along, as few changes as can be. */
static void selecting(void **state)
{
	static const struct {
		const char *name;
		uint8_t before[2], after[2];
	} t[] = {
		{ "R", { 9, 9 }, { 9, 9 } },   { "A", { 9, 9 }, { 0, 9 } },
		{ "B", { 6, 9 }, { 6, 9 } },   { "B", { 9, 9 }, { 1, 9 } },
		{ "C", { 0, 0 }, { 2, 3 } },   { "C", { 3, 9 }, { 3, 3 } },
		{ "D", { 3, 9 }, { 3, 9 } },   { "D", { 0, 10 }, { 2, 3 } },
		{ "N", { 1, 77 }, { 2, 77 } },
	};
	_cleanup_(dbc_freep) struct dbc *dbc = parse(NESTED, "");
	const struct dbc_message *m = dbc_find(dbc, 1, false);
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		const struct dbc_signal *s = dbc_find_signal(m, t[i].name);
		uint8_t data[64] = { 0 };
		uint64_t raw;

		memcpy(data, t[i].before, 2);
		assert_int_equal(dbc_select(s, data), 0);
		assert_memory_equal(data, t[i].after, 2);
		assert_true(dbc_get_raw(s, data, 8, &raw));
	}
}

static void wide_selectors(void **state)
{
	_cleanup_(dbc_freep) struct dbc *dbc =
		parse("BO_ 1 M: 8 A\n" AT("R M", "0|2@1-") AT("A m3", "8|8@1+")
			      AT("B m4", "8|8@1+"),
		      "");
	const struct dbc_message *m = dbc_find(dbc, 1, false);
	uint8_t data[64] = { 3 };
	uint64_t raw;
	(void)state;

	/* A selector's value is its bits, also when it is signed. */
	assert_true(dbc_get_raw(dbc_find_signal(m, "R"), data, 8, &raw));
	assert_int_equal((int64_t)raw, -1);
	assert_true(dbc_get_raw(dbc_find_signal(m, "A"), data, 8, &raw));
	assert_false(dbc_get_raw(dbc_find_signal(m, "B"), data, 8, &raw));
	data[0] = 0;
	assert_int_equal(dbc_select(dbc_find_signal(m, "A"), data), 0);
	assert_int_equal(data[0], 3);
	assert_int_equal(dbc_select(dbc_find_signal(m, "B"), data), -ERANGE);
}

/* The statements, in any order and with faults: what is lost, and what is left. */
static void statements(void **state)
{
#define TWO "BO_ 1 M: 8 A\n" AT("R M", "0|8@1+") AT("A m1", "8|8@1+")
	static const struct {
		const char *text, *faults;
		const char *there;	/* with bytes 01 01 02 */
	} t[] = {
		{ TWO, "", "RA" },
		{ "SG_MUL_VAL_ 1 A R 5-5;\n" TWO, "", "R" },
		{ TWO "SG_MUL_VAL_ 1 A R 1-1,;\n",
		  "4:23: expected a whole number, got ';'\n", "RA" },
		{ TWO "SG_MUL_VAL_ 1 A R 1;\n", "4:20: expected '-', got ';'\n", "RA" },
		{ TWO "SG_MUL_VAL_ 1 A R 1-1\nBO_ 2 N: 1 A\n",
		  "5:1: expected ';', got 'BO_'\n", "RA" },
		{ TWO "SG_MUL_VAL_ 1 A R 2-1;\n",
		  "4:19: the range that begins with '2' ends before that\n", "RA" },
		{ TWO "SG_MUL_VAL_ 1 A R 18446744073709551616-1;\n",
		  "4:19: '18446744073709551616' is too large\n", "RA" },
		{ TWO "SG_MUL_VAL_ 1 A A 1-1;\n",
		  "4:17: 'A' cannot be its own multiplexor\n", "RA" },
		{ TWO "SG_MUL_VAL_ 1 A X 1-1;\n", "4:17: the message has no signal 'X'\n",
		  "RA" },
		{ TWO "SG_MUL_VAL_ 1 X R 1-1;\n", "4:15: the message has no signal 'X'\n",
		  "RA" },
		{ TWO "SG_MUL_VAL_ 2 A R 1-1;\n", "4:13: no message has the id '2'\n",
		  "RA" },
		{ TWO AT("B M", "16|8@1+") "SG_MUL_VAL_ 1 A R 1-1;\n"
					   "SG_MUL_VAL_ 1 A B 1-1;\n",
		  "6:15: 'A' has another multiplexor already\n", "RAB" },
		/* The same one again adds to it. */
		{ TWO "SG_MUL_VAL_ 1 A R 5-5;\nSG_MUL_VAL_ 1 A R 1-1;\n", "", "RA" },
		/* Nobody marked them; the statement says enough. */
		{ "BO_ 1 M: 8 A\n" AT("R", "0|8@1+") AT("A", "8|8@1+")
			  AT("B", "16|8@1+") "SG_MUL_VAL_ 1 A R 1-1;\n"
					     "SG_MUL_VAL_ 1 B A 9-9;\n",
		  "", "RA" },
		{ "BO_ 1 M: 8 A\n" AT("A m1M", "0|8@1+")
			  AT("B m1M", "8|8@1+") "SG_MUL_VAL_ 1 A B 1-1;\n"
						"SG_MUL_VAL_ 1 B A 1-1;\n",
		  "2:6: 'A' is multiplexed by itself\n"
		  "3:6: 'B' is multiplexed by a signal that has a fault\n",
		  "" },
		{ TWO AT("B m1", "16|32@1+") "SIG_VALTYPE_ 1 R : 1;\n",
		  "3:6: 'A' is multiplexed, but the message has no multiplexor\n"
		  "4:6: 'B' is multiplexed, but the message has no multiplexor\n"
		  "5:16: 'R' is a float, but has not 32 bits\n",
		  "" },
		{ TWO AT("B m1", "16|8@1+") "SG_MUL_VAL_ 1 B A 1-1;\n"
					    "SIG_VALTYPE_ 1 A : 1;\n",
		  "4:6: 'B' is multiplexed by a signal that has a fault\n"
		  "6:16: 'A' is a float, but has not 32 bits\n",
		  "R" },
	};
#undef TWO
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		_cleanup_(dbc_freep) struct dbc *dbc = parse(t[i].text, t[i].faults);
		uint8_t data[64] = { 1, 1, 2 };
		char got[9];

		there(dbc_find(dbc, 1, false), data, 8, got);
		assert_string_equal(got, t[i].there);
	}
}

/* A chain of multiplexors, each a member of the one before: up to the limit. */
static void depth(void **state)
{
	char text[8192], found[1000] = "";
	size_t n = (size_t)snprintf(text, sizeof(text),
				    "BO_ 1 M: 64 A\n" AT("s0 M", "0|8@1+"));
	_cleanup_(dbc_freep) struct dbc *dbc = NULL;
	const struct dbc_message *m;
	uint8_t data[64] = { 0 };
	uint64_t raw;
	int r;
	(void)state;

	for (unsigned int i = 1; i <= DBC_MUX_DEPTH + 1; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
				      AT("s%u m1M", "%u|8@1+") "SG_MUL_VAL_ 1 s%u s%u 1-1;\n",
				      i, i * 8, i, i - 1);
	assert_true(n < sizeof(text));
	r = dbc_parse("test", text, n, add_fault, found, &dbc);
	assert_int_equal(r, 1);
	assert_string_equal(found, "35:6: 's17' has too many multiplexors above it\n");
	m = dbc_find(dbc, 1, false);
	assert_int_equal(m->n_signals, DBC_MUX_DEPTH + 1);
	memset(data, 1, sizeof(data));
	assert_true(dbc_get_raw(&m->signals[DBC_MUX_DEPTH], data, 64, &raw));
	data[0] = 2;
	assert_false(dbc_get_raw(&m->signals[DBC_MUX_DEPTH], data, 64, &raw));
}

/* Many ranges: the search finds each end and no gap. */
static void many_ranges(void **state)
{
	static char text[65536];
	size_t n = (size_t)snprintf(text, sizeof(text), "BO_ 1 M: 8 A\n%s%sSG_MUL_VAL_ 1 A R ",
				    AT("R M", "0|16@1+"), AT("A m0", "16|8@1+"));
	_cleanup_(dbc_freep) struct dbc *dbc = NULL;
	const struct dbc_signal *a;
	(void)state;

	for (unsigned int i = 1000; i-- > 0;)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%u-%u%s", i * 10,
				      i * 10 + 3, i ? "," : ";\n");
	assert_true(n < sizeof(text));
	assert_int_equal(dbc_parse("test", text, n, NULL, NULL, &dbc), 0);
	a = dbc_find_signal(dbc_find(dbc, 1, false), "A");
	assert_int_equal(a->n_ranges, 1000);
	for (unsigned int v = 0; v < 65536; v++) {
		uint8_t data[64] = { (uint8_t)v, (uint8_t)(v >> 8) };
		uint64_t raw;

		assert_int_equal(dbc_get_raw(a, data, 8, &raw), v < 10000 && v % 10 <= 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nested),	  cmocka_unit_test(together),
		cmocka_unit_test(selecting),	  cmocka_unit_test(wide_selectors),
		cmocka_unit_test(statements),	  cmocka_unit_test(depth),
		cmocka_unit_test(many_ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
