/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-play.h"

/*
 * The initialisation of procedures.md 2 in the simulated body module: limits are literal
 * here, and met at exactly their time. Each row is a script that expects something.
 */

struct row {
	const char *name;
	const char *script;
};

static void play_built(const char *car, unsigned int built, const struct row *row,
		       const char *before)
{
	struct sim *s = new_car(car);
	char script[2048];
	const struct sim_fault *f;

	sim_built(s, built);
	snprintf(script, sizeof(script), "%s%s", before, row->script);
	load(s, script);
	sim_run(s, MS(600000));
	f = sim_fault(s);
	if (f)
		fail_msg("%s: %u:%u: %s", row->name, f->line, f->column, f->text);
	assert_true(sim_settled(s));
	sim_free(s);
}

static void play(const char *car, const struct row *row, const char *before)
{
	play_built(car, 200506, row, before);
}

/* When a session opens. */
static void ignition_part(void **state)
{
	static const struct row t[] = {
		{ "5.000 s",
		  "ignition acc\nat 5s ignition off\nkey remove\nexpect session open" },
		{ "5.001 s", "ignition acc\nat 5s ignition off\nat 5.001s key remove\n"
			     "expect session closed" },
		{ "5 s and a nanosecond",
		  "ignition acc\nignition off\n"
		  "at 5.000000001s key remove\nexpect session closed" },
		{ "on is accepted",
		  "ignition on\nignition off\nkey remove\nexpect session open" },
		{ "acc, on", "ignition acc\nignition on\nignition off\nkey remove\n"
			     "expect session open" },
		{ "start is not",
		  "ignition acc\nignition start\nignition off\nkey remove\n"
		  "expect session closed" },
		{ "start first",
		  "ignition start\nignition acc\nignition off\nkey remove\n"
		  "expect session closed" },
		{ "key left in", "ignition acc\nignition off\nexpect session closed\n"
				 "wait 10s expect session closed" },
		{ "a second turn is timed anew",
		  "ignition acc\nignition off\nat 4s ignition acc\n"
		  "ignition off\nat 9s key remove\n"
		  "expect session open" },
		{ "key out without a turn", "key remove\nexpect session closed" },
		{ "door open",
		  "door driver open\nignition acc\nignition off\nkey remove\n"
		  "expect session closed" },
		{ "door open and closed too late", "door passenger open\nignition acc\n"
						   "door passenger close\nignition off\n"
						   "key remove\nexpect session closed" },
		{ "door opened in between",
		  "ignition acc\ndoor passenger open\n"
		  "door passenger close\nignition off\nkey remove\n"
		  "expect session closed" },
		{ "boot and window do not matter",
		  "boot open\nwindow driver open\nignition acc\n"
		  "ignition off\nkey remove\n"
		  "expect session open" },
		{ "own limit", "limit ignition 2s\nignition acc\nignition off\n"
			       "at 2.001s key remove\nexpect session closed" },
		{ "wider limit", "limit ignition 20s\nignition acc\nignition off\n"
				 "at 20s key remove\nexpect session open" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		play("r53", &t[i], "");
}

/* The key is out at 0. */
#define SESSION "ignition acc\nignition off\nkey remove\n"
#define THREE \
	"wait 1s fob 3 click lock\nwait 1s fob 3 click lock\nwait 1s fob 3 click lock\n"
#define GOOD "wait 1s fob 3 release unlock\nexpect fob 3 slot 0\nexpect fob 1 forgotten"
#define BAD                                                                           \
	"wait 1s fob 3 release unlock\nexpect fob 3 forgotten\nexpect fob 1 slot 0\n" \
	"expect fob 2 slot 1"

static void fob_part(void **state)
{
	static const struct row t[] = {
		{ "at once", "fob 3 press unlock\n" THREE GOOD },
		{ "30.000 s", "at 30s fob 3 press unlock\n" THREE GOOD },
		{ "30.001 s", "at 30.001s fob 3 press unlock\n" THREE BAD },
		{ "third press at 10.000 s",
		  "fob 3 press unlock\nat 1s fob 3 click lock\nat 2s fob 3 click lock\n"
		  "at 10s fob 3 click lock\n" GOOD },
		{ "third press at 10.001 s",
		  "fob 3 press unlock\nat 1s fob 3 click lock\nat 2s fob 3 click lock\n"
		  "at 10.001s fob 3 click lock\n" BAD },
		{ "fourth press makes up for nothing",
		  "fob 3 press unlock\nat 1s fob 3 click lock\nat 2s fob 3 click lock\n"
		  "at 11s fob 3 click lock\nat 12s fob 3 click lock\n" BAD },
		{ "more than three", "fob 3 press unlock\n" THREE THREE GOOD },
		{ "UNLOCK held for a minute",
		  "fob 3 press unlock\n" THREE "wait 60s fob 3 release "
		  "unlock\nexpect fob 3 learned" },
		{ "two presses", "fob 3 press unlock\nwait 1s fob 3 click lock\n"
				 "wait 1s fob 3 click lock\n" BAD },
		{ "UNLOCK let go too early",
		  "fob 3 press unlock\nwait 1s fob 3 click lock\n"
		  "wait 1s fob 3 click lock\n"
		  "wait 1s fob 3 release unlock\nwait 1s fob 3 click lock\n" BAD },
		{ "LOCK down before UNLOCK",
		  "fob 3 press lock\nat 1s fob 3 press unlock\nat 2s fob 3 release lock\n"
		  "at 3s fob 3 click lock\nat 4s fob 3 click lock\n" BAD },
		{ "LOCK at 0.4 s",
		  "fob 3 press unlock\nat 0.4s fob 3 click lock\n"
		  "at 2s fob 3 click lock\nat 3s fob 3 click lock\n" BAD },
		{ "LOCK at 0.499 s",
		  "fob 3 press unlock\nat 0.499s fob 3 click lock\n"
		  "at 2s fob 3 click lock\nat 3s fob 3 click lock\n" BAD },
		{ "LOCK at 0.5 s",
		  "fob 3 press unlock\nat 0.5s fob 3 click lock\n"
		  "at 2s fob 3 click lock\nat 3s fob 3 click lock\n" GOOD },
		{ "both let go together",
		  "fob 3 press unlock\nwait 1s fob 3 click lock\n"
		  "wait 1s fob 3 click lock\nwait 1s fob 3 press lock\n"
		  "wait 100ms fob 3 release lock\n" GOOD },
		{ "begun in time, finished later",
		  "at 30s fob 3 press unlock\nat 40s fob 3 click lock\n"
		  "wait 1s fob 3 release unlock\nexpect fob 3 forgotten\n"
		  "expect session closed" },
		{ "a second attempt in time",
		  "at 1s fob 3 click unlock\nexpect session open\n"
		  "at 29s fob 3 press unlock\n" THREE GOOD },
		{ "no second attempt too late",
		  "at 1s fob 3 click unlock\nat 31s fob 3 press unlock\n" THREE BAD },
		{ "flat battery", "fob 3 battery flat\nfob 3 press unlock\n" THREE BAD },
		{ "battery gives up", "fob 3 press unlock\n" THREE "fob 3 battery flat\n"
				      "expect fob 3 learned" },
		{ "another fob does not take over",
		  "fob 3 press unlock\nfob 4 press unlock\n" THREE
		  "fob 4 release unlock\n" GOOD },
		{ "presses of another fob do not count",
		  "fob 3 press unlock\nwait 1s fob 3 click lock\n"
		  "wait 1s fob 4 click lock\n"
		  "wait 1s fob 3 click lock\n" BAD },
		{ "own limit of the fob",
		  "limit fob 10s\nat 10.001s fob 3 press unlock\n" THREE BAD },
		{ "own limit of the presses",
		  "limit presses 2s\nfob 3 press unlock\n" THREE BAD },
		{ "wider limit of the fob",
		  "limit fob 60s\nat 60s fob 3 press unlock\n" THREE GOOD },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		play("r52", &t[i], SESSION);
}

/* What ends a session: an attempt that runs, and the session of one that has learned. */
static void endings(void **state)
{
	static const struct row t[] = {
		{ "ignition", "key insert 1\nexpect session closed\nignition acc" },
		{ "door", "door passenger open\nexpect session closed" },
		{ "centre switch", "switch lock\nexpect session closed" },
		{ "lock cylinder", "cylinder unlock\nexpect session closed" },
		{ "time",
		  "at 30s expect session open\nat 30.000000001s expect session closed" },
		{ "door during the attempt",
		  "fob 3 press unlock\nwait 1s fob 3 click lock\n"
		  "wait 1s fob 3 click lock\n"
		  "door driver open\nwait 1s fob 3 click lock\n"
		  "wait 1s fob 3 release unlock\n"
		  "expect fob 3 forgotten\nexpect fob 1 learned\nexpect fob 2 learned" },
		{ "what was learned stays",
		  "fob 3 press unlock\n" THREE
		  "fob 3 release unlock\nwait 1s door driver open\n"
		  "expect session closed\nexpect fob 3 slot 0\nexpect fob 1 forgotten" },
		{ "a failed attempt leaves it open",
		  "at 5s fob 3 click unlock\nat 30s expect session open\n"
		  "at 30.001s expect session closed" },
		{ "an attempt that fails late closes it",
		  "at 29s fob 3 press unlock\nat 35s expect session open\n"
		  "fob 3 release unlock\nexpect session closed" },
		{ "an attempt cannot keep it open for ever",
		  "at 29s fob 3 press unlock\nat 39s expect session open\n"
		  "at 39.001s expect session closed" },
		{ "it can with three presses",
		  "at 29s fob 3 press unlock\n" THREE "at 100s expect session open\n"
		  "fob 3 release unlock\nexpect fob 3 learned" },
		{ "a bonnet does not", "bonnet open\nroof open\nexpect session open" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		play("r53", &t[i], SESSION);
}

#define TEACH(n)                                                                       \
	"wait 1s fob " n " press unlock\nwait 1s fob " n " click lock\nwait 1s fob " n \
	" click lock\nwait 1s fob " n " click lock\nwait 1s fob " n " release unlock\n"

/* Confirmed 0.3 s after the release at 5 s: the next one is due until 35.3 s. */
static void more_fobs(void **state)
{
	static const struct row t[] = {
		{ "order sets the slots",
		  TEACH("3") TEACH("2") TEACH("5")
			  TEACH("1") "expect fob 3 slot 0\nexpect fob 2 slot 1\n"
				     "expect fob 5 slot 2\n"
				     "expect fob 1 slot 3\nexpect fob 4 forgotten" },
		{ "a fifth is not heard",
		  TEACH("1") TEACH("2") TEACH("3") TEACH("4")
			  TEACH("5") "expect fob 4 slot 3\nexpect fob 5 forgotten\n"
				     "expect fob 1 slot 0" },
		{ "a repeated one keeps its slot",
		  TEACH("2") TEACH("1")
			  TEACH("2") "expect fob 2 slot 0\nexpect fob 1 slot 1" },
		{ "those that take no part are forgotten",
		  TEACH("1") "expect fob 1 slot 0\nexpect fob 2 forgotten" },
		{ "next one at 30.000 s",
		  TEACH("1") "at 34.3s expect session open\n" TEACH(
			  "2") "expect fob 2 slot 1" },
		{ "next one at 30.001 s",
		  TEACH("1") "at 34.301s expect session open\n" TEACH(
			  "2") "expect fob 2 forgotten" },
		{ "its failure does not close",
		  TEACH("1") "wait 1s fob 2 click unlock\n"
			     "wait 1s expect session open\n" TEACH(
				     "2") "expect fob 2 slot 1" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		play("r50", &t[i], SESSION);
}

/* A whole session on the bus, to the millisecond. Times are the script's. */
static void on_the_bus(void **state)
{
	static const char *const want[] = {
		"1 1B80BF11#01",
		"1.01 1B00BF7A#1000",
		"1.083 1B00BF72#02",
		"1.19 1B44BF74#0500",
		"2 1B80BF11#00",
		"2 1B44BF74#0500",
		"3 1B44BF74#0100",
		"4 1B00BF72#22",
		"5 1B00BF72#32",
		"5.1 1B00BF72#22",
		"5.8 1B44BF74#00FF",
		"6 1B00BF72#32",
		"6.1 1B00BF72#22",
		"7 1B00BF72#32",
		"7.1 1B00BF72#22",
		"8 1B00BF72#02",
		"8.3 1B00BF7A#2000",
		"8.8 1B00BF7A#1000",
		"10 1B00BF72#17",
		"10.1 1B00BF72#07",
		"12 1B00BF72#12",
		"12.1 1B00BF72#02",
		NULL,
	};
	struct sim *s = new_car("r53");
	struct played p;
	(void)state;

	load(s,
	     "at 1s ignition acc\nat 2s ignition off\nat 3s key remove\n"
	     "at 4s fob 4 press unlock\nat 5s fob 4 click lock\nat 6s fob 4 click lock\n"
	     "at 7s fob 4 click lock\nat 8s fob 4 release unlock\n"
	     /* In the session presses move no locks, and name the slot to come. */
	     "at 9s fob 1 battery low\nat 10s fob 1 click lock\nat 12s fob 4 click lock\n"
	     "at 13s expect locks unlocked\nexpect fob 1 forgotten\n"
	     /* Outside it an unlearned fob sends nothing. */
	     "at 60s expect session closed\nfob 1 click lock\n");
	run_from(s, MS(500), MS(100000), &p);
	assert_null(sim_fault(s));
	assert_played(&p, want);
	sim_free(s);
}

/* Ordinary presses before and after: they move the locks, and open nothing. */
static void ordinary_presses(void **state)
{
	static const struct row row = {
		"ordinary",
		"at 1s fob 1 press unlock\nat 2s fob 1 click lock\n"
		"at 3s fob 1 click lock\n"
		"at 4s fob 1 click lock\nat 5s fob 1 release unlock\n"
		"at 6s expect locks secured\n"
		"expect session closed\nexpect fob 1 slot 0\nexpect fob 2 slot 1\n"
		"at 7s fob 2 click unlock\nat 8s expect locks unlocked",
	};
	(void)state;

	play("r53", &row, "");
}

/* A car of the second generation has none. */
static void not_on_an_r56(void **state)
{
	static const struct row row = { "r56",
					"expect session closed\nfob 1 press unlock\n"
					"wait 1s expect locks unlocked" };
	(void)state;

	play("r56", &row, SESSION);
}

#define ON "ignition on\nwait 1s ignition off\n"
#define FOUR ON "wait 1s " ON "wait 1s " ON "wait 1s " ON

/* Which session opens on which car, by which ignition part. */
static void built(void **state)
{
	static const struct {
		const char *car;
		unsigned int built;
		struct row row;
	} t[] = {
		{ "r53", 200506, { "four turns, 10.000 s", FOUR "wait 10s key remove\nexpect session open" } },
		{ "r53", 200506, { "four turns, 10.001 s",
				   FOUR "wait 10001ms key remove\nexpect session closed" } },
		{ "r53", 200412, { "four turns: the last one counts",
				   FOUR "wait 10s key remove\nexpect session open" } },
		{ "r52", 200901, { "four turns, too new",
				   FOUR "wait 10s key remove\nexpect session closed" } },
		{ "r53", 200501, { "one turn to on", ON "wait 10s key remove\nexpect session closed" } },
		{ "r53", 200412, { "one turn to on", ON "wait 10s key remove\nexpect session open" } },
		{ "r53", 200301, { "one turn to acc", "ignition acc\nignition off\nwait 20s key remove\n"
						      "expect session closed" } },
		{ "r52", 200412, { "one turn to on, R52", ON "wait 10s key remove\nexpect session closed" } },
		{ "r53", 200301, { "its 10 s", ON "key remove\nwait 10s expect session open\n"
					       "wait 1ms expect session closed" } },
		{ "r53", 200506, { "the 30 s of one-turn", ON "key remove\nwait 30s expect session open\n"
							   "wait 1ms expect session closed" } },
		{ "r53", 200301, { "three presses, let go apart",
				   ON "key remove\nfob 3 press unlock\n" THREE
				      "wait 601ms fob 3 release unlock\nexpect fob 3 forgotten" } },
		{ "r53", 200301, { "three presses, let go together",
				   ON "key remove\nfob 3 press unlock\n" THREE
				      "wait 600ms fob 3 release unlock\nexpect fob 3 slot 0" } },
		{ "r53", 200506, { "another kind", "fob 1 kind 2-button\nkey remove\nfob 1 click lock\n"
						   "wait 1s expect locks unlocked" } },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		play_built(t[i].car, t[i].built, &t[i].row, "");
}

/* kbus.md 7.2, [002]: a fob that the car has lost step with, and how it is found again. */
static void back_in_step(void **state)
{
	static const struct {
		const char *car;
		unsigned int built;
		struct row row;
	} t[] = {
		{ "r53", 200301, { "not heard", "fob 1 click lock\nwait 1s expect locks unlocked" } },
		{ "r53", 200301, { "LOCK at 10.000 s", ON "wait 5s fob 1 click unlock\nwait 5s fob 1 click lock\n"
							  "expect fob 1 in-step\nwait 1s expect locks unlocked\n"
							  "fob 1 click lock\nwait 1s expect locks secured" } },
		{ "r53", 200301, { "LOCK at 10.001 s", ON "wait 5s fob 1 click unlock\n"
							  "wait 5001ms fob 1 click lock\nexpect fob 1 out-of-step" } },
		{ "r53", 200301, { "LOCK while UNLOCK is held", ON "fob 1 press unlock\nwait 1s fob 1 click lock\n"
								   "expect fob 1 out-of-step" } },
		{ "r53", 200301, { "LOCK first", ON "fob 1 click lock\nwait 1s fob 1 click unlock\n"
						    "expect fob 1 out-of-step" } },
		{ "r53", 200301, { "a door", ON "door driver open\nfob 1 click unlock\nwait 1s fob 1 click lock\n"
						"expect fob 1 out-of-step" } },
		{ "r53", 200301, { "it teaches no new one", ON "fob 3 click unlock\nwait 1s fob 3 click lock\n"
							       "expect fob 3 forgotten" } },
		{ "r53", 200407, { "a later car has none", ON "fob 1 click unlock\nwait 1s fob 1 click lock\n"
							      "expect fob 1 out-of-step" } },
		{ "r56", 200906, { "three cycles", ON "wait 1s " ON "expect fob 1 out-of-step\nwait 1s " ON
						   "expect fob 1 in-step" } },
		{ "r57", 200906, { "of another car", ON "wait 1s " ON "wait 1s " ON "expect fob 1 out-of-step" } },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		play_built(t[i].car, t[i].built, &t[i].row, "fob 1 out-of-step\n");
}

static void no_boot_on_two_buttons(void **state)
{
	struct sim *s = new_car("r50");
	struct sim_fault f = { .line = 0 };
	(void)state;

	sim_built(s, 200301);
	assert_int_equal(sim_do(s, "fob 1 click boot", &f), -EINVAL);
	assert_string_equal(f.text, "a 2-button fob has none for the boot");
	sim_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ignition_part), cmocka_unit_test(fob_part),
		cmocka_unit_test(endings),	 cmocka_unit_test(more_fobs),
		cmocka_unit_test(on_the_bus),	 cmocka_unit_test(ordinary_presses),
		cmocka_unit_test(not_on_an_r56), cmocka_unit_test(built),
		cmocka_unit_test(back_in_step),	 cmocka_unit_test(no_boot_on_two_buttons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
