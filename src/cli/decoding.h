/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "car/state.h"
#include "car/vin-mask.h"
#include "cli/cli.h"
#include "cli/condition.h"
#include "cli/filter.h"
#include "cli/moment.h"
#include "cli/progress.h"
#include "cli/quiet.h"
#include "cli/stats.h"
#include "cli/where.h"
#include "cli/workers.h"
#include "link/logfile.h"
#include "out/plot.h"
#include "out/view.h"

/* One run over recordings: their frames, or what is made of them. */

#define DECODE_SIGNALS_MAX PLOT_SERIES_MAX

enum decode_mode { DECODE_FRAMES, DECODE_EVENTS, DECODE_STATS, DECODE_PLOT };

struct decode_args {
	struct car_args car;
	struct out_args out;
	struct filter_args filter;
	enum decode_mode mode;
	event_set events;		/* DECODE_EVENTS: which */
	bool csv;			/* frames or events as a table */
	bool strict;
	const char *signals[DECODE_SIGNALS_MAX];	/* none: all of them */
	size_t n_signals;
	char *plot_names;		/* what some of them point into */
	struct where *where;		/* NULL: any */
	bool has_from, has_to;
	struct moment from, to;
	const char *output;		/* NULL: stdout */
	char **files;
	size_t n_files;
};

struct decoding {
	const struct cmd *cmd;
	const struct decode_args *args;
	struct clock clk;
	struct decoder decoder;
	struct vin_mask mask;		/* of what is shown */
	struct view view;
	struct workers *workers;	/* NULL: none, or not yet */
	struct car_state state;
	struct quiet quiet;
	struct stats *stats;
	struct plot plot;
	struct progress progress;
	const char *file;		/* the one being read */
	char *buses[LOGFILE_BUS_MAX];	/* names outlive their file */
	size_t n_buses;
	const char *last_bus, *last_own;	/* the file's name, and ours for it */
	/*
	 * A file is there: make OUT. 0, or the exit status after saying what is wrong, which
	 * ends the run.
	 */
	int (*open_output)(struct decoding *d);
	bool readable;			/* one of the files was there, and OUT is open */
	unsigned long frames;		/* read */
	bool started;			/* a frame with a time was there: */
	nsec_t from, to;		/* what is asked about: from <= t < to */
	struct out out;
};

/*
 * Is all that was named there? The decoder is loaded, nothing is written yet. 0, or the
 * exit status after saying what is wrong.
 */
_must_check_ int decoding_check(struct decoding *d);

/* Make ready what the mode needs; out and view are. As above; then decoding_end(). */
_must_check_ int decoding_start(struct decoding *d);

/* Read one file. The exit status; D->out.error and D->clk.signal end the run. */
int decoding_file(struct decoding *d, const char *path);

/* What comes at the end: counts, the picture. Nothing of files that are not there. */
void decoding_finish(struct decoding *d);

void decoding_end(struct decoding *d);
