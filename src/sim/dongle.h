/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/clock.h"
#include "base/util.h"
#include "link/frame.h"

/*
 * A simulated serial adapter: between a bus and the host that holds its port. Pure: each
 * kind takes bytes of the host and frames of the bus, and gives the other. What can go wrong
 * on the serial line is here, for all of them.
 */
struct dongle;

/* What happens on the serial line; a car's control lines set it (minikey-sim(5)). */
struct serial_faults {
	double lose;		/* of the bytes to the host, 0..1 */
	double nul;		/* how often a NUL comes before a byte, 0..1 */
	nsec_t split;		/* a line comes in two parts, so far apart */
	nsec_t late;		/* answers to commands come so much later */
	unsigned int baud;	/* bit/s to the host, ten bits a byte; 0: no limit */
	bool echo;		/* what the host sends comes back first */
	bool wrong_echo;	/* and the third character of each ten is another */
	unsigned int resets;	/* how often the adapter was to start anew */
};

/* One file each. */
struct dongle_ops {
	/* A byte of the host's. */
	void (*hear)(struct dongle *d, nsec_t now, char c);
	/* A frame on the bus, of somebody else. */
	void (*carry)(struct dongle *d, nsec_t now, const struct frame *f);
	/* Power comes back. */
	void (*reset)(struct dongle *d, nsec_t now);
	/* What it does by itself, and when; NULL: nothing. */
	void (*run)(struct dongle *d, nsec_t now);
	nsec_t (*next)(const struct dongle *d);
	bool echoes;		/* it calls dongle_echo() itself */
};

#define DONGLE_OUT 4096	/* bytes to the host that wait */
#define DONGLE_BUS 256	/* frames to the bus */

struct dongle_byte {
	nsec_t due;
	char c;
};

/* First member of every kind's own struct. */
struct dongle {
	const struct dongle_ops *ops;
	const struct serial_faults *faults;	/* NULL: none */
	unsigned int resets;			/* done */
	unsigned int echoed;
	uint64_t random;
	nsec_t free;				/* when the serial line is */
	size_t head, n;
	struct dongle_byte out[DONGLE_OUT];
	size_t bus_head, n_bus;
	struct frame bus[DONGLE_BUS];
};

void dongle_init(struct dongle *d, const struct dongle_ops *ops);

/* N bytes that the host sent. */
void dongle_hear(struct dongle *d, nsec_t now, const uint8_t *bytes, size_t n);

/* F is on the bus. */
void dongle_carry(struct dongle *d, nsec_t now, const struct frame *f);

/* Up to MAX bytes for the host that are through by NOW. */
size_t dongle_take(struct dongle *d, nsec_t now, uint8_t *ret, size_t max);

/* When the next byte for the host will be through, or it does something; NSEC_NEVER. */
nsec_t dongle_next(const struct dongle *d);

/* The next frame that the host put on the bus. */
bool dongle_take_frame(struct dongle *d, struct frame *ret);

/* ---- for the kinds ---- */

/* N characters to the host. ANSWER: to a command. False: no room, all of it is lost. */
bool dongle_say(struct dongle *d, nsec_t now, const char *text, size_t n, bool answer);

/* C, which the host sent, goes back to it. */
void dongle_echo(struct dongle *d, nsec_t now, char c);

/* False: no room. */
bool dongle_put(struct dongle *d, const struct frame *f);
