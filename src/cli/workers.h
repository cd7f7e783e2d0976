/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "out/view.h"

/*
 * Frames to lines on several processors, in the order of the frames. Reading and decoding
 * have an order and stay with the caller, who also writes lines whenever there is nothing
 * else to do. Memory is bound, whatever the lengths of lines and logs.
 */
struct workers;

/* Write what is to be shown of D to V's output; nothing else of V changes but its caches. */
typedef void (*workers_line_fn)(struct view *v, const struct decoded *d);

/* How many threads are of use beside the caller's: 0 when one processor is ours. */
unsigned int workers_useful(void);

/*
 * Start up to THREADS of them, for the lines that FN writes with copies of V, which is
 * prepared (view_prepare()). -ENOMEM; -EAGAIN: no thread could be started.
 */
_must_check_ int workers_new(struct view *v, workers_line_fn fn, unsigned int threads,
			     struct workers **ret);

/* The next frame; its bus, message and DBC stay where they are. The error of V's output. */
_must_check_ int workers_put(struct workers *w, const struct decoded *d);

/* Wait until all lines are with V's output. Its error. */
int workers_finish(struct workers *w);

/* Lines that are not finished are thrown away. NULL is fine. */
void workers_free(struct workers *w);
