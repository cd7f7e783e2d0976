/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trial.h"

/* One fob: the ignition part, the fob part, and what goes wrong with them. */

static void ignition_part(void **state)
{
	static const struct row t[] = {
		{ "5.000 s", 1,
		  "at 1s ignition acc\nat 5s ignition off\nat 6s key remove\n" FOB("3")
			  LEARNED,
		  "programmed", "ignition 5/5; " FOB_OK("1"), "0", NULL },
		{ "5.001 s", 1,
		  "at 1s ignition acc\nat 5s ignition off\nat 6.001s key remove\n"
		  "expect session closed\n" FOB("1") UNCHANGED,
		  "failed", "ignition! 5.001/5", "", "5.001" },
		{ "5 s and a nanosecond", 1,
		  "at 1s ignition acc\nat 5s ignition off\nat 6.000000001s key remove\n"
		  "expect session closed\n",
		  "failed", "ignition! 5.000000001/5", "", "too slow" },
		{ "12 s", 1,
		  "at 1s ignition acc\nat 12s ignition off\nat 13s key remove\n"
		  "expect session closed\n",
		  "failed", "ignition! 12/5", "", "too slow" },
		{ "turned twice, timed anew", 1,
		  "at 1s ignition acc\nat 4s ignition off\nat 5s ignition acc\nat 6s ignition off\n"
		  "at 10s key remove\n" FOB("3") LEARNED,
		  "programmed", "ignition 5/5; " FOB_OK("1"), "0", NULL },
		{ "on", 1,
		  "at 1s ignition on\nat 2s ignition off\nat 3s key remove\n" FOB("3")
			  LEARNED,
		  "programmed", TURN_OK FOB_OK("1"), "0", NULL },
		{ "start", 1,
		  "at 1s ignition acc\nat 1.5s ignition start\nat 2s ignition off\nat 3s key remove\n"
		  "expect session closed\n" FOB("1") UNCHANGED,
		  "failed", "ignition! 2/5", "", "start" },
		{ "driver's door open", 1,
		  "at 0.5s door driver open\n" TURN "expect session closed\n" FOB("1")
			  UNCHANGED,
		  "failed", "ignition! 2/5", "", "door" },
		{ "passenger's door open", 1,
		  "at 0.5s door passenger open\n" TURN "expect session closed\n",
		  "failed", "ignition! 2/5", "", "passenger" },
		{ "door opened in between", 1,
		  "at 1s ignition acc\nat 1.2s door driver open\nat 1.5s door driver closed\n"
		  "at 2s ignition off\nat 3s key remove\nexpect session closed\n",
		  "failed", "ignition! 2/5", "", "door" },
		{ "door opened before", 1,
		  "at 0.3s door driver open\nat 0.8s door driver closed\n" TURN FOB("3")
			  LEARNED,
		  "programmed", TURN_OK FOB_OK("1"), "0", NULL },
		{ "boot, bonnet, roof and windows", 1,
		  "at 0.5s boot open\nbonnet open\nroof open\nwindow driver open\n" TURN
			  FOB("3") LEARNED,
		  "programmed", TURN_OK FOB_OK("1"), "0", NULL },
		{ "key left in, fob pressed", 1,
		  "at 1s ignition acc\nat 2s ignition off\n" FOB("1") UNCHANGED, "failed",
		  "ignition! 3/5", "", "left in the lock" },
		{ "key left in, silence", 1, "at 1s ignition acc\nat 2s ignition off\n",
		  "failed", "ignition! -/5", "", "left in the lock" },
	};
	(void)state;

	TRY(t);
}

