/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "link/mishear.h"
#include "link/portwire.h"
#include "unit.h"

#define MS NSEC_PER_MSEC
#define BYTE 1145833	/* ns: 11 bits at 9600 */
#define START NSEC_PER_SEC

/* A wire, and the port at its end. */
struct bench {
	struct clock clk;
	struct bytelink *port;
	struct portwire *wire;
};

static void begin(struct bench *b)
{
	struct bytelink *end;

	clock_init_virtual(&b->clk, START);
	assert_int_equal(bytelink_mem_pair(&b->clk, &b->port, &end), 0);
	assert_int_equal(portwire_open(end, 9600, &b->wire), 0);
}

static void end(struct bench *b)
{
	bytelink_close(b->port);
	portwire_close(b->wire);
}

/* Run to T; what the wire's side hears of the port, in GOT; returns how many. */
static size_t run(struct bench *b, nsec_t t, struct portwire_byte *got)
{
	size_t n = 0;

	do {
		int r = portwire_recv(b->wire, got + n, 64 - n, t);

		assert_true(r >= 0);
		n += (size_t)r;
	} while (clock_now(&b->clk) < t);

	return n;
}

static void assert_port(struct bench *b, const char *want, size_t n)
{
	uint8_t got[256];

	assert_int_equal(bytelink_recv(b->port, got, sizeof(got), 0), n);
	assert_memory_equal(got, want, n);
}

/* Each byte is through when its stop bit is, for both sides. */
static void echo(void **state)
{
	struct portwire_byte got[64];
	struct bench b;
	(void)state;

	begin(&b);
	assert_int_equal(bytelink_send(b.port, (const uint8_t *)"\x44\x04\x00\x40", 4), 0);
	assert_int_equal(run(&b, START + BYTE - 1, got), 0);
	assert_port(&b, "", 0);
	assert_int_equal(run(&b, START + BYTE, got), 1);
	assert_port(&b, "\x44", 1);
	assert_int_equal(run(&b, START + 4 * BYTE, got), 3);
	assert_port(&b, "\x04\x00\x40", 3);
	assert_int_equal(got[2].value, 0x40);
	assert_int_equal(got[2].end, START + 4 * BYTE);
	assert_int_equal(got[2].baud, 9600);
	assert_false(got[2].damaged);
	assert_false(portwire_busy(b.wire));
	end(&b);
}

static void no_echo(void **state)
{
	const struct portwire_faults f = { .no_echo = true };
	struct portwire_byte got[64];
	struct bench b;
	(void)state;

	begin(&b);
	portwire_set_faults(b.wire, &f);
	assert_int_equal(bytelink_send(b.port, (const uint8_t *)"\x44\x04", 2), 0);
	assert_int_equal(run(&b, START + 10 * MS, got), 2);
	assert_port(&b, "", 0);
	assert_int_equal(portwire_send(b.wire, (const uint8_t *)"\x80\x04", 2, 9600, 0), 0);
	assert_int_equal(run(&b, START + 20 * MS, got), 0);
	assert_port(&b, "\x80\x04", 2);
	end(&b);
}

/* Twice: the port hears something else, the others hear that it is damaged; then no more. */
static void collide(void **state)
{
	const struct portwire_faults f = { .collide = 2 };
	struct portwire_byte got[64];
	struct bench b;
	(void)state;

	begin(&b);
	portwire_set_faults(b.wire, &f);
	for (unsigned int i = 0; i < 2; i++) {
		assert_int_equal(bytelink_send(b.port, (const uint8_t *)"\x3f\x03\x00\x79\x45", 5), 0);
		assert_int_equal(run(&b, clock_now(&b.clk) + 20 * MS, got), 5);
		assert_port(&b, "\x00\x01\x00\x78\x00", 5);
		assert_true(got[0].damaged && got[4].damaged);
	}
	assert_int_equal(bytelink_send(b.port, (const uint8_t *)"\x3f\x03\x00\x79\x45", 5), 0);
	assert_int_equal(run(&b, clock_now(&b.clk) + 20 * MS, got), 5);
	assert_port(&b, "\x3f\x03\x00\x79\x45", 5);
	assert_false(got[0].damaged);
	end(&b);
}

