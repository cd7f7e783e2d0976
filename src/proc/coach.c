/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "base/util.h"
#include "proc/coach.h"

/* The moments, as the reason of a failure names them. */
static const char *const moments[N_MARKS] = {
	[MARK_READY] = "the beginning",
	[MARK_TURN] = "the key being turned",
	[MARK_BACK] = "the key being back",
	[MARK_OUT] = "the key being out",
	[MARK_UNLOCK] = "UNLOCK",
	[MARK_PRESSES] = "the last LOCK",
	[MARK_LOCK] = "LOCK",
	[MARK_CONFIRM] = "the confirmation",
	[MARK_CHIME] = "the chime",
	[MARK_WORKS] = "the fob working",
};

static void add(struct coach *c, struct coach_step s)
{
	c->steps[c->n++] = s;
}

/* All that is to be done before the key is turned, as one text. */
static void put_ready(struct coach *c)
{
	size_t len = 0;

	for (size_t i = 0; i < c->p->n_before && len < sizeof(c->ready); i++)
		len += (size_t)snprintf(c->ready + len, sizeof(c->ready) - len, "%s%s",
					i ? " " : "", c->p->steps[i].text);
}

static void add_ignition(struct coach *c)
{
	const struct procedure *p = c->p;
	bool timed = p->ignition_limit || p->turn_limit;

	snprintf(c->turn, sizeof(c->turn), "%s %s", p->steps[p->n_before].text,
		 timed ? "Mark it as you turn." : "Mark it when that is done.");
	if (timed)
		add(c, (struct coach_step){
			       .mark = MARK_TURN, .word = "TURN", .text = c->turn });
	if (!timed || p->turn_limit)
		add(c, (struct coach_step){ .mark = MARK_BACK,
					    .word = timed ? "BACK" : "TURN",
					    .text = timed ? "Turn it back." : c->turn,
					    .told = timed,
					    .from = MARK_TURN,
					    .limit = p->turn_limit });
	if (p->key_out)
		add(c, (struct coach_step){ .mark = MARK_OUT,
					    .word = "KEY OUT",
					    .text = "Take the key out.",
					    .told = true,
					    .from = timed ? MARK_TURN : MARK_BACK,
					    .limit = timed ? p->ignition_limit
							   : p->out_limit });
}

static void add_fob(struct coach *c)
{
	const struct procedure *p = c->p;
	enum coach_mark from = p->key_out ? MARK_OUT : MARK_BACK;

	c->first_fob = c->n;
	switch (p->part) {
	case FOB_PART_NONE:
		add(c, (struct coach_step){ .mark = MARK_CHIME,
					    .word = "CHIME?",
					    .told = true,
					    .text = "Did you hear a chime?",
					    .asks = true });
		break;
	case FOB_PART_HOLD:
		add(c, (struct coach_step){ .mark = MARK_UNLOCK,
					    .word = "UNLOCK",
					    .told = true,
					    .text = "Press UNLOCK and hold it.",
					    .from = from,
					    .limit = p->fob_limit });
		add(c,
		    (struct coach_step){
			    .mark = MARK_PRESSES,
			    .word = "LOCK 3X",
			    .told = true,
			    .text = p->together
					    ? "Hold UNLOCK, and press LOCK 3 times. Let both go with the third: mark it."
					    : "Hold UNLOCK, and press LOCK 3 times: mark the third. Then let UNLOCK go.",
			    .from = MARK_UNLOCK,
			    .limit = p->press_limit });
		add(c, (struct coach_step){ .mark = MARK_CONFIRM,
					    .word = "DOORS?",
					    .told = true,
					    .text = "Did the doors lock and unlock?",
					    .asks = true });
		break;
	case FOB_PART_CLICK:
		add(c, (struct coach_step){ .mark = MARK_UNLOCK,
					    .word = "UNLOCK",
					    .told = true,
					    .text = "Press UNLOCK, and let it go.",
					    .from = from,
					    .limit = p->fob_limit });
		add(c, (struct coach_step){ .mark = MARK_LOCK,
					    .word = "LOCK",
					    .told = true,
					    .text = "Press LOCK.",
					    .from = from,
					    .limit = p->lock_limit });
		add(c,
		    (struct coach_step){ .mark = MARK_WORKS,
					 .word = "WORKS?",
					 .told = true,
					 .text = "Try the fob: does it lock and unlock?",
					 .asks = true });
		break;
	}
}

