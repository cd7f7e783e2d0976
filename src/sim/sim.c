/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sim/car.h"

#define NO_REAR_DOORS (1u << PART_DOOR_REAR_DRIVER | 1u << PART_DOOR_REAR_PASSENGER)

/* The R55's only rear door is on the right: the passenger's, with left-hand drive. */
static const struct model models[] = {
	{ "r50", &sim_r5x, NO_REAR_DOORS, DIGITAL_KEY_NONE },
	{ "r52", &sim_r5x, NO_REAR_DOORS, DIGITAL_KEY_NONE },
	{ "r53", &sim_r5x, NO_REAR_DOORS, DIGITAL_KEY_NONE },
	{ "r55", &sim_r56, 1u << PART_DOOR_REAR_DRIVER, DIGITAL_KEY_NONE },
	{ "r56", &sim_r56, NO_REAR_DOORS, DIGITAL_KEY_NONE },
	{ "r57", &sim_r56, NO_REAR_DOORS, DIGITAL_KEY_NONE },
	{ "r58", &sim_r56, NO_REAR_DOORS, DIGITAL_KEY_NONE },
	{ "r59", &sim_r56, NO_REAR_DOORS, DIGITAL_KEY_NONE },
	{ "r60", &sim_r56, 0, DIGITAL_KEY_NONE },
	{ "r61", &sim_r56, NO_REAR_DOORS, DIGITAL_KEY_NONE },
	{ "f54", &sim_f5x, 0, DIGITAL_KEY_NONE },
	{ "f55", &sim_f5x, 0, DIGITAL_KEY_NONE },
	{ "f56", &sim_f5x, NO_REAR_DOORS, DIGITAL_KEY_NONE },
	{ "f57", &sim_f5x, NO_REAR_DOORS, DIGITAL_KEY_NONE },
	{ "f60", &sim_f5x, 0, DIGITAL_KEY_NONE },
	{ "j01", &sim_os9, NO_REAR_DOORS, DIGITAL_KEY_PLUS },
	{ "j05", &sim_os9, 0, DIGITAL_KEY_PLUS },
	{ "u25", &sim_os9, 0, DIGITAL_KEY_PLUS },
	{ "f65", &sim_os9, 0, DIGITAL_KEY_PLUS },
	{ "f66", &sim_os9, NO_REAR_DOORS, DIGITAL_KEY_PLUS },
	{ "f67", &sim_os9, NO_REAR_DOORS, DIGITAL_KEY },
};

static const struct model *find_model(const char *car)
{
	for (size_t i = 0; i < ARRAY_SIZE(models); i++)
		if (!strcmp(models[i].name, car))
			return &models[i];

	return NULL;
}

bool sim_knows(const char *car)
{
	return find_model(car) != NULL;
}

int sim_new(const char *car, struct sim **ret)
{
	const struct model *model = find_model(car);
	struct sim *s;

	if (!model)
		return -ENOENT;
	s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;

	s->model = model;
	s->last_fob = -1;
	for (unsigned int i = 0; i < SIM_KEYS; i++) {
		s->fob[i].learned = true;
		s->fob[i].slot = i;
	}
	s->locked_by.slot = 0xff;
	if (model->platform->dcan)
		sim_dcan_init(s);
	sim_wire_init(&s->wire);
	sim_session_init(&s->session);
	sim_built(s, 200506); /* DESIGN 5 */
	model->platform->start(s);
	*ret = s;

	return 0;
}

void sim_free(struct sim *s)
{
	if (!s)
		return;
	sim_timers_free(&s->timers);
	sim_timers_free(&s->script);
	free(s->lines);
	free(s);
}

nsec_t sim_now(const struct sim *s)
{
	return s->now;
}

