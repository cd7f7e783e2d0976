/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim/script.h"

/* check() and run() of the verbs `fault` and `dtc`, see struct verb. */

int sim_run_drop(struct sim *s, const struct command *c, struct sim_fault *f);
int sim_run_corrupt(struct sim *s, const struct command *c, struct sim_fault *f);
int sim_run_corrupt_all(struct sim *s, const struct command *c, struct sim_fault *f);
int sim_run_delay(struct sim *s, const struct command *c, struct sim_fault *f);
int sim_run_bus(struct sim *s, const struct command *c,
		struct sim_fault *f); /* busoff, unplug, off */

int sim_check_dtc(const struct sim *s, const struct command *c, struct sim_fault *f);
int sim_run_dtc(struct sim *s, const struct command *c, struct sim_fault *f);
int sim_run_dtc_clear(struct sim *s, const struct command *c, struct sim_fault *f);

int sim_run_pending(struct sim *s, const struct command *c, struct sim_fault *f);
int sim_check_nrc(const struct sim *s, const struct command *c, struct sim_fault *f);
int sim_run_nrc(struct sim *s, const struct command *c, struct sim_fault *f);
int sim_run_slow(struct sim *s, const struct command *c, struct sim_fault *f);
int sim_run_silent(struct sim *s, const struct command *c, struct sim_fault *f);
int sim_check_silent(const struct sim *s, const struct command *c, struct sim_fault *f);
int sim_run_silent_module(struct sim *s, const struct command *c, struct sim_fault *f);
int sim_run_nonsense(struct sim *s, const struct command *c,
		     struct sim_fault *f); /* garbage, other */
int sim_check_fc_wait(const struct sim *s, const struct command *c, struct sim_fault *f);
int sim_run_fc_wait(struct sim *s, const struct command *c, struct sim_fault *f);
int sim_check_isotp(const struct sim *s, const struct command *c, struct sim_fault *f);
int sim_run_overflow(struct sim *s, const struct command *c, struct sim_fault *f);
