/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "proc/judge.h"

/* How long after a limit a late step is still timed, so that its figure can be told. */
#define GRACE (15 * NSEC_PER_SEC)
/* Longer than this in terminal R or higher is driving, not an initialisation. */
#define DRIVING (30 * NSEC_PER_SEC)
/* UNLOCK held this long after the third LOCK is a release that we missed. */
#define HOLDING (300 * NSEC_PER_SEC)
/* A LOCK this soon after UNLOCK was let go was meant to be one of the three. */
#define EARLY_WAIT (2 * NSEC_PER_SEC)
/* The second movement of a confirmation follows the first within this. */
#define PAIR (2 * NSEC_PER_SEC)

static const char by_hand[] = "the locks were moved by hand";

static const char hint_mirror[] =
	"hold the fob near the mirror, where the receiver sits, and try two or three times; "
	"then a workshop";
static const char hint_battery[] =
	"charge the fob in the ignition lock (3 buttons) or fit a new CR2032 (clamshell); a "
	"replaced mirror has a new receiver";
static const char hint_timing[] = "the sequence is critical: try again, two or three times";

const char *verdict_word(enum verdict v)
{
	static const char *const words[] = {
		[VERDICT_PROGRAMMED] = "programmed",	     [VERDICT_UNCONFIRMED] = "unconfirmed",
		[VERDICT_FAILED] = "failed",		     [VERDICT_NOT_APPLICABLE] = "not-applicable",
		[VERDICT_INTERRUPTED] = "interrupted",
	};

	return words[v];
}

void judge_init(struct judge *j, const struct procedure *p, unsigned int wanted)
{
	*j = (struct judge){
		.p = p,
		.wanted = wanted,
		.moved = JUDGE_NO_TIME,
		.slot = -1,
		.result = { .procedure = p->id, .hint = "" },
	};
}

/* Steps go here while an event is judged. */
struct steps {
	struct judge_step *at;
	size_t n;
};

static struct judge_step *add_step(struct steps *s, struct judge *j, nsec_t t, const char *id,
				   bool ok, nsec_t took, nsec_t limit)
{
	struct judge_step *step = &s->at[s->n];

	if (s->n < JUDGE_STEPS_MAX)
		s->n++;
	*step = (struct judge_step){
		.t = t, .id = id, .ok = ok, .took = took, .limit = limit,
		.fob = j->phase <= JUDGE_TURNED ? 0 : j->attempts,
	};

	return step;
}

/* "after 31.4 s; the limit is 30 s" is said by the step's own figures. */
_printf_(8, 9) static void fail_step(struct steps *s, struct judge *j, nsec_t t, const char *id,
				     nsec_t took, nsec_t limit, const char *hint,
				     const char *fmt, ...)
{
	struct judge_step *step = add_step(s, j, t, id, false, took, limit);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(step->reason, sizeof(step->reason), fmt, ap);
	va_end(ap);
	j->failed = true;
	snprintf(j->result.reason, sizeof(j->result.reason), "%s", step->reason);
	j->result.hint = hint;
}

void judge_end(struct judge *j, enum verdict v, const char *reason)
{
	j->phase = JUDGE_DONE;
	j->result.verdict = v;
	if (reason)
		snprintf(j->result.reason, sizeof(j->result.reason), "%s", reason);
	if (v == VERDICT_PROGRAMMED)
		j->result.hint = "";
}

static unsigned int enough(const struct judge *j)
{
	return j->wanted ? j->wanted : 1;
}

/* The session is over, for WHY: what has it come to? */
static void finish(struct judge *j, const char *why)
{
	struct judge_result *r = &j->result;
	char reason[sizeof(r->reason)];

	if (r->n_slots >= enough(j)) {
		snprintf(reason, sizeof(reason), "%u fob%s learned; %s", r->n_slots,
			 r->n_slots == 1 ? "" : "s", why);
		judge_end(j, VERDICT_PROGRAMMED, reason);
	} else if (r->n_slots > 0) {
		snprintf(reason, sizeof(reason), "%u of %u fobs learned; %.140s", r->n_slots,
			 j->wanted, j->failed ? r->reason : why);
		judge_end(j, VERDICT_FAILED, reason);
	} else if (j->unseen && !j->failed) {
		judge_end(j, VERDICT_UNCONFIRMED,
			  "the doors confirmed, but no button of a fob was heard on this bus");
	} else {
		judge_end(j, VERDICT_FAILED, j->failed ? NULL : why);
	}
	if (r->verdict != VERDICT_PROGRAMMED && !*r->hint)
		r->hint = hint_timing;
}

