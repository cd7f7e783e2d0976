/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "attempt.h"
#include "proc/play.h"

/*
 * The judge of `one-turn` beside a simulated r53: a script drives the car, and lines that
 * `expect` say what the car itself has learned. Limits are literal here.
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

static inline void try_row(const struct row *row)
{
	struct attempt a = {
		.car = "r53", .built = 200506, .procedure = "one-turn", .wanted = row->wanted,
	};
	struct outcome o;
	struct ear ear;

	ear_open(&ear, "r5x");
	attempt_run(&a, &ear, row->script, &o);
	ear_close(&ear);
	if (o.fault)
		fail_msg("%s: the car: %s", row->name, o.why);
	if (strcmp(o.verdict, row->verdict) || (row->steps && strcmp(o.steps, row->steps)) ||
	    strcmp(o.slots, row->slots) || (row->words && !strstr(o.reason, row->words)))
		fail_msg("%s:\n got %s, [%s], slots '%s', '%s'\nwant %s, [%s], slots '%s', '%s'",
			 row->name, o.verdict, o.steps, o.slots, o.reason, row->verdict,
			 row->steps ? row->steps : "", row->slots, row->words ? row->words : "");
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
