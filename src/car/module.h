/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "car/decoder.h"
#include "car/grade.h"
#include "proto/diag.h"

#define MODULES_MAX 256

/* A module that may be asked: a node with an address, in one of the car's DBCs. */
struct module {
	const char *name;		/* "CAS" */
	const char *comment;		/* what it is; NULL: nothing is said */
	const struct platform *platform;	/* NULL: of a user's DBC */
	uint8_t address;
	enum diag_protocol protocol;
	enum grade grade;		/* of its being at that address */
	const char *source;
};

/*
 * The modules of D's car, or of all cars as long as it is unknown, to RET (MODULES_MAX
 * places), in the order of the DBCs. Returns how many.
 */
size_t modules_of(const struct decoder *d, struct module *ret);

/* What the module at ADDRESS is called; NULL: no DBC names it. */
const char *module_name(const struct decoder *d, uint8_t address);

/*
 * Is the module ECU of DBC to be reached over D's link? One that is not on the K-bus (node
 * attribute DiagBus, kbus.md 3.1) is, by the K-line only.
 */
bool module_is_reached(const struct decoder *d, const struct dbc *dbc, uint8_t ecu);
