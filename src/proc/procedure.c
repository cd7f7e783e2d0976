/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/util.h"
#include "proc/procedure.h"

/*
 * procedures.md 2. Our own choice, where the sources give no figure: 10 s for "at once" and
 * "briefly", and for the presses of what [002] claims; the confirmation's 3 s; the press
 * gap of 0.5 s; 0.5 s for "together".
 */
#define AT_ONCE (10 * NSEC_PER_SEC)
#define CONFIRM (3 * NSEC_PER_SEC)
#define PRESS_GAP (500 * NSEC_PER_MSEC)
#define TOGETHER (500 * NSEC_PER_MSEC)

#define KEYS_STEP \
	{ .text = "Have all keys of the car at hand: a fob that takes no part is forgotten." }
#define TRY_STEP { .text = "Try every fob: lock and unlock." }
#define DOORS_STEP \
	{ .text = "Get in, close all doors, and leave them closed until the end.", .id = "ignition" }
#define NEXT_STEP                                                                                \
	{                                                                                        \
		.text = "The next fob, the same way. At most 4; their order sets their slots.",  \
		.id = "unlock", .limit = 30 * NSEC_PER_SEC,                                      \
		.from = "the doors confirming the fob before", .to = "UNLOCK pressed",           \
	}
#define END_STEP \
	{ .text = "To end it, put a key into the lock and turn it to the first click." }

/* ---- one-turn: kbus.md 7.1 ---- */

static const struct procedure_step one_turn_steps[] = {
	KEYS_STEP,
	DOORS_STEP,
	{ .text = "Turn the key to the first click, back, and take it out.",
	  .id = "ignition", .limit = 5 * NSEC_PER_SEC,
	  .from = "the ignition leaving off", .to = "the key being out" },
	{ .text = "Press UNLOCK (the button next to the blade), and hold it.",
	  .id = "unlock", .limit = 30 * NSEC_PER_SEC,
	  .from = "the key being out", .to = "UNLOCK pressed" },
	{ .text = "While you hold it, press and release LOCK (the logo) 3 times.",
	  .id = "presses", .limit = 10 * NSEC_PER_SEC,
	  .from = "UNLOCK pressed", .to = "the third LOCK pressed" },
	{ .text = "Let UNLOCK go: the doors lock and unlock.",
	  .id = "confirm", .limit = CONFIRM, .own = true,
	  .from = "UNLOCK let go", .to = "the doors moving" },
	NEXT_STEP,
	END_STEP,
	TRY_STEP,
};

static const struct procedure_note one_turn_notes[] = {
	{ "One page gives it for every car from 2002 on; the service bulletin only for cars built "
	  "from 07/2004, and an owner of a 2003 car reports that it does nothing there.",
	  "000 A; kbus.md 7.1; kbus.md 7.2", true },
	{ "Some say to turn the key on to the second position. That is accepted here too, and "
	  "remarked.", "can.md 8; kbus.md 7.1", true },
	{ "The doors lock and then unlock, say most; only lock, say some. Either order counts here.",
	  "000; 001; 002; kbus.md 7.1", true },
	{ "A LOCK that goes down together with UNLOCK is not one of the three.", "001", false },
	{ "New fobs can be taught too, says one page; new keys are not for this, says another. No "
	  "procedure pairs the transponder of a key.", "001; 000", true },
};

static const struct procedure one_turn = {
	.id = "one-turn",
	.title = "Initialise 3-button fobs: one turn of the key",
	.source = "kbus.md 7.1; 000 A; 001",
	.grade = GRADE_DOCUMENTED,
	.platform = "r5x",
	.cars = "R50 and R53 built from 2004-07, every R52",
	.fobs = "3 buttons",
	.fob_kinds = 1u << FOB_KIND_3_BUTTON,
	.steps = one_turn_steps,
	.n_steps = ARRAY_SIZE(one_turn_steps),
	.n_before = 2,
	.notes = one_turn_notes,
	.n_notes = ARRAY_SIZE(one_turn_notes),
	.turns = 1,
	.key_out = true,
	.ignition_limit = 5 * NSEC_PER_SEC,
	.part = FOB_PART_HOLD,
	.fob_limit = 30 * NSEC_PER_SEC,
	.next_limit = 30 * NSEC_PER_SEC,
	.press_limit = 10 * NSEC_PER_SEC,
	.press_gap = PRESS_GAP,
	.confirm_limit = CONFIRM,
	.presses = 3,
	.fobs_max = 4,
};