/* The step that is due now fails at T, because of WHAT ended the session. */
static void fail_due(struct judge *j, struct steps *s, nsec_t t, const char *what)
{
	const struct procedure *p = j->p;

	switch (j->phase) {
	case JUDGE_WAIT:
		j->attempts = j->result.n_slots + 1;
		fail_step(s, j, t, "unlock", t - j->base, p->fob_limit, hint_timing, "%s", what);
		break;
	case JUDGE_HOLD:
	case JUDGE_EARLY:
		fail_step(s, j, t, "presses", t - j->unlock, p->press_limit, hint_timing, "%s", what);
		break;
	case JUDGE_CONFIRM:
	case JUDGE_IDLE:
	case JUDGE_TURNED:
	case JUDGE_DONE:
		break;
	}
}

/*
 * WHAT ends a session that was open: by then it has learned enough, or a step was missed.
 * A fob that has done its part may still be confirmed.
 */
static void session_ends(struct judge *j, struct steps *s, nsec_t t, const char *what)
{
	if (j->phase == JUDGE_CONFIRM) {
		snprintf(j->ended, sizeof(j->ended), "%s", what);
		return;
	}
	if (j->phase != JUDGE_WAIT || (!j->failed && !j->unseen && j->result.n_slots < enough(j)))
		fail_due(j, s, t, what);
	finish(j, what);
}

static const char *seconds(char *buf, size_t size, nsec_t t)
{
	num_put_seconds(buf, size, t);

	return buf;
}

/* ---- the ignition part ---- */

static void key_out(struct judge *j, struct steps *s, nsec_t t)
{
	nsec_t took = t - j->turned, limit = j->p->ignition_limit;
	struct judge_step *step;
	char a[32], b[32];

	if (took > DRIVING) {
		j->phase = JUDGE_IDLE;
		return;
	}
	if (j->started)
		fail_step(s, j, t, "ignition", took, limit, hint_timing,
			  "the key went to start; turn it to the first click only");
	else if (j->door)
		fail_step(s, j, t, "ignition", took, limit, hint_timing,
			  "the %s door was open; all doors stay closed", j->door);
	else if (took > limit)
		fail_step(s, j, t, "ignition", took, limit, hint_timing,
			  "too slow: key turned and out in %s s; the limit is %s s",
			  seconds(a, sizeof(a), took), seconds(b, sizeof(b), limit));
	if (j->failed) {
		finish(j, "");
		return;
	}
	step = add_step(s, j, t, "ignition", true, took, limit);
	if (j->on)
		snprintf(step->reason, sizeof(step->reason),
			 "the key went to on; the first click, acc, is enough");
	j->phase = JUDGE_WAIT;
	j->base = t;
}

static void ignition_event(struct judge *j, struct steps *s, const struct event *e)
{
	/* A cluster tells changes (kbus.md 2.1): what is heard first was off before. */
	bool left_off = e->previous <= IGNITION_OFF && e->value > IGNITION_OFF;

	j->ignition = e->value;
	if (j->phase > JUDGE_TURNED) {
		if (e->value > IGNITION_OFF)
			session_ends(j, s, e->t, "the ignition was switched on");
		return;
	}
	if (left_off) {
		j->phase = JUDGE_TURNED;
		j->turned = e->t;
		j->started = j->on = false;
		j->door = NULL;
		for (enum datum d = DATUM_DOOR_DRIVER; d <= DATUM_DOOR_REAR_PASSENGER; d++)
			if (j->doors_open & 1u << d)
				j->door = datum_name(d);
	}
	if (e->value == IGNITION_START)
		j->started = true;
	if (e->value == IGNITION_ON)
		j->on = true;
	if (e->value == IGNITION_OFF)
		j->back = e->t;
}

