/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "link/bytelink-wire.h"
#include "link/parmrk.h"
#include "unit.h"

#define US NSEC_PER_USEC
#define MS NSEC_PER_MSEC

static const struct bytelink_line kbus = { .baud = 9600, .even_parity = true, .dtr = true };
static const struct bytelink_line kwp = { .baud = 10400 };

/* Two stations on one wire; time begins at 0. */
struct pair {
	struct clock clk;
	struct bytelink_wire *wire;
	struct bytelink *a, *b;
};

static void set_up(struct pair *p, const struct bytelink_line *line)
{
	clock_init_virtual(&p->clk, 0);
	assert_int_equal(bytelink_wire_new(&p->clk, &p->wire), 0);
	assert_int_equal(bytelink_wire_station(p->wire, &p->a), 0);
	assert_int_equal(bytelink_wire_station(p->wire, &p->b), 0);
	assert_true(p->a->is_virtual);
	assert_int_equal(bytelink_set(p->a, line), 0);
	assert_int_equal(bytelink_set(p->b, line), 0);
}

static void tear_down(struct pair *p)
{
	bytelink_close(p->a);
	bytelink_close(p->b);
	bytelink_wire_free(p->wire);
}

static void send(struct bytelink *b, const void *bytes, size_t n)
{
	assert_int_equal(bytelink_send(b, bytes, n), 0);
}

/* B hears these N bytes, the last of them at T. */
static void hears(struct bytelink *b, const void *want, size_t n, nsec_t t)
{
	uint8_t got[4096];
	size_t have = 0;

	while (have < n) {
		int r = bytelink_recv(b, got + have, n - have, t + MS);

		if (r <= 0)
			fail_msg("%zu of %zu bytes: %d", have, n, r);
		have += (size_t)r;
	}
	assert_memory_equal(got, want, n);
	assert_in_range(clock_now(b->clk), t - US, t + US); /* bits are no whole ns */
}

static void hears_nothing(struct bytelink *b, nsec_t until)
{
	uint8_t byte;

	assert_int_equal(bytelink_recv(b, &byte, 1, until), 0);
	assert_int_equal(clock_now(b->clk), until);
}

/* 11 bits of 104.167 us; the sender hears itself, at the same time. */
static void bits_take_time(void **state)
{
	struct pair p;
	(void)state;

	set_up(&p, &kbus);
	send(p.a, "\x50\x04\x68\x3b\x07", 5);
	assert_int_equal(clock_now(&p.clk), 0);
	hears_nothing(p.b, 1145 * US);
	hears(p.b, "\x50", 1, 1145833);
	hears(p.b, "\x04\x68\x3b\x07", 4, 5729167);
	hears(p.a, "\x50\x04\x68\x3b\x07", 5, 5729167);
	hears_nothing(p.b, 20 * MS);

	/* 10 bits of 96.154 us. */
	assert_int_equal(bytelink_set(p.a, &kwp), 0);
	assert_int_equal(bytelink_set(p.b, &kwp), 0);
	send(p.b, "\x00\xff", 2);
	hears(p.a, "\x00\xff", 2, 20 * MS + 1923077);
	tear_down(&p);
}

/* parmrk.h: FF comes as FF FF where damaged bytes are marked. */
static void every_byte(void **state)
{
	struct parmrk m = { 0 };
	uint8_t all[256], got[512], byte;
	struct pair p;
	int n, seen = 0;
	(void)state;

	set_up(&p, &kbus);
	assert_true(p.b->marks);
	for (int i = 0; i < 256; i++)
		all[i] = (uint8_t)i;
	send(p.a, all, 256);
	while ((n = bytelink_recv(p.b, got, sizeof(got), NSEC_PER_SEC)) > 0)
		for (int i = 0; i < n; i++)
			if (parmrk_push(&m, got[i], &byte) == 1)
				assert_int_equal(byte, seen++);
	assert_int_equal(n, 0);
	assert_int_equal(seen, 256);

	assert_int_equal(bytelink_set(p.a, &kwp), 0);
	assert_int_equal(bytelink_set(p.b, &kwp), 0);
	assert_false(p.b->marks);
	send(p.a, all, 256);
	hears(p.b, all, 256, NSEC_PER_SEC + 246153846);
	tear_down(&p);
}