/* The port speaks into a message: low wins, and the message comes again as it is. */
static void into_a_message(void **state)
{
	struct portwire_byte got[64];
	struct bench b;
	(void)state;

	begin(&b);
	assert_int_equal(portwire_send(b.wire, (const uint8_t *)"\x80\x04\xbf\x11\x01\x2b", 6, 9600,
				       2 * MS), 0);
	run(&b, START + 2 * BYTE, got);
	assert_int_equal(bytelink_send(b.port, (const uint8_t *)"\x3f\x03", 2), 0);
	assert_int_equal(run(&b, START + 6 * BYTE, got), 2);
	assert_true(got[0].damaged && got[1].damaged);
	assert_port(&b, "\x80\x04\x3f\x01\x01\x2b", 6);
	run(&b, START + 12 * BYTE + 2 * MS - 1, got);
	assert_port(&b, "", 0);
	run(&b, START + 12 * BYTE + 2 * MS, got);
	assert_port(&b, "\x80\x04\xbf\x11\x01\x2b", 6);
	assert_false(portwire_busy(b.wire));
	end(&b);
}

/* What has not begun waits for the port, and leaves its gap. */
static void waits(void **state)
{
	struct portwire_byte got[64];
	struct bench b;
	(void)state;

	begin(&b);
	assert_int_equal(portwire_send(b.wire, (const uint8_t *)"\x80\x04", 2, 9600, 2 * MS), 0);
	assert_int_equal(portwire_send(b.wire, (const uint8_t *)"\x81\x05", 2, 9600, 2 * MS), 0);
	run(&b, START + 2 * BYTE, got);
	assert_port(&b, "\x80\x04", 2);
	assert_int_equal(bytelink_send(b.port, (const uint8_t *)"\x44\x04\x00\x40", 4), 0);
	assert_int_equal(run(&b, START + 6 * BYTE, got), 4);
	assert_false(got[0].damaged);
	assert_port(&b, "\x44\x04\x00\x40", 4);
	run(&b, START + 8 * BYTE + 2 * MS - 1, got);
	assert_port(&b, "", 0);
	run(&b, START + 8 * BYTE + 2 * MS, got);
	assert_port(&b, "\x81\x05", 2);
	end(&b);
}

/* Who looks late hands on both in the order in which they were on the wire. */
static void late(void **state)
{
	struct portwire_byte got[64];
	struct bench b;
	(void)state;

	begin(&b);
	assert_int_equal(bytelink_send(b.port, (const uint8_t *)"\x44\x04\x00\x40", 4), 0);
	assert_int_equal(run(&b, START + BYTE, got), 1);
	assert_int_equal(portwire_send(b.wire, (const uint8_t *)"\x81\x05", 2, 9600, 2 * MS), 0);
	clock_advance(&b.clk, START + NSEC_PER_SEC);
	assert_int_equal(run(&b, START + NSEC_PER_SEC, got), 3);
	assert_port(&b, "\x44\x04\x00\x40\x81\x05", 6);
	end(&b);
}

