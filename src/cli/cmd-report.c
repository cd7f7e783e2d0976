/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "cli/files.h"
#include "cli/session.h"
#include "out/report.h"
#include "proc/recogniser.h"

struct report_args {
	struct bus_args bus;
	const char *output;		/* NULL: stdout */
	char *file;			/* the recording */
	const struct procedure *named;	/* NULL: to be recognised */
	unsigned int fobs;		/* 0: not said */
};

enum { OPT_PROCEDURE = 0x300, OPT_FOBS };

static void check(const struct argp_state *state, const struct report_args *a)
{
	if (a->named && a->fobs > MAX(a->named->fobs_max, 1))
		args_error(state, "--fobs: %s is for one fob at a time", a->named->id);
	if (!a->output && isatty(STDOUT_FILENO))
		args_error(state, "a page is not for a terminal; -o FILE.html says where it goes");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct report_args *a = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		args_init(state);
		state->child_inputs[0] = &a->bus.car;
		return 0;
	case 'o':
		a->output = arg;
		return 0;
	case OPT_PROCEDURE:
		a->named = args_procedure(state, arg);
		return 0;
	case OPT_FOBS:
		a->fobs = args_number(state, "--fobs", arg, 1, JUDGE_FOBS_MAX);
		return 0;
	case ARGP_KEY_ARG:
		if (a->file)
			return args_too_much(state, arg);
		a->file = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		args_error(state, "no recording; 'minikey record' makes one, '-' is the standard input");
		return 0;
	case ARGP_KEY_END:
		check(state, a);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "output", 'o', "FILE", 0, "Write to FILE: a page, or a picture when its name ends in .svg", 0 },
	{ "procedure", OPT_PROCEDURE, "ID", 0, "Which one (default: recognise it)", 0 },
	{ "fobs", OPT_FOBS, "N", 0, "How many fobs were to be learned, 1 to 4", 0 },
	{ 0 },
};

static const struct argp_child children[] = {
	{ &car_argp, 0, "Car:", 1 },
	{ 0 },
};

static const struct argp report_argp = {
	.options = options,
	.parser = parse,
	.args_doc = "RECORDING",
	.children = children,
	.doc = "Judge the initialisation in a recording, and show it as one HTML page that needs "
	       "nothing else: the verdict, what was heard, each step and its limit. '-' is the "
	       "standard input."
	       "\vThe page is written whatever the verdict is: exit status 0.",
};

/* A recording being judged. */
struct judging {
	struct session *s;
	struct recogniser judges;
	struct report *report;
};

static void keep_steps(struct judging *g, const struct judge_step *steps, size_t n)
{
	for (size_t i = 0; i < n; i++)
		report_step(g->report, &steps[i]);
	if (g->judges.done && !g->report->judged)
		report_judged(g->report, &g->judges.result);
}

static void pass_time(struct judging *g, nsec_t now)
{
	struct judge_step steps[RECOGNISER_STEPS_MAX];

	keep_steps(g, steps, recogniser_time(&g->judges, now, steps));
}

static void take_in(struct judging *g, const struct frame *f, const struct event *events, size_t n)
{
	struct judge_step steps[RECOGNISER_STEPS_MAX];

	if (g->report->first == NSEC_NEVER)
		g->report->first = f->t;
	g->report->last = f->t;
	g->report->frames++;
	if (!g->s->car && g->s->decoder.platform)
		recogniser_platform(&g->judges, g->s->decoder.platform->id);
	for (size_t i = 0; i < n; i++) {
		report_event(g->report, &events[i]);
		keep_steps(g, steps, recogniser_event(&g->judges, &events[i], steps));
	}
}

/* 0, or the exit status after saying what is wrong. */
static int judge(struct judging *g)
{
	struct judge_step steps[RECOGNISER_STEPS_MAX];

	for (;;) {
		nsec_t deadline = recogniser_next(&g->judges);
		struct event events[STATE_EVENTS_MAX];
		struct decoded dec;
		struct frame f;
		size_t n;
		int r;

		if (deadline != NSEC_NEVER)
			deadline++;	/* a limit is met at exactly its time */
		r = session_hear(g->s, &f, &dec, events, &n, deadline);
		if (r == -ENODATA)
			break;
		if (r < 0)
			return session_fail(g->s, r);
		if (r > 0)
			take_in(g, &f, events, n);
		else
			pass_time(g, clock_now(&g->s->clk));
	}
	keep_steps(g, steps, recogniser_cut(&g->judges, clock_now(&g->s->clk), steps));
	recogniser_over(&g->judges);
	keep_steps(g, NULL, 0);

	return 0;
}

