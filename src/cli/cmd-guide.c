/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "cli/cli.h"
#include "cli/coach.h"
#include "out/wrap.h"
#include "proc/guide.h"

struct guide_args {
	struct car_args car;
	struct guide_request request;
	bool json, coach;
};

enum { OPT_FOB = 0x300, OPT_COACH, OPT_JSON };

/* "fob, emergency-open, digital-key" */
static const char *topics_text(char *buf, size_t size)
{
	size_t len = 0;

	*buf = '\0';
	for (size_t i = 0; guide_topics[i] && len < size; i++)
		len += (size_t)snprintf(buf + len, size - len, "%s%s", i ? ", " : "",
					guide_topics[i]->id);

	return buf;
}

static void parse_topic(struct guide_request *q, const char *arg,
			struct argp_state *state)
{
	char list[128];

	if (state->arg_num == 0) {
		q->topic = guide_find(arg);
		if (!q->topic)
			args_error(state, "unknown topic '%s'; there are %s", arg,
				   topics_text(list, sizeof(list)));
		return;
	}
	if (state->arg_num > 1 || (!q->topic->parts && !q->topic->procedures))
		args_too_much(state, arg);
	q->part = topic_part(q->topic, arg);
	if (q->topic->procedures)
		q->procedure = procedure_find(arg);
	if (!q->part && !q->procedure)
		args_error(state, "%s has no part '%s'; 'minikey guide %s' shows them",
			   q->topic->id, arg, q->topic->id);
}

static void check(const struct guide_args *a, const struct argp_state *state)
{
	args_fob_of(state, &a->car, a->request.car.fob);
	if (a->coach && !a->request.topic->procedures)
		args_error(state,
			   "--coach counts the seconds of a procedure; %s has none",
			   a->request.topic->id);
	if (a->coach && a->json)
		args_error(state, "--coach is for a person; it has no --json");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct guide_args *a = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		args_init(state);
		state->child_inputs[0] = &a->car;
		a->request.topic = guide_topics[0];
		return 0;
	case ARGP_KEY_ARG:
		parse_topic(&a->request, arg, state);
		return 0;
	case OPT_FOB:
		a->request.car.fob = args_fob(state, arg);
		return 0;
	case OPT_COACH:
		a->coach = true;
		return 0;
	case OPT_JSON:
		a->json = true;
		return 0;
	case ARGP_KEY_END:
		check(a, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "fob", OPT_FOB, "KIND", 0, "Which fob: 2-button, 3-button, round, no-slot", 0 },
	{ "coach", OPT_COACH, NULL, 0,
	  "Count the seconds with you: SPACE marks a step, q ends", 0 },
	{ "json", OPT_JSON, NULL, 0, "JSON: one object", 0 },
	{ 0 },
};

static const struct argp_child children[] = {
	{ &car_argp, 0, "Car:", 1 },
	{ 0 },
};

static const struct argp guide_argp = {
	.options = options,
	.parser = parse,
	.children = children,
	.args_doc = "[TOPIC [PART]]",
	.doc = "Show what the owner of a car can do: the steps with their limits, where each is from, "
	       "and where the sources differ."
	       "\vTopics: fob (the default), emergency-open, digital-key with its parts. Without --car "
	       "every variant is shown.",
};

/* Returns the exit status. */
static int show(const struct cmd *self, const struct guide_args *a, struct view *v)
{
	const struct guide_request *q = &a->request;
	struct guide_page page;
	int r;

	guide_page(&page, q);
	v->ops->guide(v, &page);
	r = out_flush(v->out);
	if (r < 0 && r != -EPIPE)
		return cli_fail(self, EXIT_OUTPUT, "cannot write: %s", err_text(r));
	if (page.way)
		return EXIT_YES;

	return cli_fail(
		self, EXIT_NOT_FOR_CAR,
		"%s: no way is known for %s%s; shown is what is known instead, and what to do",
		q->topic->id, q->car.model ? "the " : "this fob",
		q->car.model ? q->car.model->id : "");
}

/* The one that was named, or the best for the car; NULL: there is none. */
static const struct procedure *choose(const struct cmd *self,
				      const struct guide_request *q)
{
	const struct procedure *list[PROCEDURES_MAX] = { q->procedure };
	size_t n = q->procedure ? 1 : guide_procedures(&q->car, list);

	if (n > 1)
		cli_say(self,
			"this is %s; another that may be for your car: 'minikey guide fob %s "
			"--coach'",
			list[0]->id, list[1]->id);

	return list[0];
}

static int coach(const struct cmd *self, const struct guide_args *a, struct view *v)
{
	const struct procedure *p = choose(self, &a->request);
	struct keyboard keys;
	struct screen screen;
	struct clock clk;
	struct coaching g = { .clk = &clk, .keys = &keys, .view = v };
	int r;

	if (!p)
		return cli_fail(self, EXIT_NOT_FOR_CAR,
				"no procedure is known for this car or fob; "
				"'minikey guide' says what is");
	clock_init_real(&clk);
	r = clock_catch_signals(&clk);
	if (r == 0 && screen_possible(STDIN_FILENO, STDOUT_FILENO)) {
		r = screen_open(&screen, STDIN_FILENO, v->out, v->colour);
		g.screen = &screen;
	}
	if (r < 0)
		return cli_fail(self, EXIT_OUTPUT, "cannot use the terminal: %s",
				err_text(r));
	keyboard_init(&keys, &clk, STDIN_FILENO, g.screen);
	r = coach_run(&g, p);
	clock_release_signals(&clk);
	if (r == -ECANCELED)
		return EXIT_SIGNAL + clk.signal;
	if (r < 0 && r != -EPIPE)
		return cli_fail(self, EXIT_OUTPUT, "cannot write: %s", err_text(r));

	return r > 0 ? EXIT_YES : EXIT_NO;
}

static int guide_main(const struct cmd *self, int argc, char **argv)
{
	struct guide_args a = { 0 };
	struct out out;
	struct view v = { .out = &out, .columns = wrap_columns(STDOUT_FILENO) };
	const char *why;

	argp_parse(self->argp, argc, argv, 0, NULL, &a);
	if (car_args_defaults(&a.car) < 0)
		return cli_fail(self, EXIT_USAGE, "unknown car '%s' in MINIKEY_CAR",
				getenv("MINIKEY_CAR"));
	a.request.car.model = a.car.car;
	a.request.car.built = a.car.built;
	if (a.request.procedure &&
	    !procedure_applies(a.request.procedure, a.car.car, a.car.built,
			       a.request.car.fob, &why))
		return cli_fail(self, EXIT_NOT_FOR_CAR, "%s does not apply: %s",
				a.request.procedure->id, why);
	out_init(&out, STDOUT_FILENO);
	v.ops = a.json ? &view_json : &view_text;
	v.colour = !a.json && view_wants_colour(STDOUT_FILENO);

	return a.coach ? coach(self, &a, &v) : show(self, &a, &v);
}

const struct cmd cmd_guide = {
	.name = "guide",
	.summary = "Show what an owner can do, step by step",
	.argp = &guide_argp,
	.main = guide_main,
};
