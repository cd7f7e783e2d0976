/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "link/mem.h"

struct mem_bus;

/* One end, and what waits to be received at it. */
struct mem_end {
	struct link link;
	struct mem_bus *bus;
	struct mem_end *peer;
	struct link_filter *filters;
	size_t n_filters;
	bool open;
	size_t head, n;
	struct frame queue[LINK_MEM_MAX];
};

struct mem_bus {
	struct mem_end end[2];
};

static struct mem_end *to_end(struct link *l)
{
	return container_of(l, struct mem_end, link);
}

static bool passes(const struct mem_end *e, const struct frame *f)
{
	bool ext = f->flags & FRAME_EXT;

	if (!e->filters || (f->flags & (FRAME_ERR | FRAME_LOST)))
		return true;
	for (size_t i = 0; i < e->n_filters; i++) {
		const struct link_filter *t = e->filters + i;

		if (t->ext == ext && ((f->id ^ t->want) & t->mask) == 0)
			return true;
	}

	return false;
}

static int mem_send(struct link *l, const struct frame *f)
{
	struct mem_end *e = to_end(l)->peer;
	struct frame *slot;

	if (f->len > FRAME_DATA_MAX)
		return -EMSGSIZE;
	if (!e->open)
		return -ENETDOWN;
	if (!passes(e, f))
		return 0;
	if (e->n == LINK_MEM_MAX)
		return -ENOBUFS;

	slot = e->queue + (e->head + e->n++) % LINK_MEM_MAX;
	*slot = *f;
	slot->t = clock_now(l->clk);
	slot->bus = e->link.name;
	slot->flags &= (uint8_t)~FRAME_TX;

	return 0;
}

static int mem_recv(struct link *l, struct frame *ret, size_t max, nsec_t deadline)
{
	struct mem_end *e = to_end(l);
	size_t n = MIN(e->n, max);

	if (n == 0 && !e->peer->open)
		return -ENETDOWN;
	if (n == 0)
		return clock_wait(l->clk, NULL, 0, deadline);

	for (size_t i = 0; i < n; i++)
		ret[i] = e->queue[(e->head + i) % LINK_MEM_MAX];
	e->head = (e->head + n) % LINK_MEM_MAX;
	e->n -= n;
	if (e->n == 0)
		e->head = 0; /* few pages are ever touched */

	return (int)n;
}

static int mem_filter(struct link *l, const struct link_filter *f, size_t n)
{
	struct mem_end *e = to_end(l);
	struct link_filter *copy = NULL;

	if (n > 0) {
		copy = malloc(n * sizeof(*f));
		if (!copy)
			return -ENOMEM;
		memcpy(copy, f, n * sizeof(*f));
	}
	free(e->filters);
	e->filters = copy;
	e->n_filters = n;

	return 0;
}

static void mem_close(struct link *l)
{
	struct mem_end *e = to_end(l);

	free(e->filters);
	e->filters = NULL;
	e->open = false;
	if (!e->peer->open)
		free(e->bus);
}

static const struct link_ops mem_ops = {
	.send = mem_send,
	.recv = mem_recv,
	.filter = mem_filter,
	.close = mem_close,
};

int link_mem_pair(struct clock *clk, struct link **ret_a, struct link **ret_b)
{
	struct mem_bus *bus = calloc(1, sizeof(*bus));

	if (!bus)
		return -ENOMEM;
	for (size_t i = 0; i < 2; i++) {
		struct mem_end *e = bus->end + i;

		e->link.ops = &mem_ops;
		e->link.clk = clk;
		e->link.name = "mem";
		e->link.is_virtual = true;
		e->bus = bus;
		e->peer = bus->end + 1 - i;
		e->open = true;
	}
	*ret_a = &bus->end[0].link;
	*ret_b = &bus->end[1].link;

	return 0;
}
