/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "link/bytelink.h"

/*
 * The serial port PATH, for this program alone. It is set as LINE says, and to hand on what
 * it receives at once (low latency). Where it has no modem lines or no latency to set, as a
 * pty, it does without; a pty has no parity either. It is
 * virtual where a simulated car of this program is behind it (link/pty-proof.h), else a car's.
 * -ENOTTY: no serial port; -EBUSY: another program has it; -EIO: nothing is behind it;
 * -EOPNOTSUPP: its driver has no parity; -EINVAL: CLK is virtual; -ENOMEM; what open() says.
 */
_must_check_ int bytelink_tty_open(const char *path, const struct bytelink_line *line,
				   struct clock *clk, struct bytelink **ret_link);

/* Is PATH the port of a pty? */
bool tty_is_pty(const char *path);
