/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/clock.h"
#include "base/util.h"
#include "link/frame.h"

struct link;

/* Passes a frame when (id & mask) == (want & mask) and its kind (11 or 29 bit) is EXT's. */
struct link_filter {
	uint32_t want;
	uint32_t mask;
	bool ext;
};

/* What a kind of frame link does. One file of src/link/ (or a wrapper elsewhere) each. */
struct link_ops {
	/* NULL: a link that only listens. */
	int (*send)(struct link *l, const struct frame *f);
	/* See link_recv(). */
	int (*recv)(struct link *l, struct frame *ret, size_t max, nsec_t deadline);
	/* NULL: not filtered; the caller must look at the ids anyway. */
	int (*filter)(struct link *l, const struct link_filter *f, size_t n);
	/* NULL: none. See link_fd(). */
	int (*fd)(struct link *l);
	/* Called once, last; frees the link. */
	void (*close)(struct link *l);
};

/* First member of every kind's own struct. */
struct link {
	const struct link_ops *ops;
	struct clock *clk;
	const char *name;	/* what frames and messages call it: "can0", "sim:r53" */
	bool is_virtual;	/* no car can be behind it (DESIGN: safety gate) */
	bool half_duplex;	/* it hears nothing while it sends, and holds little */
};

/*
 * Hand F to the bus. -EOPNOTSUPP: it only listens; -EROFS: its controller is set to;
 * -ENOBUFS: the queue is full; -EMSGSIZE: it cannot carry this length. Only the safety gate calls this (car/gate.h).
 */
_must_check_ int link_send(struct link *l, const struct frame *f);

/*
 * Fill RET with up to MAX frames that are there, waiting for the first one until DEADLINE.
 * Returns their number; 0 at the deadline, or earlier when a descriptor watched by the
 * clock is ready; -ECANCELED after a signal; -ENODATA at the end of a log or a script;
 * -ENETDOWN, -ENODEV when the bus went away.
 */
_must_check_ int link_recv(struct link *l, struct frame *ret, size_t max, nsec_t deadline);

/* Ask the kernel for these ids only; error frames still come. 0 when not supported. */
_must_check_ int link_filter(struct link *l, const struct link_filter *f, size_t n);

/*
 * A descriptor that is readable when there is something to receive, for those who wait on
 * another link meanwhile (clock_watch()); -1: none, it must be waited on by link_recv().
 */
int link_fd(struct link *l);

void link_close(struct link *l);	/* NULL is fine */

DEFINE_CLEANUP(struct link *, link_close);
