/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "proc/judge-inside.h"

/* What comes of a session; what is due when; which part hears what. */

const char judge_hint_mirror[] =
	"hold the fob near the mirror, where the receiver sits, and try two or three times; "
	"then a workshop";
const char judge_hint_battery[] =
	"charge the fob in the ignition lock (3 buttons) or fit a new CR2032 (clamshell); a "
	"replaced mirror has a new receiver";
const char judge_hint_timing[] = "the sequence is critical: try again, two or three times";

const char *verdict_word(enum verdict v)
{
	static const char *const words[] = {
		[VERDICT_PROGRAMMED] = "programmed",	     [VERDICT_UNCONFIRMED] = "unconfirmed",
		[VERDICT_FAILED] = "failed",		     [VERDICT_NOT_APPLICABLE] = "not-applicable",
		[VERDICT_INTERRUPTED] = "interrupted",
	};

	return words[v];
}

void judge_init(struct judge *j, const struct procedure *p, unsigned int wanted)
{
	*j = (struct judge){
		.p = p,
		.wanted = wanted,
		.early = JUDGE_NO_TIME,
		.moved = JUDGE_NO_TIME,
		.slot = -1,
		.result = { .procedure = p->id, .hint = "" },
	};
}

void judge_again(struct judge *j)
{
	struct judge fresh;

	judge_init(&fresh, j->p, j->wanted);
	fresh.tolerance = j->tolerance;
	fresh.heard = j->heard;
	fresh.ignition = j->ignition;
	fresh.key_in = j->key_in;
	fresh.doors_open = j->doors_open;
	*j = fresh;
}

/* ---- steps ---- */

enum judge_timing judge_timing(const struct judge *j, nsec_t took, nsec_t limit)
{
	if (!limit)
		return TIMING_GOOD;
	if (j->tolerance && took >= limit - j->tolerance && took <= limit + j->tolerance)
		return TIMING_CLOSE;

	return took > limit ? TIMING_LATE : TIMING_GOOD;
}

/* When the time of step ID began that is settled now. */
static nsec_t began(const struct judge *j, const char *id)
{
	const struct procedure *p = j->p;

	if (!strcmp(id, "ignition") && p->key_out)
		return p->ignition_limit ? j->turned : j->back;
	if (!strcmp(id, "ignition"))
		return p->turns == 1 ? j->turned : j->first;
	if (!strcmp(id, "presses"))
		return j->unlock;
	if (!strcmp(id, "release"))
		return MIN(j->unlock_up, j->third_up);
	if (!strcmp(id, "confirm"))
		return j->phase == JUDGE_CONFIRM ? j->released : JUDGE_NO_TIME;

	return j->base;
}

static struct judge_step *add(struct judge_steps *s, struct judge *j, nsec_t t, const char *id,
			      bool ok, nsec_t took, nsec_t limit)
{
	struct judge_step *step = &s->at[s->n];

	*step = (struct judge_step){
		.t = t, .p = j->p, .id = id, .ok = ok, .from = began(j, id), .took = took,
		.limit = limit ? limit : JUDGE_NO_TIME,
		.fob = j->phase <= JUDGE_TURNED ? 0 : j->attempts,
		.slot = j->slot,
	};
	if (!j->quiet && s->n < JUDGE_STEPS_MAX - 1)
		s->n++;

	return step;
}

struct judge_step *judge_good(struct judge_steps *s, struct judge *j, nsec_t t, const char *id,
			      nsec_t took, nsec_t limit)
{
	struct judge_step *step = add(s, j, t, id, true, took, limit);
	char a[32];

	if (judge_timing(j, took, limit) == TIMING_CLOSE) {
		j->close = id;
		num_put_seconds(a, sizeof(a), limit);
		snprintf(step->reason, sizeof(step->reason),
			 "too close to tell: within %d ms of the limit of %s s",
			 (int)(j->tolerance / NSEC_PER_MSEC), a);
	}

	return step;
}

void judge_miss(struct judge_steps *s, struct judge *j, nsec_t t, const char *id, nsec_t took,
		nsec_t limit, const char *hint, const char *fmt, ...)
{
	struct judge_step *step = add(s, j, t, id, false, took, limit);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(step->reason, sizeof(step->reason), fmt, ap);
	va_end(ap);
	j->failed = true;
	snprintf(j->result.reason, sizeof(j->result.reason), "%s", step->reason);
	j->result.hint = hint;
}

const char *judge_figures(char buf[JUDGE_FIGURES_MAX], nsec_t took, const char *what, nsec_t limit)
{
	char a[32], b[32];

	num_put_seconds(a, sizeof(a), took);
	num_put_seconds(b, sizeof(b), limit);
	snprintf(buf, JUDGE_FIGURES_MAX, "%s s%.40s; the limit is %.16s s", a, what, b);

	return buf;
}

