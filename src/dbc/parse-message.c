/* SPDX-License-Identifier: GPL-3.0-or-later */
/* BO_ and SG_. */
#include <errno.h>
#include <string.h>

#include "dbc/parse.h"
#include "dbc/signal.h"

static int append_message(struct parser *p, const struct dbc_message *m, uint32_t id,
			  const struct token *name)
{
	struct dbc *dbc = p->dbc;
	struct token *names;
	struct dbc_message *v =
		array_grow(dbc->messages, dbc->n_messages, &p->cap_messages, sizeof(*v));

	if (!v)
		return -ENOMEM;
	dbc->messages = v;
	names = array_grow(p->message_names, dbc->n_messages, &p->cap_message_names,
			   sizeof(*names));
	if (!names)
		return -ENOMEM;
	p->message_names = names;
	names[dbc->n_messages] = *name;
	v[dbc->n_messages++] = *m;
	if (id > DBC_ID_11)
		return hash_add(&p->d->ext, id, dbc->n_messages - 1);
	p->d->sff[id] = (uint32_t)dbc->n_messages;

	return 0;
}

static int add_message(struct parser *p, const struct parser_target *target,
		       const struct token *sender, uint64_t len)
{
	uint32_t id = (uint32_t)target->id;
	const struct token *name = &target->name;
	struct dbc_message m = {
		.id = id & ~DBC_ID_EXT,
		.ext = id & DBC_ID_EXT,
		.len = (uint16_t)len,
	};
	size_t node;
	int r;

	if (m.ext && m.id > DBC_ID_29)
		return parser_fault(p, &target->id_tok, "the id % has more than 29 bits");
	if (!m.ext && m.id > DBC_ID_11)
		return parser_fault(
			p, &target->id_tok,
			"the id % has more than 11 bits, but is not extended");
	if (dbc_find_index(p->d, id) != SIZE_MAX)
		return parser_fault(p, &target->id_tok,
				    "a message with the id % is there already");

	r = parser_use_node(p, sender, &node);
	if (r < 0)
		return r;
	m.sender = p->nodes[node].name;
	m.name = arena_copy(&p->d->arena, name->p, name->len);
	if (!m.name)
		return -ENOMEM;
	r = append_message(p, &m, id, name);
	if (r < 0)
		return r;
	p->state = PARSER_IN_MESSAGE;

	return 0;
}

/* BO_ 304 Ignition: 5 CAS */
int parse_message(struct parser *p)
{
	struct parser_target target;
	struct token sender;
	uint64_t len;
	int r;

	p->state = PARSER_MESSAGE_SKIPPED;
	lex_next(&p->lex);

	if ((r = expect_signal_id(p, &target)) < 0 || (r = expect_char(p, ':')) < 0 ||
	    (r = expect_uint(p, UINT16_MAX, &len)) < 0 ||
	    (r = expect_name(p, &sender)) < 0)
		return r;
	if (target.id == DBC_ID_INDEPENDENT)
		return 0;

	return add_message(p, &target, &sender, len);
}

/* 0|8@1+ */
static int parse_layout(struct parser *p, struct dbc_signal *s, struct token *ret_bits)
{
	const struct token *t = &p->lex.tok;
	uint64_t start, bits, order;
	int r;

	ret_bits[0] = *t;
	if ((r = expect_uint(p, UINT16_MAX, &start)) < 0 || (r = expect_char(p, '|')) < 0)
		return r;
	ret_bits[1] = *t;
	if ((r = expect_uint(p, UINT16_MAX, &bits)) < 0 || (r = expect_char(p, '@')) < 0)
		return r;
	if (t->kind != TOKEN_NUMBER || token_uint(t, 1, &order) < 0)
		return parser_expected(p, "expected 0 (Motorola) or 1 (Intel), got %");
	lex_next(&p->lex);
	if (!token_is(t, '+') && !token_is(t, '-'))
		return parser_expected(p,
				       "expected '+' (unsigned) or '-' (signed), got %");
	s->kind = *t->p == '-' ? DBC_SIGNED : DBC_UNSIGNED;
	lex_next(&p->lex);
	s->start = (uint16_t)start;
	s->bits = (uint16_t)bits;
	s->motorola = order == 0;

	return 0;
}

