/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isotp-station.h"

/* The form of each frame, sent and heard: can.md 2.1, 4 and ISO 15765-2:2016. */

/* BMW: tester 6F1 with module ECU; frames of 8 bytes, filled with 00 (can.md 2.1). */
static void open_tester(struct station *s, uint8_t ecu)
{
	struct isotp_config c = isotp_config(ISOTP_EXTENDED, 8, 4095);

	c.address.rx_id = 0x600u + ecu;
	c.address.tx_ae = ecu;
	c.pad = true;
	station_open(s, &c);
}

/* The exchanges of can.md 2.1; what it leaves out ("..") is filled in. */
static void exchanges_of_bmw(void **state)
{
	struct station s;
	(void)state;

	open_tester(&s, 0x72);
	ask(&s, "301601", 0);
	assert_int_equal(sends(&s, 0, "6F1#7203301601000000"), ISOTP_SENT);
	assert_int_equal(hears(&s, 10 * MS, "672#F11010701601AAAB"), ISOTP_STARTED);
	assert_int_equal(sends(&s, 10 * MS, "6F1#7230000000000000"), ISOTP_NONE);
	assert_int_equal(hears(&s, 11 * MS, "672#F121010203040506"), ISOTP_NONE);
	assert_int_equal(hears(&s, 12 * MS, "672#F1220708090A0BFF"), ISOTP_MESSAGE);
	has_message(&s, "701601AAAB0102030405060708090A0B");
	station_close(&s);

	open_tester(&s, 0x07);
	ask(&s, "22DD68", 0);
	assert_int_equal(sends(&s, 0, "6F1#070322DD68000000"), ISOTP_SENT);
	assert_int_equal(hears(&s, 5 * MS, "607#F10562DD68938800"), ISOTP_MESSAGE);
	has_message(&s, "62DD689388");
	station_close(&s);
}

/* can.md 2.1: BS 15 and STmin 2 ms of a BMW tester (18 30 0F 02), WAIT of module 78. */
static void flow_control_of_bmw(void **state)
{
	struct isotp_config c = isotp_config(ISOTP_EXTENDED, 8, 4095);
	struct station s;
	(void)state;

	c.address.rx_id = 0x618;
	c.address.tx_ae = 0x18;
	c.bs = 15;
	c.st_min = 2;
	station_open(&s, &c);
	assert_int_equal(hears(&s, 0, "618#F1101462F1900102"), ISOTP_STARTED);
	assert_int_equal(sends(&s, 0, "6F1#18300F02"), ISOTP_NONE);
	station_close(&s);

	open_tester(&s, 0x78);
	ask(&s, "3102030405060708", 0);
	assert_int_equal(sends(&s, 0, "6F1#7810083102030405"), ISOTP_NONE);
	assert_int_equal(hears(&s, 5 * MS, "678#F1310000"), ISOTP_NONE);
	assert_int_equal(sends(&s, 6 * MS, NULL), ISOTP_NONE);
	assert_int_equal(hears(&s, 40 * MS, "678#F1300000"), ISOTP_NONE);
	assert_int_equal(sends(&s, 40 * MS, "6F1#7821060708000000"), ISOTP_SENT);
	station_close(&s);
}

static uint8_t counting[65536];

