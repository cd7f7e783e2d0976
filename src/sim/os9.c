/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/bytes.h"
#include "sim/car.h"

/*
 * Cars with Operating System 9. Nothing of their buses is public (can.md 9): all ids, bytes
 * and periods here are made up, and dbc/os9_sim.dbc says so.
 */

#define BODY 0x1e000001u
#define FOB 0x1e000002u
#define PERIOD (1 * NSEC_PER_SEC)
#define FOB_DELAY (100 * NSEC_PER_MSEC)
#define NO_KEY 0x0f

enum {
	READ_DATA = 0x22,
	TESTER_PRESENT = 0x3e,
};

/* ---- what it sends ---- */

static void send(struct sim *s, uint32_t id, const uint8_t *data, size_t len)
{
	struct frame f = { .id = id, .len = (uint8_t)len, .flags = FRAME_EXT };

	memcpy(f.data, data, len);
	sim_wire_send(&s->wire, s->now, &f, !s->in_traffic);
}

static void send_body(struct sim *s)
{
	uint8_t b[5] = { (uint8_t)s->ignition, (uint8_t)s->locks };

	for (unsigned int p = 0; p <= PART_BONNET; p++)
		b[2] |= (uint8_t)(s->open[p] << p);
	for (unsigned int p = PART_WINDOW_DRIVER; p <= PART_WINDOW_PASSENGER; p++)
		b[3] |= (uint8_t)(s->open[p] << (p - PART_WINDOW_DRIVER));
	b[4] = s->key >= 0 ? (uint8_t)(0x10 | s->key) : NO_KEY;
	send(s, BODY, b, sizeof(b));
}

static void tick(struct sim *s, unsigned int unused)
{
	send_body(s);
	sim_traffic(s, PERIOD, tick, unused);
}

static void start(struct sim *s)
{
	sim_dkey_init(s);
	sim_effect(s, 0, tick, 0);
}

static void ignition(struct sim *s, enum ignition from)
{
	(void)from;
	if (s->ignition == IGNITION_START)
		s->dkeys.engine = true;
	else if (s->ignition != IGNITION_ON)
		s->dkeys.engine = false;
	send_body(s);
}

static void part(struct sim *s, enum part p)
{
	(void)p;
	send_body(s);
}

static void fob(struct sim *s, unsigned int i)
{
	const struct fob *f = &s->fob[i];
	uint8_t b[2] = { (uint8_t)f->seen_slot };

	if (f->seen & BUTTON_LOCK)
		b[1] |= 0x01;
	if (f->seen & BUTTON_UNLOCK)
		b[1] |= 0x02;
	if (f->seen & BUTTON_BOOT)
		b[1] |= 0x04;
	if (f->battery == BATTERY_LOW)
		b[1] |= 0x08;
	if (f->seen)
		sim_dkey_used(s, DKEY_PHONES);
	send(s, FOB, b, sizeof(b));
}

/* ---- what it answers ---- */

static size_t put_fobs(const struct sim_query *q, uint8_t *ret)
{
	for (unsigned int i = 0; i < SIM_SLOTS; i++)
		ret[i] = sim_body_in_slot(q->s, i) >= 0;

	return SIM_SLOTS;
}

static size_t put_owner(const struct sim_query *q, uint8_t *ret)
{
	return sim_put_byte(ret, q->s->dkeys.phone[DKEY_OWNER].state);
}

static size_t put_shared(const struct sim_query *q, uint8_t *ret)
{
	for (unsigned int i = 0; i < DKEY_SLOTS; i++)
		ret[i] = (uint8_t)sim_dkey_slot(q->s, i + 1);

	return DKEY_SLOTS;
}

static size_t put_card(const struct sim_query *q, uint8_t *ret)
{
	return sim_put_byte(ret, q->s->dkeys.card);
}

#define BDC (1u << MODULE_BDC)

static const struct sim_datum data[] = {
	{ BDC, READ_DATA, 0xfd00, put_fobs },
	{ BDC, READ_DATA, 0xfd01, put_owner },
	{ BDC, READ_DATA, 0xfd02, put_shared },
	{ BDC, READ_DATA, 0xfd03, put_card },
};

static int read_data(const struct sim *s, const struct sim_module *m, const uint8_t *req,
		     size_t n, uint8_t *ret)
{
	struct sim_query q = { .s = s, .m = m };
	const struct sim_datum *d;

	if (n != 3)
		return -NRC_LENGTH;
	q.id = get_be16(req + 1);
	d = sim_datum_find(data, ARRAY_SIZE(data), &q, READ_DATA);
	if (!d)
		return -NRC_RANGE;
	ret[0] = READ_DATA + DCAN_POSITIVE;
	memcpy(ret + 1, req + 1, 2);

	return 3 + (int)d->put(&q, ret + 3);
}

static int answer(const struct sim *s, const struct sim_module *m, const uint8_t *req,
		  size_t n, uint8_t *ret)
{
	if (req[0] == READ_DATA)
		return read_data(s, m, req, n, ret);
	if (req[0] != TESTER_PRESENT)
		return -NRC_SERVICE;
	if (n != 2)
		return -NRC_LENGTH;
	if (req[1] & 0x7f)
		return -NRC_SUBFUNCTION;
	ret[0] = TESTER_PRESENT + DCAN_POSITIVE;
	ret[1] = 0;

	return req[1] ? 0 : 2;
}

static const struct sim_module modules[] = {
	{ MODULE_BDC, 0x40, 0xffff },
};

static const struct dcan_style dcan = {
	.functional = { 0xdf, 0xdf },
	.answer = answer,
};

const struct platform sim_os9 = {
	.keyless = true,
	.fob_delay = FOB_DELAY,
	.start = start,
	.ignition = ignition,
	.key = send_body,
	.part = part,
	.locks = send_body,
	.fob = fob,
	.hear = sim_dcan_hear,
	.dcan = &dcan,
	.modules = modules,
	.n_modules = ARRAY_SIZE(modules),
};
