/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "cli/decoding.h"
#include "cli/files.h"

enum {
	OPT_STRICT = 0x300,
	OPT_EVENTS,
	OPT_SIGNAL,
	OPT_WHERE,
	OPT_FROM,
	OPT_TO,
	OPT_CSV,
	OPT_STATS,
	OPT_PLOT,
};

static void set_mode(const struct argp_state *state, struct decode_args *a, enum decode_mode mode)
{
	if (a->mode != DECODE_FRAMES && a->mode != mode)
		args_error(state, "only one of --events, --stats and --plot");
	a->mode = mode;
}

static void add_signal(const struct argp_state *state, struct decode_args *a, const char *name)
{
	if (!*name)
		args_error(state, "a signal without a name");
	if (a->n_signals == DECODE_SIGNALS_MAX)
		args_error(state, "more than %d signals", DECODE_SIGNALS_MAX);
	a->signals[a->n_signals++] = name;
}

static void parse_plot(const struct argp_state *state, struct decode_args *a, const char *names)
{
	char *rest;

	set_mode(state, a, DECODE_PLOT);
	if (a->plot_names)
		args_error(state, "--plot: once, with commas between the signals");
	a->plot_names = rest = strdup(names);
	if (!rest)
		args_error(state, "--plot: out of memory");
	while (rest)
		add_signal(state, a, strsep(&rest, ","));
}

static void parse_where(const struct argp_state *state, struct decode_args *a, const char *text)
{
	struct where_fault fault = { 0 };
	int r;

	if (a->where)
		args_error(state, "--where: once; conditions are joined by &&");
	r = where_parse(text, &a->where, &fault);
	if (r == -EINVAL)
		args_error(state, "--where, column %zu: %s", fault.column, fault.why);
	if (r < 0)
		args_error(state, "--where: out of memory");
}

static void parse_moment(const struct argp_state *state, const char *name, const char *arg,
			 struct moment *ret)
{
	if (moment_parse(arg, ret) < 0)
		args_error(state, "%s: '%s' is no time (like +10s, 1700000000.5, "
			   "'2023-11-14 22:13:20')", name, arg);
}

static void parse_events(const struct argp_state *state, struct decode_args *a, const char *arg)
{
	set_mode(state, a, DECODE_EVENTS);
	a->events = EVENTS_ALL;
	if (arg && events_parse(arg, &a->events) < 0)
		args_error(state, "--events: '%s' names no event; there are lock, door, ignition, key, "
			   "fob, lid, window, init, lost, error", arg);
}

static void check(const struct argp_state *state, const struct decode_args *a)
{
	if (a->out.json && (a->csv || a->mode == DECODE_PLOT))
		args_error(state, "--json and %s exclude each other", a->csv ? "--csv" : "--plot");
	if (a->csv && (a->mode == DECODE_STATS || a->mode == DECODE_PLOT))
		args_error(state, "--csv is for frames and --events only");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct decode_args *a = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		args_init(state);
		state->child_inputs[0] = &a->filter;
		state->child_inputs[1] = &a->car;
		state->child_inputs[2] = &a->out;
		return 0;
	case OPT_STRICT:
		a->strict = a->out.strict_dbc = true;
		return 0;
	case OPT_EVENTS:
		parse_events(state, a, arg);
		return 0;
	case OPT_SIGNAL:
		add_signal(state, a, arg);
		return 0;
	case OPT_WHERE:
		parse_where(state, a, arg);
		return 0;
	case OPT_FROM:
		parse_moment(state, "--from", arg, &a->from);
		a->has_from = true;
		return 0;
	case OPT_TO:
		parse_moment(state, "--to", arg, &a->to);
		a->has_to = true;
		return 0;
	case OPT_CSV:
		a->csv = true;
		return 0;
	case OPT_STATS:
		set_mode(state, a, DECODE_STATS);
		return 0;
	case OPT_PLOT:
		parse_plot(state, a, arg);
		return 0;
	case 'o':
		a->output = arg;
		return 0;
	case ARGP_KEY_ARGS:
		a->files = state->argv + state->next;
		a->n_files = (size_t)(state->argc - state->next);
		return 0;
	case ARGP_KEY_NO_ARGS:
		args_error(state, "no FILE; '-' is the standard input");
		return 0;
	case ARGP_KEY_END:
		check(state, a);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "strict", OPT_STRICT, NULL, 0, "A bad line makes it fail", 0 },
	{ "events", OPT_EVENTS, "EVENT,...", OPTION_ARG_OPTIONAL,
	  "What changes, as 'watch' shows it, instead of frames (only these events)", 0 },
	{ "stats", OPT_STATS, NULL, 0, "Ids, how often and how regularly they come, and faults", 0 },
	{ "csv", OPT_CSV, NULL, 0, "Comma-separated values: a row a value, a frame (--signal) or an event", 0 },
	{ "plot", OPT_PLOT, "SIGNAL,...", 0, "A picture of these signals over time, as SVG", 0 },
	{ "output", 'o', "FILE", 0, "Write to FILE instead of the standard output", 0 },
	{ "signal", OPT_SIGNAL, "[MESSAGE.]NAME", 0, "Only this signal, and frames that carry it", 0 },
	{ "where", OPT_WHERE, "CONDITION", 0,
	  "Only frames for which it is true (Lock_State == locked && Speed > 5)", 0 },
	{ "from", OPT_FROM, "TIME", 0, "Not before TIME (+10s from the first frame; a date; seconds)", 0 },
	{ "to", OPT_TO, "TIME", 0, "Only before TIME", 0 },
	{ 0 },
};

