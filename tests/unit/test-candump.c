/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "link/candump.h"
#include "unit.h"

static const struct {
	const char *text;
	const char *written; /* NULL: the same */
	uint32_t id;
	unsigned int flags, len;
	uint8_t data[12]; /* the first of them */
} good[] = {
	{ "123#", NULL, 0x123, 0, 0, { 0 } },
	{ "123#DEADBEEF", NULL, 0x123, 0, 4, { 0xde, 0xad, 0xbe, 0xef } },
	{ "123#deadbeef", "123#DEADBEEF", 0x123, 0, 4, { 0xde, 0xad, 0xbe, 0xef } },
	{ "7FF#11.22.33", "7FF#112233", 0x7ff, 0, 3, { 0x11, 0x22, 0x33 } },
	{ "123#1122.3344", "123#11223344", 0x123, 0, 4, { 0x11, 0x22, 0x33, 0x44 } },
	{ "000#0102030405060708", NULL, 0, 0, 8, { 1, 2, 3, 4, 5, 6, 7, 8 } },
	{ "123#0102030405060708_E",
	  "123#0102030405060708",
	  0x123,
	  0,
	  8,
	  { 1, 2, 3, 4, 5, 6, 7, 8 } },
	{ "00000123#01", NULL, 0x123, FRAME_EXT, 1, { 1 } },
	{ "1FFFFFFF#", NULL, 0x1fffffff, FRAME_EXT, 0, { 0 } },
	{ "1B00BF7A#3003", NULL, 0x1b00bf7a, FRAME_EXT, 2, { 0x30, 3 } },
	{ "123#R", NULL, 0x123, FRAME_RTR, 0, { 0 } },
	{ "123#R0", "123#R", 0x123, FRAME_RTR, 0, { 0 } },
	{ "123#R5", NULL, 0x123, FRAME_RTR, 5, { 0 } },
	{ "12345678#r8", "12345678#R8", 0x12345678, FRAME_EXT | FRAME_RTR, 8, { 0 } },
	{ "123#R8_A", "123#R8", 0x123, FRAME_RTR, 8, { 0 } },
	{ "123##0", NULL, 0x123, FRAME_FD, 0, { 0 } },
	{ "123##1DEADBEEF",
	  NULL,
	  0x123,
	  FRAME_FD | FRAME_BRS,
	  4,
	  { 0xde, 0xad, 0xbe, 0xef } },
	{ "123##201", NULL, 0x123, FRAME_FD | FRAME_ESI, 1, { 1 } },
	{ "123##301", NULL, 0x123, FRAME_FD | FRAME_BRS | FRAME_ESI, 1, { 1 } },
	{ "123##501", "123##101", 0x123, FRAME_FD | FRAME_BRS, 1, { 1 } },
	{ "123##7", "123##3", 0x123, FRAME_FD | FRAME_BRS | FRAME_ESI, 0, { 0 } },
	{ "123##0010203040506070809",
	  NULL,
	  0x123,
	  FRAME_FD,
	  9,
	  { 1, 2, 3, 4, 5, 6, 7, 8, 9 } },
	{ "20000040#0000000000000000", NULL, 0x40, FRAME_ERR, 8, { 0 } },
	{ "20000004#0001000000000000", NULL, 4, FRAME_ERR, 8, { 0, 1 } },
	{ "3FFFFFFF#", NULL, 0x1fffffff, FRAME_ERR, 0, { 0 } },
};

static void frames(void **state)
{
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		const char *written = good[i].written ? good[i].written : good[i].text;
		char buf[CANDUMP_FRAME_MAX];
		struct frame f;
		size_t n;

		assert_int_equal(
			candump_parse_frame(good[i].text, strlen(good[i].text), &f, NULL),
			0);
		assert_int_equal(f.id, good[i].id);
		assert_int_equal(f.flags, good[i].flags);
		assert_int_equal(f.len, good[i].len);
		assert_memory_equal(f.data, good[i].data, sizeof(good[i].data));
		assert_int_equal(f.t, NSEC_NEVER);
		assert_null(f.bus);

		n = candump_put_frame(buf, &f);
		assert_int_equal(n, strlen(written));
		assert_memory_equal(buf, written, n);
	}
}