/* ---- the end ---- */

void judge_end(struct judge *j, enum verdict v, const char *reason)
{
	j->phase = JUDGE_DONE;
	j->result.verdict = v;
	if (reason)
		snprintf(j->result.reason, sizeof(j->result.reason), "%s", reason);
	if (v != VERDICT_FAILED)
		j->result.hint = "";
}

unsigned int judge_fobs_done(const struct judge *j)
{
	return j->result.n_slots + j->doubtful;
}

unsigned int judge_fobs_enough(const struct judge *j)
{
	return j->wanted ? j->wanted : 1;
}

/* What has to be seen of P. */
static unsigned int needed(const struct procedure *p)
{
	return SENSE_IGNITION | SENSE_FOB | (p->key_out ? SENSE_KEY : 0) |
	       (p->confirm_limit ? SENSE_LOCKS : 0);
}

/* "seen: A, B; not seen: C, as there is no message of it". */
static void put_unseen(const struct judge *j, char *buf, size_t size)
{
	static const char *const things[] = {
		"the ignition", "the key coming out", "the fob's buttons", "the doors confirming",
	};
	size_t len = 0;

	for (int pass = 0; pass < 2; pass++) {
		const char *sep = pass ? "; not seen: " : "seen: ";

		for (size_t i = 0; i < ARRAY_SIZE(things); i++) {
			if ((j->unseen >> i & 1) != (unsigned int)pass || !(needed(j->p) >> i & 1))
				continue;
			len += (size_t)snprintf(buf + len, size - len, "%s%s", sep, things[i]);
			sep = ", ";
		}
	}
	snprintf(buf + len, size - len, ", of which this bus has shown nothing");
}

void judge_unconfirmed(struct judge *j)
{
	char reason[sizeof(j->result.reason)];

	put_unseen(j, reason, sizeof(reason));
	judge_end(j, VERDICT_UNCONFIRMED, reason);
}

/* Frames were lost on the way: what is missing may have been in them. */
static void finish_failed(struct judge *j, const char *why)
{
	char reason[sizeof(j->result.reason)];

	if (!j->failed && why)
		snprintf(j->result.reason, sizeof(j->result.reason), "%s", why);
	if (!j->lost && !j->missed) {
		judge_end(j, VERDICT_FAILED, NULL);
		if (!*j->result.hint)
			j->result.hint = judge_hint_timing;
		return;
	}
	if (j->missed)
		snprintf(reason, sizeof(reason), "%.130s; but for a while nothing could be heard",
			 j->result.reason);
	else
		snprintf(reason, sizeof(reason), "%.130s; but %u frame%s lost meanwhile",
			 j->result.reason, j->lost, j->lost == 1 ? " was" : "s were");
	judge_end(j, VERDICT_UNCONFIRMED, reason);
}

void judge_finish(struct judge *j, const char *why)
{
	struct judge_result *r = &j->result;
	unsigned int enough = judge_fobs_enough(j);
	char reason[sizeof(r->reason)];

	if (j->quiet && judge_fobs_done(j) == 0) {
		judge_again(j);	/* ordinary life, and no session */
	} else if (r->n_slots >= enough) {
		snprintf(reason, sizeof(reason), "%u fob%s learned; %s", r->n_slots,
			 r->n_slots == 1 ? "" : "s", why);
		judge_end(j, VERDICT_PROGRAMMED, reason);
	} else if (judge_fobs_done(j) >= enough && j->doubtful) {
		judge_unconfirmed(j);
	} else if (r->n_slots > 0) {
		snprintf(reason, sizeof(reason), "%u of %u fobs learned; %.140s", r->n_slots,
			 j->wanted, j->failed ? r->reason : why);
		snprintf(r->reason, sizeof(r->reason), "%s", reason);
		j->failed = true;
		finish_failed(j, NULL);
	} else {
		finish_failed(j, why);
	}
}

/* What was recorded is no more than a beginning. */
static void unfinished(struct judge *j)
{
	static const char *const until[] = {
		[JUDGE_TURNED] = "the key came out",
		[JUDGE_WAIT] = "the time for a fob was over",
		[JUDGE_HOLD] = "the fob's part was over",
		[JUDGE_RELEASE] = "the fob's part was over",
		[JUDGE_CLICK] = "the fob's part was over",
		[JUDGE_CONFIRM] = "the doors had their time to confirm",
	};
	const char *what = j->phase == JUDGE_TURNED && !j->p->key_out ? "the ignition part was over" :
									until[j->phase];
	char reason[sizeof(j->result.reason)], fobs[40] = "";

	if (judge_fobs_done(j))
		snprintf(fobs, sizeof(fobs), "%u of %u fobs learned; ", j->result.n_slots, j->wanted);
	snprintf(reason, sizeof(reason), "%sthe recording ended before %s", fobs, what);
	judge_end(j, VERDICT_UNCONFIRMED, reason);
}

