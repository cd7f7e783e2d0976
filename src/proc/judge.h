/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "car/state.h"
#include "proc/procedure.h"

#define JUDGE_FOBS_MAX 4
#define JUDGE_STEPS_MAX 6	/* that one event or deadline can cause */
#define JUDGE_NO_TIME ((nsec_t)-1)

/* One step of the procedure, done or missed. */
struct judge_step {
	nsec_t t;		/* when that was settled */
	const char *id;		/* "ignition", "unlock", "presses", "confirm" */
	unsigned int fob;	/* which fob of the session, from 1; 0: the ignition part */
	bool ok;
	nsec_t took, limit;	/* JUDGE_NO_TIME: nothing was there to time */
	char reason[160];	/* "" when ok and unremarkable */
};

enum verdict {
	VERDICT_PROGRAMMED,
	VERDICT_UNCONFIRMED,
	VERDICT_FAILED,
	VERDICT_NOT_APPLICABLE,
	VERDICT_INTERRUPTED,
};

/* What a session came to. */
struct judge_result {
	enum verdict verdict;
	const char *procedure;
	int slots[JUDGE_FOBS_MAX];
	unsigned int n_slots;
	char reason[200];
	const char *hint;	/* "" unless it failed */
};

/*
 * Judges one session of an initialisation from what the bus shows. Pure: events and
 * times in, steps out. Limits are inclusive: met at exactly the limit.
 */
struct judge {
	const struct procedure *p;
	unsigned int wanted;		/* fobs asked for; 0: one will do */
	enum judge_phase {
		JUDGE_IDLE,		/* for the key to be turned */
		JUDGE_TURNED,		/* for the key to come out */
		JUDGE_WAIT,		/* for UNLOCK */
		JUDGE_HOLD,		/* for LOCK presses, and UNLOCK to go */
		JUDGE_EARLY,		/* UNLOCK went too early: does a LOCK follow? */
		JUDGE_CONFIRM,		/* for the locks */
		JUDGE_DONE,
	} phase;
	nsec_t turned, back;		/* ignition left off, and came back to it */
	nsec_t base;			/* key out, or the confirmation before */
	nsec_t unlock, released, last_press;
	nsec_t moved;			/* first lock movement of a pair; JUDGE_NO_TIME: none */
	unsigned int presses;
	unsigned int attempts;		/* fob parts begun */
	int slot;			/* of the fob in hand */
	int lock_before;		/* lock state before the pair */
	int ignition;
	bool key_in, started, failed, fob_heard, unseen;
	bool on;			/* the key went further than the first click */
	bool ordinary;			/* the locks moved with the buttons: no session is open */
	bool pressed;			/* a button went down while the confirmation was due */
	struct event next;		/* UNLOCK of the next fob, between the confirmation's moves */
	bool has_next;
	char ended[64];			/* what ended the session while a confirmation was due; or "" */
	const char *door;		/* the one that is or was open; NULL: none */
	unsigned int doors_open;	/* bits of DATUM_DOOR_* */
	struct judge_result result;	/* complete when done */
};

/* WANTED: 0..4 fobs. */
void judge_init(struct judge *j, const struct procedure *p, unsigned int wanted);

/* Take in one event. Returns the steps it settles, in *ret (JUDGE_STEPS_MAX places). */
size_t judge_event(struct judge *j, const struct event *e, struct judge_step *ret);

/* When judge_time() must be called although nothing was heard; NSEC_NEVER: no need. */
nsec_t judge_next(const struct judge *j);

/* Nothing was heard until NOW: settle what was due before it. */
size_t judge_time(struct judge *j, nsec_t now, struct judge_step *ret);

/* End the session now, for REASON: VERDICT_INTERRUPTED and the like. */
void judge_end(struct judge *j, enum verdict v, const char *reason);

const char *verdict_word(enum verdict v);
