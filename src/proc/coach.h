/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "proc/judge.h"

/*
 * Counts the seconds of a procedure with a person who has no cable: the moments that the
 * limits are between are marked by a key. The limits are those that the judge goes by, and
 * are met at exactly their time; what the car did is only what the person says.
 */

#define COACH_STEPS_MAX 8
#define COACH_TEXT_MAX 400

/* What is marked. */
enum coach_mark {
	MARK_READY,
	MARK_TURN,		/* the ignition leaves off */
	MARK_BACK,		/* it is back, the last time */
	MARK_OUT,		/* the key is out */
	MARK_UNLOCK,		/* it goes down */
	MARK_PRESSES,		/* LOCK goes down the last time, UNLOCK being held */
	MARK_LOCK,		/* it goes down, alone */
	MARK_CONFIRM,		/* yes or no: the doors moved */
	MARK_CHIME,		/* yes or no */
	MARK_WORKS,		/* yes or no: the fob works */
	N_MARKS,
};

struct coach_step {
	enum coach_mark mark;
	const char *word;	/* what to do, in capitals, at most 8 characters */
	const char *text;
	bool told;		/* a step of the procedure: that it was done is worth a line */
	enum coach_mark from;	/* what the limit counts from */
	nsec_t limit;		/* 0: none */
	bool asks;		/* "no" is an answer */
};

struct coach {
	const struct procedure *p;
	struct coach_step steps[COACH_STEPS_MAX];
	size_t n, at, first_fob;	/* at: the one that is due; first_fob: of a fob's part */
	nsec_t marked[N_MARKS];
	unsigned int learned;		/* fobs, as far as the person saw */
	bool again;			/* it failed, and begins anew */
	bool over;
	char ready[COACH_TEXT_MAX], turn[COACH_TEXT_MAX];
};

void coach_init(struct coach *c, const struct procedure *p);

/* What is to be done now; NULL: it is over. */
const struct coach_step *coach_due(const struct coach *c);

/* Since when its limit counts; only when it has one. */
nsec_t coach_since(const struct coach *c);

/*
 * The person marks at T that what is due was done, or (YES false) that it did not happen.
 * True when that settles a step, *ret; its id is the coach's word.
 */
bool coach_key(struct coach *c, nsec_t t, bool yes, struct judge_step *ret);

/* When coach_time() has something to say; NSEC_NEVER: it has not. */
nsec_t coach_next(const struct coach *c);

/* It is NOW, and nothing was marked: a session of which a fob is learned ends by itself. */
void coach_time(struct coach *c, nsec_t now);
