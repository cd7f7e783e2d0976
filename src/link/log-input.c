/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "link/log-input.h"
#include "link/unpack.h"

#define RAW_SIZE (64u << 10)
#define MAGIC_SIZE 4

struct log_input {
	int fd;
	bool is_stdin;
	bool waits; /* no regular file: read() may have to wait */
	bool eof;
	struct clock *clk;
	int stop_fd; /* -1: no thread of its own reads */
	int (*on_wait)(void *arg);
	void *on_wait_arg;
	uint64_t done, size;
	const struct unpacker *unpacker; /* NULL: plain, or not known yet */
	void *unpacking;
	bool known; /* the first bytes were looked at */
	bool ended; /* the packed data has ended, or is damaged */
	size_t start, end; /* in RAW: not yet handed out */
	uint8_t raw[RAW_SIZE];
};

int log_input_open(const char *path, struct clock *clk, struct log_input **ret)
{
	_cleanup_(log_input_closep) struct log_input *in = malloc(sizeof(*in));
	struct stat st;

	if (!in)
		return -ENOMEM;
	/* Not the buffer: its pages are used when they are needed. */
	memset(in, 0, offsetof(struct log_input, raw));
	in->clk = clk;
	in->stop_fd = -1;
	in->is_stdin = strcmp(path, "-") == 0;
	/* Without O_NONBLOCK a FIFO that nobody writes would hold us, deaf to signals. */
	in->fd = in->is_stdin ? STDIN_FILENO
			      : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (in->fd < 0 || fstat(in->fd, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	in->waits = !S_ISREG(st.st_mode);
	in->size = S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
	*ret = in;
	in = NULL;

	return 0;
}

void log_input_close(struct log_input *in)
{
	if (!in)
		return;
	if (in->unpacker)
		in->unpacker->close(in->unpacking);
	if (in->fd >= 0 && !in->is_stdin)
		close(in->fd);
	free(in);
}

const char *log_input_packing(const struct log_input *in)
{
	return in->unpacker ? in->unpacker->name : NULL;
}

void log_input_progress(const struct log_input *in, uint64_t *ret_done, uint64_t *ret_size)
{
	*ret_done = in->done;
	*ret_size = in->size;
}

void log_input_on_wait(struct log_input *in, int (*fn)(void *arg), void *arg)
{
	in->on_wait = fn;
	in->on_wait_arg = arg;
}

void log_input_stop_fd(struct log_input *in, int fd)
{
	in->stop_fd = fd;
}

int log_input_waits(struct log_input *in)
{
	return in->on_wait ? in->on_wait(in->on_wait_arg) : 0;
}

int log_input_interrupted(struct log_input *in)
{
	return in->clk ? clock_interrupted(in->clk) : 0;
}

static int wait_readable(struct log_input *in)
{
	bool threaded = in->stop_fd >= 0;
	struct pollfd fds[3] = {
		{ .fd = in->fd, .events = POLLIN },
		{ .fd = in->clk ? in->clk->signal_fd : -1, .events = POLLIN },
		{ .fd = in->stop_fd, .events = POLLIN },
	};
	int n = in->waits ? poll(fds, 3, 0) : 1, r = 0;

	if (n == 0 && !threaded)
		r = log_input_waits(in);
	if (n == 0 && r == 0)
		n = poll(fds, 3, -1);
	if (n < 0 && errno != EINTR)
		return -errno;
	if (r == 0 && !threaded)
		r = log_input_interrupted(in);
	if (threaded && in->waits && (fds[1].revents || fds[2].revents))
		return -ECANCELED;

	return r;
}

/* As read(), but -EAGAIN also when it was interrupted. */
static ssize_t read_raw(struct log_input *in, void *buf, size_t size)
{
	int r = wait_readable(in);
	ssize_t n;

	if (r < 0)
		return r;
	n = read(in->fd, buf, size);
	if (n < 0)
		return errno == EINTR ? -EAGAIN : -errno;
	in->done += (uint64_t)n;
	in->eof = n == 0;

	return n;
}

static ssize_t fill_raw(struct log_input *in)
{
	ssize_t n;

	if (in->start == in->end)
		in->start = in->end = 0;
	n = read_raw(in, in->raw + in->end, sizeof(in->raw) - in->end);
	if (n > 0)
		in->end += (size_t)n;

	return n;
}

/* See what the file is. 0, -EAGAIN, or an error. */
static int look(struct log_input *in)
{
	ssize_t n = fill_raw(in);
	int r = 0;

	if (n < 0)
		return (int)n;
	if (in->end < MAGIC_SIZE && !in->eof)
		return -EAGAIN;
	in->known = true;
	if (in->end >= MAGIC_SIZE)
		in->unpacker = unpacker_for(in->raw);
	if (in->unpacker)
		r = in->unpacker->open(&in->unpacking);
	if (r < 0)
		in->ended = true;

	return r;
}

static ssize_t read_packed(struct log_input *in, void *buf, size_t size)
{
	ssize_t n = 0;

	if (in->ended)
		return 0;
	if (in->start == in->end && !in->eof) {
		n = fill_raw(in);
		if (n < 0)
			return n;
	}
	n = in->unpacker->read(in->unpacking, in->raw, &in->start, in->end, buf, size);
	if (n == 0 && !in->eof)
		return -EAGAIN;
	if (n == 0 && in->start == in->end && in->unpacker->complete(in->unpacking)) {
		in->ended = true;
		return 0;
	}
	in->ended = n <= 0;

	return n <= 0 ? -EBADMSG : n;
}

ssize_t log_input_read(struct log_input *in, void *buf, size_t size)
{
	int r = in->known ? 0 : look(in);
	size_t n;

	if (r < 0)
		return r;
	if (in->unpacker)
		return read_packed(in, buf, size);
	if (in->start == in->end)
		return in->eof ? 0 : read_raw(in, buf, size);
	n = MIN(size, in->end - in->start);
	memcpy(buf, in->raw + in->start, n);
	in->start += n;

	return (ssize_t)n;
}
