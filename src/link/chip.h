/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "link/bytelink.h"
#include "link/uart.h"

#define CHIP_WAIT_MAX 4096	/* bytes that wait in a port, as in a tty (N_TTY_BUF_SIZE) */

/*
 * What the chip of a serial cable and the kernel's port do with the bytes that a UART received:
 * they are gathered for a while, and marked as link/parmrk.h says. Pure, for wires in memory.
 */
struct chip {
	nsec_t latency;		/* it hands on at each multiple of that; 0: at once */
	struct bytelink_errors errors;
	struct {
		nsec_t at;	/* when the chip hands it on */
		uint8_t byte;
	} in[CHIP_WAIT_MAX];
	size_t head, n;
	size_t n_ready;		/* of N, handed on */
	nsec_t tick;
	size_t held, held_bytes;	/* till TICK; without marks */
};

/* BYTE is complete at END, which never goes back; MARKS: damaged ones are marked. */
void chip_put(struct chip *c, bool marks, enum uart_result what, uint8_t byte, nsec_t end);

/* When it hands on something next; NSEC_NEVER. */
nsec_t chip_next(const struct chip *c);

/* It is NOW: whether something was handed on. */
bool chip_hand_on(struct chip *c, nsec_t now);

/* Up to MAX of the bytes that were handed on; returns their number. */
size_t chip_take(struct chip *c, uint8_t *ret, size_t max);
