/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "link/link.h"
#include "link/portwire.h"

/*
 * A frame link on which no frames are heard, and none can be sent, with a wire in it that its
 * owner drives himself: see portwire_open(). It has the name of BYTES.
 */
_must_check_ int portwire_link_open(struct bytelink *bytes, unsigned int baud,
				    struct link **ret_link);

/* The wire inside L, which is from portwire_link_open(). */
struct portwire *portwire_link_wire(struct link *l);
