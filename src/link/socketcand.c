/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "link/far-clock.h"
#include "link/socketcand-text.h"
#include "link/socketcand.h"

/* For each of the server's three answers. socketcand gives them at once. */
#define PATIENCE (3 * NSEC_PER_SEC)

/* Of what not every server knows. */
enum { CAN_FD = 1 << 0, CAN_RTR = 1 << 1 };

struct client {
	struct link link;
	struct bytelink *bytes;
	struct socketcand_reader reader;
	struct far_clock far;
	bool greets;		/* its first echo is still out */
	unsigned int tried;	/* CAN_FD, CAN_RTR: sent */
	unsigned int unknown;	/* likewise: the server said that it does not know it */
	size_t next, n;		/* of: */
	char in[4096];
	char bus[SOCKETCAND_BUS_MAX + 1];
};

static struct client *from(struct link *l)
{
	return container_of(l, struct client, link);
}

static int say(struct client *c, const char *text, size_t n)
{
	return bytelink_send(c->bytes, (const uint8_t *)text, n);
}

static int client_send(struct link *l, const struct frame *f)
{
	struct client *c = from(l);
	unsigned int kind = f->flags & FRAME_FD ? CAN_FD : f->flags & FRAME_RTR ? CAN_RTR : 0;
	char text[SOCKETCAND_TEXT_MAX];
	size_t n;

	if (f->flags & (FRAME_LOST | FRAME_ERR))
		return -EINVAL;
	if (kind & c->unknown)
		return kind == CAN_FD ? -EMSGSIZE : -EOPNOTSUPP;
	n = frame_fd_len(f->len) == f->len ? socketcand_put_send(text, f) : 0;
	if (n == 0)
		return -EMSGSIZE;
	c->tried |= kind;

	return say(c, text, n);
}

/* The next message of what was received. */
static bool next_message(struct client *c, struct socketcand_message *ret)
{
	while (c->next < c->n) {
		if (!socketcand_push(&c->reader, c->in[c->next++]))
			continue;
		socketcand_parse(c->reader.text, c->reader.len, ret);
		return true;
	}

	return false;
}

static struct frame lost(const struct client *c, uint32_t n)
{
	return (struct frame){
		.t = clock_now(c->link.clk), .bus = c->bus, .id = n, .flags = FRAME_LOST,
	};
}

/*
 * The server does not know what it was told: our greeting's echo, or a kind of frame, which is
 * lost. That it does not know "send" no server says.
 */
static bool is_refusal(struct client *c)
{
	if (c->greets) {
		c->greets = false;
		return false;
	}
	c->unknown |= c->tried;

	return c->tried != 0;
}

/* Does M have a frame in it, or that some were lost? */
static bool frame_of(struct client *c, const struct socketcand_message *m, struct frame *ret)
{
	switch (m->kind) {
	case SOCKETCAND_FRAME:
		*ret = m->frame;
		ret->bus = c->bus;
		ret->t = far_clock_time(&c->far, m->frame.t, clock_now(c->link.clk));
		return true;
	case SOCKETCAND_LOST:
		*ret = lost(c, m->frame.id);
		return true;
	case SOCKETCAND_BROKEN:
		*ret = lost(c, 1);
		return true;
	case SOCKETCAND_ERROR:
		*ret = lost(c, 1);
		return is_refusal(c);
	case SOCKETCAND_ECHO:
		c->greets = false;
		return false;
	case SOCKETCAND_UNKNOWN:
	case SOCKETCAND_HI:
	case SOCKETCAND_OK:
	case SOCKETCAND_OPEN:
	case SOCKETCAND_RAWMODE:
	case SOCKETCAND_SEND:
		return false;
	}

	return false;
}

static size_t take(struct client *c, struct frame *ret, size_t max)
{
	struct socketcand_message m;
	size_t n = 0;

	while (n < max && next_message(c, &m))
		n += frame_of(c, &m, &ret[n]);

	return n;
}

