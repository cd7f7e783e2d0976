/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <paths.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/num.h"
#include "cli/exec.h"

struct exec_job {
	struct event event;
	struct frame frame;		/* the event's */
};

static const char *const var_names[EXEC_VARS] = {
	"MINIKEY_EVENT", "MINIKEY_NAME", "MINIKEY_VALUE", "MINIKEY_PREVIOUS", "MINIKEY_T",
	"MINIKEY_FRAME",
};

/* An outer watch may have set them, and an event need not have all. */
static bool is_ours(const char *assignment)
{
	size_t n = strcspn(assignment, "=");

	for (size_t i = 0; i < EXEC_VARS; i++)
		if (n == strlen(var_names[i]) && !strncmp(assignment, var_names[i], n))
			return true;

	return false;
}

static int inherit(struct exec *x)
{
	size_t n = 0;

	while (environ[n])
		n++;
	x->env = calloc(n + EXEC_VARS + 1, sizeof(*x->env));
	if (!x->env)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		if (!is_ours(environ[i]))
			x->env[x->n_inherited++] = environ[i];

	return 0;
}

static void child_set(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGCHLD);
}

int exec_open(struct exec *x)
{
	sigset_t set;
	int r;

	if (!x->command)
		return 0;
	x->jobs = calloc(EXEC_QUEUE_MAX, sizeof(*x->jobs));
	if (!x->jobs)
		return -ENOMEM;
	r = inherit(x);
	if (r < 0)
		return r;
	child_set(&set);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	/* Where it was ignored, the kernel would not say how a command ended. */
	signal(SIGCHLD, SIG_DFL);
	x->fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (x->fd < 0)
		return -errno;
	clock_watch(x->clk, x->fd, POLLIN);

	return 0;
}

/* Values that this event does not have are not set. */
static void set_vars(struct exec *x, const struct event *e)
{
	char frame[CANDUMP_FRAME_MAX + 1], seconds[32] = "";
	struct event_words words;
	const char *values[EXEC_VARS];
	size_t n = x->n_inherited;

	event_words(e, &words);
	event_put_frame(frame, e, x->show_vin);
	if (e->t != NSEC_NEVER)
		seconds[num_put_seconds(seconds, sizeof(seconds), e->t)] = '\0';
	values[0] = event_kind_word(e->kind);
	values[1] = words.name;
	values[2] = words.value;
	values[3] = words.previous ? words.previous : "";
	values[4] = seconds;
	values[5] = frame;
	for (size_t i = 0; i < EXEC_VARS; i++) {
		if (!*values[i])
			continue;
		snprintf(x->vars[i], sizeof(x->vars[i]), "%s=%s", var_names[i], values[i]);
		x->env[n++] = x->vars[i];
	}
	x->env[n] = NULL;
}

static int spawn_with(struct exec *x, posix_spawn_file_actions_t *files, posix_spawnattr_t *attr)
{
	char sh[] = "sh", c[] = "-c", end[] = "--";
	char *const argv[] = { sh, c, end, x->command, NULL };
	sigset_t none, pipe_set;

	sigemptyset(&none);
	sigemptyset(&pipe_set);
	sigaddset(&pipe_set, SIGPIPE);	/* the only one that we ignore */
	posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
				       POSIX_SPAWN_SETPGROUP);
	posix_spawnattr_setsigmask(attr, &none);
	posix_spawnattr_setsigdefault(attr, &pipe_set);
	posix_spawnattr_setpgroup(attr, 0);
	if (posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY, 0) ||
	    (x->to_stderr &&
	     posix_spawn_file_actions_adddup2(files, STDERR_FILENO, STDOUT_FILENO)))
		return ENOMEM;

	return posix_spawn(&x->pid, _PATH_BSHELL, files, attr, argv, x->env);
}

/* 0 or an errno, as posix_spawn(). */
static int spawn(struct exec *x)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	int r = posix_spawnattr_init(&attr);

	if (r)
		return r;
	r = posix_spawn_file_actions_init(&files);
	if (r == 0) {
		r = spawn_with(x, &files, &attr);
		posix_spawn_file_actions_destroy(&files);
	}
	posix_spawnattr_destroy(&attr);

	return r;
}

static void say_left_out(struct exec *x)
{
	if (x->left_out)
		cli_say(x->cmd, "--exec: %u event%s left out: the command did not end in time",
			x->left_out, x->left_out == 1 ? " was" : "s were");
	x->left_out = 0;
}

static void start_next(struct exec *x)
{
	while (x->pid == 0 && x->n > 0) {
		struct exec_job *job = &x->jobs[x->first];
		int r;

		x->first = (x->first + 1) % EXEC_QUEUE_MAX;
		if (--x->n == 0)
			say_left_out(x);
		if (job->event.frame)
			job->event.frame = &job->frame;
		set_vars(x, &job->event);
		r = spawn(x);
		if (r) {
			x->pid = 0;
			cli_say(x->cmd, "--exec: cannot run '%s': %s", _PATH_BSHELL, err_text(-r));
		}
	}
}

void exec_event(struct exec *x, const struct event *e)
{
	struct exec_job *job;

	if (!x->command)
		return;
	if (x->n == EXEC_QUEUE_MAX) {
		x->left_out++;
		return;
	}
	job = &x->jobs[(x->first + x->n++) % EXEC_QUEUE_MAX];
	job->event = *e;
	if (e->frame)
		job->frame = *e->frame;
	start_next(x);
}

void exec_step(struct exec *x)
{
	struct signalfd_siginfo si;
	int status;

	if (x->pid == 0)
		return;
	while (read(x->fd, &si, sizeof(si)) > 0)
		;
	if (waitpid(x->pid, &status, WNOHANG) != x->pid)
		return;
	x->pid = 0;
	if (WIFSIGNALED(status))
		cli_say(x->cmd, "--exec: the command was ended by a signal: %s",
			strsignal(WTERMSIG(status)));
	start_next(x);
}

int exec_drain(struct exec *x)
{
	while (x->pid) {
		struct pollfd fds[] = {
			{ .fd = x->fd, .events = POLLIN },
			{ .fd = x->clk->signal_fd, .events = POLLIN },
		};
		int r = clock_interrupted(x->clk);

		if (r < 0)
			return r;
		if (poll(fds, ARRAY_SIZE(fds), -1) < 0 && errno != EINTR)
			return -errno;
		exec_step(x);
	}

	return 0;
}

void exec_close(struct exec *x)
{
	sigset_t set;

	if (!x->command)
		return;
	if (x->pid)
		kill(-x->pid, x->clk->signal ? x->clk->signal : SIGTERM);
	x->left_out += (unsigned int)x->n;
	say_left_out(x);
	if (x->fd >= 0) {
		clock_watch(x->clk, x->fd, 0);
		close(x->fd);
		child_set(&set);
		sigprocmask(SIG_UNBLOCK, &set, NULL);
	}
	free(x->jobs);
	free(x->env);
}
