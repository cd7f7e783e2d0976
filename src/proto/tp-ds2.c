/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "proto/ds2.h"
#include "proto/tp-kline-inside.h"

static int parse(const uint8_t *bytes, size_t n, void *ret)
{
	struct tp_kline_telegram *t = ret;
	struct ds2 m;
	int r = ds2_parse(bytes, n, &m);

	if (r > 0)
		*t = (struct tp_kline_telegram){
			.addressed = true, .ecu = m.ecu, .to_us = true, .data = m.data, .len = m.len,
		};

	return r;
}

static int ds2_send(struct tp *tp, uint8_t ecu, const uint8_t *data, size_t n)
{
	struct tp_kline_side *side = tp_kline_side(tp);
	const struct ds2 m = { .ecu = ecu, .data = data, .len = n };
	uint8_t bytes[DS2_TELEGRAM_MAX];
	int size = ds2_encode(&m, bytes), r;

	if (size < 0)
		return size;
	r = side->shared->kwp ? tp_kwp_leave(side->shared->kwp) : 0;
	if (r < 0)
		return r;
	r = kline_set(&side->shared->wire, DS2_BAUD, true);
	/* A network's far end was set by others, if at all. */
	if (r < 0 && r != -EOPNOTSUPP)
		return r;
	r = tp_kline_say(side, ecu, bytes, (size_t)size, DS2_REGENERATION, 0, DS2_ANSWER);
	if (r == 0)
		side->asked[ecu] = true;

	return r;
}

static void ds2_close(struct tp *tp)
{
	tp_kline_leave(tp_kline_side(tp));
}

static const struct tp_ops ds2_ops = {
	.send = ds2_send,
	.recv = tp_kline_recv,
	.forget = tp_kline_forget,
	.close = ds2_close,
};

int tp_ds2_new(struct tp_kline *k, struct tp_kline_side **ret)
{
	struct tp_kline_side *side = calloc(1, sizeof(*side));

	if (!side)
		return -ENOMEM;
	*side = (struct tp_kline_side){
		.tp = { .ops = &ds2_ops, .clk = k->wire.clk, .one_at_a_time = true,
			.repeat = DS2_ANSWER },
		.shared = k,
		.protocol = DIAG_DS2,
		.parse = parse,
		.silence = DS2_SILENCE,
		.end = DS2_END,
	};
	*ret = side;

	return 0;
}
