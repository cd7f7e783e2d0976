/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "car/keys.h"
#include "car/role.h"
#include "dbc/codec.h"

bool keys_is_request(const struct dbc *dbc, const struct dbc_message *m)
{
	const char *kind = dbc_message_attr(dbc, m, "KeyKind");

	return kind && *kind;
}

static struct key *find(struct key_list *list, const char *kind, int slot)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->keys[i].slot == slot && !strcmp(list->keys[i].kind, kind))
			return &list->keys[i];

	return NULL;
}

static struct key *add(struct key_list *list, const char *kind, int slot)
{
	struct key *k;

	if (list->n == KEYS_MAX)
		return NULL;
	k = &list->keys[list->n++];
	*k = (struct key){ .slot = slot, .kind = kind, .in_lock = -1, .last_used = NSEC_NEVER };

	return k;
}

/* What the signal with ROLE says, or -1. */
static int64_t value_of(const struct dbc_message *m, const struct frame *f, int role)
{
	uint64_t raw;

	for (size_t i = 0; i < m->n_signals; i++)
		if (m->signals[i].role == role && dbc_get_raw(&m->signals[i], f->data, f->len, &raw))
			return (int64_t)raw;

	return -1;
}

static const char *word_of(const struct dbc_message *m, const struct frame *f, int role)
{
	uint64_t raw;

	for (size_t i = 0; i < m->n_signals; i++)
		if (m->signals[i].role == role && dbc_get_raw(&m->signals[i], f->data, f->len, &raw))
			return dbc_word(&m->signals[i], raw);

	return NULL;
}

void keys_add_answer(struct key_list *list, const struct dbc *dbc, const struct dbc_message *m,
		     const struct frame *answer)
{
	const char *kind = dbc_message_attr(dbc, m, "KeyKind");
	int64_t in_lock = value_of(m, answer, ROLE_KEY_IN_LOCK);
	int64_t number = value_of(m, answer, ROLE_KEY_NUMBER);

	for (size_t i = 0; i < m->n_signals; i++) {
		const struct dbc_signal *s = &m->signals[i];
		int slot = ROLE_INDEX(s->role);
		const char *state, *battery;
		struct key *k;

		if (ROLE_OF(s->role) != ROLE_KEY_STATE)
			continue;
		state = word_of(m, answer, s->role);
		if (!state || !strcmp(state, "empty"))
			continue;
		k = find(list, kind, slot);
		if (!k)
			k = add(list, kind, slot);
		if (!k)
			return;
		battery = word_of(m, answer, ROLE_KEY_BATTERY | slot << 8);
		k->state = state;
		k->battery = battery && strcmp(battery, "unknown") ? battery : NULL;
		if (in_lock >= 0)
			k->in_lock = in_lock == 1 && number == slot;
		k->grade = grade_of_signal(dbc, s);
		k->source = source_of_signal(dbc, s);
	}
}

static void heard(struct key_list *list, const char *kind, int slot, nsec_t t, int in_lock,
		  const char *battery, const struct dbc *dbc, const struct dbc_signal *by)
{
	struct key *k = find(list, kind, slot);

	if (!k) {
		if (list->complete)
			return;	/* the car has named all it knows */
		k = add(list, kind, slot);
		if (!k)
			return;
		k->state = "heard";
		k->grade = grade_of_signal(dbc, by);
		k->source = source_of_signal(dbc, by);
	}
	k->last_used = t;
	if (k->in_lock < 0)
		k->in_lock = in_lock;
	if (!k->battery)
		k->battery = battery;
}

/* A profile that no key has (can.md 1.5). */
static bool is_guest(const struct car_state *s, int slot)
{
	const char *word = dbc_word(s->fob_signal, (uint64_t)slot);

	return word && !strcmp(word, "guest");
}

void keys_add_heard(struct key_list *list, const struct car_state *s)
{
	const struct datum_state *number = &s->data[DATUM_KEY_NUMBER];
	const struct datum_state *lock = &s->data[DATUM_KEY_IN_LOCK];

	for (int i = 0; i < FOB_SLOTS; i++) {
		int low = s->fobs[i].battery_low;

		if (s->fobs[i].t != NSEC_NEVER && !is_guest(s, i))
			heard(list, "fob", i, s->fobs[i].t, -1,
			      low < 0 ? NULL : low ? "low" : "ok", s->fob_dbc, s->fob_signal);
	}
	if (number->signal && number->value >= 0)
		heard(list, "transponder", number->value, number->t,
		      lock->signal ? lock->value == KEY_IN : -1, NULL, number->dbc, number->signal);
}

int keys_ask(struct key_list *list, struct asker *a, const struct decoder *d)
{
	bool asked = false;

	for (size_t i = 0; i < d->n_sources; i++) {
		const struct decoder_source *s = &d->sources[i];

		if (d->platform && s->platform && s->platform != d->platform)
			continue;
		for (size_t k = 0; k < s->dbc->n_messages; k++) {
			const struct dbc_message *m = &s->dbc->messages[k];
			struct frame answer;
			int r;

			if (!keys_is_request(s->dbc, m))
				continue;
			r = ask_message(a, s->dbc, m, &answer);
			if (r < 0)
				return r;
			keys_add_answer(list, s->dbc, m, &answer);
			asked = true;
		}
	}
	list->complete = asked;

	return asked ? 0 : -EINVAL;
}
