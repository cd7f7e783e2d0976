/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim/script.h"

/* check() and run() of the faults of a single wire, see struct verb. */

int sim_check_port(const struct sim *s, const struct command *c, struct sim_fault *f);
int sim_run_no_echo(struct sim *s, const struct command *c, struct sim_fault *f);
int sim_run_noise(struct sim *s, const struct command *c, struct sim_fault *f);
int sim_run_collide(struct sim *s, const struct command *c, struct sim_fault *f);
int sim_run_lossy(struct sim *s, const struct command *c, struct sim_fault *f);

/* None any more. */
void sim_mend_port(struct sim *s);
