/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "cli/live.h"
#include "proc/due.h"

void live_open(struct live *l, struct view *v, int in_fd, const char *interface)
{
	*l = (struct live){ .view = v, .interface = interface };
	if (screen_possible(in_fd, v->out->fd) && out_flush(v->out) == 0)
		l->on = screen_open(&l->screen, in_fd, v->out, v->colour) == 0;
}

void live_close(struct live *l)
{
	if (!l->on)
		return;
	screen_close(&l->screen);
	l->on = false;
	for (size_t i = 0; i < l->n_steps; i++)
		l->view->ops->step(l->view, &l->steps[i]);
}

void live_event(struct live *l, const struct event *e)
{
	const char *kind = event_kind_word(e->kind), *name, *word;

	switch (e->kind) {
	case EVENT_FOB:
		snprintf(l->heard, sizeof(l->heard), "heard: fob slot %d: %s", e->slot,
			 e->word);
		return;
	case EVENT_BUS:
		snprintf(l->heard, sizeof(l->heard), "bus: %s", bus_word((enum bus_state)e->value));
		return;
	case EVENT_LOST:
	case EVENT_ERROR:
		snprintf(l->heard, sizeof(l->heard), "heard: %s", kind);
		return;
	case EVENT_IGNITION:
	case EVENT_KEY:
	case EVENT_DOOR:
	case EVENT_LOCK:
	case EVENT_LID:
	case EVENT_WINDOW:
	case EVENT_INIT:
	case N_EVENTS:
		break;
	}
	name = datum_name(e->datum);
	word = datum_word(e->datum, e->value);
	if (word)
		snprintf(l->heard, sizeof(l->heard), "heard: %s%s%s: %s", kind,
			 strcmp(name, kind) ? " " : "", strcmp(name, kind) ? name : "",
			 word);
}

void live_step(struct live *l, const struct judge_step *s)
{
	if (l->n_steps == LIVE_STEPS_MAX)
		memmove(l->steps, l->steps + 1, --l->n_steps * sizeof(*s));
	l->steps[l->n_steps++] = *s;
}

void live_step_text(char *buf, size_t size, const struct judge_step *s)
{
	char fob[24] = "", took[48] = "", limit[32];

	if (s->fob)
		snprintf(fob, sizeof(fob), "fob %u ", s->fob);
	if (s->ok && s->took != JUDGE_NO_TIME && s->limit != JUDGE_NO_TIME) {
		num_put_seconds(limit, sizeof(limit), s->limit);
		snprintf(took, sizeof(took), " %.1f s of %s s",
			 (double)s->took / (double)NSEC_PER_SEC, limit);
	}
	snprintf(buf, size, "%-4s %s%s%s%s%s", s->ok ? "ok" : "FAIL", fob, s->id, took,
		 *s->reason ? ": " : "", s->reason);
}

int live_draw(struct live *l, const struct recogniser *r, nsec_t now)
{
	char lines[SCREEN_LINES_MAX][240];
	const struct procedure *p = recogniser_procedure(r);
	char title[120];
	struct screen_page page = { .title = title, .keys = "Ctrl-C: end" };
	size_t first = l->n_steps < SCREEN_LINES_MAX - 1
			       ? 0
			       : l->n_steps - (SCREEN_LINES_MAX - 1);
	struct due due;

	snprintf(title, sizeof(title), "%s on %s", p ? p->id : "initialisation",
		 l->interface);
	judge_due(&r->candidates[r->leader].judge, &due);
	page.word = due.word;
	page.text = due.text;
	page.limit = due.limit;
	page.elapsed = now - due.since;
	for (size_t i = first; i < l->n_steps; i++) {
		live_step_text(lines[page.n_lines], sizeof(lines[0]), &l->steps[i]);
		page.lines[page.n_lines] =
			(struct screen_line){ lines[page.n_lines],
					      l->steps[i].ok ? SCREEN_GOOD : SCREEN_BAD };
		page.n_lines++;
	}
	if (*l->heard)
		page.lines[page.n_lines++] =
			(struct screen_line){ l->heard, SCREEN_PLAIN };

	return screen_draw(&l->screen, &page);
}
