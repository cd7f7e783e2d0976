/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdlib.h>

#include "cli/backlog.h"

#define ROOM 64		/* so many places must be free before a loss is told */

int backlog_init(struct backlog *b)
{
	*b = (struct backlog){ .frames = malloc(BACKLOG_MAX * sizeof(*b->frames)) };

	return b->frames ? 0 : -ENOMEM;
}

void backlog_free(struct backlog *b)
{
	free(b->frames);
	b->frames = NULL;
}

void backlog_push(struct backlog *b, const struct frame *f)
{
	if (b->n == BACKLOG_MAX) {
		b->lost += f->flags & FRAME_LOST ? f->id : 1;
		return;
	}
	if (b->n == 0)
		b->first = 0;
	b->frames[(b->first + b->n++) % BACKLOG_MAX] = *f;
}

const struct frame *backlog_first(const struct backlog *b)
{
	return b->n ? &b->frames[b->first] : NULL;
}

bool backlog_pop(struct backlog *b, struct frame *ret, const char *bus, nsec_t now)
{
	if (b->n == 0)
		return false;
	*ret = b->frames[b->first];
	b->first = (b->first + 1) % BACKLOG_MAX;
	b->n--;
	if (b->lost && b->n < BACKLOG_MAX - ROOM) {
		struct frame lost = { .t = now, .bus = bus, .id = b->lost, .flags = FRAME_LOST };

		b->lost = 0;
		backlog_push(b, &lost);
	}

	return true;
}
