/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/util.h"
#include "link/link.h"

struct sim;

struct sim_link_options {
	const char *car; /* "r53" */
	unsigned int built; /* as for sim_built(); 0: not said */
	const char *script_name; /* for messages; must outlive the link. May be NULL */
	const char *script; /* text of a control script, or NULL: none */
	size_t script_len;
	bool end_when_settled; /* recv ends with -ENODATA once sim_settled() */
};

/*
 * A frame link to a simulated car in this process, on CLK: a virtual clock jumps from
 * event to event, a real one waits. The car's time 0 is CLK's now at open. The link is
 * virtual and is called "sim:CAR"; frames have CLK's times.
 *
 * Its recv: -ENODATA as above; -EBADMSG when a script line failed (sim_fault() of
 * sim_link_sim() says which and why); -ENODEV after `fault unplug`, once all frames are
 * out. Its send is heard by the car at CLK's now; -ENODEV after `fault unplug`. The
 * sender does not get its own frame back.
 *
 * -ENOENT: not a simulated car; -ENOMEM. A wrong line in the script does not fail the
 * open: the link is there, the car stands still with its sim_fault(), and the first recv
 * is -EBADMSG, so that the caller finds the fault in the same place.
 */
_must_check_ int sim_link_open(const struct sim_link_options *o, struct clock *clk,
			       struct link **ret);

/*
 * The car behind a link of sim_link_open(). Its time is CLK's now minus
 * sim_link_start().
 */
struct sim *sim_link_sim(struct link *l);

/* CLK's time at which the car's time 0 was. */
nsec_t sim_link_start(struct link *l);

/*
 * Let the car catch up with CLK's now: before sim_do() on its sim, so that the line has
 * the right time. recv and send do it themselves.
 */
void sim_link_catch_up(struct link *l);
