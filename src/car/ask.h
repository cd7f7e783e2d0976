/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "car/gate.h"

/* A bus with a car on it that may be asked. */
struct asker {
	struct link *link;
	struct gate *gate;
	/* What is heard while waiting, answers included. */
	void (*heard)(const struct frame *f, void *arg);
	void *arg;
	nsec_t timeout;			/* for one answer; pending answers start it anew */
	char why[GATE_WHY_MAX];		/* after -EPERM and -EREMOTEIO */
};

/*
 * Send the request that the DBC message M describes (DiagRequest, DiagEcu, DiagProtocol)
 * and wait for its answer: *ret_frame then has M's id and the answer's data.
 * -EINVAL: M describes none; -EPERM; -ETIMEDOUT; -EREMOTEIO: refused; -ECANCELED; the
 * link's errors.
 */
_must_check_ int ask_message(struct asker *a, const struct dbc *dbc, const struct dbc_message *m,
			     struct frame *ret_frame);

/*
 * Send the plain bus request M (attribute Answer names what comes back) and wait for that
 * message. Errors as above.
 */
_must_check_ int ask_plain(struct asker *a, const struct dbc *dbc, const struct dbc_message *m);

/*
 * Is M, a message of DBC, the tester's request for the state of ignition, key or body
 * (from the node DIA, with an Answer that carries it)?
 */
bool ask_is_for_state(const struct dbc *dbc, const struct dbc_message *m);
