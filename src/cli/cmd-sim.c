/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "cli/control.h"
#include "cli/files.h"
#include "cli/session.h"
#include "sim/kline-port.h"
#include "sim/sim.h"

struct sim_args {
	struct bus_args bus;
	struct out_args out;
	const char *car, *script, *control;
	nsec_t span;			/* NSEC_NEVER: not said */
};

enum { OPT_SCRIPT = 0x300, OPT_CONTROL, OPT_FOR };

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct sim_args *a = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		args_init(state);
		a->span = NSEC_NEVER;
		state->child_inputs[0] = &a->bus;
		state->child_inputs[1] = &a->out;
		return 0;
	case OPT_SCRIPT:
		a->script = arg;
		return 0;
	case OPT_CONTROL:
		a->control = arg;
		return 0;
	case OPT_FOR:
		a->span = args_duration(state, "--for", arg);
		return 0;
	case ARGP_KEY_ARG:
		if (a->car)
			args_error(state, "more than one car");
		if (!car_model_find(arg))
			args_error(state, "unknown car '%s'; 'minikey catalog' lists them", arg);
		a->car = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		args_error(state, "which car? r53, for one; minikey catalog lists them");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "script", OPT_SCRIPT, "FILE", 0, "Drive the car by the control lines in FILE, then end", 0 },
	{ "control", OPT_CONTROL, "SOCKET", 0, "Take control lines on a Unix socket too", 0 },
	{ "for", OPT_FOR, "TIME", 0, "End after TIME", 0 },
	{ 0 },
};

static const struct argp_child children[] = {
	{ &bus_argp, 0, "Bus:", 1 },
	{ &out_argp, 0, "Output:", 2 },
	{ 0 },
};

static const struct argp sim_argp = {
	.options = options,
	.parser = parse,
	.args_doc = "CAR",
	.children = children,
	.doc = "Be a car on a bus: a simulated one, on a vcan interface, on a new pty (kbus:pty, "
	       "kline:pty, slcan:pty, elm:pty), or for socketcand's clients (socketcand::29536)."
	       "\vControl lines come from the standard input: 'key remove', 'ignition acc', "
	       "'door driver open', 'fob 1 click lock', 'switch lock', 'wait 2s fob 2 press unlock'. "
	       "minikey-sim(5) has them all. With --script it ends when the script has; an 'expect' "
	       "that fails ends it with 1.",
};

/* A car at work. */
struct playing {
	struct session *s;
	struct portwire *wire;		/* the new pty's; NULL: it is on something else */
	bool on_kline;			/* and speaks in bytes on it */
	struct sim *sim;
	nsec_t start;
	nsec_t end;			/* NSEC_NEVER: when told */
	bool ends_settled;
	struct frame kept;		/* the interface's queue was full */
	bool keeps;
	bool stuck;			/* it has been for long: nobody hears us */
	nsec_t give_up;
};

#define QUEUE_RETRY NSEC_PER_MSEC
#define QUEUE_PATIENCE (100 * NSEC_PER_MSEC)

static int sim_status(struct session *s, const struct sim_fault *f, const char *name)
{
	return cli_fail(s->cmd, f->expectation ? EXIT_NO : EXIT_INPUT, "%s:%u:%u: %s",
			f->name ? f->name : name, f->line, f->column, f->text);
}

/* The wire is as the car's control lines want it. */
static void set_wire(struct playing *p)
{
	struct portwire_faults f;

	if (p->wire && sim_take_port_faults(p->sim, &f))
		portwire_set_faults(p->wire, &f);
}

/* On the K-line its frames are on a bus that nobody hears. */
static int act_on_kline(struct playing *p)
{
	int r;

	while (sim_take(p->sim, &p->kept, 1))
		;
	r = kline_port_speak(p->sim, p->wire);

	return r < 0 ? session_fail(p->s, r) : 0;
}

/* The next frame to send, first the one that is kept. */
static bool take(struct playing *p, nsec_t now)
{
	if (p->keeps)
		return true;
	if (!sim_take(p->sim, &p->kept, 1))
		return false;
	p->kept.t = now;
	p->give_up = now + QUEUE_PATIENCE;

	return true;
}