static void fob_part(void **state)
{
	static const struct row t[] = {
		{ "30.000 s", 1, TURN "at 33s " DO("3") LEARNED, "programmed",
		  TURN_OK "unlock1 30/30; " DONE("1"), "0", NULL },
		{ "30.001 s", 1, TURN "at 33.001s " DO("1") UNCHANGED, "failed",
		  TURN_OK "unlock1! 30.001/30", "", "30.001" },
		{ "31.4 s", 1, TURN "at 34.4s " DO("1") UNCHANGED, "failed",
		  TURN_OK "unlock1! 31.4/30", "", "31.4" },
		{ "third press at 10.000 s", 1,
		  TURN
		  "at 5s fob 3 press unlock\nat 6s fob 3 click lock\nat 7s fob 3 click lock\n"
		  "at 15s fob 3 click lock\nat 16s fob 3 release unlock\n" LEARNED,
		  "programmed", TURN_OK "unlock1 2/30; presses1 10/10; confirm1 0.3/3",
		  "0", NULL },
		{ "third press at 10.001 s", 1,
		  TURN
		  "at 5s fob 3 press unlock\nat 6s fob 3 click lock\nat 7s fob 3 click lock\n"
		  "at 15.001s fob 3 click lock\nat 16s fob 3 release unlock\n" UNCHANGED,
		  "failed", TURN_OK "unlock1 2/30; presses1! 10.001/10", "", "too slow" },
		{ "a fourth makes up for nothing", 1,
		  TURN
		  "at 5s fob 3 press unlock\nat 6s fob 3 click lock\nat 7s fob 3 click lock\n"
		  "at 15.001s fob 3 click lock\nat 15.5s fob 3 click lock\n"
		  "at 16s fob 3 release unlock\n" UNCHANGED,
		  "failed", TURN_OK "unlock1 2/30; presses1! 10.001/10", "", "too slow" },
		{ "begun at 30.000, finished at 40.000 s", 1,
		  TURN
		  "at 33s fob 3 press unlock\nat 34s fob 3 click lock\nat 35s fob 3 click lock\n"
		  "at 43s fob 3 click lock\nat 44s fob 3 release unlock\n" LEARNED,
		  "programmed", TURN_OK "unlock1 30/30; presses1 10/10; confirm1 0.3/3",
		  "0", NULL },
		{ "two presses", 1,
		  TURN
		  "at 5s fob 3 press unlock\nat 6s fob 3 click lock\nat 7s fob 3 click lock\n"
		  "at 8s fob 3 release unlock\n" UNCHANGED,
		  "failed", TURN_OK "unlock1 2/30; presses1! 3/10", "",
		  "fewer than three" },
		{ "no press", 1, TURN "at 5s fob 3 click unlock\n" UNCHANGED, "failed",
		  TURN_OK "unlock1 2/30; presses1! 0.1/10", "", "fewer than three" },
		{ "five presses", 1,
		  TURN "at 5s fob 3 press unlock\n" CLICKS(
			  "3") "wait 300ms fob 3 click lock\n"
			       "wait 300ms fob 3 click lock\nwait 300ms fob 3 release unlock\n" LEARNED,
		  "programmed", TURN_OK FOB_OK("1"), "0", NULL },
		{ "UNLOCK let go too early", 1,
		  TURN
		  "at 5s fob 3 press unlock\nat 6s fob 3 click lock\nat 7s fob 3 click lock\n"
		  "at 8s fob 3 release unlock\nat 8.5s fob 3 click lock\n" UNCHANGED,
		  "failed", TURN_OK "unlock1 2/30; presses1! 3/10", "", "too early" },
		{ "LOCK down before UNLOCK, then two", 1,
		  TURN
		  "at 4s fob 3 press lock\nat 5s fob 3 press unlock\nat 5.5s fob 3 release lock\n"
		  "at 6s fob 3 click lock\nat 7s fob 3 click lock\nat 8s fob 3 release unlock\n" UNCHANGED,
		  "failed", TURN_OK "unlock1 2/30; presses1! 3/10", "",
		  "fewer than three" },
		{ "LOCK down before UNLOCK, then three", 1,
		  TURN
		  "at 4s fob 3 press lock\nat 5s fob 3 press unlock\nat 5.5s fob 3 release lock\n"
		  "at 6s fob 3 click lock\nat 7s fob 3 click lock\nat 7.5s fob 3 click lock\n"
		  "at 8s fob 3 release unlock\n" LEARNED,
		  "programmed", TURN_OK "unlock1 2/30; presses1 2.5/10; confirm1 0.3/3",
		  "0", NULL },
		{ "LOCK at 0.4 s, then two", 1,
		  TURN
		  "at 5s fob 3 press unlock\nat 5.4s fob 3 click lock\nat 6s fob 3 click lock\n"
		  "at 7s fob 3 click lock\nat 8s fob 3 release unlock\n" UNCHANGED,
		  "failed", TURN_OK "unlock1 2/30; presses1! 3/10", "",
		  "fewer than three" },
		{ "LOCK at 0.4 s, then three", 1,
		  TURN
		  "at 5s fob 3 press unlock\nat 5.4s fob 3 click lock\nat 6s fob 3 click lock\n"
		  "at 7s fob 3 click lock\nat 8s fob 3 click lock\nat 9s fob 3 release unlock\n" LEARNED,
		  "programmed", TURN_OK "unlock1 2/30; presses1 3/10; confirm1 0.3/3",
		  "0", NULL },
		{ "LOCK at 0.5 s, then two", 1,
		  TURN
		  "at 5s fob 3 press unlock\nat 5.5s fob 3 click lock\nat 6s fob 3 click lock\n"
		  "at 7s fob 3 click lock\nat 8s fob 3 release unlock\n" LEARNED,
		  "programmed", TURN_OK "unlock1 2/30; presses1 2/10; confirm1 0.3/3",
		  "0", NULL },
		{ "both let go with the third press", 1,
		  TURN
		  "at 5s fob 3 press unlock\nat 6s fob 3 click lock\nat 7s fob 3 click lock\n"
		  "at 8s fob 3 press lock\nat 8.2s fob 3 release lock\nfob 3 release unlock\n" LEARNED,
		  "programmed", TURN_OK "unlock1 2/30; presses1 3/10; confirm1 0.3/3",
		  "0", NULL },
		{ "UNLOCK held 10 s longer", 1,
		  TURN "at 5s fob 3 press unlock\n" CLICKS(
			  "3") "wait 10s fob 3 release unlock\n" LEARNED,
		  "programmed", TURN_OK FOB_OK("1"), "0", NULL },
		{ "nothing heard: flat battery", 1,
		  TURN "fob 3 battery flat\n" FOB("3") UNCHANGED, "failed",
		  TURN_OK "unlock1! -/30", "", "nothing was heard" },
		{ "nothing done at all", 0, TURN UNCHANGED, "failed",
		  TURN_OK "unlock1! -/30", "", "nothing was heard" },
		{ "battery low", 1, TURN "fob 3 battery low\n" FOB("3") LEARNED,
		  "programmed", TURN_OK FOB_OK("1"), "0", NULL },
		{ "battery gives up under way", 1,
		  TURN
		  "at 5s fob 3 press unlock\nat 6s fob 3 click lock\nat 7s fob 3 battery flat\n" UNCHANGED,
		  "failed", TURN_OK "unlock1 2/30; presses1! 2/10", "",
		  "fewer than three" },
		{ "another fob's presses", 1,
		  TURN
		  "at 5s fob 3 press unlock\nat 6s fob 3 click lock\nat 7s fob 4 click lock\n"
		  "at 8s fob 3 click lock\nat 9s fob 3 release unlock\n" UNCHANGED,
		  "failed", TURN_OK "unlock1 2/30; presses1! 4/10", "",
		  "fewer than three" },
		{ "another fob presses in between", 1,
		  TURN
		  "at 5s fob 3 press unlock\nat 5.6s fob 4 press unlock\nat 5.7s fob 3 click lock\n"
		  "at 6.4s fob 3 click lock\nat 7.1s fob 3 click lock\nat 7.4s fob 4 release unlock\n"
		  "at 7.7s fob 3 release unlock\n" LEARNED "expect fob 4 forgotten\n",
		  "programmed", TURN_OK FOB_OK("1"), "0", NULL },
	};
	(void)state;

	TRY(t);
}

