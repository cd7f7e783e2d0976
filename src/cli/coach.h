/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/keyboard.h"
#include "out/screen.h"
#include "out/view.h"
#include "proc/coach.h"

/* `guide --coach` at work: on a screen, or line by line. */
struct coaching {
	struct clock *clk;
	struct keyboard *keys;
	struct view *view;		/* lines go there, also after the screen was closed */
	struct screen *screen;		/* open; NULL: line by line */
};

/*
 * Go through P with the person. 1: a fob was done, as the person marked it; 0: none was;
 * negative: the error of the output, or -ECANCELED. The screen is closed then.
 */
int coach_run(struct coaching *g, const struct procedure *p);
