/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/num.h"
#include "car/vin-mask.h"
#include "cli/recording.h"
#include "cli/session.h"

struct record_args {
	struct bus_args bus;
	struct out_args out;
	const char *format, *path;
	uint64_t max_size;
	nsec_t max_time, span;
	unsigned int count;
};

enum { OPT_FORMAT = 0x300, OPT_MAX_SIZE, OPT_MAX_TIME, OPT_FOR, OPT_COUNT };

/* "4096", "10k", "10M", "1G": multiples of 1024 */
static uint64_t parse_size(const struct argp_state *state, const char *arg)
{
	static const char units[] = "kMG";
	size_t len = strlen(arg);
	const char *unit = len > 1 ? strchr(units, arg[len - 1]) : NULL;
	char digits[24] = "";
	uint64_t v = 0;

	if (len - (unit != NULL) < sizeof(digits))
		memcpy(digits, arg, len - (unit != NULL));
	if (num_parse_uint(digits, UINT32_MAX, &v) < 0 || v == 0)
		args_error(state, "--max-size: '%s' is no size (like 4096, 500k, 10M, 1G)", arg);

	return unit ? v << 10 * (unit - units + 1) : v;
}

static void check(const struct argp_state *state, const struct record_args *a)
{
	bool to_stdout = !a->path || !strcmp(a->path, "-");

	if (to_stdout && (a->max_size || a->max_time))
		args_error(state, "--max-size and --max-time need a file: -o FILE");
	if (a->out.json)
		args_error(state, "--json is for 'monitor'; record writes frames as they are");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct record_args *a = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		return args_too_much(state, arg);
	case ARGP_KEY_INIT:
		args_init(state);
		a->span = NSEC_NEVER;
		state->child_inputs[0] = &a->bus;
		state->child_inputs[1] = &a->out;
		return 0;
	case 'o':
		a->path = arg;
		return 0;
	case OPT_FORMAT:
		a->format = arg;
		return 0;
	case OPT_MAX_SIZE:
		a->max_size = parse_size(state, arg);
		return 0;
	case OPT_MAX_TIME:
		a->max_time = args_duration(state, "--max-time", arg);
		if (a->max_time == 0)
			args_error(state, "--max-time: it must be over 0");
		return 0;
	case OPT_FOR:
		a->span = args_duration(state, "--for", arg);
		return 0;
	case OPT_COUNT:
		a->count = args_number(state, "--count", arg, 1, 1000000000);
		return 0;
	case ARGP_KEY_END:
		check(state, a);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "output", 'o', "FILE", 0, "Write to FILE (default: the standard output)", 0 },
	{ "format", OPT_FORMAT, "FORMAT", 0,
	  "candump, asc, pcap, pcapng, trc, csv or kbus (default: by the ending of FILE, or candump)", 0 },
	{ "max-size", OPT_MAX_SIZE, "SIZE", 0, "Begin the next file before SIZE (10M) is passed", 0 },
	{ "max-time", OPT_MAX_TIME, "TIME", 0, "Begin the next file after TIME", 0 },
	{ "for", OPT_FOR, "TIME", 0, "End after TIME", 0 },
	{ "count", OPT_COUNT, "N", 0, "End after N frames", 0 },
	{ 0 },
};

static const struct argp_child children[] = {
	{ &bus_argp, 0, "Bus:", 1 },
	{ &out_argp, 0, "Content:", 2 },
	{ 0 },
};

static const struct argp record_argp = {
	.options = options,
	.parser = parse,
	.children = children,
	.doc = "Write the frames on the bus to a log, with direction and absolute times. It never "
	       "sends."
	       "\vThe next files are called FILE.1, FILE.2, ... with the number before the ending. "
	       "SIGHUP begins the file anew when it was moved away. The end of VINs is replaced by "
	       "a dummy unless --show-vin is given.",
};

struct recorder {
	struct session s;
	struct recording recording;
	struct vin_mask mask;
	const struct record_args *args;
	int hangup;		/* SIGHUP arrives here */
	uint64_t lost;
};

static int watch_hangup(struct recorder *c)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	c->hangup = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (c->hangup < 0)
		return -errno;
	clock_watch(&c->s.clk, c->hangup, POLLIN);

	return 0;
}

