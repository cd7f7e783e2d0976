/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "link/bytelink.h"
#include "link/tty.h"

int bytelink_open(const char *where, const struct bytelink_line *line, struct clock *clk,
		  struct bytelink **ret_link)
{
	if (!strncmp(where, "rfc2217://", 10))
		return bytelink_rfc2217_open(where, line, clk, ret_link);
	if (strstr(where, "://"))
		return bytelink_tcp_open(where, clk, ret_link);

	return bytelink_tty_open(where, line, clk, ret_link);
}
