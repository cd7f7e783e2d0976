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

void play_script(char *buf, size_t size, unsigned int fobs, bool ignition, nsec_t start)
{
	struct text t = { buf, size, 0 };
	char when[32];

	num_put_seconds(when, sizeof(when), start);
	if (ignition)
		line(&t, "at 1s ignition acc\nwait 1s ignition off\nwait 800ms key remove\n"
			 "wait 2s fob 1 press unlock\n");
	else
		line(&t, "at %ss fob 1 press unlock\n", when);
	for (unsigned int i = 1; i <= fobs; i++) {
		if (i > 1)
			line(&t, "wait 2500ms fob %u press unlock\n", i);
		for (int k = 0; k < 3; k++)
			line(&t, "wait 700ms fob %u click lock\n", i);
		line(&t, "wait 600ms fob %u release unlock\n", i);
	}
	if (ignition)
		line(&t, "wait 3s key insert 1\nwait 500ms ignition acc\nwait 1s ignition off\n");
}

/* kbus.md 2.1 and 2.3, in the order and with the gaps of kbus.md 7.4; 1.8 s in all. */
static const struct trigger_step {
	nsec_t at;
	const char *message;
	const char *values[2];
	bool on;
} steps[] = {
	{ 0, "Key_Status", { "Key_In_Lock=in", "Key_Number=0" }, false },
	{ 200 * NSEC_PER_MSEC, "Ignition", { "Ignition_R=on" }, true },
	{ 1200 * NSEC_PER_MSEC, "Ignition", { "Ignition_R=off" }, false },
	{ 1800 * NSEC_PER_MSEC, "Key_Status", { "Key_In_Lock=out", "Key_Number=0" }, false },
	{ 4600 * NSEC_PER_MSEC, "Key_Status", { "Key_In_Lock=out", "Key_Number=none" }, false },
};

#define STEP_KEY_OUT 3

void trigger_init(struct trigger *t, const struct decoder *d, nsec_t start)
{
	*t = (struct trigger){ .decoder = d, .start = start };
}

nsec_t trigger_next(const struct trigger *t)
{
	return t->next < ARRAY_SIZE(steps) ? t->start + steps[t->next].at : NSEC_NEVER;
}

nsec_t trigger_key_out(const struct trigger *t)
{
	return t->start + steps[STEP_KEY_OUT].at;
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
	const struct trigger_step *s = &steps[t->next++];

	t->on = s->on;

	return compose(t, s, ret_frame);
}

bool trigger_undo(struct trigger *t, struct frame *ret_frame)
{
	static const struct trigger_step off = { 0, "Ignition", { "Ignition_R=off" }, false };

	if (!t->on)
		return false;
	t->on = false;

	return compose(t, &off, ret_frame) == 0;
}
