/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/bytes.h"
#include "sim/kcan.h"

/*
 * What the modules of an R55-R61 tell, can.md 3.1. Bytes whose meaning is not public are
 * zero where all is well then, else FF.
 */

#define NO_KEY 0x0f /* as in 0x130, can.md 1.3 */
#define NONE 0xff

/*
 * 1A 80, counted from 5A: 2-7 part number, 9 coding index, 10-11 diagnosis index, 14-17
 * date. The part number is made up: 90000 and the digits of the address.
 */
static size_t put_ident(const struct sim_query *q, uint8_t *ret)
{
	/* 31 bytes, as an E90 CAS's. */
	uint8_t b[31] = {
		[4] = 0x09,
		[7] = q->m->address,
		[9] = 0x01,
		[10] = (uint8_t)(q->m->index >> 8),
		[11] = (uint8_t)q->m->index,
		[14] = 0x20,
		0x08,
		0x03,
		0x14,
	};

	memcpy(ret, b + 2, sizeof(b) - 2);

	return sizeof(b) - 2;
}

static size_t put_vin(const struct sim_query *q, uint8_t *ret)
{
	(void)q;

	return sim_put_text(ret, SIM_VIN);
}

/* 22 10 15: 0-2 mileage, 13 byte 0 of 0x130; the others' layout is not public. */
static size_t put_terminals(const struct sim_query *q, uint8_t *ret)
{
	static const uint8_t km[] = { 0x39, 0x30, 0x00 }; /* 12345, as in 0x330 */
	uint8_t terminals[5];

	sim_r56_terminals(q->s, terminals);
	memset(ret, NONE, 14);
	memcpy(ret, km, sizeof(km));
	ret[13] = terminals[0];

	return 14;
}

/* 30 01 01: 64 bytes. */
static size_t put_cas(const struct sim_query *q, uint8_t *ret)
{
	bool fob = q->s->last_fob >= 0;

	memset(ret, 0, 64);
	ret[0] = 0x80; /* CAS2 */
	ret[32] = fob ? (uint8_t)q->s->fob[q->s->last_fob].seen_slot : NONE; /* profile */
	ret[33] = ret[32]; /* key */
	sim_r56_terminals(q->s, ret + 53);
	sim_kcan_flaps_bytes(q->s, ret + 58);

	return 64;
}

/* 21 27: in the lock, engaged, valid; type 4, remote. */
static size_t put_key(const struct sim_query *q, uint8_t *ret)
{
	bool in = q->s->key >= 0;

	memset(ret, 0, 5);
	ret[0] = in ? 0x07 : 0x00;
	ret[2] = in ? 0x40 : 0x00;
	ret[3] = in ? (uint8_t)q->s->key : NO_KEY;

	return 5;
}

/* Above 2.6 V, 2.2 V to 2.6 V, below. */
static uint8_t voltage(enum battery b)
{
	static const uint8_t codes[] = {
		[BATTERY_OK] = 0x00,
		[BATTERY_LOW] = 0x01,
		[BATTERY_FLAT] = 0x02,
	};

	return codes[b];
}

/* 21 22: of the key in the lock. */
static size_t put_key_battery(const struct sim_query *q, uint8_t *ret)
{
	return sim_put_byte(ret,
			    q->s->key < 0 ? NONE : voltage(q->s->fob[q->s->key].battery));
}

/* 21 5C: of the remotes 0-9. */
static size_t put_batteries(const struct sim_query *q, uint8_t *ret)
{
	for (unsigned int i = 0; i < SIM_TRANSPONDERS; i++) {
		int fob = sim_body_in_slot(q->s, i);

		ret[i] = fob < 0 ? NONE : voltage(q->s->fob[fob].battery);
	}

	return SIM_TRANSPONDERS;
}

/* ---- graded `simulated`: no real CAS has these ---- */

/* 21 F0 to F3: slots 0 to 3. */
static size_t put_fob(const struct sim_query *q, uint8_t *ret)
{
	int fob = sim_body_in_slot(q->s, q->id - 0xf0);

	ret[0] = fob >= 0;
	ret[1] = fob >= 0 && q->s->fob[fob].battery != BATTERY_OK;

	return 2;
}

/* Two bits for each of ten transponders, key number at bit 24, in the lock at bit 28. */
static size_t put_transponders(const struct sim_query *q, uint8_t *ret)
{
	uint32_t bits = (q->s->key >= 0 ? (uint32_t)q->s->key | 1u << 4 : 15u) << 24;

	for (unsigned int i = 0; i < SIM_KEYS; i++)
		bits |= 1u << 2 * i;
	put_le32(ret, bits);

	return 4;
}

/* ---- the junction box ---- */

/* 21 A4: doors, boot, bonnet, a byte each: own choice, only their order is public. */
static size_t put_contacts(const struct sim_query *q, uint8_t *ret)
{
	static const enum part parts[] = {
		PART_DOOR_DRIVER,	  PART_DOOR_PASSENGER, PART_DOOR_REAR_DRIVER,
		PART_DOOR_REAR_PASSENGER, PART_BOOT,	       PART_BONNET,
	};

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		ret[i] = q->s->open[parts[i]];

	return ARRAY_SIZE(parts);
}

/* 21 A2: disarmed, or armed. */
static size_t put_alarm(const struct sim_query *q, uint8_t *ret)
{
	return sim_put_byte(ret, q->s->locks == LOCKS_SECURED ? 2 : 0);
}

/* 21 71: woken by the K-CAN. */
static size_t put_wake_reason(const struct sim_query *q, uint8_t *ret)
{
	(void)q;

	return sim_put_byte(ret, 6);
}

#define CAS (1u << MODULE_CAS)
#define FRM (1u << MODULE_FRM)
#define JBE (1u << MODULE_JBE)
#define ALL (CAS | FRM | JBE | 1u << MODULE_KOMBI)

const struct sim_datum sim_r56_data[] = {
	{ ALL, 0x1a, 0x80, put_ident },	       { CAS | FRM, 0x1a, 0x90, put_vin },
	{ CAS | FRM, 0x22, 0x1010, put_vin },  { CAS, 0x22, 0x1015, put_terminals },
	{ CAS, 0x30, 0x0101, put_cas },	       { CAS, 0x21, 0x22, put_key_battery },
	{ CAS, 0x21, 0x27, put_key },	       { CAS, 0x21, 0x5c, put_batteries },
	{ CAS, 0x21, 0xf0, put_fob },	       { CAS, 0x21, 0xf1, put_fob },
	{ CAS, 0x21, 0xf2, put_fob },	       { CAS, 0x21, 0xf3, put_fob },
	{ CAS, 0x21, 0xf8, put_transponders }, { JBE, 0x21, 0x71, put_wake_reason },
	{ JBE, 0x21, 0xa2, put_alarm },	       { JBE, 0x21, 0xa4, put_contacts },
};

const size_t sim_r56_n_data = ARRAY_SIZE(sim_r56_data);
