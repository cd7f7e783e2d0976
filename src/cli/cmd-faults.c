/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/hex.h"
#include "car/fault.h"
#include "cli/asking.h"
#include "cli/trouble.h"

struct faults_args {
	struct bus_args bus;
	struct out_args out;
	char **modules;		/* names or addresses; none: all */
	size_t n_modules;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct faults_args *a = state->input;

	(void)arg;
	switch (key) {
	case ARGP_KEY_INIT:
		args_init(state);
		state->child_inputs[0] = &a->bus;
		state->child_inputs[1] = &a->out;
		return 0;
	case ARGP_KEY_ARGS:
		a->modules = state->argv + state->next;
		a->n_modules = (size_t)(state->argc - state->next);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{ &bus_argp, 0, "Bus:", 1 },
	{ &out_argp, 0, "Output:", 2 },
	{ 0 },
};

static const struct argp faults_argp = {
	.parser = parse,
	.children = children,
	.args_doc = "[MODULE...]",
	.doc = "Read the fault memory of the modules. Nothing is cleared."
	       "\vMODULE is a name (CAS) or an address (40); without one, all modules are asked. A "
	       "simulated car is asked; a real one only with --poll, and never while it is locked.",
};

/* The modules of the car, or of every car, that are called NAME. */
static bool choose_named(struct survey *sv, const struct decoder *d, const char *name)
{
	struct module modules[MODULES_MAX];
	size_t n = modules_of(d, modules);
	bool found = false;

	for (size_t i = 0; i < n; i++)
		if (!strcasecmp(modules[i].name, name))
			found = sv->only[modules[i].address] = true;

	return found;
}

static int choose(struct session *s, struct survey *sv, const struct faults_args *a)
{
	for (size_t i = 0; i < a->n_modules; i++) {
		const char *word = a->modules[i];
		uint8_t address;

		if (choose_named(sv, &s->decoder, word))
			continue;
		if (strlen(word) != 2 || hex_parse(word, 2, &address, 1) != 1)
			return cli_fail(s->cmd, EXIT_USAGE, "'%s' is no module of this car, and no "
					"address of two hex digits; 'minikey catalog' lists them", word);
		sv->only[address] = true;
		sv->all = true;
	}

	return 0;
}

/* A fault found is a no. */
static int verdict(struct session *s, const struct survey *sv)
{
	const struct survey_item *refused = NULL, *failed = NULL, *garbage = NULL;
	bool answered = false, found = false;
	struct fault f;

	for (size_t i = 0; i < sv->n; i++) {
		const struct survey_item *item = &sv->items[i];
		int r = fault_read(item, 0, &f);

		if (item->result == -EREMOTEIO && !refused)
			refused = item;
		if (item->result == -EPROTO && !failed)
			failed = item;
		answered |= item->result == 0;
		found |= r > 0;
		if (r < 0)
			garbage = item;
	}
	if (found) {
		asking_tell_vain(s, sv);
		return EXIT_NO;
	}
	if (garbage)
		return cli_fail(s->cmd, EXIT_NO_ANSWER, "module %02X sent a list of faults that does not "
				"fit its length", garbage->address);
	if (!answered && refused)
		return cli_fail(s->cmd, EXIT_REFUSED, "module %02X refused: %02X, %s", refused->address,
				refused->code, refused->why);
	if (!answered && failed)
		return cli_fail(s->cmd, EXIT_NO_ANSWER, "module %02X: %s; %s", failed->address, failed->why,
				trouble_again(s));
	asking_tell_vain(s, sv);

	return EXIT_YES;
}

static int faults_main(const struct cmd *self, int argc, char **argv)
{
	struct faults_args a = { 0 };
	struct session s = { 0 };
	struct survey sv = { .wants = fault_is_message };
	int status;

	argp_parse(self->argp, argc, argv, 0, NULL, &a);
	status = session_open(&s, self, &a.bus, &a.out,
			      (a.bus.poll ? 0 : SESSION_LISTENS) |
				      (a.bus.sim_script ? SESSION_UNTIL_SETTLED : 0));
	if (status == 0)
		status = choose(&s, &sv, &a);
	if (status == 0)
		status = asking_survey(&s, &sv);
	if (status == 0) {
		struct view_car car = session_car(&s);

		s.view.ops->faults(&s.view, &car, &sv);
		status = verdict(&s, &sv);
	}
	survey_free(&sv);

	return session_close(&s, status);
}

const struct cmd cmd_faults = {
	.name = "faults",
	.summary = "Read the fault memory of the modules",
	.argp = &faults_argp,
	.main = faults_main,
};
