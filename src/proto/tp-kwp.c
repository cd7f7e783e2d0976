/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "proto/ds2.h"
#include "proto/kwp-init.h"
#include "proto/tp-kline-inside.h"

#define KEEP_ALIVE (2 * NSEC_PER_SEC)		/* well before P3 ends; own choice */
#define LAPSED (KWP_P3_MAX - NSEC_PER_SEC / 2)	/* a session that old is not relied on; own choice */
#define WAY_STAR (KWP_FIVE_BAUD + 1)		/* no wake-up, and BMW's own header */
#define WAYS (WAY_STAR + 1)

enum {
	STOP = 0x82,
	TESTER_PRESENT = 0x3e,
};

/*
 * What is tried with a module of which nothing is known. No source says what the engine of an
 * R5x speaks: ISO 14230 is on the engine's side (kbus.md 5) and has a concept of BMW's own
 * (010C), KWP2000* was recorded on an E38 only (kbus.md 5.5), and no module of these cars is
 * said to need 5 baud (adapters.md 1.5), which takes 3 s. A wrong one does no harm: a module
 * that waits for its wake-up hears a wire that is not idle, one that does not hears nonsense.
 */
static const struct {
	uint8_t way;
	const char *word;
} ways[WAYS] = {
	{ KWP_FAST_BYTE, "00 at 360 baud" },
	{ KWP_FAST_BREAK, "25 ms break" },
	{ WAY_STAR, "KWP2000*" },
	{ KWP_FIVE_BAUD, "5 baud" },
};

struct tp_kwp {
	struct tp_kline_side side;	/* first: see tp_kline_leave() */
	bool open;		/* a session, */
	uint8_t ecu;		/* with this module, */
	enum kwp_form form;
	nsec_t last;		/* which said something then */
	bool unanswered;	/* and nothing to the last request */
	uint8_t known[256];	/* 1 + the way that woke a module; 0: none yet */
	uint8_t works;		/* 1 + the way that woke the last one */
};

_Static_assert(offsetof(struct tp_kwp, side) == 0, "it is freed by its side");

static struct tp_kwp *from(struct tp_kline_side *side)
{
	return container_of(side, struct tp_kwp, side);
}

static nsec_t now_of(const struct tp_kwp *t)
{
	return clock_now(t->side.tp.clk);
}

/* ---- telegrams ---- */

static void telegram(const struct kwp *m, struct tp_kline_telegram *ret)
{
	*ret = (struct tp_kline_telegram){
		.addressed = m->addressed,
		.ecu = m->source,
		.to_us = !m->addressed || m->target == DIAG_TESTER,
		.data = m->data,
		.len = m->len,
	};
}

static int parse_iso(const uint8_t *bytes, size_t n, void *ret)
{
	struct kwp m;
	int r = kwp_parse(bytes, n, &m);

	if (r > 0)
		telegram(&m, ret);

	return r;
}

static int parse_star(const uint8_t *bytes, size_t n, void *ret)
{
	struct kwp m;
	int r = kwp_parse_star(bytes, n, &m);

	if (r > 0)
		telegram(&m, ret);

	return r;
}

/* Within the session. */
static int say(struct tp_kwp *t, const uint8_t *data, size_t n)
{
	const struct kwp m = {
		.target = t->ecu, .source = DIAG_TESTER, .data = data, .len = n,
	};
	bool star = t->form == KWP_STAR;
	uint8_t bytes[KWP_TELEGRAM_MAX];
	int size = kwp_encode(&m, t->form, bytes);

	if (size < 0)
		return size;

	return tp_kline_say(&t->side, t->ecu, bytes, (size_t)size, star ? DS2_REGENERATION : KWP_P3_MIN,
			    star ? 0 : KWP_P4, star ? KWP_STAR_ANSWER : KWP_P2);
}

/* Say a byte that belongs to the session, and take what is answered to it: 1; 0: nothing. */
static int say_of_session(struct tp_kwp *t, uint8_t byte)
{
	struct tp_event e;
	int r = say(t, &byte, 1);

	while (r == 0 && t->side.shared->waiting && now_of(t) < t->side.shared->until)
		r = tp_kline_recv(&t->side.tp, &e, t->side.shared->until);

	return r == 0 ? !t->side.shared->waiting : r;
}

