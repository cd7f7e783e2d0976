/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdint.h>

#include "link/link.h"

/*
 * A bus of this program's, served as socketcand does, in raw mode: each client hears what is
 * sent here and what the other clients send; link_recv() gives what clients send. WHERE is
 * [HOST][:PORT][/BUS] (link/socketcand-text.h); without HOST it listens on the loopback only;
 * PORT 0 is any that is free; BUS is "can0" unless said. The link's name is its address as
 * clients give it, "127.0.0.1:29536/can0".
 *
 * No client holds up another, or the sender: one that does not read loses frames, which it is
 * told, and which are counted.
 *
 * -EINVAL: WHERE is not of that form, or CLK is virtual; -EADDRNOTAVAIL: HOST is no address of
 * this machine; -EADDRINUSE, -EACCES: as bind().
 */
#define SOCKETCAND_CLIENTS_MAX 16
#define SOCKETCAND_SERVER_BUS "can0"

_must_check_ int link_socketcand_server(const char *where, struct clock *clk, struct link **ret_link);

struct socketcand_counts {
	uint64_t lost;		/* frames that a client was too slow for, for each client */
	uint64_t broken;	/* messages of clients that should carry a frame, and did not */
	unsigned int refused;	/* clients over SOCKETCAND_CLIENTS_MAX */
};

/* What happened until now over L, which is from link_socketcand_server(). */
struct socketcand_counts link_socketcand_counts(struct link *l);
