/* SPDX-License-Identifier: GPL-3.0-or-later */
/* VAL_TABLE_, VAL_, SIG_VALTYPE_ and CM_. */
#include <errno.h>
#include <string.h>

#include "dbc/parse.h"

/* 0 "off" 1 "on" ; into p->pairs */
static int parse_pairs(struct parser *p)
{
	const struct token *t = &p->lex.tok;
	int r;

	p->n_pairs = 0;
	while (t->kind == TOKEN_NUMBER) {
		struct parser_pair *v =
			array_grow(p->pairs, p->n_pairs, &p->cap_pairs, sizeof(*v));

		if (!v)
			return -ENOMEM;
		p->pairs = v;
		v += p->n_pairs++;
		v->tok = *t;
		if (token_raw(t, &v->raw) < 0)
			return parser_expected(
				p, "expected a whole number of 64 bits, got %");
		lex_next(&p->lex);
		r = expect_string(p, &v->text);
		if (r < 0)
			return r;
	}

	return expect_char(p, ';');
}

static int compare_pairs(const void *a, const void *b)
{
	const struct parser_pair *x = a, *y = b;

	if (x->raw != y->raw)
		return x->raw < y->raw ? -1 : 1;

	return (x->tok.p > y->tok.p) - (x->tok.p < y->tok.p);
}

/* The pairs as a sorted table; the first text of a number counts. */
static int make_values(struct parser *p, const struct dbc_value **ret, size_t *ret_n)
{
	struct parser_pair *v = p->pairs;
	struct dbc_value *values;
	size_t n = 0;
	bool sorted = true;
	int r;

	if (!p->n_pairs) {
		*ret = NULL;
		*ret_n = 0;
		return 0;
	}
	for (size_t i = 1; i < p->n_pairs && sorted; i++)
		sorted = v[i - 1].raw < v[i].raw;
	if (!sorted)
		qsort(v, p->n_pairs, sizeof(*v), compare_pairs);

	values = arena_alloc(&p->d->arena, p->n_pairs * sizeof(*values));
	if (!values)
		return -ENOMEM;
	for (size_t i = 0; i < p->n_pairs; i++) {
		if (n && values[n - 1].raw == v[i].raw) {
			r = parser_fault(p, &v[i].tok, "the value % has a text already");
			if (r < 0)
				return r;
			continue;
		}
		values[n++] = (struct dbc_value){ v[i].raw, v[i].text };
	}
	*ret = values;
	*ret_n = n;

	return 0;
}

static struct parser_table *find_table(const struct parser *p, const struct token *name)
{
	const struct hash *h = &p->table_names;
	struct hash_search s = hash_start(h, hash_text(h->seed, name->p, name->len));
	size_t i;

	while (hash_next(&s, &i))
		if (dbc_name_is(p->tables[i].name, name->p, name->len))
			return &p->tables[i];

	return NULL;
}

/* VAL_TABLE_ Switch 0 "off" 1 "on" ; */
int parse_value_table(struct parser *p)
{
	struct parser_table *v;
	struct token name;
	int r;

	lex_next(&p->lex);
	if ((r = expect_name(p, &name)) < 0 || (r = parse_pairs(p)) < 0)
		return r;
	if (find_table(p, &name))
		return parser_fault(p, &name, "a value table % is there already");

	v = array_grow(p->tables, p->n_tables, &p->cap_tables, sizeof(*v));
	if (!v)
		return -ENOMEM;
	p->tables = v;
	v += p->n_tables;
	v->name = arena_copy(&p->d->arena, name.p, name.len);
	if (!v->name)
		return -ENOMEM;
	r = make_values(p, &v->values, &v->n_values);
	if (r < 0)
		return r;

	return hash_add(&p->table_names, hash_text(p->table_names.seed, name.p, name.len),
			p->n_tables++);
}

/* Can S never have RAW? */
static bool is_odd(const struct dbc_signal *s, int64_t raw)
{
	int64_t top;

	if (!s->bits || s->bits == 64)
		return false;
	top = (int64_t)(s->mask >> (s->kind == DBC_SIGNED));

	return raw > top || raw < (s->kind == DBC_SIGNED ? -top - 1 : 0);
}

