/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sim/kcan.h"

/*
 * F54-F60: the body domain controller on the K-CAN; what is not in kcan.c. No recording of
 * one is public: can.md 1.9 has what an F11 and an F30 send and a bench cluster takes.
 */

#define CONDITION 0x12fu
#define TERMINALS 0x130u
#define LOCKS_MOVED (100 * NSEC_PER_MSEC) /* fob to locks: own choice */

#define POLYNOMIAL 0x1d /* of 0x12F, can.md 1.9 */
#define START 0xff
#define END 0x44

uint8_t sim_f5x_check(const uint8_t b[8])
{
	unsigned int crc = START;

	for (size_t i = 1; i < 8; i++) {
		crc ^= b[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc << 1 ^ (crc & 0x80 ? POLYNOMIAL : 0);
		crc &= 0xff;
	}

	return (uint8_t)(crc ^ END);
}

uint8_t sim_f5x_terminal(const struct sim *s)
{
	static const uint8_t terminals[] = {
		[IGNITION_OFF] = 0x2, /* KL30 */
		[IGNITION_ACC] = 0x7,
		[IGNITION_ON] = 0xa,
		[IGNITION_START] = 0xb,
	};

	return terminals[s->ignition];
}

/* can.md 1.9; the bytes without a name as in the frames that a cluster takes. */
static void send_condition(struct sim *s)
{
	/* Standby, basic, drive, start. */
	static const uint8_t conditions[] = {
		[IGNITION_OFF] = 0x10,
		[IGNITION_ACC] = 0x20,
		[IGNITION_ON] = 0x80,
		[IGNITION_START] = 0xa0,
	};
	uint8_t b[8] = { 0, 0, 0, 0xdd, 0, 0x01, 0x30, 0x06 };

	b[1] = conditions[s->ignition] | s->kcan.alive;
	b[2] = 0x80 | sim_f5x_terminal(s);
	b[4] = 0xf0 | (s->key >= 0 ? 4 : 1); /* a valid key inside; none */
	b[0] = sim_f5x_check(b);
	s->kcan.alive = (uint8_t)((s->kcan.alive + 1) % 15);
	sim_kcan_send(s, CONDITION, b, sizeof(b));
}

/* As an F11's: no slot, no count, no check; can.md 1.3. */
static void send_terminals(struct sim *s)
{
	static const uint8_t terminals[] = {
		[IGNITION_OFF] = 0x00,
		[IGNITION_ACC] = 0x01,
		[IGNITION_ON] = 0x05,
		[IGNITION_START] = 0x15,
	};
	uint8_t b[] = { terminals[s->ignition], 0xfe, 0xfc, 0xff, 0xff };

	if (s->key >= 0) {
		b[0] |= 0x40;
		b[1] = 0xf0 | (uint8_t)s->key;
	}
	sim_kcan_send(s, TERMINALS, b, sizeof(b));
}

/* can.md 1.2 */
static void send_boot(struct sim *s)
{
	uint8_t b[8] = { 0xf1, 0xff, 0x87, 0xc0, 0xff, 0xff, 0xff, 0xff };

	b[3] |= s->open[PART_BOOT];
	sim_kcan_send(s, 0x0f2, b, sizeof(b));
}

static void send_run_on(struct sim *s)
{
	sim_kcan_send(s, 0x3be, (const uint8_t[]){ 0xfe, 0xf0 }, 2); /* no limit */
}

/* What is sent without a cause: 0x12F can.md 1.9, the others 1.2. */
static const struct kcan_periodic periodic[] = {
	{ TERMINAL_PERIOD, IGNITION_OFF, send_condition },
	{ TERMINAL_PERIOD, IGNITION_OFF, send_terminals },
	{ 5 * NSEC_PER_SEC, IGNITION_OFF, sim_kcan_flaps },
	{ 10 * NSEC_PER_SEC, IGNITION_OFF, send_boot },
	{ 10 * NSEC_PER_SEC, IGNITION_OFF, send_run_on },
};

static const struct kcan_style kcan = {
	.periodic = periodic,
	.n_periodic = ARRAY_SIZE(periodic),
	.flaps_rest = 0x00,
	.remote_source = 0xf3, /* can.md 1.5: as an F30 */
	.remote_end = 0x3f,
	.boot = send_boot,
};

const struct platform sim_f5x = {
	.keyless = true,
	.fob_delay = LOCKS_MOVED,
	.start = sim_kcan_start,
	.ignition = sim_kcan_ignition,
	.key = sim_kcan_key,
	.part = sim_kcan_part,
	.locks = sim_kcan_moved,
	.fob = sim_kcan_fob,
	.centre = sim_kcan_centre,
	.hear = sim_dcan_hear,
	.kcan = &kcan,
	.dcan = &sim_f5x_dcan,
	.modules = sim_f5x_modules,
	.n_modules = SIM_F5X_MODULES,
};
