/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-line.h"

/* The modules of an R53 on the K-line: bytes and times of kbus.md 4 and 5, written by hand. */

#define START "81 12 F1 81 05"
#define STARTED "83 F1 12 C1 EF 8F C5"
#define PRESENT "81 12 F1 3E C2"
#define IS_PRESENT "81 F1 12 7E 02"

#define BODY "00 10 A0 00 00 00 01 01 01 A3 00 01 05 00 01 17"
#define EWS "44 10 A0 00 00 00 02 01 01 01 00 01 05 00 01 F2"
#define CLUSTER "80 10 A0 00 00 00 03 01 01 01 00 01 05 00 01 37"

/* A car that has stood for a second. */
static struct sim *standing_car(void)
{
	struct sim *s = new_car("r53");
	struct said x;

	listen_line(s, MS(1000), &x);
	assert_string_equal(x.text, "");

	return s;
}

static void ds2_ident(void **state)
{
	struct sim *s = standing_car();
	struct said x;
	nsec_t asked;
	(void)state;

	say_as(s, "00 04 00 04", DS2);
	asked = sim_now(s);
	listen_line(s, MS(1000), &x);
	assert_string_equal(x.text, BODY);
	assert_int_equal(x.baud, 9600);
	assert_int_equal(x.parity, SIM_PARITY_EVEN);
	assert_int_equal(x.first - asked, MS(30));
	assert_in_range(x.end - x.first, 18333000, 18334000); /* 16 times 11 bits */
	assert_said(s, DS2, "44 04 00 40", EWS);
	assert_said(s, DS2, "80 04 00 84", CLUSTER);
	sim_free(s);
}

/* What is no request to one of them: at another rate, with another parity, damaged, cut. */
static void ds2_nothing(void **state)
{
	static const char *const requests[] = {
		"00 04 00 05", "12 04 00 16", "D0 04 00 D4", "00 03 03", "00 04 00", "FF FF FF FF",
	};
	struct sim_byte odd = DS2;
	struct sim *s = standing_car();
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(requests); i++)
		assert_said(s, DS2, requests[i], "");
	odd.parity = SIM_PARITY_NONE;
	assert_said(s, odd, "00 04 00 04", "");
	odd = KWP;
	assert_said(s, odd, "00 04 00 04", "");
	odd = DS2;
	odd.damaged = true;
	assert_said(s, odd, "00 04 00 04", "");
	odd = DS2;
	odd.baud = 9590; /* of a chip that cannot do better */
	assert_said(s, odd, "00 04 00 04", BODY);
	sim_free(s);
}

/* Bytes more than 20 ms apart are not of one telegram, and garbage ends with silence. */
static void ds2_gaps(void **state)
{
	struct sim *s = standing_car();
	(void)state;

	say_as(s, "00 04", DS2);
	sim_run(s, sim_now(s) + MS(20));
	assert_said(s, DS2, "00 04", BODY);
	say_as(s, "00 04", DS2);
	sim_run(s, sim_now(s) + 20000001);
	assert_said(s, DS2, "00 04", "");
	say_as(s, "44 00", DS2);
	assert_said(s, DS2, "00 04 00 04", "");
	say_as(s, "44 00", DS2);
	sim_run(s, sim_now(s) + MS(21));
	assert_said(s, DS2, "00 04 00 04", BODY);
	sim_free(s);
}

/* The next request is due 25 ms after an answer (kbus.md 4.1). */
static void ds2_regeneration(void **state)
{
	struct sim *s = standing_car();
	struct said x;
	(void)state;

	say_as(s, "00 04 00 04", DS2);
	listen_line(s, MS(50), &x);
	assert_string_equal(x.text, BODY);
	sim_run(s, x.end + 24999999);
	assert_said(s, DS2, "00 04 00 04", "");
	say_as(s, "00 04 00 04", DS2);
	listen_line(s, MS(50), &x);
	assert_string_equal(x.text, BODY);
	sim_run(s, x.end + 25000000);
	assert_said(s, DS2, "00 04 00 04", BODY);
	sim_free(s);
}

/* The car as it is: fobs of slots 0-3 and the one used last; the key in the lock. */
static void ds2_keys(void **state)
{
	struct sim *s = standing_car();
	(void)state;

	assert_said(s, DS2, "00 05 0B F0 FE", "00 09 A0 01 01 00 00 FF 56");
	assert_said(s, DS2, "44 05 0B F1 BB", "44 10 A0 01 01 00 00 00 00 00 00 00 00 00 01 F5");
	tell(s, "key remove");
	tell(s, "fob 2 click lock");
	sim_run(s, sim_now(s) + MS(3000));
	assert_said(s, DS2, "00 05 0B F0 FE", "00 09 A0 01 01 00 00 01 A8");
	assert_said(s, DS2, "44 05 0B F1 BB", "44 10 A0 01 01 00 00 00 00 00 00 00 00 FF 00 0B");
	assert_said(s, DS2, "00 05 0B 03 0D", "00 04 B0 B4");
	sim_free(s);
}

