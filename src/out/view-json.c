/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "car/event-words.h"
#include "car/grade.h"
#include "car/module.h"
#include "car/role.h"
#include "car/variant.h"
#include "dbc/codec.h"
#include "link/candump.h"
#include "out/json.h"
#include "out/diagnosis.h"
#include "out/guide.h"
#include "out/lines.h"
#include "out/modules.h"
#include "out/view.h"

static struct json begin(struct view *v)
{
	struct json j = { .out = v->out };

	json_open(&j, '{');

	return j;
}

static void end(struct json *j)
{
	json_close(j, '}');
	json_end(j);
}

static void put_frame(const struct view *v, struct json *j, const struct frame *f,
		      const struct dbc_message *m)
{
	const struct event e = { .frame = f, .message = m };
	char text[CANDUMP_FRAME_MAX + 1];

	event_put_frame(text, &e, v->show_vin);
	if (*text)
		json_member(j, "frame", text);
}

static void json_ready(struct view *v, const struct view_car *car)
{
	struct json j = begin(v);

	json_member(&j, "event", "ready");
	json_member(&j, "interface", car->interface);
	json_member(&j, "car", car->name);
	end(&j);
}

static void put_datum_value(struct json *j, enum datum d, int value)
{
	const char *word = datum_word(d, value);

	if (word)
		json_string(j, word);
	else
		json_int(j, value);
}

static void json_event(struct view *v, const struct event *e)
{
	struct json j = begin(v);
	char name[16];

	json_key(&j, "t");
	json_seconds(&j, e->t);
	json_member(&j, "event", event_kind_word(e->kind));
	if (e->kind == EVENT_FOB) {
		snprintf(name, sizeof(name), "slot %d", e->slot);
		json_member(&j, "name", name);
		json_member(&j, "value", e->word);
	} else if (e->kind == EVENT_LOST) {
		json_member(&j, "name", "frames");
		json_key(&j, "value");
		json_int(&j, e->value);
	} else if (e->kind == EVENT_BUS) {
		json_member(&j, "name", "bus");
		json_member(&j, "value", bus_word((enum bus_state)e->value));
		json_member(&j, "previous", bus_word((enum bus_state)e->previous));
	} else if (e->kind == EVENT_ERROR) {
		json_member(&j, "name", e->message ? e->message->name : "bus");
		json_member(&j, "value", e->word);
	} else {
		json_member(&j, "name", datum_name(e->datum));
		json_key(&j, "value");
		put_datum_value(&j, e->datum, e->value);
		json_key(&j, "previous");
		put_datum_value(&j, e->datum, e->previous);
	}
	put_frame(v, &j, e->frame, e->message);
	end(&j);
}

static void put_id(struct json *j, const struct frame *f)
{
	char id[12];

	*lines_put_id(id, f) = '\0';
	json_member(j, "id", id);
}

static void json_trouble(struct view *v, const struct frame *f)
{
	struct event e = {
		.t = f->t,
		.kind = f->flags & FRAME_LOST ? EVENT_LOST : EVENT_ERROR,
		.value = (int)f->id,
		.word = f->flags & FRAME_ERR ? frame_error_word(f) : NULL,
		.frame = f,
	};

	json_event(v, &e);
}

static void put_lids(struct json *j, const char *key, const struct view_car *car,
		     const struct car_state *s, enum datum first, enum datum last)
{
	json_key(j, key);
	json_open(j, '{');
	for (enum datum d = first; d <= last; d++) {
		/* A bus has bits for rear doors that this body does not have. */
		bool rear = d == DATUM_DOOR_REAR_DRIVER || d == DATUM_DOOR_REAR_PASSENGER ||
			    d == DATUM_WINDOW_REAR_DRIVER || d == DATUM_WINDOW_REAR_PASSENGER;

		if (rear && (car->model ? !car->model->rear_doors : !state_known(s, d)))
			continue;
		if (datum_kind(d) == EVENT_WINDOW && !state_known(s, d))
			continue;
		json_member(j, datum_name(d), datum_word(d, s->data[d].value));
	}
	json_close(j, '}');
}

const char *view_status_key(enum datum d, char *buf, size_t size)
{
	switch (datum_kind(d)) {
	case EVENT_LOCK:
		if (d == DATUM_LOCK)
			return "locks";
		snprintf(buf, size, "locks.%s", datum_name(d));
		return buf;
	case EVENT_DOOR:
		snprintf(buf, size, "doors.%s", datum_name(d));
		return buf;
	case EVENT_WINDOW:
		snprintf(buf, size, "windows.%s", datum_name(d));
		return buf;
	case EVENT_KEY:
		return d == DATUM_KEY_IN_LOCK ? "key_in_lock" : "key_number";
	case EVENT_INIT:
		return "init_possible";
	case EVENT_IGNITION:
	case EVENT_LID:
	case EVENT_FOB:
	case EVENT_BUS:
	case EVENT_LOST:
	case EVENT_ERROR:
	case N_EVENTS:
		break;
	}

	return datum_name(d);
}

