/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

static nsec_t read_clock(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);

	return (nsec_t)ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

static nsec_t real_now(struct clock *clk)
{
	return read_clock(CLOCK_MONOTONIC) + clk->offset;
}

int clock_interrupted(struct clock *clk)
{
	struct signalfd_siginfo si;

	if (clk->signal_fd < 0)
		return 0;
	if (!clk->signal && read(clk->signal_fd, &si, sizeof(si)) == (ssize_t)sizeof(si))
		clk->signal = (int)si.ssi_signo;

	return clk->signal ? -ECANCELED : 0;
}

static int real_wait(struct clock *clk, struct pollfd *fds, size_t n, nsec_t deadline)
{
	struct pollfd all[CLOCK_WATCH_MAX + 1 + 8];
	struct timespec ts, *timeout = NULL;
	size_t total = n;
	int ready = 0, r;

	if (n > 8)
		return -EINVAL;
	if (n)
		memcpy(all, fds, n * sizeof(*fds));
	if (clk->n_watch)
		memcpy(all + n, clk->watch, clk->n_watch * sizeof(*all));
	total += clk->n_watch;
	all[total++] = (struct pollfd){ .fd = clk->signal_fd, .events = POLLIN };

	if (deadline != NSEC_NEVER) {
		nsec_t left = deadline - real_now(clk);

		/* Not by MAX(), which would read the clock twice, and the second time too late. */
		if (left < 0)
			left = 0;
		ts.tv_sec = (time_t)(left / NSEC_PER_SEC);
		ts.tv_nsec = (long)(left % NSEC_PER_SEC);
		timeout = &ts;
	}

	r = ppoll(all, total, timeout, NULL);
	if (r < 0)
		return errno == EINTR ? 0 : -errno;
	r = clk->signal || all[total - 1].revents ? clock_interrupted(clk) : 0;
	if (r < 0)
		return r;

	for (size_t i = 0; i < n; i++) {
		fds[i].revents = all[i].revents;
		ready += fds[i].revents != 0;
	}

	return ready;
}

static const struct clock_ops real_ops = {
	.now = real_now,
	.wait = real_wait,
};

static nsec_t virtual_now(struct clock *clk)
{
	return clk->offset;
}

static int virtual_wait(struct clock *clk, struct pollfd *fds, size_t n, nsec_t deadline)
{
	int r = clock_interrupted(clk);

	(void)fds;
	if (r < 0)
		return r;
	if (n > 0)
		return -EINVAL;
	if (deadline == NSEC_NEVER)
		return -ENODATA;
	clock_advance(clk, deadline);

	return 0;
}

static const struct clock_ops virtual_ops = {
	.now = virtual_now,
	.wait = virtual_wait,
};

void clock_init_real(struct clock *clk)
{
	*clk = (struct clock){
		.ops = &real_ops,
		.offset = read_clock(CLOCK_REALTIME) - read_clock(CLOCK_MONOTONIC),
		.signal_fd = -1,
	};
}

void clock_init_virtual(struct clock *clk, nsec_t start)
{
	*clk = (struct clock){
		.ops = &virtual_ops,
		.offset = start,
		.signal_fd = -1,
		.is_virtual = true,
	};
}

static void caught_set(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
}

int clock_catch_signals(struct clock *clk)
{
	sigset_t set;

	caught_set(&set);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	/* A shell starts background jobs with SIGINT ignored, and then it never arrives. */
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	clk->signal_fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);

	return clk->signal_fd < 0 ? -errno : 0;
}

void clock_release_signals(struct clock *clk)
{
	sigset_t set;

	if (clk->signal_fd < 0)
		return;
	close(clk->signal_fd);
	clk->signal_fd = -1;
	caught_set(&set);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

nsec_t clock_now(struct clock *clk)
{
	return clk->ops->now(clk);
}

void clock_advance(struct clock *clk, nsec_t t)
{
	if (clk->is_virtual && t > clk->offset)
		clk->offset = t;
}

int clock_wait(struct clock *clk, struct pollfd *fds, size_t n, nsec_t deadline)
{
	return clk->ops->wait(clk, fds, n, deadline);
}

void clock_watch(struct clock *clk, int fd, short events)
{
	size_t i = 0;

	while (i < clk->n_watch && clk->watch[i].fd != fd)
		i++;
	if (events == 0) {
		if (i < clk->n_watch)
			clk->watch[i] = clk->watch[--clk->n_watch];
		return;
	}
	if (i == CLOCK_WATCH_MAX)
		return;
	if (i == clk->n_watch)
		clk->n_watch++;
	clk->watch[i] = (struct pollfd){ .fd = fd, .events = events };
}