/* ---- four-turns and one-turn-on: [000 B], [002] ---- */

#define UNLOCKED_STEP \
	{ .text = "Unlock the car with the switch in the middle of the dashboard." }
#define OUT_STEP                                                                                 \
	{                                                                                        \
		.text = "Take the key out at once.", .id = "ignition", .limit = AT_ONCE,         \
		.own = true, .from = "the ignition being off", .to = "the key being out",        \
	}
#define TOGETHER_STEPS                                                                           \
	{ .text = "At once press UNLOCK (the button next to the blade), and hold it.",           \
	  .id = "unlock", .limit = AT_ONCE, .own = true,                                         \
	  .from = "the key being out", .to = "UNLOCK pressed" },                                 \
	{ .text = "While you hold it, press LOCK (the logo) 3 times.",                           \
	  .id = "presses", .limit = AT_ONCE, .own = true,                                        \
	  .from = "UNLOCK pressed", .to = "the third LOCK pressed" },                            \
	{ .text = "Let UNLOCK go together with the third press of LOCK.",                        \
	  .id = "release", .limit = TOGETHER, .own = true,                                       \
	  .from = "the third LOCK let go", .to = "UNLOCK let go, before or after it" },          \
	{ .text = "The doors unlock, then lock.",                                                \
	  .id = "confirm", .limit = CONFIRM, .own = true,                                        \
	  .from = "UNLOCK let go", .to = "the doors moving" }

#define TOGETHER_NOTES                                                                           \
	{ "\"At once\" has no figure in the sources: 10 s here, our own choice.", "000 B; 002",  \
	  true },                                                                                \
	{ "The doors unlock and then lock, says the one; lock and then unlock, the other. Either " \
	  "order counts here.", "002; 000 B", true }

static const struct procedure_step four_turns_steps[] = {
	KEYS_STEP,
	DOORS_STEP,
	UNLOCKED_STEP,
	{ .text = "Turn the key to the second position (all lights of the dashboard, not the "
		  "starter) and back, 4 times, without taking it out.", .id = "ignition" },
	OUT_STEP,
	TOGETHER_STEPS,
	NEXT_STEP,
	END_STEP,
	TRY_STEP,
};

static const struct procedure_note four_turns_notes[] = {
	{ "2005 to 2008 are model years; here they are taken as years of building. A car built in "
	  "the second half of 2004 may be meant too.", "002", true },
	{ "One source names no kind of fob.", "002", true },
	TOGETHER_NOTES,
};

static const struct procedure four_turns = {
	.id = "four-turns",
	.title = "Initialise 3-button fobs: four turns of the key",
	.source = "000 B; 002",
	.grade = GRADE_CLAIMED,
	.platform = "r5x",
	.cars = "R50, R52 and R53 built 2005 to 2008",
	.fobs = "3 buttons",
	.fob_kinds = 1u << FOB_KIND_3_BUTTON,
	.steps = four_turns_steps,
	.n_steps = ARRAY_SIZE(four_turns_steps),
	.n_before = 3,
	.notes = four_turns_notes,
	.n_notes = ARRAY_SIZE(four_turns_notes),
	.turns = 4,
	.to_on = true,
	.key_out = true,
	.out_limit = AT_ONCE,
	.part = FOB_PART_HOLD,
	.fob_limit = AT_ONCE,
	.next_limit = 30 * NSEC_PER_SEC,
	.press_limit = AT_ONCE,
	.press_gap = PRESS_GAP,
	.together = TOGETHER,
	.confirm_limit = CONFIRM,
	.presses = 3,
	.fobs_max = 4,
};

static const struct procedure_step one_turn_on_steps[] = {
	KEYS_STEP,
	DOORS_STEP,
	UNLOCKED_STEP,
	{ .text = "Turn the key to the second position (all lights of the dashboard, not the "
		  "starter) and back, once.", .id = "ignition" },
	OUT_STEP,
	TOGETHER_STEPS,
	NEXT_STEP,
	END_STEP,
	TRY_STEP,
};

static const struct procedure_note one_turn_on_notes[] = {
	{ "The fob of these cars has 2 buttons up to 2004-06, and to teach one to the car needs the "
	  "dealer, say other sources; this one names no kind of fob.", "002; kbus.md 7.2; 001",
	  true },
	{ "2002 to 2004 are model years; here they are taken as years of building.", "002", true },
	TOGETHER_NOTES,
};

