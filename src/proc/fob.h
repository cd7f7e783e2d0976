/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "car/model.h"

/* A build date as year * 100 + month; 0 when it is not known. */
typedef unsigned int built_t;

/* The kinds of remote controls: they decide what an owner can do (procedures.md 2). */
enum fob_kind {
	FOB_KIND_UNKNOWN,
	FOB_KIND_2_BUTTON,
	FOB_KIND_3_BUTTON,
	FOB_KIND_ROUND,
	FOB_KIND_NO_SLOT,
	N_FOB_KINDS,
};

/* Sources are named by the documents they are from, "001" or "kbus.md 7.2". */
struct fob_info {
	const char *id;		/* what --fob takes: "2-button" */
	const char *cars;
	const char *look;	/* how to know it */
	const char *battery;
	const char *owner;	/* what its owner can do without the dealer */
	const char *source;
};

/* NULL for FOB_KIND_UNKNOWN. */
const struct fob_info *fob_info(enum fob_kind k);

/* FOB_KIND_UNKNOWN when none is called ID. */
enum fob_kind fob_kind_find(const char *id);

/*
 * The kind that a CAR (NULL: unknown) built at BUILT (0: unknown) left the works with;
 * FOB_KIND_UNKNOWN where that does not settle it.
 */
enum fob_kind fob_kind_of(const struct car_model *car, built_t built);