/* Receive into the buffer, which is empty. As bytelink_recv(). */
static int fill(struct client *c, nsec_t deadline)
{
	int n = bytelink_recv(c->bytes, (uint8_t *)c->in, sizeof(c->in), deadline);

	c->next = 0;
	c->n = n > 0 ? (size_t)n : 0;

	return n;
}

static int client_recv(struct link *l, struct frame *ret, size_t max, nsec_t deadline)
{
	struct client *c = from(l);

	if (max == 0)
		return 0;
	for (bool has_read = false;; has_read = true) {
		size_t n = take(c, ret, max);
		int r;

		if (n > 0)
			return (int)n;
		if (has_read && clock_now(l->clk) >= deadline)
			return 0;
		/* A server that never pauses must not hide a signal. */
		r = clock_interrupted(l->clk);
		if (r < 0)
			return r;
		r = fill(c, deadline);
		if (r <= 0)
			return r;
	}
}

static void client_close(struct link *l)
{
	bytelink_close(from(l)->bytes);
	free(from(l));
}

static const struct link_ops client_ops = {
	.send = client_send,
	.recv = client_recv,
	.close = client_close,
};

/* Wait for a message of KIND; what else comes is told from it in words of errno. */
static int await(struct client *c, enum socketcand_kind kind)
{
	nsec_t deadline = clock_now(c->link.clk) + PATIENCE;

	for (;;) {
		struct socketcand_message m;
		int r;

		if (next_message(c, &m)) {
			if (m.kind == kind)
				return 0;
			return m.kind == SOCKETCAND_ERROR ? -ENODEV : -EPROTO;
		}
		if (c->reader.skipped)
			return -EPROTO;
		if (clock_now(c->link.clk) >= deadline)
			return -EPROTO;
		r = fill(c, deadline);
		if (r < 0)
			return r == -ENODEV ? -ECONNRESET : r;
	}
}

static int greet(struct client *c)
{
	static const char rawmode[] = "< rawmode >", echo[] = "< echo >";
	char text[sizeof("< open  >") + SOCKETCAND_BUS_MAX];
	int n = snprintf(text, sizeof(text), "< open %s >", c->bus);
	int r = await(c, SOCKETCAND_HI);

	if (r == -ENODEV)
		return -EUSERS;
	if (r == 0)
		r = say(c, text, (size_t)n);
	if (r == 0)
		r = await(c, SOCKETCAND_OK);
	if (r == 0)
		r = say(c, rawmode, strlen(rawmode));
	if (r == 0)
		r = await(c, SOCKETCAND_OK);
	if (r < 0)
		return r;

	/* Our server may hold frames back until it hears that its "ok" was read. */
	c->greets = true;

	return say(c, echo, strlen(echo));
}

int link_socketcand_client_on(struct bytelink *bytes, const char *bus, struct link **ret_link)
{
	struct client *c = calloc(1, sizeof(*c));
	int r;

	if (!c) {
		bytelink_close(bytes);
		return -ENOMEM;
	}
	snprintf(c->bus, sizeof(c->bus), "%s", bus);
	c->link = (struct link){ .ops = &client_ops, .clk = bytes->clk, .name = c->bus };
	c->bytes = bytes;
	r = greet(c);
	if (r < 0) {
		client_close(&c->link);
		return r;
	}
	*ret_link = &c->link;

	return 0;
}

int link_socketcand_client(const char *where, struct clock *clk, struct link **ret_link)
{
	char address[sizeof("tcp://[]:65535") + SOCKETCAND_HOST_MAX];
	struct socketcand_where w;
	struct bytelink *bytes;
	int r = socketcand_where_parse(where, &w);

	if (r < 0 || !*w.host || !*w.bus || w.port == 0)
		return -EINVAL;
	snprintf(address, sizeof(address), strchr(w.host, ':') ? "tcp://[%s]:%u" : "tcp://%s:%u",
		 w.host, w.port);
	r = bytelink_tcp_open(address, clk, &bytes);

	return r < 0 ? r : link_socketcand_client_on(bytes, w.bus, ret_link);
}
