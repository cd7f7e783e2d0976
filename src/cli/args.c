/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/num.h"
#include "cli/cli.h"
#include "out/out.h"

enum {
	OPT_BUILT = 0x200,
	OPT_TIMEOUT,
	OPT_POLL,
	OPT_UNVERIFIED,
	OPT_BENCH,
	OPT_SCRIPT,
	OPT_REAL_TIME,
	OPT_RECONNECT,
	OPT_JSON,
	OPT_SHOW_VIN,
	OPT_DBC,
};

void args_init(struct argp_state *state)
{
	FILE *nowhere = fopen("/dev/null", "we");

	if (nowhere)
		state->err_stream = nowhere;
}

void args_error(const struct argp_state *state, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	struct out o;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	out_init(&o, STDERR_FILENO);
	out_printf(&o, "%s: ", state->name);
	out_put_escaped(&o, text, strlen(text));
	out_printf(&o, "; see '%s --help'\n", state->name);
	out_flush(&o);
	exit(EXIT_USAGE);
}

error_t args_too_much(const struct argp_state *state, const char *arg)
{
	args_error(state, "Too many arguments: '%s'", arg);
}

nsec_t args_duration(const struct argp_state *state, const char *name, const char *arg)
{
	nsec_t t = 0;

	if (num_parse_duration(arg, &t) < 0)
		args_error(state, "%s: '%s' is no duration (like 10s, 250ms, 2min)", name, arg);

	return t;
}

unsigned int args_number(const struct argp_state *state, const char *name, const char *arg,
			 unsigned int min, unsigned int max)
{
	uint64_t v = 0;

	if (num_parse_uint(arg, max, &v) < 0 || v < min)
		args_error(state, "%s: '%s' is not a number from %u to %u", name, arg, min, max);

	return (unsigned int)v;
}

/* ---- which car ---- */

enum fob_kind args_fob(const struct argp_state *state, const char *arg)
{
	enum fob_kind kind = fob_kind_find(arg);

	if (!kind)
		args_error(state, "--fob: unknown kind '%s'; there are 2-button, 3-button, round and "
			   "no-slot", arg);

	return kind;
}

void args_fob_of(const struct argp_state *state, const struct car_args *a, enum fob_kind kind)
{
	enum fob_kind always = fob_kind_of(a->car, 0);

	if (kind && always && kind != always)
		args_error(state, "--fob %s: the %s has another kind, %s", fob_info(kind)->id,
			   a->car->id, fob_info(always)->id);
	if (kind > FOB_KIND_3_BUTTON && a->car && !always)
		args_error(state, "--fob %s: the %s has another kind, 2-button or 3-button",
			   fob_info(kind)->id, a->car->id);
}

const struct procedure *args_procedure(const struct argp_state *state, const char *arg)
{
	const struct procedure *p = procedure_find(arg);

	if (!p)
		args_error(state, "unknown procedure '%s'; there are one-turn, four-turns, "
			   "one-turn-on, resync-two-button, three-cycles", arg);

	return p;
}

bool args_parse_built(const char *arg, built_t *ret)
{
	unsigned long year, month;
	char *end;

	year = strtoul(arg, &end, 10);
	month = *end == '-' && end == arg + 4 ? strtoul(end + 1, &end, 10) : 0;
	if (*end || strlen(arg) != 7 || year < 2000 || year > 2099 || month < 1 || month > 12)
		return false;
	*ret = (built_t)(year * 100 + month);

	return true;
}