/* Of a thousand bytes each way about so many: the seed is fixed. */
static void lossy(void **state)
{
	const struct portwire_faults lose = { .lose = 0.05 }, damage = { .damage = 0.05 },
				     noise = { .noise = 0.05 };
	const struct portwire_faults *const faults[] = { &lose, &damage, &noise };
	(void)state;

	for (size_t k = 0; k < 3; k++) {
		size_t heard = 0, echoed = 0, other = 0, told = 0;
		struct portwire_byte got[64];
		struct bench b;

		begin(&b);
		portwire_set_faults(b.wire, faults[k]);
		for (unsigned int i = 0; i < 1000; i++) {
			uint8_t out[16];
			size_t n;
			int r;

			assert_int_equal(bytelink_send(b.port, (const uint8_t *)"\x5a", 1), 0);
			n = run(&b, clock_now(&b.clk) + 5 * MS, got);
			for (size_t j = 0; j < n; j++)
				other += got[j].value != 0x5a;
			heard += n;
			r = bytelink_recv(b.port, out, sizeof(out), 0);
			echoed += (size_t)r;
			assert_int_equal(portwire_send(b.wire, (const uint8_t *)"\xa5", 1, 9600, 0), 0);
			run(&b, clock_now(&b.clk) + 5 * MS, got);
			told += (size_t)bytelink_recv(b.port, out, sizeof(out), 0);
		}
		assert_in_range(heard, k == 0 ? 920 : 1000, k == 0 ? 980 : k == 1 ? 1000 : 1080);
		assert_in_range(told, k == 0 ? 920 : 1000, k == 0 ? 980 : k == 1 ? 1000 : 1080);
		assert_in_range(echoed, 1000, k == 2 ? 1080 : 1000);
		assert_in_range(other, k == 0 ? 0 : 20, k == 0 ? 0 : 80);
		end(&b);
	}
}

/* 00 at 360 baud is low for 25 ms: at 10400 that is a 00 without a stop bit. */
static void at_another_rate(void **state)
{
	const struct bytelink_line slow = { .baud = 360 }, kwp = { .baud = 10400 },
				   ds2 = { .baud = 9600, .even_parity = true },
				   fast = { .baud = 19200 };
	uint8_t got[MISHEAR_MAX];
	(void)state;

	assert_int_equal(mishear(0x00, &slow, &kwp, got), 1);
	assert_int_equal(got[0], 0x00);
	/* 55 is 1 0 1 0 ...: at twice the rate each bit is two. */
	assert_int_equal(mishear(0x55, &ds2, &fast, got), 2);
	assert_int_equal(got[0], 0x66);
	assert_int_equal(mishear(0xa5, &ds2, &ds2, got), 1);
	assert_int_equal(got[0], 0xa5);
	assert_true(mishear_is_right(9600, 9590));
	assert_true(mishear_is_right(10398, 10400));
	assert_false(mishear_is_right(9600, 10400));
	assert_false(mishear_is_right(9600, 115200));
}

/* More than fits waits, and nothing is lost. */
static void full(void **state)
{
	struct portwire_byte got[64];
	uint8_t out[300], back[300];
	size_t n = 0, heard = 0;
	struct bench b;
	(void)state;

	begin(&b);
	for (unsigned int i = 0; i < sizeof(out); i++)
		out[i] = (uint8_t)i;
	assert_int_equal(bytelink_send(b.port, out, sizeof(out)), 0);
	while (heard < sizeof(out)) {
		heard += run(&b, clock_now(&b.clk) + 10 * MS, got);
		n += (size_t)bytelink_recv(b.port, back + n, sizeof(back) - n, 0);
	}
	assert_int_equal(n, sizeof(out));
	assert_memory_equal(back, out, sizeof(out));
	for (unsigned int i = 0; i < PORTWIRE_QUEUE; i++)
		assert_int_equal(portwire_send(b.wire, out, 1, 9600, 0), 0);
	assert_int_equal(portwire_send(b.wire, out, 1, 9600, 0), -ENOBUFS);
	assert_int_equal(portwire_say(b.wire, 1, 9600), -ENOBUFS);
	end(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(echo),		  cmocka_unit_test(no_echo),
		cmocka_unit_test(collide),	  cmocka_unit_test(into_a_message),
		cmocka_unit_test(waits),	  cmocka_unit_test(late),
		cmocka_unit_test(lossy),
		cmocka_unit_test(at_another_rate), cmocka_unit_test(full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
