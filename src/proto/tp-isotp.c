/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "proto/diag.h"
#include "proto/isotp.h"
#include "proto/tp-isotp.h"

#define MODULES 256
#define WAITS_MAX 10			/* FC.WAITs of a module in a row; own choice */
#define SMALL_BLOCK 8			/* for 512 bytes of buffer in an ELM327: adapters.md 3.2 */
#define QUEUE_PAUSE NSEC_PER_MSEC	/* before a full queue is tried again */

/* One module, or functional address: what we say to it, what it says to us. */
struct station {
	struct isotp isotp;
	bool ready;		/* isotp is set up */
	bool asked;		/* it may answer */
	uint8_t tx[TP_MESSAGE_MAX];
	uint8_t rx[TP_MESSAGE_MAX];
};

/*
 * As large as if all modules talked at once; the kernel gives memory only for what is
 * touched.
 */
struct tp_isotp {
	struct tp tp;
	struct link *link;
	bool all_asked;		/* by a functional request */
	bool full;		/* the last frame found the queue full, so not before RETRY */
	nsec_t retry;
	struct station *heard;	/* whose frame was the last one */
	uint8_t used[MODULES];	/* those that are ready */
	size_t n_used;
	struct station stations[MODULES];
};

static struct tp_isotp *from(struct tp *tp)
{
	return container_of(tp, struct tp_isotp, tp);
}

static struct station *station(struct tp_isotp *t, uint8_t ecu)
{
	struct station *s = &t->stations[ecu];
	const struct isotp_config config = {
		.address = {
			.kind = ISOTP_EXTENDED,
			.tx_id = DIAG_TESTER_ID,
			.rx_id = DIAG_ANSWER_ID + ecu,
			.tx_ae = ecu,
			.rx_ae = DIAG_TESTER,
		},
		.tx_dl = FRAME_CLASSIC_MAX,
		.pad = true,
		.bs = t->link->half_duplex ? SMALL_BLOCK : 0,
		.wft_max = WAITS_MAX,
		.rx = s->rx,
		.rx_size = sizeof(s->rx),
	};

	if (!s->ready) {
		s->ready = isotp_init(&s->isotp, &config) == 0;
		t->used[t->n_used++] = ecu;
	}

	return s;
}

/*
 * Put on the bus what S has to say NOW. A full queue is not an error yet. *ret_event when
 * that refused a message that is too long.
 */
static int speak(struct tp_isotp *t, struct station *s, nsec_t now, enum isotp_event *ret_event)
{
	struct frame f;

	while (isotp_get(&s->isotp, now, &f)) {
		int r = link_send(t->link, &f);

		t->full = r == -ENOBUFS;
		t->retry = now + QUEUE_PAUSE;
		if (r < 0)
			return t->full ? 0 : r;
		if (isotp_put(&s->isotp, now) == ISOTP_RX_FAILED)
			*ret_event = ISOTP_RX_FAILED;
	}

	return 0;
}

static int tp_isotp_send(struct tp *tp, uint8_t ecu, const uint8_t *data, size_t n)
{
	struct tp_isotp *t = from(tp);
	bool functional = diag_is_functional(ecu);
	nsec_t now = clock_now(tp->clk);
	enum isotp_event e;
	struct station *s;
	int r;

	if (n == 0 || n > (functional ? DIAG_SINGLE_MAX : TP_MESSAGE_MAX))
		return -EMSGSIZE;
	s = station(t, ecu);
	r = isotp_send(&s->isotp, s->tx, n, now);
	if (r < 0)
		return r;
	memcpy(s->tx, data, n);
	if (functional)
		t->all_asked = true;
	else
		s->asked = true;
	r = speak(t, s, now, &e);
	if (r < 0)
		tp_forget(tp, ecu);

	return r;
}

/* E of S as the user of the transport is told it: 1 and *ret, 0, or an error of the link. */
static int tell(struct tp_isotp *t, struct station *s, enum isotp_event e, nsec_t at,
		struct tp_event *ret)
{
	*ret = (struct tp_event){ .ecu = (uint8_t)(s - t->stations), .t = at };
	switch (e) {
	case ISOTP_NONE:
	case ISOTP_SENT:
		return 0;
	case ISOTP_STARTED:
		ret->what = TP_STARTED;
		return 1;
	case ISOTP_MESSAGE:
		ret->what = TP_MESSAGE;
		ret->data = s->rx;
		ret->len = s->isotp.rx_len;
		return 1;
	case ISOTP_RX_FAILED:
		if (isotp_error(&s->isotp) == -EINTR)
			return 0;	/* what interrupted it is the next event */
		break;
	case ISOTP_TX_FAILED:
		if (t->full)
			return -ENOBUFS;
		break;
	}
	ret->what = TP_FAILED;
	ret->error = isotp_error(&s->isotp);
	ret->why = isotp_why(&s->isotp);