/*
 * Put on the bus what it says. A long answer does not fit into the queue of a controller: it
 * waits. Where nobody listens, frames are lost.
 */
static int act_on_bus(struct playing *p, nsec_t now)
{
	char why[GATE_WHY_MAX];
	int r;

	while (take(p, now)) {
		r = gate_send(&p->s->gate, p->s->link, &p->kept, why);
		if (r == -EPERM)
			return cli_fail(p->s->cmd, EXIT_GATE, "not sent on %s: %s", p->s->address.text, why);
		if (r < 0 && r != -ENOBUFS)
			return session_fail(p->s, r);
		p->keeps = r == -ENOBUFS && !p->stuck && now < p->give_up;
		if (p->keeps)
			break;
		p->stuck = r == -ENOBUFS;
	}

	return 0;
}

/* Let the car act up to now. */
static int act(struct playing *p)
{
	nsec_t now = clock_now(&p->s->clk);
	int status;

	sim_run(p->sim, now - p->start);
	set_wire(p);
	status = p->on_kline ? act_on_kline(p) : act_on_bus(p, now);
	if (status)
		return status;
	if (sim_fault(p->sim))
		return sim_status(p->s, sim_fault(p->sim), "script");

	return 0;
}

/* A control line: the car's answer goes back in WHY. Returns 0, or its exit status. */
static int control_line(const char *line, char *why, size_t size, void *arg)
{
	struct playing *p = arg;
	struct sim_fault fault;
	int r;

	sim_run(p->sim, clock_now(&p->s->clk) - p->start);
	r = sim_do(p->sim, line, &fault);
	if (r == -EINVAL) {
		snprintf(why, size, "column %u: %s", fault.column, fault.text);
		return fault.expectation ? EXIT_NO : EXIT_INPUT;
	}
	if (r < 0) {
		snprintf(why, size, "%s", err_text(r));
		return EXIT_INPUT;
	}

	return 0;
}

static int hear(struct playing *p, nsec_t deadline)
{
	struct frame f;
	int r;

	if (p->on_kline)
		return kline_port_listen(p->sim, p->wire, p->start, deadline);
	r = session_next(p->s, &f, deadline);
	if (r <= 0)
		return r;
	sim_run(p->sim, clock_now(&p->s->clk) - p->start);
	sim_hear(p->sim, &f);

	return 0;
}

/* When there is something to do at the latest. */
static nsec_t next_deed(struct playing *p, nsec_t now)
{
	nsec_t next = sim_next(p->sim), t = nsec_add(p->start, next);

	if (p->keeps)
		t = MIN(t, now + QUEUE_RETRY);
	/* A car that has played its script waits for the wire only. */
	if (p->ends_settled && p->wire)
		t = MIN(t, portwire_next(p->wire));

	return MIN(t, p->end);
}

static int play(struct playing *p, struct control *control)
{
	int status = 0;

	while (status == 0) {
		nsec_t now = clock_now(&p->s->clk);
		int r;

		if (p->ends_settled && sim_settled(p->sim) && !(p->wire && portwire_busy(p->wire)))
			return EXIT_YES;
		if (now >= p->end)
			return EXIT_YES;
		if (p->s->flags & SESSION_PLAYS && !sim_plugged(p->sim) &&
		    address_is_made(&p->s->address)) {
			cli_say(p->s->cmd, "%s is unplugged", p->s->link->name);
			return EXIT_YES;
		}
		r = hear(p, next_deed(p, now));
		if (r < 0)
			return session_fail(p->s, r);
		status = control_serve(control, control_line, p);
		if (status == 0)
			status = act(p);
	}

	return status;
}

static int load_script(struct playing *p, const char *path)
{
	_cleanup_(freep) char *text = NULL;
	struct sim_fault fault;
	size_t len;
	int r = files_read(path, &text, &len);

	if (r < 0)
		return cli_fail(p->s->cmd, EXIT_INPUT, "cannot read '%s': %s", path, err_text(r));
	r = sim_load(p->sim, path, text, len, &fault);
	if (r == -EINVAL)
		return sim_status(p->s, &fault, path);

	return r < 0 ? cli_fail(p->s->cmd, EXIT_INPUT, "%s: %s", path, err_text(r)) : 0;
}

