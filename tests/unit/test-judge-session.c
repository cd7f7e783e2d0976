/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trial.h"

/* Whole sessions: more fobs, ends, cars with other limits, and what is no session. */

static void more_fobs(void **state)
{
	static const struct row t[] = {
		{ "one, no number asked for", 0, TURN FOB("3") LEARNED, "programmed",
		  TURN_OK FOB_OK("1"), "0", NULL },
		{ "two", 2,
		  TURN FOB("3")
			  FOB("1") "wait 1s expect fob 3 slot 0\nexpect fob 1 slot 1\n"
				   "expect fob 2 forgotten\n",
		  "programmed", TURN_OK FOB_OK("1") NEXT_OK("2"), "0 1", NULL },
		{ "three", 3,
		  TURN FOB("5") FOB("2") FOB(
			  "4") "wait 1s expect fob 5 slot 0\n"
			       "expect fob 2 slot 1\nexpect fob 4 slot 2\nexpect fob 1 forgotten\n",
		  "programmed", TURN_OK FOB_OK("1") NEXT_OK("2") NEXT_OK("3"), "0 1 2",
		  NULL },
		{ "four", 4,
		  TURN FOB("4") FOB("3") FOB("2")
			  FOB("1") "wait 1s expect fob 4 slot 0\n"
				   "expect fob 1 slot 3\nexpect fob 5 forgotten\n",
		  "programmed",
		  TURN_OK FOB_OK("1") NEXT_OK("2") NEXT_OK("3") NEXT_OK("4"), "0 1 2 3",
		  NULL },
		{ "four, no number asked for", 0,
		  TURN FOB("4") FOB("3") FOB("2")
			  FOB("1") "wait 1s expect fob 1 slot 3\n",
		  "programmed",
		  TURN_OK FOB_OK("1") NEXT_OK("2") NEXT_OK("3") NEXT_OK("4"), "0 1 2 3",
		  NULL },
		{ "a fifth is not heard", 0,
		  TURN FOB("1") FOB("2") FOB("3") FOB("4") FOB(
			  "5") "wait 1s expect fob 4 slot 3\nexpect fob 5 forgotten\n",
		  "programmed",
		  TURN_OK FOB_OK("1") NEXT_OK("2") NEXT_OK("3") NEXT_OK("4"), "0 1 2 3",
		  NULL },
		{ "two asked for, one done", 2, TURN FOB("3") LEARNED, "failed",
		  TURN_OK FOB_OK("1") "; unlock2! -/30", "0", "1 of 2" },
		{ "two asked for, the same one twice", 2,
		  TURN FOB("3") FOB(
			  "3") "wait 1s expect fob 3 slot 0\nexpect fob 1 forgotten\n",
		  "failed", NULL, "0", "1 of 2" },
		/* Confirmed at 8 s. */
		{ "next one at 30.000 s", 2,
		  TURN FOB("3") "at 38s " DO(
			  "1") "wait 1s expect fob 3 slot 0\nexpect fob 1 slot 1\n",
		  "programmed", TURN_OK FOB_OK("1") "; unlock2 30/30; " DONE("2"), "0 1",
		  NULL },
		{ "next one at 30.001 s: forgotten by now, not heard", 2,
		  TURN FOB("3") "at 38.001s " DO("1") LEARNED, "failed",
		  TURN_OK FOB_OK("1") "; unlock2! -/30", "0", "1 of 2" },
		{ "the first one again at 30.001 s: heard", 2,
		  TURN FOB("3") "at 38.001s " DO("3") LEARNED, "failed",
		  TURN_OK FOB_OK("1") "; unlock2! 30.001/30", "0", "30.001" },
		{ "too late, but one was enough", 0,
		  TURN FOB("3") "at 38.001s " DO("1") LEARNED, "programmed",
		  TURN_OK FOB_OK("1"), "0", NULL },
		{ "the second one fails", 2,
		  TURN FOB("3") "at 10s fob 1 press unlock\nat 11s fob 1 click lock\n"
				"at 12s fob 1 release unlock\n" LEARNED,
		  "failed", TURN_OK FOB_OK("1") "; unlock2 2/30; presses2! 2/10", "0",
		  "fewer than three" },
		{ "the second one fails, and does it then", 2,
		  TURN FOB(
			  "3") "at 10s fob 1 press unlock\nat 11s fob 1 click lock\n"
			       "at 12s fob 1 release unlock\nat 38s " DO(
				       "1") "wait 1s expect fob 3 slot 0\nexpect fob 1 slot 1\n",
		  "programmed",
		  TURN_OK FOB_OK(
			  "1") "; unlock2 2/30; presses2! 2/10; unlock2 30/30; " DONE("2"),
		  "0 1", NULL },
	};
	(void)state;

	TRY(t);
}

