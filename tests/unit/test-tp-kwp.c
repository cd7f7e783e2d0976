/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kline-bench.h"

/*
 * KWP2000 on a K-line, with an engine that is as strict as ISO 14230-2: it is woken by a low of 25
 * give or take 1 ms after 300 ms of silence, wants StartCommunication 50 give or take 1 ms after
 * the begin of the low, and forgets its session after 5 s. Written here by hand.
 */
#define ENGINE 0x12

struct engine {
	enum { ENGINE_ISO, ENGINE_STAR, ENGINE_FIVE_BAUD, ENGINE_DEAF } kind;
	nsec_t quiet;		/* since when, before the low */
	nsec_t woken;		/* when the low began; 0: asleep */
	nsec_t lows[8];		/* lengths; 5 baud */
	size_t n_lows;
	bool session;
	nsec_t heard;		/* the last request */
	unsigned int starts, stops, presents, requests;
	unsigned int pending;	/* so often, before an answer */
};

static void low(struct module *m, const struct bytelink_low *l)
{
	struct engine *e = m->arg;
	nsec_t length = l->end - l->begin;

	if (e->kind == ENGINE_FIVE_BAUD) {
		/* 12: start and a 0, two 0s, three 0s. */
		if (length < MS(150) || (e->n_lows == 0 && l->begin - e->quiet < MS(300)))
			return;
		if (e->n_lows < ARRAY_SIZE(e->lows))
			e->lows[e->n_lows++] = (length + MS(1) / 2) / MS(1);
		if (e->n_lows == 3 && e->lows[0] == 400 && e->lows[1] == 400 && e->lows[2] == 600) {
			static const uint8_t keys[] = { 0x55, 0xef, 0x8f };

			module_says(m, keys, 3, l->end + MS(200 + 100));
			e->n_lows = 0;
		}
		return;
	}
	if (e->kind == ENGINE_ISO && length >= MS(24) && length <= MS(26) &&
	    l->begin - e->quiet >= MS(300))
		e->woken = l->begin;
}

static void say(struct module *m, const char *hex, nsec_t now)
{
	uint8_t tx[250];
	size_t n = ((struct engine *)m->arg)->kind == ENGINE_STAR ? with_xor(hex, tx) : with_sum(hex, tx);

	module_says(m, tx, n, now + MS(5));	/* P2 is at least 25, of which 20 are over */
}

static void iso(struct module *m, const uint8_t *bytes, size_t n, nsec_t now)
{
	struct engine *e = m->arg;
	/* When the first byte began: each takes 10 bits, and 5 ms lie between two. */
	nsec_t begin = now - MODULE_GAP - (nsec_t)(n * 10) * NSEC_PER_SEC / 10400 -
		       (nsec_t)(n - 1) * MS(5);

	if (e->session && now - e->heard > MS(5000))
		e->session = false;
	if (n == 5 && !memcmp(bytes, "\x81\x12\xf1\x81\x05", 5) && e->woken &&
	    begin - e->woken >= MS(49) && begin - e->woken <= MS(51)) {
		e->session = true;
		e->starts++;
		say(m, "83 F1 12 C1 EF 8F", now);
	} else if (e->session && n == 6 && !memcmp(bytes, "\x82\x12\xf1\x1a\x80\x1f", 6)) {
		e->requests++;
		if (e->pending && e->pending--)
			say(m, "83 F1 12 7F 1A 78", now);
		else
			say(m, "84 F1 12 5A 80 12 34", now);
	} else if (e->session && n == 5 && !memcmp(bytes, "\x81\x12\xf1\x3e\xc2", 5)) {
		e->presents++;
		say(m, "81 F1 12 7E", now);
	} else if (e->session && n == 5 && !memcmp(bytes, "\x81\x12\xf1\x82\x06", 5)) {
		e->stops++;
		e->session = false;
		say(m, "81 F1 12 C2", now);
	}
	e->woken = 0;
	e->heard = now;
}

static void hear(struct module *m, const uint8_t *bytes, size_t n, nsec_t now)
{
	struct engine *e = m->arg;

	if (e->kind == ENGINE_STAR && n == 7 && !memcmp(bytes, "\xb8\x12\xf1\x02\x1a\x80\xc3", 7)) {
		e->requests++;
		say(m, "B8 F1 12 04 5A 80 56 78", now);
	} else if (e->kind == ENGINE_FIVE_BAUD && n == 1 && bytes[0] == 0x70) {
		static const uint8_t complement = 0xed;

		e->session = true;
		e->starts++;
		e->heard = now;
		module_says(m, &complement, 1, now + MS(10));
	} else if (e->kind == ENGINE_ISO || e->kind == ENGINE_FIVE_BAUD) {
		iso(m, bytes, n, now);
	}
	/* What a wake-up itself leaves behind is no traffic. */
	if (n > 1)
		e->quiet = now;
}

