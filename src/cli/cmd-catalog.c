/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "cli/session.h"
#include "out/json.h"

struct catalog_args {
	bool json;
	const struct car_model *car;
};

enum { OPT_JSON = 0x300 };

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct catalog_args *a = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		args_init(state);
		return 0;
	case OPT_JSON:
		a->json = true;
		return 0;
	case ARGP_KEY_ARG:
		if (a->car)
			args_error(state, "more than one car");
		a->car = car_model_find(arg);
		if (!a->car)
			args_error(state, "unknown car '%s'; 'minikey catalog' lists them", arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "json", OPT_JSON, NULL, 0, "JSON: one object", 0 },
	{ 0 },
};

static const struct argp catalog_argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[CAR]",
	.doc = "Show every message and request of a car with its grade and its source; without CAR, "
	       "list the cars."
	       "\vGrades: observed (on a MINI of that platform), sibling (on another BMW), documented, "
	       "claimed (one claim, or inferred), simulated (only our simulator speaks it).",
};

static void list_text(struct out *o)
{
	size_t n;
	const struct car_model *cars = car_models(&n);

	for (size_t i = 0; i < n; i++) {
		const struct platform *p = cars[i].platform;

		out_printf(o, "%-4s %-36s %-6s %s%s%s\n", cars[i].id, cars[i].name,
			   p->bus ? p->bus : "-", p->body.name ? p->body.name : "nothing public",
			   p->diag.name ? " " : "", p->diag.name ? p->diag.name : "");
	}
}

static void list_json(struct out *o)
{
	struct json j = { .out = o };
	size_t n;
	const struct car_model *cars = car_models(&n);

	json_open(&j, '{');
	json_key(&j, "cars");
	json_open(&j, '[');
	for (size_t i = 0; i < n; i++) {
		json_open(&j, '{');
		json_key(&j, "car");
		json_string(&j, cars[i].id);
		json_key(&j, "name");
		json_string(&j, cars[i].name);
		json_key(&j, "bus");
		json_string(&j, cars[i].platform->bus);
		json_close(&j, '}');
	}
	json_close(&j, ']');
	json_close(&j, '}');
	json_end(&j);
}

static int show(const struct cmd *self, const struct catalog_args *a, struct out *o)
{
	struct view v = {
		.ops = a->json ? &view_json : &view_text,
		.out = o,
		.colour = !a->json && view_wants_colour(STDOUT_FILENO),
	};
	struct decoder d = { 0 };
	int r;

	if (!a->car) {
		if (a->json)
			list_json(o);
		else
			list_text(o);
		return EXIT_YES;
	}
	if (!a->car->platform->body.text)
		return cli_fail(self, EXIT_NOT_FOR_CAR, "nothing is publicly known about the buses of "
				"the %s", a->car->id);
	r = decoder_init(&d, a->car->platform);
	if (r < 0)
		return cli_fail(self, EXIT_INPUT, "cannot load the car: %s", err_text(r));
	v.ops->catalog(&v, a->car, &d);
	decoder_free(&d);

	return EXIT_YES;
}

static int catalog_main(const struct cmd *self, int argc, char **argv)
{
	struct catalog_args a = { 0 };
	struct out out;
	int status, r;

	argp_parse(self->argp, argc, argv, 0, NULL, &a);
	out_init(&out, STDOUT_FILENO);
	status = show(self, &a, &out);
	r = out_flush(&out);
	if (r < 0 && r != -EPIPE)
		return cli_fail(self, EXIT_OUTPUT, "cannot write: %s", err_text(r));

	return status;
}

const struct cmd cmd_catalog = {
	.name = "catalog",
	.summary = "Show what is known of a car's bus, and how we know it",
	.argp = &catalog_argp,
	.main = catalog_main,
};
