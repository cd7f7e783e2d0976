/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "out/out.h"
#include "out/utf8.h"

/* After a signal, a reader that takes nothing for so long has stopped. */
#define LAST_WAIT_MS 1000

void out_init(struct out *o, int fd)
{
	o->fd = fd;
	o->error = 0;
	o->wake_fd = -1;
	o->len = 0;
}

/* Write up to MAX bytes of the buffer's front. */
static int write_some(struct out *o, size_t max)
{
	ssize_t n = write(o->fd, o->buf, MIN(o->len, max));

	if (n < 0) {
		if (errno == EINTR || errno == EAGAIN)
			return 0;
		o->error = -errno;
		o->len = 0;
		return o->error;
	}
	o->len -= (size_t)n;
	memmove(o->buf, o->buf + n, o->len);

	return 0;
}

int out_flush(struct out *o)
{
	while (o->len > 0 && !o->error) {
		struct pollfd p[2] = {
			{ .fd = o->fd, .events = POLLOUT },
			{ .fd = o->wake_fd, .events = POLLIN },
		};

		/* A pipe that is ready takes PIPE_BUF without waiting: pipe(7). */
		if (poll(p, 2, -1) < 0 && errno != EINTR)
			o->error = -errno;
		else if (p[0].revents)
			write_some(o, PIPE_BUF);
		else if (p[1].revents && poll(p, 1, LAST_WAIT_MS) == 0)
			o->error = -ECANCELED;
	}

	return o->error;
}

int out_pump(struct out *o)
{
	while (o->len > 0 && !o->error) {
		struct pollfd p = { .fd = o->fd, .events = POLLOUT };

		if (poll(&p, 1, 0) <= 0)
			break;
		write_some(o, PIPE_BUF);
	}

	return o->error;
}

void out_put(struct out *o, const char *s, size_t n)
{
	while (n > 0 && !o->error) {
		size_t part = MIN(n, OUT_SIZE - o->len);

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

void out_putc(struct out *o, char c)
{
	out_put(o, &c, 1);
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

void out_put_escaped(struct out *o, const char *s, size_t n)
{
	for (size_t i = 0; i < n;) {
		size_t len = utf8_length(s + i, n - i);
		unsigned char c = (unsigned char)s[i];

		if (len == 0 || c < 0x20 || c == 0x7f) {
			out_printf(o, "\\x%02X", c);
			i++;
		} else {
			out_put(o, s + i, len);
			i += len;
		}
	}
}
