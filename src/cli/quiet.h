/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "car/decoder.h"

/*
 * Frames that cannot change the state of the car, so that state_hear() need not be asked:
 * those without a canonical signal, and those that say again what they said when nothing
 * changed, while nothing has changed since. On a bus that is nearly all of them.
 */
struct quiet {
	struct quiet_source *sources;
	size_t n_sources, last;
	uint64_t changes;		/* how often anything changed */
};

/* For the DBCs of D, all of which are loaded. -ENOMEM. */
_must_check_ int quiet_init(struct quiet *q, const struct decoder *d);

void quiet_free(struct quiet *q);

/* Can state_hear() say nothing about DEC? When false, ask it, and tell quiet_heard(). */
bool quiet_is(struct quiet *q, const struct decoded *dec);

/* state_hear() made N events of the same DEC. */
void quiet_heard(struct quiet *q, const struct decoded *dec, size_t n);