static const struct procedure one_turn_on = {
	.id = "one-turn-on",
	.title = "Initialise fobs of the first cars: one turn of the key to the second position",
	.source = "002",
	.grade = GRADE_CLAIMED,
	.platform = "r5x",
	.cars = "R50 and R53 built 2002 to 2004",
	.fobs = "not stated",
	.fob_kinds = 1u << FOB_KIND_2_BUTTON | 1u << FOB_KIND_3_BUTTON,
	.steps = one_turn_on_steps,
	.n_steps = ARRAY_SIZE(one_turn_on_steps),
	.n_before = 3,
	.notes = one_turn_on_notes,
	.n_notes = ARRAY_SIZE(one_turn_on_notes),
	.turns = 1,
	.to_on = true,
	.key_out = true,
	.out_limit = AT_ONCE,
	.part = FOB_PART_HOLD,
	.fob_limit = AT_ONCE,
	.next_limit = 30 * NSEC_PER_SEC,
	.press_limit = AT_ONCE,
	.press_gap = PRESS_GAP,
	.together = TOGETHER,
	.confirm_limit = CONFIRM,
	.presses = 3,
	.fobs_max = 4,
};

/* ---- resync-two-button: kbus.md 7.2 ---- */

static const struct procedure_step resync_steps[] = {
	{ .text = "Have all keys of the car at hand." },
	{ .text = "Turn the key to the second position for a moment, and back.",
	  .id = "ignition", .limit = AT_ONCE, .own = true,
	  .from = "the ignition leaving off", .to = "the ignition being off" },
	{ .text = "Press UNLOCK, and let it go.",
	  .id = "unlock", .limit = 10 * NSEC_PER_SEC,
	  .from = "the ignition being off", .to = "UNLOCK pressed" },
	{ .text = "Then press LOCK.",
	  .id = "lock", .limit = 10 * NSEC_PER_SEC,
	  .from = "the ignition being off", .to = "LOCK pressed" },
	TRY_STEP,
};

static const struct procedure_note resync_notes[] = {
	{ "No source says how the car confirms it, so nobody but you can tell whether it worked.",
	  "kbus.md 7.2", true },
	{ "It brings a fob that the car knows back into step. It teaches the car no new one: that "
	  "needs the dealer.", "kbus.md 7.2; 001", false },
	{ "\"For a moment\" has no figure in the source: 10 s here, our own choice.", "kbus.md 7.2",
	  true },
};

static const struct procedure resync_two_button = {
	.id = "resync-two-button",
	.title = "Re-synchronise a 2-button fob",
	.source = "kbus.md 7.2; can.md 8",
	.grade = GRADE_CLAIMED,
	.platform = "r5x",
	.cars = "R50 and R53 built before 2004-07",
	.fobs = "2 buttons, CR2032",
	.fob_kinds = 1u << FOB_KIND_2_BUTTON,
	.steps = resync_steps,
	.n_steps = ARRAY_SIZE(resync_steps),
	.n_before = 1,
	.notes = resync_notes,
	.n_notes = ARRAY_SIZE(resync_notes),
	.turns = 1,
	.to_on = true,
	.turn_limit = AT_ONCE,
	.part = FOB_PART_CLICK,
	.fob_limit = 10 * NSEC_PER_SEC,
	.lock_limit = 10 * NSEC_PER_SEC,
	.fobs_max = 1,
};

/* ---- three-cycles: [002] ---- */

static const struct procedure_step three_cycles_steps[] = {
	{ .text = "Have all keys of the car at hand." },
	{ .text = "Put the fob that does not work into its slot." },
	{ .text = "Switch the ignition on and off, 3 times.", .id = "ignition" },
	{ .text = "Listen for a chime. No bus that is known shows it." },
	TRY_STEP,
};

static const struct procedure_note three_cycles_notes[] = {
	{ "One owner of a 2009 Cooper S reports that it worked. The owner's manual has no procedure, "
	  "and other owners found none.", "002; can.md 8", true },
	{ "That the fob is in the slot is our reading: the owner does not say it.", "002", true },
};

static const struct procedure three_cycles = {
	.id = "three-cycles",
	.title = "What one owner of an R56 did: ignition on and off three times",
	.source = "002",
	.grade = GRADE_CLAIMED,
	.platform = "r56",
	.cars = "R56 (one owner, a car of 2009)",
	.fobs = "round",
	.fob_kinds = 1u << FOB_KIND_ROUND,
	.steps = three_cycles_steps,
	.n_steps = ARRAY_SIZE(three_cycles_steps),
	.n_before = 2,
	.notes = three_cycles_notes,
	.n_notes = ARRAY_SIZE(three_cycles_notes),
	.turns = 3,
	.to_on = true,
	.part = FOB_PART_NONE,
};

