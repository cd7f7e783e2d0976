/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "proto/burst.h"
#include "proto/diag.h"
#include "proto/kline.h"
#include "proto/tp.h"

/* Between tp-kline.c and the transports of tp-ds2.c and tp-kwp.c only. */

struct tp_kline;

/* What a telegram of one of the protocols says. */
struct tp_kline_telegram {
	bool addressed;		/* it names the two: */
	uint8_t ecu;		/* who sends it, */
	bool to_us;		/* and whether the tester is meant */
	const uint8_t *data;
	size_t len;
};

/* One of the transports. */
struct tp_kline_side {
	struct tp tp;
	struct tp_kline *shared;
	enum diag_protocol protocol;
	burst_parse_fn parse;	/* into a struct tp_kline_telegram */
	nsec_t silence;		/* between two bytes: a telegram has ended */
	nsec_t end;		/* silent for so long: an answer has; 0: that is not waited for */
	bool asked[256];
};

/* What they share. */
struct tp_kline {
	struct kline wire;
	struct burst burst;
	struct tp_kline_side *ds2, *kwp;	/* those that are open */
	bool waiting;		/* an answer may still come, */
	uint8_t ecu;		/* from this module, */
	nsec_t until;		/* until then */
};

#define KLINE_PATIENCE (2 * NSEC_PER_SEC)	/* for a wire to be idle; own choice */

/*
 * Send a whole telegram to ECU, GAP after the last byte of others, P4 between two bytes; an
 * answer may come until ANSWER later. Before that it waits for what was asked before: an
 * answer to that could be taken for one to this. Errors and WHY as tp_kline_open() says.
 */
_must_check_ int tp_kline_say(struct tp_kline_side *side, uint8_t ecu, const uint8_t *bytes,
			      size_t n, nsec_t gap, nsec_t p4, nsec_t answer);

/*
 * Wait until an answer to what was asked last cannot come any more, or has. 0; the byte link's
 * errors.
 */
_must_check_ int tp_kline_settle(struct tp_kline_side *side);

/*
 * The next byte, which the burst then has, or the end of a burst: 1; 0: neither until
 * DEADLINE. *ret_error is what burst_end() said of it.
 */
_must_check_ int tp_kline_listen(struct tp_kline_side *side, nsec_t deadline, int *ret_error);

/* As tp_recv(). */
_must_check_ int tp_kline_recv(struct tp *tp, struct tp_event *ret, nsec_t deadline);

void tp_kline_forget(struct tp *tp, uint8_t ecu);

/* SIDE is closed: its memory is given back, and that of what it shares with the last one. */
void tp_kline_leave(struct tp_kline_side *side);

static inline struct tp_kline_side *tp_kline_side(struct tp *tp)
{
	return container_of(tp, struct tp_kline_side, tp);
}

/* The transports: what differs. -ENOMEM. */
_must_check_ int tp_ds2_new(struct tp_kline *k, struct tp_kline_side **ret);
_must_check_ int tp_kwp_new(struct tp_kline *k, struct tp_kline_side **ret);

/* End the session that SIDE, KWP2000's, may have. 0; the byte link's errors. */
_must_check_ int tp_kwp_leave(struct tp_kline_side *side);
