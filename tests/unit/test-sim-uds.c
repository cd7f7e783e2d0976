/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-ask.h"

/* The modules of an F56 as can.md 3.2 has them, asked over CAN. */

#define BDC 0x40
#define ZGW 0x10
#define KOMBI 0x60

static void wait(struct sim *s)
{
	sim_run(s, sim_now(s) + MS(1000));
}

/* Index and session as a G31's BDC told them. */
static void ident(void **state)
{
	static const uint8_t ecus[] = { BDC, ZGW, KOMBI };
	static const char *const index[] = { "62F1500F2050", "62F1500F0010",
					     "62F1500F0060" };
	struct sim *s = new_car("f56");
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(ecus); i++) {
		assert_answer(s, ecus[i], "22F190",
			      "62F190574D575A5A5A3030303030303030303030");
		assert_answer(s, ecus[i], "22F150", index[i]);
		assert_answer(s, ecus[i], "22F186", "62F1860181");
		assert_answer(s, ecus[i], "22F18A", "62F18A000001");
		assert_answer(s, ecus[i], "22F18B", "62F18B200314");
		assert_answer(s, ecus[i], "22F18C", "62F18C30303030303030303031");
		assert_answer(s, ecus[i], "3E00", "7E00");
		assert_answer(s, ecus[i], "1001", "5001003201F4");
		assert_answer(s, ecus[i], "19020C", "5902FF");
	}
	assert_answer(s, BDC, "22F101",
		      "62F101"
		      "01010002"
		      "200314"
		      "00"
		      "39300000"
		      "0000000000"
		      "0100000040010000"
		      "0600000040010203");
	sim_free(s);
}

static void terminals_and_keys(void **state)
{
	struct sim *s = new_car("f56");
	(void)state;

	assert_answer(s, BDC, "22DC56", "62DC5602");
	assert_answer(s, BDC, "22DAB4", "62DAB400");
	assert_answer(s, BDC, "220F27", "620F2700");
	assert_answer(s, BDC, "22DABA", "62DABA000000");
	tell(s, "ignition acc");
	assert_answer(s, BDC, "22DC56", "62DC5607");
	tell(s, "ignition on");
	assert_answer(s, BDC, "22DC56", "62DC560A");
	tell(s, "ignition start");
	assert_answer(s, BDC, "22DC56", "62DC560B");
	tell(s, "key remove");
	assert_answer(s, BDC, "22DAB4", "62DAB4FF");
	assert_answer(s, BDC, "220F27", "620F270F");
	assert_answer(s, BDC, "22DABA", "62DABA010000");
	tell(s, "key insert 2");
	assert_answer(s, BDC, "22DAB4", "62DAB401");
	assert_answer(s, BDC, "220F27", "620F2701");

	assert_answer(s, BDC, "22DACB",
		      "62DACB02"
		      "00070000"
		      "01070000");
	tell(s, "fob 1 battery low");
	tell(s, "fob 2 battery flat");
	assert_answer(s, BDC, "22DACB",
		      "62DACB02"
		      "00010000"
		      "01000000");
	assert_answer(s, BDC, "22DAB3",
		      "62DAB3"
		      "313831383138313831383138313831383138"
		      "313831383138313831383138");
	assert_answer(s, BDC, "22DB2D", "62DB2D0000");
	assert_answer(s, BDC, "22DB2E", "62DB2E0000");
	sim_free(s);
}

