/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/hex.h"
#include "car/variant.h"
#include "dbc/codec.h"

#define BREAK 200407	/* kbus.md 3.2: the rule of BMW's own that fits it */

static const struct variant variants[] = {
	{ "bc1", "BC1", "R50 and R53 built before 2004-07", GRADE_CLAIMED, "kbus.md 3.2, 7.2" },
	{ "bc1rd", "BC1RD", "R50 and R53 built from 2004-07, and every R52", GRADE_CLAIMED,
	  "kbus.md 3.2, 7.2" },
	{ "zke3", "ZKE3", "no MINI, but other BMW", GRADE_DOCUMENTED, "kbus.md 3.2: SGB" },
	{ "zke4", "ZKE4", "no MINI, but other BMW", GRADE_DOCUMENTED, "kbus.md 3.2: SGB" },
	{ "zke5", "ZKE5", "no MINI, but other BMW", GRADE_DOCUMENTED, "kbus.md 3.2: SGB" },
	{ "zke5-s12", "ZKE5_S12", "no MINI, but other BMW", GRADE_DOCUMENTED, "kbus.md 3.2: SGB" },
};

const struct variant *variant_find(const char *word)
{
	for (size_t i = 0; word && i < ARRAY_SIZE(variants); i++)
		if (!strcmp(variants[i].word, word))
			return &variants[i];

	return NULL;
}

bool variant_contradicts(const struct variant *v, const struct car_model *car,
			 unsigned int built)
{
	bool r52 = car && !strcmp(car->id, "r52");

	if (!strcmp(v->word, "bc1"))
		return r52 || built >= BREAK;
	if (!strcmp(v->word, "bc1rd"))
		return built && built < BREAK && car && !r52;

	return true;
}

static const struct dbc_signal *index_of(const struct dbc_message *m)
{
	return dbc_find_signal(m, "Diagnosis_Index");
}

const char *variant_word(const struct dbc_message *m, const uint8_t *answer, size_t n)
{
	const struct dbc_signal *s = index_of(m);
	uint64_t raw;

	return s && dbc_get_raw(s, answer, n, &raw) ? dbc_word(s, raw) : NULL;
}

void variant_hear(struct decoder *d, const struct decoded *dec)
{
	const char *hex = dbc_message_attr(dec->dbc, dec->message, "DiagEcu");
	uint8_t ecu;

	if (!index_of(dec->message) || !hex || hex_parse(hex, strlen(hex), &ecu, 1) != 1)
		return;
	d->variant[ecu] = variant_word(dec->message, dec->frame->data, dec->frame->len);
}

const char *variant_wanted(const struct dbc *dbc, const struct dbc_message *m)
{
	const char *word = dbc_message_attr(dbc, m, "Variant");

	return word && *word ? word : NULL;
}
