/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isotp-station.h"

/* The rules of ISO 15765-2:2016 for one station, frame by frame. */

static uint8_t counting[35];

/* Table 23: what comes while something is under way. */
static void unexpected(void **state)
{
	struct isotp_config c = isotp_config(ISOTP_NORMAL, 8, 100);
	struct station s;
	(void)state;

	/* SF in the middle of a reception: that one is over, this one is taken */
	station_open(&s, &c);
	assert_int_equal(hears(&s, 0, "612#100A010203040506"), ISOTP_STARTED);
	sends(&s, 0, "6F1#300000");
	assert_int_equal(hears(&s, 1, "612#300000"), ISOTP_NONE);
	assert_int_equal(hears(&s, 1, "612#4021"), ISOTP_NONE);
	assert_int_equal(hears(&s, 2, "612#0155"), ISOTP_RX_FAILED);
	assert_int_equal(isotp_error(&s.tp), -EINTR);
	assert_int_equal(isotp_next(&s.tp), 2);
	assert_int_equal(isotp_tick(&s.tp, 2), ISOTP_MESSAGE);
	has_message(&s, "55");
	assert_int_equal(isotp_tick(&s.tp, 2), ISOTP_NONE);
	assert_int_equal(hears(&s, 3, "612#210708090A"), ISOTP_NONE);

	/* FF likewise */
	assert_int_equal(hears(&s, 0, "612#100A010203040506"), ISOTP_STARTED);
	sends(&s, 0, "6F1#300000");
	assert_int_equal(hears(&s, 1, "612#1009A1A2A3A4A5A6"), ISOTP_RX_FAILED);
	assert_int_equal(isotp_error(&s.tp), -EINTR);
	assert_int_equal(isotp_tick(&s.tp, 1), ISOTP_STARTED);
	sends(&s, 1, "6F1#300000");
	assert_int_equal(hears(&s, 2, "612#21A7A8A9"), ISOTP_MESSAGE);
	has_message(&s, "A1A2A3A4A5A6A7A8A9");

	/* CF before our flow control went out is not awaited */
	assert_int_equal(hears(&s, 0, "612#100A010203040506"), ISOTP_STARTED);
	assert_int_equal(hears(&s, 1, "612#210708090A"), ISOTP_NONE);
	sends(&s, 2, "6F1#300000");
	assert_int_equal(hears(&s, 3, "612#210708090A"), ISOTP_MESSAGE);

	/* full duplex: both ways at once, flow control first */
	ask(&s, "0102030405060708", 0);
	sends(&s, 0, "6F1#1008010203040506");
	assert_int_equal(hears(&s, 1, "612#1008010203040506"), ISOTP_STARTED);
	assert_int_equal(hears(&s, 1, "612#300000"), ISOTP_NONE);
	assert_int_equal(sends(&s, 1, "6F1#300000"), ISOTP_NONE);
	assert_int_equal(sends(&s, 1, "6F1#210708"), ISOTP_SENT);
	assert_int_equal(hears(&s, 2, "612#0155"), ISOTP_RX_FAILED);
	station_close(&s);
}

static void half_duplex(void **state)
{
	struct isotp_config c = isotp_config(ISOTP_NORMAL, 8, 100);
	struct station s;
	(void)state;

	c.half_duplex = true;
	station_open(&s, &c);
	ask(&s, "0102030405060708", 0);
	sends(&s, 0, "6F1#1008010203040506");
	assert_int_equal(hears(&s, 1, "612#0155"), ISOTP_NONE);
	assert_int_equal(hears(&s, 1, "612#1008010203040506"), ISOTP_NONE);
	assert_int_equal(hears(&s, 1, "612#300000"), ISOTP_NONE);
	assert_int_equal(sends(&s, 1, "6F1#210708"), ISOTP_SENT);
	assert_int_equal(hears(&s, 2, "612#1008010203040506"), ISOTP_STARTED);
	assert_int_equal(isotp_send(&s.tp, counting, 1, 2), -EBUSY);
	station_close(&s);
}