/* GM,IKE; mostly the same as those of the signal before */
static int parse_receivers(struct parser *p, struct dbc_signal *s)
{
	const struct token *t = &p->lex.tok;
	size_t node, n = 0, same = 0;
	const char **names;
	int r;

	for (; (t->kind == TOKEN_WORD && t->keyword == KEYWORD_NONE) || token_is(t, ',');
	     lex_next(&p->lex)) {
		if (token_is(t, ','))
			continue;
		names = array_grow(p->names, n, &p->cap_names, sizeof(*names));
		if (!names)
			return -ENOMEM;
		p->names = names;
		if (same == n && n < p->n_receivers &&
		    dbc_name_is(p->receivers[n], t->p, t->len)) {
			names[n] = p->receivers[n];
			same = ++n;
			continue;
		}
		r = parser_use_node(p, t, &node);
		if (r < 0)
			return r;
		names[n++] = p->nodes[node].name;
	}
	if (n && (same < n || n < p->n_receivers)) {
		names = arena_alloc(&p->d->arena, n * sizeof(*names));
		if (!names)
			return -ENOMEM;
		memcpy(names, p->names, n * sizeof(*names));
		p->receivers = names;
		p->n_receivers = n;
	}
	s->receivers = n ? p->receivers : NULL;
	s->n_receivers = n;

	return 0;
}

/* (1,0) [0|255] "" GM,IKE */
static int parse_scale(struct parser *p, struct dbc_signal *s, struct token *ret_factor)
{
	const struct token *t = &p->lex.tok;
	int r;

	if ((r = expect_char(p, '(')) < 0)
		return r;
	*ret_factor = *t;
	if ((r = expect_double(p, &s->factor)) < 0 || (r = expect_char(p, ',')) < 0 ||
	    (r = expect_double(p, &s->offset)) < 0 || (r = expect_char(p, ')')) < 0 ||
	    (r = expect_char(p, '[')) < 0 || (r = expect_double(p, &s->min)) < 0 ||
	    (r = expect_char(p, '|')) < 0 || (r = expect_double(p, &s->max)) < 0 ||
	    (r = expect_char(p, ']')) < 0)
		return r;
	/* No unit has two lines: its closing quote is missing. */
	if (memchr(t->p, '\n', t->len))
		return parser_expected(p, "expected a unit, got %");
	r = expect_string(p, &s->unit);
	if (r < 0)
		return r;

	return parse_receivers(p, s);
}

/* Can S be? 1: yes; 0: no, a fault is on the list. */
static int check_signal(struct parser *p, struct dbc_signal *s, const struct token *name,
			const struct token *start_bits, const struct token *factor)
{
	int r = dbc_signal_place(s);
	const char *text = NULL;
	const struct token *at = name;

	if (r == -EINVAL) {
		text = "a signal has 1 to 64 bits, not %";
		at = &start_bits[1];
	} else if (r < 0) {
		text = "the signal % is not inside 64 bytes";
	} else if (s->factor == 0) {
		text = "the factor of a signal cannot be %";
		at = factor;
	} else if (parser_lookup_signal(p, p->dbc->n_messages - 1, name) != SIZE_MAX) {
		text = "a signal % is there already";
	}
	if (!text)
		return 1;

	return parser_fault(p, at, text);
}

static int add_signal(struct parser *p, const struct dbc_signal *s,
		      const struct token *name)
{
	struct dbc_private *d = p->d;
	struct dbc_signal *v =
		array_grow(d->signals, d->n_signals, &p->cap_signals, sizeof(*v));
	struct parser_place *place =
		array_grow(p->places, d->n_signals, &p->cap_places, sizeof(*place));
	int r;

	if (v)
		d->signals = v;
	if (place)
		p->places = place;
	if (!v || !place)
		return -ENOMEM;
	place[d->n_signals] = (struct parser_place){
		.name = *name,
		.selector = SIZE_MAX,
		.marked = s->mux == DBC_MUX_MEMBER,
	};
	v += d->n_signals;
	*v = *s;
	v->role = (int)(p->dbc->n_messages - 1);
	v->name = arena_copy(&d->arena, name->p, name->len);
	if (!v->name)
		return -ENOMEM;
	r = parser_add_signal_name(p, d->n_signals);
	if (r < 0)
		return r;
	d->n_signals++;
	p->dbc->messages[p->dbc->n_messages - 1].n_signals++;

	return 0;
}

/* SG_ Fob_Slot : 2|2@1+ (1,0) [0|3] "" IKE */
int parse_signal(struct parser *p)
{
	struct dbc_signal s = { .unit = "" };
	struct token name, start_bits[2], factor;
	int r;

	if (p->state == PARSER_MESSAGE_SKIPPED) {
		lex_skip_to_keyword(&p->lex, p->statement);
		return 0;
	}
	if (p->state == PARSER_NO_MESSAGE)
		return parser_expected(p, "% before any message");
	lex_next(&p->lex);

	if ((r = expect_name(p, &name)) < 0 || (r = parse_mux(p, &s)) < 0 ||
	    (r = expect_char(p, ':')) < 0 || (r = parse_layout(p, &s, start_bits)) < 0 ||
	    (r = parse_scale(p, &s, &factor)) < 0)
		return r;
	r = check_signal(p, &s, &name, start_bits, &factor);

	return r <= 0 ? r : add_signal(p, &s, &name);
}
