/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "link/parmrk.h"
#include "proto/kbus-link.h"
#include "proto/kbus-send.h"

#define CHUNK 256	/* with what a framer holds back it fits KBUS_FRAMER_SIZE */

/*
 * A cable may gather bytes for 16 ms (adapters.md 1.3) before it hands them on. BlueBus
 * gives up a frame after 71 ms (kbus.md 1.3).
 */
#define SILENCE (40 * NSEC_PER_MSEC)

/* On a pty bytes come from a process, when it gets to run: own choice. */
#define OTHER_PROCESS (NSEC_PER_SEC / 4)

/* What comes for so long is no K-bus, when so often it was no frame: own choices. */
#define GARBAGE_TIME NSEC_PER_SEC
#define GARBAGE_FAULTS 3

struct kbus_link {
	struct link link;
	struct bytelink *bytes;
	struct parmrk marks;
	uint64_t n_bytes;
	nsec_t first;		/* when the first byte came */
	bool garbage;		/* kbus_link_is_garbage() */
	bool uses_cts;
	struct kbus_send sender;
	struct kbus_framer framer;
	struct kbus_counts entered;	/* when the first frame was found */
	/* What came while something was sent; then LOST frames, which found no room. */
	size_t head, n;
	uint32_t lost;
	struct frame queue[KBUS_LINK_QUEUE];
	uint64_t sent;
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

static void keep(struct kbus_link *k, const struct frame *f)
{
	if (k->lost || k->n == KBUS_LINK_QUEUE)
		k->lost += k->lost < UINT32_MAX;
	else
		k->queue[(k->head + k->n++) % KBUS_LINK_QUEUE] = *f;
}

static bool take_kept(struct kbus_link *k, struct frame *ret)
{
	if (k->n == 0 && k->lost == 0)
		return false;
	if (k->n == 0) {
		*ret = (struct frame){
			.t = clock_now(k->link.clk), .bus = k->link.name,
			.id = k->lost, .flags = FRAME_LOST,
		};
		k->lost = 0;
		return true;
	}
	*ret = k->queue[k->head];
	k->head = (k->head + 1) % KBUS_LINK_QUEUE;
	k->n--;

	return true;
}

/* What comes before the first frame may be the rest of one that had begun: nothing is wrong. */
static bool take_framed(struct kbus_link *k, struct frame *ret)
{
	bool first = k->framer.counts.frames == 0;

	if (!kbus_framer_pop(&k->framer, ret))
		return false;
	if (first && k->framer.counts.skipped < KBUS_FRAME_MAX) {
		k->entered = k->framer.counts;
		k->entered.frames = k->entered.devices = k->entered.too_long = 0;
	}

	return true;
}

static size_t pop(struct kbus_link *k, struct frame *ret, size_t max)
{
	size_t n = 0;

	while (n < max && (take_kept(k, &ret[n]) || take_framed(k, &ret[n])))
		n++;

	return n;
}

/* What is in the framer comes before what it is told next. */
static void keep_frames(struct kbus_link *k)
{
	struct frame f;

	while (take_framed(k, &f))
		keep(k, &f);
}

/* What others sent goes to the framer. */
static void pass_on(struct kbus_link *k)
{
	struct kbus_byte b;

	while (kbus_send_pop(&k->sender, &b)) {
		kbus_framer_resume(&k->framer, b.t);
		b.t = MAX(b.t, k->framer.last);
		if (b.damaged)
			kbus_framer_push_damaged(&k->framer, b.byte, b.t);
		else
			kbus_framer_push(&k->framer, b.byte, b.t);
	}
}

/* The last of them was on the wire until now at the latest, the others before it. */
static void take_in(struct kbus_link *k, const uint8_t *raw, size_t n)
{
	uint16_t bytes[CHUNK];
	nsec_t now = clock_now(k->link.clk);
	size_t count = unmark(k, raw, n, bytes);

	if (k->n_bytes == 0)
		k->first = now;
	k->n_bytes += count;
	for (size_t i = 0; i < count; i++) {
		const struct kbus_byte b = {
			.byte = (uint8_t)bytes[i],
			.damaged = bytes[i] & DAMAGED,
			.t = now - (nsec_t)(count - i) * KBUS_BYTE_TIME,
		};
		bool sent = kbus_send_hear(&k->sender, &b);

		pass_on(k);
		if (sent) {
			kbus_framer_end(&k->framer);
			keep_frames(k);
		}
	}
}

/*
 * The next frame cannot end before some time, be it begun or only to follow the last: a wake-up
 * for each of its bytes would cost more than all the rest. 1: go on; 0: a watched descriptor is
 * ready.
 */
static int sleep_in_frame(struct kbus_link *k, nsec_t until)
{
	struct clock *clk = k->link.clk;
	/* And a ms, after which a USB adapter hands them on at the latest (adapters.md 1.3). */
	nsec_t end = kbus_framer_earliest(&k->framer) + NSEC_PER_MSEC;
	int r;

	if (end <= clock_now(clk) || end >= until || kbus_send_busy(&k->sender))
		return 1;
	r = clock_wait(clk, NULL, 0, end);

	return r < 0 ? r : clock_now(clk) >= end;
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
		nsec_t now = clock_now(k->link.clk), silence = NSEC_NEVER;

		if (!kbus_send_holds(&k->sender)) {
			bool idle = k->framer.idle;

			kbus_framer_idle(&k->framer, now);
			if (k->framer.idle && !idle && k->framer.n > 0)
				return 0;	/* it may have settled what is a frame */
			silence = kbus_framer_deadline(&k->framer);
		}
		if (now >= MIN(silence, deadline))
			return 0;
		n = sleep_in_frame(k, MIN(silence, deadline));
		if (n <= 0)
			return n;
		n = bytelink_recv(k->bytes, raw, sizeof(raw), MIN(silence, deadline));
	}
	if (n > 0)
		take_in(k, raw, (size_t)n);

