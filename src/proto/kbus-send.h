/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "proto/kbus.h"

/*
 * A frame on its way onto the K-bus wire (kbus.md 1.3): it waits for silence, is written as a
 * whole, and has to come back as an echo, since everybody hears all. When something else came
 * back, another sender spoke too: it backs off and tries again. Pure: it is told what was
 * heard and what time it is.
 */
#define KBUS_SEND_BYTES 37	/* kbus.md 1.2: nobody was seen to send longer frames */
#define KBUS_SEND_IDLE (10 * NSEC_PER_MSEC)	/* silence before a frame: kbus.md 1.3 */
#define KBUS_SEND_TRIES 3			/* kbus.md 1.3 */
#define KBUS_SEND_BACK_OFF (10 * NSEC_PER_MSEC)	/* and up to as much again: kbus.md 1.3 */
#define KBUS_SEND_ECHO (100 * NSEC_PER_MSEC)	/* after its last bit: kbus.md 4.1, adapters.md 1.4 */
/* A cable may gather bytes for 16 ms (adapters.md 1.3): in longer silence no echo comes. */
#define KBUS_SEND_SETTLED (20 * NSEC_PER_MSEC)
#define KBUS_SEND_PATIENCE NSEC_PER_SEC		/* for silence, before each try; own choice */
#define KBUS_SEND_LOOK NSEC_PER_MSEC		/* at a bus that is said to be busy; own choice */

/* A byte as it was heard; T is when it began. */
struct kbus_byte {
	uint8_t byte;
	bool damaged;
	nsec_t t;
};

enum kbus_send_do {
	KBUS_SEND_WAIT,		/* hear what comes until NEXT */
	KBUS_SEND_WRITE,	/* write the frame, then call kbus_send_written() */
	KBUS_SEND_OVER,		/* RESULT holds */
};

/* Members are private but NEXT, RESULT, COLLISIONS, OVERLAID and SLACK. */
struct kbus_send {
	nsec_t next;
	/*
	 * 0: it was on the wire, whole; -ENOLINK: nothing came back; -ECOMM: something else did,
	 * in all tries; -EBUSY: the wire was never idle.
	 */
	int result;
	uint64_t collisions;	/* tries in which something else came back, in all frames */
	/*
	 * In a try what came back may be the frame, in which others made zeros of ones: low wins
	 * (kbus.md 1.1). It may look like a whole frame of theirs.
	 */
	bool overlaid;
	nsec_t slack;		/* the echo, or the rest of it, may come so much later; 0 at first */

	enum { KBUS_SEND_NOTHING, KBUS_SEND_WAITING, KBUS_SEND_WRITTEN } state;
	uint32_t random;
	unsigned int tries;
	nsec_t quiet;		/* since when nothing was heard */
	nsec_t earliest;	/* not before: back-off */
	nsec_t give_up;
	nsec_t out;		/* when the last bit is on the wire */
	size_t n_heard;		/* bytes, since it was written */
	bool lowered;		/* none of them has a one where the frame has a zero */
	size_t n;
	uint8_t frame[KBUS_SEND_BYTES];
	/* What was heard and is not handed on; its last MATCH bytes may be the echo. */
	size_t n_held, match;
	struct kbus_byte held[KBUS_SEND_BYTES + 1];
};

/* Nothing was heard before NOW. SEED is for the back-off: any, of each sender its own. */
void kbus_send_init(struct kbus_send *s, uint32_t seed, nsec_t now);

/* Begin to send a frame of N bytes, at most KBUS_SEND_BYTES. */
void kbus_send_begin(struct kbus_send *s, const uint8_t *bytes, size_t n, nsec_t now);

/*
 * What is to be done at NOW, when all that came until then was heard. FREE: what the
 * interface's CTS says of the bus; true where nothing says it.
 */
enum kbus_send_do kbus_send_run(struct kbus_send *s, nsec_t now, bool is_free);

/* The frame was written at NOW. */
void kbus_send_written(struct kbus_send *s, nsec_t now);

/*
 * B was heard, also while nothing is sent. Pop after it. True: with it the echo is whole, the
 * frame is sent, and what is heard next begins another one.
 */
bool kbus_send_hear(struct kbus_send *s, const struct kbus_byte *b);

/* The next byte that others sent, not we; false: none. */
bool kbus_send_pop(struct kbus_send *s, struct kbus_byte *ret);

/* It is given up: what was heard is all of others. Pop after it. */
void kbus_send_cancel(struct kbus_send *s);

static inline bool kbus_send_busy(const struct kbus_send *s)
{
	return s->state != KBUS_SEND_NOTHING;
}

/* Is something heard held back, since it may be the echo? */
static inline bool kbus_send_holds(const struct kbus_send *s)
{
	return s->n_held > 0;
}
