/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "cli/condition.h"

static const char *const fob_values[] = { "lock", "unlock", "boot", "released", NULL };

static bool among(const char *const *words, const char *word)
{
	for (; *words; words++)
		if (!strcmp(*words, word))
			return true;

	return false;
}

static int find_kind(const char *word, size_t n)
{
	for (enum event_kind k = 0; k < N_EVENTS; k++)
		if (strlen(event_kind_word(k)) == n && !strncmp(event_kind_word(k), word, n))
			return (int)k;

	return -1;
}

/* The datum's value for WORD, or -1. */
static int datum_value(enum datum d, const char *word)
{
	uint64_t number;

	if (d == DATUM_KEY_NUMBER) {
		if (!strcmp(word, "none"))
			return KEY_NUMBER_NONE;
		return num_parse_uint(word, 255, &number) == 0 ? (int)number : -3;
	}
	for (int v = 0; datum_word(d, v); v++)
		if (!strcmp(datum_word(d, v), word))
			return v;

	return -3;
}

/* Does C speak of datum D? Of the locks without a name: the whole car's. */
static bool is_about(const struct condition *c, enum datum d)
{
	if (datum_kind(d) != c->kind)
		return false;
	if (*c->name)
		return !strcmp(c->name, datum_name(d));

	return c->kind != EVENT_LOCK || d == DATUM_LOCK;
}

static bool matches(const struct condition *c, enum datum d, int value)
{
	int want = datum_value(d, c->value);

	if (datum_kind(d) == EVENT_LOCK && want == LOCK_LOCKED && value == LOCK_SECURED)
		return true;

	return value == want;
}

static int check_fob(struct condition *c, const char **reterr_why)
{
	const char *slot = !strncmp(c->name, "slot ", 5) ? c->name + 5 : c->name;
	uint64_t n;

	c->slot = -1;
	if (*c->name) {
		if (num_parse_uint(slot, FOB_SLOTS - 1, &n) < 0) {
			*reterr_why = "a fob's name is its slot, 0 to 15";
			return -EINVAL;
		}
		c->slot = (int)n;
	}
	if (!among(fob_values, c->value)) {
		*reterr_why = "a fob does lock, unlock, boot or released";
		return -EINVAL;
	}

	return 0;
}

static int check_bus(const struct condition *c, const char **reterr_why)
{
	if (*c->name && strcmp(c->name, "bus")) {
		*reterr_why = "this event has no such name";
		return -EINVAL;
	}
	for (enum bus_state b = BUS_AWAKE; b <= BUS_ASLEEP; b++)
		if (!strcmp(c->value, bus_word(b)))
			return 0;
	*reterr_why = "a bus is awake or asleep";

	return -EINVAL;
}

static int check_datum(const struct condition *c, const char **reterr_why)
{
	bool named = false;

	for (enum datum d = 0; d < N_DATA; d++) {
		if (!is_about(c, d))
			continue;
		named = true;
		if (datum_value(d, c->value) != -3)
			return 0;
	}
	*reterr_why = named ? "this event never has that value" : "this event has no such name";

	return -EINVAL;
}

int condition_parse(const char *text, struct condition *ret, const char **reterr_why)
{
	const char *equals = strchr(text, '='), *dot;
	size_t n;
	int kind;

	if (!equals || !equals[1]) {
		*reterr_why = "no EVENT[.NAME]=VALUE";
		return -EINVAL;
	}
	dot = memchr(text, '.', (size_t)(equals - text));
	kind = find_kind(text, (size_t)((dot ? dot : equals) - text));
	n = dot ? (size_t)(equals - dot - 1) : 0;
	if (kind < 0 || n >= sizeof(ret->name) || (dot && n == 0)) {
		*reterr_why = kind < 0 ? "unknown event" : "this event has no such name";
		return -EINVAL;
	}
	*ret = (struct condition){ .kind = (enum event_kind)kind, .value = equals + 1 };
	if (n)
		memcpy(ret->name, dot + 1, n);

	switch (ret->kind) {
	case EVENT_FOB:
		return check_fob(ret, reterr_why);
	case EVENT_BUS:
		return check_bus(ret, reterr_why);
	case EVENT_ERROR:
		return 0;	/* a bus has more words than these */
	case EVENT_LOST:
		*reterr_why = "lost frames are counted, not waited for";
		return -EINVAL;
	case EVENT_LOCK:
	case EVENT_DOOR:
	case EVENT_IGNITION:
	case EVENT_KEY:
	case EVENT_LID:
	case EVENT_WINDOW:
	case EVENT_INIT:
	case N_EVENTS:
		break;
	}

	return check_datum(ret, reterr_why);
}

bool condition_holds(const struct condition *c, const struct car_state *s)
{
	if (c->kind == EVENT_BUS)
		return !strcmp(c->value, bus_word(s->bus));
	for (enum datum d = 0; d < N_DATA; d++)
		if (is_about(c, d) && state_known(s, d) && matches(c, d, s->data[d].value))
			return true;

	return false;
}

bool condition_met(const struct condition *c, const struct event *e)
{
	if (e->kind != c->kind)
		return false;
	if (e->kind == EVENT_FOB)
		return (c->slot < 0 || c->slot == e->slot) && !strcmp(e->word, c->value);
	if (e->kind == EVENT_ERROR)
		return !strcmp(e->word, c->value);
	if (e->kind == EVENT_BUS)
		return !strcmp(bus_word((enum bus_state)e->value), c->value);

	return e->kind != EVENT_LOST && is_about(c, e->datum) && matches(c, e->datum, e->value);
}

int events_parse(const char *text, event_set *ret)
{
	event_set set = 0;

	for (;;) {
		size_t n = strcspn(text, ",");
		int kind = find_kind(text, n);

		if (kind < 0)
			return -EINVAL;
		set |= 1u << kind;
		if (!text[n])
			break;
		text += n + 1;
	}
	*ret = set;

	return 0;
}
