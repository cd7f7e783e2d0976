/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/util.h"

/* What understands a request. */
enum allow_on {
	ALLOW_DS2 = 1 << 0,
	ALLOW_KBUS = 1 << 1,	/* a plain K-bus request from the tester */
	ALLOW_KWP = 1 << 2,
	ALLOW_UDS = 1 << 3,
};

/*
 * The allow-list (DESIGN 6): does the request REQ (N bytes, the service first) only read,
 * on all of ON? 0, or -EPERM and *ret_why: what is to be said of the service's byte,
 * NULL when it is not on the list at all.
 */
_must_check_ int allow_request(unsigned int on, const uint8_t *req, size_t n,
			       const char **ret_why);