size_t judge_cut(struct judge *j, nsec_t now, struct judge_step *ret)
{
	struct judge_steps s = { .at = ret };

	j->cut = true;
	s.n = judge_time(j, now, ret);
	if (j->phase == JUDGE_EARLY ||
	    (j->phase == JUDGE_CONFIRM && j->p->confirm_limit && !(j->heard & SENSE_LOCKS)))
		judge_fob_over(j, &s, now);
	if (j->phase == JUDGE_IDLE || j->phase == JUDGE_DONE ||
	    (j->phase == JUDGE_TURNED && j->ignition != IGNITION_OFF && now - j->turned > JUDGE_DRIVING))
		return s.n;
	if (j->failed || j->quiet || judge_fobs_done(j) >= judge_fobs_enough(j))
		judge_finish(j, "the recording ended");
	else
		unfinished(j);

	return s.n;
}

void judge_gap(struct judge *j)
{
	j->missed = j->phase != JUDGE_IDLE;
}

/* The step that is due now fails at T, because of WHAT ended the session. */
static void fail_due(struct judge *j, struct judge_steps *s, nsec_t t, const char *what)
{
	const struct procedure *p = j->p;

	switch (j->phase) {
	case JUDGE_WAIT:
		j->attempts = judge_fobs_done(j) + 1;
		judge_miss(s, j, t, "unlock", t - j->base, judge_window(j), judge_hint_timing, "%s", what);
		break;
	case JUDGE_HOLD:
	case JUDGE_EARLY:
	case JUDGE_RELEASE:
		judge_miss(s, j, t, "presses", t - j->unlock, p->press_limit, judge_hint_timing, "%s", what);
		break;
	case JUDGE_CLICK:
		judge_miss(s, j, t, "lock", t - j->base, p->lock_limit, judge_hint_timing, "%s", what);
		break;
	case JUDGE_CONFIRM:
	case JUDGE_IDLE:
	case JUDGE_TURNED:
	case JUDGE_DONE:
		break;
	}
}

void judge_session_ends(struct judge *j, struct judge_steps *s, nsec_t t, const char *what)
{
	if (j->phase == JUDGE_CONFIRM) {
		snprintf(j->ended, sizeof(j->ended), "%s", what);
		return;
	}
	if (j->phase != JUDGE_WAIT || (!j->failed && judge_fobs_done(j) < judge_fobs_enough(j)))
		fail_due(j, s, t, what);
	judge_finish(j, what);
}

/* ---- events and time ---- */

nsec_t judge_next(const struct judge *j)
{
	if (j->phase == JUDGE_IDLE || j->phase == JUDGE_DONE)
		return NSEC_NEVER;

	return j->phase == JUDGE_TURNED ? judge_ignition_next(j) : judge_fob_next(j);
}

size_t judge_time(struct judge *j, nsec_t now, struct judge_step *ret)
{
	struct judge_steps s = { .at = ret };
	nsec_t next = judge_next(j);

	while (next != NSEC_NEVER && next < now && s.n + 2 < JUDGE_STEPS_MAX) {
		if (j->phase == JUDGE_TURNED)
			judge_ignition_over(j, &s, next);
		else
			judge_fob_over(j, &s, next);
		next = judge_next(j);
	}

	return s.n;
}

static void hear(struct judge *j, struct judge_steps *s, const struct event *e)
{
	switch (e->kind) {
	case EVENT_IGNITION:
		judge_ignition(j, s, e);
		break;
	case EVENT_KEY:
		judge_key(j, s, e);
		break;
	case EVENT_DOOR:
		judge_door(j, s, e);
		break;
	case EVENT_FOB:
		judge_fob(j, s, e);
		break;
	case EVENT_LOCK:
		judge_lock(j, s, e);
		break;
	case EVENT_LOST:
		if (j->phase != JUDGE_IDLE)
			j->lost += (unsigned int)MAX(e->value, 1);
		break;
	case EVENT_LID:
	case EVENT_WINDOW:
	case EVENT_INIT:
	case EVENT_BUS:
	case EVENT_ERROR:
	case N_EVENTS:
		break;
	}
}

size_t judge_event(struct judge *j, const struct event *e, struct judge_step *ret)
{
	struct judge_steps s = { .at = ret };

	/* A limit is met at exactly its time: what is due before E is settled first. */
	s.n = judge_time(j, e->t, ret);
	if (j->phase != JUDGE_DONE)
		hear(j, &s, e);

	return s.n;
}
