/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/clock.h"
#include "car/grade.h"
#include "car/model.h"
#include "proc/fob.h"

#define PROCEDURES_MAX 5

/* One thing to do, in words. */
struct procedure_step {
	const char *text;	/* one paragraph, without line breaks */
	const char *id;		/* the judge's step that settles it; NULL: no bus shows it */
	nsec_t limit;		/* 0: it has none */
	const char *from, *to;	/* what the limit is between; NULL without one */
	bool own;		/* the sources give no figure: the limit is our own choice */
};

/* Something that the owner should know of it. */
struct procedure_note {
	const char *text;
	const char *source;
	bool disputed;		/* sources differ, or one does not say */
};

/* What the fobs do after the ignition part. */
enum fob_part {
	FOB_PART_NONE,
	FOB_PART_HOLD,		/* UNLOCK is held while LOCK is pressed */
	FOB_PART_CLICK,		/* UNLOCK is pressed, then LOCK */
};

/*
 * A procedure an owner can do: its texts, and the numbers that the judge goes by. Where
 * each is from: the table in procedure.c.
 */
struct procedure {
	const char *id;
	const char *title;
	const char *source;		/* documents and places: "kbus.md 7.1; 000 A" */
	enum grade grade;
	const char *platform;		/* of these cars, as in struct platform */
	const char *cars;		/* which cars, in words */
	const char *fobs;		/* which fobs, in words */
	unsigned int fob_kinds;		/* bits 1 << enum fob_kind */
	const struct procedure_step *steps;
	size_t n_steps;
	size_t n_before;		/* of the steps: before the key is turned */
	const struct procedure_note *notes;
	size_t n_notes;

	/* The ignition part; a limit of 0 is none. */
	unsigned int turns;		/* of the key, one after the other */
	bool to_on;			/* acc is not enough */
	bool key_out;			/* the key has to come out, all doors closed */
	nsec_t turn_limit;		/* ignition leaving off, to it being back */
	nsec_t ignition_limit;		/* ignition leaving off the last time, to the key being out */
	nsec_t out_limit;		/* ignition back to off, to the key being out */

	/* The fob part. */
	enum fob_part part;
	nsec_t fob_limit;		/* end of the ignition part, to UNLOCK pressed */
	nsec_t next_limit;		/* a confirmation, to the next fob's UNLOCK pressed */
	nsec_t press_limit;		/* HOLD: UNLOCK pressed, to the last LOCK pressed */
	nsec_t press_gap;		/* HOLD: LOCK sooner after UNLOCK is not counted */
	nsec_t together;		/* HOLD: UNLOCK goes so near the end of the last LOCK press */
	nsec_t lock_limit;		/* CLICK: end of the ignition part, to LOCK pressed */
	nsec_t confirm_limit;		/* UNLOCK released, to the first lock moving */
	unsigned int presses;		/* HOLD: of LOCK */
	unsigned int fobs_max;		/* in one session */
};

/* Best grade first; NULL-terminated, at most PROCEDURES_MAX. */
extern const struct procedure *const procedures[];

/* NULL when there is none called ID. */
const struct procedure *procedure_find(const char *id);

/*
 * Does P apply to a CAR (NULL: unknown) built at BUILT (0: unknown), with a fob of KIND?
 * When not, *ret_why says why, in words. What is not known does not speak against it.
 */
bool procedure_applies(const struct procedure *p, const struct car_model *car, built_t built,
		       enum fob_kind kind, const char **ret_why);

/*
 * Those that apply, best first: at most PROCEDURES_MAX at RET. 0 when there is none;
 * *ret_why then says why, in words.
 */
size_t procedure_choose(const struct car_model *car, built_t built, enum fob_kind kind,
			const struct procedure **ret, const char **ret_why);

/* What to try when it failed, in this order; *n of them. */
const struct procedure_note *procedure_hints(size_t *n);