	return 1;
}

/* A frame of the bus: as tell(). */
static int hear(struct tp_isotp *t, const struct frame *f, struct tp_event *ret)
{
	uint8_t ecu = (uint8_t)f->id;
	struct station *s;
	enum isotp_event e;
	nsec_t now;
	int r;

	if (t->tp.heard)
		t->tp.heard(f, t->tp.arg);
	if ((f->id & ~0xffu) != DIAG_ANSWER_ID || ecu == DIAG_TESTER ||
	    !(t->stations[ecu].asked || t->all_asked))
		return 0;
	s = station(t, ecu);
	now = clock_now(t->tp.clk);
	e = isotp_hear(&s->isotp, f, now);
	r = speak(t, s, now, &e);
	if (r < 0)
		return r;
	t->heard = s;

	return tell(t, s, e, f->t == NSEC_NEVER ? now : f->t, ret);
}

/* When there is something to do. */
static nsec_t next(const struct tp_isotp *t)
{
	nsec_t first = NSEC_NEVER;

	for (size_t i = 0; i < t->n_used; i++)
		first = MIN(first, isotp_next(&t->stations[t->used[i]].isotp));

	return t->full ? MAX(first, t->retry) : first;
}

/* Do what is due: as tell(). */
static int pass_time(struct tp_isotp *t, struct tp_event *ret)
{
	nsec_t now = clock_now(t->tp.clk);

	for (size_t i = 0; i < t->n_used; i++) {
		struct station *s = &t->stations[t->used[i]];
		enum isotp_event e = ISOTP_NONE;
		int r;

		if (isotp_next(&s->isotp) > now)
			continue;
		r = speak(t, s, now, &e);
		if (e == ISOTP_NONE)
			e = isotp_tick(&s->isotp, now);
		if (r == 0)
			r = tell(t, s, e, now, ret);
		if (r != 0)
			return r;
	}

	return 0;
}

/* The frame heard last may have brought a second event, which the next frame would spoil. */
static int second_event(struct tp_isotp *t, struct tp_event *ret)
{
	struct station *s = t->heard;
	nsec_t now;

	if (!s)
		return 0;
	t->heard = NULL;
	now = clock_now(t->tp.clk);

	return tell(t, s, isotp_tick(&s->isotp, now), now, ret);
}

static int tp_isotp_recv(struct tp *tp, struct tp_event *ret, nsec_t deadline)
{
	struct tp_isotp *t = from(tp);
	struct frame f;

	for (;;) {
		nsec_t due;
		int r = second_event(t, ret);

		if (r != 0)
			return r;
		/* What has come already goes before what time brings. */
		due = next(t);
		r = link_recv(t->link, &f, 1, MIN(deadline, due));
		/* On a bus that has ended time goes on, and with it what is half received. */
		if (r == -ENODATA && due <= deadline && due != NSEC_NEVER)
			r = clock_wait(tp->clk, NULL, 0, due);
		if (r == 0 && clock_now(tp->clk) < due)
			return 0;
		r = r > 0 ? hear(t, &f, ret) : r == 0 ? pass_time(t, ret) : r;
		if (r != 0)
			return r;
	}
}

static void tp_isotp_forget(struct tp *tp, uint8_t ecu)
{
	struct tp_isotp *t = from(tp);

	t->stations[ecu].asked = false;
	if (diag_is_functional(ecu))
		t->all_asked = false;
	for (size_t i = 0; i < t->n_used; i++)
		if (!t->stations[t->used[i]].asked && !t->all_asked)
			isotp_reset(&t->stations[t->used[i]].isotp);
}

static void tp_isotp_close(struct tp *tp)
{
	free(from(tp));
}

static const struct tp_ops tp_isotp_ops = {
	.send = tp_isotp_send,
	.recv = tp_isotp_recv,
	.forget = tp_isotp_forget,
	.close = tp_isotp_close,
};

int tp_isotp_open(struct link *l, struct tp **ret_tp)
{
	struct tp_isotp *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	t->tp.ops = &tp_isotp_ops;
	t->tp.clk = l->clk;
	t->tp.one_at_a_time = l->half_duplex;
	t->link = l;
	*ret_tp = &t->tp;

	return 0;
}
