/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/clock.h"

#define RERUN_TEXT_MAX (64 * 1024)

/* What became of a command that was run again. */
struct rerun {
	char *text;		/* what it said on standard error; freed by the owner */
	size_t len;		/* at most RERUN_TEXT_MAX bytes of it */
	size_t left_out;	/* bytes that were more */
	bool stopped;		/* it took too long: it got SIGINT, and in the end SIGKILL */
	int status;		/* as wait() has it */
};

/*
 * Run this program with ARGV (of ARGC; argv[0] is overwritten) in a process of its own, its
 * input empty, its output thrown away, for at most SPAN of CLK, a real clock. Negative
 * errno; -ECANCELED when CLK caught a signal, which the process then got, too.
 */
_must_check_ int rerun(struct clock *clk, int argc, char **argv, nsec_t span, struct rerun *ret);
