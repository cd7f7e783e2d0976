/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>

#include "base/util.h"

/*
 * Whether a simulated car of this program, and nothing else, is behind a pty (DESIGN 6). Whoever
 * plays it holds two descriptors: the pty's master, and an empty file in memory whose name says
 * of which pty, down to the device number of its devpts. Only the link that `sim` opens makes
 * that file (tests/lint/layers.sh), a bridge does not. The other side believes it of a process
 * that runs the same file as itself, by device and inode, and of no other: there a name would
 * prove nothing. All that cannot be read is no proof.
 */

/*
 * Say so of the port PORT. The descriptor that says it as long as it is open; negative errno:
 * nobody will believe it.
 */
_must_check_ int pty_proof_make(const char *port);

/* FD is the port of a pty, open. */
bool pty_proof_find(int fd);
