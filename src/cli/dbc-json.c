/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `dbc show --json`. */
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "cli/dbc-show.h"
#include "out/json.h"

static void put_int(struct json *j, const char *key, int64_t v)
{
	json_key(j, key);
	json_int(j, v);
}

static void put_double(struct json *j, const char *key, double v)
{
	char buf[40];

	buf[num_put_double(buf, 32, v)] = '\0';
	json_key(j, key);
	json_number(j, buf);
}

static void put_uint(struct json *j, uint64_t v)
{
	char buf[24];

	snprintf(buf, sizeof(buf), "%llu", (unsigned long long)v);
	json_number(j, buf);
}

static void put_strings(struct json *j, const char *key, const char *const *v, size_t n)
{
	if (!n)
		return;
	json_key(j, key);
	json_open(j, '[');
	for (size_t i = 0; i < n; i++)
		json_string(j, v[i]);
	json_close(j, ']');
}

static void put_nodes(struct json *j, const struct dbc *dbc)
{
	if (!dbc->n_nodes)
		return;
	json_key(j, "nodes");
	json_open(j, '[');
	for (size_t i = 0; i < dbc->n_nodes; i++)
		json_string(j, dbc->nodes[i].name);
	json_close(j, ']');
}

/* What the list and the message alone have in common. */
static void put_head(struct json *j, const struct dbc *dbc, const struct dbc_message *m)
{
	const char *cycle = show_cycle(dbc, m);
	char id[12];
	double ms;

	snprintf(id, sizeof(id), "%0*X", m->ext ? 8 : 3, m->id);
	json_member(j, "name", m->name);
	json_member(j, "id", id);
	put_int(j, "length", m->len);
	json_member(j, "sender", m->sender);
	if (cycle && num_parse_double(cycle, &ms) == 0)
		put_double(j, "cycle_ms", ms);
}

void show_list_json(struct out *o, const struct dbc *dbc)
{
	struct json j = { .out = o };

	json_open(&j, '{');
	json_member(&j, "file", dbc->name);
	put_nodes(&j, dbc);
	json_key(&j, "messages");
	json_open(&j, '[');
	for (size_t i = 0; i < dbc->n_messages; i++) {
		json_open(&j, '{');
		put_head(&j, dbc, &dbc->messages[i]);
		put_int(&j, "signals", (int64_t)dbc->messages[i].n_signals);
		json_close(&j, '}');
	}
	json_close(&j, ']');
	json_close(&j, '}');
	json_end(&j);
}

static void put_mux(struct json *j, const struct dbc_signal *s)
{
	if (s->selects) {
		json_key(j, "multiplexor");
		json_bool(j, true);
	}
	if (s->mux != DBC_MUX_MEMBER)
		return;
	json_member(j, "selector", s->selector->name);
	json_key(j, "when");
	json_open(j, '[');
	for (size_t i = 0; i < s->n_ranges; i++) {
		json_open(j, '[');
		put_uint(j, s->ranges[i].low);
		put_uint(j, s->ranges[i].high);
		json_close(j, ']');
	}
	json_close(j, ']');
}

static void put_words(struct json *j, const struct dbc_signal *s)
{
	if (!s->n_values)
		return;
	json_key(j, "values");
	json_open(j, '{');
	for (size_t i = 0; i < s->n_values; i++) {
		char raw[24];

		if (s->kind == DBC_UNSIGNED && s->bits == 64)
			snprintf(raw, sizeof(raw), "%llu",
				 (unsigned long long)s->values[i].raw);
		else
			snprintf(raw, sizeof(raw), "%lld", (long long)s->values[i].raw);
		json_member(j, raw, s->values[i].text);
	}
	json_close(j, '}');
}

static void put_attrs(struct json *j, const struct dbc *dbc, const struct dbc_attr *attrs)
{
	const char *name, *value;
	size_t cursor = 0;
	bool any = false;

	while (dbc_next_attr(dbc, attrs, &cursor, &name, &value)) {
		if (!any) {
			json_key(j, "attributes");
			json_open(j, '{');
		}
		any = true;
		json_member(j, name, value);
	}
	if (any)
		json_close(j, '}');
}

static void put_signal(struct json *j, const struct dbc *dbc, const struct dbc_signal *s)
{
	json_open(j, '{');
	json_member(j, "name", s->name);
	put_int(j, "start", s->start);
	put_int(j, "bits", s->bits);
	json_member(j, "order", show_order(s));
	json_member(j, "type", show_type(s));
	put_double(j, "factor", s->factor);
	put_double(j, "offset", s->offset);
	if (s->min < s->max) {
		put_double(j, "min", s->min);
		put_double(j, "max", s->max);
	}
	if (*s->unit)
		json_member(j, "unit", s->unit);
	put_mux(j, s);
	put_strings(j, "receivers", s->receivers, s->n_receivers);
	put_words(j, s);
	if (s->comment)
		json_member(j, "comment", s->comment);
	put_attrs(j, dbc, s->attrs);
	json_close(j, '}');
}

void show_message_json(struct out *o, const struct dbc *dbc, const struct dbc_message *m)
{
	struct json j = { .out = o };

	json_open(&j, '{');
	json_member(&j, "file", dbc->name);
	put_head(&j, dbc, m);
	if (m->comment)
		json_member(&j, "comment", m->comment);
	put_attrs(&j, dbc, m->attrs);
	json_key(&j, "signals");
	json_open(&j, '[');
	for (size_t i = 0; i < m->n_signals; i++)
		put_signal(&j, dbc, &m->signals[i]);
	json_close(&j, ']');
	json_close(&j, '}');
	json_end(&j);
}
