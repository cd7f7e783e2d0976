/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "link/bytelink.h"

/*
 * How a UART puts a byte into bits, and finds it again: a start bit, 8 data bits from the
 * lowest, an even parity bit if the line has one, a stop bit. Pure, for wires in memory.
 */

unsigned int uart_n_bits(const struct bytelink_line *line);	/* 10 or 11 */

/* BYTE as it is on the wire: bit 0 is the start bit. */
uint16_t uart_bits(const struct bytelink_line *line, uint8_t byte);

/* How long HALVES half bits take. */
nsec_t uart_halves(const struct bytelink_line *line, unsigned int halves);

/* The receiver: it looks at the middle of each bit, counted from the start bit's edge. */
struct uart_rx {
	nsec_t begin;		/* of the byte */
	nsec_t next;		/* when it looks again; NSEC_NEVER: it waits for an edge */
	unsigned int n;		/* bits seen */
	uint16_t bits;
	bool stuck;		/* low where a stop bit should be: nothing begins until it is high */
};

enum uart_result {
	UART_NOTHING,
	UART_BYTE,
	UART_PARITY,	/* a byte, whose parity is wrong */
	UART_FRAMING,	/* a byte without a stop bit */
	UART_BREAK,	/* low all the time */
};

void uart_reset(struct uart_rx *u);

/* The wire went low or high at T. */
void uart_edge(struct uart_rx *u, const struct bytelink_line *line, bool high, nsec_t t);

/*
 * To be called at u->next, with what the wire is then. *ret_byte with all but UART_NOTHING.
 */
enum uart_result uart_look(struct uart_rx *u, const struct bytelink_line *line, bool high,
			   uint8_t *ret_byte);
