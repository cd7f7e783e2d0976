/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-play.h"

/* The first-generation car: bytes and times of kbus.md 2, literally. */

#define PLAY(s, from, to, ...)                                                      \
	do {                                                                        \
		struct played played;                                               \
		run_from(s, from, to, &played);                                     \
		assert_played(&played, (const char *const[]){ __VA_ARGS__, NULL }); \
	} while (0)

#define QUIET(s, from, to)                                             \
	do {                                                           \
		struct played played;                                  \
		run_from(s, from, to, &played);                        \
		assert_played(&played, (const char *const[]){ NULL }); \
	} while (0)

/* A listener from the start has the picture in 200 ms; then a parked car is silent. */
static void start(void **state)
{
	struct sim *s = new_car("r53");
	(void)state;

	PLAY(s, 0, MS(3600000), "0 1B00BF02#01", "0.02 1B80BF02#01", "0.04 1B80BF11#00",
	     "0.06 1B44BF74#0400", "0.08 1B00BF7A#1000", "0.1 1B00BF72#02");
	assert_true(sim_settled(s));
	sim_free(s);
}

static void ignition_and_key(void **state)
{
	struct sim *s = new_car("r50");
	(void)state;

	load(s, "at 1s ignition acc\n"
		"at 1.5s ignition on\n"
		"at 1.6s ignition start\n"
		"at 1.7s ignition off\n"
		"at 2s key remove\n"
		"at 6s key insert 2\n"
		"at 6.5s key remove\n"
		"at 7s key insert 1\n");
	PLAY(s, MS(500), MS(20000), "1 1B80BF11#01", "1.01 1B00BF7A#1000",
	     "1.083 1B00BF72#02", "1.19 1B44BF74#0500", "1.5 1B80BF11#03",
	     "1.6 1B80BF11#07", "1.7 1B80BF11#00", "1.7 1B44BF74#0500", "2 1B44BF74#0100",
	     "4.8 1B44BF74#00FF", "6 1B44BF74#0401", "6.5 1B44BF74#0101",
	     "7 1B44BF74#0400");
	sim_free(s);
}

/*
 * Terminal R: 0x18 every 2 s, 0x19 every 10 s, the cluster's ping every 30 s; then
 * silence.
 */
static void periodic(void **state)
{
	struct sim *s = new_car("r53");
	(void)state;

	load(s, "at 1s ignition acc\nat 32s ignition off");
	PLAY(s, MS(2000), MS(60000), "3 1B80BF18#0000", "5 1B80BF18#0000",
	     "7 1B80BF18#0000", "9 1B80BF18#0000", "11 1B80BF19#142800",
	     "11 1B80BF18#0000", "13 1B80BF18#0000", "15 1B80BF18#0000",
	     "17 1B80BF18#0000", "19 1B80BF18#0000", "21 1B80BF19#142800",
	     "21 1B80BF18#0000", "23 1B80BF18#0000", "25 1B80BF18#0000",
	     "27 1B80BF18#0000", "29 1B80BF18#0000", "31 1B800001#", "31 1B80BF19#142800",
	     "31 1B80BF18#0000", "31.01 1B00BF02#00", "32 1B80BF11#00",
	     "32 1B44BF74#0500");
	sim_free(s);
}

static void doors_and_lids(void **state)
{
	struct sim *s = new_car("r53");
	(void)state;

	load(s, "at 1s door driver open\n"
		"at 2s window driver open\n"
		"at 2s boot open\n"
		"at 3s door passenger open\n"
		"at 4s window passenger open\n"
		"at 4s roof open\n"
		"at 4s bonnet open\n"
		"at 5s door driver close\n"
		"at 5s door passenger closed\n"
		"at 5s door passenger closed\n");
	PLAY(s, MS(500), MS(60000), "1 1B00BF7A#1100", "1.08 1B00BF7A#5100",
	     "2 1B00BF7A#5101", "2 1B00BF7A#5121", "3 1B00BF7A#5321", "4 1B00BF7A#5323",
	     "4 1B00BF7A#5333", "4 1B00BF7A#5373", "5 1B00BF7A#5273", "5 1B00BF7A#5073",
	     "5.08 1B00BF7A#1073");
	sim_free(s);
}

