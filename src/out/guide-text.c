/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "base/num.h"
#include "out/guide.h"
#include "out/wrap.h"

#define TEXT_MAX 640

/* TEXT and, where they are not the section's, limit, source and grade. */
static void put_advice(struct view *v, const struct advice *a, const struct section *s)
{
	char text[TEXT_MAX], seconds[32];
	size_t len;

	num_put_seconds(seconds, sizeof(seconds), a->limit);
	len = (size_t)snprintf(text, sizeof(text), "%s", a->text);
	if (a->limit)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
					" (Within %s s%s: from %s to %s.)", seconds,
					a->own ? ", our own choice" : "", a->from, a->to);
	if (strcmp(a->source, s->source) || a->grade != s->grade)
		snprintf(text + len, sizeof(text) - len, " [%s%s%s]", a->source,
			 a->grade == s->grade ? "" : ": ",
			 a->grade == s->grade ? "" : grade_word(a->grade));
	out_wrap_to(v->out, 5, v->columns, text);
}

static void put_steps(struct view *v, const struct section *s,
		      const struct car_model *car)
{
	unsigned int n = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (s->advice[i].kind != ADVICE_STEP ||
		    !advice_is_for(&s->advice[i], car))
			continue;
		out_printf(v->out, "%s%3u. ", n ? "" : "\n", n + 1);
		put_advice(v, &s->advice[i], s);
		n++;
	}
}

/* Those of KIND, below HEADING when there are some. */
static void put_kind(struct view *v, const struct section *s, const struct car_model *car,
		     enum advice_kind kind, const char *heading)
{
	bool begun = false;

	for (size_t i = 0; i < s->n; i++) {
		if (s->advice[i].kind != kind || !advice_is_for(&s->advice[i], car))
			continue;
		if (!begun)
			out_printf(v->out, "\n%s\n", heading);
		begun = true;
		out_puts(v->out, "  -  ");
		put_advice(v, &s->advice[i], s);
	}
}

static void put_section(struct view *v, const struct guide_page *page,
			const struct section *s)
{
	const struct car_model *car = page->car.model;
	char text[TEXT_MAX];

	snprintf(text, sizeof(text), "%s%s%s",
		 page->topic->parts ? page->topic->title : "",
		 page->topic->parts ? ": " : "", s->title);
	view_colour(v, VIEW_BOLD);
	out_wrap_to(v->out, 0, v->columns, text);
	view_colour(v, VIEW_PLAIN);
	view_colour(v, VIEW_DIM);
	snprintf(text, sizeof(text), "For %s%s%s. Grade: %s [%s].", s->for_cars,
		 s->fobs ? "; fob: " : "", s->fobs ? s->fobs : "", grade_word(s->grade),
		 s->source);
	out_wrap_to(v->out, 0, v->columns, text);
	view_colour(v, VIEW_PLAIN);
	put_steps(v, s, car);
	put_kind(v, s, car, ADVICE_NOTE, "To know:");
	put_kind(v, s, car, ADVICE_DISPUTED, "Where sources differ or do not say:");
	put_kind(v, s, car, ADVICE_HINT, "When it does not work:");
	out_putc(v->out, '\n');
}

static void put_parts(struct view *v, const struct topic *t)
{
	out_printf(v->out, "Its parts (minikey guide %s PART):\n", t->id);
	for (size_t i = 1; i < t->n; i++)
		out_printf(v->out, "  %-16s %s\n", t->sections[i].id,
			   t->sections[i].title);
	out_putc(v->out, '\n');
}

void guide_text(struct view *v, const struct guide_page *page)
{
	size_t n;
	const struct document *d = documents(&n);

	for (size_t i = 0; i < page->n; i++)
		put_section(v, page, page->sections[i]);
	if (page->topic->parts && !page->part && page->way)
		put_parts(v, page->topic);
	out_puts(v->out, "Sources:\n");
	for (size_t i = 0; i < n; i++)
		if (guide_cites(page, &d[i])) {
			out_printf(v->out, "  %-8s ", d[i].id);
			out_wrap_to(v->out, 11, v->columns, d[i].title);
		}
}
