/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "proto/kbus.h"
#include "sim/car.h"

/*
 * R50, R52, R53: body module, immobiliser and cluster on the K-bus. Bytes and times of
 * kbus.md 2; times that it does not give are own choices and say so.
 */

#define EWS_RELEASE (190 * NSEC_PER_MSEC) /* KL-R on to 0x74 05, 2.3 */
#define EWS_LOCK (2800 * NSEC_PER_MSEC) /* key withdrawn to 0x74 00 FF, 2.3 */
#define FOB_REPORT (83 * NSEC_PER_MSEC) /* KL-R on to 0x72 without button, 2.2 */
#define BODY_REPORT (10 * NSEC_PER_MSEC) /* KL-R on to 0x7A: own choice */
#define LIGHT (80 * NSEC_PER_MSEC) /* door to interior light, 2.4 */
#define FLASH_ON (219 * NSEC_PER_MSEC) /* fob pressed to 0x76 02, 2.2 */
#define LOCKS_MOVED (250 * NSEC_PER_MSEC) /* to 0x7A, 2.2 */
#define FLASH_OFF (609 * NSEC_PER_MSEC) /* to 0x76 00, 2.2 */
#define SPEED_PERIOD (2 * NSEC_PER_SEC) /* 0x18, 2.5 */
#define TEMPERATURE_PERIOD (10 * NSEC_PER_SEC) /* 0x19, 2.5 */
#define PING_PERIOD (30 * NSEC_PER_SEC) /* 1.3 */
#define PING_ANSWER (10 * NSEC_PER_MSEC) /* own choice */
#define START_STEP (20 * NSEC_PER_MSEC) /* between the first frames: own choice */

void sim_r5x_send(struct sim *s, unsigned int src, unsigned int dst, unsigned int cmd,
		  const uint8_t *data, size_t len)
{
	struct frame f = {
		.id = KBUS_ID(src, dst, cmd),
		.flags = FRAME_EXT,
		.len = (uint8_t)len,
	};

	if (len)
		memcpy(f.data, data, len);
	sim_wire_send(&s->wire, s->now, &f, !s->in_traffic);
}

void sim_r5x_ignition(struct sim *s, unsigned int unused)
{
	static const uint8_t terminals[] = {
		[IGNITION_OFF] = 0x00,
		[IGNITION_ACC] = 0x01,
		[IGNITION_ON] = 0x03,
		[IGNITION_START] = 0x07,
	};

	(void)unused;
	sim_r5x_send(s, KBUS_IKE, KBUS_GLO, 0x11, &terminals[s->session.ignition], 1);
}

void sim_r5x_key(struct sim *s, unsigned int unused)
{
	uint8_t data[] = {
		(uint8_t)((s->r5x.key_heard ? 0x04 : 0) | (s->r5x.released ? 0x01 : 0)),
		(uint8_t)s->r5x.ews_key,
	};

	(void)unused;
	sim_r5x_send(s, KBUS_EWS, KBUS_GLO, 0x74, data, sizeof(data));
}

void sim_r5x_body(struct sim *s, unsigned int unused)
{
	static const uint8_t locks[] = {
		[LOCKS_UNLOCKED] = 0x10,
		[LOCKS_LOCKED] = 0x20,
		[LOCKS_SECURED] = 0x30,
	};
	static const struct {
		enum part part;
		uint8_t byte, bit;
	} bits[] = {
		{ PART_DOOR_DRIVER, 0, 0x01 },	 { PART_DOOR_PASSENGER, 0, 0x02 },
		{ PART_WINDOW_DRIVER, 1, 0x01 }, { PART_WINDOW_PASSENGER, 1, 0x02 },
		{ PART_ROOF, 1, 0x10 },		 { PART_BOOT, 1, 0x20 },
		{ PART_BONNET, 1, 0x40 },
	};
	uint8_t data[] = { (uint8_t)(locks[s->locks] | (s->r5x.light ? 0x40 : 0)), 0 };

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(bits); i++)
		if (s->open[bits[i].part])
			data[bits[i].byte] |= bits[i].bit;
	sim_r5x_send(s, KBUS_GM, KBUS_GLO, 0x7a, data, sizeof(data));
}

void sim_r5x_temperature(struct sim *s, unsigned int unused)
{
	static const uint8_t data[] = { 20, 40,
					0 }; /* outside, coolant: degrees Celsius */

	(void)unused;
	sim_r5x_send(s, KBUS_IKE, KBUS_GLO, 0x19, data, sizeof(data));
}

void sim_r5x_ready(struct sim *s, unsigned int src)
{
	static const uint8_t data = 0x00;

	sim_r5x_send(s, src, KBUS_GLO, 0x02, &data, 1);
}

static void ready_after_reset(struct sim *s, unsigned int src)
{
	static const uint8_t data = 0x01;

	sim_r5x_send(s, src, KBUS_GLO, 0x02, &data, 1);
}

static void send_fob(struct sim *s, const struct fob *f, unsigned int slot)
{
	uint8_t data =
		(uint8_t)(slot << 2 | 0x02 | (f->battery == BATTERY_LOW ? 0x01 : 0));

	if (f->seen & BUTTON_LOCK)
		data |= 0x10;
	if (f->seen & BUTTON_UNLOCK)
		data |= 0x20;
	if (f->seen & BUTTON_BOOT)
		data |= 0x40;
	sim_r5x_send(s, KBUS_GM, KBUS_GLO, 0x72, &data, 1);
}

