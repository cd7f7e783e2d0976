/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "car/role.h"
#include "cli/quiet.h"
#include "dbc/codec.h"

struct quiet_message {
	uint64_t data;
	uint64_t mask;			/* the bits of data that canonical signals have */
	uint64_t changes;		/* the count when this was heard, and changed nothing */
	uint8_t len;
	bool heard;
	bool mute;			/* no signal that state_hear() takes in */
};

struct quiet_source {
	const struct dbc *dbc;
	struct quiet_message *messages;
};

/* Does state_hear() take S in? */
static bool counts(const struct dbc_signal *s)
{
	enum role role = ROLE_OF(s->role);

	return role != ROLE_NONE && role != ROLE_VIN && role != ROLE_CHECKSUM && role != ROLE_ALIVE;
}

/* What must be the same for a message to say the same again. */
static void look_at(struct quiet_message *q, const struct dbc_message *m)
{
	uint8_t data[FRAME_DATA_MAX] = { 0 };
	bool multiplexed = false;

	q->mute = true;
	for (size_t i = 0; i < m->n_signals; i++) {
		const struct dbc_signal *s = &m->signals[i];
		uint64_t ones = s->kind == DBC_SIGNED ? UINT64_MAX : s->mask;

		multiplexed |= s->mux != DBC_MUX_NONE;
		if (!counts(s))
			continue;
		q->mute = false;
		if (dbc_put_raw(s, ones, data) < 0)
			multiplexed = true;	/* cannot be; if it is, compare everything */
	}
	memcpy(&q->mask, data, sizeof(q->mask));
	if (multiplexed)
		q->mask = UINT64_MAX;
}

int quiet_init(struct quiet *q, const struct decoder *d)
{
	*q = (struct quiet){ .sources = calloc(d->n_sources + 1, sizeof(*q->sources)) };
	if (!q->sources)
		return -ENOMEM;
	for (size_t i = 0; i < d->n_sources; i++) {
		const struct dbc *dbc = d->sources[i].dbc;
		struct quiet_message *messages = calloc(dbc->n_messages + 1, sizeof(*messages));

		if (!messages)
			return -ENOMEM;
		q->sources[i] = (struct quiet_source){ dbc, messages };
		q->n_sources++;
		for (size_t m = 0; m < dbc->n_messages; m++)
			look_at(&messages[m], &dbc->messages[m]);
	}

	return 0;
}

void quiet_free(struct quiet *q)
{
	for (size_t i = 0; i < q->n_sources; i++)
		free(q->sources[i].messages);
	free(q->sources);
	*q = (struct quiet){ 0 };
}

static struct quiet_message *find(struct quiet *q, const struct decoded *dec)
{
	if (!dec->message)
		return NULL;
	if (q->sources[q->last].dbc != dec->dbc)
		for (size_t i = 0; i < q->n_sources; i++)
			if (q->sources[i].dbc == dec->dbc)
				q->last = i;

	return &q->sources[q->last].messages[dec->message - dec->dbc->messages];
}

bool quiet_is(struct quiet *q, const struct decoded *dec)
{
	struct quiet_message *m;
	uint64_t data;

	if (dec->errors || dec->frame->flags & (FRAME_ERR | FRAME_LOST))
		return false;
	m = find(q, dec);
	if (!m || m->mute)
		return true;
	if (!m->heard || m->changes != q->changes || m->len != dec->frame->len)
		return false;
	memcpy(&data, dec->frame->data, sizeof(data));

	return m->data == (data & m->mask);
}

void quiet_heard(struct quiet *q, const struct decoded *dec, size_t n)
{
	struct quiet_message *m = find(q, dec);

	if (n)
		q->changes++;
	if (!m)
		return;
	m->heard = n == 0 && dec->frame->len <= sizeof(m->data);
	m->changes = q->changes;
	m->len = dec->frame->len;
	memcpy(&m->data, dec->frame->data, sizeof(m->data));
	m->data &= m->mask;
}
