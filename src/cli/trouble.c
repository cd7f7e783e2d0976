/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <grp.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "cli/trouble.h"
#include "dbc/codec.h"
#include "cli/trouble-slcan.h"
#include "link/canif.h"
#include "link/socketcand-server.h"
#include "proto/kbus-carrier.h"
#include "proto/kbus-link.h"
#include "proto/kbus-send.h"

#define WHY_MAX 256

/* Is WORD, a text that stays, not told yet? From now on it is; the place for it is free. */
static bool is_new(struct session *s, const char *word)
{
	for (size_t i = 0; i < s->n_told; i++)
		if (s->told[i] == word)
			return false;
	if (s->n_told < SESSION_TOLD_MAX)
		s->told[s->n_told++] = word;
	if (s->bar)
		progress_clear(s->bar);

	return true;
}

void trouble_car(struct session *s, const struct decoded *dec)
{
	const struct dbc_signal *type = dec->message ? dbc_find_signal(dec->message, "Vehicle_Type") : NULL;
	const struct car_model *car;
	const char *word;
	uint64_t raw;

	if (!type || !dbc_get_raw(type, dec->frame->data, dec->frame->len, &raw))
		return;
	word = dbc_word(type, raw);
	car = word ? car_model_find(word) : NULL;
	if (word && (!car || car->platform != s->decoder.platform) && is_new(s, word))
		cli_say(s->cmd, "%s: by its cluster this car is an %s, and no MINI that is known here: what is "
			"said of it may be wrong", s->address.text, word);
}

void trouble_tell(struct session *s, const struct frame *f)
{
	const char *word;

	if (!(f->flags & FRAME_ERR))
		return;
	word = frame_error_word(f);
	if (!is_new(s, word))
		return;
	cli_say(s->cmd, "%s: %s: %s", s->address.text, word, frame_error_text(word));
}

/* The controller's state and what it means; false: it is as it should be. */
static bool why_state(const struct session *s, char why[WHY_MAX])
{
	struct canif ci;
	const char *state;

	if (s->address.kind != ADDRESS_SOCKETCAN || canif_get(s->address.where, &ci) < 0)
		return false;
	state = ci.controller.state;
	if (!state || !strcmp(state, "error-active"))
		return false;
	snprintf(why, WHY_MAX, "the controller is %s: %s", state, frame_error_text(state));

	return true;
}

static int no_permission(const struct session *s, const char *path)
{
	const struct group *g = NULL;
	struct stat st;

	if (stat(path, &st) == 0 && (st.st_mode & S_IRGRP) && (st.st_mode & S_IWGRP))
		g = getgrgid(st.st_gid);
	if (!g)
		return cli_fail(s->cmd, EXIT_LINK, "no permission for '%s', and none for its group either: "
				"see 'ls -l %s'", path, path);

	return cli_fail(s->cmd, EXIT_LINK, "no permission for '%s', its group '%s' has it: 'sudo usermod "
			"-aG %s $USER', then log in again", path, g->gr_name, g->gr_name);
}

/* What even parity is for: DS2 on the K-line, the K-bus (kbus.md 1.1, 4.1). */
static int no_parity(const struct session *s, const char *where)
{
	return cli_fail(s->cmd, EXIT_LINK, "'%s' cannot do even parity, which the %s has (9600 8E1): a "
			"cable with an FTDI chip can", where,
			s->address.kind == ADDRESS_KBUS ? "K-bus" : "K-line");
}

static int no_cts(const struct session *s, const char *where)
{
	return cli_fail(s->cmd, EXIT_LINK, "'%s' has no CTS line: leave out ',cts', silence tells that "
			"the bus is free", where);
}

int trouble_port(const struct session *s, int r)
{
	char path[PATH_MAX];

	address_port(&s->address, path, sizeof(path));
	switch (r) {
	case -ENOENT:
	case -ENOTDIR:
		if (!address_hears(&s->address) && strpbrk(path, "@,"))
			return cli_fail(s->cmd, EXIT_LINK, "no '%s': nothing goes after the port here, its rate "
					"and lines are known", path);
		return cli_fail(s->cmd, EXIT_LINK, "no '%s': is the cable plugged in? 'minikey links' "
				"lists those that are", path);
	case -ENOTTY:
	case -EISDIR:
		return cli_fail(s->cmd, EXIT_LINK, "'%s' is no serial port; 'minikey links' lists them",
				path);
	case -EBUSY:
		return cli_fail(s->cmd, EXIT_LINK, "'%s' is in use by another program: end that first",
				path);
	case -EOPNOTSUPP:
		return no_parity(s, path);
	case -ENOPROTOOPT:
		return no_cts(s, path);
	case -EACCES:
	case -EPERM:
		return no_permission(s, path);
	case -EIO:
	case -ENXIO:
	case -ENODEV:
		return cli_fail(s->cmd, EXIT_LINK, "'%s': there is no port behind this name; 'minikey "
				"links' lists those that are there", path);
	default:
		return cli_fail(s->cmd, EXIT_LINK, "cannot open '%s': %s", path, err_text(r));
	}
}

