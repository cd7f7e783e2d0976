/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-ask.h"

/* Modules that misbehave, each in the one way that its line says. */

#define CAS 0x40
#define FRM 0x72
#define BDC 0x40

/* What module 40 sends from now on for SPAN, when HEX is sent to it at once. */
static void play(struct sim *s, const char *hex, nsec_t span, struct played *p)
{
	nsec_t start = sim_now(s);

	hear(s, hex);
	run_from(s, start, start + span, p);
}

/* 800 ms more than the usual 10 ms, and right. */
static void slow(void **state)
{
	struct sim *s = new_car("r56");
	struct answer a;
	(void)state;

	tell(s, "fault slow 800ms");
	ask_as(s, CAS, CAS, "2122", &a);
	assert_string_equal(a.text, "612200");
	assert_string_equal(a.first, "0.81");
	ask_as(s, CAS, CAS, "1A90", &a);
	assert_string_equal(a.text, "5A90574D575A5A5A3030303030303030303030");
	assert_string_equal(a.first, "3.81");
	tell(s, "fault off");
	ask_as(s, CAS, CAS, "2122", &a);
	assert_string_equal(a.first, "6.01");
	sim_free(s);
}

static void silent(void **state)
{
	struct sim *s = new_car("r56");
	struct played p;
	struct answer a;
	(void)state;

	tell(s, "fault silent cas");
	assert_answer(s, CAS, "2122", "");
	assert_answer(s, FRM, "3E", "7E");
	ask_as(s, 0xef, CAS, "3E", &a);
	assert_string_equal(a.text, "");
	ask_as(s, 0xef, FRM, "3E", &a);
	assert_string_equal(a.text, "7E");
	play(s, "6F1#4010083001010000", MS(100), &p);
	assert_id(&p, "640", (const char *const[]){ NULL });
	tell(s, "fault silent");
	assert_answer(s, FRM, "3E", "");
	tell(s, "fault off");
	assert_answer(s, CAS, "2122", "612200");

	/* In the middle of an answer: the flow control is not heard. */
	hear(s, "6F1#40021A90");
	sim_run(s, sim_now(s) + MS(20));
	tell(s, "fault silent");
	play(s, "6F1#4030000000000000", MS(2000), &p);
	assert_id(&p, "640", (const char *const[]){ NULL });
	tell(s, "fault off");
	assert_answer(s, CAS, "2122", "612200");
	sim_free(s);
}

/* A good answer, to something else. */
static void other(void **state)
{
	struct sim *s = new_car("r56");
	(void)state;

	tell(s, "fault other");
	assert_answer(s, CAS, "2122", "612300");
	assert_answer(s, CAS, "1A90", "5A91574D575A5A5A3030303030303030303030");
	assert_answer(s, CAS, "1802FFFF", "5C00");
	assert_answer(s, CAS, "3E", "7A");
	assert_answer(s, CAS, "2199", "7F2012");
	sim_free(s);

	s = new_car("f56");
	tell(s, "fault other");
	assert_answer(s, BDC, "22DC56", "62DC5702");
	assert_answer(s, BDC, "19020C", "5903FF");
	assert_answer(s, BDC, "3E00", "7A00");
	sim_free(s);
}

/* One after the other: cut behind the PCI, a PCI that there is not, a wrong length. */
static void garbage(void **state)
{
	struct sim *s = new_car("r56");
	struct played p;
	(void)state;

	tell(s, "fault garbage");
	play(s, "6F1#40022122", MS(100), &p);
	assert_id(&p, "640", WANT("0.01 640#F103"));
	play(s, "6F1#40022122", MS(100), &p);
	assert_id(&p, "640", WANT("0.11 640#F1F3612200FFFFFF"));
	play(s, "6F1#40022122", MS(100), &p);
	assert_id(&p, "640", WANT("0.21 640#F10F612200FFFFFF"));

	/* Of a longer answer what follows the first frame: a sequence number, too. */
	play(s, "6F1#40021A90", MS(100), &p);
	assert_id(&p, "640", WANT("0.31 640#F110135A90574D57"));
	play(s, "6F1#4030000000000000", MS(100), &p);
	assert_id(&p, "640",
		  WANT("0.4 640#F1F15A5A5A303030", "0.40014 640#F127303030303030",
		       "0.40028 640#F123"));
	tell(s, "fault off");
	assert_answer(s, CAS, "2122", "612200");
	sim_free(s);
}

