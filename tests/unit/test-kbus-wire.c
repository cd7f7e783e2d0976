/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "kbus-rows.h"

#include "proto/kbus-link.h"
#include "proto/kbus-wire.h"

#define MS NSEC_PER_MSEC
#define BYTE 1145833	/* ns: 11 bits at 9600 (kbus.md 1.1) */

/* The wire, and a port on it. */
struct car {
	struct clock clk;
	struct bytelink *port;
	struct link *wire;
};

static void car_open(struct car *c)
{
	struct bytelink *end;

	clock_init_virtual(&c->clk, NSEC_PER_SEC);
	assert_int_equal(bytelink_mem_pair(&c->clk, &c->port, &end), 0);
	assert_int_equal(kbus_wire_open(end, &c->wire), 0);
	assert_true(c->wire->is_virtual);
}

static struct frame row(const char *bytes)
{
	struct bytes x = hex(bytes);
	struct frame f;

	assert_int_equal(kbus_parse(x.b, x.n, &f), 0);

	return f;
}

/* Frames are on the wire one after another, and each byte takes its time. */
static void bit_times(void **state)
{
	struct frame f = row("80 04 BF 11 01 2B"), g = row("00 05 BF 7A 30 03 F3"), none;
	nsec_t first = NSEC_PER_SEC + 6 * BYTE, second = first + 2 * MS + 7 * BYTE;
	struct car c;
	uint8_t got[64];
	(void)state;

	car_open(&c);
	assert_int_equal(link_send(c.wire, &f), 0);
	assert_int_equal(link_send(c.wire, &g), 0);
	assert_int_equal(link_recv(c.wire, &none, 1, NSEC_PER_SEC + BYTE - 1), 0);
	assert_int_equal(bytelink_recv(c.port, got, 64, 0), 0);
	assert_int_equal(link_recv(c.wire, &none, 1, NSEC_PER_SEC + BYTE), 0);
	assert_int_equal(bytelink_recv(c.port, got, 64, 0), 1);
	assert_int_equal(link_recv(c.wire, &none, 1, first - 1), 0);
	assert_int_equal(bytelink_recv(c.port, got + 1, 63, 0), 4);
	assert_int_equal(link_recv(c.wire, &none, 1, first), 0);
	assert_int_equal(bytelink_recv(c.port, got + 5, 59, 0), 1);
	assert_memory_equal(got, hex("80 04 BF 11 01 2B").b, 6);
	assert_int_equal(link_recv(c.wire, &none, 1, second - 6 * BYTE - 1), 0);
	assert_int_equal(bytelink_recv(c.port, got, 64, 0), 0);
	assert_int_equal(link_recv(c.wire, &none, 1, second), 0);
	assert_int_equal(bytelink_recv(c.port, got, 64, 0), 7);
	assert_memory_equal(got, hex("00 05 BF 7A 30 03 F3").b, 7);

	for (size_t i = 0; i < KBUS_WIRE_QUEUE; i++)
		assert_int_equal(link_send(c.wire, &f), 0);
	assert_int_equal(link_send(c.wire, &f), -ENOBUFS);
	f.id = 0x130;
	assert_int_equal(link_send(c.wire, &f), -EINVAL);
	link_close(c.wire);
	bytelink_close(c.port);
}

/* Who sends hears itself, and so do the others. */
static void echo(void **state)
{
	struct bytes x = hex("3F 03 80 10 AC");
	struct frame f;
	struct car c;
	uint8_t got[64];
	(void)state;

	car_open(&c);
	assert_int_equal(bytelink_send(c.port, x.b, x.n), 0);
	assert_int_equal(link_recv(c.wire, &f, 1, 2 * NSEC_PER_SEC), 1);
	assert_frame(&f, "1B3F8010#");
	assert_int_equal(link_recv(c.wire, &f, 1, NSEC_PER_SEC + 5 * BYTE), 0);
	assert_int_equal(bytelink_recv(c.port, got, 64, 0), 5);
	assert_memory_equal(got, x.b, 5);

	/* What is no frame is on the wire all the same. */
	assert_int_equal(bytelink_send(c.port, x.b, 3), 0);
	assert_int_equal(link_recv(c.wire, &f, 1, 2 * NSEC_PER_SEC), 0);
	assert_int_equal(bytelink_recv(c.port, got, 64, 0), 3);
	bytelink_close(c.port);
	assert_int_equal(link_recv(c.wire, &f, 1, 3 * NSEC_PER_SEC), -ENODEV);
	link_close(c.wire);
}

