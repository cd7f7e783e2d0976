/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "base/num.h"
#include "proc/judge-inside.h"

/* The fob part: the buttons, in either of its two kinds. */

nsec_t judge_window(const struct judge *j)
{
	return judge_fobs_done(j) ? j->p->next_limit : j->p->fob_limit;
}

void judge_unlock(struct judge *j, struct judge_steps *s, const struct event *e)
{
	nsec_t took = e->t - j->base, limit = judge_window(j);
	char figures[JUDGE_FIGURES_MAX];
	const char *what;

	j->attempts = judge_fobs_done(j) + 1;
	j->slot = e->slot;
	if (judge_timing(j, took, limit) == TIMING_LATE && took > limit + j->slack) {
		what = judge_fobs_done(j) ? " after the fob before was confirmed" :
		       j->p->key_out	  ? " after the key was out" :
					    " after the ignition was off";
		judge_miss(s, j, e->t, "unlock", took, limit, judge_hint_timing,
			   "too late: UNLOCK came %s", judge_figures(figures, took, what, limit));
		judge_finish(j, "");
		return;
	}
	judge_good(s, j, e->t, "unlock", took, limit);
	j->phase = j->p->part == FOB_PART_CLICK ? JUDGE_CLICK : JUDGE_HOLD;
	j->held = FOB_UNLOCK;
	j->unlock = e->t;
	j->third_up = JUDGE_NO_TIME;
	j->presses = 0;
	j->ordinary = false;
}

/* ---- UNLOCK held, LOCK pressed ---- */

static void lock_pressed(struct judge *j, struct judge_steps *s, const struct event *e)
{
	nsec_t took = e->t - j->unlock, limit = j->p->press_limit;
	char figures[JUDGE_FIGURES_MAX];

	/* "hold both, then three times" [001 3]: the first is not one of the three. */
	if (took < j->p->press_gap)
		return;
	if (++j->presses != j->p->presses)
		return;
	if (judge_timing(j, took, limit) == TIMING_LATE)
		judge_miss(s, j, e->t, "presses", took, limit, judge_hint_timing,
			   "too slow: the third LOCK came %s",
			   judge_figures(figures, took, " after UNLOCK", limit));
	else
		judge_good(s, j, e->t, "presses", took, limit);
	j->last_press = e->t;
}

void judge_attempt_over(struct judge *j, nsec_t now)
{
	j->phase = JUDGE_WAIT;
	j->slot = -1;
	if (*j->ended)
		judge_finish(j, j->ended);
	else if (now > j->base + j->slack + judge_window(j))
		judge_finish(j, "the time for a fob was over");
}

/* Both buttons are up, after as many presses as there have to be. */
static void part_done(struct judge *j, struct judge_steps *s, nsec_t t)
{
	nsec_t limit = j->p->together, took = j->unlock_up - j->third_up;
	char figures[JUDGE_FIGURES_MAX];

	took = took < 0 ? -took : took;
	if (limit && judge_timing(j, took, limit) == TIMING_LATE) {
		judge_miss(s, j, t, "release", took, limit, judge_hint_timing,
			   "UNLOCK and the third LOCK were let go %s (our own choice)",
			   judge_figures(figures, took, " apart", limit));
		judge_attempt_over(j, t);
		return;
	}
	if (limit)
		judge_good(s, j, t, "release", took, limit);
	j->phase = JUDGE_CONFIRM;
	j->released = t;
	j->moved = JUDGE_NO_TIME;
	j->pressed = j->has_next = false;
}

static void unlock_released(struct judge *j, struct judge_steps *s, nsec_t t)
{
	j->unlock_up = t;
	if (j->presses < j->p->presses) {
		j->released = t;
		j->phase = JUDGE_EARLY;
	} else if (judge_timing(j, j->last_press - j->unlock, j->p->press_limit) == TIMING_LATE) {
		judge_attempt_over(j, t);
	} else if (j->held & FOB_LOCK) {
		j->phase = JUDGE_RELEASE;
	} else {
		part_done(j, s, t);
	}
}

/* UNLOCK is up with fewer than three presses; FOLLOWED: a LOCK came after it. */
static void too_few(struct judge *j, struct judge_steps *s, nsec_t t, bool followed)
{
	nsec_t took = j->released - j->unlock;

	if (followed)
		judge_miss(s, j, t, "presses", took, j->p->press_limit, judge_hint_timing,
			   "UNLOCK was let go too early, after %u of %u LOCK presses", j->presses,
			   j->p->presses);
	else
		judge_miss(s, j, t, "presses", took, j->p->press_limit, judge_hint_timing,
			   "fewer than three LOCK presses: %u of %u", j->presses, j->p->presses);
	judge_attempt_over(j, t);
}

