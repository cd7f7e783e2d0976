/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "link/bytelink.h"
#include "link/link.h"
#include "proto/kbus.h"

#define KBUS_LINK_QUEUE 256	/* frames that are kept while one is sent: over 2 s of a full bus */

/*
 * The K-bus wire behind BYTES as a frame link that is called "kbus". It finds its way into a
 * stream anywhere, and past noise (struct kbus_framer). A frame's time is that of its first
 * bit. The link owns BYTES, also when this fails. -ENOMEM.
 *
 * Its send waits until the frame was on the wire (struct kbus_send), and goes on hearing
 * meanwhile; own frames are not received. -EINVAL: no K-bus frame; -EMSGSIZE: over
 * KBUS_SEND_BYTES bytes; -ENOLINK, -ECOMM, -EBUSY: struct kbus_send; -ECANCELED; -ENODEV.
 */
_must_check_ int kbus_link_open(struct bytelink *bytes, struct link **ret_link);

/* The back-off after collisions draws from SEED; each sender on a wire needs its own. */
void kbus_link_seed(struct link *l, uint32_t seed);

/*
 * The interface says by CTS that the bus is free, and nothing is sent before (adapters.md 2).
 * -EOPNOTSUPP: the port has no such line; -ENODEV.
 */
_must_check_ int kbus_link_use_cts(struct link *l);

/*
 * For over a second bytes have come over L, and not a frame of a known device: it is another wire, or
 * another rate. Its recv returns 0 early, once, when that is found.
 */
bool kbus_link_is_garbage(struct link *l);

struct kbus_heard {
	uint64_t bytes;			/* all that came */
	/* Without what came before the first frame, when that can be the rest of another one. */
	struct kbus_counts counts;
	uint64_t sent;			/* frames that came back as they were sent */
	uint64_t collisions;		/* times that something else came back for what was sent */
	struct bytelink_errors port;	/* zeros where the port does not count */
};

/* What came until now over L, which is from kbus_link_open(). */
struct kbus_heard kbus_link_heard(struct link *l);
