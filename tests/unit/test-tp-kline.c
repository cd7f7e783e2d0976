/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kline-bench.h"

/* DS2 on a K-line: kbus.md 4, with the modules' bytes written out. */

static bool xor_is_good(const uint8_t *bytes, size_t n)
{
	uint8_t x = 0;

	for (size_t i = 0; i < n; i++)
		x ^= bytes[i];

	return n >= 4 && n == bytes[1] && x == 0;
}

/* Module 00 tells what it is, module 80 refuses, 44 is busy first. */
static void car(struct module *m, const uint8_t *bytes, size_t n, nsec_t now)
{
	uint8_t tx[256];
	size_t size = 0;

	if (!xor_is_good(bytes, n) || n != 4 || bytes[2] != 0x00)
		return;
	if (bytes[0] == 0x00)
		size = with_xor("00 10 A0 88 36 94 83 14 03 02 00 09 96 02 13", tx);
	if (bytes[0] == 0x80)
		size = with_xor("80 04 B0", tx);
	if (bytes[0] == 0x44) {
		size = with_xor("44 04 A1", tx);
		size += with_xor("44 06 A0 12 34", tx + size);
	}
	if (size)
		module_says(m, tx, size, now);
}

static void answers(void **state)
{
	struct kline_bench b;
	char got[600];
	nsec_t t;
	(void)state;

	bench_open(&b, 9600, true, car);
	t = clock_now(&b.clk);
	assert_int_equal(ask_hex(&b, DIAG_DS2, 0x00, "00", got), 0);
	assert_string_equal(got, "883694831403020009960213");
	/* 4 bytes of 11 bits, the module's 20 ms, 16 bytes; 25 ms of silence first, 2.3 after it. */
	assert_in_range(clock_now(&b.clk) - t, MS(25 + 4 + 20 + 18 + 2), MS(25 + 5 + 20 + 19 + 2));
	assert_int_equal(ask_hex(&b, DIAG_DS2, 0x80, "00", NULL), -EREMOTEIO);
	assert_non_null(strstr(b.asker.why, "parameter error"));
	assert_int_equal(ask_hex(&b, DIAG_DS2, 0x44, "00", got), 0);
	assert_string_equal(got, "1234");
	assert_int_equal(ask_hex(&b, DIAG_DS2, 0x12, "00", NULL), -ETIMEDOUT);
	bench_close(&b);
}

static void regeneration(void **state)
{
	struct kline_bench b;
	nsec_t t;
	(void)state;

	bench_open(&b, 9600, true, car);
	assert_int_equal(ask_hex(&b, DIAG_DS2, 0x00, "00", NULL), 0);
	t = clock_now(&b.clk);
	assert_int_equal(ask_hex(&b, DIAG_DS2, 0x00, "00", NULL), 0);
	assert_in_range(clock_now(&b.clk) - t, MS(25 + 4 + 20 + 18), MS(25 + 5 + 20 + 19));
	bench_close(&b);
}

static void slow_port(void **state)
{
	struct kline_bench b;
	char got[600];
	(void)state;

	bench_open(&b, 9600, true, car);
	bytelink_wire_latency(b.tester, MS(16));
	for (int i = 0; i < 20; i++) {
		assert_int_equal(ask_hex(&b, DIAG_DS2, 0x00, "00", got), 0);
		assert_string_equal(got, "883694831403020009960213");
	}
	bench_close(&b);
}

/* What can be wrong with a cable. */
static void no_echo(void **state)
{
	struct kline_bench b;
	nsec_t t;
	(void)state;

	bench_open(&b, 9600, true, car);
	bytelink_wire_no_echo(b.tester, true);
	bytelink_wire_unplug(b.module.b);
	t = clock_now(&b.clk);
	assert_int_equal(ask_hex(&b, DIAG_DS2, 0x00, "00", NULL), -ENOLINK);
	assert_in_range(clock_now(&b.clk) - t, MS(125), MS(135));
	bench_close(&b);
}

/* An interface that keeps back what it sends, with a module that answers. */
static void keeps_back(void **state)
{
	struct kline_bench b;
	(void)state;

	bench_open(&b, 9600, true, car);
	bytelink_wire_no_echo(b.tester, true);
	assert_int_equal(ask_hex(&b, DIAG_DS2, 0x00, "00", NULL), -ENOLINK);
	assert_string_equal(b.ds2->why, "an answer came without one");
	bench_close(&b);
}

/* A module that says another's address. */
static void another(struct module *m, const uint8_t *bytes, size_t n, nsec_t now)
{
	uint8_t tx[16];

	if (xor_is_good(bytes, n))
		module_says(m, tx, with_xor("44 06 A0 12 34", tx), now);
}

