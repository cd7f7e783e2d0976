/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sim/car.h"

#define TERMINAL_PERIOD (100 * NSEC_PER_MSEC) /* of 0x130: can.md 1.2 */

/*
 * R55-R61: CAS, junction box, footwell module and cluster on the K-CAN. Bytes and
 * periods of can.md 1; times that it does not give are own choices and say so.
 */

#define TERMINALS 0x130u
#define FLAPS 0x2fcu
#define REMOTE 0x23au

#define LOCKS_MOVED (100 * NSEC_PER_MSEC) /* fob to locks: own choice */
#define BURST 3u /* frames of a door, can.md 1.2 */
#define BURST_STEP (160 * NSEC_PER_MSEC) /* can.md 1.2 */
#define REMOTE_FRAMES 3u /* at least, can.md 1.2 */
#define REMOTE_STEP (100 * NSEC_PER_MSEC) /* can.md 1.2 */
#define CENTRE_HELD (100 * NSEC_PER_MSEC) /* the centre switch: own choice */
#define START_STEP (7 * NSEC_PER_MSEC) /* between the first frames: own choice */

static void send(struct sim *s, uint32_t id, const uint8_t *data, size_t len)
{
	struct frame f = { .id = id, .len = (uint8_t)len };

	memcpy(f.data, data, len);
	sim_wire_send(&s->wire, s->now, &f, !s->in_traffic);
}

uint8_t sim_r56_check(const uint8_t b[5])
{
	unsigned int sum = TERMINALS + b[0] + b[1] + b[2] + b[3] + (b[4] & 0x0fu);

	sum = ((sum & 0xff) + (sum >> 8)) & 0xff;

	return (uint8_t)(((sum & 0x0f) + (sum >> 4)) & 0x0f);
}

/* can.md 1.3. The key's number is its transponder's; type 4: remote. */
static void send_terminals(struct sim *s)
{
	static const uint8_t in_lock[][4] = {
		[IGNITION_OFF] = { 0x40, 0x40, 0xc1, 0x0f },
		[IGNITION_ACC] = { 0x41, 0x40, 0xa1, 0x0f },
		[IGNITION_ON] = { 0x45, 0x40, 0x69, 0x8f },
		[IGNITION_START] = { 0x55, 0x40, 0x69, 0x8f },
	};
	static const uint8_t no_key[] = { 0x00, 0x0f, 0xc0, 0x0f };
	uint8_t b[5];

	memcpy(b, s->key < 0 ? no_key : in_lock[s->ignition], 4);
	if (s->key >= 0)
		b[1] |= (uint8_t)s->key;
	b[4] = s->r56.alive;
	b[4] |= (uint8_t)(sim_r56_check(b) << 4);
	s->r56.alive = (uint8_t)((s->r56.alive + 1) % 15);
	send(s, TERMINALS, b, sizeof(b));
}

static void send_flaps(struct sim *s)
{
	static const uint8_t locks[] = {
		[LOCKS_UNLOCKED] = 0x81,
		[LOCKS_LOCKED] = 0x82,
		[LOCKS_SECURED] = 0x84,
	};
	uint8_t b[] = {
		locks[s->locks], 0, (uint8_t)(s->r56.centre << 6), 0xff, 0xff, 0xff, 0xff
	};

	for (unsigned int i = 0; i < PART_DOORS; i++)
		if (s->open[i])
			b[1] |= (uint8_t)(1u << 2 * i);
	if (s->open[PART_BOOT])
		b[2] |= 0x01;
	if (s->open[PART_BONNET])
		b[2] |= 0x04;
	send(s, FLAPS, b, sizeof(b));
}

static void send_handbrake(struct sim *s)
{
	send(s, 0x34f, (const uint8_t[]){ 0xfe, 0xff }, 2); /* on */
}

static void send_speed(struct sim *s)
{
	send(s, 0x1b4, (const uint8_t[8]){ [5] = 0x02 }, 8); /* 0 km/h, handbrake on */
}

static void send_outside(struct sim *s)
{
	send(s, 0x2ca, (const uint8_t[]){ 120, 0xff }, 2); /* 20 degrees Celsius */
}

