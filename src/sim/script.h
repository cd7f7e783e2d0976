/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/util.h"
#include "sim/sim.h"

#define COMMAND_WORDS 6 /* of the longest verb */
#define COMMAND_TIME_MAX (1000000000 * NSEC_PER_SEC) /* 30 years: sums stay in range */

struct verb;

/* One line of the control language, understood. */
struct command {
	const struct verb *verb; /* NULL: an empty line */
	/* Of word I: the index of an alternative, a number, a time in ns, a byte. */
	int64_t value[COMMAND_WORDS];
	unsigned int column[COMMAND_WORDS];
};

/*
 * A kind of line. Its words: alternatives "a|b", a value "<fob>"; "..." takes the rest.
 */
struct verb {
	const char *pattern;
	/*
	 * Whether this car can do it at all; NULL: every one. 0, or -EINVAL and the
	 * fault.
	 */
	int (*check)(const struct sim *s, const struct command *c,
		     struct sim_fault *ret_fault);
	/* Do it, now. 0, or -EINVAL and the fault. */
	int (*run)(struct sim *s, const struct command *c, struct sim_fault *ret_fault);
};

/* Of enum ignition. */
extern const char *const sim_ignition_words[];

/* Says that THING of an `expect` is FOUND instead. Always -EINVAL. */
int sim_fail_expect(struct sim_fault *f, const struct command *c, const char *thing,
		    const char *found);

/* verb.c: the table, without a last row of NULL. */
extern const struct verb sim_verbs[];
extern const size_t sim_n_verbs;

enum command_when {
	COMMAND_PLAIN,
	COMMAND_AT,
	COMMAND_WAIT,
};

/* What precedes the verb. */
struct command_time {
	enum command_when when;
	nsec_t t;
};

/*
 * Understand LEN bytes of TEXT, a line without its newline, for the car S. -EINVAL and
 * column and text of *ret_fault.
 */
_must_check_ int sim_command_parse(const struct sim *s, const char *text, size_t len,
				   struct command_time *ret_time, struct command *ret,
				   struct sim_fault *ret_fault);

/* Fills column and text of F. Always -EINVAL. */
_printf_(3, 4) int sim_command_fail(struct sim_fault *f, unsigned int column,
				    const char *format, ...);
