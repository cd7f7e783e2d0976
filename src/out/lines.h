/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "car/state.h"
#include "out/plan.h"
#include "out/view.h"

/* One line a frame, fast: what the views' frame() is. */

void lines_text(struct view *v, const struct decoded *d);
void lines_json(struct view *v, const struct decoded *d);

/* The time as text lines begin with it: 12 characters, or more on a virtual clock. */
void lines_time(struct view *v, nsec_t t);

/* Write F's id, 3 hex digits or 8; returns the end. */
char *lines_put_id(char *p, const struct frame *f);

/* The plan of D's message; NULL when no DBC knows it, or there is no memory (OUT's error). */
const struct plan *lines_plan(struct view *v, const struct decoded *d);
