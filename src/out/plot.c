/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "dbc/arena.h"
#include "dbc/codec.h"
#include "out/plot.h"

/* One word alone in a table is an exception ("invalid"), and the rest are numbers. */
static bool is_state(const struct dbc_signal *s)
{
	return s->n_values > 1 || s->bits == 1;
}

static struct plot_series *find_series(struct plot *p, const struct dbc_signal *s, size_t order)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (p->series[i].signal == s)
			return &p->series[i];
	if (p->n == PLOT_SERIES_MAX)
		return NULL;
	for (i = p->n++; i > 0 && p->series[i - 1].order > order; i--)
		p->series[i] = p->series[i - 1];
	p->series[i] = (struct plot_series){ .signal = s, .order = order, .is_state = is_state(s) };

	return &p->series[i];
}

int plot_expect(struct plot *p, const struct dbc_signal *s, size_t order)
{
	return find_series(p, s, order) ? 0 : -ENOSPC;
}

/* The points FROM to END (not empty) lie in one cell: keep four at most, in their order. */
static size_t thin_cell(struct plot_point *points, size_t from, size_t end, size_t to)
{
	size_t keep[4] = { from, from, from, end - 1 };

	for (size_t i = from; i < end; i++) {
		if (points[i].value < points[keep[1]].value)
			keep[1] = i;
		if (points[i].value > points[keep[2]].value)
			keep[2] = i;
	}
	if (keep[1] > keep[2]) {
		size_t swapped = keep[1];

		keep[1] = keep[2];
		keep[2] = swapped;
	}
	for (size_t i = 0; i < ARRAY_SIZE(keep); i++)
		if (i == 0 || keep[i] != keep[i - 1])
			points[to++] = points[keep[i]];

	return to;
}

static void thin(struct plot_series *s)
{
	nsec_t first = s->points[0].t;
	nsec_t cell = (s->points[s->n - 1].t - first) / PLOT_CELLS + 1;
	size_t to = 0, end;

	for (size_t from = 0; from < s->n; from = end) {
		nsec_t in = (s->points[from].t - first) / cell;

		for (end = from + 1; end < s->n && (s->points[end].t - first) / cell == in;)
			end++;
		to = thin_cell(s->points, from, end, to);
	}
	s->n = to;
}

static int append(struct plot_series *s, nsec_t t, uint64_t raw, double value)
{
	struct plot_point *more;

	if (s->n == PLOT_POINTS_MAX)
		thin(s);
	more = array_grow(s->points, s->n, &s->cap, sizeof(*s->points));
	if (!more)
		return -ENOMEM;
	s->points = more;
	s->points[s->n++] = (struct plot_point){ t, raw, value };
	s->held = t;

	return 0;
}

int plot_add(struct plot *p, const struct dbc_signal *sig, size_t order, nsec_t t, uint64_t raw)
{
	struct plot_series *s = find_series(p, sig, order);
	double value = dbc_physical(sig, raw);
	const struct plot_point *last;
	int r = 0;

	if (!s)
		return -ENOSPC;
	if (t == NSEC_NEVER || (s->n && t < s->held))
		return 0;
	if (!s->is_state && (!isfinite(value) || dbc_word(sig, raw)))
		return 0;
	last = s->n ? &s->points[s->n - 1] : NULL;
	if (last && last->raw == raw) {
		s->held = t;
		return 0;
	}
	/* A line goes level to where the old value was heard last, not straight to the new. */
	if (last && !s->is_state && s->held > last->t)
		r = append(s, s->held, last->raw, last->value);

	return r < 0 ? r : append(s, t, raw, value);
}

void plot_free(struct plot *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->series[i].points);
	p->n = 0;
}
