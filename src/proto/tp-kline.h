/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "link/bytelink.h"
#include "proto/tp.h"

/*
 * The transports on a K-line through a cable, BYTES, which stays open when they are closed:
 * DS2 (kbus.md 4) and KWP2000 (kbus.md 5). They share the wire, so only one of them may be
 * asking at a time: a request waits until the answer to the one before, by either of them,
 * has come or cannot come any more. -ENOMEM.
 *
 * A request is out, that is, its echo has come back, when they have taken it; before that is
 * a wake-up, if one is needed. Besides the errors of tp.h: -ENOLINK: no echo; -ECOMM: it came
 * back otherwise, each time; -EBUSY: the wire is never idle; -ENODEV: the cable is gone. tp->why
 * says more.
 */
_must_check_ int tp_kline_open(struct bytelink *bytes, struct tp **ret_ds2, struct tp **ret_kwp);
