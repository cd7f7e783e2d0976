/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "dbc/dbc.h"

/* How we know a datum (DESIGN 1.3), best first. The DBC attribute "Evidence". */
enum grade {
	GRADE_OBSERVED,		/* on a MINI of that platform */
	GRADE_SIBLING,		/* on another BMW */
	GRADE_DOCUMENTED,
	GRADE_CLAIMED,		/* one claim, or inferred */
	GRADE_SIMULATED,	/* only our simulator speaks it */
};

const char *grade_word(enum grade g);

/* GRADE_CLAIMED when WORD is none of the five, or NULL. */
enum grade grade_parse(const char *word);

/* A file that grades nothing is one claim. */
enum grade grade_of_message(const struct dbc *dbc, const struct dbc_message *m);

/* The signal's own grade, else its message's. */
enum grade grade_of_signal(const struct dbc *dbc, const struct dbc_signal *s);

/* The attribute "Source" of the signal, else of its message; "" without either. */
const char *source_of_message(const struct dbc *dbc, const struct dbc_message *m);
const char *source_of_signal(const struct dbc *dbc, const struct dbc_signal *s);
