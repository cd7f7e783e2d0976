/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "link/link.h"

/*
 * K-bus frames over a link that has CAN's lengths (DESIGN 1.1): INNER's frames come out
 * with their exact bytes, and go in padded. The wrapper owns INNER, also when this fails.
 * Frames that are no K-bus pass untouched. -ENOMEM.
 */
_must_check_ int kbus_carrier_open(struct link *inner, struct link **ret_link);

/* The link inside L, which is from kbus_carrier_open(). */
struct link *kbus_carrier_inner(struct link *l);
