/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "out/diagnosis.h"
#include "out/json.h"

static void put_procedures(struct json *j, const struct diagnosis *d)
{
	json_key(j, "procedures");
	json_open(j, '[');
	for (size_t i = 0; i < d->n_procedures; i++) {
		json_open(j, '{');
		json_member(j, "id", d->procedures[i].procedure->id);
		json_key(j, "applies");
		json_bool(j, !d->procedures[i].why_not);
		json_member(j, "reason", d->procedures[i].why_not);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void put_remedies(struct json *j, const struct diagnosis *d, enum remedy_kind kind,
			 const char *key)
{
	json_key(j, key);
	json_open(j, '[');
	for (size_t i = 0; i < d->n_remedies; i++) {
		const struct remedy *r = d->remedies[i].remedy;
		const struct procedure *p = d->remedies[i].procedure;
		char see[64];

		if (r->kind != kind)
			continue;
		if (p)
			snprintf(see, sizeof(see), "minikey guide fob %s", p->id);
		else if (r->see)
			snprintf(see, sizeof(see), "minikey %s", r->see);
		json_open(j, '{');
		json_member(j, "text", p ? p->title : r->text);
		json_member(j, "command", p || r->see ? see : NULL);
		json_member(j, "evidence", grade_word(p ? p->grade : r->grade));
		json_member(j, "source", p ? p->source : r->source);
		json_close(j, '}');
	}
	json_close(j, ']');
}

void diagnosis_json(struct view *v, const struct diagnosis *d)
{
	struct json j = { .out = v->out };
	char built[16];

	snprintf(built, sizeof(built), "%04u-%02u", d->car.built / 100,
		 d->car.built % 100);
	json_open(&j, '{');
	json_member(&j, "car", d->car.model->id);
	json_member(&j, "built", d->car.built ? built : NULL);
	json_member(&j, "fob", fob_info(d->car.fob)->id);
	json_member(&j, "symptom", d->symptom->id);
	json_key(&j, "can_try");
	json_bool(&j, d->can_try);
	put_procedures(&j, d);
	put_remedies(&j, d, REMEDY_TRY, "try");
	put_remedies(&j, d, REMEDY_KNOW, "know");
	put_remedies(&j, d, REMEDY_WORKSHOP, "workshop");
	json_close(&j, '}');
	json_end(&j);
}
