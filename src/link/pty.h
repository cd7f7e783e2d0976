/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "link/bytelink.h"

/*
 * A new pty, from the side where a port's wire is. Its name is the port's path, which other
 * programs open; while none has it open, what is sent is gone, as on a wire. Only for a simulated
 * car or a recording, with nothing else behind it: to this program's other commands the port is
 * virtual (link/pty-proof.h). The port is raw, at 9600 baud, until somebody sets it:
 * bytelink_far_baud(). bytelink_modem(): BYTELINK_DSR and others while somebody has it open.
 * -EINVAL: CLK is virtual; -ENOMEM; what
 * posix_openpt() says.
 */
_must_check_ int bytelink_pty_open(struct clock *clk, struct bytelink **ret_link);