/* Where the car is; what it made itself has an address that nobody knows yet. */
static int tell_address(struct session *s, const struct sim_args *a)
{
	bool is_made = address_is_made(&s->address);
	int kind = is_made ? (int)strcspn(s->address.text, ":") + 1 : INT_MAX;
	int r;

	cli_say(s->cmd, "%s is on %.*s%s%s", a->car, kind, s->address.text,
		is_made ? s->link->name : "", a->script ? "" : "; control lines on the standard input");
	if (!is_made)
		return 0;
	out_printf(&s->out, "%.*s%s\n", kind, s->address.text, s->link->name);
	r = out_flush(&s->out);

	return r < 0 ? session_fail(s, r) : 0;
}

/* A pty carries no breaks. */
static void join_wire(struct playing *p)
{
	p->wire = address_wire(&p->s->address, p->s->link);
	if (!p->wire)
		return;
	p->on_kline = p->s->address.kind == ADDRESS_KLINE;
	sim_on_port(p->sim, p->on_kline ? SIM_PORT_KLINE : SIM_PORT_KBUS);
	if (p->on_kline)
		sim_kline_no_breaks(p->sim);
}

static int run(struct session *s, const struct sim_args *a)
{
	_cleanup_(sim_freep) struct sim *sim = NULL;
	struct playing p = { .s = s, .ends_settled = a->script != NULL };
	struct control control;
	int r = sim_new(a->car, &sim), status;

	if (r == -ENOENT)
		return cli_fail(s->cmd, EXIT_LINK, "no simulated %s", a->car);
	if (r < 0)
		return cli_fail(s->cmd, EXIT_LINK, "%s", err_text(r));
	if (s->args->car.built)
		sim_built(sim, s->args->car.built);
	s->gate.plays_modules = true;
	address_plays(&s->address, s->link, sim);
	p.sim = sim;
	join_wire(&p);
	p.start = clock_now(&s->clk);
	p.end = nsec_add(p.start, a->span);
	status = a->script ? load_script(&p, a->script) : 0;
	if (status)
		return status;
	r = control_open(&control, s->cmd, &s->clk, a->control);
	if (r < 0)
		status = cli_fail(s->cmd, EXIT_LINK, "cannot listen on '%s': %s", a->control, err_text(r));
	if (status == 0)
		status = act(&p);
	if (status == 0)
		status = tell_address(s, a);
	if (status == 0) {
		status = play(&p, &control);
	}
	control_close(&control);

	return status;
}

static bool has_kbus(const struct car_model *car)
{
	return car->platform->bus && !strcmp(car->platform->bus, "K-bus");
}

static int sim_main(const struct cmd *self, int argc, char **argv)
{
	struct sim_args a = { 0 };
	struct session s = { 0 };
	int status;

	argp_parse(self->argp, argc, argv, 0, NULL, &a);
	if (a.bus.interface && !strncmp(a.bus.interface, "sim:", 4))
		return cli_fail(self, EXIT_USAGE, "'%s' is a car already; give the interface it shall be "
				"on (vcan0)", a.bus.interface);
	a.bus.car.car = car_model_find(a.car);
	if (a.bus.interface && !has_kbus(a.bus.car.car) &&
	    (!strcmp(a.bus.interface, "kbus:pty") || !strcmp(a.bus.interface, "kline:pty")))
		return cli_fail(self, EXIT_USAGE, "the %s has no %s; r50, r52 and r53 have", a.car,
				a.bus.interface[1] == 'b' ? "K-bus" : "K-line");
	if (a.bus.interface && has_kbus(a.bus.car.car) &&
	    (!strncmp(a.bus.interface, "slcan:", 6) || !strncmp(a.bus.interface, "elm:", 4)))
		return cli_fail(self, EXIT_USAGE, "the %s has no CAN that an adapter could be on; kbus:pty is "
				"its wire", a.car);
	status = session_open(&s, self, &a.bus, &a.out, SESSION_ENDLESS | SESSION_PLAYS);
	if (status == 0)
		status = run(&s, &a);

	return session_close(&s, status);
}

const struct cmd cmd_sim = {
	.name = "sim",
	.summary = "Be a simulated car on a bus",
	.argp = &sim_argp,
	.main = sim_main,
};