static void stray(void **state)
{
	struct kline_bench b;
	(void)state;

	bench_open(&b, 9600, true, another);
	assert_int_equal(ask_hex(&b, DIAG_DS2, 0x00, "00", NULL), -ETIMEDOUT);
	assert_int_equal(b.ds2->strays, 3);
	assert_int_equal(ask_hex(&b, DIAG_DS2, 0x44, "00", NULL), 0);
	assert_int_equal(b.ds2->strays, 3);
	bench_close(&b);
}

/* A port that is later than any cable hands on an echo in time if it says how late it may be. */
static void late_port(void **state)
{
	struct kline_bench b;
	char got[600];
	(void)state;

	bench_open(&b, 9600, true, car);
	bytelink_wire_latency(b.tester, MS(400));
	assert_int_equal(ask_hex(&b, DIAG_DS2, 0x00, "00", NULL), -ENOLINK);
	b.tester->slack = MS(1000);
	assert_int_equal(ask_hex(&b, DIAG_DS2, 0x00, "00", got), 0);
	assert_string_equal(got, "883694831403020009960213");
	bench_close(&b);
}

static void unplugged(void **state)
{
	struct kline_bench b;
	(void)state;

	bench_open(&b, 9600, true, car);
	assert_int_equal(ask_hex(&b, DIAG_DS2, 0x00, "00", NULL), 0);
	bytelink_wire_unplug(b.tester);
	assert_int_equal(ask_hex(&b, DIAG_DS2, 0x00, "00", NULL), -ENODEV);
	bench_close(&b);
}

/* Somebody who always talks. */
struct talker {
	struct bytelink *b;
	nsec_t next, period;
	size_t n;
};

static nsec_t talker_next(void *arg)
{
	return ((struct talker *)arg)->next;
}

static void talker_run(void *arg, nsec_t now)
{
	static const uint8_t bytes[] = { 0x12, 0x05, 0x0b, 0x03, 0x1f };
	struct talker *t = arg;

	if (now < t->next)
		return;
	t->next = now + t->period;
	assert_int_equal(bytelink_send(t->b, bytes, t->n), 0);
}

static void talker_open(struct kline_bench *b, struct talker *t, nsec_t first, nsec_t period,
			size_t n)
{
	const struct bytelink_party party = { talker_next, talker_run, t };
	const struct bytelink_line line = { .baud = 9600, .even_parity = true };

	*t = (struct talker){ .next = clock_now(&b->clk) + first, .period = period, .n = n };
	assert_int_equal(bytelink_wire_station(b->wire, &t->b), 0);
	assert_int_equal(bytelink_set(t->b, &line), 0);
	assert_int_equal(bytelink_wire_party(b->wire, &party), 0);
}

static void never_idle(void **state)
{
	struct kline_bench b;
	struct talker t;
	(void)state;

	bench_open(&b, 9600, true, car);
	talker_open(&b, &t, MS(1), MS(10), 1);
	assert_int_equal(ask_hex(&b, DIAG_DS2, 0x00, "00", NULL), -EBUSY);
	bytelink_close(t.b);
	bench_close(&b);
}

/* Another speaks into the first request: it is sent again when no answer to it can come. */
static void collision(void **state)
{
	struct kline_bench b;
	struct talker t;
	nsec_t before;
	char got[600];
	(void)state;

	bench_open(&b, 9600, true, car);
	talker_open(&b, &t, MS(26), NSEC_PER_SEC * 1000, 5);
	before = clock_now(&b.clk);
	assert_int_equal(ask_hex(&b, DIAG_DS2, 0x00, "00", got), 0);
	assert_string_equal(got, "883694831403020009960213");
	assert_in_range(clock_now(&b.clk) - before, MS(25 + 520), MS(25 + 520 + 100));
	bytelink_close(t.b);
	bench_close(&b);
}

/* What came back late and otherwise is not taken for an answer without echo. */
static void late_collision(void **state)
{
	struct kline_bench b;
	struct talker t;
	char got[600];
	(void)state;

	bench_open(&b, 9600, true, car);
	bytelink_wire_latency(b.tester, MS(90));
	talker_open(&b, &t, MS(27), NSEC_PER_SEC * 1000, 5);
	assert_int_equal(ask_hex(&b, DIAG_DS2, 0x00, "00", got), 0);
	assert_string_equal(got, "883694831403020009960213");
	bytelink_close(t.b);
	bench_close(&b);
}

/*
 * A byte right after an answer, which ends 67.9 ms after the begin: then that was no answer, and
 * is asked for again when none can come any more. One without the parity bit is heard as damaged,
 * and does no harm.
 */
