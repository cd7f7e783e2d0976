/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sys/types.h>

#include "cli/cli.h"
#include "link/log-writer.h"
#include "out/out.h"

/*
 * Frames on their way into a file, or a row of files: FILE, then FILE with .1, .2, ...
 * before its ending.
 */
struct recording {
	const struct cmd *cmd;
	struct log_writer writer;
	struct out *out;
	const char *path;	/* NULL: standard output */
	uint64_t max_size;	/* bytes of one file; 0: no limit */
	nsec_t max_time;	/* from its first frame on; 0: no limit */
	unsigned int number;	/* of the file in its row */
	uint64_t size;		/* bytes of this file */
	nsec_t first;		/* time of its first frame; NSEC_NEVER: none yet */
	uint64_t frames;
	uint64_t left_out;	/* had no form in this format */
};

#define RECORDING_NOTE "minikey: the last seven characters of VINs are replaced by a dummy"

/* The format --format or --to names, or the ending of PATH; NULL after saying why. */
const struct log_format *recording_format(const struct cmd *cmd, const char *option,
					  const char *name, const char *path,
					  const struct log_format *otherwise);

/*
 * Open PATH (NULL or "-": standard output) for OUT, which is initialised here. Set the
 * limits afterwards. NOTE goes into the head if the format has a place for it. Returns 0,
 * or the exit status after saying what is wrong.
 */
_must_check_ int recording_open(struct recording *r, const struct cmd *cmd, struct out *out,
				const struct log_format *format, const char *path,
				const char *note);

/* Add F. 0, or the first error of the output. */
_must_check_ int recording_put(struct recording *r, const struct frame *f);

/* The file was moved away (logrotate): go on in a new one of the same name. As above. */
_must_check_ int recording_reopen(struct recording *r);

/*
 * Write what is left. Returns STATUS, or EXIT_OUTPUT after saying that it failed. Says
 * how many frames had no form.
 */
_must_check_ int recording_close(struct recording *r, int status);
