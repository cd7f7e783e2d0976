/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "car/poll.h"
#include "car/survey.h"
#include "cli/session.h"

/*
 * Make A and P ready to ask the car of S: its first frames, or else its answer to a first
 * request, tell which car it is and that it may be asked. 0; errors as session_listen() and
 * ask_may_poll().
 */
_must_check_ int asking_start(struct session *s, struct asker *a, struct poll *p);

/*
 * Hear whether a car's K-bus is awake: the gate lets nothing pass to one that is not. At once
 * for all other links. 0; errors as session_listen().
 */
_must_check_ int asking_awake(struct session *s);

/*
 * The K-bus has requests whose answers are messages of the bus: ask for those that WANTS says
 * (NULL: all), and let the state hear what comes. Who does not answer is not there. 0; errors
 * as gate_may_poll(), ask_plain().
 */
_must_check_ int asking_bus(struct session *s, struct asker *a,
			    bool (*wants)(const struct dbc_message *answer));

/*
 * Say why nothing came of asking, R of poll_car() or poll_result(); -EINVAL: NOTHING, as
 * no request is publicly known. Returns the exit status.
 */
int asking_failed(struct session *s, const struct poll *p, int r, const char *nothing);

/*
 * Ask what SV wants, with a bar on a terminal. A real car is asked with --poll only. 0: see
 * SV, at least one module is there; else the exit status after saying why.
 */
int asking_survey(struct session *s, struct survey *sv);

/*
 * What SV has of modules that were asked in vain, although others answered, is told on stderr:
 * by what means one was tried to be woken, and what to do where what came is no answer.
 */
void asking_tell_vain(const struct session *s, const struct survey *sv);

/* What could not be asked, although other things could, is told on stderr. */
void asking_tell(const struct session *s, const struct poll *p);

/* Likewise that some things are not asked of a real car; asking_tell() says it too. */
void asking_tell_left_out(const struct session *s, const struct poll *p);
