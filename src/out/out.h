/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/util.h"

#define OUT_SIZE (64 * 1024)
#define OUT_BLOCK 16	/* out_put_block() copies so many bytes at a time */

/*
 * Buffered output to a descriptor. Written out when the buffer is full, or when its owner
 * says so because a person or a pipe waits. The first error stays, and ends all writing.
 */
struct out {
	int fd;
	int error;		/* 0, or the negative errno of the first failed write */
	int wake_fd;		/* readable: wait no longer for a reader that stopped; -1: never */
	bool waits;		/* for somebody who reads: a pipe, a terminal, a socket */
	int pipe_size;		/* -1: no pipe */
	size_t len, size;
	char *buf;		/* SIZE bytes: */
	char own[OUT_SIZE];	/* these, or somebody else's */
};

void out_init(struct out *o, int fd);

/*
 * Output to the SIZE (>= OUT_SIZE) bytes at BUF only. What does not fit sets the error
 * -ENOBUFS; what stood there before stays, but LEN no longer says how much that was.
 */
void out_init_memory(struct out *o, char *buf, size_t size);

/*
 * Write everything, waiting as long as it takes. 0 or the first error; -ECANCELED when
 * wake_fd became readable while the reader let us wait.
 */
int out_flush(struct out *o);

/* As out_put() and out_flush(), without a copy. */
int out_write(struct out *o, const char *s, size_t n);

/* As out_put(): when the buffer has less room than N, or there was an error. */
void out_put_parts(struct out *o, const char *s, size_t n);

static inline void out_put(struct out *o, const char *s, size_t n)
{
	if (n > o->size - o->len || o->error) {
		out_put_parts(o, s, n);
		return;
	}
	memcpy(o->buf + o->len, s, n);
	o->len += n;
}

static inline void out_putc(struct out *o, char c)
{
	out_put(o, &c, 1);
}

void out_puts(struct out *o, const char *s);
_printf_(2, 3) void out_printf(struct out *o, const char *fmt, ...);

/* At least N (up to OUT_SIZE / 2) bytes to write to; out_took() says where they end. */
static inline char *out_room(struct out *o, size_t n)
{
	if (n > o->size - o->len) {
		out_flush(o);
		o->len = 0;	/* after an error too: it is thrown away */
	}

	return o->buf + o->len;
}

static inline void out_took(struct out *o, const char *end)
{
	o->len = o->error ? 0 : (size_t)(end - o->buf);
}

/* As out_put(), when OUT_BLOCK bytes behind S can be read too: short texts go faster. */
static inline void out_put_block(struct out *o, const char *s, size_t n)
{
	if (n + OUT_BLOCK > o->size - o->len || o->error) {
		out_put(o, s, n);
		return;
	}
	for (size_t i = 0; i < n; i += OUT_BLOCK)
		memcpy(o->buf + o->len + i, s + i, OUT_BLOCK);
	o->len += n;
}

/*
 * One character of S (N bytes, at least one) as it is shown: control characters, and
 * bytes that are no UTF-8, become \xNN. Up to 4 bytes at BUF; returns how many, and in
 * *ret_used how many of S they stand for.
 */
size_t out_escape(char *buf, const char *s, size_t n, size_t *ret_used);

/* S with control characters, and bytes that are no UTF-8, as \xNN: for text off a bus. */
void out_put_escaped(struct out *o, const char *s, size_t n);

/*
 * Write what the descriptor takes without waiting (pipes: PIPE_BUF at a time, pipe(7)).
 * 0, also when something is left; or the first error.
 */
int out_pump(struct out *o);

/* So little room is left that the next record could wait for the reader. */
static inline bool out_is_full(const struct out *o)
{
	return o->len > o->size - 16 * 1024;
}
