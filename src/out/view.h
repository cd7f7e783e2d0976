/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "car/keys.h"
#include "car/model.h"
#include "car/state.h"
#include "out/out.h"
#include "proc/judge.h"

/*
 * How results are shown: one table, two implementations (text for people, JSON for
 * programs). A command says what there is; only src/out/ knows how it looks.
 */
struct view;

/* A car as `status` and `keys` show it. */
struct view_car {
	const char *name;		/* "r53"; NULL: unknown */
	const struct car_model *model;	/* NULL: only the platform is known, or nothing */
	const char *interface;
	nsec_t now;
};

struct view_ops {
	/* The receiver is armed. Text goes to stderr, so that stdout has events only. */
	void (*ready)(struct view *v, const struct view_car *car);
	void (*event)(struct view *v, const struct event *e);
	void (*frame)(struct view *v, const struct decoded *d);
	/* N frames were lost, or a bus reported an error: in a stream of frames. */
	void (*trouble)(struct view *v, const struct frame *f);
	void (*status)(struct view *v, const struct view_car *car, const struct car_state *s);
	void (*keys)(struct view *v, const struct view_car *car, const struct key_list *list);
	/* What is about to be judged, for a person: JSON says nothing. */
	void (*procedure)(struct view *v, const struct procedure *p);
	void (*step)(struct view *v, const struct judge_step *s);
	void (*result)(struct view *v, const struct judge_result *r);
	void (*catalog)(struct view *v, const struct car_model *car, const struct dbc *dbc);
};

struct view {
	const struct view_ops *ops;
	struct out *out;
	bool colour;
	bool show_vin;
	bool relative;		/* times count from the start (virtual clocks) */
	nsec_t start;
};

extern const struct view_ops view_text;
extern const struct view_ops view_json;

/* FD is a terminal that shows colours, and the user has not said NO_COLOR (no-color.org). */
bool view_wants_colour(int fd);

/* "rx" or "tx". */
const char *view_direction(const struct frame *f);
