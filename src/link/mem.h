/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/clock.h"
#include "base/util.h"
#include "link/link.h"

#define LINK_MEM_MAX 4096	/* frames that wait in one direction; then -ENOBUFS */

/*
 * Two ends of a bus in memory: what is sent on one is received on the other, the same
 * bytes, with the time of sending on CLK, its receiver's name as bus, and not FRAME_TX.
 * Error and lost frames may be sent too. Set the name of an end before its first frame;
 * it is "mem". When the other end is closed: -ENETDOWN, once all is received. -ENOMEM.
 */
_must_check_ int link_mem_pair(struct clock *clk, struct link **ret_a,
			       struct link **ret_b);
