/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "cli/files.h"
#include "cli/filter.h"
#include "cli/session.h"
#include "proto/kbus.h"

struct decode_args {
	struct car_args car;
	struct out_args out;
	struct filter_args filter;
	bool strict;
	char **files;
	size_t n_files;
};

enum { OPT_STRICT = 0x300 };

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct decode_args *a = state->input;

	(void)arg;
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
	case ARGP_KEY_ARGS:
		a->files = state->argv + state->next;
		a->n_files = (size_t)(state->argc - state->next);
		return 0;
	case ARGP_KEY_NO_ARGS:
		args_error(state, "no FILE; '-' is the standard input");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "strict", OPT_STRICT, NULL, 0, "A bad line makes it fail", 0 },
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
	.doc = "Show the frames of candump logs, raw and decoded. '-' is the standard input."
	       "\v--dbc replaces the built-in cars. As JSON, frames that no DBC knows are left out "
	       "unless --all is given.",
};

/* All that one run holds. */
struct decoding {
	const struct cmd *cmd;
	const struct decode_args *args;
	struct clock clk;
	struct decoder decoder;
	struct view view;
	struct out out;
};

static void fault(const struct logfile_fault *f, void *arg)
{
	files_warn_log(((struct decoding *)arg)->cmd, f);
}

static int decode_frames(struct decoding *d, struct logfile *lf)
{
	for (;;) {
		struct decoded dec;
		struct frame f;
		int r;

		if (!logfile_pending(lf)) {
			r = out_flush(&d->out);	/* a pipe may be slow: show what there is */
			if (r < 0)
				return r;
		}
		r = logfile_next(lf, &f);
		if (r <= 0)
			return r;
		if (f.len > FRAME_CLASSIC_MAX)
			kbus_unpad(&f);
		if (f.flags & FRAME_ERR) {
			d->view.ops->trouble(&d->view, &f);
			continue;
		}
		decoder_frame(&d->decoder, &f, &dec);
		if (filter_passes(&d->args->filter, &dec, !d->args->out.json))
			d->view.ops->frame(&d->view, &dec);
		if (d->out.error)
			return d->out.error;
	}
}

static int decode_file(struct decoding *d, const char *path)
{
	_cleanup_(logfile_closep) struct logfile *lf = NULL;
	int r;

	r = logfile_open(path, &d->clk, fault, d, &lf);
	if (r == 0)
		r = decode_frames(d, lf);
	if (r == -ECANCELED && clock_interrupted(&d->clk) < 0)
		return EXIT_SIGNAL + d->clk.signal;
	if (r < 0 && r == d->out.error)
		return r == -EPIPE ? EXIT_YES :
				     cli_fail(d->cmd, EXIT_OUTPUT, "cannot write: %s", err_text(r));
	if (r < 0)
		return cli_fail(d->cmd, EXIT_INPUT, "cannot read '%s': %s", path, err_text(r));

	return d->args->strict && logfile_counts(lf)->bad ? EXIT_INPUT : EXIT_YES;
}

static int run(struct decoding *d)
{
	const char *unknown = filter_unknown_message(&d->args->filter, &d->decoder);
	int status = EXIT_YES, r;

	if (unknown)
		return cli_fail(d->cmd, EXIT_USAGE, "--message: no message is called '%s'", unknown);

	for (size_t i = 0; i < d->args->n_files; i++) {
		int one = decode_file(d, d->args->files[i]);

		status = one ? one : status;
		if (d->out.error || d->clk.signal)
			break;
	}
	r = out_flush(&d->out);
	if (r == -ECANCELED && clock_interrupted(&d->clk) < 0)
		return EXIT_SIGNAL + d->clk.signal;
	if (r < 0 && r != -EPIPE && status != EXIT_OUTPUT)
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

static int decode_main(const struct cmd *self, int argc, char **argv)
{
	struct decode_args a = { 0 };
	struct decoding d = { .cmd = self, .args = &a };
	int status;

	argp_parse(self->argp, argc, argv, 0, NULL, &a);
	out_init(&d.out, STDOUT_FILENO);
	d.view = (struct view){
		.ops = a.out.json ? &view_json : &view_text,
		.out = &d.out,
		.show_vin = a.out.show_vin,
	};
	clock_init_virtual(&d.clk, 0);
	if (car_args_defaults(&a.car) < 0)
		return cli_fail(self, EXIT_USAGE, "unknown car '%s' in MINIKEY_CAR", getenv("MINIKEY_CAR"));
	status = clock_catch_signals(&d.clk) < 0 ? EXIT_INPUT : load(&d);
	d.out.wake_fd = d.clk.signal_fd;
	if (status == 0)
		status = run(&d);
	decoder_free(&d.decoder);
	clock_release_signals(&d.clk);

	return status;
}

const struct cmd cmd_decode = {
	.name = "decode",
	.summary = "Show the frames of a log, decoded",
	.argp = &decode_argp,
	.main = decode_main,
};
