/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "car/state.h"
#include "link/candump.h"

/* An event as text, in the words of `watch --json`. */
struct event_words {
	const char *name, *value;	/* "driver", "open"; "slot 0", "lock" */
	const char *previous;		/* NULL for FOB, LOST, ERROR */
	char text[2][16];		/* what the above may point to: do not copy the struct */
};

/* *ret is good as long as E's message and word are. */
void event_words(const struct event *e, struct event_words *ret);

/*
 * The frame that told E, as candump_put_frame() and with a NUL; "" for LOST and for a silence. The VIN's bits
 * are zero unless SHOW_VIN. BUF has room for CANDUMP_FRAME_MAX + 1.
 */
void event_put_frame(char *buf, const struct event *e, bool show_vin);