/* ---- the session ---- */

int tp_kwp_leave(struct tp_kline_side *side)
{
	struct tp_kwp *t = from(side);
	bool rely = t->open && t->form != KWP_STAR && !t->unanswered && now_of(t) < t->last + LAPSED;
	int r = rely ? say_of_session(t, STOP) : 0;

	t->open = false;

	return r == -ENODEV || r == -ECANCELED ? r : 0;
}

static int act(struct kline *k, const struct kwp_todo *todo)
{
	switch ((int)todo->what) {
	case KWP_SET:
		return kline_set(k, todo->baud, false);
	case KWP_SEND:
		return kline_send(k, todo->bytes, todo->n, todo->n > 1 ? KWP_P4 : 0);
	case KWP_BREAK:
		return kline_break(k, todo->low);
	default:
		return kline_take(k);
	}
}

/* Do what I says until it is done or has failed. 0; the link's errors, that end it. */
static int run(struct tp_kwp *t, struct kwp_init *i)
{
	struct kline *k = &t->side.shared->wire;

	for (;;) {
		struct kwp_todo todo = kwp_init_next(i);
		nsec_t begin = now_of(t);
		struct kline_byte b;
		int r;

		if (todo.what == KWP_DONE || todo.what == KWP_FAILED)
			return 0;
		if (todo.what != KWP_WAIT) {
			r = act(k, &todo);
			if (r == -ENODEV || r == -ECANCELED)
				return r;
			kwp_init_did(i, r, begin, now_of(t));
			continue;
		}
		r = kline_hear(k, &b, todo.until);
		if (r < 0)
			return r;
		if (r > 0)
			kwp_init_hear(i, b.value, now_of(t));
		kwp_init_tick(i, now_of(t));
	}
}

static int wake(struct tp_kwp *t, enum kwp_way way)
{
	struct kwp_init i;
	int r = tp_kline_settle(&t->side);

	if (r < 0)
		return r;
	kwp_init_begin(&i, way, t->ecu, now_of(t));
	i.slack = t->side.shared->wire.bytes->slack;
	r = run(t, &i);
	if (way != KWP_FAST_BYTE) {
		int e = kline_break(&t->side.shared->wire, false);

		r = r == 0 && e < 0 && e != -EOPNOTSUPP ? e : r;
	}
	if (r == 0 && i.error) {
		/* What a module said is worth more than silence. */
		if (!t->side.tp.why[0] || i.heard_n)
			kwp_init_explain(&i, t->side.tp.why, TP_WHY_MAX);
		return i.error;
	}
	t->side.parse = parse_iso;
	t->form = kwp_form_of(i.key[0]);
	t->last = now_of(t);
	burst_end(&t->side.shared->burst);

	return r;
}

/* Without a wake-up: the request itself is sent, and whether something answers is heard. */
static int try_star(struct tp_kwp *t, const uint8_t *data, size_t n)
{
	struct tp_kline *k = t->side.shared;
	struct tp_kline_telegram heard;
	char why[TP_WHY_MAX];
	int error, r = kline_set(&k->wire, KWP_STAR_BAUD, true);

	if (r < 0 && r != -EOPNOTSUPP)
		return r;
	memcpy(why, t->side.tp.why, sizeof(why));
	t->side.parse = parse_star;
	t->form = KWP_STAR;
	r = say(t, data, n);
	while (r == 0 && k->burst.n == 0 && now_of(t) < k->until) {
		r = tp_kline_listen(&t->side, k->until, &error);
		r = MIN(r, 0);
	}
	if (r == 0 && (k->burst.n == 0 || parse_star(k->burst.buf, k->burst.n, &heard) < 0))
		r = -EHOSTDOWN;
	if (r == -EHOSTDOWN)
		memcpy(t->side.tp.why, why, sizeof(why));

	return r;
}

/* Is WAY worth trying? Of the wake-ups only the one that is known to work, if there is one. */
static bool is_worth(const struct tp_kwp *t, uint8_t way)
{
	if (t->known[t->ecu])
		return t->known[t->ecu] == way + 1;

	return way == WAY_STAR || !t->works || t->works == WAY_STAR + 1 || t->works == way + 1;
}