static const struct argp_child children[] = {
	{ &filter_argp, 0, "Which frames:", 1 },
	{ &car_argp, 0, "Car:", 2 },
	{ &out_argp, 0, "Output:", 3 },
	{ 0 },
};

static const struct argp decode_argp = {
	.options = options,
	.parser = parse,
	.args_doc = "FILE...",
	.children = children,
	.doc = "Show the frames of recordings, raw and decoded, or what is in them: events, counts, a "
	       "table, a picture. '-' is the standard input."
	       "\v--dbc replaces the built-in cars. As JSON, frames that no DBC knows are left out "
	       "unless --all is given.",
};

/* ---- the run ---- */

static int open_output(struct decoding *d)
{
	const struct decode_args *a = d->args;
	int fd, status = files_open_output(d->cmd, a->output, a->files, a->n_files, &fd);

	if (status)
		return status;
	out_init(&d->out, fd);
	d->out.wake_fd = d->clk.signal_fd;

	return 0;
}

static int close_output(struct decoding *d, int status)
{
	int r;

	if (!d->readable)
		return status;
	r = out_flush(&d->out);
	if (r == -ECANCELED && clock_interrupted(&d->clk) < 0)
		status = EXIT_SIGNAL + d->clk.signal;
	if (d->out.fd != STDOUT_FILENO && close(d->out.fd) < 0 && r == 0)
		r = -errno;
	if (r < 0 && r != -EPIPE && status < EXIT_OUTPUT)
		return cli_fail(d->cmd, EXIT_OUTPUT, "cannot write: %s", err_text(r));

	return status;
}

static int load(struct decoding *d)
{
	const struct decode_args *a = d->args;
	int r;

	if (a->out.n_dbc == 0) {
		r = decoder_init(&d->decoder, a->car.car ? a->car.car->platform : NULL);
		if (r < 0)
			return cli_fail(d->cmd, EXIT_NOT_FOR_CAR, "nothing is publicly known about the "
					"buses of the %s", a->car.car ? a->car.car->id : "cars");
	}

	return files_load_dbcs(d->cmd, &a->out, &d->decoder);
}

static int run(struct decoding *d)
{
	int status = EXIT_YES;

	for (size_t i = 0; i < d->args->n_files; i++) {
		int one = decoding_file(d, d->args->files[i]);

		status = one ? one : status;
		if (d->out.error || d->clk.signal || (one && one != EXIT_INPUT))
			break;
	}
	decoding_finish(d);

	return status;
}

static int open_and_run(struct decoding *d)
{
	const struct decode_args *a = d->args;
	int status;

	status = clock_catch_signals(&d->clk) < 0 ? EXIT_INPUT : load(d);
	if (status == 0)
		status = decoding_check(d);
	if (status)
		return status;
	d->open_output = open_output;
	d->view = (struct view){
		.ops = a->out.json ? &view_json : &view_text,
		.out = &d->out,
		.show_vin = a->out.show_vin,
	};
	status = decoding_start(d);
	if (status == 0)
		status = run(d);

	return close_output(d, status);
}

static int decode_main(const struct cmd *self, int argc, char **argv)
{
	struct decode_args a = { 0 };
	struct decoding d = { .cmd = self, .args = &a };
	int status;

	argp_parse(self->argp, argc, argv, 0, NULL, &a);
	clock_init_virtual(&d.clk, 0);
	if (car_args_defaults(&a.car) < 0)
		status = cli_fail(self, EXIT_USAGE, "unknown car '%s' in MINIKEY_CAR",
				  getenv("MINIKEY_CAR"));
	else
		status = open_and_run(&d);
	decoding_end(&d);
	decoder_free(&d.decoder);
	where_free(a.where);
	free(a.plot_names);
	clock_release_signals(&d.clk);

	return status;
}

const struct cmd cmd_decode = {
	.name = "decode",
	.summary = "Show the frames of a log, decoded",
	.argp = &decode_argp,
	.main = decode_main,
};
