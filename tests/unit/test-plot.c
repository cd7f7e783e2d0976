/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "dbc/codec.h"
#include "out/axis.h"
#include "out/plot.h"
#include "unit.h"

static const char text[] = "BO_ 1 M: 8 E\n"
			   " SG_ Number : 0|16@1- (0.5,0) [0|0] \"V\" E\n"
			   " SG_ Words : 16|8@1+ (1,0) [0|0] \"\" E\n"
			   " SG_ Almost : 24|8@1+ (1,0) [0|0] \"\" E\n"
			   " SG_ Bit : 32|1@1+ (1,0) [0|0] \"\" E\n"
			   " SG_ Real : 32|32@1- (1,0) [0|0] \"\" E\n"
			   "SIG_VALTYPE_ 1 Real : 1;\n"
			   "VAL_ 1 Words 0 \"off\" 1 \"on\" ;\n"
			   "VAL_ 1 Almost 255 \"invalid\" ;\n";

struct bench {
	struct dbc *dbc;
	struct plot plot;
};

static void setup(struct bench *b)
{
	memset(b, 0, sizeof(*b));
	assert_int_equal(dbc_parse("t", text, strlen(text), NULL, NULL, &b->dbc), 0);
}

static void teardown(struct bench *b)
{
	plot_free(&b->plot);
	dbc_free(b->dbc);
}

static const struct dbc_signal *sig(const struct bench *b, const char *name)
{
	const struct dbc_signal *s = dbc_find_signal(&b->dbc->messages[0], name);

	assert_non_null(s);

	return s;
}

static void add(struct bench *b, const char *name, nsec_t t, uint64_t raw)
{
	assert_int_equal(plot_add(&b->plot, sig(b, name), 0, t, raw), 0);
}

static void kinds(void **state)
{
	static const struct {
		const char *name;
		bool is_state;
	} rows[] = {
		{ "Number", false }, { "Words", true }, { "Almost", false }, { "Bit", true },
	};
	struct bench b;
	(void)state;

	setup(&b);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		add(&b, rows[i].name, 1, 0);
		assert_int_equal(b.plot.series[i].is_state, rows[i].is_state);
	}
	teardown(&b);
}

/* Changes only; a line goes level to where it was heard last. */
static void changes(void **state)
{
	struct bench b;
	const struct plot_series *s;
	(void)state;

	setup(&b);
	for (nsec_t t = 1; t <= 5; t++)
		add(&b, "Number", t, t < 4 ? 7 : 9);
	s = &b.plot.series[0];
	assert_int_equal(s->n, 3);
	assert_int_equal(s->points[0].t, 1);
	assert_int_equal(s->points[1].t, 3);
	assert_true(s->points[1].value == 3.5);
	assert_int_equal(s->points[2].t, 4);
	assert_int_equal(s->held, 5);

	for (nsec_t t = 1; t <= 5; t++)
		add(&b, "Words", t, t < 4 ? 0 : 1);
	s = &b.plot.series[1];
	assert_int_equal(s->n, 2);
	assert_int_equal(s->points[1].t, 4);
	teardown(&b);
}

static void left_out(void **state)
{
	struct bench b;
	(void)state;

	setup(&b);
	add(&b, "Number", NSEC_NEVER, 1);
	assert_int_equal(b.plot.series[0].n, 0);
	add(&b, "Number", 10, 1);
	add(&b, "Number", 9, 2);		/* before the last */
	assert_int_equal(b.plot.series[0].n, 1);
	add(&b, "Almost", 10, 255);		/* a word among numbers */
	assert_int_equal(b.plot.series[1].n, 0);
	add(&b, "Real", 10, 0x7f800000);	/* infinite */
	add(&b, "Real", 11, 0x7fc00000);	/* no number */
	assert_int_equal(b.plot.series[2].n, 0);
	teardown(&b);
}

static void order(void **state)
{
	struct bench b;
	(void)state;

	setup(&b);
	assert_int_equal(plot_add(&b.plot, sig(&b, "Bit"), 2, 1, 0), 0);
	assert_int_equal(plot_add(&b.plot, sig(&b, "Words"), 1, 1, 0), 0);
	assert_int_equal(plot_expect(&b.plot, sig(&b, "Number"), 0), 0);
	assert_int_equal(plot_add(&b.plot, sig(&b, "Bit"), 2, 2, 1), 0);
	assert_int_equal(b.plot.n, 3);
	assert_string_equal(b.plot.series[0].signal->name, "Number");
	assert_string_equal(b.plot.series[1].signal->name, "Words");
	assert_string_equal(b.plot.series[2].signal->name, "Bit");
	assert_int_equal(b.plot.series[2].n, 2);
	teardown(&b);
}