/* UNLOCK may be held for as long as the owner likes: only the presses have a limit. */
static void held_for_a_minute(void **state)
{
	static const struct row t[] = {
		{ "UNLOCK held for a minute", 1,
		  TURN "at 5s fob 3 press unlock\n" CLICKS(
			  "3") "wait 60s fob 3 release unlock\n" LEARNED,
		  "programmed", TURN_OK FOB_OK("1"), "0", NULL },
	};
	(void)state;

	TRY(t);
}

static void retries(void **state)
{
	static const struct row t[] = {
		{ "two presses, then three", 1,
		  TURN
		  "at 5s fob 3 press unlock\nat 6s fob 3 click lock\nat 7s fob 3 click lock\n"
		  "at 8s fob 3 release unlock\nat 20s " DO("3") LEARNED,
		  "programmed",
		  TURN_OK "unlock1 2/30; presses1! 3/10; unlock1 17/30; " DONE("1"), "0",
		  NULL },
		{ "at once", 1, TURN "at 5s fob 3 click unlock\nat 5.2s " DO("3") LEARNED,
		  "programmed",
		  TURN_OK "unlock1 2/30; presses1! 0.1/10; unlock1 2.2/30; " DONE("1"),
		  "0", NULL },
		{ "too slow, then in time", 1,
		  TURN
		  "at 5s fob 3 press unlock\nat 6s fob 3 click lock\nat 7s fob 3 click lock\n"
		  "at 15.001s fob 3 click lock\nat 16s fob 3 release unlock\nat 33s " DO(
			  "3") LEARNED,
		  "programmed",
		  TURN_OK "unlock1 2/30; presses1! 10.001/10; unlock1 30/30; " DONE("1"),
		  "0", NULL },
		{ "the retry is too late", 1,
		  TURN "at 5s fob 1 click unlock\nat 33.001s " DO("1") UNCHANGED,
		  "failed", NULL, "", NULL },
		{ "an attempt that fails late closes it", 1,
		  TURN
		  "at 32s fob 1 press unlock\nat 33s fob 1 click lock\nat 34s fob 1 release unlock\n"
		  "expect session closed\nat 34.5s " DO("1") UNCHANGED,
		  "failed", TURN_OK "unlock1 29/30; presses1! 2/10", "",
		  "fewer than three" },
		{ "another fob after the first one failed", 1,
		  TURN "at 5s fob 4 click unlock\nat 10s " DO("3") LEARNED
		  "expect fob 4 forgotten\n",
		  "programmed",
		  TURN_OK "unlock1 2/30; presses1! 0.1/10; unlock1 7/30; " DONE("1"), "0",
		  NULL },
	};
	(void)state;

	TRY(t);
}

