/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stdio.h>

#include "proc/due.h"

static void timed(struct due *d, const char *word, nsec_t since, nsec_t limit)
{
	d->word = word;
	d->since = since;
	d->limit = limit;
}

_printf_(2, 3) static void say(struct due *d, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(d->text, sizeof(d->text), fmt, ap);
	va_end(ap);
}

/* The key has been turned: more turns, or back, or out? */
static void due_turned(const struct judge *j, struct due *d)
{
	const struct procedure *p = j->p;

	if (p->ignition_limit) {
		timed(d, "KEY OUT", j->turned, p->ignition_limit);
		say(d, "Turn the key back and take it out.");
	} else if (j->ignition != IGNITION_OFF) {
		timed(d, "BACK", j->turned, p->turn_limit);
		say(d, "Turn the key back to off.");
	} else if (j->turns < p->turns) {
		timed(d, "TURN", 0, 0);
		say(d, "%u of %u turns are done: once more, and back.", j->turns,
		    p->turns);
	} else {
		timed(d, "KEY OUT", j->back, p->out_limit);
		say(d, "Take the key out.");
	}
}

static void due_wait(const struct judge *j, struct due *d)
{
	const struct procedure *p = j->p;
	unsigned int n = j->result.n_slots;

	timed(d, "UNLOCK", j->base, n ? p->next_limit : p->fob_limit);
	if (n)
		say(d, "%u fob%s learned. The next one: press UNLOCK and hold it.", n,
		    n == 1 ? " is" : "s are");
	else if (p->part == FOB_PART_CLICK)
		say(d, "Press UNLOCK, and let it go.");
	else
		say(d, "Press UNLOCK and hold it.");
}

static void due_hold(const struct judge *j, struct due *d)
{
	if (j->presses < j->p->presses) {
		timed(d, "LOCK 3X", j->unlock, j->p->press_limit);
		say(d, "Hold UNLOCK, and press LOCK: %u of %u are done.", j->presses,
		    j->p->presses);
	} else {
		timed(d, "LET GO", 0, 0);
		say(d, "Let UNLOCK go.");
	}
}

void judge_due(const struct judge *j, struct due *ret)
{
	*ret = (struct due){ .word = "" };
	switch (j->phase) {
	case JUDGE_IDLE:
		timed(ret, "TURN", 0, 0);
		say(ret, "%s", j->p->steps[j->p->n_before].text);
		break;
	case JUDGE_TURNED:
		due_turned(j, ret);
		break;
	case JUDGE_WAIT:
		due_wait(j, ret);
		break;
	case JUDGE_HOLD:
	case JUDGE_EARLY:
		due_hold(j, ret);
		break;
	case JUDGE_RELEASE:
		timed(ret, "LET GO", 0, 0);
		say(ret, "Let both buttons go.");
		break;
	case JUDGE_CLICK:
		timed(ret, "LOCK", j->base, j->p->lock_limit);
		say(ret, "Press LOCK.");
		break;
	case JUDGE_CONFIRM:
		timed(ret, "DOORS", j->released, j->p->confirm_limit);
		say(ret, "Wait for the doors: they lock and unlock.");
		break;
	case JUDGE_DONE:
		say(ret, "It is over.");
		break;
	}
}
