/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sim/car.h"

/* The wire between modules and tester: who hears what, and who speaks when. */

#define SLOW_BAUD 1200 /* at or below it a 00 is a pulse: own choice */
#define BAUD_TOLERANCE 3 /* percent; a UART's middle of the last bit: 4 to 5 */

static const struct sim_byte ds2_voice = { .baud = 9600, .parity = SIM_PARITY_EVEN };
static const struct sim_byte kwp_voice = { .baud = 10400, .parity = SIM_PARITY_NONE };

static const struct sim_byte *voice(unsigned int i)
{
	return i == KLINE_ENGINE ? &kwp_voice : &ds2_voice;
}

/* On a wire without parity DS2 is spoken as if there were one (kbus.md 4.1). */
static bool has_parity(const struct sim_byte *b)
{
	return b->parity == SIM_PARITY_EVEN ||
	       (b->parity == SIM_PARITY_UNSEEN && b->baud == ds2_voice.baud);
}

nsec_t sim_byte_time(const struct sim_byte *b)
{
	return (has_parity(b) ? 11 : 10) * NSEC_PER_SEC / (b->baud ? b->baud : 1);
}

static bool is_heard(const struct sim_byte *b, const struct sim_byte *as)
{
	unsigned int off = b->baud > as->baud ? b->baud - as->baud : as->baud - b->baud;

	return !b->damaged && off * 100 <= as->baud * BAUD_TOLERANCE &&
	       (b->parity == SIM_PARITY_UNSEEN || b->parity == as->parity);
}

/* ---- activity ---- */

static void note(struct sim *s, nsec_t end)
{
	struct kline *k = &s->kline;

	if (k->n_activity == KLINE_ACTIVITY)
		memmove(k->activity, k->activity + 1, --k->n_activity * sizeof(nsec_t));
	k->activity[k->n_activity++] = end;
}

/* What a pulse is heard as by those who expect bytes ends after it began. */
nsec_t sim_kline_rest(const struct sim *s, nsec_t t)
{
	const struct kline *k = &s->kline;

	for (size_t i = k->n_activity; i > 0; i--)
		if (k->activity[i - 1] <= t)
			return t - k->activity[i - 1];

	return k->n_activity == KLINE_ACTIVITY ? 0 : NSEC_NEVER;
}

/* ---- listening ---- */

bool sim_kline_listen(struct kline_ear *ear, const struct sim_byte *b, bool good, nsec_t now,
		      nsec_t silence)
{
	nsec_t begin = now - sim_byte_time(b);

	if (begin - ear->last > silence) {
		ear->n = 0;
		ear->deaf = false;
	}
	ear->last = now;
	if (!good || ear->n == sizeof(ear->bytes))
		ear->deaf = true;
	if (ear->deaf)
		return false;
	if (ear->n == 0)
		ear->begin = begin;
	ear->bytes[ear->n++] = b->value;

	return true;
}

static bool is_dead(const struct sim *s)
{
	return !s->model->platform->has_kline || s->failed || s->wire.bus_off || s->wire.unplugged;
}

void sim_kline_hear(struct sim *s, const struct sim_byte *b)
{
	nsec_t begin = s->now - sim_byte_time(b);

	if (is_dead(s))
		return;
	if (b->baud <= SLOW_BAUD && b->value == 0 && !b->damaged && b->baud > 0)
		sim_kline_pulse(s, begin, s->now - NSEC_PER_SEC / b->baud);
	sim_kline_ds2(s, b, is_heard(b, &ds2_voice));
	sim_kline_kwp(s, b, is_heard(b, &kwp_voice));
	note(s, s->now);
}

void sim_kline_low(struct sim *s, nsec_t begin, nsec_t end)
{
	if (is_dead(s))
		return;
	sim_kline_pulse(s, begin, end);
	note(s, end);
}

void sim_kline_no_breaks(struct sim *s)
{
	s->kline.no_breaks = true;
}

/* ---- speaking ---- */

nsec_t sim_kline_duration(unsigned int i, size_t n, nsec_t gap)
{
	return (nsec_t)n * (sim_byte_time(voice(i)) + gap) - gap;
}

void sim_kline_say(struct sim *s, unsigned int i, const uint8_t *bytes, size_t n, nsec_t gap)
{
	struct kline_speech *x = &s->kline.speech[i];

	if (is_dead(s) || sim_wire_drops(&s->wire))
		return;
	memcpy(x->bytes, bytes, n);
	sim_wire_corrupts(&s->wire, x->bytes, n);
	x->n = n;
	x->said = 0;
	x->t = s->now + s->wire.delay;
	x->gap = gap;
	x->end = x->t + sim_kline_duration(i, n, gap);
}

bool sim_kline_speaks(const struct sim *s)
{
	for (size_t i = 0; i < KLINE_SPEAKERS; i++)
		if (s->kline.speech[i].said < s->kline.speech[i].n)
			return true;

	return false;
}

nsec_t sim_kline_next(const struct sim *s)
{
	nsec_t next = NSEC_NEVER;

	for (size_t i = 0; i < KLINE_SPEAKERS; i++) {
		const struct kline_speech *x = &s->kline.speech[i];

		if (x->said < x->n && x->t > s->now)
			next = MIN(next, x->t);
	}

	return next;
}

bool sim_kline_take(struct sim *s, struct sim_byte *ret)
{
	for (unsigned int i = 0; i < KLINE_SPEAKERS; i++) {
		struct kline_speech *x = &s->kline.speech[i];

		if (is_dead(s))
			x->n = 0;
		if (x->said >= x->n || x->t > s->now)
			continue;
		*ret = *voice(i);
		ret->value = x->bytes[x->said++];
		note(s, x->t + sim_byte_time(ret));
		x->t += sim_byte_time(ret) + x->gap;
		return true;
	}

	return false;
}
