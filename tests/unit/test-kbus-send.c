/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "kbus-rows.h"

#include "proto/kbus-send.h"

#define MS NSEC_PER_MSEC
#define US NSEC_PER_USEC
#define BYTE 1145833	/* ns: 11 bits at 9600 (kbus.md 1.1) */
#define START (5 * NSEC_PER_SEC)

/* A sender, its time, and the bytes of others that it handed on. */
struct talk {
	struct kbus_send s;
	nsec_t t;
	uint8_t others[256];
	size_t n_others;
	struct bytes frame;
};

static void talk_init(struct talk *k, const char *frame, uint32_t seed)
{
	*k = (struct talk){ .t = START, .frame = hex(frame) };
	kbus_send_init(&k->s, seed, k->t);
}

static void begin(struct talk *k)
{
	kbus_send_begin(&k->s, k->frame.b, k->frame.n, k->t);
}

static enum kbus_send_do run(struct talk *k)
{
	return kbus_send_run(&k->s, k->t, true);
}

/* A byte that takes its time. */
static bool hear(struct talk *k, uint8_t byte, bool damaged)
{
	struct kbus_byte b = { .byte = byte, .damaged = damaged, .t = k->t };
	bool sent = kbus_send_hear(&k->s, &b);

	k->t += BYTE;
	while (kbus_send_pop(&k->s, &b))
		k->others[k->n_others++] = b.byte;

	return sent;
}

/* How many of the bytes made the echo whole. */
static size_t hear_row(struct talk *k, const char *text)
{
	struct bytes x = hex(text);
	size_t sent = 0;

	for (size_t i = 0; i < x.n; i++)
		sent += hear(k, x.b[i], false);

	return sent;
}

static void assert_others(const struct talk *k, const char *text)
{
	struct bytes x = hex(text);

	assert_int_equal(k->n_others, x.n);
	assert_memory_equal(k->others, x.b, x.n);
}

/* Wait for the silence, and write. */
static void write_frame(struct talk *k)
{
	while (run(k) == KBUS_SEND_WAIT)
		k->t = k->s.next;
	assert_int_equal(run(k), KBUS_SEND_WRITE);
	kbus_send_written(&k->s, k->t);
}

/* 10 ms, to the microsecond. */
static void silence_first(void **state)
{
	struct talk k;
	(void)state;

	talk_init(&k, "3F 03 80 10 AC", 1);
	begin(&k);
	assert_int_equal(run(&k), KBUS_SEND_WAIT);
	assert_int_equal(k.s.next, START + 10 * MS);
	k.t = START + 10 * MS - US;
	assert_int_equal(run(&k), KBUS_SEND_WAIT);
	hear(&k, 0x80, false);
	assert_int_equal(run(&k), KBUS_SEND_WAIT);
	assert_int_equal(k.s.next, START + 20 * MS - US + BYTE);
	k.t = k.s.next - US;
	assert_int_equal(run(&k), KBUS_SEND_WAIT);
	k.t += US;
	assert_int_equal(run(&k), KBUS_SEND_WRITE);
	assert_others(&k, "80");

	/* It was silent for long. */
	talk_init(&k, "3F 03 80 10 AC", 1);
	k.t += NSEC_PER_SEC;
	begin(&k);
	assert_int_equal(run(&k), KBUS_SEND_WRITE);
}

/* What the interface says of the bus is looked at again each ms. */
static void busy_line(void **state)
{
	struct talk k;
	(void)state;

	talk_init(&k, "3F 03 80 10 AC", 1);
	k.t += 15 * MS;
	begin(&k);
	assert_int_equal(kbus_send_run(&k.s, k.t, false), KBUS_SEND_WAIT);
	assert_int_equal(k.s.next, START + 16 * MS);
	k.t = k.s.next;
	assert_int_equal(kbus_send_run(&k.s, k.t, true), KBUS_SEND_WRITE);

	talk_init(&k, "3F 03 80 10 AC", 1);
	begin(&k);
	while (kbus_send_run(&k.s, k.t, false) == KBUS_SEND_WAIT) {
		assert_true(k.s.next > k.t);
		k.t = k.s.next;
	}
	assert_int_equal(k.s.result, -EBUSY);
	assert_int_equal(k.t, START + NSEC_PER_SEC);
}

