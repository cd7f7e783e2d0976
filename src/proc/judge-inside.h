/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The inside of the judge: for the files judge*.c only. */

#include "base/util.h"
#include "proc/judge.h"

/* How long after a limit a late step is still timed, so that its figure can be told. */
#define JUDGE_GRACE (15 * NSEC_PER_SEC)
/* Longer than this in terminal R or higher, or between two turns, is no procedure: driving. */
#define JUDGE_DRIVING (30 * NSEC_PER_SEC)
/* UNLOCK held this long after the third LOCK is a release that we missed. */
#define JUDGE_HOLDING (300 * NSEC_PER_SEC)
/* A LOCK this soon after UNLOCK was let go was meant to be one of the three. */
#define JUDGE_EARLY_WAIT (2 * NSEC_PER_SEC)
/* The second movement of a confirmation follows the first within this. */
#define JUDGE_PAIR (2 * NSEC_PER_SEC)
/* A button or a switch that moves the locks has done so after this (kbus.md 2.2: 0.25 s). */
#define JUDGE_SETTLE (500 * NSEC_PER_MSEC)

extern const char judge_hint_mirror[], judge_hint_battery[], judge_hint_timing[];

/* Steps go here while an event is judged. */
struct judge_steps {
	struct judge_step *at;
	size_t n;
};

static inline nsec_t judge_grace(const struct judge *j)
{
	return j->cut ? 0 : JUDGE_GRACE;
}

/* How TOOK stands to LIMIT (0: there is none). */
enum judge_timing {
	TIMING_GOOD,
	TIMING_CLOSE,	/* too close to tell */
	TIMING_LATE,
};

enum judge_timing judge_timing(const struct judge *j, nsec_t took, nsec_t limit);

/* A step that is done; with TIMING_CLOSE it is remarked. LIMIT 0: none. */
struct judge_step *judge_good(struct judge_steps *s, struct judge *j, nsec_t t, const char *id,
			      nsec_t took, nsec_t limit);

/* A step that is missed. "after 31.4 s; the limit is 30 s" is said by its figures too. */
_printf_(8, 9) void judge_miss(struct judge_steps *s, struct judge *j, nsec_t t, const char *id,
			       nsec_t took, nsec_t limit, const char *hint, const char *fmt, ...);

/* "31.4 s after WHAT; the limit is 30 s" in a buffer of the caller; WHAT with its blank. */
#define JUDGE_FIGURES_MAX 112
const char *judge_figures(char buf[JUDGE_FIGURES_MAX], nsec_t took, const char *what, nsec_t limit);

/* The session is over, for WHY: what has it come to? */
void judge_finish(struct judge *j, const char *why);

/* It ends so: what was seen, and what not, is its reason. */
void judge_unconfirmed(struct judge *j);

/* WHAT ends a session that was open. A fob that has done its part may still be confirmed. */
void judge_session_ends(struct judge *j, struct judge_steps *s, nsec_t t, const char *what);

/* Fobs that did their part, and how many are enough. */
unsigned int judge_fobs_done(const struct judge *j);
unsigned int judge_fobs_enough(const struct judge *j);

/* judge-ignition.c */
void judge_ignition(struct judge *j, struct judge_steps *s, const struct event *e);
void judge_key(struct judge *j, struct judge_steps *s, const struct event *e);
void judge_door(struct judge *j, struct judge_steps *s, const struct event *e);
nsec_t judge_ignition_next(const struct judge *j);
void judge_ignition_over(struct judge *j, struct judge_steps *s, nsec_t t);
/* The key may have come out, and nobody saw it: the fob part begins. */
void judge_key_unseen(struct judge *j, struct judge_steps *s);
/* Nothing was seen of an ignition part: the fob part may begin now. */
void judge_begin_unseen(struct judge *j, nsec_t t);

/* judge-fob.c: buttons, and what is due in the phases of a fob part. */
void judge_fob(struct judge *j, struct judge_steps *s, const struct event *e);
void judge_unlock(struct judge *j, struct judge_steps *s, const struct event *e);
nsec_t judge_fob_next(const struct judge *j);
void judge_fob_over(struct judge *j, struct judge_steps *s, nsec_t t);
/* The window of the next fob: its limit. */
nsec_t judge_window(const struct judge *j);
/* The attempt failed; the session stays open for another one until its time is up. */
void judge_attempt_over(struct judge *j, nsec_t now);

/* judge-confirm.c: the locks. */
void judge_lock(struct judge *j, struct judge_steps *s, const struct event *e);
void judge_confirm_over(struct judge *j, struct judge_steps *s, nsec_t t);
