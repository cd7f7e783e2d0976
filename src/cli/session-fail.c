/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "base/err.h"
#include "cli/session-inside.h"
#include "cli/trouble.h"
#include "cli/trouble-slcan.h"
#include "link/socketcan.h"
#include "sim/sim.h"

/* What ended a session, in words. */

int session_open_failed(struct session *s, int r)
{
	const char *hint = NULL, *text = s->address.text;

	if (s->address.kind == ADDRESS_LOG)
		return cli_fail(s->cmd, EXIT_INPUT, "cannot read '%s': %s", s->address.where,
				err_text(r));
	if (r == -EDESTADDRREQ)
		return cli_fail(s->cmd, EXIT_USAGE, "'%s' is a new wire for 'minikey sim'%s: give the port "
				"that it prints", text,
				s->address.kind == ADDRESS_KBUS ? " and 'replay'" : "");
	if (address_is_new_wire(&s->address)) {
		int status = trouble_listen(s, r);

		return status ? status : cli_fail(s->cmd, EXIT_LINK, "cannot open '%s': %s", text, err_text(r));
	}
	if (s->address.kind == ADDRESS_ELM && !(address_is_network(&s->address) && r == -EINVAL)) {
		int status = trouble_elm(s, r);

		if (status)
			return status;
	}
	if (s->address.kind == ADDRESS_SOCKETCAND) {
		int status = trouble_socketcand(s, r);

		if (status)
			return status;
	}
	if (s->address.kind == ADDRESS_SLCAN && trouble_slcan(s, r))
		return EXIT_LINK;
	if (address_is_serial(&s->address))
		return address_is_network(&s->address) ? trouble_network(s, r) : trouble_port(s, r);
	if (s->address.kind == ADDRESS_SOCKETCAN)
		hint = link_socketcan_hint(r);
	if (s->address.kind == ADDRESS_SOCKETCAN && sim_knows(s->address.where))
		return cli_fail(s->cmd, EXIT_LINK, "no interface '%s'; the simulated car is sim:%s",
				s->address.where, s->address.where);
	if (s->address.kind == ADDRESS_SOCKETCAN && address_is_scheme(text))
		return cli_fail(s->cmd, EXIT_LINK, "no interface '%s'; an address of this kind goes on after a "
				"colon, and 'minikey links' lists those there are", text);
	if (r == -EAFNOSUPPORT || r == -EPROTONOSUPPORT)
		return cli_fail(s->cmd, EXIT_LINK, "cannot open '%s': this kernel has no CAN: %s", text,
				hint);
	if (r == -ENODEV)
		return cli_fail(s->cmd, EXIT_LINK, "no interface '%s'%s%s", s->address.where,
				hint ? ": " : "", hint ? hint : "");
	if (r == -EPFNOSUPPORT)
		return cli_fail(s->cmd, EXIT_LINK, "'%s' is no CAN interface", s->address.where);

	return cli_fail(s->cmd, EXIT_LINK, "cannot open '%s': %s%s%s", text, err_text(r),
			hint ? ": " : "", hint ? hint : "");
}

int session_sim_failed(struct session *s)
{
	const struct sim_fault *f = sim_fault(sim_link_sim(s->link));

	if (!f)
		return cli_fail(s->cmd, EXIT_INPUT, "%s: the script failed", s->address.text);

	return cli_fail(s->cmd, f->expectation ? EXIT_NO : EXIT_INPUT, "%s:%u:%u: %s",
			f->name ? f->name : s->address.text, f->line, f->column, f->text);
}

const char *session_gone(const struct session *s, int r)
{
	if (address_is_serial(&s->address) && r == -ENODEV)
		return "the cable is gone: was it unplugged?";
	if (s->address.kind == ADDRESS_SOCKETCAND)
		return "the server hung up, or its network is gone";

	return r == -ENODEV ? "the interface is gone" : err_text(r);
}

int session_fail(struct session *s, int r)
{
	if (r == -ECANCELED && clock_interrupted(&s->clk) < 0)
		return EXIT_SIGNAL + s->clk.signal;
	if (r == -ENOMSG)
		return cli_fail(s->cmd, EXIT_INPUT, "%s: not one valid line in it", s->address.where);
	if (r == -ENOBUFS)
		return trouble_queue(s);
	if (r == -EPIPE)
		return EXIT_YES;
	if (s->out.error == r)
		return cli_fail(s->cmd, EXIT_OUTPUT, "cannot write: %s", err_text(r));
	if (s->address.kind == ADDRESS_ELM) {
		int status = trouble_elm(s, r);

		if (status)
			return status;
	}
	if (s->address.kind == ADDRESS_KBUS &&
	    (r == -ENOLINK || r == -ECOMM || r == -EBUSY || r == -EINVAL))
		return trouble_wire(s, r);
	if (!address_hears(&s->address) && (r == -ENOLINK || r == -ECOMM || r == -EBUSY))
		return trouble_kline(s, r);
	if (r == -EOPNOTSUPP && !address_hears(&s->address))
		return trouble_unheard(s);
	if (s->address.kind == ADDRESS_SOCKETCAND && r != -ENODEV) {
		int status = trouble_socketcand(s, r);

		if (status)
			return status;
	}
	if (s->address.kind == ADDRESS_SLCAN && trouble_slcan(s, r))
		return EXIT_LINK;
	if (r == -EBADMSG && s->address.kind == ADDRESS_SIM)
		return session_sim_failed(s);
	if (s->address.kind == ADDRESS_LOG && r == -EOPNOTSUPP)
		return cli_fail(s->cmd, EXIT_LINK, "nothing can be sent to a log; 'minikey record' "
				"and 'minikey convert' write one");
	if (s->address.kind == ADDRESS_LOG)
		return cli_fail(s->cmd, EXIT_INPUT, "cannot read '%s': %s", s->address.where, err_text(r));

	return cli_fail(s->cmd, EXIT_LINK, "%s: %s", s->address.text,
			r == -ENODEV ? session_gone(s, r) : err_text(r));
}
