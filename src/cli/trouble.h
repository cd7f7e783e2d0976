/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/session.h"

/* Why a bus does not work, said on stderr from what its controller tells. */

/* F, if it is an error frame: what it means, once for each kind of error. */
void trouble_tell(struct session *s, const struct frame *f);

/* What DEC says of the kind of car, when it is another one than its bus is taken for; once. */
void trouble_car(struct session *s, const struct decoded *dec);

/* The serial port of s->address could not be opened: R. Returns EXIT_LINK. */
int trouble_port(const struct session *s, int r);

/* A serial port of s->address behind a network could not be opened: R. Returns the exit status. */
int trouble_network(const struct session *s, int r);

/*
 * What an OBD adapter failed at, R of elm_link_open() or of its link; EXIT_LINK after saying
 * it, or 0: R says nothing about the adapter itself.
 */
int trouble_elm(const struct session *s, int r);

/* What an OBD adapter lost, if it did. */
void trouble_elm_noise(const struct session *s);

/* This program cannot listen on the port of s->address: R. As trouble_elm(). */
int trouble_listen(const struct session *s, int r);

/* No frames are heard on s->address: where they are. Returns EXIT_LINK. */
int trouble_unheard(const struct session *s);

/* Why nobody answers where there is nothing else to say, and what to do. */
const char *trouble_asleep(const struct session *s);

/* What to do when what a module sent is no answer. */
const char *trouble_again(const struct session *s);

/* A question could not be put on the wire of a cable: R. Returns EXIT_LINK. */
int trouble_kline(const struct session *s, int r);

/*
 * Likewise a socketcand, R of link_socketcand_client(), or of link_socketcand_server() when this
 * session plays the car; EXIT_USAGE where the address is wrong.
 */
int trouble_socketcand(const struct session *s, int r);

/* What comes over a K-bus wire is no K-bus: that, once, and what to do. */
void trouble_garbage(struct session *s);

/* What came over a serial wire that was no frame, or was lost otherwise, if anything was. */
void trouble_noise(const struct session *s);

/*
 * A frame could not be sent on a serial wire: R is -ENOLINK (no echo), -ECOMM (another one),
 * -EBUSY (never idle), -EINVAL (it is not one of its frames). Returns EXIT_LINK.
 */
int trouble_wire(struct session *s, int r);

/* F is longer than the link carries. Returns EXIT_LINK. */
int trouble_too_long(struct session *s, const struct frame *f);

/* The queue for sending is full. Returns the exit status. */
int trouble_queue(struct session *s);

/*
 * WHAT ("nothing was heard") on this bus: because of its controller's state, if that is not
 * as it should be, or what is wrong with a wire; else OTHERWISE. Returns EXIT_NO_ANSWER.
 */
int trouble_silence(struct session *s, const char *what, const char *otherwise);
