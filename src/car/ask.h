/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "car/gate.h"
#include "car/request.h"

#define ASK_PARALLEL_MAX 64	/* modules that are asked at the same time */

/*
 * Modules that may still answer what nobody waits for any more: until then they are asked
 * nothing else, so that a late answer is never taken for the next request's. Lives as long
 * as the link; all 0 at first.
 */
struct ask_late {
	nsec_t until[256];
	unsigned int heard;		/* answers that came when nobody waited any more */
};

/* A bus with a car on it that may be asked. */
struct asker {
	struct link *link;
	struct tp *tp[DIAG_PROTOCOLS];	/* what carries each of them; NULL: nothing does here */
	struct gate *gate;
	struct ask_late *late;
	/* What is heard while waiting, answers included. */
	void (*heard)(const struct frame *f, void *arg);
	/* An answer about ignition or locks, or an ident, by the DBC; may be NULL. */
	void (*told)(const struct decoded *dec, void *arg);
	void *arg;
	nsec_t timeout;			/* for the beginning of one answer: P2 of proto/client.h */
	char why[GATE_WHY_MAX];		/* after -EPERM, -EREMOTEIO, -EPROTO and -ETIMEDOUT */
};

/* One request to one module, and what came of it. */
struct question {
	enum diag_protocol protocol;
	uint8_t ecu;		/* a functional address: DONE for each module that answers */
	uint8_t req[REQUEST_MAX];
	size_t n;

	/*
	 * 0: answered; -EREMOTEIO: refused, CODE; -ETIMEDOUT; -EPERM: the gate, in the asker's
	 * WHY; -EPROTO: what came is no answer, or broke off; -EOPNOTSUPP: nothing carries this
	 * protocol here; -EMSGSIZE; -EAGAIN: not asked, since an earlier error ended it all.
	 */
	int result;
	uint8_t code;
	const char *why;	/* more words on RESULT, or NULL */
	uint8_t from;		/* who answered */
	nsec_t took;		/* from the request to the first frame of the answer */
	const uint8_t *data;	/* what follows the echoed identifier; during DONE only */
	size_t len;
};

/*
 * Ask all N, several modules at once, one request at a time to each of them, and call DONE
 * (may be NULL) when one is settled. What the gate refuses does not end it. 0, or what ended
 * it: the link's error, -ECANCELED, -ENODATA.
 */
_must_check_ int ask_all(struct asker *a, struct question *q, size_t n,
			 void (*done)(struct question *q, void *arg), void *arg);

/* Hear what comes by TP, and ask nothing, until DEADLINE. 0, or what ended it, as ask_all(). */
_must_check_ int ask_listen(struct asker *a, struct tp *tp, nsec_t deadline);

/*
 * Ask one and wait for it. Returns Q's result or what ended it, in words in the asker's WHY.
 * The answer is in BUF (TP_MESSAGE_MAX bytes), Q's data points there.
 */
_must_check_ int ask_one(struct asker *a, struct question *q, uint8_t *buf);

/* An answer's DATA as a frame with M's id, cut to FRAME_DATA_MAX; time and bus stay. */
void ask_answer_frame(const struct dbc_message *m, const uint8_t *data, size_t len,
		      struct frame *f);

/*
 * Send the request that the DBC message M describes (DiagRequest, DiagEcu, DiagProtocol)
 * and wait for its answer: *ret_frame then has M's id and the answer's data, of a long one
 * the first FRAME_DATA_MAX bytes. -EINVAL: M describes none; errors as ask_one().
 */
_must_check_ int ask_message(struct asker *a, const struct dbc *dbc, const struct dbc_message *m,
			     struct frame *ret_frame);

/*
 * May the car, of which S is known, be polled (gate_check_files(), gate_may_poll())? Where neither locks nor
 * ignition have been heard, the first request is a single read: of the terminal state, by
 * the first message for it in the car's DBC. An unknown car that may be polled is asked that,
 * too: what it says to it settles D's platform. -EPERM and WHY; -ETIMEDOUT: nobody answered;
 * errors as ask_one().
 */
_must_check_ int ask_may_poll(struct asker *a, struct decoder *d, const struct car_state *s);

/*
 * Send the plain bus request M (attribute Answer names what comes back) and wait for that
 * message. Errors as above.
 */
_must_check_ int ask_plain(struct asker *a, const struct dbc *dbc, const struct dbc_message *m);

/*
 * Is M, a message of DBC, the tester's request for the state of ignition, key or body
 * (from the node DIA, with an Answer that carries it)?
 */
bool ask_is_for_state(const struct dbc *dbc, const struct dbc_message *m);
