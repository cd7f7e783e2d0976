/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "car/ask.h"
#include "cli/session.h"

struct status_args {
	struct bus_args bus;
	struct out_args out;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct status_args *a = state->input;

	if (key == ARGP_KEY_ARG)
		return args_too_much(state, arg);
	if (key != ARGP_KEY_INIT)
		return ARGP_ERR_UNKNOWN;
	args_init(state);
	state->child_inputs[0] = &a->bus;
	state->child_inputs[1] = &a->out;

	return 0;
}

static const struct argp_child children[] = {
	{ &bus_argp, 0, "Bus:", 1 },
	{ &out_argp, 0, "Output:", 2 },
	{ 0 },
};

static const struct argp status_argp = {
	.parser = parse,
	.children = children,
	.doc = "Show the state of the car once: ignition, key, locks, doors, lids, windows."
	       "\vIt only listens, until it has heard everything or --timeout is over; what was not "
	       "heard is 'unknown'. With --poll it asks the modules.",
};

/* The first request of a car whose locks cannot be heard is refused by gate_may_poll(). */
static int poll_car(struct session *s)
{
	struct asker a = session_asker(s);
	int r;

	for (size_t i = 0; i < s->decoder.n_sources; i++) {
		const struct decoder_source *src = &s->decoder.sources[i];

		if (s->decoder.platform && src->platform != s->decoder.platform)
			continue;
		for (size_t k = 0; k < src->dbc->n_messages; k++) {
			const struct dbc_message *m = &src->dbc->messages[k];

			if (!ask_is_for_state(src->dbc, m))
				continue;
			r = gate_may_poll(&s->gate, &s->state, a.why);
			if (r == 0)
				r = ask_plain(&a, src->dbc, m);
			if (r == -EPERM)
				return cli_fail(s->cmd, EXIT_GATE, "%s", a.why);
			if (r < 0 && r != -ETIMEDOUT && r != -ENODATA)
				return session_fail(s, r);
		}
	}

	return 0;
}

static bool is_complete(const struct session *s)
{
	return state_complete(&s->state);
}

/* Passive: until the picture is complete. A script or a log is played to its end. */
static int listen_for(struct session *s)
{
	bool to_the_end = s->args->sim_script || s->address.kind == ADDRESS_LOG;
	int r;

	if (to_the_end)
		r = session_listen(s, NSEC_NEVER, NULL);
	else
		r = session_listen(s, nsec_add(clock_now(&s->clk), session_timeout(s, 6 * NSEC_PER_SEC)),
				   is_complete);

	return r < 0 ? session_fail(s, r) : 0;
}

static int run(struct session *s)
{
	struct view_car car;
	int status = 0;

	if (s->args->poll)
		status = poll_car(s);
	if (status == 0)
		status = listen_for(s);
	if (status)
		return status;
	if (s->state.frames == 0)
		return cli_fail(s->cmd, EXIT_NO_ANSWER, "nothing was heard on %s: the car may be asleep, "
				"or this is not its body bus", s->address.text);
	car = session_car(s);
	s->view.ops->status(&s->view, &car, &s->state);

	return EXIT_YES;
}

static int status_main(const struct cmd *self, int argc, char **argv)
{
	struct status_args a = { 0 };
	struct session s = { 0 };
	int status;

	argp_parse(self->argp, argc, argv, 0, NULL, &a);
	status = session_open(&s, self, &a.bus, &a.out,
			      SESSION_BODY_ONLY | (a.bus.sim_script ? SESSION_UNTIL_SETTLED : 0));
	if (status == 0)
		status = run(&s);

	return session_close(&s, status);
}

const struct cmd cmd_status = {
	.name = "status",
	.summary = "Show the state of the car once",
	.argp = &status_argp,
	.main = status_main,
};
