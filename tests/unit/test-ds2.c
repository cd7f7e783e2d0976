/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "ear.h"
#include "proto/burst.h"
#include "proto/ds2.h"
#include "proto/echo.h"

/* kbus.md 4: address, size of the whole, data, XOR of all before it. */

static void rows(void **state)
{
	static const struct {
		const char *bytes;
		int r;
		uint8_t ecu;
		const char *data;
	} t[] = {
		/* kbus.md 4.3 */
		{ "00 04 00 04", 4, 0x00, "00" },
		{ "44 04 00 40", 4, 0x44, "00" },
		{ "80 04 00 84", 4, 0x80, "00" },
		{ "12 04 00 16", 4, 0x12, "00" },
		{ "12 05 0B 03 1F", 5, 0x12, "0B 03" },
		{ "12 05 04 01 12", 5, 0x12, "04 01" },
		{ "12 06 A0 00 00 B4", 6, 0x12, "A0 00 00" },
		{ "80 04 30 B4", 4, 0x80, "30" },
		{ "80 04 A0 24", 4, 0x80, "A0" },
		{ "80 04 9F 1B", 4, 0x80, "9F" },
		{ "00 10 A0 88 36 94 83 14 03 02 00 09 96 02 13 82", 16, 0x00,
		  "A0 88 36 94 83 14 03 02 00 09 96 02 13" },
		/* With the beginning of another behind it. */
		{ "80 04 A0 24 80", 4, 0x80, "A0" },
		/* Not whole yet. */
		{ "", 0, 0, "" },
		{ "80", 0, 0, "" },
		{ "80 04", 0, 0, "" },
		{ "80 04 A0", 0, 0, "" },
		{ "80 FF A0 24", 0, 0, "" },
		/* None. */
		{ "80 04 A0 25", -EBADMSG, 0, "" },
		{ "80 03 83", -EBADMSG, 0, "" },
		{ "80 00", -EBADMSG, 0, "" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		uint8_t bytes[32], data[32], again[DS2_TELEGRAM_MAX];
		ssize_t n = hex_parse(t[i].bytes, strlen(t[i].bytes), bytes, sizeof(bytes));
		ssize_t len = hex_parse(t[i].data, strlen(t[i].data), data, sizeof(data));
		struct ds2 m = { .len = 999 };

		assert_true(n >= 0 && len >= 0);
		if (ds2_parse(bytes, (size_t)n, &m) != t[i].r)
			fail_msg("row %zu", i);
		if (t[i].r <= 0) {
			assert_int_equal(m.len, 999);
			continue;
		}
		assert_int_equal(m.ecu, t[i].ecu);
		assert_int_equal(m.len, len);
		assert_memory_equal(m.data, data, (size_t)len);
		assert_int_equal(ds2_encode(&m, again), t[i].r);
		assert_memory_equal(again, bytes, (size_t)t[i].r);
	}
}

static void lengths(void **state)
{
	uint8_t data[DS2_DATA_MAX + 1] = { 0 }, buf[DS2_TELEGRAM_MAX];
	struct ds2 m = { .ecu = 0x44, .data = data, .len = 252 }, got;
	(void)state;

	assert_int_equal(ds2_encode(&m, buf), 255);
	assert_int_equal(buf[1], 0xff);
	assert_int_equal(ds2_parse(buf, 254, &got), 0);
	assert_int_equal(ds2_parse(buf, 255, &got), 255);
	assert_int_equal(got.len, 252);
	m.len = 253;
	assert_int_equal(ds2_encode(&m, buf), -EMSGSIZE);
	m.len = 0;
	assert_int_equal(ds2_encode(&m, buf), -EMSGSIZE);
}

static int parse(const uint8_t *bytes, size_t n, void *ret)
{
	return ds2_parse(bytes, n, ret);
}

/*
 * Bytes as text: "." is silence, "!" a damaged byte follows. Found: "80 A0;" for a telegram,
 * "bad;" for what is none.
 */
static void stream(const char *text, char *got, size_t size)
{
	static struct burst b;
	nsec_t t = MS(1000);
	size_t len = 0;

	memset(&b, 0, sizeof(b));
	got[0] = '\0';
	for (const char *p = text; *p; p++) {
		bool damaged = *p == '!';
		uint8_t byte;
		struct ds2 m;
		int r;

		if (*p == ' ')
			continue;
		if (*p == '.') {
			assert_true(burst_deadline(&b, MS(40)) == (b.n > b.used || b.state ?
									   t + MS(40) :
									   NSEC_NEVER));
			if (burst_end(&b) < 0)
				len += (size_t)snprintf(got + len, size - len, "bad;");
			assert_true(burst_deadline(&b, MS(40)) == NSEC_NEVER);
			continue;
		}
		p += damaged;
		assert_int_equal(hex_parse(p, 2, &byte, 1), 1);
		p++;
		burst_push(&b, byte, damaged, ++t);
		while ((r = burst_pop(&b, parse, &m)) != 0) {
			len += r < 0 ? (size_t)snprintf(got + len, size - len, "bad;") :
				       (size_t)snprintf(got + len, size - len, "%02X %02X;", m.ecu, m.data[0]);
		}
	}
}

static void bursts(void **state)
{
	static const struct {
		const char *bytes, *found;
	} t[] = {
		{ "80 04 A0 24 .", "80 A0;" },
		{ "80 04 A1 25 80 04 A0 24 .", "80 A1;80 A0;" },
		{ "80 04 A1 25 . 80 04 A0 24", "80 A1;80 A0;" },
		/* After what is none nothing is looked for until silence. */
		{ "80 04 A0 25 80 04 A0 24 . 80 04 A0 24 .", "bad;80 A0;" },
		{ "FF 80 04 A0 24 . 80 04 A0 24 .", "bad;80 A0;" },
		{ "80 04 A0 .", "bad;" },
		{ "80 . 80 04 A0 24", "bad;80 A0;" },
		{ "80 04 A0 24 80 .", "80 A0;bad;" },
		/* The XOR is good, but the port says that a byte was damaged. */
		{ "80 04 !A0 24 . 80 04 A0 24", "bad;80 A0;" },
		{ "!80 04 A0 24 .", "bad;" },
		{ "80 04 A0 24 !80 04 A0 24 .", "80 A0;bad;" },
	};
	char got[128];
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		stream(t[i].bytes, got, sizeof(got));
		assert_string_equal(got, t[i].found);
	}
}

