/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/util.h"

/*
 * Time, in nanoseconds. Absolute times count from the epoch on a real clock, and
 * from the start of the simulation or of the log's own epoch on a virtual one.
 */
typedef int64_t nsec_t;

#define NSEC_PER_USEC ((nsec_t)1000)
#define NSEC_PER_MSEC ((nsec_t)1000000)
#define NSEC_PER_SEC ((nsec_t)1000000000)
#define NSEC_NEVER INT64_MAX

/* T plus D, a duration that may be as long as a user likes. */
static inline nsec_t nsec_add(nsec_t t, nsec_t d)
{
	nsec_t sum;

	return __builtin_add_overflow(t, d, &sum) ? NSEC_NEVER : sum;
}

#define CLOCK_WATCH_MAX 4

struct clock;

struct clock_ops {
	nsec_t (*now)(struct clock *clk);
	int (*wait)(struct clock *clk, struct pollfd *fds, size_t n, nsec_t deadline);
};

/* Everything that waits takes a clock, so that tests own time. */
struct clock {
	const struct clock_ops *ops;
	nsec_t offset;		/* real: epoch minus CLOCK_MONOTONIC; virtual: the time now */
	int signal_fd;		/* SIGINT and SIGTERM arrive here; -1: not watched */
	int signal;		/* the one that arrived, or 0 */
	bool is_virtual;
	struct pollfd watch[CLOCK_WATCH_MAX];
	size_t n_watch;
};

/* Wall-clock time that never steps: the epoch's time at init, then CLOCK_MONOTONIC. */
void clock_init_real(struct clock *clk);

/* A clock that moves only when somebody waits on it, or sets it. Starts at START. */
void clock_init_virtual(struct clock *clk, nsec_t start);

/*
 * Block SIGINT and SIGTERM and have every wait end with -ECANCELED once one came.
 * Negative errno when the kernel gives no descriptor.
 */
_must_check_ int clock_catch_signals(struct clock *clk);

/* Unblock the signals and close the descriptor. */
void clock_release_signals(struct clock *clk);

nsec_t clock_now(struct clock *clk);

/* Virtual clocks only: move to T; never backwards. */
void clock_advance(struct clock *clk, nsec_t t);

/*
 * Wait until one of FDS is ready, a watched descriptor is, or DEADLINE (absolute) is
 * reached. Returns how many of FDS are ready, 0 otherwise, -ECANCELED after a signal.
 * A virtual clock jumps to DEADLINE at once; with NSEC_NEVER it returns -ENODATA.
 */
_must_check_ int clock_wait(struct clock *clk, struct pollfd *fds, size_t n, nsec_t deadline);

/* End waits also when FD has EVENTS; EVENTS 0 forgets FD. At most CLOCK_WATCH_MAX. */
void clock_watch(struct clock *clk, int fd, short events);

/* -ECANCELED once SIGINT or SIGTERM came, else 0; never waits. */
_must_check_ int clock_interrupted(struct clock *clk);
