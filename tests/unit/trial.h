/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <errno.h>

#include "ear.h"
#include "proc/judge.h"
#include "proc/play.h"
#include "proc/procedure.h"
#include "sim/sim-link.h"
#include "sim/sim.h"

/*
 * The judge beside a simulated car: a script drives the car, what the car sends is decoded
 * and judged, and lines that `expect` say what the car itself has learned. Both go by
 * kbus.md 7.1, each by its own state machine; limits are literal here.
 */

struct row {
	const char *name;
	unsigned int wanted;
	const char *script;
	const char *verdict; /* "none": no session was judged */
	const char *
		steps; /* "unlock1 2/30": of the first fob; '!' is missed; NULL: not said */
	const char *slots;
	const char *words; /* in the reason; NULL: any */
};

struct trial {
	struct clock clk;
	struct link *link;
	struct ear ear;
	struct judge judge;
	char steps[1024], slots[32];
};

static inline void note(struct trial *t, const struct judge_step *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(t->steps);
		char took[32] = "-", limit[32], fob[8] = "";

		if (s[i].took != JUDGE_NO_TIME)
			num_put_seconds(took, sizeof(took), s[i].took);
		num_put_seconds(limit, sizeof(limit), s[i].limit);
		if (s[i].fob)
			snprintf(fob, sizeof(fob), "%u", s[i].fob % 100);
		snprintf(t->steps + len, sizeof(t->steps) - len, "%s%s%s%s %s/%s",
			 len ? "; " : "", s[i].id, fob, s[i].ok ? "" : "!", took, limit);
	}
}

static inline void take_in(struct trial *t, const struct frame *f)
{
	struct judge_step steps[JUDGE_STEPS_MAX];

	ear_frame(&t->ear, f);
	for (size_t i = 0; i < t->ear.n && t->judge.phase != JUDGE_DONE; i++)
		note(t, steps, judge_event(&t->judge, &t->ear.events[i], steps));
}

static inline void pass_time(struct trial *t, nsec_t now)
{
	struct judge_step steps[JUDGE_STEPS_MAX];

	if (t->judge.phase != JUDGE_DONE)
		note(t, steps, judge_time(&t->judge, now, steps));
}

/* Until the script is over and its effects are; then what the judge still waits for. */
static inline void hear_all(struct trial *t, const char *name)
{
	struct frame f[8];
	int r;

	for (;;) {
		nsec_t next = judge_next(&t->judge);

		r = link_recv(t->link, f, ARRAY_SIZE(f),
			      next == NSEC_NEVER ? next : next + 1);
		if (r < 0)
			break;
		for (int i = 0; i < r; i++)
			take_in(t, &f[i]);
		if (r == 0)
			pass_time(t, clock_now(&t->clk));
	}
	if (sim_fault(sim_link_sim(t->link)))
		fail_msg("%s: the car: line %u: %s", name,
			 sim_fault(sim_link_sim(t->link))->line,
			 sim_fault(sim_link_sim(t->link))->text);
	assert_int_equal(r, -ENODATA);
	while (t->judge.phase != JUDGE_DONE && judge_next(&t->judge) != NSEC_NEVER)
		pass_time(t, judge_next(&t->judge) + 1);
}

static inline void try_row(const struct row *row)
{
	struct sim_link_options o = {
		.car = "r53",
		.script = row->script,
		.script_len = strlen(row->script),
		.end_when_settled = true,
	};
	struct trial t = { .steps = "" };
	const char *verdict;

	clock_init_virtual(&t.clk, 0);
	assert_int_equal(sim_link_open(&o, &t.clk, &t.link), 0);
	ear_open(&t.ear, "r5x");
	judge_init(&t.judge, procedure_find("one-turn"), row->wanted);
	hear_all(&t, row->name);

	verdict = t.judge.phase == JUDGE_DONE ? verdict_word(t.judge.result.verdict)
					      : "none";
	for (unsigned int i = 0; i < t.judge.result.n_slots; i++)
		snprintf(t.slots + strlen(t.slots), sizeof(t.slots) - strlen(t.slots),
			 "%s%d", i ? " " : "", t.judge.result.slots[i]);
	if (strcmp(verdict, row->verdict) ||
	    (row->steps && strcmp(t.steps, row->steps)) || strcmp(t.slots, row->slots) ||
	    (row->words && !strstr(t.judge.result.reason, row->words)))
		fail_msg(
			"%s:\n got %s, [%s], slots '%s', '%s'\nwant %s, [%s], slots '%s', '%s'",
			row->name, verdict, t.steps, t.slots, t.judge.result.reason,
			row->verdict, row->steps ? row->steps : "", row->slots,
			row->words ? row->words : "");
	ear_close(&t.ear);
	link_close(t.link);
}

static inline void try_rows(const struct row *t, size_t n)
{
	for (size_t i = 0; i < n; i++)
		try_row(&t[i]);
}

#define TRY(t) try_rows(t, ARRAY_SIZE(t))

/* The key is out at 3 s. */
#define TURN "at 1s ignition acc\nat 2s ignition off\nat 3s key remove\n"
#define TURN_OK "ignition 2/5; "
#define CLICKS(n)                                                            \
	"wait 700ms fob " n " click lock\nwait 700ms fob " n " click lock\n" \
	"wait 700ms fob " n " click lock\n"
#define DO(n) "fob " n " press unlock\n" CLICKS(n) "wait 600ms fob " n " release unlock\n"
#define FOB(n) "wait 2s " DO(n)
#define DONE(k) "presses" k " 2.1/10; confirm" k " 0.3/3"
#define FOB_OK(k) "unlock" k " 2/30; " DONE(k)
/* The next one comes 2 s after UNLOCK went, that is 1.7 s after the confirmation. */
#define NEXT_OK(k) "; unlock" k " 1.7/30; " DONE(k)

/* What the car says of itself. Fobs 3 to 5 are not learned at first, 1 and 2 are. */
#define LEARNED \
	"wait 1s expect fob 3 slot 0\nexpect fob 1 forgotten\nexpect fob 2 forgotten\n"
#define UNCHANGED \
	"wait 1s expect fob 1 slot 0\nexpect fob 2 slot 1\nexpect fob 3 forgotten\n"
