/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "car/compose.h"
#include "cli/live.h"
#include "cli/session.h"
#include "proc/play.h"
#include "proc/recogniser.h"
#include "proto/kbus.h"

struct program_args {
	struct bus_args bus;
	struct out_args out;
	const struct procedure *named;	/* NULL: to be recognised */
	const struct procedure *list[PROCEDURES_MAX];	/* those that apply, best first */
	size_t n_list;
	enum fob_kind kind;
	unsigned int fobs;		/* 0: not said */
	bool auto_play, trigger;
};

enum { OPT_PROCEDURE = 0x300, OPT_FOB, OPT_FOBS, OPT_AUTO, OPT_TRIGGER };

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct program_args *a = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		return args_too_much(state, arg);
	case ARGP_KEY_INIT:
		args_init(state);
		state->child_inputs[0] = &a->bus;
		state->child_inputs[1] = &a->out;
		return 0;
	case OPT_PROCEDURE:
		a->named = args_procedure(state, arg);
		return 0;
	case OPT_FOB:
		a->kind = args_fob(state, arg);
		return 0;
	case OPT_FOBS:
		a->fobs = args_number(state, "--fobs", arg, 1, JUDGE_FOBS_MAX);
		return 0;
	case OPT_AUTO:
		a->auto_play = true;
		return 0;
	case OPT_TRIGGER:
		a->trigger = true;
		return 0;
	case ARGP_KEY_END:
		if (a->named && a->fobs > MAX(a->named->fobs_max, 1))
			args_error(state, "--fobs: %s is for one fob at a time", a->named->id);
		if (a->auto_play && a->bus.sim_script)
			args_error(state, "--auto and --sim-script both drive the car; choose one");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "procedure", OPT_PROCEDURE, "ID", 0, "Which one (default: recognise it)", 0 },
	{ "fob", OPT_FOB, "KIND", 0, "What the fobs are: 2-button, 3-button, round", 0 },
	{ "fobs", OPT_FOBS, "N", 0, "How many fobs are to be learned, 1 to 4", 0 },
	{ "auto", OPT_AUTO, NULL, 0, "Turn the key and press the fobs (simulated cars only)", 0 },
	{ "trigger", OPT_TRIGGER, NULL, 0,
	  "Play the ignition part on the bus (virtual and bench links only)", 0 },
	{ 0 },
};

static const struct argp_child children[] = {
	{ &bus_argp, 0, "Bus:", 1 },
	{ &out_argp, 0, "Output:", 2 },
	{ 0 },
};

static const struct argp program_argp = {
	.options = options,
	.parser = parse,
	.children = children,
	.doc = "Follow the initialisation of the fobs and judge every step while it is done."
	       "\vIt teaches the car fobs of its kind; it never pairs a key's transponder. "
	       "Exit status: 0 programmed, 1 not, 6 does not apply to this car.",
};

/* A session of judging. */
struct judging {
	struct session *s;
	struct recogniser judges;
	struct trigger trigger;
	bool triggering;
	struct live live;
};

static void show_steps(struct judging *g, const struct judge_step *steps, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (g->live.on)
			live_step(&g->live, &steps[i]);
		else
			g->s->view.ops->step(&g->s->view, &steps[i]);
}

static void take_in(struct judging *g, const struct event *events, size_t n)
{
	struct judge_step steps[RECOGNISER_STEPS_MAX];

	if (g->s->state.fob_slot >= 0)
		recogniser_carries(&g->judges, SENSE_FOB);
	for (size_t i = 0; i < n; i++) {
		live_event(&g->live, &events[i]);
		show_steps(g, steps, recogniser_event(&g->judges, &events[i], steps));
	}
}

static void pass_time(struct judging *g, nsec_t now)
{
	struct judge_step steps[RECOGNISER_STEPS_MAX];

	show_steps(g, steps, recogniser_time(&g->judges, now, steps));
}

/* The screen is given back first: what is said on it would be lost. */
static int fail(struct judging *g, int r)
{
	live_close(&g->live);

	return session_fail(g->s, r);
}