static void engine_open(struct kline_bench *b, struct engine *e, int kind)
{
	*e = (struct engine){ .kind = (unsigned int)kind };
	bench_open(b, kind == ENGINE_STAR ? 9600 : 10400, kind == ENGINE_STAR, hear);
	b->module.low = low;
	b->module.arg = e;
}

static void fast(void **state)
{
	struct kline_bench b;
	struct engine e;
	char got[600];
	nsec_t t;
	(void)state;

	engine_open(&b, &e, ENGINE_ISO);
	t = clock_now(&b.clk);
	assert_int_equal(ask_hex(&b, DIAG_KWP, ENGINE, "1A 80", got), 0);
	assert_string_equal(got, "1234");
	assert_int_equal(e.starts, 1);
	/* 300 idle, 50 of wake-up, two telegrams and two answers. */
	assert_in_range(clock_now(&b.clk) - t, MS(400), MS(650));
	/* In the session there is no other wake-up. */
	for (int i = 0; i < 5; i++)
		assert_int_equal(ask_hex(&b, DIAG_KWP, ENGINE, "1A 80", NULL), 0);
	assert_int_equal(e.starts, 1);
	assert_int_equal(e.requests, 6);
	/* Until it has lapsed. */
	clock_advance(&b.clk, clock_now(&b.clk) + MS(6000));
	assert_int_equal(ask_hex(&b, DIAG_KWP, ENGINE, "1A 80", got), 0);
	assert_string_equal(got, "1234");
	assert_int_equal(e.starts, 2);
	assert_int_equal(e.stops, 0);
	tp_close(b.kwp);
	b.kwp = NULL;
	assert_int_equal(e.stops, 1);
	bench_close(&b);
}

static void slow_port(void **state)
{
	struct kline_bench b;
	struct engine e;
	char got[600];
	(void)state;

	engine_open(&b, &e, ENGINE_ISO);
	bytelink_wire_latency(b.tester, MS(16));
	for (int i = 0; i < 5; i++) {
		assert_int_equal(ask_hex(&b, DIAG_KWP, ENGINE, "1A 80", got), 0);
		assert_string_equal(got, "1234");
		clock_advance(&b.clk, clock_now(&b.clk) + MS(6003));
	}
	assert_int_equal(e.starts, 5);
	bench_close(&b);
}

/* While the answer to something is pending, nothing is said; after it the session is kept. */
static void kept(void **state)
{
	struct kline_bench b;
	struct tp_event event;
	struct engine e;
	nsec_t end;
	(void)state;

	engine_open(&b, &e, ENGINE_ISO);
	e.pending = 1;
	assert_int_equal(tp_send(b.kwp, ENGINE, (const uint8_t[]){ 0x1a, 0x80 }, 2), 0);
	end = clock_now(&b.clk) + MS(4500);
	assert_int_equal(tp_recv(b.kwp, &event, end), 1);
	assert_int_equal(event.data[2], 0x78);
	assert_int_equal(tp_recv(b.kwp, &event, end), 0);
	assert_int_equal(e.presents, 0);
	assert_int_equal(tp_send(b.kwp, ENGINE, (const uint8_t[]){ 0x1a, 0x80 }, 2), 0);
	assert_int_equal(tp_recv(b.kwp, &event, clock_now(&b.clk) + MS(200)), 1);
	assert_int_equal(event.data[0], 0x5a);
	end = clock_now(&b.clk) + MS(21000);
	while (clock_now(&b.clk) < end)
		assert_int_equal(tp_recv(b.kwp, &event, end), 0);
	assert_in_range(e.presents, 9, 10);
	assert_int_equal(e.session, true);
	/* Nobody asks it any more. */
	tp_forget(b.kwp, ENGINE);
	e.presents = 0;
	assert_int_equal(tp_recv(b.kwp, &event, clock_now(&b.clk) + MS(10000)), 0);
	assert_int_equal(e.presents, 0);
	bench_close(&b);
}

