/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "attempt.h"

/*
 * What a person does, as differences from doing it well: "out=5001 unlock=30000". Times in
 * ms; what they are between stands at the members.
 */
struct deed {
	int turns, on, gap;	/* each turn in on or acc; from one turn to the next */
	int out;		/* one-turn: leaving off to key out; else off to key out; 0: stays in */
	int unlock;		/* key out (resync: off) to UNLOCK */
	int first, third;	/* UNLOCK to the first and the third LOCK */
	int presses;
	int apart;		/* third LOCK up to UNLOCK up; may be negative */
	int lock;		/* resync: off to LOCK */
	int fobs, next;		/* a confirmation to the next UNLOCK */
	int fob;		/* the first one */
	int hold;		/* how long the third LOCK is down */
	char far[8];		/* acc, on, start */
	char thing[8], when[8];	/* what else happens: door@hold */
	char part[8];		/* hold, click, none, double (an ordinary one) */
};

static inline int *deed_number(struct deed *d, const char *key)
{
	const struct {
		const char *key;
		int *at;
	} keys[] = {
		{ "turns", &d->turns }, { "on", &d->on },	    { "gap", &d->gap },
		{ "out", &d->out },	{ "unlock", &d->unlock },   { "first", &d->first },
		{ "third", &d->third }, { "presses", &d->presses }, { "apart", &d->apart },
		{ "lock", &d->lock },	{ "fobs", &d->fobs },	    { "next", &d->next },
		{ "fob", &d->fob },	{ "hold", &d->hold },
	};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (!strcmp(keys[i].key, key))
			return keys[i].at;

	return NULL;
}

/* How P is done well, and what DIFFERENT says of it. */
static inline struct deed deed_of(const char *p, const char *different)
{
	bool one = !strcmp(p, "one-turn"), resync = !strcmp(p, "resync-two-button");
	struct deed d = {
		.turns = !strcmp(p, "four-turns") ? 4 : !strcmp(p, "three-cycles") ? 3 : 1,
		.on = 1000, .gap = 1000, .out = one ? 2000 : 1000, .unlock = 2000,
		.first = 700, .third = 2100, .presses = 3, .apart = one ? 600 : 0,
		.lock = 3000, .fobs = 1, .next = 2000, .fob = 3, .hold = 100,
	};
	char text[160], *rest = text;

	snprintf(d.far, sizeof(d.far), "%s", one ? "acc" : "on");
	snprintf(d.part, sizeof(d.part), "%s",
		 resync ? "click" : !strcmp(p, "three-cycles") ? "none" : "hold");
	if (resync)
		d.fob = 1;
	if (resync || !strcmp(p, "three-cycles"))
		d.out = 0;
	snprintf(text, sizeof(text), "%s", different);
	while (rest) {
		char *word = strsep(&rest, " "), *value = strchr(word, '='), *at;
		int *number;

		if (!*word)
			continue;
		assert_non_null(value);
		*value++ = '\0';
		number = deed_number(&d, word);
		at = strchr(value, '@');
		if (number)
			*number = atoi(value);
		else if (!strcmp(word, "far"))
			snprintf(d.far, sizeof(d.far), "%s", value);
		else if (!strcmp(word, "part"))
			snprintf(d.part, sizeof(d.part), "%s", value);
		else if (!strcmp(word, "do") && at)
			snprintf(d.thing, sizeof(d.thing), "%.*s", (int)(at - value), value),
				snprintf(d.when, sizeof(d.when), "%s", at + 1);
		else
			fail_msg("what is '%s'?", word);
	}

	return d;
}

struct deed_text {
	char at[4096];
	size_t len;
	int t;
};

_printf_(2, 3) static inline void deed_line(struct deed_text *s, const char *fmt, ...)
{
	va_list ap;

	s->len += (size_t)snprintf(s->at + s->len, sizeof(s->at) - s->len, "at %dms ", s->t);
	va_start(ap, fmt);
	s->len += (size_t)vsnprintf(s->at + s->len, sizeof(s->at) - s->len, fmt, ap);
	va_end(ap);
	s->len += (size_t)snprintf(s->at + s->len, sizeof(s->at) - s->len, "\n");
	assert_in_range(s->len, 0, sizeof(s->at) - 1);
}

