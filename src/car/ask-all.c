/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "car/ask.h"
#include "car/ident.h"
#include "car/role.h"
#include "proto/client.h"

#define NOT_ASKED (-EAGAIN)	/* a question's result until it is settled, or refused */
#define ASKING (-EINPROGRESS)

/* A question that is being asked. */
struct exchange {
	struct question *q;
	struct client client;
	bool answered;		/* a functional one: somebody did */
};

/* All that ask_all() has at hand. */
struct round {
	struct asker *a;
	struct tp *tp;		/* the questions of this round are those for it */
	struct question *questions;
	size_t n_questions, first;	/* those before FIRST are being asked or settled */
	struct exchange exchanges[ASK_PARALLEL_MAX];
	size_t n;
	void (*done)(struct question *q, void *arg);
	void *arg;
};

static nsec_t now_of(const struct round *r)
{
	return clock_now(r->tp->clk);
}

/* When ECU may be asked. */
static nsec_t ready(const struct round *r, uint8_t ecu)
{
	return MAX(gate_ready(r->a->gate, ecu), r->a->late->until[ecu]);
}

/* ---- what is settled ---- */

/* Does it say what decides whether the car may be asked on, or how? */
static bool is_about_polling(const struct dbc_message *m)
{
	if (ident_is_message(m))
		return true;
	for (size_t i = 0; i < m->n_signals; i++)
		if (m->signals[i].role == ROLE_LOCK_STATE)
			return true;

	return request_reads_ignition(m);
}

static void tell(struct asker *a, const struct question *q, const uint8_t *data, size_t len)
{
	const struct decoder *d = a->gate->decoder;
	struct frame f = { .t = clock_now(a->link->clk), .bus = a->link->name };
	const struct dbc_message *m;
	const struct dbc *dbc;
	struct decoded dec;

	if (!a->told)
		return;
	m = request_find(d, q->ecu, q->req, q->n, &dbc);
	if (!m || !is_about_polling(m))
		return;
	ask_answer_frame(m, data, len, &f);
	if (decoder_answer(d, dbc, m, &f, &dec) == 0)
		a->told(&dec, a->arg);
}

static void settle(struct round *r, struct question *q, int result, const char *why)
{
	q->result = result;
	q->why = why;
	if (r->done)
		r->done(q, r->arg);
}

static void settle_client(struct round *r, struct exchange *x, uint8_t from)
{
	struct client *c = &x->client;
	struct question *q = x->q;

	q->code = c->code;
	q->from = from;
	/* A serial port may hand on echo and answer as one: then they are of the same time. */
	q->took = c->result == 0 || c->result == -EREMOTEIO ? MAX(c->first - c->sent, 0) : 0;
	q->data = c->data;
	q->len = c->len;
	if (c->result == 0)
		tell(r->a, q, c->data, c->len);
	settle(r, q, c->result, c->why);
	q->data = NULL;
}

/*
 * The exchange is over. A module that did not answer in time may yet do so, and one that was
 * asked again may answer twice.
 */
static void drop(struct round *r, struct exchange *x)
{
	if (x->client.result == -ETIMEDOUT || x->client.result == -EPROTO || x->client.repeats)
		r->a->late->until[x->q->ecu] = nsec_add(now_of(r), r->a->timeout);
	else
		tp_forget(r->tp, x->q->ecu);
	*x = r->exchanges[--r->n];
}

/* ---- what comes ---- */

/*
 * A frame of the bus. From a module that is being asked, it may be nothing that ISO-TP
 * knows: the transport says nothing of it then.
 */
static void hear_frame(const struct frame *f, void *arg)
{
	const int no_answer = FRAME_EXT | FRAME_RTR | FRAME_ERR | FRAME_LOST | FRAME_TX;
	struct round *r = arg;
	nsec_t t = f->t == NSEC_NEVER ? now_of(r) : f->t;

	if (!(f->flags & no_answer) && (f->id & ~0xffu) == DIAG_ANSWER_ID && f->len > 0 &&
	    f->data[0] == DIAG_TESTER)
		for (size_t i = 0; i < r->n; i++)
			if (r->exchanges[i].q->ecu == (uint8_t)f->id)
				client_frame(&r->exchanges[i].client, t);
	if (r->a->heard)
		r->a->heard(f, r->a->arg);
}

