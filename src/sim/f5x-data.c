/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/bytes.h"
#include "sim/car.h"

/*
 * What the modules of an F54-F60 tell, can.md 3.2. Where only the order of an answer is
 * public it is spoken here with a byte for each part.
 */

#define NONE 0xff

enum {
	CONTACT_CLOSED = 2,
	CONTACT_OPEN = 4,
	CONTACT_UNFITTED = 8,
	FLAP_CLOSED = 0x80,
	FLAP_OPEN = 0x81,
	NOT_AVAILABLE = 2, /* instead of no and yes */
};

/* As DA77 to DA7A and DA81 to DA84 count them. */
static const enum part doors[] = {
	PART_DOOR_PASSENGER,
	PART_DOOR_REAR_PASSENGER,
	PART_DOOR_DRIVER,
	PART_DOOR_REAR_DRIVER,
};

/* ---- ident ---- */

static size_t put_vin(const struct sim_query *q, uint8_t *ret)
{
	(void)q;

	return sim_put_text(ret, SIM_VIN);
}

static size_t put_index(const struct sim_query *q, uint8_t *ret)
{
	ret[0] = 0x0f;
	ret[1] = (uint8_t)(q->m->index >> 8);
	ret[2] = (uint8_t)q->m->index;

	return 3;
}

/*
 * Two checks passed, two entries, date, mileage; then hardware and boot loader by class,
 * number and version. Field order: scapy, contrib/automotive/bmw/definitions.py. Numbers
 * made up.
 */
static size_t put_units(const struct sim_query *q, uint8_t *ret)
{
	const uint8_t b[] = {
		0x01, 0x01, 0x00,	   0x02,	  0x20, 0x03, 0x14, 0x00, 0x39,
		0x30, 0x00, 0x00,	   0x00,	  0x00, 0x00, 0x00, 0x00, 0x01,
		0x00, 0x00, 0x00,	   q->m->address, 0x01, 0x00, 0x00, 0x06, 0x00,
		0x00, 0x00, q->m->address, 0x01,	  0x02, 0x03,
	};

	memcpy(ret, b, sizeof(b));

	return sizeof(b);
}

static size_t put_supplier(const struct sim_query *q, uint8_t *ret)
{
	(void)q;
	memcpy(ret, (const uint8_t[]){ 0x00, 0x00, 0x01 }, 3);

	return 3;
}

static size_t put_date(const struct sim_query *q, uint8_t *ret)
{
	(void)q;
	memcpy(ret, (const uint8_t[]){ 0x20, 0x03, 0x14 }, 3);

	return 3;
}

static size_t put_serial(const struct sim_query *q, uint8_t *ret)
{
	(void)q;

	return sim_put_text(ret, "0000000001");
}

static size_t put_session(const struct sim_query *q, uint8_t *ret)
{
	(void)q;
	ret[0] = 0x01;
	ret[1] = 0x81;

	return 2;
}

/* ---- terminals and keys ---- */

static size_t put_terminal(const struct sim_query *q, uint8_t *ret)
{
	return sim_put_byte(ret, sim_f5x_terminal(q->s));
}

static size_t put_key(const struct sim_query *q, uint8_t *ret)
{
	return sim_put_byte(ret, q->s->key >= 0 ? (unsigned int)q->s->key : NONE);
}

static size_t put_profile(const struct sim_query *q, uint8_t *ret)
{
	return sim_put_byte(ret, q->s->key >= 0 ? (unsigned int)q->s->key : 15);
}

/* 12.6 V at all fifteen. */
static size_t put_voltages(const struct sim_query *q, uint8_t *ret)
{
	(void)q;
	for (size_t i = 0; i < 15; i++) {
		ret[2 * i] = 12600 >> 8;
		ret[2 * i + 1] = 12600 & 0xff;
	}

	return 30;
}

static size_t put_blockers(const struct sim_query *q, uint8_t *ret)
{
	memset(ret, 0, 3);
	ret[0] = q->s->key < 0; /* no valid key */

	return 3;
}

