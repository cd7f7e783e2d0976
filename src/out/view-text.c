/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "car/event-words.h"
#include "car/grade.h"
#include "car/module.h"
#include "car/variant.h"
#include "out/diagnosis.h"
#include "out/guide.h"
#include "out/lines.h"
#include "out/modules.h"
#include "out/view.h"
#include "out/wrap.h"

static void text_ready(struct view *v, const struct view_car *car)
{
	(void)v;
	fprintf(stderr, "listening on %s (%s)\n", car->interface,
		car->name ? car->name : "car not known yet");
}

/* ---- events ---- */

#define NUMBER_MAX 12

static const char *value_text(enum datum d, int value, char *number)
{
	const char *word = datum_word(d, value);

	if (!word)
		snprintf(number, NUMBER_MAX, "%d", value);

	return word ? word : number;
}

/* What a person calls the thing: "driver door", "key number". */
static const char *thing(enum datum d)
{
	static const char *const names[N_DATA] = {
		[DATUM_IGNITION] = "ignition",
		[DATUM_KEY_IN_LOCK] = "key in the lock",
		[DATUM_KEY_NUMBER] = "key number",
		[DATUM_LOCK] = "locks",
		[DATUM_LOCK_DRIVER] = "driver lock",
		[DATUM_LOCK_PASSENGER] = "passenger lock",
		[DATUM_LOCK_REAR_DRIVER] = "rear driver lock",
		[DATUM_LOCK_REAR_PASSENGER] = "rear passenger lock",
		[DATUM_LOCK_BOOT] = "boot lock",
		[DATUM_DOOR_DRIVER] = "driver door",
		[DATUM_DOOR_PASSENGER] = "passenger door",
		[DATUM_DOOR_REAR_DRIVER] = "rear driver door",
		[DATUM_DOOR_REAR_PASSENGER] = "rear passenger door",
		[DATUM_BOOT] = "boot",
		[DATUM_BONNET] = "bonnet",
		[DATUM_WINDOW_DRIVER] = "driver window",
		[DATUM_WINDOW_PASSENGER] = "passenger window",
		[DATUM_WINDOW_REAR_DRIVER] = "rear driver window",
		[DATUM_WINDOW_REAR_PASSENGER] = "rear passenger window",
		[DATUM_ROOF] = "roof",
		[DATUM_INIT] = "initialisation",
	};

	return names[d];
}

static void text_event(struct view *v, const struct event *e)
{
	char number[NUMBER_MAX];

	lines_time(v, e->t);
	out_puts(v->out, "  ");
	if (e->kind == EVENT_FOB) {
		out_printf(v->out, "fob slot %d: %s", e->slot, e->word);
	} else if (e->kind == EVENT_LOST) {
		view_colour(v, VIEW_RED);
		out_printf(v->out, "%d frame%s lost", e->value, e->value == 1 ? "" : "s");
	} else if (e->kind == EVENT_BUS) {
		out_puts(v->out, "bus: ");
		view_colour(v, VIEW_BOLD);
		out_puts(v->out, bus_word((enum bus_state)e->value));
		view_colour(v, VIEW_PLAIN);
		view_colour(v, VIEW_DIM);
		out_puts(v->out, e->value == BUS_ASLEEP ? " (no frame for 60 s)" : " (was asleep)");
	} else if (e->kind == EVENT_ERROR) {
		view_colour(v, VIEW_RED);
		out_printf(v->out, "error: %s", e->word);
		if (e->message)
			out_printf(v->out, " of %s", e->message->name);
		if (e->frame && e->frame->flags & FRAME_ERR)
			out_printf(v->out, ": %s", frame_error_text(e->word));
	} else {
		out_printf(v->out, "%s: ", thing(e->datum));
		view_colour(v, VIEW_BOLD);
		out_puts(v->out, value_text(e->datum, e->value, number));
		view_colour(v, VIEW_PLAIN);
		view_colour(v, VIEW_DIM);
		out_printf(v->out, " (was %s)", value_text(e->datum, e->previous, number));
	}
	view_colour(v, VIEW_PLAIN);
	out_putc(v->out, '\n');
}