static void ds2_faults(void **state)
{
	struct sim *s = standing_car();
	(void)state;

	tell(s, "fault pending 2");
	assert_said(s, DS2, "80 04 00 84", "80 04 A1 25, 80 04 A1 25, " CLUSTER);
	tell(s, "fault off");
	tell(s, "fault nrc A2");
	assert_said(s, DS2, "80 04 00 84", "80 04 A2 26");
	tell(s, "fault off");
	tell(s, "fault silent ike");
	assert_said(s, DS2, "80 04 00 84", "");
	assert_said(s, DS2, "44 04 00 40", EWS);
	tell(s, "fault off");
	tell(s, "fault other");
	assert_said(s, DS2, "44 04 00 40", "00 10 A0 00 00 00 02 01 01 01 00 01 05 00 01 B6");
	tell(s, "fault off");
	tell(s, "fault slow 2s");
	assert_true(assert_said(s, DS2, "80 04 00 84", CLUSTER).first > MS(2000));
	tell(s, "fault off");
	tell(s, "fault drop 100%");
	assert_said(s, DS2, "80 04 00 84", "");
	tell(s, "fault off");
	tell(s, "fault garbage");
	for (unsigned int i = 0; i < 8; i++) {
		struct said x;

		say_as(s, "80 04 00 84", DS2);
		listen_line(s, MS(3000), &x);
		assert_true(*x.text && strcmp(x.text, CLUSTER));
	}
	tell(s, "fault unplug");
	assert_said(s, DS2, "80 04 00 84", "");
	sim_free(s);
}

/* ---- the engine's module ---- */

/* A wire that was at rest; low for LOW, and the request LATER than its begin. */
static void wake(struct sim *s, nsec_t rest, nsec_t low, nsec_t later, const char *want)
{
	nsec_t begin = sim_now(s) + rest;

	sim_run(s, begin + low);
	sim_kline_low(s, begin, begin + low);
	sim_run(s, begin + later);
	assert_said(s, KWP, START, want);
}

/* 25 +- 1 ms low, 50 +- 1 ms to the request (kbus.md 5.2). */
static void fast_init(void **state)
{
	static const struct {
		nsec_t low, later; /* us */
		bool good;
	} rows[] = {
		{ 23900, 50000, false }, { 24000, 50000, true },  { 25000, 50000, true },
		{ 26000, 50000, true },	 { 26100, 50000, false }, { 25000, 48900, false },
		{ 25000, 49000, true },	 { 25000, 51000, true },  { 25000, 51100, false },
	};
	struct sim *s = standing_car();
	(void)state;

	assert_said(s, KWP, START, "");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		wake(s, MS(6000), rows[i].low * 1000, rows[i].later * 1000,
		     rows[i].good ? STARTED : "");
	wake(s, MS(6000), MS(25), MS(50), STARTED);
	assert_said(s, KWP, PRESENT, IS_PRESENT);
	sim_free(s);
}

/* The wire was at rest for 300 ms, whoever spoke before (kbus.md 5.2). */
static void rest_before(void **state)
{
	struct sim *s = standing_car();
	struct said x;
	(void)state;

	say_as(s, "44 04 00 40", DS2);
	listen_line(s, MS(1000), &x);
	assert_string_equal(x.text, EWS);
	say_as(s, "55", DS2);
	wake(s, 299999999, MS(25), MS(50), "");
	say_as(s, "55", DS2);
	wake(s, MS(300), MS(25), MS(50), STARTED);
	sim_free(s);
}

/* 00 at 360 8N1 is low for 9 bits, 25.0 ms (adapters.md 1.5); with parity it is too long. */
static void byte_as_pulse(void **state)
{
	struct sim_byte slow = { .baud = 360, .parity = SIM_PARITY_NONE };
	struct sim *s = standing_car();
	nsec_t begin;
	(void)state;

	begin = sim_now(s);
	say_as(s, "00", slow);
	sim_run(s, begin + MS(50));
	assert_said(s, KWP, START, STARTED);
	sim_run(s, sim_now(s) + MS(6000));
	slow.parity = SIM_PARITY_EVEN;
	begin = sim_now(s);
	say_as(s, "00", slow);
	sim_run(s, begin + MS(50));
	assert_said(s, KWP, START, "");
	sim_free(s);
}

