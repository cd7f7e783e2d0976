/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which signals are there with which values of which selector: "M", "m3" and SG_MUL_VAL_. */
#include <errno.h>

#include "dbc/parse.h"

/* "M", "m3" or "m3M"; anything else, the colon for one, is left alone. */
int parse_mux(struct parser *p, struct dbc_signal *s)
{
	struct token t = p->lex.tok, digits = t;

	if (t.kind != TOKEN_WORD)
		return 0;
	if (t.len == 1 && *t.p == 'M') {
		s->mux = DBC_MUX_SELECTOR;
		s->selects = true;
		lex_next(&p->lex);
		return 0;
	}
	digits.kind = TOKEN_NUMBER;
	digits.p++;
	digits.len--;
	if (digits.len > 1 && t.p[t.len - 1] == 'M') {
		s->selects = true;
		digits.len--;
	}
	if (*t.p != 'm' || digits.len == 0 ||
	    token_uint(&digits, UINT64_MAX, &s->mux_value) < 0)
		return parser_expected(p,
				       "expected ':' or a multiplexor like 'm1', got %");
	s->mux = DBC_MUX_MEMBER;
	lex_next(&p->lex);

	return 0;
}

static int add_choice(struct parser *p, const struct parser_choice *c)
{
	struct parser_choice *v =
		array_grow(p->choices, p->n_choices, &p->cap_choices, sizeof(*v));

	if (!v)
		return -ENOMEM;
	p->choices = v;
	v[p->n_choices++] = *c;

	return 0;
}

/* 4-5; also with blanks. The lexer takes "-5" for a number. */
static int parse_range(struct parser *p, struct dbc_range *ret)
{
	struct token *t = &p->lex.tok, low = *t;
	int r;

	r = expect_uint(p, UINT64_MAX, &ret->low);
	if (r < 0)
		return r;
	if (t->kind == TOKEN_NUMBER && *t->p == '-') {
		t->p++;
		t->len--;
	} else {
		r = expect_char(p, '-');
	}
	if (r < 0 || (r = expect_uint(p, UINT64_MAX, &ret->high)) < 0)
		return r;
	if (ret->low > ret->high) {
		r = parser_fault(p, &low, "the range that begins with % ends before that");
		return r < 0 ? r : -EPROTO;
	}

	return 0;
}

/* 1: BY can select TARGET; 0: it cannot, or not yet, which is on a list. */
static int check_choice(struct parser *p, struct parser_target *target,
			struct parser_target *by)
{
	size_t before;
	int r;

	if ((r = parser_find_signal(p, target)) <= 0 ||
	    (r = parser_find_signal(p, by)) <= 0)
		return r;
	if (target->i == by->i)
		return parser_fault(p, &by->name, "% cannot be its own multiplexor");
	before = p->places[target->i].selector;
	if (before != SIZE_MAX && before != by->i)
		return parser_fault(p, &target->name, "% has another multiplexor already");

	return 1;
}

/* SG_MUL_VAL_ 256 Hue Part 2-2, 4-5; */
int parse_mux_values(struct parser *p)
{
	struct parser_target target, by;
	size_t first = p->n_choices;
	struct dbc_range range;
	int r;

	lex_next(&p->lex);
	if ((r = expect_signal_id(p, &target)) < 0)
		return r;
	by = target;
	r = expect_name(p, &by.name);
	for (bool more = true; r == 0 && more;) {
		r = parse_range(p, &range);
		if (r == 0)
			r = add_choice(p, &(struct parser_choice){ .range = range });
		more = token_is(&p->lex.tok, ',');
		if (more)
			lex_next(&p->lex);
	}
	if (r == 0)
		r = expect_char(p, ';');
	if (r == 0)
		r = check_choice(p, &target, &by);
	if (r <= 0) {
		p->n_choices = first;
		return r;
	}

	p->places[target.i].selector = by.i;
	p->d->signals[by.i].selects = true;
	for (size_t i = first; i < p->n_choices; i++)
		p->choices[i].signal = target.i;

	return 0;
}

/* The one that the members follow which do not say whom. */
struct root {
	size_t i;		/* SIZE_MAX: none */
	size_t n;
};

/* The plain M; without one, the first m3M is taken as such. */
static struct root find_root(struct parser *p, size_t first, size_t end)
{
	struct root root = { .i = SIZE_MAX };
	struct dbc_signal *v = p->d->signals;

