/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stddef.h>

#include "proto/kbus-carrier.h"
#include "proto/kbus.h"

struct carrier {
	struct link link;
	struct link *inner;
};

_Static_assert(offsetof(struct carrier, link) == 0, "link must come first");

static int carrier_send(struct link *l, const struct frame *f)
{
	struct carrier *c = (struct carrier *)l;
	struct frame padded;
	int r;

	if (!kbus_is(f) || f->len <= FRAME_CLASSIC_MAX)
		return link_send(c->inner, f);
	padded = *f;
	r = kbus_pad(&padded);

	return r < 0 ? r : link_send(c->inner, &padded);
}

static int carrier_recv(struct link *l, struct frame *ret, size_t max, nsec_t deadline)
{
	struct carrier *c = (struct carrier *)l;
	int n = link_recv(c->inner, ret, max, deadline);

	for (int i = 0; i < n; i++)
		if (ret[i].len > FRAME_CLASSIC_MAX)
			kbus_unpad(&ret[i]);

	return n;
}

static int carrier_filter(struct link *l, const struct link_filter *f, size_t n)
{
	return link_filter(((struct carrier *)l)->inner, f, n);
}

static int carrier_fd(struct link *l)
{
	return link_fd(((struct carrier *)l)->inner);
}

static void carrier_close(struct link *l)
{
	struct carrier *c = (struct carrier *)l;

	link_close(c->inner);
	free(c);
}

static const struct link_ops carrier_ops = {
	.send = carrier_send,
	.recv = carrier_recv,
	.filter = carrier_filter,
	.fd = carrier_fd,
	.close = carrier_close,
};

int kbus_carrier_open(struct link *inner, struct link **ret_link)
{
	struct carrier *c = calloc(1, sizeof(*c));

	if (!c) {
		link_close(inner);
		return -ENOMEM;
	}
	c->link = *inner;
	c->link.ops = &carrier_ops;
	c->inner = inner;
	*ret_link = &c->link;

	return 0;
}

struct link *kbus_carrier_inner(struct link *l)
{
	return ((struct carrier *)l)->inner;
}
