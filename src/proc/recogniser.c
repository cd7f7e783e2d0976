/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "proc/recogniser.h"

void recogniser_init(struct recogniser *r, const struct procedure *const *list, size_t n,
		     unsigned int wanted, nsec_t tolerance)
{
	*r = (struct recogniser){ .n = n, .result = { .hint = "" } };
	for (size_t i = 0; i < n; i++) {
		judge_init(&r->candidates[i].judge, list[i], wanted);
		r->candidates[i].judge.tolerance = tolerance;
	}
}

/* ---- which one it is ---- */

/* Has its owner done something that only this procedure asks for? */
static int effort(const struct judge *j)
{
	if (j->p->turns > 1)
		return j->most_turns > 1 ? (int)j->most_turns : 0;

	return j->p->to_on && j->most_turns > 0;
}

/* Does it still wait for something that can come? A key that went to acc only is not its. */
static bool under_way(const struct judge *j)
{
	if (j->phase == JUDGE_TURNED && j->p->to_on && j->ignition == IGNITION_OFF)
		return j->turns > 0;

	return j->phase != JUDGE_IDLE && j->phase != JUDGE_DONE;
}

/* How far an attempt has come, in the order of the phases. */
static int progress(const struct judge *j)
{
	static const int far[] = {
		[JUDGE_WAIT] = 0,    [JUDGE_HOLD] = 2,	[JUDGE_CLICK] = 2, [JUDGE_EARLY] = 1,
		[JUDGE_RELEASE] = 4, [JUDGE_CONFIRM] = 5,
	};

	return far[j->phase] + (j->phase == JUDGE_HOLD ? (int)MIN(j->presses, 1u) : 0);
}

/*
 * How well the session fits: done is better than under way, and that than given up; then
 * fobs count, and that nothing was missed that another candidate allows.
 */
static int score(const struct candidate *c)
{
	const struct judge *j = &c->judge;
	int fobs = (int)(j->result.n_slots + j->doubtful), missed = (int)MIN(c->missed, 9u), good = 0;

	if (j->phase != JUDGE_DONE && !under_way(j))
		return 0;
	if (j->phase == JUDGE_TURNED)
		return 1000 + effort(j);
	if (j->phase < JUDGE_DONE)
		return 4000 + 100 * fobs + 10 * progress(j) + effort(j) - 60 * missed;
	if (j->result.verdict == VERDICT_PROGRAMMED)
		return 8000 + 100 * fobs + effort(j) - 10 * missed;
	/* More than to wait for a fob, less than one at work. */
	if (j->result.verdict == VERDICT_UNCONFIRMED)
		return 4015;
	for (size_t i = 0; i < c->n_log; i++)
		good += c->log[i].ok;

	return 1 + 100 * fobs + 10 * good + effort(j);
}

static bool same_step(const struct judge_step *a, const struct judge_step *b)
{
	return a->ok == b->ok && a->fob == b->fob && !strcmp(a->id, b->id);
}

static void lead(struct recogniser *r, size_t best)
{
	const struct candidate *was = &r->candidates[r->leader], *now = &r->candidates[best];
	size_t same = 0;

	if (best == r->leader)
		return;
	while (same < r->n_shown && same < now->n_log && same_step(&was->log[same], &now->log[same]))
		same++;
	r->leader = best;
	r->n_shown = same;
}

/* The best one; of equals FIRST, then the first of the list. */
static size_t best_from(const struct recogniser *r, size_t first)
{
	size_t best = first;

	for (size_t i = 0; i < r->n; i++)
		if (score(&r->candidates[i]) > score(&r->candidates[best]))
			best = i;

	return best;
}

/* ---- the end ---- */

/* What another candidate that came as far as an effort makes of it. */
static void add_other_view(struct recogniser *r)
{
	const struct judge *leader = &r->candidates[r->leader].judge;

	for (size_t i = 0; i < r->n; i++) {
		const struct judge *j = &r->candidates[i].judge;
		size_t len = strlen(r->result.reason);

		if (i == r->leader || j->phase != JUDGE_DONE || !*j->result.reason ||
		    !strcmp(j->result.reason, r->result.reason) ||
		    (!effort(j) && !effort(leader)) ||
		    (leader->p->part == FOB_PART_HOLD && j->p->part != FOB_PART_HOLD))
			continue;
		snprintf(r->result.reason + len, sizeof(r->result.reason) - len, "; as %s: %s",
			 j->p->id, j->result.reason);
		return;
	}
}

/*
 * It is over when as many fobs are learned as were wanted, or when one candidate is done and
 * none of the others is under way.
 */
static bool over(const struct recogniser *r)
{
	const struct judge *leader = &r->candidates[r->leader].judge;
	bool learned = leader->phase == JUDGE_DONE && leader->result.verdict == VERDICT_PROGRAMMED;
	bool done = false;

	if (learned && leader->wanted)
		return true;
	for (size_t i = 0; i < r->n; i++) {
		const struct judge *j = &r->candidates[i].judge;

		done |= j->phase == JUDGE_DONE;
		if (under_way(j) && (j->phase != JUDGE_TURNED || !learned))
			return false;
	}

	return done;
}

static void settle(struct recogniser *r)
{
	lead(r, best_from(r, r->leader));
	if (r->done || !over(r))
		return;
	lead(r, best_from(r, 0));
	r->done = true;
	r->result = r->candidates[r->leader].judge.result;
	if (r->result.verdict == VERDICT_FAILED)
		add_other_view(r);
}

