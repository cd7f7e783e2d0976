/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "car/decoder.h"
#include "link/frame.h"

/*
 * The last seven characters of the VIN out of frames, before they are kept (DESIGN 6): in
 * their place comes a dummy of the same length, and checksums are made good. In broadcast
 * messages by the DBC's Vin signals; in diagnostic answers, over ISO-TP, by what they
 * answer (can.md 3.2, 3.4; ISO 15031-5 service 9; ISO 14229-1 identifier F190).
 *
 * Also the bytes of a CAS's status (70 01 01) before its copy of 0x130, which can hold what
 * identifies a key (can.md 3.1): they become 0.
 */
#define VIN_MASK_TAIL 7
#define VIN_MASK_DUMMY "XX00000"
#define VIN_MASK_MAX 16	/* answers at the same time */

/* An answer of several frames, some of which are still to come. */
struct vin_answer {
	uint32_t id;
	bool ext;
	size_t pos, end;	/* of the next byte in the answer; end 0: not in use */
	bool identifiers;	/* one of several identifiers in it may be the VIN's */
	uint8_t before;		/* the byte before POS */
	size_t from, to;	/* the bytes to replace */
	const char *dummy;	/* what comes in their place; NULL: zeros */
};

struct vin_mask {
	const struct decoder *decoder;	/* all of its DBCs, whatever the car */
	size_t next;
	struct vin_answer answers[VIN_MASK_MAX];
};

void vin_mask_init(struct vin_mask *m, const struct decoder *d);

/* Only what a diagnostic answer carries: of what is shown, the rest is masked by its signals. */
bool vin_mask_answer(struct vin_mask *m, struct frame *f);

/* Mask F. Returns whether something of it was the VIN's. */
bool vin_mask_frame(struct vin_mask *m, struct frame *f);
