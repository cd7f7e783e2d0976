/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "dbc/dbc.h"
#include "dbc/lex.h"

/* Faults are kept until the end of the text, because they are not found in its order. */
struct fault_list {
	struct fault *v;
	size_t n, cap;
};

/*
 * TEXT is a literal; in it '%' stands for TOK and '$' for WANT in quotes. -ENOMEM.
 */
_must_check_ int fault_list_add(struct fault_list *l, const struct token *tok,
				const char *text, char want);

/* The same for a doubt; '&' stands for OTHER, a name that outlives the list, or NULL. */
_must_check_ int fault_list_doubt(struct fault_list *l, const struct token *tok,
				  const char *text, const char *other);

/* Call FN for each, in the order of their places in TEXT. */
void fault_list_report(struct fault_list *l, const char *name, const char *text,
		       dbc_fault_fn fn, void *arg);

void fault_list_free(struct fault_list *l);
