/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/clock.h"
#include "cli/cli.h"

#define CONTROL_LINE_MAX 4096

/* Lines of one source, as they come in. */
struct control_source {
	int fd;			/* -1: closed */
	size_t len;
	char buf[CONTROL_LINE_MAX];
};

/* Where `sim` takes its control lines from: the standard input, and a Unix socket. */
struct control {
	const struct cmd *cmd;
	struct clock *clk;
	const char *path;	/* of the socket, which is ours; NULL: none */
	int listener;		/* -1: none */
	struct control_source input;
	struct control_source client;	/* one at a time; it is answered "ok" or "error: ..." */
};

/*
 * Do LINE. 0; or an exit status, with the reason in WHY. Comments and empty lines come too.
 */
typedef int (*control_fn)(const char *line, char *why, size_t size, void *arg);

/* Begin, with a socket at PATH unless NULL. Negative errno; close it in any case. */
_must_check_ int control_open(struct control *c, const struct cmd *cmd, struct clock *clk,
			      const char *path);

/*
 * Do the lines that are there. A line of a script or a pipe that fails ends with its
 * status; on a terminal, and on the socket, it is only told. 0: go on.
 */
_must_check_ int control_serve(struct control *c, control_fn fn, void *arg);

void control_close(struct control *c);
