/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"

/* Where a plot's ticks are, and what they say. */

#define AXIS_LABEL_MAX 40

struct time_axis {
	nsec_t first, last;	/* last > first */
	nsec_t step;
	bool clock;		/* the local time of day; else the time since FIRST */
	nsec_t zone;		/* what the local time is ahead of UTC, at FIRST */
};

/* For what lasts from FIRST to LAST (not before it): at most 10 ticks. */
struct time_axis time_axis_make(nsec_t first, nsec_t last);

/* The first tick at or after FIRST. */
nsec_t time_axis_start(const struct time_axis *a);

/* "22:13:20", "4.5 s": T as a tick of A says it. Returns the length. */
size_t time_axis_label(const struct time_axis *a, nsec_t t, char *buf);

/* T to the millisecond, with its unit or as a time of day. Returns the length. */
size_t time_axis_exact(const struct time_axis *a, nsec_t t, char *buf);

/* A step of 1, 2 or 5 times a power of ten that parts LOW to HIGH into 2 to 5. */
double axis_step(double low, double high);

/* The least multiple of STEP that is not below LOW. */
double axis_start(double low, double step);
