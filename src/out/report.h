/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "car/state.h"
#include "out/axis.h"
#include "out/out.h"
#include "proc/judge.h"

/*
 * A recorded attempt as one page, or one picture, that needs nothing else. Memory is
 * bound: of each lane the last changes are kept, and what is not is counted.
 */
#define REPORT_LANES_MAX 32
#define REPORT_CHANGES_MAX 1024	/* of one lane */
#define REPORT_STEPS_MAX 48

/* What one thing was over time: a datum, or the button of a fob. */
struct report_lane {
	enum datum datum;	/* N_DATA: a fob's button */
	int slot;
	unsigned int button;	/* FOB_* */
	struct report_change {
		nsec_t t;
		int value;	/* of a button: 1 down, 0 up */
	} changes[REPORT_CHANGES_MAX];
	size_t n;
};

struct report {
	const char *name;	/* of the recording: any bytes */
	const char *car;	/* NULL: unknown */
	unsigned long frames, lost;
	nsec_t first, last;	/* of the frames; NSEC_NEVER: there was none */
	struct report_lane lanes[REPORT_LANES_MAX];	/* in the order they are shown */
	size_t n_lanes;
	struct judge_step steps[REPORT_STEPS_MAX];
	size_t n_steps;
	unsigned long left_out;	/* changes and steps, for want of room */
	bool judged;		/* report_judged() was called */
	struct judge_result result;
	const struct procedure *procedure;	/* NULL: none was recognised */
	nsec_t from, to;	/* what is shown */
};

void report_init(struct report *r, const char *name);

/* In the order of their times. After report_judged(), what is past R->to is not taken in. */
void report_event(struct report *r, const struct event *e);
void report_step(struct report *r, const struct judge_step *s);

/* The judging is over. Settles what is shown: from, to. */
void report_judged(struct report *r, const struct judge_result *result);

/* All that was heard and judged: an HTML document (style and picture in it, no script). */
void report_html(const struct report *r, struct out *o);

/* The lanes and limits with the verdict above, as an SVG document. */
void report_svg(const struct report *r, struct out *o);

/* Two pictures, as each fits on a sheet of paper: what was heard; the steps. */
enum report_part { REPORT_LANES, REPORT_STEPS };

/*
 * For these two: PART as an element <svg>, which needs report_style. Returns how many
 * changes it left out, for want of room.
 */
unsigned long report_picture(const struct report *r, struct out *o, enum report_part part);
extern const char report_style[];

/* "✓", "✗" or "?", and the class that colours it: "ok", "bad", "open". */
const char *report_mark(enum verdict v, const char **ret_class);

/* "1.8 s", to the millisecond; "" for JUDGE_NO_TIME. */
const char *report_seconds(char buf[AXIS_LABEL_MAX], nsec_t t);
