/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "link/bytelink.h"
#include "link/link.h"

/*
 * A frame link on which no frames are heard, and none can be sent: for adapters that only
 * carry questions and answers, over BYTES. It owns BYTES, also when this fails. -ENOMEM.
 */
_must_check_ int link_silent_open(struct bytelink *bytes, struct link **ret_link);

/* The byte link inside L, which is from link_silent_open(). */
struct bytelink *link_silent_bytes(struct link *l);
