/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "deed.h"

/*
 * What a bus does not show is never called success: recordings without one kind of message
 * or another. And what is too close to a limit for the wire to tell.
 */

static void run(const struct attempt *a, const char *limit, const char *different,
		struct outcome *ret)
{
	const char *id = a->procedure ? a->procedure : "one-turn";
	struct deed d = deed_of(id, different);
	struct deed_text script;
	char text[sizeof(script.at) + 64];
	struct ear ear;

	ear_open(&ear, "r5x");
	deed_script(&d, &script);
	snprintf(text, sizeof(text), "%s\n%s", limit, script.at);
	attempt_run(a, &ear, text, ret);
	ear_close(&ear);
	if (ret->fault)
		fail_msg("%s: %s", different, ret->why);
}

/* kbus.md 2: 11 ignition, 74 key, 72 fob, 7A doors and locks. */
static void messages_missing(void **state)
{
	static const struct {
		const char *procedure, *without, *different, *verdict, *slots, *seen, *unseen;
	} t[] = {
		{ "one-turn", "", "", "programmed", "0", "", "" },
		{ "one-turn", "72", "", "unconfirmed", "", "the ignition, the key coming out, the doors",
		  "not seen: the fob's buttons" },
		{ "one-turn", "74", "", "unconfirmed", "", "the ignition, the fob's buttons, the doors",
		  "not seen: the key coming out" },
		{ "one-turn", "11", "", "unconfirmed", "",
		  "the key coming out, the fob's buttons, the doors", "not seen: the ignition" },
		{ "one-turn", "7A", "", "unconfirmed", "",
		  "the ignition, the key coming out, the fob's buttons", "not seen: the doors" },
		{ "one-turn", "11 74", "", "unconfirmed", "", "seen: the fob's buttons, the doors",
		  "not seen: the ignition, the key" },
		{ "one-turn", "72 74", "", "unconfirmed", "", "seen: the ignition, the doors",
		  "not seen: the key coming out, the fob's" },
		{ "one-turn", "72 7A", "", "unconfirmed", "", "seen: the ignition, the key coming out",
		  "not seen: the fob's buttons, the doors" },
		{ "one-turn", "74 7A", "", "unconfirmed", "", "seen: the ignition, the fob's buttons",
		  "not seen: the key coming out, the doors" },
		{ "four-turns", "72", "", "unconfirmed", "", "the doors", "not seen: the fob's" },
		{ "four-turns", "74", "", "unconfirmed", "", "the doors", "not seen: the key" },
		{ "four-turns", "7A", "", "unconfirmed", "", "buttons", "not seen: the doors" },
		{ "one-turn-on", "72", "", "unconfirmed", "", "the doors", "not seen: the fob's" },
		{ "one-turn-on", "74", "", "unconfirmed", "", "the doors", "not seen: the key" },
		{ "one-turn-on", "7A", "", "unconfirmed", "", "buttons", "not seen: the doors" },
		{ "one-turn", "72", "fobs=2", "unconfirmed", "", "", "not seen: the fob's" },
		{ "one-turn", "74", "fobs=3", "unconfirmed", "", "", "not seen: the key" },
		{ "one-turn", "7A", "fobs=2", "unconfirmed", "", "", "not seen: the doors" },
		{ "resync-two-button", "72", "", "unconfirmed", "", "seen: the ignition",
		  "not seen: the fob's buttons" },
		/* What is seen to be wrong is wrong, whatever else is missing. */
		{ "one-turn", "72", "out=5001", "failed", "", "5.001 s", "" },
		{ "one-turn", "74", "presses=2", "failed", "", "fewer than three", "" },
		{ "one-turn", "74", "part=none", "failed", "", "nothing was heard", "" },
		{ "one-turn", "7A", "fob=1 unlock=30001", "failed", "", "30.001 s", "" },
		{ "one-turn", "72", "part=none", "failed", "", "nothing was heard", "" },
		/* Ordinary life without some of its messages is no session. */
		{ "one-turn", "11", "turns=0 fob=1 part=click unlock=900 lock=1500", "none", "", "", "" },
		{ "one-turn", "11 74", "turns=0 fob=1", "none", "", "", "" },
		{ "one-turn", "11", "turns=0 part=none", "none", "", "", "" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct attempt a = {
			.car = "r53", .built = 200506, .procedure = t[i].procedure,
			.without = t[i].without,
		};
		struct outcome o;

		if (!strcmp(t[i].procedure, "one-turn-on") || strstr(t[i].procedure, "resync"))
			a.built = 200301;
		run(&a, "", t[i].different, &o);
		if (strcmp(o.verdict, t[i].verdict) || strcmp(o.slots, t[i].slots) ||
		    !strstr(o.reason, t[i].seen) || !strstr(o.reason, t[i].unseen))
			fail_msg("%s without %s, %s: %s [%s] '%s' (%s)", t[i].procedure, t[i].without,
				 t[i].different, o.verdict, o.slots, o.steps, o.reason);
		if (strcmp(o.verdict, "programmed"))
			continue;
		assert_string_equal(t[i].without, "");
	}
}

/* procedures.md 2: 20 ms around a limit nobody can tell; the car's confirmation can. */
static void too_close(void **state)
{
	static const struct {
		const char *limit, *different, *verdict, *steps, *words;
	} t[] = {
		{ "", "out=4979", "programmed", "ignition 4.979/5", "" },
		{ "", "out=4980", "programmed", "ignition 4.98/5", "" },
		{ "limit ignition 5.5s", "out=5020", "programmed", "ignition 5.02/5", "" },
		{ "limit ignition 5.5s", "out=5021", "failed", "ignition! 5.021/5", "too slow" },
		{ "", "out=5010 fob=1", "failed", "confirm1! -/3", "ignition was too close to its limit" },
		{ "limit fob 31s", "unlock=30020", "programmed", "unlock1 30.02/30", "" },
		{ "limit fob 31s", "unlock=30021 fob=1", "failed", "unlock1! 30.021/30", "too late" },
		{ "limit presses 11s", "third=10020", "programmed", "presses1 10.02/10", "" },
		{ "limit presses 11s", "third=10021", "failed", "presses1! 10.021/10", "too slow" },
		{ "", "third=10010 fob=1", "failed", "confirm1! -/3", "presses was too close to its limit" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct attempt a = {
			.car = "r53", .built = 200506, .procedure = "one-turn", .tolerance = MS(20),
		};
		struct outcome o;

		run(&a, t[i].limit, t[i].different, &o);
		if (strcmp(o.verdict, t[i].verdict) || !strstr(o.steps, t[i].steps) ||
		    !strstr(o.reason, t[i].words))
			fail_msg("%s: %s '%s' (%s)", t[i].different, o.verdict, o.steps, o.reason);
	}
}

/* A step that counts, and is remarked. */
static void close_is_remarked(void **state)
{
	struct judge_step steps[JUDGE_STEPS_MAX];
	struct event e = { .kind = EVENT_IGNITION, .datum = DATUM_IGNITION, .t = MS(1000),
			   .value = IGNITION_ACC, .previous = IGNITION_OFF };
	struct judge j;
	(void)state;

	judge_init(&j, procedure_find("one-turn"), 1);
	j.tolerance = MS(20);
	judge_event(&j, &e, steps);
	e.t = MS(2000);
	e.value = IGNITION_OFF;
	e.previous = IGNITION_ACC;
	judge_event(&j, &e, steps);
	e = (struct event){ .kind = EVENT_KEY, .datum = DATUM_KEY_IN_LOCK, .t = MS(6015),
			    .value = KEY_OUT, .previous = KEY_IN };
	assert_int_equal(judge_event(&j, &e, steps), 1);
	assert_true(steps[0].ok);
	assert_non_null(strstr(steps[0].reason, "too close to tell: within 20 ms of the limit of 5 s"));
}

/* The key was turned and came out; fobs can be heard. */
static void begin(struct judge *j)
{
	const struct event events[] = {
		{ .kind = EVENT_IGNITION, .datum = DATUM_IGNITION, .t = MS(1000),
		  .value = IGNITION_ACC, .previous = IGNITION_OFF },
		{ .kind = EVENT_IGNITION, .datum = DATUM_IGNITION, .t = MS(2000),
		  .value = IGNITION_OFF, .previous = IGNITION_ACC },
		{ .kind = EVENT_KEY, .datum = DATUM_KEY_IN_LOCK, .t = MS(2500),
		  .value = KEY_OUT, .previous = KEY_IN },
	};
	struct judge_step steps[JUDGE_STEPS_MAX];

	judge_init(j, procedure_find("one-turn"), 1);
	for (size_t i = 0; i < ARRAY_SIZE(events); i++)
		judge_event(j, &events[i], steps);
	j->heard |= SENSE_FOB;
}

/* No fob comes. */
static void wait_in_vain(struct judge *j, enum verdict v, const char *why)
{
	struct judge_step steps[JUDGE_STEPS_MAX];

	assert_int_equal(judge_time(j, MS(90000), steps), 1);
	assert_false(steps[0].ok);
	assert_int_equal(j->result.verdict, v);
	if (!strstr(j->result.reason, why))
		fail_msg("'%s'", j->result.reason);
}

/* What is missing may have been in frames that were lost, or have come while nobody listened. */
static void not_heard(void **state)
{
	const struct event lost = { .kind = EVENT_LOST, .t = MS(3000), .value = 12 };
	struct judge_step steps[JUDGE_STEPS_MAX];
	struct judge j;
	(void)state;

	begin(&j);
	wait_in_vain(&j, VERDICT_FAILED, "nothing was heard");

	begin(&j);
	judge_event(&j, &lost, steps);
	wait_in_vain(&j, VERDICT_UNCONFIRMED, "12 frames were lost");

	begin(&j);
	judge_gap(&j);
	wait_in_vain(&j, VERDICT_UNCONFIRMED, "for a while nothing could be heard");

	/* What was missed before it began is none of its frames. */
	judge_init(&j, procedure_find("one-turn"), 1);
	judge_gap(&j);
	assert_false(j.missed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_missing),
		cmocka_unit_test(too_close),
		cmocka_unit_test(close_is_remarked),
		cmocka_unit_test(not_heard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
