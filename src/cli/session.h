/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "address/address.h"
#include "car/ask.h"
#include "car/cable.h"
#include "car/decoder.h"
#include "car/gate.h"
#include "car/state.h"
#include "cli/backlog.h"
#include "cli/cli.h"
#include "cli/progress.h"
#include "out/out.h"
#include "out/view.h"

#define SESSION_FILTERS_MAX 256
#define SESSION_TOLD_MAX 24

enum session_flags {
	SESSION_ENDLESS = 1 << 0,	/* the command ends when told: a sim without script is live */
	SESSION_UNTIL_SETTLED = 1 << 1,	/* a script's end ends the bus */
	SESSION_BODY_ONLY = 1 << 2,	/* ask the kernel only for messages with canonical signals */
	SESSION_SCRIPTED = 1 << 3,	/* the command brings its own script: see script */
	SESSION_PLAYS = 1 << 4,		/* it plays a car on the bus */
	SESSION_LISTENS = 1 << 5,	/* it sends nothing, so its adapter need not acknowledge */
};

/* A command at work on a bus: everything it holds open. */
struct session {
	const struct cmd *cmd;
	const struct bus_args *args;
	const struct car_model *car;	/* NULL: unknown; decoder.platform may know more */
	struct address address;
	struct clock clk;
	struct link *link;
	struct decoder decoder;
	struct gate gate;
	struct cable cable;
	struct car_state state;
	struct tp *tp[DIAG_PROTOCOLS];	/* opened when the modules are first asked */
	struct ask_late late;
	struct view view;
	nsec_t start;
	unsigned int flags;		/* SESSION_* */
	const char *script;		/* SESSION_SCRIPTED: lines for the simulated car */
	char *script_text;		/* --sim-script's, owned */
	size_t script_len;
	char *chosen;			/* the interface found when none was named */

	struct link_filter filters[SESSION_FILTERS_MAX];	/* asked of the kernel */
	size_t n_filters;

	struct backlog backlog;
	int end;			/* the error that comes after what is in the backlog */
	const char *told[SESSION_TOLD_MAX];	/* the bus's errors that were explained */
	size_t n_told;
	struct progress *bar;		/* that may be on the terminal; NULL: none */
	bool away;			/* --reconnect: the link is gone, and is tried again */
	nsec_t away_since;

	struct out out;
};

/*
 * Everything but the link: address, car, clock, DBCs. Returns 0, or the exit status after
 * saying what is wrong. Close it in any case.
 */
_must_check_ int session_prepare(struct session *s, const struct cmd *cmd, struct bus_args *args,
				 const struct out_args *out, unsigned int flags);

/* Then the link, its gate and the output. As above. */
_must_check_ int session_connect(struct session *s, const struct out_args *out);

/* Both. */
_must_check_ int session_open(struct session *s, const struct cmd *cmd, struct bus_args *args,
			      const struct out_args *out, unsigned int flags);

/* Write the rest, close all. Returns STATUS, or the status of a failure of the output. */
int session_close(struct session *s, int status);

/*
 * The next frame: 1; 0 at DEADLINE; negative: session_fail() knows what it means. Output
 * goes out before it waits, and while the reader of the output is slow it still receives.
 */
_must_check_ int session_next(struct session *s, struct frame *ret, nsec_t deadline);

/*
 * As session_next(), decoded and heard by the state: *ret_n events in *ret_events
 * (STATE_EVENTS_MAX places). 0 also when the bus falls asleep, which is an event.
 */
_must_check_ int session_hear(struct session *s, struct frame *f, struct decoded *dec,
			      struct event *ret_events, size_t *ret_n, nsec_t deadline);

/*
 * As session_next(), and what the bus itself does, heard by the state: *ret_n events in
 * *ret_event, 0 or 1.
 */
_must_check_ int session_next_bus(struct session *s, struct frame *f, struct event *ret_event,
				  size_t *ret_n, nsec_t deadline);

/*
 * Hear until DEADLINE (NSEC_NEVER: the end of a script or log), or until ENOUGH (may be
 * NULL) says so. 0, or session_next()'s error.
 */
_must_check_ int session_listen(struct session *s, nsec_t deadline,
				bool (*enough)(const struct session *s));

/*
 * As link_filter(), also for a link that --reconnect opens again. More than
 * SESSION_FILTERS_MAX: nothing is filtered.
 */
_must_check_ int session_filter(struct session *s, const struct link_filter *f, size_t n);

/*
 * For asking the modules: hears what it gets meanwhile, waits --timeout, or 2 s, for an
 * answer to begin. Ends the filters.
 */
struct asker session_asker(struct session *s);

/* Say what the error R of the bus or the output is; returns the exit status. */
int session_fail(struct session *s, int r);

/* The car as views show it. */
struct view_car session_car(struct session *s);

/* --timeout, or what DEFAULT says. */
nsec_t session_timeout(const struct session *s, nsec_t default_timeout);
