/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "address/logs.h"
#include "base/err.h"
#include "car/role.h"
#include "cli/decoding.h"
#include "cli/files.h"
#include "dbc/codec.h"
#include "out/plan.h"
#include "proto/kbus.h"

#define PROGRESS_EVERY 8192	/* frames */
#define MANY_FRAMES 65536	/* more are worth threads: 3 MB of a candump log */

/* ---- making ready ---- */

static const struct dbc_signal *find_signal(const struct decoder *d, const char *name)
{
	for (size_t i = 0; i < d->n_sources; i++)
		for (size_t m = 0; m < d->sources[i].dbc->n_messages; m++) {
			const struct dbc_message *message = &d->sources[i].dbc->messages[m];

			for (size_t k = 0; k < message->n_signals; k++)
				if (plan_names_signal(name, &message->signals[k]))
					return &message->signals[k];
		}

	return NULL;
}

static int check_signals(struct decoding *d)
{
	for (size_t i = 0; i < d->args->n_signals; i++) {
		const struct dbc_signal *s = find_signal(&d->decoder, d->args->signals[i]);

		if (!s)
			return cli_fail(d->cmd, EXIT_USAGE, "no message has a signal '%s'",
					d->args->signals[i]);
		if (d->args->mode == DECODE_PLOT && s->role == ROLE_VIN)
			return cli_fail(d->cmd, EXIT_USAGE, "--plot: '%s' is no quantity",
					d->args->signals[i]);
	}

	return 0;
}

static int bind_where(struct decoding *d)
{
	struct where_fault fault = { 0 };
	int r = d->args->where ? where_bind(d->args->where, &d->decoder, &fault) : 0;

	if (r == -EINVAL)
		return cli_fail(d->cmd, EXIT_USAGE, "--where, column %zu: %s", fault.column, fault.why);

	return r < 0 ? cli_fail(d->cmd, EXIT_INPUT, "--where: %s", err_text(r)) : 0;
}

int decoding_check(struct decoding *d)
{
	const char *unknown = filter_unknown_message(&d->args->filter, &d->decoder);
	int r;

	if (unknown)
		return cli_fail(d->cmd, EXIT_USAGE, "--message: no message is called '%s'", unknown);
	r = check_signals(d);

	return r ? r : bind_where(d);
}

int decoding_start(struct decoding *d)
{
	const struct decode_args *a = d->args;
	int r = 0;

	d->view.signals = a->n_signals ? a->signals : NULL;
	d->view.n_signals = a->n_signals;
	d->from = INT64_MIN;
	d->to = NSEC_NEVER;
	state_init(&d->state);
	d->state.no_rear = a->car.car && !a->car.car->rear_doors;
	if (a->mode == DECODE_EVENTS)
		r = quiet_init(&d->quiet, &d->decoder);
	if (a->mode == DECODE_STATS) {
		d->stats = stats_new();
		r = d->stats ? 0 : -ENOMEM;
	}
	if (r < 0)
		return cli_fail(d->cmd, EXIT_INPUT, "cannot begin: %s", err_text(r));

	return 0;
}

/* The first file is there. */
static int begin(struct decoding *d)
{
	const struct decode_args *a = d->args;
	int status = d->open_output(d);

	if (status)
		return status;
	d->readable = true;
	if (a->csv && a->mode == DECODE_EVENTS)
		view_csv_event_header(&d->view);
	else if (a->csv)
		view_csv_header(&d->view);
	progress_init(&d->progress, d->out.fd);

	return 0;
}

void decoding_end(struct decoding *d)
{
	progress_clear(&d->progress);
	workers_free(d->workers);
	view_done(&d->view);
	quiet_free(&d->quiet);
	stats_free(d->stats);
	plot_free(&d->plot);
	for (size_t i = 0; i < d->n_buses; i++)
		free(d->buses[i]);
}

/* ---- frames ---- */

/* The first time of the run: "+10s" counts from it. */
static void start_time(struct decoding *d, nsec_t first)
{
	const struct decode_args *a = d->args;

	d->started = true;
	if (a->has_from)
		d->from = moment_at(&a->from, first);
	if (a->has_to)
		d->to = moment_at(&a->to, first);
	if (a->where)
		where_start(a->where, first);
}

static bool in_time(const struct decoding *d, const struct frame *f)
{
	if (f->t == NSEC_NEVER)
		return !d->args->has_from && !d->args->has_to;

	return f->t >= d->from && f->t < d->to;
}

/* Everything that is asked of a frame, but the time. */
static bool passes(struct decoding *d, const struct decoded *dec, bool default_all)
{
	const struct decode_args *a = d->args;

	if (!filter_passes(&a->filter, dec, default_all))
		return false;
	if (a->n_signals && !view_shows(&d->view, dec))
		return false;

	return !a->where || where_holds(a->where, dec);
}

