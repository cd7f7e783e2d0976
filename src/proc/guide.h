/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "proc/document.h"
#include "proc/procedure.h"
#include "proc/topic.h"

#define GUIDE_SECTIONS_MAX 12
#define GUIDE_ADVICE_MAX 24
#define GUIDE_FOB_TEXT 400

/* A car and its fob, as far as they are known. */
struct guide_car {
	const struct car_model *model;	/* NULL: unknown */
	built_t built;			/* 0: unknown */
	enum fob_kind fob;
};

/* What is asked for. */
struct guide_request {
	const struct topic *topic;
	const struct section *part;		/* NULL: all, or the overview */
	const struct procedure *procedure;	/* only this one; NULL: those that apply */
	struct guide_car car;
};

/* What `guide` shows. Points into itself: do not copy it. */
struct guide_page {
	const struct topic *topic;
	const char *part;		/* its id, or the procedure's; NULL: none chosen */
	struct guide_car car;
	const struct section *sections[GUIDE_SECTIONS_MAX];
	size_t n;
	bool way;			/* one of them is a way an owner can go */

	/* Fobs, procedures and what to try after them, as sections. */
	struct section fobs, hints;
	struct advice fob_advice[N_FOB_KINDS], hint_advice[GUIDE_ADVICE_MAX];
	char fob_text[N_FOB_KINDS][GUIDE_FOB_TEXT];
	struct section made[PROCEDURES_MAX];
	struct advice advice[PROCEDURES_MAX][GUIDE_ADVICE_MAX];
	size_t n_made;
};

/* NULL-terminated; the first is what is shown when none is named. */
extern const struct topic *const guide_topics[];

/* NULL when there is none called ID. */
const struct topic *guide_find(const char *id);

/*
 * The procedures for CAR, those that are for its fob before those that do not say for which:
 * at most PROCEDURES_MAX at RET. 0 when there is none.
 */
size_t guide_procedures(const struct guide_car *car, const struct procedure **ret);

void guide_page(struct guide_page *page, const struct guide_request *request);

/* Does something on PAGE cite D? */
bool guide_cites(const struct guide_page *page, const struct document *d);