/* UNLOCK of the next fob goes down after the locks have begun to confirm the one before. */
static void a_quick_second_fob(void **state)
{
	static const struct row t[] = {
		{ "during the confirmation", 2,
		  TURN FOB("3") "at 8.1s " DO(
			  "1") "wait 1s expect fob 3 slot 0\nexpect fob 1 slot 1\n",
		  "programmed", TURN_OK FOB_OK("1") "; unlock2 0.1/30; " DONE("2"), "0 1",
		  NULL },
	};
	(void)state;

	TRY(t);
}

static void endings(void **state)
{
	static const struct row t[] = {
		{ "key", 1, TURN "at 10s key insert 1\nexpect session closed\n" UNCHANGED,
		  "failed", TURN_OK "unlock1! 7/30", "", "key" },
		{ "key and ignition after one", 0,
		  TURN FOB(
			  "3") "at 12s key insert 1\nat 13s ignition acc\nat 14s ignition off\n" LEARNED,
		  "programmed", TURN_OK FOB_OK("1"), "0", NULL },
		{ "key after one of two", 2,
		  TURN FOB("3") "at 12s key insert 1\n" LEARNED, "failed",
		  TURN_OK FOB_OK("1") "; unlock2! 4/30", "0", "1 of 2" },
		{ "door", 1,
		  TURN "at 10s door passenger open\nexpect session closed\n" UNCHANGED,
		  "failed", TURN_OK "unlock1! 7/30", "", "passenger door" },
		{ "door while UNLOCK is held", 1,
		  TURN
		  "at 5s fob 3 press unlock\nat 6s fob 3 click lock\nat 7s door driver open\n"
		  "at 8s fob 3 click lock\nat 9s fob 3 release unlock\n" UNCHANGED,
		  "failed", TURN_OK "unlock1 2/30; presses1! 2/10", "", "driver door" },
		{ "door after one", 0, TURN FOB("3") "at 12s door driver open\n" LEARNED,
		  "programmed", TURN_OK FOB_OK("1"), "0", NULL },
		{ "door after one of two", 2,
		  TURN FOB("3") "at 12s door driver open\n" LEARNED, "failed",
		  TURN_OK FOB_OK("1") "; unlock2! 4/30", "0", "1 of 2" },
		{ "centre switch", 1,
		  TURN "at 10s switch lock\nexpect session closed\nat 20s " DO("1")
			  UNCHANGED,
		  "failed", TURN_OK "unlock1! 7.1/30", "", "by hand" },
		{ "lock cylinder", 1,
		  TURN "at 10s cylinder lock\nexpect session closed\n" UNCHANGED,
		  "failed", TURN_OK "unlock1! 7.1/30", "", "by hand" },
		{ "centre switch after one", 0,
		  TURN FOB("3") "at 12s switch lock\n" LEARNED, "programmed",
		  TURN_OK FOB_OK("1"), "0", NULL },
		{ "lock cylinder after one", 0,
		  TURN FOB("3") "at 12s cylinder lock\n" LEARNED, "programmed",
		  TURN_OK FOB_OK("1"), "0", NULL },
		{ "silence after one", 0,
		  TURN FOB("3") "at 60s expect session closed\n" LEARNED, "programmed",
		  TURN_OK FOB_OK("1"), "0", NULL },
		{ "bonnet and boot do not", 1,
		  TURN "at 4s bonnet open\nboot open\n" FOB("3") LEARNED, "programmed",
		  TURN_OK "unlock1 3/30; " DONE("1"), "0", NULL },
	};
	(void)state;

	TRY(t);
}

