/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "proc/topic.h"

const struct section *topic_part(const struct topic *t, const char *id)
{
	for (size_t i = 0; t->parts && i < t->n; i++)
		if (!strcmp(t->sections[i].id, id))
			return &t->sections[i];

	return NULL;
}

bool id_listed(const char *ids, const char *id)
{
	size_t len = strlen(id);

	if (!ids)
		return true;
	for (const char *at = ids; (at = strstr(at, id)); at += len)
		if ((at == ids || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
			return true;

	return false;
}

/* Is CAR, or an unknown one, among CARS? */
static bool listed(const char *cars, const struct car_model *car)
{
	return !car || id_listed(cars, car->id);
}

bool section_is_for(const struct section *s, const struct car_model *car,
		    enum fob_kind kind)
{
	return listed(s->cars, car) &&
	       (!kind || !s->fob_kinds || s->fob_kinds & 1u << kind);
}

bool advice_is_for(const struct advice *a, const struct car_model *car)
{
	return listed(a->only, car);
}
