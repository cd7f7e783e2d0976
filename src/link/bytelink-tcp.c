/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "link/bytelink.h"
#include "link/tcp.h"

#define SCHEME "tcp://"
#define CONNECT_TIMEOUT (5 * NSEC_PER_SEC)
#define SEND_TIMEOUT NSEC_PER_SEC
#define NAME_MAX_LEN 255	/* of a host, RFC 1035 2.3.4 */

struct tcp {
	struct bytelink bytes;
	int fd;
	char name[];
};

static struct tcp *from(struct bytelink *b)
{
	return container_of(b, struct tcp, bytes);
}

/* Wait for EVENTS until DEADLINE, past what else ends a wait: 0; -ETIMEDOUT, -ECANCELED. */
static int wait_for(struct clock *clk, int fd, short events, nsec_t deadline)
{
	for (;;) {
		struct pollfd p = { .fd = fd, .events = events };
		int r = clock_wait(clk, &p, 1, deadline);

		if (r != 0)
			return r < 0 ? r : 0;
		if (clock_now(clk) >= deadline)
			return -ETIMEDOUT;
	}
}

static bool is_gone(int e)
{
	return e == ECONNRESET || e == EPIPE || e == ENOTCONN || e == ETIMEDOUT ||
	       e == EHOSTUNREACH || e == ENETUNREACH;
}

static int tcp_send(struct bytelink *b, const uint8_t *bytes, size_t n)
{
	nsec_t deadline = clock_now(b->clk) + SEND_TIMEOUT;
	int r;

	while (n > 0) {
		ssize_t done = send(from(b)->fd, bytes, n, MSG_NOSIGNAL);

		if (done < 0 && errno != EAGAIN && errno != EINTR)
			return is_gone(errno) ? -ENODEV : -errno;
		if (done > 0) {
			bytes += done;
			n -= (size_t)done;
			continue;
		}
		r = wait_for(b->clk, from(b)->fd, POLLOUT, deadline);
		if (r < 0)
			return r;
	}

	return 0;
}

static int tcp_recv(struct bytelink *b, uint8_t *ret, size_t max, nsec_t deadline)
{
	for (;;) {
		struct pollfd p = { .fd = from(b)->fd, .events = POLLIN };
		ssize_t n = recv(p.fd, ret, MIN(max, (size_t)INT32_MAX), 0);
		int r;

		if (n > 0)
			return (int)n;
		if (n == 0 || (errno != EAGAIN && errno != EINTR))
			return n == 0 || is_gone(errno) ? -ENODEV : -errno;
		r = clock_wait(b->clk, &p, 1, deadline);
		if (r <= 0)
			return r;
	}
}

static void tcp_close(struct bytelink *b)
{
	if (from(b)->fd >= 0)
		close(from(b)->fd);
	free(from(b));
}

static const struct bytelink_ops tcp_ops = {
	.send = tcp_send,
	.recv = tcp_recv,
	.close = tcp_close,
};

static bool is_port(const char *text)
{
	size_t n = strspn(text, "0123456789");

	return n > 0 && n <= 5 && !text[n] && atoi(text) <= UINT16_MAX;
}

/* "tcp://HOST:PORT" into HOST (NAME_MAX_LEN + 1) and the port, which stays in ADDRESS. */
static int split(const char *address, char *host, const char **ret_port)
{
	const char *p = address + strlen(SCHEME), *colon, *end;

	if (strncmp(address, SCHEME, strlen(SCHEME)) != 0)
		return -EINVAL;
	colon = strrchr(p, ':');
	if (!colon || colon == p || !is_port(colon + 1))
		return -EINVAL;
	end = colon;
	if (*p == '[') {
		p++;
		end--;
		if (end <= p || *end != ']')
			return -EINVAL;
	} else if (memchr(p, ':', (size_t)(colon - p))) {
		return -EINVAL;
	}
	if (end - p > NAME_MAX_LEN)
		return -EINVAL;
	memcpy(host, p, (size_t)(end - p));
	host[end - p] = '\0';
	*ret_port = colon + 1;

	return 0;
}

static int connect_to(struct tcp *t, const struct addrinfo *ai, nsec_t deadline)
{
	socklen_t size = sizeof(int);
	int r, e = 0;

	t->fd = socket(ai->ai_family, ai->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC,
		       ai->ai_protocol);
	if (t->fd < 0)
		return -errno;
	r = connect(t->fd, ai->ai_addr, ai->ai_addrlen) < 0 ? -errno : 0;
	if (r == -EINPROGRESS) {
		r = wait_for(t->bytes.clk, t->fd, POLLOUT, deadline);
		if (r == 0 && getsockopt(t->fd, SOL_SOCKET, SO_ERROR, &e, &size) == 0)
			r = -e;
	}
	if (r == 0)
		tcp_set_options(t->fd);
	if (r < 0) {
		close(t->fd);
		t->fd = -1;
	}

	return r;
}

/* Try each address of the host in turn. */
static int connect_any(struct tcp *t, const char *host, const char *port)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV };
	nsec_t deadline = clock_now(t->bytes.clk) + CONNECT_TIMEOUT;
	struct addrinfo *list;
	int r = getaddrinfo(host, port, &hints, &list);

	if (r != 0)
		return r == EAI_MEMORY ? -ENOMEM : r == EAI_SERVICE ? -EINVAL : -EADDRNOTAVAIL;
	r = -EADDRNOTAVAIL;
	for (const struct addrinfo *ai = list; ai && r < 0 && r != -ECANCELED; ai = ai->ai_next)
		r = connect_to(t, ai, deadline);
	freeaddrinfo(list);

	return r;
}

int bytelink_tcp_open(const char *address, struct clock *clk, struct bytelink **ret_link)
{
	char host[NAME_MAX_LEN + 1];
	const char *port;
	struct tcp *t;
	int r = split(address, host, &port);

	if (r < 0 || clk->is_virtual)
		return -EINVAL;
	t = calloc(1, sizeof(*t) + strlen(address) + 1);
	if (!t)
		return -ENOMEM;
	strcpy(t->name, address);
	t->bytes = (struct bytelink){ .ops = &tcp_ops, .clk = clk, .name = t->name };
	t->fd = -1;
	r = connect_any(t, host, port);
	if (r < 0) {
		tcp_close(&t->bytes);
		return r;
	}
	*ret_link = &t->bytes;

	return 0;
}
