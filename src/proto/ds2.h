/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/util.h"

/*
 * DS2 telegrams on the K-line (kbus.md 4.1): the module's address, the size of the whole
 * telegram, data, XOR of all bytes before it. An answer begins with the module's address,
 * too, and repeats nothing of its request. Pure.
 */
#define DS2_DATA_MAX 252
#define DS2_TELEGRAM_MAX 255

#define DS2_BAUD 9600u	/* 8E1 */

/* Times of concept 6 (kbus.md 4.1); those for receiving with 20 ms more, for USB. */
#define DS2_ANSWER (520 * NSEC_PER_MSEC)	/* from the request to the beginning of its answer */
#define DS2_SILENCE (40 * NSEC_PER_MSEC)	/* between two bytes: the telegram has ended */
#define DS2_END (2 * 11 * NSEC_PER_SEC / DS2_BAUD)	/* two bytes' time after an answer; own choice */
#define DS2_REGENERATION (25 * NSEC_PER_MSEC)	/* from an answer to the next request */

struct ds2 {
	uint8_t ecu;
	const uint8_t *data;
	size_t len;
};

/*
 * The telegram that BYTES begin with: its size and *ret, whose data points into BYTES; 0:
 * more bytes are needed; -EBADMSG: they do not begin with one.
 */
_must_check_ int ds2_parse(const uint8_t *bytes, size_t n, struct ds2 *ret);

/*
 * M as it goes on the wire; BUF has room for DS2_TELEGRAM_MAX. Returns the size, or
 * -EMSGSIZE: no data, or over DS2_DATA_MAX bytes.
 */
_must_check_ int ds2_encode(const struct ds2 *m, uint8_t *buf);