/* What the one end says at its time, the other end hears at that time. */
static void both_ends(void **state)
{
	struct frame f = row("00 05 BF 7A 30 03 F3"), heard, none;
	struct link *listener;
	struct car c;
	(void)state;

	car_open(&c);
	assert_int_equal(kbus_link_open(c.port, &listener), 0);
	assert_int_equal(link_send(c.wire, &f), 0);
	assert_int_equal(link_recv(c.wire, &none, 1, NSEC_PER_SEC + 7 * BYTE), 0);
	assert_int_equal(link_recv(listener, &heard, 1, 0), 1);
	assert_frame(&heard, "1B00BF7A#3003");
	assert_int_equal(heard.t, NSEC_PER_SEC);
	link_close(listener);
	link_close(c.wire);
}

/* Until its first byte was heard nobody can know of a frame: it gives way. Then it does not. */
static void gives_way(void **state)
{
	struct bytes x = hex("3F 03 80 10 AC");
	struct frame f = row("00 05 BF 7A 30 03 F3"), heard, none;
	uint8_t got[64];
	struct car c;
	(void)state;

	car_open(&c);
	assert_int_equal(link_send(c.wire, &f), 0);
	assert_int_equal(link_recv(c.wire, &none, 1, NSEC_PER_SEC + BYTE - 1), 0);
	assert_int_equal(bytelink_send(c.port, x.b, x.n), 0);
	assert_int_equal(link_recv(c.wire, &heard, 1, 2 * NSEC_PER_SEC), 1);
	assert_frame(&heard, "1B3F8010#");
	assert_int_equal(link_recv(c.wire, &none, 1, 2 * NSEC_PER_SEC), 0);
	assert_int_equal(bytelink_recv(c.port, got, 64, 0), 12);
	assert_memory_equal(got, hex("3F 03 80 10 AC 00 05 BF 7A 30 03 F3").b, 12);

	/* What the port said before a frame was to begin is heard before. */
	assert_int_equal(bytelink_send(c.port, x.b, x.n), 0);
	assert_int_equal(link_send(c.wire, &f), 0);
	assert_int_equal(link_recv(c.wire, &heard, 1, 3 * NSEC_PER_SEC), 1);
	assert_int_equal(link_recv(c.wire, &none, 1, 3 * NSEC_PER_SEC), 0);
	assert_int_equal(bytelink_recv(c.port, got, 64, 0), 12);
	assert_memory_equal(got, hex("3F 03 80 10 AC 00 05 BF 7A 30 03 F3").b, 12);

	assert_int_equal(link_send(c.wire, &f), 0);
	assert_int_equal(link_recv(c.wire, &none, 1, 3 * NSEC_PER_SEC + BYTE), 0);
	assert_int_equal(bytelink_send(c.port, x.b, x.n), 0);
	assert_int_equal(link_recv(c.wire, &heard, 1, 4 * NSEC_PER_SEC), 0);
	/* 05 and 3F, BF and 03, ...; and then the frame again, as it is. */
	assert_int_equal(bytelink_recv(c.port, got, 64, 0), 14);
	assert_memory_equal(got, hex("00 05 03 00 10 00 F3 00 05 BF 7A 30 03 F3").b, 14);
	link_close(c.wire);
	bytelink_close(c.port);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bit_times),
		cmocka_unit_test(echo),
		cmocka_unit_test(both_ends),
		cmocka_unit_test(gives_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
