/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "link/candump.h"
#include "link/logfile.h"

#define BLOCK_SIZE (256u << 10)

/* A rest of a line this short is moved to the front, so that the cache stays warm. */
#define SHORT_REST 4096

struct bus_name {
	char *name;
	size_t len;
};

struct logfile {
	char *name;
	int fd;
	bool is_stdin;
	bool waits; /* no regular file: read() may have to wait */
	bool eof;
	bool too_long; /* in a line whose beginning is thrown away */
	struct clock *clk;
	logfile_fault_fn fn;
	void *arg;
	struct logfile_counts counts;
	uint64_t done, size; /* bytes; a size of 0 is unknown */
	struct bus_name bus[LOGFILE_BUS_MAX];
	size_t n_bus, last_bus;
	size_t start, scan, end; /* unread from START; no newline before SCAN */
	char buf[LOGFILE_LINE_MAX + BLOCK_SIZE];
};

static int open_input(struct logfile *lf, const char *path)
{
	struct stat st;

	lf->is_stdin = strcmp(path, "-") == 0;
	/* Without O_NONBLOCK a FIFO that nobody writes would hold us, deaf to signals. */
	lf->fd = lf->is_stdin ? STDIN_FILENO
			      : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (lf->fd < 0 || fstat(lf->fd, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	lf->waits = !S_ISREG(st.st_mode);
	lf->size = lf->waits ? 0 : (uint64_t)st.st_size;

	return 0;
}

int logfile_open(const char *path, struct clock *clk, logfile_fault_fn fn, void *arg,
		 struct logfile **ret_logfile)
{
	_cleanup_(logfile_closep) struct logfile *lf = malloc(sizeof(*lf));
	int r;

	if (!lf)
		return -ENOMEM;
	/* Not the buffer: its pages are used when they are needed. */
	memset(lf, 0, offsetof(struct logfile, buf));
	lf->fd = -1;
	lf->clk = clk;
	lf->fn = fn;
	lf->arg = arg;
	lf->name = strdup(path);
	if (!lf->name)
		return -ENOMEM;

	r = open_input(lf, path);
	if (r < 0)
		return r;

	*ret_logfile = lf;
	lf = NULL;

	return 0;
}

void logfile_close(struct logfile *lf)
{
	if (!lf)
		return;
	for (size_t i = 0; i < lf->n_bus; i++)
		free(lf->bus[i].name);
	if (lf->fd >= 0 && !lf->is_stdin)
		close(lf->fd);
	free(lf->name);
	free(lf);
}

void logfile_progress(const struct logfile *lf, uint64_t *ret_done, uint64_t *ret_size)
{
	*ret_done = lf->done;
	*ret_size = lf->size;
}

const struct logfile_counts *logfile_counts(const struct logfile *lf)
{
	return &lf->counts;
}

static int wait_input(struct logfile *lf)
{
	struct pollfd fds[2] = {
		{ .fd = lf->fd, .events = POLLIN },
		{ .fd = lf->clk ? lf->clk->signal_fd : -1, .events = POLLIN },
	};

	if (lf->waits && poll(fds, 2, -1) < 0 && errno != EINTR)
		return -errno;

	return lf->clk ? clock_interrupted(lf->clk) : 0;
}

/* Read some more, once. At the end EOF is set. */
static int fill(struct logfile *lf)
{
	size_t rest = lf->end - lf->start;
	ssize_t n;
	int r;

	if (rest < SHORT_REST || sizeof(lf->buf) - lf->end < BLOCK_SIZE) {
		memmove(lf->buf, lf->buf + lf->start, rest);
		lf->scan -= lf->start;
		lf->start = 0;
		lf->end = rest;
	}

	r = wait_input(lf);
	if (r < 0)
		return r;
	n = read(lf->fd, lf->buf + lf->end, BLOCK_SIZE);
	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? 0 : -errno;
	lf->end += (size_t)n;
	lf->done += (uint64_t)n;
	lf->eof = n == 0;

	return 0;
}

/* Is a whole line in memory? Then its newline is at SCAN, or the file's end. */
static bool find_end(struct logfile *lf)
{
	const char *nl = memchr(lf->buf + lf->scan, '\n', lf->end - lf->scan);

	lf->scan = nl ? (size_t)(nl - lf->buf) : lf->end;

	return nl || (lf->eof && lf->start < lf->end);
}

bool logfile_pending(struct logfile *lf)
{
	return find_end(lf);
}

static void bad_line(struct logfile *lf, const char *line, size_t len, size_t column,
		     const char *reason)
{
	struct logfile_fault fault = {
		.name = lf->name,
		.line = lf->counts.lines,
		.column = column,
		.text = line,
		.len = len,
		.reason = reason,
	};

	lf->counts.bad++;
	if (lf->fn)
		lf->fn(&fault, lf->arg);
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
		bad_line(lf, line, LOGFILE_LINE_MAX, LOGFILE_LINE_MAX + 1,
			 "line too long");
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

int logfile_next(struct logfile *lf, struct frame *ret_frame)
{
	size_t len, bus, bus_len, column;
	const char *line, *name;
	int r;

	for (;;) {
		r = next_line(lf, &line, &len);
		if (r <= 0)
			return r;
		if (is_comment(line, len))
			continue;

		r = candump_parse_line(line, len, ret_frame, &bus, &bus_len, &column);
		if (r < 0) {
			bad_line(lf, line, len, column, "no frame");
			continue;
		}
		name = intern(lf, line + bus, bus_len);
		if (!name) {
			bad_line(lf, line, len, bus + 1, "too many bus names");
			continue;
		}
		ret_frame->bus = name;
		lf->counts.frames++;

		return 1;
	}
}