static void key_event(struct judge *j, struct steps *s, const struct event *e)
{
	if (e->datum != DATUM_KEY_IN_LOCK)
		return;
	j->key_in = e->value == KEY_IN;
	if (j->phase == JUDGE_TURNED && e->value == KEY_OUT)
		key_out(j, s, e->t);
	else if (j->phase > JUDGE_TURNED && e->value == KEY_IN)
		session_ends(j, s, e->t, "a key was put into the lock");
}

static void door_event(struct judge *j, struct steps *s, const struct event *e)
{
	char why[64];

	if (e->value != LID_OPEN) {
		j->doors_open &= ~(1u << e->datum);
		return;
	}
	j->doors_open |= 1u << e->datum;
	j->door = datum_name(e->datum);
	if (j->phase <= JUDGE_TURNED)
		return;
	snprintf(why, sizeof(why), "the %s door was opened", j->door);
	session_ends(j, s, e->t, why);
}

/* ---- the fob part ---- */

static void unlock_pressed(struct judge *j, struct steps *s, const struct event *e)
{
	nsec_t took = e->t - j->base, limit = j->p->fob_limit;
	char a[32], b[32];

	j->attempts = j->result.n_slots + 1;
	if (took > limit) {
		fail_step(s, j, e->t, "unlock", took, limit, hint_timing,
			  "too late: UNLOCK came %s s after %s; the limit is %s s",
			  seconds(a, sizeof(a), took),
			  j->result.n_slots ? "the fob before was confirmed" : "the key was out",
			  seconds(b, sizeof(b), limit));
		finish(j, "");
		return;
	}
	add_step(s, j, e->t, "unlock", true, took, limit);
	j->phase = JUDGE_HOLD;
	j->slot = e->slot;
	j->unlock = e->t;
	j->presses = 0;
	j->ordinary = false;
}

static void lock_pressed(struct judge *j, struct steps *s, const struct event *e)
{
	nsec_t took = e->t - j->unlock, limit = j->p->press_limit;
	char a[32], b[32];

	/* "hold both, then three times" [001 3]: the first is not one of the three. */
	if (took < j->p->press_gap)
		return;
	if (++j->presses != j->p->presses)
		return;
	if (took <= limit)
		add_step(s, j, e->t, "presses", true, took, limit);
	else
		fail_step(s, j, e->t, "presses", took, limit, hint_timing,
			  "too slow: the third LOCK came %s s after UNLOCK; the limit is %s s",
			  seconds(a, sizeof(a), took), seconds(b, sizeof(b), limit));
	j->last_press = e->t;
}

/* The attempt failed; the session stays open for another one until its time is up. */
static void attempt_over(struct judge *j, nsec_t now)
{
	j->phase = JUDGE_WAIT;
	j->slot = -1;
	if (*j->ended)
		finish(j, j->ended);
	else if (now > j->base + j->p->fob_limit)
		finish(j, "30 s without a fob ended the session");
}

static void unlock_released(struct judge *j, nsec_t t)
{
	j->released = t;
	if (j->presses < j->p->presses) {
		j->phase = JUDGE_EARLY;
	} else if (j->last_press - j->unlock > j->p->press_limit) {
		attempt_over(j, t);
	} else {
		j->phase = JUDGE_CONFIRM;
		j->moved = JUDGE_NO_TIME;
		j->pressed = j->has_next = false;
	}
}

/* UNLOCK is up with fewer than three presses; FOLLOWED: a LOCK came after it. */
static void too_few(struct judge *j, struct steps *s, nsec_t t, bool followed)
{
	nsec_t took = j->released - j->unlock;

	if (followed)
		fail_step(s, j, t, "presses", took, j->p->press_limit, hint_timing,
			  "UNLOCK was let go too early, after %u of %u LOCK presses", j->presses,
			  j->p->presses);
	else
		fail_step(s, j, t, "presses", took, j->p->press_limit, hint_timing,
			  "fewer than three LOCK presses: %u of %u", j->presses, j->p->presses);
	attempt_over(j, t);
}

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