static void put_evidence(struct json *j, const struct view_car *car, const struct car_state *s)
{
	char buf[40];

	json_key(j, "evidence");
	json_open(j, '{');
	for (enum datum d = 0; d < N_DATA; d++)
		if (s->data[d].signal)
			json_member(j, view_status_key(d, buf, sizeof(buf)),
				   grade_word(grade_of_signal(s->data[d].dbc, s->data[d].signal)));
	if (s->fob_slot >= 0)
		json_member(j, "fob", grade_word(grade_of_signal(s->fob_dbc, s->fob_signal)));
	json_close(j, '}');

	json_key(j, "age_s");
	json_open(j, '{');
	for (enum datum d = 0; d < N_DATA; d++)
		if (s->data[d].signal) {
			json_key(j, view_status_key(d, buf, sizeof(buf)));
			json_seconds(j, MAX(car->now - s->data[d].t, 0));
		}
	if (s->fob_slot >= 0) {
		json_key(j, "fob");
		json_seconds(j, MAX(car->now - s->fobs[s->fob_slot].t, 0));
	}
	json_close(j, '}');
}

static void put_tristate(struct json *j, const char *key, int unknown_no_yes)
{
	json_key(j, key);
	if (unknown_no_yes == 0)
		json_null(j);
	else
		json_bool(j, unknown_no_yes == 2);
}

static void json_status(struct view *v, const struct view_car *car, const struct car_state *s)
{
	const struct fob_state *fob = s->fob_slot >= 0 ? &s->fobs[s->fob_slot] : NULL;
	struct json j = begin(v);

	json_member(&j, "car", car->name);
	json_member(&j, "ignition", datum_word(DATUM_IGNITION, s->data[DATUM_IGNITION].value));
	put_tristate(&j, "key_in_lock", s->data[DATUM_KEY_IN_LOCK].value);
	json_key(&j, "key_number");
	if (s->data[DATUM_KEY_NUMBER].value >= 0)
		json_int(&j, s->data[DATUM_KEY_NUMBER].value);
	else
		json_null(&j);
	json_member(&j, "locks", datum_word(DATUM_LOCK, s->data[DATUM_LOCK].value));
	put_lids(&j, "doors", car, s, DATUM_DOOR_DRIVER, DATUM_DOOR_REAR_PASSENGER);
	json_member(&j, "boot", datum_word(DATUM_BOOT, s->data[DATUM_BOOT].value));
	json_member(&j, "bonnet", datum_word(DATUM_BONNET, s->data[DATUM_BONNET].value));
	put_lids(&j, "windows", car, s, DATUM_WINDOW_DRIVER, DATUM_ROOF);
	json_key(&j, "fob");
	json_open(&j, '{');
	json_key(&j, "slot");
	if (fob)
		json_int(&j, s->fob_slot);
	else
		json_null(&j);
	json_member(&j, "battery",
		   !fob || fob->battery_low < 0 ? "unknown" : fob->battery_low ? "low" : "ok");
	json_close(&j, '}');
	put_tristate(&j, "init_possible", s->data[DATUM_INIT].value);
	put_evidence(&j, car, s);
	end(&j);
}

static void put_last_action(struct json *j, const struct lock_action *a)
{
	json_key(j, "last_action");
	json_open(j, '{');
	json_member(j, "action", a->action);
	json_member(j, "cause", a->cause);
	json_key(j, "key");
	if (a->key >= 0)
		json_int(j, a->key);
	else
		json_null(j);
	json_member(j, "evidence", grade_word(a->grade));
	json_member(j, "source", a->source);
	json_close(j, '}');
}

static void json_keys(struct view *v, const struct view_car *car, const struct key_list *list)
{
	struct json j = begin(v);

	json_member(&j, "car", car->name);
	json_key(&j, "complete");
	json_bool(&j, list->complete);
	json_key(&j, "keys");
	json_open(&j, '[');
	for (size_t i = 0; i < list->n; i++) {
		const struct key *k = &list->keys[i];

		json_open(&j, '{');
		json_key(&j, "slot");
		json_int(&j, k->slot);
		json_member(&j, "kind", k->kind);
		json_member(&j, "state", k->state);
		put_tristate(&j, "in_lock", k->in_lock + 1);
		json_member(&j, "battery", k->battery ? k->battery : "unknown");
		json_key(&j, "last_used");
		json_seconds(&j, k->last_used);
		json_member(&j, "evidence", grade_word(k->grade));
		json_member(&j, "source", k->source);
		if (k->message)
			put_frame(v, &j, &k->frame, k->message);
		json_close(&j, '}');
	}
	json_close(&j, ']');
	if (list->last_action.known)
		put_last_action(&j, &list->last_action);
	end(&j);
}

static void json_procedure(struct view *v, const struct procedure *const *p, size_t n)
{
	(void)v, (void)p, (void)n;
}

static void put_time(struct json *j, const char *key, nsec_t t)
{
	json_key(j, key);
	json_seconds(j, t == JUDGE_NO_TIME ? NSEC_NEVER : t);
}

