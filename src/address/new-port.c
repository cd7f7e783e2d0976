/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "address/new-port.h"
#include "base/num.h"
#include "link/pty.h"

bool new_port_parse(const char *text, struct new_port *ret)
{
	size_t n = strcspn(text, ",");
	struct new_port p = { .kind = text[n] ? text + n + 1 : NULL };
	char port[8] = "";
	uint64_t number;

	if (n == 3 && !strncmp(text, "pty", n)) {
		*ret = p;
		return true;
	}
	p.tcp = true;
	if (strncmp(text, "tcp", 3) != 0 || n > 3 + sizeof(port))
		return false;
	if (n > 3) {
		memcpy(port, text + 4, n - 4);
		if (text[3] != ':' || num_parse_uint(port, UINT16_MAX, &number) < 0)
			return false;
		p.port = (uint16_t)number;
	}
	*ret = p;

	return true;
}

int new_port_open(const struct new_port *p, struct clock *clk, struct bytelink **ret_bytes)
{
	return p->tcp ? bytelink_listen(p->port, clk, ret_bytes) : bytelink_pty_open(clk, ret_bytes);
}
