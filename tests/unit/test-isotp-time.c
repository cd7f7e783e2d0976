/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isotp-station.h"

/* When things happen: each timeout to its nanosecond, and what holds them off. */

#define SEC NSEC_PER_SEC

static const uint8_t payload[21] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };

static void open_normal(struct station *s)
{
	struct isotp_config c = isotp_config(ISOTP_NORMAL, 8, 100);

	station_open(s, &c);
}

/* Nothing until T, then EVENT, "no answer", with WORD in the reason; then nothing more. */
static void times_out(struct station *s, nsec_t t, enum isotp_event event,
		      const char *word)
{
	assert_int_equal(isotp_tick(&s->tp, t - 1), ISOTP_NONE);
	assert_int_equal(isotp_tick(&s->tp, t), event);
	assert_int_equal(isotp_error(&s->tp), -ETIMEDOUT);
	assert_non_null(strstr(isotp_why(&s->tp), word));
	assert_int_equal(isotp_tick(&s->tp, NSEC_NEVER), ISOTP_NONE);
	assert_int_equal(isotp_next(&s->tp), NSEC_NEVER);
	sends(s, t, NULL);
}

static void begin_sending(struct station *s, nsec_t t)
{
	assert_int_equal(isotp_send(&s->tp, payload, sizeof(payload), t), 0);
	sends(s, t, "6F1#1015010203040506");
}

static void begin_receiving(struct station *s, nsec_t t)
{
	assert_int_equal(hears(s, t, "612#1015010203040506"), ISOTP_STARTED);
	sends(s, t, "6F1#300000");
}

static void n_as(void **state)
{
	struct station s;
	(void)state;

	/* the bus does not take SF, FF, CF; from the moment they are due */
	open_normal(&s);
	assert_int_equal(isotp_send(&s.tp, payload, 3, 7), 0);
	assert_int_equal(isotp_next(&s.tp), 7);
	times_out(&s, 7 + SEC, ISOTP_TX_FAILED, "N_As");
	assert_int_equal(isotp_send(&s.tp, payload, 21, 8), 0);
	times_out(&s, 8 + SEC, ISOTP_TX_FAILED, "N_As");

	begin_sending(&s, 0);
	assert_int_equal(hears(&s, 5, "612#300064"), ISOTP_NONE);
	sends(&s, 6, "6F1#210708090A000000");
	assert_int_equal(isotp_next(&s.tp), 6 + 100 * MS);
	times_out(&s, 6 + 100 * MS + SEC, ISOTP_TX_FAILED, "N_As");
	station_close(&s);
}

static void n_ar(void **state)
{
	struct station s;
	(void)state;

	open_normal(&s);
	assert_int_equal(hears(&s, 3, "612#1015010203040506"), ISOTP_STARTED);
	assert_int_equal(isotp_next(&s.tp), 3);
	times_out(&s, 3 + SEC, ISOTP_RX_FAILED, "N_Ar");
	/* nor an FC.OVFLW */
	assert_int_equal(hears(&s, 4, "612#1FFF010203040506"), ISOTP_NONE);
	times_out(&s, 4 + SEC, ISOTP_RX_FAILED, "N_Ar");
	station_close(&s);
}