static void hear_client(struct client *c, const struct tp_event *e)
{
	switch (e->what) {
	case TP_STARTED:
		client_started(c, e->t);
		break;
	case TP_MESSAGE:
		client_hear(c, e->data, e->len, e->t);
		break;
	case TP_FAILED:
		client_broken(c, e->why, e->t);
		break;
	}
}

/* An answer to a functional request: the others may still come. */
static void hear_functional(struct round *r, struct exchange *x, const struct tp_event *e)
{
	struct exchange one = *x;

	if (e->what != TP_MESSAGE)
		return;
	client_hear(&one.client, e->data, e->len, e->t);
	if (one.client.state == CLIENT_DONE && one.client.result == 0) {
		x->answered = true;
		settle_client(r, &one, e->ecu);
	}
}

/*
 * Nobody waits for it: it is late. When it is whole, the module may be asked again. Half of
 * it at most N_Cr is waited for, and tp_forget() is the end of the rest.
 */
static void hear_late(struct round *r, const struct tp_event *e)
{
	enum diag_protocol p = r->tp == r->a->tp[DIAG_DS2] ? DIAG_DS2 : DIAG_UDS;
	nsec_t *until = &r->a->late->until[e->ecu];

	r->a->late->heard += e->what != TP_FAILED;
	if (e->what == TP_STARTED)
		*until = MAX(*until, nsec_add(e->t, NSEC_PER_SEC));
	else if (e->what == TP_MESSAGE && diag_is_pending(p, e->data, e->len))
		*until = nsec_add(e->t, CLIENT_P2_STAR);
	else
		*until = e->t;
}

static void hear(struct round *r, const struct tp_event *e)
{
	for (size_t i = 0; i < r->n; i++) {
		struct exchange *x = &r->exchanges[i];

		if (x->q->ecu != e->ecu)
			continue;
		if (x->client.state == CLIENT_SENDING && x->client.busy == 0) {
			hear_late(r, e);
			x->client.next = ready(r, e->ecu);
		}
		hear_client(&x->client, e);
		return;
	}
	for (size_t i = 0; i < r->n; i++)
		if (diag_is_functional(r->exchanges[i].q->ecu)) {
			hear_functional(r, &r->exchanges[i], e);
			return;
		}
	hear_late(r, e);
}

/* Settle what is done by now. */
static void reap(struct round *r)
{
	nsec_t now = now_of(r);

	for (size_t i = r->n; i > 0; i--) {
		struct exchange *x = &r->exchanges[i - 1];

		client_tick(&x->client, now);
		if (x->client.state != CLIENT_DONE)
			continue;
		if (x->answered)
			x->q->result = 0;
		else
			settle_client(r, x, x->q->ecu);
		drop(r, x);
	}
}

/* ---- what is sent ---- */

/* What the transport says of its last error, or NULL. */
static const char *words(const struct tp *tp)
{
	return tp->why[0] ? tp->why : NULL;
}

/* 0, or the error of the link that ends all. */
static int send_request(struct round *r, struct exchange *x)
{
	struct asker *a = r->a;
	struct question *q = x->q;
	int e;

	tp_forget(r->tp, q->ecu);	/* what it may have begun to say too late */
	e = gate_request(a->gate, r->tp, q->protocol, q->ecu, q->req, q->n, a->why);
	switch (e) {
	case 0:
		client_sent(&x->client, now_of(r));
		return 0;
	case -EAGAIN:
		x->client.next = gate_ready(a->gate, q->ecu);
		return 0;
	case -EPERM:
	case -EMSGSIZE:
	case -EOPNOTSUPP:
		client_failed(&x->client, e, e == -EPERM ? a->why : words(r->tp));
		return 0;
	case -EHOSTDOWN:
		client_failed(&x->client, -ETIMEDOUT, words(r->tp));
		return 0;
	default:
		return e;
	}
}

/*
 * One at a time: sending may have taken a while, and what came meanwhile is heard before the
 * next. It may be an answer, or say that the car must not be asked any more.
 */
