/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "link/portwire-link.h"

struct wire_link {
	struct link link;
	struct portwire *wire;
};

static struct wire_link *from(struct link *l)
{
	return container_of(l, struct wire_link, link);
}

static int wire_recv(struct link *l, struct frame *ret, size_t max, nsec_t deadline)
{
	(void)ret;
	(void)max;

	return clock_wait(l->clk, NULL, 0, deadline);
}

static void wire_close(struct link *l)
{
	portwire_close(from(l)->wire);
	free(from(l));
}

static const struct link_ops wire_ops = {
	.recv = wire_recv,
	.close = wire_close,
};

int portwire_link_open(struct bytelink *bytes, unsigned int baud, struct link **ret_link)
{
	struct wire_link *w = calloc(1, sizeof(*w));
	int r;

	if (!w) {
		bytelink_close(bytes);
		return -ENOMEM;
	}
	w->link = (struct link){
		.ops = &wire_ops,
		.clk = bytes->clk,
		.name = bytes->name,
		.is_virtual = bytes->is_virtual,
	};
	r = portwire_open(bytes, baud, &w->wire);
	if (r < 0) {
		free(w);
		return r;
	}
	*ret_link = &w->link;

	return 0;
}

struct portwire *portwire_link_wire(struct link *l)
{
	return from(l)->wire;
}
