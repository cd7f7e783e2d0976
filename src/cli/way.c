/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <inttypes.h>

#include "cli/trouble.h"
#include "cli/way.h"
#include "proto/kbus.h"

#define QUEUE_PATIENCE (100 * NSEC_PER_MSEC)

enum { SAID_MANY = 1 << 0, SAID_LONG = 1 << 1, SAID_FORM = 1 << 2, SAID_FULL = 1 << 3, SAID_LOST = 1 << 4 };

/* Is it the first time? */
static bool once(struct way *w, unsigned int what)
{
	bool first = !(w->said & what);

	w->said |= what;

	return first;
}

static void refused(struct way *w, const struct frame *f, const char *why)
{
	uint32_t id = f->id | (f->flags & FRAME_EXT ? 1u << 31 : 0);

	w->refused++;
	for (size_t i = 0; i < w->n_told; i++)
		if (w->told[i] == id)
			return;
	if (w->n_told == WAY_TOLD_MAX) {
		if (once(w, SAID_MANY))
			cli_say(w->from->cmd, "more ids are not sent on %s; they are only counted from now on",
				w->to->address.text);
		return;
	}
	w->told[w->n_told++] = id;
	cli_say(w->from->cmd, "%0*X is not sent on %s: %s", f->flags & FRAME_EXT ? 8 : 3, f->id,
		w->to->address.text, why);
}

/* TO cannot carry F: R. */
static void lost(struct way *w, const struct frame *f, int r)
{
	const char *to = w->to->address.text;
	const struct cmd *cmd = w->from->cmd;

	w->lost++;
	if (r == -EMSGSIZE && kbus_is(f) && f->len > KBUS_DATA_MAX) {
		if (once(w, SAID_LONG))
			cli_say(cmd, "a K-bus frame of %u bytes is lost: CAN FD carries %d", f->len,
				KBUS_DATA_MAX);
	} else if (r == -EMSGSIZE) {
		if (once(w, SAID_LONG))
			cli_say(cmd, "a frame of %u bytes is lost: %s carries 8 (CAN FD needs mtu 72)", f->len,
				to);
	} else if (r == -EINVAL) {
		if (once(w, SAID_FORM))
			cli_say(cmd, "%0*X is lost: it is no frame for %s", f->flags & FRAME_EXT ? 8 : 3,
				f->id, to);
	} else if (r == -ENOBUFS && once(w, SAID_FULL)) {
		cli_say(cmd, "frames are lost: they come faster than %s takes them", to);
	}
}

static bool is_away(int r)
{
	return r == -ENETDOWN || r == -ENODEV || r == -ENXIO;
}

static int hand_over(struct way *w, const struct frame *f, char *why)
{
	struct clock *clk = &w->to->clk;
	nsec_t give_up = clock_now(clk) + QUEUE_PATIENCE;

	for (;;) {
		int r = gate_forward(&w->to->gate, w->to->link, f, why), wait;

		if (r != -ENOBUFS || clock_now(clk) >= give_up)
			return r;
		wait = clock_wait(clk, NULL, 0, clock_now(clk) + NSEC_PER_MSEC);
		if (wait < 0)
			return wait;
	}
}

/* What is no frame of the bus, or our own: 1 when F is one of these. */
static bool stays(struct way *w, const struct frame *f)
{
	if (f->flags & FRAME_LOST) {
		w->lost += f->id;
		if (once(w, SAID_LOST))
			cli_say(w->from->cmd, "frames were lost before they came here: %s was faster",
				w->from->address.text);
	}
	if (f->flags & FRAME_ERR) {
		w->errors++;
		trouble_tell(w->from, f);
	}
	if (f->flags & (FRAME_LOST | FRAME_ERR))
		return true;

	/* In a log it is one that was sent when the log was made. */
	return f->flags & FRAME_TX && !address_is_log(&w->from->address);
}

int way_carry(struct way *w, const struct decoded *dec)
{
	char why[GATE_WHY_MAX] = "";
	struct frame f = *dec->frame;
	int r;

	if (stays(w, &f) || !filter_passes(w->filter, dec, true))
		return 0;
	f.flags &= (uint8_t)~FRAME_TX;
	r = hand_over(w, &f, why);
	if (r == 0) {
		w->frames++;
		return 1;
	}
	if (r == -EPERM) {
		refused(w, &f, why);
		return 0;
	}
	if (r == -EMSGSIZE || r == -EINVAL || r == -ENOBUFS || (is_away(r) && w->to->args->reconnect)) {
		lost(w, &f, r);
		return 0;
	}

	return r;
}

void way_say(const struct way *w)
{
	cli_say(w->from->cmd, "%s to %s: %" PRIu64 " frame%s, %" PRIu64 " lost, %" PRIu64 " refused",
		w->from->address.text, w->to->address.text, w->frames, w->frames == 1 ? "" : "s", w->lost,
		w->refused);
}