	for (size_t i = first; i < end; i++)
		if (v[i].bits && v[i].mux == DBC_MUX_SELECTOR) {
			root.i = root.n++ ? root.i : i;
		}
	for (size_t i = first; i < end && !root.n; i++)
		if (v[i].bits && v[i].mux == DBC_MUX_MEMBER && v[i].selects &&
		    p->places[i].selector == SIZE_MAX) {
			v[i].mux = DBC_MUX_SELECTOR;
			root = (struct root){ i, 1 };
		}

	return root;
}

static int lose(struct parser *p, size_t i, const char *text)
{
	p->d->signals[i].bits = 0;

	return parser_fault(p, &p->places[i].name, text);
}

/* Give each member of a message its selector. */
static int settle_message(struct parser *p, size_t first, size_t end)
{
	struct dbc_signal *v = p->d->signals;
	struct root root;
	int r = 0;

	for (size_t i = first; i < end; i++)
		if (p->places[i].selector != SIZE_MAX)
			v[i].mux = DBC_MUX_MEMBER;
	root = find_root(p, first, end);

	for (size_t i = first; i < end && r == 0; i++) {
		if (!v[i].bits || v[i].mux != DBC_MUX_MEMBER ||
		    p->places[i].selector != SIZE_MAX)
			continue;
		if (root.n == 0) {
			r = lose(p, i,
				 "% is multiplexed, but the message has no multiplexor");
		} else if (root.n > 1) {
			r = lose(p, i,
				 "% is multiplexed, but no SG_MUL_VAL_ says by which of the "
				 "message's multiplexors");
		} else {
			p->places[i].selector = root.i;
			r = add_choice(p, &(struct parser_choice){
						  .signal = i,
						  .range = { v[i].mux_value,
							     v[i].mux_value } });
		}
	}

	return r;
}

/* The selectors above signal I: all there, none twice, and not too many? */
static int check_chain(struct parser *p, size_t i)
{
	const struct dbc_signal *v = p->d->signals;
	size_t up = i;

	if (!v[i].bits)
		return 0;
	for (unsigned int depth = 0; v[up].mux == DBC_MUX_MEMBER; depth++) {
		if (depth == DBC_MUX_DEPTH)
			return lose(p, i, "% has too many multiplexors above it");
		up = p->places[up].selector;
		if (up == i)
			return lose(p, i, "% is multiplexed by itself");
		if (!v[up].bits)
			return lose(p, i, "% is multiplexed by a signal that has a fault");
	}

	return 0;
}

static int compare_choices(const void *a, const void *b)
{
	const struct parser_choice *x = a, *y = b;

	if (x->signal != y->signal)
		return x->signal < y->signal ? -1 : 1;

	return (x->range.low > y->range.low) - (x->range.low < y->range.low);
}

/* These N choices are one signal's: as ranges that are sorted and do not touch. */
static int make_ranges(struct parser *p, const struct parser_choice *choices, size_t n)
{
	struct dbc_range *v = arena_alloc(&p->d->arena, n * sizeof(*v));
	struct dbc_signal *s = &p->d->signals[choices->signal];
	bool marked = false;

	if (!v)
		return -ENOMEM;
	s->ranges = v;
	s->n_ranges = 0;
	for (size_t i = 0; i < n; i++) {
		const struct dbc_range *r = &choices[i].range;
		struct dbc_range *last = s->n_ranges ? &v[s->n_ranges - 1] : NULL;

		if (!last || (r->low > last->high && r->low - last->high > 1))
			v[s->n_ranges++] = *r;
		else
			last->high = MAX(last->high, r->high);
		marked |= r->low <= s->mux_value && s->mux_value <= r->high;
	}
	s->mux_value = v->low;
	if (marked || !p->places[choices->signal].marked)
		return 0;

	return parser_doubt(p, &p->places[choices->signal].name,
			    "SG_MUL_VAL_ leaves out the value that % is marked with",
			    NULL);
}

int parser_settle_mux(struct parser *p)
{
	struct dbc_private *d = p->d;
	size_t first = 0, n;
	int r = 0;

	for (size_t i = 0; i < p->dbc->n_messages && r == 0; i++) {
		n = p->dbc->messages[i].n_signals;
		r = settle_message(p, first, first + n);
		first += n;
	}
	for (size_t i = 0; i < d->n_signals && r == 0; i++)
		r = check_chain(p, i);
	if (!p->n_choices)
		return r;

	qsort(p->choices, p->n_choices, sizeof(*p->choices), compare_choices);
	for (size_t i = 0; i < p->n_choices && r == 0; i += n) {
		size_t s = p->choices[i].signal;

		for (n = 1; i + n < p->n_choices && p->choices[i + n].signal == s; n++)
			;
		r = make_ranges(p, &p->choices[i], n);
	}

	return r;
}