/* The unsolicited report: the fob last heard, else the one in the lock, else any. */
static void report_fob(struct sim *s, unsigned int unused)
{
	static const uint8_t none = 0x00;
	int fob = s->last_fob;

	(void)unused;
	if (fob < 0 || !s->fob[fob].learned)
		fob = s->key;
	for (unsigned int slot = 0; slot < SIM_SLOTS && (fob < 0 || !s->fob[fob].learned);
	     slot++)
		fob = sim_body_in_slot(s, slot);
	if (fob < 0 || !s->fob[fob].learned)
		sim_r5x_send(s, KBUS_GM, KBUS_GLO, 0x72, &none, 1);
	else
		send_fob(s, &s->fob[fob], s->fob[fob].slot);
}

static void speed(struct sim *s, unsigned int unused)
{
	static const uint8_t standing[] = { 0, 0 }; /* km/h, revolutions */

	sim_r5x_send(s, KBUS_IKE, KBUS_GLO, 0x18, standing, sizeof(standing));
	sim_traffic(s, SPEED_PERIOD, speed, unused);
}

static void temperature(struct sim *s, unsigned int unused)
{
	sim_r5x_temperature(s, unused);
	sim_traffic(s, TEMPERATURE_PERIOD, temperature, unused);
}

static void ping(struct sim *s, unsigned int unused)
{
	sim_r5x_send(s, KBUS_IKE, KBUS_GM, 0x01, NULL, 0);
	sim_traffic(s, PING_ANSWER, sim_r5x_ready, KBUS_GM);
	sim_traffic(s, PING_PERIOD, ping, unused);
}

static void release_immobiliser(struct sim *s, unsigned int unused)
{
	s->r5x.released = true;
	sim_r5x_key(s, unused);
}

static void lock_immobiliser(struct sim *s, unsigned int unused)
{
	s->r5x.released = false;
	s->r5x.ews_key = 0xff;
	sim_r5x_key(s, unused);
}

void sim_r5x_heard_ignition(struct sim *s, enum ignition to)
{
	enum ignition from = s->session.ignition;

	if (to == from)
		return;
	sim_session_ignition(s, to);
	if (from == IGNITION_OFF) {
		sim_effect(s, BODY_REPORT, sim_r5x_body, 0);
		sim_effect(s, FOB_REPORT, report_fob, 0);
	}
}

void sim_r5x_heard_key(struct sim *s, bool in)
{
	if (in == s->r5x.key_heard)
		return;
	s->r5x.key_heard = in;
	sim_session_key(s, in);
}

static void r5x_ignition(struct sim *s, enum ignition from)
{
	sim_r5x_heard_ignition(s, s->ignition);
	sim_r5x_ignition(s, 0);
	if (from == IGNITION_OFF) {
		sim_traffic(s, SPEED_PERIOD, speed, 0);
		sim_traffic(s, TEMPERATURE_PERIOD, temperature, 0);
		sim_traffic(s, PING_PERIOD, ping, 0);
		sim_effect(s, EWS_RELEASE, release_immobiliser, 0);
	}
	if (s->ignition == IGNITION_OFF) {
		sim_cancel(s, speed, 0);
		sim_cancel(s, temperature, 0);
		sim_cancel(s, ping, 0);
		sim_cancel(s, release_immobiliser, 0);
		release_immobiliser(s, 0);
	}
}

static void r5x_key(struct sim *s)
{
	sim_cancel(s, lock_immobiliser, 0);
	if (s->key >= 0)
		s->r5x.ews_key = (unsigned int)s->key;
	else
		sim_effect(s, EWS_LOCK, lock_immobiliser, 0);
	s->r5x.released = s->key < 0;
	sim_r5x_heard_key(s, s->key >= 0);
	sim_r5x_key(s, 0);
}

static void light(struct sim *s, unsigned int unused)
{
	bool on = !sim_body_doors_closed(s);

	if (on == s->r5x.light)
		return;
	s->r5x.light = on;
	sim_r5x_body(s, unused);
}

static void r5x_part(struct sim *s, enum part p)
{
	sim_r5x_body(s, 0);
	if ((unsigned int)p < PART_DOORS)
		sim_effect(s, LIGHT, light, 0);
}

static void r5x_locks(struct sim *s)
{
	sim_r5x_body(s, 0);
}

static void r5x_fob(struct sim *s, unsigned int fob)
{
	send_fob(s, &s->fob[fob], s->fob[fob].seen_slot);
}

static void signals(struct sim *s, unsigned int lamps)
{
	uint8_t data = (uint8_t)lamps;

	sim_r5x_send(s, KBUS_GM, KBUS_GLO, 0x76, &data, 1);
}

static void r5x_flash(struct sim *s)
{
	sim_effect(s, FLASH_ON, signals, 0x02);
	sim_effect(s, FLASH_OFF, signals, 0x00);
}

static void r5x_start(struct sim *s)
{
	s->r5x.key_heard = true;
	s->r5x.ews_key = 0;
	sim_effect(s, 0, ready_after_reset, KBUS_GM);
	sim_effect(s, 1 * START_STEP, ready_after_reset, KBUS_IKE);
	sim_effect(s, 2 * START_STEP, sim_r5x_ignition, 0);
	sim_effect(s, 3 * START_STEP, sim_r5x_key, 0);
	sim_effect(s, 4 * START_STEP, sim_r5x_body, 0);
	sim_effect(s, 5 * START_STEP, report_fob, 0);
}

const struct platform sim_r5x = {
	.has_session = true,
	.has_kline = true,
	.fob_delay = LOCKS_MOVED,
	.start = r5x_start,
	.ignition = r5x_ignition,
	.key = r5x_key,
	.part = r5x_part,
	.locks = r5x_locks,
	.fob = r5x_fob,
	.flash = r5x_flash,
	.hear = sim_r5x_hear,
	.refuses = sim_r5x_refuses,
	.modules = sim_r5x_modules,
	.n_modules = SIM_R5X_MODULES,
	.dtc_bytes = 1,
};