/* A longest telegram fits, and one byte that never ends does no harm. */
static void long_bursts(void **state)
{
	uint8_t data[DS2_DATA_MAX] = { 0 }, buf[DS2_TELEGRAM_MAX];
	struct ds2 m = { .ecu = 0x44, .data = data, .len = 252 }, got;
	struct burst b = { 0 };
	(void)state;

	assert_int_equal(ds2_encode(&m, buf), 255);
	for (size_t i = 0; i < 255; i++) {
		burst_push(&b, buf[i], false, 1);
		assert_int_equal(burst_pop(&b, parse, &got), i == 254);
	}
	assert_int_equal(got.len, 252);
	for (size_t i = 0; i < 1000; i++) {
		int r;

		burst_push(&b, 0xff, false, 1);
		r = burst_pop(&b, parse, &got);
		assert_int_equal(r, i == 254 ? -EBADMSG : 0);
	}
}

static void echoes(void **state)
{
	static const uint8_t sent[] = { 0x80, 0x04, 0x00, 0x84 };
	struct echo e;
	(void)state;

	echo_begin(&e, sent, 4, MS(5), MS(1000));
	assert_true(e.deadline == MS(1105));
	assert_int_equal(echo_tick(&e, MS(1104)), ECHO_WAITING);
	assert_int_equal(echo_tick(&e, MS(1105)), ECHO_NONE);

	echo_begin(&e, sent, 4, MS(5), MS(1000));
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(echo_hear(&e, sent[i], false, MS(1006)), ECHO_WAITING);
	assert_int_equal(echo_hear(&e, sent[3], false, MS(1006)), ECHO_DONE);
	assert_int_equal(echo_tick(&e, MS(9999)), ECHO_DONE);

	/* A module's answer begins like the request; the request's own time is 5 ms. */
	echo_begin(&e, sent, 4, MS(5), MS(1000));
	assert_int_equal(echo_hear(&e, 0x80, false, MS(1025)), ECHO_WAITING);
	assert_int_equal(echo_hear(&e, 0x05, false, MS(1026)), ECHO_DIFFERS);
	echo_begin(&e, sent, 4, MS(5), MS(1000));
	assert_int_equal(echo_hear(&e, 0x80, false, MS(1025) + 1), ECHO_WAITING);
	assert_int_equal(echo_hear(&e, 0x05, false, MS(1027)), ECHO_NONE);
	/* A slow cable, and another byte than any module of that address would begin with. */
	echo_begin(&e, sent, 4, MS(5), MS(1000));
	assert_int_equal(echo_hear(&e, 0x90, false, MS(1040)), ECHO_DIFFERS);

	echo_begin(&e, sent, 4, MS(5), MS(1000));
	assert_int_equal(echo_hear(&e, 0x80, false, MS(1006)), ECHO_WAITING);
	assert_int_equal(echo_hear(&e, 0x05, false, MS(1006)), ECHO_DIFFERS);
	assert_int_equal(e.at, 1);
	assert_int_equal(e.heard, 0x05);

	echo_begin(&e, sent, 4, MS(5), MS(1000));
	assert_int_equal(echo_hear(&e, 0x80, true, MS(1006)), ECHO_DIFFERS);
	assert_int_equal(e.at, 0);

	echo_begin(&e, sent, 4, MS(5), MS(1000));
	assert_int_equal(echo_hear(&e, 0x80, false, MS(1006)), ECHO_WAITING);
	assert_int_equal(echo_tick(&e, MS(1105)), ECHO_CUT);
	assert_int_equal(e.at, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows),
		cmocka_unit_test(lengths),
		cmocka_unit_test(bursts),
		cmocka_unit_test(long_bursts),
		cmocka_unit_test(echoes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
