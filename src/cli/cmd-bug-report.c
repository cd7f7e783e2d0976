/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "address/logs.h"
#include "base/err.h"
#include "car/vin-mask.h"
#include "cli/files.h"
#include "cli/links-show.h"
#include "cli/recording.h"
#include "cli/rerun.h"
#include "cli/scrub.h"
#include "link/candump.h"

/* The last of a recording: where the fault shows. Some 2.5 MB of text at most. */
#define FRAMES_MAX 50000

struct bug_args {
	const char *output, *recording;
	nsec_t span;
	char **argv;			/* the word before COMMAND, COMMAND, its words */
	int argc;			/* 0: no COMMAND */
};

enum { OPT_RECORDING = 0x300, OPT_FOR };

static void check_command(struct argp_state *state, const char *name)
{
	size_t i = 0;

	while (cmds[i] && strcmp(cmds[i]->name, name) != 0)
		i++;
	if (!cmds[i] || cmds[i] == &cmd_bug_report)
		args_error(state, "'%s' is no command to run again", name);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct bug_args *a = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		args_init(state);
		a->span = 10 * NSEC_PER_SEC;
		return 0;
	case 'o':
		a->output = arg;
		return 0;
	case OPT_RECORDING:
		a->recording = arg;
		return 0;
	case OPT_FOR:
		a->span = args_duration(state, "--for", arg);
		return 0;
	case ARGP_KEY_ARG:
		/* Its options are its own. */
		check_command(state, arg);
		a->argv = state->argv + state->next - 2;
		a->argc = state->argc - (state->next - 2);
		state->next = state->argc;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "output", 'o', "FILE", 0, "Write to FILE (default: the standard output)", 0 },
	{ "recording", OPT_RECORDING, "FILE", 0, "Add the end of a log, VINs masked", 0 },
	{ "for", OPT_FOR, "TIME", 0, "End COMMAND after TIME (default: 10s)", 0 },
	{ 0 },
};

static const struct argp bug_argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[COMMAND [ARG...]]",
	.doc = "Write a text to send with a bug report: versions, kernel, adapters and interfaces, "
	       "what COMMAND says when it is run once more, and the end of a recording."
	       "\vNames of files, hosts and users, serial numbers and the end of VINs are left out. "
	       "Read it before you send it. Nothing is sent anywhere by this program.",
};

struct bug {
	const struct cmd *cmd;
	const struct bug_args *args;
	struct clock clk;
	struct scrub scrub;
	struct decoder decoder;		/* for the VINs in the recording */
	struct out out;
	uint64_t bad;			/* lines of the recording that were no frames */
};

/* ---- the system ---- */

static void put_distribution(struct out *o)
{
	_cleanup_(freep) char *text = NULL;
	static const char key[] = "PRETTY_NAME=";	/* os-release(5) */
	const char *p;
	size_t len;

	if (files_read("/etc/os-release", &text, &len) < 0)
		return;
	p = strncmp(text, key, strlen(key)) ? strstr(text, "\nPRETTY_NAME=") : text;
	if (!p)
		return;
	p += strcspn(p, "=") + 1;
	p += *p == '"';
	out_puts(o, "system    ");
	out_put_escaped(o, p, strcspn(p, "\"\n"));
	out_putc(o, '\n');
}

/* Not uname's nodename, which is the host. */
static void put_versions(struct out *o)
{
	struct utsname u;

	out_printf(o, "program   " PACKAGE_STRING ", %zu-bit, compiler %s\n", sizeof(void *) * 8,
		   __VERSION__);
	out_printf(o, "built     with%s zlib, with%s zstd, with%s MQTT\n", HAVE_ZLIB ? "" : "out",
		   HAVE_ZSTD ? "" : "out", HAVE_MOSQUITTO ? "" : "out");
	if (uname(&u) == 0)
		out_printf(o, "kernel    %s %s %s\n          %s\n", u.sysname, u.release, u.machine,
			   u.version);
	put_distribution(o);
}

/* Serial numbers tell whose adapter it is; some makers write them into the name, too. */
static void without_serial(struct adapter *a)
{
	size_t n = strlen(a->serial);
	char *const texts[] = { a->maker, a->name };

	for (size_t i = 0; n && i < ARRAY_SIZE(texts); i++)
		for (char *p = texts[i]; (p = strstr(p, a->serial)); p += n)
			memset(p, 'X', n);
	a->serial[0] = '\0';
}

