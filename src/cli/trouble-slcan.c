/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "cli/links-show.h"
#include "cli/trouble-slcan.h"

#define SYS "/sys"
#define CANDLELIGHT_DRIVER "gs_usb"	/* adapters.md 4 */

/* The interface of a candleLight stick, if there is one. */
static bool find_candlelight(char name[CANIF_NAME_MAX])
{
	struct canif *all = NULL;
	int n = canif_list(&all);
	bool found = false;

	for (int i = 0; i < n && !found; i++) {
		char driver[64];

		found = canif_driver(SYS, all[i].name, driver, sizeof(driver)) >= 0 &&
			!strcmp(driver, CANDLELIGHT_DRIVER);
		if (found)
			strcpy(name, all[i].name);
	}
	if (n > 0)
		free(all);

	return found;
}

/* A stick with other firmware is no serial port, but a CAN interface. */
static bool no_port(const struct session *s, const char *port)
{
	char name[CANIF_NAME_MAX];

	if (find_candlelight(name))
		cli_say(s->cmd, "no '%s', but a candleLight stick: it is the CAN interface %s ('sudo minikey "
			"links up %s --bitrate 500k', then -i %s)", port, name, name, name);
	else if (adapter_idle_can(SYS) > 0)
		cli_say(s->cmd, "no '%s', but a candleLight stick: 'sudo modprobe gs_usb' makes it the CAN "
			"interface can0, 'sudo ip link set can0 up type can bitrate 500000' starts it, then "
			"-i can0", port);
	else
		return false;

	return true;
}

bool trouble_slcan(const struct session *s, int r)
{
	char port[PATH_MAX];

	address_port(&s->address, port, sizeof(port));
	if (r == -ENOENT)
		return no_port(s, port);
	if (r == -ERANGE)
		cli_say(s->cmd, "'%s': the adapter does not have this bit rate (S7 is 800k to most, 750k to "
			"CANable's firmware; FD's second rate only the latter's has)", s->address.text);
	else if (r == -EREMOTEIO)
		cli_say(s->cmd, "'%s': the adapter refuses to open its bus; unplug it and try again",
			s->address.text);
	else if (r == -EBADE)
		cli_say(s->cmd, "'%s' refuses all it is told, even to say who it is: unplug it and try again; if "
			"it goes on so, this is no slcan adapter", s->address.text);
	else if (r == -EPROTOTYPE)
		cli_say(s->cmd, "'%s': what answers there is no slcan adapter, but an ELM327: it is elm:%s",
			s->address.text, port);
	else if (r == -EPROTO)
		cli_say(s->cmd, "'%s' sends back what it is sent: this is no slcan adapter, but perhaps "
			"a K-line cable (kline:%s, kbus:%s)", s->address.text, port, port);
	else if (r == -EIO && s->link)
		cli_say(s->cmd, "'%s': the adapter started anew, and could not be opened again",
			s->address.text);
	else
		return false;

	return true;
}

void trouble_slcan_noise(const struct session *s)
{
	const struct slcan_heard *h = address_slcan(&s->address, s->link);

	if (!h)
		return;
	if (h->damaged || h->overruns)
		cli_say(s->cmd, "%s: %" PRIu64 " lines came damaged besides %" PRIu64 " frames; the adapter "
			"said %" PRIu64 " times that it lost some", s->address.text, h->damaged, h->frames,
			h->overruns);
	if (h->refused)
		cli_say(s->cmd, "%s: the adapter refused %" PRIu64 " of the frames to send",
			s->address.text, h->refused);
	if (h->resets)
		cli_say(s->cmd, "%s: the adapter started anew %" PRIu64 " times, and was opened again",
			s->address.text, h->resets);
}

bool trouble_slcan_silence(const struct session *s, char *why, size_t size)
{
	const struct slcan_heard *h = address_slcan(&s->address, s->link);
	const char *at = strrchr(s->address.where, '@');

	if (!h || h->frames)
		return false;
	if (!h->acknowledges && !*h->version)
		snprintf(why, size, "the adapter answered nothing, not even who it is: is it one that speaks "
			 "slcan?");
	else
		snprintf(why, size, "not one frame at %s: the OBD socket has 500k, and is silent unless asked%s; "
			 "the body's K-CAN has @100k", at ? at + 1 : "500k", s->args->poll ? "" : " (--poll)");

	return true;
}
