/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "car/state.h"

/*
 * What a diagnostic cable says of the car by its own modem lines: K+DCAN cables have terminal 15
 * on DSR (adapters.md 1.2). Where neither locks nor ignition are heard, that is what polling
 * needs (DESIGN 6).
 */
struct cable {
	bool wired;	/* DSR was on: this cable has that line */
};

/*
 * DSR is ON (1, 0; negative: there is no such line) at T: S hears it, as the message Cable_Lines
 * of D's DBCs. On says nothing against what a module said, and off counts of a cable that is
 * known to have the line. Returns what to do if the car may not be polled for all that.
 */
const char *cable_hear(struct cable *c, const struct decoder *d, struct car_state *s, int on,
		       nsec_t t);