static void fob_event(struct judge *j, struct steps *s, const struct event *e)
{
	j->fob_heard = true;
	if (j->phase == JUDGE_TURNED && e->pressed & FOB_UNLOCK && j->key_in &&
	    j->ignition == IGNITION_OFF && e->t - j->turned <= DRIVING) {
		fail_step(s, j, e->t, "ignition", e->t - j->turned, j->p->ignition_limit,
			  hint_timing, "the key was left in the lock");
		finish(j, "");
		return;
	}
	if (j->phase == JUDGE_CONFIRM) {
		confirm_pressed(j, e);
		return;
	}
	if (j->phase == JUDGE_WAIT && j->moved != JUDGE_NO_TIME) {
		session_ends(j, s, j->moved, by_hand);
		return;
	}
	if (j->phase == JUDGE_EARLY) {
		bool lock = e->pressed & FOB_LOCK && e->slot == j->slot;

		if (e->pressed)
			too_few(j, s, e->t, lock);
	}
	if (j->phase == JUDGE_WAIT && e->pressed & FOB_UNLOCK)
		unlock_pressed(j, s, e);
	else if (j->phase == JUDGE_HOLD && e->slot == j->slot && e->pressed & FOB_LOCK)
		lock_pressed(j, s, e);
	else if (j->phase == JUDGE_HOLD && e->slot == j->slot && e->released & FOB_UNLOCK)
		unlock_released(j, e->t);
}

/* ---- the confirmation ---- */

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

static void learned(struct judge *j, struct steps *s, nsec_t t)
{
	struct judge_result *r = &j->result;
	bool known = false;

	snprintf(add_step(s, j, t, "confirm", true, j->moved - j->released, j->p->confirm_limit)->reason,
		 sizeof(s->at->reason), "%s",
		 is_locked(j->lock_before) ? "the doors unlocked, then locked" :
					     "the doors locked, then unlocked");
	for (unsigned int i = 0; i < r->n_slots; i++)
		known |= r->slots[i] == j->slot;
	if (!known && r->n_slots < JUDGE_FOBS_MAX)
		r->slots[r->n_slots++] = j->slot;
	j->failed = false;
	j->phase = JUDGE_WAIT;
	j->base = j->moved;
	j->moved = JUDGE_NO_TIME;
	if (j->wanted && r->n_slots >= j->wanted)
		finish(j, "as many as were asked for");
	else if (*j->ended)
		session_ends(j, s, t, j->ended);
	else if (j->has_next)
		unlock_pressed(j, s, &j->next);
}

static void lock_event(struct judge *j, struct steps *s, const struct event *e)
{
	bool moves = e->previous != LOCK_UNKNOWN && e->value != LOCK_UNKNOWN &&
		     is_locked(e->previous) != is_locked(e->value);

	if (e->datum != DATUM_LOCK || !moves)
		return;
	if (j->phase == JUDGE_HOLD || j->phase == JUDGE_EARLY) {
		j->ordinary = true;
		return;
	}
	if (j->phase != JUDGE_WAIT && (j->phase != JUDGE_CONFIRM || j->pressed || j->ordinary))
		return;
	if (j->moved == JUDGE_NO_TIME) {
		j->moved = e->t;
		j->lock_before = e->previous;
	} else if (e->t - j->moved <= PAIR && is_back(j, e)) {
		if (j->phase == JUDGE_CONFIRM) {
			learned(j, s, e->t);
		} else {
			j->unseen = !j->fob_heard;
			j->moved = JUDGE_NO_TIME;
		}
	}
}

/* ---- events and time ---- */

nsec_t judge_next(const struct judge *j)
{
	nsec_t due = j->base + j->p->fob_limit;

	switch (j->phase) {
	case JUDGE_TURNED:
		return j->ignition == IGNITION_OFF ?
			       MAX(j->back, j->turned + j->p->ignition_limit) + GRACE : NSEC_NEVER;
	case JUDGE_WAIT:
		if (j->moved != JUDGE_NO_TIME)
			return j->moved + PAIR;
		if (j->failed || j->result.n_slots >= enough(j) || j->unseen)
			return due;
		return due + GRACE;
	case JUDGE_HOLD:
		return j->presses < j->p->presses ? j->unlock + j->p->press_limit + GRACE :
						    j->last_press + HOLDING;
	case JUDGE_EARLY:
		return j->released + EARLY_WAIT;
	case JUDGE_CONFIRM:
		return j->moved != JUDGE_NO_TIME ? j->moved + PAIR :
						   j->released + j->p->confirm_limit;
	case JUDGE_IDLE:
	case JUDGE_DONE:
		break;
	}

	return NSEC_NEVER;
}

