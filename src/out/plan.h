/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "dbc/arena.h"
#include "dbc/dbc.h"

/*
 * What a message's lines are made of, prepared once: names, keys and words, quoted and
 * escaped, so that a frame costs copies and digits only.
 */

/* A text with OUT_BLOCK more readable bytes behind it: for out_put_block(). */
struct piece {
	const char *s;
	size_t len;
};

struct plan_word {
	struct piece json;		/* "Lock_State":"locked" */
	struct piece text;		/* locked */
};

#define PLAN_WORD_BITS 8

struct plan_signal {
	const struct dbc_signal *signal;
	struct piece json_key;		/* "Lock_State": */
	struct piece text_key;		/*  Lock_State= */
	struct piece unit;		/* as text shows it */
	const struct plan_word *words;	/* by raw & mask, where S is NULL without a word; or NULL */
	bool has_words;			/* NULL above, but dbc_word() may know some */
	bool is_vin;
	size_t column;			/* which of plans.names it is; 0 when all are shown */
};

struct plan {
	const struct dbc_message *message;
	struct piece json_name;		/* ,"message":"Body" */
	struct piece text_name;		/* Body */
	bool has_vin;			/* shown or not */
	size_t n_signals;
	struct plan_signal signals[];	/* those that are shown */
};

/* The plans of all messages met so far. Zeroed is valid and empty. */
struct plans {
	const char *const *names;	/* the signals to show; NULL: all */
	size_t n_names;
	struct arena arena;
	struct plan **slots;		/* open addressing, by the message's address */
	size_t mask, n;
};

/*
 * M's plan, made when it is asked for first. NULL: no memory. Threads may ask at once for
 * plans that are made already.
 */
const struct plan *plans_get(struct plans *p, const struct dbc_message *m);

void plans_free(struct plans *p);

/* Does NAME, "Lock_State" or "Body.Lock_State", mean S? */
bool plan_names_signal(const char *name, const struct dbc_signal *s);
