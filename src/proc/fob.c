/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "proc/fob.h"

static const struct fob_info infos[N_FOB_KINDS] = {
	[FOB_KIND_2_BUTTON] = {
		.id = "2-button",
		.cars = "R50 and R53 built before 2004-07",
		.look = "a clamshell with 2 buttons: it opens like a shell",
		.battery = "a CR2032 that can be replaced; it may be out for 5 minutes at most, as "
			   "one owner reports",
		.owner = "only re-synchronise it; to teach it to the car needs the dealer",
		.source = "001; 002; kbus.md 7.2",
	},
	[FOB_KIND_3_BUTTON] = {
		.id = "3-button",
		.cars = "R50 and R53 built from 2004-07, every R52",
		.look = "flat, with 3 buttons: the logo in the middle is LOCK, the one nearest the "
			"blade is UNLOCK",
		.battery = "rechargeable, soldered in; it charges in the ignition lock, so swap the "
			   "keys every month",
		.owner = "initialise it",
		.source = "001; 002; kbus.md 7.3",
	},
	[FOB_KIND_ROUND] = {
		.id = "round",
		.cars = "R55 to R61",
		.look = "a disc that goes into a slot",
		.battery = "rechargeable, charged in the slot; with Comfort Access it can be "
			   "replaced",
		.owner = "nothing that is documented; one owner of an R56 turned the key three times",
		.source = "001; 002; can.md 8",
	},
	[FOB_KIND_NO_SLOT] = {
		.id = "no-slot",
		.cars = "F54 and later",
		.look = "flat; the car has no slot for it",
		.battery = "can be replaced",
		.owner = "nothing that is known",
		.source = "can.md 8",
	},
};

const struct fob_info *fob_info(enum fob_kind k)
{
	return k == FOB_KIND_UNKNOWN ? NULL : &infos[k];
}

enum fob_kind fob_kind_find(const char *id)
{
	for (enum fob_kind k = FOB_KIND_UNKNOWN + 1; k < N_FOB_KINDS; k++)
		if (!strcmp(infos[k].id, id))
			return k;

	return FOB_KIND_UNKNOWN;
}

enum fob_kind fob_kind_of(const struct car_model *car, built_t built)
{
	if (!car)
		return FOB_KIND_UNKNOWN;
	if (!strcmp(car->id, "r52"))
		return FOB_KIND_3_BUTTON;
	if (!strcmp(car->platform->id, "r5x"))
		return !built ? FOB_KIND_UNKNOWN : built < 200407 ? FOB_KIND_2_BUTTON : FOB_KIND_3_BUTTON;

	return strcmp(car->platform->id, "r56") ? FOB_KIND_NO_SLOT : FOB_KIND_ROUND;
}
