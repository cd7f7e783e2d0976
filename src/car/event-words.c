/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "car/event-words.h"

static const char *datum_text(enum datum d, int value, char *buf, size_t size)
{
	const char *word = datum_word(d, value);

	if (word)
		return word;
	snprintf(buf, size, "%d", value);

	return buf;
}

void event_words(const struct event *e, struct event_words *ret)
{
	const size_t size = sizeof(ret->text[0]);

	ret->previous = NULL;
	if (e->kind == EVENT_FOB) {
		snprintf(ret->text[0], size, "slot %d", e->slot);
		ret->name = ret->text[0];
		ret->value = e->word;
	} else if (e->kind == EVENT_LOST) {
		snprintf(ret->text[0], size, "%d", e->value);
		ret->name = "frames";
		ret->value = ret->text[0];
	} else if (e->kind == EVENT_BUS) {
		ret->name = "bus";
		ret->value = bus_word((enum bus_state)e->value);
		ret->previous = bus_word((enum bus_state)e->previous);
	} else if (e->kind == EVENT_ERROR) {
		ret->name = e->message ? e->message->name : "bus";
		ret->value = e->word;
	} else {
		ret->name = datum_name(e->datum);
		ret->value = datum_text(e->datum, e->value, ret->text[0], size);
		ret->previous = datum_text(e->datum, e->previous, ret->text[1], size);
	}
}

void event_put_frame(char *buf, const struct event *e, bool show_vin)
{
	struct decoded dec = { .frame = e->frame, .message = e->message };
	struct frame f;

	*buf = '\0';
	if (!e->frame)
		return;
	f = *e->frame;
	if (!show_vin)
		decoded_mask_vin(&dec, &f);
	buf[candump_put_frame(buf, &f)] = '\0';
}
