/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <time.h>

#include "base/hex.h"
#include "base/num.h"
#include "dbc/codec.h"
#include "out/lines.h"
#include "out/vin.h"

/* VALUE with WIDTH digits at P; returns the end. */
static char *put_digits(char *p, unsigned int value, unsigned int width)
{
	for (unsigned int i = width; i-- > 0; value /= 10)
		p[i] = (char)('0' + value % 10);

	return p + width;
}

/* "22:13:20.": the local time of a second, found once for all frames in it. */
static void find_second(struct view *v, nsec_t s)
{
	time_t t = (time_t)s;
	struct tm tm;
	char *p = v->second_text;

	localtime_r(&t, &tm);
	p = put_digits(p, (unsigned int)tm.tm_hour, 2);
	*p++ = ':';
	p = put_digits(p, (unsigned int)tm.tm_min, 2);
	*p++ = ':';
	p = put_digits(p, (unsigned int)tm.tm_sec, 2);
	*p = '.';
	v->second = s;
}

/* Seconds since the start in virtual time; else the time of day. Both to the millisecond. */
void lines_time(struct view *v, nsec_t t)
{
	nsec_t ms;
	char *p;

	if (t == NSEC_NEVER) {
		out_puts(v->out, "           -");
		return;
	}
	ms = (v->relative ? t - v->start : t) / NSEC_PER_MSEC;
	if (v->relative || ms < 0) {
		out_printf(v->out, "%8lld.%03lld", (long long)(ms / 1000), (long long)(ms % 1000));
		return;
	}
	if (v->second != ms / 1000 || !*v->second_text)
		find_second(v, ms / 1000);
	p = out_room(v->out, 16);
	memcpy(p, v->second_text, 9);
	out_took(v->out, put_digits(p + 9, (unsigned int)(ms % 1000), 3));
}

static void put_value(struct view *v, const struct plan_signal *ps, uint64_t raw)
{
	const struct plan_word *piece = ps->words ? &ps->words[raw & ps->signal->mask] : NULL;
	char vin[VIN_TEXT_MAX] = "*******", *p;
	const char *word = NULL;

	if (ps->is_vin) {
		if (v->show_vin)
			vin_text(ps->signal, raw, vin);
		out_put(v->out, vin, 7);
		return;
	}
	if (piece && piece->text.s) {
		out_put_block(v->out, piece->text.s, piece->text.len);
		return;
	}
	if (ps->has_words)
		word = dbc_word(ps->signal, raw);
	if (word) {
		out_put_escaped(v->out, word, strlen(word));
		return;
	}
	p = out_room(v->out, 64);
	out_took(v->out, p + dbc_physical_text(ps->signal, raw, p, 40));
	if (ps->unit.len)
		out_put_block(v->out, ps->unit.s, ps->unit.len);
}

/* "  100  [ 8]  70 48 21 ...", as wide for a short frame as for eight bytes. */
static void put_frame(struct view *v, const struct frame *f)
{
	struct out *o = v->out;
	char *p, *hex;

	lines_time(v, f->t);
	out_put(o, "  ", 2);
	out_puts(o, f->bus ? f->bus : "-");
	p = out_room(o, 48 + 3 * FRAME_DATA_MAX);
	memcpy(p, "  rx       ", 11);
	memcpy(p + 2, view_direction(f), 2);
	p = lines_put_id(p + (f->flags & FRAME_EXT ? 6 : 11), f);
	memcpy(p, "  [", 3);
	p[3] = f->len < 10 ? ' ' : (char)('0' + f->len / 10);
	p[4] = (char)('0' + f->len % 10);
	memcpy(p + 5, "] ", 2);
	hex = p += 7;
	if (f->flags & FRAME_RTR) {
		memcpy(p, " remote request", 15);
		p += 15;
	} else {
		for (unsigned int i = 0; i < f->len; i++) {
			*p++ = ' ';
			p = hex_put(p, &f->data[i], 1);
		}
	}
	while (p < hex + 24)
		*p++ = ' ';
	out_took(o, p);
}

static void put_message(struct view *v, const struct decoded *d, const struct plan *plan)
{
	out_put(v->out, "  ", 2);
	view_colour(v, VIEW_BOLD);
	out_put_block(v->out, plan->text_name.s, plan->text_name.len);
	view_colour(v, VIEW_PLAIN);
	for (size_t i = 0; i < plan->n_signals; i++) {
		const struct plan_signal *ps = &plan->signals[i];
		uint64_t raw;

		if (!dbc_get_raw(ps->signal, d->frame->data, d->frame->len, &raw))
			continue;
		out_put_block(v->out, ps->text_key.s, ps->text_key.len);
		put_value(v, ps, raw);
	}
}

void lines_text(struct view *v, const struct decoded *d)
{
	const struct plan *plan = lines_plan(v, d);

	if (plan && plan->has_vin && !v->show_vin) {
		struct frame f = *d->frame;

		decoded_mask_vin(d, &f);
		put_frame(v, &f);
	} else {
		put_frame(v, d->frame);
	}
	if (plan)
		put_message(v, d, plan);
	if (d->errors) {
		view_colour(v, VIEW_RED);
		if (d->errors & CHECK_BAD_SUM)
			out_puts(v->out, "  bad checksum");
		if (d->errors & CHECK_BAD_COUNTER)
			out_puts(v->out, "  counter jumped");
		view_colour(v, VIEW_PLAIN);
	}
	out_putc(v->out, '\n');
}
