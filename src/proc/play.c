/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "car/compose.h"
#include "proc/play.h"

struct text {
	char *at;
	size_t size, len;
};

_printf_(2, 3) static void line(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(t->at + t->len, t->size - t->len, fmt, ap);
	va_end(ap);
	if (n > 0)
		t->len = MIN(t->len + (size_t)n, t->size - 1);
}

static void play_ignition(struct text *t, const struct procedure *p)
{
	for (unsigned int i = 0; i < p->turns; i++)
		line(t, "%s ignition %s\nwait 1s ignition off\n", i ? "wait 1s" : "at 1s",
		     p->to_on ? "on" : "acc");
	if (p->key_out)
		line(t, "wait 800ms key remove\n");
}

/* From UNLOCK going down, which WHEN says, to its end. */
static void play_fob(struct text *t, const struct procedure *p, unsigned int fob, const char *when)
{
	if (p->part == FOB_PART_CLICK) {
		line(t, "%s fob %u click unlock\nwait 1s fob %u click lock\n", when, fob, fob);
		return;
	}
	line(t, "%s fob %u press unlock\n", when, fob);
	for (unsigned int k = 1; k < p->presses; k++)
		line(t, "wait 700ms fob %u click lock\n", fob);
	if (p->together)
		line(t, "wait 700ms fob %u press lock\nwait 200ms fob %u release lock\n"
			"fob %u release unlock\n", fob, fob, fob);
	else
		line(t, "wait 700ms fob %u click lock\nwait 600ms fob %u release unlock\n", fob, fob);
}

void play_script(char *buf, size_t size, const struct procedure *p, unsigned int fobs,
		 bool ignition, nsec_t start)
{
	struct text t = { buf, size, 0 };
	char when[40], seconds[32];

	num_put_seconds(seconds, sizeof(seconds), start);
	snprintf(when, sizeof(when), "at %ss", seconds);
	if (ignition)
		play_ignition(&t, p);
	for (unsigned int i = 1; i <= MIN(fobs, p->fobs_max); i++)
		play_fob(&t, p, i, i > 1 ? "wait 2500ms" : ignition ? "wait 2s" : when);
	if (ignition && p->key_out)
		line(&t, "wait 3s key insert 1\nwait 500ms ignition acc\nwait 1s ignition off\n");
}

struct trigger_step {
	nsec_t at;
	const char *message;
	const char *values[2];
	bool on;
};

/* The key is out so long after the ignition is off; the EWS says so again, kbus.md 2.3. */
#define KEY_OUT (600 * NSEC_PER_MSEC)
#define KEY_NONE (KEY_OUT + 2800 * NSEC_PER_MSEC)

static nsec_t last_off(const struct procedure *p)
{
	return 1200 * NSEC_PER_MSEC + (p->turns - 1) * 2 * NSEC_PER_SEC;
}

/*
 * kbus.md 2.1 and 2.3, in the order and with the gaps of kbus.md 7.4: the key is in, each
 * turn takes 1 s, and with one turn it is out 1.8 s after. False: there is no step I.
 */
static bool step_of(const struct procedure *p, size_t i, struct trigger_step *ret)
{
	size_t turns = 2 * p->turns;
	nsec_t turn = i ? (nsec_t)((i - 1) / 2) * 2 * NSEC_PER_SEC : 0;

	if (i == 0)
		*ret = (struct trigger_step){ 0, "Key_Status", { "Key_In_Lock=in", "Key_Number=0" }, false };
	else if (i <= turns && i % 2)
		*ret = (struct trigger_step){ 200 * NSEC_PER_MSEC + turn, "Ignition",
					      { "Ignition_R=on", p->to_on ? "Ignition_15=on" : NULL }, true };
	else if (i <= turns)
		*ret = (struct trigger_step){ 1200 * NSEC_PER_MSEC + turn, "Ignition",
					      { "Ignition_R=off", NULL }, false };
	else if (i == turns + 1 && p->key_out)
		*ret = (struct trigger_step){ last_off(p) + KEY_OUT, "Key_Status",
					      { "Key_In_Lock=out", "Key_Number=0" }, false };
	else if (i == turns + 2 && p->key_out)
		*ret = (struct trigger_step){ last_off(p) + KEY_NONE, "Key_Status",
					      { "Key_In_Lock=out", "Key_Number=none" }, false };
	else
		return false;

	return true;
}

void trigger_init(struct trigger *t, const struct procedure *p, const struct decoder *d,
		  nsec_t start)
{
	*t = (struct trigger){ .decoder = d, .p = p, .start = start };
}

nsec_t trigger_next(const struct trigger *t)
{
	struct trigger_step step;

	return step_of(t->p, t->next, &step) ? t->start + step.at : NSEC_NEVER;
}

nsec_t trigger_over(const struct trigger *t)
{
	return t->start + last_off(t->p) + (t->p->key_out ? KEY_OUT : 0);
}

static int compose(const struct trigger *t, const struct trigger_step *s, struct frame *ret_frame)
{
	char text[2][32], *values[2] = { text[0], text[1] };
	char why[COMPOSE_WHY_MAX];
	size_t n = 0;

	for (; n < 2 && s->values[n]; n++)
		snprintf(text[n], sizeof(text[n]), "%s", s->values[n]);

	return compose_message(t->decoder, s->message, values, n, ret_frame, why);
}

int trigger_frame(struct trigger *t, struct frame *ret_frame)
{
	struct trigger_step s;

	if (!step_of(t->p, t->next++, &s))
		return -ENOENT;
	t->on = s.on;

	return compose(t, &s, ret_frame);
}

bool trigger_undo(struct trigger *t, struct frame *ret_frame)
{
	static const struct trigger_step off = { 0, "Ignition", { "Ignition_R=off" }, false };

	if (!t->on)
		return false;
	t->on = false;

	return compose(t, &off, ret_frame) == 0;
}