static error_t parse_car(int key, char *arg, struct argp_state *state)
{
	struct car_args *a = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		*a = (struct car_args){ 0 };
		return 0;
	case 'c':
		a->car = car_model_find(arg);
		if (!a->car)
			args_error(state, "unknown car '%s'; 'minikey catalog' lists them", arg);
		return 0;
	case OPT_BUILT:
		if (!args_parse_built(arg, &a->built))
			args_error(state, "--built: '%s' is no month (like 2005-06)", arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option car_options[] = {
	{ "car", 'c', "CAR", 0, "Which car: r50, r53, r56, f56, ... (default: $MINIKEY_CAR)", 0 },
	{ "built", OPT_BUILT, "YYYY-MM", 0, "When it was built", 0 },
	{ 0 },
};

const struct argp car_argp = { .options = car_options, .parser = parse_car };

/* ---- the bus ---- */

static error_t parse_link(int key, char *arg, struct argp_state *state)
{
	struct bus_args *a = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		*a = (struct bus_args){ .timeout = NSEC_NEVER };
		state->child_inputs[0] = &a->car;
		return 0;
	case OPT_UNVERIFIED:
		a->allow_unverified = true;
		return 0;
	case OPT_BENCH:
		a->bench = true;
		return 0;
	case OPT_SCRIPT:
		a->sim_script = arg;
		return 0;
	case OPT_REAL_TIME:
		a->real_time = true;
		return 0;
	case OPT_RECONNECT:
		a->reconnect = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option link_options[] = {
	{ "allow-unverified", OPT_UNVERIFIED, NULL, 0,
	  "Send a real car requests that no document confirms", 0 },
	{ "bench", OPT_BENCH, NULL, 0, "There is no car on this link, only parts on a bench", 0 },
	{ "sim-script", OPT_SCRIPT, "FILE", 0, "Drive the simulated car by FILE", 0 },
	{ "real-time", OPT_REAL_TIME, NULL, 0, "Let a simulated car take its time", 0 },
	{ "reconnect", OPT_RECONNECT, NULL, 0, "Wait for a link that went away to come back", 0 },
	{ 0 },
};

static const struct argp_child link_children[] = {
	{ &car_argp, 0, NULL, 0 },
	{ 0 },
};

const struct argp link_argp = {
	.options = link_options, .parser = parse_link, .children = link_children,
};

static error_t parse_bus(int key, char *arg, struct argp_state *state)
{
	struct bus_args *a = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = a;
		return 0;
	case 'i':
		a->interface = arg;
		return 0;
	case OPT_TIMEOUT:
		a->timeout = args_duration(state, "--timeout", arg);
		return 0;
	case OPT_POLL:
		a->poll = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option bus_options[] = {
	{ "interface", 'i', "ADDRESS", 0,
	  "Bus to use: can0, vcan0, sim:r53, log:FILE, ... (default: $MINIKEY_INTERFACE)", 0 },
	{ "timeout", OPT_TIMEOUT, "TIME", 0, "How long to listen (6s) or wait for an answer (2s; scan, faults: 1s)", 0 },
	{ "poll", OPT_POLL, NULL, 0, "Ask the modules of a real car too", 0 },
	{ 0 },
};

static const struct argp_child bus_children[] = {
	{ &link_argp, 0, NULL, 0 },
	{ 0 },
};

const struct argp bus_argp = {
	.options = bus_options, .parser = parse_bus, .children = bus_children,
};

int car_args_defaults(struct car_args *a)
{
	const char *car = getenv("MINIKEY_CAR");

	if (a->car || !car || !*car)
		return 0;
	a->car = car_model_find(car);

	return a->car ? 0 : -EINVAL;
}

int bus_args_defaults(struct bus_args *a)
{
	const char *interface = getenv("MINIKEY_INTERFACE");

	if (!a->interface && interface && *interface)
		a->interface = interface;

	return car_args_defaults(&a->car);
}

/* ---- output ---- */

static error_t parse_out(int key, char *arg, struct argp_state *state)
{
	struct out_args *a = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		*a = (struct out_args){ 0 };
		return 0;
	case OPT_JSON:
		a->json = true;
		return 0;
	case OPT_SHOW_VIN:
		a->show_vin = true;
		return 0;
	case OPT_DBC:
		if (a->n_dbc == DBC_FILES_MAX)
			args_error(state, "--dbc: more than %d files", DBC_FILES_MAX);
		a->dbc[a->n_dbc++] = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option out_options[] = {
	{ "json", OPT_JSON, NULL, 0, "JSON: one object, or one a line", 0 },
	{ "show-vin", OPT_SHOW_VIN, NULL, 0, "Do not mask the end of the VIN", 0 },
	{ "dbc", OPT_DBC, "[BUS=]FILE", 0, "More messages, from FILE (only those of BUS)", 0 },
	{ 0 },
};

const struct argp out_argp = { .options = out_options, .parser = parse_out };
