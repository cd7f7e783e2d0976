/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sys/types.h>

#include "car/event-words.h"
#include "cli/cli.h"

#define EXEC_QUEUE_MAX 1024	/* events that wait while a command runs */
#define EXEC_VARS 6

/*
 * `--exec`: a shell command for each event, one at a time and in the events' order, while
 * the bus is listened to. Its environment holds the event (minikey-watch(1)); its input is
 * empty. It is a process group of its own, so that one signal ends all of it.
 */
struct exec {
	const struct cmd *cmd;
	char *command;			/* NULL: none; then nothing below does anything */
	struct clock *clk;
	bool show_vin;
	bool to_stderr;			/* what it prints; standard output is for JSON */
	int fd;				/* readable when a command may have ended; -1: not open */

	struct exec_job *jobs;		/* a ring */
	size_t first, n;
	unsigned int left_out;		/* events that found no room */
	pid_t pid;			/* of the command that runs; 0: none */
	char **env;			/* what was inherited, then vars */
	size_t n_inherited;
	char vars[EXEC_VARS][256];
};

/*
 * The first five members are set, and fd is -1. From now on a command's end ends waits of
 * the clock: call exec_step() then. -ENOMEM, or why there is no descriptor. Close it in any
 * case.
 */
_must_check_ int exec_open(struct exec *x);

/* Run the command for E, at once or when its turn comes. E need not live on. */
void exec_event(struct exec *x, const struct event *e);

/* Take note of a command that has ended, and start the next. Never waits. */
void exec_step(struct exec *x);

/* Until the last command has ended. 0; -ECANCELED after a signal. */
int exec_drain(struct exec *x);

/*
 * End what still runs, by the signal that the clock got, or SIGTERM, and say how many
 * events were left out.
 */
void exec_close(struct exec *x);
