/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "car/decoder.h"
#include "out/out.h"

/*
 * What is on a bus, counted: for each id how often and how regularly it comes, and what
 * is wrong with it. Memory is bound: over STATS_IDS_MAX ids of all buses frames are
 * counted, but not by id.
 */
#define STATS_IDS_MAX 32768

struct stats;

_must_check_ struct stats *stats_new(void);	/* NULL: no memory */

/* -ENOMEM. Also for error frames and FRAME_LOST. */
_must_check_ int stats_hear(struct stats *s, const struct decoded *d);

/* A line of the input that is no frame. */
void stats_bad(struct stats *s, uint64_t lines);

/* The next frame comes from another file: its buses' names may be elsewhere in memory. */
void stats_next_file(struct stats *s);

void stats_text(struct stats *s, struct out *o);
void stats_json(struct stats *s, struct out *o);

void stats_free(struct stats *s);	/* NULL is fine */
