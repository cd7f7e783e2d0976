/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>

#include "sim/car.h"
#include "sim/sim-link.h"

struct sim_link {
	struct link link;
	struct sim *sim;
	nsec_t start; /* the clock's time at the car's 0 */
	bool end_when_settled;
	char name[16];
};

_Static_assert(offsetof(struct sim_link, link) == 0, "link must come first");

static struct sim_link *from(struct link *l)
{
	return container_of(l, struct sim_link, link);
}

void sim_link_catch_up(struct link *l)
{
	struct sim_link *sl = from(l);

	sim_run(sl->sim, clock_now(l->clk) - sl->start);
}

static int sim_link_send(struct link *l, const struct frame *f)
{
	struct sim_link *sl = from(l);

	sim_link_catch_up(l);
	if (!sim_plugged(sl->sim))
		return -ENODEV;
	sim_hear(sl->sim, f);

	return 0;
}

static size_t take(struct sim_link *sl, struct frame *ret, size_t max)
{
	size_t n = sim_take(sl->sim, ret, max);

	for (size_t i = 0; i < n; i++) {
		ret[i].t += sl->start;
		ret[i].bus = sl->link.name;
	}

	return n;
}

/* Why nothing will come any more, or 0. */
static int over(const struct sim_link *sl)
{
	if (sim_fault(sl->sim))
		return -EBADMSG;
	if (!sim_plugged(sl->sim))
		return -ENODEV;

	return sl->end_when_settled && sim_settled(sl->sim) ? -ENODATA : 0;
}

static int sim_link_recv(struct link *l, struct frame *ret, size_t max, nsec_t deadline)
{
	struct sim_link *sl = from(l);

	for (;;) {
		nsec_t next, until = deadline;
		size_t n;
		int r = clock_interrupted(l->clk);

		if (r < 0)
			return r;
		sim_link_catch_up(l);
		n = take(sl, ret, max);
		if (n > 0)
			return (int)n;
		r = over(sl);
		if (r < 0)
			return r;

		next = sim_next(sl->sim);
		if (next != NSEC_NEVER)
			until = MIN(deadline, sl->start + next);
		if (clock_now(l->clk) >= deadline)
			return 0;
		r = clock_wait(l->clk, NULL, 0, until);
		if (r < 0)
			return r;
		if (clock_now(l->clk) < until)
			return 0; /* a watched descriptor is ready */
	}
}

static void sim_link_close(struct link *l)
{
	struct sim_link *sl = from(l);

	sim_free(sl->sim);
	free(sl);
}

static const struct link_ops sim_link_ops = {
	.send = sim_link_send,
	.recv = sim_link_recv,
	.close = sim_link_close,
};

int sim_link_open(const struct sim_link_options *o, struct clock *clk, struct link **ret)
{
	_cleanup_(sim_freep) struct sim *sim = NULL;
	struct sim_fault fault;
	struct sim_link *sl;
	int r = sim_new(o->car, &sim);

	if (r < 0)
		return r;
	if (o->built)
		sim_built(sim, o->built);
	if (o->script) {
		r = sim_load(sim, o->script_name, o->script, o->script_len, &fault);
		if (r == -EINVAL)
			sim_stop(sim, &fault);
		else if (r < 0)
			return r;
	}
	sl = calloc(1, sizeof(*sl));
	if (!sl)
		return -ENOMEM;

	snprintf(sl->name, sizeof(sl->name), "sim:%s", o->car);
	sl->link = (struct link){
		.ops = &sim_link_ops,
		.clk = clk,
		.name = sl->name,
		.is_virtual = true,
	};
	sl->start = clock_now(clk);
	sl->end_when_settled = o->end_when_settled;
	sl->sim = sim;
	sim = NULL;
	*ret = &sl->link;

	return 0;
}

struct sim *sim_link_sim(struct link *l)
{
	return from(l)->sim;
}

nsec_t sim_link_start(struct link *l)
{
	return from(l)->start;
}
