/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "link/log-input.h"

/* A thread that reads and unpacks a log while its bytes are made use of. */
struct log_ahead;

/* IN, which must outlive it, is the thread's from now on. -ENOMEM, -EAGAIN: no thread. */
_must_check_ int log_ahead_new(struct log_input *in, struct log_ahead **ret);

/* As log_input_read(), in the same order; SIZE at least LOG_AHEAD_BLOCK. */
_must_check_ ssize_t log_ahead_read(struct log_ahead *a, void *buf, size_t size);

/* As log_input_progress(), of what was handed on. */
void log_ahead_progress(const struct log_ahead *a, uint64_t *ret_done, uint64_t *ret_size);

void log_ahead_free(struct log_ahead *a);	/* NULL is fine */

#define LOG_AHEAD_BLOCK (256u << 10)
