/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

/*
 * BMW-FAST telegrams, as between a tester and a K+DCAN cable (can.md 2.3): 0x80 | length,
 * target, source, data, sum of all bytes before it. Over 63 bytes the length is 0 there and
 * a byte after the source; over 255 that is 0 too, and two bytes follow. Pure.
 */
#define BMWFAST_BAUD 115200u	/* 8N1, to the cable (adapters.md 1.2) */
#define BMWFAST_DATA_MAX 4095	/* what ISO-TP behind the cable carries */
#define BMWFAST_TELEGRAM_MAX (6 + BMWFAST_DATA_MAX + 1)

struct bmwfast {
	uint8_t target, source;
	const uint8_t *data;
	size_t len;
};

/*
 * The telegram that BYTES begin with: its size and *ret, whose data points into BYTES; 0:
 * more bytes are needed; -EBADMSG: they do not begin with one.
 */
_must_check_ int bmwfast_parse(const uint8_t *bytes, size_t n, struct bmwfast *ret);

/*
 * M as it goes on the wire; BUF has room for BMWFAST_TELEGRAM_MAX. Returns the size, or
 * -EMSGSIZE: no data, or over BMWFAST_DATA_MAX bytes.
 */
_must_check_ int bmwfast_encode(const struct bmwfast *m, uint8_t *buf);

/*
 * Longer than between two bytes of a telegram: ISO 14230-2 has P1 of at most 20 ms
 * (kbus.md 5.3), and USB and network come on top. Own choice.
 */
#define BMWFAST_SILENCE (100 * NSEC_PER_MSEC)

/*
 * A stream of bytes to telegrams. What begins none is skipped byte by byte. Members are
 * private but SKIPPED.
 */
struct bmwfast_framer {
	uint64_t skipped;	/* bytes that belong to no telegram */
	size_t n, used;		/* held in buf; of them, those of the telegram popped last */
	nsec_t last;		/* when the last byte came */
	uint8_t buf[BMWFAST_TELEGRAM_MAX];
};

void bmwfast_framer_init(struct bmwfast_framer *fr);

/* Add a byte that came at T. Pop after each until nothing comes. */
void bmwfast_framer_push(struct bmwfast_framer *fr, uint8_t byte, nsec_t t);

/* Take the next telegram; *ret holds until the next push or pop. False: more is needed. */
bool bmwfast_framer_pop(struct bmwfast_framer *fr, struct bmwfast *ret);

/* When bmwfast_framer_idle() must be called if no byte came; NSEC_NEVER: no need to. */
nsec_t bmwfast_framer_deadline(const struct bmwfast_framer *fr);

/* No byte came until NOW: what began an unfinished telegram did not. Pop after it. */
void bmwfast_framer_idle(struct bmwfast_framer *fr, nsec_t now);
