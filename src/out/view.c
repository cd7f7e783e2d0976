/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "dbc/codec.h"
#include "out/lines.h"
#include "out/view.h"

bool view_wants_colour(int fd)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(fd) && !(no_color && *no_color) && !(term && !strcmp(term, "dumb"));
}

const char *view_direction(const struct frame *f)
{
	return f->flags & FRAME_TX ? "tx" : "rx";
}

static const struct plan *find_plan(struct view *v, const struct dbc_message *m)
{
	if (!v->plans) {
		v->plans = calloc(1, sizeof(*v->plans));
		if (!v->plans)
			return NULL;
		v->plans->names = v->signals;
		v->plans->n_names = v->n_signals;
	}

	return plans_get(v->plans, m);
}

const struct plan *lines_plan(struct view *v, const struct decoded *d)
{
	const struct plan *plan = d->message ? find_plan(v, d->message) : NULL;

	if (d->message && !plan)
		v->out->error = -ENOMEM;

	return plan;
}

char *lines_put_id(char *p, const struct frame *f)
{
	static const char digits[] = "0123456789ABCDEF";

	for (int shift = f->flags & FRAME_EXT ? 28 : 8; shift >= 0; shift -= 4)
		*p++ = digits[f->id >> shift & 15];

	return p;
}

int view_prepare(struct view *v, const struct dbc *dbc)
{
	for (size_t i = 0; i < dbc->n_messages; i++)
		if (!find_plan(v, &dbc->messages[i]))
			return -ENOMEM;

	return 0;
}

bool view_shows(struct view *v, const struct decoded *d)
{
	const struct plan *plan = lines_plan(v, d);
	uint64_t raw;

	for (size_t i = 0; plan && i < plan->n_signals; i++)
		if (dbc_get_raw(plan->signals[i].signal, d->frame->data, d->frame->len, &raw))
			return true;

	return false;
}

void view_done(struct view *v)
{
	if (v->plans)
		plans_free(v->plans);
	free(v->plans);
	v->plans = NULL;
}
