/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "address/new-port.h"
#include "base/num.h"
#include "link/pty.h"

/* "tcp" or "tcp:PORT" of N characters. */
static int parse_tcp(const char *text, size_t n, struct new_port *p)
{
	char port[8] = "";
	uint64_t number;

	p->tcp = true;
	if (n == 3)
		return 1;
	if (n - 4 >= sizeof(port))
		return -EINVAL;
	memcpy(port, text + 4, n - 4);
	if (num_parse_uint(port, UINT16_MAX, &number) < 0)
		return -EINVAL;
	p->port = (uint16_t)number;

	return 1;
}

int new_port_parse(const char *text, struct new_port *ret, const char **reterr_why)
{
	size_t n = strcspn(text, ",");
	struct new_port p = { .kind = text[n] ? text + n + 1 : NULL };
	int r = 0;

	if (n == 3 && !strncmp(text, "pty", n))
		r = 1;
	else if (n >= 3 && !strncmp(text, "tcp", 3) && (n == 3 || text[3] == ':') &&
		 strncmp(text, "tcp://", 6) != 0)
		r = parse_tcp(text, n, &p);
	if (r > 0)
		*ret = p;
	else if (r < 0)
		*reterr_why = "of an adapter on the network it is tcp://HOST:PORT; of a simulated car "
			      "tcp:PORT, or tcp for any port that is free";

	return r;
}

int new_port_open(const struct new_port *p, struct clock *clk, struct bytelink **ret_bytes)
{
	return p->tcp ? bytelink_listen(p->port, clk, ret_bytes) : bytelink_pty_open(clk, ret_bytes);
}
