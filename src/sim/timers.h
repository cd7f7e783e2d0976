/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/util.h"

struct sim;

struct timer {
	nsec_t t;
	uint64_t seq; /* equal times: first come, first served */
	void (*fire)(struct sim *s, unsigned int arg);
	unsigned int arg;
	bool effect; /* sim_settled() waits for it */
};

/* A binary heap, the next one first. Zeroed is empty. */
struct timers {
	struct timer *heap;
	size_t n;
	size_t size;
	size_t n_effects;
	uint64_t seq;
};

/* Copies T, sets its seq. -ENOMEM. */
_must_check_ int sim_timers_add(struct timers *ts, const struct timer *t);

/* The next one, or NULL. */
const struct timer *sim_timers_first(const struct timers *ts);

/* Takes the next one out; there must be one. */
struct timer sim_timers_pop(struct timers *ts);

/* Forgets all that would call FIRE with ARG. */
void sim_timers_cancel(struct timers *ts, void (*fire)(struct sim *s, unsigned int arg),
		       unsigned int arg);

void sim_timers_free(struct timers *ts);
