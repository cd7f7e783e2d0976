/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim/sim.h"

/*
 * The K-line of an R50, R52 or R53 as its modules hear it and speak on it, both wires of the
 * OBD plug joined (kbus.md 3.1): body module, EWS and cluster by DS2 at 9600 8E1, and the
 * engine's by KWP2000 at 10400 8N1, which answers only after a wake-up. In the car's own time:
 * sim_run() first. Other cars have none: they hear nothing, and are silent.
 */
enum sim_parity {
	SIM_PARITY_NONE,
	SIM_PARITY_EVEN,
	SIM_PARITY_UNSEEN, /* the wire does not carry it: taken for what it should be */
};

/* A byte on the wire, its start and stop bits around it. */
struct sim_byte {
	uint8_t value;
	unsigned int baud;
	enum sim_parity parity;
	bool damaged; /* parity or stop bit wrong, or two spoke at once */
};

/* How long B takes on the wire, in ns. */
nsec_t sim_byte_time(const struct sim_byte *b);

/*
 * A byte from somebody else, whose stop bit ends now. Who listens at another rate hears it
 * damaged. A 00 at 1200 baud or less is a low pulse, too.
 */
void sim_kline_hear(struct sim *s, const struct sim_byte *b);

/* The wire was low from BEGIN to END, a time up to now: a break. */
void sim_kline_low(struct sim *s, nsec_t begin, nsec_t end);

/*
 * The next byte that a module sends, if it is to begin by now; the caller puts it on the wire
 * at once, and lets nobody hear it by sim_kline_hear(). sim_next() says when there is one.
 */
bool sim_kline_take(struct sim *s, struct sim_byte *ret);

/*
 * The wire carries no breaks, as a pty does (adapters.md 5.1): the engine's module takes
 * StartCommunication without a wake-up.
 */
void sim_kline_no_breaks(struct sim *s);