/* The first frame of a message of LEN bytes 00 01 02 .., filled up as FD needs only. */
static void first_frames(void **state)
{
	static const struct {
		enum isotp_addressing kind;
		uint8_t tx_dl;
		size_t len;
		const char *frame;
	} t[] = {
		{ ISOTP_NORMAL, 8, 1, "6F1#0100" },
		{ ISOTP_NORMAL, 8, 6, "6F1#06000102030405" },
		{ ISOTP_NORMAL, 8, 7, "6F1#0700010203040506" },
		{ ISOTP_NORMAL, 8, 8, "6F1#1008000102030405" },
		{ ISOTP_NORMAL, 8, 4095, "6F1#1FFF000102030405" },
		{ ISOTP_NORMAL, 8, 4096, "6F1#1000000010000001" },
		{ ISOTP_NORMAL, 8, 65536, "6F1#1000000100000001" },
		{ ISOTP_EXTENDED, 8, 5, "6F1#12050001020304" },
		{ ISOTP_EXTENDED, 8, 6, "6F1#1206000102030405" },
		{ ISOTP_EXTENDED, 8, 7, "6F1#1210070001020304" },
		{ ISOTP_EXTENDED, 8, 4095, "6F1#121FFF0001020304" },
		{ ISOTP_EXTENDED, 8, 4096, "6F1#1210000000100000" },
		{ ISOTP_MIXED, 8, 6, "6F1#1206000102030405" },
		{ ISOTP_MIXED, 8, 7, "6F1#1210070001020304" },
		{ ISOTP_NORMAL, 12, 7, "6F1##00700010203040506" },
		{ ISOTP_NORMAL, 12, 8, "6F1##0000800010203040506070000" },
		{ ISOTP_NORMAL, 12, 10, "6F1##0000A00010203040506070809" },
		{ ISOTP_NORMAL, 12, 11, "6F1##0100B00010203040506070809" },
		{ ISOTP_EXTENDED, 12, 6, "6F1##01206000102030405" },
		{ ISOTP_EXTENDED, 12, 7, "6F1##0120007000102030405060000" },
		{ ISOTP_EXTENDED, 12, 9, "6F1##0120009000102030405060708" },
		{ ISOTP_EXTENDED, 12, 10, "6F1##012100A000102030405060708" },
		{ ISOTP_NORMAL, 16, 14, "6F1##0000E000102030405060708090A0B0C0D" },
		{ ISOTP_NORMAL, 16, 15, "6F1##0100F000102030405060708090A0B0C0D" },
		{ ISOTP_NORMAL, 12, 4096, "6F1##0100000001000000102030405" },
	};
	char text[CANDUMP_FRAME_MAX + 1];
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct isotp_config c = isotp_config(t[i].kind, t[i].tx_dl, 1);
		struct station s;
		struct frame f;

		station_open(&s, &c);
		assert_int_equal(isotp_send(&s.tp, counting, t[i].len, 0), 0);
		assert_true(isotp_get(&s.tp, 0, &f));
		text[candump_put_frame(text, &f)] = '\0';
		assert_string_equal(text, t[i].frame);
		station_close(&s);
	}
}

/* The largest single frame, and the first frame after it, of every length of FD frames. */
static void every_tx_dl(void **state)
{
	static const uint8_t dl[] = { 12, 16, 20, 24, 32, 48, 64 };
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(dl); i++)
		for (size_t ae = 0; ae < 2; ae++) {
			struct isotp_config c =
				isotp_config(ae ? ISOTP_MIXED : ISOTP_NORMAL, dl[i], 1);
			size_t single = dl[i] - 2u - ae;
			struct station s;
			struct frame f;

			c.brs = true;
			station_open(&s, &c);
			assert_int_equal(isotp_send(&s.tp, counting, single, 0), 0);
			assert_true(isotp_get(&s.tp, 0, &f));
			assert_int_equal(f.flags, FRAME_FD | FRAME_BRS);
			assert_int_equal(f.len, dl[i]);
			assert_int_equal(f.data[ae], 0);
			assert_int_equal(f.data[ae + 1], single);
			assert_memory_equal(f.data + ae + 2, counting, single);
			assert_int_equal(isotp_put(&s.tp, 0), ISOTP_SENT);

			assert_int_equal(isotp_send(&s.tp, counting, single + 1, 0), 0);
			assert_true(isotp_get(&s.tp, 0, &f));
			assert_int_equal(f.len, dl[i]);
			assert_int_equal(f.data[ae], 0x10);
			assert_int_equal(f.data[ae + 1], single + 1);
			assert_int_equal(isotp_put(&s.tp, 0), ISOTP_NONE);
			station_close(&s);
		}
}

static void padding(void **state)
{
	struct isotp_config c = isotp_config(ISOTP_NORMAL, 12, 100);
	struct station s;
	(void)state;

	c.pad = true;
	c.pad_with = 0xcc;
	station_open(&s, &c);
	ask(&s, "3E00", 0);
	assert_int_equal(sends(&s, 0, "6F1##0023E00CCCCCCCCCC"), ISOTP_SENT);
	ask(&s, "0102030405060708", 0);
	assert_int_equal(sends(&s, 0, "6F1##000080102030405060708CCCC"), ISOTP_SENT);
	ask(&s, "0102030405060708090A0B0C", 0);
	assert_int_equal(sends(&s, 0, "6F1##0100C0102030405060708090A"), ISOTP_NONE);
	assert_int_equal(hears(&s, 0, "612#300000FFFFFFFFFF"), ISOTP_NONE);
	assert_int_equal(sends(&s, 0, "6F1##0210B0CCCCCCCCCCC"), ISOTP_SENT);
	assert_int_equal(hears(&s, 0, "612##0100B0102030405060708090A"), ISOTP_STARTED);
	assert_int_equal(sends(&s, 0, "6F1##0300000CCCCCCCCCC"), ISOTP_NONE);
	assert_int_equal(hears(&s, 0, "612##0210BFFFFFFFFFFFF"), ISOTP_MESSAGE);
	has_message(&s, "0102030405060708090A0B");
	station_close(&s);
}

