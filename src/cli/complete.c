/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "address/logs.h"
#include "car/decoder.h"
#include "car/module.h"
#include "car/state.h"
#include "cli/cli.h"
#include "link/canif.h"
#include "proc/diagnose.h"
#include "sim/sim.h"

static void print_cars(bool simulated, const char *prefix)
{
	size_t n;
	const struct car_model *cars = car_models(&n);

	for (size_t i = 0; i < n; i++)
		if (!simulated || sim_knows(cars[i].id))
			printf("%s%s\n", prefix, cars[i].id);
}

static void print_interfaces(void)
{
	_cleanup_(freep) struct canif *list = NULL;
	int n = canif_list(&list);

	for (int i = 0; i < n; i++)
		puts(list[i].name);
	print_cars(true, "sim:");
	puts("log:");
}

static void print_messages(const struct decoder *d)
{
	for (size_t i = 0; i < d->n_sources; i++)
		for (size_t k = 0; k < d->sources[i].dbc->n_messages; k++)
			puts(d->sources[i].dbc->messages[k].name);
}

/* Does a signal before S have its name? */
static bool is_repeated(const struct decoder *d, const struct dbc_signal *s)
{
	for (size_t i = 0; i < d->n_sources; i++)
		for (size_t k = 0; k < d->sources[i].dbc->n_messages; k++) {
			const struct dbc_message *other = &d->sources[i].dbc->messages[k];

			for (size_t n = 0; n < other->n_signals; n++) {
				if (&other->signals[n] == s)
					return false;
				if (!strcmp(other->signals[n].name, s->name))
					return true;
			}
		}

	return false;
}

static void print_signals(const struct decoder *d)
{
	for (size_t i = 0; i < d->n_sources; i++)
		for (size_t k = 0; k < d->sources[i].dbc->n_messages; k++) {
			const struct dbc_message *m = &d->sources[i].dbc->messages[k];

			for (size_t n = 0; n < m->n_signals; n++)
				if (!is_repeated(d, &m->signals[n]))
					puts(m->signals[n].name);
		}
}

static void print_modules(const struct decoder *d)
{
	struct module modules[MODULES_MAX];
	size_t n = modules_of(d, modules);

	for (size_t i = 0; i < n; i++)
		puts(modules[i].name);
}

/* What the DBCs of CAR (NULL: of all) have. */
static int print_names(const char *car, void (*print)(const struct decoder *d))
{
	const struct car_model *model = car ? car_model_find(car) : NULL;
	struct decoder d;

	if (car && !model)
		return EXIT_USAGE;
	if (decoder_init(&d, model ? model->platform : NULL) < 0)
		return EXIT_NOT_FOR_CAR;
	print(&d);
	decoder_free(&d);

	return EXIT_YES;
}

static void print_events(void)
{
	for (enum event_kind k = 0; k < N_EVENTS; k++)
		puts(event_kind_word(k));
}

/* "lock=locked", "door.driver=open": what --until takes. */
static void print_conditions(void)
{
	for (enum datum d = 0; d < N_DATA; d++)
		for (int v = 1; d != DATUM_KEY_NUMBER && v < 5 && datum_word(d, v); v++)
			printf("%s.%s=%s\n", event_kind_word(datum_kind(d)), datum_name(d),
			       datum_word(d, v));
	puts("lock=locked\nlock=unlocked\nlock=secured\nfob=lock\nfob=unlock\nfob=boot\nkey.number=0\nkey.number=1\n"
	     "error=checksum\nerror=counter");
}

/* Those that can be written. */
static void print_formats(void)
{
	for (size_t i = 0; address_logs[i]; i++)
		if (address_logs[i]->put)
			puts(address_logs[i]->name);
}

/* Of all topics; the first part is what the topic shows alone. */
static void print_parts(void)
{
	for (size_t i = 0; guide_topics[i]; i++)
		for (size_t k = 0; guide_topics[i]->parts && k < guide_topics[i]->n; k++)
			puts(guide_topics[i]->sections[k].id);
}

static void print_symptoms(void)
{
	size_t n;
	const struct symptom *list = symptoms(&n);

	for (size_t i = 0; i < n; i++)
		puts(list[i].id);
}

int complete_print(const char *what, const char *car)
{
	if (!strcmp(what, "commands"))
		for (size_t i = 0; cmds[i]; i++)
			puts(cmds[i]->name);
	else if (!strcmp(what, "interfaces"))
		print_interfaces();
	else if (!strcmp(what, "cars"))
		print_cars(false, "");
	else if (!strcmp(what, "simulated-cars"))
		print_cars(true, "");
	else if (!strcmp(what, "messages"))
		return print_names(car, print_messages);
	else if (!strcmp(what, "signals"))
		return print_names(car, print_signals);
	else if (!strcmp(what, "modules"))
		return print_names(car, print_modules);
	else if (!strcmp(what, "events"))
		print_events();
	else if (!strcmp(what, "conditions"))
		print_conditions();
	else if (!strcmp(what, "formats"))
		print_formats();
	else if (!strcmp(what, "procedures"))
		for (size_t i = 0; procedures[i]; i++)
			puts(procedures[i]->id);
	else if (!strcmp(what, "fobs"))
		for (enum fob_kind k = FOB_KIND_UNKNOWN + 1; k < N_FOB_KINDS; k++)
			puts(fob_info(k)->id);
	else if (!strcmp(what, "topics"))
		for (size_t i = 0; guide_topics[i]; i++)
			puts(guide_topics[i]->id);
	else if (!strcmp(what, "symptoms"))
		print_symptoms();
	else if (!strcmp(what, "parts"))
		print_parts();
	else
		return EXIT_USAGE;

	return EXIT_YES;
}
