/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-ask.h"

/* The modules of an R56 as can.md 3.1 has them, asked over CAN. */

#define CAS 0x40
#define FRM 0x72
#define JBE 0x00
#define KOMBI 0x60
#define ZEROS_12 "000000000000000000000000"

/* Diagnosis index 06A0 and 0E60; part number, coding, date where can.md 3.1 has them. */
static void ident(void **state)
{
	struct sim *s = new_car("r56");
	(void)state;

	assert_answer(s, CAS, "1A80",
		      "5A8000000900004000"
		      "0106A00000"
		      "2008031400" ZEROS_12);
	assert_answer(s, FRM, "1A80",
		      "5A8000000900007200"
		      "010E600000"
		      "2008031400" ZEROS_12);
	assert_answer(s, JBE, "1A80",
		      "5A8000000900000000"
		      "01FFFF0000"
		      "2008031400" ZEROS_12);
	assert_answer(s, KOMBI, "1A80",
		      "5A8000000900006000"
		      "01FFFF0000"
		      "2008031400" ZEROS_12);
	sim_free(s);
}

/* 17 characters, no car's. */
static void vin(void **state)
{
	struct sim *s = new_car("r56");
	(void)state;

	assert_answer(s, CAS, "221010", "621010574D575A5A5A3030303030303030303030");
	assert_answer(s, FRM, "221010", "621010574D575A5A5A3030303030303030303030");
	assert_answer(s, CAS, "1A90", "5A90574D575A5A5A3030303030303030303030");
	assert_answer(s, FRM, "1A90", "5A90574D575A5A5A3030303030303030303030");
	assert_answer(s, KOMBI, "1A90", "7F1A12");
	assert_answer(s, JBE, "221010", "7F2231");
	sim_free(s);
}

/* 53-57 are 0x130 with a good checksum (can.md 1.3), 58-60 0x2FC. */
static void cas_status(void **state)
{
	struct sim *s = new_car("r56");
	struct answer a;
	(void)state;

	ask_as(s, CAS, CAS, "300101", &a);
	assert_int_equal(strlen(a.text), 2 * (3 + 64));
	assert_memory_equal(a.text,
			    "700101"
			    "80",
			    8);
	assert_memory_equal(a.text + 2 * (3 + 31), "00FFFF", 6); /* no remote yet */
	assert_memory_equal(a.text + 2 * (3 + 53), "4040C10F", 8);
	assert_string_equal(a.text + 2 * (3 + 58), "810000"
						   "000000");
	assert_int_equal(a.n_flow, 1);

	/* 1.5 s after the start of a car 0x130 has been sent 15 times: the count is 0. */
	sim_free(s);
	s = new_car("r56");
	tell(s, "key remove");
	tell(s, "key insert 2");
	tell(s, "ignition on");
	tell(s, "door driver open");
	tell(s, "boot open");
	sim_run(s, MS(1395));
	tell(s, "fob 2 press boot");
	ask_as(s, CAS, CAS, "300101", &a);
	assert_memory_equal(a.text + 2 * (3 + 31), "000101", 6);
	assert_memory_equal(a.text + 2 * (3 + 53), "4541698FB0", 10);
	assert_memory_equal(a.text + 2 * (3 + 58), "810101", 6);
	sim_free(s);
}

static void keys_and_batteries(void **state)
{
	struct sim *s = new_car("r56");
	(void)state;

	assert_answer(s, CAS, "2127", "61270700400000");
	assert_answer(s, CAS, "2122", "612200");
	assert_answer(s, CAS, "215C", "615C0000FFFFFFFFFFFFFFFF");
	assert_answer(s, CAS, "21F0", "61F00100");
	assert_answer(s, CAS, "21F2", "61F20000");
	assert_answer(s, CAS, "21F8", "61F805000010");
	assert_answer(s, CAS, "221015", "621015393000FFFFFFFFFFFFFFFFFFFF40");
	tell(s, "fob 1 battery low");
	tell(s, "fob 2 battery flat");
	assert_answer(s, CAS, "2122", "612201");
	assert_answer(s, CAS, "215C", "615C0102FFFFFFFFFFFFFFFF");
	assert_answer(s, CAS, "21F1", "61F10101");
	tell(s, "key remove");
	assert_answer(s, CAS, "2127", "61270000000F00");
	assert_answer(s, CAS, "2122", "6122FF");
	tell(s, "key insert 2");
	tell(s, "ignition start");
	assert_answer(s, CAS, "2127", "61270700400100");
	assert_answer(s, CAS, "2122", "612202");
	assert_answer(s, CAS, "221015", "621015393000FFFFFFFFFFFFFFFFFFFF55");
	sim_free(s);
}

