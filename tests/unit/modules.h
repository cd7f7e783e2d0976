/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <errno.h>

#include "ear.h"
#include "link/link.h"

/*
 * A bus with modules on it, by rules, in virtual time: each frame that is sent and begins
 * as a rule's does brings its replies. What was sent is kept, with its time.
 */
#define MODULES_LOG 600
#define MODULES_QUEUE 2000

struct modules_reply {
	nsec_t after;
	const char *frame;
};

struct modules_rule {
	const char *request; /* "6F1#400322F190" */
	int times; /* how often it is obeyed; 0: always */
	struct modules_reply replies[12];
};

struct modules {
	struct link link;
	struct clock clk;
	struct modules_rule rules[80];
	size_t n_rules;
	struct frame log[MODULES_LOG];
	size_t n_log;
	struct frame queue[MODULES_QUEUE]; /* in the order of their times */
	size_t head, n;
	int send_error;
};

static inline void modules_say(struct modules *m, const char *frame, nsec_t t)
{
	struct frame f = frame_of(frame);
	size_t i = m->n++;

	assert_in_range(m->n, 1, MODULES_QUEUE);
	for (; i > m->head && m->queue[i - 1].t > t; i--)
		m->queue[i] = m->queue[i - 1];
	m->queue[i] = f;
	m->queue[i].t = t;
	m->queue[i].bus = "modules";
}

static inline int modules_send(struct link *l, const struct frame *f)
{
	struct modules *m = container_of(l, struct modules, link);

	if (m->send_error)
		return m->send_error;
	assert_in_range(m->n_log, 0, MODULES_LOG - 1);
	m->log[m->n_log] = *f;
	m->log[m->n_log++].t = clock_now(l->clk);
	for (size_t i = 0; i < m->n_rules; i++) {
		struct modules_rule *r = &m->rules[i];
		struct frame want = frame_of(r->request);

		if (r->times < 0 || want.id != f->id || want.len > f->len ||
		    memcmp(want.data, f->data, want.len))
			continue;
		for (size_t k = 0; k < ARRAY_SIZE(r->replies) && r->replies[k].frame; k++)
			modules_say(m, r->replies[k].frame,
				    clock_now(l->clk) + r->replies[k].after);
		if (r->times > 0 && --r->times == 0)
			r->times = -1;
		break;
	}

	return 0;
}

static inline int modules_recv(struct link *l, struct frame *ret, size_t max,
			       nsec_t deadline)
{
	struct modules *m = container_of(l, struct modules, link);

	(void)max;
	if (m->head == m->n || m->queue[m->head].t > MAX(deadline, clock_now(l->clk)))
		return clock_wait(l->clk, NULL, 0, deadline);
	*ret = m->queue[m->head++];
	clock_advance(l->clk, ret->t);

	return 1;
}

static inline void modules_open(struct modules *m, const struct modules_rule *rules,
				size_t n)
{
	static const struct link_ops ops = { .send = modules_send, .recv = modules_recv };

	*m = (struct modules){ .n_rules = n };
	assert_in_range(n, 0, ARRAY_SIZE(m->rules));
	if (n)
		memcpy(m->rules, rules, n * sizeof(*rules));
	clock_init_virtual(&m->clk, MS(1000));
	m->link = (struct link){ .ops = &ops, .clk = &m->clk, .name = "modules" };
}

/* The frames sent, "0 6F1#400322...; 12 ..." with the ms since the start. */
static inline void modules_log(const struct modules *m, char *buf, size_t size)
{
	size_t len = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < m->n_log; i++) {
		const struct frame *f = &m->log[i];

		len += (size_t)snprintf(buf + len, size - len, "%s%d %0*X#", i ? "; " : "",
					(int)((f->t - MS(1000)) / MS(1)),
					f->flags & FRAME_EXT ? 8 : 3, f->id);
		for (size_t k = 0; k < f->len; k++)
			len += (size_t)snprintf(buf + len, size - len, "%02X", f->data[k]);
		assert_in_range(len, 0, size - 1);
	}
}