/* What is no frame, and the column where that is seen. */
static const struct {
	const char *text;
	size_t column;
} bad[] = {
	{ "", 1 },
	{ "#", 1 },
	{ "12#", 3 },
	{ "1234#", 5 },
	{ "1234567#", 8 },
	{ "123456789#", 9 },
	{ "12G#", 3 },
	{ "123", 4 },
	{ "12345678", 9 },
	{ "800#", 1 }, /* over 11 bits */
	{ "40000000#", 1 },
	{ "FFFFFFFF#", 1 },
	{ "123#1", 6 },
	{ "123#112", 8 },
	{ "123#1G", 6 },
	{ "123#G", 5 },
	{ "123#.11", 5 },
	{ "123#11..22", 8 },
	{ "123#11 22", 7 },
	{ "123#1.1", 6 },
	{ "123#010203040506070809", 21 }, /* 9 bytes, classic */
	{ "123#0102030405060708_8", 22 },
	{ "123#0102030405060708_", 22 },
	{ "123#01_9", 7 },
	{ "123#R9", 6 },
	{ "123#RG", 6 },
	{ "123#R51", 7 },
	{ "123##", 6 },
	{ "123##8", 6 },
	{ "123##G", 6 },
	{ "123##01", 8 },
	{ "123###", 6 },
	{ "20000040#R", 10 },
	{ "20000040##0", 11 },
	{ " 123#", 1 },
	{ "123# ", 5 },
};

static void no_frames(void **state)
{
	char data[140] = "123##0";
	struct frame f = { .id = 4711 };
	size_t column;
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		column = 0;
		assert_int_equal(candump_parse_frame(bad[i].text, strlen(bad[i].text), &f,
						     &column),
				 -EINVAL);
		assert_int_equal(column, bad[i].column);
		assert_int_equal(f.id, 4711);
	}

	/* 65 bytes of FD; 64 are fine. */
	memset(data + 6, '0', 130);
	assert_int_equal(candump_parse_frame(data, 6 + 130, &f, &column), -EINVAL);
	assert_int_equal(column, 6 + 129);
	assert_int_equal(candump_parse_frame(data, 6 + 128, &f, &column), 0);
	assert_int_equal(f.len, 64);
}

/* The text ends where LEN says, whatever stands behind it. */
static void length_is_obeyed(void **state)
{
	struct frame f;
	(void)state;

	assert_int_equal(candump_parse_frame("123#1122", 6, &f, NULL), 0);
	assert_int_equal(f.len, 1);
	assert_int_equal(candump_parse_frame("123#1122", 7, &f, NULL), -EINVAL);
	assert_int_equal(candump_parse_frame("123#R5", 5, &f, NULL), 0);
	assert_int_equal(f.len, 0);
	assert_int_equal(candump_parse_frame("123#11\0", 7, &f, NULL), -EINVAL);
}

static void not_written(void **state)
{
	struct frame f = { .id = 3, .flags = FRAME_LOST };
	char buf[CANDUMP_LINE_MAX];
	(void)state;

	assert_int_equal(candump_put_frame(buf, &f), 0);
	assert_int_equal(candump_put_line(buf, &f, CANDUMP_DIRECTION), 0);
}

/* Exact K-bus bytes have lengths that classic CAN has not: they are written as FD. */
static void long_without_fd(void **state)
{
	struct frame f = { .id = 0x1bd08054, .flags = FRAME_EXT, .len = 9 };
	char buf[CANDUMP_FRAME_MAX];
	(void)state;

	assert_int_equal(candump_put_frame(buf, &f), 29);
	assert_memory_equal(buf, "1BD08054##0000000000000000000", 29);
}

