/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link/chip.h"

#define PACKET 62	/* an FT232R's 64 bytes, without its two of status */
#define MARK 0xff	/* link/parmrk.h */

static void append(struct chip *c, nsec_t at, uint8_t byte)
{
	size_t i = (c->head + c->n) % CHIP_WAIT_MAX;

	if (c->n == CHIP_WAIT_MAX) {
		c->errors.overrun++;
		return;
	}
	c->in[i].at = at;
	c->in[i].byte = byte;
	c->n++;
	c->held++;
}

/* When a byte that is complete at T leaves the chip, if that does not fill up before. */
static nsec_t hold(struct chip *c, nsec_t t)
{
	nsec_t tick = c->latency ? (t + c->latency - 1) / c->latency * c->latency : t;

	if (tick != c->tick) {
		c->tick = tick;
		c->held = c->held_bytes = 0;
	}

	return tick;
}

/* It is full at T. */
static void is_full(struct chip *c, nsec_t t)
{
	for (size_t i = c->n - MIN(c->held, c->n); i < c->n; i++)
		c->in[(c->head + i) % CHIP_WAIT_MAX].at = t;
	c->held = c->held_bytes = 0;
}

void chip_put(struct chip *c, bool marks, enum uart_result what, uint8_t byte, nsec_t end)
{
	bool good = what == UART_BYTE;
	nsec_t at = hold(c, end);

	c->errors.parity += what == UART_PARITY;
	c->errors.framing += what == UART_FRAMING;
	c->errors.breaks += what == UART_BREAK;
	if (marks && (!good || byte == MARK))
		append(c, at, MARK);
	if (marks && !good)
		append(c, at, 0);
	append(c, at, byte);
	if (++c->held_bytes == PACKET)
		is_full(c, end);
}

nsec_t chip_next(const struct chip *c)
{
	return c->n_ready < c->n ? c->in[(c->head + c->n_ready) % CHIP_WAIT_MAX].at : NSEC_NEVER;
}

bool chip_hand_on(struct chip *c, nsec_t now)
{
	size_t before = c->n_ready;

	while (c->n_ready < c->n && chip_next(c) <= now)
		c->n_ready++;

	return c->n_ready > before;
}

size_t chip_take(struct chip *c, uint8_t *ret, size_t max)
{
	size_t n = MIN(c->n_ready, max);

	for (size_t i = 0; i < n; i++)
		ret[i] = c->in[(c->head + i) % CHIP_WAIT_MAX].byte;
	c->head = (c->head + n) % CHIP_WAIT_MAX;
	c->n -= n;
	c->n_ready -= n;

	return n;
}