/* procedures: the confirmation goes either way; a car that is locked has to unlock first. */
static void a_locked_car(void **state)
{
	static const struct row t[] = {
		{ "locked by the switch before", 1,
		  "at 0.2s switch lock\nat 0.8s expect locks locked\n" TURN FOB("3")
			  LEARNED,
		  "programmed", TURN_OK FOB_OK("1"), "0", NULL },
	};
	(void)state;

	TRY(t);
}

/* The car confirms, and nobody hears it; or the fob is not heard, but its effect is. */
static void a_bad_wire(void **state)
{
	static const struct row t[] = {
		{ "confirmation not heard", 1,
		  TURN FOB("3") "fault drop 100%\nwait 1s fault off\n" LEARNED, "failed",
		  TURN_OK "unlock1 2/30; presses1 2.1/10; confirm1! -/3", "",
		  "no confirmation" },
		{ "fob not heard", 1,
		  TURN "fault drop 100%\n" FOB("3") "fault off\n" LEARNED, "unconfirmed",
		  NULL, "", NULL },
		{ "late by 200 ms, all of it", 1,
		  "fault delay 200ms\n" TURN FOB("3") LEARNED, "programmed",
		  TURN_OK FOB_OK("1"), "0", NULL },
	};
	(void)state;

	TRY(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ignition_part),     cmocka_unit_test(fob_part),
		cmocka_unit_test(held_for_a_minute), cmocka_unit_test(retries),
		cmocka_unit_test(a_locked_car),	     cmocka_unit_test(a_bad_wire),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
