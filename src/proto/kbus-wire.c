/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "proto/kbus-link.h"
#include "proto/kbus-wire.h"

#define GAP (2 * NSEC_PER_MSEC)	/* between frames, kbus.md 1.3 */
#define CHUNK 64

/* Bytes on their way. */
struct transmission {
	nsec_t end;
	size_t n;
	uint8_t bytes[KBUS_DATA_MAX + 6];
};

_Static_assert(sizeof(((struct transmission *)NULL)->bytes) >= CHUNK, "an echo has to fit");

struct kbus_wire {
	struct link link;
	struct bytelink *bytes;
	nsec_t free;	/* when all that waits is through */
	size_t head, n;
	struct transmission queue[KBUS_WIRE_QUEUE + 1];
	struct kbus_framer framer;
};

static struct kbus_wire *from(struct link *l)
{
	return container_of(l, struct kbus_wire, link);
}

static struct transmission *at(struct kbus_wire *w, size_t i)
{
	return &w->queue[(w->head + i) % ARRAY_SIZE(w->queue)];
}

/* At the end of what waits, after GAP. */
static void enqueue(struct kbus_wire *w, const uint8_t *bytes, size_t n, nsec_t gap)
{
	struct transmission *t = at(w, w->n++);

	t->end = MAX(clock_now(w->link.clk), w->free + gap) + (nsec_t)n * KBUS_BYTE_TIME;
	t->n = n;
	memcpy(t->bytes, bytes, n);
	w->free = t->end;
}

static int wire_send(struct link *l, const struct frame *f)
{
	struct kbus_wire *w = from(l);
	uint8_t bytes[KBUS_FRAME_MAX];
	int n = kbus_encode(f, bytes);

	if (n < 0 || f->len > KBUS_DATA_MAX)
		return -EINVAL;
	if (w->n >= KBUS_WIRE_QUEUE)
		return -ENOBUFS;
	enqueue(w, bytes, (size_t)n, GAP);

	return 0;
}

/* Hand the port what is through. */
static int flush(struct kbus_wire *w, nsec_t now)
{
	int r = 0;

	while (r == 0 && w->n > 0 && at(w, 0)->end <= now) {
		r = bytelink_send(w->bytes, at(w, 0)->bytes, at(w, 0)->n);
		w->head = (w->head + 1) % ARRAY_SIZE(w->queue);
		w->n--;
	}

	return r;
}

/* What the port sends is on the wire at once. */
static void take_in(struct kbus_wire *w, const uint8_t *bytes, size_t n)
{
	nsec_t now = clock_now(w->link.clk);

	for (size_t i = 0; i < n; i++)
		kbus_framer_push(&w->framer, bytes[i], now);
	enqueue(w, bytes, n, 0);
}

static size_t pop(struct kbus_wire *w, struct frame *ret, size_t max)
{
	size_t n = 0;

	while (n < max && kbus_framer_pop(&w->framer, &ret[n]))
		n++;

	return n;
}

static int wire_recv(struct link *l, struct frame *ret, size_t max, nsec_t deadline)
{
	struct kbus_wire *w = from(l);

	for (;;) {
		nsec_t now = clock_now(l->clk), until;
		uint8_t bytes[CHUNK];
		size_t n;
		int r;

		kbus_framer_idle(&w->framer, now);
		n = pop(w, ret, max);
		r = flush(w, now);
		if (r < 0 || n)
			return r < 0 ? r : (int)n;
		until = MIN(deadline, kbus_framer_deadline(&w->framer));
		if (w->n > 0)
			until = MIN(until, at(w, 0)->end);
		/* With a full queue the port waits. */
		r = w->n > KBUS_WIRE_QUEUE ? clock_wait(l->clk, NULL, 0, until) :
					     bytelink_recv(w->bytes, bytes, sizeof(bytes), until);
		if (r < 0)
			return r;
		if (r > 0)
			take_in(w, bytes, (size_t)r);
		now = clock_now(l->clk);
		if (r == 0 && (now >= deadline || now < until))
			return flush(w, now);
	}
}

static void wire_close(struct link *l)
{
	bytelink_close(from(l)->bytes);
	free(from(l));
}

static const struct link_ops wire_ops = {
	.send = wire_send,
	.recv = wire_recv,
	.close = wire_close,
};

int kbus_wire_open(struct bytelink *bytes, struct link **ret_link)
{
	struct kbus_wire *w = calloc(1, sizeof(*w));

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
	w->bytes = bytes;
	kbus_framer_init(&w->framer, w->link.name);
	*ret_link = &w->link;

	return 0;
}