static int send_due(struct round *r)
{
	for (size_t i = 0; i < r->n; i++) {
		struct exchange *x = &r->exchanges[i];
		int e;

		if (x->client.state != CLIENT_SENDING || x->client.next > now_of(r))
			continue;
		e = send_request(r, x);
		if (e < 0 || x->client.state == CLIENT_WAITING)
			return e;
	}

	return 0;
}

static bool is_asked(const struct round *r, uint8_t ecu)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->exchanges[i].q->ecu == ecu || diag_is_functional(r->exchanges[i].q->ecu))
			return true;

	return diag_is_functional(ecu) && r->n > 0;
}

/* Begin to ask the questions whose modules are free. */
static void begin(struct round *r)
{
	size_t max = r->tp->one_at_a_time ? 1 : ASK_PARALLEL_MAX;

	while (r->first < r->n_questions && r->questions[r->first].result != NOT_ASKED)
		r->first++;
	for (size_t i = r->first; i < r->n_questions && r->n < max; i++) {
		struct question *q = &r->questions[i];
		struct exchange *x = &r->exchanges[r->n];

		if (q->result != NOT_ASKED || r->a->tp[q->protocol] != r->tp || is_asked(r, q->ecu))
			continue;
		*x = (struct exchange){ .q = q };
		client_begin(&x->client, q->protocol, q->req, q->n, r->a->timeout,
			     ready(r, q->ecu));
		x->client.repeat = r->tp->repeat;
		q->result = ASKING;
		r->n++;
	}
}

/*
 * The next event, as tp_recv(). A bus that has ended (a script that is over) is one on
 * which nothing comes: time goes on.
 */
static int next_event(struct round *r, struct tp_event *ret)
{
	nsec_t next = NSEC_NEVER;
	int e;

	for (size_t i = 0; i < r->n; i++) {
		const struct client *c = &r->exchanges[i].client;

		next = MIN(next, c->state == CLIENT_DONE ? 0 : client_next(c));
	}
	e = tp_recv(r->tp, ret, next);
	if (e == -ENODATA && next != NSEC_NEVER)
		e = clock_wait(r->tp->clk, NULL, 0, next);

	return e;
}

/* Until nothing is left to be asked by this transport. 0, or what ended it. */
static int ask_by(struct round *r)
{
	struct tp_event event;
	int e;

	/* What has come already may say that the car is locked. */
	while ((e = tp_recv(r->tp, &event, 0)) > 0)
		hear(r, &event);
	if (e < 0 && e != -ENODATA)
		return e;

	for (;;) {
		begin(r);
		if (r->n == 0)
			return 0;
		e = send_due(r);
		if (e < 0)
			return e;
		e = next_event(r, &event);
		if (e < 0)
			return e;
		if (e > 0)
			hear(r, &event);
		reap(r);
	}
}

int ask_listen(struct asker *a, struct tp *tp, nsec_t deadline)
{
	struct round r = { .a = a, .tp = tp };
	struct tp_event event;
	int e;

	tp->heard = hear_frame;
	tp->arg = &r;
	do {
		e = tp_recv(tp, &event, deadline);
		if (e > 0)
			hear(&r, &event);
	} while (e >= 0 && clock_now(tp->clk) < deadline);

	return e < 0 && e != -ENODATA ? e : 0;
}

int ask_all(struct asker *a, struct question *q, size_t n,
	    void (*done)(struct question *q, void *arg), void *arg)
{
	struct round r = {
		.a = a, .questions = q, .n_questions = n, .done = done, .arg = arg,
	};
	int e = 0;

	a->why[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		q[i].result = NOT_ASKED;
		if (q[i].n == 0 || q[i].n > REQUEST_MAX)
			settle(&r, &q[i], -EMSGSIZE, NULL);
		else if (!a->tp[q[i].protocol])
			settle(&r, &q[i], -EOPNOTSUPP, NULL);
	}
	for (size_t i = 0; i < n && e == 0; i++) {
		if (q[i].result != NOT_ASKED)
			continue;
		r.tp = a->tp[q[i].protocol];
		r.tp->heard = hear_frame;
		r.tp->arg = &r;
		r.first = 0;
		e = ask_by(&r);
	}
	for (size_t i = 0; i < n; i++)
		if (q[i].result == ASKING)
			q[i].result = NOT_ASKED;

	return e;
}