static void woken(struct sim *s)
{
	wake(s, MS(6000), MS(25), MS(50), STARTED);
}

/* 5 s without a request end the session, and 55 ms are the least before one. */
static void session_time(void **state)
{
	struct sim *s = standing_car();
	struct said x;
	(void)state;

	woken(s);
	say_as(s, PRESENT, KWP);
	listen_line(s, MS(100), &x);
	assert_string_equal(x.text, IS_PRESENT);
	sim_run(s, x.end + MS(5000));
	say_as(s, PRESENT, KWP);
	listen_line(s, MS(100), &x);
	assert_string_equal(x.text, IS_PRESENT);
	sim_run(s, x.end + 5000000001);
	assert_said(s, KWP, PRESENT, "");
	assert_said(s, KWP, START, "");

	woken(s);
	say_as(s, PRESENT, KWP);
	listen_line(s, MS(40), &x);
	assert_string_equal(x.text, IS_PRESENT);
	sim_run(s, x.end + 54999999);
	assert_said(s, KWP, PRESENT, "");
	assert_said(s, KWP, PRESENT, IS_PRESENT);
	sim_free(s);
}

/* What an answer's bytes are apart, and from the request. */
static void answer_time(void **state)
{
	struct sim *s = standing_car();
	struct said x;
	nsec_t asked;
	(void)state;

	woken(s);
	say_as(s, PRESENT, KWP);
	asked = sim_now(s);
	listen_line(s, MS(100), &x);
	assert_int_equal(x.first - asked, MS(30));
	assert_int_equal(x.baud, 10400);
	assert_int_equal(x.parity, SIM_PARITY_NONE);
	assert_in_range(x.end - x.first, 8807000, 8808000); /* 5 times 10 bits, 4 ms between */
	sim_free(s);
}

/* After StopCommunication 55 ms of rest are enough. */
static void stop(void **state)
{
	struct sim *s = standing_car();
	struct said x;
	(void)state;

	woken(s);
	say_as(s, "81 12 F1 82 06", KWP);
	listen_line(s, MS(39), &x);
	assert_string_equal(x.text, "81 F1 12 C2 46");
	sim_run(s, x.end + MS(56));
	assert_said(s, KWP, PRESENT, "");
	woken(s);
	say_as(s, "81 12 F1 82 06", KWP);
	listen_line(s, MS(39), &x);
	wake(s, x.end + MS(55) - sim_now(s), MS(25), MS(50), STARTED);
	sim_free(s);
}

static void services(void **state)
{
	static const struct {
		const char *request, *answer;
	} rows[] = {
		{ "82 12 F1 1A 80 1F",
		  "9F F1 12 5A 80 00 00 09 00 00 12 00 01 FF FF 00 00 20 05 06 01 00 00 00 00 00 "
		  "00 00 00 00 00 00 00 00 C2" },
		{ "82 12 F1 3E 01 C4", IS_PRESENT },
		{ "82 12 F1 3E 02 C5", "" },
		{ "82 12 F1 3E 03 C6", "83 F1 12 7F 3E 12 55" },
		{ "82 12 F1 10 85 1A", "83 F1 12 7F 10 11 26" },
		{ "82 12 F1 21 01 A7", "83 F1 12 7F 21 12 38" },
		{ "84 12 F1 18 02 FF FF 9F", "82 F1 12 58 00 DD" },
		{ START, STARTED },
		{ "81 12 F1 3E C3", "" }, /* its sum is wrong */
		{ "81 13 F1 3E C3", "" }, /* for another module */
		{ "81 10 F1 81 03", "" },
	};
	struct sim *s = standing_car();
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		woken(s);
		assert_said(s, KWP, rows[i].request, rows[i].answer);
	}
	sim_free(s);
}

/* Each form of the header, answered in the same one; C1 33: functional. */
static void headers(void **state)
{
	struct sim *s = standing_car();
	(void)state;

	woken(s);
	assert_said(s, KWP, "01 3E 3F", "01 7E 7F");
	assert_said(s, KWP, "80 12 F1 01 3E C2", "80 F1 12 01 7E 02");
	assert_said(s, KWP, "00 01 3E 3F", "00 01 7E 7F");
	assert_said(s, KWP, "81 12 F0 3E C1", "81 F0 12 7E 01");
	assert_said(s, KWP, "C1 33 F1 81 66", STARTED);
	assert_said(s, KWP, "41 3E 7F", "");
	sim_free(s);
}

