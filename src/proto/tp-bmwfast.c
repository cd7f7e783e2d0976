/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "proto/bmwfast.h"
#include "proto/diag.h"
#include "proto/echo.h"
#include "proto/tp-bmwfast.h"

#define BYTE_TIME (NSEC_PER_SEC * 10 / BMWFAST_BAUD)

struct tp_bmwfast {
	struct tp tp;
	struct bytelink *bytes;
	bool asked[256];
	struct bmwfast_framer framer;
	uint8_t chunk[256];	/* received, and from AT on not yet given to the framer */
	size_t at, n;
	uint8_t tx[BMWFAST_TELEGRAM_MAX];
	size_t n_tx;
	bool echoes;		/* what is sent has to come back, */
	nsec_t echo_until;	/* until then; NSEC_NEVER: it has, or need not */
	bool heard;		/* since it was sent, anything */
};

static struct tp_bmwfast *from(struct tp *tp)
{
	return container_of(tp, struct tp_bmwfast, tp);
}

static int tp_bmwfast_send(struct tp *tp, uint8_t ecu, const uint8_t *data, size_t n)
{
	struct tp_bmwfast *t = from(tp);
	const struct bmwfast m = {
		.target = ecu, .source = DIAG_TESTER, .data = data, .len = n,
	};
	int r = bmwfast_encode(&m, t->tx);

	if (diag_is_functional(ecu))
		return -EOPNOTSUPP;
	if (r < 0)
		return r;
	t->n_tx = (size_t)r;
	/* As one: the cable drops a telegram with a gap of 3 ms in it (adapters.md 1.2). */
	r = bytelink_send(t->bytes, t->tx, t->n_tx);
	if (r < 0)
		return r;
	t->asked[ecu] = true;
	t->heard = false;
	t->echo_until = NSEC_NEVER;
	if (t->echoes)
		t->echo_until = clock_now(tp->clk) + (nsec_t)t->n_tx * BYTE_TIME + ECHO_TIMEOUT +
				t->bytes->slack;

	return 0;
}

/* Is it what was sent last? An answer says as well that the cable has its power. */
static void hear_echo(struct tp_bmwfast *t, const struct bmwfast *m)
{
	struct bmwfast sent;

	if (m->target == DIAG_TESTER ||
	    (bmwfast_parse(t->tx, t->n_tx, &sent) > 0 && m->target == sent.target &&
	     m->source == sent.source && m->len == sent.len && !memcmp(m->data, sent.data, m->len)))
		t->echo_until = NSEC_NEVER;
}

/* Without an echo there is nothing to wait for. */
static int no_echo(struct tp_bmwfast *t)
{
	t->echo_until = NSEC_NEVER;
	if (!t->heard)
		return -ENOLINK;
	snprintf(t->tp.why, TP_WHY_MAX, "what came is no telegram");

	return -ECOMM;
}

/* Give the framer what has come, up to the end of a telegram for us. */
static bool next_telegram(struct tp_bmwfast *t, nsec_t now, struct bmwfast *ret)
{
	for (;;) {
		while (bmwfast_framer_pop(&t->framer, ret)) {
			hear_echo(t, ret);
			if (ret->target == DIAG_TESTER && t->asked[ret->source])
				return true;
		}
		if (t->at == t->n)
			return false;
		bmwfast_framer_push(&t->framer, t->chunk[t->at++], now);
	}
}

static int tp_bmwfast_recv(struct tp *tp, struct tp_event *ret, nsec_t deadline)
{
	struct tp_bmwfast *t = from(tp);
	struct bmwfast m;

	for (;;) {
		nsec_t now = clock_now(tp->clk), silence;
		int r;

		if (next_telegram(t, now, &m)) {
			*ret = (struct tp_event){
				.what = TP_MESSAGE, .ecu = m.source, .t = now,
				.data = m.data, .len = m.len,
			};
			return 1;
		}
		silence = MIN(bmwfast_framer_deadline(&t->framer), t->echo_until);
		r = bytelink_recv(t->bytes, t->chunk, sizeof(t->chunk), MIN(deadline, silence));
		if (r < 0)
			return r;
		t->at = 0;
		t->n = (size_t)r;
		t->heard |= r > 0;
		now = clock_now(tp->clk);
		if (r == 0 && now < silence)
			return 0;
		if (r == 0 && now >= t->echo_until)
			return no_echo(t);
		if (r == 0)
			bmwfast_framer_idle(&t->framer, now);
	}
}

static void tp_bmwfast_forget(struct tp *tp, uint8_t ecu)
{
	from(tp)->asked[ecu] = false;
}

static void tp_bmwfast_close(struct tp *tp)
{
	free(from(tp));
}

static const struct tp_ops tp_bmwfast_ops = {
	.send = tp_bmwfast_send,
	.recv = tp_bmwfast_recv,
	.forget = tp_bmwfast_forget,
	.close = tp_bmwfast_close,
};

int tp_bmwfast_open(struct bytelink *bytes, bool echoes, struct tp **ret_tp)
{
	struct tp_bmwfast *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	t->tp.ops = &tp_bmwfast_ops;
	t->tp.clk = bytes->clk;
	t->tp.one_at_a_time = true;
	t->bytes = bytes;
	t->echoes = echoes;
	t->echo_until = NSEC_NEVER;
	bmwfast_framer_init(&t->framer);
	*ret_tp = &t->tp;

	return 0;
}
