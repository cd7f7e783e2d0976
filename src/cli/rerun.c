/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/rerun.h"

#define TO_END (2 * NSEC_PER_SEC)	/* from SIGINT on */

__attribute__((noreturn)) static void be_child(struct clock *clk, int argc, char **argv, int fd)
{
	int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);

	setpgid(0, 0);
	clock_release_signals(clk);
	if (nowhere < 0 || dup2(nowhere, STDIN_FILENO) < 0 || dup2(nowhere, STDOUT_FILENO) < 0 ||
	    dup2(fd, STDERR_FILENO) < 0)
		_exit(EXIT_OUTPUT);
	_exit(cli_main(argc, argv));	/* its output goes nowhere */
}

static int read_some(int fd, struct rerun *r)
{
	char rest[4096];
	bool full = r->len == RERUN_TEXT_MAX;
	ssize_t n = full ? read(fd, rest, sizeof(rest)) :
			   read(fd, r->text + r->len, RERUN_TEXT_MAX - r->len);

	if (n < 0)
		return errno == EINTR ? 1 : -errno;
	*(full ? &r->left_out : &r->len) += (size_t)n;

	return n > 0;
}

/* Until its end of the pipe is closed. */
static int listen_to(struct clock *clk, int fd, pid_t pid, nsec_t span, struct rerun *r)
{
	nsec_t deadline = nsec_add(clock_now(clk), span);
	int result = 1;

	while (result > 0) {
		struct pollfd p = { .fd = fd, .events = POLLIN };

		result = clock_wait(clk, &p, 1, deadline);
		if (result < 0)
			return result;
		if (p.revents) {
			result = read_some(fd, r);
		} else if (clock_now(clk) >= deadline) {
			kill(-pid, r->stopped ? SIGKILL : SIGINT);
			deadline = r->stopped ? NSEC_NEVER : nsec_add(clock_now(clk), TO_END);
			r->stopped = true;
			result = 1;
		} else {
			result = 1;
		}
	}

	return result;
}

int rerun(struct clock *clk, int argc, char **argv, nsec_t span, struct rerun *ret)
{
	struct rerun r = { .text = malloc(RERUN_TEXT_MAX) };
	int fds[2], result;
	pid_t pid;

	if (!r.text)
		return -ENOMEM;
	if (pipe2(fds, O_CLOEXEC) < 0) {
		free(r.text);
		return -errno;
	}
	pid = fork();
	if (pid == 0)
		be_child(clk, argc, argv, fds[1]);
	result = pid < 0 ? -errno : 0;
	close(fds[1]);
	if (pid > 0) {
		setpgid(pid, pid);	/* both do it: whoever is first */
		result = listen_to(clk, fds[0], pid, span, &r);
		if (result < 0)
			kill(-pid, clk->signal ? clk->signal : SIGKILL);
		while (waitpid(pid, &r.status, 0) < 0 && errno == EINTR)
			;
	}
	close(fds[0]);
	if (result < 0) {
		free(r.text);
		return result;
	}
	*ret = r;

	return 0;
}
