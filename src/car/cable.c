/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "car/cable.h"

static void tell(const struct dbc *dbc, const struct dbc_message *m, struct car_state *s, bool on,
		 nsec_t t)
{
	struct frame f = { .t = t, .id = m->id, .flags = FRAME_EXT, .len = 1, .data = { on } };
	struct decoded dec = { .frame = &f, .dbc = dbc, .message = m };
	struct event events[STATE_EVENTS_MAX];

	state_hear(s, &dec, events);
}

const char *cable_hear(struct cable *c, const struct decoder *d, struct car_state *s, int on,
		       nsec_t t)
{
	const struct datum_state *ignition = &s->data[DATUM_IGNITION];
	const struct dbc *dbc = NULL;
	const struct dbc_message *m = decoder_find_name(d, "Cable_Lines", &dbc);

	if (!m)
		return NULL;
	if (on > 0) {
		c->wired = true;
		if (ignition->value == IGNITION_UNKNOWN || ignition->signal->message == m)
			tell(dbc, m, s, true, t);
	} else if (c->wired) {
		tell(dbc, m, s, false, t);
		return "by the cable's DSR line the ignition is off: nothing is asked until it is on again";
	}
	if (on < 0)
		return "neither locks nor ignition are known: there is no DSR line that would say it; "
		       "use a K+DCAN cable on a serial port";

	return "neither locks nor ignition are known: the cable's DSR is off, or not wired; switch "
	       "the ignition on, or use a K+DCAN cable";
}