static const struct {
	const char *line;
	const char *bus;
	const char *frame;
	nsec_t t;
	unsigned int flags;
} lines[] = {
	{ "(1436509052.249713) vcan0 044#2A366C2BBA", "vcan0", "044#2A366C2BBA",
	  1436509052249713000, 0 },
	{ "(0.000000001) can0 123#", "can0", "123#", 1, 0 },
	{ "(1.5) can0 123#", "can0", "123#", 1500000000, 0 },
	{ "(0.1) c 123#", "c", "123#", 100000000, 0 },
	{ "(00001.50) can0 123#", "can0", "123#", 1500000000, 0 },
	{ "(9223372035.999999999) can0 123#", "can0", "123#", 9223372035999999999, 0 },
	{ "(1.000000) can0 123#R", "can0", "123#R", 1000000000, FRAME_RTR },
	{ "(1.000000) can0 123#R R", "can0", "123#R", 1000000000, FRAME_RTR },
	{ "(1.000000) can0 123#01 R", "can0", "123#01", 1000000000, 0 },
	{ "(1.000000) can0 123#01 T", "can0", "123#01", 1000000000, FRAME_TX },
	{ "(1.000000) can0 123#01 RX", "can0", "123#01", 1000000000, 0 },
	{ "(1.000000) can0 123#01 TX", "can0", "123#01", 1000000000, FRAME_TX },
	{ "(1.000000) can0 123##101 T", "can0", "123##101", 1000000000,
	  FRAME_FD | FRAME_BRS | FRAME_TX },
	{ "(1.000000) can0 123#01\r", "can0", "123#01", 1000000000, 0 },
	{ "(1.000000) can0 123#01 T\r", "can0", "123#01", 1000000000, FRAME_TX },
	{ "  (1.0)\tcan0   123#01  T  ", "can0", "123#01", 1000000000, FRAME_TX },
	{ "(1.000000) sim:r53 1B00BF7A#3003", "sim:r53", "1B00BF7A#3003", 1000000000,
	  FRAME_EXT },
};

static void log_lines(void **state)
{
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		char buf[CANDUMP_FRAME_MAX];
		size_t bus, bus_len, n;
		struct frame f;

		assert_int_equal(candump_parse_line(lines[i].line, strlen(lines[i].line),
						    &f, &bus, &bus_len, NULL),
				 0);
		assert_int_equal(f.t, lines[i].t);
		assert_int_equal(f.flags, lines[i].flags);
		assert_int_equal(bus_len, strlen(lines[i].bus));
		assert_memory_equal(lines[i].line + bus, lines[i].bus, bus_len);
		n = candump_put_frame(buf, &f);
		assert_int_equal(n, strlen(lines[i].frame));
		assert_memory_equal(buf, lines[i].frame, n);
	}
}

static void no_log_lines(void **state)
{
	static const struct {
		const char *line;
		size_t column;
	} t[] = {
		{ "", 1 },
		{ "can0 123#", 1 },
		{ "123#", 1 },
		{ "(1436509052.249713 can0 123#", 19 },
		{ "(1.) can0 123#", 4 },
		{ "(.5) can0 123#", 2 },
		{ "(1) can0 123#", 3 },
		{ "(-1.0) can0 123#", 2 },
		{ "(1.0000000001) can0 123#", 13 }, /* ten decimals */
		{ "(9223372036.000000) can0 123#", 11 },
		{ "(99999999999999999999.0) can0 123#", 11 },
		{ "(1.0)can0 123#", 6 },
		{ "(1.0) can0", 11 },
		{ "(1.0) can0 ", 12 },
		{ "(1.0) 123#", 11 },
		{ "(1.0)", 6 },
		{ "(1.0) can0 12#", 14 },
		{ "(1.0) can0 123#1", 17 },
		{ "(1.0) can0 123#11 X", 19 },
		{ "(1.0) can0 123#11 T R", 21 },
		{ "(1.0) can0 123#11 TXX", 21 },
		{ "(1.0) can0 123#11T", 18 },
		{ "(1.0) c\x01n0 123#11", 8 },
		{ "(1.0) 12345678901234567890123456789012345678901234567890123456789012345 123#",
		  71 },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct frame f = { .id = 4711 };
		size_t bus, bus_len, column = 0;

		assert_int_equal(candump_parse_line(t[i].line, strlen(t[i].line), &f,
						    &bus, &bus_len, &column),
				 -EINVAL);
		assert_int_equal(column, t[i].column);
		assert_int_equal(f.id, 4711);
	}
}