static void text_trouble(struct view *v, const struct frame *f)
{
	struct event e = {
		.t = f->t,
		.kind = f->flags & FRAME_LOST ? EVENT_LOST : EVENT_ERROR,
		.value = (int)f->id,
		.word = f->flags & FRAME_ERR ? frame_error_word(f) : NULL,
		.frame = f,
	};

	text_event(v, &e);
}

/* ---- status ---- */

static void put_age(struct view *v, const struct view_car *car, nsec_t t, enum grade g)
{
	view_colour(v, VIEW_DIM);
	out_printf(v->out, "%s, %.1f s ago", grade_word(g),
		   (double)MAX(car->now - t, 0) / (double)NSEC_PER_SEC);
	view_colour(v, VIEW_PLAIN);
}

static void text_status(struct view *v, const struct view_car *car, const struct car_state *s)
{
	static const enum datum always[] = {
		DATUM_IGNITION, DATUM_KEY_IN_LOCK, DATUM_KEY_NUMBER, DATUM_LOCK, DATUM_DOOR_DRIVER,
		DATUM_DOOR_PASSENGER, DATUM_BOOT, DATUM_BONNET,
	};

	out_printf(v->out, "%s on %s\n", car->name ? car->name : "Unknown car", car->interface);
	for (enum datum d = 0; d < N_DATA; d++) {
		const struct datum_state *ds = &s->data[d];
		char number[NUMBER_MAX];
		bool show = state_known(s, d);

		for (size_t i = 0; i < ARRAY_SIZE(always); i++)
			show |= always[i] == d;
		if (!show)
			continue;
		out_printf(v->out, "  %-22s ", thing(d));
		view_colour(v, VIEW_BOLD);
		out_printf(v->out, ds->signal ? "%-9s" : "%s", value_text(d, ds->value, number));
		view_colour(v, VIEW_PLAIN);
		if (ds->signal) {
			out_puts(v->out, "  ");
			put_age(v, car, ds->t, grade_of_signal(ds->dbc, ds->signal));
		}
		out_putc(v->out, '\n');
	}
	if (s->fob_slot >= 0) {
		const struct fob_state *f = &s->fobs[s->fob_slot];

		out_printf(v->out, "  %-22s slot %d, battery %s  ", "last fob", s->fob_slot,
			   f->battery_low < 0 ? "unknown" : f->battery_low ? "low" : "ok");
		put_age(v, car, f->t, grade_of_signal(s->fob_dbc, s->fob_signal));
		out_putc(v->out, '\n');
	}
}

/* ---- keys ---- */

static void put_key(struct view *v, const struct key *k, int width)
{
	const struct event e = { .frame = &k->frame, .message = k->message };
	char where[24], battery[24] = "", from[CANDUMP_FRAME_MAX + 1];

	if (k->battery)
		snprintf(battery, sizeof(battery), "battery %s", k->battery);
	snprintf(where, sizeof(where), strcmp(k->kind, "fob") ? "number %d" : "slot %d", k->slot);
	out_printf(v->out, "  %-12s %-9s ", k->kind, where);
	view_colour(v, VIEW_BOLD);
	out_printf(v->out, "%-*s", width, k->state);
	view_colour(v, VIEW_PLAIN);
	out_printf(v->out, " %-12s %-12s ", k->in_lock == 1 ? "in the lock" : "",
		   battery);
	view_colour(v, VIEW_DIM);
	out_printf(v->out, "%s: %s", grade_word(k->grade), k->source);
	if (k->message && k->grade > GRADE_DOCUMENTED) {
		event_put_frame(from, &e, v->show_vin);
		out_printf(v->out, ", from %s", from);
	}
	view_colour(v, VIEW_PLAIN);
	out_putc(v->out, '\n');
}

static void put_last_action(struct view *v, const struct lock_action *a)
{
	out_printf(v->out, "Last action of the locks: %s, cause: %s",
		   a->action ? a->action : "unknown", a->cause ? a->cause : "unknown");
	if (a->key >= 0)
		out_printf(v->out, ", key %d", a->key);
	out_printf(v->out, "  ");
	view_colour(v, VIEW_DIM);
	out_printf(v->out, "%s: %s", grade_word(a->grade), a->source);
	view_colour(v, VIEW_PLAIN);
	out_putc(v->out, '\n');
}

static size_t count_keys(const struct key_list *list, const char *kind)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		n += !strcmp(list->keys[i].kind, kind);

	return n;
}

