/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sim/kcan.h"

#define FLAPS 0x2fcu
#define REMOTE 0x23au

#define BURST 3u /* frames of a door, can.md 1.2 */
#define BURST_STEP (160 * NSEC_PER_MSEC) /* can.md 1.2 */
#define REMOTE_FRAMES 3u /* at least, can.md 1.2 */
#define REMOTE_STEP (100 * NSEC_PER_MSEC) /* can.md 1.2 */
#define CENTRE_HELD (100 * NSEC_PER_MSEC) /* the centre switch: own choice */
#define START_STEP (7 * NSEC_PER_MSEC) /* between the first frames: own choice */

static const struct kcan_style *style(const struct sim *s)
{
	return s->model->platform->kcan;
}

void sim_kcan_send(struct sim *s, uint32_t id, const uint8_t *data, size_t len)
{
	struct frame f = { .id = id, .len = (uint8_t)len };

	memcpy(f.data, data, len);
	sim_wire_send(&s->wire, s->now, &f, !s->in_traffic);
}

/* can.md 1.4 */
void sim_kcan_flaps_bytes(const struct sim *s, uint8_t ret[3])
{
	static const uint8_t locks[] = {
		[LOCKS_UNLOCKED] = 0x81,
		[LOCKS_LOCKED] = 0x82,
		[LOCKS_SECURED] = 0x84,
	};

	ret[0] = locks[s->locks];
	ret[1] = 0;
	for (unsigned int i = 0; i < PART_DOORS; i++)
		if (s->open[i])
			ret[1] |= (uint8_t)(1u << 2 * i);
	ret[2] = (uint8_t)(s->kcan.centre << 6);
	if (s->open[PART_BOOT])
		ret[2] |= 0x01;
	if (s->open[PART_BONNET])
		ret[2] |= 0x04;
}

void sim_kcan_flaps(struct sim *s)
{
	uint8_t b[7];

	memset(b, style(s)->flaps_rest, sizeof(b));
	sim_kcan_flaps_bytes(s, b);
	sim_kcan_send(s, FLAPS, b, sizeof(b));
}

static void tick(struct sim *s, unsigned int i)
{
	const struct kcan_periodic *p = &style(s)->periodic[i];

	p->put(s);
	sim_traffic(s, p->period, tick, i);
}

static void send_window(struct sim *s, unsigned int p)
{
	static const uint8_t closed[] = { 0x00, 0xfc, 0xe0 };
	static const uint8_t open[] = { 0x4f, 0xfe, 0xe0 };

	sim_kcan_send(s, p == PART_WINDOW_DRIVER ? 0x3b6 : 0x3b8,
		      s->open[p] ? open : closed, 3);
}

