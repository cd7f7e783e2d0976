/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "link/bytelink.h"
#include "link/parmrk.h"
#include "proto/echo.h"

/*
 * The wire of a K-line through a cable, as all protocols on it see it: one speaks at a time,
 * and hears himself. What it does is sent and waited for at once, since the next byte
 * depends on it; that takes a telegram's time, ECHO_TIMEOUT and the port's slack at most.
 */
struct kline {
	struct bytelink *bytes;
	struct clock *clk;
	struct bytelink_line line;	/* .baud 0: not set yet */
	struct parmrk marks;
	nsec_t quiet;			/* since when nothing has been heard or sent */
	struct echo echo;		/* of what was sent last */
	uint64_t waited;		/* bytes that were there when something was to be sent */
	size_t at, n;
	uint8_t raw[256];		/* received, and from AT on not yet taken */
};

struct kline_byte {
	uint8_t value;
	bool damaged;
};

/* A wire over BYTES, which stays the caller's. */
void kline_init(struct kline *k, struct bytelink *bytes);

/*
 * Another rate or parity; DTR and RTS are low (adapters.md 1.2). -EOPNOTSUPP: the far end of
 * a network sets it, or the driver knows no parity; -ENODEV.
 */
_must_check_ int kline_set(struct kline *k, unsigned int baud, bool even_parity);

/* The time of one byte, start and stop bit included, as the port is set. */
nsec_t kline_byte_time(const struct kline *k);

/*
 * The next byte: 1 and *ret; 0 at DEADLINE, or earlier when a descriptor watched by the
 * clock is ready; the byte link's errors.
 */
_must_check_ int kline_hear(struct kline *k, struct kline_byte *ret, nsec_t deadline);

/* Take what is there, and count it in WAITED. 0, or the byte link's errors. */
_must_check_ int kline_take(struct kline *k);

/*
 * Wait until the wire has been silent for GAP; what comes meanwhile is counted in WAITED.
 * -EBUSY: that was not so within PATIENCE; the byte link's errors.
 */
_must_check_ int kline_rest(struct kline *k, nsec_t gap, nsec_t patience);

/*
 * Send N bytes, P4 apart (0: as one), and hear them come back. What has come before is
 * counted in WAITED. -ENOLINK: not one came back; -ECOMM: they came back otherwise, or not
 * all (see ECHO); the byte link's errors.
 */
_must_check_ int kline_send(struct kline *k, const uint8_t *bytes, size_t n, nsec_t p4);

/* Pull the wire low, or let it go. The byte link's errors. */
_must_check_ int kline_break(struct kline *k, bool on);
