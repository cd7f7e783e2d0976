/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/util.h"
#include "link/bytelink.h"

/* A port that a simulated adapter is to be on: "pty", "tcp" or "tcp:PORT" of the loopback. */
struct new_port {
	bool tcp;
	uint16_t port;		/* 0: any */
	const char *kind;	/* what follows a comma; NULL: nothing does */
};

/*
 * Is TEXT, what follows the kind of an address, one of these? 1: it is; 0: it is another one's
 * port; -EINVAL: it is neither, *reterr_why in words.
 */
_must_check_ int new_port_parse(const char *text, struct new_port *ret, const char **reterr_why);

/* Errors of bytelink_pty_open(), bytelink_listen(). */
_must_check_ int new_port_open(const struct new_port *p, struct clock *clk,
			       struct bytelink **ret_bytes);
