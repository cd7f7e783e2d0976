/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "link/parmrk.h"
#include "proto/kbus-link.h"

#define CHUNK 256	/* with what a framer holds back it fits KBUS_FRAMER_SIZE */

/*
 * A cable may gather bytes for 16 ms (adapters.md 1.3) before it hands them on. BlueBus
 * gives up a frame after 71 ms (kbus.md 1.3).
 */
#define SILENCE (40 * NSEC_PER_MSEC)

struct kbus_link {
	struct link link;
	struct bytelink *bytes;
	struct parmrk marks;
	uint64_t n_bytes;
	struct kbus_framer framer;
};

static struct kbus_link *from(struct link *l)
{
	return container_of(l, struct kbus_link, link);
}

/* A byte as it came: its value, or that and that it was damaged. */
#define DAMAGED 0x100

static size_t unmark(struct kbus_link *k, const uint8_t *raw, size_t n, uint16_t *ret)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		uint8_t byte = raw[i];
		int r = k->bytes->marks ? parmrk_push(&k->marks, byte, &byte) : 1;

		if (r != 0)
			ret[count++] = (uint16_t)(byte | (r < 0 ? DAMAGED : 0));
	}

	return count;
}

/* The last of them was on the wire until now at the latest, the others before it. */
static void take_in(struct kbus_link *k, const uint8_t *raw, size_t n)
{
	uint16_t bytes[CHUNK];
	nsec_t now = clock_now(k->link.clk);
	size_t count = unmark(k, raw, n, bytes);

	k->n_bytes += count;
	for (size_t i = 0; i < count; i++) {
		nsec_t t = now - (nsec_t)(count - i) * KBUS_BYTE_TIME;

		kbus_framer_resume(&k->framer, t);
		t = MAX(t, k->framer.last);
		if (bytes[i] & DAMAGED)
			kbus_framer_push_damaged(&k->framer, (uint8_t)bytes[i], t);
		else
			kbus_framer_push(&k->framer, (uint8_t)bytes[i], t);
	}
}

/*
 * Bytes that are there, or those that come until DEADLINE. There was silence only when
 * nothing was there: when nobody has looked for long, what is there may have come at once.
 */
static int take_bytes(struct kbus_link *k, nsec_t deadline)
{
	uint8_t raw[CHUNK];
	int n = bytelink_recv(k->bytes, raw, sizeof(raw), 0);

	if (n == 0) {
		nsec_t now = clock_now(k->link.clk);
		nsec_t silence = kbus_framer_deadline(&k->framer);

		kbus_framer_idle(&k->framer, now);
		if (now >= MIN(silence, deadline))
			return 0;
		n = bytelink_recv(k->bytes, raw, sizeof(raw), MIN(silence, deadline));
	}
	if (n > 0)
		take_in(k, raw, (size_t)n);

	return n;
}

static size_t pop(struct kbus_link *k, struct frame *ret, size_t max)
{
	size_t n = 0;

	while (n < max && kbus_framer_pop(&k->framer, &ret[n]))
		n++;

	return n;
}

static int kbus_recv(struct link *l, struct frame *ret, size_t max, nsec_t deadline)
{
	struct kbus_link *k = from(l);

	for (;;) {
		nsec_t silence = kbus_framer_deadline(&k->framer), now;
		size_t n = pop(k, ret, max);
		int r = n ? (int)n : take_bytes(k, deadline);

		if (r < 0 || n)
			return r;
		now = clock_now(l->clk);
		if (r == 0 && (now >= deadline || now < silence))
			return (int)pop(k, ret, max);
	}
}

static void kbus_close(struct link *l)
{
	bytelink_close(from(l)->bytes);
	free(from(l));
}

static const struct link_ops kbus_ops = {
	.recv = kbus_recv,
	.close = kbus_close,
};

int kbus_link_open(struct bytelink *bytes, struct link **ret_link)
{
	struct kbus_link *k = calloc(1, sizeof(*k));

	if (!k) {
		bytelink_close(bytes);
		return -ENOMEM;
	}
	k->link = (struct link){
		.ops = &kbus_ops,
		.clk = bytes->clk,
		.name = "kbus",
		.is_virtual = bytes->is_virtual,
	};
	k->bytes = bytes;
	kbus_framer_init(&k->framer, k->link.name);
	k->framer.silence = SILENCE;
	*ret_link = &k->link;

	return 0;
}

struct kbus_heard kbus_link_heard(struct link *l)
{
	const struct kbus_link *k = from(l);
	struct kbus_heard h = { .bytes = k->n_bytes, .counts = k->framer.counts };

	if (bytelink_errors(k->bytes, &h.port) < 0)
		h.port = (struct bytelink_errors){ 0 };

	return h;
}