/* kbus.md 2.2: flash +219 ms, locks +250 ms, flash off +609 ms. */
static void fob(void **state)
{
	struct sim *s = new_car("r53");
	(void)state;

	load(s, "at 1s fob 2 press lock\nfob 2 press lock\n"
		"at 3s fob 2 release lock\n"
		"at 4s fob 1 click unlock\n"
		"at 5s fob 1 battery low\n"
		"at 5s fob 1 click boot\n"
		"at 6s fob 1 battery flat\n"
		"at 6s fob 1 click lock\n"
		"at 6s fob 3 click lock\n");
	PLAY(s, MS(500), MS(10000), "1 1B00BF72#16", "1.219 1B00BF76#02",
	     "1.25 1B00BF7A#3000", "1.609 1B00BF76#00", "3 1B00BF72#06", "4 1B00BF72#22",
	     "4.1 1B00BF72#02", "4.219 1B00BF76#02", "4.25 1B00BF7A#1000",
	     "4.609 1B00BF76#00", "5 1B00BF72#43", "5.1 1B00BF72#03",
	     "5.25 1B00BF7A#1020");
	sim_free(s);
}

static void flat_while_held(void **state)
{
	struct sim *s = new_car("r53");
	(void)state;

	load(s, "at 1s fob 1 press boot\nat 2s fob 1 battery flat\n"
		"at 3s fob 1 release boot\n"
		"at 4s fob 1 battery ok\nat 4s fob 1 click boot");
	PLAY(s, MS(500), MS(10000), "1 1B00BF72#42", "1.25 1B00BF7A#1020",
	     "2 1B00BF72#02", "4 1B00BF72#42", "4.1 1B00BF72#02");
	sim_free(s);
}

static void locks_by_hand(void **state)
{
	struct sim *s = new_car("r52");
	(void)state;

	load(s, "at 1s switch lock\nat 2s cylinder unlock\nat 3s cylinder lock\n"
		"at 4s switch unlock");
	PLAY(s, MS(500), MS(10000), "1.1 1B00BF7A#2000", "2.1 1B00BF7A#1000",
	     "3.1 1B00BF7A#2000", "4.1 1B00BF7A#1000");
	sim_free(s);
}

/*
 * The passenger's door does not matter; the driver's does, also when it opens in
 * between.
 */
static void open_driver_door_does_not_lock(void **state)
{
	struct sim *s = new_car("r53");
	(void)state;

	load(s, "at 1s door driver open\n"
		"at 2s fob 1 click lock\n"
		"at 2s switch lock\n"
		"at 3s door driver close\n"
		"at 4s switch lock\n"
		"at 4.05s door driver open\n"
		"at 5s door driver close\n"
		"at 5s door passenger open\n"
		"at 6s fob 1 click lock\n");
	PLAY(s, MS(1500), MS(10000), "2 1B00BF72#12", "2.1 1B00BF72#02",
	     "3 1B00BF7A#5000", "3.08 1B00BF7A#1000", "4.05 1B00BF7A#1100",
	     "4.13 1B00BF7A#5100", "5 1B00BF7A#5000", "5 1B00BF7A#5200", "6 1B00BF72#12",
	     "6.1 1B00BF72#02", "6.219 1B00BF76#02", "6.25 1B00BF7A#7200",
	     "6.609 1B00BF76#00");
	sim_free(s);
}

/* The report at KL-R names the fob last used; else the fob of the key in the lock. */
static void fob_report(void **state)
{
	struct sim *s = new_car("r53");
	(void)state;

	load(s, "at 1s key remove\nat 5s key insert 2\nat 6s ignition acc\n"
		"at 7s ignition off\n"
		"at 8s fob 1 click boot\nat 9s fob 1 battery low\nat 10s ignition acc\n"
		"at 10.1s ignition off\n");
	PLAY(s, MS(6000), MS(20000), "6 1B80BF11#01", "6.01 1B00BF7A#1000",
	     "6.083 1B00BF72#06", "6.19 1B44BF74#0501", "7 1B80BF11#00",
	     "7 1B44BF74#0501", "8 1B00BF72#42", "8.1 1B00BF72#02", "8.25 1B00BF7A#1020",
	     "10 1B80BF11#01", "10.01 1B00BF7A#1020", "10.083 1B00BF72#03",
	     "10.1 1B80BF11#00", "10.1 1B44BF74#0501");
	sim_free(s);
}

