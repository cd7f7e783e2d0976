/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/clock.h"

/*
 * A bar on stderr for what takes over a second: only when stderr is a terminal, and nothing else
 * is written to the same one meanwhile.
 */
struct progress {
	bool wanted;
	bool shown;
	struct clock clk;
	nsec_t start, next;
};

/* OUTPUT: the descriptor that results are written to; -1: none are before the bar is taken away. */
void progress_init(struct progress *p, int output);

/* DONE of SIZE bytes of the file NAME are read; SIZE 0: nobody knows how many there are. */
void progress_show(struct progress *p, const char *name, uint64_t done, uint64_t size);

/* DONE of N of WHAT are done. */
void progress_count(struct progress *p, const char *what, size_t done, size_t n);

/* Take the bar away, before other lines on stderr and at the end. */
void progress_clear(struct progress *p);
