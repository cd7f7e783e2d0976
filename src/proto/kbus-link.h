/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "link/bytelink.h"
#include "link/link.h"
#include "proto/kbus.h"

#define KBUS_BAUD 9600		/* 8E1: kbus.md 1.1 */
#define KBUS_BYTE_TIME 1145833	/* ns: a start bit, 8, the parity and a stop bit */

/*
 * The K-bus wire behind BYTES as a frame link that listens, and is called "kbus". It finds
 * its way into a stream anywhere, and past noise (struct kbus_framer). A frame's time is
 * that of its first bit. The link owns BYTES, also when this fails. -ENOMEM.
 */
_must_check_ int kbus_link_open(struct bytelink *bytes, struct link **ret_link);

struct kbus_heard {
	uint64_t bytes;			/* all that came */
	struct kbus_counts counts;
	struct bytelink_errors port;	/* zeros where the port does not count */
};

/* What came until now over L, which is from kbus_link_open(). */
struct kbus_heard kbus_link_heard(struct link *l);
