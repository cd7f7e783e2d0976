/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <limits.h>
#include <stdint.h>

#include "address/new-port.h"
#include "base/util.h"
#include "sim/elm327.h"

/* What follows "elm:": "/dev/ttyUSB0@115200", "tcp://host:35000", "pty,clone". */
struct elm_address {
	char port[PATH_MAX];	/* without the rate */
	uint32_t rate;		/* 0: not said */
	bool is_new;		/* for a simulated car: */
	struct new_port new_port;
	enum elm327_kind kind;	/* of the adapter there */
};

/* PORT[@BAUD]; a new port[,clone|,genuine|,stn]. -EINVAL, *reterr_why in words. */
_must_check_ int address_elm_parse(const char *where, struct elm_address *ret,
				   const char **reterr_why);