static int use_table(struct parser *p, const struct parser_target *target,
		     const struct token *name)
{
	const struct parser_table *table = find_table(p, name);
	struct dbc_signal *s = &p->d->signals[target->i];

	if (!table)
		return parser_unknown(p, name, "no value table is called %");
	s->values = table->values;
	s->n_values = table->n_values;
	p->places[target->i].odd = (struct token){ 0 };
	for (size_t i = 0; i < table->n_values; i++)
		if (is_odd(s, table->values[i].raw))
			p->places[target->i].odd = *name;

	return 0;
}

/* VAL_ 304 Key_Valid 0 "none" 1 "valid" ; or with a table's name, or of a variable */
int parse_values(struct parser *p)
{
	const struct token *t = &p->lex.tok;
	struct parser_target target;
	struct dbc_signal *s;
	struct token name;
	int r;

	lex_next(&p->lex);
	if (t->kind == TOKEN_WORD)
		return (r = expect_name(p, &name)) < 0 ? r : parse_pairs(p);
	if ((r = expect_signal_id(p, &target)) < 0)
		return r;

	if (t->kind == TOKEN_WORD) {
		if ((r = expect_name(p, &name)) < 0 || (r = expect_char(p, ';')) < 0)
			return r;
		r = parser_find_signal(p, &target);
		return r <= 0 ? r : use_table(p, &target, &name);
	}
	r = parse_pairs(p);
	if (r < 0)
		return r;
	r = parser_find_signal(p, &target);
	if (r <= 0)
		return r;
	s = &p->d->signals[target.i];
	p->places[target.i].odd = (struct token){ 0 };
	for (size_t i = p->n_pairs; i-- > 0;)
		if (is_odd(s, p->pairs[i].raw))
			p->places[target.i].odd = p->pairs[i].tok;

	return make_values(p, &s->values, &s->n_values);
}

/* SIG_VALTYPE_ 304 Level : 1; a signal that would be read wrongly is no more. */
int parse_value_type(struct parser *p)
{
	const struct token *t = &p->lex.tok;
	struct parser_target target;
	struct token type_tok;
	struct dbc_signal *s;
	uint64_t type;
	int r;

	lex_next(&p->lex);
	if ((r = expect_signal_id(p, &target)) < 0)
		return r;
	if (token_is(t, ':'))
		lex_next(&p->lex);
	type_tok = *t;
	if ((r = expect_uint(p, UINT16_MAX, &type)) < 0 || (r = expect_char(p, ';')) < 0)
		return r;
	r = parser_find_signal(p, &target);
	if (r <= 0)
		return r;

	s = &p->d->signals[target.i];
	if (type == 0 || !s->bits)
		return 0;
	if (type == 1 && s->bits == 32) {
		s->kind = DBC_FLOAT;
		return 0;
	}
	if (type == 2 && s->bits == 64) {
		s->kind = DBC_DOUBLE;
		return 0;
	}
	s->bits = 0;
	if (type > 2)
		return parser_fault(p, &type_tok, "a value type is 0, 1 or 2, not %");

	return parser_fault(p, &target.name,
			    type == 1 ? "% is a float, but has not 32 bits"
				      : "% is a double, but has not 64 bits");
}

/* CM_ "…"; and CM_ BO_ 304 "…"; and so on */
int parse_comment(struct parser *p)
{
	struct token *t = &p->lex.tok, of, name;
	struct parser_target target;
	struct dbc_node *node;
	const char *text;
	int r = 0;

	lex_next(&p->lex);
	of = *t;
	if (of.keyword != KEYWORD_NONE)
		lex_next(&p->lex);
	if (of.keyword == KEYWORD_BO)
		r = expect_message_id(p, &target);
	else if (of.keyword == KEYWORD_SG)
		r = expect_signal_id(p, &target);
	else if (of.keyword != KEYWORD_NONE)
		r = expect_name(p, &name);
	if (r < 0 || (r = expect_string(p, &text)) < 0 || (r = expect_char(p, ';')) < 0)
		return r;

	if (of.keyword == KEYWORD_BO) {
		r = parser_find_message(p, &target);
		if (r > 0)
			p->dbc->messages[target.i].comment = text;
	} else if (of.keyword == KEYWORD_SG) {
		r = parser_find_signal(p, &target);
		if (r > 0)
			p->d->signals[target.i].comment = text;
	} else if (of.keyword == KEYWORD_BU) {
		node = parser_find_node(p, &name);
		if (node)
			node->comment = text;
	}

	return r < 0 ? r : 0;
}
