/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "car/role.h"
#include "car/variant.h"
#include "cli/choose.h"
#include "cli/files.h"
#include "cli/session-inside.h"
#include "cli/trouble.h"
#include "link/canif.h"
#include "sim/sim.h"

static void log_fault(const struct logfile_fault *f, void *arg)
{
	files_warn_log(((struct session *)arg)->cmd, f);
}

/* Whether a simulated car may be on it, even one of which nothing is public. */
static bool may_be_simulated(const struct session *s)
{
	const struct address *a = &s->address;

	return a->kind == ADDRESS_SIM || (a->kind == ADDRESS_SOCKETCAN && canif_is_virtual(a->where)) ||
	       (a->kind == ADDRESS_SOCKETCAND && s->flags & SESSION_PLAYS);
}

/* Is the car asked by another kind of cable? 0, or the exit status after saying by which. */
static int check_cable(const struct session *s, const struct car_model *car)
{
	bool r5x = !strcmp(car->platform->id, "r5x");
	const char *where = s->address.where;

	switch ((int)s->address.kind) {
	case ADDRESS_ELM:
		return !r5x ? 0 : cli_fail(s->cmd, EXIT_NOT_FOR_CAR, "the %s is asked on its K-line with even "
				"parity, which an ELM327 has not: a K+DCAN or KKL cable is needed "
				"(kline:/dev/ttyUSB0)", car->id);
	case ADDRESS_KDCAN:
		return !r5x ? 0 : cli_fail(s->cmd, EXIT_NOT_FOR_CAR, "the %s has no D-CAN, its modules are "
				"asked on the K-line: kline:%s", car->id, where);
	case ADDRESS_KLINE:
		return r5x ? 0 : cli_fail(s->cmd, EXIT_NOT_FOR_CAR, "the modules of the %s are asked on D-CAN: "
				"kdcan:%s, with a K+DCAN cable", car->id, where);
	default:
		return 0;
	}
}

/* The car that the address or --car names; -1 after saying what is wrong. */
static int settle_car(struct session *s)
{
	const struct car_model *car = s->args->car.car;

	s->car = car;
	if (s->address.kind == ADDRESS_SIM) {
		s->car = car_model_find(s->address.where);
		if (!s->car)
			return cli_fail(s->cmd, EXIT_USAGE, "unknown car '%s' in '%s'",
					s->address.where, s->address.text);
		if (car && car != s->car)
			return cli_fail(s->cmd, EXIT_USAGE, "--car %s is not the car of '%s'",
					car->id, s->address.text);
		if (!sim_knows(s->car->id))
			return cli_fail(s->cmd, EXIT_LINK, "no simulated %s", s->car->id);
	} else if (car && !car->platform->body.text && !may_be_simulated(s)) {
		return cli_fail(s->cmd, EXIT_NOT_FOR_CAR, "nothing is publicly known about the "
				"buses of the %s", car->id);
	}
	if (car && !(s->flags & SESSION_PLAYS)) {
		int status = check_cable(s, car);

		if (status)
			return status;
	}
	if (s->args->sim_script && s->address.kind != ADDRESS_SIM)
		return cli_fail(s->cmd, EXIT_USAGE, "--sim-script drives a 'sim:' car only, not '%s'",
				s->address.text);

	return 0;
}

/* NULL: its car is not known. */
static const struct platform *platform_of(const struct session *s)
{
	/* Of the cars with a DBC, one kind alone has its modules on a K-line: kbus.md 3.1. */
	if (!s->car && s->address.kind == ADDRESS_KLINE)
		return car_model_find("r50")->platform;
	if (!s->car)
		return NULL;

	return may_be_simulated(s) ? car_platform_virtual(s->car) : s->car->platform;
}

static int start_clock(struct session *s)
{
	bool driven = s->args->sim_script || s->flags & SESSION_SCRIPTED;
	bool live = s->args->real_time || (s->flags & SESSION_ENDLESS && !driven);
	int r;

	if (address_is_log(&s->address) || (s->address.kind == ADDRESS_SIM && !live))
		clock_init_virtual(&s->clk, 0);
	else
		clock_init_real(&s->clk);
	r = clock_catch_signals(&s->clk);

	return r < 0 ? cli_fail(s->cmd, EXIT_LINK, "cannot watch for signals: %s", err_text(r)) : 0;
}

