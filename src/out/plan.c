/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>
#include <string.h>

#include "car/role.h"
#include "dbc/codec.h"
#include "out/json.h"
#include "out/plan.h"

#define SLOTS_FIRST 64

bool plan_names_signal(const char *name, const struct dbc_signal *s)
{
	size_t n = strlen(s->message->name);

	if (!strcmp(name, s->name))
		return true;

	return !strncmp(name, s->message->name, n) && name[n] == '.' && !strcmp(name + n + 1, s->name);
}

typedef size_t (*escape_fn)(char *buf, const char *s, size_t n, size_t *ret_used);

/* BEFORE, TEXT escaped by FN, AFTER; *ret is untouched without memory. */
static bool make_piece(struct plans *p, const char *before, const char *text, escape_fn fn,
		       const char *after, struct piece *ret)
{
	size_t n = strlen(text), first = strlen(before), last = strlen(after);
	size_t size = first + n * JSON_ESCAPE_MAX + last + OUT_BLOCK, len = first;
	char *full = malloc(size), *s;

	if (!full)
		return false;
	memcpy(full, before, first);
	for (size_t i = 0, used; i < n; i += used)
		len += fn(full + len, text + i, n - i, &used);
	memcpy(full + len, after, last);
	len += last;
	memset(full + len, 0, OUT_BLOCK);
	s = arena_chars(&p->arena, len + OUT_BLOCK);
	if (s) {
		memcpy(s, full, len + OUT_BLOCK);
		*ret = (struct piece){ s, len };
	}
	free(full);

	return s;
}

static bool make_word(struct plans *p, const struct plan_signal *ps, const char *word,
		      struct plan_word *ret)
{
	struct piece quoted;
	char *s;

	if (!make_piece(p, "", word, out_escape, "", &ret->text) ||
	    !make_piece(p, "\"", word, json_escape, "\"", &quoted))
		return false;
	s = arena_chars(&p->arena, ps->json_key.len + quoted.len + OUT_BLOCK);
	if (!s)
		return false;
	memcpy(s, ps->json_key.s, ps->json_key.len);
	memcpy(s + ps->json_key.len, quoted.s, quoted.len + OUT_BLOCK);
	ret->json = (struct piece){ s, ps->json_key.len + quoted.len };

	return true;
}

static bool make_words(struct plans *p, struct plan_signal *ps)
{
	const struct dbc_signal *s = ps->signal;
	size_t n = (size_t)1 << s->bits;
	struct plan_word *words = arena_alloc(&p->arena, n * sizeof(*words));

	if (!words)
		return false;
	memset(words, 0, n * sizeof(*words));
	for (size_t i = 0; i < n; i++) {
		uint64_t raw = i, sign = (s->mask >> 1) + 1;
		const char *word;

		if (s->kind == DBC_SIGNED)
			raw = (raw ^ sign) - sign;
		word = dbc_word(s, raw);
		if (word && !make_word(p, ps, word, &words[i]))
			return false;
	}
	ps->words = words;

	return true;
}

static bool make_signal(struct plans *p, const struct dbc_signal *s, struct plan_signal *ps)
{
	*ps = (struct plan_signal){ .signal = s, .is_vin = s->role == ROLE_VIN };
	if (!make_piece(p, "\"", s->name, json_escape, "\":", &ps->json_key) ||
	    !make_piece(p, " ", s->name, out_escape, "=", &ps->text_key) ||
	    !make_piece(p, "", s->unit, out_escape, "", &ps->unit))
		return false;
	if (s->n_values == 0)
		return true;
	if (s->bits <= PLAN_WORD_BITS && (s->kind == DBC_UNSIGNED || s->kind == DBC_SIGNED))
		return make_words(p, ps);
	ps->has_words = true;

	return true;
}

/* Which of the names S has; n_names: none. */
static size_t find_column(const struct plans *p, const struct dbc_signal *s)
{
	size_t i;

	for (i = 0; i < p->n_names; i++)
		if (plan_names_signal(p->names[i], s))
			break;

	return i;
}

static struct plan *make_plan(struct plans *p, const struct dbc_message *m)
{
	struct plan *plan = arena_alloc(&p->arena,
					sizeof(*plan) + m->n_signals * sizeof(plan->signals[0]));

	if (!plan)
		return NULL;
	*plan = (struct plan){ .message = m };
	if (!make_piece(p, ",\"message\":\"", m->name, json_escape, "\"", &plan->json_name) ||
	    !make_piece(p, "", m->name, out_escape, "", &plan->text_name))
		return NULL;
	for (size_t i = 0; i < m->n_signals; i++) {
		size_t column = find_column(p, &m->signals[i]);

		plan->has_vin |= m->signals[i].role == ROLE_VIN;
		if (column == p->n_names && p->n_names > 0)
			continue;
		if (!make_signal(p, &m->signals[i], &plan->signals[plan->n_signals]))
			return NULL;
		plan->signals[plan->n_signals++].column = column;
	}

	return plan;
}

static size_t place(const struct plans *p, const struct dbc_message *m)
{
	return (size_t)((uint64_t)(uintptr_t)m * 0x9e3779b97f4a7c15u >> 32) & p->mask;
}

/* Where M's plan is, or would be. */
static struct plan **find(const struct plans *p, const struct dbc_message *m)
{
	size_t i;

	for (i = place(p, m); p->slots[i] && p->slots[i]->message != m; i = (i + 1) & p->mask)
		;

	return &p->slots[i];
}

static bool grow(struct plans *p)
{
	size_t n = p->slots ? 2 * (p->mask + 1) : SLOTS_FIRST;
	struct plans bigger = { .slots = calloc(n, sizeof(*p->slots)), .mask = n - 1 };

	if (!bigger.slots)
		return false;
	for (size_t i = 0; p->slots && i <= p->mask; i++)
		if (p->slots[i])
			*find(&bigger, p->slots[i]->message) = p->slots[i];
	free(p->slots);
	p->slots = bigger.slots;
	p->mask = bigger.mask;

	return true;
}

const struct plan *plans_get(struct plans *p, const struct dbc_message *m)
{
	struct plan **slot = p->slots ? find(p, m) : NULL;

	if (slot && *slot)
		return *slot;
	if (2 * p->n >= p->mask && !grow(p))
		return NULL;
	slot = find(p, m);
	*slot = make_plan(p, m);
	p->n += *slot != NULL;

	return *slot;
}

void plans_free(struct plans *p)
{
	arena_free(&p->arena);
	free(p->slots);
	*p = (struct plans){ 0 };
}
