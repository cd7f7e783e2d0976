/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "dbc/dbc.h"
#include "link/frame.h"

/* How a message protects itself: the DBC attribute "Check" of its BO_. */
enum check_rule {
	CHECK_NONE,
	/*
	 * "bmw-fold4": 4 bits folded from the sum with the id (can.md 1.3). "bmw-fold4-130-53":
	 * of a copy of message 130 (hex) that begins at byte 53.
	 */
	CHECK_FOLD4,
	CHECK_CRC8,	/* "crc8-1d-XX": CRC-8, poly 0x1D, init 0xFF, final XOR XX (can.md 1.9) */
};

struct check {
	enum check_rule rule;
	uint8_t final_xor;
	uint8_t modulo;			/* of the alive counter: 0..modulo-1; 0: none */
	uint32_t id;			/* that counts in the sum */
	uint8_t first, len;		/* the bytes that are protected; not what is padded after them */
	const struct dbc_signal *checksum;	/* NULL: none */
	const struct dbc_signal *alive;		/* NULL: none */
	int last;			/* the alive counter heard last; -1: none yet */
};

enum check_error {
	CHECK_BAD_SUM = 1 << 0,
	CHECK_BAD_COUNTER = 1 << 1,
};

/* Read M's rule from its attributes and from its signals Checksum and Alive. */
void check_bind(struct check *c, const struct dbc *dbc, const struct dbc_message *m);

/*
 * The faults of F by C's rule: CHECK_BAD_*; remembers the counter. A frame too short for
 * the fields has none; nor has an unprotected 0x130, whose byte 4 is FF (can.md 1.3).
 */
unsigned int check_frame(struct check *c, const struct frame *f);

/* What the checksum field of F must hold. */
uint8_t check_sum(const struct check *c, const struct frame *f);

/* Make F's checksum field good. */
void check_seal(const struct check *c, struct frame *f);
