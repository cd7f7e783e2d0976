/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "car/grade.h"
#include "car/survey.h"

/* What a module says it is. "" where it does not say. */
struct ident {
	char part_number[24];
	char index[20];		/* diagnosis index: which kind of module, hexadecimal */
	const char *variant;	/* which build of it: "bc1rd"; NULL: none is known (car/variant.h) */
	char date[12];		/* made: "2007-10-08", or by calendar week "2004-W23" */
	enum grade grade;	/* of the layout */
	const char *source;
};

/* Is M the answer to "what are you"? It then has the signal Diagnosis_Index. */
bool ident_is_message(const struct dbc_message *m);

/* Read ITEM's answer by its message; an item without an answer says nothing. */
void ident_read(const struct survey_item *item, struct ident *ret);
