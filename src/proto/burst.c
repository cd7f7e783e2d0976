/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "proto/burst.h"

/* Away with the telegram popped last. */
static void tidy(struct burst *b)
{
	b->n -= b->used;
	memmove(b->buf, b->buf + b->used, b->n);
	b->used = 0;
}

void burst_push(struct burst *b, uint8_t byte, bool damaged, nsec_t t)
{
	tidy(b);
	b->last = t;
	if (b->state != BURST_GOOD)
		return;
	if (damaged || b->n == sizeof(b->buf))
		b->state = BURST_SPOILT;
	else
		b->buf[b->n++] = byte;
}

int burst_pop(struct burst *b, burst_parse_fn parse, void *ret)
{
	int r = 0;

	tidy(b);
	if (b->state == BURST_GOOD)
		r = parse(b->buf, b->n, ret);
	if (r < 0)
		b->state = BURST_SPOILT;
	if (b->state == BURST_SPOILT) {
		b->state = BURST_BAD;
		return -EBADMSG;
	}
	b->used = (size_t)r;

	return r > 0;
}

bool burst_has_more(const struct burst *b)
{
	return b->n > b->used;
}

void burst_spoil(struct burst *b)
{
	b->state = BURST_SPOILT;
}

nsec_t burst_deadline(const struct burst *b, nsec_t silence)
{
	bool open = b->state != BURST_GOOD || burst_has_more(b);

	return open ? nsec_add(b->last, silence) : NSEC_NEVER;
}

int burst_end(struct burst *b)
{
	bool cut = b->state == BURST_SPOILT || (b->state == BURST_GOOD && burst_has_more(b));

	b->state = BURST_GOOD;
	b->n = b->used = 0;

	return cut ? -EBADMSG : 0;
}
