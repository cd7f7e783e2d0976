/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "cli/asking.h"
#include "cli/trouble.h"

#define AFTER_POLL NSEC_PER_SEC	/* for what the modules did not answer, and the bus may say */

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
	       "heard is 'unknown'. With --poll it asks the modules first.",
};

/* 0, or the exit status after saying what is wrong. Only what ends it is wrong. */
static int poll_modules(struct session *s, struct poll *p, struct asker *a)
{
	int r = asking_start(s, a, p);

	if (r == 0)
		r = asking_bus(s, a, NULL);
	if (r == 0)
		r = poll_state(p, &s->state);
	if (r == -EPERM && p->answered) {
		cli_say(s->cmd, "%s; what it answered until then follows", a->why);
		return 0;
	}

	return r < 0 ? asking_failed(s, p, r, "") : 0;
}

static bool is_complete(const struct session *s)
{
	return state_complete(&s->state);
}

/* Until TIME has passed, or the picture is complete. */
static int listen_for(struct session *s, nsec_t time)
{
	int r = session_listen(s, nsec_add(clock_now(&s->clk), time), is_complete);

	return r < 0 ? session_fail(s, r) : 0;
}

/* A script or a log is played to its end. */
static int play(struct session *s)
{
	int r = session_listen(s, NSEC_NEVER, NULL);

	return r < 0 ? session_fail(s, r) : 0;
}

static int hear_and_ask(struct session *s, struct poll *p, struct asker *a)
{
	bool is_log = s->address.kind == ADDRESS_LOG, hears = address_hears(&s->address);
	bool asks = s->args->poll || (!hears && s->gate.class == GATE_VIRTUAL);
	nsec_t time = session_timeout(s, 6 * NSEC_PER_SEC);
	int status = 0;

	if (!hears && !asks)
		return cli_fail(s->cmd, EXIT_GATE, "no frames are heard on '%s', and the car is asked only "
				"with --poll", s->address.text);
	if (is_log || s->args->sim_script)
		status = play(s);
	if (status == 0 && asks && !is_log)
		status = poll_modules(s, p, a);
	if (status || is_log || s->args->sim_script || !hears)
		return status;

	return listen_for(s, p->answered ? MIN(time, AFTER_POLL) : time);
}

static int run(struct session *s)
{
	struct asker a;
	struct poll p = { .asker = &a };
	struct view_car car;
	int status = hear_and_ask(s, &p, &a);

	if (status)
		return status;
	if (s->state.frames == 0 && p.failed)
		return asking_failed(s, &p, p.failed, "");
	if (s->state.frames == 0)
		return trouble_silence(s, "nothing was heard", s->args->poll || s->gate.class == GATE_VIRTUAL ?
				       "the car may be asleep, or this is not its body bus" :
				       "the car may be asleep, or this is not its body bus; --poll asks the "
				       "modules");
	if (!p.answered || !state_complete(&s->state))
		asking_tell(s, &p);
	else
		asking_tell_left_out(s, &p);
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
	/* An answer to --poll is no message of the body bus. */
	status = session_open(&s, self, &a.bus, &a.out,
			      (a.bus.poll ? 0 : SESSION_BODY_ONLY | SESSION_LISTENS) |
				      (a.bus.sim_script ? SESSION_UNTIL_SETTLED : 0));
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
