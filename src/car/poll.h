/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "car/ask.h"
#include "car/decoder.h"
#include "car/state.h"

/*
 * A car that is asked one thing after another, for as long as it may be: before each
 * request gate_may_poll() is asked, with what has been heard and answered until then.
 */
struct poll {
	struct asker *asker;
	const struct decoder *decoder;
	const struct car_state *state;
	unsigned int answered;		/* requests */
	/*
	 * Of the first request without an answer: as ask_message(), or -EBADMSG: an answer
	 * that fails its own check; and in words. 0: all were answered. One that only the
	 * simulator knows counts for less than any other.
	 */
	int failed;
	char why[GATE_WHY_MAX];
	bool failed_simulated;
	bool left_out;			/* what only the simulator knows, and no car is asked */
	bool silent[2][256];		/* modules that did not answer: DS2, others */
	uint8_t spoilt[256];		/* answers of a module, the last ones, that were none */
	bool identified[256];		/* modules that were asked for their build */
};

/* What a command wants to ask, and what it makes of the answers. */
struct poll_ops {
	/* Is M of DBC to be asked now? */
	bool (*wants)(const struct dbc *dbc, const struct dbc_message *m, void *arg);
	void (*told)(const struct decoded *answer, void *arg);
};

/*
 * Ask what OPS wants of the requests of the car's DBCs, in their order. A request without
 * an answer, or one that the gate refuses, is noted in P, and the next one is asked; a
 * module that is silent, or answers nothing that can be used, is asked no more. A request for one build of a module (car/variant.h)
 * is sent to no other.
 * 0; -EPERM and asker->why: the car may not be polled, or not any longer; -ECANCELED; the
 * link's errors.
 */
_must_check_ int poll_car(struct poll *p, const struct poll_ops *ops, void *arg);

/*
 * Ask what the state of the car wants to know, and let S, the poll's state, hear the
 * answers: of several ways to a datum the first that is answered. As poll_car().
 */
_must_check_ int poll_state(struct poll *p, struct car_state *s);

/*
 * What came of it all: 0: something was answered. Else why nothing was: P->failed, with
 * P->why; -EINVAL: there was nothing to ask.
 */
_must_check_ int poll_result(const struct poll *p);
