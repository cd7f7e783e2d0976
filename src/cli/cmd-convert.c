/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "address/logs.h"
#include "base/err.h"
#include "car/vin-mask.h"
#include "cli/files.h"
#include "cli/recording.h"

struct convert_args {
	const char *from, *to;
	const char *format;
	bool mask;
};

enum { OPT_TO = 0x300, OPT_MASK };

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct convert_args *a = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		args_init(state);
		return 0;
	case OPT_TO:
		a->format = arg;
		return 0;
	case OPT_MASK:
		a->mask = true;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num > 1)
			args_error(state, "'%s' is too much: there is one IN and one OUT", arg);
		*(state->arg_num ? &a->to : &a->from) = arg;
		return 0;
	case ARGP_KEY_END:
		if (!a->to)
			args_error(state, "IN and OUT are needed; '-' is the standard input or output");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "to", OPT_TO, "FORMAT", 0,
	  "Write candump, asc, trc, csv, pcap, pcapng or kbus (default: by the ending of OUT)", 0 },
	{ "mask", OPT_MASK, NULL, 0, "Replace the end of VINs by a dummy", 0 },
	{ 0 },
};

static const struct argp convert_argp = {
	.options = options,
	.parser = parse,
	.args_doc = "IN OUT",
	.doc = "Write the log IN as OUT, in another format. What IN is shows in its content; it may "
	       "be packed by gzip or zstd. '-' is the standard input or output."
	       "\vEndings: .log candump, .asc, .trc, .csv (SavvyCAN), .pcap, .pcapng, .hex K-bus "
	       "bytes. No byte of a frame is changed but by --mask.",
};

struct converting {
	const struct cmd *cmd;
	const struct convert_args *args;
	struct clock clk;
	struct decoder decoder;
	struct vin_mask mask;
	struct recording recording;
	struct out out;
};

static void fault(const struct logfile_fault *f, void *arg)
{
	files_warn_log(((struct converting *)arg)->cmd, f);
}

/* Would writing OUT destroy IN before it is read? */
static bool same_file(const char *a, const char *b)
{
	struct stat sa, sb;
	int ra = strcmp(a, "-") ? stat(a, &sa) : fstat(STDIN_FILENO, &sa);
	int rb = strcmp(b, "-") ? stat(b, &sb) : fstat(STDOUT_FILENO, &sb);

	return ra == 0 && rb == 0 && S_ISREG(sa.st_mode) && sa.st_dev == sb.st_dev &&
	       sa.st_ino == sb.st_ino;
}

static int copy_frames(struct converting *c, struct logfile *lf, struct frame *f)
{
	int r = 1;

	while (r == 1) {
		if (c->args->mask)
			(void)vin_mask_frame(&c->mask, f);
		r = recording_put(&c->recording, f);
		if (r < 0)
			return r;
		if (!logfile_pending(lf)) {
			r = out_flush(&c->out);
			if (r < 0)
				return r;
		}
		r = logfile_next(lf, f);
	}

	return r;
}

static int read_failed(struct converting *c, int r)
{
	if (r == -ECANCELED)
		return EXIT_SIGNAL + c->clk.signal;
	if (r == c->out.error && r == -EPIPE)
		return EXIT_YES;
	if (r == c->out.error)
		return cli_fail(c->cmd, EXIT_OUTPUT, "cannot write '%s': %s", c->args->to, err_text(r));

	return cli_fail(c->cmd, EXIT_INPUT, "cannot read '%s': %s", c->args->from, err_text(r));
}

static int run(struct converting *c, const struct log_format *format)
{
	const struct convert_args *a = c->args;
	_cleanup_(logfile_closep) struct logfile *lf = NULL;
	struct frame f;
	int r, status;

	r = logfile_open_formats(a->from, address_logs, &c->clk, fault, c, &lf);
	if (r == 0)
		r = logfile_next(lf, &f);
	if (r < 0)
		return read_failed(c, r);
	/* Nothing to write: OUT, if there is one, stays as it is. */
	if (r == 0)
		return cli_fail(c->cmd, EXIT_INPUT, "'%s' has not one frame", a->from);
	status = recording_open(&c->recording, c->cmd, &c->out, format, a->to,
				a->mask ? RECORDING_NOTE : NULL);
	if (status)
		return status;
	r = copy_frames(c, lf, &f);
	status = r < 0 ? read_failed(c, r) : EXIT_YES;
	status = recording_close(&c->recording, status);

	return status == EXIT_YES && c->recording.left_out ? EXIT_NO : status;
}

static int convert_main(const struct cmd *self, int argc, char **argv)
{
	struct convert_args a = { 0 };
	struct converting c = { .cmd = self, .args = &a };
	const struct log_format *format;
	int status;

	argp_parse(self->argp, argc, argv, 0, NULL, &a);
	format = recording_format(self, "--to", a.format, a.to, NULL);
	if (!format)
		return EXIT_USAGE;
	if (same_file(a.from, a.to))
		return cli_fail(self, EXIT_USAGE, "'%s' and '%s' are the same file", a.from, a.to);
	clock_init_virtual(&c.clk, 0);
	if (clock_catch_signals(&c.clk) < 0 || (a.mask && decoder_init(&c.decoder, NULL) < 0))
		return cli_fail(self, EXIT_INPUT, "out of memory");
	vin_mask_init(&c.mask, &c.decoder);
	status = run(&c, format);
	decoder_free(&c.decoder);
	clock_release_signals(&c.clk);

	return status;
}

const struct cmd cmd_convert = {
	.name = "convert",
	.summary = "Write a log in another format",
	.argp = &convert_argp,
	.main = convert_main,
};