static inline void deed_thing(struct deed_text *s, const struct deed *d, const char *when)
{
	static const char *const things[][2] = {
		{ "door", "door driver open" },	    { "pdoor", "door passenger open" },
		{ "shut", "door driver close" },    { "key", "key insert 1" },
		{ "switch", "switch lock" },	    { "cyl", "cylinder lock" },
		{ "flat", "fob 3 battery flat" },   { "flat1", "fob 1 battery flat" },
		{ "boot", "boot open" },	    { "bonnet", "bonnet open" },
		{ "kind", "fob 3 kind 2-button" },  { "window", "window driver open" },
	};

	if (strcmp(d->when, when))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(things); i++)
		if (!strcmp(things[i][0], d->thing)) {
			deed_line(s, "%s", things[i][1]);
			return;
		}
	if (!strcmp(d->thing, "acc"))
		deed_line(s, "key insert 1\nignition acc");
	else
		fail_msg("what is '%s'?", d->thing);
}

static inline void deed_hold(struct deed_text *s, const struct deed *d, int fob)
{
	int unlock = s->t, up = unlock;

	deed_line(s, "fob %d press unlock", fob);
	for (int i = 0; i < d->presses; i++) {
		s->t = unlock + (i == 0 ? d->first : i == 1 ? d->first + (d->third - d->first) / 2 :
				 i == 2 ? d->third : d->third + 300 * (i - 2));
		if (i == 1)
			deed_thing(s, d, "hold");
		deed_line(s, "fob %d press lock", fob);
		up = i < 2 ? s->t + 100 : i == 2 ? s->t + d->hold : up;
		if (i < d->presses - 1 || d->apart >= 0) {
			s->t = MAX(up, s->t + 100);
			deed_line(s, "fob %d release lock", fob);
		}
	}
	s->t = up + d->apart;
	if (d->presses && d->apart < 0) {
		s->len += (size_t)snprintf(s->at + s->len, sizeof(s->at) - s->len,
					   "at %dms fob %d release unlock\n", s->t, fob);
		s->t = up;
		deed_line(s, "fob %d release lock", fob);
	} else {
		s->t = MAX(s->t, unlock + 100);
		deed_line(s, "fob %d release unlock", fob);
	}
}

/* The script of it: all that happens, then nothing for so long that all is judged. */
static inline void deed_script(const struct deed *d, struct deed_text *s)
{
	int off;

	*s = (struct deed_text){ .t = 1000 };
	deed_thing(s, d, "before");
	for (int i = 0; i < d->turns; i++) {
		s->t += i ? d->gap : 0;
		deed_line(s, "ignition %s", d->far);
		s->t += d->on / 2;
		deed_thing(s, d, "turn");
		s->t += d->on - d->on / 2;
		deed_line(s, "ignition off");
	}
	off = s->t;
	deed_thing(s, d, "off");
	if (d->out) {
		s->t += strcmp(d->far, "on") && d->turns == 1 ? d->out - d->on : d->out;
		deed_line(s, "key remove");
	}
	s->t += d->out ? d->unlock / 2 : 0;
	deed_thing(s, d, "wait");
	s->t += d->out ? d->unlock - d->unlock / 2 : 0;
	for (int i = 0; i < d->fobs && strcmp(d->part, "none"); i++) {
		int fob = (d->fob + i - 1) % 5 + 1;

		if (!strcmp(d->part, "hold")) {
			deed_hold(s, d, fob);
		} else {
			s->t = off + d->unlock;
			deed_line(s, "fob %d click unlock", fob);
			s->t = off + d->lock;
			deed_line(s, "fob %d click lock", fob);
		}
		s->t += 300 + d->next / 2;
		deed_thing(s, d, "after");
		s->t += d->next - d->next / 2;
	}
	s->t += 60000;
	deed_line(s, "fob 5 battery ok");
}