static void n_bs(void **state)
{
	struct station s;
	(void)state;

	/* after the FF went out */
	open_normal(&s);
	assert_int_equal(isotp_send(&s.tp, payload, 21, 0), 0);
	sends(&s, 50, "6F1#1015010203040506");
	assert_int_equal(isotp_next(&s.tp), 50 + SEC);
	times_out(&s, 50 + SEC, ISOTP_TX_FAILED, "N_Bs");

	/* a WAIT starts it again */
	begin_sending(&s, 0);
	assert_int_equal(hears(&s, SEC - 1, "612#310000"), ISOTP_NONE);
	times_out(&s, 2 * SEC - 1, ISOTP_TX_FAILED, "N_Bs");

	/* after each block */
	begin_sending(&s, 0);
	assert_int_equal(hears(&s, 0, "612#300100"), ISOTP_NONE);
	sends(&s, 10, "6F1#210708090A000000");
	sends(&s, 10, NULL);
	times_out(&s, 10 + SEC, ISOTP_TX_FAILED, "N_Bs");

	/* flow control at the last nanosecond, and one later, without a tick before */
	begin_sending(&s, 0);
	assert_int_equal(hears(&s, SEC - 1, "612#300000"), ISOTP_NONE);
	sends(&s, SEC - 1, "6F1#210708090A000000");
	isotp_reset(&s.tp);
	begin_sending(&s, 0);
	assert_int_equal(hears(&s, SEC, "612#300000"), ISOTP_TX_FAILED);
	assert_int_equal(isotp_error(&s.tp), -ETIMEDOUT);
	sends(&s, SEC, NULL);
	station_close(&s);
}

static void n_cr(void **state)
{
	struct station s;
	(void)state;

	/* after our flow control went out */
	open_normal(&s);
	assert_int_equal(hears(&s, 0, "612#1015010203040506"), ISOTP_STARTED);
	sends(&s, 50, "6F1#300000");
	assert_int_equal(isotp_next(&s.tp), 50 + SEC);
	times_out(&s, 50 + SEC, ISOTP_RX_FAILED, "N_Cr");

	/* after each consecutive frame; not after one that is ignored */
	begin_receiving(&s, 0);
	assert_int_equal(hears(&s, SEC - 1, "612#2107080910111213"), ISOTP_NONE);
	assert_int_equal(hears(&s, SEC + 5, "612#22"), ISOTP_NONE);
	times_out(&s, 2 * SEC - 1, ISOTP_RX_FAILED, "N_Cr");

	/* a frame one nanosecond too late, without a tick before */
	begin_receiving(&s, 0);
	assert_int_equal(hears(&s, SEC, "612#2107080910111213"), ISOTP_RX_FAILED);
	assert_int_equal(isotp_error(&s.tp), -ETIMEDOUT);

	/* a new message then: what ended the old one is its time, not the new one */
	begin_receiving(&s, 0);
	assert_int_equal(hears(&s, SEC, "612#0155"), ISOTP_RX_FAILED);
	assert_int_equal(isotp_error(&s.tp), -ETIMEDOUT);
	assert_int_equal(isotp_tick(&s.tp, SEC), ISOTP_MESSAGE);
	has_message(&s, "55");
	station_close(&s);
}

/* The frame's own time counts, not when it is read. */
static void time_of_the_frame(void **state)
{
	struct frame f = can_frame("612#2107080910111213");
	struct station s;
	(void)state;

	open_normal(&s);
	begin_receiving(&s, 0);
	f.t = SEC - 1;
	assert_int_equal(isotp_hear(&s.tp, &f, 5 * SEC), ISOTP_NONE);
	assert_int_equal(isotp_next(&s.tp), 2 * SEC - 1);
	f.t = INT64_MAX - 1;
	assert_int_equal(isotp_hear(&s.tp, &f, 5 * SEC), ISOTP_RX_FAILED);
	station_close(&s);
}

static void times_of_ones_own(void **state)
{
	struct isotp_config c = isotp_config(ISOTP_NORMAL, 8, 100);
	struct station s;
	(void)state;

	c.n_as = 25 * MS;
	c.n_bs = 75 * MS;
	c.n_cr = 150 * MS;
	station_open(&s, &c);
	assert_int_equal(isotp_send(&s.tp, payload, 21, 0), 0);
	times_out(&s, 25 * MS, ISOTP_TX_FAILED, "N_As");
	begin_sending(&s, 0);
	times_out(&s, 75 * MS, ISOTP_TX_FAILED, "N_Bs");
	begin_receiving(&s, 0);
	times_out(&s, 150 * MS, ISOTP_RX_FAILED, "N_Cr");
	assert_int_equal(hears(&s, 0, "612#1015010203040506"), ISOTP_STARTED);
	times_out(&s, 25 * MS, ISOTP_RX_FAILED, "N_Ar");
	station_close(&s);
}

