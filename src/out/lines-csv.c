/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/num.h"
#include "car/event-words.h"
#include "dbc/codec.h"
#include "out/lines.h"
#include "out/vin.h"

/* RFC 4180: quotes around what has a comma, a quote or a line's end in it. */
static void put_field(struct out *o, const char *s, size_t n)
{
	bool plain = true;

	for (size_t i = 0; i < n && plain; i++)
		plain = s[i] != ',' && s[i] != '"' && s[i] != '\n' && s[i] != '\r';
	if (plain) {
		out_put(o, s, n);
		return;
	}
	out_putc(o, '"');
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '"')
			out_putc(o, '"');
		out_putc(o, s[i]);
	}
	out_putc(o, '"');
}

static void put_string(struct out *o, const char *s)
{
	put_field(o, s, strlen(s));
}

void view_csv_header(struct view *v)
{
	out_puts(v->out, "t,bus,id,message");
	if (v->n_signals == 0)
		out_puts(v->out, ",signal,value");
	for (size_t i = 0; i < v->n_signals; i++) {
		out_putc(v->out, ',');
		put_string(v->out, v->signals[i]);
	}
	out_putc(v->out, '\n');
}

/* Nothing when it is unknown. */
static void put_time(struct out *o, nsec_t t)
{
	char *p;

	if (t == NSEC_NEVER)
		return;
	p = out_room(o, 64);
	out_took(o, p + num_put_seconds(p, 40, t));
}

/* "1700000000.25,can0,2FC,Body" */
static void put_head(struct out *o, const struct decoded *d)
{
	const struct frame *f = d->frame;
	char *p;

	put_time(o, f->t);
	out_putc(o, ',');
	put_string(o, f->bus ? f->bus : "");
	out_putc(o, ',');
	p = out_room(o, 8);
	out_took(o, lines_put_id(p, f));
	out_putc(o, ',');
	put_string(o, d->message->name);
}

static void put_value(struct view *v, const struct plan_signal *ps, uint64_t raw)
{
	char vin[VIN_TEXT_MAX] = "*******", *p;
	const char *word = vin;

	if (ps->is_vin && v->show_vin)
		vin_text(ps->signal, raw, vin);
	else if (!ps->is_vin)
		word = ps->signal->n_values ? dbc_word(ps->signal, raw) : NULL;
	if (word) {
		put_string(v->out, word);
		return;
	}
	p = out_room(v->out, 64);
	out_took(v->out, p + dbc_physical_text(ps->signal, raw, p, 40));
}

static void put_rows(struct view *v, const struct decoded *d, const struct plan *plan)
{
	uint64_t raw;

	for (size_t i = 0; i < plan->n_signals; i++) {
		const struct plan_signal *ps = &plan->signals[i];

		if (!dbc_get_raw(ps->signal, d->frame->data, d->frame->len, &raw))
			continue;
		put_head(v->out, d);
		out_putc(v->out, ',');
		put_string(v->out, ps->signal->name);
		out_putc(v->out, ',');
		put_value(v, ps, raw);
		out_putc(v->out, '\n');
	}
}

static void put_columns(struct view *v, const struct decoded *d, const struct plan *plan)
{
	uint64_t raw;

	put_head(v->out, d);
	for (size_t column = 0; column < v->n_signals; column++) {
		out_putc(v->out, ',');
		for (size_t i = 0; i < plan->n_signals; i++) {
			const struct plan_signal *ps = &plan->signals[i];

			if (ps->column != column ||
			    !dbc_get_raw(ps->signal, d->frame->data, d->frame->len, &raw))
				continue;
			put_value(v, ps, raw);
			break;
		}
	}
	out_putc(v->out, '\n');
}

void view_csv_frame(struct view *v, const struct decoded *d)
{
	const struct plan *plan = lines_plan(v, d);

	if (plan && v->n_signals)
		put_columns(v, d, plan);
	else if (plan)
		put_rows(v, d, plan);
}

void view_csv_event_header(struct view *v)
{
	out_puts(v->out, "t,event,name,value,previous\n");
}

void view_csv_event(struct view *v, const struct event *e)
{
	struct out *o = v->out;
	struct event_words words;

	event_words(e, &words);
	put_time(o, e->t);
	out_printf(o, ",%s,", event_kind_word(e->kind));
	put_string(o, words.name);
	out_putc(o, ',');
	put_string(o, words.value);
	out_putc(o, ',');
	if (words.previous)
		put_string(o, words.previous);
	out_putc(o, '\n');
}
