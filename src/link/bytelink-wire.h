/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "link/bytelink.h"

/*
 * A single wire in memory with stations on it, as K-line and K-bus transceivers see it: idle
 * is high, low wins, and everybody hears all, himself included. A byte takes its bits' times
 * at its sender's rate, start, parity and stop bit included. Each station has a UART that looks
 * at the middle of the bits: who listens at another rate or parity than the sender's, or while
 * two send, hears what comes out of that, mostly damaged bytes. (Of two that begin at the same
 * moment, one that sends all the low bits is heard as it is, by both.) For tests and the
 * simulated modules, in virtual time; one clock for all stations.
 *
 * What differs from a serial port: sending does not wait, and is -ENOBUFS when
 * BYTELINK_WIRE_QUEUE bytes wait to go out. bytelink_set() and bytelink_break() wait until all
 * is out, as the kernel does; from a party they cannot, and say -EBUSY. A break, or a long low,
 * leaves a 00 in the stations' buffers (adapters.md 1.5). A station's bytelink_recv() with
 * NSEC_NEVER is -ENODATA when nothing will happen any more.
 */
struct bytelink_wire;

#define BYTELINK_WIRE_STATIONS 4
#define BYTELINK_WIRE_PARTIES 4
#define BYTELINK_WIRE_QUEUE 1024
#define BYTELINK_WIRE_LOWS 16

/* Time in which a station heard the wire low without a break: longer than a byte's 0 bits. */
struct bytelink_low {
	nsec_t begin, end;
};

/*
 * Somebody who acts by himself, as a simulated module does, while a station waits in
 * bytelink_recv(): RUN is called when something came to any station, and at the times that NEXT
 * names (NSEC_NEVER: none). It may send and receive at its own station, with a deadline of 0.
 * NOW is the wire's time: when somebody waited on the clock without the wire, all that happened
 * meanwhile happens at its own time, and the clock is ahead of NOW.
 */
struct bytelink_party {
	nsec_t (*next)(void *arg);
	void (*run)(void *arg, nsec_t now);
	void *arg;
};

/* What happens to the bytes on their way; probabilities 0..1, drawn from a fixed seed. */
struct bytelink_wire_faults {
	double lose;		/* a byte is heard by nobody but its sender */
	double damage;		/* a bit is turned for all but its sender; parity may show it */
	double noise;		/* a random byte, before one that is sent; its sender hears it too */
};

/* -ENOMEM; -EINVAL: CLK is real. */
_must_check_ int bytelink_wire_new(struct clock *clk, struct bytelink_wire **ret);

/* A new station, closed by bytelink_close(). 9600 8N1 at first. -ENOSPC, -ENOMEM. */
_must_check_ int bytelink_wire_station(struct bytelink_wire *w, struct bytelink **ret);

/* -ENOSPC. */
_must_check_ int bytelink_wire_party(struct bytelink_wire *w, const struct bytelink_party *p);

void bytelink_wire_faults(struct bytelink_wire *w, const struct bytelink_wire_faults *f);

/*
 * The next time of low that B, a station, has heard; false: none. Of more than
 * BYTELINK_WIRE_LOWS that wait, the oldest are forgotten.
 */
bool bytelink_wire_low(struct bytelink *b, struct bytelink_low *ret);

/*
 * B hands on what it heard when 62 bytes wait, or every LATENCY of the clock; 0: at once. As an
 * FTDI chip does (adapters.md 1.3).
 */
void bytelink_wire_latency(struct bytelink *b, nsec_t latency);

/* B does not hear what it sends itself: as cables without power, or "ADS" ones. */
void bytelink_wire_no_echo(struct bytelink *b, bool no_echo);

/* What bytelink_modem() of B says; it says -EOPNOTSUPP until this is called. */
void bytelink_wire_modem(struct bytelink *b, unsigned int modem);

/* How B is set now. */
struct bytelink_line bytelink_wire_line(struct bytelink *b);

/* B is pulled out: all calls on it are -ENODEV. */
void bytelink_wire_unplug(struct bytelink *b);

/* Frees the wire; its stations are closed before. */
void bytelink_wire_free(struct bytelink_wire *w);	/* NULL is fine */

DEFINE_CLEANUP(struct bytelink_wire *, bytelink_wire_free);
