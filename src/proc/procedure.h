/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/clock.h"
#include "car/grade.h"
#include "car/model.h"

/* A build date as year * 100 + month; 0 when it is not known. */
typedef unsigned int built_t;

/* A procedure an owner can do, and its numbers: what the judge goes by. */
struct procedure {
	const char *id;
	const char *title;
	const char *source;
	enum grade grade;
	const char *cars;		/* which cars, in words */
	const char *const *steps;	/* what to do, in words; NULL-terminated */

	nsec_t ignition_limit;		/* ignition leaving off, to the key being out */
	nsec_t fob_limit;		/* key out or the confirmation before, to UNLOCK pressed */
	nsec_t press_limit;		/* UNLOCK pressed, to the last LOCK pressed */
	nsec_t confirm_limit;		/* UNLOCK released, to the first lock moving */
	nsec_t press_gap;		/* LOCK sooner after UNLOCK is not counted */
	unsigned int presses;
	unsigned int fobs_max;		/* in one session */
};

/* NULL-terminated. */
extern const struct procedure *const procedures[];

/* NULL when there is none called ID. */
const struct procedure *procedure_find(const char *id);

/*
 * Does P apply to a CAR (NULL: unknown) built at BUILT (0: unknown)? When not, *ret_why
 * says why, in words.
 */
bool procedure_applies(const struct procedure *p, const struct car_model *car, built_t built,
		       const char **ret_why);
