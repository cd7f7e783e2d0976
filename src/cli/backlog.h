/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/util.h"
#include "link/frame.h"

/*
 * Frames that were received and wait for a reader of our output who is slower than the
 * bus. 5 s of 8,600 frames a second (DESIGN 8) are 43,000.
 */
#define BACKLOG_MAX 65536

struct backlog {
	struct frame *frames;	/* NULL until backlog_init() */
	size_t first, n;
	uint32_t lost;		/* came when it was full, and not told yet */
};

/* -ENOMEM. Memory is touched as far as it is filled. */
_must_check_ int backlog_init(struct backlog *b);
void backlog_free(struct backlog *b);

/* Add F; counted as lost when there is no room. */
void backlog_push(struct backlog *b, const struct frame *f);

/* The oldest frame, or NULL. */
const struct frame *backlog_first(const struct backlog *b);

/*
 * Take the oldest frame. Once there is room again, a FRAME_LOST of BUS at NOW goes where
 * the lost ones are missing. False: there is none.
 */
bool backlog_pop(struct backlog *b, struct frame *ret, const char *bus, nsec_t now);