static void requests(void **state)
{
	static const struct {
		const char *ask;
		const char *answer; /* NULL: nothing */
	} t[] = {
		{ "1B800001#", "1.02 1B00BF02#00" },
		{ "1B3F4401#", "1.02 1B44BF02#00" },
		{ "1B688001#", "1.02 1B80BF02#00" },
		{ "1B308010#", "1.02 1B80BF11#00" },
		{ "1B3F8010#", "1.02 1B80BF11#00" },
		{ "1B304473#000080", "1.02 1B44BF74#0400" },
		{ "1B3F4473#", "1.02 1B44BF74#0400" },
		{ "1B300079#", "1.02 1B00BF7A#1000" },
		{ "1B3F0079#", "1.02 1B00BF7A#1000" },
		{ "1B688014#", "1.02 1B80BF15#B0048042" },
		{ "1B5B801D#", "1.02 1B80BF19#142800" },
		{ "1B80D053#", "1.02 1B008054#30300000000000000000000000" },
		{ "1B3F0053#", "1.02 1B003F54#30300000000000000000000000" },
		/*
		 * DS2 in a K-bus frame: kbus.md 4.4. Ident: diagnosis index A3 is BC1RD.
		 */
		{ "1B3F0000#", "1.03 1B003FA0#000000010101A30001050001" },
		{ "1B3F4400#", "1.03 1B443FA0#000000020101010001050001" },
		{ "1B3F8000#", "1.03 1B803FA0#000000030101010001050001" },
		{ "1B3F000B#F0", "1.03 1B003FA0#01010000FF" },
		/* Key in the lock, unlocked (kbus.md 3.3: 23.02, 24.08). */
		{ "1B3F000B#F2", "1.03 1B003FA0#"
		  "00000000000000000000000000000000000000000208000000" },
		/* No fault: kbus.md 4.4. */
		{ "1B3F0004#00", "1.03 1B003FA0#000000" },
		{ "1B3F440B#F1", "1.03 1B443FA0#010100000000000000000001" },
		/*
		 * Seen on an R53: the body module answers for the light module (kbus.md
		 * 3.2).
		 */
		{ "1B3FD00B#", "1.03 1B003FB0#" },
		{ "1B3F000B#", "1.03 1B003FB0#" },
		{ "1B3F000B#F1", "1.03 1B003FB0#" },
		{ "1B3F000B#F000", "1.03 1B003FB0#" },
		{ "1B3F440B#F0", "1.03 1B443FB0#" },
		{ "1B3F800B#F0", "1.03 1B803FB0#" },
		{ "1B3F0004#", "1.03 1B003FB0#" },
		{ "1B3F0004#01", "1.03 1B003FB0#" },
		{ "1B3F4404#00", "1.03 1B443FB0#" },
		/* Those of a BC1, and this is a BC1RD. */
		{ "1B3F000B#F3", "1.03 1B003FB0#" },
		{ "1B3F000B#F4", "1.03 1B003FB0#" },
		{ "1B3F000B#F5", "1.03 1B003FB0#" },
		{ "1B3F440B#F2", "1.03 1B443FB0#" },
		{ "1B3F0000#00", "1.03 1B003FB0#" },
		/* Not for it, or no request. */
		{ "1B3F6800#", NULL },
		{ "1B30000B#F0", NULL },
		{ "1B00BF7A#3000", NULL },
		{ "1B80BF11#", NULL },
		{ "1C3F0079#", NULL },
		{ "130#0001C00F20", NULL },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct sim *s = new_car("r53");

		sim_run(s, MS(1000));
		hear(s, t[i].ask);
		if (t[i].answer)
			PLAY(s, MS(500), MS(60000), t[i].answer);
		else
			QUIET(s, MS(500), MS(60000));
		sim_free(s);
	}
}

