/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <errno.h>

#include "car/gate.h"
#include "ear.h"

/* A gate with a car's DBC behind it. */
struct guard {
	struct decoder decoder;
	struct gate gate;
};

static inline void guard_open(struct guard *g, enum gate_class class,
			      bool allow_unverified, const char *platform)
{
	assert_int_equal(decoder_init(&g->decoder, platform_of(platform)), 0);
	gate_init(&g->gate, class, allow_unverified, &g->decoder);
}

static inline void guard_close(struct guard *g)
{
	decoder_free(&g->decoder);
}

/* 0 or -EPERM; a refusal always says why, in one line. */
static inline int ask(const struct guard *g, const struct frame *f)
{
	char why[GATE_WHY_MAX] = "";
	int r = gate_check(&g->gate, f, why);

	assert_true(r == 0 || r == -EPERM);
	assert_true(r == 0 || strlen(why) > 10);
	assert_null(strchr(why, '\n'));

	return r;
}
