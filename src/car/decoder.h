/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "car/check.h"
#include "car/model.h"
#include "dbc/dbc.h"
#include "link/candump.h"
#include "link/frame.h"

#define DECODER_SOURCES_MAX 12
#define DECODER_BUSES_MAX 16	/* of more buses in one log, the rest stay unrecognised */

/* One DBC in use, and what its messages need beside it. */
struct decoder_source {
	struct dbc *dbc;
	const struct platform *platform;	/* NULL: a user's file */
	bool diag;				/* has requests to modules and no frames of a bus */
	char *bus;				/* only frames of this bus; NULL: of all */
	struct check *checks;			/* one per message of the DBC */
};

/* Frames to messages, for one car or, as long as it is unknown, for all of them. */
struct decoder {
	struct decoder_source sources[DECODER_SOURCES_MAX];
	size_t n_sources;
	const struct platform *platform;	/* of the car; NULL until known or recognised */
	bool fixed;				/* known from the start, for all buses */
	struct decoder_bus {
		char name[CANDUMP_BUS_MAX + 1];
		const struct platform *platform;	/* NULL: not recognised */
	} buses[DECODER_BUSES_MAX];		/* a log may hold several */
	size_t n_buses;
	bool k_line;		/* the link is one: it reaches modules on buses of their own (DiagBus) */
	const char *variant[256];	/* by module: what its ident says it is (car/variant.h) */
};

/* A frame and what it says. MESSAGE is NULL when no DBC knows the id. */
struct decoded {
	const struct frame *frame;
	const struct dbc *dbc;
	const struct dbc_message *message;
	const struct platform *platform;	/* whose bus it is from; NULL: a user's file says it */
	unsigned int errors;		/* CHECK_BAD_* */
};

/*
 * Load what is built in for PLATFORM; for all platforms when it is NULL.
 * -ENOMEM; -ENOENT when the platform has no DBC.
 */
_must_check_ int decoder_init(struct decoder *d, const struct platform *platform);

/* Add a user's DBC, which the decoder then owns, for BUS (NULL: all). -ENOSPC, -ENOMEM. */
_must_check_ int decoder_add(struct decoder *d, struct dbc *dbc, const char *bus);

void decoder_free(struct decoder *d);

/*
 * Look F up and check it. The first frame that only one platform sends (a K-bus id that
 * its DBC has, unless a tester sends it; 0x12F, a protected 0x130) settles which car its bus is of, when no car was
 * given.
 */
void decoder_frame(struct decoder *d, const struct frame *f, struct decoded *ret);

/*
 * ANSWER, what a module answered to the request M of DBC (ask.h), as that message. It must
 * live as long as *ret. -EBADMSG: it fails the check that it carries (DBC attribute Check).
 */
_must_check_ int decoder_answer(const struct decoder *d, const struct dbc *dbc,
				const struct dbc_message *m, const struct frame *answer,
				struct decoded *ret);

/* The message called NAME and its DBC, or NULL. */
const struct dbc_message *decoder_find_name(const struct decoder *d, const char *name,
					    const struct dbc **ret_dbc);

/* The rule that protects M, a message of one of the decoder's DBCs. */
const struct check *decoder_check(const struct decoder *d, const struct dbc_message *m);

/*
 * Zero the bits of each Vin signal in F (DESIGN 6, privacy). Returns the signal, or NULL
 * when the message has none.
 */
const struct dbc_signal *decoded_mask_vin(const struct decoded *dec, struct frame *f);
