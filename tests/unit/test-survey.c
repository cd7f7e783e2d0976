/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/hex.h"
#include "car/fault.h"
#include "car/ident.h"
#include "car/variant.h"
#include "car/survey.h"
#include "ask-bench.h"

/* An answer, after the identifier that it repeats, read by a car's DBC. */
struct answer {
	struct decoder decoder;
	uint8_t data[TP_MESSAGE_MAX];
	struct survey_item item;
};

static void answer_init(struct answer *a, const char *car, const char *message, const char *hex)
{
	ssize_t n;

	assert_return_code(decoder_init(&a->decoder, car_model_find(car)->platform), 0);
	a->item = (struct survey_item){ .data = a->data };
	memset(a->data, 0, sizeof(a->data));
	for (size_t i = 0; i < a->decoder.n_sources; i++) {
		const struct dbc *dbc = a->decoder.sources[i].dbc;
		const struct dbc_message *m = dbc_find_name(dbc, message);

		if (m) {
			a->item.dbc = dbc;
			a->item.message = m;
		}
	}
	assert_non_null(a->item.message);
	n = hex_parse(hex, strlen(hex), a->data, sizeof(a->data));
	assert_true(n >= 0);
	a->item.len = (size_t)n;
}

/* kbus.md 3.2, 7.2: which body module which car has, as far as it is known. */
static void builds(void **state)
{
	static const struct {
		const char *word, *car;
		unsigned int built;
		bool contradicts;
	} t[] = {
		{ "bc1", "r50", 0, false },	    { "bc1", NULL, 0, false },
		{ "bc1", "r53", 200406, false },    { "bc1", "r53", 200407, true },
		{ "bc1", "r52", 0, true },	    { "bc1", "r52", 200406, true },
		{ "bc1rd", "r50", 0, false },	    { "bc1rd", NULL, 200305, false },
		{ "bc1rd", "r53", 200407, false },  { "bc1rd", "r53", 200406, true },
		{ "bc1rd", "r52", 200406, false },  { "bc1rd", "r52", 0, false },
		{ "zke5", "r50", 0, true },	    { "zke5", NULL, 0, true },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		const struct variant *v = variant_find(t[i].word);
		const struct car_model *car = t[i].car ? car_model_find(t[i].car) : NULL;

		assert_non_null(v);
		if (variant_contradicts(v, car, t[i].built) != t[i].contradicts)
			fail_msg("%s, %s, %u", t[i].word, t[i].car ? t[i].car : "-", t[i].built);
	}
	assert_null(variant_find(NULL));
	assert_null(variant_find("bc2"));
}

/* The week of an ident: kbus.md 4.3's sample is of 1996; and a count of 0 is no fault. */
static void dates_and_no_faults(void **state)
{
	static struct answer a;
	struct fault f;
	struct ident id;
	(void)state;

	answer_init(&a, "r53", "Ident_GM", "883694831403020009960213");
	ident_read(&a.item, &id);
	assert_string_equal(id.date, "1996-W09");
	assert_string_equal(id.variant, "zke4");
	assert_string_equal(id.part_number, "88369483");
	decoder_free(&a.decoder);
	answer_init(&a, "r53", "Faults_GM", "00");
	assert_int_equal(fault_read(&a.item, 0, &f), 0);
	decoder_free(&a.decoder);
	answer_init(&a, "r53", "Faults_GM", "0100003D");
	assert_int_equal(fault_read(&a.item, 0, &f), -EBADMSG);
	decoder_free(&a.decoder);
	answer_init(&a, "r53", "Faults_GM", "01");
	assert_int_equal(fault_read(&a.item, 0, &f), -EBADMSG);
	decoder_free(&a.decoder);
}