static void send_seconds(struct sim *s)
{
	uint32_t t = (uint32_t)(s->now / NSEC_PER_SEC);
	uint8_t b[6] = { (uint8_t)t, (uint8_t)(t >> 8), (uint8_t)(t >> 16),
			 (uint8_t)(t >> 24) };

	send(s, 0x328, b, sizeof(b));
}

/* 12345 km, 32 l, tanks 16 l each, no reserve, 200 km to go. */
static void send_mileage(struct sim *s)
{
	send(s, 0x330, (const uint8_t[]){ 0x39, 0x30, 0x00, 32, 32, 32, 0, 200 }, 8);
}

static void send_vin(struct sim *s)
{
	send(s, 0x380, (const uint8_t *)"0000000", 7);
}

static void send_run_on(struct sim *s)
{
	send(s, 0x3be, (const uint8_t[]){ 0x47, 0xf0 }, 2); /* 710 s */
}

/* What is sent without a cause, can.md 1.2. */
static const struct {
	nsec_t period;
	enum ignition from; /* not below this */
	void (*send)(struct sim *s);
} periodic[] = {
	{ 100 * NSEC_PER_MSEC, IGNITION_OFF, send_terminals },
	{ 5 * NSEC_PER_SEC, IGNITION_OFF, send_flaps },
	{ 1 * NSEC_PER_SEC, IGNITION_OFF, send_handbrake },
	{ 1 * NSEC_PER_SEC, IGNITION_OFF, send_outside },
	{ 1 * NSEC_PER_SEC, IGNITION_OFF, send_seconds },
	{ 5 * NSEC_PER_SEC, IGNITION_OFF, send_vin },
	{ 10 * NSEC_PER_SEC, IGNITION_OFF, send_run_on },
	{ 100 * NSEC_PER_MSEC, IGNITION_ON, send_speed },
	{ 10 * NSEC_PER_SEC, IGNITION_ACC, send_mileage },
};

static void tick(struct sim *s, unsigned int i)
{
	periodic[i].send(s);
	sim_traffic(s, periodic[i].period, tick, i);
}

static void send_window(struct sim *s, unsigned int p)
{
	static const uint8_t closed[] = { 0x00, 0xfc, 0xe0 };
	static const uint8_t open[] = { 0x4f, 0xfe, 0xe0 };

	send(s, p == PART_WINDOW_DRIVER ? 0x3b6 : 0x3b8, s->open[p] ? open : closed, 3);
}

static void send_roof(struct sim *s, unsigned int unused)
{
	static const uint8_t closed[] = { 0x00, 0x00, 0xf0, 0xff, 0xff, 0xf8, 0xf8 };
	static const uint8_t open[] = { 0x48, 0xff, 0xfd, 0xff, 0xff, 0xf8, 0xf8 };

	(void)unused;
	send(s, 0x3ba, s->open[PART_ROOF] ? open : closed, 7);
}

/* One door of can.md 1.4; `F1`: no such door. */
static void send_door(struct sim *s, unsigned int p)
{
	static const uint32_t id[] = {
		[PART_DOOR_DRIVER] = 0x0ea,
		[PART_DOOR_PASSENGER] = 0x0e2,
		[PART_DOOR_REAR_DRIVER] = 0x0ee,
		[PART_DOOR_REAR_PASSENGER] = 0x0e6,
	};
	static const uint8_t locks[] = {
		[LOCKS_UNLOCKED] = 0x81,
		[LOCKS_LOCKED] = 0x82,
		[LOCKS_SECURED] = 0x83,
	};
	uint8_t b[8] = { 0xf1, 0xff, 0xe7, 0xfc, 0xff, 0xff, 0xff, 0xff };

	if (sim_has(s, (enum part)p)) {
		b[0] = locks[s->locks];
		b[3] |= s->open[p];
	}
	send(s, id[p], b, sizeof(b));
}

/* ARG: the door, frames after this one << 8. */
static void burst(struct sim *s, unsigned int arg)
{
	send_door(s, arg & 0xff);
	if (arg >> 8)
		sim_effect(s, BURST_STEP, burst, arg - 0x100);
}

static void start_burst(struct sim *s, unsigned int door)
{
	for (unsigned int left = 0; left < BURST; left++)
		sim_cancel(s, burst, door | left << 8);
	burst(s, door | (BURST - 1) << 8);
}