static void byte_after(void **state)
{
	const struct bytelink_line no_parity = { .baud = 9600 };
	(void)state;

	for (int damaged = 0; damaged < 2; damaged++) {
		struct kline_bench b;
		struct talker t;
		nsec_t before;
		char got[600];

		bench_open(&b, 9600, true, car);
		talker_open(&b, &t, MS(68) + MS(1) / 5, NSEC_PER_SEC * 1000, 1);
		if (damaged)
			assert_int_equal(bytelink_set(t.b, &no_parity), 0);
		before = clock_now(&b.clk);
		assert_int_equal(ask_hex(&b, DIAG_DS2, 0x00, "00", got), 0);
		assert_string_equal(got, "883694831403020009960213");
		assert_in_range(clock_now(&b.clk) - before, damaged ? MS(70) : MS(545),
				damaged ? MS(72) : MS(620));
		bytelink_close(t.b);
		bench_close(&b);
	}
}

/* A module's answer comes after its time, and is not taken for the next one's. */
static void late_module(struct module *m, const uint8_t *bytes, size_t n, nsec_t now)
{
	nsec_t after = m->arg ? *(nsec_t *)m->arg : 0;
	uint8_t tx[8] = { 0x44, 0x05, 0xa0, bytes[3], 0 };

	if (!xor_is_good(bytes, n) || n != 5)
		return;
	tx[4] = tx[0] ^ tx[1] ^ tx[2] ^ tx[3];
	module_says(m, tx, 5, now + after);
	if (m->arg)
		*(nsec_t *)m->arg = 0;
}

static void late(void **state)
{
	struct kline_bench b;
	nsec_t after = MS(1000);
	char got[600];
	(void)state;

	bench_open(&b, 9600, true, late_module);
	b.module.arg = &after;
	b.asker.timeout = MS(600);
	assert_int_equal(ask_hex(&b, DIAG_DS2, 0x44, "0B 01", NULL), -ETIMEDOUT);
	assert_int_equal(ask_hex(&b, DIAG_DS2, 0x44, "0B 02", got), 0);
	assert_string_equal(got, "02");
	bench_close(&b);
}

/* A module that answers everything it hears 700 ms later, which is late: so each time twice. */
struct tardy {
	struct bytelink *b;
	size_t n, said;
	struct {
		uint8_t value;
		nsec_t at;
	} queue[16];
};

static nsec_t tardy_next(void *arg)
{
	const struct tardy *t = arg;

	return t->said < t->n ? t->queue[t->said].at : NSEC_NEVER;
}

static void tardy_run(void *arg, nsec_t now)
{
	struct tardy *t = arg;
	uint8_t tx[5] = { 0x44, 0x05, 0xa0 };

	if (now < tardy_next(t))
		return;
	tx[3] = t->queue[t->said++].value;
	tx[4] = tx[0] ^ tx[1] ^ tx[2] ^ tx[3];
	assert_int_equal(bytelink_send(t->b, tx, sizeof(tx)), 0);
}

static void tardy_hear(struct module *m, const uint8_t *bytes, size_t n, nsec_t now)
{
	struct tardy *t = m->arg;

	if (!xor_is_good(bytes, n) || n != 5)
		return;
	assert_true(t->n < ARRAY_SIZE(t->queue));
	t->queue[t->n].value = bytes[3];
	t->queue[t->n++].at = now + MS(700);
}

static void answered_twice(void **state)
{
	struct kline_bench b;
	struct tardy t = { 0 };
	const struct bytelink_party party = { tardy_next, tardy_run, &t };
	char got[600];
	(void)state;

	bench_open(&b, 9600, true, tardy_hear);
	b.module.arg = &t;
	t.b = b.module.b;
	assert_int_equal(bytelink_wire_party(b.wire, &party), 0);
	assert_int_equal(ask_hex(&b, DIAG_DS2, 0x44, "0B 01", got), 0);
	assert_string_equal(got, "01");
	assert_int_equal(t.n, 2);
	assert_int_equal(ask_hex(&b, DIAG_DS2, 0x44, "0B 02", got), 0);
	assert_string_equal(got, "02");
	bench_close(&b);
}

/* ---- ten thousand requests ---- */

/* Each answer says which module it is of, and which question it answers. */
struct chatty {
	unsigned int seed;
	unsigned int heard;
};

static void chatty_module(struct module *m, const uint8_t *bytes, size_t n, nsec_t now)
{
	struct chatty *c = m->arg;
	uint8_t tx[12] = { bytes[0], 12, 0xa0, bytes[0], 0, 0, 0x11, 0x22, 0x33, 0xff, 0x00, 0 };
	nsec_t after;

	if (!xor_is_good(bytes, n) || n != 6 || bytes[2] != 0x0b)
		return;
	if (bytes[0] != 0x00 && bytes[0] != 0x44 && bytes[0] != 0x80)
		return;
	c->heard++;
	tx[4] = bytes[3];
	tx[5] = bytes[4];
	for (size_t i = 0; i < 11; i++)
		tx[11] ^= tx[i];
	c->seed = c->seed * 1103515245u + 12345u;
	/* At once, or as late as it may, or too late. */
	after = c->seed >> 16 & 7 ? 0 : c->seed >> 20 & 7 ? MS(400) : MS(700);
	module_says(m, tx, 12, now + after);
}

