/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <limits.h>

#include "proto/slcan-link.h"
#include "sim/stick.h"

/* What follows "slcan:": "/dev/ttyACM0@100k", "tcp://host:3333", "pty,canable". */
struct slcan_address {
	char port[PATH_MAX];	/* without the rates */
	struct slcan_options options;
	bool is_new;		/* "pty": a new one, for a simulated car */
	enum stick_kind kind;	/* of the stick then */
};

/*
 * WHERE[@BITRATE[/BITRATE of FD's data]]; pty[,lawicel|,canable]. -EINVAL, *reterr_why in
 * words.
 */
_must_check_ int address_slcan_parse(const char *where, struct slcan_address *ret,
				     const char **reterr_why);
