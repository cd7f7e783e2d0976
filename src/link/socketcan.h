/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/clock.h"
#include "base/util.h"
#include "link/link.h"

/*
 * A SocketCAN interface, classic and FD. Times are the kernel's receive stamps, turned
 * into CLK's (real). Frames that the socket's buffer lost come as FRAME_LOST before the
 * next frame, or alone when the bus falls silent. CLK must be a real one.
 * -EAFNOSUPPORT: the kernel has no CAN (-EPROTONOSUPPORT: no raw CAN); -ENODEV: no such
 * interface; -EPFNOSUPPORT: it is no CAN interface; -ENETDOWN: it is down.
 */
_must_check_ int link_socketcan_open(const char *ifname, struct clock *clk,
				     struct link **ret_link);

/* What to do about an error of link_socketcan_open(), in a sentence; NULL: not known. */
const char *link_socketcan_hint(int r);
