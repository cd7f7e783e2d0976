/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "cli/cli.h"
#include "cli/menu.h"
#include "out/view.h"
#include "out/wrap.h"
#include "proc/diagnose.h"

struct diagnose_args {
	struct car_args car;
	enum fob_kind fob;
	const struct symptom *symptom; /* NULL: not said */
	bool json;
};

enum { OPT_FOB = 0x300, OPT_SYMPTOM, OPT_JSON };

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct diagnose_args *a = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		args_init(state);
		state->child_inputs[0] = &a->car;
		return 0;
	case ARGP_KEY_ARG:
		return args_too_much(state, arg);
	case OPT_FOB:
		a->fob = args_fob(state, arg);
		return 0;
	case OPT_SYMPTOM:
		a->symptom = symptom_find(arg);
		if (!a->symptom)
			args_error(state,
				   "unknown symptom '%s'; 'minikey diagnose' lists them",
				   arg);
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
	{ "symptom", OPT_SYMPTOM, "SYMPTOM", 0,
	  "What is wrong: none-works, one-dead, ...", 0 },
	{ "json", OPT_JSON, NULL, 0, "JSON: one object", 0 },
	{ 0 },
};

static const struct argp_child children[] = {
	{ &car_argp, 0, "Car:", 1 },
	{ 0 },
};

static const struct argp diagnose_argp = {
	.options = options,
	.parser = parse,
	.children = children,
	.doc = "Say what to try when a fob does not do what it should: in which order, and when a "
	       "workshop is needed."
	       "\vOn a terminal it asks for what was not said. Exit status: 0 there is something to "
	       "try, 1 there is not.",
};

/* ---- questions ---- */

static bool take_built(const char *text, void *arg)
{
	return args_parse_built(text, arg);
}

/* It matters with the first cars only. */
static int ask_built(struct menu *m, struct diagnose_args *a)
{
	if (strcmp(a->car.car->platform->id, "r5x"))
		return 0;

	return menu_ask_text(m, "When was it built (like 2005-06; Enter: not known)? ", take_built,
			     &a->car.built);
}

static int ask_car(struct menu *m, struct diagnose_args *a)
{
	size_t n;
	const struct car_model *cars = car_models(&n);
	int i;

	menu_begin(m, "Which car is it?");
	for (size_t k = 0; k < n; k++)
		menu_add(m, cars[k].id, cars[k].name);
	i = menu_ask(m);
	if (i < 0)
		return i;
	a->car.car = &cars[i];

	return a->car.built ? 0 : ask_built(m, a);
}

/* Those that this car can have. */
static int ask_fob(struct menu *m, struct diagnose_args *a)
{
	int i;

	menu_begin(m, "Which fob is it?");
	for (enum fob_kind k = FOB_KIND_2_BUTTON; k <= FOB_KIND_3_BUTTON; k++)
		menu_add(m, fob_info(k)->id, fob_info(k)->look);
	i = menu_ask(m);
	if (i >= 0)
		a->fob = FOB_KIND_2_BUTTON + (unsigned int)i;

	return i;
}

static int ask_symptom(struct menu *m, struct diagnose_args *a)
{
	size_t n;
	const struct symptom *list = symptoms(&n);
	int i;

	menu_begin(m, "What is it?");
	for (size_t k = 0; k < n; k++)
		menu_add(m, list[k].id, list[k].text);
	i = menu_ask(m);
	if (i >= 0)
		a->symptom = &list[i];

	return i;
}

/* "none-works, one-dead, ..." */
static const char *symptoms_text(char *buf, size_t size)
{
	size_t n, len = 0;
	const struct symptom *list = symptoms(&n);

	for (size_t i = 0; i < n && len < size; i++)
		len += (size_t)snprintf(buf + len, size - len, "%s%s", i ? ", " : "",
					list[i].id);

	return buf;
}

/* Nobody is there to be asked: what is missing? Returns the exit status. */
static int say_missing(const struct cmd *self, enum diagnosis_question missing)
{
	char list[400];

	switch (missing) {
	case DIAGNOSIS_CAR:
		return cli_fail(self, EXIT_USAGE,
				"which car? --car CAR ('minikey catalog' lists them)");
	case DIAGNOSIS_FOB:
		return cli_fail(self, EXIT_USAGE,
				"which fob? --built YYYY-MM tells it, or --fob 2-button, "
				"--fob 3-button");
	case DIAGNOSIS_SYMPTOM:
		return cli_fail(self, EXIT_USAGE, "what is wrong? --symptom, one of %s",
				symptoms_text(list, sizeof(list)));
	case DIAGNOSIS_READY:
		break;
	}

	return EXIT_YES;
}

/* Until nothing is missing. Returns 0, or the exit status. */
static int complete(const struct cmd *self, struct diagnose_args *a, struct out *out)
{
	bool person = !a->json && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
	struct menu m;
	int r = 0;

	menu_init(&m, out, STDIN_FILENO);
	while (r >= 0) {
		const struct guide_car car = { a->car.car, a->car.built, a->fob };
		enum diagnosis_question missing = diagnosis_missing(&car, a->symptom);

		if (missing == DIAGNOSIS_READY || !person)
			return say_missing(self, missing);
		r = missing == DIAGNOSIS_CAR   ? ask_car(&m, a)
		    : missing == DIAGNOSIS_FOB ? ask_fob(&m, a)
					       : ask_symptom(&m, a);
	}
	if (r == -ENODATA)
		return EXIT_NO;

	return cli_fail(self, EXIT_OUTPUT, "cannot ask: %s", err_text(r));
}

static int diagnose_main(const struct cmd *self, int argc, char **argv)
{
	struct diagnose_args a = { 0 };
	struct diagnosis d;
	struct guide_car car;
	struct out out;
	struct view v = { .out = &out, .columns = wrap_columns(STDOUT_FILENO) };
	int status, r;

	argp_parse(self->argp, argc, argv, 0, NULL, &a);
	if (car_args_defaults(&a.car) < 0)
		return cli_fail(self, EXIT_USAGE, "unknown car '%s' in MINIKEY_CAR",
				getenv("MINIKEY_CAR"));
	out_init(&out, STDOUT_FILENO);
	v.ops = a.json ? &view_json : &view_text;
	v.colour = !a.json && view_wants_colour(STDOUT_FILENO);
	status = complete(self, &a, &out);
	if (status)
		return status;
	car = (struct guide_car){ a.car.car, a.car.built, a.fob };
	diagnose(&d, &car, a.symptom);
	v.ops->diagnosis(&v, &d);
	r = out_flush(&out);
	if (r < 0 && r != -EPIPE)
		return cli_fail(self, EXIT_OUTPUT, "cannot write: %s", err_text(r));

	return d.can_try ? EXIT_YES : EXIT_NO;
}

const struct cmd cmd_diagnose = {
	.name = "diagnose",
	.summary = "Say what to try when a fob does not work",
	.argp = &diagnose_argp,
	.main = diagnose_main,
};
