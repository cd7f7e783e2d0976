/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/car.h"

/*
 * The initialisation `one-turn` of procedures.md 2, from the body module's side. The
 * limits are the car's own: they are met at exactly their time and missed a nanosecond
 * later.
 */

#define PRESSES 3 /* of LOCK */
#define NOT_YET (500 * NSEC_PER_MSEC) /* LOCK sooner after UNLOCK does not count */
#define CONFIRM (300 * NSEC_PER_MSEC) /* from UNLOCK released to the locks moving */
#define CONFIRM_BACK (800 * NSEC_PER_MSEC) /* and moving back */

static void expire(struct sim *s, unsigned int unused);

void sim_session_init(struct session *x)
{
	*x = (struct session){
		.fob = -1,
		.limit_ignition = 5 * NSEC_PER_SEC,
		.limit_fob = 30 * NSEC_PER_SEC,
		.limit_presses = 10 * NSEC_PER_SEC,
	};
}

static void end(struct sim *s)
{
	sim_cancel(s, expire, 0);
	s->session.state = SESSION_NONE;
	s->session.fob = -1;
}

static void expire_after(struct sim *s, nsec_t t)
{
	sim_cancel(s, expire, 0);
	sim_traffic(s, MAX(t + 1 - s->now, 0), expire, 0);
}

/* The window for the next fob is over; an attempt that can still succeed may finish. */
static void expire(struct sim *s, unsigned int unused)
{
	const struct session *x = &s->session;

	(void)unused;
	if (x->fob >= 0 && x->presses >= PRESSES)
		return;
	if (x->fob >= 0 && s->now <= x->unlock + x->limit_presses)
		expire_after(s, x->unlock + x->limit_presses);
	else
		end(s);
}

static void start(struct sim *s)
{
	struct session *x = &s->session;

	x->state = SESSION_OPEN;
	x->since = s->now;
	x->n_members = 0;
	for (unsigned int i = 0; i < SIM_FOBS; i++)
		x->member[i] = false;
	x->fob = -1;
	expire_after(s, x->since + x->limit_fob);
}

void sim_session_ignition(struct sim *s, enum ignition to)
{
	struct session *x = &s->session;
	enum ignition from = x->ignition;

	x->ignition = to;
	if (from == IGNITION_OFF) {
		end(s);
		if (to != IGNITION_OFF && sim_body_doors_closed(s)) {
			x->state = SESSION_TURNED;
			x->turned = s->now;
		}
	}
	if (to == IGNITION_START)
		end(s);
}

void sim_session_key(struct sim *s, bool in)
{
	struct session *x = &s->session;
	bool good = x->state == SESSION_TURNED && !in && x->ignition == IGNITION_OFF &&
		    s->now <= x->turned + x->limit_ignition;

	end(s);
	if (good)
		start(s);
}

void sim_session_door(struct sim *s)
{
	end(s);
}

void sim_session_used(struct sim *s)
{
	if (s->session.state == SESSION_OPEN)
		end(s);
}

void sim_session_limits(struct sim *s)
{
	struct session *x = &s->session;

	if (x->state == SESSION_OPEN)
		expire_after(s, x->since + x->limit_fob);
}

int sim_session_slot(const struct sim *s, unsigned int fob)
{
	const struct session *x = &s->session;
	const struct fob *f = &s->fob[fob];

	if (x->state != SESSION_OPEN)
		return f->learned ? (int)f->slot : -1;
	if (x->fob >= 0 && x->fob != (int)fob)
		return -1; /* the receiver is busy with another one */
	if (x->member[fob])
		return (int)f->slot;

	return x->n_members < SIM_SLOTS ? (int)x->n_members : -1;
}

void sim_session_press(struct sim *s, unsigned int fob, enum button b)
{
	struct session *x = &s->session;

	if (b == BUTTON_UNLOCK) {
		x->fob = (int)fob;
		x->unlock = s->now;
		x->presses = 0;
	}
	if (b == BUTTON_LOCK && x->fob == (int)fob && s->now - x->unlock >= NOT_YET &&
	    s->now - x->unlock <= x->limit_presses)
		x->presses++;
}

/* One way and back: what is locked unlocks first. */
static void confirm(struct sim *s)
{
	enum locks now = s->locks;

	sim_effect(s, CONFIRM, sim_body_lock,
		   now == LOCKS_UNLOCKED ? LOCKS_LOCKED : LOCKS_UNLOCKED);
	sim_effect(s, CONFIRM_BACK, sim_body_lock, now);
}

static void learn(struct sim *s, unsigned int fob)
{
	struct session *x = &s->session;

	if (!x->member[fob]) {
		if (x->n_members == 0)
			for (unsigned int i = 0; i < SIM_FOBS; i++)
				s->fob[i].learned = false;
		s->fob[fob].learned = true;
		s->fob[fob].slot = x->n_members++;
		x->member[fob] = true;
	}
	x->since = s->now + CONFIRM;
	confirm(s);
	expire_after(s, x->since + x->limit_fob);
}

void sim_session_release(struct sim *s, unsigned int fob, enum button b)
{
	struct session *x = &s->session;

	if (x->state != SESSION_OPEN || x->fob != (int)fob || b != BUTTON_UNLOCK)
		return;
	x->fob = -1;
	if (x->presses >= PRESSES)
		learn(s, fob);
	else if (s->now > x->since + x->limit_fob)
		end(s);
}