/* "00 at 360 baud" is 9 bits of 2.778 ms low, 25 ms, for a module that listens at 10400. */
static void low_by_a_slow_byte(void **state)
{
	const struct bytelink_line slow = { .baud = 360 };
	struct bytelink_low low;
	struct pair p;
	(void)state;

	set_up(&p, &kwp);
	assert_int_equal(bytelink_set(p.a, &slow), 0);
	send(p.a, "\x00", 1);
	hears_nothing(p.b, 900 * US);
	assert_false(bytelink_wire_low(p.b, &low));
	hears(p.b, "\x00", 1, 961538); /* the break that it is to B */
	hears(p.a, "\x00", 1, 27777778);
	assert_true(bytelink_wire_low(p.b, &low));
	assert_int_equal(low.begin, 0);
	assert_int_equal(low.end, 25 * MS);
	assert_false(bytelink_wire_low(p.b, &low));
	/* To its sender it was a byte. */
	assert_false(bytelink_wire_low(p.a, &low));

	/* Ordinary bytes are not low for long. */
	assert_int_equal(bytelink_set(p.a, &kwp), 0);
	send(p.a, "\x00\x00", 2);
	hears(p.b, "\x00\x00", 2, 27777778 + 1923077);
	assert_false(bytelink_wire_low(p.b, &low));
	tear_down(&p);
}

/* Breaks begin when all is sent, and 8E1 stations see them marked. */
static void breaks(void **state)
{
	struct bytelink_errors e;
	struct bytelink_low low;
	struct pair p;
	(void)state;

	set_up(&p, &kbus);
	send(p.a, "\x12\x34", 2);
	assert_int_equal(bytelink_break(p.a, true), 0);
	assert_in_range(clock_now(&p.clk), 2291660, 2291670);
	hears(p.a, "\x12\x34", 2, 2291667);
	hears(p.b, "\x12\x34\xff\x00\x00", 5, 2291667 + 1145833);
	hears_nothing(p.b, 27291667);
	assert_int_equal(bytelink_break(p.a, false), 0);
	assert_true(bytelink_wire_low(p.b, &low));
	assert_in_range(low.begin, 2291660, 2291670);
	assert_int_equal(low.end, 27291667);
	assert_int_equal(bytelink_errors(p.b, &e), 0);
	assert_int_equal(e.breaks, 1);
	assert_int_equal(e.framing, 0);
	/* Then bytes are bytes again. */
	send(p.b, "\x56", 1);
	hears(p.b, "\x56", 1, 27291667 + 1145833);
	tear_down(&p);
}

/* 9600 8N1 heard as 8E1: the stop bit is taken for parity, which is right for odd bytes. */
static void wrong_parity(void **state)
{
	const struct bytelink_line none = { .baud = 9600 };
	struct bytelink_errors e;
	struct pair p;
	(void)state;

	set_up(&p, &kbus);
	assert_int_equal(bytelink_set(p.a, &none), 0);
	send(p.a, "\x03", 1);
	hears(p.b, "\xff\x00\x03", 3, 1145833);
	send(p.a, "\x07", 1);
	hears(p.b, "\x07", 1, 2 * 1145833);
	assert_int_equal(bytelink_errors(p.b, &e), 0);
	assert_int_equal(e.parity, 1);
	tear_down(&p);
}

/* At another rate nothing is the byte that was sent: at a high one, each low is a break. */
static void wrong_rate(void **state)
{
	const struct bytelink_line fast = { .baud = 115200, .even_parity = true };
	struct bytelink_errors e;
	uint8_t got[64];
	struct pair p;
	int n;
	(void)state;

	set_up(&p, &kbus);
	assert_int_equal(bytelink_set(p.b, &fast), 0);
	send(p.a, "\xa5\x5a\x68", 3);
	while ((n = bytelink_recv(p.b, got, sizeof(got), 20 * MS)) > 0)
		assert_null(memchr(got, 0x5a, (size_t)n));
	assert_int_equal(n, 0);
	assert_int_equal(bytelink_errors(p.b, &e), 0);
	assert_int_equal(e.breaks, 12); /* A5: 5 times low, 5A: 4, 68: 3 */

	/* And the other way round. */
	hears(p.a, "\xa5\x5a\x68", 3, 20 * MS);
	send(p.b, "\xa5\x5a\x68", 3);
	while ((n = bytelink_recv(p.a, got, sizeof(got), 40 * MS)) > 0)
		assert_null(memchr(got, 0x5a, (size_t)n));
	assert_int_equal(n, 0);
	tear_down(&p);
}

