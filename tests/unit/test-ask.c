/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ask-bench.h"

/* Asking modules, in virtual time: what is sent, when, and the verdicts. */

/* can.md 2.1: a single frame, and the FRM's first frame, our flow control, the rest. */
static void one_answer(void **state)
{
	static const struct modules_rule rules[] = {
		{ "6F1#070322DD68000000", 0, { { MS(12), "607#F10562DD68938800" } } },
		{ "6F1#7203301601000000", 0, { { MS(10), "672#F11010701601AAAB" } } },
		{ "6F1#7230", 0,
		  { { MS(2), "672#F121010203040506" }, { MS(3), "672#F1220708091011FF" } } },
	};
	static const uint8_t frm[] = { 0xaa, 0xab, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0x10, 0x11 };
	struct bench b;
	struct question q = ask_for(DIAG_UDS, 0x07, "22DD68");
	(void)state;

	bench_open(&b, GATE_CAR, NULL, rules, ARRAY_SIZE(rules));
	assert_int_equal(ask_one(&b.asker, &q, b.answer), 0);
	assert_int_equal(q.result, 0);
	assert_int_equal(q.from, 0x07);
	assert_int_equal(q.took, MS(12));
	assert_int_equal(q.len, 2);
	assert_memory_equal(q.data, "\x93\x88", 2);
	assert_int_equal(now_ms(&b), 12);
	assert_sent(&b, "0 6F1#070322DD68000000");
	bench_close(&b);

	bench_open(&b, GATE_CAR, "r56", rules, ARRAY_SIZE(rules));
	q = ask_for(DIAG_KWP, 0x72, "301601");
	assert_int_equal(ask_one(&b.asker, &q, b.answer), 0);
	assert_int_equal(q.len, sizeof(frm));
	assert_memory_equal(q.data, frm, sizeof(frm));
	assert_int_equal(q.took, MS(10));
	assert_sent(&b, "0 6F1#7203301601000000; 10 6F1#7230000000000000");
	bench_close(&b);
}

