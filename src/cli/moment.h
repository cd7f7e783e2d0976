/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>

#include "base/clock.h"

/*
 * A point of time in a recording, as a person says it: "+10s" after its first frame,
 * seconds since the epoch, or a date with or without a time of day (local, with Z: UTC).
 */
struct moment {
	nsec_t t;
	bool relative;		/* T counts from the first frame */
};

/* -EINVAL: TEXT is none of these; -ERANGE: before 1970 or after 2200. */
_must_check_ int moment_parse(const char *text, struct moment *ret);

/* M on the recording's clock; FIRST is the time of its first frame. */
static inline nsec_t moment_at(const struct moment *m, nsec_t first)
{
	nsec_t t;

	if (!m->relative)
		return m->t;

	return __builtin_add_overflow(first, m->t, &t) ? NSEC_NEVER : t;
}