/* Two begin within a byte of each other: low wins, and both hear that it was not theirs. */
static void collision(void **state)
{
	uint8_t a[64], b[64];
	struct bytelink_errors e;
	struct pair p;
	int n, m;
	(void)state;

	set_up(&p, &kbus);
	send(p.a, "\x68\x04\x3f\x0c", 4);
	hears_nothing(p.b, 500 * US);
	send(p.b, "\x3f\x03\x80\x11", 4);
	hears_nothing(p.b, 600 * US);
	clock_advance(&p.clk, 20 * MS);
	n = bytelink_recv(p.a, a, sizeof(a), 0);
	m = bytelink_recv(p.b, b, sizeof(b), 0);
	assert_true(n > 0);
	assert_int_equal(n, m);
	assert_memory_equal(a, b, (size_t)n);
	assert_true(n != 4 || memcmp(a, "\x68\x04\x3f\x0c", 4));
	assert_true(m != 4 || memcmp(b, "\x3f\x03\x80\x11", 4));
	assert_int_equal(bytelink_errors(p.a, &e), 0);
	assert_true(e.parity + e.framing + e.breaks > 0);

	/* At once: 12 and 03 with their parity bits 0 and 0 are 02 with 0, which is odd. */
	send(p.a, "\x12", 1);
	send(p.b, "\x03", 1);
	hears(p.a, "\xff\x00\x02", 3, 20 * MS + 1145833);
	hears(p.b, "\xff\x00\x02", 3, 20 * MS + 1145833);
	tear_down(&p);
}

static void no_echo(void **state)
{
	struct pair p;
	(void)state;

	set_up(&p, &kwp);
	bytelink_wire_no_echo(p.a, true);
	send(p.a, "\x81", 1);
	hears(p.b, "\x81", 1, 961538);
	hears_nothing(p.a, 2 * MS);
	send(p.b, "\xc1", 1);
	hears(p.a, "\xc1", 1, 2 * MS + 961538);
	tear_down(&p);
}

/* 16 ms, or 62 bytes, which are 59.6 ms at 10 bits of 10400. */
static void latency(void **state)
{
	uint8_t many[70] = { 0 };
	struct pair p;
	(void)state;

	set_up(&p, &kwp);
	bytelink_wire_latency(p.b, 16 * MS);
	send(p.a, "\x01\x02\x03", 3);
	hears_nothing(p.b, 15 * MS);
	hears(p.b, "\x01\x02\x03", 3, 16 * MS);
	send(p.a, "\x04", 1);
	hears(p.b, "\x04", 1, 32 * MS);
	bytelink_wire_latency(p.b, 1000 * MS);
	send(p.a, many, 70);
	hears(p.b, many, 62, 32 * MS + 59615385);
	hears_nothing(p.b, 900 * MS);
	hears(p.b, many, 8, 1000 * MS);
	tear_down(&p);
}

/* How often out of 1000, from the fixed seed; the sender's echo stays as it was sent. */
static void faults(void **state)
{
	struct bytelink_wire_faults lose = { .lose = 0.05 }, damage = { .damage = 0.05 },
				    noise = { .noise = 0.05 };
	struct bytelink_errors e;
	uint8_t many[1000], got[2000];
	struct pair p;
	int n;
	(void)state;

	memset(many, 0x55, sizeof(many));
	set_up(&p, &kbus);
	bytelink_wire_faults(p.wire, &lose);
	send(p.a, many, 1000);
	hears(p.a, many, 1000, 1145833333);
	n = bytelink_recv(p.b, got, sizeof(got), 0);
	assert_in_range(n, 930, 970);

	clock_advance(&p.clk, 2000 * MS);
	bytelink_wire_faults(p.wire, &damage);
	send(p.a, many, 1000);
	hears(p.a, many, 1000, 3145833333);
	n = bytelink_recv(p.b, got, sizeof(got), 0);
	assert_int_equal(bytelink_errors(p.b, &e), 0);
	assert_in_range(e.parity, 30, 70);
	assert_int_equal(n, 1000 + 2 * e.parity);

	clock_advance(&p.clk, 4000 * MS);
	bytelink_wire_faults(p.wire, &noise);
	send(p.a, many, 1000);
	clock_advance(&p.clk, 6000 * MS);
	n = bytelink_recv(p.b, got, sizeof(got), 0);
	assert_in_range(n, 1030, 1070);
	assert_int_equal(bytelink_recv(p.a, got, sizeof(got), 0), n);
	tear_down(&p);
}

/* A module that answers 2 ms after a 3F with 80, twice. */
struct module {
	struct bytelink *b;
	nsec_t due;
	int left;
	nsec_t heard, said;
};

static nsec_t module_next(void *arg)
{
	return ((struct module *)arg)->due;
}

