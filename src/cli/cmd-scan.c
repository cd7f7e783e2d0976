/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "car/ident.h"
#include "car/variant.h"
#include "cli/asking.h"

struct scan_args {
	struct bus_args bus;
	struct out_args out;
	bool all;
};

enum { OPT_ALL = 0x300 };

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct scan_args *a = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		return args_too_much(state, arg);
	case ARGP_KEY_INIT:
		args_init(state);
		state->child_inputs[0] = &a->bus;
		state->child_inputs[1] = &a->out;
		return 0;
	case OPT_ALL:
		a->all = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "all", OPT_ALL, NULL, 0, "Ask every address, also those that no document names", 0 },
	{ 0 },
};

static const struct argp_child children[] = {
	{ &bus_argp, 0, "Bus:", 1 },
	{ &out_argp, 0, "Output:", 2 },
	{ 0 },
};

static const struct argp scan_argp = {
	.options = options,
	.parser = parse,
	.children = children,
	.doc = "List the modules that answer, and what they say they are."
	       "\vA simulated car is asked. A real one is asked only with --poll, and never while it "
	       "is locked.",
};

/* What a module says it is, and --car and --built say otherwise. The user's word stays. */
static void tell_doubts(struct session *s, const struct survey *sv)
{
	built_t built = s->args->car.built;
	struct ident id;

	for (size_t i = 0; i < sv->n; i++) {
		const struct variant *build;

		ident_read(&sv->items[i], &id);
		build = variant_find(id.variant);
		if (build && variant_contradicts(build, s->car, built))
			cli_say(s->cmd, "module %02X says it is a %s (%s), which is not what --car or --built "
				"says", sv->items[i].address, build->name, build->cars);
	}
}

static int scan_main(const struct cmd *self, int argc, char **argv)
{
	struct scan_args a = { 0 };
	struct session s = { 0 };
	struct survey sv = { .wants = ident_is_message };
	int status;

	argp_parse(self->argp, argc, argv, 0, NULL, &a);
	sv.all = a.all;
	status = session_open(&s, self, &a.bus, &a.out,
			      (a.bus.poll ? 0 : SESSION_LISTENS) |
				      (a.bus.sim_script ? SESSION_UNTIL_SETTLED : 0));
	if (status == 0)
		status = asking_survey(&s, &sv);
	if (status == 0) {
		struct view_car car = session_car(&s);

		s.view.ops->scan(&s.view, &car, &sv);
		tell_doubts(&s, &sv);
		asking_tell_vain(&s, &sv);
	}
	survey_free(&sv);

	return session_close(&s, status);
}

const struct cmd cmd_scan = {
	.name = "scan",
	.summary = "List the modules that answer, and what they are",
	.argp = &scan_argp,
	.main = scan_main,
};
