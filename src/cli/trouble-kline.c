/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "base/err.h"
#include "cli/trouble.h"

/* Of cables that only carry questions and answers. */

int trouble_unheard(const struct session *s)
{
	if (s->address.kind == ADDRESS_KLINE)
		return cli_fail(s->cmd, EXIT_LINK, "on '%s' modules are only asked (keys, status, scan, "
				"faults); the K-bus, where frames are heard, is at the radio, not on the OBD "
				"socket: kbus:%s there", s->address.text, s->address.where);

	return cli_fail(s->cmd, EXIT_LINK, "no frames are heard on '%s', only answers; keys, status, "
			"scan and faults ask there", s->address.text);
}

static bool others_answered(const struct session *s)
{
	for (size_t i = 0; i < DIAG_PROTOCOLS; i++)
		if (s->tp[i] && s->tp[i]->strays)
			return true;

	return false;
}

/* kbus.md 3.1, 3.5 */
const char *trouble_asleep(const struct session *s)
{
	if (s->address.kind == ADDRESS_KLINE && others_answered(s))
		return "other modules answer than those that are asked: does another tester ask on this "
		       "wire? end it, and try again";
	if (s->address.kind == ADDRESS_KLINE)
		return "is the ignition on? body, EWS and cluster are at pin 8 of the OBD socket, the engine at "
		       "7: with pins 7 and 8 joined in the cable all are reached";

	if (s->address.kind == ADDRESS_KDCAN && !s->car)
		return "is the ignition on? an R50, R52 or R53 has no D-CAN: kline: and the port is its address";

	return "is the car awake? switch the ignition on and try again";
}

const char *trouble_again(const struct session *s)
{
	if (address_is_serial(&s->address))
		return "try again; if it stays so, end other testers, or try another cable";

	return "try again";
}

/* What the transports say of their last error, or "". */
static const char *words(const struct session *s)
{
	for (size_t i = 0; i < DIAG_PROTOCOLS; i++)
		if (s->tp[i] && s->tp[i]->why[0])
			return s->tp[i]->why;

	return "";
}

int trouble_kline(const struct session *s, int r)
{
	const char *path = s->address.where, *why = words(s);

	switch (r) {
	case -ENOLINK:
		/* adapters.md 1.4, kbus.md 3.5 */
		if (*why)
			return cli_fail(s->cmd, EXIT_LINK, "no echo on '%s', and %s: this interface keeps back "
					"what it sends, and nothing tells then whether that was heard right; "
					"use a K+DCAN or KKL cable", path, why);
		return cli_fail(s->cmd, EXIT_LINK, "no echo on '%s': the cable has no 12 V, or it is not "
				"on the bus wire; put it into the OBD socket, with the ignition on (ADS and "
				"Bluetooth interfaces never have one: use a K+DCAN or KKL cable)", path);
	case -ECOMM:
		return cli_fail(s->cmd, EXIT_LINK, "what is sent on '%s' does not come back as it was "
				"sent: %s; end other testers, or try another cable ('minikey links' tells what "
				"it is)", path, why);
	case -EBUSY:
		return cli_fail(s->cmd, EXIT_LINK, "the wire of '%s' is never idle: another tester talks, or "
				"this is the K-bus (kbus:%s)", path, path);
	default:
		return cli_fail(s->cmd, EXIT_LINK, "%s: %s", s->address.text, err_text(r));
	}
}