static bool is_trouble(const struct decoded *dec)
{
	return dec->frame->flags & (FRAME_ERR | FRAME_LOST);
}

static void put_line(struct view *v, const struct decoded *dec)
{
	if (is_trouble(dec))
		v->ops->trouble(v, dec->frame);
	else
		v->ops->frame(v, dec);
}

static workers_line_fn line_of(const struct decoding *d)
{
	return d->args->csv ? view_csv_frame : put_line;
}

static int show(struct decoding *d, const struct decoded *dec)
{
	if (d->workers)
		return workers_put(d->workers, dec);
	line_of(d)(&d->view, dec);

	return d->out.error;
}

/* A table has only what DBCs know. */
static int take_frame(struct decoding *d, const struct decoded *dec)
{
	bool shown;

	if (d->args->csv)
		shown = dec->message && passes(d, dec, false);
	else
		shown = is_trouble(dec) || passes(d, dec, !d->args->out.json);

	return shown ? show(d, dec) : 0;
}

/* Not for quiet frames: room for so many events costs more than all else. */
__attribute__((noinline)) static void tell_events(struct decoding *d, const struct decoded *dec, bool timely)
{
	struct event events[STATE_EVENTS_MAX];
	size_t n;

	n = state_hear(&d->state, dec, events);
	quiet_heard(&d->quiet, dec, n);
	if (n == 0 || !timely || !passes(d, dec, true))
		return;
	for (size_t i = 0; i < n; i++)
		if (d->args->events & 1u << events[i].kind)
			(d->args->csv ? view_csv_event : d->view.ops->event)(&d->view, &events[i]);
}

/* All frames are heard, so that "was" is right; those asked about are told. */
static void take_events(struct decoding *d, const struct decoded *dec, bool timely)
{
	if (!quiet_is(&d->quiet, dec))
		tell_events(d, dec, timely);
}

static int take_stats(struct decoding *d, const struct decoded *dec)
{
	return is_trouble(dec) || passes(d, dec, true) ? stats_hear(d->stats, dec) : 0;
}

static int take_plot(struct decoding *d, const struct decoded *dec)
{
	const struct dbc_message *m = dec->message;
	uint64_t raw;
	int r = 0;

	if (!m || !passes(d, dec, false))
		return 0;
	for (size_t i = 0; r == 0 && i < m->n_signals; i++) {
		const struct dbc_signal *s = &m->signals[i];
		size_t k = 0;

		while (k < d->args->n_signals && !plan_names_signal(d->args->signals[k], s))
			k++;
		if (k < d->args->n_signals &&
		    dbc_get_raw(s, dec->frame->data, dec->frame->len, &raw))
			r = plot_add(&d->plot, s, k, dec->frame->t, raw);
	}

	return r;
}

/* A name that no frame had is shown as one that was never heard. */
static void expect_all(struct decoding *d)
{
	for (size_t k = 0; k < d->args->n_signals; k++) {
		bool heard = false;

		for (size_t i = 0; i < d->plot.n; i++)
			heard |= plan_names_signal(d->args->signals[k], d->plot.series[i].signal);
		if (!heard && plot_expect(&d->plot, find_signal(&d->decoder, d->args->signals[k]), k) < 0)
			return;
	}
}

/* Who decodes remembers buses by their names, longer than a file is open. */
static void own_bus(struct decoding *d, struct frame *f)
{
	size_t i;

	if (!f->bus || f->bus == d->last_bus) {
		f->bus = f->bus ? d->last_own : NULL;
		return;
	}
	d->last_bus = d->last_own = f->bus;
	for (i = 0; i < d->n_buses && strcmp(d->buses[i], f->bus) != 0;)
		i++;
	if (i == d->n_buses && i < LOGFILE_BUS_MAX) {
		d->buses[i] = strdup(f->bus);
		d->n_buses += d->buses[i] != NULL;
	}
	if (i < d->n_buses)
		d->last_own = d->buses[i];
	f->bus = d->last_own;
}

static int take(struct decoding *d, struct frame *f)
{
	struct decoded dec;
	bool timely;

	own_bus(d, f);
	if (f->len > FRAME_CLASSIC_MAX)
		kbus_unpad(f);
	if (!d->started && f->t != NSEC_NEVER)
		start_time(d, f->t);
	if (!d->args->out.show_vin && d->args->mode == DECODE_FRAMES)
		(void)vin_mask_answer(&d->mask, f);
	timely = in_time(d, f);
	if (!timely && d->args->mode != DECODE_EVENTS)
		return 0;
	decoder_frame(&d->decoder, f, &dec);

	switch (d->args->mode) {
	case DECODE_FRAMES:
		return take_frame(d, &dec);
	case DECODE_EVENTS:
		take_events(d, &dec, timely);
		return d->out.error;
	case DECODE_STATS:
		return take_stats(d, &dec);
	case DECODE_PLOT:
		return take_plot(d, &dec);
	}

	return 0;
}

