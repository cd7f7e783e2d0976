/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "proto/kbus.h"
#include "sim/car.h"

/*
 * What the modules of an R50, R52 or R53 tell by DS2, on the K-bus and on the K-line. Where the
 * places of bits are public and the request is not (kbus.md 3.3), the request is our own choice,
 * 0B F0 to F5: these bytes mean nothing to a real module.
 */

#define OK 0xa0 /* kbus.md 4.2 */
#define PARAMETER 0xb0

#define FAULTS_MAX 30 /* that fit a K-bus frame */

const struct sim_module sim_r5x_modules[SIM_R5X_MODULES] = {
	{ .name = MODULE_GM, .address = KBUS_GM },
	{ .name = MODULE_EWS, .address = KBUS_EWS },
	{ .name = MODULE_IKE, .address = KBUS_IKE },
	{ .name = MODULE_DME, .address = SIM_DME_ADDRESS },
};

bool sim_r5x_refuses(uint8_t code)
{
	static const uint8_t codes[] = { 0xa2, PARAMETER, 0xb1, 0xb2, 0xff };

	return memchr(codes, code, sizeof(codes)) != NULL;
}

const struct sim_module *sim_ds2_module(unsigned int ecu)
{
	for (size_t i = 0; i < SIM_R5X_MODULES; i++)
		if (sim_r5x_modules[i].address == ecu && sim_r5x_modules[i].name != MODULE_DME)
			return &sim_r5x_modules[i];

	return NULL;
}

/* Which body module it is: the index in its ident, kbus.md 3.2; the date is inferred, 7.2. */
enum variant {
	ANY = 0,
	BC1 = 0xa0,
	BC1RD = 0xa3,
};

static enum variant variant_of(const struct sim *s)
{
	bool r52 = !strcmp(s->model->name, "r52");

	return r52 || s->built >= 200407 ? BC1RD : BC1;
}

/* Part number, hardware, coding, diagnosis and bus index, week, year, supplier, software. */
static size_t put_ident(const struct sim *s, unsigned int ecu, uint8_t *ret)
{
	static const uint8_t gm[] = { 0, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0, 1 };
	static const uint8_t ews[] = { 0, 0, 0, 2, 1, 1, 0x01, 0, 1, 0, 0, 1 };
	static const uint8_t ike[] = { 0, 0, 0, 3, 1, 1, 0x01, 0, 1, 0, 0, 1 };
	unsigned int year = s->built / 100 % 100;

	memcpy(ret, ecu == KBUS_GM ? gm : ecu == KBUS_EWS ? ews : ike, sizeof(gm));
	if (ecu == KBUS_GM)
		ret[6] = (uint8_t)variant_of(s);
	ret[9] = (uint8_t)(year / 10 << 4 | year % 10);

	return sizeof(gm);
}

/* kbus.md 4.4: how many, two bytes, then two for each. */
static size_t put_faults(const struct sim *s, unsigned int ecu, uint8_t *ret)
{
	size_t n = 0;

	(void)ecu;
	for (size_t i = 0; i < s->n_dtcs && n < FAULTS_MAX; i++) {
		if (s->dtc[i].module != MODULE_GM)
			continue;
		ret[3 + 2 * n] = (uint8_t)s->dtc[i].code;
		ret[4 + 2 * n++] = s->dtc[i].status;
	}
	ret[0] = (uint8_t)n;
	ret[1] = ret[2] = 0;

	return 3 + 2 * n;
}

