/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "proto/kbus.h"
#include "sim/car.h"

/* What others send: ignition and key that a tool plays, requests, diagnosis. */

#define ANSWER (20 * NSEC_PER_MSEC) /* to a K-bus request: own choice */

#define KBUS_LCM 0xd0 /* the body module answers for it, kbus.md 3.2 */

static void country(struct sim *s, unsigned int unused)
{
	/* Type nibble B: R50 (kbus.md 2.5); the rest as in its capture. */
	static const uint8_t data[] = { 0xb0, 0x04, 0x80, 0x42 };

	(void)unused;
	sim_r5x_send(s, KBUS_IKE, KBUS_GLO, 0x15, data, sizeof(data));
}

/* VIN "00" 00000, then mileage, fuel, oil and days: all zero. kbus.md 2.5 */
static void vehicle_data(struct sim *s, unsigned int dst)
{
	static const uint8_t data[13] = { '0', '0' };

	sim_r5x_send(s, KBUS_GM, dst, 0x54, data, sizeof(data));
}

/* ARG: module, enum sim_ds2 << 8, how often it says "busy" before << 16. */
static void answer(struct sim *s, unsigned int arg)
{
	unsigned int ecu = arg & 0xff, pending = arg >> 16;
	uint8_t data[SIM_DS2_MAX] = { SIM_DS2_BUSY };
	size_t n;

	if (pending) {
		sim_r5x_send(s, ecu, KBUS_DIA, data[0], NULL, 0);
		sim_effect(s, SIM_DS2_DELAY, answer, arg - (1u << 16));
		return;
	}
	n = sim_ds2_answer(s, ecu, (enum sim_ds2)(arg >> 8 & 0xff), data);
	sim_r5x_send(s, sim_ds2_speaker(s, ecu), KBUS_DIA, data[0], data + 1, n - 1);
}

static void hear_tester(struct sim *s, unsigned int dst, unsigned int cmd,
			const struct frame *f)
{
	unsigned int ecu = dst == KBUS_LCM ? KBUS_GM : dst;
	const struct sim_module *m = sim_ds2_module(ecu);
	uint8_t data[1 + FRAME_DATA_MAX] = { (uint8_t)cmd };
	enum sim_ds2 q = SIM_DS2_OTHER;

	if (!m || sim_is_silent(s, m->name))
		return;
	memcpy(data + 1, f->data, f->len);
	if (dst == ecu)
		q = sim_ds2_question(ecu, data, 1u + f->len);
	sim_effect(s, SIM_DS2_DELAY + s->ask.slow, answer,
		   ecu | (unsigned int)q << 8 | s->ask.pending << 16);
}

/* K-bus requests, which anybody may send. */
static bool hear_request(struct sim *s, unsigned int src, unsigned int dst,
			 unsigned int cmd)
{
	static const struct {
		uint8_t dst, cmd;
		void (*answer)(struct sim *s, unsigned int arg);
		bool to_sender;
	} requests[] = {
		{ KBUS_GM, 0x79, sim_r5x_body, false },
		{ KBUS_GM, 0x53, vehicle_data, true },
		{ KBUS_LCM, 0x53, vehicle_data, true },
		{ KBUS_EWS, 0x73, sim_r5x_key, false },
		{ KBUS_IKE, 0x10, sim_r5x_ignition, false },
		{ KBUS_IKE, 0x14, country, false },
		{ KBUS_IKE, 0x1d, sim_r5x_temperature, false },
	};

	if (cmd == 0x01 && (dst == KBUS_GM || dst == KBUS_EWS || dst == KBUS_IKE)) {
		sim_effect(s, ANSWER, sim_r5x_ready, dst);
		return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(requests); i++)
		if (requests[i].dst == dst && requests[i].cmd == cmd) {
			sim_effect(s, ANSWER, requests[i].answer,
				   requests[i].to_sender ? src : 0);
			return true;
		}

	return false;
}

/* A cluster or an EWS that somebody else plays: the car's own keep quiet about it. */
static bool hear_played(struct sim *s, unsigned int src, unsigned int cmd,
			const struct frame *f)
{
	if (src == KBUS_IKE && cmd == 0x11 && f->len >= 1) {
		unsigned int t = f->data[0];

		sim_r5x_heard_ignition(s, t & 4	  ? IGNITION_START
					  : t & 2 ? IGNITION_ON
					  : t & 1 ? IGNITION_ACC
						  : IGNITION_OFF);
		return true;
	}
	if (src == KBUS_EWS && cmd == 0x74 && f->len >= 1) {
		sim_r5x_heard_key(s, f->data[0] & 0x04);
		return true;
	}

	return false;
}

void sim_r5x_hear(struct sim *s, const struct frame *f)
{
	unsigned int src = f->id >> 16 & 0xff, dst = f->id >> 8 & 0xff,
		     cmd = f->id & 0xff;

	if (!kbus_is(f) || hear_played(s, src, cmd, f) || hear_request(s, src, dst, cmd))
		return;
	if (src == KBUS_DIA)
		hear_tester(s, dst, cmd, f);
}
