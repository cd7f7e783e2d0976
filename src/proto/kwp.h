/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/util.h"

/*
 * KWP2000 telegrams on the K-line. ISO 14230-2 (kbus.md 5.1): a format byte, with the length in
 * its low six bits or 0 there and a length byte later, target and source if the format says so,
 * data, the sum of all bytes before it. BMW's KWP2000* (kbus.md 5.5, concept 010D): B8, target,
 * source, length, data, the XOR of all before. Pure.
 */
#define KWP_DATA_MAX 255
#define KWP_TELEGRAM_MAX (4 + KWP_DATA_MAX + 1)

#define KWP_BAUD 10400u		/* 8N1; KWP2000* has 9600 8E1, as DS2 */
#define KWP_STAR_BAUD 9600u

/* kbus.md 5.3; times for receiving have 20 ms more, for USB (adapters.md 1.3). */
#define KWP_P1 (40 * NSEC_PER_MSEC)		/* between two bytes of a module */
#define KWP_END (3 * 10 * NSEC_PER_SEC / KWP_BAUD)	/* three bytes' time after an answer; own choice */
#define KWP_P2 (70 * NSEC_PER_MSEC)		/* from a request to its answer */
#define KWP_P3_MIN (55 * NSEC_PER_MSEC)		/* from an answer to the next request */
#define KWP_P3_MAX (5 * NSEC_PER_SEC)		/* after that without a request the session has ended */
#define KWP_P4 (5 * NSEC_PER_MSEC)		/* between two bytes of ours */
#define KWP_STAR_ANSWER (520 * NSEC_PER_MSEC)	/* no source has one of its own: DS2's */

/* How a header is to be. */
enum kwp_form {
	KWP_ADDRESSED,		/* target and source, length in the format byte if it fits */
	KWP_ADDRESSED_LENGTH,	/* the length always in its own byte */
	KWP_BARE,		/* neither target nor source */
	KWP_BARE_LENGTH,
	KWP_STAR,
};

struct kwp {
	bool addressed;
	uint8_t target, source;
	const uint8_t *data;
	size_t len;
};

/*
 * The telegram that BYTES begin with: its size and *ret, whose data points into BYTES; 0:
 * more bytes are needed; -EBADMSG: they do not begin with one.
 */
_must_check_ int kwp_parse(const uint8_t *bytes, size_t n, struct kwp *ret);

/* The same of KWP2000*. */
_must_check_ int kwp_parse_star(const uint8_t *bytes, size_t n, struct kwp *ret);

/*
 * M as it goes on the wire; BUF has room for KWP_TELEGRAM_MAX. Returns the size, or -EMSGSIZE:
 * no data, or over KWP_DATA_MAX bytes.
 */
_must_check_ int kwp_encode(const struct kwp *m, enum kwp_form form, uint8_t *buf);

/* The form that a module with these key bytes takes (ISO 14230-2, key bytes). */
enum kwp_form kwp_form_of(uint8_t key1);
