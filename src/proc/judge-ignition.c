/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "proc/judge-inside.h"

/* The ignition part: the key is turned, once or more, and comes out. */

/* What is wrong with the last turn or the doors, before any time counts; NULL: nothing. */
static const char *wrong(const struct judge *j, char *buf, size_t size)
{
	const struct procedure *p = j->p;

	if (j->reached == IGNITION_START) {
		snprintf(buf, size, "the key went to start; turn it to the %s only",
			 p->to_on ? "second position" : "first click");
	} else if (j->door) {
		snprintf(buf, size, "the %s door was open; all doors stay closed", j->door);
	} else if (p->to_on && j->reached < IGNITION_ON) {
		snprintf(buf, size, "the key went to the first click only; turn it to the second position");
	} else if (j->turns < p->turns) {
		snprintf(buf, size, "the key was turned %u of %u times", j->turns, p->turns);
	} else {
		return NULL;
	}

	return buf;
}

/* The part is over at T; OUT: the key was seen to come out. */
static void part_done(struct judge *j, struct judge_steps *s, nsec_t t, bool out)
{
	const struct procedure *p = j->p;
	nsec_t limit = p->ignition_limit ? p->ignition_limit : p->out_limit;
	nsec_t took = t - (p->ignition_limit ? j->turned : j->back);
	char why[120], figures[JUDGE_FIGURES_MAX];
	const char *what = wrong(j, why, sizeof(why));
	struct judge_step *step;

	if (what) {
		judge_miss(s, j, t, "ignition", took, limit, judge_hint_timing, "%s", what);
	} else if (judge_timing(j, took, limit) == TIMING_LATE) {
		judge_figures(figures, took, p->ignition_limit ? "" : " after the ignition was off", limit);
		judge_miss(s, j, t, "ignition", took, limit, judge_hint_timing,
			   p->ignition_limit ? "too slow: key turned and out in %s" :
					       "too slow: the key came out %s (our own choice)",
			   figures);
	}
	if (j->failed) {
		judge_finish(j, "");
		return;
	}
	step = judge_good(s, j, t, "ignition", took, limit);
	if (!out)
		snprintf(step->reason, sizeof(step->reason),
			 "this bus has not shown that the key came out");
	else if (!p->to_on && j->reached == IGNITION_ON)
		snprintf(step->reason, sizeof(step->reason),
			 "the key went to on; the first click, acc, is enough");
	j->phase = JUDGE_WAIT;
	j->base = t;
}

void judge_key_unseen(struct judge *j, struct judge_steps *s)
{
	const struct procedure *p = j->p;

	j->unseen |= SENSE_KEY;
	/* It came out between the ignition being off and the last moment allowed. */
	if (p->ignition_limit)
		j->slack = MAX(j->turned + p->ignition_limit - j->back, 0);
	else
		j->slack = p->out_limit;
	part_done(j, s, j->back, false);
}

void judge_begin_unseen(struct judge *j, nsec_t t)
{
	j->quiet = true;
	j->unseen = (SENSE_IGNITION | SENSE_KEY) & ~j->heard;
	j->phase = JUDGE_WAIT;
	j->base = t;
}

/* Without a key that comes out, the last turn ends the part. */
static void turns_done(struct judge *j, struct judge_steps *s)
{
	const struct procedure *p = j->p;
	bool once = p->turns == 1;
	nsec_t took = j->back - (once ? j->turned : j->first);
	char figures[JUDGE_FIGURES_MAX];

	if (judge_timing(j, took, p->turn_limit) == TIMING_LATE) {
		judge_miss(s, j, j->back, "ignition", took, p->turn_limit, judge_hint_timing,
			   "too slow: the ignition was on for %s (our own choice)",
			   judge_figures(figures, took, "", p->turn_limit));
		judge_finish(j, "");
		return;
	}
	judge_good(s, j, j->back, "ignition", took, p->turn_limit);
	if (p->part == FOB_PART_NONE) {
		judge_end(j, VERDICT_UNCONFIRMED,
			  "the ignition was on and off three times; whether the chime came, and "
			  "the fob works, no bus shows: try it");
		return;
	}
	j->phase = JUDGE_WAIT;
	j->base = j->back;
}

static void begin_turn(struct judge *j, const struct event *e)
{
	if (j->phase != JUDGE_TURNED || j->p->turns == 1 || !j->turns ||
	    e->t - j->back > JUDGE_DRIVING) {
		j->turns = 0;
		j->door = NULL;
		j->first = e->t;
	}
	j->phase = JUDGE_TURNED;
	j->turned = e->t;
	j->reached = e->value;
	j->bad = j->failed = false;
	j->early = JUDGE_NO_TIME;
	for (enum datum d = DATUM_DOOR_DRIVER; d <= DATUM_DOOR_REAR_PASSENGER; d++)
		if (j->p->key_out && j->doors_open & 1u << d) {
			j->door = datum_name(d);
			j->bad = true;
		}
}

/* Nothing of it can count, and the key stays in: said, and it may be turned once more. */
static void bad_turn(struct judge *j, struct judge_steps *s)
{
	char why[120];

	judge_miss(s, j, j->back, "ignition", j->back - j->turned, j->p->turn_limit,
		   judge_hint_timing, "%s", wrong(j, why, sizeof(why)));
	j->phase = JUDGE_IDLE;
}