static size_t put_no_run_on(const struct sim_query *q, uint8_t *ret)
{
	(void)q;
	memset(ret, 0, 2);

	return 2;
}

/* Their number; then key index, battery, state, count of each. */
static size_t put_batteries(const struct sim_query *q, uint8_t *ret)
{
	static const uint8_t levels[] = {
		[BATTERY_OK] = 7,
		[BATTERY_LOW] = 1,
		[BATTERY_FLAT] = 0,
	};
	size_t len = 1;

	ret[0] = 0;
	for (unsigned int slot = 0; slot < SIM_SLOTS; slot++) {
		int fob = sim_body_in_slot(q->s, slot);

		if (fob < 0)
			continue;
		ret[0]++;
		ret[len++] = (uint8_t)slot;
		ret[len++] = levels[q->s->fob[fob].battery];
		ret[len++] = 0;
		ret[len++] = 0;
	}

	return len;
}

/* ---- contacts ---- */

static uint8_t contact(const struct sim *s, enum part p)
{
	if (!sim_has(s, p))
		return CONTACT_UNFITTED;

	return s->open[p] ? CONTACT_OPEN : CONTACT_CLOSED;
}

static size_t put_contact(const struct sim_query *q, uint8_t *ret)
{
	return sim_put_byte(ret, contact(q->s, doors[q->id - 0xda77]));
}

static size_t put_boot_contact(const struct sim_query *q, uint8_t *ret)
{
	return sim_put_byte(ret, q->s->open[PART_BOOT]);
}

/* The rear window, which does not open: closed, and listed the other way round. */
static size_t put_rear_window_contact(const struct sim_query *q, uint8_t *ret)
{
	(void)q;

	return sim_put_byte(ret, 1);
}

static const struct {
	enum part part;
	uint8_t contact, flap; /* kinds */
} lids[] = {
	{ PART_DOOR_DRIVER, 0, 0 },
	{ PART_DOOR_PASSENGER, 1, 1 },
	{ PART_DOOR_REAR_DRIVER, 2, 2 },
	{ PART_DOOR_REAR_PASSENGER, 3, 3 },
	{ PART_BOOT, 4, 4 },
	{ PART_BONNET, 6, 6 },
};

static size_t put_contacts(const struct sim_query *q, uint8_t *ret)
{
	size_t len = 1;

	ret[0] = 0;
	for (size_t i = 0; i < ARRAY_SIZE(lids); i++) {
		if (!sim_has(q->s, lids[i].part))
			continue;
		ret[0]++;
		ret[len++] = lids[i].contact;
		ret[len++] = contact(q->s, lids[i].part);
	}

	return len;
}

static size_t put_flaps(const struct sim_query *q, uint8_t *ret)
{
	size_t len = 1;

	ret[0] = 0;
	for (size_t i = 0; i < ARRAY_SIZE(lids); i++) {
		if (!sim_has(q->s, lids[i].part))
			continue;
		ret[0]++;
		ret[len++] = lids[i].flap;
		ret[len++] = q->s->open[lids[i].part] ? FLAP_OPEN : FLAP_CLOSED;
	}

	return len;
}

/* ---- locks ---- */

/* Unlocked, locked, secured. */
static size_t put_lock(const struct sim_query *q, uint8_t *ret)
{
	memset(ret, NOT_AVAILABLE, 3);
	if (sim_has(q->s, doors[q->id - 0xda81]))
		for (unsigned int i = 0; i < 3; i++)
			ret[i] = i == (unsigned int)q->s->locks;

	return 3;
}

static size_t put_boot_lock(const struct sim_query *q, uint8_t *ret)
{
	ret[0] = q->s->locks == LOCKS_UNLOCKED;
	ret[1] = q->s->locks != LOCKS_UNLOCKED;

	return 2;
}

static size_t put_no_lock(const struct sim_query *q, uint8_t *ret)
{
	(void)q;
	memset(ret, NONE, 2);

	return 2;
}

