/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "out/out.h"

const char *argp_program_version = PACKAGE_STRING;
const char *argp_program_bug_address = PACKAGE_BUGREPORT;

const struct cmd *const cmds[] = {
	&cmd_bridge, &cmd_bug_report, &cmd_catalog, &cmd_convert, &cmd_dbc, &cmd_decode,
	&cmd_diagnose, &cmd_faults, &cmd_guide, &cmd_keys, &cmd_links, &cmd_monitor,
	&cmd_program, &cmd_record, &cmd_replay, &cmd_report, &cmd_scan, &cmd_send, &cmd_sim,
	&cmd_status, &cmd_watch, NULL,
};

enum {
	OPT_DUMP = 0x100,
	OPT_COMPLETE,
};

struct main_args {
	const struct cmd *cmd;
	int argc;
	char **argv;
	bool dump;
	const char *complete;
	const char *complete_car;
};

static const struct cmd *find_cmd(const char *name)
{
	for (size_t i = 0; cmds[i]; i++)
		if (!strcmp(cmds[i]->name, name))
			return cmds[i];

	return NULL;
}

static error_t parse_main(int key, char *arg, struct argp_state *state)
{
	struct main_args *a = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		args_init(state);
		return 0;
	case 'h':
		argp_state_help(state, state->out_stream, ARGP_HELP_STD_HELP);
		return 0;
	case OPT_DUMP:
		a->dump = true;
		return 0;
	case OPT_COMPLETE:
		a->complete = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (a->complete) {
			a->complete_car = arg;
			return 0;
		}
		a->cmd = find_cmd(arg);
		if (!a->cmd)
			args_error(state, "unknown command '%s'", arg);

		/* The rest of the line belongs to the command. */
		a->argc = state->argc - (state->next - 1);
		a->argv = state->argv + (state->next - 1);
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		if (!a->dump && !a->complete)
			args_error(state, "no command");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option main_options[] = {
	{ NULL, 'h', NULL, OPTION_HIDDEN, NULL, 1 },
	{ "dump-cli", OPT_DUMP, NULL, OPTION_HIDDEN, NULL, 1 },
	{ "complete", OPT_COMPLETE, "WHAT", OPTION_HIDDEN, NULL, 1 },
	{ NULL, 0, NULL, 0, "Commands:", 2 },
	/* add_cmd_lines() adds one line per command here */
};

#define CMDS_MAX 40

/* The command list of --help is the table itself, so it cannot go stale. */
static void add_cmd_lines(struct argp_option *opts)
{
	size_t n = ARRAY_SIZE(main_options);

	memcpy(opts, main_options, sizeof(main_options));
	for (size_t i = 0; i < CMDS_MAX && cmds[i]; i++)
		opts[n++] = (struct argp_option){
			.name = cmds[i]->name,
			.flags = OPTION_DOC | OPTION_NO_USAGE,
			.doc = cmds[i]->summary,
			.group = 2,
		};
	opts[n] = (struct argp_option){ 0 };
}

/* "CMD --long -s ARG", one line per visible option: what the docs are checked against. */
static void dump_argp(const char *cmd, const struct argp *argp)
{
	const struct argp_option *o = argp->options;

	for (; o && (o->name || o->key || o->doc || o->group); o++) {
		if (!o->key || o->flags & (OPTION_HIDDEN | OPTION_DOC))
			continue;
		printf("%s", cmd);
		if (o->name)
			printf(" --%s", o->name);
		if (o->key > ' ' && o->key < 0x7f)
			printf(" -%c", o->key);
		if (o->arg)
			printf(" %s", o->arg);
		putchar('\n');
	}
	for (const struct argp_child *c = argp->children; c && c->argp; c++)
		dump_argp(cmd, c->argp);
}

static int dump_cli(const struct argp *main_argp)
{
	dump_argp("-", main_argp);
	for (size_t i = 0; cmds[i]; i++) {
		printf("%s\n", cmds[i]->name);
		dump_argp(cmds[i]->name, cmds[i]->argp);
	}

	return EXIT_YES;
}

/* One line, whatever a file's name or a bus put into TEXT; one write. */
static void cli_line(const char *name, const char *text)
{
	struct out o;

	out_init(&o, STDERR_FILENO);
	out_puts(&o, PACKAGE_NAME);
	if (name)
		out_printf(&o, " %s", name);
	out_puts(&o, ": ");
	out_put_escaped(&o, text, strlen(text));
	out_putc(&o, '\n');
	out_flush(&o);
}

_printf_(2, 0) static void say(const struct cmd *c, const char *fmt, va_list ap)
{
	char line[1024];

	vsnprintf(line, sizeof(line), fmt, ap);
	cli_line(c->name, line);
}

void cli_say(const struct cmd *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(c, fmt, ap);
	va_end(ap);
}

int cli_fail(const struct cmd *c, int status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(c, fmt, ap);
	va_end(ap);

	return status;
}

/* A full disk must not look like success; a closed pipe ends in silence. */
static void close_stdout(void)
{
	bool failed = ferror(stdout);

	if (fflush(stdout) == EOF || failed) {
		if (errno == EPIPE)
			return;
		fprintf(stderr, PACKAGE_NAME ": cannot write: %s\n", strerror(errno));
		_exit(EXIT_OUTPUT);
	}
}

/*
 * A closed 0, 1 or 2 would be given to the next file opened. What is put there instead
 * fails as a closed one does: it is open the wrong way round.
 */
static void open_missing_stdio(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			_exit(EXIT_OUTPUT);
}

int cli_main(int argc, char **argv)
{
	static char name[64], main_name[] = PACKAGE_NAME;
	struct argp_option opts[ARRAY_SIZE(main_options) + CMDS_MAX + 1];
	const struct argp argp = {
		.options = opts,
		.parser = parse_main,
		.args_doc = "COMMAND [ARG...]",
		.doc = "Read which keys a MINI knows, judge the initialisation of its fobs live, and "
		       "watch its doors and locks."
		       "\vRun 'minikey COMMAND --help' for the options of a command. With no car: "
		       "'minikey keys -i sim:r53'.",
	};
	struct main_args a = { 0 };

	open_missing_stdio();
	add_cmd_lines(opts);
	argp_err_exit_status = EXIT_USAGE;
	signal(SIGPIPE, SIG_IGN);
	setvbuf(stderr, NULL, _IOLBF, 0);
	atexit(close_stdout);

	argv[0] = main_name;	/* what messages begin with: no path */

	/* IN_ORDER: an option after COMMAND is the command's own. */
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &a);

	if (a.dump)
		return dump_cli(&argp);
	if (a.complete)
		return complete_print(a.complete, a.complete_car);

	/* argp names the command in its messages by argv[0]. */
	snprintf(name, sizeof(name), PACKAGE_NAME " %s", a.cmd->name);
	a.argv[0] = name;
	program_invocation_name = program_invocation_short_name = name;

	return a.cmd->main(a.cmd, a.argc, a.argv);
}
