/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "base/num.h"
#include "sim/sim.h"
#include "unit.h"

#define MS(t) ((nsec_t)(t)*1000000)

/* What a simulated car sent, a line a frame: "1.219 1B00BF76#02", the time in seconds. */
struct played {
	char line[400][96];
	size_t n;
};

static inline struct sim *new_car(const char *name)
{
	struct sim *s = NULL;

	assert_int_equal(sim_new(name, &s), 0);

	return s;
}

/* A script that must be right. */
static inline void load(struct sim *s, const char *script)
{
	struct sim_fault f = { .line = 0 };

	if (sim_load(s, "script", script, strlen(script), &f) != 0)
		fail_msg("line %u:%u: %s", f.line, f.column, f.text);
}

/* One line that must be right, now. */
static inline void tell(struct sim *s, const char *line)
{
	struct sim_fault f = { .line = 0 };

	if (sim_do(s, line, &f) != 0)
		fail_msg("'%s': %u: %s", line, f.column, f.text);
}

static inline void put_frame(struct played *p, const struct frame *f)
{
	char data[2 * FRAME_DATA_MAX + 1], t[32];

	assert_in_range(p->n, 0, ARRAY_SIZE(p->line) - 1);
	*hex_put(data, f->data, f->len) = '\0';
	num_put_seconds(t, sizeof(t), f->t);
	snprintf(p->line[p->n++], sizeof(p->line[0]),
		 f->flags & FRAME_EXT ? "%s %08X#%s" : "%s %03X#%s", t, f->id, data);
}

/* Run S to T; forget what it sends before FROM. */
static inline void run_from(struct sim *s, nsec_t from, nsec_t t, struct played *ret)
{
	struct frame f[16];
	size_t n;

	ret->n = 0;
	while (sim_next(s) <= t && !sim_fault(s)) {
		sim_run(s, sim_next(s));
		while ((n = sim_take(s, f, ARRAY_SIZE(f))) > 0)
			for (size_t i = 0; i < n; i++)
				if (f[i].t >= from)
					put_frame(ret, &f[i]);
	}
	sim_run(s, t);
}

/* P is WANT, which ends with NULL. */
static inline void assert_played(const struct played *p, const char *const *want)
{
	size_t i;

	for (i = 0; i < p->n && want[i]; i++)
		assert_string_equal(p->line[i], want[i]);
	if (i < p->n)
		fail_msg("not wanted: %s", p->line[i]);
	if (want[i])
		fail_msg("missing: %s", want[i]);
}

/* The lines of P that are frames of ID, in order. */
static inline void assert_id(const struct played *p, const char *id, const char *const *want)
{
	struct played some = { .n = 0 };

	for (size_t i = 0; i < p->n; i++) {
		const char *at = strchr(p->line[i], ' ') + 1;

		if (!strncmp(at, id, 3))
			strcpy(some.line[some.n++], p->line[i]);
	}
	assert_played(&some, want);
}

#define WANT(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* A K-bus frame (29 bits) or a CAN frame as text, "1B3F0079#" or "6F1#400221F0". */
static inline void hear(struct sim *s, const char *text)
{
	const char *hash = strchr(text, '#');
	struct frame f = { .flags = hash - text == 8 ? FRAME_EXT : 0 };
	ssize_t n = hex_parse(hash + 1, strlen(hash + 1), f.data, sizeof(f.data));

	assert_true(n >= 0);
	f.id = (uint32_t)strtoul(text, NULL, 16);
	f.len = (uint8_t)n;
	sim_hear(s, &f);
}
