/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "link/rfc2217.h"
#include "unit.h"

static const struct bytelink_line kbus = { .baud = 9600, .even_parity = true, .dtr = true };

#define SE "\xff\xf0"

static void says(struct rfc2217 *u, const char *want, size_t n)
{
	assert_int_equal(u->n_out, n);
	assert_memory_equal(u->out, want, n);
	rfc2217_sent(u);
}

/* What comes out of the port of N bytes from the server. */
static void hears(struct rfc2217 *u, const char *bytes, size_t n, const char *want, size_t n_want)
{
	uint8_t buf[512];

	assert_true(n <= sizeof(buf));
	memcpy(buf, bytes, n);
	assert_int_equal(rfc2217_receive(u, buf, n), n_want);
	assert_memory_equal(buf, want, n_want);
}

#define SAYS(u, lit) says(u, lit, sizeof(lit) - 1)
#define HEARS(u, lit, want) hears(u, lit, sizeof(lit) - 1, want, sizeof(want) - 1)

/* RFC 854, 856, 858 and 2217: WILL 44, WILL 0, DO 0, DO 3. */
static void begins(struct rfc2217 *u)
{
	rfc2217_init(u);
	SAYS(u, "\xff\xfb\x2c\xff\xfb\x00\xff\xfd\x00\xff\xfd\x03");
	assert_int_equal(u->com_port, RFC2217_ASKED);
}

static void options(void **state)
{
	struct rfc2217 u;
	(void)state;

	begins(&u);
	HEARS(&u, "\xff\xfd\x2c\xff\xfd\x00\xff\xfb\x00\xff\xfb\x03", "");
	assert_int_equal(u.com_port, RFC2217_YES);
	SAYS(&u, ""); /* no answer to an answer */
	/* WILL ECHO, DO NAWS, DO TERMINAL-TYPE; WONT and DONT are no questions. */
	HEARS(&u, "a\xff\xfb\x01" "b\xff\xfd\x1f" "c\xff\xfd\x18" "d\xff\xfc\x05\xff\xfe\x05", "abcd");
	SAYS(&u, "\xff\xfe\x01\xff\xfc\x1f\xff\xfc\x18");

	begins(&u);
	HEARS(&u, "\xff\xfe\x2c", "");
	assert_int_equal(u.com_port, RFC2217_NO);
}

static void bytes_as_they_are(void **state)
{
	uint8_t all[256], escaped[512];
	struct rfc2217 u;
	(void)state;

	rfc2217_init(&u);
	for (int i = 0; i < 256; i++)
		all[i] = (uint8_t)i;
	assert_int_equal(rfc2217_escape(all, 256, escaped), 257);
	assert_memory_equal(escaped + 254, "\xfe\xff\xff", 3);
	assert_int_equal(rfc2217_receive(&u, escaped, 257), 256);
	assert_memory_equal(escaped, all, 256);
}

/* RFC 2217 section 3; 9600 is 00 00 25 80. */
static void setting(void **state)
{
	struct rfc2217 u;
	(void)state;

	begins(&u);
	rfc2217_set(&u, &kbus);
	SAYS(&u, "\xff\xfa\x2c\x01\x00\x00\x25\x80" SE "\xff\xfa\x2c\x02\x08" SE "\xff\xfa\x2c\x03\x03" SE
		 "\xff\xfa\x2c\x04\x01" SE "\xff\xfa\x2c\x05\x01" SE "\xff\xfa\x2c\x05\x08" SE
		 "\xff\xfa\x2c\x05\x0c" SE "\xff\xfa\x2c\x0a\x1e" SE "\xff\xfa\x2c\x0b\xf0" SE);
	HEARS(&u, "\xff\xfa\x2c\x65\x00\x00\x25\x80" SE "\xff\xfa\x2c\x66\x08" SE, "");
	assert_false(u.settled);
	HEARS(&u, "\xff\xfa\x2c\x67\x03" SE "\xff\xfa\x2c\x68\x01" SE, "");
	assert_true(u.settled);
	assert_false(u.no_parity || u.no_rate);

	/* 255 has the byte FF in it, which is doubled. */
	rfc2217_set(&u, &(struct bytelink_line){ .baud = 255, .rts = true });
	assert_false(u.settled);
	assert_memory_equal(u.out, "\xff\xfa\x2c\x01\x00\x00\x00\xff\xff" SE, 11);
	rfc2217_sent(&u);
	rfc2217_break(&u, true);
	rfc2217_break(&u, false);
	rfc2217_purge(&u);
	SAYS(&u, "\xff\xfa\x2c\x05\x05" SE "\xff\xfa\x2c\x05\x06" SE "\xff\xfa\x2c\x0c\x01" SE);
}

/* What the port has instead; 10398 is as near to 10400 as an FT232R comes (adapters.md 1.1). */
static void another_port(void **state)
{
	struct rfc2217 u;
	(void)state;

	begins(&u);
	rfc2217_set(&u, &kbus);
	HEARS(&u, "\xff\xfa\x2c\x67\x01" SE "\xff\xfa\x2c\x65\x00\x00\x4b\x00" SE, "");
	assert_true(u.no_parity && u.no_rate);
	rfc2217_set(&u, &(struct bytelink_line){ .baud = 10400 });
	HEARS(&u, "\xff\xfa\x2c\x67\x01" SE "\xff\xfa\x2c\x65\x00\x00\x28\x9e" SE, "");
	assert_false(u.no_parity || u.no_rate);
}

static void notifications(void **state)
{
	struct rfc2217 u;
	(void)state;

	begins(&u);
	assert_false(u.has_modem);
	HEARS(&u, "x\xff\xfa\x2c\x6b\x30" SE "y", "xy");
	assert_true(u.has_modem);
	assert_int_equal(u.modem, BYTELINK_CTS | BYTELINK_DSR);
	HEARS(&u, "\xff\xfa\x2c\x6b\xc0" SE, "");
	assert_int_equal(u.modem, BYTELINK_DCD | BYTELINK_RI);
	HEARS(&u, "\xff\xfa\x2c\x6a\x04" SE "\xff\xfa\x2c\x6a\x1e" SE, "");
	assert_int_equal(u.errors.parity, 2);
	assert_int_equal(u.errors.overrun, 1);
	assert_int_equal(u.errors.framing, 1);
	assert_int_equal(u.errors.breaks, 1);
}

/* Too long, cut, empty, of another option, without an end: passed over, and then it goes on. */
static void hostile(void **state)
{
	struct rfc2217 u;
	(void)state;

	begins(&u);
	HEARS(&u, "\xff\xfa\x2c\x6b\x30""1234567890123456789012345678901234567890" SE "a", "a");
	HEARS(&u, "\xff\xfa\x2c" SE "\xff\xfa" SE "\xff\xfa\x2c\x65\x01" SE "b", "b");
	HEARS(&u, "\xff\xfa\x18\x6b\x30" SE "\xff\xf1\xff\xf9" "c", "c");
	assert_false(u.has_modem);
	HEARS(&u, "\xff\xfa\x2c\x6b\xff\xfd\x1f" "d", "d");
	SAYS(&u, "\xff\xfc\x1f");

	/* Nobody reads the answers: no more than there is room for. */
	for (int i = 0; i < 1000; i++)
		HEARS(&u, "\xff\xfd\x1f", "");
	assert_int_equal(u.n_out, 510);
	assert_int_equal(u.n_lost, 830);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options), cmocka_unit_test(bytes_as_they_are),
		cmocka_unit_test(setting), cmocka_unit_test(another_port),
		cmocka_unit_test(notifications), cmocka_unit_test(hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
