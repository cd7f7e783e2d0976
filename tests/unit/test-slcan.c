/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "proto/slcan-time.h"
#include "proto/slcan.h"
#include "unit.h"

/* Lines as adapters.md 4 has them, and what they say. */
static const struct {
	const char *line;
	uint32_t id;
	unsigned int flags;
	uint8_t len;
	const char *data;
	int stamp;
	bool same;		/* printing it gives the line again */
} good[] = {
	{ "t13054040C10F6C", 0x130, 0, 5, "\x40\x40\xc1\x0f\x6c", -1, true },
	{ "t13054040c10f6c", 0x130, 0, 5, "\x40\x40\xc1\x0f\x6c", -1, false },
	{ "t13054040C10F6CEA5F", 0x130, 0, 5, "\x40\x40\xc1\x0f\x6c", 59999, false },
	{ "t00000000", 0, 0, 0, "", 0, false },
	{ "t7FF0", 0x7ff, 0, 0, "", -1, true },
	{ "t7FF0EA60", 0x7ff, 0, 0, "", -1, false },	/* no minute has that */
	{ "t12381122334455667788", 0x123, 0, 8, "\x11\x22\x33\x44\x55\x66\x77\x88", -1, true },
	{ "T1B00BF7A23003", 0x1b00bf7a, FRAME_EXT, 2, "\x30\x03", -1, true },
	{ "T1FFFFFFF1AA0001", 0x1fffffff, FRAME_EXT, 1, "\xaa", 1, false },
	{ "r1235", 0x123, FRAME_RTR, 5, "", -1, true },
	{ "r12351234", 0x123, FRAME_RTR, 5, "", 0x1234, false },
	{ "R123456780", 0x12345678, FRAME_EXT | FRAME_RTR, 0, "", -1, true },
	{ "d1239000102030405060708090A0B", 0x123, FRAME_FD, 12,
	  "\0\1\2\3\4\5\6\7\10\11\12\13", -1, true },
	{ "b1231FF", 0x123, FRAME_FD | FRAME_BRS, 1, "\xff", -1, true },
	{ "D000000010", 1, FRAME_EXT | FRAME_FD, 0, "", -1, true },
	{ "B0000000110F", 1, FRAME_EXT | FRAME_FD | FRAME_BRS, 1, "\x0f", -1, true },
};

static void frames(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		char text[SLCAN_LINE_MAX];
		struct frame f;
		int stamp, n;

		assert_int_equal(slcan_parse(good[i].line, strlen(good[i].line), &f, &stamp), 0);
		assert_int_equal(f.id, good[i].id);
		assert_int_equal(f.flags, good[i].flags);
		assert_int_equal(f.len, good[i].len);
		if (!(f.flags & FRAME_RTR))
			assert_memory_equal(f.data, good[i].data, f.len);
		assert_int_equal(stamp, good[i].stamp);
		n = slcan_print(&f, text);
		assert_true(n > 1 && text[n - 1] == '\r');
		if (good[i].same) {
			assert_int_equal(n - 1, strlen(good[i].line));
			assert_memory_equal(text, good[i].line, (size_t)n - 1);
		}
	}
}

static const char *const bad[] = {
	"", "t", "t1", "t123", "t1239", "t123A", "t12X0", "t1232AAB", "t1232AABBC", "t1232AABB000",
	"t1232AABB00000", "t1232AAGB", "t8000", "T200000000", "T1B00BF7A", "r1239", "r12351",
	"t 1230", "t1230 ", "t+120", "t12-0", "d123F00", "x1230", "p1230", "t1302AABBt1302AABB",
	"ttttttttt", "b123",
};

static void bad_frames(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct frame f = { .id = 77 };
		int stamp = 5;

		if (slcan_parse(bad[i], strlen(bad[i]), &f, &stamp) != -EINVAL)
			fail_msg("'%s' is a frame", bad[i]);
		assert_int_equal(f.id, 77);
		assert_int_equal(stamp, 5);
	}
}

/* Of a frame that lost one character anywhere nothing is left. */
static void one_lost(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		for (size_t k = 0; k < strlen(good[i].line); k++) {
			char cut[SLCAN_LINE_MAX];
			struct frame f;
			int stamp;

			snprintf(cut, sizeof(cut), "%.*s%s", (int)k, good[i].line, good[i].line + k + 1);
			assert_int_equal(slcan_parse(cut, strlen(cut), &f, &stamp), -EINVAL);
		}
}

/* A letter for each event: A ack, s sent, N nack, f frame, F flags, t text, d damaged. */
static void reads(const char *in, size_t n, const char *want)
{
	static const char letters[] = "AsNfFtd";
	struct slcan_event e;
	struct slcan_reader rd;
	char got[512];
	size_t k = 0;

	slcan_reader_init(&rd);
	for (size_t i = 0; i < n; i++)
		if (slcan_push(&rd, in[i], &e))
			got[k++] = letters[e.kind];
	got[k] = '\0';
	assert_string_equal(got, want);
}

