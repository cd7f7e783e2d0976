/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "sim/dongle-link.h"

#define CHUNK 256

struct dongle_link {
	struct link link;
	struct bytelink *bytes;
	struct dongle *dongle;
};

_Static_assert(offsetof(struct dongle_link, link) == 0, "link must come first");

static struct dongle_link *from(struct link *l)
{
	return container_of(l, struct dongle_link, link);
}

/* Hand the host what is through. */
static int flush(struct dongle_link *k, nsec_t now)
{
	uint8_t bytes[CHUNK];
	size_t n;
	int r = 0;

	while (r == 0 && (n = dongle_take(k->dongle, now, bytes, sizeof(bytes))) > 0)
		r = bytelink_send(k->bytes, bytes, n);

	return r;
}

static int dongle_send(struct link *l, const struct frame *f)
{
	struct dongle_link *k = from(l);
	nsec_t now = clock_now(l->clk);

	dongle_carry(k->dongle, now, f);

	return flush(k, now);
}

static size_t take(struct dongle_link *k, nsec_t now, struct frame *ret, size_t max)
{
	size_t n = 0;

	while (n < max && dongle_take_frame(k->dongle, &ret[n])) {
		ret[n].t = now;
		ret[n++].bus = k->link.name;
	}

	return n;
}

static int dongle_recv(struct link *l, struct frame *ret, size_t max, nsec_t deadline)
{
	struct dongle_link *k = from(l);

	for (;;) {
		nsec_t now = clock_now(l->clk), until;
		uint8_t bytes[CHUNK];
		size_t n = take(k, now, ret, max);
		int r = flush(k, now);

		if (r < 0 || n)
			return r < 0 ? r : (int)n;
		until = MIN(deadline, dongle_next(k->dongle));
		r = bytelink_recv(k->bytes, bytes, sizeof(bytes), until);
		if (r < 0)
			return r;
		now = clock_now(l->clk);
		if (r > 0)
			dongle_hear(k->dongle, now, bytes, (size_t)r);
		else if (now >= deadline || now < until)
			return flush(k, now);
	}
}

static void dongle_close(struct link *l)
{
	struct dongle_link *k = from(l);

	bytelink_close(k->bytes);
	free(k->dongle);
	free(k);
}

static const struct link_ops dongle_ops = {
	.send = dongle_send,
	.recv = dongle_recv,
	.close = dongle_close,
};

int dongle_link_open(struct dongle *d, struct bytelink *bytes, struct link **ret_link)
{
	struct dongle_link *k = calloc(1, sizeof(*k));

	if (!k) {
		bytelink_close(bytes);
		free(d);
		return -ENOMEM;
	}
	k->link = (struct link){
		.ops = &dongle_ops,
		.clk = bytes->clk,
		.name = bytes->name,
		.is_virtual = bytes->is_virtual,
	};
	k->bytes = bytes;
	k->dongle = d;
	*ret_link = &k->link;

	return 0;
}

struct dongle *dongle_link_dongle(struct link *l)
{
	return from(l)->dongle;
}