/* Send F and hear it too: what we say of the car is part of the picture. */
static int say(struct judging *g, struct frame *f)
{
	struct event events[STATE_EVENTS_MAX];
	char why[GATE_WHY_MAX];
	struct decoded dec;
	int r;

	f->t = clock_now(&g->s->clk);
	f->bus = g->s->link->name;
	r = gate_send(&g->s->gate, g->s->link, f, why);
	if (r == -EPERM) {
		live_close(&g->live);
		return cli_fail(g->s->cmd, EXIT_GATE, "%s", why);
	}
	if (r < 0)
		return fail(g, r);
	f->flags |= FRAME_TX;
	decoder_frame(&g->s->decoder, f, &dec);
	take_in(g, events, state_hear(&g->s->state, &dec, events));

	return 0;
}

static int trigger_due(struct judging *g)
{
	struct frame f;

	while (g->triggering && trigger_next(&g->trigger) <= clock_now(&g->s->clk)) {
		int r = trigger_frame(&g->trigger, &f);

		if (r < 0)
			return cli_fail(g->s->cmd, EXIT_NOT_FOR_CAR, "this car's DBC has no frames for "
					"the ignition part");
		r = say(g, &f);
		if (r)
			return r;
	}

	return 0;
}

/*
 * The bus ended. Of a simulated car nothing more comes: what was still waited for is settled by
 * its times. What comes after a recording nobody knows.
 */
static void bus_ended(struct judging *g)
{
	struct judge_step steps[RECOGNISER_STEPS_MAX];

	if (g->s->address.kind == ADDRESS_LOG)
		show_steps(g, steps, recogniser_cut(&g->judges, clock_now(&g->s->clk), steps));
	while (g->s->address.kind != ADDRESS_LOG && recogniser_next(&g->judges) != NSEC_NEVER)
		pass_time(g, recogniser_next(&g->judges) + 1);
	recogniser_over(&g->judges);
}

/* A real cluster would talk against us: DESIGN 6, --trigger on a bench. */
static int refuse_real_cluster(struct session *s)
{
	struct frame f = { .id = KBUS_ID(KBUS_DIA, KBUS_IKE, 0x01), .flags = FRAME_EXT };
	nsec_t deadline = clock_now(&s->clk) + NSEC_PER_SEC;
	char why[GATE_WHY_MAX];
	int r;

	if (s->gate.class == GATE_VIRTUAL)
		return 0;
	if (s->gate.class == GATE_CAR)
		return cli_fail(s->cmd, EXIT_GATE, "--trigger plays the ignition, and a car may be on "
				"this link (--bench says there is none)");
	r = gate_send(&s->gate, s->link, &f, why);
	if (r == -EPERM)
		return cli_fail(s->cmd, EXIT_GATE, "%s", why);
	while (r >= 0) {
		r = session_next(s, &f, deadline);
		if (r > 0 && kbus_is(&f) && kbus_src(&f) == KBUS_IKE)
			return cli_fail(s->cmd, EXIT_GATE, "a cluster answers on %s; --trigger plays one, "
					"so it is for a bench without", s->address.text);
		if (r == 0 && clock_now(&s->clk) >= deadline)
			return 0;
	}

	return session_fail(s, r);
}

/* Ask a virtual car for the state that the judging begins with, and do not wait for it. */
static int ask_state(struct judging *g)
{
	const struct decoder *d = &g->s->decoder;
	struct frame f;

	if (g->s->gate.class != GATE_VIRTUAL || g->s->address.kind == ADDRESS_LOG ||
	    !address_carries_kbus(&g->s->address))
		return 0;
	for (size_t i = 0; i < d->n_sources; i++)
		for (size_t k = 0; k < d->sources[i].dbc->n_messages; k++) {
			const struct dbc_message *m = &d->sources[i].dbc->messages[k];
			int r;

			if (!ask_is_for_state(d->sources[i].dbc, m))
				continue;
			compose_idle(d->sources[i].dbc, m, &f);
			r = say(g, &f);
			if (r)
				return r;
		}

	return 0;
}

