/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "link/log-ahead.h"
#include "link/log-input.h"
#include "link/logfile.h"

#define BLOCK_SIZE LOG_AHEAD_BLOCK
#define MAGIC_SIZE 4

/* A rest of a line this short is moved to the front, so that the cache stays warm. */
#define SHORT_REST 4096

struct bus_name {
	char *name;
	size_t len;
};

struct logfile {
	char *name;
	struct log_input *input;
	struct log_ahead *ahead;	/* who reads INPUT; NULL: we do */
	bool eof;
	bool cut;	/* at the end a part is missing: what is left is no whole line */
	bool looked;	/* a binary log would be known by now */
	bool too_long;	/* in a line whose beginning is thrown away */
	logfile_fault_fn fn;
	void *arg;
	const struct log_format *const *formats;
	const struct log_format *format;	/* NULL: no line told it yet */
	void *state;
	struct logfile_counts counts;
	const char *line;	/* the one that goes on: from RESUME; 0: none */
	size_t line_len, resume;
	size_t skip;		/* bytes of a record that are still to come and not wanted */
	struct bus_name bus[LOGFILE_BUS_MAX];
	size_t n_bus, last_bus;
	size_t start, scan, end; /* unread from START; no newline before SCAN */
	char buf[LOGFILE_LINE_MAX + BLOCK_SIZE];
};

int logfile_open_formats(const char *path, const struct log_format *const *formats,
			 struct clock *clk, logfile_fault_fn fn, void *arg,
			 struct logfile **ret_logfile)
{
	_cleanup_(logfile_closep) struct logfile *lf = malloc(sizeof(*lf));
	int r;

	if (!lf)
		return -ENOMEM;
	/* Not the buffer: its pages are used when they are needed. */
	memset(lf, 0, offsetof(struct logfile, buf));
	lf->formats = formats;
	lf->fn = fn;
	lf->arg = arg;
	lf->name = strdup(path);
	if (!lf->name)
		return -ENOMEM;

	r = log_input_open(path, clk, &lf->input);
	if (r < 0)
		return r;

	*ret_logfile = lf;
	lf = NULL;

	return 0;
}

int logfile_open(const char *path, struct clock *clk, logfile_fault_fn fn, void *arg,
		 struct logfile **ret_logfile)
{
	return logfile_open_formats(path, log_formats, clk, fn, arg, ret_logfile);
}

void logfile_close(struct logfile *lf)
{
	if (!lf)
		return;
	for (size_t i = 0; i < lf->n_bus; i++)
		free(lf->bus[i].name);
	log_ahead_free(lf->ahead);
	log_input_close(lf->input);
	free(lf->state);
	free(lf->name);
	free(lf);
}

const struct logfile_counts *logfile_counts(const struct logfile *lf)
{
	return &lf->counts;
}

const struct log_format *logfile_format(const struct logfile *lf)
{
	return lf->format;
}

void logfile_progress(const struct logfile *lf, uint64_t *ret_done, uint64_t *ret_size)
{
	if (lf->ahead)
		log_ahead_progress(lf->ahead, ret_done, ret_size);
	else
		log_input_progress(lf->input, ret_done, ret_size);
}

void logfile_on_wait(struct logfile *lf, int (*fn)(void *arg), void *arg)
{
	log_input_on_wait(lf->input, fn, arg);
}

int logfile_read_ahead(struct logfile *lf)
{
	return lf->ahead ? 0 : log_ahead_new(lf->input, &lf->ahead);
}

static void fault(struct logfile *lf, const char *line, size_t len, size_t column,
		  const char *reason)
{
	struct logfile_fault f = {
		.name = lf->name,
		.line = lf->counts.lines,
		.column = column,
		.text = line,
		.len = len,
		.reason = reason ? reason : "no frame",
	};

	lf->counts.bad++;
	if (lf->fn)
		lf->fn(&f, lf->arg);
}

static bool is_binary(const struct logfile *lf)
{
	return lf->format && lf->format->record;
}

/* The packed data ends too early. What it gave is used, but for a line without its end. */
static void input_is_cut(struct logfile *lf)
{
	lf->eof = lf->cut = true;
	lf->counts.lines += !is_binary(lf);
	fault(lf, NULL, 0, !is_binary(lf),
	      !strcmp(log_input_packing(lf->input), "gzip") ?
		      "the gzip data is damaged or cut short here" :
		      "the zstd data is damaged or cut short here");
	lf->counts.lines -= !is_binary(lf);
}

/* Read some more, once. At the end EOF is set. */
static int fill(struct logfile *lf)
{
	size_t rest = lf->end - lf->start;
	ssize_t n;

	if (rest < SHORT_REST || sizeof(lf->buf) - lf->end < BLOCK_SIZE) {
		memmove(lf->buf, lf->buf + lf->start, rest);
		lf->scan -= lf->start;
		lf->start = 0;
		lf->end = rest;
	}

	if (lf->ahead)
		n = log_ahead_read(lf->ahead, lf->buf + lf->end, BLOCK_SIZE);
	else
		n = log_input_read(lf->input, lf->buf + lf->end, BLOCK_SIZE);
	if (n == -EBADMSG)
		input_is_cut(lf);
	else if (n == -EOPNOTSUPP)
		return -ENOPKG;
	else if (n < 0)
		return n == -EAGAIN ? 0 : n == -EINVAL ? -EIO : (int)n;
	else if (n == 0)
		lf->eof = true;
	else
		lf->end += (size_t)n;

	return 0;
}

