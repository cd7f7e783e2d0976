/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "link/bytelink.h"
#include "link/net.h"
#include "link/rfc2217.h"

#define ANSWER_TIMEOUT (3 * NSEC_PER_SEC)
#define WAITING_MAX 4096
#define SEND_PIECE 256

struct port {
	struct bytelink bytes;
	int fd;
	struct rfc2217 telnet;
	size_t n_waiting;
	uint8_t waiting[WAITING_MAX];	/* came while something else was waited for */
	char name[];
};

static struct port *from(struct bytelink *b)
{
	return container_of(b, struct port, bytes);
}

/* What telnet has to say. */
static int flush(struct port *p)
{
	int r = net_send(p->fd, p->bytes.clk, p->telnet.out, p->telnet.n_out);

	rfc2217_sent(&p->telnet);

	return r;
}

static int port_send(struct bytelink *b, const uint8_t *bytes, size_t n)
{
	uint8_t buf[RFC2217_ESCAPED_MAX(SEND_PIECE)];
	struct port *p = from(b);
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i += SEND_PIECE) {
		size_t len = rfc2217_escape(bytes + i, MIN(n - i, (size_t)SEND_PIECE), buf);

		r = net_send(p->fd, b->clk, buf, len);
	}

	return r;
}

/* Take up to MAX bytes from the network, and answer: how many are for the user. */
static int take(struct port *p, uint8_t *ret, size_t max, nsec_t deadline, int *ret_n)
{
	int r = net_recv(p->fd, p->bytes.clk, ret, max, deadline);

	if (r <= 0)
		return r;
	*ret_n = (int)rfc2217_receive(&p->telnet, ret, (size_t)r);
	r = flush(p);

	return r < 0 ? r : 1;
}

static int port_recv(struct bytelink *b, uint8_t *ret, size_t max, nsec_t deadline)
{
	struct port *p = from(b);
	size_t waiting = MIN(p->n_waiting, max);
	int r, n = 0;

	if (waiting > 0) {
		memcpy(ret, p->waiting, waiting);
		p->n_waiting -= waiting;
		memmove(p->waiting, p->waiting + waiting, p->n_waiting);
		return (int)waiting;
	}
	do
		r = take(p, ret, max, deadline, &n);
	while (r > 0 && n == 0);

	return r > 0 ? n : r;
}

/* Take what comes until DEADLINE, once; the user has it later. 0: nothing came. */
static int look(struct port *p, nsec_t deadline)
{
	uint8_t buf[512];
	size_t room;
	int n = 0, r = take(p, buf, sizeof(buf), deadline, &n);

	if (r <= 0)
		return r;
	room = MIN((size_t)n, WAITING_MAX - p->n_waiting);
	memcpy(p->waiting + p->n_waiting, buf, room);
	p->n_waiting += room;
	p->telnet.errors.overrun += (unsigned int)((size_t)n - room);

	return 1;
}

static bool is_agreed(const struct rfc2217 *u)
{
	return u->com_port != RFC2217_ASKED;
}

static bool is_settled(const struct rfc2217 *u)
{
	return u->settled;
}

/* Send what there is to say, and wait until DONE: -EPROTONOSUPPORT: the server does not answer that. */
static int ask(struct port *p, bool (*done)(const struct rfc2217 *u))
{
	nsec_t deadline = clock_now(p->bytes.clk) + ANSWER_TIMEOUT;
	int r = flush(p);

	while (r >= 0 && !done(&p->telnet)) {
		r = look(p, deadline);
		if (r == 0 && clock_now(p->bytes.clk) >= deadline)
			return -EPROTONOSUPPORT;
	}

	return r < 0 ? r : 0;
}

static int port_set(struct bytelink *b, const struct bytelink_line *line)
{
	struct port *p = from(b);
	int r;

	rfc2217_set(&p->telnet, line);
	r = ask(p, is_settled);
	if (r < 0)
		return r;

	return p->telnet.no_parity ? -EOPNOTSUPP : p->telnet.no_rate ? -ERANGE : 0;
}

/* Between on and off is no answer waited for: that would be longer than the break. */
static int port_break(struct bytelink *b, bool on)
{
	rfc2217_break(&from(b)->telnet, on);

	return flush(from(b));
}

/* What is there already. */
static int catch_up(struct port *p)
{
	int r = 1;

	while (r > 0 && p->n_waiting < WAITING_MAX)
		r = look(p, 0);

	return r < 0 ? r : 0;
}

static int port_modem(struct bytelink *b, unsigned int *ret)
{
	int r = catch_up(from(b));

	if (r < 0)
		return r;
	if (!from(b)->telnet.has_modem)
		return -EOPNOTSUPP;
	*ret = from(b)->telnet.modem;

	return 0;
}

static int port_errors(struct bytelink *b, struct bytelink_errors *ret)
{
	int r = catch_up(from(b));

	if (r < 0)
		return r;
	*ret = from(b)->telnet.errors;

	return 0;
}

static void port_close(struct bytelink *b)
{
	close(from(b)->fd);
	free(from(b));
}

static const struct bytelink_ops port_ops = {
	.send = port_send,
	.recv = port_recv,
	.errors = port_errors,
	.set = port_set,
	.set_break = port_break,
	.modem = port_modem,
	.close = port_close,
};

/* Agree on RFC 2217, and set the port. */
static int begin(struct port *p, const struct bytelink_line *line)
{
	int r;

	rfc2217_init(&p->telnet);
	r = ask(p, is_agreed);
	/* Who speaks no telnet at all and hangs up on it is no such server either. */
	if (r == -ENODEV || (r == 0 && p->telnet.com_port == RFC2217_NO))
		return -EPROTONOSUPPORT;
	if (r < 0)
		return r;
	r = port_set(&p->bytes, line);
	if (r < 0)
		return r;
	rfc2217_purge(&p->telnet);
	p->n_waiting = 0;

	return flush(p);
}

int bytelink_rfc2217_open(const char *address, const struct bytelink_line *line,
			  struct clock *clk, struct bytelink **ret_link)
{
	int fd = net_connect(address, "rfc2217://", clk), r;
	struct port *p;

	if (fd < 0)
		return fd;
	p = calloc(1, sizeof(*p) + strlen(address) + 1);
	if (!p) {
		close(fd);
		return -ENOMEM;
	}
	strcpy(p->name, address);
	p->bytes = (struct bytelink){
		.ops = &port_ops, .clk = clk, .name = p->name, .slack = BYTELINK_SLACK,
	};
	p->fd = fd;
	r = begin(p, line);
	if (r < 0) {
		port_close(&p->bytes);
		return r;
	}
	*ret_link = &p->bytes;

	return 0;
}
