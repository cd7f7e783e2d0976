/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "car/grade.h"
#include "car/poll.h"
#include "car/state.h"

#define KEYS_MAX 48	/* more than a car has slots of all kinds together */

/* A key the car knows. A fob's slot and a transponder's number are different numberings. */
struct key {
	int slot;
	const char *kind;	/* "fob", "transponder", "owner", "shared", "service-card" */
	/*
	 * "learned", "active", "enabled", "blocked"; "valid": the one that the car accepts now;
	 * "heard"; "unknown": the car keeps its battery's state and tells no more.
	 */
	const char *state;
	int in_lock;		/* 1, 0; -1: not known */
	const char *battery;	/* "ok", "low", "level-3" of 0 to 7; NULL: not known */
	nsec_t last_used;	/* when it was heard last; NSEC_NEVER: not while we listened */
	enum grade grade;
	const char *source;
	const struct dbc_message *message;	/* of FRAME, which told it; NULL: it was asked for */
	struct frame frame;
};

/* What the locks did last, and by whose order. */
struct lock_action {
	bool known;			/* something of it */
	const char *action, *cause;	/* "lock", "remote"; NULL: a code without a word */
	int key;			/* -1: none, or not known */
	enum grade grade;
	const char *source;
};

struct key_list {
	struct key keys[KEYS_MAX];
	size_t n;
	size_t current;		/* the current key's place + 1; 0: not known */
	struct lock_action last_action;
	bool asked;		/* not only heard */
	bool complete;		/* the car named all it knows */
};

/* Take the keys out of ANSWER, the answer to a key request. */
void keys_add_answer(struct key_list *list, const struct decoded *answer);

/* Add what was only heard, and when the others were heard last. */
void keys_add_heard(struct key_list *list, const struct car_state *s);

/*
 * Is there a request for keys that a real car of D may be sent: one that is not simulated? For
 * all cars' while the car is not known.
 */
bool keys_can_be_asked(const struct decoder *d);

/* Does M ask for keys (attribute KeyKind)? */
bool keys_is_request(const struct dbc *dbc, const struct dbc_message *m);

/*
 * Ask all about keys that the car's DBCs have: first for lists; where the car has none
 * that it may be asked for, for the current key, batteries, and the like. Errors as
 * poll_car(), then poll_result(); what was answered before stays in LIST.
 */
_must_check_ int keys_ask(struct key_list *list, struct poll *p);
