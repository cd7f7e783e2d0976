/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "cli/coach.h"
#include "cli/live.h"
#include "out/wrap.h"

#define STEPS_MAX 64 /* that are kept for the screen and for the end */
#define PICTURE (100 * NSEC_PER_MSEC)

/* What there is besides the coach itself. */
struct run {
	struct coaching *g;
	struct coach coach;
	struct judge_step steps[STEPS_MAX];
	size_t n_steps;
	char lines[SCREEN_LINES_MAX][200];
	bool told_late; /* line by line: that the limit has passed */
	bool quit;
};

static const char help_mark[] = "SPACE: done   q: end";
static const char help_ask[] = "SPACE: yes   n: no   q: end";

/* ---- on the screen ---- */

static void put_line(struct run *run, struct screen_page *page,
		     const struct judge_step *s)
{
	char *text = run->lines[page->n_lines];

	live_step_text(text, sizeof(run->lines[0]), s);
	page->lines[page->n_lines++] =
		(struct screen_line){ text, s->ok ? SCREEN_GOOD : SCREEN_BAD };
}

static int draw(struct run *run, nsec_t now)
{
	const struct coach_step *due = coach_due(&run->coach);
	struct screen_page page = {
		.title = run->coach.p->title,
		.word = due->word,
		.text = due->text,
		.limit = due->limit,
		.elapsed = due->limit ? now - coach_since(&run->coach) : 0,
		.keys = due->asks ? help_ask : help_mark,
	};

	for (size_t i = MAX(run->n_steps, (size_t)SCREEN_LINES_MAX) - SCREEN_LINES_MAX;
	     i < run->n_steps; i++)
		put_line(run, &page, &run->steps[i]);

	return screen_draw(run->g->screen, &page);
}

/* ---- line by line ---- */

static void put_step(struct view *v, const struct judge_step *s)
{
	char text[200];

	live_step_text(text, sizeof(text), s);
	out_puts(v->out, "         ");
	view_colour(v, s->ok ? VIEW_GREEN : VIEW_RED);
	out_wrap_to(v->out, 9, v->columns, text);
	view_colour(v, VIEW_PLAIN);
}

static void prompt(struct run *run)
{
	const struct coach_step *due = coach_due(&run->coach);
	struct out *o = run->g->view->out;
	char text[COACH_TEXT_MAX + 64], limit[32] = "";

	num_put_seconds(limit, sizeof(limit), due->limit);
	snprintf(text, sizeof(text), "%s%s%s%s", due->text, due->limit ? " Within " : "",
		 due->limit ? limit : "", due->limit ? " s." : "");
	out_printf(o, "%-8s ", due->word);
	out_wrap_to(o, 9, run->g->view->columns, text);
	run->told_late = false;
}

static void tell_late(struct run *run, nsec_t now)
{
	const struct coach_step *due = coach_due(&run->coach);
	char limit[32];

	if (run->told_late || !due || !due->limit ||
	    now - coach_since(&run->coach) <= due->limit)
		return;
	num_put_seconds(limit, sizeof(limit), due->limit);
	out_printf(run->g->view->out, "         The %s s are over.\n", limit);
	run->told_late = true;
}

/* ---- both ---- */

static void settle(struct run *run, nsec_t t, bool yes)
{
	const struct coach_step *before = coach_due(&run->coach);
	struct judge_step step;
	bool settled = coach_key(&run->coach, t, yes, &step);

	if (settled && run->n_steps == STEPS_MAX)
		memmove(run->steps, run->steps + 1, (--run->n_steps) * sizeof(step));
	if (settled)
		run->steps[run->n_steps++] = step;
	if (run->g->screen)
		return;
	if (settled)
		put_step(run->g->view, &step);
	if (coach_due(&run->coach) && coach_due(&run->coach) != before)
		prompt(run);
}

/* Line by line nothing happens between a limit and the next key. */
static nsec_t next_wake(const struct run *run, nsec_t now)
{
	if (run->g->screen)
		return now + PICTURE;

	return run->told_late ? NSEC_NEVER : coach_next(&run->coach);
}

/* Until it is over, or the person has enough. 0, or negative errno. */
static int follow(struct run *run)
{
	struct coaching *g = run->g;

	while (coach_due(&run->coach)) {
		nsec_t now = clock_now(g->clk);
		enum press key;
		int r;

		r = g->screen ? draw(run, now) : out_flush(g->view->out);
		if (r < 0)
			return r;
		r = g->keys->read(g->keys, next_wake(run, now), &key);
		run->quit = r == -ENODATA || (r == 1 && key == PRESS_QUIT);
		if (run->quit)
			return 0;
		if (r < 0)
			return r;
		now = clock_now(g->clk);
		coach_time(&run->coach, now);
		if (r == 1)
			settle(run, now, key == PRESS_MARK);
		else if (!g->screen)
			tell_late(run, now);
	}

	return 0;
}

static void put_end(struct run *run)
{
	struct out *o = run->g->view->out;
	unsigned int n = run->coach.learned;
	size_t n_hints;
	const struct procedure_note *hints = procedure_hints(&n_hints);

	for (size_t i = 0; run->g->screen && i < run->n_steps; i++)
		put_step(run->g->view, &run->steps[i]);
	if (n && !run->quit && n < run->coach.p->fobs_max)
		out_puts(o, "30 s without a fob: the session is over.\n");
	if (n) {
		out_printf(
			o,
			"Done, by your marks, with %u fob%s. What the car did only you saw: try "
			"every fob now.\n",
			n, n == 1 ? "" : "s");
		return;
	}
	out_puts(o, "Ended before a fob was done.\n");
	for (size_t i = 0; run->n_steps && run->coach.p->part && i < n_hints; i++) {
		out_puts(o, i ? "      " : "Hint: ");
		out_wrap_to(o, 6, run->g->view->columns, hints[i].text);
	}
}

int coach_run(struct coaching *g, const struct procedure *p)
{
	struct run run = { .g = g };
	int r;

	coach_init(&run.coach, p);
	if (!g->screen) {
		out_wrap_to(g->view->out, 0, g->view->columns, p->title);
		out_puts(
			g->view->out,
			"Enter marks what is due; a line with n says no, one with q ends.\n");
		prompt(&run);
	}
	r = follow(&run);
	if (g->screen)
		screen_close(g->screen);
	if (r == 0) {
		put_end(&run);
		r = out_flush(g->view->out);
	}

	return r < 0 ? r : run.coach.learned > 0;
}