/* When something is due although nothing is heard. */
static nsec_t next_wake(struct judging *g, nsec_t now)
{
	nsec_t t = recogniser_next(&g->judges);

	if (t != NSEC_NEVER)
		t++;	/* a limit is met at exactly its time */
	if (g->triggering)
		t = MIN(t, trigger_next(&g->trigger));
	if (g->live.on)
		t = MIN(t, now + LIVE_PICTURE);

	return t;
}

static int judge_live(struct judging *g)
{
	struct session *s = g->s;

	while (!g->judges.done) {
		nsec_t now = clock_now(&s->clk);
		struct event events[STATE_EVENTS_MAX];
		struct decoded dec;
		struct frame f;
		size_t n;
		int r;

		r = g->live.on ? live_draw(&g->live, &g->judges, now) : 0;
		if (r < 0)
			return fail(g, r);
		r = session_hear(s, &f, &dec, events, &n, next_wake(g, now));
		if (r == -ENODATA) {
			bus_ended(g);
			return 0;
		}
		if (r == -ECANCELED)
			recogniser_end(&g->judges, VERDICT_INTERRUPTED, "interrupted");
		else if (r < 0)
			return fail(g, r);
		if (s->away)
			recogniser_gap(&g->judges);
		take_in(g, events, n);
		if (r == 0)
			pass_time(g, clock_now(&s->clk));
		if (!s->car && s->decoder.platform)
			recogniser_platform(&g->judges, s->decoder.platform->id);
		r = trigger_due(g);
		if (r)
			return r;
	}

	return 0;
}

static int verdict_status(const struct session *s, enum verdict v)
{
	switch (v) {
	case VERDICT_PROGRAMMED:
		return EXIT_YES;
	case VERDICT_UNCONFIRMED:
	case VERDICT_FAILED:
		return EXIT_NO;
	case VERDICT_NOT_APPLICABLE:
		return EXIT_NOT_FOR_CAR;
	case VERDICT_INTERRUPTED:
		break;
	}

	return EXIT_SIGNAL + s->clk.signal;
}

/* How exact the times on this link are: procedures.md 2, serial wires of a real car. */
static nsec_t tolerance_of(const struct session *s)
{
	bool serial = s->address.kind == ADDRESS_KBUS || s->address.kind == ADDRESS_KLINE;

	return serial && s->gate.class != GATE_VIRTUAL ? 20 * NSEC_PER_MSEC : 0;
}

static void say_ready(struct session *s, const struct program_args *a)
{
	struct view_car car = session_car(s);
	char names[128] = "";

	for (size_t i = 0; i < a->n_list; i++)
		snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s%s",
			 i == 0 ? "" : i + 1 == a->n_list ? " or " : ", ", a->list[i]->id);
	cli_say(s->cmd, "ready on %s (%s), procedure %s%s", car.interface,
		car.name ? car.name : "car not known yet", names,
		s->address.kind == ADDRESS_SIM && !s->script && !s->script_text ?
			"; nobody turns the key of this car: --auto does, or --sim-script FILE" : "");
	s->view.ops->procedure(&s->view, a->list, a->n_list);
}

static int run(struct session *s, const struct program_args *a)
{
	struct judging g = { .s = s, .triggering = a->trigger };
	struct frame undo;
	int status;

	recogniser_init(&g.judges, a->list, a->n_list, a->fobs, tolerance_of(s));
	trigger_init(&g.trigger, a->list[0], &s->decoder, s->start);
	status = a->trigger ? refuse_real_cluster(s) : 0;
	if (status)
		return status;
	say_ready(s, a);

	status = ask_state(&g);
	if (status == 0 && !s->clk.is_virtual && s->view.ops == &view_text)
		live_open(&g.live, &s->view, STDIN_FILENO, s->address.text);
	if (status == 0)
		status = judge_live(&g);
	live_close(&g.live);
	if (trigger_undo(&g.trigger, &undo)) {
		int r = say(&g, &undo);

		status = status ? status : r;
	}
	if (status)
		return status;
	s->view.ops->result(&s->view, &g.judges.result);

	return verdict_status(s, g.judges.result.verdict);
}