static int set_format(struct logfile *lf, const struct log_format *format)
{
	void *state = calloc(1, format->state_size + 1);

	if (!state)
		return -ENOMEM;
	free(lf->state);
	lf->state = state;
	lf->format = format;

	return 0;
}

/* 1: a binary log, of *ret_format; 0: none; -EAGAIN: more bytes are needed. */
static int probe_binary(const struct logfile *lf, const struct log_format **ret_format)
{
	size_t n = lf->end - lf->start;

	if (n < MAGIC_SIZE)
		return -EAGAIN;
	for (size_t i = 0; lf->formats[i]; i++) {
		int r = 0;

		if (lf->formats[i]->probe_binary)
			r = lf->formats[i]->probe_binary((const uint8_t *)lf->buf + lf->start, n);
		*ret_format = lf->formats[i];
		if (r)
			return r;
	}

	return 0;
}

/* Is it a binary log? Its first bytes say so. */
static int look(struct logfile *lf)
{
	const struct log_format *found;
	int r;

	for (;;) {
		r = probe_binary(lf, &found);
		if (r != -EAGAIN || lf->eof)
			break;
		r = fill(lf);
		if (r < 0)
			return r;
	}
	lf->looked = true;

	return r == 1 ? set_format(lf, found) : 0;
}

/* ---- lines ---- */

/* Is a whole line in memory? Then its newline is at SCAN, or the file's end. */
static bool find_end(struct logfile *lf)
{
	const char *nl = memchr(lf->buf + lf->scan, '\n', lf->end - lf->scan);

	lf->scan = nl ? (size_t)(nl - lf->buf) : lf->end;

	return nl || (lf->eof && !lf->cut && lf->start < lf->end);
}

bool logfile_pending(struct logfile *lf)
{
	if (is_binary(lf))
		return lf->start < lf->end;

	return lf->resume || find_end(lf);
}

static bool is_comment(const char *line, size_t len)
{
	size_t i = 0;

	while (i < len && (line[i] == ' ' || line[i] == '\t' || line[i] == '\r'))
		i++;

	return i == len || line[i] == '#' || line[i] == ';';
}

/* The line is over the limit: say so once. What is read of it is thrown away. */
static void report_long_line(struct logfile *lf, const char *line)
{
	if (lf->too_long)
		return;
	lf->too_long = true;
	lf->counts.lines++;
	if (!is_comment(line, LOGFILE_LINE_MAX))
		fault(lf, line, LOGFILE_LINE_MAX, LOGFILE_LINE_MAX + 1, "line too long");
}

/* 1: a line without its newline; 0: the end. */
static int next_line(struct logfile *lf, const char **ret_line, size_t *ret_len)
{
	for (;;) {
		bool found = find_end(lf), skip;
		const char *line = lf->buf + lf->start;
		size_t len = lf->scan - lf->start;
		int r;

		if (len > LOGFILE_LINE_MAX)
			report_long_line(lf, line);
		skip = lf->too_long;
		if (found) {
			lf->start = lf->scan = lf->scan + (lf->scan < lf->end);
			lf->too_long = false;
		}
		if (found && !skip) {
			lf->counts.lines++;
			*ret_line = line;
			*ret_len = len;
			return 1;
		}
		if (found)
			continue;

		if (lf->eof)
			return 0;
		if (skip)
			lf->start = lf->end;
		r = fill(lf);
		if (r < 0)
			return r;
	}
}

/* The format that LINE tells, other than OTHER; NULL. */
static const struct log_format *recognise(const struct logfile *lf, const char *line, size_t len,
					  const struct log_format *other)
{
	for (size_t i = 0; lf->formats[i]; i++)
		if (lf->formats[i] != other && lf->formats[i]->probe &&
		    lf->formats[i]->probe(line, len))
			return lf->formats[i];

	return NULL;
}

/* A line before the first frame: it may tell what the log is. */
static int settle_format(struct logfile *lf, const char *line, size_t len)
{
	const struct log_format *format = recognise(lf, line, len, lf->format);

	return format ? set_format(lf, format) : 0;
}

/* As the line() of the format. */
static int parse_line(struct logfile *lf, const char *line, size_t len, size_t from,
		      struct frame *ret_frame, struct log_item *item)
{
	const struct log_format *format = lf->format ? lf->format : lf->formats[0];
	int r;

	*item = (struct log_item){ .column = 1 };
	if (lf->format)
		r = format->line(lf->state, line, len, from, ret_frame, item);
	else
		r = -EINVAL;
	if (r != -EINVAL || lf->counts.frames > 0 || from > 0)
		return r;

