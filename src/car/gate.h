/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "car/decoder.h"
#include "car/state.h"
#include "link/link.h"
#include "proto/diag.h"
#include "proto/tp.h"

/*
 * The safety gate (DESIGN 6). Whatever this program puts on a bus goes through gate_send()
 * or gate_request(), and both ask the one allow-list (car/allow.h). Reasons: kbus.md 3.4,
 * can.md 2.1.
 */
enum gate_class {
	GATE_CAR,	/* a car may be behind the link: reading requests only */
	GATE_BENCH,	/* the user said --bench: body and ignition frames of the DBC too */
	GATE_VIRTUAL,	/* no car can be behind it: anything */
};

struct gate {
	enum gate_class class;
	bool allow_unverified;		/* --allow-unverified: requests graded below documented */
	bool k_line;			/* the link is one: what is not DS2 there is KWP2000 */
	bool plays_modules;		/* `sim` on a bench: it answers as the modules do */
	const struct decoder *decoder;	/* whose DBC names frames and grades requests */
	const struct car_state *state;	/* what is known of the car; NULL: no rule about polling */
	struct clock *kbus_clock;	/* the link is a K-bus: it sleeps by silence; NULL: it is none */
	/*
	 * Called before the rule about polling: has STATE hear what a look at the link tells.
	 * Returns what to do where neither locks nor ignition are known; NULL: to switch it on.
	 */
	const char *(*look)(void *arg);
	void *look_arg;
	unsigned int looks;		/* requests for the terminal state, while it was not known */
	nsec_t last[256];		/* when a request was sent to that module */
};

#define GATE_WHY_MAX 160

/* No link yet, or not a virtual one: GATE_CAR unless BENCH. */
void gate_init(struct gate *g, enum gate_class class, bool allow_unverified,
	       const struct decoder *d);

/*
 * May F be sent? 0, or -EPERM and in WHY (GATE_WHY_MAX) which byte is not allowed and why.
 */
_must_check_ int gate_check(const struct gate *g, const struct frame *f, char *why);

/*
 * May a car in state S be polled? A locked one never: it sounds its alarm. Where its locks
 * cannot be heard, only while terminal R or higher is heard. A K-bus on which nothing was heard
 * for 60 s sleeps, and is left to. -EPERM and WHY.
 */
_must_check_ int gate_may_poll(const struct gate *g, const struct car_state *s, char *why);

/*
 * May the request REQ (N bytes) be sent to ECU? The car's protocol decides between KWP and
 * UDS, not what P claims, and a K-line has no UDS; while the car is unknown REQ must only read
 * on both. -EPERM, WHY.
 */
_must_check_ int gate_check_request(const struct gate *g, enum diag_protocol p, uint8_t ecu,
				    const uint8_t *req, size_t n, char *why);

/*
 * Does every request that the user's DBC files describe only read, on a car that speaks what
 * the file says? One that does not is a reason to ask nothing at all. -EPERM and WHY.
 */
_must_check_ int gate_check_files(const struct gate *g, char *why);

/*
 * Check the request, and whether the car may be polled now, and hand it to TP. Of a car of
 * which neither locks nor ignition are known, only the terminal state is read, at most
 * GATE_LOOKS_MAX times. -EPERM and WHY; -EAGAIN before gate_ready(); tp_send()'s errors.
 */
#define GATE_LOOKS_MAX 4	/* two platforms, and a repetition each */
_must_check_ int gate_request(struct gate *g, struct tp *tp, enum diag_protocol p, uint8_t ecu,
			      const uint8_t *req, size_t n, char *why);

/*
 * From when on ECU may be asked: requests to one module of a car are at least 100 ms apart,
 * repetitions too.
 */
nsec_t gate_ready(const struct gate *g, uint8_t ecu);

/*
 * Check F and hand it to L, a request not before gate_ready(): it waits for that. A car that
 * is locked or asleep is asked nothing. -EPERM and WHY as gate_check(); -ECANCELED; the link's
 * errors.
 */
_must_check_ int gate_send(struct gate *g, struct link *l, const struct frame *f, char *why);

/*
 * As gate_send(), for a frame that another program sent and a bridge carries on: it may be
 * one of many, so a request is sent only while the car may be polled, by what G's state heard.
 */
_must_check_ int gate_forward(struct gate *g, struct link *l, const struct frame *f, char *why);
