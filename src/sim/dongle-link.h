/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "link/bytelink.h"
#include "link/link.h"
#include "sim/dongle.h"

/*
 * The bus behind the simulated adapter D, as a frame link for the simulated cars: what is
 * sent is heard by D, and told to the host at BYTES; what the host sends is received. The
 * link has the name of BYTES. It owns both, D to be freed with free(), also when this fails.
 * -ENOMEM.
 */
_must_check_ int dongle_link_open(struct dongle *d, struct bytelink *bytes, struct link **ret_link);

/* The adapter of L, which is from dongle_link_open(). */
struct dongle *dongle_link_dongle(struct link *l);
