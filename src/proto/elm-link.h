/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "link/bytelink.h"
#include "link/link.h"
#include "proto/elm.h"

#define ELM_RATE 38400	/* of a new adapter: adapters.md 3.3.1 */
#define ELM_RATE_MIN 9600	/* of some clones: adapters.md 3.3.1 */
#define ELM_RATE_MAX 4000000	/* ATBRD01: adapters.md 3.3.8 */

/*
 * The CAN bus of a car's OBD socket, 500 kbit/s and 11 bits (can.md 2.1), behind an adapter that
 * is an ELM327 or an STN chip. On a serial port it is looked for at RATE first, which 0 is
 * ELM_RATE for, then at others that are usual; where it is found at another than RATE it is raised
 * to that. The link owns BYTES, also when this fails. -ETIMEDOUT: nobody answers;
 * -EPROTOTYPE: a Lawicel adapter (slcan) does; -ELOOP: what is sent comes back; -EPROTO: what
 * answers is another kind of thing; -EOPNOTSUPP: it is older than v1.4 and has no raw frames;
 * -ENOMEM; errors of BYTES.
 */
_must_check_ int elm_link_open(struct bytelink *bytes, unsigned int rate, struct link **ret_link);

/* The adapter behind L, which is from elm_link_open(). */
const struct elm *elm_link_adapter(struct link *l);