/* The car receives a longer request: FC.WAITs 35 ms apart, then it goes on. */
static void flow_control(void **state)
{
	struct sim *s = new_car("f56");
	struct played p;
	(void)state;

	tell(s, "fault fc-wait 2");
	play(s, "6F1#40100722DC56DAB4", MS(100), &p);
	assert_id(&p, "640",
		  WANT("0 640#F131000000000000", "0.035 640#F131000000000000",
		       "0.07 640#F130000000000000"));
	play(s, "6F1#40210F2700000000", MS(100), &p);
	assert_id(&p, "640", WANT("0.11 640#F1100A62DC5602DA"));
	sim_run(s, MS(2000));

	tell(s, "fault overflow");
	play(s, "6F1#40100722DC56DAB4", MS(2000), &p);
	assert_id(&p, "640", WANT("2 640#F132000000000000"));
	assert_answer(s, BDC, "22DAB4", "62DAB400"); /* one frame */
	tell(s, "fault off");
	play(s, "6F1#40100722DC56DAB4", MS(10), &p);
	assert_id(&p, "640", WANT("7 640#F130000000000000"));
	sim_free(s);
}

/* For ever, as far as a tester can tell; and a refusal at the end of patience. */
static void pending(void **state)
{
	struct sim *s = new_car("f56");
	struct answer a;
	(void)state;

	tell(s, "fault pending 1000");
	ask_as(s, BDC, BDC, "22DC56", &a);
	assert_int_equal(strlen(a.text), 300 * 7 - 1);
	assert_memory_equal(a.text, "7F2278 7F2278 ", 14);
	sim_free(s);

	s = new_car("f56");
	tell(s, "fault pending 2");
	assert_answer(s, BDC, "22F190",
		      "7F2278 7F2278 62F190574D575A5A5A3030303030303030303030");
	assert_answer(s, BDC, "3E80", ""); /* nothing to wait for */
	tell(s, "fault nrc 22");
	assert_answer(s, BDC, "22DC56", "7F2278 7F2278 7F2222");
	tell(s, "fault nrc 31");
	ask_as(s, 0xdf, BDC, "22DC56", &a);
	assert_string_equal(a.text, "");
	sim_free(s);
}

/* DS2: a module that is slow, silent, or answers as another, or with no status at all. */
static void ds2(void **state)
{
	static const struct {
		const char *fault, *answer;
	} t[] = {
		{ "fault off", "1.03 1B443FA0#010100000000000000000001" },
		{ "fault slow 2s", "3.03 1B443FA0#010100000000000000000001" },
		{ "fault silent", NULL },
		{ "fault silent ews", NULL },
		{ "fault silent gm", "1.03 1B443FA0#010100000000000000000001" },
		{ "fault other", "1.03 1B003FA0#010100000000000000000001" },
		{ "fault garbage", "1.03 1B443F00#010100000000000000000001" },
		{ "fault nrc FF", "1.03 1B443FFF#" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct sim *s = new_car("r53");
		struct played p;

		tell(s, t[i].fault);
		sim_run(s, MS(1000));
		hear(s, "1B3F440B#F1");
		run_from(s, MS(1000), MS(5000), &p);
		assert_played(&p, (const char *const[]){ t[i].answer, NULL });
		sim_free(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slow),		cmocka_unit_test(silent),
		cmocka_unit_test(other),	cmocka_unit_test(garbage),
		cmocka_unit_test(flow_control), cmocka_unit_test(pending),
		cmocka_unit_test(ds2),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
