/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-play.h"
#include "sim/car.h"

/* The second-generation car: bytes and periods of can.md 1, literally. */

/* can.md 1.3: real frames, all counts of one, and two published ones that are wrong. */
static void checksum(void **state)
{
	static const uint8_t good[][5] = {
		{ 0x00, 0x01, 0xc0, 0x0f, 0x20 },
		{ 0x40, 0x41, 0xc2, 0x0f, 0xc0 },
		{ 0x41, 0x41, 0x91, 0x1f, 0xa0 },
	};
	static const uint8_t wheel[] = { 0xc0, 0xd1, 0xe2, 0xf3, 0x04, 0x15, 0x26, 0x37,
					 0x48, 0x59, 0x6a, 0x7b, 0x8c, 0x9d, 0xae };
	static const uint8_t bad[][5] = {
		{ 0x45, 0x40, 0x21, 0x8f, 0xfe },
		{ 0x45, 0x51, 0x39, 0xb0, 0xbb },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		assert_int_equal(sim_r56_check(good[i]), good[i][4] >> 4);
	for (size_t i = 0; i < ARRAY_SIZE(wheel); i++) {
		uint8_t b[] = { 0x45, 0x42, 0x69, 0x8f, wheel[i] };

		assert_int_equal(sim_r56_check(b), wheel[i] >> 4);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_not_equal(sim_r56_check(bad[i]), bad[i][4] >> 4);
}

/* Everything once within 200 ms. */
static void start(void **state)
{
	struct sim *s = new_car("r56");
	struct played p;
	(void)state;

	run_from(s, 0, MS(99), &p);
	assert_played(&p, WANT("0 130#4040C10FA0", "0.007 2FC#810000FFFFFFFF",
			       "0.014 34F#FEFF", "0.021 2CA#78FF",
			       "0.028 328#000000000000", "0.035 380#30303030303030",
			       "0.042 3BE#47F0", "0.049 0EA#81FFE7FCFFFFFFFF",
			       "0.056 0E2#81FFE7FCFFFFFFFF", "0.063 0EE#F1FFE7FCFFFFFFFF",
			       "0.07 0E6#F1FFE7FCFFFFFFFF", "0.077 3B6#00FCE0",
			       "0.084 3B8#00FCE0", "0.091 3BA#0000F0FFFFF8F8"));
	assert_true(sim_settled(s));
	sim_free(s);
}

static void terminals(void **state)
{
	struct sim *s = new_car("r56");
	struct played p;
	(void)state;

	load(s, "at 0.25s ignition acc\nat 0.45s ignition on\nat 0.65s ignition start\n"
		"at 0.84s ignition off\nat 1.05s key remove\nat 1.25s key insert 2\n");
	run_from(s, 0, MS(1600), &p);
	assert_id(&p, "130",
		  WANT("0 130#4040C10FA0", "0.1 130#4040C10FB1", "0.2 130#4040C10FC2",
		       "0.3 130#4140A10FC3", "0.4 130#4140A10FD4", "0.5 130#4540698FF5",
		       "0.6 130#4540698F06", "0.7 130#5540698F27", "0.8 130#5540698F38",
		       "0.9 130#4040C10F39", "1 130#4040C10F4A", "1.1 130#000FC00FCB",
		       "1.2 130#000FC00FDC", "1.3 130#4041C10F9D", "1.4 130#4041C10FAE",
		       "1.5 130#4041C10FB0", "1.6 130#4041C10FC1"));
	assert_id(&p, "1B4",
		  WANT("0.45 1B4#0000000000020000", "0.55 1B4#0000000000020000",
		       "0.65 1B4#0000000000020000", "0.75 1B4#0000000000020000"));
	assert_id(&p, "330", WANT("0.25 330#39300020202000C8"));
	sim_free(s);
}

static void periods(void **state)
{
	struct sim *s = new_car("r56");
	struct played p;
	(void)state;

	load(s, "at 1s ignition acc\n");
	run_from(s, 0, MS(11100), &p);
	assert_id(&p, "2FC",
		  WANT("0.007 2FC#810000FFFFFFFF", "5.007 2FC#810000FFFFFFFF",
		       "10.007 2FC#810000FFFFFFFF"));
	assert_id(&p, "380",
		  WANT("0.035 380#30303030303030", "5.035 380#30303030303030",
		       "10.035 380#30303030303030"));
	assert_id(&p, "3BE", WANT("0.042 3BE#47F0", "10.042 3BE#47F0"));
	assert_id(&p, "330", WANT("1 330#39300020202000C8", "11 330#39300020202000C8"));
	run_from(s, MS(300000), MS(302000), &p);
	assert_id(&p, "328",
		  WANT("300.028 328#2C0100000000", "301.028 328#2D0100000000"));
	assert_id(&p, "34F", WANT("300.014 34F#FEFF", "301.014 34F#FEFF"));
	assert_id(&p, "2CA", WANT("300.021 2CA#78FF", "301.021 2CA#78FF"));
	sim_free(s);
}

/* can.md 1.4: bits of 0x2FC, and bursts of three frames 160 ms apart. */
static void doors_and_locks(void **state)
{
	struct sim *s = new_car("r60");
	struct played p;
	(void)state;

	load(s, "at 0.2s door driver open\n"
		"at 0.3s door driver close\n"
		"at 0.3s door rear-driver open\n"
		"at 1s boot open\n"
		"at 1s bonnet open\n"
		"at 1s door rear-passenger open\n"
		"at 1s door passenger open\n"
		"at 1.5s boot closed\n"
		"at 1.5s bonnet closed\n"
		"at 1.5s window passenger open\n"
		"at 1.5s window driver open\n"
		"at 1.5s roof open\n"
		"at 2s fob 1 click lock\n"
		"at 2.5s switch lock\n"
		"at 3s cylinder unlock\n");
	run_from(s, MS(150), MS(4000), &p);
	assert_id(&p, "2FC",
		  WANT("0.2 2FC#810100FFFFFFFF", "0.3 2FC#810000FFFFFFFF",
		       "0.3 2FC#811000FFFFFFFF", "1 2FC#811001FFFFFFFF",
		       "1 2FC#811005FFFFFFFF", "1 2FC#815005FFFFFFFF",
		       "1 2FC#815405FFFFFFFF", "1.5 2FC#815404FFFFFFFF",
		       "1.5 2FC#815400FFFFFFFF", "2.1 2FC#845400FFFFFFFF",
		       "2.5 2FC#845480FFFFFFFF", "2.6 2FC#845400FFFFFFFF",
		       "2.6 2FC#825400FFFFFFFF", "3.1 2FC#815400FFFFFFFF"));
	assert_id(&p, "0EA",
		  WANT("0.2 0EA#81FFE7FDFFFFFFFF", "0.3 0EA#81FFE7FCFFFFFFFF",
		       "0.46 0EA#81FFE7FCFFFFFFFF", "0.62 0EA#81FFE7FCFFFFFFFF",
		       "2.1 0EA#83FFE7FCFFFFFFFF", "2.26 0EA#83FFE7FCFFFFFFFF",
		       "2.42 0EA#83FFE7FCFFFFFFFF", "2.6 0EA#82FFE7FCFFFFFFFF",
		       "2.76 0EA#82FFE7FCFFFFFFFF", "2.92 0EA#82FFE7FCFFFFFFFF",
		       "3.1 0EA#81FFE7FCFFFFFFFF", "3.26 0EA#81FFE7FCFFFFFFFF",
		       "3.42 0EA#81FFE7FCFFFFFFFF"));
	assert_id(&p, "0EE",
		  WANT("0.3 0EE#81FFE7FDFFFFFFFF", "0.46 0EE#81FFE7FDFFFFFFFF",
		       "0.62 0EE#81FFE7FDFFFFFFFF", "2.1 0EE#83FFE7FDFFFFFFFF",
		       "2.26 0EE#83FFE7FDFFFFFFFF", "2.42 0EE#83FFE7FDFFFFFFFF",
		       "2.6 0EE#82FFE7FDFFFFFFFF", "2.76 0EE#82FFE7FDFFFFFFFF",
		       "2.92 0EE#82FFE7FDFFFFFFFF", "3.1 0EE#81FFE7FDFFFFFFFF",
		       "3.26 0EE#81FFE7FDFFFFFFFF", "3.42 0EE#81FFE7FDFFFFFFFF"));
	assert_id(&p, "3B6", WANT("1.5 3B6#4FFEE0"));
	assert_id(&p, "3B8", WANT("1.5 3B8#4FFEE0"));
	assert_id(&p, "3BA", WANT("1.5 3BA#48FFFDFFFFF8F8"));
	sim_free(s);
}

/* can.md 1.5: at least three frames, 100 ms apart while held, then a release. */
static void remote(void **state)
{
	struct sim *s = new_car("r56");
	struct played p;
	(void)state;

	load(s, "at 0.2s fob 2 click unlock\n"
		"at 1s fob 1 press lock\n"
		"at 1.45s fob 1 release lock\n"
		"at 2s fob 1 press unlock\nat 2.05s fob 1 press boot\n"
		"at 2.1s fob 1 release unlock\nat 2.32s fob 1 release boot\n"
		"at 3s fob 3 click unlock\n"
		"at 4s fob 1 battery flat\nfob 1 click lock\n");
	run_from(s, MS(150), MS(5000), &p);
	assert_id(&p, "23A",
		  WANT("0.2 23A#11300161", "0.3 23A#11300161", "0.4 23A#11300161",
		       "0.5 23A#11300061", "1 23A#00300460", "1.1 23A#00300460",
		       "1.2 23A#00300460", "1.3 23A#00300460", "1.4 23A#00300460",
		       "1.5 23A#00300060", "2 23A#00300160", "2.05 23A#00301160",
		       "2.15 23A#00301160", "2.25 23A#00301160", "2.35 23A#00300060"));
	sim_free(s);
}

/*
 * The release frame is still to come: not settled. While a button is held for ever:
 * settled.
 */
static void settled(void **state)
{
	struct sim *s = new_car("r56");
	struct played p;
	(void)state;

	load(s, "at 1s fob 1 press boot\nat 5.05s fob 1 release boot");
	run_from(s, 0, MS(5050), &p);
	assert_false(sim_settled(s));
	run_from(s, MS(5050), MS(5099), &p);
	assert_false(sim_settled(s));
	run_from(s, 0, MS(5100), &p);
	assert_true(sim_settled(s));
	tell(s, "fob 1 press boot");
	run_from(s, 0, MS(6000), &p);
	assert_true(sim_settled(s));
	sim_free(s);
}

/* CAS diagnosis: single frames, the answer 10 ms later, filled up with FF. */
static void diagnosis(void **state)
{
	static const struct {
		const char *ask;
		const char *answer; /* NULL: nothing */
	} t[] = {
		{ "6F1#400221F0", "1.01 640#F10461F00100FFFF" },
		{ "6F1#400221F100000000", "1.01 640#F10461F10101FFFF" },
		{ "6F1#400221F2", "1.01 640#F10461F20000FFFF" },
		{ "6F1#400221F3", "1.01 640#F10461F30000FFFF" },
		{ "6F1#400221F8", "1.01 640#F10661F805000010" },
		{ "6F1#400221F4", "1.01 640#F1037F2112FFFFFF" },
		{ "6F1#400121", "1.01 640#F1037F2112FFFFFF" },
		{ "6F1#400321F0F0", "1.01 640#F1037F2112FFFFFF" },
		{ "6F1#40021A81", "1.01 640#F1037F1A12FFFFFF" },
		{ "6F1#400127", "1.01 640#F1037F2711FFFFFF" },
		/* a first frame of eight bytes, and one that fits a single frame */
		{ "6F1#4010082100000000", "1 640#F1300000FFFFFFFF" },
		{ "6F1#4010062100000000", NULL },
		{ "6F1#400422F190", NULL }, /* shorter than it says */
		{ "6F1#720221F0", NULL }, /* another module */
		{ "6F1#4000", NULL },
		{ "6F1#", NULL },
		{ "000006F1#400221F0", NULL }, /* 29 bits */
		{ "640#400221F0", NULL },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct sim *s = new_car("r56");
		struct played p;

		tell(s, "fob 2 battery low");
		sim_run(s, MS(1000));
		hear(s, t[i].ask);
		run_from(s, MS(1000), MS(3000), &p);
		assert_id(&p, "640", (const char *const[]){ t[i].answer, NULL });
		sim_free(s);
	}
}

static void diagnosis_with_faults(void **state)
{
	struct sim *s = new_car("r56");
	struct played p;
	(void)state;

	load(s, "at 1s fault pending 2\nat 2s fault nrc 22\nat 3s fault off\n"
		"at 3s key remove");
	sim_run(s, MS(1000));
	hear(s, "6F1#400221F0");
	run_from(s, MS(1000), MS(2000), &p);
	assert_id(&p, "640",
		  WANT("1.01 640#F1037F2178FFFFFF", "1.02 640#F1037F2178FFFFFF",
		       "1.03 640#F10461F00100FFFF"));
	hear(s, "6F1#400221F8");
	run_from(s, MS(2000), MS(3000), &p);
	assert_id(&p, "640",
		  WANT("2.01 640#F1037F2178FFFFFF", "2.02 640#F1037F2178FFFFFF",
		       "2.03 640#F1037F2122FFFFFF"));
	hear(s, "6F1#400221F8");
	run_from(s, MS(3000), MS(4000), &p);
	assert_id(&p, "640", WANT("3.01 640#F10661F80500000F"));
	sim_free(s);
}

/* Frames that could be taken for a command are never sent (can.md 1.6, 1.7). */
static void never_commands(void **state)
{
	static const char *const cars[] = { "r55", "r56", "r57", "r58",
					    "r59", "r60", "r61" };
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(cars); i++) {
		struct sim *s = new_car(cars[i]);
		struct played p;

		load(s,
		     "fob 1 click lock\nwait 1s fob 1 click unlock\nwait 1s switch lock\n"
		     "ignition on\nwindow driver open\nroof open\n");
		run_from(s, 0, MS(5000), &p);
		assert_true(p.n > 100);
		assert_id(&p, "2A0", (const char *const[]){ NULL });
		assert_id(&p, "26E", (const char *const[]){ NULL });
		sim_free(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(checksum),
		cmocka_unit_test(start),
		cmocka_unit_test(terminals),
		cmocka_unit_test(periods),
		cmocka_unit_test(doors_and_locks),
		cmocka_unit_test(remote),
		cmocka_unit_test(settled),
		cmocka_unit_test(diagnosis),
		cmocka_unit_test(diagnosis_with_faults),
		cmocka_unit_test(never_commands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
