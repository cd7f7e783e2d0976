/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "car/keys.h"
#include "car/model.h"
#include "car/state.h"
#include "car/survey.h"
#include "out/out.h"
#include "proc/diagnose.h"
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
	/* What is going to be judged: the first of N in full, the others by name. */
	void (*procedure)(struct view *v, const struct procedure *const *p, size_t n);
	void (*step)(struct view *v, const struct judge_step *s);
	void (*result)(struct view *v, const struct judge_result *r);
	/* D is what decoder_init() makes for CAR. */
	void (*catalog)(struct view *v, const struct car_model *car, const struct decoder *d);
	void (*guide)(struct view *v, const struct guide_page *page);
	void (*diagnosis)(struct view *v, const struct diagnosis *d);
	/* What modules say they are (car/ident.h); the faults they have stored (car/fault.h). */
	void (*scan)(struct view *v, const struct view_car *car, const struct survey *sv);
	void (*faults)(struct view *v, const struct view_car *car, const struct survey *sv);
};

struct plans;

struct view {
	const struct view_ops *ops;
	struct out *out;
	bool colour;
	size_t columns;		/* of guide(): see wrap_columns() */
	bool show_vin;
	bool relative;		/* times count from the start (virtual clocks) */
	nsec_t start;
	const char *const *signals;	/* the only ones that frame() shows; NULL: all */
	size_t n_signals;

	/* Frames come fast: what was found out for the last ones. */
	struct plans *plans;	/* made when needed; view_done() */
	nsec_t second;
	char second_text[12];	/* "22:13:20."; "": none yet */
};

extern const struct view_ops view_text;
extern const struct view_ops view_json;

/* Free what the frames needed. */
void view_done(struct view *v);

/*
 * Find out now all that the frames of DBC will need: copies of V with outputs of their
 * own can then be used by several threads. -ENOMEM.
 */
_must_check_ int view_prepare(struct view *v, const struct dbc *dbc);

/* Does frame() show at least one signal of D? */
bool view_shows(struct view *v, const struct decoded *d);

/* ANSI, only where a person looks (DESIGN 5, NO_COLOR). */
#define VIEW_GREEN "32"
#define VIEW_RED "31"
#define VIEW_BOLD "1"
#define VIEW_DIM "2"
#define VIEW_PLAIN "0"

static inline void view_colour(struct view *v, const char *code)
{
	if (v->colour)
		out_printf(v->out, "\033[%sm", code);
}

/*
 * Frames as comma-separated values (RFC 4180, lines end with LF). With v->signals a row a
 * frame: t,bus,id,message and a column for each; else a row a value:
 * t,bus,id,message,signal,value. A value is its word, or the number without its unit.
 */
void view_csv_header(struct view *v);
void view_csv_frame(struct view *v, const struct decoded *d);

/* Likewise events: t,event,name,value,previous, in the words of JSON. */
void view_csv_event_header(struct view *v);
void view_csv_event(struct view *v, const struct event *e);

/* Where D is found in `status --json`: "locks", "doors.driver"; may be in BUF (40 will do). */
const char *view_status_key(enum datum d, char *buf, size_t size);

/* What S is, in words: "LOCK pressed three times". */
const char *view_step_text(const struct judge_step *s);

/* FD is a terminal that shows colours, and the user has not said NO_COLOR (no-color.org). */
bool view_wants_colour(int fd);

/* "rx" or "tx". */
const char *view_direction(const struct frame *f);
