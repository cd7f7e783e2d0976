/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "dbc/dbc.h"

#define DBC_DATA_MAX 64u	/* bytes; ISO 11898-1: CAN FD */

/*
 * From start, bits and motorola to first, span, need, shift and mask. A start bit 8n+m is
 * bit m of byte n, m 0 the least; Motorola goes from its start, the most significant bit,
 * down to bit 0 and on with bit 7 of the next byte. -EINVAL: not 1..64 bits; -ERANGE: not
 * inside 64 bytes.
 */
_must_check_ int dbc_signal_place(struct dbc_signal *s);

/* From factor, offset, kind and bits to integral and what belongs to it. */
void dbc_signal_scale(struct dbc_signal *s);