int session_filter(struct session *s, const struct link_filter *f, size_t n)
{
	s->n_filters = n <= SESSION_FILTERS_MAX ? n : 0;
	if (s->n_filters)
		memcpy(s->filters, f, s->n_filters * sizeof(*f));

	return link_filter(s->link, s->filters, s->n_filters);
}

/* Ask the kernel for what the car's DBC says about the body, when the car is known. */
static int set_filters(struct session *s)
{
	struct link_filter filters[SESSION_FILTERS_MAX];
	size_t n = 0;

	if (!s->decoder.platform)
		return 0;
	for (size_t i = 0; i < s->decoder.n_sources; i++)
		if (!s->decoder.sources[i].platform)
			return 0;	/* a user's file */
	for (size_t i = 0; i < s->decoder.sources[0].dbc->n_messages; i++) {
		const struct dbc_message *m = &s->decoder.sources[0].dbc->messages[i];
		bool wanted = false;

		for (size_t k = 0; k < m->n_signals; k++)
			wanted |= m->signals[k].role != ROLE_NONE;
		if (!wanted)
			continue;
		if (n == SESSION_FILTERS_MAX)
			return 0;
		filters[n++] = (struct link_filter){
			m->id, m->ext ? FRAME_EFF_MASK : FRAME_SFF_MASK, m->ext,
		};
	}

	return session_filter(s, filters, n);
}

/* On a bench the adapter may be all that acknowledges what one other sends. */
bool session_listens(const struct session *s)
{
	return s->flags & SESSION_LISTENS && !s->args->bench;
}

static int open_link(struct session *s)
{
	struct address_options o = {
		.sim = {
			.built = s->args->car.built,
			.script_name = s->args->sim_script,
			.script = s->script_text ? s->script_text : s->script,
			.script_len = s->script_text ? s->script_len : s->script ? strlen(s->script) : 0,
		},
		.plays = s->flags & SESSION_PLAYS,
		.listens = session_listens(s),
		.log_fault = log_fault,
		.log_arg = s,
	};
	int r;

	/* Without a script a car whose time is real goes on: it may be there to be asked. */
	o.sim.end_when_settled = s->flags & SESSION_UNTIL_SETTLED &&
				 (s->clk.is_virtual || o.sim.script);
	r = address_open(&s->address, &o, &s->clk, &s->link);
	if (r == 0 && s->flags & SESSION_BODY_ONLY)
		r = set_filters(s);

	return r;
}

static void start_view(struct session *s, const struct out_args *out)
{
	out_init(&s->out, STDOUT_FILENO);
	s->out.wake_fd = s->clk.signal_fd;
	s->view = (struct view){
		.ops = out->json ? &view_json : &view_text,
		.out = &s->out,
		.show_vin = out->show_vin,
		.relative = s->address.kind == ADDRESS_SIM,
		.start = clock_now(&s->clk),
		.colour = !out->json && view_wants_colour(STDOUT_FILENO),
	};
	s->start = s->view.start;
}

int session_prepare(struct session *s, const struct cmd *cmd, struct bus_args *args,
		    const struct out_args *out, unsigned int flags)
{
	const char *why = NULL;
	int r;

	s->cmd = cmd;
	s->args = args;
	s->flags = flags;
	s->clk.signal_fd = -1;
	if (bus_args_defaults(args) < 0)
		return cli_fail(cmd, EXIT_USAGE, "unknown car '%s' in MINIKEY_CAR", getenv("MINIKEY_CAR"));
	if (!args->interface) {
		r = choose_interface(cmd, &s->chosen);
		if (r)
			return r;
		args->interface = s->chosen;
	}
	if (address_parse(args->interface, &s->address, &why) < 0)
		return cli_fail(cmd, EXIT_USAGE, "--interface '%s': %s", args->interface, why);
	if (flags & SESSION_ENDLESS && !(flags & SESSION_PLAYS) && !address_hears(&s->address))
		return trouble_unheard(s);
	r = settle_car(s);
	if (r)
		return r;
	if (args->sim_script) {
		r = files_read(args->sim_script, &s->script_text, &s->script_len);
		if (r < 0)
			return cli_fail(cmd, EXIT_INPUT, "cannot read '%s': %s", args->sim_script,
					err_text(r));
	}
	r = start_clock(s);
	if (r)
		return r;
	r = decoder_init(&s->decoder, platform_of(s));
	if (r < 0)
		return cli_fail(cmd, EXIT_INPUT, "cannot load the car: %s", err_text(r));

	s->decoder.k_line = s->address.kind == ADDRESS_KLINE;

	return files_load_dbcs(cmd, out, &s->decoder);
}