/* Both directions over at once: one event each. */
static void both_ways(void **state)
{
	struct station s;
	(void)state;

	open_normal(&s);
	begin_sending(&s, 0);
	begin_receiving(&s, 0);
	assert_int_equal(isotp_tick(&s.tp, SEC), ISOTP_RX_FAILED);
	assert_int_equal(isotp_tick(&s.tp, SEC), ISOTP_TX_FAILED);
	assert_int_equal(isotp_tick(&s.tp, SEC), ISOTP_NONE);
	station_close(&s);
}

/* FC.WAIT as receiver: N of them, one every gap, before each CTS. */
static void hold(void **state)
{
	struct isotp_config c = isotp_config(ISOTP_NORMAL, 8, 100);
	struct station s;
	(void)state;

	c.bs = 1;
	c.wft_max = 2;
	station_open(&s, &c);
	isotp_hold(&s.tp, 2, 300 * MS);
	assert_int_equal(hears(&s, 0, "612#1015010203040506"), ISOTP_STARTED);
	for (int block = 0; block < 2; block++) {
		nsec_t t = block * SEC;

		sends(&s, t, "6F1#310100");
		assert_int_equal(isotp_next(&s.tp), t + 300 * MS);
		sends(&s, t + 300 * MS - 1, NULL);
		sends(&s, t + 300 * MS, "6F1#310100");
		sends(&s, t + 600 * MS - 1, NULL);
		sends(&s, t + 600 * MS, "6F1#300100");
		assert_int_equal(isotp_next(&s.tp), t + 600 * MS + SEC);
		if (block == 0)
			assert_int_equal(hears(&s, SEC, "612#2107080910111213"),
					 ISOTP_NONE);
	}
	isotp_hold(&s.tp, 0, 0);
	assert_int_equal(hears(&s, 2 * SEC, "612#2207080910111213"), ISOTP_NONE);
	sends(&s, 2 * SEC, "6F1#300100");

	/* more than N_WFTmax: given up when the one too many would be due */
	isotp_reset(&s.tp);
	isotp_hold(&s.tp, 3, 300 * MS);
	assert_int_equal(hears(&s, 0, "612#1015010203040506"), ISOTP_STARTED);
	sends(&s, 0, "6F1#310100");
	sends(&s, 300 * MS, "6F1#310100");
	assert_int_equal(isotp_next(&s.tp), 600 * MS);
	sends(&s, 600 * MS, NULL);
	assert_int_equal(isotp_tick(&s.tp, 600 * MS - 1), ISOTP_NONE);
	assert_int_equal(isotp_tick(&s.tp, 600 * MS), ISOTP_RX_FAILED);
	assert_int_equal(isotp_error(&s.tp), -ENOBUFS);
	station_close(&s);
}

static void reset(void **state)
{
	struct station s;
	(void)state;

	open_normal(&s);
	begin_sending(&s, 0);
	begin_receiving(&s, 0);
	assert_int_equal(hears(&s, 0, "612#0155"), ISOTP_RX_FAILED);
	isotp_reset(&s.tp);
	assert_int_equal(isotp_next(&s.tp), NSEC_NEVER);
	assert_int_equal(isotp_tick(&s.tp, NSEC_NEVER), ISOTP_NONE);
	begin_sending(&s, 0);
	station_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(n_as),
		cmocka_unit_test(n_ar),
		cmocka_unit_test(n_bs),
		cmocka_unit_test(n_cr),
		cmocka_unit_test(time_of_the_frame),
		cmocka_unit_test(times_of_ones_own),
		cmocka_unit_test(both_ways),
		cmocka_unit_test(hold),
		cmocka_unit_test(reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
