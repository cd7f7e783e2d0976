/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim/script.h"

/* check() and run() of `fault serial`, see struct verb. */

int sim_check_serial(const struct sim *s, const struct command *c, struct sim_fault *f);
int sim_run_serial_part(struct sim *s, const struct command *c, struct sim_fault *f); /* lose, nul */
int sim_run_serial_time(struct sim *s, const struct command *c,
			struct sim_fault *f); /* split, late */
int sim_run_serial_baud(struct sim *s, const struct command *c, struct sim_fault *f);
int sim_run_serial(struct sim *s, const struct command *c,
		   struct sim_fault *f); /* echo, wrong-echo, reset */

/* The rates of `fault serial baud`, in the order of the table. */
#define SIM_BAUDS "1200|9600|19200|38400|57600|115200"

/* None any more. */
void sim_mend_serial(struct sim *s);