static void hold_event(struct judge *j, struct judge_steps *s, const struct event *e)
{
	if (e->released & FOB_LOCK && j->presses == j->p->presses && j->third_up == JUDGE_NO_TIME)
		j->third_up = e->t;
	if (j->phase == JUDGE_RELEASE) {
		if (e->released & FOB_LOCK)
			part_done(j, s, e->t);
		return;
	}
	if (e->pressed & FOB_LOCK)
		lock_pressed(j, s, e);
	if (e->released & FOB_UNLOCK)
		unlock_released(j, s, e->t);
}

/* ---- UNLOCK pressed, then LOCK ---- */

static void click_event(struct judge *j, struct judge_steps *s, const struct event *e)
{
	nsec_t took = e->t - j->base, limit = j->p->lock_limit;
	char figures[JUDGE_FIGURES_MAX];

	if (e->pressed & FOB_BOOT) {
		judge_miss(s, j, e->t, "lock", took, limit, judge_hint_timing,
			   "a fob of another kind: it has a button for the boot, so 3 buttons");
	} else if (!(e->pressed & FOB_LOCK)) {
		return;
	} else if (j->held & FOB_UNLOCK) {
		judge_miss(s, j, e->t, "lock", took, limit, judge_hint_timing,
			   "LOCK was pressed while UNLOCK was held; press one after the other");
	} else if (judge_timing(j, took, limit) == TIMING_LATE) {
		judge_miss(s, j, e->t, "lock", took, limit, judge_hint_timing,
			   "too slow: LOCK came %s",
			   judge_figures(figures, took, " after the ignition was off", limit));
	} else {
		judge_good(s, j, e->t, "lock", took, limit);
		j->phase = JUDGE_CONFIRM;
		j->released = e->t;
		j->moved = JUDGE_NO_TIME;
		return;
	}
	judge_attempt_over(j, e->t);
}

/* ---- events and time ---- */

/*
 * A button while the confirmation is due. Before the locks move it makes their movement an
 * ordinary one; between the two movements it can be the next fob, already at work.
 */
static void confirm_pressed(struct judge *j, const struct event *e)
{
	if (j->moved == JUDGE_NO_TIME) {
		j->pressed |= e->pressed != 0;
	} else if (e->pressed & FOB_UNLOCK) {
		j->next = *e;
		j->has_next = true;
	} else if (j->has_next && e->slot == j->next.slot && e->released & FOB_UNLOCK) {
		j->has_next = false;
	}
}

/* Before the fob part: the key is still in, or was never seen to come out. */
static void early_press(struct judge *j, struct judge_steps *s, const struct event *e)
{
	nsec_t since = j->p->ignition_limit ? j->turned : j->back;

	if (j->phase == JUDGE_IDLE) {
		if (j->p->key_out && !(j->heard & (SENSE_IGNITION | SENSE_KEY)))
			judge_begin_unseen(j, e->t);
		return;
	}
	if (!j->p->key_out || j->ignition != IGNITION_OFF || e->t - since > JUDGE_DRIVING)
		return;
	if (!(j->heard & SENSE_KEY))
		judge_key_unseen(j, s);
	else if (j->early == JUDGE_NO_TIME)
		j->early = e->t;
}

void judge_fob(struct judge *j, struct judge_steps *s, const struct event *e)
{
	bool own = e->slot == j->slot;

	j->heard |= SENSE_FOB;
	if (j->phase > JUDGE_TURNED)
		j->fob_heard = true;
	if (own)
		j->held = (j->held | e->pressed) & ~e->released;
	if (j->phase <= JUDGE_TURNED && e->pressed & FOB_UNLOCK)
		early_press(j, s, e);
	if (j->phase == JUDGE_CONFIRM) {
		confirm_pressed(j, e);
		return;
	}
	if (j->phase == JUDGE_WAIT && j->moved != JUDGE_NO_TIME) {
		judge_session_ends(j, s, j->moved, "the locks were moved by hand");
		return;
	}
	if (j->phase == JUDGE_EARLY && e->pressed)
		too_few(j, s, e->t, e->pressed & FOB_LOCK && own);
	if ((j->phase == JUDGE_WAIT || j->phase == JUDGE_CLICK) && e->pressed & FOB_UNLOCK)
		judge_unlock(j, s, e);
	else if ((j->phase == JUDGE_HOLD || j->phase == JUDGE_RELEASE) && own)
		hold_event(j, s, e);
	else if (j->phase == JUDGE_CLICK && own)
		click_event(j, s, e);
}

