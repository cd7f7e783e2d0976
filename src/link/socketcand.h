/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "link/bytelink.h"
#include "link/link.h"

/*
 * A bus of a socketcand, elsewhere, as a frame link with the bus's name. WHERE is
 * HOST[:PORT]/BUS (link/socketcand-text.h). A car may be behind it. A frame's time is the
 * server's stamp, as our clock shows it (link/far-clock.h). CAN FD and remote frames are for
 * those servers that know them: of one that does not, the first is told as lost, and sending the
 * others is -EMSGSIZE, -EOPNOTSUPP.
 *
 * -EINVAL: WHERE is not of that form, or CLK is virtual; -EPROTO: what answers there is no
 * socketcand, or says nothing; -EUSERS: it takes no more clients; -ENODEV: it has no such bus;
 * -ECONNRESET: it hung up; and
 * bytelink_tcp_open()'s.
 */
_must_check_ int link_socketcand_client(const char *where, struct clock *clk, struct link **ret_link);

/* As above, over BYTES, which the link owns, also when this fails. */
_must_check_ int link_socketcand_client_on(struct bytelink *bytes, const char *bus,
					   struct link **ret_link);
