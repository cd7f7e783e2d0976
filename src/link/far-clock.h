/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>

#include "base/clock.h"

/*
 * The clock of another machine, as seen by the stamps on what comes from there: it shows
 * another time than ours, and goes a little faster or slower. What came with the least delay
 * tells how far the two are apart; so the times between stamps stay what they were, whatever
 * the network did to them. No I/O. All zeros at first.
 */
#define FAR_CLOCK_WINDOW (30 * NSEC_PER_SEC)

struct far_clock {
	bool known;
	nsec_t shift[2];	/* the least from its time to ours: in this window, in the last */
	nsec_t begin;		/* of this window, our time */
	nsec_t stamp, now;	/* of the call before */
	nsec_t last;		/* the time returned; none is earlier */
};

/*
 * Something that was stamped STAMP came at NOW, ours: when was that, by our clock? Never after
 * NOW, and not before the one before. A far clock that was set back, or that stands still, is
 * measured anew; one that was set back by less than the time since the stamp before lags behind
 * for up to two windows. Two clocks 100 ppm apart err by 6 ms at most.
 */
nsec_t far_clock_time(struct far_clock *c, nsec_t stamp, nsec_t now);
