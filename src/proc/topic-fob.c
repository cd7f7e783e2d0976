/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/util.h"
#include "proc/topic.h"

/* What is known of fobs besides the procedures: the questions that owners asked. */

#define R5X "r50 r52 r53"
#define R56 "r55 r56 r57 r58 r59 r60 r61"
#define F5X "f54 f55 f56 f57 f60"
#define OS9 "j01 j05 u25 f65 f66 f67"

#define CLAIMED(kind_, text_, source_) \
	{ .kind = (kind_), .grade = GRADE_CLAIMED, .text = (text_), .source = (source_) }
#define KNOWN(kind_, text_, source_) \
	{ .kind = (kind_), .grade = GRADE_DOCUMENTED, .text = (text_), .source = (source_) }

static const struct advice session[] = {
	CLAIMED(ADVICE_NOTE, "Where more than one procedure may be the one: do the first, and only if "
		"it does not work the next.", "000"),
	KNOWN(ADVICE_NOTE, "All fobs are done in one go: those that took no part stop working as soon "
	      "as the first one is learned. At most 4, and their order sets their slots.",
	      "001; kbus.md 7.1"),
	CLAIMED(ADVICE_NOTE, "What ends it: the ignition, a key in the lock, a door that opens, the "
		"switch in the middle or a lock cylinder, or 30 s without a fob. What was learned by "
		"then stays.", "000 A 2, 4, 6; 001 7; kbus.md 7.1"),
	KNOWN(ADVICE_DISPUTED, "No recording of an initialisation is public: what the bus shows of it "
	      "is inferred.", "kbus.md 7.4"),
};

static const struct advice questions[] = {
	CLAIMED(ADVICE_NOTE, "Does it pair the immobiliser too? No. The transponder in the key is "
		"another part, numbered apart from the fob, and a new key needs the dealer for it.",
		"000"),
	CLAIMED(ADVICE_DISPUTED, "A used fob, or its insides, from another car? No source says "
		"whether the car learns such a remote control. Its transponder it never learns this "
		"way.", "002; 000"),
	CLAIMED(ADVICE_NOTE, "Only one fob came with the car? Do that one. A second one is the "
		"dealer's business.", "002; 000"),
	CLAIMED(ADVICE_NOTE, "One works, and the other stopped when the first was done? Both have to "
		"be done in one go.", "001"),
	CLAIMED(ADVICE_NOTE, "The car's battery was off, and the fobs stopped? Initialise them: it "
		"helped the owner of a 2007 convertible; the owner of a 2005 R53 had no luck.",
		"002"),
	KNOWN(ADVICE_NOTE, "Is the first position of the key enough to charge a fob of a stored car? "
	      "Yes.", "kbus.md 7.3"),
	CLAIMED(ADVICE_DISPUTED, "How long does charging take? No source says.", "002"),
	CLAIMED(ADVICE_DISPUTED, "The car's settings differ between two fobs? One owner saw that. "
		"Each may have a memory of its own, which is inferred.", "002"),
};

static const struct advice round_fob[] = {
	KNOWN(ADVICE_NOTE, "The owner's manual (Hardtop, 2007, page 18) has no procedure to teach or "
	      "re-synchronise a fob. New ones come from the dealer.", "can.md 8"),
	KNOWN(ADVICE_NOTE, "The standard fob charges in its slot while you drive: use each one at "
	      "least twice a year. The one with Comfort Access has a battery that is replaced.",
	      "can.md 8"),
	CLAIMED(ADVICE_DISPUTED, "Some say that these fobs must be programmed after a new battery. No "
		"manual says so, and owners who searched found no procedure.", "can.md 8; 002"),
};

static const struct advice no_slot[] = {
	KNOWN(ADVICE_NOTE, "No procedure for the owner is in the manual. New fobs, and switching off "
	      "lost ones, are the service centre's business.", "can.md 8"),
	CLAIMED(ADVICE_NOTE, "Replace the fob's battery first.", "can.md 8"),
	KNOWN(ADVICE_NOTE, "To start with a flat fob: hold it against the marked place of the steering "
	      "column, and press START/STOP.", "can.md 8"),
	CLAIMED(ADVICE_NOTE, "To get in with a flat fob: minikey guide emergency-open.", "003"),
};

static const struct advice digital[] = {
	CLAIMED(ADVICE_NOTE, "No public source has a procedure for these cars' fobs: ask the dealer.",
		"can.md 9"),
	KNOWN(ADVICE_NOTE, "A phone can be a key of this car: minikey guide digital-key.", "004"),
	CLAIMED(ADVICE_NOTE, "To get in with a flat fob: minikey guide emergency-open.", "003"),
};

static const struct section sections[] = {
	{
		.id = "session",
		.title = "What holds for every initialisation",
		.cars = R5X,
		.fob_kinds = 1u << FOB_KIND_2_BUTTON | 1u << FOB_KIND_3_BUTTON,
		.for_cars = "R50, R52, R53",
		.grade = GRADE_DOCUMENTED,
		.source = "kbus.md 7.1",
		.advice = session,
		.n = ARRAY_SIZE(session),
	},
	{
		.id = "questions",
		.title = "What owners asked",
		.cars = R5X,
		.fob_kinds = 1u << FOB_KIND_2_BUTTON | 1u << FOB_KIND_3_BUTTON,
		.for_cars = "R50, R52, R53",
		.grade = GRADE_CLAIMED,
		.source = "000; 002",
		.advice = questions,
		.n = ARRAY_SIZE(questions),
	},
	{
		.id = "round-fob",
		.title = "Fobs of R55 to R61",
		.cars = R56,
		.fob_kinds = 1u << FOB_KIND_ROUND,
		.for_cars = "R55 to R61",
		.grade = GRADE_DOCUMENTED,
		.source = "can.md 8",
		.advice = round_fob,
		.n = ARRAY_SIZE(round_fob),
	},
	{
		.id = "no-slot",
		.title = "Fobs of F54 to F60",
		.cars = F5X,
		.fob_kinds = 1u << FOB_KIND_NO_SLOT,
		.for_cars = "F54 to F57, F60",
		.grade = GRADE_DOCUMENTED,
		.source = "can.md 8",
		.advice = no_slot,
		.n = ARRAY_SIZE(no_slot),
	},
	{
		.id = "digital",
		.title = "Fobs of cars with Operating System 9",
		.cars = OS9,
		.fob_kinds = 1u << FOB_KIND_NO_SLOT,
		.for_cars = "J01, J05, U25, F65, F66, F67",
		.grade = GRADE_CLAIMED,
		.source = "can.md 9",
		.advice = digital,
		.n = ARRAY_SIZE(digital),
	},
};

const struct topic topic_fob = {
	.id = "fob",
	.title = "Initialising the fobs",
	.sections = sections,
	.n = ARRAY_SIZE(sections),
	.procedures = true,
};
