/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proc/coach.h"
#include "unit.h"

#define KEYS_MAX 16

/* What a person marks, and what it comes to. Times in ms. */
struct row {
	const char *procedure;
	int keys[KEYS_MAX];	/* negative: "no" at that time */
	int until;		/* time goes on so far; 0: to the last key */
	const char *steps;	/* told, each with + or - */
	unsigned int learned;
	const char *due;	/* NULL: over */
};

static const struct row rows[] = {
	/* one-turn: 5 s, 30 s, 10 s; the next fob 30 s */
	{ "one-turn", { 0, 1000, 6000, 36000, 46000, 47000 }, 0,
	  "KEY OUT+ UNLOCK+ LOCK 3X+ DOORS?+", 1, "UNLOCK" },
	{ "one-turn", { 0, 1000, 6001 }, 0, "KEY OUT-", 0, "READY?" },
	{ "one-turn", { 0, 1000, 3000, 33001 }, 0, "KEY OUT+ UNLOCK-", 0, "READY?" },
	{ "one-turn", { 0, 1000, 3000, 10000, 20001 }, 0,
	  "KEY OUT+ UNLOCK+ LOCK 3X-", 0, "UNLOCK" },
	{ "one-turn", { 0, 1000, 3000, 32000, 43000 }, 0,
	  "KEY OUT+ UNLOCK+ LOCK 3X-", 0, "READY?" },
	{ "one-turn", { 0, 1000, 3000, 10000, 12000, -13000 }, 0,
	  "KEY OUT+ UNLOCK+ LOCK 3X+ DOORS?-", 0, "UNLOCK" },
	{ "one-turn", { 0, 1000, 3000, 10000, 12000, -40000 }, 0,
	  "KEY OUT+ UNLOCK+ LOCK 3X+ DOORS?-", 0, "READY?" },
	{ "one-turn", { 0, 1000, 6001, 7000, 8000, 9000 }, 0,
	  "KEY OUT- KEY OUT+", 0, "UNLOCK" },
	{ "one-turn", { 0, 1000, 2000, 3000, 4000, 5000, 35000, 36000,
			37000 }, 0,
	  "KEY OUT+ UNLOCK+ LOCK 3X+ DOORS?+ UNLOCK+ LOCK 3X+ DOORS?+", 2, "UNLOCK" },
	/* 30 s without a fob end the session, and are met at exactly 30 s. */
	{ "one-turn", { 0, 1000, 2000, 3000, 4000, 5000 }, 35000,
	  "KEY OUT+ UNLOCK+ LOCK 3X+ DOORS?+", 1, "UNLOCK" },
	{ "one-turn", { 0, 1000, 2000, 3000, 4000, 5000 }, 35001,
	  "KEY OUT+ UNLOCK+ LOCK 3X+ DOORS?+", 1, NULL },
	/* At most four. */
	{ "one-turn", { 0, 1000, 2000, 3000, 4000, 5000, 6000, 7000,
			8000, 9000, 10000, 11000, 12000, 13000, 14000 }, 0,
	  "KEY OUT+ UNLOCK+ LOCK 3X+ DOORS?+ UNLOCK+ LOCK 3X+ DOORS?+ UNLOCK+ LOCK 3X+ DOORS?+ "
	  "UNLOCK+ LOCK 3X+ DOORS?+", 4, NULL },
	/* "No" is an answer to a question only. */
	{ "one-turn", { 0, 1000, -2000, 3000 }, 0, "KEY OUT+", 0, "UNLOCK" },

	/* four-turns: "at once" is 10 s here */
	{ "four-turns", { 0, 9000, 19000, 29000, 39000, 40000 }, 0,
	  "KEY OUT+ UNLOCK+ LOCK 3X+ DOORS?+", 1, "UNLOCK" },
	{ "four-turns", { 0, 9000, 19001 }, 0, "KEY OUT-", 0, "READY?" },
	{ "four-turns", { 0, 9000, 10000, 20001 }, 0, "KEY OUT+ UNLOCK-", 0, "READY?" },
	{ "one-turn-on", { 0, 1000, 2000, 3000, 4000, 5000 }, 0,
	  "KEY OUT+ UNLOCK+ LOCK 3X+ DOORS?+", 1, "UNLOCK" },

	/* resync-two-button: both buttons within 10 s of off */
	{ "resync-two-button", { 0, 1000, 3000, 8000, 13000, 20000 }, 0,
	  "BACK+ UNLOCK+ LOCK+ WORKS?+", 1, NULL },
	{ "resync-two-button", { 0, 1000, 3000, 8000, 13001 }, 0,
	  "BACK+ UNLOCK+ LOCK-", 0, "READY?" },
	{ "resync-two-button", { 0, 1000, 3000, 8000, 9000, -20000 }, 0,
	  "BACK+ UNLOCK+ LOCK+ WORKS?-", 0, "READY?" },

	{ "three-cycles", { 0, 9000, 10000 }, 0, "CHIME?+", 1, NULL },
	{ "three-cycles", { 0, 9000, -10000 }, 0, "CHIME?-", 0, "READY?" },
};

