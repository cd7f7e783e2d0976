/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "proto/kbus.h"
#include "sim/car.h"

/* What the modules of an R50, R52 or R53 tell by DS2, on the K-bus and on the K-line. */

#define OK 0xa0 /* kbus.md 4.2 */
#define PARAMETER 0xb0

const struct sim_module sim_r5x_modules[SIM_R5X_MODULES] = {
	{ .name = MODULE_GM, .address = KBUS_GM },
	{ .name = MODULE_EWS, .address = KBUS_EWS },
	{ .name = MODULE_IKE, .address = KBUS_IKE },
};

bool sim_r5x_refuses(uint8_t code)
{
	static const uint8_t codes[] = { 0xa2, PARAMETER, 0xb1, 0xb2, 0xff };

	return memchr(codes, code, sizeof(codes)) != NULL;
}

const struct sim_module *sim_ds2_module(unsigned int ecu)
{
	for (size_t i = 0; i < SIM_R5X_MODULES; i++)
		if (sim_r5x_modules[i].address == ecu)
			return &sim_r5x_modules[i];

	return NULL;
}

enum sim_ds2 sim_ds2_question(unsigned int ecu, const uint8_t *data, size_t n)
{
	if (n == 1 && data[0] == 0x00)
		return SIM_DS2_IDENT;
	if (n != 2 || data[0] != 0x0b)
		return SIM_DS2_OTHER;
	if (data[1] == 0xf0 && ecu == KBUS_GM)
		return SIM_DS2_FOBS;
	if (data[1] == 0xf1 && ecu == KBUS_EWS)
		return SIM_DS2_TRANSPONDERS;

	return SIM_DS2_OTHER;
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

unsigned int sim_ds2_speaker(const struct sim *s, unsigned int ecu)
{
	if (!s->ask.other)
		return ecu;

	return ecu == KBUS_GM ? KBUS_EWS : KBUS_GM;
}

/* A status that DS2 has not. */
static uint8_t no_status(struct sim *s)
{
	static const uint8_t bytes[] = { 0x00, 0x5a, 0xa3 };

	return bytes[s->ask.n_garbage++ % ARRAY_SIZE(bytes)];
}

size_t sim_ds2_answer(struct sim *s, unsigned int ecu, enum sim_ds2 q, uint8_t *ret)
{
	size_t n = 1;

	ret[0] = OK;
	if (s->ask.refuse)
		ret[0] = s->ask.code;
	else if (q == SIM_DS2_IDENT)
		n += ident(ecu, ret + 1);
	else if (q == SIM_DS2_FOBS)
		n += fobs(s, ret + 1);
	else if (q == SIM_DS2_TRANSPONDERS)
		n += transponders(s, ret + 1);
	else
		ret[0] = PARAMETER;
	if (s->ask.garbage)
		ret[0] = no_status(s);

	return n;
}
