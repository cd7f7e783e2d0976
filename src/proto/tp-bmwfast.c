/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "proto/bmwfast.h"
#include "proto/diag.h"
#include "proto/tp-bmwfast.h"

struct tp_bmwfast {
	struct tp tp;
	struct bytelink *bytes;
	bool asked[256];
	struct bmwfast_framer framer;
	uint8_t chunk[256];	/* received, and from AT on not yet given to the framer */
	size_t at, n;
	uint8_t tx[BMWFAST_TELEGRAM_MAX];
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
	if (r > 0)
		r = bytelink_send(t->bytes, t->tx, (size_t)r);
	if (r == 0)
		t->asked[ecu] = true;

	return r;
}

/* Give the framer what has come, up to the end of a telegram for us. */
static bool next_telegram(struct tp_bmwfast *t, nsec_t now, struct bmwfast *ret)
{
	for (;;) {
		while (bmwfast_framer_pop(&t->framer, ret))
			if (ret->target == DIAG_TESTER && t->asked[ret->source])
				return true;
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
		silence = bmwfast_framer_deadline(&t->framer);
		r = bytelink_recv(t->bytes, t->chunk, sizeof(t->chunk), MIN(deadline, silence));
		if (r < 0)
			return r;
		t->at = 0;
		t->n = (size_t)r;
		now = clock_now(tp->clk);
		if (r == 0 && now >= silence)
			bmwfast_framer_idle(&t->framer, now);
		else if (r == 0)
			return 0;
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

int tp_bmwfast_open(struct bytelink *bytes, struct tp **ret_tp)
{
	struct tp_bmwfast *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	t->tp.ops = &tp_bmwfast_ops;
	t->tp.clk = bytes->clk;
	t->tp.one_at_a_time = true;
	t->bytes = bytes;
	bmwfast_framer_init(&t->framer);
	*ret_tp = &t->tp;

	return 0;
}