	return n;
}

/*
 * The rest of a frame that had begun is one fault, and shorter than a frame. Of bytes without a
 * parity bit some look like frames, but hardly one of them between devices that there are.
 */
static bool is_garbage(const struct kbus_link *k)
{
	const struct kbus_counts *c = &k->framer.counts;

	return c->devices == 0 && k->sent == 0 && k->framer.last - k->first >= GARBAGE_TIME &&
	       (c->skipped > KBUS_FRAME_MAX || c->checksum + c->length + c->cut >= GARBAGE_FAULTS);
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
		if (!k->garbage && is_garbage(k)) {
			k->garbage = true;
			return 0;
		}
		now = clock_now(l->clk);
		if (r == 0 && (now >= deadline || now < silence))
			return (int)pop(k, ret, max);
	}
}

/* 1: the interface says that the bus is free, or says nothing of it. */
static int is_free(struct kbus_link *k)
{
	unsigned int modem;
	int r;

	if (!k->uses_cts)
		return 1;
	r = bytelink_modem(k->bytes, &modem);

	return r < 0 ? r : !!(modem & BYTELINK_CTS);
}

/* What is there already. A port that never runs dry is a busy bus. */
static int hear_all(struct kbus_link *k)
{
	int r = 1;

	for (size_t i = 0; i < KBUS_FRAMER_SIZE / CHUNK && r > 0; i++) {
		r = take_bytes(k, 0);
		keep_frames(k);
	}

	return MIN(r, 0);
}

/* Send the frame that the sender has. */
static int send_it(struct kbus_link *k, const uint8_t *bytes, size_t n)
{
	int r;

	for (;;) {
		r = hear_all(k);
		if (r == 0)
			r = is_free(k);
		if (r < 0)
			return r;
		switch (kbus_send_run(&k->sender, clock_now(k->link.clk), r)) {
		case KBUS_SEND_WAIT:
			r = take_bytes(k, k->sender.next);
			break;
		case KBUS_SEND_WRITE:
			r = bytelink_send(k->bytes, bytes, n);
			kbus_send_written(&k->sender, clock_now(k->link.clk));
			break;
		case KBUS_SEND_OVER:
			return k->sender.result;
		}
		if (r < 0)
			return r;
	}
}

static int kbus_link_send(struct link *l, const struct frame *f)
{
	struct kbus_link *k = from(l);
	uint8_t bytes[KBUS_FRAME_MAX];
	uint64_t skipped = k->framer.counts.skipped, collisions = k->sender.collisions;
	int n = kbus_encode(f, bytes), r;

	if (n < 0)
		return n;
	if (n > KBUS_SEND_BYTES)
		return -EMSGSIZE;
	kbus_send_begin(&k->sender, bytes, (size_t)n, clock_now(l->clk));
	r = send_it(k, bytes, (size_t)n);
	k->sent += r == 0;
	kbus_send_cancel(&k->sender);
	pass_on(k);
	keep_frames(k);
	/* All that came were whole frames, in which nothing is of ours: it did not come back. */
	if ((r == -ECOMM || r == -ENOLINK) && !k->sender.overlaid && k->framer.n == 0 &&
	    k->framer.counts.skipped == skipped) {
		k->sender.collisions = collisions;
		return -ENOLINK;
	}

	return r;
}

static void kbus_close(struct link *l)
{
	bytelink_close(from(l)->bytes);
	free(from(l));
}

static const struct link_ops kbus_ops = {
	.send = kbus_link_send,
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
	kbus_send_init(&k->sender, 1, clock_now(bytes->clk));
	k->sender.slack = bytes->slack;
	if (bytes->is_virtual && !bytes->clk->is_virtual)
		k->framer.silence = OTHER_PROCESS;
	*ret_link = &k->link;

	return 0;
}

void kbus_link_seed(struct link *l, uint32_t seed)
{
	struct kbus_send *s = &from(l)->sender;
	nsec_t slack = s->slack;

	kbus_send_init(s, seed, s->quiet);
	s->slack = slack;
}

int kbus_link_use_cts(struct link *l)
{
	unsigned int modem;
	int r = bytelink_modem(from(l)->bytes, &modem);

	from(l)->uses_cts = r == 0;

	return r;
}

bool kbus_link_is_garbage(struct link *l)
{
	return from(l)->garbage;
}

static struct kbus_counts since(const struct kbus_counts *now, const struct kbus_counts *then)
{
	return (struct kbus_counts){
		.frames = now->frames - then->frames,
		.devices = now->devices - then->devices,
		.skipped = now->skipped - then->skipped,
		.checksum = now->checksum - then->checksum,
		.length = now->length - then->length,
		.cut = now->cut - then->cut,
		.damaged = now->damaged - then->damaged,
		.too_long = now->too_long - then->too_long,
	};
}

struct kbus_heard kbus_link_heard(struct link *l)
{
	const struct kbus_link *k = from(l);
	struct kbus_heard h = {
		.bytes = k->n_bytes,
		.counts = since(&k->framer.counts, &k->entered),
		.sent = k->sent,
		.collisions = k->sender.collisions,
	};

	if (bytelink_errors(k->bytes, &h.port) < 0)
		h.port = (struct bytelink_errors){ 0 };

	return h;
}
