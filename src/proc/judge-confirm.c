/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "proc/judge-inside.h"

/* The confirmation: the locks move one way and back. */

static bool is_locked(int value)
{
	return value == LOCK_LOCKED || value == LOCK_SECURED;
}

/* Does the move PREVIOUS to VALUE undo the one that began the pair? */
static bool is_back(const struct judge *j, const struct event *e)
{
	return is_locked(e->value) == is_locked(j->lock_before) &&
	       is_locked(e->previous) != is_locked(j->lock_before);
}

/* The fob in hand did its part: it is learned, or may be when something was not seen. */
static void count_fob(struct judge *j)
{
	struct judge_result *r = &j->result;
	bool known = j->slot >= 0 && j->done_slots & 1u << j->slot;

	if (j->slot >= 0)
		j->done_slots |= 1u << j->slot;
	if (known || judge_fobs_done(j) >= JUDGE_FOBS_MAX)
		return;
	if (j->unseen)
		j->doubtful++;
	else
		r->slots[r->n_slots++] = j->slot;
}

/* The next fob's time begins at BASE, or up to SLACK later. */
static void next_fob(struct judge *j, struct judge_steps *s, nsec_t t, nsec_t base, nsec_t slack)
{
	j->failed = false;
	j->close = NULL;
	j->phase = JUDGE_WAIT;
	j->base = base;
	j->slack = slack;
	j->slot = -1;
	j->moved = JUDGE_NO_TIME;
	if (j->wanted && judge_fobs_done(j) >= j->wanted)
		judge_finish(j, "as many as were asked for");
	else if (*j->ended)
		judge_session_ends(j, s, t, j->ended);
	else if (judge_fobs_done(j) == j->p->fobs_max)
		judge_finish(j, "a session takes no more");
	else if (j->has_next)
		judge_unlock(j, s, &j->next);
}

static void confirmed(struct judge *j, struct judge_steps *s, nsec_t t)
{
	struct judge_step *step = judge_good(s, j, t, "confirm", j->moved - j->released,
					     j->p->confirm_limit);

	snprintf(step->reason, sizeof(step->reason), "%s",
		 is_locked(j->lock_before) ? "the doors unlocked, then locked" :
					     "the doors locked, then unlocked");
	count_fob(j);
	next_fob(j, s, t, j->moved, 0);
}

/* The doors confirmed something, and no button was heard on this bus at all. */
static void confirmed_unseen(struct judge *j, struct judge_steps *s, nsec_t t)
{
	j->unseen |= SENSE_FOB;
	j->slot = -1;
	count_fob(j);
	next_fob(j, s, t, j->moved, 0);
}

void judge_lock(struct judge *j, struct judge_steps *s, const struct event *e)
{
	bool moves = e->previous != LOCK_UNKNOWN && e->value != LOCK_UNKNOWN &&
		     is_locked(e->previous) != is_locked(e->value);

	if (e->datum != DATUM_LOCK)
		return;
	if (moves && j->phase == JUDGE_TURNED && !(j->heard & (SENSE_KEY | SENSE_FOB)) &&
	    j->p->key_out && j->ignition == IGNITION_OFF && j->turns >= j->p->turns)
		judge_key_unseen(j, s);
	/* Before the locks were heard for the first time nothing can be said of them. */
	if (j->phase != JUDGE_CONFIRM && e->value != LOCK_UNKNOWN)
		j->heard |= SENSE_LOCKS;
	if (!moves)
		return;
	if (j->phase >= JUDGE_HOLD && j->phase < JUDGE_CONFIRM)
		j->ordinary = true;
	if (j->phase == JUDGE_CONFIRM && !j->p->confirm_limit)
		j->ordinary = true;
	/* Still the effect of something before the key came out. */
	if (j->phase == JUDGE_WAIT && !judge_fobs_done(j) && e->t - j->base <= JUDGE_SETTLE)
		return;
	if (j->phase != JUDGE_WAIT && (j->phase != JUDGE_CONFIRM || j->pressed || j->ordinary))
		return;
	if (j->moved == JUDGE_NO_TIME) {
		j->moved = e->t;
		j->lock_before = e->previous;
	} else if (e->t - j->moved <= JUDGE_PAIR && is_back(j, e)) {
		if (j->phase == JUDGE_CONFIRM)
			confirmed(j, s, e->t);
		else if (!j->fob_heard && !j->quiet)
			confirmed_unseen(j, s, e->t);
		else
			j->moved = JUDGE_NO_TIME;
	}
}

/* The procedure has no confirmation: who did its steps can only try it. */
static void no_confirmation_known(struct judge *j)
{
	judge_end(j, VERDICT_UNCONFIRMED, j->ordinary ?
		  "all was done in time, and the locks moved with the buttons: this fob works; whether it "
		  "did before, no bus shows" :
		  "all was done in time, but no source names a confirmation, so no bus shows whether it "
		  "worked: try the fob");
}

void judge_confirm_over(struct judge *j, struct judge_steps *s, nsec_t t)
{
	char close[64] = "";

	if (!j->p->confirm_limit) {
		no_confirmation_known(j);
		return;
	}
	if (!(j->heard & SENSE_LOCKS)) {
		j->unseen |= SENSE_LOCKS;
		count_fob(j);
		next_fob(j, s, t, j->released, j->p->confirm_limit);
		return;
	}
	if (j->close)
		snprintf(close, sizeof(close), "; the step %s was too close to its limit to tell", j->close);
	j->moved = JUDGE_NO_TIME;
	judge_miss(s, j, t, "confirm", JUDGE_NO_TIME, j->p->confirm_limit, judge_hint_mirror,
		   j->ordinary ? "no confirmation: the locks moved with the buttons, so the car had no "
				 "initialisation open%s" :
				 "no confirmation: the doors did not lock and unlock%s", close);
	judge_attempt_over(j, t);
}