void coach_init(struct coach *c, const struct procedure *p)
{
	*c = (struct coach){ .p = p };
	put_ready(c);
	add(c, (struct coach_step){
		       .mark = MARK_READY, .word = "READY?", .text = c->ready });
	add_ignition(c);
	add_fob(c);
}

const struct coach_step *coach_due(const struct coach *c)
{
	return c->over ? NULL : &c->steps[c->at];
}

nsec_t coach_since(const struct coach *c)
{
	return c->marked[c->steps[c->at].from];
}

/* Rounded up to a millisecond, so that what is too late reads so. */
static const char *seconds(char *buf, size_t size, nsec_t t)
{
	num_put_seconds(buf, size,
			(t + NSEC_PER_MSEC - 1) / NSEC_PER_MSEC * NSEC_PER_MSEC);

	return buf;
}

/* After a failure at T: the next attempt of the fob while its time lasts, or all anew. */
static void go_back(struct coach *c, nsec_t t)
{
	const struct coach_step *unlock = &c->steps[c->first_fob];

	c->again = true;
	if (c->p->part == FOB_PART_HOLD && c->at > c->first_fob &&
	    t - c->marked[unlock->from] <= unlock->limit)
		c->at = c->first_fob;
	else if (c->learned)
		c->over = true;
	else
		c->at = 0;
}

static void fob_learned(struct coach *c, nsec_t t)
{
	c->learned++;
	c->again = false;
	c->over = c->learned >= c->p->fobs_max;
	c->at = c->first_fob;
	c->steps[c->at].from = MARK_CONFIRM;
	c->steps[c->at].limit = c->p->next_limit;
	c->steps[c->at].text =
		"The next fob: press UNLOCK and hold it. No other fob: end.";
	c->marked[MARK_CONFIRM] = t;
}

bool coach_key(struct coach *c, nsec_t t, bool yes, struct judge_step *ret)
{
	const struct coach_step *s = coach_due(c);
	nsec_t took;
	char a[32], b[32];

	if (!s || (!yes && !s->asks))
		return false;
	took = s->limit ? t - coach_since(c) : 0;
	*ret = (struct judge_step){
		.t = t,
		.p = c->p,
		.id = s->word,
		.fob = c->at < c->first_fob ? 0 : c->learned + 1,
		.ok = yes && took <= s->limit,
		.took = s->limit ? took : JUDGE_NO_TIME,
		.limit = s->limit ? s->limit : JUDGE_NO_TIME,
	};
	if (!yes)
		snprintf(ret->reason, sizeof(ret->reason), "you say no");
	else if (!ret->ok)
		snprintf(ret->reason, sizeof(ret->reason),
			 "too late: %s s from %s to %s; the limit is %s s",
			 seconds(a, sizeof(a), took), moments[s->from], moments[s->mark],
			 seconds(b, sizeof(b), s->limit));
	if (!ret->ok)
		go_back(c, t);
	else if (c->at + 1 == c->n)
		fob_learned(c, t);
	else
		c->marked[c->steps[c->at++].mark] = t;

	return s->told;
}

/* The next fob's time: when it is over, so is the session. */
static nsec_t session_end(const struct coach *c)
{
	if (c->over || !c->learned || c->at != c->first_fob)
		return NSEC_NEVER;

	return coach_since(c) + c->steps[c->at].limit;
}

nsec_t coach_next(const struct coach *c)
{
	const struct coach_step *s = coach_due(c);

	return s && s->limit ? coach_since(c) + s->limit + 1 : NSEC_NEVER;
}

void coach_time(struct coach *c, nsec_t now)
{
	c->over |= now > session_end(c);
}