/* Driver, passenger, and those behind them. */
static size_t put_locks(const struct sim_query *q, uint8_t *ret)
{
	for (unsigned int i = 0; i < PART_DOORS; i++)
		ret[i] = sim_has(q->s, (enum part)i) ? (uint8_t)q->s->locks : NONE;

	return PART_DOORS;
}

/* State as in 0x2FC, cause, action, key; then each door, boot, rear window. */
static size_t put_last_action(const struct sim_query *q, uint8_t *ret)
{
	static const uint8_t states[] = {
		[LOCKS_UNLOCKED] = 1,
		[LOCKS_LOCKED] = 2,
		[LOCKS_SECURED] = 4,
	};
	const struct sim *s = q->s;

	ret[0] = states[s->locks];
	ret[1] = (uint8_t)s->locked_by.cause;
	ret[2] = s->locked_by.cause == CAUSE_NONE ? 0 : (uint8_t)(s->locks + 1);
	ret[3] = s->locked_by.slot;
	put_locks(q, ret + 4);
	ret[8] = s->locks != LOCKS_UNLOCKED;
	ret[9] = NONE;

	return 10;
}

static size_t put_centre_switch(const struct sim_query *q, uint8_t *ret)
{
	return sim_put_byte(ret, q->s->kcan.centre);
}

/* The start button has no line in the control language: it is never down. */
static size_t put_start_button(const struct sim_query *q, uint8_t *ret)
{
	(void)q;

	return sim_put_byte(ret, 0);
}

#define BDC (1u << MODULE_BDC)
#define ALL (BDC | 1u << MODULE_ZGW | 1u << MODULE_KOMBI)

const struct sim_datum sim_f5x_data[] = {
	{ ALL, 0x22, 0xf101, put_units },
	{ ALL, 0x22, 0xf150, put_index },
	{ ALL, 0x22, 0xf186, put_session },
	{ ALL, 0x22, 0xf18a, put_supplier },
	{ ALL, 0x22, 0xf18b, put_date },
	{ ALL, 0x22, 0xf18c, put_serial },
	{ ALL, 0x22, 0xf190, put_vin },
	{ BDC, 0x22, 0x0f27, put_profile },
	{ BDC, 0x22, 0xda48, put_contacts },
	{ BDC, 0x22, 0xda4a, put_flaps },
	{ BDC, 0x22, 0xda77, put_contact },
	{ BDC, 0x22, 0xda78, put_contact },
	{ BDC, 0x22, 0xda79, put_contact },
	{ BDC, 0x22, 0xda7a, put_contact },
	{ BDC, 0x22, 0xda81, put_lock },
	{ BDC, 0x22, 0xda82, put_lock },
	{ BDC, 0x22, 0xda83, put_lock },
	{ BDC, 0x22, 0xda84, put_lock },
	{ BDC, 0x22, 0xda85, put_boot_lock },
	{ BDC, 0x22, 0xda86, put_no_lock },
	{ BDC, 0x22, 0xda87, put_locks },
	{ BDC, 0x22, 0xda92, put_boot_contact },
	{ BDC, 0x22, 0xda93, put_rear_window_contact },
	{ BDC, 0x22, 0xdab3, put_voltages },
	{ BDC, 0x22, 0xdab4, put_key },
	{ BDC, 0x22, 0xdab6, put_start_button },
	{ BDC, 0x22, 0xdaba, put_blockers },
	{ BDC, 0x22, 0xdac7, put_last_action },
	{ BDC, 0x22, 0xdacb, put_batteries },
	{ BDC, 0x22, 0xdb2d, put_no_run_on },
	{ BDC, 0x22, 0xdb2e, put_no_run_on },
	{ BDC, 0x22, 0xdc56, put_terminal },
	{ BDC, 0x22, 0xdc64, put_centre_switch },
};

const size_t sim_f5x_n_data = ARRAY_SIZE(sim_f5x_data);