/* The car of the command line, and of a simulated car's address. */
static int find_car(const struct cmd *self, struct program_args *a)
{
	struct address address;
	const char *why;

	if (a->bus.interface && address_parse(a->bus.interface, &address, &why) == 0 &&
	    address.kind == ADDRESS_SIM) {
		if (!a->bus.car.car)
			a->bus.car.car = car_model_find(address.where);
		if (!a->bus.car.built && a->bus.car.car && !strcmp(a->bus.car.car->platform->id, "r5x"))
			a->bus.car.built = 200506;	/* DESIGN 5: --built's default */
	} else if (a->auto_play) {
		return cli_fail(self, EXIT_USAGE, "--auto presses the fobs of simulated cars only: "
				"-i sim:r53");
	}

	return 0;
}

/* Decided before any link is opened: DESIGN 5. Returns 0 or the exit status. */
static int check_applies(const struct cmd *self, struct program_args *a)
{
	const struct car_args *car = &a->bus.car;
	struct judge_result result = { .verdict = VERDICT_NOT_APPLICABLE, .hint = "" };
	const char *why = NULL;
	struct out out;
	struct view v = { .ops = a->out.json ? &view_json : &view_text, .out = &out };
	int r = find_car(self, a);

	if (r)
		return r;
	if (!a->named)
		a->n_list = procedure_choose(car->car, car->built, a->kind, a->list, &why);
	else if (procedure_applies(a->named, car->car, car->built, a->kind, &why))
		a->list[a->n_list++] = a->named;
	if (a->n_list)
		return 0;

	result.procedure = a->named ? a->named->id : NULL;
	snprintf(result.reason, sizeof(result.reason), "%s", why);
	out_init(&out, STDOUT_FILENO);
	if (a->out.json) {
		v.ops->result(&v, &result);
		if (out_flush(&out) < 0 && out.error != -EPIPE)
			return cli_fail(self, EXIT_OUTPUT, "cannot write: %s", err_text(out.error));
	}

	return cli_fail(self, EXIT_NOT_FOR_CAR, "%s does not apply: %s",
			a->named ? a->named->id : "an initialisation by the owner", why);
}

static int program_main(const struct cmd *self, int argc, char **argv)
{
	struct program_args a = { 0 };
	struct session s = { 0 };
	char script[PLAY_SCRIPT_MAX];
	struct trigger t;
	unsigned int flags = SESSION_ENDLESS | SESSION_UNTIL_SETTLED;
	int status;

	argp_parse(self->argp, argc, argv, 0, NULL, &a);
	if (bus_args_defaults(&a.bus) < 0)
		return cli_fail(self, EXIT_USAGE, "unknown car '%s' in MINIKEY_CAR", getenv("MINIKEY_CAR"));
	status = check_applies(self, &a);
	if (status)
		return status;
	if (!a.trigger && !a.auto_play)
		flags |= SESSION_LISTENS;
	if (!a.trigger)		/* a cluster's answer to the ping says nothing of the body */
		flags |= SESSION_BODY_ONLY;
	if (a.auto_play) {
		trigger_init(&t, a.list[0], NULL, 0);
		play_script(script, sizeof(script), a.list[0], a.fobs ? a.fobs : 1, !a.trigger,
			    trigger_over(&t) + 2 * NSEC_PER_SEC);
		s.script = script;
		flags |= SESSION_SCRIPTED;
	}
	status = session_open(&s, self, &a.bus, &a.out, flags);
	if (status == 0)
		status = run(&s, &a);

	return session_close(&s, status);
}

const struct cmd cmd_program = {
	.name = "program",
	.summary = "Judge the initialisation of fobs, live",
	.argp = &program_argp,
	.main = program_main,
};