static void star(void **state)
{
	struct kline_bench b;
	struct engine e;
	char got[600];
	nsec_t t;
	(void)state;

	engine_open(&b, &e, ENGINE_STAR);
	assert_int_equal(ask_hex(&b, DIAG_KWP, ENGINE, "1A 80", got), 0);
	assert_string_equal(got, "5678");
	assert_int_equal(e.requests, 1);
	/* It is known then: no wake-up is tried first. */
	t = clock_now(&b.clk);
	assert_int_equal(ask_hex(&b, DIAG_KWP, ENGINE, "1A 80", got), 0);
	assert_string_equal(got, "5678");
	assert_in_range(clock_now(&b.clk) - t, MS(25), MS(100));
	bench_close(&b);
}

static void five_baud(void **state)
{
	struct kline_bench b;
	struct engine e;
	char got[600];
	nsec_t t;
	(void)state;

	engine_open(&b, &e, ENGINE_FIVE_BAUD);
	assert_int_equal(ask_hex(&b, DIAG_KWP, ENGINE, "1A 80", got), 0);
	assert_string_equal(got, "1234");
	assert_int_equal(e.starts, 1);
	clock_advance(&b.clk, clock_now(&b.clk) + MS(6000));
	t = clock_now(&b.clk);
	assert_int_equal(ask_hex(&b, DIAG_KWP, ENGINE, "1A 80", NULL), 0);
	/* Nothing else is tried: 300 idle, 2000 of address, the rest. */
	assert_in_range(clock_now(&b.clk) - t, MS(2300), MS(2800));
	bench_close(&b);
}

static void asleep(void **state)
{
	struct kline_bench b;
	struct engine e;
	(void)state;

	engine_open(&b, &e, ENGINE_DEAF);
	assert_int_equal(ask_hex(&b, DIAG_KWP, ENGINE, "1A 80", NULL), -ETIMEDOUT);
	assert_string_equal(b.asker.why,
			    "module 12, asked for 1A80: no answer to StartCommunication; tried: 00 at 360 "
			    "baud, 25 ms break, KWP2000*, 5 baud");
	bytelink_wire_no_echo(b.tester, true);
	assert_int_equal(ask_hex(&b, DIAG_KWP, ENGINE, "1A 80", NULL), -ENOLINK);
	bytelink_wire_unplug(b.tester);
	assert_int_equal(ask_hex(&b, DIAG_KWP, ENGINE, "1A 80", NULL), -ENODEV);
	bench_close(&b);
}

/* 2 % noise: a right answer, or none. A sum is good of one telegram in 256 that has a byte more. */
static void noise(void **state)
{
	const struct bytelink_wire_faults f = { .noise = 0.02 };
	unsigned int right = 0, wrong = 0, failed = 0;
	struct kline_bench b;
	struct engine e;
	char got[600];
	(void)state;

	engine_open(&b, &e, ENGINE_ISO);
	bytelink_wire_faults(b.wire, &f);
	for (unsigned int i = 0; i < 10000; i++) {
		int r = ask_hex(&b, DIAG_KWP, ENGINE, "1A 80", got);

		right += r == 0 && !strcmp(got, "1234");
		wrong += r == 0 && strcmp(got, "1234");
		failed += r < 0;
	}
	print_message("# %u right, %u wrong, %u failed\n", right, wrong, failed);
	assert_int_equal(wrong, 0);
	assert_in_range(right, 8000, 10000);
	bench_close(&b);
}

/* DS2 ends the session, and the engine is woken anew after it. */
static void both(void **state)
{
	struct kline_bench b;
	struct engine e;
	(void)state;

	engine_open(&b, &e, ENGINE_ISO);
	assert_int_equal(ask_hex(&b, DIAG_KWP, ENGINE, "1A 80", NULL), 0);
	assert_int_equal(ask_hex(&b, DIAG_DS2, 0x00, "00", NULL), -ETIMEDOUT);
	assert_int_equal(e.stops, 1);
	assert_int_equal(ask_hex(&b, DIAG_KWP, ENGINE, "1A 80", NULL), 0);
	assert_int_equal(e.starts, 2);
	bench_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fast),
		cmocka_unit_test(slow_port),
		cmocka_unit_test(kept),
		cmocka_unit_test(star),
		cmocka_unit_test(five_baud),
		cmocka_unit_test(asleep),
		cmocka_unit_test(both),
		cmocka_unit_test(noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
