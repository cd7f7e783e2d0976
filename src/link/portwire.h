/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "link/bytelink.h"

/*
 * A single wire that ends in a port, for those who are on the wire: the simulated modules.
 * What is sent takes its bits' times; who sends hears himself, and so the port gets back what
 * it sends; where two speak at once low wins. A port at another rate hears garbage. At 9600
 * baud there is a parity bit, as K-bus and DS2 have it. Works in real and in virtual time.
 */
struct portwire;

#define PORTWIRE_QUEUE 64	/* messages that wait to be sent */
#define PORTWIRE_MESSAGE_MAX 69	/* bytes of one */

/* A byte that the port sent. */
struct portwire_byte {
	nsec_t end;		/* of its stop bit */
	unsigned int baud;
	uint8_t value;
	bool damaged;		/* somebody else spoke at the same time */
};

/* What is wrong with the wire; probabilities 0..1 for each byte, drawn from a fixed seed. */
struct portwire_faults {
	bool no_echo;		/* the port does not hear itself */
	double lose;		/* a byte is not heard */
	double damage;		/* a bit of it is turned */
	double noise;		/* a random byte comes before it */
	unsigned int collide;	/* so many times somebody else speaks when the port does */
};

#define PORTWIRE_ALWAYS UINT32_MAX	/* collide */

/*
 * BYTES is the port, and is owned, also when this fails. BAUD: what the port is set to as long
 * as nobody knows. -ENOMEM.
 */
_must_check_ int portwire_open(struct bytelink *bytes, unsigned int baud, struct portwire **ret);
void portwire_close(struct portwire *w);	/* NULL is fine */

/*
 * From now on the port hears each byte of a message when its stop bit is through, not all of
 * them when the last one's is: where the port decides by what it hears whether the wire is free.
 * For bytes of portwire_say() it makes no difference.
 */
void portwire_hand_bytes(struct portwire *w);

/*
 * Send N bytes at BAUD when the wire is free, GAP after what was on it last; again when somebody
 * else spoke meanwhile, up to five times (kbus.md 1.3). -ENOBUFS when PORTWIRE_QUEUE messages
 * wait; -EMSGSIZE.
 */
_must_check_ int portwire_send(struct portwire *w, const uint8_t *bytes, size_t n,
			       unsigned int baud, nsec_t gap);

/* Send one byte now, or after the last one of ours, whatever the port does. -ENOBUFS as above. */
_must_check_ int portwire_say(struct portwire *w, uint8_t byte, unsigned int baud);

/*
 * Up to MAX bytes that the port sent and that are through. Waits for the first until DEADLINE,
 * and hands the port what it is to hear meanwhile. 0 at the deadline, or when a watched
 * descriptor is ready; the errors of the port, see link/bytelink.h.
 */
_must_check_ int portwire_recv(struct portwire *w, struct portwire_byte *ret, size_t max,
			       nsec_t deadline);

/* Whether something is on the wire, or waits to be. */
bool portwire_busy(const struct portwire *w);

/* When something that is on the wire, or waits to be, is through next; NSEC_NEVER: nothing is. */
nsec_t portwire_next(struct portwire *w);

void portwire_set_faults(struct portwire *w, const struct portwire_faults *f);

struct bytelink *portwire_port(struct portwire *w);
