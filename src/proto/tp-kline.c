/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>

#include "proto/client.h"
#include "proto/tp-kline-inside.h"
#include "proto/tp-kline.h"

#define TRIES 3	/* to send, when others send at the same time; own choice */

static nsec_t now_of(const struct tp_kline *k)
{
	return clock_now(k->wire.clk);
}

/* Is T, which came, what was waited for? DS2's A1 and KWP's 78 are not. */
static void hear(struct tp_kline_side *side, struct tp_kline_telegram *t)
{
	struct tp_kline *k = side->shared;

	if (!t->addressed)
		t->ecu = k->ecu;
	if (!t->to_us || t->ecu != k->ecu)
		return;
	if (diag_is_pending(side->protocol, t->data, t->len))
		k->until = nsec_add(now_of(k), CLIENT_P2_STAR);
	else
		k->waiting = false;
}

int tp_kline_listen(struct tp_kline_side *side, nsec_t deadline, int *ret_error)
{
	struct tp_kline *k = side->shared;
	nsec_t silence = burst_deadline(&k->burst, side->silence);
	struct kline_byte b;
	int r = kline_hear(&k->wire, &b, MIN(deadline, silence));

	*ret_error = 0;
	if (r > 0)
		burst_push(&k->burst, b.value, b.damaged, now_of(k));
	if (r != 0 || now_of(k) < silence)
		return r;
	*ret_error = burst_end(&k->burst);

	return 1;
}

int tp_kline_settle(struct tp_kline_side *side)
{
	struct tp_kline *k = side->shared;
	struct tp_kline_telegram t;

	while (k->waiting && now_of(k) < k->until) {
		int error, r = tp_kline_listen(side, k->until, &error);

		if (r < 0)
			return r;
		k->wire.waited += (uint64_t)r;
		while (burst_pop(&k->burst, side->parse, &t) > 0)
			hear(side, &t);
	}
	k->waiting = false;

	return 0;
}

/*
 * R is of the echo. When that came as late as an answer and began like one, is it one? Else
 * what was sent came back late, and otherwise.
 */
static int judge_late(struct tp_kline_side *side, int r)
{
	struct tp_kline *k = side->shared;
	const struct echo *e = &k->wire.echo;
	struct tp_kline_telegram t;
	int error = 0, got;

	if (r != -ENOLINK || e->at == 0)
		return r;
	for (size_t i = 0; i < e->at; i++)
		burst_push(&k->burst, e->sent[i], false, now_of(k));
	burst_push(&k->burst, e->heard, false, now_of(k));
	while ((got = burst_pop(&k->burst, side->parse, &t)) == 0 && !error) {
		r = tp_kline_listen(side, NSEC_NEVER, &error);
		if (r < 0)
			return r;
	}

	return got > 0 ? -ENOLINK : -ECOMM;
}

/* How the echo of the last telegram was wrong. Returns R. */
static int say_echo(struct tp_kline_side *side, int r)
{
	const struct echo *e = &side->shared->wire.echo;
	char *why = side->tp.why;

	if (r == -ENOLINK && e->at > 0)
		snprintf(why, TP_WHY_MAX, "an answer came without one");
	else if (r == -ECOMM && e->verdict == ECHO_CUT)
		snprintf(why, TP_WHY_MAX, "only %zu of %zu bytes that were sent came back", e->at, e->n);
	else if (r == -ECOMM)
		snprintf(why, TP_WHY_MAX, "byte %zu of %zu was sent as %02X and came back as %02X",
			 e->at + 1, e->n, e->sent[e->at], e->heard);

	return r;
}

int tp_kline_say(struct tp_kline_side *side, uint8_t ecu, const uint8_t *bytes, size_t n,
		 nsec_t gap, nsec_t p4, nsec_t answer)
{
	struct tp_kline *k = side->shared;
	int r = -ECOMM;

	side->tp.why[0] = '\0';
	for (int i = 0; i < TRIES && r == -ECOMM; i++) {
		r = tp_kline_settle(side);
		if (r == 0)
			r = kline_rest(&k->wire, gap, KLINE_PATIENCE);
		if (r < 0)
			break;
		burst_end(&k->burst);
		r = judge_late(side, kline_send(&k->wire, bytes, n, p4));
		/* Also when it came back otherwise: the module may have heard it well. */
		k->waiting = r == 0 || r == -ECOMM;
		k->ecu = ecu;
		k->until = nsec_add(now_of(k), answer);
	}

	return say_echo(side, r);
}

