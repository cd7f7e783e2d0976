/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "car/grade.h"
#include "car/model.h"
#include "proc/fob.h"

enum advice_kind {
	ADVICE_STEP,		/* to be done, in this order */
	ADVICE_NOTE,
	ADVICE_DISPUTED,	/* sources differ, or do not say: shown, not smoothed */
	ADVICE_HINT,		/* when it did not work */
};

/* One statement for the owner, in our own words. */
struct advice {
	enum advice_kind kind;
	enum grade grade;
	const char *text;
	const char *source;	/* documents (document.h) and places: "004 FAQ 6; can.md 7" */
	const char *only;	/* for these cars, ids between blanks; NULL: for the section's */
	nsec_t limit;		/* a step's; 0: it has none */
	const char *from, *to;	/* what the limit is between */
	bool own;		/* no source has the limit: our own choice */
};

/* Statements that belong together. */
struct section {
	const char *id;		/* "share": a part's name */
	const char *title;
	const char *cars;	/* ids between blanks; NULL: every car */
	const char *for_cars;	/* which cars, in words */
	const char *fobs;	/* which fobs, in words; NULL: not about fobs */
	unsigned int fob_kinds;	/* bits 1 << enum fob_kind; 0: any */
	enum grade grade;
	const char *source;
	const struct advice *advice;
	size_t n;
	bool way;		/* one that the owner can go, not only what is known */
};

/* What `guide` can be asked for. */
struct topic {
	const char *id;
	const char *title;	/* before a part's */
	const struct section *sections;
	size_t n;
	bool procedures;	/* those that apply come before the sections */
	bool parts;		/* a section is chosen by name, else by the car */
	const struct section *none;	/* for the cars of no section; NULL: there are none */
};

extern const struct topic topic_fob, topic_open, topic_digital_key;

/* Is ID among IDS, that stand between blanks? NULL are all. */
bool id_listed(const char *ids, const char *id);

/* NULL when TOPIC has no part called ID. */
const struct section *topic_part(const struct topic *t, const char *id);

/* Is it for CAR, with a fob of KIND? What is unknown (NULL, FOB_KIND_UNKNOWN) may be any. */
bool section_is_for(const struct section *s, const struct car_model *car, enum fob_kind kind);
bool advice_is_for(const struct advice *a, const struct car_model *car);