/* However many points come: bound, in order, with both ends and the extremes. */
static void thinned(void **state)
{
	struct bench b;
	const struct plot_series *s;
	bool low = false, high = false;
	(void)state;

	setup(&b);
	for (nsec_t t = 0; t < 200000; t++)
		add(&b, "Number", t * t, t == 12345 ? 0x7fff : t == 123456 ? (uint64_t)-0x8000 :
				    (uint64_t)(t % 100));
	s = &b.plot.series[0];
	assert_in_range(s->n, PLOT_CELLS, PLOT_POINTS_MAX);
	assert_int_equal(s->points[0].t, 0);
	assert_int_equal(s->points[s->n - 1].t, (nsec_t)199999 * 199999);
	for (size_t i = 0; i < s->n; i++) {
		if (i)
			assert_true(s->points[i - 1].t < s->points[i].t);
		low |= s->points[i].value == -16384;
		high |= s->points[i].value == 16383.5;
	}
	assert_true(low);
	assert_true(high);
	teardown(&b);
}

static void time_axes(void **state)
{
	static const struct {
		nsec_t first, last, step, start;
		const char *label, *exact;
	} rows[] = {
		{ 0, 10 * NSEC_PER_SEC, NSEC_PER_SEC, 0, "0 s", "0 s" },
		{ 5, 5, 200 * NSEC_PER_MSEC, 5, "0 s", "0 s" },
		{ 0, 3000 * NSEC_PER_SEC, 300 * NSEC_PER_SEC, 0, "0 min", "0 s" },
		{ 1700000000 * NSEC_PER_SEC, 1700000600 * NSEC_PER_SEC, 60 * NSEC_PER_SEC,
		  1700000040 * NSEC_PER_SEC, "22:14", "2023-11-14 22:14:00.000" },
		{ 1700000000 * NSEC_PER_SEC, 1700000010 * NSEC_PER_SEC, NSEC_PER_SEC,
		  1700000000 * NSEC_PER_SEC, "22:13:20", "2023-11-14 22:13:20.000" },
		{ 1700000000 * NSEC_PER_SEC + 130 * NSEC_PER_MSEC, 1700000000 * NSEC_PER_SEC +
		  630 * NSEC_PER_MSEC, 100 * NSEC_PER_MSEC, 1700000000 * NSEC_PER_SEC +
		  200 * NSEC_PER_MSEC, "22:13:20.2", "2023-11-14 22:13:20.200" },
		{ 1700000000 * NSEC_PER_SEC, 1700400000 * NSEC_PER_SEC, 43200 * NSEC_PER_SEC,
		  1700006400 * NSEC_PER_SEC, "11-15 00:00", "2023-11-15 00:00:00.000" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct time_axis a = time_axis_make(rows[i].first, rows[i].last);
		char buf[AXIS_LABEL_MAX];
		nsec_t start = time_axis_start(&a);

		assert_true(a.last > a.first);
		assert_int_equal(a.step, rows[i].step);
		assert_int_equal(start, rows[i].start);
		assert_int_equal(time_axis_label(&a, start, buf), strlen(rows[i].label));
		assert_string_equal(buf, rows[i].label);
		time_axis_exact(&a, start, buf);
		assert_string_equal(buf, rows[i].exact);
	}
}

static void value_axes(void **state)
{
	static const struct {
		double low, high, step, start;
	} rows[] = {
		{ 0, 10, 2, 0 },   { 0, 50, 10, 0 },	    { 12.3, 14.3, 0.5, 12.5 },
		{ -1, 1, 0.5, -1 }, { -7, 23, 10, 0 }, { 3, 3, 1, 3 },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		double step = axis_step(rows[i].low, rows[i].high);

		assert_true(step > rows[i].step * 0.999999 && step < rows[i].step * 1.000001);
		assert_true(axis_start(rows[i].low, rows[i].step) == rows[i].start);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds),     cmocka_unit_test(changes),
		cmocka_unit_test(left_out),  cmocka_unit_test(order),
		cmocka_unit_test(thinned),   cmocka_unit_test(time_axes),
		cmocka_unit_test(value_axes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