static void written_lines(void **state)
{
	static const struct {
		nsec_t t;
		const char *bus;
		unsigned int flags, style;
		const char *line;
	} t[] = {
		{ 1436509052249713999, "vcan0", 0, 0,
		  "(1436509052.249713) vcan0 123#11\n" },
		{ 1436509052249713999, "vcan0", 0, CANDUMP_NSEC,
		  "(1436509052.249713999) vcan0 123#11\n" },
		{ 1000, "c", 0, CANDUMP_DIRECTION, "(0.000001) c 123#11 R\n" },
		{ 0, "c", FRAME_TX, CANDUMP_DIRECTION, "(0.000000) c 123#11 T\n" },
		{ 0, "c", FRAME_TX, 0, "(0.000000) c 123#11\n" },
		{ NSEC_NEVER, NULL, 0, 0, "(0.000000) - 123#11\n" },
		{ -5, "", 0, 0, "(0.000000) - 123#11\n" },
		{ 0, "a b\x01\x7f\xc3", 0, 0, "(0.000000) a_b___ 123#11\n" },
		{ 0, "12345678901234567890123456789012345678901234567890123456789012345",
		  0, 0,
		  "(0.000000) 1234567890123456789012345678901234567890123456789012345678901234 "
		  "123#11\n" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct frame f = {
			.t = t[i].t,
			.bus = t[i].bus,
			.id = 0x123,
			.flags = (uint8_t)t[i].flags,
			.len = 1,
			.data = { 0x11 },
		};
		char buf[CANDUMP_LINE_MAX];
		size_t n = candump_put_line(buf, &f, t[i].style);

		assert_int_equal(n, strlen(t[i].line));
		assert_memory_equal(buf, t[i].line, n);
	}
}

static void longest_line(void **state)
{
	struct frame f = {
		.t = NSEC_NEVER - 1,
		.bus = "1234567890123456789012345678901234567890123456789012345678901234",
		.id = FRAME_EFF_MASK,
		.flags = FRAME_EXT | FRAME_FD | FRAME_TX,
		.len = 64,
	};
	char buf[CANDUMP_LINE_MAX];
	size_t n = candump_put_line(buf, &f, CANDUMP_DIRECTION | CANDUMP_NSEC);
	(void)state;

	/* "(9223372036.854775806) ", bus, blank, "1FFFFFFF##0", data, " T\n" */
	assert_int_equal(n, 23 + 64 + 1 + 11 + 128 + 3);
	assert_true(n <= sizeof(buf));
}

static void error_words(void **state)
{
	static const struct {
		const char *frame;
		const char *word;
	} t[] = {
		{ "20000040#0000000000000000", "bus-off" },
		{ "20000060#0000000000000000", "bus-off" },
		{ "20000020#0000000000000000", "no-ack" },
		{ "20000004#0001000000000000", "rx-overflow" },
		{ "20000004#0002000000000000", "tx-overflow" },
		{ "20000004#0004000000000000", "error-warning" },
		{ "20000004#0020000000000000", "error-passive" },
		{ "20000004#0040000000000000", "error-active" },
		{ "20000004#0000000000000000", "controller" },
		{ "20000004#", "controller" },
		{ "20000001#0000000000000000", "tx-timeout" },
		{ "20000002#0000000000000000", "arbitration-lost" },
		{ "20000008#0000000000000000", "protocol" },
		{ "20000010#0000000000000000", "transceiver" },
		{ "20000080#0000000000000000", "bus-error" },
		{ "20000100#0000000000000000", "restarted" },
		{ "20000000#0000000000000000", "unknown" },
		{ "20000088#0000000000000000", "protocol" },
	};
	struct frame f;
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		assert_int_equal(
			candump_parse_frame(t[i].frame, strlen(t[i].frame), &f, NULL), 0);
		assert_string_equal(frame_error_word(&f), t[i].word);
		assert_non_null(frame_error_text(t[i].word));
	}
	/* The other states of a controller (canif.h). */
	assert_string_equal(frame_error_text("stopped"), "the interface is down");
	assert_string_equal(frame_error_text("sleeping"), "the controller sleeps");
	assert_null(frame_error_text("bus"));
}

static void fd_lengths(void **state)
{
	static const struct {
		size_t from, to, len;
	} t[] = {
		{ 9, 12, 12 },	{ 13, 16, 16 }, { 17, 20, 20 }, { 21, 24, 24 },
		{ 25, 32, 32 }, { 33, 48, 48 }, { 49, 64, 64 },
	};
	(void)state;

	for (size_t len = 0; len <= 8; len++)
		assert_int_equal(frame_fd_len(len), len);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		for (size_t len = t[i].from; len <= t[i].to; len++)
			assert_int_equal(frame_fd_len(len), t[i].len);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames),	    cmocka_unit_test(no_frames),
		cmocka_unit_test(length_is_obeyed), cmocka_unit_test(not_written),
		cmocka_unit_test(long_without_fd),  cmocka_unit_test(log_lines),
		cmocka_unit_test(no_log_lines),	    cmocka_unit_test(written_lines),
		cmocka_unit_test(longest_line),	    cmocka_unit_test(error_words),
		cmocka_unit_test(fd_lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
