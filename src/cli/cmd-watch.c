/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "base/err.h"
#include "cli/condition.h"
#include "cli/exec.h"
#include "cli/mqtt.h"
#include "cli/session.h"

struct watch_args {
	struct bus_args bus;
	struct out_args out;
	event_set only;
	nsec_t span;			/* --for; NSEC_NEVER: not said */
	unsigned int count;		/* 0: not said */
	bool has_until;
	struct condition until;
	char *exec;			/* NULL: not said */
	struct mqtt_args mqtt;
};

enum { OPT_ONLY = 0x300, OPT_FOR, OPT_COUNT, OPT_UNTIL, OPT_EXEC };

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct watch_args *a = state->input;
	const char *why;

	switch (key) {
	case ARGP_KEY_ARG:
		return args_too_much(state, arg);
	case ARGP_KEY_INIT:
		args_init(state);
		a->only = EVENTS_ALL;
		a->span = NSEC_NEVER;
		state->child_inputs[0] = &a->bus;
		state->child_inputs[1] = &a->out;
		state->child_inputs[2] = &a->mqtt;
		return 0;
	case OPT_ONLY:
		if (events_parse(arg, &a->only) < 0)
			args_error(state, "--only: '%s' names no event; there are lock, door, ignition, "
				   "key, fob, lid, window, init, bus, lost, error", arg);
		return 0;
	case OPT_FOR:
		a->span = args_duration(state, "--for", arg);
		return 0;
	case OPT_COUNT:
		a->count = args_number(state, "--count", arg, 1, 1000000000);
		return 0;
	case OPT_UNTIL:
		if (condition_parse(arg, &a->until, &why) < 0)
			args_error(state, "--until '%s': %s", arg, why);
		a->has_until = true;
		return 0;
	case OPT_EXEC:
		if (!*arg)
			args_error(state, "--exec: there is no command in ''");
		a->exec = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "only", OPT_ONLY, "EVENT,...", 0, "Show only these events", 0 },
	{ "for", OPT_FOR, "TIME", 0, "End after TIME", 0 },
	{ "count", OPT_COUNT, "N", 0, "End after N events", 0 },
	{ "until", OPT_UNTIL, "EVENT=VALUE", 0,
	  "End with 0 once this is so, with 1 if it never was (lock=locked, door.driver=open)", 0 },
	{ "exec", OPT_EXEC, "COMMAND", 0,
	  "Run COMMAND by the shell for each event, which is in its environment", 0 },
	{ 0 },
};

static const struct argp_child children[] = {
	{ &bus_argp, 0, "Bus:", 1 },
	{ &out_argp, 0, "Output:", 2 },
	{ &mqtt_argp, 0, "MQTT:", 3 },
	{ 0 },
};

static const struct argp watch_argp = {
	.options = options,
	.parser = parse,
	.children = children,
	.doc = "Show what changes: doors, locks, ignition, key, fobs, lids, windows. It never sends.",
};

/* Those who are told what happens. */
struct listeners {
	struct exec exec;
	struct mqtt mqtt;
};

static void show(struct session *s, struct listeners *to, const struct event *e)
{
	struct exec *x = &to->exec;

	s->view.ops->event(&s->view, e);
	mqtt_event(&to->mqtt, e);
	if (!x->command)
		return;

	/* The event's line comes before what the command prints. */
	if (!s->clk.is_virtual) {
		out_pump(&s->out);
		exec_event(x, e);
		return;
	}
	out_flush(&s->out);
	exec_event(x, e);
	exec_drain(x);	/* a virtual clock stands still; a signal ends the next wait too */
}

static int run(struct session *s, const struct watch_args *a, struct listeners *to)
{
	nsec_t deadline = nsec_add(clock_now(&s->clk), a->span);
	struct view_car car = session_car(s);
	unsigned int shown = 0;

	s->view.ops->ready(&s->view, &car);
	for (;;) {
		struct event events[STATE_EVENTS_MAX];
		struct decoded dec;
		struct frame f;
		bool met = false;
		size_t n;
		int r;

		exec_step(&to->exec);
		r = mqtt_step(&to->mqtt);
		if (r)
			return r;
		r = session_hear(s, &f, &dec, events, &n, deadline);
		if (r == -ENODATA)
			break;
		if (r < 0)
			return session_fail(s, r);
		if (n)
			mqtt_state(&to->mqtt);
		for (size_t i = 0; i < n; i++) {
			met |= a->has_until && condition_met(&a->until, &events[i]);
			if (!(a->only & 1u << events[i].kind))
				continue;
			show(s, to, &events[i]);
			if (++shown == a->count)
				return a->has_until && !met && !condition_holds(&a->until, &s->state) ?
					       EXIT_NO : EXIT_YES;
		}
		if (met || (a->has_until && condition_holds(&a->until, &s->state)))
			return EXIT_YES;
		if (r == 0 && clock_now(&s->clk) >= deadline)
			break;
	}

	return a->has_until ? EXIT_NO : EXIT_YES;
}

/* MINIKEY_INTERFACE and _CAR: what the command runs of this program is for the same car. */
static int open_exec(struct exec *x, struct session *s, const struct watch_args *a)
{
	int r;

	*x = (struct exec){
		.cmd = s->cmd,
		.command = a->exec,
		.clk = &s->clk,
		.show_vin = a->out.show_vin,
		.to_stderr = a->out.json,
		.fd = -1,
	};
	if (x->command && (setenv("MINIKEY_INTERFACE", s->address.text, 1) < 0 ||
			   (s->car && setenv("MINIKEY_CAR", s->car->id, 1) < 0)))
		r = -errno;
	else
		r = exec_open(x);

	return r < 0 ? cli_fail(s->cmd, EXIT_LINK, "cannot prepare --exec: %s", err_text(r)) : 0;
}

static int run_with(struct session *s, const struct watch_args *a)
{
	struct listeners to = { 0 };
	int r, status = open_exec(&to.exec, s, a);

	if (status == 0)
		status = mqtt_open(&to.mqtt, s, &a->mqtt, &a->out);
	if (status == 0) {
		status = run(s, a, &to);
		out_flush(&s->out);	/* session_close() tells its error */
		r = exec_drain(&to.exec);
		if (r < 0)
			status = session_fail(s, r);
	}
	mqtt_close(&to.mqtt);
	exec_close(&to.exec);

	return status;
}

static int watch_main(const struct cmd *self, int argc, char **argv)
{
	struct watch_args a = { 0 };
	struct session s = { 0 };
	int status;

	argp_parse(self->argp, argc, argv, 0, NULL, &a);
	status = session_open(&s, self, &a.bus, &a.out,
			      SESSION_ENDLESS | SESSION_UNTIL_SETTLED | SESSION_BODY_ONLY | SESSION_LISTENS);
	if (status == 0)
		status = run_with(&s, &a);

	return session_close(&s, status);
}

const struct cmd cmd_watch = {
	.name = "watch",
	.summary = "Show what changes: doors, locks, keys",
	.argp = &watch_argp,
	.main = watch_main,
};
