/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "base/num.h"
#include "cli/session-inside.h"
#include "cli/trouble.h"
#include "proto/kbus-carrier.h"

#define BATCH 64
#define TRY_AGAIN (NSEC_PER_SEC / 2)
#define STOPPED (2 * NSEC_PER_SEC)	/* later than that nobody looks who runs: own choice */

static bool went_away(int r)
{
	return r == -ENETDOWN || r == -ENODEV || r == -ENXIO;
}

static void say_back(const struct session *s, nsec_t away)
{
	char text[32];

	num_put_seconds(text, sizeof(text), away - away % (NSEC_PER_SEC / 10));
	cli_say(s->cmd, "%s is back; what was on it in the %s s before is missed", s->address.text, text);
}

/* Another interface may bear the name now. What the gate was told still has to hold. */
static int take_back(struct session *s, struct link *again)
{
	int r;

	if (again->is_virtual != s->link->is_virtual) {
		cli_say(s->cmd, "%s came back as another kind of interface", s->address.text);
		link_close(again);
		return -ENODEV;
	}
	r = link_filter(again, s->filters, s->n_filters);
	if (r < 0) {
		link_close(again);
		return r;
	}
	address_close_transports(s->tp);
	link_close(s->link);
	s->link = again;
	s->away = false;
	state_miss(&s->state);
	say_back(s, clock_now(&s->clk) - s->away_since);

	return 0;
}

/* Try a link that went away once more, and wait a little if it is not there. 0, or an error. */
static int reconnect(struct session *s, nsec_t deadline)
{
	nsec_t later = nsec_add(clock_now(&s->clk), TRY_AGAIN);
	const struct address_options o = { .listens = session_listens(s) };
	struct link *again = NULL;

	/* Frames that still wait bear the name that the old link owns. */
	if (s->backlog.n == 0 && address_open(&s->address, &o, &s->clk, &again) == 0)
		return take_back(s, again);

	return clock_wait(&s->clk, NULL, 0, MIN(later, deadline));
}

static int receive(struct session *s, struct frame *batch, nsec_t deadline)
{
	bool waits = s->args->reconnect &&
		     address_comes_back(&s->address);
	int n;

	if (s->away)
		return reconnect(s, deadline);
	n = link_recv(s->link, batch, BATCH, deadline);
	if (!went_away(n) || !waits)
		return n;
	cli_say(s->cmd, "%s: %s; waiting for it to come back", s->address.text, session_gone(s, n));
	s->away = true;
	s->away_since = clock_now(&s->clk);

	return 0;
}

/* Receive what is there into the backlog, waiting for it until DEADLINE. */
static int refill(struct session *s, nsec_t deadline)
{
	struct frame batch[BATCH];
	int n = receive(s, batch, deadline);

	if (n < 0)
		s->end = n;
	trouble_garbage(s);
	for (int i = 0; i < n; i++)
		backlog_push(&s->backlog, &batch[i]);

	return n;
}

/* The reader of our output is slow. Let it have what it takes; wait only when we must. */
static int make_room(struct session *s, nsec_t deadline)
{
	int r = out_pump(&s->out);

	if (r < 0 || !out_is_full(&s->out))
		return r;
	if (s->end || clock_now(&s->clk) >= deadline) {
		return out_flush(&s->out);	/* another Ctrl-C ends even this */
	}

	return 0;
}

static int next_virtual(struct session *s, struct frame *ret, nsec_t deadline)
{
	int r;

	if (s->address.kind != ADDRESS_LOG ||
	    !link_log_pending(kbus_carrier_inner(s->link))) {
		r = out_flush(&s->out);		/* a reader gets each line when there is one */
		if (r < 0)
			return r;
	}
	r = link_recv(s->link, ret, 1, deadline);
	if (r == -ENODATA && s->address.kind == ADDRESS_LOG &&
	    link_log_counts(kbus_carrier_inner(s->link))->frames == 0)
		return -ENOMSG;		/* it was no log, rather than "nothing happened" */

	return r;
}

int session_next(struct session *s, struct frame *ret, nsec_t deadline)
{
	int r;

	if (s->out.error)
		return s->out.error;
	if (s->clk.is_virtual)
		return next_virtual(s, ret, deadline);
	if (!s->backlog.frames) {
		r = backlog_init(&s->backlog);
		if (r < 0)
			return r;
	}

	for (;;) {
		const struct frame *first;

		/* Empty the kernel's buffer also while there is plenty to show. */
		if (s->backlog.n % BATCH == BATCH / 2 && !s->end)
			refill(s, 0);
		first = backlog_first(&s->backlog);
		if (first && first->t <= deadline && !out_is_full(&s->out))
			return backlog_pop(&s->backlog, ret, s->link->name, clock_now(&s->clk));
		if (!first && s->end)
			return s->end;
		r = make_room(s, deadline);
		if (r < 0)
			return r;
		if (first && !out_is_full(&s->out)) {
			if (first->t > deadline)
				return 0;
			continue;
		}
		if (s->end)
			continue;
		clock_watch(&s->clk, s->out.fd, s->out.len ? POLLOUT : 0);
		if (refill(s, deadline) == 0 &&
		    (s->backlog.n == 0 || clock_now(&s->clk) < deadline))
			return 0;
	}
}

/* As session_next(), and whether the bus fell asleep meanwhile: *ret_n events, 0 or 1. */
static int next_or_sleep(struct session *s, struct frame *f, struct event *ret, size_t *ret_n,
			 nsec_t deadline)
{
	/* At a deadline session_next() waits for a slow reader: not for this. */
	bool looks = !s->away && !out_is_full(&s->out);
	nsec_t due = looks ? state_sleep_due(&s->state) : NSEC_NEVER, now;
	int r = session_next(s, f, MIN(deadline, due));

	*ret_n = 0;
	if (r != 0 || s->away)
		return r;
	now = clock_now(&s->clk);
	/* This process itself was stopped: what was on the bus meanwhile comes only now. */
	if (now >= nsec_add(due, STOPPED))
		state_miss(&s->state);
	else
		*ret_n = state_hear_silence(&s->state, now, ret);

	return 0;
}

int session_next_bus(struct session *s, struct frame *f, struct event *ret_event, size_t *ret_n,
		     nsec_t deadline)
{
	int r = next_or_sleep(s, f, ret_event, ret_n, deadline);

	if (r > 0)
		*ret_n = state_hear_bus(&s->state, f, ret_event);

	return r;
}

int session_hear(struct session *s, struct frame *f, struct decoded *dec,
		 struct event *ret_events, size_t *ret_n, nsec_t deadline)
{
	int r = next_or_sleep(s, f, ret_events, ret_n, deadline);

	if (r <= 0)
		return r;
	decoder_frame(&s->decoder, f, dec);
	*ret_n = state_hear(&s->state, dec, ret_events);
	trouble_car(s, dec);

	return 1;
}

int session_listen(struct session *s, nsec_t deadline, bool (*enough)(const struct session *s))
{
	struct event events[STATE_EVENTS_MAX];
	struct decoded dec;
	struct frame f;
	size_t n;

	while (!enough || !enough(s)) {
		int r = session_hear(s, &f, &dec, events, &n, deadline);

		if (r == -ENODATA)
			return 0;
		if (r < 0)
			return r;
		if (r == 1)
			trouble_tell(s, &f);
		if (r == 0 && clock_now(&s->clk) >= deadline)
			return 0;
	}

	return 0;
}
