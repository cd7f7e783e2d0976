/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/util.h"
#include "link/log-format.h"

/* Frames to the bytes of a log. Where they go is the caller's. */
struct log_writer {
	const struct log_format *format;
	const char *note;	/* a line for the head, or NULL; it must live as long */
	void *state;
	bool began;
};

#define LOG_WRITER_MAX (2 * LOG_PUT_MAX)

/* FORMAT has a put(). -ENOMEM. */
_must_check_ int log_writer_init(struct log_writer *w, const struct log_format *format,
				 const char *note);
void log_writer_free(struct log_writer *w);

/* The bytes of F, and the head before the first one. 0: it has no form in this format. */
size_t log_writer_put(struct log_writer *w, const struct frame *f, char *buf);

/*
 * What is at the end, and a head if there was no frame; then the next file may begin with
 * the same writer. BUF has room for LOG_WRITER_MAX each time.
 */
size_t log_writer_end(struct log_writer *w, char *buf);
