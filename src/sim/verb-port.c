/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sim/car.h"
#include "sim/verb-port.h"

/* Faults of the single wire that the car is on, and a port at its other end: kbus:pty, kline:pty. */

#define NOISE 0.05 /* unless said: own choice */

int sim_check_port(const struct sim *s, const struct command *c, struct sim_fault *f)
{
	const char *fault = strchr(c->verb->pattern, ' ') + 1;

	if (s->port != SIM_PORT_NONE)
		return 0;
	for (int64_t i = 0; i < c->value[1]; i++)
		fault = strchr(fault, '|') + 1;

	return sim_command_fail(f, c->column[1], "%.*s needs a serial wire: kbus:pty or kline:pty",
				(int)strcspn(fault, " |"), fault);
}

int sim_run_no_echo(struct sim *s, const struct command *c, struct sim_fault *f)
{
	(void)c, (void)f;
	s->port_faults.no_echo = true;
	s->port_changed = true;

	return 0;
}

/* Whether the line ends with a value. */
static bool has_value(const struct command *c)
{
	return strchr(c->verb->pattern, '<') != NULL;
}

int sim_run_collide(struct sim *s, const struct command *c, struct sim_fault *f)
{
	(void)f;
	s->port_faults.collide = has_value(c) ? (unsigned int)c->value[2] : PORTWIRE_ALWAYS;
	s->port_changed = true;

	return 0;
}

int sim_run_noise(struct sim *s, const struct command *c, struct sim_fault *f)
{
	(void)f;
	s->port_faults.noise = has_value(c) ? (double)c->value[2] / 1e6 : NOISE;
	s->port_changed = true;

	return 0;
}

/* lose, damage */
int sim_run_lossy(struct sim *s, const struct command *c, struct sim_fault *f)
{
	double p = (double)c->value[2] / 1e6;

	(void)f;
	if (c->value[1] == 0)
		s->port_faults.lose = p;
	else
		s->port_faults.damage = p;
	s->port_changed = true;

	return 0;
}

void sim_mend_port(struct sim *s)
{
	s->port_faults = (struct portwire_faults){ 0 };
	s->port_changed = true;
}