static void stream(void **state)
{
	static const struct {
		const char *in, *want;
	} t[] = {
		{ "\r\r\r\r", "AAAA" },
		{ "\a", "N" },
		{ "z\rZ\r", "ss" },
		{ "F00\rFA8\r", "FF" },
		{ "V1013\rN4242\rv0107\r", "ttt" },
		{ "CANable, anything\r", "d" },
		{ "t1230\r\nt1230\r\n", "ff" },
		{ "t1230\rt12\at1230\r", "fNf" },	/* the half line is gone, and counted */
		{ "230\rt1230\r", "df" },		/* began in the middle of a line */
		{ "t1230t1230\rt1230\r", "df" },	/* a CR is lost */
		{ "sb000000\rsa000000\re1a\re1X\r", "ftfd" },
		/* As the first is, all are; eight others in a row say otherwise. */
		{ "t1230\rt12300001\rt1230\r", "fdf" },
		{ "t12300001\rt1230\rt12300002\r", "fdf" },
		{ "t1230\rt12300001\rt12300001\rt12300001\rt12300001\rt12300001\rt12300001\r"
		  "t12300001\rt12300001\rt1230\r", "fdddddddfd" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		reads(t[i].in, strlen(t[i].in), t[i].want);
	reads("t\0" "12\0\0" "30\0\r", 10, "f");
}

static void endless(void **state)
{
	struct slcan_event e;
	struct slcan_reader rd;
	int n = 0;

	(void)state;
	slcan_reader_init(&rd);
	for (size_t i = 0; i < 100000; i++)
		n += slcan_push(&rd, 't', &e);
	assert_int_equal(n, 0);
	assert_int_equal(slcan_push(&rd, '\r', &e), 1);
	assert_int_equal(e.kind, SLCAN_DAMAGED);
	assert_int_equal(rd.damaged, 1);
	for (const char *p = "t1230\r"; *p; p++)
		n = slcan_push(&rd, *p, &e);
	assert_int_equal(n, 1);
	assert_int_equal(e.kind, SLCAN_FRAME);
}

static void no_words(void **state)
{
	static const struct {
		struct frame f;
		int want;
	} t[] = {
		{ { .flags = FRAME_ERR, .len = 8 }, -EINVAL },
		{ { .flags = FRAME_LOST, .id = 3 }, -EINVAL },
		{ { .flags = FRAME_FD | FRAME_RTR }, -EINVAL },
		{ { .len = 9 }, -EMSGSIZE },
		{ { .len = 12 }, -EMSGSIZE },
		{ { .flags = FRAME_FD, .len = 9 }, -EMSGSIZE },
		{ { .flags = FRAME_FD, .len = 65 }, -EMSGSIZE },
	};
	char text[SLCAN_LINE_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		assert_int_equal(slcan_print(&t[i].f, text), t[i].want);
}

static void rates(void **state)
{
	(void)state;
	assert_int_equal(slcan_rate(100000, false), 3);
	assert_int_equal(slcan_rate(500000, false), 6);
	assert_int_equal(slcan_rate(1000000, true), 8);
	assert_int_equal(slcan_rate(800000, false), 7);
	assert_int_equal(slcan_rate(800000, true), -ERANGE);
	assert_int_equal(slcan_rate(750000, true), 7);
	assert_int_equal(slcan_rate(750000, false), -ERANGE);
	assert_int_equal(slcan_rate(83333, false), -ERANGE);
	assert_int_equal(slcan_data_rate(2000000), 2);
	assert_int_equal(slcan_data_rate(5000000), 5);
	assert_int_equal(slcan_data_rate(4000000), -ERANGE);
}

#define MS(n) ((n) * NSEC_PER_MSEC)

/* Rows: the adapter's time, when it came, and when it was; ms. */
static void times(void **state)
{
	static const struct {
		int stamp;
		int came, want;
	} t[] = {
		{ 59000, 1000, 1000 },
		{ 59100, 1103, 1100 },	/* 3 ms late */
		{ 59200, 1240, 1200 },
		{ 59900, 1900, 1900 },
		{ 100, 2101, 2100 },	/* the minute was over */
		{ 100, 2101, 2100 },
		{ 110, 2109, 2109 },	/* came sooner: our picture was late by 1 ms */
		{ 120, 2130, 2119 },
		{ 120, 182130, 182119 },	/* three minutes of silence */
		{ -1, 182200, 182200 },
		{ 220, 182300, 182219 },
		{ 7, 182400, 182400 },	/* it began anew */
		{ 17, 182411, 182410 },
	};
	struct slcan_time st;

	(void)state;
	slcan_time_init(&st);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		nsec_t at = slcan_time_of(&st, t[i].stamp, MS(t[i].came));

		/* 100 ppm of three minutes are 18 ms. */
		assert_true(at <= MS(t[i].came));
		assert_in_range(at, MS(t[i].want), MS(t[i].want) + (t[i].came > 100000 ? MS(18) : MS(1)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames),   cmocka_unit_test(bad_frames), cmocka_unit_test(one_lost),
		cmocka_unit_test(stream),   cmocka_unit_test(endless),	  cmocka_unit_test(no_words),
		cmocka_unit_test(rates),    cmocka_unit_test(times),
	};

	return cmocka_run_group_tests_name("slcan", tests, NULL, NULL);
}
