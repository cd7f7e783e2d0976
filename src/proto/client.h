/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/clock.h"
#include "proto/diag.h"

/*
 * One request and what becomes of it: waiting, patience, repeating. Pure: it is told what
 * was sent and what came, and says when it wants to send and when it is done.
 *
 * P2, the time for the first frame of an answer, is the caller's: BMW's own values are not
 * public (can.md 9.6), so ISO 14229-2's 100 ms of a client would be too short. From that
 * first frame on the transport's own limits hold (N_Cr).
 */
#define CLIENT_P2_STAR (5 * NSEC_PER_SEC)	/* after "pending": can.md 5; P2 if that is longer */
#define CLIENT_PENDING_MAX 50			/* "pending" to one request; own choice */
#define CLIENT_BUSY_MAX 10			/* times a request is repeated; own choice */
#define CLIENT_BROKEN_MAX 2	/* times, after an answer that broke off; own choice */
#define CLIENT_REPEATS_MAX 2	/* times, after silence: kbus.md 4.1 */
#define CLIENT_BUSY_PAUSE (200 * NSEC_PER_MSEC)	/* before it is repeated; own choice */

enum client_state {
	CLIENT_SENDING,		/* the request is to be sent, from NEXT on */
	CLIENT_WAITING,		/* for the first frame, until NEXT */
	CLIENT_RECEIVING,	/* the rest of a longer answer */
	CLIENT_DONE,		/* RESULT and what follows it hold */
};

struct client {
	enum client_state state;
	enum diag_protocol protocol;
	const uint8_t *req;		/* the caller's */
	size_t n;
	nsec_t p2;
	nsec_t repeat;	/* what is not answered within this is sent again, P2 allowing; 0: never */
	nsec_t next, deadline;
	nsec_t sent, first;		/* when the request went out, when the answer began */
	unsigned int pending, busy, broken, repeats;
	bool repeating;			/* it is sent again after silence: P2 runs on */
	const char *stray;		/* what came that is no answer to this; NULL: nothing */

	/*
	 * 0: answered; -EREMOTEIO: refused, CODE; -ETIMEDOUT: silence; -EPROTO: what came is no
	 * answer; or what client_failed() said. WHY says more in words, NULL when there is no more.
	 */
	int result;
	uint8_t code;
	const char *why;
	const uint8_t *data;		/* what follows the echoed identifier: in the message heard */
	size_t len;
};

/* Ask REQ (N bytes, at least one), which must stay. REPEAT may be set afterwards. */
void client_begin(struct client *c, enum diag_protocol p, const uint8_t *req, size_t n,
		  nsec_t p2, nsec_t now);

/* The request has gone out at NOW. */
void client_sent(struct client *c, nsec_t now);

/* At T the first frame of a longer message came; a whole message came. */
void client_started(struct client *c, nsec_t t);
void client_hear(struct client *c, const uint8_t *msg, size_t len, nsec_t t);

/* At T an answer broke off, WHY: a read does no harm twice, so the request is repeated. */
void client_broken(struct client *c, const char *why, nsec_t t);

/* The request could not be sent. */
void client_failed(struct client *c, int error, const char *why);

/*
 * The module sent a frame at T. Call it before what the transport makes of that is told: when
 * it is nothing, and nothing follows, that was no silence.
 */
void client_frame(struct client *c, nsec_t t);

/* Time alone. */
void client_tick(struct client *c, nsec_t now);

/* When it wants to send or to be ticked; NSEC_NEVER: the transport's limits hold, or it is done. */
nsec_t client_next(const struct client *c);