/* ASK a car of NAME, built at BUILT, after SCRIPT has run for 10 s: ANSWER's data, or status. */
static void asked(const char *name, unsigned int built, const char *script, const char *ask,
		  const char *answer)
{
	struct sim *s = new_car(name);
	char line[96];

	sim_built(s, built);
	load(s, script);
	sim_run(s, MS(10000));
	hear(s, ask);
	snprintf(line, sizeof(line), "10.03 %s", answer);
	PLAY(s, MS(10000), MS(10050), line);
	sim_free(s);
}

/* kbus.md 3.2, 7.2: A0 is BC1, until 07/2004 and never in an R52; A3 BC1RD. */
static void body_module_of_its_date(void **state)
{
	static const char ident[] = "1B3F0000#";
	(void)state;

	asked("r53", 200205, "", ident, "1B003FA0#000000010101A00001020001");
	asked("r50", 200406, "", ident, "1B003FA0#000000010101A00001040001");
	asked("r50", 200407, "", ident, "1B003FA0#000000010101A30001040001");
	asked("r53", 200611, "", ident, "1B003FA0#000000010101A30001060001");
	asked("r52", 200404, "", ident, "1B003FA0#000000010101A30001040001");
	asked("r50", 200305, "", "1B3F000B#F2", "1B003FB0#");
	asked("r52", 200404, "", "1B3F000B#F3", "1B003FB0#");
}

/* kbus.md 3.3, its places as they stand there: byte 3 is the first of the data. */
static void status_of_a_bc1rd(void **state)
{
	static const char ask[] = "1B3F000B#F2";
	(void)state;

	asked("r53", 200506, "at 1s key remove\nat 1s door driver open\nat 1s bonnet open", ask,
	      "1B003FA0#00000001001000000000000000000000000000000008000000");
	asked("r53", 200506, "at 1s key remove\nat 1s door passenger open\nat 1s boot open", ask,
	      "1B003FA0#00000000020200000000000000000000000000000008000000");
	asked("r53", 200506, "at 1s key remove\nat 1s switch lock", ask,
	      "1B003FA0#00000000000000000000000000000000000000004000000000");
	/* Fob 2 is slot 1, and weak; it secures. Nobody holds a button any more. */
	asked("r53", 200506, "at 1s key remove\nat 1s fob 2 battery low\nat 2s fob 2 click lock", ask,
	      "1B003FA0#00000000000000000000000000000000000000008000700020");
	asked("r53", 200506, "at 1s fob 1 press unlock", ask,
	      "1B003FA0#0000000000000000000000000000000000000000020820C200");
	/* Terminals R, 15 and 50; 0x74 says released. */
	asked("r53", 200506, "at 1s ignition start", ask,
	      "1B003FA0#00000000000000000000000000000000000030700308000000");
	asked("r53", 200506, "at 1s ignition acc", ask,
	      "1B003FA0#00000000000000000000000000000000000010100308000000");
	/* procedures.md 2: one turn of the key, and out: a fob can be initialised for 30 s. */
	asked("r53", 200506, "at 5s ignition acc\nat 6s ignition off\nat 7s key remove", ask,
	      "1B003FA0#00000000000000000000000000000000000000000008000008");
}

static void status_of_a_bc1(void **state)
{
	(void)state;

	asked("r50", 200305, "at 1s door driver open\nat 1s ignition acc", "1B3F000B#F3",
	      "1B003FA0#000800C0");
	asked("r50", 200305, "at 1s door passenger open\nat 1s bonnet open\nat 1s boot open",
	      "1B3F000B#F3", "1B003FA0#00900240");
	asked("r50", 200305, "", "1B3F000B#F4", "1B003FA0#0000");
	asked("r50", 200305, "at 1s fob 1 click lock", "1B3F000B#F4", "1B003FA0#0001");
	asked("r50", 200305, "at 1s fob 1 battery low\nat 2s fob 1 click lock", "1B3F000B#F4",
	      "1B003FA0#0011");
	asked("r50", 200305, "at 1s fob 1 click lock", "1B3F000B#F5", "1B003FA0#0000");
}