static int take_hangup(struct recorder *c)
{
	struct signalfd_siginfo si;

	if (read(c->hangup, &si, sizeof(si)) != (ssize_t)sizeof(si))
		return 0;

	return recording_reopen(&c->recording);
}

static int keep(struct recorder *c, struct frame *f)
{
	if (f->flags & FRAME_LOST) {
		c->lost += f->id;
		return 0;
	}
	if (!c->args->out.show_vin)
		(void)vin_mask_frame(&c->mask, f);

	return recording_put(&c->recording, f);
}

/* Ctrl-C: what came before it is still in the kernel. 0, or the output's error. */
static int drain(struct recorder *c)
{
	struct clock *clk = &c->s.clk;
	int fd = clk->signal_fd, signal = clk->signal, r = 0, n;
	nsec_t now = clock_now(clk);
	struct frame f[64];
	bool before = true;

	if (clk->is_virtual)
		return 0;
	clk->signal_fd = -1;
	clk->signal = 0;
	while (r == 0 && before && (n = link_recv(c->s.link, f, ARRAY_SIZE(f), now)) > 0)
		for (int i = 0; r == 0 && i < n; i++) {
			before = f[i].t <= now;
			if (before)
				r = keep(c, &f[i]);
		}
	clk->signal_fd = fd;
	clk->signal = signal;

	return r;
}

static int record(struct recorder *c)
{
	nsec_t now = clock_now(&c->s.clk);
	nsec_t deadline = c->args->span == NSEC_NEVER ? NSEC_NEVER : now + c->args->span;
	unsigned int since = 0;
	int r;

	for (;;) {
		struct frame f;

		r = session_next(&c->s, &f, deadline);
		if (r == -ECANCELED) {
			r = drain(c);
			return r < 0 ? r : -ECANCELED;
		}
		if (r < 0)
			return r == -ENODATA ? 0 : r;
		if (r == 1) {
			r = keep(c, &f);
			if (r < 0)
				return r;
			if (c->args->count && c->recording.frames >= c->args->count)
				return 0;
		} else if (clock_now(&c->s.clk) >= deadline) {
			return 0;
		}
		/* Also on a bus that never pauses. */
		if (r == 1 && ++since < 256)
			continue;
		since = 0;
		r = take_hangup(c);
		if (r < 0)
			return r;
	}
}

static int run(struct recorder *c, const struct log_format *format)
{
	const struct record_args *a = c->args;
	int status, r;

	status = recording_open(&c->recording, c->s.cmd, &c->s.out, format, a->path,
				a->out.show_vin ? NULL : RECORDING_NOTE);
	if (status)
		return status;
	c->recording.max_size = a->max_size;
	c->recording.max_time = a->max_time;
	vin_mask_init(&c->mask, &c->s.decoder);
	r = watch_hangup(c);
	if (r == 0)
		r = record(c);
	status = r < 0 ? session_fail(&c->s, r) : EXIT_YES;
	if (c->lost)
		cli_say(c->s.cmd, "%" PRIu64 " frame%s lost: the bus was faster than the reader", c->lost,
			c->lost == 1 ? "" : "s");
	status = recording_close(&c->recording, status);
	if (c->hangup >= 0)
		close(c->hangup);

	return status;
}

static int record_main(const struct cmd *self, int argc, char **argv)
{
	struct record_args a = { 0 };
	struct recorder c = { .args = &a, .hangup = -1 };
	const struct log_format *format;
	int status;

	argp_parse(self->argp, argc, argv, 0, NULL, &a);
	format = recording_format(self, "--format", a.format, a.path, &log_candump);
	if (!format)
		return EXIT_USAGE;
	status = session_open(&c.s, self, &a.bus, &a.out, SESSION_ENDLESS | SESSION_UNTIL_SETTLED | SESSION_LISTENS);
	if (status == 0)
		status = run(&c, format);

	return session_close(&c.s, status);
}

const struct cmd cmd_record = {
	.name = "record",
	.summary = "Write the frames on the bus to a log",
	.argp = &record_argp,
	.main = record_main,
};
