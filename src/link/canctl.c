/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link/canctl.h"

#ifdef HAVE_LIBSOCKETCAN
#include <fcntl.h>
#include <libsocketcan.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wchar.h>

struct task {
	int (*run)(const struct task *t);
	const char *ifname;
	uint32_t value, sample_point;
};

/*
 * libsocketcan prints every failure on stderr by itself, and has no other word for it than
 * errno. So it runs in a child, whose stderr goes nowhere and whose exit status is errno.
 */
static int run(const struct task *t)
{
	int status, fd;
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (pid == 0) {
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
		if (fd < 0 || dup2(fd, STDERR_FILENO) < 0)
			close(STDERR_FILENO);
		/* Without an orientation glibc's perror() opens a copy, which changes errno. */
		fwide(stderr, -1);
		errno = 0;
		if (t->run(t) == 0)
			_exit(0);
		_exit(errno > 0 && errno <= UINT8_MAX ? errno : EIO);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;

	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EIO;
}

static int run_bitrate(const struct task *t)
{
	return t->sample_point ?
		       can_set_bitrate_samplepoint(t->ifname, t->value, t->sample_point) :
		       can_set_bitrate(t->ifname, t->value);
}

int canctl_set_bitrate(const char *ifname, uint32_t bitrate, uint32_t sample_point)
{
	const struct task t = { run_bitrate, ifname, bitrate, sample_point };

	return run(&t);
}

static int run_set_restart(const struct task *t)
{
	return can_set_restart_ms(t->ifname, t->value);
}

int canctl_set_restart(const char *ifname, uint32_t ms)
{
	const struct task t = { run_set_restart, ifname, ms, 0 };

	return run(&t);
}

static int run_listen_only(const struct task *t)
{
	struct can_ctrlmode mode = {
		.mask = CAN_CTRLMODE_LISTENONLY,
		.flags = t->value ? CAN_CTRLMODE_LISTENONLY : 0,
	};

	return can_set_ctrlmode(t->ifname, &mode);
}

int canctl_set_listen_only(const char *ifname, bool on)
{
	const struct task t = { run_listen_only, ifname, on, 0 };

	return run(&t);
}

static int run_start(const struct task *t)
{
	return can_do_start(t->ifname);
}

int canctl_start(const char *ifname)
{
	const struct task t = { run_start, ifname, 0, 0 };

	return run(&t);
}

static int run_stop(const struct task *t)
{
	return can_do_stop(t->ifname);
}

int canctl_stop(const char *ifname)
{
	const struct task t = { run_stop, ifname, 0, 0 };

	return run(&t);
}

static int run_restart(const struct task *t)
{
	return can_do_restart(t->ifname);
}

int canctl_restart(const char *ifname)
{
	const struct task t = { run_restart, ifname, 0, 0 };

	return run(&t);
}
#endif
