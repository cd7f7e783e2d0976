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

bool keys_can_be_asked(const struct decoder *d)
{
	for (size_t i = 0; i < d->n_sources; i++) {
		const struct decoder_source *s = &d->sources[i];

		if (d->platform && s->platform && s->platform != d->platform)
			continue;
		for (size_t k = 0; k < s->dbc->n_messages; k++)
			if (keys_is_request(s->dbc, &s->dbc->messages[k]) &&
			    grade_of_message(s->dbc, &s->dbc->messages[k]) != GRADE_SIMULATED)
				return true;
	}

	return false;
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

/* What the signal with ROLE says. NULL: it is not in the answer. */
static const struct dbc_signal *said(const struct decoded *answer, int role, uint64_t *ret_raw)
{
	const struct dbc_message *m = answer->message;

	for (size_t i = 0; i < m->n_signals; i++)
		if (m->signals[i].role == role &&
		    dbc_get_raw(&m->signals[i], answer->frame->data, answer->frame->len, ret_raw))
			return &m->signals[i];

	return NULL;
}

static int value_of(const struct decoded *answer, int role)
{
	uint64_t raw;

	return said(answer, role, &raw) ? (int)raw : -1;
}

/* As value_of(); also -1 when it is outside the signal's range, as "none" may be. */
static int number_of(const struct decoded *answer, int role)
{
	uint64_t raw;
	const struct dbc_signal *s = said(answer, role, &raw);
	const char *word = s ? dbc_word(s, raw) : NULL;

	if (!s || (word && !strcmp(word, "none")) || (s->max > s->min && (double)raw > s->max))
		return -1;

	return (int)raw;
}

static const char *word_of(const struct decoded *answer, int role)
{
	uint64_t raw;
	const struct dbc_signal *s = said(answer, role, &raw);

	return s ? dbc_word(s, raw) : NULL;
}

static const char *battery_of(const struct decoded *answer, int role)
{
	const char *word = word_of(answer, role);

	return word && strcmp(word, "unknown") ? word : NULL;
}

static bool has_role(const struct dbc_message *m, enum role role)
{
	for (size_t i = 0; i < m->n_signals; i++)
		if (ROLE_OF(m->signals[i].role) == role)
			return true;

	return false;
}

/* The key, new in the list if need be; S says what it is. NULL: the list is full. */
static struct key *settle(struct key_list *list, const char *kind, int slot, const char *state,
			  const struct decoded *answer, const struct dbc_signal *s)
{
	struct key *k = find(list, kind, slot);

	if (!k)
		k = add(list, kind, slot);
	if (!k)
		return NULL;
	k->state = state;
	k->grade = grade_of_signal(answer->dbc, s);
	k->source = source_of_signal(answer->dbc, s);

	return k;
}

/* Key<N>_State: a list by slot. */
static void add_listed(struct key_list *list, const char *kind, const struct decoded *answer,
		       const struct dbc_signal *s)
{
	const char *state = word_of(answer, s->role);
	int in_lock = value_of(answer, ROLE_KEY_IN_LOCK);
	struct key *k;

	if (!state || !strcmp(state, "empty"))
		return;
	k = settle(list, kind, ROLE_INDEX(s->role), state, answer, s);
	if (!k)
		return;
	k->battery = battery_of(answer, ROLE_KEY_BATTERY | k->slot << 8);
	if (in_lock >= 0)
		k->in_lock = in_lock == 1 && value_of(answer, ROLE_KEY_NUMBER) == k->slot;
}

/* Key<N>_Battery without a state: who keeps a battery's state need not know the key. */
static void add_battery(struct key_list *list, const char *kind, const struct decoded *answer,
			const struct dbc_signal *s)
{
	const char *battery = battery_of(answer, s->role);
	struct key *k = find(list, kind, ROLE_INDEX(s->role));

	if (!battery)
		return;
	if (!k)
		k = settle(list, kind, ROLE_INDEX(s->role), "unknown", answer, s);
	if (k && !k->battery)
		k->battery = battery;
}

/* Fob<N>_Slot: entry N of a list that says how many there are. */
static void add_entry(struct key_list *list, const char *kind, const struct decoded *answer,
		      const struct dbc_signal *s)
{
	int slot = number_of(answer, s->role), entry = ROLE_INDEX(s->role);
	struct key *k = slot < 0 ? NULL : find(list, kind, slot);

	if (slot < 0 || entry > value_of(answer, ROLE_FOB_COUNT))
		return;
	/* That the car accepts a key now says more. */
	if (!k || !strcmp(k->state, "unknown"))
		k = settle(list, kind, slot, "learned", answer, s);
	if (k && !k->battery)
		k->battery = battery_of(answer, ROLE_ENTRY_BATTERY | entry << 8);
}

/* Key_Number, alone: the current key. */
static void add_current(struct key_list *list, const char *kind, const struct decoded *answer,
			const struct dbc_signal *s)
{
	int number = number_of(answer, s->role), in_lock = value_of(answer, ROLE_KEY_IN_LOCK);
	int disabled = value_of(answer, ROLE_KEY_DISABLED);
	struct key *k;

	if (number < 0 || value_of(answer, ROLE_KEY_VALID) == 0)
		return;
	k = settle(list, kind, number,
		   disabled < 0 ? "valid" : disabled ? "blocked" : "enabled", answer, s);
	if (!k)
		return;
	if (in_lock >= 0)
		k->in_lock = in_lock == 1;
	list->current = (size_t)(k - list->keys) + 1;
}

static void add_action(struct key_list *list, const struct decoded *answer,
		       const struct dbc_signal *s)
{
	list->last_action = (struct lock_action){
		.action = word_of(answer, ROLE_LOCK_ACTION),
		.cause = word_of(answer, ROLE_LOCK_CAUSE),
		.key = number_of(answer, ROLE_LOCK_KEY),
		.grade = grade_of_signal(answer->dbc, s),
		.source = source_of_signal(answer->dbc, s),
	};
	list->last_action.known = list->last_action.action || list->last_action.cause ||
				  list->last_action.key >= 0;
}

void keys_add_answer(struct key_list *list, const struct decoded *answer)
{
	const struct dbc_message *m = answer->message;
	const char *kind = dbc_message_attr(answer->dbc, m, "KeyKind");
	bool lists = has_role(m, ROLE_KEY_STATE);
	uint64_t raw;

	for (size_t i = 0; i < m->n_signals; i++) {
		const struct dbc_signal *s = &m->signals[i];
		enum role role = ROLE_OF(s->role);

		if (!said(answer, s->role, &raw))
			continue;
		if (role == ROLE_KEY_STATE)
			add_listed(list, kind, answer, s);
		else if (role == ROLE_KEY_BATTERY && !lists)
			add_battery(list, kind, answer, s);
		else if (role == ROLE_ENTRY_SLOT)
			add_entry(list, kind, answer, s);
		else if (role == ROLE_KEY_NUMBER && !lists)
			add_current(list, kind, answer, s);
		else if (role == ROLE_CURRENT_BATTERY && list->current)
			list->keys[list->current - 1].battery = battery_of(answer, s->role);
		else if (role == ROLE_LOCK_ACTION)
			add_action(list, answer, s);
	}
}

static void heard(struct key_list *list, const char *kind, int slot, const struct frame *f, int in_lock,
		  const char *battery, const struct dbc *dbc, const struct dbc_signal *by)
{
	struct key *current = list->current ? &list->keys[list->current - 1] : NULL;
	struct key *k = find(list, kind, slot);

	/* The current key's number is the same, whatever that key is called. */
	if (!k && by->role == ROLE_KEY_NUMBER && current && current->slot == slot)
		k = current;
	if (!k) {
		if (list->complete)
			return;	/* the car has named all it knows */
		k = add(list, kind, slot);
		if (!k)
			return;
		k->state = "heard";
		k->grade = grade_of_signal(dbc, by);
		k->source = source_of_signal(dbc, by);
		k->message = by->message;
		k->frame = *f;
	}
	k->last_used = f->t;
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

/* Is the key with that NUMBER in the lock? 1, 0; -1: not known. */
static int is_in_lock(const struct car_state *s, int number)
{
	const struct datum_state *lock = &s->data[DATUM_KEY_IN_LOCK];

	if (!lock->signal)
		return -1;

	return lock->value == KEY_IN && s->data[DATUM_KEY_NUMBER].value == number;
}

void keys_add_heard(struct key_list *list, const struct car_state *s)
{
	const struct datum_state *number = &s->data[DATUM_KEY_NUMBER];

	for (int i = 0; i < FOB_SLOTS; i++) {
		int low = s->fobs[i].battery_low;

		if (s->fobs[i].t != NSEC_NEVER && !is_guest(s, i))
			heard(list, "fob", i, &s->fobs[i].frame, -1,
			      low < 0 ? NULL : low ? "low" : "ok", s->fob_dbc, s->fob_signal);
	}
	for (int i = 0; i < KEY_NUMBERS; i++)
		if (s->keys[i].t != NSEC_NEVER)
			heard(list, "transponder", i, &s->keys[i].frame, is_in_lock(s, i), NULL,
			      number->dbc, number->signal);
}

struct asking {
	struct key_list *list;
	bool lists;		/* what is asked for now: lists, or the rest */
	unsigned int wanted, answered;
};

static bool wants(const struct dbc *dbc, const struct dbc_message *m, void *arg)
{
	struct asking *a = arg;

	if (!keys_is_request(dbc, m) || has_role(m, ROLE_KEY_STATE) != a->lists)
		return false;
	a->wanted++;

	return true;
}

static void told(const struct decoded *answer, void *arg)
{
	struct asking *a = arg;

	a->answered++;
	keys_add_answer(a->list, answer);
}

int keys_ask(struct key_list *list, struct poll *p)
{
	static const struct poll_ops ops = { .wants = wants, .told = told };
	struct asking a = { .list = list, .lists = true };
	int r = poll_car(p, &ops, &a);

	if (r < 0)
		return r;
	list->asked = true;
	list->complete = a.wanted && a.answered == a.wanted;
	if (!list->complete) {
		a.lists = false;
		r = poll_car(p, &ops, &a);
	}

	return r < 0 ? r : poll_result(p);
}
