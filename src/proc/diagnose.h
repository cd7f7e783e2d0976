/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "proc/guide.h"

#define DIAGNOSIS_MAX 24

/* What an owner notices. */
struct symptom {
	const char *id;		/* what --symptom takes */
	const char *text;	/* in the owner's words */
};

/* All of them; *n symptoms. */
const struct symptom *symptoms(size_t *n);

/* NULL when none is called ID. */
const struct symptom *symptom_find(const char *id);

enum remedy_kind {
	REMEDY_TRY,		/* in this order */
	REMEDY_KNOW,
	REMEDY_WORKSHOP,	/* when the owner cannot help it */
	N_REMEDY_KINDS,
};

/* Something to try or to know. */
struct remedy {
	enum remedy_kind kind;
	enum grade grade;
	const char *text;
	const char *source;	/* as in struct advice */
	const char *symptoms;	/* ids between blanks; NULL: all */
	const char *cars;	/* ids between blanks; NULL: all */
	unsigned int fob_kinds;	/* bits 1 << enum fob_kind; 0: all */
	const char *see;	/* a command: "guide emergency-open"; NULL: none */
	bool procedures;	/* stands for the procedures that apply */
};

struct diagnosis {
	struct guide_car car;		/* fob: the kind that is taken to be in hand */
	const struct symptom *symptom;
	struct {
		const struct procedure *procedure;
		const char *why_not;	/* NULL: it applies */
	} procedures[PROCEDURES_MAX];
	size_t n_procedures;
	bool any_procedure;		/* one of them applies */
	struct {
		const struct remedy *remedy;
		const struct procedure *procedure;	/* NULL: the remedy is none */
	} remedies[DIAGNOSIS_MAX];
	size_t n_remedies;
	bool can_try;			/* there is something for the owner to try */
};

/* What has to be known before there is an answer. */
enum diagnosis_question {
	DIAGNOSIS_CAR,
	DIAGNOSIS_FOB,		/* or when the car was built */
	DIAGNOSIS_SYMPTOM,
	DIAGNOSIS_READY,
};
enum diagnosis_question diagnosis_missing(const struct guide_car *car, const struct symptom *symptom);

/* The answer; nothing is missing. */
void diagnose(struct diagnosis *d, const struct guide_car *car, const struct symptom *symptom);

/* Does something of D cite DOCUMENT? */
bool diagnosis_cites(const struct diagnosis *d, const struct document *document);
