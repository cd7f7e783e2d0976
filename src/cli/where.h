/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/util.h"
#include "car/decoder.h"

/*
 * A condition on frames: "Lock_State == locked && !(Speed > 5 || bus == can1)". Compared
 * are signals ("Speed", "Dsc.Speed") with numbers and with words of their value tables,
 * and the fields id (hexadecimal), bus and t. A comparison with a signal that the frame
 * does not carry is false.
 */
struct where;

/* What is wrong, and where; COLUMN counts from 1. */
struct where_fault {
	size_t column;
	const char *why;
};

#define WHERE_NODES_MAX 128

/* -EINVAL and *reterr_fault: TEXT is no condition. -ENOMEM. */
_must_check_ int where_parse(const char *text, struct where **ret, struct where_fault *reterr_fault);

/*
 * Look the signals and words up in D, which must live as long as W is used. -EINVAL and
 * *reterr_fault: there is no such one. -ENOMEM.
 */
_must_check_ int where_bind(struct where *w, const struct decoder *d,
			    struct where_fault *reterr_fault);

/* The time of the recording's first frame, which "t >= +10s" counts from. */
void where_start(struct where *w, nsec_t first);

bool where_holds(const struct where *w, const struct decoded *d);

void where_free(struct where *w);	/* NULL is fine */
DEFINE_CLEANUP(struct where *, where_free);
