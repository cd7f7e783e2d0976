/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim/dongle.h"

/*
 * A simulated CAN stick that speaks Lawicel's text (adapters.md 4), written by hand: it
 * shares nothing with the code that reads it. The bus behind it has any bit rate.
 */
enum stick_kind {
	STICK_LAWICEL,	/* acknowledges all, has time stamps, L, F; no CAN FD */
	STICK_CANABLE,	/* acknowledges nothing; M0, M1, S7 of 750k, CAN FD */
};

/* -ENOMEM. Free it with free(). */
_must_check_ int stick_new(enum stick_kind kind, struct dongle **ret);

/* "lawicel", "canable". -ENOENT. */
_must_check_ int stick_kind_parse(const char *name, enum stick_kind *ret);
