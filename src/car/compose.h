/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "car/decoder.h"

#define COMPOSE_WHY_MAX 160

/*
 * Message NAME of the decoder's DBCs as a frame: at rest (attribute Idle), with the N
 * assignments "SIGNAL=VALUE" (a word of the value table or a number) put in, its
 * multiplexor set to suit them, and its checksum made good.
 * -ENOENT: no such message; -EINVAL: it is on no bus (DiagRequest), or an assignment is wrong;
 * WHY says it in words.
 */
_must_check_ int compose_message(const struct decoder *d, const char *name,
				 char *const *assignments, size_t n, struct frame *ret_frame,
				 char *why);

/* M at rest: its id, its length and the bytes of the attribute Idle. */
void compose_idle(const struct dbc *dbc, const struct dbc_message *m, struct frame *ret);