/* Each door by itself: DA79 and DA83 are the driver's. */
static void doors(void **state)
{
	static const struct {
		const char *door, *contact, *closed, *open;
	} t[] = {
		{ "driver", "22DA79", "62DA7902", "62DA7904" },
		{ "passenger", "22DA77", "62DA7702", "62DA7704" },
		{ "rear-driver", "22DA7A", "62DA7A02", "62DA7A04" },
		{ "rear-passenger", "22DA78", "62DA7802", "62DA7804" },
	};
	struct sim *s = new_car("f55");
	char line[40];
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		assert_answer(s, BDC, t[i].contact, t[i].closed);
		snprintf(line, sizeof(line), "door %s open", t[i].door);
		tell(s, line);
		for (size_t k = 0; k < ARRAY_SIZE(t); k++)
			assert_answer(s, BDC, t[k].contact,
				      k == i ? t[k].open : t[k].closed);
		snprintf(line, sizeof(line), "door %s close", t[i].door);
		tell(s, line);
	}
	tell(s, "door passenger open");
	tell(s, "boot open");
	assert_answer(s, BDC, "22DA92", "62DA9201");
	assert_answer(s, BDC, "22DA93", "62DA9301");
	assert_answer(s, BDC, "22DA48",
		      "62DA4806"
		      "0002"
		      "0104"
		      "0202"
		      "0302"
		      "0404"
		      "0602");
	assert_answer(s, BDC, "22DA4A",
		      "62DA4A06"
		      "0080"
		      "0181"
		      "0280"
		      "0380"
		      "0481"
		      "0680");
	tell(s, "boot close");
	tell(s, "bonnet open");
	assert_answer(s, BDC, "22DA92", "62DA9200");
	assert_answer(s, BDC, "22DA48",
		      "62DA4806"
		      "0002"
		      "0104"
		      "0202"
		      "0302"
		      "0402"
		      "0604");
	sim_free(s);

	/* Without rear doors. */
	s = new_car("f56");
	assert_answer(s, BDC, "22DA7A", "62DA7A08");
	assert_answer(s, BDC, "22DA78", "62DA7808");
	assert_answer(s, BDC, "22DA48",
		      "62DA4804"
		      "0002"
		      "0102"
		      "0402"
		      "0602");
	assert_answer(s, BDC, "22DA4A",
		      "62DA4A04"
		      "0080"
		      "0180"
		      "0480"
		      "0680");
	sim_free(s);
}

static void locks(void **state)
{
	struct sim *s = new_car("f56");
	(void)state;

	assert_answer(s, BDC, "22DA83", "62DA83010000");
	assert_answer(s, BDC, "22DA84", "62DA84020202");
	assert_answer(s, BDC, "22DA85", "62DA850100");
	assert_answer(s, BDC, "22DA86", "62DA86FFFF");
	assert_answer(s, BDC, "22DA87", "62DA870000FFFF");
	assert_answer(s, BDC, "22DAC7",
		      "62DAC7"
		      "010000FF"
		      "0000FFFF"
		      "00FF");
	assert_answer(s, BDC, "22DC64", "62DC6400");
	assert_answer(s, BDC, "22DAB6", "62DAB600");
	tell(s, "fob 2 click lock");
	wait(s);
	assert_answer(s, BDC, "22DA81", "62DA81000001");
	assert_answer(s, BDC, "22DA85", "62DA850001");
	assert_answer(s, BDC, "22DA87", "62DA870202FFFF");
	assert_answer(s, BDC, "22DAC7",
		      "62DAC7"
		      "04010301"
		      "0202FFFF"
		      "01FF");
	tell(s, "switch unlock");
	sim_run(s, sim_now(s) + MS(50));
	assert_answer(s, BDC, "22DC64", "62DC6401");
	assert_answer(s, BDC, "22DAC7",
		      "62DAC7"
		      "010301FF"
		      "0000FFFF"
		      "00FF");
	tell(s, "cylinder lock");
	wait(s);
	assert_answer(s, BDC, "22DA83", "62DA83000100");
	assert_answer(s, BDC, "22DA87", "62DA870101FFFF");
	assert_answer(s, BDC, "22DAC7",
		      "62DAC7"
		      "020C02FF"
		      "0101FFFF"
		      "01FF");
	sim_free(s);

	s = new_car("f60");
	assert_answer(s, BDC, "22DA82", "62DA82010000");
	assert_answer(s, BDC, "22DA84", "62DA84010000");
	assert_answer(s, BDC, "22DA87", "62DA8700000000");
	sim_free(s);
}

/* 19 02 by the bits of the mask, 19 06 one of them. */
static void faults(void **state)
{
	struct sim *s = new_car("f56");
	(void)state;

	tell(s, "dtc bdc 80510A 2C");
	tell(s, "dtc bdc 930801 20");
	tell(s, "dtc zgw d90001 08");
	assert_answer(s, BDC, "19020C",
		      "5902FF"
		      "80510A2C");
	assert_answer(s, BDC, "1902FF",
		      "5902FF"
		      "80510A2C"
		      "93080120");
	assert_answer(s, BDC, "190200", "5902FF");
	assert_answer(s, ZGW, "190208",
		      "5902FF"
		      "D9000108");
	assert_answer(s, BDC, "190680510AFF", "590680510A2C");
	assert_answer(s, BDC, "1906D90001FF", "7F1931");
	tell(s, "dtc bdc clear");
	assert_answer(s, BDC, "1902FF", "5902FF");
	sim_free(s);
}

