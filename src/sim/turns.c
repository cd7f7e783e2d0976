/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/car.h"

/*
 * The ignition parts of procedures.md 2. A turn that is longer than 30 s, or that much
 * later than the one before, does not go on with it: own choice.
 */

#define LONG (30 * NSEC_PER_SEC)
#define FOUR 4
#define THREE 3

static bool accepts(const struct sim *s, enum way w)
{
	return s->session.accepts & 1u << w;
}

static void begin(struct sim *s)
{
	struct turns *t = &s->session.turns;

	if (s->now - t->back > LONG)
		t->n = t->cycles = 0;
	t->turned = s->now;
	t->reached = IGNITION_OFF;
	t->spoiled = !sim_body_doors_closed(s);
	if (!t->spoiled)
		s->session.state = SESSION_TURNED;
}

/* The key that is in the lock belongs to a fob: that one is back in step. */
static void three_cycles(struct sim *s)
{
	if (!accepts(s, WAY_THREE_CYCLES) || s->session.turns.cycles < THREE)
		return;
	s->session.turns.cycles = 0;
	if (s->key >= 0)
		s->fob[s->key].out_of_step = false;
}

static void finish(struct sim *s)
{
	struct session *x = &s->session;
	struct turns *t = &x->turns;
	nsec_t took = s->now - t->turned;
	bool good = t->reached == IGNITION_ON && took <= LONG;

	t->back = s->now;
	t->n = good && !t->spoiled ? t->n + 1 : 0;
	t->cycles = good ? t->cycles + 1 : 0;
	three_cycles(s);
	if (accepts(s, WAY_RESYNC) && good && took <= x->limit.at_once) {
		x->resync_until = s->now + x->limit.resync;
		x->clicked = -1;
	}
}

void sim_turns_ignition(struct sim *s, enum ignition from, enum ignition to)
{
	struct turns *t = &s->session.turns;

	if (from == IGNITION_OFF && to != IGNITION_OFF)
		begin(s);
	t->reached = MAX(t->reached, to);
	if (from != IGNITION_OFF && to == IGNITION_OFF)
		finish(s);
}

void sim_turns_door(struct sim *s)
{
	s->session.turns.spoiled = true;
	s->session.turns.n = 0;
}

unsigned int sim_turns_key_out(struct sim *s)
{
	struct session *x = &s->session;
	struct turns *t = &x->turns;
	bool at_once = s->now <= t->back + x->limit.at_once;
	unsigned int ways = 0;

	if (x->ignition != IGNITION_OFF)
		return 0;
	if (x->state == SESSION_TURNED && s->now <= t->turned + x->limit.ignition)
		ways |= 1u << WAY_ONE_TURN;
	if (t->n >= FOUR && at_once)
		ways |= 1u << WAY_FOUR_TURNS;
	if (t->n >= 1 && at_once)
		ways |= 1u << WAY_ONE_TURN_ON;
	t->n = t->cycles = 0;

	return ways & x->accepts;
}
