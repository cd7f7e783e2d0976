/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/car.h"

#define CLICK (100 * NSEC_PER_MSEC) /* DESIGN 7 */
#define SWITCH_DELAY (100 * NSEC_PER_MSEC) /* centre switch and cylinder: own choice */

bool sim_body_doors_closed(const struct sim *s)
{
	for (unsigned int i = 0; i < PART_DOORS; i++)
		if (s->open[i])
			return false;

	return true;
}

int sim_body_in_slot(const struct sim *s, unsigned int slot)
{
	for (int i = 0; i < SIM_FOBS; i++)
		if (s->fob[i].learned && s->fob[i].slot == slot)
			return i;

	return -1;
}

void sim_body_ignition(struct sim *s, enum ignition to)
{
	enum ignition from = s->ignition;

	if (to == from)
		return;
	s->ignition = to;
	if (!s->model->platform->has_session)
		sim_session_ignition(s, to);
	s->model->platform->ignition(s, from);
}

void sim_body_key(struct sim *s, int key)
{
	if (key == s->key)
		return;
	s->key = key;
	s->model->platform->key(s);
}

void sim_body_open(struct sim *s, enum part p, bool open)
{
	if (s->open[p] == open)
		return;
	s->open[p] = open;
	if (open && (unsigned int)p < PART_DOORS)
		sim_session_door(s);
	s->model->platform->part(s, p);
}

void sim_body_lock(struct sim *s, unsigned int arg)
{
	enum locks to = (enum locks)(arg & 0xff);

	if (to != LOCKS_UNLOCKED && s->open[PART_DOOR_DRIVER])
		return;
	s->locks = to;
	s->locked_by.cause = (enum lock_cause)(arg >> 8 & 0xff);
	s->locked_by.slot = s->locked_by.cause == CAUSE_FOB ? (uint8_t)(arg >> 16) : 0xff;
	s->model->platform->locks(s);
}

static void open_boot(struct sim *s, unsigned int unused)
{
	(void)unused;
	sim_body_open(s, PART_BOOT, true);
}

/* What a button of the learned fob in SLOT does outside a session. */
static void act(struct sim *s, unsigned int slot, enum button b)
{
	const struct platform *p = s->model->platform;

	if (b == BUTTON_BOOT) {
		sim_effect(s, p->fob_delay, open_boot, 0);
		return;
	}
	if (b == BUTTON_LOCK && s->open[PART_DOOR_DRIVER])
		return;
	if (p->flash)
		p->flash(s);
	sim_effect(s, p->fob_delay, sim_body_lock,
		   (b == BUTTON_LOCK ? LOCKS_SECURED : LOCKS_UNLOCKED) | CAUSE_FOB << 8 |
			   slot << 16);
}

void sim_body_press(struct sim *s, unsigned int fob, enum button b)
{
	struct fob *f = &s->fob[fob];
	int slot;

	if (f->held & b)
		return;
	f->held |= b;
	if (f->battery == BATTERY_FLAT)
		return;
	slot = sim_session_slot(s, fob);
	if (slot < 0)
		return;

	f->seen |= b;
	f->seen_slot = (unsigned int)slot;
	s->last_fob = (int)fob;
	s->model->platform->fob(s, fob);
	if (sim_session_is_open(s))
		sim_session_press(s, fob, b);
	else
		act(s, f->seen_slot, b);
}

void sim_body_release(struct sim *s, unsigned int fob, enum button b)
{
	struct fob *f = &s->fob[fob];

	f->held &= ~(unsigned int)b;
	if (!(f->seen & b))
		return;
	f->seen &= ~(unsigned int)b;
	s->model->platform->fob(s, fob);
	sim_session_release(s, fob, b);
}

static void end_click(struct sim *s, unsigned int arg)
{
	sim_body_release(s, arg >> 8, (enum button)(arg & 0xff));
}

void sim_body_click(struct sim *s, unsigned int fob, enum button b)
{
	sim_body_press(s, fob, b);
	sim_effect(s, CLICK, end_click, fob << 8 | b);
}

void sim_body_battery(struct sim *s, unsigned int fob, enum battery b)
{
	struct fob *f = &s->fob[fob];

	/* Its signal stops: to the car, the buttons are let go. */
	if (b == BATTERY_FLAT) {
		sim_body_release(s, fob, BUTTON_LOCK);
		sim_body_release(s, fob, BUTTON_UNLOCK);
		sim_body_release(s, fob, BUTTON_BOOT);
	}
	f->battery = b;
}

void sim_body_centre(struct sim *s, bool lock)
{
	sim_session_used(s);
	if (s->model->platform->centre)
		s->model->platform->centre(s, lock);
	sim_effect(s, SWITCH_DELAY, sim_body_lock,
		   (lock ? LOCKS_LOCKED : LOCKS_UNLOCKED) | CAUSE_CENTRE << 8);
}

void sim_body_cylinder(struct sim *s, bool lock)
{
	sim_session_used(s);
	sim_effect(s, SWITCH_DELAY, sim_body_lock,
		   (lock ? LOCKS_LOCKED : LOCKS_UNLOCKED) | CAUSE_CYLINDER << 8);
}
