/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "link/frame.h"

#define WIRE_SIZE 512 /* frames that wait to be taken */

struct wire_frame {
	struct frame f;
	bool effect;
};

/*
 * The car's side of the wire: its frames on their way out, in order, and the faults that
 * happen to them there. The times of the frames never go back.
 */
struct wire {
	struct wire_frame ring[WIRE_SIZE];
	size_t head, n;
	nsec_t last; /* the time of the youngest */
	uint64_t lost; /* since the ring is full */
	uint64_t random;

	double drop, corrupt; /* probabilities, 0..1 */
	nsec_t delay;
	bool bus_off, unplugged;
};

void sim_wire_init(struct wire *w);

/* Put F on the wire at NOW. EFFECT: sim_wire_settled() waits for it. */
void sim_wire_send(struct wire *w, nsec_t now, const struct frame *f, bool effect);

/* For messages that are no frames: whether this one is lost; and a bit of it is turned. */
bool sim_wire_drops(struct wire *w);
void sim_wire_corrupts(struct wire *w, uint8_t *bytes, size_t n);

/* Up to MAX of the frames that are out by NOW. */
size_t sim_wire_take(struct wire *w, nsec_t now, struct frame *ret, size_t max);

/* When the next frame that is not out by NOW will be; NSEC_NEVER. */
nsec_t sim_wire_next(const struct wire *w, nsec_t now);

/* Whether no effect is delayed beyond NOW. */
bool sim_wire_settled(const struct wire *w, nsec_t now);

/* An error frame with CAN_ERR_BUSOFF, then silence until sim_wire_mend(). */
void sim_wire_bus_off(struct wire *w, nsec_t now);

/* Silence; what is delayed is gone. */
void sim_wire_unplug(struct wire *w, nsec_t now);

/* No fault any more. */
void sim_wire_mend(struct wire *w);