static void never_idle(void **state)
{
	struct talk k;
	(void)state;

	talk_init(&k, "3F 03 80 10 AC", 1);
	begin(&k);
	while (run(&k) == KBUS_SEND_WAIT) {
		hear(&k, 0x55, false);
		k.t = MIN(k.t + 8 * MS, k.s.next);
	}
	assert_int_equal(k.s.result, -EBUSY);
	assert_in_range(k.t, START + NSEC_PER_SEC, START + NSEC_PER_SEC + 10 * MS);
	assert_int_equal(k.s.collisions, 0);
}

static void echo(void **state)
{
	static const struct {
		const char *frame, *heard, *others;
	} t[] = {
		{ "3F 03 80 10 AC", "3F 03 80 10 AC", "" },
		/* the end of another's frame, which the adapter was late to hand on */
		{ "3F 03 80 10 AC", "03 F3 3F 03 80 10 AC", "03 F3" },
		/* and a beginning that looks like ours */
		{ "3F 03 80 10 AC", "3F 3F 03 80 10 AC", "3F" },
		{ "3F 03 80 10 AC", "3F 03 3F 03 80 10 AC", "3F 03" },
		{ "3F 03 3F 03 3C", "3F 03 3F 03 3F 03 3C", "3F 03" },
		/* the answer, at once */
		{ "3F 03 80 10 AC", "3F 03 80 10 AC 80 04 BF 11 01 2B", "80 04 BF 11 01 2B" },
		/* the same from somebody else: only the first is ours */
		{ "3F 03 80 10 AC", "3F 03 80 10 AC 3F 03 80 10 AC", "3F 03 80 10 AC" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct talk k;

		talk_init(&k, t[i].frame, 1);
		begin(&k);
		write_frame(&k);
		assert_int_equal(hear_row(&k, t[i].heard), 1);
		assert_int_equal(run(&k), KBUS_SEND_OVER);
		assert_int_equal(k.s.result, 0);
		assert_int_equal(k.s.collisions, 0);
		assert_others(&k, t[i].others);
	}
}

/* What looks like ours is of others when we send nothing. */
static void only_when_written(void **state)
{
	struct talk k;
	(void)state;

	talk_init(&k, "3F 03 80 10 AC", 1);
	assert_int_equal(hear_row(&k, "3F 03 80 10 AC"), 0);
	begin(&k);
	assert_int_equal(hear_row(&k, "3F 03 80 10 AC"), 0);
	assert_others(&k, "3F 03 80 10 AC 3F 03 80 10 AC");
}

static void no_echo(void **state)
{
	struct talk k;
	(void)state;

	talk_init(&k, "3F 03 80 10 AC", 1);
	begin(&k);
	write_frame(&k);
	assert_int_equal(run(&k), KBUS_SEND_WAIT);
	assert_int_equal(k.s.next, START + 10 * MS + 5 * BYTE + 100 * MS);
	k.t = k.s.next - US;
	assert_int_equal(run(&k), KBUS_SEND_WAIT);
	k.t += US;
	assert_int_equal(run(&k), KBUS_SEND_OVER);
	assert_int_equal(k.s.result, -ENOLINK);
	assert_int_equal(k.s.collisions, 0);
}

/* Three tries; between them 20 ms in which no more came, and the back-off. */
static void collisions(void **state)
{
	nsec_t shortest = NSEC_NEVER, longest = 0;
	(void)state;

	for (uint32_t seed = 0; seed < 1000; seed++) {
		struct talk k;
		nsec_t judged;

		talk_init(&k, "3F 03 80 10 AC", seed);
		begin(&k);
		for (unsigned int try = 1; try <= 3; try++) {
			write_frame(&k);
			if (try > 1) {
				assert_in_range(k.t - judged, 10 * MS, 20 * MS);
				shortest = MIN(shortest, k.t - judged);
				longest = MAX(longest, k.t - judged);
			}
			/* Of two that speak the zeros win: our fourth byte is not what we said. */
			hear_row(&k, "3F 03 80 00 AC");
			assert_int_equal(run(&k), KBUS_SEND_WAIT);
			judged = k.s.next;
			assert_int_equal(judged, k.t + 20 * MS);
			k.t = judged - US;
			assert_int_equal(run(&k), KBUS_SEND_WAIT);
			k.t = judged;
			assert_int_equal(run(&k), try < 3 ? KBUS_SEND_WAIT : KBUS_SEND_OVER);
			assert_int_equal(k.s.collisions, try);
		}
		assert_int_equal(k.s.result, -ECOMM);
		assert_others(&k, "3F 03 80 00 AC 3F 03 80 00 AC 3F 03 80 00 AC");
	}
	assert_in_range(shortest, 10 * MS, 10 * MS + 100 * US);
	assert_in_range(longest, 20 * MS - 100 * US, 20 * MS);
}

/* Low wins: what comes back for our frame may be another whole one. */
static void overlaid(void **state)
{
	static const struct {
		const char *heard;
		bool overlaid;
	} t[] = {
		{ "00 05 BF 7A 10 00 D0", true },
		{ "00 04 BF 72 16 DF", false },	/* 16 has ones that our 30 has not */
		{ "80 04 BF 11 01 2B", false },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct talk k;

		talk_init(&k, "00 05 BF 7A 30 03 F3", 1);
		begin(&k);
		write_frame(&k);
		hear_row(&k, t[i].heard);
		k.t += 30 * MS;
		(void)run(&k);
		assert_int_equal(k.s.collisions, 1);
		assert_int_equal(k.s.overlaid, t[i].overlaid);
	}
}

/* What is held back for an echo that does not come is handed on. */
static void half_an_echo(void **state)
{
	struct talk k;
	(void)state;

	talk_init(&k, "3F 03 80 10 AC", 1);
	begin(&k);
	write_frame(&k);
	hear_row(&k, "3F 03 80");
	assert_true(kbus_send_holds(&k.s));
	assert_int_equal(k.n_others, 0);
	/* Others, who go on for long. */
	k.t += 5 * MS;
	hear_row(&k, "00 04 BF 72 16 DF");
	assert_false(kbus_send_holds(&k.s));
	k.t = k.s.out + 95 * MS;
	hear_row(&k, "3F");
	assert_int_equal(run(&k), KBUS_SEND_WAIT);
	assert_int_equal(k.s.next, k.s.out + 100 * MS);
	k.t = k.s.next;
	assert_int_equal(run(&k), KBUS_SEND_WAIT);
	assert_int_equal(k.s.collisions, 1);
	hear_row(&k, "03");
	assert_others(&k, "3F 03 80 00 04 BF 72 16 DF 3F 03");
}

/* The second try goes well, and is not ours to be blamed for the first. */
static void second_try(void **state)
{
	struct talk k;
	(void)state;

	talk_init(&k, "3F 03 80 10 AC", 1);
	begin(&k);
	write_frame(&k);
	hear(&k, 0x3f, true);	/* its value is right, its parity is not */
	for (size_t i = 1; i < k.frame.n; i++)
		assert_false(hear(&k, k.frame.b[i], false));
	k.t += 20 * MS;
	assert_int_equal(run(&k), KBUS_SEND_WAIT);
	write_frame(&k);
	assert_int_equal(hear_row(&k, "3F 03 80 10 AC"), 1);
	assert_int_equal(run(&k), KBUS_SEND_OVER);
	assert_int_equal(k.s.result, 0);
	assert_int_equal(k.s.collisions, 1);

	/* The next frame has its three tries again. */
	begin(&k);
	for (unsigned int i = 0; i < 3; i++) {
		write_frame(&k);
		hear_row(&k, "00");
		k.t += 30 * MS;
		(void)run(&k);
	}
	assert_int_equal(k.s.result, -ECOMM);
	assert_int_equal(k.s.collisions, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(silence_first),
		cmocka_unit_test(busy_line),
		cmocka_unit_test(never_idle),
		cmocka_unit_test(echo),
		cmocka_unit_test(only_when_written),
		cmocka_unit_test(no_echo),
		cmocka_unit_test(collisions),
		cmocka_unit_test(overlaid),
		cmocka_unit_test(half_an_echo),
		cmocka_unit_test(second_try),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