static bool is_svg(const char *path)
{
	size_t n = path ? strlen(path) : 0;

	return n > 4 && !strcmp(path + n - 4, ".svg");
}

/* Nothing is written, and no file made, before all is known. */
static int write_report(struct session *s, const struct report_args *a, const struct report *report)
{
	int fd, r, status = files_open_output(s->cmd, a->output, &(char *){ a->file }, 1, &fd);

	if (status)
		return status;
	out_init(&s->out, fd);
	s->out.wake_fd = s->clk.signal_fd;
	if (is_svg(a->output))
		report_svg(report, &s->out);
	else
		report_html(report, &s->out);
	if (fd == STDOUT_FILENO)
		return EXIT_YES;	/* session_close() writes the rest */
	r = out_flush(&s->out);
	if (close(fd) < 0 && r == 0)
		r = -errno;
	s->out.len = 0;

	return r < 0 ? session_fail(s, s->out.error = r) : EXIT_YES;
}

static int run(struct session *s, const struct report_args *a, const struct procedure *const *list,
	       size_t n)
{
	_cleanup_(freep) struct report *report = malloc(sizeof(*report));
	const char *slash = strrchr(a->file, '/');
	struct judging g = { .s = s, .report = report };
	int status;

	if (!report)
		return cli_fail(s->cmd, EXIT_INPUT, "out of memory");
	report_init(report, slash ? slash + 1 : a->file);
	recogniser_init(&g.judges, list, n, a->fobs, 0);
	status = judge(&g);
	if (status)
		return status;
	if (report->frames > 1 && report->first == report->last)
		return cli_fail(s->cmd, EXIT_INPUT, "%s: the frames in it have no times, so that no step "
				"can be judged", a->file);
	report->car = session_car(s).name;

	return write_report(s, a, report);
}

/* Those that may be in it, as `program` chooses them. 0, or the exit status. */
static int choose(const struct cmd *self, const struct report_args *a, const struct procedure **list,
		  size_t *ret_n)
{
	const struct car_args *car = &a->bus.car;
	const char *why = NULL;

	*ret_n = 1;
	list[0] = a->named;
	if (!a->named)
		*ret_n = procedure_choose(car->car, car->built, FOB_KIND_UNKNOWN, list, &why);
	else if (!procedure_applies(a->named, car->car, car->built, FOB_KIND_UNKNOWN, &why))
		*ret_n = 0;

	return *ret_n ? 0 : cli_fail(self, EXIT_NOT_FOR_CAR, "%s does not apply: %s",
				     a->named ? a->named->id : "an initialisation by the owner", why);
}

static int report_main(const struct cmd *self, int argc, char **argv)
{
	struct report_args a = { .bus.timeout = NSEC_NEVER };
	const struct out_args out = { 0 };
	const struct procedure *list[PROCEDURES_MAX];
	_cleanup_(freep) char *address = NULL;
	struct session s = { 0 };
	size_t n;
	int status;

	argp_parse(self->argp, argc, argv, 0, NULL, &a);
	if (car_args_defaults(&a.bus.car) < 0)
		return cli_fail(self, EXIT_USAGE, "unknown car '%s' in MINIKEY_CAR", getenv("MINIKEY_CAR"));
	status = choose(self, &a, list, &n);
	if (status)
		return status;
	if (!*a.file)
		return cli_fail(self, EXIT_INPUT, "cannot read '': %s", err_text(-ENOENT));
	if (asprintf(&address, "log:%s", a.file) < 0)
		return cli_fail(self, EXIT_INPUT, "out of memory");
	a.bus.interface = address;
	status = session_open(&s, self, &a.bus, &out, SESSION_BODY_ONLY | SESSION_LISTENS);
	if (status == 0)
		status = run(&s, &a, list, n);

	return session_close(&s, status);
}

const struct cmd cmd_report = {
	.name = "report",
	.summary = "Show a recorded attempt, judged, as one page",
	.argp = &report_argp,
	.main = report_main,
};
