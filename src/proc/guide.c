/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "proc/guide.h"

const struct topic *const guide_topics[] = { &topic_fob, &topic_open, &topic_digital_key,
					     NULL };

const struct topic *guide_find(const char *id)
{
	for (size_t i = 0; guide_topics[i]; i++)
		if (!strcmp(guide_topics[i]->id, id))
			return guide_topics[i];

	return NULL;
}

static void add(struct guide_page *page, const struct section *s)
{
	if (page->n == ARRAY_SIZE(page->sections))
		return;
	page->sections[page->n++] = s;
	page->way |= s->way;
}

/* ---- procedures ---- */

static void add_advice(struct section *s, struct advice *list, const struct advice *a)
{
	if (s->n < GUIDE_ADVICE_MAX)
		list[s->n++] = *a;
}

static void add_procedure(struct guide_page *page, const struct procedure *p)
{
	struct advice *list = page->advice[page->n_made];
	struct section *s = &page->made[page->n_made++];

	*s = (struct section){
		.id = p->id,
		.title = p->title,
		.for_cars = p->cars,
		.fobs = p->fobs,
		.grade = p->grade,
		.source = p->source,
		.advice = list,
		.way = true,
	};
	for (size_t i = 0; i < p->n_steps; i++)
		add_advice(s, list,
			   &(struct advice){ .kind = ADVICE_STEP,
					     .grade = p->grade,
					     .text = p->steps[i].text,
					     .source = p->source,
					     .limit = p->steps[i].limit,
					     .from = p->steps[i].from,
					     .to = p->steps[i].to,
					     .own = p->steps[i].own });
	for (size_t i = 0; i < p->n_notes; i++)
		add_advice(s, list,
			   &(struct advice){ .kind = p->notes[i].disputed
							     ? ADVICE_DISPUTED
							     : ADVICE_NOTE,
					     .grade = p->grade,
					     .text = p->notes[i].text,
					     .source = p->notes[i].source });
	add(page, s);
}

static void add_hints(struct guide_page *page)
{
	size_t n;
	const struct procedure_note *hints = procedure_hints(&n);

	page->hints = (struct section){
		.id = "hints",
		.title = "After a procedure that failed",
		.for_cars = "R50, R52, R53",
		.grade = GRADE_CLAIMED,
		.source = "000; 001; 002",
		.advice = page->hint_advice,
	};
	for (size_t i = 0; i < n; i++)
		add_advice(&page->hints, page->hint_advice,
			   &(struct advice){ .kind = ADVICE_HINT,
					     .grade = GRADE_CLAIMED,
					     .text = hints[i].text,
					     .source = hints[i].source });
	add(page, &page->hints);
}

/* A car that is not known may be one. */
static bool is_first_platform(const struct guide_page *page)
{
	const struct guide_car *car = &page->car;

	if (car->model)
		return !strcmp(car->model->platform->id, "r5x");

	return car->fob <= FOB_KIND_3_BUTTON;
}

/* How to tell which fob it is, of those it can be. */
static void add_fobs(struct guide_page *page)
{
	const struct guide_car *car = &page->car;
	enum fob_kind known = car->fob ? car->fob : fob_kind_of(car->model, car->built);
	struct section *s = &page->fobs;

	*s = (struct section){
		.id = "fobs",
		.title = known ? "The fob" : "Which fob it is decides",
		.for_cars = known ? fob_info(known)->cars : "every car",
		.grade = GRADE_CLAIMED,
		.source =
			known ? fob_info(known)->source : "001; 002; kbus.md 7; can.md 8",
		.advice = page->fob_advice,
	};
	for (enum fob_kind k = FOB_KIND_UNKNOWN + 1; k < N_FOB_KINDS; k++) {
		const struct fob_info *f = fob_info(k);
		char *text = page->fob_text[s->n];

		if (known ? k != known
			  : car->model && is_first_platform(page) &&
				    k > FOB_KIND_3_BUTTON)
			continue;
		snprintf(text, GUIDE_FOB_TEXT,
			 "%s (%s): %s. Battery: %s. What its owner can do: %s.", f->id,
			 f->cars, f->look, f->battery, f->owner);
		add_advice(s, page->fob_advice,
			   &(struct advice){ .kind = ADVICE_NOTE,
					     .grade = GRADE_CLAIMED,
					     .text = text,
					     .source = f->source });
	}
	add(page, s);
}

size_t guide_procedures(const struct guide_car *car, const struct procedure **ret)
{
	const struct procedure *list[PROCEDURES_MAX];
	const char *why;
	size_t n = procedure_choose(car->model, car->built, car->fob, list, &why), k = 0;

	for (size_t i = 0; i < n; i++)
		if (list[i]->fob_kinds == 1u << car->fob)
			ret[k++] = list[i];
	for (size_t i = 0; i < n; i++)
		if (list[i]->fob_kinds != 1u << car->fob)
			ret[k++] = list[i];

	return n;
}

static void add_procedures(struct guide_page *page, const struct procedure *only)
{
	const struct procedure *list[PROCEDURES_MAX] = { only };
	size_t n = only ? 1 : guide_procedures(&page->car, list);

	for (size_t i = 0; i < n; i++)
		add_procedure(page, list[i]);
	if (n && is_first_platform(page))
		add_hints(page);
}

/* ---- pages ---- */

void guide_page(struct guide_page *page, const struct guide_request *request)
{
	const struct topic *t = request->topic;
	const struct section *part = request->part ? request->part : t->sections;

	*page = (struct guide_page){ .topic = t, .car = request->car };
	if (request->part)
		page->part = request->part->id;
	if (request->procedure)
		page->part = request->procedure->id;
	if (t->procedures) {
		add_fobs(page);
		add_procedures(page, request->procedure);
	}
	for (size_t i = 0; i < t->n; i++) {
		const struct section *s = &t->sections[i];

		if (section_is_for(s, page->car.model, page->car.fob) && (!t->parts || s == part))
			add(page, s);
	}
	if (page->n == 0 && t->none)
		add(page, t->none);
}

bool guide_cites(const struct guide_page *page, const struct document *d)
{
	for (size_t i = 0; i < page->n; i++) {
		const struct section *s = page->sections[i];

		if (document_cited(d, s->source))
			return true;
		for (size_t k = 0; k < s->n; k++)
			if (advice_is_for(&s->advice[k], page->car.model) &&
			    document_cited(d, s->advice[k].source))
				return true;
	}

	return false;
}