	/* So far it gave nothing: another format may know better. */
	r = settle_format(lf, line, len);
	if (r < 0)
		return r;
	if (!lf->format) {
		/* For the column only: its state is not there yet. */
		r = set_format(lf, format);
		if (r < 0)
			return r;
		*item = (struct log_item){ .column = 1 };
		r = format->line(lf->state, line, len, 0, ret_frame, item);
		if (r == -EINVAL)
			lf->format = NULL;
		return r;
	}
	*item = (struct log_item){ .column = 1 };

	return lf->format->line(lf->state, line, len, 0, ret_frame, item);
}

static bool is_for_format(const struct logfile *lf, const char *line, size_t len)
{
	if (!is_comment(line, len))
		return true;
	if (lf->format)
		return lf->format->wants_comments;

	return recognise(lf, line, len, NULL) != NULL;
}

/* 1: a frame; 0: the end; -EINVAL: not a frame, go on; other errors. */
static int line_frame(struct logfile *lf, struct frame *ret_frame, struct log_item *item)
{
	const char *line = lf->line;
	size_t len = lf->line_len, from = lf->resume;
	int r;

	if (!from) {
		r = next_line(lf, &line, &len);
		if (r <= 0)
			return r;
		if (!is_for_format(lf, line, len))
			return -EINVAL;
	}
	r = parse_line(lf, line, len, from, ret_frame, item);
	lf->line = line;
	lf->line_len = len;
	lf->resume = item->next;
	if (r == -EINVAL)
		fault(lf, line, len, item->column, item->reason);

	return r == 0 ? -EINVAL : r;
}

/* ---- records ---- */

/* Leave out N bytes that may not be here yet. */
static void drop(struct logfile *lf, size_t n)
{
	size_t here = MIN(n, lf->end - lf->start);

	lf->start += here;
	lf->skip = n - here;
	lf->scan = lf->start;
}

static void record_is_cut(struct logfile *lf)
{
	lf->counts.lines++;
	if (!lf->cut)
		fault(lf, NULL, 0, 0, "the file is cut short here");
	drop(lf, lf->end - lf->start);
}

/* As line_frame(). */
static int record_frame(struct logfile *lf, struct frame *ret_frame, struct log_item *item)
{
	size_t n;
	int r = -EAGAIN;

	drop(lf, lf->skip);
	n = lf->end - lf->start;
	*item = (struct log_item){ 0 };
	if (n > 0)
		r = lf->format->record(lf->state, (const uint8_t *)lf->buf + lf->start, n, lf->eof,
				       ret_frame, item);
	if (r == -EAGAIN && lf->eof) {
		if (n > 0 || lf->skip > 0)
			record_is_cut(lf);
		return 0;
	}
	if (r == -EAGAIN) {
		r = fill(lf);
		return r < 0 ? r : -EINVAL;
	}
	lf->counts.lines += r != 0;
	if (r == -EINVAL)
		fault(lf, NULL, 0, 0, item->reason);
	drop(lf, item->used);

	return r == 0 ? -EINVAL : r;
}

/* ---- frames ---- */

/* The one copy of this name; NULL when there are too many, or no memory. */
static const char *intern(struct logfile *lf, const char *name, size_t len)
{
	struct bus_name *b = lf->bus + lf->last_bus;

	if (lf->n_bus > 0 && b->len == len && memcmp(b->name, name, len) == 0)
		return b->name;

	for (size_t i = 0; i < lf->n_bus; i++) {
		if (lf->bus[i].len == len && memcmp(lf->bus[i].name, name, len) == 0) {
			lf->last_bus = i;
			return lf->bus[i].name;
		}
	}
	if (lf->n_bus == LOGFILE_BUS_MAX)
		return NULL;

	b = lf->bus + lf->n_bus;
	b->name = strndup(name, len);
	if (!b->name)
		return NULL;
	b->len = len;
	lf->last_bus = lf->n_bus++;

	return b->name;
}

static void too_many_names(struct logfile *lf, const char *bus)
{
	bool inside = !is_binary(lf) && bus >= lf->line && bus < lf->line + lf->line_len;

	if (is_binary(lf))
		fault(lf, NULL, 0, 0, "too many bus names");
	else
		fault(lf, lf->line, lf->line_len, inside ? (size_t)(bus - lf->line) + 1 : 1,
		      "too many bus names");
}

int logfile_next(struct logfile *lf, struct frame *ret_frame)
{
	int r = lf->looked ? 0 : look(lf);

	if (r < 0)
		return r;
	for (;;) {
		struct log_item item;
		const char *name;

		r = is_binary(lf) ? record_frame(lf, ret_frame, &item) :
				    line_frame(lf, ret_frame, &item);
		if (r == -EINVAL)
			continue;
		if (r <= 0)
			return r;
		name = intern(lf, item.bus, item.bus_len);
		if (!name) {
			too_many_names(lf, item.bus);
			continue;
		}
		ret_frame->bus = name;
		lf->counts.frames++;

		return 1;
	}
}
