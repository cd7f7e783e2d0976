/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "link/bytelink.h"

struct mem_wire;

/* One end, and what waits to be received at it. */
struct mem_end {
	struct bytelink bytes;
	struct mem_wire *wire;
	struct mem_end *peer;
	bool open;
	size_t head, n;
	uint8_t queue[BYTELINK_MEM_MAX];
};

struct mem_wire {
	struct mem_end end[2];
};

static struct mem_end *from(struct bytelink *b)
{
	return container_of(b, struct mem_end, bytes);
}

static int mem_send(struct bytelink *b, const uint8_t *bytes, size_t n)
{
	struct mem_end *e = from(b)->peer;

	if (!e->open)
		return -ENODEV;
	if (n > BYTELINK_MEM_MAX - e->n)
		return -ENOBUFS;
	for (size_t i = 0; i < n; i++)
		e->queue[(e->head + e->n++) % BYTELINK_MEM_MAX] = bytes[i];

	return 0;
}

static int mem_recv(struct bytelink *b, uint8_t *ret, size_t max, nsec_t deadline)
{
	struct mem_end *e = from(b);
	size_t n = MIN(e->n, max);

	if (n == 0)
		return e->peer->open ? clock_wait(b->clk, NULL, 0, deadline) : -ENODEV;
	for (size_t i = 0; i < n; i++)
		ret[i] = e->queue[(e->head + i) % BYTELINK_MEM_MAX];
	e->head = (e->head + n) % BYTELINK_MEM_MAX;
	e->n -= n;

	return (int)n;
}

static void mem_close(struct bytelink *b)
{
	struct mem_end *e = from(b);

	e->open = false;
	if (!e->peer->open)
		free(e->wire);
}

static const struct bytelink_ops mem_ops = {
	.send = mem_send,
	.recv = mem_recv,
	.close = mem_close,
};

int bytelink_mem_pair(struct clock *clk, struct bytelink **ret_a, struct bytelink **ret_b)
{
	struct mem_wire *w = calloc(1, sizeof(*w));

	if (!w)
		return -ENOMEM;
	for (size_t i = 0; i < 2; i++) {
		struct mem_end *e = &w->end[i];

		e->bytes = (struct bytelink){
			.ops = &mem_ops, .clk = clk, .name = "mem", .is_virtual = true,
		};
		e->wire = w;
		e->peer = &w->end[1 - i];
		e->open = true;
	}
	*ret_a = &w->end[0].bytes;
	*ret_b = &w->end[1].bytes;

	return 0;
}
