/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/util.h"

/*
 * What a K-line carries between two silences: telegrams, one after the other, from its first
 * byte on. Where one of them is damaged, nothing is looked for in what follows it: with a
 * check of eight bits a telegram would sooner or later be found that nobody sent. Pure.
 */
#define BURST_MAX 260	/* the longest telegram: KWP2000's, 4 + 255 + 1 */

struct burst {
	enum burst_state {
		BURST_GOOD,
		BURST_SPOILT,	/* and that has not been said yet */
		BURST_BAD,	/* until the silence */
	} state;
	nsec_t last;	/* when its last byte came */
	size_t n, used;	/* bytes held; of them, those of the telegram popped last */
	uint8_t buf[BURST_MAX];
};

/*
 * As ds2_parse(): the size of the telegram that BYTES begin with, and *ret; 0: more bytes are
 * needed; -EBADMSG: there is none.
 */
typedef int (*burst_parse_fn)(const uint8_t *bytes, size_t n, void *ret);

/* Add a byte that came at T, as it is or DAMAGED. */
void burst_push(struct burst *b, uint8_t byte, bool damaged, nsec_t t);

/*
 * Take the next telegram: 1 and *ret, which holds until the next push or pop; 0: more is
 * needed; -EBADMSG, once a burst: what came is none.
 */
_must_check_ int burst_pop(struct burst *b, burst_parse_fn parse, void *ret);

/* Are there bytes after the telegram popped last? */
bool burst_has_more(const struct burst *b);

/* The telegram popped last was none, after all: what follows is of no use until the silence. */
void burst_spoil(struct burst *b);

/* When burst_end() is to be called if no byte came; NSEC_NEVER: no need to. */
nsec_t burst_deadline(const struct burst *b, nsec_t silence);

/* There was silence: -EBADMSG, if a telegram was cut short by it. */
int burst_end(struct burst *b);
