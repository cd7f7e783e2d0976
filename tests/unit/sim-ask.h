/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim-play.h"

/*
 * A tester on D-CAN, can.md 2.1 and 4, that knows nothing of proto/: a request in one
 * frame, and what comes back put together again.
 */
struct answer {
	char text[2 * 4096 + 1]; /* whole messages in hexadecimal, a blank between them */
	size_t n_flow; /* flow controls that were sent */
	char first[32]; /* when the first frame came, in seconds */
};

/* Those of one module. */
struct gather {
	struct answer *a;
	uint8_t payload[4096];
	size_t len, have;
	unsigned int sn;
};

static inline void add_message(struct gather *g)
{
	size_t n = strlen(g->a->text);

	assert_true(n + 2 * g->len + 2 < sizeof(g->a->text));
	if (n)
		g->a->text[n++] = ' ';
	*hex_put(g->a->text + n, g->payload, g->len) = '\0';
}

static inline void flow(struct sim *s, unsigned int ecu)
{
	struct frame f = { .id = 0x6f1, .len = 8, .data = { (uint8_t)ecu, 0x30 } };

	sim_hear(s, &f);
}

static inline void gather_frame(struct sim *s, struct gather *g, unsigned int ecu,
				const struct frame *f)
{
	const uint8_t *d = f->data;

	if (f->id != 0x600 + ecu || f->flags & FRAME_EXT)
		return;
	if (!*g->a->first)
		num_put_seconds(g->a->first, sizeof(g->a->first), f->t);
	assert_int_equal(f->len, 8);
	assert_int_equal(d[0], 0xf1);
	switch (d[1] >> 4) {
	case 0:
		g->len = d[1];
		assert_in_range(g->len, 1, 6);
		memcpy(g->payload, d + 2, g->len);
		add_message(g);
		break;
	case 1:
		g->len = (size_t)(d[1] & 0x0f) << 8 | d[2];
		assert_in_range(g->len, 7, sizeof(g->payload));
		g->have = 5;
		g->sn = 1;
		memcpy(g->payload, d + 3, 5);
		g->a->n_flow++;
		flow(s, ecu);
		break;
	case 2:
		assert_int_equal(d[1] & 0x0f, g->sn);
		g->sn = (g->sn + 1) & 0x0f;
		for (size_t i = 2; i < 8 && g->have < g->len; i++)
			g->payload[g->have++] = d[i];
		if (g->have == g->len)
			add_message(g);
		break;
	case 3:
		break;
	default:
		fail_msg("PCI %02x", d[1]);
	}
}

/* What module ECU says within SPAN of now. */
static inline void listen_to(struct sim *s, unsigned int ecu, nsec_t span,
			     struct answer *ret)
{
	nsec_t end = sim_now(s) + span;
	struct gather g = { .a = ret };
	struct frame f;

	*ret = (struct answer){ .n_flow = 0 };
	while (sim_next(s) <= end && !sim_fault(s)) {
		sim_run(s, sim_next(s));
		while (sim_take(s, &f, 1) > 0)
			gather_frame(s, &g, ecu, &f);
	}
	sim_run(s, end);
}

/* HEX to TARGET, an address or a functional one; what ECU answers within 3 s. */
static inline void ask_as(struct sim *s, unsigned int target, unsigned int ecu,
			  const char *hex, struct answer *ret)
{
	struct frame f = { .id = 0x6f1, .len = 8, .data = { (uint8_t)target } };
	ssize_t n = hex_parse(hex, strlen(hex), f.data + 2, 6);

	assert_true(n > 0);
	f.data[1] = (uint8_t)n;
	sim_hear(s, &f);
	listen_to(s, ecu, MS(3000), ret);
}

/* HEX to ECU; it must answer WANT. */
static inline void assert_answer(struct sim *s, unsigned int ecu, const char *hex,
				 const char *want)
{
	struct answer a;

	ask_as(s, ecu, ecu, hex, &a);
	if (strcmp(a.text, want))
		fail_msg("%02X %s: %s instead of %s", ecu, hex, a.text, want);
}
