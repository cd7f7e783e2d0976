/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/util.h"

#define OUT_SIZE (64 * 1024)

/*
 * Buffered output to a descriptor. Written out when the buffer is full, or when its owner
 * says so because a person or a pipe waits. The first error stays, and ends all writing.
 */
struct out {
	int fd;
	int error;		/* 0, or the negative errno of the first failed write */
	int wake_fd;		/* readable: wait no longer for a reader that stopped; -1: never */
	size_t len;
	char buf[OUT_SIZE];
};

void out_init(struct out *o, int fd);

void out_put(struct out *o, const char *s, size_t n);
void out_puts(struct out *o, const char *s);
void out_putc(struct out *o, char c);
_printf_(2, 3) void out_printf(struct out *o, const char *fmt, ...);

/* S with control characters, and bytes that are no UTF-8, as \xNN: for text off a bus. */
void out_put_escaped(struct out *o, const char *s, size_t n);

/*
 * Write everything, waiting as long as it takes. 0 or the first error; -ECANCELED when
 * wake_fd is readable and the reader has taken nothing for a second.
 */
int out_flush(struct out *o);

/*
 * Write what the descriptor takes without waiting (pipes: PIPE_BUF at a time, pipe(7)).
 * 0, also when something is left; or the first error.
 */
int out_pump(struct out *o);

/* So little room is left that the next record could wait for the reader. */
static inline bool out_is_full(const struct out *o)
{
	return o->len > OUT_SIZE - 16 * 1024;
}
