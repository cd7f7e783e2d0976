/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "car/ask.h"
#include "car/grade.h"
#include "car/state.h"

#define KEYS_MAX 48	/* more than a car has slots of all kinds together */

/* A key the car knows. A fob's slot and a transponder's number are different numberings. */
struct key {
	int slot;
	const char *kind;	/* "fob", "transponder" */
	const char *state;	/* "learned", "enabled", "blocked", "heard" */
	int in_lock;		/* 1, 0; -1: not known */
	const char *battery;	/* "ok", "low"; NULL: not known */
	nsec_t last_used;	/* when it was heard last; NSEC_NEVER: not while we listened */
	enum grade grade;
	const char *source;
};

struct key_list {
	struct key keys[KEYS_MAX];
	size_t n;
	bool complete;		/* the car named all it knows */
};

/* Take the keys out of ANSWER, the answer to the key request M. */
void keys_add_answer(struct key_list *list, const struct dbc *dbc, const struct dbc_message *m,
		     const struct frame *answer);

/* Add what was only heard, and when the others were heard last. */
void keys_add_heard(struct key_list *list, const struct car_state *s);

/* Does M ask for keys (attribute KeyKind)? */
bool keys_is_request(const struct dbc *dbc, const struct dbc_message *m);

/*
 * Ask everything about keys that PLATFORM's DBC has. Errors as ask_message(): the first
 * one ends it, what was answered before stays in LIST.
 */
_must_check_ int keys_ask(struct key_list *list, struct asker *a, const struct decoder *d);
