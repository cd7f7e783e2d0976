/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "link/bytelink.h"
#include "link/link.h"
#include "link/portwire.h"

#define KBUS_WIRE_QUEUE 64

/*
 * A K-bus wire, for the simulated cars: BYTES is a port on it. Frames that are sent go out
 * one after another, each when its last bit is through. What the port sends is heard as
 * frames, and comes back to it: everybody hears all that is on the wire. The link has the
 * name of BYTES, and owns it, also when this fails. -ENOMEM. Its send: -ENOBUFS when
 * KBUS_WIRE_QUEUE frames wait; -EINVAL when it is no K-bus frame.
 */
_must_check_ int kbus_wire_open(struct bytelink *bytes, struct link **ret_link);

/* The wire behind L, which is from kbus_wire_open(): for its faults. */
struct portwire *kbus_wire_inner(struct link *l);

/* Does somebody have the port open? Where the byte link does not tell: yes. */
bool kbus_wire_is_heard(struct link *l);

/* Is something of what was sent until now not through yet? */
bool kbus_wire_busy(struct link *l);
