/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link/uart.h"

unsigned int uart_n_bits(const struct bytelink_line *line)
{
	return line->even_parity ? 11 : 10;
}

static bool is_odd(uint8_t byte)
{
	return __builtin_parity(byte);
}

uint16_t uart_bits(const struct bytelink_line *line, uint8_t byte)
{
	unsigned int bits = (unsigned int)byte << 1;

	if (!line->even_parity)
		return (uint16_t)(bits | 1u << 9);

	return (uint16_t)(bits | (is_odd(byte) ? 1u << 9 : 0) | 1u << 10);
}

nsec_t uart_halves(const struct bytelink_line *line, unsigned int halves)
{
	return halves * (NSEC_PER_SEC / 2) / line->baud;
}

void uart_reset(struct uart_rx *u)
{
	*u = (struct uart_rx){ .next = NSEC_NEVER };
}

void uart_edge(struct uart_rx *u, const struct bytelink_line *line, bool high, nsec_t t)
{
	if (high) {
		u->stuck = false;
		return;
	}
	if (u->next != NSEC_NEVER || u->stuck)
		return;
	*u = (struct uart_rx){ .begin = t, .next = t + uart_halves(line, 1) };
}

static enum uart_result judge(const struct uart_rx *u, const struct bytelink_line *line)
{
	uint8_t byte = (uint8_t)(u->bits >> 1);

	if (u->bits == 0)
		return UART_BREAK;
	if (!(u->bits >> (uart_n_bits(line) - 1) & 1))
		return UART_FRAMING;
	if (line->even_parity && is_odd(byte) != (u->bits >> 9 & 1))
		return UART_PARITY;

	return UART_BYTE;
}

enum uart_result uart_look(struct uart_rx *u, const struct bytelink_line *line, bool high,
			   uint8_t *ret_byte)
{
	if (u->n == 0 && high) {
		u->next = NSEC_NEVER; /* no start bit, a spike */
		return UART_NOTHING;
	}
	u->bits |= (uint16_t)(high << u->n);
	u->n++;
	u->next = u->begin + uart_halves(line, 2 * u->n + 1);
	if (u->n < uart_n_bits(line))
		return UART_NOTHING;
	u->next = NSEC_NEVER;
	u->stuck = !high;
	*ret_byte = (uint8_t)(u->bits >> 1);

	return judge(u, line);
}