/* What of the ways that failed is to be said. */
static void say_ways(struct tp_kwp *t)
{
	char *why = t->side.tp.why;
	size_t n = strlen(why);

	if (n == 0)
		n = (size_t)snprintf(why, TP_WHY_MAX, "no answer");
	for (size_t i = 0, count = 0; i < WAYS; i++)
		if (is_worth(t, ways[i].way) && n < TP_WHY_MAX)
			n += (size_t)snprintf(why + n, TP_WHY_MAX - n, "%s%s", count++ ? ", " : "; tried: ",
					      ways[i].word);
}

/* A session with ECU, and the request in it. */
static int begin(struct tp_kwp *t, uint8_t ecu, const uint8_t *data, size_t n)
{
	int r = -EHOSTDOWN;

	t->ecu = ecu;
	t->side.tp.why[0] = '\0';
	for (size_t i = 0; i < WAYS; i++) {
		uint8_t way = ways[i].way;

		if (!is_worth(t, way))
			continue;
		r = way == WAY_STAR ? try_star(t, data, n) : wake(t, (enum kwp_way)way);
		if (r == 0) {
			t->open = true;
			t->known[ecu] = t->works = (uint8_t)(way + 1);
			return way == WAY_STAR ? 0 : say(t, data, n);
		}
		if (r != -EHOSTDOWN && r != -ECOMM && r != -EOPNOTSUPP)
			return r;
	}
	say_ways(t);

	return -EHOSTDOWN;
}

/* ---- the transport ---- */

static int kwp_send(struct tp *tp, uint8_t ecu, const uint8_t *data, size_t n)
{
	struct tp_kwp *t = from(tp_kline_side(tp));
	int r = 0;

	if (diag_is_functional(ecu))
		return -EOPNOTSUPP;
	if (n == 0 || n > KWP_DATA_MAX)
		return -EMSGSIZE;
	if (t->open && (t->ecu != ecu || t->unanswered || now_of(t) >= t->last + LAPSED))
		r = tp_kwp_leave(&t->side);
	if (r == 0)
		r = t->open ? say(t, data, n) : begin(t, ecu, data, n);
	t->unanswered = r == 0;
	if (r == 0)
		t->side.asked[ecu] = true;

	return r;
}

/* When the module is to be told that we are still there; never while it has to answer. */
static nsec_t keep_alive_at(const struct tp_kwp *t)
{
	if (!t->open || t->form == KWP_STAR || t->unanswered || !t->side.asked[t->ecu])
		return NSEC_NEVER;

	return t->last + KEEP_ALIVE;
}

static int kwp_recv(struct tp *tp, struct tp_event *ret, nsec_t deadline)
{
	struct tp_kwp *t = from(tp_kline_side(tp));

	for (;;) {
		nsec_t alive = keep_alive_at(t);
		int r = tp_kline_recv(tp, ret, MIN(deadline, alive));

		if (r > 0 && ret->ecu == t->ecu) {
			t->last = ret->t;
			t->unanswered = t->side.shared->waiting && ret->what == TP_MESSAGE;
		}
		if (r != 0 || now_of(t) < alive)
			return r;
		r = say_of_session(t, TESTER_PRESENT);
		if (r < 0)
			return r;
		t->last = now_of(t);
		t->open = r > 0;
	}
}

static void kwp_close(struct tp *tp)
{
	struct tp_kline_side *side = tp_kline_side(tp);

	if (tp_kwp_leave(side) == 0)
		tp->why[0] = '\0';
	tp_kline_leave(side);
}

static const struct tp_ops kwp_ops = {
	.send = kwp_send,
	.recv = kwp_recv,
	.forget = tp_kline_forget,
	.close = kwp_close,
};

int tp_kwp_new(struct tp_kline *k, struct tp_kline_side **ret)
{
	struct tp_kwp *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	t->side = (struct tp_kline_side){
		.tp = { .ops = &kwp_ops, .clk = k->wire.clk, .one_at_a_time = true },
		.shared = k,
		.protocol = DIAG_KWP,
		.parse = parse_iso,
		.silence = KWP_P1,
		.end = KWP_END,
	};
	*ret = &t->side;

	return 0;
}
