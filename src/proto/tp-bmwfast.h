/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "link/bytelink.h"
#include "proto/tp.h"

/*
 * BMW-FAST telegrams over a byte link (proto/bmwfast.h), one module at a time; the tester
 * is F1. No functional addresses: their format byte is not in can.md 2.3. The byte link stays
 * the caller's. -ENOMEM.
 *
 * A cable gives back what it is sent, also in D-CAN mode (adapters.md 1.2). If it ECHOES for
 * certain, as one at a port of this machine does, receiving is -ENOLINK when nothing comes
 * back, and -ECOMM, with tp->why, when what comes is neither that nor an answer.
 */
_must_check_ int tp_bmwfast_open(struct bytelink *bytes, bool echoes, struct tp **ret_tp);