static void put_links(struct bug *b)
{
	struct found found;
	int r = found_look(&found);

	for (size_t i = 0; i < found.n_serial; i++)
		without_serial(&found.serial[i]);
	if (r < 0)
		out_printf(&b->out, "not all could be listed: %s\n", err_text(r));
	else if (found.n_can + found.n_serial == 0)
		out_puts(&b->out, "none\n");
	found_text(&b->out, &found);
	if (found.idle_can)
		out_printf(&b->out, "%d USB CAN adapter%s without an interface\n", found.idle_can,
			   found.idle_can == 1 ? "" : "s");
	found_free(&found);
}

/* ---- the command ---- */

/*
 * Of a broker's options only the names: their values are a host's, a user's, somebody's home's.
 * Returns where the value begins in WORD, or its length when it is the next word.
 */
static size_t private_option(const char *word)
{
	static const char *const hidden[] = { "--mqtt", "--mqtt-topic", "--mqtt-user" };
	size_t n = strcspn(word, "=");

	for (size_t i = 0; i < ARRAY_SIZE(hidden); i++)
		if (n == strlen(hidden[i]) && !memcmp(word, hidden[i], n))
			return n + (word[n] == '=');

	return 0;
}

static void put_command(struct bug *b)
{
	bool is_private = false;

	out_puts(&b->out, PACKAGE_NAME);
	for (int i = 1; i < b->args->argc; i++) {
		const char *word = b->args->argv[i];
		size_t n = private_option(word);

		out_putc(&b->out, ' ');
		if (is_private)
			out_putc(&b->out, 'X');
		else if (n && word[n - 1] == '=')
			out_printf(&b->out, "%.*sX", (int)n, word);
		else
			scrub_put_word(&b->scrub, &b->out, word);
		is_private = !is_private && n && word[n - 1] != '=';
	}
	out_putc(&b->out, '\n');
}

/* 0, or rerun()'s error. */
static int put_rerun(struct bug *b)
{
	struct rerun r;
	int result;

	out_puts(&b->out, "\n== What the command says ==\n");
	put_command(b);
	result = rerun(&b->clk, b->args->argc, b->args->argv, b->args->span, &r);
	if (result < 0)
		return result;
	scrub_put_lines(&b->scrub, &b->out, r.text, r.len, "  ");
	if (r.left_out)
		out_printf(&b->out, "(%zu bytes more)\n", r.left_out);
	if (r.stopped)
		out_printf(&b->out, "(stopped after %" PRId64 " ms)\n", b->args->span / NSEC_PER_MSEC);
	if (WIFSIGNALED(r.status))
		out_printf(&b->out, "it was ended by a signal: %s\n", strsignal(WTERMSIG(r.status)));
	else
		out_printf(&b->out, "exit status %d\n", WEXITSTATUS(r.status));
	free(r.text);

	return 0;
}

/* ---- the recording ---- */

static void count_fault(const struct logfile_fault *f, void *arg)
{
	(void)f;
	((struct bug *)arg)->bad++;
}

/* Times from the first frame on: when it was is nobody's business. */
static void put_frames(struct bug *b, const struct frame *ring, uint64_t n)
{
	uint64_t from = n > FRAMES_MAX ? n - FRAMES_MAX : 0;
	nsec_t first = ring[from % FRAMES_MAX].t;

	for (uint64_t i = from; i < n; i++) {
		struct frame f = ring[i % FRAMES_MAX];
		char line[CANDUMP_LINE_MAX];

		if (f.t != NSEC_NEVER)
			f.t = first == NSEC_NEVER ? 0 : MAX(f.t - first, 0);
		if (f.flags & FRAME_LOST)
			out_printf(&b->out, "# %u frames were lost here\n", f.id);
		out_put(&b->out, line, candump_put_line(line, &f, CANDUMP_DIRECTION));
	}
}

