/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdbool.h>

#include "car/allow.h"

/* One row a service; what has no row is refused. */
static const struct allowed {
	uint8_t service;
	uint8_t on;
	uint8_t min, max;	/* bytes of the whole request; 0: any number */
	uint8_t at;		/* the byte that must be 01; 0: none */
	const char *only;	/* that in words */
} allowed[] = {
	/* kbus.md 4.2: ident, fault memory, coding (read), status, end of diagnosis */
	{ 0x00, ALLOW_DS2, 0, 0, 0, NULL },
	{ 0x04, ALLOW_DS2, 0, 0, 0, NULL },
	{ 0x08, ALLOW_DS2, 0, 0, 0, NULL },
	{ 0x0b, ALLOW_DS2, 0, 0, 0, NULL },
	{ 0x9f, ALLOW_DS2, 0, 0, 0, NULL },
	/* kbus.md 2: ping, ignition, sensors, odometer, temperature, vehicle, key, doors */
	{ 0x01, ALLOW_KBUS, 0, 0, 0, NULL },
	{ 0x12, ALLOW_KBUS, 0, 0, 0, NULL },
	{ 0x16, ALLOW_KBUS, 0, 0, 0, NULL },
	{ 0x1d, ALLOW_KBUS, 0, 0, 0, NULL },
	{ 0x53, ALLOW_KBUS, 0, 0, 0, NULL },
	{ 0x73, ALLOW_KBUS, 0, 0, 0, NULL },
	{ 0x79, ALLOW_KBUS, 0, 0, 0, NULL },
	/* The ignition of the K-bus, and the session of UDS that is there anyway. */
	{ 0x10, ALLOW_KBUS, 0, 0, 0, NULL },
	{ 0x10, ALLOW_UDS, 2, 2, 1, "is allowed only as 10 01 (default session)" },
	/* can.md 3.1: ident, faults, local and common identifiers, state, tester present */
	{ 0x18, ALLOW_KWP, 0, 0, 0, NULL },
	{ 0x1a, ALLOW_KWP, 0, 0, 0, NULL },
	{ 0x21, ALLOW_KWP, 0, 0, 0, NULL },
	{ 0x22, ALLOW_KWP | ALLOW_UDS, 0, 0, 0, NULL },
	{ 0x30, ALLOW_KWP, 3, 4, 2, "is allowed only as 30 xx 01 (report the state)" },
	{ 0x3e, ALLOW_KWP | ALLOW_UDS, 0, 0, 0, NULL },
	/* can.md 3.2: faults */
	{ 0x19, ALLOW_UDS, 0, 0, 0, NULL },
};

static bool fits(const struct allowed *a, const uint8_t *req, size_t n)
{
	return (a->min == 0 || n >= a->min) && (a->max == 0 || n <= a->max) &&
	       (a->at == 0 || req[a->at] == 0x01);
}

int allow_request(unsigned int on, const uint8_t *req, size_t n, const char **ret_why)
{
	const char *why = NULL;
	unsigned int good = 0;

	for (size_t i = 0; n > 0 && i < ARRAY_SIZE(allowed); i++) {
		const struct allowed *a = &allowed[i];

		if (a->service != req[0] || !(a->on & on))
			continue;
		if (fits(a, req, n))
			good |= a->on & on;
		else
			why = a->only;
	}
	if (n > 0 && good == on)
		return 0;
	*ret_why = good ? "reads on some cars only; name yours with --car" : why;

	return -EPERM;
}
