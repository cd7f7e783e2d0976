/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim/script.h"

/* check() and run() of the verbs of keys, phones and cards, see struct verb. */

/* Where a key is that lets the ignition come on, in words. */
const char *sim_key_place(const struct sim *s);
int sim_run_key(struct sim *s, const struct command *c, struct sim_fault *f);
int sim_run_key_remove(struct sim *s, const struct command *c, struct sim_fault *f);

/* Has the car digital keys at all? */
int sim_check_phone(const struct sim *s, const struct command *c, struct sim_fault *f);
int sim_check_pair(const struct sim *s, const struct command *c, struct sim_fault *f);
int sim_run_pair(struct sim *s, const struct command *c, struct sim_fault *f);
int sim_run_pair_card(struct sim *s, const struct command *c, struct sim_fault *f);
int sim_run_restrict(struct sim *s, const struct command *c, struct sim_fault *f);
int sim_run_phone(struct sim *s, const struct command *c, struct sim_fault *f);
int sim_run_confirm(struct sim *s, const struct command *c, struct sim_fault *f);
int sim_run_use(struct sim *s, const struct command *c, struct sim_fault *f);
int sim_run_place(struct sim *s, const struct command *c, struct sim_fault *f);
int sim_run_phone_kind(struct sim *s, const struct command *c, struct sim_fault *f);
int sim_run_phone_battery(struct sim *s, const struct command *c, struct sim_fault *f);
int sim_run_switch(struct sim *s, const struct command *c, struct sim_fault *f);
int sim_run_mode(struct sim *s, const struct command *c, struct sim_fault *f);
int sim_run_card(struct sim *s, const struct command *c, struct sim_fault *f);
int sim_expect_phone(struct sim *s, const struct command *c, struct sim_fault *f);
int sim_expect_restricted(struct sim *s, const struct command *c, struct sim_fault *f);
int sim_expect_card(struct sim *s, const struct command *c, struct sim_fault *f);