const struct procedure *const procedures[] = {
	&one_turn, &four_turns, &one_turn_on, &resync_two_button, &three_cycles, NULL,
};

const struct procedure *procedure_find(const char *id)
{
	for (size_t i = 0; procedures[i]; i++)
		if (!strcmp(procedures[i]->id, id))
			return procedures[i];

	return NULL;
}

/* ---- hints: [000 4.5], [002], [001] ---- */

static const struct procedure_note hints[] = {
	{ "Hold the fob near the inside mirror: the receiver sits there.", "000 4.5", false },
	{ "A mirror that was replaced has another receiver, which may not suit the fobs.", "002",
	  false },
	{ "Charge the fob in the ignition lock; a clamshell gets a new CR2032.", "002", false },
	{ "Try it two or three times: the timing is hard to hit.", "001", false },
	{ "Then a workshop: the receiver may have a fault.", "000; 001", false },
};

const struct procedure_note *procedure_hints(size_t *n)
{
	*n = ARRAY_SIZE(hints);

	return hints;
}

/* ---- which car ---- */

/* Why a car of the first platform is not the one for P; NULL: it is. */
static const char *not_for_r5x(const struct procedure *p, bool r52, built_t built)
{
	if (p == &one_turn && !r52 && built && built < 200407)
		return "cars built before 2004-07 have the 2-button fob, and learning one needs the "
		       "dealer (kbus.md 7.2)";
	if (p == &four_turns && built && (built < 200501 || built > 200812))
		return "it is claimed for cars built from 2005 to 2008 (002)";
	if (p == &one_turn_on && (r52 || (built && (built < 200201 || built > 200412))))
		return "it is claimed for R50 and R53 built from 2002 to 2004 (002)";
	if (p == &resync_two_button && (r52 || (built && built >= 200407)))
		return "R50 and R53 built from 2004-07, and every R52, have the 3-button fob "
		       "(kbus.md 7.2)";
	if (p == &three_cycles)
		return "one owner of an R56 reports it, and nobody of this car (002)";

	return NULL;
}

static const char *not_for_car(const struct procedure *p, const struct car_model *car,
			       built_t built)
{
	if (!car->platform->body.text)
		return "this car has digital keys, and nothing is public about its buses";
	if (!strcmp(car->platform->id, "r5x"))
		return not_for_r5x(p, !strcmp(car->id, "r52"), built);
	if (p == &three_cycles && !strcmp(car->id, "r56"))
		return NULL;

	return "no initialisation by the owner is known for this car (can.md 8); a new fob needs "
	       "the dealer";
}

static const char *not_for_fob(const struct procedure *p, enum fob_kind kind)
{
	if (kind == FOB_KIND_UNKNOWN || p->fob_kinds & 1u << kind)
		return NULL;
	if (kind == FOB_KIND_2_BUTTON)
		return "the 2-button fob can only be re-synchronised; learning one needs the dealer "
		       "(kbus.md 7.2)";
	if (kind == FOB_KIND_3_BUTTON)
		return "the 3-button fob is not the one it is for";

	return "no initialisation by the owner is known for this fob (can.md 8); a new one needs "
	       "the dealer";
}

bool procedure_applies(const struct procedure *p, const struct car_model *car, built_t built,
		       enum fob_kind kind, const char **ret_why)
{
	const char *why = car ? not_for_car(p, car, built) : NULL;

	if (!why)
		why = not_for_fob(p, kind);
	if (why)
		*ret_why = why;

	return !why;
}

size_t procedure_choose(const struct car_model *car, built_t built, enum fob_kind kind,
			const struct procedure **ret, const char **ret_why)
{
	const char *why = NULL, *first = NULL;
	enum fob_kind usual = fob_kind_of(car, built);
	size_t n = 0;

	for (size_t i = 0; procedures[i]; i++) {
		if (procedure_applies(procedures[i], car, built, kind, &why))
			ret[n++] = procedures[i];
		else if (!first)
			first = why;
	}
	if (!n && kind && usual && kind != usual)
		*ret_why = "that is a fob of another kind than those of this car";
	else if (!n)
		*ret_why = first;

	return n;
}