int trouble_network(const struct session *s, int r)
{
	const char *text = s->address.text;

	switch (r) {
	case -EINVAL:
		return cli_fail(s->cmd, EXIT_USAGE, "--interface '%s': a network address is "
				"tcp://HOST:PORT or rfc2217://HOST:PORT", text);
	case -EPROTONOSUPPORT:
		return cli_fail(s->cmd, EXIT_LINK, "%s: the server there does not speak RFC 2217: set it up "
				"for that, or set its port there and say tcp:// here", text);
	case -EOPNOTSUPP:
		return no_parity(s, text);
	case -ENOPROTOOPT:
		return no_cts(s, text);
	case -ERANGE:
		return cli_fail(s->cmd, EXIT_LINK, "%s: the port there says that it cannot have the rate that "
				"is needed", text);
	case -ENODEV:
		return cli_fail(s->cmd, EXIT_LINK, "%s: the server hung up: does another client use it?", text);
	case -ECONNREFUSED:
		return cli_fail(s->cmd, EXIT_LINK, "cannot open '%s': %s: does the server run, at that port?",
				text, err_text(r));
	case -ETIMEDOUT:
	case -EHOSTUNREACH:
	case -ENETUNREACH:
		return cli_fail(s->cmd, EXIT_LINK, "cannot open '%s': %s: is this computer in the same "
				"network?", text, err_text(r));
	case -EADDRNOTAVAIL:
		return cli_fail(s->cmd, EXIT_LINK, "cannot open '%s': %s: is its name right? its number does "
				"as well", text, err_text(r));
	default:
		return cli_fail(s->cmd, EXIT_LINK, "cannot open '%s': %s", text, err_text(r));
	}
}

int trouble_listen(const struct session *s, int r)
{
	const char *text = s->address.text;

	switch (r) {
	case -EADDRINUSE:
		return cli_fail(s->cmd, EXIT_LINK, "'%s': another program has this port: give another, or "
				"0 for any that is free", text);
	case -EACCES:
		return cli_fail(s->cmd, EXIT_LINK, "'%s': ports below 1024 are root's: give another", text);
	default:
		return 0;
	}
}

static void tell_served(const struct session *s)
{
	struct socketcand_counts c = link_socketcand_counts(kbus_carrier_inner(s->link));

	if (c.lost || c.broken || c.refused)
		cli_say(s->cmd, "%s: %" PRIu64 " frames were lost, for clients that were too slow; %" PRIu64
			" messages carried no frame; %u clients found no room", s->address.text, c.lost,
			c.broken, c.refused);
}

/* What was wrong with the bytes that are in no frame, as far as there is a count of it. */
static void tell_skipped(const struct session *s, const struct kbus_heard *h)
{
	const struct {
		uint64_t n;
		const char *one, *many;
	} faults[] = {
		{ h->counts.checksum, "frame with a wrong checksum", "frames with a wrong checksum" },
		{ h->counts.cut, "frame cut short", "frames cut short" },
		{ h->counts.length, "frame of an impossible length",
		  "frames of an impossible length" },
		{ h->counts.damaged, "damaged byte", "damaged bytes" },
		{ h->port.overrun, "byte that the port lost", "bytes that the port lost" },
	};
	const char *comma = ": ";
	char why[WHY_MAX] = "";
	size_t n = 0;

	if (h->counts.skipped == 0 && h->port.overrun == 0)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		if (faults[i].n == 0)
			continue;
		n += (size_t)snprintf(why + n, sizeof(why) - n, "%s%" PRIu64 " %s", comma, faults[i].n,
				      faults[i].n == 1 ? faults[i].one : faults[i].many);
		comma = ", ";
	}
	cli_say(s->cmd, "%s: %" PRIu64 " of %" PRIu64 " bytes were in no frame%s", s->address.text,
		h->counts.skipped, h->bytes, n > 0 ? why : ": the rest of a frame, or noise");
}

