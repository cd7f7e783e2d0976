/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "car/decoder.h"
#include "proc/procedure.h"

/* Doing a procedure instead of a person: by hand on a simulated car, or by frames. */

#define PLAY_SCRIPT_MAX 2048

/*
 * Control lines (DESIGN 7) that do P with FOBS fobs (1..4, as far as P has several) on a
 * simulated car, at a person's pace. With IGNITION false only the fob part, begun at START.
 */
void play_script(char *buf, size_t size, const struct procedure *p, unsigned int fobs,
		 bool ignition, nsec_t start);

/* The ignition part of P as frames of cluster and immobiliser, each at its time. */
struct trigger {
	const struct decoder *decoder;
	const struct procedure *p;
	nsec_t start;
	size_t next;		/* of the steps */
	bool on;		/* the ignition is on, as far as we said */
};

void trigger_init(struct trigger *t, const struct procedure *p, const struct decoder *d,
		  nsec_t start);

/* When the next frame is due; NSEC_NEVER after the last. */
nsec_t trigger_next(const struct trigger *t);

/* When the part is over, as the frames say: the key is out, or the ignition off. */
nsec_t trigger_over(const struct trigger *t);

/* The frame that is due. -ENOENT: this car's DBC has no such message. */
_must_check_ int trigger_frame(struct trigger *t, struct frame *ret_frame);

/* When it stops half-way: the frame that leaves the ignition off. False: nothing to undo. */
bool trigger_undo(struct trigger *t, struct frame *ret_frame);