/* kbus.md 4.4: as the E46's three faults. */
static void faults_of_the_body(void **state)
{
	(void)state;

	asked("r53", 200506, "dtc gm 3D 03\ndtc gm 29 02\ndtc gm 30 09", "1B3F0004#00",
	      "1B003FA0#0300003D0329023009");
	asked("r53", 200506, "dtc gm 3D 03\nat 1s dtc gm clear", "1B3F0004#00",
	      "1B003FA0#000000");
}

/* What the key lists say after something has happened. */
static void key_lists(void **state)
{
	struct sim *s = new_car("r53");
	(void)state;

	load(s, "at 1s key remove\nat 1s fob 2 battery low\nat 1s fob 2 click boot");
	sim_run(s, MS(5000));
	hear(s, "1B3F000B#F0");
	hear(s, "1B3F440B#F1");
	PLAY(s, MS(5000), MS(6000), "5.03 1B003FA0#0111000001",
	     "5.03 1B443FA0#01010000000000000000FF00");
	tell(s, "key insert 2");
	hear(s, "1B3F440B#F1");
	PLAY(s, MS(6000), MS(7000), "6 1B44BF74#0401",
	     "6.03 1B443FA0#010100000000000000000101");
	sim_free(s);
}

/*
 * Busy N times, then the answer; a refusal instead of it; ordinary requests are not
 * affected.
 */
static void answers_with_faults(void **state)
{
	struct sim *s = new_car("r53");
	(void)state;

	sim_run(s, MS(1000));
	tell(s, "fault pending 2");
	hear(s, "1B3F000B#F0");
	hear(s, "1B3F0079#");
	PLAY(s, MS(1000), MS(2000), "1.02 1B00BF7A#1000", "1.03 1B003FA1#",
	     "1.06 1B003FA1#", "1.09 1B003FA0#01010000FF");
	tell(s, "fault off");
	tell(s, "fault nrc b1");
	hear(s, "1B3F000B#F0");
	PLAY(s, MS(2000), MS(3000), "2.03 1B003FB1#");
	tell(s, "fault off");
	hear(s, "1B3F000B#F0");
	PLAY(s, MS(3000), MS(4000), "3.03 1B003FA0#01010000FF");
	sim_free(s);
}

/*
 * A tool plays cluster and immobiliser: the body module believes, the car's own keep
 * quiet.
 */
static void played_ignition(void **state)
{
	struct sim *s = new_car("r53");
	(void)state;

	sim_run(s, MS(1000));
	/* Out while still in acc is no ignition part. */
	hear(s, "1B80BF11#01");
	hear(s, "1B44BF74#0100");
	hear(s, "1B80BF11#00");
	tell(s, "expect session closed");
	hear(s, "1B44BF74#0400");
	hear(s, "1B80BF11#01");
	PLAY(s, MS(1000), MS(2000), "1.01 1B00BF7A#1000", "1.01 1B00BF7A#1000",
	     "1.083 1B00BF72#02", "1.083 1B00BF72#02");
	hear(s, "1B688010#");
	PLAY(s, MS(2000), MS(3000), "2.02 1B80BF11#01");
	hear(s, "1B80BF11#00");
	hear(s, "1B44BF74#0100");
	QUIET(s, MS(3000), MS(4000));
	tell(s, "expect session open");
	hear(s, "1B44BF74#0400");
	tell(s, "expect session closed");
	/* Its own ignition lock still tells what it does itself. */
	tell(s, "ignition acc");
	PLAY(s, MS(4000), MS(4050), "4 1B80BF11#01", "4.01 1B00BF7A#1000");
	sim_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(start),
		cmocka_unit_test(ignition_and_key),
		cmocka_unit_test(periodic),
		cmocka_unit_test(doors_and_lids),
		cmocka_unit_test(fob),
		cmocka_unit_test(flat_while_held),
		cmocka_unit_test(locks_by_hand),
		cmocka_unit_test(open_driver_door_does_not_lock),
		cmocka_unit_test(fob_report),
		cmocka_unit_test(requests),
		cmocka_unit_test(body_module_of_its_date),
		cmocka_unit_test(status_of_a_bc1rd),
		cmocka_unit_test(status_of_a_bc1),
		cmocka_unit_test(faults_of_the_body),
		cmocka_unit_test(key_lists),
		cmocka_unit_test(answers_with_faults),
		cmocka_unit_test(played_ignition),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
