/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "proto/elm-link.h"

#define CHUNK 256
#define SEND_TIMEOUT (3 * NSEC_PER_SEC)	/* until the adapter has a frame; own choice */
#define VERSION_TIMEOUT (200 * NSEC_PER_MSEC)	/* of a stick that speaks slcan; own choice */

struct elm_link {
	struct link link;
	struct bytelink *bytes;
	struct elm elm;
};

static struct elm_link *from(struct link *l)
{
	return container_of(l, struct elm_link, link);
}

static int set_rate(struct elm_link *l, unsigned int rate)
{
	const struct bytelink_line line = { .baud = rate, .dtr = true, .rts = true };
	int r = bytelink_set(l->bytes, &line);

	return r == -EOPNOTSUPP ? 0 : r;	/* a network has no rate */
}

/* Hand on what is to be typed. */
static int type(struct elm_link *l)
{
	unsigned int rate = elm_rate(&l->elm);
	const char *out;
	size_t n = elm_output(&l->elm, &out);
	int r = n ? bytelink_send(l->bytes, (const uint8_t *)out, n) : 0;

	if (r == 0 && rate) {
		r = set_rate(l, rate);
		elm_changed(&l->elm, clock_now(l->link.clk));
	}

	return r;
}

/* Type, and hear what comes until DEADLINE: how many bytes; 0 as bytelink_recv(). */
static int turn(struct elm_link *l, nsec_t deadline)
{
	uint8_t raw[CHUNK];
	nsec_t now;
	int r;

	elm_tick(&l->elm, clock_now(l->link.clk));
	r = type(l);
	if (r < 0 || l->elm.state == ELM_DEAD)	/* that has no deadline to wait for */
		return r;
	r = bytelink_recv(l->bytes, raw, sizeof(raw), MIN(deadline, elm_next(&l->elm)));
	now = clock_now(l->link.clk);
	for (int i = 0; i < r; i++)
		elm_push(&l->elm, raw[i], now);

	return r;
}

static size_t pop(struct elm_link *l, struct frame *ret, size_t max)
{
	size_t n = 0;

	for (; n < max && elm_pop(&l->elm, &ret[n]); n++)
		ret[n].bus = l->link.name;

	return n;
}

static int elm_link_recv(struct link *link, struct frame *ret, size_t max, nsec_t deadline)
{
	struct elm_link *l = from(link);

	for (;;) {
		size_t n = pop(l, ret, max);
		nsec_t until = elm_next(&l->elm), now;
		int r;

		if (n > 0)
			return (int)n;
		if (l->elm.state == ELM_DEAD)
			return l->elm.error;
		r = turn(l, deadline);
		now = clock_now(link->clk);
		if (r < 0)
			return r;
		if (r == 0 && (now >= deadline || now < until))
			return type(l);
	}
}

static int elm_link_send(struct link *link, const struct frame *f)
{
	struct elm_link *l = from(link);
	nsec_t now = clock_now(link->clk), deadline = now + SEND_TIMEOUT;
	int r = elm_send(&l->elm, f, now);

	while (r >= 0 && !elm_sent(&l->elm)) {
		if (l->elm.state == ELM_DEAD)
			return l->elm.error;
		if (clock_now(link->clk) >= deadline)
			return -ETIMEDOUT;
		r = turn(l, deadline);
	}

	return r < 0 ? r : type(l);
}

static int elm_link_filter(struct link *link, const struct link_filter *f, size_t n)
{
	struct elm_link *l = from(link);

	elm_filter(&l->elm, f, n, clock_now(link->clk));

	return type(l);
}

/* It shall be quiet when the next program comes. */
static void elm_link_close(struct link *link)
{
	struct elm_link *l = from(link);

	if (l->elm.state == ELM_WORKING)
		(void)!bytelink_send(l->bytes, (const uint8_t *)" ", 1);
	bytelink_close(l->bytes);
	free(l);
}

static const struct link_ops elm_link_ops = {
	.send = elm_link_send,
	.recv = elm_link_recv,
	.filter = elm_link_filter,
	.close = elm_link_close,
};

