/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "out/screen.h"
#include "out/view.h"
#include "proc/recogniser.h"

#define LIVE_STEPS_MAX 64
#define LIVE_PICTURE (100 * NSEC_PER_MSEC)	/* between two of them */

/* `program` on a terminal: the step that is due, its countdown, and what was just heard. */
struct live {
	struct screen screen;
	struct view *view;
	const char *interface;
	char heard[80];			/* the last event, in words */
	struct judge_step steps[LIVE_STEPS_MAX];	/* told again at the end */
	size_t n_steps;
	bool on;
};

/* Take the terminal when both ends are one; else, also on an error, *l stays off. The
 * session is on INTERFACE. */
void live_open(struct live *l, struct view *v, int in_fd, const char *interface);

/* Give it back, and tell the steps as lines. May be called when off. */
void live_close(struct live *l);

void live_event(struct live *l, const struct event *e);
void live_step(struct live *l, const struct judge_step *s);

/* S as a line of the screen: "ok   fob 1 unlock 2.0 s of 30 s", "FAIL presses: too slow ...". */
void live_step_text(char *buf, size_t size, const struct judge_step *s);

/* 0, or the error of the output. */
_must_check_ int live_draw(struct live *l, const struct recogniser *r, nsec_t now);
