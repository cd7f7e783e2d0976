/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "link/mishear.h"
#include "proto/kbus-link.h"
#include "proto/kbus-wire.h"

#define GAP (2 * NSEC_PER_MSEC)	/* between frames, kbus.md 1.3 */
#define CHUNK 64

_Static_assert(KBUS_DATA_MAX + 6 <= PORTWIRE_MESSAGE_MAX, "a frame has to fit");
_Static_assert(KBUS_WIRE_QUEUE == PORTWIRE_QUEUE, "frames are messages");

struct kbus_wire {
	struct link link;
	struct portwire *wire;
	struct kbus_framer framer;
};

static struct kbus_wire *from(struct link *l)
{
	return container_of(l, struct kbus_wire, link);
}

static int wire_send(struct link *l, const struct frame *f)
{
	uint8_t bytes[KBUS_FRAME_MAX];
	int n = kbus_encode(f, bytes);

	if (f->flags & FRAME_ERR)
		return 0;	/* a wire has no controller that says it */
	if (n < 0 || f->len > KBUS_DATA_MAX)
		return -EINVAL;

	return portwire_send(from(l)->wire, bytes, (size_t)n, KBUS_BAUD, GAP);
}

/* What the port said, as those on the wire hear it. */
static void take_in(struct kbus_wire *w, const struct portwire_byte *b)
{
	nsec_t t = MAX(b->end - KBUS_BYTE_TIME, w->framer.last);

	if (b->damaged || !mishear_is_right(b->baud, KBUS_BAUD))
		kbus_framer_push_damaged(&w->framer, b->value, t);
	else
		kbus_framer_push(&w->framer, b->value, t);
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
		struct portwire_byte bytes[CHUNK];
		nsec_t silence = kbus_framer_deadline(&w->framer), now;
		size_t n = pop(w, ret, max);
		int r;

		if (n)
			return (int)n;
		r = portwire_recv(w->wire, bytes, CHUNK, MIN(deadline, silence));
		if (r < 0)
			return r;
		for (int i = 0; i < r; i++)
			take_in(w, &bytes[i]);
		now = clock_now(l->clk);
		if (r == 0)
			kbus_framer_idle(&w->framer, now);
		if (r == 0 && (now >= deadline || now < silence))
			return (int)pop(w, ret, max);
	}
}

static void wire_close(struct link *l)
{
	portwire_close(from(l)->wire);
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
	r = portwire_open(bytes, KBUS_BAUD, &w->wire);
	if (r < 0) {
		free(w);
		return r;
	}
	/* Who speaks on a K-bus listens first: kbus.md 1.3. */
	portwire_hand_bytes(w->wire);
	kbus_framer_init(&w->framer, w->link.name);
	*ret_link = &w->link;

	return 0;
}

struct portwire *kbus_wire_inner(struct link *l)
{
	return from(l)->wire;
}

bool kbus_wire_is_heard(struct link *l)
{
	unsigned int modem;

	return bytelink_modem(portwire_port(from(l)->wire), &modem) < 0 || modem & BYTELINK_DSR;
}

bool kbus_wire_busy(struct link *l)
{
	return portwire_busy(from(l)->wire);
}
