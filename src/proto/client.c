/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "proto/client.h"

static const char NO_ANSWER[] = "what it sent is no answer";

void client_begin(struct client *c, enum diag_protocol p, const uint8_t *req, size_t n,
		  nsec_t p2, nsec_t now)
{
	*c = (struct client){
		.state = CLIENT_SENDING,
		.protocol = p,
		.req = req,
		.n = n,
		.p2 = p2,
		.next = now,
	};
}

/* When to look again. Half a REPEAT at least is left for the answer to one more. */
static nsec_t next_of(const struct client *c)
{
	bool again = c->repeat && c->repeats < CLIENT_REPEATS_MAX &&
		     nsec_add(c->sent, c->repeat + c->repeat / 2) <= c->deadline;

	return again ? nsec_add(c->sent, c->repeat) : c->deadline;
}

void client_sent(struct client *c, nsec_t now)
{
	c->state = CLIENT_WAITING;
	c->stray = NULL;
	c->sent = now;
	if (!c->repeating)
		c->deadline = nsec_add(now, c->p2);
	c->repeating = false;
	c->next = next_of(c);
}

static void done(struct client *c, int result, const char *why)
{
	c->state = CLIENT_DONE;
	c->result = result;
	c->why = why;
}

/* What comes after the time is up is no answer any more. */
static bool is_late(struct client *c, nsec_t t)
{
	if (c->state == CLIENT_WAITING && t > c->deadline)
		client_tick(c, t);

	return c->state != CLIENT_WAITING && c->state != CLIENT_RECEIVING;
}

void client_started(struct client *c, nsec_t t)
{
	if (is_late(c, t))
		return;
	c->state = CLIENT_RECEIVING;
	c->first = t;
}

static void pending(struct client *c, nsec_t t)
{
	if (++c->pending > CLIENT_PENDING_MAX) {
		done(c, -EPROTO, "it says 'the answer is pending' without end");
		return;
	}
	c->state = CLIENT_WAITING;
	c->stray = NULL;
	c->next = c->deadline = nsec_add(t, MAX(CLIENT_P2_STAR, c->p2));
}

static void repeat(struct client *c, nsec_t t)
{
	c->state = CLIENT_SENDING;
	c->next = nsec_add(t, CLIENT_BUSY_PAUSE);
}

static void busy(struct client *c, nsec_t t)
{
	if (++c->busy > CLIENT_BUSY_MAX)
		done(c, -EREMOTEIO, NULL);
	else
		repeat(c, t);
}

/* The real answer may still come. */
static void stray(struct client *c, const char *what)
{
	c->stray = what;
	c->state = CLIENT_WAITING;
}

void client_hear(struct client *c, const uint8_t *msg, size_t len, nsec_t t)
{
	if (is_late(c, t))
		return;
	if (c->state == CLIENT_WAITING)
		c->first = t;
	switch (diag_answer(c->protocol, c->req, c->n, msg, len, &c->code, &c->data, &c->len)) {
	case DIAG_GARBAGE:
		stray(c, NO_ANSWER);
		break;
	case DIAG_OTHER:
		stray(c, "it answered another request");
		break;
	case DIAG_PENDING:
		pending(c, t);
		break;
	case DIAG_BUSY:
		busy(c, t);
		break;
	case DIAG_REFUSED:
		done(c, -EREMOTEIO, NULL);
		break;
	case DIAG_ANSWER:
		done(c, 0, NULL);
		break;
	}
}

void client_broken(struct client *c, const char *why, nsec_t t)
{
	if (is_late(c, t))
		return;
	if (++c->broken > CLIENT_BROKEN_MAX)
		done(c, -EPROTO, why);
	else
		repeat(c, t);
}

void client_failed(struct client *c, int error, const char *why)
{
	if (c->state != CLIENT_DONE)
		done(c, error, why);
}

void client_frame(struct client *c, nsec_t t)
{
	if (!is_late(c, t) && c->state == CLIENT_WAITING && !c->stray)
		c->stray = NO_ANSWER;
}

void client_tick(struct client *c, nsec_t now)
{
	if (c->state != CLIENT_WAITING || now < c->next)
		return;
	if (now < c->deadline && c->stray) {
		c->next = c->deadline;
		return;
	}
	if (now < c->deadline) {
		c->repeats++;
		c->repeating = true;
		c->state = CLIENT_SENDING;
		c->next = now;
		return;
	}
	if (!c->stray && c->pending)
		c->stray = "it said 'the answer is pending', and then nothing";
	done(c, c->stray ? -EPROTO : -ETIMEDOUT, c->stray);
}

nsec_t client_next(const struct client *c)
{
	return c->state == CLIENT_SENDING || c->state == CLIENT_WAITING ? c->next : NSEC_NEVER;
}