static void junction_box(void **state)
{
	struct sim *s = new_car("r60");
	(void)state;

	assert_answer(s, JBE, "21A4", "61A4000000000000");
	assert_answer(s, JBE, "21A2", "61A200");
	assert_answer(s, JBE, "2171", "617106");
	tell(s, "door driver open");
	tell(s, "door rear-passenger open");
	tell(s, "bonnet open");
	assert_answer(s, JBE, "21A4", "61A4010000010001");
	tell(s, "door driver close");
	tell(s, "switch lock");
	sim_run(s, sim_now(s) + MS(1000));
	assert_answer(s, JBE, "21A2", "61A200");
	tell(s, "fob 1 click lock");
	sim_run(s, sim_now(s) + MS(1000));
	assert_answer(s, JBE, "21A2", "61A202");
	sim_free(s);
}

/* The answer of an E90's CAS, can.md 3.1. */
static void faults(void **state)
{
	struct sim *s = new_car("r56");
	struct sim_fault f;
	char line[40];
	(void)state;

	assert_answer(s, CAS, "1802FFFF", "5800");
	tell(s, "dtc cas A125 21");
	tell(s, "dtc cas A127 20");
	tell(s, "dtc cas A126 21");
	tell(s, "dtc frm 9CBB 24");
	tell(s, "dtc cas a0b3 28");
	tell(s, "dtc cas A127 21");
	assert_answer(s, CAS, "1802FFFF",
		      "5804"
		      "A12521"
		      "A12721"
		      "A12621"
		      "A0B328");
	assert_answer(s, FRM, "1802FFFF",
		      "5801"
		      "9CBB24");
	assert_answer(s, JBE, "1802FFFF", "5800");
	tell(s, "dtc cas clear");
	assert_answer(s, CAS, "1802FFFF", "5800");
	assert_answer(s, FRM, "1802FFFF",
		      "5801"
		      "9CBB24");
	for (int i = 1; i < 64; i++) {
		snprintf(line, sizeof(line), "dtc kombi %04X 21", i);
		tell(s, line);
	}
	assert_int_equal(sim_do(s, "dtc kombi 0040 21", &f), -EINVAL);
	assert_string_equal(
		f.text, "there are 64 faults already, which is all the room there is");
	tell(s, "dtc kombi 003f 22");
	sim_free(s);
}

static void refusals(void **state)
{
	static const struct {
		uint8_t ecu;
		const char *ask, *answer;
	} t[] = {
		{ CAS, "2160", "7F2112" },     { CAS, "21", "7F2112" },
		{ CAS, "21F4", "7F2112" },     { CAS, "21F0F0", "7F2112" },
		{ CAS, "229999", "7F2231" },   { CAS, "2210", "7F2231" },
		{ CAS, "1A81", "7F1A12" },     { CAS, "1A", "7F1A12" },
		{ CAS, "300201", "7F3012" },   { CAS, "300100", "7F3012" },
		{ CAS, "30010101", "7F3012" }, { FRM, "301601", "7F3012" },
		{ JBE, "300501", "7F3012" },   { KOMBI, "2127", "7F2112" },
		{ CAS, "1802FF00", "7F1812" }, { CAS, "1800FFFF", "7F1812" },
		{ CAS, "1802FF", "7F1812" },   { CAS, "3E03", "7F3E12" },
		{ CAS, "3E0101", "7F3E12" },   { CAS, "1081", "7F1011" },
		{ CAS, "2701", "7F2711" },     { CAS, "FF", "7FFF11" },
		{ CAS, "3E", "7E" },	       { KOMBI, "3E01", "7E" },
		{ CAS, "3E02", "" },
	};
	struct sim *s = new_car("r56");
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		assert_answer(s, t[i].ecu, t[i].ask, t[i].answer);
	sim_free(s);
}

