/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "proc/judge.h"

#define RECOGNISER_LOG 32
#define RECOGNISER_STEPS_MAX (RECOGNISER_LOG + JUDGE_STEPS_MAX)

/*
 * Judges of several procedures side by side, to find out which one is being done. The
 * steps that come out are those of the procedure that the session fits best so far; when
 * another one takes the lead, what is said already is not said again. With one procedure
 * it is that judge. Pure, as the judges are.
 */
struct recogniser {
	struct candidate {
		struct judge judge;
		struct judge_step log[RECOGNISER_LOG];	/* its steps; of more, the last ones */
		size_t n_log;
		unsigned int missed;	/* steps */
	} candidates[PROCEDURES_MAX];
	size_t n;
	size_t leader;
	size_t n_shown;			/* of the leader's log */
	bool done;
	struct judge_result result;	/* complete when done */
};

/*
 * N (1..PROCEDURES_MAX) procedures, best first; WANTED and TOLERANCE are the judges'.
 */
void recogniser_init(struct recogniser *r, const struct procedure *const *list, size_t n,
		     unsigned int wanted, nsec_t tolerance);

/*
 * The bus is that of PLATFORM ("r5x"): the procedures of other platforms are out. When
 * none is left it is done: VERDICT_NOT_APPLICABLE.
 */
void recogniser_platform(struct recogniser *r, const char *platform);

/*
 * The bus has messages of these SENSE_*, though none of them was a change: a fob that is
 * not heard then is silent, and not unseen.
 */
void recogniser_carries(struct recogniser *r, unsigned int senses);

/* As judge_event(), judge_next(), judge_time(), judge_end(); RECOGNISER_STEPS_MAX places. */
size_t recogniser_event(struct recogniser *r, const struct event *e, struct judge_step *ret);
nsec_t recogniser_next(const struct recogniser *r);
size_t recogniser_time(struct recogniser *r, nsec_t now, struct judge_step *ret);
void recogniser_end(struct recogniser *r, enum verdict v, const char *reason);

/* As judge_gap(); and judge_cut(): it is done then. */
void recogniser_gap(struct recogniser *r);
size_t recogniser_cut(struct recogniser *r, nsec_t now, struct judge_step *ret);

/* Nothing more will be heard, and recogniser_next() is NSEC_NEVER: what was it? */
void recogniser_over(struct recogniser *r);

/* Which one is being done, as it seems; NULL: none was begun, and there are several. */
const struct procedure *recogniser_procedure(const struct recogniser *r);
