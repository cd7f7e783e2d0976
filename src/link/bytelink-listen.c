/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "link/bytelink.h"
#include "link/tcp.h"

struct listener {
	struct bytelink bytes;
	int fd;
	int client;	/* -1: none */
	char name[32];
};

static struct listener *from(struct bytelink *b)
{
	return container_of(b, struct listener, bytes);
}

static void drop(struct listener *l)
{
	close(l->client);
	l->client = -1;
}

/* Bytes that nobody takes are gone, as on a pty that nobody has open. */
static int listener_send(struct bytelink *b, const uint8_t *bytes, size_t n)
{
	struct listener *l = from(b);

	if (l->client >= 0 && send(l->client, bytes, n, MSG_NOSIGNAL) < 0 && errno != EAGAIN)
		drop(l);

	return 0;
}

/* Another one while there is one waits for its turn. */
static void accept_next(struct listener *l)
{
	l->client = accept4(l->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (l->client >= 0)
		tcp_set_options(l->client);
}

static int listener_recv(struct bytelink *b, uint8_t *ret, size_t max, nsec_t deadline)
{
	struct listener *l = from(b);

	for (;;) {
		struct pollfd p = { .events = POLLIN };
		ssize_t n;
		int r;

		if (l->client < 0)
			accept_next(l);
		if (l->client >= 0) {
			n = recv(l->client, ret, MIN(max, (size_t)INT32_MAX), 0);
			if (n > 0)
				return (int)n;
			if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
				drop(l);
				continue;
			}
		}
		p.fd = l->client >= 0 ? l->client : l->fd;
		r = clock_wait(b->clk, &p, 1, deadline);
		if (r <= 0)
			return r;
	}
}

static void listener_close(struct bytelink *b)
{
	struct listener *l = from(b);

	if (l->client >= 0)
		close(l->client);
	if (l->fd >= 0)
		close(l->fd);
	free(l);
}

static const struct bytelink_ops listener_ops = {
	.send = listener_send,
	.recv = listener_recv,
	.close = listener_close,
};

static int listen_at(struct listener *l, uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };
	socklen_t size = sizeof(a);
	static const int on = 1;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	l->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (l->fd < 0 || setsockopt(l->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    bind(l->fd, (const struct sockaddr *)&a, sizeof(a)) < 0 || listen(l->fd, 1) < 0 ||
	    getsockname(l->fd, (struct sockaddr *)&a, &size) < 0)
		return -errno;
	snprintf(l->name, sizeof(l->name), "tcp://127.0.0.1:%u", ntohs(a.sin_port));

	return 0;
}

int bytelink_listen(uint16_t port, struct clock *clk, struct bytelink **ret_link)
{
	struct listener *l;
	int r;

	if (clk->is_virtual)
		return -EINVAL;
	l = calloc(1, sizeof(*l));
	if (!l)
		return -ENOMEM;
	l->bytes = (struct bytelink){
		.ops = &listener_ops, .clk = clk, .name = l->name, .is_virtual = true,
	};
	l->fd = l->client = -1;
	r = listen_at(l, port);
	if (r < 0) {
		listener_close(&l->bytes);
		return r;
	}
	*ret_link = &l->bytes;

	return 0;
}
