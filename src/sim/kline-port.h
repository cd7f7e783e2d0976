/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "link/portwire.h"
#include "sim/kline.h"

/*
 * The K-line of a simulated car on W, which carries neither breaks nor parity. START is the
 * clock's time at the car's 0. Let the car run to the clock's now before each.
 */

/* What its modules say now. The errors of the wire: link/portwire.h. */
_must_check_ int kline_port_speak(struct sim *s, struct portwire *w);

/*
 * Let them hear what the port says, until DEADLINE or until it has said something. 0, or the
 * errors of portwire_recv().
 */
_must_check_ int kline_port_listen(struct sim *s, struct portwire *w, nsec_t start,
				   nsec_t deadline);
