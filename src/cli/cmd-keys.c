/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "car/keys.h"
#include "car/role.h"
#include "cli/asking.h"
#include "cli/trouble.h"

struct keys_args {
	struct bus_args bus;
	struct out_args out;
	nsec_t listen;			/* NSEC_NEVER: not said */
};

enum { OPT_LISTEN = 0x300 };

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct keys_args *a = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		return args_too_much(state, arg);
	case ARGP_KEY_INIT:
		args_init(state);
		a->listen = NSEC_NEVER;
		state->child_inputs[0] = &a->bus;
		state->child_inputs[1] = &a->out;
		return 0;
	case OPT_LISTEN:
		a->listen = args_duration(state, "--listen", arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "listen", OPT_LISTEN, "TIME", 0, "Ask nothing; list the keys that are heard in TIME", 0 },
	{ 0 },
};

static const struct argp_child children[] = {
	{ &bus_argp, 0, "Bus:", 1 },
	{ &out_argp, 0, "Output:", 2 },
	{ 0 },
};

static const struct argp keys_argp = {
	.options = options,
	.parser = parse,
	.children = children,
	.doc = "List the keys the car knows: fobs by the slot of their remote control, transponders "
	       "by the number of the immobiliser. The two are counted apart."
	       "\vA simulated car is asked. A real one is only listened to, unless --poll is given.",
};

static bool says_key(const struct dbc_message *m)
{
	for (size_t i = 0; i < m->n_signals; i++)
		if (m->signals[i].role == ROLE_KEY_NUMBER)
			return true;

	return false;
}

static bool knows_key(const struct car_state *s)
{
	return state_known(s, DATUM_KEY_NUMBER) && s->data[DATUM_KEY_NUMBER].value >= 0;
}

/* Why a car whose keys cannot be asked for is not asked. */
static const char *nothing_public(const struct session *s)
{
	if (s->address.kind == ADDRESS_KLINE)
		return "no way to ask this car for its keys is publicly known; with the cable on the "
		       "K-bus wire, at the radio, 'keys -i kbus:PORT --listen 60s' lists those that are heard";

	return "no way to ask this car for its keys is publicly known; --listen lists those that are heard";
}

static int ask(struct session *s, struct key_list *list)
{
	struct asker a;
	struct poll p;
	int r;

	if (s->gate.class != GATE_VIRTUAL && !address_hears(&s->address) &&
	    !keys_can_be_asked(&s->decoder))
		return cli_fail(s->cmd, EXIT_NOT_FOR_CAR, "%s", nothing_public(s));
	r = asking_start(s, &a, &p);
	if (r == 0) {
		r = keys_ask(list, &p);
		/* Of an R5x no request for a list is public; which key is in the lock may be asked. */
		if ((r == -EPERM || r == -EINVAL) && asking_bus(s, &a, says_key) == 0 &&
		    knows_key(&s->state))
			r = 0;
	}
	if (r < 0)
		return asking_failed(s, &p, r, nothing_public(s));
	if (!list->complete)
		asking_tell(s, &p);

	return 0;
}

/* Where only answers come, and nothing may be asked. */
static int cannot_listen(const struct session *s)
{
	if (!keys_can_be_asked(&s->decoder))
		return cli_fail(s->cmd, EXIT_NOT_FOR_CAR, "%s", nothing_public(s));

	return cli_fail(s->cmd, EXIT_GATE, "no frames are heard on '%s', and the car is asked only with "
			"--poll", s->address.text);
}

/* Nobody was asked, and could be. */
static bool could_ask(const struct session *s, nsec_t listen)
{
	return listen == NSEC_NEVER && s->address.kind != ADDRESS_LOG && s->gate.class != GATE_VIRTUAL &&
	       !s->args->poll && keys_can_be_asked(&s->decoder);
}

static int run(struct session *s, nsec_t listen)
{
	bool is_log = s->address.kind == ADDRESS_LOG;
	bool asks = listen == NSEC_NEVER && !is_log &&
		    (s->gate.class == GATE_VIRTUAL || s->args->poll);
	struct key_list list = { 0 };
	struct view_car car;
	nsec_t deadline = NSEC_NEVER;
	int r = 0, status;

	if (!asks && !address_hears(&s->address))
		return cannot_listen(s);
	/* A script or a log is played to its end. */
	if (!s->args->sim_script && !is_log)
		deadline = nsec_add(clock_now(&s->clk), listen != NSEC_NEVER ? listen :
				    session_timeout(s, 6 * NSEC_PER_SEC));
	if (!asks || s->args->sim_script)
		r = session_listen(s, deadline, NULL);
	if (r < 0)
		return session_fail(s, r);
	status = asks ? ask(s, &list) : 0;
	if (status)
		return status;
	if (!asks && s->state.frames == 0)
		return trouble_silence(s, "nothing was heard", could_ask(s, listen) ?
				       "press a fob or turn the key while listening, or ask the modules: "
				       "--poll" : "press a fob or turn the key while listening");
	if (could_ask(s, listen) && !list.complete)
		cli_say(s->cmd, "the modules were not asked; --poll does that, and lists the keys they know");
	keys_add_heard(&list, &s->state);
	car = session_car(s);
	s->view.ops->keys(&s->view, &car, &list);

	return EXIT_YES;
}

static int keys_main(const struct cmd *self, int argc, char **argv)
{
	struct keys_args a = { 0 };
	struct session s = { 0 };
	int status;

	argp_parse(self->argp, argc, argv, 0, NULL, &a);
	status = session_open(&s, self, &a.bus, &a.out,
			      (a.bus.poll ? 0 : SESSION_LISTENS) |
				      (a.bus.sim_script ? SESSION_UNTIL_SETTLED : 0));
	if (status == 0)
		status = run(&s, a.listen);

	return session_close(&s, status);
}

const struct cmd cmd_keys = {
	.name = "keys",
	.summary = "List the keys the car knows",
	.argp = &keys_argp,
	.main = keys_main,
};
