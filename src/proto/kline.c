/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "proto/kline.h"

void kline_init(struct kline *k, struct bytelink *bytes)
{
	*k = (struct kline){ .bytes = bytes, .clk = bytes->clk, .quiet = clock_now(bytes->clk) };
}

nsec_t kline_byte_time(const struct kline *k)
{
	unsigned int bits = 1 + 8 + k->line.even_parity + 1;

	return bits * NSEC_PER_SEC / MAX(k->line.baud, 1u);
}

int kline_hear(struct kline *k, struct kline_byte *ret, nsec_t deadline)
{
	for (;;) {
		int r = 1;

		if (k->at == k->n) {
			r = bytelink_recv(k->bytes, k->raw, sizeof(k->raw), deadline);
			if (r <= 0)
				return r;
			k->quiet = clock_now(k->clk);
			k->at = 0;
			k->n = (size_t)r;
		}
		ret->value = k->raw[k->at++];
		r = k->bytes->marks ? parmrk_push(&k->marks, ret->value, &ret->value) : 1;
		ret->damaged = r < 0;
		if (r != 0)
			return 1;
	}
}

int kline_take(struct kline *k)
{
	struct kline_byte b;
	int r;

	while ((r = kline_hear(k, &b, 0)) > 0)
		k->waited++;

	return r;
}

int kline_set(struct kline *k, unsigned int baud, bool even_parity)
{
	const struct bytelink_line line = { .baud = baud, .even_parity = even_parity };
	int r;

	if (k->line.baud == baud && k->line.even_parity == even_parity)
		return 0;
	r = kline_take(k);
	if (r < 0)
		return r;
	r = bytelink_set(k->bytes, &line);
	if (r < 0 && r != -EOPNOTSUPP)
		return r;
	k->line = line;
	k->marks = (struct parmrk){ 0 };

	return r;
}

int kline_rest(struct kline *k, nsec_t gap, nsec_t patience)
{
	nsec_t end = nsec_add(clock_now(k->clk), patience);
	struct kline_byte b;
	int r;

	for (;;) {
		r = kline_hear(k, &b, MIN(nsec_add(k->quiet, gap), end));
		if (r < 0)
			return r;
		k->waited += (uint64_t)r;
		if (r == 0 && clock_now(k->clk) >= nsec_add(k->quiet, gap))
			return 0;
		if (clock_now(k->clk) >= end)
			return -EBUSY;
	}
}

static int result(const struct kline *k)
{
	switch (k->echo.verdict) {
	case ECHO_NONE:
		return -ENOLINK;
	case ECHO_CUT:
	case ECHO_DIFFERS:
		return -ECOMM;
	case ECHO_WAITING:
	case ECHO_DONE:
		break;
	}

	return 0;
}

/* Hear the echo until UNTIL or its end. */
static int hear_echo(struct kline *k, nsec_t until)
{
	struct kline_byte b;
	int r;

	while (k->echo.verdict == ECHO_WAITING && clock_now(k->clk) < until) {
		r = kline_hear(k, &b, MIN(until, k->echo.deadline));
		if (r < 0)
			return r;
		if (r > 0)
			echo_hear(&k->echo, b.value, b.damaged, clock_now(k->clk));
		else
			echo_tick(&k->echo, clock_now(k->clk));
	}

	return result(k);
}

int kline_send(struct kline *k, const uint8_t *bytes, size_t n, nsec_t p4)
{
	nsec_t step = kline_byte_time(k) + p4, start;
	size_t size = p4 ? 1 : n;
	int r = kline_take(k);

	start = clock_now(k->clk);
	echo_begin(&k->echo, bytes, n, (nsec_t)n * step, start);
	k->echo.deadline += k->bytes->slack;
	for (size_t i = 0; i < n && r == 0; i += size) {
		r = bytelink_send(k->bytes, bytes + i, size);
		if (r == -ETIMEDOUT)
			r = -ENOLINK;	/* the port takes nothing */
		if (r == 0 && i + size < n)
			r = hear_echo(k, start + (nsec_t)(i + 1) * step);
	}
	if (r == 0)
		r = hear_echo(k, NSEC_NEVER);
	k->quiet = clock_now(k->clk);

	return r;
}

int kline_break(struct kline *k, bool on)
{
	int r = bytelink_break(k->bytes, on);

	k->quiet = clock_now(k->clk);

	return r;
}