/*
 * Does silence follow what was popped last? XOR or sum is good of one telegram in 256 that has a
 * byte of noise in it; but then its own last byte comes after it. What the port says is damaged
 * may be the end of a transmission. 1; 0: bytes do; the byte link's errors.
 */
static int has_ended(struct tp_kline_side *side)
{
	struct tp_kline *k = side->shared;
	nsec_t until = nsec_add(k->burst.last, side->end);
	struct kline_byte b;

	while (!burst_has_more(&k->burst)) {
		int r = kline_hear(&k->wire, &b, until);

		if (r < 0)
			return r;
		if (r > 0 && !b.damaged)
			return 0;
		if (r == 0 && now_of(k) >= until)
			return 1;
	}

	return 0;
}

/* The next telegram: 1; 0: none yet; -EBADMSG: there is none; the byte link's errors. */
static int next_telegram(struct tp_kline_side *side, struct tp_kline_telegram *ret)
{
	struct tp_kline *k = side->shared;
	int r = burst_pop(&k->burst, side->parse, ret);

	if (r <= 0 || !side->end || diag_is_pending(side->protocol, ret->data, ret->len))
		return r;
	r = has_ended(side);
	if (r != 0)
		return r;
	burst_spoil(&k->burst);

	return burst_pop(&k->burst, side->parse, ret);
}

/* What has come, as an event: 1; 0: none; the byte link's errors. */
static int next_event(struct tp_kline_side *side, int error, struct tp_event *ret)
{
	struct tp_kline *k = side->shared;
	struct tp_kline_telegram t;
	int r;

	while ((r = error ? error : next_telegram(side, &t)) > 0) {
		hear(side, &t);
		side->tp.strays += k->waiting && t.to_us && t.ecu != k->ecu;
		if (!t.to_us || !side->asked[t.ecu])
			continue;
		*ret = (struct tp_event){
			.what = TP_MESSAGE, .ecu = t.ecu, .t = k->burst.last, .data = t.data,
			.len = t.len,
		};
		return 1;
	}
	if (r < 0 && r != -EBADMSG)
		return r;
	*ret = (struct tp_event){
		.what = TP_FAILED, .ecu = k->ecu, .t = now_of(k), .error = r,
		.why = "its answer was damaged on the wire",
	};

	return r < 0 && k->waiting && side->asked[k->ecu];
}

int tp_kline_recv(struct tp *tp, struct tp_event *ret, nsec_t deadline)
{
	struct tp_kline_side *side = tp_kline_side(tp);
	int error = 0;

	for (;;) {
		int r = next_event(side, error, ret);

		if (r != 0)
			return r;
		r = tp_kline_listen(side, deadline, &error);
		if (r <= 0)
			return r;
	}
}

void tp_kline_forget(struct tp *tp, uint8_t ecu)
{
	tp_kline_side(tp)->asked[ecu] = false;
}

void tp_kline_leave(struct tp_kline_side *side)
{
	struct tp_kline *k = side->shared;

	if (k->ds2 == side)
		k->ds2 = NULL;
	if (k->kwp == side)
		k->kwp = NULL;
	if (!k->ds2 && !k->kwp)
		free(k);
	free(side);
}

int tp_kline_open(struct bytelink *bytes, struct tp **ret_ds2, struct tp **ret_kwp)
{
	struct tp_kline *k = calloc(1, sizeof(*k));

	if (!k)
		return -ENOMEM;
	kline_init(&k->wire, bytes);
	if (tp_ds2_new(k, &k->ds2) < 0) {
		free(k);
		return -ENOMEM;
	}
	if (tp_kwp_new(k, &k->kwp) < 0) {
		tp_close(&k->ds2->tp);
		return -ENOMEM;
	}
	*ret_ds2 = &k->ds2->tp;
	*ret_kwp = &k->kwp->tp;

	return 0;
}
