/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/clock.h"

/*
 * The adapter's milliseconds, which start again each minute, on our clock. An adapter's
 * frame is never later than its arrival, and times never go back.
 */
struct slcan_time {
	bool runs;		/* a stamp was seen */
	int stamp;		/* the last one */
	nsec_t device;		/* it, with the minutes, in ns since the first */
	nsec_t came;		/* when it came */
	nsec_t offset;		/* from the device's time to ours */
	nsec_t last;
};

void slcan_time_init(struct slcan_time *t);

/* When a frame was, that has STAMP (0..59999; -1: none) and came at CAME. */
nsec_t slcan_time_of(struct slcan_time *t, int stamp, nsec_t came);
