/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/util.h"
#include "sim/wire.h"

#define ERROR_BUS_OFF 0x40u /* CAN_ERR_BUSOFF of linux/can/error.h */

void sim_wire_init(struct wire *w)
{
	w->random = 0x9e3779b97f4a7c15u; /* any seed but 0; always the same one */
}

/* xorshift64*, the upper 53 bits as 0 <= x < 1. */
static double draw(struct wire *w)
{
	w->random ^= w->random >> 12;
	w->random ^= w->random << 25;
	w->random ^= w->random >> 27;

	return (double)(w->random * 0x2545f4914f6cdd1du >> 11) / 9007199254740992.0;
}

static const struct wire_frame *at(const struct wire *w, size_t i)
{
	return &w->ring[(w->head + i) % WIRE_SIZE];
}

static void append(struct wire *w, const struct frame *f, bool effect)
{
	w->ring[(w->head + w->n) % WIRE_SIZE] =
		(struct wire_frame){ .f = *f, .effect = effect };
	w->n++;
	w->last = f->t;
}

static struct frame lost_frame(struct wire *w, nsec_t t)
{
	struct frame f = {
		.t = t,
		.id = (uint32_t)MIN(w->lost, UINT32_MAX),
		.flags = FRAME_LOST,
	};

	w->lost = 0;

	return f;
}

static void push(struct wire *w, nsec_t now, const struct frame *f, bool effect)
{
	struct frame copy = *f;

	copy.t = MAX(now + w->delay, w->last);
	if (w->lost > 0 && w->n + 2 <= WIRE_SIZE) {
		struct frame gap = lost_frame(w, copy.t);

		append(w, &gap, false);
	}
	if (w->lost > 0 || w->n == WIRE_SIZE)
		w->lost++;
	else
		append(w, &copy, effect);
}

bool sim_wire_drops(struct wire *w)
{
	return w->drop > 0 && draw(w) < w->drop;
}

void sim_wire_corrupts(struct wire *w, uint8_t *bytes, size_t n)
{
	unsigned int bit;

	if (w->corrupt <= 0 || draw(w) >= w->corrupt)
		return;
	bit = (unsigned int)(draw(w) * (double)(8 * n));
	bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
}

/* Flip one bit: of the data, or of the identifier's low byte where there is none. */
static void corrupt(struct wire *w, struct frame *f)
{
	unsigned int bits = f->len ? 8u * f->len : 8u;
	unsigned int bit = (unsigned int)(draw(w) * bits);

	if (f->len)
		f->data[bit / 8] ^= (uint8_t)(1u << bit % 8);
	else
		f->id ^= 1u << bit;
}

void sim_wire_send(struct wire *w, nsec_t now, const struct frame *f, bool effect)
{
	struct frame copy = *f;

	if (w->bus_off || w->unplugged)
		return;
	if (sim_wire_drops(w))
		return;
	if (w->corrupt > 0 && draw(w) < w->corrupt)
		corrupt(w, &copy);
	push(w, now, &copy, effect);
}

size_t sim_wire_take(struct wire *w, nsec_t now, struct frame *ret, size_t max)
{
	size_t n = 0;

	while (n < max && w->n > 0 && at(w, 0)->f.t <= now) {
		ret[n++] = at(w, 0)->f;
		w->head = (w->head + 1) % WIRE_SIZE;
		w->n--;
	}
	if (n < max && w->n == 0 && w->lost > 0)
		ret[n++] = lost_frame(w, MIN(w->last, now));

	return n;
}

nsec_t sim_wire_next(const struct wire *w, nsec_t now)
{
	for (size_t i = 0; i < w->n; i++)
		if (at(w, i)->f.t > now)
			return at(w, i)->f.t;

	return NSEC_NEVER;
}

bool sim_wire_settled(const struct wire *w, nsec_t now)
{
	for (size_t i = w->n; i > 0 && at(w, i - 1)->f.t > now; i--)
		if (at(w, i - 1)->effect)
			return false;

	return true;
}

/* Forget what is not out by NOW. */
static void cut(struct wire *w, nsec_t now)
{
	while (w->n > 0 && at(w, w->n - 1)->f.t > now)
		w->n--;
	w->last = MIN(w->last, now);
}

void sim_wire_bus_off(struct wire *w, nsec_t now)
{
	struct frame f = { .id = ERROR_BUS_OFF, .flags = FRAME_ERR, .len = 8 };

	if (w->bus_off || w->unplugged)
		return;
	cut(w, now);
	w->delay = 0;
	push(w, now, &f, true);
	w->bus_off = true;
}

void sim_wire_unplug(struct wire *w, nsec_t now)
{
	cut(w, now);
	w->unplugged = true;
}

void sim_wire_mend(struct wire *w)
{
	w->drop = 0;
	w->corrupt = 0;
	w->delay = 0;
	w->bus_off = false;
	w->unplugged = false;
}
