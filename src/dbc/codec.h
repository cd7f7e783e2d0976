/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "dbc/dbc.h"

/*
 * Bits to values and back. DATA always points to 64 readable bytes (struct frame's
 * buffer); LEN of them are the frame's. Nothing here allocates.
 */

/*
 * Is S in this frame: is it long enough, and do the selectors above S name it? On true
 * *ret_raw holds the bits; sign-extended to 64 for DBC_SIGNED.
 */
bool dbc_get_raw(const struct dbc_signal *s, const uint8_t *data, size_t len,
		 uint64_t *ret_raw);

/* The physical value, raw * factor + offset. */
double dbc_physical(const struct dbc_signal *s, uint64_t raw);

/*
 * The physical value as text for JSON and people: the shortest decimal that reads back as
 * the same double, all digits of a whole number; "nan", "inf", "-inf" without quotes.
 * Returns the length; SIZE at least 32.
 */
size_t dbc_physical_text(const struct dbc_signal *s, uint64_t raw, char *buf,
			 size_t size);

/* The value table's word for RAW, or NULL. */
const char *dbc_word(const struct dbc_signal *s, uint64_t raw);

/* Put RAW's low bits in place. -ERANGE when the signal has not so many bits. */
_must_check_ int dbc_put_raw(const struct dbc_signal *s, uint64_t raw, uint8_t *data);

/*
 * Make S be there: a selector above it that does not name it gets the lowest value that
 * does. -ERANGE when a selector has not so many bits; DATA may then have changed.
 */
_must_check_ int dbc_select(const struct dbc_signal *s, uint8_t *data);

/*
 * Put a value as a person writes it: a word of the value table, or a physical number
 * (decimal or 0x hex). -EINVAL: neither; -ERANGE: does not fit, or outside [min|max].
 */
_must_check_ int dbc_put_text(const struct dbc_signal *s, const char *text,
			      uint8_t *data);