static void text_keys(struct view *v, const struct view_car *car, const struct key_list *list)
{
	size_t fobs = count_keys(list, "fob"), transponders = count_keys(list, "transponder");
	size_t digital = list->n - fobs - transponders;
	int width = 8;

	for (size_t i = 0; i < list->n; i++)
		width = MAX(width, (int)strlen(list->keys[i].state));
	out_printf(v->out, "%s knows %zu fob%s", car->name ? car->name : "The car", fobs,
		   fobs == 1 ? "" : "s");
	/* Where one number stands for both, they are all called fobs. */
	if (digital)
		out_printf(v->out, " and %zu digital key%s", digital, digital == 1 ? "" : "s");
	else if (transponders || !fobs || list->complete)
		out_printf(v->out, " and %zu transponder%s", transponders,
			   transponders == 1 ? "" : "s");
	out_puts(v->out, list->complete ? "\n" :
			 list->asked	? ", as far as it tells; there may be more\n" :
					  ", as far as was heard; there may be more\n");
	for (size_t i = 0; i < list->n; i++)
		put_key(v, &list->keys[i], width);
	if (fobs && transponders)
		out_puts(v->out, "A fob's slot and a transponder's number are counted apart: the "
				 "same figure does not\nmean the same key.\n");
	if (!list->asked && !list->complete)
		out_puts(v->out, "Only keys that were used while it listened are listed: press each fob, and "
				 "put each key\ninto the lock, to see more.\n");
	if (list->last_action.known)
		put_last_action(v, &list->last_action);
}

/* ---- procedures ---- */

/* "Within 5 s" belongs to what is to be done in that time. */
static void put_procedure_step(struct view *v, const struct procedure_step *s)
{
	char text[512], limit[32];

	num_put_seconds(limit, sizeof(limit), s->limit);
	if (s->limit)
		snprintf(text, sizeof(text), "%s (Within %s s%s, from %s to %s.)", s->text, limit,
			 s->own ? ", our own choice" : "", s->from, s->to);
	out_wrap(v->out, 5, s->limit ? text : s->text);
}

static void text_procedure(struct view *v, const struct procedure *const *list, size_t n)
{
	const struct procedure *p = list[0];

	out_printf(v->out, "%s\n", p->title);
	view_colour(v, VIEW_DIM);
	out_printf(v->out, "%s\n%s: %s\n", p->cars, grade_word(p->grade), p->source);
	view_colour(v, VIEW_PLAIN);
	for (size_t i = 0; i < p->n_steps; i++) {
		out_printf(v->out, "%3zu. ", i + 1);
		put_procedure_step(v, &p->steps[i]);
	}
	for (size_t i = 1; i < n; i++) {
		view_colour(v, VIEW_DIM);
		out_printf(v->out, "Recognised too: %s, %s (%s)\n", list[i]->id, list[i]->cars,
			   grade_word(list[i]->grade));
		view_colour(v, VIEW_PLAIN);
	}
}

static void put_figures(struct view *v, const struct judge_step *s)
{
	char took[32], limit[32];

	if (s->limit == JUDGE_NO_TIME)
		return;
	num_put_seconds(limit, sizeof(limit), s->limit);
	if (s->took == JUDGE_NO_TIME) {
		out_printf(v->out, "  limit %s s", limit);
		return;
	}
	num_put_seconds(took, sizeof(took), s->took / NSEC_PER_MSEC * NSEC_PER_MSEC);
	out_printf(v->out, "  %s s of %s s", took, limit);
}

const char *view_step_text(const struct judge_step *s)
{
	static const struct {
		const char *id, *text;
	} texts[] = {
		{ "presses", "LOCK pressed three times" },
		{ "release", "both buttons let go together" },
		{ "lock", "LOCK pressed" },
		{ "confirm", "the car confirmed" },
	};

	if (!strcmp(s->id, "ignition"))
		return s->p->key_out ? "key turned, turned back and out" : "key turned and turned back";
	if (!strcmp(s->id, "unlock"))
		return s->p->part == FOB_PART_CLICK ? "UNLOCK pressed" : "UNLOCK held";
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (!strcmp(texts[i].id, s->id))
			return texts[i].text;

	return s->id;
}