static int read_recording(struct bug *b, struct logfile *lf)
{
	_cleanup_(freep) struct frame *ring = malloc(FRAMES_MAX * sizeof(*ring));
	struct vin_mask mask;
	uint64_t n = 0;
	int r;

	if (!ring)
		return -ENOMEM;
	r = decoder_init(&b->decoder, NULL);
	if (r < 0)
		return r;
	vin_mask_init(&mask, &b->decoder);
	for (;;) {
		struct frame *f = &ring[n % FRAMES_MAX];

		r = logfile_next(lf, f);
		if (r <= 0)
			break;
		(void)vin_mask_frame(&mask, f);
		n++;
	}
	if (r < 0)
		return r;
	if (n == 0)
		return -ENOMSG;
	out_printf(&b->out, "\n== Recording ==\n# %s: the last %" PRIu64 " of %" PRIu64
		   " frames; %" PRIu64 " lines were none\n# " RECORDING_NOTE "\n",
		   logfile_format(lf)->name, MIN(n, FRAMES_MAX), n, b->bad);
	put_frames(b, ring, n);

	return 0;
}

/* ---- all of it ---- */

static int recording_failed(struct bug *b, int r)
{
	if (r == -ECANCELED)
		return EXIT_SIGNAL + b->clk.signal;
	if (r == -ENOMSG)
		return cli_fail(b->cmd, EXIT_INPUT, "'%s' has not one frame", b->args->recording);

	return cli_fail(b->cmd, EXIT_INPUT, "cannot read '%s': %s", b->args->recording, err_text(r));
}

static int put_report(struct bug *b, struct logfile *lf)
{
	int r;

	out_puts(&b->out, "minikey bug report. Read it before you send it: is there anything in it that "
			  "nobody should know?\nWhat did you do, what did you expect, what came instead?\n"
			  "\n\n== System ==\n");
	put_versions(&b->out);
	out_puts(&b->out, "\n== Interfaces and adapters ==\n");
	put_links(b);
	if (b->args->argc) {
		r = put_rerun(b);
		if (r == -ECANCELED)
			return EXIT_SIGNAL + b->clk.signal;
		if (r < 0)
			return cli_fail(b->cmd, EXIT_LINK, "cannot run the command again: %s", err_text(r));
	}
	r = lf ? read_recording(b, lf) : 0;

	return r < 0 ? recording_failed(b, r) : EXIT_YES;
}

static int write_failed(struct bug *b, int r)
{
	if (r == -EPIPE)
		return EXIT_YES;

	return cli_fail(b->cmd, EXIT_OUTPUT, "cannot write '%s': %s",
			b->args->output ? b->args->output : "the standard output", err_text(r));
}

static int open_output(struct bug *b)
{
	const char *path = b->args->output;
	bool to_stdout = !path || !strcmp(path, "-");
	int fd = to_stdout ? STDOUT_FILENO :
			     open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);

	if (fd < 0)
		return -errno;
	out_init(&b->out, fd);
	b->out.wake_fd = b->clk.signal_fd;

	return 0;
}

static int run(struct bug *b)
{
	_cleanup_(logfile_closep) struct logfile *lf = NULL;
	const char *recording = b->args->recording;
	int r = 0, status;

	if (recording)
		r = logfile_open_formats(recording, address_logs, &b->clk, count_fault, b, &lf);
	if (r < 0)
		return recording_failed(b, r);
	r = open_output(b);
	if (r < 0)
		return write_failed(b, r);
	status = put_report(b, lf);
	r = out_flush(&b->out);
	if (b->out.fd != STDOUT_FILENO && close(b->out.fd) < 0 && r == 0)
		r = -errno;
	if (r < 0 && status < EXIT_OUTPUT)
		return write_failed(b, r);
	if (status == EXIT_YES && b->out.fd != STDOUT_FILENO)
		cli_say(b->cmd, "read '%s' before you send it", b->args->output);

	return status;
}

static int bug_main(const struct cmd *self, int argc, char **argv)
{
	struct bug_args a = { 0 };
	struct bug b = { .cmd = self, .args = &a };
	int r, status;

	/* IN_ORDER: an option after COMMAND is the command's own. */
	argp_parse(self->argp, argc, argv, ARGP_IN_ORDER, NULL, &a);
	clock_init_real(&b.clk);
	r = clock_catch_signals(&b.clk);
	if (r < 0)
		return cli_fail(self, EXIT_LINK, "cannot watch for signals: %s", err_text(r));
	scrub_init(&b.scrub);
	status = run(&b);
	decoder_free(&b.decoder);
	clock_release_signals(&b.clk);

	return status;
}

const struct cmd cmd_bug_report = {
	.name = "bug-report",
	.summary = "Write what a bug report needs",
	.argp = &bug_argp,
	.main = bug_main,
};
