/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/util.h"
#include "link/far-clock.h"

/* So far back may a stamp be without its clock having been set: stamped on two processors. */
#define OUT_OF_ORDER NSEC_PER_MSEC

/* A clock whose stamps stay the same for so long is none. */
#define STANDS_STILL (NSEC_PER_SEC / 10)

static void begin(struct far_clock *c, nsec_t shift, nsec_t now)
{
	c->known = true;
	c->begin = now;
	c->shift[0] = c->shift[1] = shift;
}

static bool is_another(const struct far_clock *c, nsec_t stamp, nsec_t now)
{
	return !c->known || stamp < c->stamp - OUT_OF_ORDER ||
	       (stamp == c->stamp && now - c->now > STANDS_STILL);
}

nsec_t far_clock_time(struct far_clock *c, nsec_t stamp, nsec_t now)
{
	nsec_t shift = now - stamp, t;

	if (is_another(c, stamp, now)) {
		begin(c, shift, now);
	} else if (now - c->begin >= FAR_CLOCK_WINDOW) {
		c->shift[1] = now - c->begin < 2 * FAR_CLOCK_WINDOW ? c->shift[0] : shift;
		c->shift[0] = shift;
		c->begin = now;
	}
	c->shift[0] = MIN(c->shift[0], shift);
	t = MAX(MIN(stamp + MIN(c->shift[0], c->shift[1]), now), c->last);
	c->last = t;
	c->stamp = stamp;
	c->now = now;

	return t;
}
