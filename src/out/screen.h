/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <termios.h>

#include "base/clock.h"
#include "out/out.h"

#define SCREEN_LINES_MAX 8

/* Something that was heard or judged, shown below the step. */
struct screen_line {
	const char *text;
	enum screen_tone { SCREEN_PLAIN, SCREEN_GOOD, SCREEN_BAD } tone;
};

/* What the screen shows: a step that is due and the time that is left for it. */
struct screen_page {
	const char *title;
	const char *word;		/* what to do, drawn large: A to Z, 0 to 9, ?, a blank */
	const char *text;		/* the same as a sentence */
	nsec_t elapsed, limit;		/* the countdown; limit 0: none runs */
	struct screen_line lines[SCREEN_LINES_MAX];	/* the newest last */
	size_t n_lines;
	const char *keys;		/* what can be pressed, on the last line */
};

/* The whole of a terminal, drawn by the control sequences of a VT100. */
struct screen {
	struct out *out;
	int in_fd;
	unsigned int columns, rows;	/* asked anew before each picture */
	bool colour;			/* off: '#' for what is otherwise in reverse video */
	bool open;
	struct termios saved;
};

/* Can there be one: are both terminals, and is TERM not "dumb"? */
bool screen_possible(int in_fd, int out_fd);

/*
 * Take the terminal: keys come at once and unseen, but for Ctrl-C. Negative errno when it
 * cannot be had. OUT is empty, and nobody else writes to it until screen_close().
 */
_must_check_ int screen_open(struct screen *s, int in_fd, struct out *out, bool colour);

/* Give it back as it was; what was on it before is there again. May be called twice. */
void screen_close(struct screen *s);

/* Draw P in the size that the terminal has now. Returns out_flush()'s result. */
int screen_draw(struct screen *s, const struct screen_page *p);

/* As screen_draw(), without asking for the size and without writing it out. */
void screen_put(struct screen *s, const struct screen_page *p);
