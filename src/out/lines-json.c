/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/hex.h"
#include "base/num.h"
#include "dbc/codec.h"
#include "out/json.h"
#include "out/lines.h"
#include "out/vin.h"
#include "proto/kbus.h"

#define PUT(o, literal) out_put((o), (literal), sizeof(literal) - 1)

/* ,"key":"value" for a short text that needs no escaping most of the time. */
static void put_bus(struct out *o, const char *bus)
{
	struct json j = { .out = o, .comma = true };

	json_key(&j, "bus");
	json_string(&j, bus);
}

static void put_number(struct out *o, const struct dbc_signal *s, uint64_t raw)
{
	char *p = out_room(o, 64), *end = p + dbc_physical_text(s, raw, p, 40);

	if (end[-1] == 'n' || end[-1] == 'f') {		/* nan, inf, -inf: no JSON numbers */
		memmove(p + 1, p, (size_t)(end - p));
		*p = '"';
		end[1] = '"';
		end += 2;
	}
	out_took(o, end);
}

static void put_signals(struct out *o, const struct decoded *d, const struct plan *plan)
{
	bool any = false;
	uint64_t raw;

	for (size_t i = 0; i < plan->n_signals; i++) {
		const struct plan_signal *ps = &plan->signals[i];

		if (ps->is_vin)
			continue;	/* no number: among the values, in characters */
		if (!dbc_get_raw(ps->signal, d->frame->data, d->frame->len, &raw))
			continue;
		if (any)
			out_putc(o, ',');
		else
			PUT(o, ",\"signals\":{");
		any = true;
		out_put_block(o, ps->json_key.s, ps->json_key.len);
		put_number(o, ps->signal, raw);
	}
	if (any)
		out_putc(o, '}');
}

/* "Name":"word" for a word that has no piece. */
static void put_rare_word(struct out *o, const struct plan_signal *ps, const char *word)
{
	struct json j = { .out = o };

	out_put_block(o, ps->json_key.s, ps->json_key.len);
	json_string(&j, word);
}

static void put_words(struct view *v, const struct decoded *d, const struct plan *plan)
{
	bool any = false;
	uint64_t raw;

	for (size_t i = 0; i < plan->n_signals; i++) {
		const struct plan_signal *ps = &plan->signals[i];
		const struct plan_word *piece = NULL;
		const char *word = "masked";
		char vin[VIN_TEXT_MAX];

		if (!ps->words && !ps->has_words && !ps->is_vin)
			continue;
		if (!dbc_get_raw(ps->signal, d->frame->data, d->frame->len, &raw))
			continue;
		if (ps->is_vin && v->show_vin) {
			vin_text(ps->signal, raw, vin);
			word = vin;
		} else if (!ps->is_vin) {
			piece = ps->words ? &ps->words[raw & ps->signal->mask] : NULL;
			word = piece ? piece->json.s : dbc_word(ps->signal, raw);
		}
		if (!word)
			continue;
		if (any)
			out_putc(v->out, ',');
		else
			PUT(v->out, ",\"values\":{");
		any = true;
		if (piece)
			out_put_block(v->out, piece->json.s, piece->json.len);
		else
			put_rare_word(v->out, ps, word);
	}
	if (any)
		out_putc(v->out, '}');
}

static void put_errors(struct out *o, unsigned int errors)
{
	struct json j = { .out = o, .comma = true };

	json_key(&j, "errors");
	json_open(&j, '[');
	if (errors & CHECK_BAD_SUM)
		json_string(&j, "checksum");
	if (errors & CHECK_BAD_COUNTER)
		json_string(&j, "counter");
	json_close(&j, ']');
}

static void put_frame(struct out *o, const struct frame *f)
{
	char *p;

	if (f->t == NSEC_NEVER) {
		PUT(o, "{\"t\":null");
	} else {
		PUT(o, "{\"t\":");
		p = out_room(o, 64);
		out_took(o, p + num_put_seconds(p, 40, f->t));
	}
	if (f->bus)
		put_bus(o, f->bus);
	PUT(o, ",\"dir\":\"");
	out_put(o, view_direction(f), 2);
	PUT(o, "\",\"id\":\"");
	p = out_room(o, 8);
	out_took(o, lines_put_id(p, f));
	PUT(o, "\",\"data\":\"");
	p = out_room(o, 2 * FRAME_DATA_MAX);
	out_took(o, hex_put(p, f->data, f->flags & FRAME_RTR ? 0 : f->len));
	out_putc(o, '"');
	if (f->flags & FRAME_RTR)
		PUT(o, ",\"rtr\":true");
	else if (f->flags & FRAME_FD && !kbus_is(f))
		PUT(o, ",\"fd\":true");
}

void lines_json(struct view *v, const struct decoded *d)
{
	const struct plan *plan = lines_plan(v, d);

	if (plan && plan->has_vin && !v->show_vin) {
		struct frame f = *d->frame;

		decoded_mask_vin(d, &f);
		put_frame(v->out, &f);
	} else {
		put_frame(v->out, d->frame);
	}
	if (plan) {
		out_put_block(v->out, plan->json_name.s, plan->json_name.len);
		put_signals(v->out, d, plan);
		put_words(v, d, plan);
	}
	if (d->errors)
		put_errors(v->out, d->errors);
	PUT(v->out, "}\n");
}
