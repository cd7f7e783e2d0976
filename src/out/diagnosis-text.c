/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "out/diagnosis.h"
#include "out/wrap.h"

#define TEXT_MAX 400

static void put_case(struct view *v, const struct diagnosis *d)
{
	char text[TEXT_MAX], built[24] = "";

	if (d->car.built)
		snprintf(built, sizeof(built), ", built %04u-%02u", d->car.built / 100,
			 d->car.built % 100);
	snprintf(text, sizeof(text), "%s%s, %s fob: %s", d->car.model->id, built,
		 fob_info(d->car.fob)->id, d->symptom->text);
	view_colour(v, VIEW_BOLD);
	out_wrap_to(v->out, 0, v->columns, text);
	view_colour(v, VIEW_PLAIN);
}

static void put_procedures(struct view *v, const struct diagnosis *d)
{
	char text[TEXT_MAX];

	out_puts(v->out, "\nProcedures:\n");
	if (!d->any_procedure) {
		out_puts(v->out, "  none: ");
		out_wrap_to(v->out, 8, v->columns, d->procedures[0].why_not);
		return;
	}
	for (size_t i = 0; i < d->n_procedures; i++) {
		const struct procedure *p = d->procedures[i].procedure;
		const char *why = d->procedures[i].why_not;

		snprintf(text, sizeof(text), "%s%s", why ? "no: " : "applies; ",
			 why ? why : grade_word(p->grade));
		out_printf(v->out, "  %-18s ", p->id);
		out_wrap_to(v->out, 21, v->columns, text);
	}
}

static void put_remedies(struct view *v, const struct diagnosis *d, enum remedy_kind kind,
			 const char *heading)
{
	unsigned int n = 0;

	for (size_t i = 0; i < d->n_remedies; i++) {
		const struct remedy *r = d->remedies[i].remedy;
		const struct procedure *p = d->remedies[i].procedure;
		char text[TEXT_MAX], see[64] = "";

		if (r->kind != kind)
			continue;
		if (p)
			snprintf(see, sizeof(see), " (minikey guide fob %s)", p->id);
		else if (r->see)
			snprintf(see, sizeof(see), " (minikey %s)", r->see);
		snprintf(text, sizeof(text), "%s%s%s [%s: %s]", p ? p->title : r->text,
			 see, p ? "." : "", p ? p->source : r->source,
			 grade_word(p ? p->grade : r->grade));
		if (n++ == 0)
			out_printf(v->out, "\n%s\n", heading);
		if (kind == REMEDY_TRY)
			out_printf(v->out, "%3u. ", n);
		else
			out_puts(v->out, "  -  ");
		out_wrap_to(v->out, 5, v->columns, text);
	}
}

void diagnosis_text(struct view *v, const struct diagnosis *d)
{
	size_t n;
	const struct document *documents_list = documents(&n);

	put_case(v, d);
	put_procedures(v, d);
	put_remedies(v, d, REMEDY_TRY, "Try, in this order:");
	if (!d->can_try)
		out_puts(v->out, "\nThere is nothing for the owner to try.\n");
	put_remedies(v, d, REMEDY_KNOW, "To know:");
	put_remedies(v, d, REMEDY_WORKSHOP, "When a workshop is needed:");
	out_puts(v->out, "\nSources:\n");
	for (size_t i = 0; i < n; i++)
		if (diagnosis_cites(d, &documents_list[i])) {
			out_printf(v->out, "  %-8s ", documents_list[i].id);
			out_wrap_to(v->out, 11, v->columns, documents_list[i].title);
		}
}
