/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/board.h"

void board_forget(struct board_message *m)
{
	free(m->topic);
	free(m->payload);
	*m = (struct board_message){ 0 };
}

static bool copy(struct board_message *to, const char *topic, const char *payload, size_t n)
{
	struct board_message m = { .topic = strdup(topic), .payload = malloc(n + 1), .n = n };

	if (!m.topic || !m.payload) {
		board_forget(&m);
		return false;
	}
	memcpy(m.payload, payload, n);
	m.payload[n] = '\0';
	*to = m;

	return true;
}

static struct board_message *find(struct board *b, const char *topic)
{
	for (size_t i = 0; i < b->n_kept; i++)
		if (!strcmp(b->kept[i].topic, topic))
			return &b->kept[i];

	return NULL;
}

int board_keep(struct board *b, const char *topic, const char *payload, size_t n)
{
	struct board_message m, *old = find(b, topic);

	if (old && old->n == n && !memcmp(old->payload, payload, n))
		return 0;
	if (!old && b->n_kept == BOARD_KEPT_MAX)
		return -ENOSPC;
	if (!copy(&m, topic, payload, n))
		return -ENOMEM;
	if (old)
		board_forget(old);
	else
		old = &b->kept[b->n_kept++];
	*old = m;
	old->is_new = true;

	return 1;
}

bool board_tell(struct board *b, const char *topic, const char *payload, size_t n)
{
	if (b->n_told == BOARD_TOLD_MAX ||
	    !copy(&b->told[(b->first + b->n_told) % BOARD_TOLD_MAX], topic, payload, n))
		return false;
	b->n_told++;

	return true;
}

bool board_take(struct board *b, struct board_message *ret, bool *ret_kept)
{
	for (size_t i = 0; i < b->n_kept; i++) {
		struct board_message *m = &b->kept[i];

		if (!m->is_new || !copy(ret, m->topic, m->payload, m->n))
			continue;
		m->is_new = false;
		*ret_kept = true;
		return true;
	}
	if (b->n_told == 0)
		return false;
	*ret = b->told[b->first];
	b->told[b->first] = (struct board_message){ 0 };
	b->first = (b->first + 1) % BOARD_TOLD_MAX;
	b->n_told--;
	*ret_kept = false;

	return true;
}

void board_renew(struct board *b)
{
	for (size_t i = 0; i < b->n_kept; i++)
		b->kept[i].is_new = true;
}

size_t board_drop_told(struct board *b)
{
	size_t n = b->n_told;

	for (size_t i = 0; i < BOARD_TOLD_MAX; i++)
		board_forget(&b->told[i]);
	b->first = b->n_told = 0;

	return n;
}

void board_free(struct board *b)
{
	for (size_t i = 0; i < b->n_kept; i++)
		board_forget(&b->kept[i]);
	board_drop_told(b);
	b->n_kept = 0;
}
