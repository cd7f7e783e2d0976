/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "car-wire.h"
#include "proto/kbus.h"

/* kbus.md 1.1: 9600 8E1. */
static const struct sim_byte kbus_voice = { .baud = 9600, .parity = SIM_PARITY_EVEN };

#define FRAMES 64
#define GAP (3 * NSEC_PER_MSEC)	/* between two frames; kbus.md 1.3 */

struct car_wire {
	struct sim *sim;
	bool kline;
	bool speaks;		/* SAID is on the wire, until END */
	struct sim_byte said;
	nsec_t end;
	nsec_t free;		/* K-bus: from then on a frame may begin */
	struct frame frames[FRAMES];	/* K-bus: to be sent */
	size_t first, n;
	uint8_t out[KBUS_FRAME_MAX];	/* of the frame that is being sent */
	size_t n_out, next_out;
	struct kbus_framer ear;		/* K-bus: what the cable sends */
};

int car_wire_new(const char *car, bool kline, struct car_wire **ret)
{
	struct car_wire *w = calloc(1, sizeof(*w));
	int r = w ? sim_new(car, &w->sim) : -ENOMEM;

	if (r < 0) {
		free(w);
		return r;
	}
	w->kline = kline;
	kbus_framer_init(&w->ear, "wire");
	*ret = w;

	return 0;
}

void car_wire_free(struct car_wire *w)
{
	sim_free(w->sim);
	free(w);
}

struct sim *car_wire_sim(struct car_wire *w)
{
	return w->sim;
}

static bool waits_for_wire(const struct car_wire *w)
{
	return w->next_out < w->n_out || w->n > 0;
}

nsec_t car_wire_next(const struct car_wire *w)
{
	nsec_t next = sim_next(w->sim);

	if (w->speaks)
		return MIN(next, w->end);

	return waits_for_wire(w) ? MIN(next, MAX(w->free, sim_now(w->sim))) : next;
}

static void speak(struct car_wire *w, const struct sim_byte *b)
{
	w->said = *b;
	w->end = sim_now(w->sim) + sim_byte_time(b);
	w->speaks = true;
}

/* Begin a byte, if one is to be sent now. */
static void begin_byte(struct car_wire *w)
{
	struct sim_byte b = kbus_voice;

	if (w->kline) {
		if (sim_kline_take(w->sim, &b))
			speak(w, &b);
		return;
	}
	w->n += sim_take(w->sim, w->frames + w->n, FRAMES - w->n);
	if (sim_now(w->sim) < w->free || !waits_for_wire(w))
		return;
	if (w->next_out == w->n_out) {
		int n = kbus_encode(&w->frames[0], w->out);

		memmove(w->frames, w->frames + 1, --w->n * sizeof(*w->frames));
		w->n_out = n > 0 ? (size_t)n : 0;
		w->next_out = 0;
	}
	if (w->next_out == w->n_out)
		return;
	b.value = w->out[w->next_out++];
	speak(w, &b);
	w->free = w->end + (w->next_out == w->n_out ? GAP : 0);
}

/* What is due at T, up to when nothing is, or the car has begun a byte. */
static void run_car(struct car_wire *w, nsec_t t)
{
	sim_run(w->sim, t);
	if (!w->speaks)
		begin_byte(w);
}

bool car_wire_run(struct car_wire *w, nsec_t t, struct sim_byte *ret)
{
	t = MAX(t, sim_now(w->sim));
	run_car(w, sim_now(w->sim));
	for (;;) {
		nsec_t now = sim_now(w->sim), next = car_wire_next(w);

		if (w->speaks && w->end <= now) {
			w->speaks = false;
			*ret = w->said;
			return true;
		}
		/* What the car does now is done. */
		if (next <= now)
			next = w->speaks ? w->end : t;
		if (now == t)
			return false;
		run_car(w, MIN(next, t));
	}
}

void car_wire_hear(struct car_wire *w, const struct sim_byte *b)
{
	nsec_t now = sim_now(w->sim);
	struct frame f;

	if (w->kline) {
		sim_kline_hear(w->sim, b);
		return;
	}
	w->free = MAX(w->free, now + GAP);
	kbus_framer_idle(&w->ear, now);
	if (b->damaged || b->parity == SIM_PARITY_NONE)
		kbus_framer_push_damaged(&w->ear, b->value, now);
	else
		kbus_framer_push(&w->ear, b->value, now);
	while (kbus_framer_pop(&w->ear, &f))
		sim_hear(w->sim, &f);
}

void car_wire_low(struct car_wire *w, nsec_t begin, nsec_t end)
{
	if (w->kline)
		sim_kline_low(w->sim, begin, end);
}
