/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sim/car.h"

/*
 * The initialisations of procedures.md 2, from the body module's side. The limits are the
 * car's own: they are met at exactly their time and missed a nanosecond later. A session
 * can be open by more than one way, and a fob that does its part by one of them is learned.
 */

#define PRESSES 3 /* of LOCK */
#define NOT_YET (500 * NSEC_PER_MSEC) /* LOCK sooner after UNLOCK does not count */
#define CONFIRM (300 * NSEC_PER_MSEC) /* from the buttons released to the locks moving */
#define CONFIRM_BACK (800 * NSEC_PER_MSEC) /* and moving back */

static void expire(struct sim *s, unsigned int unused);
static void confirm(struct sim *s, unsigned int to);

/* procedures.md 2: which cars are said to do what. */
static unsigned int accepts(const char *car, unsigned int built)
{
	bool r52 = !strcmp(car, "r52");
	bool r50_r53 = !strcmp(car, "r50") || !strcmp(car, "r53");
	unsigned int ways = 0;

	if (r52 || (r50_r53 && built >= 200407))
		ways |= 1u << WAY_ONE_TURN;
	if ((r52 || r50_r53) && built >= 200501 && built <= 200812)
		ways |= 1u << WAY_FOUR_TURNS;
	if (r50_r53 && built >= 200201 && built <= 200412)
		ways |= 1u << WAY_ONE_TURN_ON;
	if (r50_r53 && built < 200407)
		ways |= 1u << WAY_RESYNC;
	if (!strcmp(car, "r56"))
		ways |= 1u << WAY_THREE_CYCLES;

	return ways;
}

void sim_built(struct sim *s, unsigned int built)
{
	struct session *x = &s->session;

	s->built = built;
	x->accepts = accepts(s->model->name, built);
	for (unsigned int i = 0; i < SIM_FOBS; i++)
		s->fob[i].two_buttons = x->accepts & 1u << WAY_RESYNC;
}

void sim_session_init(struct session *x)
{
	*x = (struct session){
		.fob = -1,
		.resync_until = -1,
		.clicked = -1,
		.limit = {
			.ignition = 5 * NSEC_PER_SEC,
			.fob = 30 * NSEC_PER_SEC,
			.presses = 10 * NSEC_PER_SEC,
			.at_once = 10 * NSEC_PER_SEC,
			.together = 500 * NSEC_PER_MSEC,
			.resync = 10 * NSEC_PER_SEC,
		},
	};
}

static void end(struct sim *s)
{
	struct session *x = &s->session;

	sim_cancel(s, expire, 0);
	x->state = SESSION_NONE;
	x->fob = -1;
}

static void end_all(struct sim *s)
{
	end(s);
	s->session.resync_until = -1;
}

bool sim_session_is_open(const struct sim *s)
{
	return s->session.state == SESSION_OPEN || s->now <= s->session.resync_until;
}

/* ---- its time ---- */

/* How long after `since` UNLOCK may come, for a session that is open by WAY. */
static nsec_t window(const struct session *x, enum way way)
{
	return way == WAY_ONE_TURN || x->n_members > 0 ? x->limit.fob : x->limit.at_once;
}

/* Of the ways it is open by, those that are in time at T. */
static unsigned int in_time(const struct session *x, nsec_t t)
{
	unsigned int ways = 0;

	for (enum way w = WAY_ONE_TURN; w <= WAY_ONE_TURN_ON; w++)
		if (x->ways & 1u << w && t <= x->since + window(x, w))
			ways |= 1u << w;

	return ways;
}

static void expire_after(struct sim *s, nsec_t t)
{
	sim_cancel(s, expire, 0);
	sim_traffic(s, MAX(t + 1 - s->now, 0), expire, 0);
}

static void expire_in_time(struct sim *s)
{
	const struct session *x = &s->session;
	nsec_t longest = 0;

	for (enum way w = WAY_ONE_TURN; w <= WAY_ONE_TURN_ON; w++)
		if (x->ways & 1u << w)
			longest = MAX(longest, window(x, w));
	expire_after(s, x->since + longest);
}

/* The window for the next fob is over; an attempt that can still succeed may finish. */
static void expire(struct sim *s, unsigned int unused)
{
	const struct session *x = &s->session;

	(void)unused;
	if (x->fob >= 0 && x->presses >= PRESSES)
		return;
	if (x->fob >= 0 && s->now <= x->unlock + x->limit.presses)
		expire_after(s, x->unlock + x->limit.presses);
	else
		end(s);
}

void sim_session_limits(struct sim *s)
{
	if (s->session.state == SESSION_OPEN)
		expire_in_time(s);
}

/* ---- its begin and its end ---- */

static void start(struct sim *s, unsigned int ways)
{
	struct session *x = &s->session;

	x->state = SESSION_OPEN;
	x->ways = ways;
	x->since = s->now;
	x->n_members = 0;
	for (unsigned int i = 0; i < SIM_FOBS; i++)
		x->member[i] = false;
	x->fob = -1;
	expire_in_time(s);
}

void sim_session_ignition(struct sim *s, enum ignition to)
{
	enum ignition from = s->session.ignition;

	s->session.ignition = to;
	if (from == IGNITION_OFF)
		end_all(s);
	sim_turns_ignition(s, from, to);
	if (to == IGNITION_START)
		end_all(s);
}

