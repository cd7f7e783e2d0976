/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "car/state.h"

/* "lock=locked", "door.driver=open", "fob.0=lock": what --until waits for. */
struct condition {
	enum event_kind kind;
	char name[24];		/* "" when none was given */
	int slot;		/* of a fob; -1: any */
	const char *value;	/* points into the text parsed */
};

/* Event kinds as bits, for --only. */
typedef unsigned int event_set;
#define EVENTS_ALL ((1u << N_EVENTS) - 1)

/* -EINVAL and *reterr_why: no such event, name or value. */
_must_check_ int condition_parse(const char *text, struct condition *ret, const char **reterr_why);

/* Is it true of the state S? Never for fobs, lost and error, which only happen. */
bool condition_holds(const struct condition *c, const struct car_state *s);

/* Is E what it waits for? */
bool condition_met(const struct condition *c, const struct event *e);

/* "lock,door": -EINVAL on an unknown word. */
_must_check_ int events_parse(const char *text, event_set *ret);