static void end_turn(struct judge *j, struct judge_steps *s, nsec_t t)
{
	bool far_enough = j->reached == IGNITION_ON || (!j->p->to_on && j->reached == IGNITION_ACC);

	j->back = t;
	if (t - j->turned > JUDGE_DRIVING) {
		j->turns = 0;
		j->phase = JUDGE_IDLE;
		return;
	}
	j->turns = far_enough && !j->bad ? j->turns + 1 : 0;
	j->most_turns = MAX(j->most_turns, j->turns);
	if (!j->p->key_out && j->turns >= j->p->turns)
		turns_done(j, s);
	else if (!j->p->key_out && !j->turns)
		bad_turn(j, s);
}

/* With a key that stays in, to turn it once more is to begin again. */
static void turned_again(struct judge *j, struct judge_steps *s, nsec_t t)
{
	if (j->phase == JUDGE_CONFIRM) {
		judge_confirm_over(j, s, t);
		return;
	}
	if (j->phase == JUDGE_CLICK)
		judge_miss(s, j, t, "lock", t - j->base, j->p->lock_limit, judge_hint_timing,
			   "the ignition was switched on");
	judge_again(j);
}

void judge_ignition(struct judge *j, struct judge_steps *s, const struct event *e)
{
	/* A cluster tells changes (kbus.md 2.1): what is heard first was off before. */
	bool left_off = e->previous <= IGNITION_OFF && e->value > IGNITION_OFF;

	if (e->value == IGNITION_UNKNOWN)
		return;
	if (left_off && !j->p->key_out && j->phase > JUDGE_TURNED)
		turned_again(j, s, e->t);
	if (j->phase == JUDGE_DONE)
		return;
	j->heard |= SENSE_IGNITION;
	j->ignition = e->value;
	if (j->phase > JUDGE_TURNED) {
		if (e->value > IGNITION_OFF)
			judge_session_ends(j, s, e->t, "the ignition was switched on");
		return;
	}
	if (left_off)
		begin_turn(j, e);
	if (j->phase != JUDGE_TURNED)
		return;
	j->reached = MAX(j->reached, e->value);
	if (e->value == IGNITION_OFF)
		end_turn(j, s, e->t);
}

static void key_out(struct judge *j, struct judge_steps *s, nsec_t t)
{
	/* It comes out in position 0 only: that it went there was not heard. */
	if (j->ignition != IGNITION_OFF)
		end_turn(j, s, t);
	if (t - (j->p->ignition_limit ? j->turned : j->back) > JUDGE_DRIVING)
		j->phase = JUDGE_IDLE;
	if (j->phase == JUDGE_TURNED)
		part_done(j, s, t, true);
}

void judge_key(struct judge *j, struct judge_steps *s, const struct event *e)
{
	if (e->datum != DATUM_KEY_IN_LOCK || e->value == KEY_UNKNOWN)
		return;
	j->heard |= SENSE_KEY;
	j->key_in = e->value == KEY_IN;
	if (j->phase == JUDGE_TURNED && e->value == KEY_OUT && j->p->key_out)
		key_out(j, s, e->t);
	else if (j->phase > JUDGE_TURNED && e->value == KEY_IN)
		judge_session_ends(j, s, e->t, "a key was put into the lock");
	else if (j->phase == JUDGE_IDLE && j->p->key_out && !(j->heard & SENSE_IGNITION) &&
		 e->previous == KEY_IN && e->value == KEY_OUT)
		judge_begin_unseen(j, e->t);
}

void judge_door(struct judge *j, struct judge_steps *s, const struct event *e)
{
	char why[64];

	if (e->value != LID_OPEN) {
		j->doors_open &= ~(1u << e->datum);
		return;
	}
	j->doors_open |= 1u << e->datum;
	if (j->phase == JUDGE_TURNED && j->p->key_out) {
		j->door = datum_name(e->datum);
		j->bad = true;
		if (j->p->turns > 1)
			j->turns = 0;
	}
	if (j->phase <= JUDGE_TURNED)
		return;
	snprintf(why, sizeof(why), "the %s door was opened", datum_name(e->datum));
	judge_session_ends(j, s, e->t, why);
}

nsec_t judge_ignition_next(const struct judge *j)
{
	const struct procedure *p = j->p;

	if (j->ignition != IGNITION_OFF)
		return NSEC_NEVER;
	/* A fob was tried with the key in: no more patience than the limit. */
	if (j->early != JUDGE_NO_TIME)
		return MAX(j->early, p->ignition_limit ? j->turned + p->ignition_limit :
							 j->back + p->out_limit);
	if (p->turns > 1)
		return j->back + JUDGE_DRIVING;
	/* Whether the key came out cannot be seen: the fob part may have begun. */
	if (!(j->heard & SENSE_KEY))
		return j->back + p->ignition_limit + p->out_limit + p->fob_limit + judge_grace(j);

	return MAX(j->back + p->out_limit, j->turned + p->ignition_limit) + judge_grace(j);
}

void judge_ignition_over(struct judge *j, struct judge_steps *s, nsec_t t)
{
	const struct procedure *p = j->p;
	nsec_t limit = p->ignition_limit ? p->ignition_limit : p->out_limit;
	char why[120];
	const char *what = j->turns < p->turns ? wrong(j, why, sizeof(why)) : NULL;
	nsec_t took = j->early;

	if (!what && !(j->heard & SENSE_KEY)) {
		judge_key_unseen(j, s);
		return;
	}
	if (took != JUDGE_NO_TIME)
		took -= p->ignition_limit ? j->turned : j->back;
	judge_miss(s, j, t, "ignition", took, limit, judge_hint_timing, "%s",
		   what ? what : "the key was left in the lock");
	judge_finish(j, "");
}
