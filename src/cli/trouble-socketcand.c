/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "cli/trouble.h"

/* Why this program cannot be a server. */
static int no_server(const struct session *s, int r)
{
	const char *text = s->address.text;

	switch (r) {
	case -EINVAL:
		return cli_fail(s->cmd, EXIT_USAGE, "--interface '%s': a car listens on "
				"socketcand:[HOST][:PORT][/BUS], as on socketcand::29536", text);
	case -EADDRNOTAVAIL:
		return cli_fail(s->cmd, EXIT_LINK, "'%s': this machine has no such address to listen on: none "
				"is the loopback, 0.0.0.0 is all of them", text);
	default:
		return trouble_listen(s, r);
	}
}

/* Why another one is no server for us. */
static int no_client(const struct session *s, int r)
{
	const char *text = s->address.text;

	switch (r) {
	case -EINVAL:
		return cli_fail(s->cmd, EXIT_USAGE, "--interface '%s': it is socketcand:HOST[:PORT]/BUS, as in "
				"socketcand:pi/can0%s", text, *s->address.where != ':' ? "" :
				"; only 'minikey sim' is a server");
	case -EADDRNOTAVAIL:
		return cli_fail(s->cmd, EXIT_LINK, "'%s': no such host: is its name right? its number does as "
				"well", text);
	case -ECONNREFUSED:
		return cli_fail(s->cmd, EXIT_LINK, "'%s': nobody listens there: start 'socketcand -i BUS' on "
				"it, or give the port that it has", text);
	case -ETIMEDOUT:
	case -EHOSTUNREACH:
	case -ENETUNREACH:
		return cli_fail(s->cmd, EXIT_LINK, "'%s': the host does not answer: is it on, and in this "
				"network? a firewall may shut it off", text);
	case -EPROTO:
		return cli_fail(s->cmd, EXIT_LINK, "'%s': what answers there is no socketcand: is the port "
				"right? socketcand's is 29536", text);
	case -EUSERS:
		return cli_fail(s->cmd, EXIT_LINK, "'%s': the server takes no more clients: end one of them",
				text);
	case -ENODEV:
		return cli_fail(s->cmd, EXIT_LINK, "'%s': the server has no such bus, or cannot open it: start "
				"it with '-i BUS', or name one that it has", text);
	case -ECONNRESET:
		return cli_fail(s->cmd, EXIT_LINK, "'%s': the server hung up: its own messages may say why",
				text);
	case -EMSGSIZE:
		return cli_fail(s->cmd, EXIT_LINK, "%s: the server takes no CAN FD: 8 bytes at most fit into a "
				"frame", text);
	case -EOPNOTSUPP:
		return cli_fail(s->cmd, EXIT_LINK, "%s: the server takes no remote frames", text);
	default:
		return 0;
	}
}

int trouble_socketcand(const struct session *s, int r)
{
	return s->flags & SESSION_PLAYS ? no_server(s, r) : no_client(s, r);
}
