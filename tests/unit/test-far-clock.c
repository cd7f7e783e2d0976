/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link/far-clock.h"
#include "unit.h"

#define MS NSEC_PER_MSEC
#define S NSEC_PER_SEC
#define YEAR (365 * 24 * 3600 * S)

/* Ours shows 1000 s when the far one shows STAMP0. */
#define NOW0 (1000 * S)

static void delays(void **state)
{
	static const nsec_t delay[] = { 5, 40, 0, 3, 250, 1 };	/* ms, of stamps 100 ms apart */
	struct far_clock c = { 0 };
	nsec_t least = INT64_MAX, last = 0;
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(delay); i++) {
		nsec_t sent = (nsec_t)i * 100 * MS;
		nsec_t t = far_clock_time(&c, YEAR + sent, NOW0 + sent + delay[i] * MS);

		least = MIN(least, delay[i] * MS);
		assert_int_equal(t, MAX(NOW0 + sent + least, last));
		last = t;
	}
}

/* A burst that a stalled network hands over at once keeps its times. */
static void stall(void **state)
{
	struct far_clock c = { 0 };
	(void)state;

	assert_int_equal(far_clock_time(&c, 0, NOW0), NOW0);
	for (nsec_t i = 1; i <= 50; i++)
		assert_int_equal(far_clock_time(&c, i * 100 * MS, NOW0 + 5 * S), NOW0 + i * 100 * MS);
}

/* A far clock that goes PPM too fast: for an hour, the error stays under 6 ms. */
static void drift(int ppm)
{
	struct far_clock c = { 0 };

	for (nsec_t i = 0; i < 3600; i++) {
		nsec_t now = NOW0 + i * S, stamp = YEAR + i * (S + ppm * 1000);
		nsec_t t = far_clock_time(&c, stamp, now);

		assert_in_range(t, now - 6 * MS, now);
	}
}

static void drifts(void **state)
{
	(void)state;
	drift(100);
	drift(-100);
}

/* Set forth or back by an hour, it is right again at once; never later than now. */
static void steps(void **state)
{
	static const nsec_t step[] = { 3600 * S, -3600 * S, -1, -30 * MS };
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(step); i++) {
		struct far_clock c = { 0 };

		assert_int_equal(far_clock_time(&c, YEAR, NOW0), NOW0);
		assert_in_range(far_clock_time(&c, YEAR + 20 * MS + step[i], NOW0 + 20 * MS),
				NOW0 + 19 * MS, NOW0 + 20 * MS);
		assert_in_range(far_clock_time(&c, YEAR + 40 * MS + step[i], NOW0 + 40 * MS),
				NOW0 + 39 * MS, NOW0 + 40 * MS);
	}
}

/* Servers without a clock write the same all the time. */
static void no_clock(void **state)
{
	struct far_clock c = { 0 };
	(void)state;

	for (nsec_t i = 0; i < 100; i++)
		assert_int_equal(far_clock_time(&c, 0, NOW0 + i * S), NOW0 + i * S);
}

/* Frames of one stamp came together; long silences change nothing. */
static void pauses(void **state)
{
	struct far_clock c = { 0 };
	(void)state;

	assert_int_equal(far_clock_time(&c, YEAR, NOW0), NOW0);
	assert_int_equal(far_clock_time(&c, YEAR, NOW0 + 2 * MS), NOW0);
	assert_int_equal(far_clock_time(&c, YEAR + 600 * S, NOW0 + 600 * S + 7 * MS),
			 NOW0 + 600 * S + 7 * MS);
}

/* Stamps from nowhere: never later than now, never backwards, no overflow. */
static void nonsense(void **state)
{
	static const nsec_t stamps[] = { 0, INT64_MAX, 1, INT64_MAX - 1, 0, 0, INT64_MAX, INT64_MAX };
	struct far_clock c = { 0 };
	nsec_t last = 0;
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(stamps); i++) {
		nsec_t now = 1700000000 * S + (nsec_t)i * S, t = far_clock_time(&c, stamps[i], now);

		assert_in_range(t, last, now);
		last = t;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(delays), cmocka_unit_test(stall), cmocka_unit_test(drifts),
		cmocka_unit_test(steps), cmocka_unit_test(no_clock), cmocka_unit_test(pauses),
		cmocka_unit_test(nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