nsec_t judge_fob_next(const struct judge *j)
{
	const struct procedure *p = j->p;
	nsec_t due = j->base + j->slack + judge_window(j) + j->tolerance;

	switch (j->phase) {
	case JUDGE_WAIT:
		if (j->moved != JUDGE_NO_TIME)
			return j->moved + JUDGE_PAIR;
		if (j->failed || judge_fobs_done(j) >= judge_fobs_enough(j))
			return due;
		return due + judge_grace(j);
	case JUDGE_HOLD:
		return j->presses < p->presses ? j->unlock + p->press_limit + judge_grace(j) :
						 j->last_press + JUDGE_HOLDING;
	case JUDGE_EARLY:
		return j->released + JUDGE_EARLY_WAIT;
	case JUDGE_RELEASE:
		return j->unlock_up + JUDGE_HOLDING;
	case JUDGE_CLICK:
		return j->base + p->lock_limit + judge_grace(j);
	case JUDGE_CONFIRM:
		return j->moved != JUDGE_NO_TIME ? j->moved + JUDGE_PAIR :
		       p->confirm_limit		 ? j->released + p->confirm_limit + j->tolerance :
						   j->released + JUDGE_SETTLE;
	case JUDGE_IDLE:
	case JUDGE_TURNED:
	case JUDGE_DONE:
		break;
	}

	return NSEC_NEVER;
}

/* This bus has shown nothing that the fob part could be told by. */
static bool all_unseen(struct judge *j)
{
	unsigned int by = j->p->confirm_limit ? SENSE_FOB | SENSE_LOCKS : SENSE_FOB;

	if (j->heard & by || j->quiet)
		return false;
	j->unseen |= by;

	return true;
}

static void wait_over(struct judge *j, struct judge_steps *s, nsec_t t)
{
	char why[80], limit[32];

	if (j->moved != JUDGE_NO_TIME) {
		/* One movement alone, no fob: the centre switch or a lock cylinder. */
		judge_session_ends(j, s, j->moved, "the locks were moved by hand");
		return;
	}
	if (j->failed || judge_fobs_done(j) >= judge_fobs_enough(j)) {
		num_put_seconds(limit, sizeof(limit), judge_window(j));
		snprintf(why, sizeof(why), "%s s without a fob ended the session", limit);
		judge_finish(j, why);
		return;
	}
	if (all_unseen(j)) {
		judge_unconfirmed(j);
		return;
	}
	j->attempts = judge_fobs_done(j) + 1;
	judge_miss(s, j, t, "unlock", JUDGE_NO_TIME, judge_window(j), judge_hint_battery,
		   "nothing was heard from %s at all: a flat battery, a fob of another kind, or the "
		   "receiver%s", judge_fobs_done(j) ? "the next fob" : "the fob",
		   judge_fobs_done(j) ? "; or it came after its time" : "");
	judge_finish(j, "");
}

static void hold_over(struct judge *j, struct judge_steps *s, nsec_t t)
{
	const struct procedure *p = j->p;

	if (j->phase == JUDGE_CLICK)
		judge_miss(s, j, t, "lock", JUDGE_NO_TIME, p->lock_limit, judge_hint_timing,
			   "LOCK did not follow UNLOCK");
	else if (j->presses < p->presses)
		judge_miss(s, j, t, "presses", JUDGE_NO_TIME, p->press_limit, judge_hint_timing,
			   "too slow: %u of %u LOCK presses while UNLOCK was held", j->presses,
			   p->presses);
	else
		judge_miss(s, j, t, "confirm", JUDGE_NO_TIME, p->confirm_limit, judge_hint_timing,
			   "%s was never let go", j->phase == JUDGE_RELEASE ? "LOCK" : "UNLOCK");
	judge_attempt_over(j, t);
}

void judge_fob_over(struct judge *j, struct judge_steps *s, nsec_t t)
{
	if (j->phase == JUDGE_WAIT)
		wait_over(j, s, t);
	else if (j->phase == JUDGE_EARLY)
		too_few(j, s, t, false);
	else if (j->phase == JUDGE_CONFIRM)
		judge_confirm_over(j, s, t);
	else
		hold_over(j, s, t);
}
