/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/clock.h"
#include "base/util.h"

/*
 * The bytes of a log: a file, a pipe or standard input, unpacked when they begin as gzip
 * or zstd do. Reading beats mapping here by a little, and a file that is cut short while
 * it is mapped would kill us.
 */
struct log_input;

/* "-" is standard input. A signal that CLK catches (may be NULL) ends a read. */
_must_check_ int log_input_open(const char *path, struct clock *clk, struct log_input **ret);

/*
 * Up to SIZE (> 0) bytes. 0: the end. -EAGAIN: nothing yet, ask again; -ECANCELED: a
 * signal; -EBADMSG: the packed data is damaged or cut short here, it ends here;
 * -EOPNOTSUPP: packed in a way this build cannot read; else what read() said.
 */
_must_check_ ssize_t log_input_read(struct log_input *in, void *buf, size_t size);

/* "gzip" or "zstd" when the log is packed, else NULL. Known after the first read. */
const char *log_input_packing(const struct log_input *in);

/* How many bytes of the file are read, packed as they are; its size, or 0 if unknown. */
void log_input_progress(const struct log_input *in, uint64_t *ret_done, uint64_t *ret_size);

/* FN is called with ARG when a read is about to wait; what it returns below 0 ends the read. */
void log_input_on_wait(struct log_input *in, int (*fn)(void *arg), void *arg);

/*
 * For a thread of its own that reads (link/log-ahead.h): FD (-1: none) ends its waits too,
 * with -ECANCELED. Signals then end them likewise, and are left to log_input_interrupted()
 * in the thread that owns the clock; as is the function above, which log_input_waits()
 * calls.
 */
void log_input_stop_fd(struct log_input *in, int fd);
_must_check_ int log_input_interrupted(struct log_input *in);
_must_check_ int log_input_waits(struct log_input *in);

void log_input_close(struct log_input *in);	/* NULL is fine */
DEFINE_CLEANUP(struct log_input *, log_input_close);
