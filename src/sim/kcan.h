/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim/car.h"

/*
 * The body on a K-CAN: what the second MINI's CAS, junction box and footwell module send
 * and what the third's body domain controller does (can.md 1.9: the older positions).
 * Bytes and periods of can.md 1; times that it does not give are own choices and say so.
 */

#define TERMINAL_PERIOD (100 * NSEC_PER_MSEC) /* 0x130 and 0x12F: can.md 1.2, 1.9 */

/* A message that is sent without a cause. */
struct kcan_periodic {
	nsec_t period;
	enum ignition from; /* not below this */
	void (*put)(struct sim *s);
};

/* In what the K-CANs of two generations differ. */
struct kcan_style {
	const struct kcan_periodic *periodic;
	size_t n_periodic;
	uint8_t flaps_rest; /* bytes 3-6 of 0x2FC */
	uint8_t remote_source; /* byte 1 of 0x23A */
	uint8_t remote_end; /* byte 3 of 0x23A; the slot is in it too */
	void (*boot)(struct sim *s); /* the boot's own message; or NULL */
	bool has_roof; /* 0x3BA */
};

void sim_kcan_send(struct sim *s, uint32_t id, const uint8_t *data, size_t len);
void sim_kcan_flaps(struct sim *s); /* 0x2FC */
void sim_kcan_flaps_bytes(const struct sim *s, uint8_t ret[3]); /* its first bytes */

/* For struct platform. */
void sim_kcan_start(struct sim *s);
void sim_kcan_ignition(struct sim *s, enum ignition from);
void sim_kcan_key(struct sim *s);
void sim_kcan_part(struct sim *s, enum part p);
void sim_kcan_moved(struct sim *s);
void sim_kcan_fob(struct sim *s, unsigned int fob);
void sim_kcan_centre(struct sim *s, bool lock);
