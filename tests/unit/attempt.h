/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <errno.h>

#include "ear.h"
#include "proc/recogniser.h"
#include "sim/sim-link.h"
#include "sim/sim.h"

#define FOBS 5	/* of a simulated car */

/*
 * A script drives a simulated car, and what the car sends is judged by all the procedures
 * that apply to it, or by one. Both go by procedures.md 2, each by its own state machine.
 */

struct attempt {
	const char *car;	/* "r53" */
	unsigned int built;	/* 200506 */
	const char *procedure;	/* NULL: recognise it */
	unsigned int wanted;
	nsec_t tolerance;
	const char *without;	/* K-bus commands that do not reach the judge: "11 74" */
};

struct outcome {
	char verdict[16];	/* "none": nothing was judged */
	const char *procedure;
	char steps[1024];	/* "ignition 2/5; unlock1 3/30; presses1! 10.001/10" */
	char slots[32];
	char reason[200], hint[200];
	bool fault;		/* a line of the script failed */
	char why[384];
	/* What the car itself had done when that was judged, or at the end. */
	bool asked, open;
	int slot[FOBS];		/* -1: not learned */
	bool in_step[FOBS];
	int end_slot[FOBS];	/* at the end in any case */
};

static inline void note_outcome(struct outcome *o, const struct judge_step *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(o->steps);
		char took[32] = "-", limit[32] = "-", fob[8] = "";

		assert_true(s[i].ok || *s[i].reason);
		if (s[i].took != JUDGE_NO_TIME)
			num_put_seconds(took, sizeof(took), s[i].took);
		if (s[i].limit != JUDGE_NO_TIME)
			num_put_seconds(limit, sizeof(limit), s[i].limit);
		if (s[i].fob)
			snprintf(fob, sizeof(fob), "%u", s[i].fob % 100);
		snprintf(o->steps + len, sizeof(o->steps) - len, "%s%s%s%s %s/%s",
			 len ? "; " : "", s[i].id, fob, s[i].ok ? "" : "!", took, limit);
	}
}

static inline void attempt_judge(const struct attempt *a, struct recogniser *r)
{
	const struct procedure *list[PROCEDURES_MAX];
	const char *why = NULL;
	size_t n;

	if (a->procedure) {
		list[0] = procedure_find(a->procedure);
		assert_non_null(list[0]);
		n = 1;
	} else {
		n = procedure_choose(car_model_find(a->car), a->built, FOB_KIND_UNKNOWN, list, &why);
	}
	assert_in_range(n, 1, PROCEDURES_MAX);
	recogniser_init(r, list, n, a->wanted, a->tolerance);
}

static inline void attempt_result(const struct recogniser *r, struct outcome *o)
{
	snprintf(o->verdict, sizeof(o->verdict), "%s",
		 r->done ? verdict_word(r->result.verdict) : "none");
	o->procedure = r->done ? r->result.procedure : "-";
	if (!r->done)
		return;
	for (unsigned int i = 0; i < r->result.n_slots; i++)
		snprintf(o->slots + strlen(o->slots), sizeof(o->slots) - strlen(o->slots), "%s%d",
			 i ? " " : "", r->result.slots[i]);
	snprintf(o->reason, sizeof(o->reason), "%s", r->result.reason);
	snprintf(o->hint, sizeof(o->hint), "%s", r->result.hint);
}

/* What the car says of itself when it is asked. */
_printf_(2, 3) static inline bool car_is(struct sim *s, const char *fmt, ...)
{
	struct sim_fault fault;
	char line[64];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);

	return sim_do(s, line, &fault) == 0;
}

static inline void ask_slots(struct sim *s, int *ret)
{
	for (unsigned int i = 0; i < FOBS; i++) {
		ret[i] = -1;
		for (int slot = 0; slot < 4; slot++)
			if (car_is(s, "expect fob %u slot %d", i + 1, slot))
				ret[i] = slot;
	}
}

static inline void ask_car(struct sim *s, struct outcome *ret)
{
	if (ret->asked)
		return;
	ret->asked = true;
	ret->open = car_is(s, "expect session open");
	ask_slots(s, ret->slot);
	for (unsigned int i = 0; i < FOBS; i++)
		ret->in_step[i] = car_is(s, "expect fob %u in-step", i + 1);
}

static inline bool missing(const struct attempt *a, const struct frame *f)
{
	char command[3];

	snprintf(command, sizeof(command), "%02X", f->id & 0xff);

	return a->without && strstr(a->without, command);
}

/* Until the script is over and its effects are; then what the judge still waits for. */
static inline void attempt_run(const struct attempt *a, struct ear *ear, const char *script,
			       struct outcome *ret)
{
	struct sim_link_options so = {
		.car = a->car,
		.built = a->built,
		.script = script,
		.script_len = strlen(script),
		.end_when_settled = true,
	};
	struct judge_step steps[RECOGNISER_STEPS_MAX];
	struct recogniser r;
	struct link *link;
	struct clock clk;
	struct sim *s;
	struct frame f;
	int n;

	*ret = (struct outcome){ .verdict = "" };
	clock_init_virtual(&clk, 0);
	assert_int_equal(sim_link_open(&so, &clk, &link), 0);
	state_init(&ear->state);
	attempt_judge(a, &r);
	do {
		nsec_t next = recogniser_next(&r);

		n = link_recv(link, &f, 1, next == NSEC_NEVER ? next : next + 1);
		if (n > 0 && missing(a, &f))
			continue;
		if (n > 0)
			ear_frame(ear, &f);
		if (ear->state.fob_slot >= 0)
			recogniser_carries(&r, SENSE_FOB);
		for (size_t i = 0; n > 0 && i < ear->n; i++)
			note_outcome(ret, steps, recogniser_event(&r, &ear->events[i], steps));
		if (n == 0)
			note_outcome(ret, steps, recogniser_time(&r, clock_now(&clk), steps));
		if (r.done)
			ask_car(sim_link_sim(link), ret);
	} while (n >= 0);
	s = sim_link_sim(link);
	ret->fault = sim_fault(s);
	if (ret->fault)
		snprintf(ret->why, sizeof(ret->why), "line %u: %s", sim_fault(s)->line,
			 sim_fault(s)->text);
	while (recogniser_next(&r) != NSEC_NEVER)
		note_outcome(ret, steps, recogniser_time(&r, recogniser_next(&r) + 1, steps));
	attempt_result(&r, ret);
	ask_car(s, ret);
	ask_slots(s, ret->end_slot);
	link_close(link);
}
