/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sim/kcan.h"

/* R55-R61: CAS, junction box, footwell module and cluster; what is not in kcan.c. */

#define TERMINALS 0x130u
#define LOCKS_MOVED (100 * NSEC_PER_MSEC) /* fob to locks: own choice */

uint8_t sim_r56_check(const uint8_t b[5])
{
	unsigned int sum = TERMINALS + b[0] + b[1] + b[2] + b[3] + (b[4] & 0x0fu);

	sum = ((sum & 0xff) + (sum >> 8)) & 0xff;

	return (uint8_t)(((sum & 0x0f) + (sum >> 4)) & 0x0f);
}

/* can.md 1.3. The key's number is its transponder's; type 4: remote. */
void sim_r56_terminals(const struct sim *s, uint8_t ret[5])
{
	static const uint8_t in_lock[][4] = {
		[IGNITION_OFF] = { 0x40, 0x40, 0xc1, 0x0f },
		[IGNITION_ACC] = { 0x41, 0x40, 0xa1, 0x0f },
		[IGNITION_ON] = { 0x45, 0x40, 0x69, 0x8f },
		[IGNITION_START] = { 0x55, 0x40, 0x69, 0x8f },
	};
	static const uint8_t no_key[] = { 0x00, 0x0f, 0xc0, 0x0f };

	memcpy(ret, s->key < 0 ? no_key : in_lock[s->ignition], 4);
	if (s->key >= 0)
		ret[1] |= (uint8_t)s->key;
	ret[4] = s->kcan.alive;
	ret[4] |= (uint8_t)(sim_r56_check(ret) << 4);
}

static void send_terminals(struct sim *s)
{
	uint8_t b[5];

	sim_r56_terminals(s, b);
	s->kcan.alive = (uint8_t)((s->kcan.alive + 1) % 15);
	sim_kcan_send(s, TERMINALS, b, sizeof(b));
}

static void send_handbrake(struct sim *s)
{
	sim_kcan_send(s, 0x34f, (const uint8_t[]){ 0xfe, 0xff }, 2); /* on */
}

static void send_speed(struct sim *s)
{
	sim_kcan_send(s, 0x1b4, (const uint8_t[8]){ [5] = 0x02 },
		      8); /* 0 km/h, handbrake on */
}

static void send_outside(struct sim *s)
{
	sim_kcan_send(s, 0x2ca, (const uint8_t[]){ 120, 0xff },
		      2); /* 20 degrees Celsius */
}

static void send_seconds(struct sim *s)
{
	uint32_t t = (uint32_t)(s->now / NSEC_PER_SEC);
	uint8_t b[6] = { (uint8_t)t, (uint8_t)(t >> 8), (uint8_t)(t >> 16),
			 (uint8_t)(t >> 24) };

	sim_kcan_send(s, 0x328, b, sizeof(b));
}

/* 12345 km, 32 l, tanks 16 l each, no reserve, 200 km to go. */
static void send_mileage(struct sim *s)
{
	sim_kcan_send(s, 0x330, (const uint8_t[]){ 0x39, 0x30, 0x00, 32, 32, 32, 0, 200 },
		      8);
}

static void send_vin(struct sim *s)
{
	sim_kcan_send(s, 0x380, (const uint8_t *)SIM_VIN + 10, 7);
}

static void send_run_on(struct sim *s)
{
	sim_kcan_send(s, 0x3be, (const uint8_t[]){ 0x47, 0xf0 }, 2); /* 710 s */
}

/* What is sent without a cause, can.md 1.2. */
static const struct kcan_periodic periodic[] = {
	{ 100 * NSEC_PER_MSEC, IGNITION_OFF, send_terminals },
	{ 5 * NSEC_PER_SEC, IGNITION_OFF, sim_kcan_flaps },
	{ 1 * NSEC_PER_SEC, IGNITION_OFF, send_handbrake },
	{ 1 * NSEC_PER_SEC, IGNITION_OFF, send_outside },
	{ 1 * NSEC_PER_SEC, IGNITION_OFF, send_seconds },
	{ 5 * NSEC_PER_SEC, IGNITION_OFF, send_vin },
	{ 10 * NSEC_PER_SEC, IGNITION_OFF, send_run_on },
	{ 100 * NSEC_PER_MSEC, IGNITION_ON, send_speed },
	{ 10 * NSEC_PER_SEC, IGNITION_ACC, send_mileage },
};

static const struct kcan_style kcan = {
	.periodic = periodic,
	.n_periodic = ARRAY_SIZE(periodic),
	.flaps_rest = 0xff,
	.remote_source = 0x30, /* can.md 1.5: a remote's button */
	.remote_end = 0x60,
	.has_roof = true,
};

const struct platform sim_r56 = {
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
	.dcan = &sim_r56_dcan,
	.modules = sim_r56_modules,
	.n_modules = SIM_R56_MODULES,
};
