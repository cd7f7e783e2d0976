/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "car/grade.h"

static const char *const words[] = {
	[GRADE_OBSERVED] = "observed",	   [GRADE_SIBLING] = "sibling",
	[GRADE_DOCUMENTED] = "documented", [GRADE_CLAIMED] = "claimed",
	[GRADE_SIMULATED] = "simulated",
};

const char *grade_word(enum grade g)
{
	return words[g];
}

enum grade grade_parse(const char *word)
{
	for (size_t i = 0; word && i < ARRAY_SIZE(words); i++)
		if (!strcmp(word, words[i]))
			return (enum grade)i;

	return GRADE_CLAIMED;
}

enum grade grade_of_message(const struct dbc *dbc, const struct dbc_message *m)
{
	return grade_parse(dbc_message_attr(dbc, m, "Evidence"));
}

enum grade grade_of_signal(const struct dbc *dbc, const struct dbc_signal *s)
{
	const char *own = dbc_signal_own_attr(dbc, s, "Evidence");

	return own ? grade_parse(own) : grade_of_message(dbc, s->message);
}

const char *source_of_message(const struct dbc *dbc, const struct dbc_message *m)
{
	const char *source = dbc_message_attr(dbc, m, "Source");

	return source ? source : "";
}

const char *source_of_signal(const struct dbc *dbc, const struct dbc_signal *s)
{
	const char *own = dbc_signal_own_attr(dbc, s, "Source");

	return own ? own : source_of_message(dbc, s->message);
}