/* Find it at RATE, and set it up: 0; -ETIMEDOUT, -EPROTO: it is not there at this rate. */
static int set_up(struct elm_link *l, unsigned int rate, unsigned int raise_to)
{
	int r = set_rate(l, rate);

	if (r < 0)
		return r;
	elm_begin(&l->elm, rate, raise_to, clock_now(l->link.clk));
	while (l->elm.state != ELM_WORKING) {
		r = turn(l, NSEC_NEVER);
		if (r < 0)
			return r;
		if (l->elm.state == ELM_DEAD)
			return l->elm.error;
	}

	return type(l);
}

static bool is_elsewhere(int r)
{
	return r == -ETIMEDOUT || r == -EPROTO;
}

/*
 * Nobody said anything. Some sticks that speak slcan do that until they are asked for their
 * version (adapters.md 4): -EPROTOTYPE; else -ETIMEDOUT.
 */
static int ask_version(struct elm_link *l)
{
	nsec_t deadline = clock_now(l->link.clk) + VERSION_TIMEOUT;
	uint8_t raw[CHUNK];
	int r = bytelink_send(l->bytes, (const uint8_t *)"V\r", 2);

	while (r == 0) {
		r = bytelink_recv(l->bytes, raw, sizeof(raw), deadline);
		if (r > 0)	/* what comes back as it was sent is no answer */
			return raw[0] == 'V' && (r == 1 || raw[1] == '\r') ? -ELOOP : -EPROTOTYPE;
		if (r == 0 && clock_now(l->link.clk) >= deadline)
			return -ETIMEDOUT;
	}

	return r;
}

/*
 * Does it matter at which RATE the port is? A tcp:// network cannot be set, and a pty, which has
 * neither modem lines nor counters (adapters.md 5.1), has all rates at once.
 */
static bool has_rate(struct elm_link *l, unsigned int rate)
{
	const struct bytelink_line line = { .baud = rate, .dtr = true, .rts = true };
	struct bytelink_errors errors;
	unsigned int modem;

	return (bytelink_modem(l->bytes, &modem) == 0 || bytelink_errors(l->bytes, &errors) == 0) &&
	       bytelink_set(l->bytes, &line) == 0;
}

/* At RATE, then at the other usual ones. */
static int look_for(struct elm_link *l, unsigned int rate, bool *ret_heard)
{
	static const unsigned int usual[] = { ELM_RATE, 115200, 9600, 230400, 500000 };
	int r = set_up(l, rate, 0), first = r;

	*ret_heard = l->elm.n_woke > 0;
	if (!is_elsewhere(r) || !has_rate(l, rate))
		return r;
	for (size_t i = 0; i < ARRAY_SIZE(usual) && is_elsewhere(r); i++) {
		if (usual[i] == rate)
			continue;
		r = set_up(l, usual[i], rate);
		if (r == -EIO)		/* it did not come along to the new rate */
			r = set_up(l, usual[i], 0);
		*ret_heard |= l->elm.n_woke > 0;
		first = first == -ETIMEDOUT && r == -EPROTO ? r : first;
	}

	return is_elsewhere(r) ? first : r;
}

static int find(struct elm_link *l, unsigned int rate)
{
	bool heard;
	int r = look_for(l, rate, &heard);

	return r == -ETIMEDOUT && !heard ? ask_version(l) : r;
}

int elm_link_open(struct bytelink *bytes, unsigned int rate, struct link **ret_link)
{
	struct elm_link *l = calloc(1, sizeof(*l));
	int r;

	if (!l) {
		bytelink_close(bytes);
		return -ENOMEM;
	}
	l->link = (struct link){
		.ops = &elm_link_ops,
		.clk = bytes->clk,
		.name = "elm",
		.is_virtual = bytes->is_virtual,
		.half_duplex = true,
	};
	l->bytes = bytes;
	r = find(l, rate ? rate : ELM_RATE);
	if (r < 0) {
		elm_link_close(&l->link);
		return r;
	}
	*ret_link = &l->link;

	return 0;
}

const struct elm *elm_link_adapter(struct link *l)
{
	return &from(l)->elm;
}