/* Slots 0-3: learned, battery low in the high nibble; then the slot used last. */
static size_t put_fobs(const struct sim *s, unsigned int ecu, uint8_t *ret)
{
	(void)ecu;
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
static size_t put_transponders(const struct sim *s, unsigned int ecu, uint8_t *ret)
{
	(void)ecu;
	for (unsigned int i = 0; i < SIM_TRANSPONDERS; i++)
		ret[i] = i < SIM_KEYS;
	ret[SIM_TRANSPONDERS] = s->key >= 0 ? (uint8_t)s->key : 0xff;
	ret[SIM_TRANSPONDERS + 1] = s->key >= 0;

	return SIM_TRANSPONDERS + 2;
}

/* ---- kbus.md 3.3: BYTE is counted in the complete DS2 answer, whose data begin at 3 ---- */

static void set(uint8_t *data, unsigned int byte, unsigned int mask, bool on)
{
	if (on)
		data[byte - 3] |= (uint8_t)mask;
}

/* The fob heard last, or NULL. */
static const struct fob *last_fob(const struct sim *s)
{
	return s->last_fob >= 0 ? &s->fob[s->last_fob] : NULL;
}

static void put_radio(const struct sim *s, uint8_t *data)
{
	const struct fob *f = last_fob(s);

	if (!f)
		return;
	set(data, 25, 0x10, f->battery != BATTERY_OK);
	set(data, 25, 0x20, true);
	set(data, 25, 0x40, f->seen_slot & 1);
	set(data, 25, 0x80, f->seen_slot & 2);
	set(data, 26, 0x01, f->seen & BUTTON_LOCK);
	set(data, 26, 0x02, f->seen & BUTTON_UNLOCK);
	set(data, 26, 0x04, f->seen & BUTTON_BOOT);
	set(data, 26, 0x40 | 0x80, f->seen != 0);
}

/* STATUS_DIGITAL_INPUTS of the BC1RD. */
static size_t put_bc1rd(const struct sim *s, unsigned int ecu, uint8_t *ret)
{
	enum ignition ignition = s->session.ignition;

	(void)ecu;
	memset(ret, 0, 25);
	set(ret, 6, 0x01, s->open[PART_BONNET]);
	set(ret, 7, 0x02, s->open[PART_BOOT]);
	set(ret, 8, 0x10, s->open[PART_DOOR_DRIVER]);
	set(ret, 8, 0x02, s->open[PART_DOOR_PASSENGER]);
	for (unsigned int byte = 21; byte <= 22; byte++) {
		set(ret, byte, 0x10, ignition >= IGNITION_ACC);
		set(ret, byte, 0x20, ignition >= IGNITION_ON);
	}
	set(ret, 22, 0x40, ignition == IGNITION_START);
	set(ret, 23, 0x01, s->r5x.released);
	set(ret, 23, 0x02, s->r5x.key_heard);
	set(ret, 23, 0x40, s->locks == LOCKS_LOCKED);
	set(ret, 23, 0x80, s->locks == LOCKS_SECURED);
	set(ret, 24, 0x08, s->locks == LOCKS_UNLOCKED);
	put_radio(s, ret);
	set(ret, 27, 0x08, sim_session_is_open(s));
	for (unsigned int slot = 0; slot < SIM_SLOTS; slot++) {
		int fob = sim_body_in_slot(s, slot);

		set(ret, 27, 0x10u << slot, fob >= 0 && s->fob[fob].battery != BATTERY_OK);
	}

	return 25;
}

/* The inputs of the BC1. */
static size_t put_bc1(const struct sim *s, unsigned int ecu, uint8_t *ret)
{
	(void)ecu;
	memset(ret, 0, 4);
	set(ret, 4, 0x08, s->open[PART_DOOR_DRIVER]);
	set(ret, 4, 0x10, s->open[PART_DOOR_PASSENGER]);
	set(ret, 4, 0x80, s->open[PART_BONNET]);
	set(ret, 5, 0x02, s->open[PART_BOOT]);
	set(ret, 6, 0x40, s->r5x.light);
	set(ret, 6, 0x80, s->session.ignition >= IGNITION_ACC);

	return 4;
}

/* Its STATUS_RF. */
static size_t put_bc1_radio(const struct sim *s, unsigned int ecu, uint8_t *ret)
{
	const struct fob *f = last_fob(s);

	(void)ecu;
	memset(ret, 0, 2);
	set(ret, 4, 0x01, f && f->learned && !f->out_of_step);
	set(ret, 4, 0x02, f && f->learned && f->out_of_step);
	set(ret, 4, 0x04, f && !f->learned);
	set(ret, 4, 0x10, f && f->battery != BATTERY_OK);

	return 2;
}

/* Its relays: they are on for a moment only, which is over. */
static size_t put_bc1_relays(const struct sim *s, unsigned int ecu, uint8_t *ret)
{
	(void)s, (void)ecu;
	memset(ret, 0, 2);

	return 2;
}

/* In the order of enum sim_ds2. */
static const struct {
	uint8_t ecu;
	uint8_t req[2];
	size_t n;
	enum variant variant;
	size_t (*put)(const struct sim *s, unsigned int ecu, uint8_t *ret);
} questions[SIM_DS2_OTHER] = {
	[SIM_DS2_IDENT_GM] = { KBUS_GM, { 0x00 }, 1, ANY, put_ident },
	[SIM_DS2_IDENT_EWS] = { KBUS_EWS, { 0x00 }, 1, ANY, put_ident },
	[SIM_DS2_IDENT_IKE] = { KBUS_IKE, { 0x00 }, 1, ANY, put_ident },
	[SIM_DS2_FAULTS] = { KBUS_GM, { 0x04, 0x00 }, 2, ANY, put_faults },
	[SIM_DS2_FOBS] = { KBUS_GM, { 0x0b, 0xf0 }, 2, ANY, put_fobs },
	[SIM_DS2_TRANSPONDERS] = { KBUS_EWS, { 0x0b, 0xf1 }, 2, ANY, put_transponders },
	[SIM_DS2_BC1RD] = { KBUS_GM, { 0x0b, 0xf2 }, 2, BC1RD, put_bc1rd },
	[SIM_DS2_BC1] = { KBUS_GM, { 0x0b, 0xf3 }, 2, BC1, put_bc1 },
	[SIM_DS2_BC1_RADIO] = { KBUS_GM, { 0x0b, 0xf4 }, 2, BC1, put_bc1_radio },
	[SIM_DS2_BC1_RELAYS] = { KBUS_GM, { 0x0b, 0xf5 }, 2, BC1, put_bc1_relays },
};

enum sim_ds2 sim_ds2_question(unsigned int ecu, const uint8_t *data, size_t n)
{
	enum sim_ds2 q = 0;

	while (q < SIM_DS2_OTHER && (questions[q].ecu != ecu || questions[q].n != n ||
				     memcmp(questions[q].req, data, n) != 0))
		q++;

	return q;
}

/* Is Q nothing to ask this car's body module? */
static bool is_foreign(const struct sim *s, enum sim_ds2 q)
{
	return q >= SIM_DS2_OTHER ||
	       (questions[q].variant != ANY && questions[q].variant != variant_of(s));
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
	else if (is_foreign(s, q))
		ret[0] = PARAMETER;
	else
		n += questions[q].put(s, ecu, ret + 1);
	if (s->ask.garbage)
		ret[0] = no_status(s);

	return n;
}