/* The K-line and D-CAN say nothing by themselves: the cable may. */
static const char *look_at_cable(void *arg)
{
	struct session *s = arg;

	return cable_hear(&s->cable, &s->decoder, &s->state, address_ignition(&s->address, s->link),
			  clock_now(&s->clk));
}

int session_connect(struct session *s, const struct out_args *out)
{
	const struct bus_args *args = s->args;
	int r = open_link(s);

	if (r < 0)
		return session_open_failed(s, r);
	if (s->address.kind == ADDRESS_SIM && sim_fault(sim_link_sim(s->link)))
		return session_sim_failed(s);
	gate_init(&s->gate,
		  s->link->is_virtual ? GATE_VIRTUAL : args->bench ? GATE_BENCH : GATE_CAR,
		  args->allow_unverified, &s->decoder);
	s->gate.state = &s->state;
	s->gate.kbus_clock = s->address.kind == ADDRESS_KBUS ? &s->clk : NULL;
	if (!address_hears(&s->address)) {
		s->gate.look = look_at_cable;
		s->gate.look_arg = s;
	}
	state_init(&s->state);
	s->state.hears_all = s->address.kind == ADDRESS_KBUS || s->address.kind == ADDRESS_SIM;
	s->state.no_rear = s->car && !s->car->rear_doors;
	start_view(s, out);

	return 0;
}

int session_open(struct session *s, const struct cmd *cmd, struct bus_args *args,
		 const struct out_args *out, unsigned int flags)
{
	int r = session_prepare(s, cmd, args, out, flags);

	return r ? r : session_connect(s, out);
}

int session_close(struct session *s, int status)
{
	int r = s->view.out ? out_flush(&s->out) : 0;

	if (r < 0 && r != -EPIPE && status < EXIT_OUTPUT)
		status = session_fail(s, r);
	view_done(&s->view);
	trouble_noise(s);
	address_close_transports(s->tp);
	link_close(s->link);
	decoder_free(&s->decoder);
	clock_release_signals(&s->clk);
	free(s->script_text);
	free(s->chosen);
	backlog_free(&s->backlog);

	return status;
}

static void heard_by_asker(const struct frame *f, void *arg)
{
	struct session *s = arg;
	struct event events[STATE_EVENTS_MAX];
	struct decoded dec;

	decoder_frame(&s->decoder, f, &dec);
	state_hear(&s->state, &dec, events);
	trouble_tell(s, f);
	trouble_car(s, &dec);
}

static void told_by_asker(const struct decoded *dec, void *arg)
{
	struct event events[STATE_EVENTS_MAX];
	struct session *s = arg;

	state_hear(&s->state, dec, events);
	variant_hear(&s->decoder, dec);
}

struct asker session_asker(struct session *s)
{
	struct frame f;
	struct asker a = {
		.link = s->link,
		.gate = &s->gate,
		.late = &s->late,
		.heard = heard_by_asker,
		.told = told_by_asker,
		.arg = s,
		.timeout = session_timeout(s, 2 * NSEC_PER_SEC),
	};

	if (!s->tp[DIAG_DS2] && !s->tp[DIAG_UDS]) {
		/* Answers come by other ids than the body's messages. */
		if (session_filter(s, NULL, 0) < 0 ||
		    address_transports(&s->address, s->link, s->tp) < 0)
			cli_say(s->cmd, "no memory to ask with");
	}
	memcpy(a.tp, s->tp, sizeof(a.tp));
	while (backlog_pop(&s->backlog, &f, s->link->name, clock_now(&s->clk)))
		heard_by_asker(&f, s);

	return a;
}

struct view_car session_car(struct session *s)
{
	const char *name = s->car ? s->car->id : NULL;

	if (!name && s->decoder.platform)
		name = s->decoder.platform->id;

	return (struct view_car){
		.name = name,
		.model = s->car,
		.interface = s->address.text,
		.now = clock_now(&s->clk),
	};
}

nsec_t session_timeout(const struct session *s, nsec_t default_timeout)
{
	return s->args->timeout == NSEC_NEVER ? default_timeout : s->args->timeout;
}
