/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "proto/kbus.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

static bool same(const struct frame *a, const struct frame *b)
{
	return a->id == b->id && a->flags == b->flags && a->len == b->len &&
	       memcmp(a->data, b->data, a->len) == 0;
}

/* A good frame's bytes, and the way through a CAN FD controller, give it back. */
static size_t check_frame(const struct frame *f)
{
	uint8_t bytes[KBUS_FRAME_MAX];
	struct frame g;
	int n;

	if (f->flags & FRAME_LOST)
		return 0;
	n = kbus_encode(f, bytes);
	must(n >= 5 && kbus_parse(bytes, (size_t)n, &g) == 0 && same(f, &g));
	g = *f;
	must(kbus_pad(&g) == 0 && frame_fd_len(g.len) == g.len);
	kbus_unpad(&g);
	must(same(f, &g));

	return (size_t)n;
}

/* The first byte says how often there is silence. Every byte is accounted for. */
static void stream(const uint8_t *data, size_t size)
{
	static struct kbus_framer fr;
	size_t period = data[0] & 0x7f, in_frames = 0;
	bool idle = data[0] & 0x80;
	struct frame f;
	nsec_t t = 0;

	kbus_framer_init(&fr, "kbus");
	for (size_t i = 1; i < size; i++) {
		t += NSEC_PER_MSEC;
		if (period && i % period == 0) {
			t += KBUS_SILENCE;
			if (idle)
				kbus_framer_idle(&fr, t);
		}
		kbus_framer_push(&fr, data[i], t);
		/* Not always popped at once. */
		while ((i & 15) != 3 && kbus_framer_pop(&fr, &f))
			in_frames += check_frame(&f);
	}
	kbus_framer_idle(&fr, NSEC_NEVER);
	while (kbus_framer_pop(&fr, &f))
		in_frames += check_frame(&f);

	must(fr.n == 0);
	must(kbus_framer_deadline(&fr) == NSEC_NEVER);
	must(fr.counts.too_long > 0 || in_frames + fr.counts.skipped == size - 1);
}

static void whole(const uint8_t *data, size_t size)
{
	uint8_t bytes[KBUS_FRAME_MAX];
	struct frame f;

	if (kbus_parse(data, size, &f) < 0)
		return;
	must(kbus_encode(&f, bytes) == (int)size && memcmp(bytes, data, size) == 0);
	check_frame(&f);
}

/* Whatever a CAN FD frame holds: what is taken off is put on again the same. */
static void carrier(const uint8_t *data, size_t size)
{
	struct frame f = { .id = KBUS_ID_BASE, .flags = FRAME_EXT | FRAME_FD };
	struct frame g;

	f.len = (uint8_t)MIN(size, FRAME_DATA_MAX);
	memcpy(f.data, data, f.len);
	g = f;
	kbus_unpad(&g);
	must(g.len <= f.len);
	if (g.len < f.len)
		must(kbus_pad(&g) == 0);
	must(same(&f, &g));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	whole(data, size);
	carrier(data, size);
	if (size > 0)
		stream(data, size);

	return 0;
}