/* can.md 3.1: the E90's CAS; 3.2: the G31's BDC; kbus.md 3.2: what ds2's ident has. */
static void reads_what_a_module_is(void **state)
{
	static const struct {
		const char *car, *message, *hex, *part, *index, *date;
	} rows[] = {
		{ "r56", "Ident", "000009147195C40806A053412007100804", "9147195", "06A0", "2007-10-08" },
		{ "r56", "Ident", "000009147195C40806A05341200710", "9147195", "06A0", "" },
		{ "r56", "Ident", "00000914", "", "", "" },
		{ "r56", "Ident", "", "", "", "" },
		{ "r56", "Ident", "0000091F7195C40806A053412007100A04", "", "06A0", "" },
		{ "f56", "Ident", "0F2050", "", "0F2050", "" },
		{ "f56", "Ident", "0F20", "", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct answer a;
		struct ident id;

		answer_init(&a, rows[i].car, rows[i].message, rows[i].hex);
		ident_read(&a.item, &id);
		assert_string_equal(id.part_number, rows[i].part);
		assert_string_equal(id.index, rows[i].index);
		assert_string_equal(id.date, rows[i].date);
		assert_int_equal(id.grade, GRADE_SIBLING);
		decoder_free(&a.decoder);
	}
}

/* can.md 3.1: `58 04 A1 25 21 A1 27 21 A1 26 21 A0 B3 28`; 3.2: `59 02 FF`. */
static void reads_faults(void **state)
{
	static const struct {
		const char *car, *hex;
		int count;		/* -EBADMSG: no list */
		uint32_t last;
		uint8_t status;
	} rows[] = {
		{ "r56", "04A12521A12721A12621A0B328", 4, 0xa0b3, 0x28 },
		{ "r56", "01A12521", 1, 0xa125, 0x21 },
		{ "r56", "00", 0, 0, 0 },
		{ "r56", "", -EBADMSG, 0, 0 },
		{ "r56", "04A12521", -EBADMSG, 0, 0 },
		{ "r56", "01A125", -EBADMSG, 0, 0 },
		{ "f56", "FF", 0, 0, 0 },
		{ "f56", "FF930AB22F", 1, 0x930ab2, 0x2f },
		{ "f56", "FF930AB2", -EBADMSG, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct answer a;
		struct fault f = { 0 };
		int n = 0, r;

		answer_init(&a, rows[i].car, "Faults", rows[i].hex);
		while ((r = fault_read(&a.item, (size_t)n, &f)) > 0)
			n++;
		assert_int_equal(r < 0 ? r : n, rows[i].count);
		assert_int_equal(f.code, rows[i].last);
		assert_int_equal(f.status, rows[i].status);
		decoder_free(&a.decoder);
	}
}

/* As many as ISO-TP carries, where the DBC names four. */
static void reads_long_lists(void **state)
{
	struct answer a;
	struct fault f;

	(void)state;
	answer_init(&a, "f56", "Faults", "FF");
	a.item.len = 1 + 4 * 1000;
	a.data[1 + 4 * 999 + 1] = 0x12;
	assert_int_equal(fault_read(&a.item, 999, &f), 1);
	assert_int_equal(f.code, 0x1200);
	assert_int_equal(fault_read(&a.item, 1000, &f), 0);
	decoder_free(&a.decoder);
}

/*
 * Of five modules, asked one after another in the order of their addresses, two answer, DELAY
 * after each request; the last one, 78, only where it is said.
 */
static void hurries(void **state)
{
	static const struct {
		nsec_t hurry, delay;
		bool last;	/* 78 does too, and 40 does not */
		unsigned int there;
		nsec_t ms;
	} t[] = {
		{ 0, MS(10), false, 2, 3 * 1000 + 2 * 10 },
		/* The last one that is silent gets its second in any case. */
		{ MS(200), MS(10), false, 2, 3 * 200 + 800 + 2 * 10 },
		{ MS(200), MS(199), false, 2, 3 * 200 + 800 + 2 * 199 },
		/* 40 is late while 60 is asked: from 72 on a second each, then once more 00, 40 and 60. */
		{ MS(200), MS(300), false, 2, 3 * 200 + 2 * 1000 + 1000 + 2 * 300 },
		{ MS(200), MS(999), true, 2, -1 },
		{ MS(200), MS(1001), true, 0, -1 },
		{ MS(2000), MS(300), false, 2, 3 * 1000 + 2 * 300 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		const struct modules_rule rules[] = {
			{ t[i].last ? "6F1#78021A80" : "6F1#40021A80", 0,
			  { { t[i].delay, t[i].last ? "678#F1037F1A22FFFFFF" : "640#F1037F1A22FFFFFF" } } },
			{ "6F1#60021A80", 0, { { t[i].delay, "660#F1037F1A22FFFFFF" } } },
		};
		struct survey sv = { .wants = ident_is_message, .hurry = t[i].hurry };
		unsigned int there = 0;
		struct bench b;

		bench_open(&b, GATE_VIRTUAL, "r56", rules, ARRAY_SIZE(rules));
		b.asker.timeout = MS(1000);
		b.isotp->one_at_a_time = true;
		sv.only[0x00] = sv.only[0x40] = sv.only[0x60] = sv.only[0x72] = sv.only[0x78] = true;
		assert_int_equal(survey_ask(&sv, &b.asker, &b.decoder), 0);
		assert_int_equal(sv.n, 5);
		for (size_t k = 0; k < sv.n; k++)
			there += survey_is_there(&sv.items[k]);
		assert_int_equal(there, t[i].there);
		if (t[i].ms >= 0)
			assert_int_equal(now_ms(&b), t[i].ms);
		assert_int_equal(b.asker.timeout, MS(1000));
		assert_int_equal(sv.settled, sv.to_settle);
		survey_free(&sv);
		bench_close(&b);
	}
}

/* What a K-bus carries is DS2: kbus.md 3.1. */
static void of_an_unknown_car(void **state)
{
	static const struct {
		bool all, named;
		size_t n;
		int at_40;	/* -EINVAL: nobody is there */
	} t[] = {
		{ false, false, 3, -EINVAL },
		{ false, true, 1, -EOPNOTSUPP },
		{ true, false, 0xe8 + 1 - 1, -EOPNOTSUPP },	/* but DF */
	};
	static const struct modules_rule rules[] = {
		{ "1B3F4400#", 0, { { MS(10), "1B443FA0#123456" } } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct survey sv = { .wants = ident_is_message, .all = t[i].all };
		int at_40 = -EINVAL;
		struct bench b;

		bench_open(&b, GATE_VIRTUAL, NULL, rules, ARRAY_SIZE(rules));
		b.asker.tp[DIAG_KWP] = b.asker.tp[DIAG_UDS] = NULL;
		sv.only[0x40] = t[i].named;
		assert_int_equal(survey_ask(&sv, &b.asker, &b.decoder), 0);
		assert_int_equal(sv.n, t[i].n);
		for (size_t k = 0; k < sv.n; k++) {
			const struct survey_item *item = &sv.items[k];

			if (item->address == 0x40)
				at_40 = item->result;
			/* Of silent ones it is said that they are. */
			if (item->address == 0x00 || item->address == 0x80)
				assert_int_equal(item->result, -ETIMEDOUT);
			if (item->address == 0x44)
				assert_int_equal(item->result, 0);
		}
		assert_int_equal(at_40, t[i].at_40);
		survey_free(&sv);
		bench_close(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_an_unknown_car),
		cmocka_unit_test(builds),
		cmocka_unit_test(dates_and_no_faults),
		cmocka_unit_test(reads_what_a_module_is),
		cmocka_unit_test(reads_faults),
		cmocka_unit_test(reads_long_lists),
		cmocka_unit_test(hurries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
