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
	const struct procedure *p;
	const char *id;		/* "ignition", "unlock", "presses", "release", "lock", "confirm" */
	unsigned int fob;	/* which fob of the session, from 1; 0: the ignition part */
	int slot;		/* that fob's; -1: none is in hand */
	bool ok;
	nsec_t from;		/* when its time began; JUDGE_NO_TIME: that was not seen */
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
	const char *procedure;		/* NULL: none was begun */
	int slots[JUDGE_FOBS_MAX];
	unsigned int n_slots;
	char reason[200];
	const char *hint;		/* "" unless it failed */
};

/* What a bus can show of a procedure. */
enum judge_sense {
	SENSE_IGNITION = 1 << 0,
	SENSE_KEY = 1 << 1,		/* whether one is in the lock */
	SENSE_FOB = 1 << 2,		/* buttons */
	SENSE_LOCKS = 1 << 3,
};

/*
 * Judges one session of one procedure from what the bus shows. Pure: events and times in,
 * steps out. Limits are inclusive: met at exactly the limit. What has to be seen and
 * cannot, because this bus has no message of it, makes the verdict `unconfirmed` at best.
 */
struct judge {
	const struct procedure *p;
	unsigned int wanted;		/* fobs asked for; 0: one will do */
	/*
	 * How exact the times of events are: 20 ms on the serial wire of a real car, else 0
	 * (procedures.md 2). So near a limit a step counts, and is remarked. Set it after
	 * judge_init().
	 */
	nsec_t tolerance;
	enum judge_phase {
		JUDGE_IDLE,		/* for the key to be turned */
		JUDGE_TURNED,		/* for more turns, and the key to come out */
		JUDGE_WAIT,		/* for UNLOCK */
		JUDGE_HOLD,		/* for LOCK presses, and UNLOCK to go */
		JUDGE_EARLY,		/* UNLOCK went too early: does a LOCK follow? */
		JUDGE_RELEASE,		/* UNLOCK went: for LOCK to go too */
		JUDGE_CLICK,		/* UNLOCK was pressed: for LOCK */
		JUDGE_CONFIRM,		/* for the locks */
		JUDGE_DONE,
	} phase;
	unsigned int heard, unseen;	/* SENSE_* */
	int ignition;

	/* The ignition part. */
	nsec_t first, turned, back;	/* ignition left off at first, last, and came back to it */
	unsigned int turns;		/* good ones, one after the other */
	unsigned int most_turns;	/* that there ever were */
	int reached;			/* of the last turn: IGNITION_* */
	bool bad;			/* the turn cannot count: a door */
	const char *door;		/* the one that is or was open; NULL: none */
	unsigned int doors_open;	/* bits of DATUM_DOOR_* */
	bool key_in;
	nsec_t early;			/* a fob was pressed with the key in; JUDGE_NO_TIME: none */

	/* The fob part. */
	nsec_t base;			/* key out, or the confirmation before */
	nsec_t slack;			/* base may be so much later, as it was not seen */
	nsec_t unlock, unlock_up, third_up, released, last_press;
	unsigned int presses, held;	/* of LOCK; buttons down of the fob in hand */
	unsigned int attempts;		/* fob parts begun */
	int slot;			/* of the fob in hand */
	bool failed, fob_heard;
	bool quiet;			/* begun without an ignition part: nothing is said of failures */
	bool ordinary;			/* the locks moved with the buttons: no session is open */
	bool pressed;			/* a button went down while the confirmation was due */
	const char *close;		/* the step that was too close to its limit to tell; or NULL */
	struct event next;		/* UNLOCK of the next fob, between the confirmation's moves */
	bool has_next;
	unsigned int done_slots;	/* bits: fobs that did their part */
	unsigned int doubtful;		/* of these, or besides them, with something unseen */
	unsigned int lost;		/* frames, since it began */
	bool missed;			/* the link was away meanwhile: any number of them */
	bool cut;			/* the recording is over: no late step will come to be timed */

	/* The confirmation. */
	nsec_t moved;			/* first lock movement of a pair; JUDGE_NO_TIME: none */
	int lock_before;		/* lock state before the pair */
	char ended[64];			/* what ended the session while a confirmation was due; or "" */
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

/*
 * The recording ended at NOW: what was due until then is settled, and what was not recorded is
 * not judged. What was not over is `unconfirmed`.
 */
size_t judge_cut(struct judge *j, nsec_t now, struct judge_step *ret);

/* Nobody listened for a while. */
void judge_gap(struct judge *j);

/* End the session now, for REASON: VERDICT_INTERRUPTED and the like. */
void judge_end(struct judge *j, enum verdict v, const char *reason);

/* Judge another session of the same car: what it was heard to be like stays. */
void judge_again(struct judge *j);

const char *verdict_word(enum verdict v);