/* EF and E9 are all of them; who does not know the request keeps quiet then. */
static void functional(void **state)
{
	static const uint8_t ecus[] = { CAS, FRM, JBE, KOMBI };
	struct answer a;
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(ecus); i++) {
		struct sim *s = new_car("r56");

		ask_as(s, 0xef, ecus[i], "3E", &a);
		assert_string_equal(a.text, "7E");
		assert_string_equal(a.first, "0.01");
		ask_as(s, 0xe9, ecus[i], "3E01", &a);
		assert_string_equal(a.text, "7E");
		ask_as(s, 0xef, ecus[i], "1802FFFF", &a);
		assert_string_equal(a.text, "5800");
		ask_as(s, 0xef, ecus[i], "2127", &a);
		assert_string_equal(a.text, i == 0 ? "61270700400000" : "");
		ask_as(s, 0xef, ecus[i], "2701", &a);
		assert_string_equal(a.text, "");
		ask_as(s, 0xef, ecus[i], "221010", &a);
		assert_string_equal(
			a.text, i < 2 ? "621010574D575A5A5A3030303030303030303030" : "");
		ask_as(s, 0xdf, ecus[i], "3E", &a);
		assert_string_equal(a.text, "");
		sim_free(s);
	}
}

/* A long request, and one in the middle of an answer. */
static void conversations(void **state)
{
	struct sim *s = new_car("r56");
	struct answer a;
	(void)state;

	/* 21 27 and five bytes too many: two frames, refused. */
	hear(s, "6F1#4010072127000000");
	hear(s, "6F1#40210000");
	listen_to(s, CAS, MS(2000), &a);
	assert_string_equal(a.text, "7F2112");

	/* Busy with the first of two. */
	hear(s, "6F1#40022127");
	sim_run(s, sim_now(s) + MS(5));
	hear(s, "6F1#40022122");
	listen_to(s, CAS, MS(2000), &a);
	assert_string_equal(a.text, "7F2121 61270700400000");
	sim_free(s);
}

/* Frame by frame: 10 ms to the answer, 0.14 ms between consecutive frames. */
static void on_the_bus(void **state)
{
	struct sim *s = new_car("r56");
	struct played p;
	(void)state;

	sim_run(s, MS(1001));
	hear(s, "6F1#40021A9000000000");
	run_from(s, MS(1001), MS(1015), &p);
	assert_id(&p, "640", WANT("1.011 640#F110135A90574D57"));
	hear(s, "6F1#4030000000000000");
	run_from(s, MS(1015), MS(1040), &p);
	assert_id(&p, "640",
		  WANT("1.015 640#F1215A5A5A303030", "1.01514 640#F122303030303030",
		       "1.01528 640#F1233030FFFFFFFF"));

	/* The tester's STmin of 20 ms, two frames at a time; then it says no more. */
	hear(s, "6F1#40021A9000000000");
	run_from(s, MS(1040), MS(1055), &p);
	assert_id(&p, "640", WANT("1.05 640#F110135A90574D57"));
	hear(s, "6F1#4030021400000000");
	run_from(s, MS(1055), MS(3000), &p);
	assert_id(&p, "640",
		  WANT("1.055 640#F1215A5A5A303030", "1.075 640#F122303030303030"));
	assert_answer(s, CAS, "3E", "7E");
	sim_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ident),	 cmocka_unit_test(vin),
		cmocka_unit_test(cas_status),	 cmocka_unit_test(keys_and_batteries),
		cmocka_unit_test(junction_box),	 cmocka_unit_test(faults),
		cmocka_unit_test(refusals),	 cmocka_unit_test(functional),
		cmocka_unit_test(conversations), cmocka_unit_test(on_the_bus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
