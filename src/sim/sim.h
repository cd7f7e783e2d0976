/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/util.h"
#include "link/frame.h"
#include "link/portwire.h"
#include "sim/dongle.h"

/*
 * A simulated car on its body bus: R50 R52 R53 on K-bus, R55..R61 and F54..F60 on K-CAN, cars
 * with Operating System 9 on one that is made up (dbc/os9_sim.dbc). It has its own time, which starts at 0 and passes only in sim_run(); no clock, no I/O. Frames come
 * out of sim_take(); what others send goes into sim_hear(). It obeys procedures.md 1-2 to
 * the nanosecond, and its bytes are written from kbus.md 2 and can.md 1 by hand.
 *
 * A new car stands closed, unlocked, ignition off, key 1 in the lock, or inside where there
 * is none. Fobs 1, 2 hold
 * slots 0, 1 and their keys are transponders 0, 1; fobs 3-5 are unlearned but learnable.
 */
struct sim;

/* What is wrong with a line of the control language, or is not as it expected. */
struct sim_fault {
	/* Of the script, as given to sim_load(); NULL: a line of sim_do(). */
	const char *name;
	unsigned int line; /* from 1; 0: the car itself, out of memory */
	unsigned int column; /* from 1, in bytes */
	/* An `expect` that did not hold (exit 1); else a mistake (exit 8). */
	bool expectation;
	/* One line, without name and position, control characters escaped. */
	char text[320];
};

/* Whether CAR ("r53", lower case) is one of the simulated cars. */
bool sim_knows(const char *car);

/* A new car at its time 0. -ENOENT: not a simulated car; -ENOMEM. */
_must_check_ int sim_new(const char *car, struct sim **ret);
void sim_free(struct sim *s); /* NULL is fine */

/*
 * It was built at BUILT, year * 100 + month; 200506 unless said. That decides which fobs it
 * came with and what their owner can do (procedures.md 2). Before the first line.
 */
void sim_built(struct sim *s, unsigned int built);

/* The car's time now, in ns since its start. */
nsec_t sim_now(const struct sim *s);

/*
 * When the car will do something by itself, script lines included; never before
 * sim_now(). NSEC_NEVER after a fault, or when nothing is left to do.
 */
nsec_t sim_next(const struct sim *s);

/*
 * Let time pass up to and including T, in order; script lines run at their exact times.
 * A T in the past does nothing. Stops early when a script line fails (sim_fault()).
 */
void sim_run(struct sim *s, nsec_t t);

/*
 * Up to MAX frames that the car has sent, oldest first; f->t is the car's own time,
 * f->bus NULL. Returns their number. When nobody takes them the oldest are kept and the
 * rest counted: a FRAME_LOST then stands where they are missing.
 */
size_t sim_take(struct sim *s, struct frame *ret, size_t max);

/*
 * A frame from somebody else, at the car's now. Anything may come; what it does not
 * know, it ignores.
 */
void sim_hear(struct sim *s, const struct frame *f);

/*
 * The script is over and no effect of it is pending. Periodic traffic does not count, nor
 * the silence in which an open initialisation session runs out. A car that has never been
 * given a line is settled once its first picture is out.
 */
bool sim_settled(const struct sim *s);

/* What bytes it is on, when it is not on a bus of frames. */
enum sim_port {
	SIM_PORT_NONE,
	SIM_PORT_KBUS,
	SIM_PORT_KLINE,
};

/* The lines about faults of a serial wire are right from now on. Before the first line. */
void sim_on_port(struct sim *s, enum sim_port wire);

/* True when the faults of its serial wire have changed since the last call: *ret. */
bool sim_take_port_faults(struct sim *s, struct portwire_faults *ret);

/* Whether it still has a wire: false after `fault unplug`. */
bool sim_plugged(const struct sim *s);

/*
 * A whole script. `at` counts from now, `wait` from the line before, a line with neither
 * has the time of the line before; lines run in the order of their times. Every line is
 * checked at once, and none runs when one is wrong. NAME is for messages and must
 * outlive the car; TEXT may hold any bytes and is not kept. -EINVAL and *ret_fault: a
 * wrong line; -ENOMEM.
 */
_must_check_ int sim_load(struct sim *s, const char *name, const char *text, size_t len,
			  struct sim_fault *ret_fault);

/*
 * One line of a control stream, run now unless it is to wait: `at T` counts from the
 * car's start, `wait T` from the line before or from now, whichever is later, and a line
 * after one that still waits goes after it. So a script that is piped in runs as from a
 * file. An empty line or a comment is fine. -EINVAL and *ret_fault: the line is wrong,
 * or failed now (an `expect`, too), and the car goes on; or the car stands still, with
 * its fault. -ENOMEM.
 */
_must_check_ int sim_do(struct sim *s, const char *line, struct sim_fault *ret_fault);

/*
 * The faults of the serial line between the car's bus and whoever listens, for its simulated
 * adapter; lives as long as the car. Without this call there is no such line.
 */
const struct serial_faults *sim_serial(struct sim *s);

/*
 * The script line that failed when its time came, or NULL. The car stands still from
 * then on.
 */
const struct sim_fault *sim_fault(const struct sim *s);

DEFINE_CLEANUP(struct sim *, sim_free);