static void refusals(void **state)
{
	static const struct {
		uint8_t ecu;
		const char *ask, *answer;
	} t[] = {
		{ BDC, "229999", "7F2231" },   { ZGW, "22DC56", "7F2231" },
		{ BDC, "22DC", "7F2213" },     { BDC, "22", "7F2213" },
		{ BDC, "22DC56DA", "7F2213" }, { BDC, "19", "7F1913" },
		{ BDC, "1902", "7F1913" },     { BDC, "19020C00", "7F1913" },
		{ BDC, "190180", "7F1912" },   { BDC, "19060102FF", "7F1913" },
		{ BDC, "1003", "7F1012" },     { BDC, "10", "7F1013" },
		{ BDC, "100101", "7F1013" },   { BDC, "1081", "" },
		{ BDC, "3E", "7F3E13" },       { BDC, "3E01", "7F3E12" },
		{ BDC, "3E80", "" },	       { BDC, "2701", "7F277F" },
		{ BDC, "8502", "7F857F" },     { BDC, "3101AC5A", "7F3111" },
		{ BDC, "2EF190", "7F2E11" },   { BDC, "1A80", "7F1A11" },
		{ BDC, "2127", "7F2111" },
	};
	struct sim *s = new_car("f56");
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		assert_answer(s, t[i].ecu, t[i].ask, t[i].answer);
	sim_free(s);
}

/* Several at once; those it has not are left out, ISO 14229-1. */
static void several(void **state)
{
	struct sim *s = new_car("f56");
	struct answer a;
	(void)state;

	assert_answer(s, BDC, "22DC56DAB4", "62DC5602DAB400");
	assert_answer(s, BDC, "22DC569999", "62DC5602");

	/* A longer request, in two frames. */
	hear(s, "6F1#40100722DC56DAB4");
	hear(s, "6F1#40210F2700000000");
	listen_to(s, BDC, MS(2000), &a);
	assert_string_equal(a.text, "62DC5602DAB4000F2700");

	/* Twenty times 39 bytes are more than there is room for. */
	hear(s, "6F1#40102922F101F101");
	for (int sn = 1; sn <= 6; sn++) {
		char frame[32];

		snprintf(frame, sizeof(frame), "6F1#402%XF101F101F101", (unsigned int)sn);
		hear(s, frame);
	}
	listen_to(s, BDC, MS(2000), &a);
	assert_string_equal(a.text, "7F2214");
	sim_free(s);
}

/* DF is all of them; who does not know the request keeps quiet then. */
static void functional(void **state)
{
	static const uint8_t ecus[] = { BDC, ZGW, KOMBI };
	struct answer a;
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(ecus); i++) {
		struct sim *s = new_car("f54");

		ask_as(s, 0xdf, ecus[i], "3E00", &a);
		assert_string_equal(a.text, "7E00");
		ask_as(s, 0xdf, ecus[i], "3E80", &a);
		assert_string_equal(a.text, "");
		ask_as(s, 0xdf, ecus[i], "22DAB4", &a);
		assert_string_equal(a.text, i == 0 ? "62DAB400" : "");
		ask_as(s, 0xdf, ecus[i], "2701", &a);
		assert_string_equal(a.text, "");
		ask_as(s, 0xdf, ecus[i], "22DC", &a);
		assert_string_equal(a.text, "7F2213");
		ask_as(s, 0xdf, ecus[i], "22F190", &a);
		assert_string_equal(a.text, "62F190574D575A5A5A3030303030303030303030");
		ask_as(s, 0xef, ecus[i], "3E00", &a);
		assert_string_equal(a.text, "");
		sim_free(s);
	}
}

/* Filled up with 00, as an i3's modules do; can.md 2.1. */
static void padding(void **state)
{
	struct sim *s = new_car("f56");
	struct played p;
	(void)state;

	sim_run(s, MS(1000));
	hear(s, "6F1#400322DC56000000");
	run_from(s, MS(1000), MS(1050), &p);
	assert_id(&p, "640", WANT("1.01 640#F10462DC56020000"));
	sim_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ident),   cmocka_unit_test(terminals_and_keys),
		cmocka_unit_test(doors),   cmocka_unit_test(locks),
		cmocka_unit_test(faults),  cmocka_unit_test(refusals),
		cmocka_unit_test(several), cmocka_unit_test(functional),
		cmocka_unit_test(padding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