void sim_session_key(struct sim *s, bool in)
{
	unsigned int ways = in ? 0 : sim_turns_key_out(s);

	if (in)
		end_all(s);
	else
		end(s);
	if (ways)
		start(s, ways);
}

void sim_session_door(struct sim *s)
{
	sim_turns_door(s);
	end_all(s);
}

void sim_session_used(struct sim *s)
{
	if (sim_session_is_open(s))
		end_all(s);
}

/* ---- fobs ---- */

int sim_session_slot(const struct sim *s, unsigned int fob)
{
	const struct session *x = &s->session;
	const struct fob *f = &s->fob[fob];

	if (f->two_buttons != (bool)(x->accepts & 1u << WAY_RESYNC))
		return -1; /* another radio */
	if (x->state != SESSION_OPEN)
		return f->learned && (!f->out_of_step || sim_session_is_open(s)) ? (int)f->slot : -1;
	for (unsigned int i = 0; i < SIM_FOBS; i++)
		if (i != fob && s->fob[i].seen)
			return -1; /* the receiver is busy with another one */
	if (s->now < x->busy_until)
		return -1;
	if (x->member[fob])
		return (int)f->slot;

	return x->n_members < SIM_SLOTS ? (int)x->n_members : -1;
}

/* UNLOCK, let go, then LOCK. */
static void resync_press(struct sim *s, unsigned int fob, enum button b)
{
	struct session *x = &s->session;

	if (s->now > x->resync_until)
		return;
	if (b == BUTTON_LOCK && x->clicked == (int)fob && !(s->fob[fob].seen & BUTTON_UNLOCK) &&
	    s->fob[fob].learned)
		s->fob[fob].out_of_step = false;
	x->clicked = b == BUTTON_UNLOCK ? (int)fob : -1;
}

void sim_session_press(struct sim *s, unsigned int fob, enum button b)
{
	struct session *x = &s->session;

	resync_press(s, fob, b);
	if (x->state != SESSION_OPEN || (x->fob >= 0 && x->unlock_up >= 0))
		return;
	if (b == BUTTON_UNLOCK) {
		x->fob = (int)fob;
		x->tries = in_time(x, s->now);
		x->unlock = s->now;
		x->unlock_up = x->third_up = -1;
		x->presses = 0;
	}
	if (b == BUTTON_LOCK && x->fob == (int)fob && s->now - x->unlock >= NOT_YET &&
	    s->now - x->unlock <= x->limit.presses)
		x->presses++;
}

/* Nothing locks while the driver's door is open: what cannot be told is not learned. */
static void confirm(struct sim *s, unsigned int to)
{
	if (to == LOCKS_UNLOCKED || s->locks != LOCKS_UNLOCKED || !s->open[PART_DOOR_DRIVER]) {
		sim_body_lock(s, to);
		return;
	}
	for (unsigned int i = 0; i < SIM_FOBS; i++) {
		s->fob[i].learned = s->session.before[i].learned;
		s->fob[i].slot = s->session.before[i].slot;
		s->fob[i].out_of_step = s->session.before[i].out_of_step;
	}
}

/* Told by the locks, one way and back: what is locked unlocks first. */
static void learn(struct sim *s, unsigned int fob)
{
	struct session *x = &s->session;

	memcpy(x->before, s->fob, sizeof(x->before));
	x->busy_until = s->now + CONFIRM;
	if (!x->member[fob]) {
		if (x->n_members == 0)
			for (unsigned int i = 0; i < SIM_FOBS; i++)
				s->fob[i].learned = false;
		s->fob[fob].learned = true;
		s->fob[fob].slot = x->n_members++;
		x->member[fob] = true;
	}
	s->fob[fob].out_of_step = false;
	sim_effect(s, CONFIRM, confirm, s->locks == LOCKS_UNLOCKED ? LOCKS_LOCKED : LOCKS_UNLOCKED);
	sim_effect(s, CONFIRM_BACK, confirm, s->locks);
	x->since = s->now + CONFIRM;
	expire_in_time(s);
}

/* Both buttons are up after three presses. */
static void complete(struct sim *s, unsigned int fob)
{
	struct session *x = &s->session;
	nsec_t apart = x->unlock_up - x->third_up;
	unsigned int ways = x->tries;

	if (apart > x->limit.together || -apart > x->limit.together)
		ways &= 1u << WAY_ONE_TURN;
	x->fob = -1;
	if (ways)
		learn(s, fob);
	else if (!in_time(x, s->now))
		end(s);
}

void sim_session_release(struct sim *s, unsigned int fob, enum button b)
{
	struct session *x = &s->session;

	if (x->state != SESSION_OPEN || x->fob != (int)fob)
		return;
	if (b == BUTTON_LOCK && x->presses >= PRESSES && x->third_up < 0)
		x->third_up = s->now;
	if (b == BUTTON_UNLOCK && x->presses < PRESSES) {
		x->fob = -1;
		if (!in_time(x, s->now))
			end(s);
	} else if (b == BUTTON_UNLOCK) {
		x->unlock_up = s->now;
	}
	if (x->fob >= 0 && x->unlock_up >= 0 && !(s->fob[fob].seen & BUTTON_LOCK))
		complete(s, fob);
}