static void json_step(struct view *v, const struct judge_step *s)
{
	struct json j = begin(v);

	json_key(&j, "t");
	json_seconds(&j, s->t);
	json_member(&j, "event", "step");
	json_member(&j, "id", s->id);
	if (s->fob) {
		json_key(&j, "fob");
		json_int(&j, s->fob);
	}
	json_key(&j, "ok");
	json_bool(&j, s->ok);
	put_time(&j, "took_s", s->took);
	put_time(&j, "limit_s", s->limit);
	json_member(&j, "reason", s->reason);
	end(&j);
}

static void json_result(struct view *v, const struct judge_result *r)
{
	struct json j = begin(v);

	json_member(&j, "event", "result");
	json_member(&j, "verdict", verdict_word(r->verdict));
	json_member(&j, "procedure", r->procedure);
	json_key(&j, "fobs");
	json_open(&j, '[');
	for (unsigned int i = 0; i < r->n_slots; i++)
		json_int(&j, r->slots[i]);
	json_close(&j, ']');
	json_member(&j, "reason", r->reason);
	json_member(&j, "hint", r->hint);
	end(&j);
}

static void put_catalog_signal(struct json *j, const struct dbc *dbc, const struct dbc_signal *s)
{
	json_open(j, '{');
	json_member(j, "name", s->name);
	if (*s->unit)
		json_member(j, "unit", s->unit);
	json_member(j, "evidence", grade_word(grade_of_signal(dbc, s)));
	json_member(j, "source", source_of_signal(dbc, s));
	if (s->comment)
		json_member(j, "comment", s->comment);
	if (s->n_values) {
		json_key(j, "values");
		json_open(j, '{');
		for (size_t i = 0; i < s->n_values; i++) {
			char raw[24];

			snprintf(raw, sizeof(raw), "%lld", (long long)s->values[i].raw);
			json_member(j, raw, s->values[i].text);
		}
		json_close(j, '}');
	}
	json_close(j, '}');
}

static void put_catalog_message(struct json *j, const struct dbc *dbc,
				const struct dbc_message *m)
{
	const char *request = dbc_message_attr(dbc, m, "DiagRequest");
	struct frame f = { .id = m->id, .flags = m->ext ? FRAME_EXT : 0 };

	json_open(j, '{');
	put_id(j, &f);
	json_member(j, "name", m->name);
	json_member(j, "sender", m->sender);
	if (request && *request) {
		json_member(j, "request", request);
		json_member(j, "ecu", dbc_message_attr(dbc, m, "DiagEcu"));
		json_member(j, "protocol", dbc_message_attr(dbc, m, "DiagProtocol"));
		if (variant_wanted(dbc, m))
			json_member(j, "variant", variant_wanted(dbc, m));
	}
	json_member(j, "evidence", grade_word(grade_of_message(dbc, m)));
	json_member(j, "source", source_of_message(dbc, m));
	if (m->comment)
		json_member(j, "comment", m->comment);
	json_key(j, "signals");
	json_open(j, '[');
	for (size_t k = 0; k < m->n_signals; k++)
		put_catalog_signal(j, dbc, &m->signals[k]);
	json_close(j, ']');
	json_close(j, '}');
}

static void put_catalog_module(struct json *j, const struct module *m)
{
	char address[3] = { 0 };

	hex_put(address, &m->address, 1);
	json_open(j, '{');
	json_member(j, "name", m->name);
	json_member(j, "address", address);
	json_member(j, "protocol", diag_protocol_word(m->protocol));
	json_member(j, "evidence", grade_word(m->grade));
	json_member(j, "source", m->source);
	if (m->comment)
		json_member(j, "comment", m->comment);
	json_close(j, '}');
}

static void json_catalog(struct view *v, const struct car_model *car, const struct decoder *d)
{
	struct module modules[MODULES_MAX];
	size_t n = modules_of(d, modules);
	struct json j = begin(v);

	json_member(&j, "car", car->id);
	json_key(&j, "messages");
	json_open(&j, '[');
	for (size_t i = 0; i < d->n_sources; i++)
		for (size_t k = 0; k < d->sources[i].dbc->n_messages; k++)
			put_catalog_message(&j, d->sources[i].dbc,
					    &d->sources[i].dbc->messages[k]);
	json_close(&j, ']');
	json_key(&j, "modules");
	json_open(&j, '[');
	for (size_t i = 0; i < n; i++)
		put_catalog_module(&j, &modules[i]);
	json_close(&j, ']');
	end(&j);
}

const struct view_ops view_json = {
	.ready = json_ready,
	.event = json_event,
	.frame = lines_json,
	.trouble = json_trouble,
	.status = json_status,
	.keys = json_keys,
	.procedure = json_procedure,
	.step = json_step,
	.result = json_result,
	.catalog = json_catalog,
	.guide = guide_json,
	.diagnosis = diagnosis_json,
	.scan = modules_scan_json,
	.faults = modules_faults_json,
};
