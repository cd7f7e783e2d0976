/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <argp.h>
#include <stdbool.h>

#include "base/clock.h"
#include "base/util.h"
#include "car/model.h"
#include "proc/procedure.h"

/* Exit statuses, the same everywhere: part of the interface, in minikey(1). */
enum {
	EXIT_YES = 0,
	EXIT_NO = 1,		/* done, the answer is no */
	EXIT_NO_ANSWER = 3,	/* nothing answered or was heard */
	EXIT_REFUSED = 4,	/* a module refused */
	EXIT_LINK = 5,		/* the link cannot be used */
	EXIT_NOT_FOR_CAR = 6,	/* does not apply, or nothing is publicly known */
	EXIT_GATE = 7,		/* the safety gate said no */
	EXIT_INPUT = 8,		/* an input file is missing, unreadable or has no valid line */
	EXIT_USAGE = 64,	/* sysexits' EX_USAGE */
	EXIT_OUTPUT = 74,	/* sysexits' EX_IOERR: output cannot be written */
	EXIT_SIGNAL = 128,	/* plus the signal */
};

/* One subcommand: one file, src/cli/cmd-NAME.c. */
struct cmd {
	const char *name;
	const char *summary;	/* one line of "minikey --help" */
	const struct argp *argp;
	int (*main)(const struct cmd *self, int argc, char **argv);
};

/* NULL-terminated. */
extern const struct cmd *const cmds[];

extern const struct cmd cmd_bridge;
extern const struct cmd cmd_bug_report;
extern const struct cmd cmd_catalog;
extern const struct cmd cmd_convert;
extern const struct cmd cmd_dbc;
extern const struct cmd cmd_decode;
extern const struct cmd cmd_diagnose;
extern const struct cmd cmd_faults;
extern const struct cmd cmd_guide;
extern const struct cmd cmd_keys;
extern const struct cmd cmd_links;
extern const struct cmd cmd_monitor;
extern const struct cmd cmd_program;
extern const struct cmd cmd_record;
extern const struct cmd cmd_replay;
extern const struct cmd cmd_report;
extern const struct cmd cmd_scan;
extern const struct cmd cmd_send;
extern const struct cmd cmd_sim;
extern const struct cmd cmd_status;
extern const struct cmd cmd_watch;

#define DBC_FILES_MAX 6

/* --car, --built: which car. */
struct car_args {
	const struct car_model *car;	/* NULL: not said */
	built_t built;			/* 0: not said */
};
extern const struct argp car_argp;

/* How a bus is reached, and what may be done on it. */
struct bus_args {
	struct car_args car;
	const char *interface;		/* NULL: not said */
	const char *sim_script;
	bool real_time, reconnect, bench, allow_unverified, poll;
	nsec_t timeout;			/* NSEC_NEVER: not said */
};
extern const struct argp bus_argp;
extern const struct argp link_argp;	/* less: no --interface, --timeout, --poll */

/* --json, --show-vin, --dbc: what comes out, and how frames are understood. */
struct out_args {
	bool json;
	bool show_vin;
	const char *dbc[DBC_FILES_MAX];
	size_t n_dbc;
	bool strict_dbc;	/* a bad line in one of them is an error */
};
extern const struct argp out_argp;

/*
 * The environment's defaults, for what was not said: MINIKEY_INTERFACE, MINIKEY_CAR.
 * -EINVAL when MINIKEY_CAR is no car.
 */
_must_check_ int bus_args_defaults(struct bus_args *a);
_must_check_ int car_args_defaults(struct car_args *a);

/*
 * First thing of every parser, at its ARGP_KEY_INIT: argp's own "Try ..." lines go nowhere,
 * so that a usage error is one line. ARGP_KEY_ARG that a command does not take: args_too_much().
 */
void args_init(struct argp_state *state);
_printf_(2, 3) __attribute__((noreturn)) void args_error(const struct argp_state *state,
							 const char *fmt, ...);
error_t args_too_much(const struct argp_state *state, const char *arg);

/* Parse ARG as a duration for option NAME, or end with a usage error. */
nsec_t args_duration(const struct argp_state *state, const char *name, const char *arg);
/* "2005-06". False: that is no month; *ret is untouched. */
bool args_parse_built(const char *arg, built_t *ret);
/* ARG of --fob, or end with a usage error. */
enum fob_kind args_fob(const struct argp_state *state, const char *arg);
/* ARG of --procedure, likewise. */
const struct procedure *args_procedure(const struct argp_state *state, const char *arg);
/* End with a usage error when no such car ever had a fob of KIND. */
void args_fob_of(const struct argp_state *state, const struct car_args *a, enum fob_kind kind);
/* Likewise a whole number from MIN to MAX. */
unsigned int args_number(const struct argp_state *state, const char *name, const char *arg,
			 unsigned int min, unsigned int max);

int cli_main(int argc, char **argv);

/* "minikey CMD: ..." on stderr, one line. */
_printf_(2, 3) void cli_say(const struct cmd *c, const char *fmt, ...);

/* As cli_say(); returns STATUS. */
_printf_(3, 4) int cli_fail(const struct cmd *c, int status, const char *fmt, ...);

/* Hidden --complete WHAT [CAR]: words for the shells' completions, one per line. */
int complete_print(const char *what, const char *car);