static void text_step(struct view *v, const struct judge_step *s)
{
	lines_time(v, s->t);
	view_colour(v, s->ok ? VIEW_GREEN : VIEW_RED);
	out_puts(v->out, s->ok ? "  ok    " : "  FAIL  ");
	view_colour(v, VIEW_PLAIN);
	if (s->fob)
		out_printf(v->out, "fob %u: ", s->fob);
	out_puts(v->out, view_step_text(s));
	put_figures(v, s);
	if (*s->reason)
		out_printf(v->out, "  (%s)", s->reason);
	out_putc(v->out, '\n');
}

static void text_result(struct view *v, const struct judge_result *r)
{
	view_colour(v, r->verdict == VERDICT_PROGRAMMED ? VIEW_GREEN ";" VIEW_BOLD : VIEW_RED ";" VIEW_BOLD);
	out_printf(v->out, "%s", verdict_word(r->verdict));
	view_colour(v, VIEW_PLAIN);
	if (*r->reason && strcmp(r->reason, verdict_word(r->verdict)) != 0)
		out_printf(v->out, ": %s", r->reason);
	out_putc(v->out, '\n');
	if (r->n_slots) {
		out_puts(v->out, "Learned, by slot:");
		for (unsigned int i = 0; i < r->n_slots; i++)
			out_printf(v->out, " %d", r->slots[i]);
		out_puts(v->out, ". Fobs that took no part are forgotten; try each one now.\n");
	}
	if (*r->hint)
		out_printf(v->out, "Hint: %s.\n", r->hint);
}

/* ---- catalogue ---- */

static void put_catalog_message(struct view *v, const struct dbc *dbc,
				const struct dbc_message *m)
{
	const char *request = dbc_message_attr(dbc, m, "DiagRequest");
	const struct variant *build = variant_find(variant_wanted(dbc, m));
	enum grade own = grade_of_message(dbc, m);

	out_printf(v->out, "\n%*s%0*X  ", m->ext ? 0 : 5, "", m->ext ? 8 : 3, m->id);
	view_colour(v, VIEW_BOLD);
	out_puts(v->out, m->name);
	view_colour(v, VIEW_PLAIN);
	if (request && *request)
		out_printf(v->out, "  request %s to %s", request,
			   dbc_message_attr(dbc, m, "DiagEcu"));
	if (build)
		out_printf(v->out, ", a %s", build->name);
	out_printf(v->out, "  %s: %s\n", grade_word(own), source_of_message(dbc, m));
	for (size_t k = 0; k < m->n_signals; k++) {
		const struct dbc_signal *s = &m->signals[k];
		enum grade g = grade_of_signal(dbc, s);

		out_printf(v->out, "            %s%s%s", s->name, *s->unit ? " in " : "", s->unit);
		if (g != own)
			out_printf(v->out, "  %s: %s", grade_word(g), source_of_signal(dbc, s));
		out_putc(v->out, '\n');
	}
}

static void text_catalog(struct view *v, const struct car_model *car, const struct decoder *d)
{
	struct module modules[MODULES_MAX];
	size_t n = modules_of(d, modules);

	out_printf(v->out, "%s: %s, %s (", car->id, car->name, car->platform->bus);
	for (size_t i = 0; i < d->n_sources; i++)
		out_printf(v->out, "%s%s", i ? ", " : "", d->sources[i].dbc->name);
	out_puts(v->out, ")\n");
	for (size_t i = 0; i < d->n_sources; i++)
		for (size_t k = 0; k < d->sources[i].dbc->n_messages; k++)
			put_catalog_message(v, d->sources[i].dbc, &d->sources[i].dbc->messages[k]);
	if (n)
		out_puts(v->out, "\nModules that can be asked, by address:\n\n");
	for (size_t i = 0; i < n; i++)
		out_printf(v->out, "      %02X  %-8s %s  %s: %s\n", modules[i].address,
			   modules[i].name, modules[i].comment ? modules[i].comment : "",
			   grade_word(modules[i].grade), modules[i].source);
}

const struct view_ops view_text = {
	.ready = text_ready,
	.event = text_event,
	.frame = lines_text,
	.trouble = text_trouble,
	.status = text_status,
	.keys = text_keys,
	.procedure = text_procedure,
	.step = text_step,
	.result = text_result,
	.catalog = text_catalog,
	.guide = guide_text,
	.diagnosis = diagnosis_text,
	.scan = modules_scan_text,
	.faults = modules_faults_text,
};
