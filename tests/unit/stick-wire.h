/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <errno.h>

#include "unit.h"

#include "link/bytelink.h"
#include "link/link.h"
#include "sim/stick.h"

/* A simulated stick in one's hand: its port as a byte link, its bus as a frame link. */
struct stick_wire {
	struct bytelink port;
	struct link bus;
	struct dongle *stick;
	struct serial_faults faults;
	bool unplugged;
	size_t n_sent;
	char sent[4096];	/* what the host sent; its end */
};

static inline int stick_port_send(struct bytelink *b, const uint8_t *bytes, size_t n)
{
	struct stick_wire *w = container_of(b, struct stick_wire, port);

	if (w->unplugged)
		return -ENODEV;
	for (size_t i = 0; i < n && w->n_sent < sizeof(w->sent) - 1; i++)
		w->sent[w->n_sent++] = (char)bytes[i];
	dongle_hear(w->stick, clock_now(b->clk), bytes, n);

	return 0;
}

static inline int stick_port_recv(struct bytelink *b, uint8_t *ret, size_t max, nsec_t deadline)
{
	struct stick_wire *w = container_of(b, struct stick_wire, port);

	for (;;) {
		nsec_t now = clock_now(b->clk);
		size_t n = dongle_take(w->stick, now, ret, max);

		if (w->unplugged)
			return -ENODEV;
		if (n > 0 || now >= deadline)
			return (int)n;
		if (clock_wait(b->clk, NULL, 0, MIN(deadline, dongle_next(w->stick))) < 0)
			return -ECANCELED;
	}
}

static inline void stick_port_close(struct bytelink *b)
{
	struct stick_wire *w = container_of(b, struct stick_wire, port);

	w->unplugged = true;
}

static const struct bytelink_ops stick_port_ops = {
	.send = stick_port_send,
	.recv = stick_port_recv,
	.close = stick_port_close,
};

static inline int stick_bus_send(struct link *l, const struct frame *f)
{
	struct stick_wire *w = container_of(l, struct stick_wire, bus);

	dongle_carry(w->stick, clock_now(l->clk), f);

	return 0;
}

static inline int stick_bus_recv(struct link *l, struct frame *ret, size_t max, nsec_t deadline)
{
	struct stick_wire *w = container_of(l, struct stick_wire, bus);
	size_t n = 0;

	while (n < max && dongle_take_frame(w->stick, &ret[n])) {
		ret[n].t = clock_now(l->clk);
		ret[n++].bus = l->name;
	}

	return n ? (int)n : clock_wait(l->clk, NULL, 0, deadline);
}

static inline void stick_bus_close(struct link *l)
{
	struct stick_wire *w = container_of(l, struct stick_wire, bus);

	free(w->stick);
	w->stick = NULL;
}

static const struct link_ops stick_bus_ops = {
	.send = stick_bus_send,
	.recv = stick_bus_recv,
	.close = stick_bus_close,
};

static inline void stick_wire_init(struct stick_wire *w, enum stick_kind kind, struct clock *clk)
{
	*w = (struct stick_wire){
		.port = { .ops = &stick_port_ops, .clk = clk, .name = "port" },
		.bus = { .ops = &stick_bus_ops, .clk = clk, .name = "bus" },
	};
	assert_int_equal(stick_new(kind, &w->stick), 0);
	w->stick->faults = &w->faults;
}
