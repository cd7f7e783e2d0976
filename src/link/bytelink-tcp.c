/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "link/bytelink.h"
#include "link/net.h"

struct tcp {
	struct bytelink bytes;
	int fd;
	char name[];
};

static struct tcp *from(struct bytelink *b)
{
	return container_of(b, struct tcp, bytes);
}

static int tcp_send(struct bytelink *b, const uint8_t *bytes, size_t n)
{
	return net_send(from(b)->fd, b->clk, bytes, n);
}

static int tcp_recv(struct bytelink *b, uint8_t *ret, size_t max, nsec_t deadline)
{
	return net_recv(from(b)->fd, b->clk, ret, max, deadline);
}

static void tcp_close(struct bytelink *b)
{
	close(from(b)->fd);
	free(from(b));
}

static const struct bytelink_ops tcp_ops = {
	.send = tcp_send,
	.recv = tcp_recv,
	.close = tcp_close,
};

int bytelink_tcp_open(const char *address, struct clock *clk, struct bytelink **ret_link)
{
	int fd = net_connect(address, "tcp://", clk);
	struct tcp *t;

	if (fd < 0)
		return fd;
	t = calloc(1, sizeof(*t) + strlen(address) + 1);
	if (!t) {
		close(fd);
		return -ENOMEM;
	}
	strcpy(t->name, address);
	t->bytes = (struct bytelink){
		.ops = &tcp_ops, .clk = clk, .name = t->name, .slack = BYTELINK_SLACK,
	};
	t->fd = fd;
	*ret_link = &t->bytes;

	return 0;
}
