/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdint.h>

#include "base/util.h"

/*
 * Bytes in which a serial port marks those whose parity or stop bit was wrong, and breaks,
 * as termios(3) says of INPCK with PARMRK: FF 00 X is a damaged X, FF FF a received FF.
 */
struct parmrk {
	uint8_t seen;	/* how many bytes of a mark */
};

/*
 * The next byte of the stream: 1 and *ret_byte; 0: the next one will tell; -EBADMSG and
 * *ret_byte: it is damaged.
 */
_must_check_ int parmrk_push(struct parmrk *m, uint8_t byte, uint8_t *ret_byte);
