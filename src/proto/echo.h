/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

/*
 * On a K-line who sends hears himself: the bytes sent come back first, and the last of them
 * says that all are out, as no call on a USB port does (adapters.md 1.4). Pure.
 */
#define ECHO_TIMEOUT (100 * NSEC_PER_MSEC)	/* and the bytes' own time; adapters.md 1.4 */

/*
 * What begins so long after the last bit, begins like the request, and is no echo, is the
 * answer of a DS2 module, which has the same first byte. It waits for 25 ms (own choice, as
 * P2 of kbus.md 5.3), a cable gathers bytes for at most 16 (adapters.md 1.3).
 */
#define ECHO_LATE (20 * NSEC_PER_MSEC)

enum echo_verdict {
	ECHO_WAITING,	/* until DEADLINE */
	ECHO_DONE,
	ECHO_NONE,	/* not one byte came in time; or, AT > 0, only an answer */
	ECHO_CUT,	/* none more in time after AT of them */
	ECHO_DIFFERS,	/* byte AT came back as HEARD, or damaged */
};

struct echo {
	const uint8_t *sent;	/* the caller's */
	size_t n, at;
	uint8_t heard;
	nsec_t deadline, late;
	bool is_late;		/* the first byte came after LATE */
	enum echo_verdict verdict;
};

/* N bytes are sent from NOW on, which takes TIME. */
void echo_begin(struct echo *e, const uint8_t *sent, size_t n, nsec_t time, nsec_t now);

/* The next byte came at NOW, as it is or DAMAGED; not after the verdict. */
enum echo_verdict echo_hear(struct echo *e, uint8_t byte, bool damaged, nsec_t now);

/* Time alone. */
enum echo_verdict echo_tick(struct echo *e, nsec_t now);
