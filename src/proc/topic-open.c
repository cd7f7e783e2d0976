/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/util.h"
#include "proc/topic.h"

/*
 * Emergency opening. The source says "early" and "later" without a year, and names models
 * by their trade names; which of our cars is which is our reading of it.
 */
#define STEP(text_) \
	{ .kind = ADVICE_STEP, .grade = GRADE_CLAIMED, .text = (text_), .source = "003" }
#define NOTE(text_) \
	{ .kind = ADVICE_NOTE, .grade = GRADE_CLAIMED, .text = (text_), .source = "003" }

#define WHEN                                                                                     \
	NOTE("For when the fob's battery is flat, or something near by jams its radio. The blade " \
	     "opens the driver's door; it needs no battery.")

static const struct advice early[] = {
	STEP("Free the blade: press the button on the back of the fob, and pull at the end with "
	     "the ring."),
	STEP("Find the keyhole of the driver's door: it is in plain sight."),
	STEP("Put the blade in, turn it to unlock, and take it out again."),
	STEP("Pull the handle."),
	WHEN,
	{ .kind = ADVICE_NOTE, .grade = GRADE_DOCUMENTED, .only = "r55 r56 r57 r58 r59 r60 r61",
	  .text = "With Comfort Access: once inside, put the fob into its slot, and start.",
	  .source = "can.md 8" },
	{ .kind = ADVICE_DISPUTED, .grade = GRADE_CLAIMED,
	  .text = "The source does not say where its early cars end. That they are R50 to R61 is "
		  "our reading. If there is no keyhole in sight, look for a cap at the rear of the "
		  "handle: minikey guide emergency-open --car f56.", .source = "003" },
};

static const struct advice later[] = {
	STEP("Take the blade out of the fob."),
	STEP("At the rear of the driver's door handle find the small oval cap: it hides the "
	     "keyhole."),
	STEP("From below, push the blade into the slot at the cap, as far as it goes: about an "
	     "inch (25 mm). Nothing is seen to happen, but now the cap is loose."),
	STEP("Put a fingernail into the groove around the cap and lift it off. Keep it."),
	STEP("Put the blade into the keyhole, turn it to unlock, and take it out again before you "
	     "touch the handle."),
	STEP("Pull the handle."),
	WHEN,
	{ .kind = ADVICE_NOTE, .grade = GRADE_DOCUMENTED, .only = "f54 f55 f56 f57 f60",
	  .text = "To start with a flat fob: hold it against the marked place of the steering "
		  "column, and press START/STOP.", .source = "can.md 8" },
	NOTE("Taking the cap off does no harm."),
	{ .kind = ADVICE_DISPUTED, .grade = GRADE_CLAIMED,
	  .text = "The source does not say from when cars have the cap. That it is F54 and later "
		  "is our reading. If the keyhole is in plain sight: minikey guide emergency-open "
		  "--car r56.", .source = "003" },
};

static const struct advice unnamed[] = {
	{ .kind = ADVICE_NOTE, .grade = GRADE_CLAIMED,
	  .text = "The source goes to model year 2025 but names neither the electric Cooper (J01) "
		  "nor the Aceman (J05).", .source = "003" },
	{ .kind = ADVICE_NOTE, .grade = GRADE_CLAIMED,
	  .text = "Look whether the rear end of the driver's handle has a small cap with a slot "
		  "below it. If so, read minikey guide emergency-open --car f66, and the car's own "
		  "manual before you use force.", .source = "003" },
};

#define MODELS                                                                                    \
	"model years 2002 to 2025: Hardtop with 2 and 4 doors, Convertible, Clubman, Countryman, " \
	"Paceman, Coupe, Roadster, John Cooper Works GP"

static const struct section sections[] = {
	{
		.id = "keyhole-in-sight",
		.title = "Opening without the radio: the keyhole is in sight",
		.cars = "r50 r52 r53 r55 r56 r57 r58 r59 r60 r61",
		.for_cars = "R50 to R61, of " MODELS,
		.grade = GRADE_CLAIMED,
		.source = "003",
		.advice = early,
		.n = ARRAY_SIZE(early),
		.way = true,
	},
	{
		.id = "keyhole-under-cap",
		.title = "Opening without the radio: a cap hides the keyhole",
		.cars = "f54 f55 f56 f57 f60 u25 f65 f66 f67",
		.for_cars = "F54 to F67 and U25, of " MODELS,
		.grade = GRADE_CLAIMED,
		.source = "003",
		.advice = later,
		.n = ARRAY_SIZE(later),
		.way = true,
	},
	{
		.id = "not-named",
		.title = "Opening without the radio: J01 and J05",
		.cars = "j01 j05",
		.for_cars = "J01, J05: no source names them",
		.grade = GRADE_CLAIMED,
		.source = "003",
		.advice = unnamed,
		.n = ARRAY_SIZE(unnamed),
	},
};

const struct topic topic_open = {
	.id = "emergency-open",
	.title = "Opening the car when the fob does not",
	.sections = sections,
	.n = ARRAY_SIZE(sections),
};
