/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a DBC says, but can hardly mean. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "dbc/codec.h"
#include "dbc/parse.h"
#include "dbc/signal.h"

/* Pairs of signals of one message that are compared; hostile files have more. */
#define PAIRS_MAX (1u << 22)

/* A number in a limit is rounded, so it may miss by this part of itself. */
#define ROUNDING 1e-6

struct bits {
	uint64_t v[DBC_DATA_MAX / 8];
};

static void bits_of(const struct dbc_signal *s, struct bits *ret)
{
	unsigned int at = s->start;

	*ret = (struct bits){ 0 };
	for (unsigned int i = 0; i < s->bits; i++) {
		ret->v[at / 64] |= UINT64_C(1) << at % 64;
		at = dbc_bit_after(s, at);
	}
}

static bool bits_meet(const struct bits *a, const struct bits *b)
{
	uint64_t both = 0;

	for (size_t i = 0; i < ARRAY_SIZE(a->v); i++)
		both |= a->v[i] & b->v[i];

	return both;
}

static bool ranges_meet(const struct dbc_signal *a, const struct dbc_signal *b)
{
	size_t i = 0, k = 0;

	while (i < a->n_ranges && k < b->n_ranges) {
		if (a->ranges[i].high < b->ranges[k].low)
			i++;
		else if (b->ranges[k].high < a->ranges[i].low)
			k++;
		else
			return true;
	}

	return false;
}

bool dbc_together(const struct dbc_signal *a, const struct dbc_signal *b)
{
	for (const struct dbc_signal *x = a; x->mux == DBC_MUX_MEMBER; x = x->selector)
		for (const struct dbc_signal *y = b; y->mux == DBC_MUX_MEMBER;
		     y = y->selector)
			if (x != y && x->selector == y->selector && !ranges_meet(x, y))
				return false;

	return true;
}

/* Each signal against those before it; the first that it meets is enough. */
static int check_overlaps(struct parser *p, const struct dbc_message *m,
			  const struct parser_place *places)
{
	_cleanup_(freep) struct bits *v = calloc(m->n_signals + 1, sizeof(*v));
	size_t pairs = 0;
	int r = 0;

	if (!v)
		return -ENOMEM;
	for (size_t i = 0; i < m->n_signals && r == 0; i++) {
		bits_of(&m->signals[i], &v[i]);
		for (size_t k = 0; k < i && r == 0; k++) {
			if (pairs++ == PAIRS_MAX)
				return parser_doubt(p, &places[i].name,
						    "the message has so many signals that "
						    "overlaps are not looked for from % on",
						    NULL);
			if (!bits_meet(&v[i], &v[k]) ||
			    !dbc_together(&m->signals[i], &m->signals[k]))
				continue;
			r = parser_doubt(p, &places[i].name, "% overlaps &",
					 m->signals[k].name);
			break;
		}
	}

	return r;
}

/* Do the limits of S go beyond what its bits can say? */
static bool is_range_wide(const struct dbc_signal *s)
{
	uint64_t top = s->kind == DBC_SIGNED ? s->mask >> 1 : s->mask;
	uint64_t low = s->kind == DBC_SIGNED ? ~top : 0;
	double a = dbc_physical(s, low), b = dbc_physical(s, top);
	double least = MIN(a, b), most = MAX(a, b), slack = ROUNDING * (most - least);

	if (s->kind == DBC_FLOAT || s->kind == DBC_DOUBLE || !(s->min < s->max))
		return false;

	return s->min < least - slack || s->max > most + slack;
}

static int check_signal(struct parser *p, const struct dbc_signal *s,
			const struct parser_place *place)
{
	const struct token *t = &place->name;
	bool real = s->kind == DBC_FLOAT || s->kind == DBC_DOUBLE;
	int r = 0;

	if (s->need > s->message->len)
		r = parser_doubt(p, t, "% goes beyond the end of its message", NULL);
	if (r == 0 && s->min > s->max)
		r = parser_doubt(p, t, "the minimum of % is above its maximum", NULL);
	if (r == 0 && is_range_wide(s))
		r = parser_doubt(p, t, "the limits of % are wider than its bits allow",
				 NULL);
	if (r == 0 && place->odd.kind != TOKEN_END && !real)
		r = parser_doubt(p, &place->odd,
				 place->odd.kind == TOKEN_WORD
					 ? "the value table % has values that & cannot have"
					 : "% is no value that & can have",
				 s->name);
	if (r == 0 && s->mux == DBC_MUX_MEMBER &&
	    s->ranges[s->n_ranges - 1].high > s->selector->mask)
		r = parser_doubt(p, t,
				 "% is there with values that its multiplexor & cannot have",
				 s->selector->name);

	return r;
}

/* Whom no other signal names as its selector. */
static int check_selectors(struct parser *p, const struct dbc_message *m,
			   const struct parser_place *places)
{
	_cleanup_(freep) bool *used = calloc(m->n_signals + 1, sizeof(*used));
	int r = 0;

	if (!used)
		return -ENOMEM;
	for (size_t i = 0; i < m->n_signals; i++)
		if (m->signals[i].mux == DBC_MUX_MEMBER)
			used[m->signals[i].selector - m->signals] = true;
	for (size_t i = 0; i < m->n_signals && r == 0; i++)
		if (m->signals[i].selects && !used[i])
			r = parser_doubt(p, &places[i].name,
					 "no signal depends on the multiplexor %", NULL);

	return r;
}

int parser_check(struct parser *p)
{
	const struct parser_place *places = p->places;
	int r = 0;

	for (size_t i = 0; i < p->dbc->n_messages && r == 0; i++) {
		const struct dbc_message *m = &p->dbc->messages[i];

		if (m->len > DBC_DATA_MAX)
			r = parser_doubt(p, &p->message_names[i],
					 "% is longer than any CAN frame", NULL);
		for (size_t k = 0; k < m->n_signals && r == 0; k++)
			r = check_signal(p, &m->signals[k], &places[k]);
		if (r == 0 && m->n_signals)
			r = check_overlaps(p, m, places);
		if (r == 0 && m->n_signals)
			r = check_selectors(p, m, places);
		if (m->n_signals)
			places += m->n_signals;
	}

	return r;
}
