/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "sim/car.h"
#include "sim/script.h"

/* Lines of the control language that wait for their time, and those that do not. */

struct line {
	struct command command;
	const char *name;
	unsigned int number;
};

static const struct sim_fault no_fault;

static int run(struct sim *s, const struct line *l, struct sim_fault *ret_fault)
{
	struct sim_fault f = no_fault;
	int r;

	f.name = l->name;
	f.line = l->number;
	r = l->command.verb->run(s, &l->command, &f);
	if (r < 0)
		*ret_fault = f;

	return r;
}

/* A timer: the line's time has come. */
static void run_line(struct sim *s, unsigned int i)
{
	struct line l = s->lines[i];
	struct sim_fault f;

	if (--s->n_waiting == 0)
		s->n_lines = 0;
	if (run(s, &l, &f) < 0)
		sim_stop(s, &f);
}

static int make_room(struct sim *s)
{
	size_t size = s->size_lines ? 2 * s->size_lines : 64;
	struct line *lines;

	if (s->n_lines < s->size_lines)
		return 0;
	lines = reallocarray(s->lines, size, sizeof(*lines));
	if (!lines)
		return -ENOMEM;
	s->lines = lines;
	s->size_lines = size;

	return 0;
}

static int queue(struct sim *s, const struct line *l, nsec_t t)
{
	struct timer timer = {
		.t = t,
		.fire = run_line,
		.arg = (unsigned int)s->n_lines,
		.effect = true,
	};
	int r = make_room(s);

	if (r < 0)
		return r;
	r = sim_timers_add(&s->script, &timer);
	if (r < 0)
		return r;
	s->lines[s->n_lines++] = *l;
	s->n_waiting++;

	return 0;
}

/* When a line is due; LAST is the time of the one before it. */
static int due(const struct command_time *when, nsec_t start, nsec_t last,
	       struct sim_fault *f, nsec_t *ret)
{
	nsec_t t = last;

	switch (when->when) {
	case COMMAND_PLAIN:
		break;
	case COMMAND_AT:
		t = start + when->t;
		break;
	case COMMAND_WAIT:
		t = last + when->t;
		break;
	}
	if (t - start > COMMAND_TIME_MAX)
		return sim_command_fail(f, 1,
					"this is more than 30 years from the start");
	*ret = t;

	return 0;
}

/* Calls EACH for every line that says something, in order; stops when it fails. */
static int each_line(struct sim *s, const char *name, const char *text, size_t len,
		     int (*each)(struct sim *s, const struct line *l, nsec_t t),
		     struct sim_fault *ret_fault)
{
	struct line l = { .name = name };
	nsec_t last = s->now;

	for (const char *p = text, *end = text + len; p < end;) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((nl ? nl : end) - p);
		struct sim_fault f = no_fault;
		struct command_time when;
		int r;

		f.name = name;
		f.line = ++l.number;
		r = sim_command_parse(s, p, n, &when, &l.command, &f);
		if (r == 0 && l.command.verb)
			r = due(&when, s->now, last, &f, &last);
		if (r < 0) {
			*ret_fault = f;
			return r;
		}
		if (l.command.verb) {
			r = each(s, &l, last);
			if (r < 0)
				return r;
		}
		p += n + 1;
	}

	return 0;
}

static int check_only(struct sim *s, const struct line *l, nsec_t t)
{
	(void)s, (void)l, (void)t;

	return 0;
}

int sim_load(struct sim *s, const char *name, const char *text, size_t len,
	     struct sim_fault *ret_fault)
{
	int r = each_line(s, name, text, len, check_only, ret_fault);

	return r < 0 ? r : each_line(s, name, text, len, queue, ret_fault);
}

int sim_do(struct sim *s, const char *line, struct sim_fault *ret_fault)
{
	struct line l = { .number = ++s->n_controls };
	struct sim_fault f = no_fault;
	struct command_time when;
	nsec_t t = s->now;
	int r;

	if (s->failed) {
		*ret_fault = s->fault;
		return -EINVAL;
	}
	f.line = l.number;
	r = sim_command_parse(s, line, strlen(line), &when, &l.command, &f);
	if (r == 0 && !l.command.verb)
		return 0;
	if (r == 0)
		r = due(&when, 0, MAX(s->last_control, s->now), &f, &t);
	if (r < 0) {
		*ret_fault = f;
		return r;
	}
	s->last_control = t;

	return t <= s->now ? run(s, &l, ret_fault) : queue(s, &l, t);
}
