/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "cli/cli.h"
#include "out/view.h"
#include "out/wrap.h"
#include "proc/guide.h"

struct guide_args {
	struct car_args car;
	enum fob_kind fob;
	bool json;
	const struct topic *topic;
	const struct section *part; /* NULL: not said */
};

enum { OPT_FOB = 0x300, OPT_JSON };

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

static void parse_topic(struct guide_args *a, const char *arg, struct argp_state *state)
{
	char list[128];

	if (state->arg_num == 0) {
		a->topic = guide_find(arg);
		if (!a->topic)
			args_error(state, "unknown topic '%s'; there are %s", arg,
				   topics_text(list, sizeof(list)));
		return;
	}
	if (!a->topic->parts || a->part)
		args_too_much(state, arg);
	a->part = topic_part(a->topic, arg);
	if (!a->part)
		args_error(state, "%s has no part '%s'; 'minikey guide %s' lists them",
			   a->topic->id, arg, a->topic->id);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct guide_args *a = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		args_init(state);
		state->child_inputs[0] = &a->car;
		a->topic = guide_topics[0];
		return 0;
	case ARGP_KEY_ARG:
		parse_topic(a, arg, state);
		return 0;
	case OPT_FOB:
		a->fob = args_fob(state, arg);
		return 0;
	case OPT_JSON:
		a->json = true;
		return 0;
	case ARGP_KEY_END:
		args_fob_of(state, &a->car, a->fob);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "fob", OPT_FOB, "KIND", 0, "Which fob: 2-button, 3-button, round, no-slot", 0 },
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
static int show(const struct cmd *self, const struct guide_args *a, struct out *o)
{
	const struct guide_car car = { a->car.car, a->car.built, a->fob };
	struct guide_page page;
	struct view v = {
		.ops = a->json ? &view_json : &view_text,
		.out = o,
		.colour = !a->json && view_wants_colour(STDOUT_FILENO),
		.columns = wrap_columns(STDOUT_FILENO),
	};
	int r;

	guide_page(&page, a->topic, a->part, &car);
	v.ops->guide(&v, &page);
	r = out_flush(o);
	if (r < 0 && r != -EPIPE)
		return cli_fail(self, EXIT_OUTPUT, "cannot write: %s", err_text(r));
	if (page.way)
		return EXIT_YES;

	return cli_fail(self, EXIT_NOT_FOR_CAR,
			"%s: no way is known for %s%s; shown is what is known "
			"instead, and what to do",
			a->topic->id, car.model ? "the " : "this fob",
			car.model ? car.model->id : "");
}

static int guide_main(const struct cmd *self, int argc, char **argv)
{
	struct guide_args a = { 0 };
	struct out out;

	argp_parse(self->argp, argc, argv, 0, NULL, &a);
	if (car_args_defaults(&a.car) < 0)
		return cli_fail(self, EXIT_USAGE, "unknown car '%s' in MINIKEY_CAR",
				getenv("MINIKEY_CAR"));
	out_init(&out, STDOUT_FILENO);

	return show(self, &a, &out);
}

const struct cmd cmd_guide = {
	.name = "guide",
	.summary = "Show what an owner can do, step by step",
	.argp = &guide_argp,
	.main = guide_main,
};
