/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>

#include "link/uart.h"

/* What a port hears that is set to another rate than the sender's. Pure. */
#define MISHEAR_MAX 16

/* Whether bytes at FROM baud are heard right at TO: what is 3 % off is. */
bool mishear_is_right(unsigned int from, unsigned int to);

/*
 * VALUE, sent as FROM says on a wire at rest, as a port at TO hears it that marks nothing: up to
 * MISHEAR_MAX bytes in RET. Returns their number.
 */
size_t mishear(uint8_t value, const struct bytelink_line *from, const struct bytelink_line *to,
	       uint8_t *ret);
