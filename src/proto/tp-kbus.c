/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "proto/kbus.h"
#include "proto/tp-kbus.h"

struct tp_kbus {
	struct tp tp;
	struct link *link;
	bool asked[256];
	uint8_t rx[KBUS_DATA_MAX + 1];
};

static struct tp_kbus *from(struct tp *tp)
{
	return container_of(tp, struct tp_kbus, tp);
}

static int tp_kbus_send(struct tp *tp, uint8_t ecu, const uint8_t *data, size_t n)
{
	struct tp_kbus *t = from(tp);
	struct frame f = {
		.t = NSEC_NEVER,
		.flags = FRAME_EXT,
	};
	int r;

	if (n == 0 || n > KBUS_DATA_MAX + 1)
		return -EMSGSIZE;
	f.id = KBUS_ID(KBUS_DIA, ecu, data[0]);
	f.len = (uint8_t)(n - 1);
	memcpy(f.data, data + 1, n - 1);
	r = link_send(t->link, &f);
	if (r == 0)
		t->asked[ecu] = true;

	return r;
}

static int tp_kbus_recv(struct tp *tp, struct tp_event *ret, nsec_t deadline)
{
	struct tp_kbus *t = from(tp);
	struct frame f;

	for (;;) {
		int r = link_recv(t->link, &f, 1, deadline);

		if (r <= 0)
			return r;
		if (tp->heard)
			tp->heard(&f, tp->arg);
		if (!kbus_is(&f) || kbus_dst(&f) != KBUS_DIA || !t->asked[kbus_src(&f)] ||
		    f.len > KBUS_DATA_MAX)
			continue;
		t->rx[0] = kbus_cmd(&f);
		memcpy(t->rx + 1, f.data, f.len);
		*ret = (struct tp_event){
			.what = TP_MESSAGE,
			.ecu = kbus_src(&f),
			.t = f.t == NSEC_NEVER ? clock_now(tp->clk) : f.t,
			.data = t->rx,
			.len = f.len + 1u,
		};
		return 1;
	}
}

static void tp_kbus_forget(struct tp *tp, uint8_t ecu)
{
	from(tp)->asked[ecu] = false;
}

static void tp_kbus_close(struct tp *tp)
{
	free(from(tp));
}

static const struct tp_ops tp_kbus_ops = {
	.send = tp_kbus_send,
	.recv = tp_kbus_recv,
	.forget = tp_kbus_forget,
	.close = tp_kbus_close,
};

int tp_kbus_open(struct link *l, struct tp **ret_tp)
{
	struct tp_kbus *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	t->tp.ops = &tp_kbus_ops;
	t->tp.clk = l->clk;
	t->link = l;
	*ret_tp = &t->tp;

	return 0;
}
