/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "isotp-station.h"

/* Two stations on a bus, in virtual time. */

#define PAIR_FLIGHT_MAX 2048

struct flight {
	nsec_t t;
	int to;
	struct frame f;
};

/* What a station has seen of its events, and how the last ones failed. */
struct diary {
	unsigned int started, messages, sent, rx_failed, tx_failed;
	int rx_error, tx_error;
};

struct pair {
	struct station s[2];
	struct diary diary[2];
	unsigned int frames[2]; /* how many each has put on the bus */
	nsec_t now;
	nsec_t free_at; /* when the bus takes the next frame */
	struct flight flight[PAIR_FLIGHT_MAX]; /* by time, the latest first */
	size_t n;
	/* What the bus does with a frame for station TO: pair_fly() it, or not. */
	void (*carry)(struct pair *p, int to, const struct frame *f);
	void (*message)(struct pair *p, int to); /* NULL is fine */
	void *arg;
};

/* F arrives at T, after what else arrives then. */
static inline void pair_fly(struct pair *p, int to, const struct frame *f, nsec_t t)
{
	size_t i = p->n++;

	assert_in_range(p->n, 1, PAIR_FLIGHT_MAX);
	for (; i > 0 && p->flight[i - 1].t <= t; i--)
		p->flight[i] = p->flight[i - 1];
	p->flight[i] = (struct flight){ .t = t, .to = to, .f = *f };
	p->flight[i].f.t = t;
}

/* The bus as it should be: at once. */
static inline void pair_carry_all(struct pair *p, int to, const struct frame *f)
{
	pair_fly(p, to, f, p->now);
}

static inline void pair_open(struct pair *p, const struct isotp_config *a,
			     const struct isotp_config *b)
{
	memset(p, 0, offsetof(struct pair, flight));
	p->n = 0;
	p->carry = pair_carry_all;
	p->message = NULL;
	station_open(&p->s[0], a);
	station_open(&p->s[1], b);
}

static inline void pair_close(struct pair *p)
{
	station_close(&p->s[0]);
	station_close(&p->s[1]);
}

static inline void pair_note(struct pair *p, int i, enum isotp_event e)
{
	struct diary *d = &p->diary[i];

	switch (e) {
	case ISOTP_NONE:
		break;
	case ISOTP_STARTED:
		d->started++;
		break;
	case ISOTP_MESSAGE:
		d->messages++;
		if (p->message)
			p->message(p, i);
		break;
	case ISOTP_SENT:
		d->sent++;
		break;
	case ISOTP_RX_FAILED:
		d->rx_failed++;
		d->rx_error = isotp_error(&p->s[i].tp);
		break;
	case ISOTP_TX_FAILED:
		d->tx_failed++;
		d->tx_error = isotp_error(&p->s[i].tp);
		break;
	}
}

static inline void pair_arrivals(struct pair *p)
{
	enum isotp_event e;

	while (p->n > 0 && p->flight[p->n - 1].t <= p->now) {
		struct flight x = p->flight[--p->n];
		struct isotp *tp = &p->s[x.to].tp;

		for (e = isotp_hear(tp, &x.f, p->now); e; e = isotp_tick(tp, p->now))
			pair_note(p, x.to, e);
	}
}

/* One frame of each station, if the bus is free. */
static inline void pair_departures(struct pair *p)
{
	struct frame f;

	for (int i = 0; i < 2; i++) {
		if (p->now < p->free_at || !isotp_get(&p->s[i].tp, p->now, &f))
			continue;
		pair_note(p, i, isotp_put(&p->s[i].tp, p->now));
		p->frames[i]++;
		p->carry(p, !i, &f);
	}
}

/* The next moment at which something can happen. */
static inline nsec_t pair_next(const struct pair *p)
{
	nsec_t t = NSEC_NEVER;

	for (int i = 0; i < 2; i++) {
		const struct isotp *tp = &p->s[i].tp;
		nsec_t next = isotp_next(tp);

		/* A frame that is due waits for the bus, as long as its deadline lets it. */
		if (next <= p->now && p->now < p->free_at)
			next = p->free_at;
		t = MIN(t, next);
	}
	if (p->n > 0)
		t = MIN(t, p->flight[p->n - 1].t);

	return t;
}

/* Until nothing is left to do, or END. */
static inline void pair_run(struct pair *p, nsec_t end)
{
	enum isotp_event e;

	for (nsec_t t = pair_next(p); t <= end && t != NSEC_NEVER; t = pair_next(p)) {
		p->now = MAX(p->now, t);
		pair_arrivals(p);
		for (int i = 0; i < 2; i++)
			while ((e = isotp_tick(&p->s[i].tp, p->now)) != ISOTP_NONE)
				pair_note(p, i, e);
		pair_departures(p);
	}
}