static nsec_t ms(int n)
{
	return n * NSEC_PER_MSEC;
}

static void play(struct coach *c, const struct row *row, char *steps, size_t size)
{
	size_t len = 0;

	*steps = '\0';
	for (size_t i = 0; i < KEYS_MAX && (i == 0 || row->keys[i]); i++) {
		nsec_t t = ms(abs(row->keys[i]));
		struct judge_step r;

		coach_time(c, t);
		if (coach_key(c, t, row->keys[i] >= 0, &r)) {
			len += (size_t)snprintf(steps + len, size - len, "%s%s%c", len ? " " : "",
						r.id, r.ok ? '+' : '-');
			assert_int_equal(*r.reason != '\0', !r.ok);
		}
	}
	if (row->until)
		coach_time(c, ms(row->until));
}

static void table(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct coach c;
		char steps[300];
		const struct coach_step *due;

		coach_init(&c, procedure_find(rows[i].procedure));
		play(&c, &rows[i], steps, sizeof(steps));
		due = coach_due(&c);
		if (strcmp(steps, rows[i].steps) || c.learned != rows[i].learned ||
		    strcmp(due ? due->word : "over", rows[i].due ? rows[i].due : "over"))
			fail_msg("row %zu, %s: '%s', %u learned, %s due", i, rows[i].procedure, steps,
				 c.learned, due ? due->word : "nothing");
	}
}

/* The time that was taken and the limit are told; just too late does not read as in time. */
static void reasons(void **state)
{
	struct coach c;
	struct judge_step r;
	(void)state;

	coach_init(&c, procedure_find("one-turn"));
	assert_string_equal(coach_due(&c)->text, "Have all keys of the car at hand: a fob that takes no "
						 "part is forgotten. Get in, close all doors, and leave "
						 "them closed until the end.");
	coach_key(&c, ms(0), true, &r);
	coach_key(&c, ms(1000), true, &r);
	assert_int_equal(coach_next(&c), ms(6000) + 1);
	assert_true(coach_key(&c, ms(7200), true, &r));
	assert_string_equal(r.reason, "too late: 6.2 s from the key being turned to the key being out; "
				      "the limit is 5 s");
	assert_int_equal(r.fob, 0);
	coach_key(&c, ms(8000), true, &r);
	coach_key(&c, ms(9000), true, &r);
	assert_true(coach_key(&c, ms(14000) + 1, true, &r));
	assert_string_equal(r.reason, "too late: 5.001 s from the key being turned to the key being out; "
				      "the limit is 5 s");
	coach_key(&c, ms(20000), true, &r);
	coach_key(&c, ms(21000), true, &r);
	coach_key(&c, ms(22000), true, &r);
	assert_true(coach_key(&c, ms(53400), true, &r));
	assert_string_equal(r.reason, "too late: 31.4 s from the key being out to UNLOCK; the limit is "
				      "30 s");
	assert_int_equal(r.fob, 1);
	assert_int_equal(coach_next(&c), NSEC_NEVER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table),
		cmocka_unit_test(reasons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
