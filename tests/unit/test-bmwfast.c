/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "ear.h"
#include "proto/bmwfast.h"

/* can.md 2.3: 0x80 | length, target, source, data, sum; longer ones with more of a header. */

static void rows(void **state)
{
	static const struct {
		const char *bytes;
		int r;
		uint8_t target, source;
		const char *data;
	} t[] = {
		/* 83 + 40 + F1 + 22 + F1 + 50 = 317: sum 17 */
		{ "83 40 F1 22 F1 50 17", 7, 0x40, 0xf1, "22 F1 50" },
		{ "83 40 F1 22 F1 50 17 83", 7, 0x40, 0xf1, "22 F1 50" },
		{ "81 12 F1 3E C2", 5, 0x12, 0xf1, "3E" },
		/* kbus.md 5.1: the sum of 81 10 F1 81 is 03 */
		{ "81 10 F1 81 03", 5, 0x10, 0xf1, "81" },
		/* The long forms, also where a shorter one would do. */
		{ "80 F1 40 01 62 14", 6, 0xf1, 0x40, "62" },
		{ "80 F1 40 00 00 01 62 14", 8, 0xf1, 0x40, "62" },
		/* Not whole yet. */
		{ "", 0, 0, 0, "" },
		{ "83", 0, 0, 0, "" },
		{ "83 40 F1 22 F1 50", 0, 0, 0, "" },
		{ "80 40 F1", 0, 0, 0, "" },
		{ "80 40 F1 00 01", 0, 0, 0, "" },
		{ "80 40 F1 00 0F FF", 0, 0, 0, "" },
		/* None. */
		{ "83 40 F1 22 F1 50 18", -EBADMSG, 0, 0, "" },
		{ "03", -EBADMSG, 0, 0, "" },
		{ "C3 40 F1", -EBADMSG, 0, 0, "" },
		{ "80 40 F1 00 00 00", -EBADMSG, 0, 0, "" },
		{ "80 40 F1 00 10 00", -EBADMSG, 0, 0, "" },
		{ "80 40 F1 00 FF FF", -EBADMSG, 0, 0, "" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		uint8_t bytes[16], data[16];
		ssize_t n = hex_parse(t[i].bytes, strlen(t[i].bytes), bytes, sizeof(bytes));
		ssize_t len = hex_parse(t[i].data, strlen(t[i].data), data, sizeof(data));
		struct bmwfast m = { .len = 99 };

		assert_true(n >= 0 && len >= 0);
		if (bmwfast_parse(bytes, (size_t)n, &m) != t[i].r)
			fail_msg("row %zu", i);
		if (t[i].r <= 0) {
			assert_int_equal(m.len, 99);
			continue;
		}
		assert_int_equal(m.target, t[i].target);
		assert_int_equal(m.source, t[i].source);
		assert_int_equal(m.len, len);
		assert_memory_equal(m.data, data, (size_t)len);
	}
}

static void lengths(void **state)
{
	static uint8_t data[BMWFAST_DATA_MAX + 1], buf[BMWFAST_TELEGRAM_MAX];
	static const struct {
		size_t len;
		int size;
		uint8_t head[6];
	} t[] = {
		{ 1, 5, { 0x81, 0x40, 0xf1 } },
		{ 63, 67, { 0xbf, 0x40, 0xf1 } },
		{ 64, 69, { 0x80, 0x40, 0xf1, 0x40 } },
		{ 255, 260, { 0x80, 0x40, 0xf1, 0xff } },
		{ 256, 263, { 0x80, 0x40, 0xf1, 0x00, 0x01, 0x00 } },
		{ 4095, 4102, { 0x80, 0x40, 0xf1, 0x00, 0x0f, 0xff } },
	};
	struct bmwfast m = { .target = 0x40, .source = 0xf1, .data = data }, got;
	(void)state;

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 7);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		size_t head = (size_t)t[i].size - t[i].len - 1;

		m.len = t[i].len;
		assert_int_equal(bmwfast_encode(&m, buf), t[i].size);
		assert_memory_equal(buf, t[i].head, head);
		assert_int_equal(bmwfast_parse(buf, (size_t)t[i].size, &got), t[i].size);
		assert_int_equal(got.len, t[i].len);
		assert_memory_equal(got.data, data, t[i].len);
		assert_int_equal(bmwfast_parse(buf, (size_t)t[i].size - 1, &got), 0);
	}
	m.len = 0;
	assert_int_equal(bmwfast_encode(&m, buf), -EMSGSIZE);
	m.len = 4096;
	assert_int_equal(bmwfast_encode(&m, buf), -EMSGSIZE);
}

