/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "out/out.h"
#include "out/utf8.h"

/* After a signal, a reader that takes nothing for so long has stopped. */
#define LAST_WAIT_MS 1000
/* Nobody at the other end of a file or of /dev/null lets us wait. */
static bool never_waits(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && (S_ISREG(st.st_mode) || (S_ISCHR(st.st_mode) && !isatty(fd)));
}

void out_init(struct out *o, int fd)
{
	o->fd = fd;
	o->error = 0;
	o->wake_fd = -1;
	o->len = 0;
	o->waits = !never_waits(fd);
	o->pipe_size = o->waits ? fcntl(fd, F_GETPIPE_SZ) : -1;
	o->buf = o->own;
	o->size = sizeof(o->own);
}

void out_init_memory(struct out *o, char *buf, size_t size)
{
	o->fd = -1;
	o->error = 0;
	o->wake_fd = -1;
	o->len = 0;
	o->waits = false;
	o->pipe_size = -1;
	o->buf = buf;
	o->size = size;
}

/*
 * What the descriptor, being ready, takes without waiting. A pipe that is ready takes
 * PIPE_BUF (pipe(7)); more, when it is rather empty: its pages are at least half full, but
 * for the first and the last.
 */
static size_t at_once(const struct out *o)
{
	int used;

	if (!o->waits)
		return OUT_SIZE;
	if (o->pipe_size < 4 * PIPE_BUF || ioctl(o->fd, FIONREAD, &used) < 0 ||
	    used > o->pipe_size / 2 - 2 * PIPE_BUF)
		return PIPE_BUF;

	return (size_t)(o->pipe_size - 2 * used - 2 * PIPE_BUF);
}

/* Write up to MAX of the LEFT bytes at S; returns how many. */
static size_t write_some(struct out *o, const char *s, size_t left, size_t max)
{
	ssize_t n = write(o->fd, s, MIN(left, max));

	if (n >= 0)
		return (size_t)n;
	if (errno != EINTR && errno != EAGAIN)
		o->error = -errno;

	return 0;
}

/* Write the N bytes at S, waiting as long as it takes. */
static void write_all(struct out *o, const char *s, size_t n)
{
	size_t done = 0;

	while (done < n && !o->error) {
		struct pollfd p[2] = {
			{ .fd = o->fd, .events = POLLOUT },
			{ .fd = o->wake_fd, .events = POLLIN },
		};

		if (poll(p, 2, -1) < 0 && errno != EINTR)
			o->error = -errno;
		else if (p[0].revents)
			done += write_some(o, s + done, n - done, at_once(o));
		else if (p[1].revents && poll(p, 1, LAST_WAIT_MS) == 0)
			o->error = -ECANCELED;
	}
}

/* The memory is full: from now on all is thrown away, but not over what is there. */
static void leave_memory(struct out *o)
{
	o->error = -ENOBUFS;
	o->buf = o->own;
	o->size = sizeof(o->own);
}

int out_flush(struct out *o)
{
	if (o->buf != o->own)
		leave_memory(o);
	write_all(o, o->buf, o->len);
	o->len = 0;

	return o->error;
}

int out_write(struct out *o, const char *s, size_t n)
{
	if (out_flush(o) == 0)
		write_all(o, s, n);

	return o->error;
}

int out_pump(struct out *o)
{
	size_t done = 0;

	while (done < o->len && !o->error) {
		struct pollfd p = { .fd = o->fd, .events = POLLOUT };

		if (poll(&p, 1, 0) <= 0)
			break;
		done += write_some(o, o->buf + done, o->len - done, PIPE_BUF);
	}
	o->len = o->error ? 0 : o->len - done;
	memmove(o->buf, o->buf + done, o->len);

	return o->error;
}

void out_put_parts(struct out *o, const char *s, size_t n)
{
	while (n > 0 && !o->error) {
		size_t part = MIN(n, o->size - o->len);

		memcpy(o->buf + o->len, s, part);
		o->len += part;
		s += part;
		n -= part;
		if (n > 0)
			out_flush(o);
	}
}

void out_puts(struct out *o, const char *s)
{
	out_put(o, s, strlen(s));
}

void out_printf(struct out *o, const char *fmt, ...)
{
	char small[1024], *big;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	va_end(ap);
	if (n < (int)sizeof(small)) {
		out_put(o, small, (size_t)MAX(n, 0));
		return;
	}
	va_start(ap, fmt);
	if (vasprintf(&big, fmt, ap) >= 0) {
		out_puts(o, big);
		free(big);
	} else {
		o->error = -ENOMEM;
	}
	va_end(ap);
}

size_t out_escape(char *buf, const char *s, size_t n, size_t *ret_used)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t len = utf8_length(s, n);
	unsigned char c = (unsigned char)s[0];

	*ret_used = len ? len : 1;
	if (len == 0 || c < 0x20 || c == 0x7f) {
		buf[0] = '\\';
		buf[1] = 'x';
		buf[2] = digits[c >> 4];
		buf[3] = digits[c & 15];
		return 4;
	}
	memcpy(buf, s, len);

	return len;
}

void out_put_escaped(struct out *o, const char *s, size_t n)
{
	for (size_t i = 0, used; i < n; i += used) {
		char buf[4];
		size_t len = out_escape(buf, s + i, n - i, &used);

		out_put(o, buf, len);
	}
}
