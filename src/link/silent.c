/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "link/silent.h"

struct silent {
	struct link link;
	struct bytelink *bytes;
};

static struct silent *from(struct link *l)
{
	return container_of(l, struct silent, link);
}

static int silent_recv(struct link *l, struct frame *ret, size_t max, nsec_t deadline)
{
	(void)ret;
	(void)max;

	return clock_wait(l->clk, NULL, 0, deadline);
}

static void silent_close(struct link *l)
{
	bytelink_close(from(l)->bytes);
	free(from(l));
}

static const struct link_ops silent_ops = {
	.recv = silent_recv,
	.close = silent_close,
};

int link_silent_open(struct bytelink *bytes, struct link **ret_link)
{
	struct silent *s = calloc(1, sizeof(*s));

	if (!s) {
		bytelink_close(bytes);
		return -ENOMEM;
	}
	s->link = (struct link){
		.ops = &silent_ops,
		.clk = bytes->clk,
		.name = bytes->name,
		.is_virtual = bytes->is_virtual,
	};
	s->bytes = bytes;
	*ret_link = &s->link;

	return 0;
}

struct bytelink *link_silent_bytes(struct link *l)
{
	return from(l)->bytes;
}