static void module_run(void *arg, nsec_t now)
{
	struct module *m = arg;
	uint8_t byte;

	while (bytelink_recv(m->b, &byte, 1, 0) == 1) {
		if (byte != 0x3f)
			continue;
		m->heard = now;
		m->due = now + 2 * MS;
		m->left = 2;
	}
	if (now < m->due)
		return;
	m->said = now;
	send(m->b, "\x80", 1);
	assert_int_equal(bytelink_break(m->b, true), -EBUSY);
	m->left--;
	m->due = m->left ? now + 3 * MS : NSEC_NEVER;
}

static void parties(void **state)
{
	struct module m = { .due = NSEC_NEVER };
	struct bytelink_party party = { module_next, module_run, &m };
	struct pair p;
	(void)state;

	set_up(&p, &kbus);
	m.b = p.b;
	assert_int_equal(bytelink_wire_party(p.wire, &party), 0);
	send(p.a, "\x3f", 1);
	hears(p.a, "\x3f", 1, 1145833);
	assert_int_equal(m.heard, 1145833);
	hears(p.a, "\x80", 1, 1145833 + 2 * MS + 1145833);
	hears(p.a, "\x80", 1, 1145833 + 5 * MS + 1145833);
	hears_nothing(p.a, 20 * MS);

	/* Who waits on the clock alone finds that all happened in its time. */
	send(p.a, "\x3f", 1);
	clock_advance(&p.clk, 100 * MS);
	hears(p.a, "\x3f\x80\x80", 3, 100 * MS);
	assert_in_range(m.said, 26145830, 26145840);
	for (int i = 1; i < BYTELINK_WIRE_PARTIES; i++)
		assert_int_equal(bytelink_wire_party(p.wire, &party), 0);
	assert_int_equal(bytelink_wire_party(p.wire, &party), -ENOSPC);
	tear_down(&p);
}

static void lines_and_unplugging(void **state)
{
	static uint8_t big[BYTELINK_WIRE_QUEUE + 1];
	const struct bytelink_line rate0 = { 0 };
	struct bytelink *more[3];
	struct bytelink_errors e;
	unsigned int modem;
	uint8_t byte;
	struct pair p;
	(void)state;

	set_up(&p, &kbus);
	assert_true(bytelink_wire_line(p.a).dtr);
	assert_int_equal(bytelink_wire_line(p.a).baud, 9600);
	assert_int_equal(bytelink_set(p.a, &rate0), -EINVAL);
	assert_int_equal(bytelink_modem(p.a, &modem), -EOPNOTSUPP);
	bytelink_wire_modem(p.a, BYTELINK_DSR);
	assert_int_equal(bytelink_modem(p.a, &modem), 0);
	assert_int_equal(modem, BYTELINK_DSR);
	assert_int_equal(bytelink_send(p.a, big, sizeof(big)), -ENOBUFS);
	assert_int_equal(bytelink_recv(p.a, &byte, 1, NSEC_NEVER), -ENODATA);

	send(p.a, "\x01\x02", 2);
	hears(p.b, "\x01", 1, 1145833);
	bytelink_wire_unplug(p.a);
	hears_nothing(p.b, 10 * MS);
	assert_int_equal(bytelink_recv(p.a, &byte, 1, 20 * MS), -ENODEV);
	assert_int_equal(bytelink_send(p.a, &byte, 1), -ENODEV);
	assert_int_equal(bytelink_set(p.a, &kbus), -ENODEV);
	assert_int_equal(bytelink_break(p.a, true), -ENODEV);
	assert_int_equal(bytelink_modem(p.a, &modem), -ENODEV);
	assert_int_equal(bytelink_errors(p.a, &e), -ENODEV);
	assert_int_equal(clock_now(&p.clk), 10 * MS);

	assert_int_equal(bytelink_wire_station(p.wire, &more[0]), 0);
	assert_int_equal(bytelink_wire_station(p.wire, &more[1]), 0);
	assert_int_equal(bytelink_wire_station(p.wire, &more[2]), -ENOSPC);
	bytelink_close(more[0]);
	bytelink_close(more[1]);
	tear_down(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bits_take_time), cmocka_unit_test(every_byte),
		cmocka_unit_test(low_by_a_slow_byte), cmocka_unit_test(breaks),
		cmocka_unit_test(wrong_parity), cmocka_unit_test(wrong_rate),
		cmocka_unit_test(collision), cmocka_unit_test(no_echo),
		cmocka_unit_test(latency), cmocka_unit_test(faults),
		cmocka_unit_test(parties), cmocka_unit_test(lines_and_unplugging),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