static void busy_and_sizes(void **state)
{
	struct isotp_config c = isotp_config(ISOTP_NORMAL, 8, 8);
	struct station s;
	(void)state;

	station_open(&s, &c);
	assert_int_equal(isotp_send(&s.tp, counting, 0, 0), -EMSGSIZE);
	assert_int_equal(isotp_send(&s.tp, counting, (size_t)UINT32_MAX + 1, 0),
			 -EMSGSIZE);
	assert_int_equal(isotp_send(&s.tp, counting, 1, 0), 0);
	assert_int_equal(isotp_send(&s.tp, counting, 1, 0), -EBUSY);
	assert_int_equal(sends(&s, 0, "6F1#0100"), ISOTP_SENT);

	/* longer than the buffer: FC.OVFLW, then the failure; frames that follow are ignored */
	assert_int_equal(hears(&s, 0, "612#1009010203040506"), ISOTP_NONE);
	assert_int_equal(isotp_next(&s.tp), 0);
	assert_int_equal(sends(&s, 0, "6F1#320000"), ISOTP_RX_FAILED);
	assert_int_equal(isotp_error(&s.tp), -EMSGSIZE);
	assert_int_equal(hears(&s, 0, "612#21070809"), ISOTP_NONE);
	assert_int_equal(hears(&s, 0, "612#10000FFFFFFF0102"), ISOTP_NONE);
	assert_int_equal(sends(&s, 0, "6F1#320000"), ISOTP_RX_FAILED);
	/* just as long */
	assert_int_equal(hears(&s, 0, "612#1008010203040506"), ISOTP_STARTED);
	sends(&s, 0, "6F1#300000");
	assert_int_equal(hears(&s, 0, "612#210708"), ISOTP_MESSAGE);
	/* a single frame that is too long */
	assert_int_equal(hears(&s, 0, "612##00009010203040506070809AA"), ISOTP_RX_FAILED);
	assert_int_equal(isotp_error(&s.tp), -EMSGSIZE);
	station_close(&s);
}

static void sequence_numbers(void **state)
{
	struct isotp_config c = isotp_config(ISOTP_NORMAL, 8, 200);
	char text[32];
	struct station s;
	(void)state;

	/* 1..15, then 0 and on */
	station_open(&s, &c);
	assert_int_equal(hears(&s, 0, "612#1080000000000000"), ISOTP_STARTED);
	sends(&s, 0, "6F1#300000");
	for (unsigned int i = 1; i <= 17; i++) {
		snprintf(text, sizeof(text), "612#2%X01020304050607", i % 16);
		assert_int_equal(hears(&s, 0, text), ISOTP_NONE);
	}
	assert_int_equal(hears(&s, 0, "612#2201020304050607"), ISOTP_MESSAGE);
	assert_int_equal(s.tp.rx_len, 128);

	/* each wrong one ends it; a repeated one is wrong too */
	for (unsigned int sn = 0; sn < 16; sn++) {
		assert_int_equal(hears(&s, 0, "612#1080000000000000"), ISOTP_STARTED);
		sends(&s, 0, "6F1#300000");
		assert_int_equal(hears(&s, 0, "612#2101020304050607"), ISOTP_NONE);
		snprintf(text, sizeof(text), "612#2%X01020304050607", sn);
		if (sn == 2) {
			assert_int_equal(hears(&s, 0, text), ISOTP_NONE);
			isotp_reset(&s.tp);
			continue;
		}
		assert_int_equal(hears(&s, 0, text), ISOTP_RX_FAILED);
		assert_int_equal(isotp_error(&s.tp), -EILSEQ);
		assert_int_equal(hears(&s, 0, "612#2201020304050607"), ISOTP_NONE);
		assert_int_equal(isotp_next(&s.tp), NSEC_NEVER);
	}
	station_close(&s);
}

/* Consecutive frames are as long as the first one; the last has what is left, or more. */
static void consecutive_lengths(void **state)
{
	struct isotp_config c = isotp_config(ISOTP_NORMAL, 8, 200);
	struct station s;
	(void)state;

	station_open(&s, &c);
	assert_int_equal(hears(&s, 0, "612#1010010203040506"), ISOTP_STARTED);
	sends(&s, 0, "6F1#300000");
	assert_int_equal(hears(&s, 0, "612#21070809"), ISOTP_NONE);
	assert_int_equal(hears(&s, 0, "612##02107080910111213141516AA"), ISOTP_NONE);
	assert_int_equal(hears(&s, 0, "612#2107080910111213"), ISOTP_NONE);
	assert_int_equal(hears(&s, 0, "612#221415"), ISOTP_NONE);
	assert_int_equal(hears(&s, 0, "612#22141516"), ISOTP_MESSAGE);
	has_message(&s, "01020304050607080910111213141516");
	station_close(&s);
}

