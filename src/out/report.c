/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/num.h"
#include "out/report.h"

#define MARGIN (2 * NSEC_PER_SEC)

/* Where a lane stands among the others. */
static int order(enum datum d, int slot, unsigned int button)
{
	/* The lids, which matter least, behind the locks. */
	if (d != N_DATA)
		return d == DATUM_LOCK ? DATUM_BOOT : d >= DATUM_BOOT ? (int)d + 1 : (int)d;

	/* UNLOCK first: it is held while LOCK is pressed. */
	return N_DATA + 1 + slot * 8 + (button == FOB_UNLOCK ? 0 : (int)button);
}

/* The lane, made when it is not there yet; NULL: there are too many. */
static struct report_lane *find_lane(struct report *r, enum datum d, int slot, unsigned int button)
{
	int own = order(d, slot, button);
	size_t i;

	for (i = 0; i < r->n_lanes; i++) {
		const struct report_lane *l = &r->lanes[i];
		int its = order(l->datum, l->slot, l->button);

		if (its == own)
			return &r->lanes[i];
		if (its > own)
			break;
	}
	if (r->n_lanes == REPORT_LANES_MAX)
		return NULL;
	memmove(&r->lanes[i + 1], &r->lanes[i], (r->n_lanes++ - i) * sizeof(r->lanes[0]));
	r->lanes[i].datum = d;
	r->lanes[i].slot = slot;
	r->lanes[i].button = button;
	r->lanes[i].n = 0;

	return &r->lanes[i];
}

static void add(struct report *r, struct report_lane *l, nsec_t t, int value)
{
	if (!l) {
		r->left_out++;
		return;
	}
	if (l->n == REPORT_CHANGES_MAX) {
		/* While nothing is judged yet, what is new may be the attempt. */
		r->left_out += l->n / 2;
		l->n -= l->n / 2;
		memmove(l->changes, l->changes + REPORT_CHANGES_MAX - l->n,
			l->n * sizeof(l->changes[0]));
	}
	l->changes[l->n++] = (struct report_change){ t, value };
}

void report_init(struct report *r, const char *name)
{
	static const enum datum always[] = {
		DATUM_IGNITION, DATUM_KEY_IN_LOCK, DATUM_DOOR_DRIVER, DATUM_DOOR_PASSENGER, DATUM_LOCK,
	};

	memset(r, 0, sizeof(*r));
	r->name = name;
	r->first = r->last = NSEC_NEVER;
	for (size_t i = 0; i < ARRAY_SIZE(always); i++)
		find_lane(r, always[i], 0, 0);
}

void report_event(struct report *r, const struct event *e)
{
	if (r->judged && e->t > r->to)
		return;
	switch (e->kind) {
	case EVENT_FOB:
		for (unsigned int b = FOB_LOCK; b <= FOB_BOOT; b <<= 1)
			if ((e->pressed | e->released) & b)
				add(r, find_lane(r, N_DATA, e->slot, b), e->t, (e->pressed & b) != 0);
		break;
	case EVENT_KEY:
		if (e->datum == DATUM_KEY_IN_LOCK)
			add(r, find_lane(r, e->datum, 0, 0), e->t, e->value);
		break;
	case EVENT_LOCK:
		if (e->datum == DATUM_LOCK)
			add(r, find_lane(r, e->datum, 0, 0), e->t, e->value);
		break;
	case EVENT_IGNITION:
	case EVENT_DOOR:
	case EVENT_LID:
		add(r, find_lane(r, e->datum, 0, 0), e->t, e->value);
		break;
	case EVENT_LOST:
		r->lost += (unsigned long)MAX(e->value, 1);
		break;
	case EVENT_WINDOW:
	case EVENT_INIT:
	case EVENT_BUS:
	case EVENT_ERROR:
	case N_EVENTS:
		break;
	}
}

void report_step(struct report *r, const struct judge_step *s)
{
	if (r->n_steps == REPORT_STEPS_MAX) {
		r->left_out++;
		r->n_steps--;
		memmove(r->steps, r->steps + 1, r->n_steps * sizeof(r->steps[0]));
	}
	r->steps[r->n_steps++] = *s;
}

void report_judged(struct report *r, const struct judge_result *result)
{
	nsec_t first = NSEC_NEVER, last = 0, margin;

	r->judged = true;
	r->result = *result;
	r->procedure = result->procedure ? procedure_find(result->procedure) : NULL;
	for (size_t i = 0; i < r->n_steps; i++) {
		const struct judge_step *s = &r->steps[i];

		if (s->from == JUDGE_NO_TIME)
			continue;
		first = MIN(first, s->from);
		last = MAX(last, s->from + MAX(s->took, s->limit));
		if (s->ok)
			last = MAX(last, s->t);
	}
	if (first == NSEC_NEVER) {
		r->from = r->first;
		r->to = r->last;
		return;
	}
	margin = MAX(MARGIN, (last - first) / 25);
	r->from = MAX(first - margin, r->first);
	r->to = last + margin;
}

const char *report_mark(enum verdict v, const char **ret_class)
{
	bool done = v == VERDICT_PROGRAMMED, failed = v == VERDICT_FAILED;

	*ret_class = done ? "ok" : failed ? "bad" : "open";

	return done ? "\xe2\x9c\x93" : failed ? "\xe2\x9c\x97" : "?";
}

const char *report_seconds(char buf[AXIS_LABEL_MAX], nsec_t t)
{
	size_t n = 0;

	if (t != JUDGE_NO_TIME) {
		n = num_put_seconds(buf, AXIS_LABEL_MAX - 3, t / NSEC_PER_MSEC * NSEC_PER_MSEC);
		memcpy(buf + n, " s", 2);
		n += 2;
	}
	buf[n] = '\0';

	return buf;
}
