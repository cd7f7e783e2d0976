/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/util.h"
#include "link/frame.h"
#include "link/link.h"
#include "link/log-format.h"

/*
 * A log on disk or from a pipe, in any format, packed or not. What it is shows in its
 * content. Data bytes come as they are written.
 */

struct logfile;

/* A line or record that is no frame. Valid only during the call. */
struct logfile_fault {
	const char *name;	/* the path, or "-" */
	uint64_t line;		/* from 1 */
	size_t column;		/* from 1; 0: LINE counts the records of a binary log */
	const char *text;	/* the line itself: LEN bytes, any bytes; NULL for a record */
	size_t len;
	const char *reason;	/* "no frame", "line too long", "too many bus names", ... */
};

typedef void (*logfile_fault_fn)(const struct logfile_fault *fault, void *arg);

struct logfile_counts {
	uint64_t lines;		/* all of them, comments and empty ones too; or records */
	uint64_t frames;
	uint64_t bad;
};

#define LOGFILE_LINE_MAX (1u << 20)	/* bytes; a longer line is a bad one */
#define LOGFILE_BUS_MAX 256	/* different bus names in one file */

/*
 * Open PATH, which is in one of FORMATS (NULL-terminated; the first is what a line is
 * taken for that none of them knows). "-" is standard input. Bad lines and records go to
 * FN (may be NULL), are counted and skipped. Empty lines and those that begin with '#' or
 * ';' are comments. A signal that CLK catches (may be NULL) ends a read. Negative errno;
 * -EISDIR for a directory.
 */
_must_check_ int logfile_open_formats(const char *path, const struct log_format *const *formats,
				      struct clock *clk, logfile_fault_fn fn, void *arg,
				      struct logfile **ret_logfile);

/* The same with the formats of this room. */
_must_check_ int logfile_open(const char *path, struct clock *clk, logfile_fault_fn fn,
			      void *arg, struct logfile **ret_logfile);

/*
 * 1 and a frame, whose bus lives as long as the logfile; 0 at the end; -ECANCELED after a
 * signal; -ENOPKG: it is packed, and this build cannot unpack that; else what read() said.
 */
_must_check_ int logfile_next(struct logfile *lf, struct frame *ret_frame);

/*
 * FN is called with ARG when logfile_next() is about to wait for more: show what there is.
 * What it returns below 0 ends logfile_next().
 */
void logfile_on_wait(struct logfile *lf, int (*fn)(void *arg), void *arg);

/* Read and unpack in a thread of its own from now on. -ENOMEM, -EAGAIN: there is none. */
_must_check_ int logfile_read_ahead(struct logfile *lf);

/* Whole lines are waiting: logfile_next() will not read yet. Flush output when false. */
bool logfile_pending(struct logfile *lf);

const struct logfile_counts *logfile_counts(const struct logfile *lf);

/* What the log is; NULL as long as that is unknown. */
const struct log_format *logfile_format(const struct logfile *lf);

/* How many bytes of the file are read, packed as they are; its size, or 0 if unknown. */
void logfile_progress(const struct logfile *lf, uint64_t *ret_done, uint64_t *ret_size);

void logfile_close(struct logfile *lf);	/* NULL is fine */
DEFINE_CLEANUP(struct logfile *, logfile_close);

/*
 * A log as a bus that only listens, in its own time: CLK (virtual) starts at the first
 * frame and moves on to each frame's time, never backwards. Frames keep their own buses
 * and times. The link owns LF, also when this fails; NAME is what it is called after
 * "log:". -ENOMEM, -EINVAL when CLK is not virtual, the errors of logfile_next().
 */
_must_check_ int link_log_from(struct logfile *lf, const char *name, struct clock *clk,
			       struct link **ret_link);

/* Frames are at hand: link_recv() will not read yet. Flush output when false. */
bool link_log_pending(struct link *l);

/* L is from link_log_from(). */
const struct logfile_counts *link_log_counts(struct link *l);
