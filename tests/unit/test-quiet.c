/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "car/state.h"
#include "cli/quiet.h"
#include "unit.h"

/* Frames of all cars with few different bytes, so that they repeat and contradict. */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;

	return *state * 0x2545f4914f6cdd1du;
}

static struct frame make_frame(const struct decoder *d, uint64_t *random)
{
	const struct dbc *dbc = d->sources[0].dbc;
	const struct dbc_message *m = &dbc->messages[next_random(random) % dbc->n_messages];
	struct frame f = { .t = 1, .id = m->id, .flags = m->ext ? FRAME_EXT : 0 };

	f.len = (uint8_t)MIN(m->len, FRAME_DATA_MAX);
	if (next_random(random) % 16 == 0)
		f.len = (uint8_t)(next_random(random) % 9);
	for (unsigned int i = 0; i < f.len; i++) {
		static const uint8_t bytes[] = { 0x00, 0x10, 0x30, 0x55, 0x84, 0xff };
		uint64_t r = next_random(random);

		f.data[i] = r % 8 == 0 ? bytes[r / 8 % sizeof(bytes)] : 0;
	}

	return f;
}

static bool same(const struct car_state *a, const struct car_state *b)
{
	for (enum datum i = 0; i < N_DATA; i++)
		if (a->data[i].value != b->data[i].value)
			return false;
	for (size_t i = 0; i < FOB_SLOTS; i++)
		if (a->fobs[i].buttons != b->fobs[i].buttons)
			return false;

	return true;
}

/* Two listeners: one is asked about every frame, the other only when quiet_is() is false. */
struct listeners {
	struct decoder d;
	struct quiet q;
	struct car_state always, seldom;
	unsigned int skipped, n_events;
};

static void hear(struct listeners *l, const struct frame *f)
{
	struct event want[STATE_EVENTS_MAX], got[STATE_EVENTS_MAX];
	struct decoded dec;
	size_t n, m = 0;

	decoder_frame(&l->d, f, &dec);
	n = state_hear(&l->always, &dec, want);
	if (quiet_is(&l->q, &dec)) {
		l->skipped++;
	} else {
		m = state_hear(&l->seldom, &dec, got);
		quiet_heard(&l->q, &dec, m);
	}
	assert_int_equal(n, m);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(want[i].kind, got[i].kind);
		assert_int_equal(want[i].value, got[i].value);
		assert_int_equal(want[i].previous, got[i].previous);
		assert_int_equal(want[i].slot, got[i].slot);
	}
	assert_true(same(&l->always, &l->seldom));
	l->n_events += (unsigned int)n;
}

static void nothing_is_missed(void **state)
{
	const struct platform *const *all = car_platforms();
	static struct listeners l;
	(void)state;

	for (size_t i = 0; all[i]; i++) {
		uint64_t random = 42 + i;

		memset(&l, 0, sizeof(l));
		if (!all[i]->body.text)
			continue;
		assert_int_equal(decoder_init(&l.d, all[i]), 0);
		assert_int_equal(quiet_init(&l.q, &l.d), 0);
		state_init(&l.always);
		state_init(&l.seldom);
		for (unsigned int k = 0; k < 100000; k++) {
			struct frame f = make_frame(&l.d, &random);

			hear(&l, &f);
			if (k % 4 == 0)
				hear(&l, &f);
		}
		assert_true(l.skipped > 10000);
		assert_true(l.n_events > 1000);
		quiet_free(&l.q);
		decoder_free(&l.d);
	}
}

/* The same frame again: asked until it says nothing new, then no more. */
static void repeated(void **state)
{
	static struct decoder d;
	struct frame f = { .t = 1, .id = 0x1b00bf7a, .flags = FRAME_EXT, .len = 2, .data = { 0x30, 0 } };
	struct event events[STATE_EVENTS_MAX];
	struct car_state car;
	struct decoded dec;
	struct quiet q;
	(void)state;

	assert_int_equal(decoder_init(&d, NULL), 0);
	assert_int_equal(quiet_init(&q, &d), 0);
	state_init(&car);
	decoder_frame(&d, &f, &dec);
	for (unsigned int i = 0; i < 2; i++) {
		assert_false(quiet_is(&q, &dec));
		quiet_heard(&q, &dec, state_hear(&car, &dec, events));
	}
	assert_true(quiet_is(&q, &dec));
	f.data[0] = 0x10;
	assert_false(quiet_is(&q, &dec));
	f.data[0] = 0x30;
	assert_true(quiet_is(&q, &dec));
	dec.errors = CHECK_BAD_SUM;
	assert_false(quiet_is(&q, &dec));
	quiet_free(&q);
	decoder_free(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_missed),
		cmocka_unit_test(repeated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