void trouble_noise(const struct session *s)
{
	struct kbus_heard h;

	if (s->address.kind == ADDRESS_SOCKETCAND && s->flags & SESSION_PLAYS && s->link)
		tell_served(s);
	if (s->address.kind == ADDRESS_ELM && s->link && !address_is_new_wire(&s->address))
		trouble_elm_noise(s);
	trouble_slcan_noise(s);
	if (s->address.kind != ADDRESS_KBUS || address_is_new_wire(&s->address) || !s->link)
		return;
	h = kbus_link_heard(s->link);
	if (h.collisions)
		cli_say(s->cmd, "%s: %" PRIu64 " collision%s: something else came back for what was sent",
			s->address.text, h.collisions, h.collisions == 1 ? "" : "s");
	tell_skipped(s, &h);
}

#define WHOSE_BYTES "is this the K-bus wire, is the cable's ground connected?"

static const char garbage[] = "bytes come, but no frame of a known device: " WHOSE_BYTES;

void trouble_garbage(struct session *s)
{
	if (s->address.kind == ADDRESS_KBUS && !address_is_new_wire(&s->address) && !s->away &&
	    kbus_link_is_garbage(s->link) && is_new(s, garbage))
		cli_say(s->cmd, "%s: %s", s->address.text, garbage);
}

/* Why the K-bus wire is silent (kbus.md 1.1, adapters.md 2). */
static const char *why_wire(struct session *s)
{
	struct kbus_heard h;

	if (s->address.kind != ADDRESS_KBUS)
		return NULL;
	h = kbus_link_heard(s->link);
	if (kbus_link_is_garbage(s->link))
		return is_new(s, garbage) ? garbage : "only bytes of something else came";
	if (h.sent || h.counts.frames)
		return NULL;	/* it is the wire */
	if (h.bytes)
		return "bytes came, but no frame: " WHOSE_BYTES;

	return "not one byte came: the bus sleeps after 60 s (switch the ignition on), or this is the OBD "
	       "socket, which has no K-bus: it is at the radio or the CD changer, with 12 V for the cable";
}

int trouble_wire(struct session *s, int r)
{
	const char *text = s->address.text, *port = s->address.port;

	switch (r) {
	case -ENOLINK:
		return cli_fail(s->cmd, EXIT_LINK, "no echo on %s: the cable has no 12 V, it is not on the bus "
				"wire, or it only listens", port);
	case -ECOMM:
		return cli_fail(s->cmd, EXIT_LINK, "%s: not sent: something else came back three times: others "
				"speak at the same time, or a second tester is on the bus; try again", text);
	case -EBUSY:
		return cli_fail(s->cmd, EXIT_LINK, "%s: not sent: the bus was never idle for 10 ms%s", text,
				s->address.cts ? ", or the interface's CTS says so: try without ',cts'" :
				": is this the K-bus wire, at 9600 baud? 'minikey monitor --all' shows what is on it");
	default:
		return cli_fail(s->cmd, EXIT_LINK, "%s: not sent: it is no K-bus frame (id 1B, source, "
				"destination, command), and the wire carries only those", text);
	}
}

int trouble_too_long(struct session *s, const struct frame *f)
{
	if (s->address.kind == ADDRESS_KBUS)
		return cli_fail(s->cmd, EXIT_LINK, "%s: not sent: %u bytes of data, and a K-bus frame that is "
				"sent has at most %d (37 in all)", s->address.text, f->len, KBUS_SEND_BYTES - 5);

	return cli_fail(s->cmd, EXIT_LINK, "%s does not carry %u bytes (CAN FD needs mtu 72)",
			s->address.text, f->len);
}

int trouble_queue(struct session *s)
{
	char why[WHY_MAX] = "frames come faster than the bus takes them";

	(void)why_state(s, why);

	return cli_fail(s->cmd, EXIT_LINK, "%s: the queue for sending is full: %s", s->address.text, why);
}

int trouble_silence(struct session *s, const char *what, const char *otherwise)
{
	const char *wire = why_wire(s);
	char why[WHY_MAX];

	if (why_state(s, why) || trouble_slcan_silence(s, why, sizeof(why)))
		wire = why;

	return cli_fail(s->cmd, EXIT_NO_ANSWER, "%s on %s: %s", what, s->address.text,
			wire ? wire : otherwise);
}
