/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/clock.h"
#include "dbc/dbc.h"
#include "out/out.h"

/*
 * Signals over time as one SVG that needs nothing else: states as lanes with their words,
 * numbers as lines. Memory is bound: what comes too fast to be seen is thinned out, so
 * that of each part of the time the first, last, least and greatest value stay.
 */
#define PLOT_SERIES_MAX 32
#define PLOT_POINTS_MAX 4096	/* of one series; must be well over 4 * PLOT_CELLS */
#define PLOT_CELLS 512

struct plot_point {
	nsec_t t;
	uint64_t raw;
	double value;
};

struct plot_series {
	const struct dbc_signal *signal;
	size_t order;
	bool is_state;		/* words, or a bit; else a number */
	struct plot_point *points;	/* changes only, in time */
	size_t n, cap;
	nsec_t held;		/* until when the last point's value was heard */
};

struct plot {
	struct plot_series series[PLOT_SERIES_MAX];
	size_t n;
};

/* S is to be shown, also when it is never heard; by ORDER, from the top. -ENOSPC. */
_must_check_ int plot_expect(struct plot *p, const struct dbc_signal *s, size_t order);

/*
 * S was RAW at T, and is to be shown as plot_expect() says. Without a time, before the last one, or a number that has a word
 * ("invalid") or is no finite number, it is left out. -ENOSPC: more than PLOT_SERIES_MAX
 * signals; -ENOMEM.
 */
_must_check_ int plot_add(struct plot *p, const struct dbc_signal *s, size_t order, nsec_t t,
			   uint64_t raw);

/* Draw it. TITLE: any bytes. Times from 1973 on are shown as the time of day. */
void plot_svg(const struct plot *p, const char *title, struct out *o);

void plot_free(struct plot *p);