/* What each flow status makes of a message that is being sent. */
static void flow_statuses(void **state)
{
	struct isotp_config c = isotp_config(ISOTP_NORMAL, 8, 8);
	char text[16];
	struct station s;
	(void)state;

	c.wft_max = 2;
	station_open(&s, &c);
	for (unsigned int fs = 2; fs < 16; fs++) {
		ask(&s, "0102030405060708", 0);
		sends(&s, 0, "6F1#1008010203040506");
		assert_int_equal(hears(&s, 0, "612#3000"), ISOTP_NONE); /* too short */
		sends(&s, 0, NULL);
		snprintf(text, sizeof(text), "612#3%X0000", fs);
		assert_int_equal(hears(&s, 0, text), ISOTP_TX_FAILED);
		assert_int_equal(isotp_error(&s.tp), fs == 2 ? -EOVERFLOW : -EPROTO);
		sends(&s, 0, NULL);
		assert_int_equal(isotp_next(&s.tp), NSEC_NEVER);
	}

	/* two WAITs are taken, in each block anew; the third is too much */
	ask(&s, "0102030405060708090A0B0C0D0E", 0);
	sends(&s, 0, "6F1#100E010203040506");
	assert_int_equal(hears(&s, 0, "612#310000"), ISOTP_NONE);
	assert_int_equal(hears(&s, 0, "612#310000"), ISOTP_NONE);
	assert_int_equal(hears(&s, 0, "612#300100"), ISOTP_NONE);
	sends(&s, 0, "6F1#210708090A0B0C0D");
	assert_int_equal(hears(&s, 0, "612#310000"), ISOTP_NONE);
	assert_int_equal(hears(&s, 0, "612#310000"), ISOTP_NONE);
	assert_int_equal(hears(&s, 0, "612#310000"), ISOTP_TX_FAILED);
	assert_int_equal(isotp_error(&s.tp), -ENOBUFS);
	station_close(&s);
}

/* Every STmin there is: when the second consecutive frame is due. The newest FC counts. */
static void separation_times(void **state)
{
	struct isotp_config c = isotp_config(ISOTP_NORMAL, 8, 8);
	char text[16];
	struct station s;
	(void)state;

	station_open(&s, &c);
	for (unsigned int st = 0; st < 256; st++) {
		nsec_t gap = st < 0x80 ? st * MS : 127 * MS;

		if (st >= 0xf1 && st <= 0xf9)
			gap = (st - 0xf0) * 100 * US;
		assert_int_equal(isotp_send(&s.tp, counting, 35, 0), 0);
		sends(&s, 0, "6F1#1023000102030405");
		snprintf(text, sizeof(text), "612#3003%02X", st);
		assert_int_equal(hears(&s, 5, text), ISOTP_NONE);
		assert_int_equal(isotp_next(&s.tp), 5);
		sends(&s, 10, "6F1#21060708090A0B0C");
		assert_int_equal(isotp_next(&s.tp), 10 + gap);
		if (gap)
			sends(&s, 10 + gap - 1, NULL);
		sends(&s, 10 + gap, "6F1#220D0E0F10111213");
		sends(&s, 20 + 2 * gap, "6F1#231415161718191A");
		assert_int_equal(hears(&s, 30 + 2 * gap, "612#3000F2"), ISOTP_NONE);
		/* the first of a block is due at once */
		sends(&s, 30 + 2 * gap, "6F1#241B1C1D1E1F2021");
		assert_int_equal(isotp_next(&s.tp), 30 + 2 * gap + 200 * US);
		assert_int_equal(sends(&s, NSEC_PER_SEC, "6F1#2522"), ISOTP_SENT);
	}
	station_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unexpected),	       cmocka_unit_test(half_duplex),
		cmocka_unit_test(busy_and_sizes),      cmocka_unit_test(sequence_numbers),
		cmocka_unit_test(consecutive_lengths), cmocka_unit_test(flow_statuses),
		cmocka_unit_test(separation_times),
	};

	for (size_t i = 0; i < sizeof(counting); i++)
		counting[i] = (uint8_t)i;

	return cmocka_run_group_tests(tests, NULL, NULL);
}