/* There is much to do: from now on all our processors read, and write lines. */
static int use_processors(struct decoding *d, struct logfile *lf)
{
	bool lines = d->args->mode == DECODE_FRAMES;
	unsigned int threads = workers_useful();
	int r = 0;

	if (threads == 0)
		return 0;
	for (size_t i = 0; lines && r == 0 && i < d->decoder.n_sources; i++)
		r = view_prepare(&d->view, d->decoder.sources[i].dbc);
	if (r == 0 && lines && !d->workers)
		r = workers_new(&d->view, line_of(d), threads, &d->workers);
	if (r == 0)
		r = logfile_read_ahead(lf);

	return r == -EAGAIN ? 0 : r;	/* it goes without them */
}

/* All lines so far are in the output. R: how the reading went, which matters more. */
static int finish_lines(struct decoding *d, int r)
{
	int lines = d->workers && !d->out.error ? workers_finish(d->workers) : 0;

	return r < 0 ? r : lines;
}

/* A pipe may be slow: show what there is. */
static int show_all(void *arg)
{
	struct decoding *d = arg;
	int r = finish_lines(d, 0);

	return r < 0 ? r : out_flush(&d->out);
}

static int decode_frames(struct decoding *d, struct logfile *lf)
{
	uint64_t done, size;
	struct frame f;
	int r = 0;

	logfile_on_wait(lf, show_all, d);
	if (d->frames >= MANY_FRAMES)
		r = use_processors(d, lf);
	while (r >= 0) {
		r = logfile_next(lf, &f);
		if (r <= 0)
			break;
		if (++d->frames == MANY_FRAMES)
			r = use_processors(d, lf);
		if (r >= 0)
			r = take(d, &f);
		if (d->progress.wanted && d->frames % PROGRESS_EVERY == 0) {
			logfile_progress(lf, &done, &size);
			progress_show(&d->progress, d->file, done, size);
		}
	}

	return r;
}

static void fault(const struct logfile_fault *f, void *arg)
{
	struct decoding *d = arg;

	progress_clear(&d->progress);
	files_warn_log(d->cmd, f);
}

static int failed(struct decoding *d, int r)
{
	progress_clear(&d->progress);
	if (r == -ECANCELED && clock_interrupted(&d->clk) < 0)
		return EXIT_SIGNAL + d->clk.signal;
	if (r == d->out.error)
		return r == -EPIPE ? EXIT_YES :
				     cli_fail(d->cmd, EXIT_OUTPUT, "cannot write: %s", err_text(r));
	if (r == -ENOSPC && d->args->mode == DECODE_PLOT)
		return cli_fail(d->cmd, EXIT_USAGE, "--plot: more than %d signals; say MESSAGE.SIGNAL",
				PLOT_SERIES_MAX);

	return cli_fail(d->cmd, EXIT_INPUT, "cannot read '%s': %s", d->file, err_text(r));
}

int decoding_file(struct decoding *d, const char *path)
{
	_cleanup_(logfile_closep) struct logfile *lf = NULL;
	int r, status;

	d->file = path;
	r = logfile_open_formats(path, address_logs, &d->clk, fault, d, &lf);
	if (r == 0 && !d->readable) {
		status = begin(d);
		if (status)
			return status;
	}
	if (r == 0)
		r = decode_frames(d, lf);
	r = finish_lines(d, r);
	progress_clear(&d->progress);
	if (d->stats && lf) {
		stats_bad(d->stats, logfile_counts(lf)->bad);
		stats_next_file(d->stats);
	}
	d->last_bus = NULL;
	if (r < 0)
		return failed(d, r);

	return d->args->strict && logfile_counts(lf)->bad ? EXIT_INPUT : EXIT_YES;
}

void decoding_finish(struct decoding *d)
{
	const struct decode_args *a = d->args;

	if (d->out.error || d->clk.signal || !d->readable)
		return;
	if (a->mode == DECODE_STATS && a->out.json)
		stats_json(d->stats, &d->out);
	else if (a->mode == DECODE_STATS)
		stats_text(d->stats, &d->out);
	if (a->mode == DECODE_PLOT) {
		expect_all(d);
		plot_svg(&d->plot, a->files[0], &d->out);
	}
}
