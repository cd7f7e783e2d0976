/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/util.h"
#include "proc/procedure.h"

static const char *const one_turn_steps[] = {
	"Have all keys at hand: a fob that takes no part is forgotten.",
	"Close all doors, and leave them closed.",
	"Turn the key to the first click, back, and take it out: all within 5 s.",
	"Within 30 s: hold UNLOCK (the button next to the blade), and while you hold it press "
	"LOCK\n     (the logo) 3 times within 10 s. Let go: the doors lock and unlock.",
	"The next fob, the same way, within 30 s. At most 4.",
	"Put a key in the lock and turn it to the first click. Try every fob.",
	NULL,
};

/* kbus.md 7.1; the confirmation's 3 s and the press gap's 0.5 s are our own choice. */
static const struct procedure one_turn = {
	.id = "one-turn",
	.title = "Initialise 3-button fobs: one turn of the key",
	.source = "kbus.md 7.1: service bulletin for cars from 07/2004, owners' forums",
	.grade = GRADE_DOCUMENTED,
	.cars = "R50 and R53 built from 2004-07, every R52",
	.steps = one_turn_steps,
	.ignition_limit = 5 * NSEC_PER_SEC,
	.fob_limit = 30 * NSEC_PER_SEC,
	.press_limit = 10 * NSEC_PER_SEC,
	.confirm_limit = 3 * NSEC_PER_SEC,
	.press_gap = 500 * NSEC_PER_MSEC,
	.presses = 3,
	.fobs_max = 4,
};

const struct procedure *const procedures[] = {
	&one_turn,
	NULL,
};

const struct procedure *procedure_find(const char *id)
{
	for (size_t i = 0; procedures[i]; i++)
		if (!strcmp(procedures[i]->id, id))
			return procedures[i];

	return NULL;
}

bool procedure_applies(const struct procedure *p, const struct car_model *car, built_t built,
		       const char **ret_why)
{
	(void)p;	/* the table has one row so far, and the rule is that row's */
	if (!car)
		return true;
	if (!car->platform->text) {
		*ret_why = "this car has digital keys, and nothing is public about its buses";
		return false;
	}
	if (strcmp(car->platform->id, "r5x")) {
		*ret_why = "no initialisation by the owner is known for this car (can.md 8); "
			   "a new fob needs the dealer";
		return false;
	}
	if (strcmp(car->id, "r52") && built && built < 200407) {
		*ret_why = "cars built before 2004-07 have the 2-button fob, and learning one "
			   "needs the dealer (kbus.md 7.2)";
		return false;
	}

	return true;
}