/* Presses without the ignition part, and drives, are no initialisation. */
static void ordinary_life(void **state)
{
	static const struct row t[] = {
		{ "lock and unlock", 0,
		  "at 1s key remove\nat 5s fob 1 click lock\nat 10s fob 1 click unlock\n"
		  "at 15s fob 2 click lock\nat 16s expect locks secured\n" UNCHANGED,
		  "none", "", "", NULL },
		{ "UNLOCK held and LOCK three times", 0,
		  "at 1s key remove\n" FOB("1") UNCHANGED, "none", "", "", NULL },
		{ "and a lock and unlock right after it", 0,
		  "at 1s key remove\n" FOB(
			  "1") "wait 300ms switch lock\nwait 500ms switch unlock\n" UNCHANGED,
		  "none", "", "", NULL },
		{ "long press for the windows", 0,
		  "at 1s key remove\nwindow driver open\nat 5s fob 1 press lock\n"
		  "at 8s window driver closed\nat 14.3s fob 1 release lock\n" UNCHANGED,
		  "none", "", "", NULL },
		{ "getting in, not going", 0,
		  "at 1s key remove\nat 5s fob 1 click unlock\nat 7s door driver open\n"
		  "at 9s door driver closed\nat 10s key insert 1\nat 12s key remove\n"
		  "at 14s door driver open\nat 16s door driver closed\nat 18s fob 1 click lock\n" UNCHANGED,
		  "none", "", "", NULL },
	};
	(void)state;

	TRY(t);
}

static void driving(void **state)
{
	static const struct row t[] = {
		{ "five minutes", 0,
		  "at 1s ignition acc\nat 2s ignition on\nat 3s ignition start\nat 4s ignition on\n"
		  "at 300s ignition off\nat 302s key remove\nat 303s door driver open\n"
		  "at 306s door driver closed\nat 308s fob 1 click lock\n"
		  "at 310s expect locks secured\n" UNCHANGED,
		  "none", "", "", NULL },
		{ "key left in", 0,
		  "at 1s ignition on\nat 300s ignition off\nat 310s fob 1 click unlock\n"
		  "at 400s expect key in\n" UNCHANGED,
		  "none", "", "", NULL },
		{ "and an initialisation after it", 1,
		  "at 1s ignition on\nat 300s ignition off\nat 301s key remove\nat 310s key insert 1\n"
		  "at 311s ignition acc\nat 312s ignition off\nat 313s key remove\n" FOB(
			  "3") LEARNED,
		  "programmed", TURN_OK FOB_OK("1"), "0", NULL },
	};
	(void)state;

	TRY(t);
}

