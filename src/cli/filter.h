/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <argp.h>

#include "car/decoder.h"
#include "link/link.h"

#define FILTER_MAX 32

/* Which frames `monitor` and `decode` show. */
struct filter_args {
	struct link_filter ids[FILTER_MAX];
	size_t n_ids;
	const char *messages[FILTER_MAX];	/* names */
	size_t n_messages;
	const char *grep;		/* text in a message's or signal's name, or in a value */
	bool all;			/* also frames that no DBC knows */
};

extern const struct argp filter_argp;

/* The first of the message names that D does not know, or NULL. */
const char *filter_unknown_message(const struct filter_args *a, const struct decoder *d);

/* DEFAULT_ALL: what holds for frames that no DBC knows when --all was not given. */
bool filter_passes(const struct filter_args *a, const struct decoded *d, bool default_all);