static void send_roof(struct sim *s, unsigned int unused)
{
	static const uint8_t closed[] = { 0x00, 0x00, 0xf0, 0xff, 0xff, 0xf8, 0xf8 };
	static const uint8_t open[] = { 0x48, 0xff, 0xfd, 0xff, 0xff, 0xf8, 0xf8 };

	(void)unused;
	sim_kcan_send(s, 0x3ba, s->open[PART_ROOF] ? open : closed, 7);
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
	sim_kcan_send(s, id[p], b, sizeof(b));
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

void sim_kcan_part(struct sim *s, enum part p)
{
	if (p == PART_ROOF) {
		if (style(s)->has_roof)
			send_roof(s, 0);
	} else if (p == PART_WINDOW_DRIVER || p == PART_WINDOW_PASSENGER) {
		send_window(s, p);
	} else {
		sim_kcan_flaps(s);
		if (p == PART_BOOT && style(s)->boot)
			style(s)->boot(s);
		if ((unsigned int)p < PART_DOORS)
			start_burst(s, p);
	}
}

void sim_kcan_moved(struct sim *s)
{
	sim_kcan_flaps(s);
	for (unsigned int i = 0; i < PART_DOORS; i++)
		if (sim_has(s, (enum part)i))
			start_burst(s, i);
}

static void centre_released(struct sim *s, unsigned int unused)
{
	(void)unused;
	s->kcan.centre = 0;
	sim_kcan_flaps(s);
}

void sim_kcan_centre(struct sim *s, bool lock)
{
	s->kcan.centre = lock ? 2 : 1;
	sim_kcan_flaps(s);
	sim_cancel(s, centre_released, 0);
	sim_effect(s, CENTRE_HELD, centre_released, 0);
}

/* can.md 1.5; the number is the fob's slot. */
static void send_remote(struct sim *s, unsigned int fob)
{
	unsigned int slot = s->fob[fob].seen_slot, shown = s->kcan.shown[fob];
	uint8_t b[] = { (uint8_t)(slot << 4 | slot), style(s)->remote_source, 0x00,
			(uint8_t)(style(s)->remote_end | slot) };

	if (shown & BUTTON_UNLOCK)
		b[2] |= 0x01;
	if (shown & BUTTON_LOCK)
		b[2] |= 0x04;
	if (shown & BUTTON_BOOT)
		b[2] |= 0x10;
	sim_kcan_send(s, REMOTE, b, sizeof(b));
}

static void remote(struct sim *s, unsigned int fob)
{
	bool enough = s->kcan.count[fob] >= REMOTE_FRAMES;

	if (enough)
		s->kcan.shown[fob] = s->fob[fob].seen;
	send_remote(s, fob);
	if (!s->kcan.shown[fob])
		return;
	if (!enough)
		s->kcan.count[fob]++;
	s->kcan.due[fob] = s->now + REMOTE_STEP;
	if (s->kcan.count[fob] >= REMOTE_FRAMES && s->fob[fob].seen)
		sim_traffic(s, REMOTE_STEP, remote, fob);
	else
		sim_effect(s, REMOTE_STEP, remote, fob);
}

/* A button shows at once; that it is released shows with the next frame. */
void sim_kcan_fob(struct sim *s, unsigned int fob)
{
	unsigned int pressed = s->fob[fob].seen & ~s->kcan.shown[fob];

	sim_cancel(s, remote, fob);
	if (!pressed) {
		sim_effect(s, s->kcan.due[fob] - s->now, remote, fob);
		return;
	}
	s->kcan.shown[fob] |= pressed;
	s->kcan.count[fob] = 0;
	remote(s, fob);
}

/* The next 0x130 has told it. */
static void told(struct sim *s, unsigned int unused)
{
	(void)s, (void)unused;
}

void sim_kcan_ignition(struct sim *s, enum ignition from)
{
	for (unsigned int i = 0; i < style(s)->n_periodic; i++) {
		enum ignition needs = style(s)->periodic[i].from;
		bool was = from >= needs, is = s->ignition >= needs;

		if (is && !was)
			tick(s, i);
		else if (was && !is)
			sim_cancel(s, tick, i);
	}
	sim_effect(s, TERMINAL_PERIOD, told, 0);
}

/* It shows in the next 0x130. */
void sim_kcan_key(struct sim *s)
{
	sim_effect(s, TERMINAL_PERIOD, told, 0);
}

void sim_kcan_start(struct sim *s)
{
	nsec_t t = 0;

	for (unsigned int i = 0; i < style(s)->n_periodic; i++)
		if (style(s)->periodic[i].from == IGNITION_OFF)
			sim_effect(s, t++ * START_STEP, tick, i);
	for (unsigned int i = 0; i < PART_DOORS; i++)
		sim_effect(s, t++ * START_STEP, send_door, i);
	sim_effect(s, t++ * START_STEP, send_window, PART_WINDOW_DRIVER);
	sim_effect(s, t++ * START_STEP, send_window, PART_WINDOW_PASSENGER);
	if (style(s)->has_roof)
		sim_effect(s, t * START_STEP, send_roof, 0);
}