/* A car whose own limits are a millisecond off: the judge goes by the rules, not by it. */
static void other_limits(void **state)
{
	static const struct row t[] = {
		{ "ignition, laxer car", 1,
		  "limit ignition 5.001s\nat 1s ignition acc\nat 5s ignition off\n"
		  "at 6.001s key remove\nexpect session open\n" FOB("3") LEARNED,
		  "failed", "ignition! 5.001/5", "", "too slow" },
		{ "ignition, stricter car", 1,
		  "limit ignition 4.999s\nat 1s ignition acc\nat 5s ignition off\nat 6s key remove\n"
		  "expect session closed\n" FOB("1") UNCHANGED,
		  "failed", "ignition 5/5; unlock1 2/30; presses1 2.1/10; confirm1! -/3",
		  "", "no confirmation" },
		{ "fob, laxer car", 1,
		  "limit fob 30.001s\n" TURN "at 33.001s " DO("3") LEARNED, "failed",
		  TURN_OK "unlock1! 30.001/30", "", "too late" },
		{ "fob, stricter car", 1,
		  "limit fob 29.999s\n" TURN "at 33s expect session closed\n" DO("1")
			  UNCHANGED,
		  "failed", TURN_OK "unlock1 30/30; presses1 2.1/10; confirm1! -/3", "",
		  "no confirmation" },
		{ "next fob, laxer car", 2,
		  "limit fob 30.001s\n" TURN FOB("3") "at 38.001s " DO(
			  "1") "wait 1s expect fob 1 slot 1\n",
		  "failed", TURN_OK FOB_OK("1") "; unlock2! 30.001/30", "0", "too late" },
		{ "next fob, stricter car", 2,
		  "limit fob 29.999s\n" TURN FOB("3") "at 38s " DO("3") LEARNED, "failed",
		  TURN_OK FOB_OK("1") "; unlock2 30/30; presses2 2.1/10; confirm2! -/3",
		  "0", "no confirmation" },
		{ "presses, laxer car", 1,
		  "limit presses 10.001s\n" TURN
		  "at 5s fob 3 press unlock\nat 6s fob 3 click lock\nat 7s fob 3 click lock\n"
		  "at 15.001s fob 3 click lock\nat 16s fob 3 release unlock\n" LEARNED,
		  "failed", TURN_OK "unlock1 2/30; presses1! 10.001/10", "", "too slow" },
		{ "presses, stricter car", 1,
		  "limit presses 9.999s\n" TURN
		  "at 5s fob 3 press unlock\nat 6s fob 3 click lock\nat 7s fob 3 click lock\n"
		  "at 15s fob 3 click lock\nat 16s fob 3 release unlock\n" UNCHANGED,
		  "failed", TURN_OK "unlock1 2/30; presses1 10/10; confirm1! -/3", "",
		  "no confirmation" },
	};
	(void)state;

	TRY(t);
}

/* The car never opened the session: a learned fob's presses move its locks as always. */
static void ordinary_presses_are_no_success(void **state)
{
	static const struct row t[] = {
		{ "unlock and lock after it", 1,
		  "limit ignition 1s\n" TURN "expect session closed\n" FOB(
			  "1") "wait 1s fob 1 click unlock\nwait 800ms fob 1 click lock\n" UNCHANGED,
		  "failed", NULL, "", NULL },
		{ "let go right after the third press", 1,
		  "limit ignition 1s\n" TURN
		  "expect session closed\nat 5s fob 1 press unlock\n" CLICKS(
			  "1") "wait 150ms fob 1 release unlock\nwait 300ms fob 1 click unlock\n"
			       "wait 600ms fob 1 click lock\n" UNCHANGED,
		  "failed", NULL, "", NULL },
		{ "another learned fob", 1,
		  "limit ignition 1s\n" TURN "expect session closed\n" FOB(
			  "1") "wait 500ms fob 2 click unlock\nwait 500ms fob 2 click lock\n" UNCHANGED,
		  "failed", NULL, "", NULL },
	};
	(void)state;

	TRY(t);
}

/* What --auto does, for one fob to four. */
static void played(void **state)
{
	static const char *const slots[] = { "0", "0 1", "0 1 2", "0 1 2 3" };
	(void)state;

	for (unsigned int n = 1; n <= 4; n++) {
		char script[PLAY_SCRIPT_MAX + 64];
		struct row row = { .name = "auto", .wanted = n, .script = script };

		play_script(script, PLAY_SCRIPT_MAX, procedure_find("one-turn"), n, true, 0);
		snprintf(script + strlen(script), 64, "wait 1s expect fob %u slot %u\n",
			 n, n - 1);
		row.verdict = "programmed";
		row.slots = slots[n - 1];
		try_row(&row);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(more_fobs),
		cmocka_unit_test(a_quick_second_fob),
		cmocka_unit_test(endings),
		cmocka_unit_test(ordinary_life),
		cmocka_unit_test(driving),
		cmocka_unit_test(other_limits),
		cmocka_unit_test(ordinary_presses_are_no_success),
		cmocka_unit_test(played),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
