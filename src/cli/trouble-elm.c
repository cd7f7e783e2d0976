/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cli/trouble.h"
#include "proto/elm-link.h"

/* Nothing answers. At which rates only matters where there are any. */
static int no_answer(const struct session *s, const char *port)
{
	const char *at = strrchr(s->address.where, '@');
	char rate[16], rates[64] = "";

	snprintf(rate, sizeof(rate), "%d", ELM_RATE);
	if (strncmp(port, "tcp://", 6) != 0 && !address_is_pty(&s->address))
		snprintf(rates, sizeof(rates), " at %.15s baud or another usual rate", at ? at + 1 : rate);

	return cli_fail(s->cmd, EXIT_LINK, "%s: no adapter answers%s: is it in the OBD socket, which powers it? "
			"a stick for CAN is slcan:%s", s->address.text, rates, port);
}

int trouble_elm(const struct session *s, int r)
{
	const char *text = s->address.text;
	char port[PATH_MAX];

	address_port(&s->address, port, sizeof(port));
	switch (r) {
	case -ETIMEDOUT:
		return no_answer(s, port);
	case -EPROTOTYPE:
		return cli_fail(s->cmd, EXIT_LINK, "%s: what answers there is no ELM327, but a stick for CAN: "
				"it is slcan:%s", text, port);
	case -ELOOP:
		return cli_fail(s->cmd, EXIT_LINK, "%s: what is there echoes, but does not answer: an adapter "
				"that hangs (unplug it, and try again), or the wire of a K-line cable (kline:%s, "
				"kbus:%s)", text, port, port);
	case -EPROTO:
		return cli_fail(s->cmd, EXIT_LINK, "%s: what answers there is no ELM327: is it another kind of "
				"adapter (slcan:%s), or another rate (@115200)?", text, port);
	case -EIO:
		return cli_fail(s->cmd, EXIT_LINK, "%s: the adapter does not answer any more: unplug it, and "
				"plug it in again", text);
	case -EOPNOTSUPP:
		return cli_fail(s->cmd, EXIT_LINK, s->link ? "%s: this adapter sends frames with 11-bit ids "
				"and up to 8 bytes only" : "%s: this adapter has no raw CAN frames: an ELM327 has them "
				"from version 1.4 on, and some clones have not", text);
	default:
		return 0;
	}
}

void trouble_elm_noise(const struct session *s)
{
	const struct elm_counts *c = &elm_link_adapter(s->link)->counts;

	if (c->full || c->damaged || c->resets)
		cli_say(s->cmd, "%s: the adapter's buffer was full %" PRIu64 " times, %" PRIu64 " lines were no "
			"frame, it started anew %" PRIu64 " times; what was lost then is not known exactly",
			s->address.text, c->full, c->damaged, c->resets);
}