/* Verdicts on modules that misbehave. */
static void misbehaviour(void **state)
{
	static const struct {
		struct modules_rule rule;
		int result;
		nsec_t ms; /* when it is settled */
		const char *why;
	} t[] = {
		{ { "6F1#40", 0, { { 0, NULL } } }, -ETIMEDOUT, 2000, "" },
		{ { "6F1#40", 0, { { MS(10), "640#F1037F2231FFFFFF" } } }, -EREMOTEIO, 10,
		  "module 40 refused 22DC56: 31, request out of range" },
		{ { "6F1#40", 0, { { MS(10), "640#F10462DAB401FFFF" } } }, -EPROTO, 2000,
		  "module 40, asked for 22DC56: it answered another request" },
		{ { "6F1#40", 0, { { MS(10), "640#F10122FFFFFFFFFF" } } }, -EPROTO, 2000,
		  "module 40, asked for 22DC56: what it sent is no answer" },
		{ { "6F1#40", 0, { { MS(2001), "640#F10462DC5609FFFF" } } }, -ETIMEDOUT, 2000, "" },
		{ { "6F1#40", 0, { { MS(2000), "640#F10462DC5609FFFF" } } }, 0, 2000, "" },
		{ { "6F1#40", 0, { { MS(9), "640#F1037F2278FFFFFF" } } }, -EPROTO, 5009,
		  "module 40, asked for 22DC56: it said 'the answer is pending', and then nothing" },
		{ { "6F1#40", 0, { { MS(9), "640#F1037F2278FFFFFF" }, { MS(4900), "640#F10462DC5609" } } },
		  0, 4900, "" },
		/* A first frame, and then no more (N_Cr), or the wrong one: three times, 200 ms apart. */
		{ { "6F1#4003", 0, { { MS(10), "640#F1101062DC560102" } } }, -EPROTO, 3430,
		  "module 40, asked for 22DC56: the rest of the message did not come (N_Cr)" },
		{ { "6F1#4003", 0, { { MS(10), "640#F1101062DC560102" }, { MS(20), "640#F122030405060708" } } },
		  -EPROTO, 460,
		  "module 40, asked for 22DC56: a part of the message is missing or out of order" },
		/* Longer than any answer: 4096 bytes. */
		{ { "6F1#4003", 0, { { MS(10), "640#F110000000100062" } } }, -EPROTO, 430,
		  "module 40, asked for 22DC56: the message is longer than the buffer" },
		/* Not by it, not to us. */
		{ { "6F1#40", 0, { { MS(10), "641#F10462DC5609" }, { MS(11), "640#400462DC5609" },
				   { MS(12), "00000640#F10462DC5609" } } }, -ETIMEDOUT, 2000, "" },
		/* By it, but nothing of ISO-TP. */
		{ { "6F1#40", 0, { { MS(13), "640#F100000000000000" } } }, -EPROTO, 2000,
		  "module 40, asked for 22DC56: what it sent is no answer" },
		{ { "6F1#40", 0, { { MS(13), "640#F1" }, { MS(14), "640#F15462DC56090000" } } },
		  -EPROTO, 2000, "module 40, asked for 22DC56: what it sent is no answer" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct question q = ask_for(DIAG_UDS, 0x40, "22DC56");
		struct bench b;

		bench_open(&b, GATE_CAR, "f5x", &t[i].rule, 1);
		if (ask_one(&b.asker, &q, b.answer) != t[i].result)
			fail_msg("row %zu: %d", i, q.result);
		assert_int_equal(now_ms(&b), t[i].ms);
		assert_string_equal(b.asker.why, t[i].why);
		bench_close(&b);
	}
}

/* "Pending" every 100 ms, for ever: the fifty-first ends it. */
static void pending_for_ever(void **state)
{
	struct question q = ask_for(DIAG_UDS, 0x40, "22DC56");
	struct bench b;
	(void)state;

	bench_open(&b, GATE_CAR, "f5x", NULL, 0);
	for (int i = 1; i < 1000; i++)
		modules_say(&b.modules, "640#F1037F2278FFFFFF", MS(1000) + MS(100) * i);
	assert_int_equal(ask_one(&b.asker, &q, b.answer), -EPROTO);
	assert_int_equal(now_ms(&b), 5100);
	assert_string_equal(b.asker.why, "module 40, asked for 22DC56: it says 'the answer is "
					 "pending' without end");
	assert_sent(&b, "0 6F1#400322DC56000000");
	bench_close(&b);
}

/* 21 three times: the request again, not before 200 ms. */
static void busy_then_answer(void **state)
{
	static const struct modules_rule rules[] = {
		{ "6F1#40", 3, { { MS(5), "640#F1037F2221FFFFFF" } } },
		{ "6F1#40", 0, { { MS(5), "640#F10462DC5609FFFF" } } },
	};
	struct question q = ask_for(DIAG_UDS, 0x40, "22DC56");
	struct bench b;
	(void)state;

	bench_open(&b, GATE_CAR, "f5x", rules, ARRAY_SIZE(rules));
	assert_int_equal(ask_one(&b.asker, &q, b.answer), 0);
	assert_int_equal(q.data[0], 0x09);
	assert_sent(&b, "0 6F1#400322DC56000000; 205 6F1#400322DC56000000; "
			"410 6F1#400322DC56000000; 615 6F1#400322DC56000000");
	bench_close(&b);

	bench_open(&b, GATE_CAR, "f5x", rules, 1);
	b.modules.rules[0].times = 0;
	assert_int_equal(ask_one(&b.asker, &q, b.answer), -EREMOTEIO);
	assert_int_equal(q.code, 0x21);
	assert_int_equal(b.modules.n_log, 11);
	assert_string_equal(b.asker.why,
			    "module 40 refused 22DC56: 21, busy, repeat the request");
	bench_close(&b);
}

/* Asked the same again after a timeout: what comes late is not the second one's answer. */
static void late_answer(void **state)
{
	static const struct modules_rule rules[] = {
		{ "6F1#40", 1, { { MS(2500), "640#F10462DC5601FFFF" } } },
		{ "6F1#40", 0, { { MS(10), "640#F10462DC5602FFFF" } } },
	};
	struct question q = ask_for(DIAG_UDS, 0x40, "22DC56");
	struct bench b;
	(void)state;

	bench_open(&b, GATE_CAR, "f5x", rules, ARRAY_SIZE(rules));
	assert_int_equal(ask_one(&b.asker, &q, b.answer), -ETIMEDOUT);
	assert_int_equal(ask_one(&b.asker, &q, b.answer), 0);
	assert_int_equal(q.data[0], 2);
	/* As soon as the late one is there, not before. */
	assert_sent(&b, "0 6F1#400322DC56000000; 2500 6F1#400322DC56000000");
	bench_close(&b);

	/* It never comes: another timeout's time, and it is asked again. */
	bench_open(&b, GATE_CAR, "f5x", rules + 1, 1);
	b.modules.rules[0].replies[0].after = MS(9000);
	assert_int_equal(ask_one(&b.asker, &q, b.answer), -ETIMEDOUT);
	assert_int_equal(ask_one(&b.asker, &q, b.answer), -ETIMEDOUT);
	assert_sent(&b, "0 6F1#400322DC56000000; 4000 6F1#400322DC56000000");
	bench_close(&b);
}

/* A late answer in several frames is taken in politely, and dropped. */
static void late_long_answer(void **state)
{
	static const struct modules_rule rules[] = {
		{ "6F1#4003", 1, { { MS(2100), "640#F1101062DC560102" } } },
		{ "6F1#4003", 0, { { MS(10), "640#F10462DC5602FFFF" } } },
		{ "6F1#4030", 0,
		  { { MS(20), "640#F121030405060708" }, { MS(700), "640#F122090A0B0C0D0E" } } },
	};
	struct question q = ask_for(DIAG_UDS, 0x40, "22DC56");
	struct bench b;
	(void)state;

	bench_open(&b, GATE_CAR, "f5x", rules, ARRAY_SIZE(rules));
	assert_int_equal(ask_one(&b.asker, &q, b.answer), -ETIMEDOUT);
	assert_int_equal(ask_one(&b.asker, &q, b.answer), 0);
	assert_int_equal(q.len, 1);
	assert_int_equal(q.data[0], 2);
	assert_sent(&b, "0 6F1#400322DC56000000; 2100 6F1#4030000000000000; "
			"2800 6F1#400322DC56000000");
	bench_close(&b);
}

/* DS2 has no identifiers: any answer could be to any request (kbus.md 4). */
static void late_ds2_answer(void **state)
{
	static const struct modules_rule rules[] = {
		{ "1B3F000B#01", 0, { { MS(2300), "1B003FA0#1111" } } },
		{ "1B3F000B#02", 0, { { MS(30), "1B003FA0#2222" } } },
	};
	struct question q = ask_for(DIAG_DS2, 0x00, "0B01");
	struct bench b;
	(void)state;

	bench_open(&b, GATE_CAR, "r5x", rules, ARRAY_SIZE(rules));
	assert_int_equal(ask_one(&b.asker, &q, b.answer), -ETIMEDOUT);
	q = ask_for(DIAG_DS2, 0x00, "0B02");
	assert_int_equal(ask_one(&b.asker, &q, b.answer), 0);
	assert_int_equal(q.len, 2);
	assert_memory_equal(q.data, "\x22\x22", 2);
	assert_sent(&b, "0 1B3F000B#01; 2300 1B3F000B#02");
	bench_close(&b);
}

/* A module that was not asked, or has answered, gets no flow control from us. */
static void not_our_conversation(void **state)
{
	static const struct modules_rule rules[] = {
		{ "6F1#40", 0, { { MS(10), "640#F10462DC5609FFFF" } } },
		{ "6F1#60", 0, { { MS(900), "660#F10462F15009FFFF" } } },
	};
	struct question q[2] = { ask_for(DIAG_UDS, 0x40, "22DC56"),
				 ask_for(DIAG_UDS, 0x60, "22F150") };
	struct bench b;
	(void)state;

	bench_open(&b, GATE_CAR, "f5x", rules, ARRAY_SIZE(rules));
	modules_say(&b.modules, "640#F1101462F1904142", MS(1100));
	modules_say(&b.modules, "672#F1101462F1904142", MS(1100));
	assert_int_equal(ask_all(&b.asker, q, 2, note, &b), 0);
	assert_string_equal(b.done, "40=0 60=0");
	assert_sent(&b, "0 6F1#400322DC56000000; 0 6F1#600322F150000000");
	bench_close(&b);
}

/* Sixty addresses, four of them there: all within the time for one first answer. */
static void many(void **state)
{
	static const struct modules_rule rules[] = {
		{ "6F1#00", 0, { { MS(15), "600#F1055A80010203" } } },
		{ "6F1#40", 0, { { MS(5), "640#F1035A8040" } } },
		{ "6F1#60", 0, { { MS(400), "660#F1035A8060" } } },
		{ "6F1#72", 0, { { MS(20), "672#F1100A5A80010203" } } },
		{ "6F1#7230", 0, { { MS(1), "672#F12104050607FFFF" } } },
	};
	static const uint8_t there[] = { 0x00, 0x40, 0x60, 0x72 };
	struct question q[60];
	struct bench b;
	(void)state;

	bench_open(&b, GATE_CAR, "r56", rules, ARRAY_SIZE(rules));
	/* The first rule that fits is obeyed: flow control before the request. */
	b.modules.rules[3] = rules[4];
	b.modules.rules[4] = rules[3];
	for (size_t i = 0; i < ARRAY_SIZE(q); i++)
		q[i] = ask_for(DIAG_KWP, (uint8_t)(2 * i), "1A80");
	b.asker.timeout = MS(1000);
	assert_int_equal(ask_all(&b.asker, q, ARRAY_SIZE(q), NULL, NULL), 0);
	assert_int_equal(now_ms(&b), 1000);
	for (size_t i = 0; i < ARRAY_SIZE(q); i++) {
		bool is = false;

		for (size_t k = 0; k < ARRAY_SIZE(there); k++)
			is |= q[i].ecu == there[k];
		if (q[i].result != (is ? 0 : -ETIMEDOUT))
			fail_msg("module %02X: %d", q[i].ecu, q[i].result);
	}
	assert_int_equal(q[0x72 / 2].len, 8);
	assert_int_equal(q[0x60 / 2].took, MS(400));
	bench_close(&b);
}

/* More questions than places, several to a module: one at a time to each, 100 ms apart. */
static void several_to_a_module(void **state)
{
	static const struct modules_rule rules[] = {
		{ "6F1#400322DC56", 0, { { MS(5), "640#F10462DC5609" } } },
		{ "6F1#400322DAB4", 0, { { MS(150), "640#F10462DAB401" } } },
		{ "6F1#400322DC64", 0, { { MS(5), "640#F10462DC6400" } } },
		{ "6F1#600322F150", 0, { { MS(30), "660#F10462F15001" } } },
	};
	struct question q[] = {
		ask_for(DIAG_UDS, 0x40, "22DC56"),
		ask_for(DIAG_UDS, 0x40, "22DAB4"),
		ask_for(DIAG_UDS, 0x40, "22DC64"),
		ask_for(DIAG_UDS, 0x60, "22F150"),
	};
	struct bench b;
	(void)state;

	bench_open(&b, GATE_CAR, "f5x", rules, ARRAY_SIZE(rules));
	assert_int_equal(ask_all(&b.asker, q, ARRAY_SIZE(q), note, &b), 0);
	assert_string_equal(b.done, "40=0 60=0 40=0 40=0");
	assert_sent(&b, "0 6F1#400322DC56000000; 0 6F1#600322F150000000; "
			"100 6F1#400322DAB4000000; 250 6F1#400322DC64000000");
	bench_close(&b);
}

static void more_than_places(void **state)
{
	static struct question q[200];
	struct bench b;
	(void)state;

	bench_open(&b, GATE_VIRTUAL, "f5x", NULL, 0);
	for (size_t i = 0; i < ARRAY_SIZE(q); i++)
		q[i] = ask_for(DIAG_UDS, (uint8_t)i, "22F150");
	assert_int_equal(ask_all(&b.asker, q, ARRAY_SIZE(q), NULL, NULL), 0);
	/* 200 in rounds of 64. */
	assert_int_equal(now_ms(&b), 8000);
	for (size_t i = 0; i < ARRAY_SIZE(q); i++)
		assert_int_equal(q[i].result, -ETIMEDOUT);
	assert_int_equal(b.modules.n_log, 200);
	bench_close(&b);
}

/* A functional address: whoever answers, until the time is up; refusals count for nothing. */
static void functional(void **state)
{
	static const struct modules_rule rules[] = {
		{ "6F1#DF", 0,
		  { { MS(10), "640#F10462F15001" },
		    { MS(12), "660#F1100A62F1500102" },
		    { MS(15), "672#F1037F2211" } } },
		{ "6F1#6030", 0, { { MS(1), "660#F12103040506FFFF" } } },
	};
	struct question q = ask_for(DIAG_UDS, 0xdf, "22F150");
	struct bench b;
	(void)state;

	bench_open(&b, GATE_CAR, "f5x", rules, ARRAY_SIZE(rules));
	assert_int_equal(ask_all(&b.asker, &q, 1, note, &b), 0);
	assert_int_equal(q.result, 0);
	assert_string_equal(b.done, "40=0 60=0");
	assert_int_equal(now_ms(&b), 2000);
	assert_sent(&b, "0 6F1#DF0322F150000000; 12 6F1#6030000000000000");
	bench_close(&b);

	bench_open(&b, GATE_CAR, "f5x", NULL, 0);
	assert_int_equal(ask_all(&b.asker, &q, 1, note, &b), 0);
	assert_int_equal(q.result, -ETIMEDOUT);
	assert_string_equal(b.done, "DF=-110");
	bench_close(&b);
}

/* What the gate refuses is not sent, and does not stop the rest. */
static void refused_by_the_gate(void **state)
{
	static const struct modules_rule rules[] = {
		{ "6F1#40", 0, { { MS(5), "640#F10462DC5609" } } },
	};
	struct question q[] = {
		ask_for(DIAG_UDS, 0x40, "2701"),
		ask_for(DIAG_UDS, 0x40, "22DC56"),
		ask_for(DIAG_UDS, 0x60, "3101AC5A000000000000"),
		ask_for(DIAG_DS2, 0x00, "0C00"),
	};
	struct bench b;
	(void)state;

	bench_open(&b, GATE_CAR, "f5x", rules, ARRAY_SIZE(rules));
	assert_int_equal(ask_all(&b.asker, q, ARRAY_SIZE(q), note, &b), 0);
	assert_string_equal(b.done, "60=-1 40=-1 40=0 00=-1");
	assert_sent(&b, "0 6F1#400322DC56000000");
	bench_close(&b);
}

/* The link's error ends all; what was not settled says so. */
static void link_error(void **state)
{
	struct question q[] = { ask_for(DIAG_UDS, 0x40, "22DC56"),
				ask_for(DIAG_UDS, 0x60, "22F150") };
	struct bench b;
	(void)state;

	bench_open(&b, GATE_CAR, "f5x", NULL, 0);
	b.modules.send_error = -ENETDOWN;
	assert_int_equal(ask_all(&b.asker, q, 2, note, &b), -ENETDOWN);
	assert_int_equal(q[0].result, -EAGAIN);
	assert_int_equal(q[1].result, -EAGAIN);
	assert_string_equal(b.done, "");
	/* A full queue is waited for as long as a frame may take (N_As), 1 s. */
	b.modules.send_error = -ENOBUFS;
	assert_int_equal(ask_all(&b.asker, q, 2, note, &b), -ENOBUFS);
	assert_int_equal(now_ms(&b), 1000);
	bench_close(&b);

	bench_open(&b, GATE_CAR, "f5x", NULL, 0);
	b.asker.tp[DIAG_UDS] = NULL;
	assert_int_equal(ask_one(&b.asker, &q[0], b.answer), -EOPNOTSUPP);
	bench_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_answer),
		cmocka_unit_test(misbehaviour),
		cmocka_unit_test(pending_for_ever),
		cmocka_unit_test(busy_then_answer),
		cmocka_unit_test(late_answer),
		cmocka_unit_test(late_long_answer),
		cmocka_unit_test(late_ds2_answer),
		cmocka_unit_test(not_our_conversation),
		cmocka_unit_test(many),
		cmocka_unit_test(several_to_a_module),
		cmocka_unit_test(more_than_places),
		cmocka_unit_test(functional),
		cmocka_unit_test(refused_by_the_gate),
		cmocka_unit_test(link_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
