/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim/dongle.h"

/*
 * A simulated OBD adapter with an ELM327, a clone of it, or an STN chip, on a CAN bus of
 * 500 kbit/s. Written by hand from adapters.md 3; it shares nothing with the code that types
 * to it.
 */
enum elm327_kind {
	ELM327_CLONE,	/* says v1.5, has no ATCSM, ATD1, ATCRA, ATBRD; 256 bytes of buffer */
	ELM327_GENUINE,	/* v2.2, 512 bytes */
	ELM327_STN,	/* STN2120: filters of its own, 2048 bytes */
};

/* -ENOMEM. Free it with free(). */
_must_check_ int elm327_new(enum elm327_kind kind, struct dongle **ret);

/* "clone", "genuine", "stn". -ENOENT. */
_must_check_ int elm327_kind_parse(const char *name, enum elm327_kind *ret);
