/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/clock.h"

#define KEYBOARD_LINE_MAX 256

/* What a person can press. */
enum press {
	PRESS_MARK,	/* the space bar, Enter; an empty line */
	PRESS_NO,		/* n */
	PRESS_QUIT,	/* q, Ctrl-D */
};

/*
 * Where keys come from: of a terminal that gives them at once (raw) each is one; else each
 * line is one, by its first letter. Tests put their own function here.
 */
struct keyboard {
	/* 1: *ret_key; 0: DEADLINE; -ENODATA: the input ended; -ECANCELED: a signal. */
	int (*read)(struct keyboard *k, nsec_t deadline, enum press *ret_key);
	struct clock *clk;
	int fd;
	bool raw;
	bool at_end;
	nsec_t last;		/* raw: a key held down repeats, and is one key */
	size_t len;
	char line[KEYBOARD_LINE_MAX];
};

void keyboard_init(struct keyboard *k, struct clock *clk, int fd, bool raw);
