/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/verb-serial.h"
#include "sim/car.h"

int sim_check_serial(const struct sim *s, const struct command *c, struct sim_fault *f)
{
	if (s->has_serial)
		return 0;

	return sim_command_fail(f, c->column[1], "no serial adapter is between this car and its "
				"listener; -i slcan:pty or elm:pty makes one");
}

int sim_run_serial_part(struct sim *s, const struct command *c, struct sim_fault *f)
{
	double part = (double)c->value[3] / 1e6;

	(void)f;
	if (c->value[2] == 0)
		s->serial.lose = part;
	else
		s->serial.nul = part;

	return 0;
}

int sim_run_serial_time(struct sim *s, const struct command *c, struct sim_fault *f)
{
	(void)f;
	if (c->value[2] == 0)
		s->serial.split = c->value[3];
	else
		s->serial.late = c->value[3];

	return 0;
}

int sim_run_serial_baud(struct sim *s, const struct command *c, struct sim_fault *f)
{
	static const unsigned int bauds[] = { 1200, 9600, 19200, 38400, 57600, 115200 };

	(void)f;
	s->serial.baud = bauds[c->value[3]];

	return 0;
}

int sim_run_serial(struct sim *s, const struct command *c, struct sim_fault *f)
{
	(void)f;
	if (c->value[2] == 0)
		s->serial.echo = true;
	else if (c->value[2] == 1)
		s->serial.wrong_echo = true;
	else
		s->serial.resets++;

	return 0;
}

void sim_mend_serial(struct sim *s)
{
	s->serial = (struct serial_faults){ .resets = s->serial.resets };
}
