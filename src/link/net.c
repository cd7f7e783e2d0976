/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "link/net.h"
#include "link/tcp.h"

#define CONNECT_TIMEOUT (5 * NSEC_PER_SEC)
#define SEND_TIMEOUT NSEC_PER_SEC
#define NAME_MAX_LEN 255	/* of a host, RFC 1035 2.3.4 */

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

int net_send(int fd, struct clock *clk, const uint8_t *bytes, size_t n)
{
	nsec_t deadline = clock_now(clk) + SEND_TIMEOUT;
	int r;

	while (n > 0) {
		ssize_t done = send(fd, bytes, n, MSG_NOSIGNAL);

		if (done < 0 && errno != EAGAIN && errno != EINTR)
			return is_gone(errno) ? -ENODEV : -errno;
		if (done > 0) {
			bytes += done;
			n -= (size_t)done;
			continue;
		}
		r = wait_for(clk, fd, POLLOUT, deadline);
		if (r < 0)
			return r;
	}

	return 0;
}

int net_recv(int fd, struct clock *clk, uint8_t *ret, size_t max, nsec_t deadline)
{
	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		ssize_t n = recv(p.fd, ret, MIN(max, (size_t)INT32_MAX), 0);
		int r;

		if (n > 0)
			return (int)n;
		if (n == 0 || (errno != EAGAIN && errno != EINTR))
			return n == 0 || is_gone(errno) ? -ENODEV : -errno;
		r = clock_wait(clk, &p, 1, deadline);
		if (r <= 0)
			return r;
	}
}

static bool is_port(const char *text)
{
	size_t n = strspn(text, "0123456789");

	return n > 0 && n <= 5 && !text[n] && atoi(text) <= UINT16_MAX;
}

/* SCHEME "HOST:PORT" into HOST (NAME_MAX_LEN + 1) and the port, which stays in ADDRESS. */
static int split(const char *address, const char *scheme, char *host, const char **ret_port)
{
	const char *p = address + strlen(scheme), *colon, *end;

	if (strncmp(address, scheme, strlen(scheme)) != 0)
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

static int connect_to(const struct addrinfo *ai, struct clock *clk, nsec_t deadline)
{
	socklen_t size = sizeof(int);
	int r, e = 0, fd;

	fd = socket(ai->ai_family, ai->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, ai->ai_protocol);
	if (fd < 0)
		return -errno;
	r = connect(fd, ai->ai_addr, ai->ai_addrlen) < 0 ? -errno : 0;
	if (r == -EINPROGRESS) {
		r = wait_for(clk, fd, POLLOUT, deadline);
		if (r == 0 && getsockopt(fd, SOL_SOCKET, SO_ERROR, &e, &size) == 0)
			r = -e;
	}
	if (r < 0) {
		close(fd);
		return r;
	}
	tcp_set_options(fd);

	return fd;
}

/* Try each address of the host in turn. */
static int connect_any(const char *host, const char *port, struct clock *clk)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV };
	nsec_t deadline = clock_now(clk) + CONNECT_TIMEOUT;
	struct addrinfo *list;
	int r = getaddrinfo(host, port, &hints, &list);

	if (r != 0)
		return r == EAI_MEMORY ? -ENOMEM : r == EAI_SERVICE ? -EINVAL : -EADDRNOTAVAIL;
	r = -EADDRNOTAVAIL;
	for (const struct addrinfo *ai = list; ai && r < 0 && r != -ECANCELED; ai = ai->ai_next)
		r = connect_to(ai, clk, deadline);
	freeaddrinfo(list);

	return r;
}

int net_connect(const char *address, const char *scheme, struct clock *clk)
{
	char host[NAME_MAX_LEN + 1];
	const char *port;
	int r = split(address, scheme, host, &port);

	if (r < 0 || clk->is_virtual)
		return -EINVAL;

	return connect_any(host, port, clk);
}
