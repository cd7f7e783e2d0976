/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/slcan-time.h"
#include "proto/slcan.h"

#define PERIOD (SLCAN_STAMP_PERIOD * NSEC_PER_MSEC)

/* Further apart than this, the adapter's clock was set back, or runs in another way. */
#define ASTRAY (2 * NSEC_PER_SEC)

#define DRIFT 10000	/* the offset may grow by one part in this: 100 ppm, a poor crystal */

void slcan_time_init(struct slcan_time *t)
{
	*t = (struct slcan_time){ .stamp = -1 };
}

/* How much time the adapter says has passed, with the minutes that we know of. */
static nsec_t passed(const struct slcan_time *t, int stamp, nsec_t came)
{
	int ms = (stamp - t->stamp + SLCAN_STAMP_PERIOD) % SLCAN_STAMP_PERIOD;
	nsec_t d = ms * NSEC_PER_MSEC, rest = came - t->came - d;
	nsec_t minutes = rest > 0 ? (rest + PERIOD / 2) / PERIOD : 0;

	return d + minutes * PERIOD;
}

static nsec_t forward(struct slcan_time *t, nsec_t at)
{
	t->last = MAX(t->last, at);

	return t->last;
}

nsec_t slcan_time_of(struct slcan_time *t, int stamp, nsec_t came)
{
	nsec_t d, late;

	if (stamp < 0)
		return forward(t, came);
	d = t->runs ? passed(t, stamp, came) : 0;
	t->device = t->runs ? t->device + d : 0;
	late = t->runs ? came - (t->device + t->offset) : 0;
	if (!t->runs || late > ASTRAY || late < -ASTRAY)
		t->offset = came - t->device;
	else if (late < 0)
		t->offset += late;	/* it came sooner after than any before */
	else
		t->offset += MIN(late, d / DRIFT);
	t->runs = true;
	t->stamp = stamp;
	t->came = came;

	return forward(t, t->device + t->offset);
}
