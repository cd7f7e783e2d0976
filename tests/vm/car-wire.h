/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim/kline.h"

/*
 * A simulated car on one wire of a cable, byte by byte: the K-bus, or the K-line of the OBD
 * plug with its modules. Time is the car's, in ns since its start.
 */
struct car_wire;

/* -ENOENT: no such simulated car; -ENOMEM. */
_must_check_ int car_wire_new(const char *car, bool kline, struct car_wire **ret);
void car_wire_free(struct car_wire *w);

struct sim *car_wire_sim(struct car_wire *w);

/* When it does something by itself; NSEC_NEVER. */
nsec_t car_wire_next(const struct car_wire *w);

/* Let time pass up to T. True: it stopped at a byte of the car that is through now. */
bool car_wire_run(struct car_wire *w, nsec_t t, struct sim_byte *ret);

/* A byte of the cable, whose stop bit ends now. */
void car_wire_hear(struct car_wire *w, const struct sim_byte *b);

/* The cable held the wire low. */
void car_wire_low(struct car_wire *w, nsec_t begin, nsec_t end);