static void r56_part(struct sim *s, enum part p)
{
	if (p == PART_ROOF) {
		send_roof(s, 0);
	} else if (p == PART_WINDOW_DRIVER || p == PART_WINDOW_PASSENGER) {
		send_window(s, p);
	} else {
		send_flaps(s);
		if ((unsigned int)p < PART_DOORS)
			start_burst(s, p);
	}
}

static void r56_locks(struct sim *s)
{
	send_flaps(s);
	for (unsigned int i = 0; i < PART_DOORS; i++)
		if (sim_has(s, (enum part)i))
			start_burst(s, i);
}

static void centre_released(struct sim *s, unsigned int unused)
{
	(void)unused;
	s->r56.centre = 0;
	send_flaps(s);
}

static void r56_centre(struct sim *s, bool lock)
{
	s->r56.centre = lock ? 2 : 1;
	send_flaps(s);
	sim_cancel(s, centre_released, 0);
	sim_effect(s, CENTRE_HELD, centre_released, 0);
}

/* can.md 1.5; the number is the fob's slot. */
static void send_remote(struct sim *s, unsigned int fob)
{
	unsigned int slot = s->fob[fob].seen_slot, shown = s->r56.shown[fob];
	uint8_t b[] = { (uint8_t)(slot << 4 | slot), 0x30, 0x00, (uint8_t)(0x60 | slot) };

	if (shown & BUTTON_UNLOCK)
		b[2] |= 0x01;
	if (shown & BUTTON_LOCK)
		b[2] |= 0x04;
	if (shown & BUTTON_BOOT)
		b[2] |= 0x10;
	send(s, REMOTE, b, sizeof(b));
}

static void remote(struct sim *s, unsigned int fob)
{
	bool enough = s->r56.count[fob] >= REMOTE_FRAMES;

	if (enough)
		s->r56.shown[fob] = s->fob[fob].seen;
	send_remote(s, fob);
	if (!s->r56.shown[fob])
		return;
	if (!enough)
		s->r56.count[fob]++;
	s->r56.due[fob] = s->now + REMOTE_STEP;
	if (s->r56.count[fob] >= REMOTE_FRAMES && s->fob[fob].seen)
		sim_traffic(s, REMOTE_STEP, remote, fob);
	else
		sim_effect(s, REMOTE_STEP, remote, fob);
}

/* A button shows at once; that it is released shows with the next frame. */
static void r56_fob(struct sim *s, unsigned int fob)
{
	unsigned int pressed = s->fob[fob].seen & ~s->r56.shown[fob];

	sim_cancel(s, remote, fob);
	if (!pressed) {
		sim_effect(s, s->r56.due[fob] - s->now, remote, fob);
		return;
	}
	s->r56.shown[fob] |= pressed;
	s->r56.count[fob] = 0;
	remote(s, fob);
}

/* The next 0x130 has told it. */
static void told(struct sim *s, unsigned int unused)
{
	(void)s, (void)unused;
}

static void r56_ignition(struct sim *s, enum ignition from)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(periodic); i++) {
		bool was = from >= periodic[i].from, is = s->ignition >= periodic[i].from;

		if (is && !was)
			tick(s, i);
		else if (was && !is)
			sim_cancel(s, tick, i);
	}
	sim_effect(s, TERMINAL_PERIOD, told, 0);
}

/* It shows in the next 0x130. */
static void r56_key(struct sim *s)
{
	sim_effect(s, TERMINAL_PERIOD, told, 0);
}

static void r56_start(struct sim *s)
{
	nsec_t t = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(periodic); i++)
		if (periodic[i].from == IGNITION_OFF)
			sim_effect(s, t++ * START_STEP, tick, i);
	for (unsigned int i = 0; i < PART_DOORS; i++)
		sim_effect(s, t++ * START_STEP, send_door, i);
	sim_effect(s, t++ * START_STEP, send_window, PART_WINDOW_DRIVER);
	sim_effect(s, t++ * START_STEP, send_window, PART_WINDOW_PASSENGER);
	sim_effect(s, t * START_STEP, send_roof, 0);
}

const struct platform sim_r56 = {
	.fob_delay = LOCKS_MOVED,
	.start = r56_start,
	.ignition = r56_ignition,
	.key = r56_key,
	.part = r56_part,
	.locks = r56_locks,
	.fob = r56_fob,
	.centre = r56_centre,
	.hear = sim_r56_hear,
};