/* A stream, with a blank for silence: "40<F1 22F150" for each telegram found. */
static void stream(const char *text, char *got, size_t size, uint64_t *ret_skipped)
{
	static struct bmwfast_framer fr;
	struct bmwfast m;
	nsec_t t = MS(1000);
	size_t len = 0;

	got[0] = '\0';
	bmwfast_framer_init(&fr);
	for (const char *p = text;; p += 2) {
		bool end = !*p;
		uint8_t byte;

		if (end || *p == ' ') {
			t += BMWFAST_SILENCE;
			while (bmwfast_framer_deadline(&fr) <= t) {
				bmwfast_framer_idle(&fr, t);
				if (bmwfast_framer_pop(&fr, &m))
					len += (size_t)snprintf(got + len, size - len, "%02X<%02X %zu; ",
								m.target, m.source, m.len);
			}
		}
		if (end)
			break;
		if (*p == ' ')
			p++;
		assert_int_equal(hex_parse(p, 2, &byte, 1), 1);
		bmwfast_framer_push(&fr, byte, t += MS(1));
		while (bmwfast_framer_pop(&fr, &m))
			len += (size_t)snprintf(got + len, size - len, "%02X<%02X %zu; ", m.target,
						m.source, m.len);
		assert_in_range(len, 0, size - 1);
	}
	*ret_skipped = fr.skipped;
	assert_int_equal(fr.n, fr.used);
}

static void streams(void **state)
{
	static const struct {
		const char *stream, *want;
		uint64_t skipped;
	} t[] = {
		{ "8340F122F15017", "40<F1 3; ", 0 },
		{ "8340F122F150178340F122F15017", "40<F1 3; 40<F1 3; ", 0 },
		{ "000102038340F122F15017", "40<F1 3; ", 4 },
		/* A telegram cut short: the next one is found when what it claims has come ... */
		{ "8340F1228340F122F15017", "40<F1 3; ", 4 },
		/* ... or after silence. */
		{ "BF40F122 8340F122F15017", "40<F1 3; ", 4 },
		{ "BF40F1228340F122F15017", "40<F1 3; ", 4 },
		{ "8340F122F15018", "", 7 },
		{ "80F140000FFF62 8340F122F15017", "40<F1 3; ", 7 },
		{ "8080808080", "", 5 },
		{ "83", "", 1 },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		uint64_t skipped;
		char got[128];

		stream(t[i].stream, got, sizeof(got), &skipped);
		if (strcmp(got, t[i].want) != 0 || skipped != t[i].skipped)
			fail_msg("row %zu: '%s', %u skipped", i, got, (unsigned int)skipped);
	}
}

/* Silence is 100 ms after the last byte, not before. */
static void silence(void **state)
{
	static struct bmwfast_framer fr;
	struct bmwfast m;
	(void)state;

	bmwfast_framer_init(&fr);
	assert_int_equal(bmwfast_framer_deadline(&fr), NSEC_NEVER);
	bmwfast_framer_push(&fr, 0x83, MS(50));
	assert_int_equal(bmwfast_framer_deadline(&fr), MS(150));
	bmwfast_framer_idle(&fr, MS(150) - 1);
	assert_int_equal(fr.skipped, 0);
	bmwfast_framer_idle(&fr, MS(150));
	assert_false(bmwfast_framer_pop(&fr, &m));
	assert_int_equal(fr.skipped, 1);
	assert_int_equal(bmwfast_framer_deadline(&fr), NSEC_NEVER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows),
		cmocka_unit_test(lengths),
		cmocka_unit_test(streams),
		cmocka_unit_test(silence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
