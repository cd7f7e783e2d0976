/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "proto/kbus.h"
#include "sim/car.h"

/* What others send: ignition and key that a tool plays, requests, diagnosis. */

#define ANSWER (20 * NSEC_PER_MSEC) /* to a K-bus request: own choice */
#define DS2_ANSWER (30 * NSEC_PER_MSEC) /* own choice inside 25..50 ms, kbus.md 5.3 P2 */

#define DS2_OK 0xa0 /* kbus.md 4.2 */
#define DS2_BUSY 0xa1
#define DS2_PARAMETER 0xb0

#define KBUS_LCM 0xd0 /* the body module answers for it, kbus.md 3.2 */

enum ask {
	ASK_IDENT,
	ASK_FOBS,
	ASK_TRANSPONDERS,
	ASK_OTHER,
};

const struct sim_module sim_r5x_modules[SIM_R5X_MODULES] = {
	{ .name = MODULE_GM, .address = KBUS_GM },
	{ .name = MODULE_EWS, .address = KBUS_EWS },
	{ .name = MODULE_IKE, .address = KBUS_IKE },
};

bool sim_r5x_refuses(uint8_t code)
{
	static const uint8_t codes[] = { 0xa2, DS2_PARAMETER, 0xb1, 0xb2, 0xff };

	return memchr(codes, code, sizeof(codes)) != NULL;
}

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

/* Part number, hardware, coding, diagnosis and bus index, date, supplier, software. */
static size_t ident(unsigned int ecu, uint8_t *ret)
{
	static const uint8_t gm[] = { 0, 0, 0, 1, 1, 1, 0xa3, 0, 1, 5, 0, 1 };
	static const uint8_t ews[] = { 0, 0, 0, 2, 1, 1, 0x01, 0, 1, 5, 0, 1 };
	static const uint8_t ike[] = { 0, 0, 0, 3, 1, 1, 0x01, 0, 1, 5, 0, 1 };

	memcpy(ret, ecu == KBUS_GM ? gm : ecu == KBUS_EWS ? ews : ike, sizeof(gm));

	return sizeof(gm);
}

/* Slots 0-3: learned, battery low in the high nibble; then the slot used last. */
static size_t fobs(const struct sim *s, uint8_t *ret)
{
	for (unsigned int slot = 0; slot < SIM_SLOTS; slot++) {
		int fob = sim_body_in_slot(s, slot);
		bool low = fob >= 0 && s->fob[fob].battery != BATTERY_OK;

		ret[slot] = (uint8_t)((fob >= 0 ? 0x01 : 0) | (low ? 0x10 : 0));
	}
	ret[SIM_SLOTS] = 0xff;
	if (s->last_fob >= 0 && s->fob[s->last_fob].learned)
		ret[SIM_SLOTS] = (uint8_t)s->fob[s->last_fob].slot;

	return SIM_SLOTS + 1;
}

/* Transponders 0-9: enabled; the number of the key in the lock; whether there is one. */
static size_t transponders(const struct sim *s, uint8_t *ret)
{
	for (unsigned int i = 0; i < SIM_TRANSPONDERS; i++)
		ret[i] = i < SIM_KEYS;
	ret[SIM_TRANSPONDERS] = s->key >= 0 ? (uint8_t)s->key : 0xff;
	ret[SIM_TRANSPONDERS + 1] = s->key >= 0;

	return SIM_TRANSPONDERS + 2;
}

/* Under `fault other`: whose answer it looks like. */
static unsigned int stranger(unsigned int ecu)
{
	return ecu == KBUS_GM ? KBUS_EWS : KBUS_GM;
}

/* A status that DS2 has not. */
static uint8_t no_status(struct sim *s)
{
	static const uint8_t bytes[] = { 0x00, 0x5a, 0xa3 };

	return bytes[s->ask.n_garbage++ % ARRAY_SIZE(bytes)];
}

/* ARG: module, enum ask << 8, how often it says "busy" before << 16. */
static void answer(struct sim *s, unsigned int arg)
{
	unsigned int ecu = arg & 0xff, ask = arg >> 8 & 0xff, pending = arg >> 16;
	uint8_t data[16], status = DS2_OK;
	size_t n = 0;

	if (pending) {
		sim_r5x_send(s, ecu, KBUS_DIA, DS2_BUSY, NULL, 0);
		sim_effect(s, DS2_ANSWER, answer, arg - (1u << 16));
		return;
	}

	if (s->ask.refuse)
		status = s->ask.code;
	else if (ask == ASK_IDENT)
		n = ident(ecu, data);
	else if (ask == ASK_FOBS)
		n = fobs(s, data);
	else if (ask == ASK_TRANSPONDERS)
		n = transponders(s, data);
	else
		status = DS2_PARAMETER;
	if (s->ask.garbage)
		status = no_status(s);
	sim_r5x_send(s, s->ask.other ? stranger(ecu) : ecu, KBUS_DIA, status, data, n);
}

static const struct sim_module *find_module(unsigned int ecu)
{
	for (size_t i = 0; i < SIM_R5X_MODULES; i++)
		if (sim_r5x_modules[i].address == ecu)
			return &sim_r5x_modules[i];

	return NULL;
}

static void hear_tester(struct sim *s, unsigned int dst, unsigned int cmd,
			const struct frame *f)
{
	unsigned int ecu = dst == KBUS_LCM ? KBUS_GM : dst;
	const struct sim_module *m = find_module(ecu);
	enum ask ask = ASK_OTHER;

	if (!m || sim_is_silent(s, m->name))
		return;
	if (cmd == 0x00 && f->len == 0 && dst == ecu)
		ask = ASK_IDENT;
	else if (cmd == 0x0b && f->len == 1 && f->data[0] == 0xf0 && dst == KBUS_GM)
		ask = ASK_FOBS;
	else if (cmd == 0x0b && f->len == 1 && f->data[0] == 0xf1 && dst == KBUS_EWS)
		ask = ASK_TRANSPONDERS;
	sim_effect(s, DS2_ANSWER + s->ask.slow, answer,
		   ecu | (unsigned int)ask << 8 | s->ask.pending << 16);
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