nsec_t sim_next(const struct sim *s)
{
	const struct timer *t = sim_timers_first(&s->timers);
	const struct timer *line = sim_timers_first(&s->script);
	nsec_t next;

	if (s->failed)
		return NSEC_NEVER;
	next = MIN(sim_wire_next(&s->wire, s->now), sim_kline_next(s));
	if (t)
		next = MIN(next, MAX(t->t, s->now));
	if (line)
		next = MIN(next, MAX(line->t, s->now));

	return next;
}

/*
 * What is due now: one timer, or one line if there is none. At the same instant the car
 * goes first, so that a line meets a car that is up to date.
 */
static void step(struct sim *s)
{
	const struct timer *first = sim_timers_first(&s->timers);
	const struct timer *line = sim_timers_first(&s->script);
	struct timer t;

	if (first && first->t <= s->now)
		t = sim_timers_pop(&s->timers);
	else if (line && line->t <= s->now)
		t = sim_timers_pop(&s->script);
	else
		return;
	s->in_traffic = !t.effect;
	t.fire(s, t.arg);
	s->in_traffic = false;
}

void sim_run(struct sim *s, nsec_t t)
{
	for (;;) {
		nsec_t next = sim_next(s);

		if (next == NSEC_NEVER || next > t)
			break;
		s->now = next;
		step(s);
	}
	if (!s->failed && t != NSEC_NEVER)
		s->now = MAX(s->now, t);
}

size_t sim_take(struct sim *s, struct frame *ret, size_t max)
{
	return sim_wire_take(&s->wire, s->now, ret, max);
}

void sim_hear(struct sim *s, const struct frame *f)
{
	if (s->failed || s->wire.bus_off || s->wire.unplugged)
		return;
	if (f->flags & (FRAME_ERR | FRAME_LOST | FRAME_RTR) || f->len > FRAME_DATA_MAX)
		return;
	s->model->platform->hear(s, f);
}

bool sim_settled(const struct sim *s)
{
	return s->failed || (s->timers.n_effects == 0 && s->script.n == 0 &&
			     sim_wire_settled(&s->wire, s->now) && !sim_kline_speaks(s));
}

void sim_on_port(struct sim *s, enum sim_port wire)
{
	s->port = wire;
}

bool sim_take_port_faults(struct sim *s, struct portwire_faults *ret)
{
	bool changed = s->port_changed;

	s->port_changed = false;
	if (changed)
		*ret = s->port_faults;

	return changed;
}

bool sim_plugged(const struct sim *s)
{
	return !s->wire.unplugged;
}

const struct serial_faults *sim_serial(struct sim *s)
{
	s->has_serial = true;

	return &s->serial;
}

const struct sim_fault *sim_fault(const struct sim *s)
{
	return s->failed ? &s->fault : NULL;
}

void sim_stop(struct sim *s, const struct sim_fault *fault)
{
	if (s->failed)
		return;
	s->failed = true;
	s->fault = *fault;
}

static void after(struct sim *s, nsec_t delay,
		  void (*fire)(struct sim *s, unsigned int arg), unsigned int arg,
		  bool effect)
{
	struct timer t = {
		.t = s->now + delay,
		.fire = fire,
		.arg = arg,
		.effect = effect,
	};
	struct sim_fault fault = { .line = 0 };

	if (sim_timers_add(&s->timers, &t) == 0)
		return;
	snprintf(fault.text, sizeof(fault.text), "out of memory");
	sim_stop(s, &fault);
}

void sim_effect(struct sim *s, nsec_t delay,
		void (*fire)(struct sim *s, unsigned int arg), unsigned int arg)
{
	after(s, delay, fire, arg, true);
}

void sim_traffic(struct sim *s, nsec_t delay,
		 void (*fire)(struct sim *s, unsigned int arg), unsigned int arg)
{
	after(s, delay, fire, arg, false);
}

void sim_cancel(struct sim *s, void (*fire)(struct sim *s, unsigned int arg),
		unsigned int arg)
{
	sim_timers_cancel(&s->timers, fire, arg);
}
