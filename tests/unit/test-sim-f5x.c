/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-play.h"
#include "sim/car.h"

/* The third-generation car: bytes and periods of can.md 1.9, 1.2, 1.4, 1.5, literally. */

/* can.md 1.9: a cluster's frames, an M240i's. */
static void check(void **state)
{
	static const uint8_t good[][8] = {
		{ 0x9f, 0x80, 0x8a, 0xdd, 0xf1, 0x01, 0x30, 0x06 },
		{ 0xc2, 0x81, 0x8a, 0xdd, 0xf1, 0x01, 0x30, 0x06 },
		{ 0x25, 0x82, 0x8a, 0xdd, 0xf1, 0x01, 0x30, 0x06 },
		{ 0x83, 0x58, 0x1a, 0xdd, 0xd2, 0x01, 0x31, 0x06 },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		assert_int_equal(sim_f5x_check(good[i]), good[i][0]);
}

/* Everything once within 100 ms. */
static void start(void **state)
{
	struct sim *s = new_car("f56");
	struct played p;
	(void)state;

	run_from(s, 0, MS(99), &p);
	assert_played(&p, WANT("0 12F#5E1082DDF4013006", "0.007 130#40F0FCFFFF",
			       "0.014 2FC#81000000000000", "0.021 0F2#F1FF87C0FFFFFFFF",
			       "0.028 3BE#FEF0", "0.035 0EA#81FFE7FCFFFFFFFF",
			       "0.042 0E2#81FFE7FCFFFFFFFF", "0.049 0EE#F1FFE7FCFFFFFFFF",
			       "0.056 0E6#F1FFE7FCFFFFFFFF", "0.063 3B6#00FCE0",
			       "0.07 3B8#00FCE0"));
	assert_true(sim_settled(s));
	sim_free(s);
}

/* With the key left outside the frames are those that a cluster takes, can.md 1.9. */
static void terminals(void **state)
{
	struct sim *s = new_car("f56");
	struct played p;
	(void)state;

	load(s, "at 0.25s ignition acc\nat 0.45s ignition on\nat 0.65s ignition start\n"
		"at 0.85s ignition on\nat 0.95s key remove\nat 1.75s ignition off\n"
		"at 1.85s key insert 2\n");
	run_from(s, 0, MS(1900), &p);
	assert_id(&p, "12F",
		  WANT("0 12F#5E1082DDF4013006", "0.1 12F#031182DDF4013006",
		       "0.2 12F#E41282DDF4013006", "0.3 12F#2C2387DDF4013006",
		       "0.4 12F#A22487DDF4013006", "0.5 12F#78858ADDF4013006",
		       "0.6 12F#9F868ADDF4013006", "0.7 12F#EBA78BDDF4013006",
		       "0.8 12F#B7A88BDDF4013006", "0.9 12F#C3898ADDF4013006",
		       "1 12F#F78A8ADDF1013006", "1.1 12F#AA8B8ADDF1013006",
		       "1.2 12F#248C8ADDF1013006", "1.3 12F#798D8ADDF1013006",
		       "1.4 12F#9E8E8ADDF1013006", "1.5 12F#9F808ADDF1013006",
		       "1.6 12F#C2818ADDF1013006", "1.7 12F#25828ADDF1013006",
		       "1.8 12F#6A1382DDF1013006", "1.9 12F#371482DDF4013006"));
	assert_id(&p, "130",
		  WANT("0.007 130#40F0FCFFFF", "0.107 130#40F0FCFFFF",
		       "0.207 130#40F0FCFFFF", "0.307 130#41F0FCFFFF",
		       "0.407 130#41F0FCFFFF", "0.507 130#45F0FCFFFF",
		       "0.607 130#45F0FCFFFF", "0.707 130#55F0FCFFFF",
		       "0.807 130#55F0FCFFFF", "0.907 130#45F0FCFFFF",
		       "1.007 130#05FEFCFFFF", "1.107 130#05FEFCFFFF",
		       "1.207 130#05FEFCFFFF", "1.307 130#05FEFCFFFF",
		       "1.407 130#05FEFCFFFF", "1.507 130#05FEFCFFFF",
		       "1.607 130#05FEFCFFFF", "1.707 130#05FEFCFFFF",
		       "1.807 130#00FEFCFFFF"));
	sim_free(s);
}

static void periods(void **state)
{
	struct sim *s = new_car("f57");
	struct played p;
	(void)state;

	run_from(s, 0, MS(10100), &p);
	assert_id(&p, "2FC",
		  WANT("0.014 2FC#81000000000000", "5.014 2FC#81000000000000",
		       "10.014 2FC#81000000000000"));
	assert_id(&p, "0F2",
		  WANT("0.021 0F2#F1FF87C0FFFFFFFF", "10.021 0F2#F1FF87C0FFFFFFFF"));
	assert_id(&p, "3BE", WANT("0.028 3BE#FEF0", "10.028 3BE#FEF0"));
	sim_free(s);
}

static void body(void **state)
{
	struct sim *s = new_car("f55");
	struct played p;
	(void)state;

	load(s, "at 0.2s door driver open\n"
		"at 0.3s door driver close\n"
		"at 0.4s door rear-driver open\n"
		"at 1s boot open\n"
		"at 1.5s boot close\n"
		"at 1.6s bonnet open\n"
		"at 1.7s window driver open\n"
		"at 1.8s roof open\n"
		"at 2s fob 2 click lock\n"
		"at 3s switch unlock\n");
	run_from(s, MS(150), MS(4000), &p);
	assert_id(&p, "2FC",
		  WANT("0.2 2FC#81010000000000", "0.3 2FC#81000000000000",
		       "0.4 2FC#81100000000000", "1 2FC#81100100000000",
		       "1.5 2FC#81100000000000", "1.6 2FC#81100400000000",
		       "2.1 2FC#84100400000000", "3 2FC#84104400000000",
		       "3.1 2FC#84100400000000", "3.1 2FC#81100400000000"));
	assert_id(&p, "0F2", WANT("1 0F2#F1FF87C1FFFFFFFF", "1.5 0F2#F1FF87C0FFFFFFFF"));
	assert_id(&p, "0EE",
		  WANT("0.4 0EE#81FFE7FDFFFFFFFF", "0.56 0EE#81FFE7FDFFFFFFFF",
		       "0.72 0EE#81FFE7FDFFFFFFFF", "2.1 0EE#83FFE7FDFFFFFFFF",
		       "2.26 0EE#83FFE7FDFFFFFFFF", "2.42 0EE#83FFE7FDFFFFFFFF",
		       "3.1 0EE#81FFE7FDFFFFFFFF", "3.26 0EE#81FFE7FDFFFFFFFF",
		       "3.42 0EE#81FFE7FDFFFFFFFF"));
	assert_id(&p, "3B6", WANT("1.7 3B6#4FFEE0"));
	assert_id(&p, "3BA", (const char *const[]){ NULL });
	/* As an F30's, can.md 1.5. */
	assert_id(&p, "23A",
		  WANT("2 23A#11F3043F", "2.1 23A#11F3043F", "2.2 23A#11F3043F",
		       "2.3 23A#11F3003F"));
	sim_free(s);
}

/* Frames that could be taken for a command are never sent (can.md 1.6, 1.7). */
static void never_commands(void **state)
{
	static const char *const cars[] = { "f54", "f55", "f56", "f57", "f60" };
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
		cmocka_unit_test(check),     cmocka_unit_test(start),
		cmocka_unit_test(terminals), cmocka_unit_test(periods),
		cmocka_unit_test(body),	     cmocka_unit_test(never_commands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