static void wait_over(struct judge *j, struct steps *s, nsec_t t)
{
	if (j->moved != JUDGE_NO_TIME) {
		/* One movement alone, no fob: the centre switch or a lock cylinder. */
		session_ends(j, s, j->moved, by_hand);
		return;
	}
	if (j->failed || j->result.n_slots >= enough(j) || j->unseen) {
		finish(j, "30 s without a fob ended the session");
		return;
	}
	j->attempts = j->result.n_slots + 1;
	fail_step(s, j, t, "unlock", JUDGE_NO_TIME, j->p->fob_limit, hint_battery,
		  "nothing was heard from %s at all: a flat battery, or the receiver%s",
		  j->result.n_slots ? "the next fob" : "the fob",
		  j->result.n_slots ? ", or it came after the 30 s" : "");
	finish(j, "");
}

static void deadline(struct judge *j, struct steps *s, nsec_t t)
{
	switch (j->phase) {
	case JUDGE_TURNED:
		if (j->back - j->turned > DRIVING) {
			j->phase = JUDGE_IDLE;
			break;
		}
		fail_step(s, j, t, "ignition", JUDGE_NO_TIME, j->p->ignition_limit, hint_timing,
			  "the key was left in the lock");
		finish(j, "");
		break;
	case JUDGE_WAIT:
		wait_over(j, s, t);
		break;
	case JUDGE_HOLD:
		if (j->presses < j->p->presses)
			fail_step(s, j, t, "presses", JUDGE_NO_TIME, j->p->press_limit, hint_timing,
				  "too slow: %u of %u LOCK presses while UNLOCK was held",
				  j->presses, j->p->presses);
		else
			fail_step(s, j, t, "confirm", JUDGE_NO_TIME, j->p->confirm_limit,
				  hint_timing, "UNLOCK was never let go");
		attempt_over(j, t);
		break;
	case JUDGE_EARLY:
		too_few(j, s, t, false);
		break;
	case JUDGE_CONFIRM:
		j->moved = JUDGE_NO_TIME;
		fail_step(s, j, t, "confirm", JUDGE_NO_TIME, j->p->confirm_limit, hint_mirror,
			  j->ordinary ? "no confirmation: the locks moved with the buttons, so the car "
					"had no initialisation open" :
					"no confirmation: the doors did not lock and unlock");
		attempt_over(j, t);
		break;
	case JUDGE_IDLE:
	case JUDGE_DONE:
		break;
	}
}

size_t judge_time(struct judge *j, nsec_t now, struct judge_step *ret)
{
	struct steps s = { .at = ret };
	nsec_t next = judge_next(j);

	while (next != NSEC_NEVER && next < now && s.n + 2 < JUDGE_STEPS_MAX) {
		deadline(j, &s, next);
		next = judge_next(j);
	}

	return s.n;
}

size_t judge_event(struct judge *j, const struct event *e, struct judge_step *ret)
{
	struct steps s = { .at = ret };

	/* A limit is met at exactly its time: what is due before E is settled first. */
	s.n = judge_time(j, e->t, ret);
	if (j->phase == JUDGE_DONE)
		return s.n;

	switch (e->kind) {
	case EVENT_IGNITION:
		ignition_event(j, &s, e);
		break;
	case EVENT_KEY:
		key_event(j, &s, e);
		break;
	case EVENT_DOOR:
		door_event(j, &s, e);
		break;
	case EVENT_FOB:
		fob_event(j, &s, e);
		break;
	case EVENT_LOCK:
		lock_event(j, &s, e);
		break;
	case EVENT_LID:
	case EVENT_WINDOW:
	case EVENT_INIT:
	case EVENT_LOST:
	case EVENT_ERROR:
	case N_EVENTS:
		break;
	}

	return s.n;
}