/* Frames that a station has to leave alone: no event, nothing to send. */
static void ignored(void **state)
{
	static const struct {
		enum isotp_addressing kind;
		const char *frame;
	} t[] = {
		/* not for us */
		{ ISOTP_NORMAL, "613#0101" },
		{ ISOTP_NORMAL, "6F1#0101" },
		{ ISOTP_NORMAL, "00000612#0101" },
		{ ISOTP_NORMAL, "612#R2" },
		{ ISOTP_NORMAL, "20000612#0101000000000000" },
		{ ISOTP_EXTENDED, "612#F20101" },
		{ ISOTP_EXTENDED, "612#120101" },
		{ ISOTP_MIXED, "612#F10101" },
		{ ISOTP_EXTENDED, "612#" },
		{ ISOTP_EXTENDED, "612#F1" },
		/* SF_DL of 0, or more than there is */
		{ ISOTP_NORMAL, "612#" },
		{ ISOTP_NORMAL, "612#00" },
		{ ISOTP_NORMAL, "612#0001020304050607" },
		{ ISOTP_NORMAL, "612#01" },
		{ ISOTP_NORMAL, "612#0801020304050607" },
		{ ISOTP_NORMAL, "612#03AABB" },
		{ ISOTP_EXTENDED, "612#F107010203040506" },
		/* FD: not escaped; a length of classic frames; more than there is */
		{ ISOTP_NORMAL, "612##0070A010203040506070809AA" },
		{ ISOTP_NORMAL, "612##00007010203040506070809AA" },
		{ ISOTP_NORMAL, "612##0000B010203040506070809AA" },
		{ ISOTP_EXTENDED, "612##0F10006010203040506070809" },
		{ ISOTP_EXTENDED, "612##0F1000A010203040506070809" },
		/* FF: short frame; FF_DL below its least; escape without need */
		{ ISOTP_NORMAL, "612#10080102030405" },
		{ ISOTP_NORMAL, "612#1007010203040506" },
		{ ISOTP_NORMAL, "612#1001010203040506" },
		{ ISOTP_EXTENDED, "612#F110060102030405" },
		{ ISOTP_NORMAL, "612##0100A0102030405060708090A" },
		{ ISOTP_EXTENDED, "612##0F110090102030405060708AA" },
		{ ISOTP_NORMAL, "612#1000000000000102" },
		{ ISOTP_NORMAL, "612#1000000000080102" },
		{ ISOTP_NORMAL, "612#100000000FFF0102" },
		{ ISOTP_EXTENDED, "612#F11000000000FFAA" },
		/* not awaited, or not known */
		{ ISOTP_NORMAL, "612#2101020304050607" },
		{ ISOTP_NORMAL, "612#300000" },
		{ ISOTP_NORMAL, "612#320000" },
		{ ISOTP_NORMAL, "612#3F0000" },
		{ ISOTP_NORMAL, "612#4001020304050607" },
		{ ISOTP_NORMAL, "612#F001020304050607" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct isotp_config c = isotp_config(t[i].kind, 8, 100);
		struct station s;

		station_open(&s, &c);
		if (hears(&s, 0, t[i].frame) != ISOTP_NONE)
			fail_msg("not ignored: %s", t[i].frame);
		sends(&s, 0, NULL);
		assert_int_equal(isotp_next(&s.tp), NSEC_NEVER);
		station_close(&s);
	}
}

/* A frame over 8 bytes that is not FD, and one of a length FD does not have. */
static void no_can_frames(void **state)
{
	struct isotp_config c = isotp_config(ISOTP_NORMAL, 64, 100);
	struct frame f = can_frame("612##0000A0102030405060708090A");
	struct station s;
	(void)state;

	station_open(&s, &c);
	f.flags = 0;
	assert_int_equal(isotp_hear(&s.tp, &f, 0), ISOTP_NONE);
	f.flags = FRAME_FD;
	assert_int_equal(isotp_hear(&s.tp, &f, 0), ISOTP_MESSAGE);
	f.len = 11;
	f.data[1] = 9;
	assert_int_equal(isotp_hear(&s.tp, &f, 0), ISOTP_NONE);
	f = can_frame("612#0155");
	f.flags = FRAME_TX;
	assert_int_equal(isotp_hear(&s.tp, &f, 0), ISOTP_NONE);
	station_close(&s);
}

/* Shortest forms that are good, and padding of any value. */
static void accepted(void **state)
{
	static const struct {
		enum isotp_addressing kind;
		const char *frame, *message;
	} t[] = {
		{ ISOTP_NORMAL, "612#0155", "55" },
		{ ISOTP_NORMAL, "612#0155FF00AA", "55" },
		{ ISOTP_NORMAL, "612#0701020304050607", "01020304050607" },
		{ ISOTP_NORMAL, "612##00155", "55" },
		{ ISOTP_EXTENDED, "612#F10155", "55" },
		{ ISOTP_EXTENDED, "612#F106010203040506", "010203040506" },
		{ ISOTP_MIXED, "612#1206010203040506", "010203040506" },
		{ ISOTP_NORMAL, "612##000080102030405060708AABB", "0102030405060708" },
		{ ISOTP_EXTENDED, "612##0F1000701020304050607AABB", "01020304050607" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct isotp_config c = isotp_config(t[i].kind, 8, 100);
		struct station s;

		station_open(&s, &c);
		assert_int_equal(hears(&s, 0, t[i].frame), ISOTP_MESSAGE);
		has_message(&s, t[i].message);
		assert_int_equal(isotp_next(&s.tp), NSEC_NEVER);
		station_close(&s);
	}
}

/* Refuses to begin with what cannot be. */
static void bad_configs(void **state)
{
	const struct isotp_config good = isotp_config(ISOTP_NORMAL, 8, 8);
	struct isotp_config bad;
	struct isotp tp;
	uint8_t rx[8];
	(void)state;

	for (unsigned int dl = 0; dl < 256; dl++) {
		bool ok = dl == 8 || dl == 12 || dl == 16 || dl == 20 || dl == 24 ||
			  dl == 32 || dl == 48 || dl == 64;

		bad = good;
		bad.rx = rx;
		bad.tx_dl = (uint8_t)dl;
		assert_int_equal(isotp_init(&tp, &bad), ok ? 0 : -EINVAL);
	}

#define REFUSED(member, value)                                    \
	do {                                                      \
		bad = good;                                       \
		bad.rx = rx;                                      \
		bad.member = value;                               \
		assert_int_equal(isotp_init(&tp, &bad), -EINVAL); \
	} while (0)
	REFUSED(address.tx_id, 0x800);
	REFUSED(address.rx_id, 0x800);
	REFUSED(rx, NULL);
	REFUSED(rx_size, 0);
	REFUSED(n_as, -1);
	REFUSED(n_bs, -1);
	REFUSED(n_cr, -1);
	bad = good;
	bad.rx = rx;
	bad.address.ext = true;
	bad.address.tx_id = 0x1fffffff;
	assert_int_equal(isotp_init(&tp, &bad), 0);
	REFUSED(address.tx_id, 0x20000000);
}

static void ids_of_29_bits(void **state)
{
	struct isotp_config c = isotp_config(ISOTP_NORMAL, 8, 100);
	struct station s;
	(void)state;

	c.address.ext = true;
	c.address.tx_id = 0x18da10f1;
	c.address.rx_id = 0x18daf110;
	station_open(&s, &c);
	ask(&s, "3E00", 0);
	assert_int_equal(sends(&s, 0, "18DA10F1#023E00"), ISOTP_SENT);
	assert_int_equal(hears(&s, 0, "18DAF110#027E00"), ISOTP_MESSAGE);
	has_message(&s, "7E00");
	station_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exchanges_of_bmw), cmocka_unit_test(flow_control_of_bmw),
		cmocka_unit_test(first_frames),	    cmocka_unit_test(every_tx_dl),
		cmocka_unit_test(padding),	    cmocka_unit_test(ignored),
		cmocka_unit_test(no_can_frames),    cmocka_unit_test(accepted),
		cmocka_unit_test(bad_configs),	    cmocka_unit_test(ids_of_29_bits),
	};

	for (size_t i = 0; i < sizeof(counting); i++)
		counting[i] = (uint8_t)i;

	return cmocka_run_group_tests(tests, NULL, NULL);
}