struct tally {
	unsigned int right, silent, broken, wrong, other;
};

static struct tally ask_many(const struct bytelink_wire_faults *f, unsigned int n, nsec_t timeout)
{
	static const uint8_t ecus[] = { 0x00, 0x44, 0x80 };
	struct chatty c = { .seed = 1 };
	struct tally t = { 0 };
	struct kline_bench b;

	bench_open(&b, 9600, true, chatty_module);
	b.module.arg = &c;
	b.asker.timeout = timeout;
	bytelink_wire_faults(b.wire, f);
	for (unsigned int i = 0; i < n; i++) {
		const uint8_t ecu = ecus[i % 3], lo = (uint8_t)i, hi = (uint8_t)(i >> 8);
		const uint8_t want[] = { ecu, hi, lo, 0x11, 0x22, 0x33, 0xff, 0x00 };
		struct question q = {
			.protocol = DIAG_DS2, .ecu = ecu, .req = { 0x0b, hi, lo }, .n = 3,
		};
		int r = ask_one(&b.asker, &q, b.answer);

		if (r == 0 && q.len == sizeof(want) && !memcmp(q.data, want, q.len))
			t.right++;
		else if (r == 0)
			t.wrong++;
		else if (r == -ETIMEDOUT)
			t.silent++;
		else if (r == -EPROTO)
			t.broken++;
		else
			t.other++;
	}
	bench_close(&b);

	return t;
}

/* 5 % of all bytes are lost or damaged: a right answer, or none. */
static void ten_thousand(void **state)
{
	const struct bytelink_wire_faults f = { .lose = 0.025, .damage = 0.025 };
	struct tally t = ask_many(&f, 10000, MS(600));
	(void)state;

	print_message("# %u right, %u silent, %u broken, %u wrong, %u other\n", t.right, t.silent,
		      t.broken, t.wrong, t.other);
	assert_int_equal(t.wrong, 0);
	assert_int_equal(t.other, 0);
	assert_int_equal(t.right + t.silent + t.broken, 10000);
	/* 6 bytes asked come through by 0.95^6 = 74 %; an answer of 12 by 54 %, in three tries. */
	assert_in_range(t.right, 5000, 7500);
}

/* Asked again after silence, which the default time to answer allows twice. */
static void asked_again(void **state)
{
	const struct bytelink_wire_faults f = { .lose = 0.025, .damage = 0.025 };
	struct tally t = ask_many(&f, 10000, MS(2000));
	(void)state;

	print_message("# %u right, %u silent, %u broken, %u wrong, %u other\n", t.right, t.silent,
		      t.broken, t.wrong, t.other);
	assert_int_equal(t.wrong, 0);
	assert_int_equal(t.other, 0);
	assert_in_range(t.right, 8500, 10000);
}

/* Without faults all of them are right, but those whose answer comes too late (1 in 64). */
static void none_damaged(void **state)
{
	const struct bytelink_wire_faults f = { 0 };
	struct tally t = ask_many(&f, 3000, MS(600));
	(void)state;

	assert_int_equal(t.wrong, 0);
	assert_int_equal(t.broken, 0);
	assert_int_equal(t.right + t.silent, 3000);
	assert_in_range(t.silent, 10, 100);
}

/*
 * A byte of noise has a good parity, and one telegram in 256 with it has a good XOR, too. Then
 * its last byte comes after it, by which it is told.
 */
static void noise(void **state)
{
	const struct bytelink_wire_faults f = { .noise = 0.02 };
	struct tally t = ask_many(&f, 10000, MS(600));
	(void)state;

	print_message("# %u right, %u silent, %u broken, %u wrong, %u other\n", t.right, t.silent,
		      t.broken, t.wrong, t.other);
	assert_int_equal(t.wrong, 0);
	assert_in_range(t.right, 9500, 9999);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers),
		cmocka_unit_test(regeneration),
		cmocka_unit_test(slow_port),
		cmocka_unit_test(no_echo),
		cmocka_unit_test(keeps_back),
		cmocka_unit_test(stray),
		cmocka_unit_test(late_port),
		cmocka_unit_test(unplugged),
		cmocka_unit_test(never_idle),
		cmocka_unit_test(collision),
		cmocka_unit_test(late_collision),
		cmocka_unit_test(byte_after),
		cmocka_unit_test(late),
		cmocka_unit_test(answered_twice),
		cmocka_unit_test(none_damaged),
		cmocka_unit_test(ten_thousand),
		cmocka_unit_test(asked_again),
		cmocka_unit_test(noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