void recogniser_end(struct recogniser *r, enum verdict v, const char *reason)
{
	struct judge *j = &r->candidates[r->leader].judge;

	judge_end(j, v, reason);
	r->done = true;
	r->result = j->result;
	if (r->n > 1 && r->n_shown == 0)
		r->result.procedure = NULL;
}

void recogniser_over(struct recogniser *r)
{
	const struct judge *j = &r->candidates[r->leader].judge;

	if (!r->done)
		recogniser_end(r, VERDICT_FAILED,
			       j->failed		    ? NULL :
			       j->phase == JUDGE_TURNED	    ? "the ignition was still on at the end" :
			       j->heard & SENSE_IGNITION ? "the key was never turned" :
			       "nothing was heard of the ignition on this bus, and no fob was "
			       "initialised");
}

void recogniser_gap(struct recogniser *r)
{
	for (size_t i = 0; i < r->n; i++)
		judge_gap(&r->candidates[i].judge);
}

void recogniser_platform(struct recogniser *r, const char *platform)
{
	size_t n = 0;

	if (r->done)
		return;
	for (size_t i = 0; i < r->n; i++) {
		if (strcmp(r->candidates[i].judge.p->platform, platform))
			continue;
		if (i == r->leader)
			r->leader = n;
		r->candidates[n++] = r->candidates[i];
	}
	if (n == 0)
		recogniser_end(r, VERDICT_NOT_APPLICABLE,
			       "the bus is that of a car without an owner's initialisation");
	else
		r->n = n;
	if (r->leader >= r->n)
		r->leader = r->n_shown = 0;
}

void recogniser_carries(struct recogniser *r, unsigned int senses)
{
	for (size_t i = 0; i < r->n; i++)
		r->candidates[i].judge.heard |= senses;
}

const struct procedure *recogniser_procedure(const struct recogniser *r)
{
	const struct judge *j = &r->candidates[r->leader].judge;

	return r->n > 1 && j->phase <= JUDGE_TURNED ? NULL : j->p;
}

/* ---- events and time ---- */

static void keep(struct recogniser *r, size_t i, const struct judge_step *steps, size_t n)
{
	struct candidate *c = &r->candidates[i];

	for (size_t k = 0; k < n; k++) {
		if (c->n_log == RECOGNISER_LOG) {
			memmove(c->log, c->log + 1, (RECOGNISER_LOG - 1) * sizeof(c->log[0]));
			c->n_log--;
			if (i == r->leader && r->n_shown)
				r->n_shown--;
		}
		c->log[c->n_log++] = steps[k];
		c->missed += !steps[k].ok;
	}
}

static size_t show(struct recogniser *r, struct judge_step *ret)
{
	const struct candidate *c;
	size_t n = 0;

	if (!r->done)
		settle(r);
	c = &r->candidates[r->leader];
	while (r->n_shown < c->n_log)
		ret[n++] = c->log[r->n_shown++];

	return n;
}

/* The key is turned once more, before any fob: who gave up on the ignition part may go on. */
static void revive(struct recogniser *r)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct judge *j = &r->candidates[i].judge;

		if (j->p->key_out && j->phase > JUDGE_TURNED && j->phase < JUDGE_DONE)
			return;
	}
	for (size_t i = 0; i < r->n; i++) {
		struct candidate *c = &r->candidates[i];

		if (c->judge.phase != JUDGE_DONE || c->judge.result.verdict != VERDICT_FAILED)
			continue;
		judge_again(&c->judge);
		c->n_log = c->missed = 0;
		if (i == r->leader)
			r->n_shown = 0;
	}
}

size_t recogniser_event(struct recogniser *r, const struct event *e, struct judge_step *ret)
{
	struct judge_step steps[JUDGE_STEPS_MAX];

	if (r->done)
		return 0;
	if (e->kind == EVENT_IGNITION && e->value > IGNITION_OFF)
		revive(r);
	for (size_t i = 0; i < r->n; i++)
		keep(r, i, steps, judge_event(&r->candidates[i].judge, e, steps));

	return show(r, ret);
}

nsec_t recogniser_next(const struct recogniser *r)
{
	nsec_t next = NSEC_NEVER;

	for (size_t i = 0; i < r->n && !r->done; i++)
		next = MIN(next, judge_next(&r->candidates[i].judge));

	return next;
}

size_t recogniser_time(struct recogniser *r, nsec_t now, struct judge_step *ret)
{
	struct judge_step steps[JUDGE_STEPS_MAX];

	if (r->done)
		return 0;
	for (size_t i = 0; i < r->n; i++)
		keep(r, i, steps, judge_time(&r->candidates[i].judge, now, steps));

	return show(r, ret);
}

size_t recogniser_cut(struct recogniser *r, nsec_t now, struct judge_step *ret)
{
	struct judge_step steps[JUDGE_STEPS_MAX];
	struct judge *j;
	size_t n;

	for (size_t i = 0; i < r->n; i++)
		r->candidates[i].judge.cut = true;
	n = recogniser_time(r, now, ret);
	if (r->done)
		return n;
	/* Of those that are not over the best one, as it stands now. */
	j = &r->candidates[r->leader].judge;
	keep(r, r->leader, steps, judge_cut(j, now, steps));
	if (j->phase != JUDGE_DONE)
		return n;
	r->done = true;
	r->result = j->result;
	n += show(r, ret + n);
	if (r->n > 1 && r->n_shown == 0)
		r->result.procedure = NULL;
	if (r->result.verdict == VERDICT_FAILED)
		add_other_view(r);

	return n;
}
