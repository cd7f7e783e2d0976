/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link/mishear.h"

#define TOLERANCE 3	/* percent; the middle of the last bit is missed from about 5 on */

bool mishear_is_right(unsigned int from, unsigned int to)
{
	unsigned int off = from > to ? from - to : to - from;

	return (uint64_t)off * 100 <= (uint64_t)to * TOLERANCE;
}

size_t mishear(uint8_t value, const struct bytelink_line *from, const struct bytelink_line *to,
	       uint8_t *ret)
{
	uint16_t bits = uart_bits(from, value);
	unsigned int n_bits = uart_n_bits(from);
	bool high = true;
	struct uart_rx rx;
	size_t n = 0;

	uart_reset(&rx);
	for (unsigned int i = 0; i < n_bits || rx.next != NSEC_NEVER;) {
		nsec_t edge = i < n_bits ? uart_halves(from, 2 * i) : NSEC_NEVER;

		if (edge <= rx.next) {
			if ((bool)(bits >> i & 1) != high)
				uart_edge(&rx, to, !high, edge);
			high = bits >> i++ & 1;
		} else if (uart_look(&rx, to, high, &ret[n]) != UART_NOTHING && ++n == MISHEAR_MAX) {
			break;
		}
	}

	return n;
}
