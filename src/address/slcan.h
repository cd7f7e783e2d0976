/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <limits.h>

#include "address/new-port.h"
#include "proto/slcan-link.h"
#include "sim/stick.h"

/* What follows "slcan:": "/dev/ttyACM0@100k", "tcp://host:3333", "pty,canable". */
struct slcan_address {
	char port[PATH_MAX];	/* without the rates */
	struct slcan_options options;
	bool is_new;		/* for a simulated car: */
	struct new_port new_port;
	enum stick_kind kind;	/* of the stick there */
};

/*
 * WHERE[@BITRATE[/BITRATE of FD's data]]; a new port[,lawicel|,canable]. -EINVAL, *reterr_why in
 * words.
 */
_must_check_ int address_slcan_parse(const char *where, struct slcan_address *ret,
				     const char **reterr_why);
