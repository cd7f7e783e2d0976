/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/filter.h"
#include "cli/session.h"

#define WAY_TOLD_MAX 32

/* One direction of a bridge: what comes on FROM goes out on TO. Start with zeros. */
struct way {
	struct session *from, *to;
	const struct filter_args *filter;
	uint64_t frames;	/* handed to TO */
	uint64_t lost;		/* before they came here, or TO could not carry them */
	uint64_t refused;	/* by the safety gate of TO */
	uint64_t errors;	/* error frames, which stay where they are */
	uint32_t told[WAY_TOLD_MAX];	/* ids whose refusal was said */
	size_t n_told;
	unsigned int said;	/* what else was said, each once */
};

/*
 * Carry on what was heard on FROM, unless the filter, TO's gate or TO itself does not let it.
 * Waits while TO's queue is full, 100 ms at most. Returns 1: handed over; 0: not; the errors of
 * gate_forward(), but what only this frame is to blame for: that is counted, and said once.
 */
_must_check_ int way_carry(struct way *w, const struct decoded *dec);

/* The counts, a line on stderr. */
void way_say(const struct way *w);
