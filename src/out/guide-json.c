/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "out/guide.h"
#include "out/json.h"

static void put_advice(struct json *j, const struct advice *a)
{
	json_open(j, '{');
	json_member(j, "text", a->text);
	if (a->limit) {
		json_key(j, "limit_s");
		json_seconds(j, a->limit);
		json_member(j, "from", a->from);
		json_member(j, "to", a->to);
		json_key(j, "own_choice");
		json_bool(j, a->own);
	}
	json_member(j, "evidence", grade_word(a->grade));
	json_member(j, "source", a->source);
	json_close(j, '}');
}

static void put_kind(struct json *j, const char *key, const struct section *s,
		     const struct car_model *car, enum advice_kind kind)
{
	json_key(j, key);
	json_open(j, '[');
	for (size_t i = 0; i < s->n; i++)
		if (s->advice[i].kind == kind && advice_is_for(&s->advice[i], car))
			put_advice(j, &s->advice[i]);
	json_close(j, ']');
}

static void put_section(struct json *j, const struct section *s,
			const struct car_model *car)
{
	json_open(j, '{');
	json_member(j, "id", s->id);
	json_member(j, "title", s->title);
	json_member(j, "cars", s->for_cars);
	if (s->fobs)
		json_member(j, "fobs", s->fobs);
	json_key(j, "way");
	json_bool(j, s->way);
	json_member(j, "evidence", grade_word(s->grade));
	json_member(j, "source", s->source);
	put_kind(j, "steps", s, car, ADVICE_STEP);
	put_kind(j, "notes", s, car, ADVICE_NOTE);
	put_kind(j, "disputed", s, car, ADVICE_DISPUTED);
	put_kind(j, "hints", s, car, ADVICE_HINT);
	json_close(j, '}');
}

static void put_documents(struct json *j, const struct guide_page *page)
{
	size_t n;
	const struct document *d = documents(&n);

	json_key(j, "documents");
	json_open(j, '[');
	for (size_t i = 0; i < n; i++)
		if (guide_cites(page, &d[i])) {
			json_open(j, '{');
			json_member(j, "id", d[i].id);
			json_member(j, "title", d[i].title);
			json_close(j, '}');
		}
	json_close(j, ']');
}

static void put_built(struct json *j, built_t built)
{
	char text[16];

	snprintf(text, sizeof(text), "%04u-%02u", built / 100, built % 100);
	json_member(j, "built", built ? text : NULL);
}

void guide_json(struct view *v, const struct guide_page *page)
{
	struct json j = { .out = v->out };
	const struct topic *t = page->topic;

	json_open(&j, '{');
	json_member(&j, "topic", t->id);
	json_member(&j, "part", page->part);
	json_member(&j, "title", t->title);
	json_member(&j, "car", page->car.model ? page->car.model->id : NULL);
	put_built(&j, page->car.built);
	json_member(&j, "fob", page->car.fob ? fob_info(page->car.fob)->id : NULL);
	json_key(&j, "way");
	json_bool(&j, page->way);
	json_key(&j, "sections");
	json_open(&j, '[');
	for (size_t i = 0; i < page->n; i++)
		put_section(&j, page->sections[i], page->car.model);
	json_close(&j, ']');
	json_key(&j, "parts");
	json_open(&j, '[');
	for (size_t i = 1; t->parts && i < t->n; i++)
		json_string(&j, t->sections[i].id);
	for (size_t i = 0; t->procedures && procedures[i]; i++)
		json_string(&j, procedures[i]->id);
	json_close(&j, ']');
	put_documents(&j, page);
	json_close(&j, '}');
	json_end(&j);
}
