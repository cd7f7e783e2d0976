/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/num.h"
#include "car/decoder.h"
#include "car/model.h"
#include "car/state.h"
#include "link/candump.h"
#include "proto/kbus.h"
#include "unit.h"

#define MS(t) ((nsec_t)(t)*1000000)

/* A frame as text: whole K-bus bytes "00 05 BF 7A 30 03 F3", or as candump, "2FC#8101". */
static inline struct frame frame_of(const char *text)
{
	uint8_t bytes[KBUS_FRAME_MAX];
	struct frame f = { .t = 0 };
	ssize_t n;

	if (strchr(text, '#')) {
		if (candump_parse_frame(text, strlen(text), &f, NULL) != 0)
			fail_msg("'%s' is no CAN frame", text);
	} else {
		n = hex_parse(text, strlen(text), bytes, sizeof(bytes));
		if (n < 0 || kbus_parse(bytes, (size_t)n, &f) != 0)
			fail_msg("'%s' is no K-bus frame", text);
	}

	return f;
}

/* "r5x", "r56", "f5x"; NULL: not known yet. */
static inline const struct platform *platform_of(const char *id)
{
	const struct platform *const *p = car_platforms();

	if (!id)
		return NULL;
	while (*p && strcmp((*p)->id, id))
		p++;
	assert_non_null(*p);

	return *p;
}

/* A listener: frames go in, changes come out as lines of text. */
struct ear {
	struct decoder decoder;
	struct car_state state;
	struct frame frame;
	struct decoded dec;
	struct event events[STATE_EVENTS_MAX];
	size_t n;
};

static inline void ear_open(struct ear *e, const char *platform)
{
	assert_int_equal(decoder_init(&e->decoder, platform_of(platform)), 0);
	state_init(&e->state);
	e->n = 0;
}

static inline void ear_close(struct ear *e)
{
	decoder_free(&e->decoder);
}

static inline void ear_frame(struct ear *e, const struct frame *f)
{
	e->frame = *f;
	decoder_frame(&e->decoder, &e->frame, &e->dec);
	e->n = state_hear(&e->state, &e->dec, e->events);
	assert_in_range(e->n, 0, STATE_EVENTS_MAX);
}

static inline void ear_hear(struct ear *e, const char *text, nsec_t t)
{
	struct frame f = frame_of(text);

	f.t = t;
	ear_frame(e, &f);
}

/* TEXT is "MESSAGE HEX": the answer to a request of one of D's DBCs; F holds its data. */
static inline int answer_of(const struct decoder *d, const char *text, struct frame *f,
			    struct decoded *ret)
{
	const char *space = strchr(text, ' ');
	const struct dbc_message *m;
	const struct dbc *dbc = NULL;
	char name[40];
	ssize_t n;

	assert_non_null(space);
	snprintf(name, sizeof(name), "%.*s", (int)(space - text), text);
	m = decoder_find_name(d, name, &dbc);
	if (!m)
		fail_msg("no message is called '%s'", name);
	*f = (struct frame){ .t = 1, .id = m->id, .flags = FRAME_EXT };
	n = hex_parse(space + 1, strlen(space + 1), f->data, sizeof(f->data));
	assert_true(n >= 0);
	f->len = (uint8_t)n;

	return decoder_answer(d, dbc, m, f, ret);
}

static inline const char *value_text(enum datum d, int value, char *buf, size_t size)
{
	const char *word = datum_word(d, value);

	snprintf(buf, size, "%d", value);

	return word ? word : buf;
}

/* "door driver open<closed", "fob 0 lock", "lost 5", "error checksum". */
static inline void event_text(const struct event *e, char *buf, size_t size)
{
	char value[16], previous[16];

	if (e->kind == EVENT_FOB)
		snprintf(buf, size, "fob %d %s", e->slot, e->word);
	else if (e->kind == EVENT_BUS)
		snprintf(buf, size, "bus %s<%s", bus_word((enum bus_state)e->value),
			 bus_word((enum bus_state)e->previous));
	else if (e->kind == EVENT_LOST)
		snprintf(buf, size, "lost %d", e->value);
	else if (e->kind == EVENT_ERROR)
		snprintf(buf, size, "error %s", e->word);
	else
		snprintf(buf, size, "%s %s %s<%s", event_kind_word(e->kind),
			 datum_name(e->datum),
			 value_text(e->datum, e->value, value, sizeof(value)),
			 value_text(e->datum, e->previous, previous, sizeof(previous)));
}

static inline int by_text(const void *a, const void *b)
{
	return strcmp((const char *)a, (const char *)b);
}

/* All that was heard last, sorted (their order means nothing), with "; " between. */
static inline const char *ear_text(const struct ear *e, char *buf, size_t size)
{
	char lines[STATE_EVENTS_MAX][80];
	size_t len = 0;

	for (size_t i = 0; i < e->n; i++)
		event_text(&e->events[i], lines[i], sizeof(lines[i]));
	qsort(lines, e->n, sizeof(lines[0]), by_text);
	buf[0] = '\0';
	for (size_t i = 0; i < e->n; i++)
		len += (size_t)snprintf(buf + len, size - len, "%s%s", i ? "; " : "",
					lines[i]);
	assert_in_range(len, 0, size - 1);

	return buf;
}
