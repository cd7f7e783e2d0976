/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "car/decoder.h"
#include "car/grade.h"

/*
 * Builds of a module that are asked in different ways, such as the BC1 and the BC1RD of the
 * first cars. Which one it is, its ident says: the word of the value Diagnosis_Index.
 */
struct variant {
	const char *word;	/* "bc1rd" */
	const char *name;	/* "BC1RD" */
	const char *cars;	/* which cars have it, as a text */
	enum grade grade;	/* of that */
	const char *source;
};

/* NULL: nothing is known of WORD but that there is such a thing, or WORD is NULL. */
const struct variant *variant_find(const char *word);

/* Does a CAR (NULL: unknown) built at BUILT (year * 100 + month, 0: unknown) not have V? */
bool variant_contradicts(const struct variant *v, const struct car_model *car,
			 unsigned int built);

/* The build that ANSWER, by ident message M, names; NULL: none. It lives as long as the DBC. */
const char *variant_word(const struct dbc_message *m, const uint8_t *answer, size_t n);

/* DEC is what a module answered: if it is its ident, D knows its build from now on. */
void variant_hear(struct decoder *d, const struct decoded *dec);

/* The build of its module that the message M of DBC is for (attribute Variant); NULL: of any. */
const char *variant_wanted(const struct dbc *dbc, const struct dbc_message *m);
