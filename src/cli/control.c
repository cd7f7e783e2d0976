/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cli/control.h"

static int open_listener(struct control *c, const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(addr.sun_path))
		return -ENAMETOOLONG;
	memcpy(addr.sun_path, path, strlen(path));
	c->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (c->listener < 0)
		return -errno;
	if (bind(c->listener, (struct sockaddr *)&addr, sizeof(addr)) < 0)
		return -errno;
	c->path = path;
	if (listen(c->listener, 1) < 0)
		return -errno;
	clock_watch(c->clk, c->listener, POLLIN);

	return 0;
}

int control_open(struct control *c, const struct cmd *cmd, struct clock *clk, const char *path)
{
	*c = (struct control){ .cmd = cmd, .clk = clk, .listener = -1 };
	c->input.fd = STDIN_FILENO;
	c->client.fd = -1;
	clock_watch(clk, STDIN_FILENO, POLLIN);

	return path ? open_listener(c, path) : 0;
}

static void close_source(struct control *c, struct control_source *s)
{
	clock_watch(c->clk, s->fd, 0);
	if (s == &c->client)
		close(s->fd);
	s->fd = -1;
	s->len = 0;
}

void control_close(struct control *c)
{
	if (c->client.fd >= 0)
		close_source(c, &c->client);
	if (c->listener >= 0) {
		clock_watch(c->clk, c->listener, 0);
		close(c->listener);
	}
	if (c->path)
		unlink(c->path);
	clock_watch(c->clk, STDIN_FILENO, 0);
}

static bool is_ready(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return fd >= 0 && poll(&p, 1, 0) > 0;
}

/* Tell what became of a line. Returns what control_serve() shall return. */
static int answer(struct control *c, struct control_source *s, int status, const char *why)
{
	char reply[300];
	int n;

	if (s == &c->client) {
		n = snprintf(reply, sizeof(reply), status ? "error: %s\n" : "ok\n", why);
		if (send(s->fd, reply, (size_t)n, MSG_NOSIGNAL) < 0)
			close_source(c, s);
		return 0;
	}
	if (status)
		cli_say(c->cmd, "%s", why);

	return isatty(s->fd) ? 0 : status;
}

/* Read once, and do each whole line. At the end of input the rest is a line too. */
static int serve_source(struct control *c, struct control_source *s, control_fn fn, void *arg)
{
	ssize_t n = read(s->fd, s->buf + s->len, sizeof(s->buf) - 1 - s->len);
	bool ended = n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
	char *line = s->buf, *end;
	int status = 0;

	if (n > 0)
		s->len += (size_t)n;
	s->buf[s->len] = '\0';
	if (ended || s->len == sizeof(s->buf) - 1)
		s->buf[s->len++] = '\n';
	while (status == 0 && s->fd >= 0 &&
	       (end = memchr(line, '\n', s->len - (size_t)(line - s->buf)))) {
		char why[240] = "";

		*end = '\0';
		status = fn(line, why, sizeof(why), arg);
		if (*line || s == &c->client)
			status = answer(c, s, status, why);
		line = end + 1;
	}
	if (s->fd < 0)
		return status;
	s->len -= (size_t)(line - s->buf);
	memmove(s->buf, line, s->len);
	if (ended)
		close_source(c, s);

	return status;
}

int control_serve(struct control *c, control_fn fn, void *arg)
{
	int status = 0;

	if (c->client.fd < 0 && is_ready(c->listener)) {
		c->client.fd = accept4(c->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (c->client.fd >= 0)
			clock_watch(c->clk, c->client.fd, POLLIN);
	}
	if (is_ready(c->client.fd))
		status = serve_source(c, &c->client, fn, arg);
	if (status == 0 && is_ready(c->input.fd))
		status = serve_source(c, &c->input, fn, arg);

	return status;
}