static void kwp_faults(void **state)
{
	struct sim *s = standing_car();
	(void)state;

	woken(s);
	tell(s, "fault pending 2");
	assert_said(s, KWP, PRESENT,
		    "83 F1 12 7F 3E 78 BB, 83 F1 12 7F 3E 78 BB, " IS_PRESENT);
	tell(s, "fault off");
	tell(s, "fault other");
	assert_said(s, KWP, PRESENT, "81 F1 13 7E 03");
	tell(s, "fault off");
	tell(s, "fault garbage");
	for (unsigned int i = 0; i < 6; i++) {
		struct said x;

		say_as(s, PRESENT, KWP);
		listen_line(s, MS(3000), &x);
		assert_true(*x.text && strcmp(x.text, IS_PRESENT));
	}
	tell(s, "fault off");
	assert_said(s, KWP, PRESENT, IS_PRESENT);
	sim_free(s);
}

/* ---- 5 baud ---- */

/* ADDRESS at 5 baud after 400 ms of rest; low at the times of its bits. */
static void address(struct sim *s, unsigned int address)
{
	unsigned int bits = address << 1 | 0x200; /* start, data, stop */
	nsec_t start = sim_now(s) + MS(400);

	for (unsigned int i = 0, k; i < 10; i = k + 1) {
		for (k = i; k < 10 && !(bits >> k & 1); k++)
			;
		if (k == i)
			continue;
		sim_run(s, start + k * MS(200));
		sim_kline_low(s, start + i * MS(200), sim_now(s));
	}
	sim_run(s, start + MS(2000) - 1);
}

static void slow_init(void **state)
{
	struct sim *s = standing_car();
	struct said x;
	nsec_t end;
	(void)state;

	address(s, 0x12);
	end = sim_now(s) + 1;
	listen_line(s, MS(140), &x);
	assert_string_equal(x.text, "55 EF 8F");
	assert_int_equal(x.first - end, MS(100)); /* W1: 60..300 ms */
	sim_run(s, x.end + MS(25));
	assert_said(s, KWP, "70", "ED");
	assert_said(s, KWP, PRESENT, IS_PRESENT);
	sim_run(s, sim_now(s) + MS(6000));

	address(s, 0x12);
	listen_line(s, MS(140), &x);
	sim_run(s, x.end + MS(25));
	assert_said(s, KWP, "71", "");
	address(s, 0x12);
	listen_line(s, MS(140), &x);
	sim_run(s, x.end + 50000001);
	assert_said(s, KWP, "70", "");

	address(s, 0x33);
	listen_line(s, MS(1000), &x);
	assert_string_equal(x.text, "");
	sim_free(s);
}

/* ---- other wires, other cars ---- */

static void no_breaks(void **state)
{
	struct sim_byte unseen = { .baud = 10400, .parity = SIM_PARITY_UNSEEN };
	struct sim_byte slow = { .baud = 360, .parity = SIM_PARITY_UNSEEN };
	struct sim *s = standing_car();
	(void)state;

	sim_kline_no_breaks(s);
	assert_said(s, unseen, PRESENT, "");
	assert_said(s, unseen, START, STARTED);
	assert_said(s, unseen, PRESENT, IS_PRESENT);
	sim_run(s, sim_now(s) + MS(6000));
	assert_said(s, unseen, PRESENT, "");
	say_as(s, "00", slow);
	sim_run(s, sim_now(s) + MS(90));
	assert_said(s, unseen, START, STARTED);
	unseen.baud = 9600;
	assert_said(s, unseen, "00 04 00 04", BODY);
	sim_free(s);
}

static void no_kline(void **state)
{
	struct sim *s = new_car("r56");
	(void)state;

	sim_run(s, MS(1000));
	assert_said(s, DS2, "00 04 00 04", "");
	sim_kline_low(s, sim_now(s) - MS(25), sim_now(s));
	sim_run(s, sim_now(s) + MS(25));
	assert_said(s, KWP, START, "");
	sim_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ds2_ident),	cmocka_unit_test(ds2_nothing),
		cmocka_unit_test(ds2_gaps),	cmocka_unit_test(ds2_regeneration),
		cmocka_unit_test(ds2_keys),	cmocka_unit_test(ds2_faults),
		cmocka_unit_test(fast_init),	cmocka_unit_test(rest_before),
		cmocka_unit_test(byte_as_pulse), cmocka_unit_test(session_time),
		cmocka_unit_test(answer_time),	cmocka_unit_test(stop),
		cmocka_unit_test(services),	cmocka_unit_test(headers),
		cmocka_unit_test(kwp_faults),	cmocka_unit_test(slow_init),
		cmocka_unit_test(no_breaks),	cmocka_unit_test(no_kline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
