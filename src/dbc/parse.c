/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "dbc/parse.h"
#include "dbc/signal.h"

static int parse_version(struct parser *p)
{
	struct token text;

	lex_next(&p->lex);

	return expect_quoted(p, &text);
}

/* The keywords that the file's author knows: "NS_ :", then one a line, or all in one. */
static int parse_symbols(struct parser *p)
{
	struct token *t = &p->lex.tok;
	int r;

	lex_next(&p->lex);
	r = expect_char(p, ':');
	if (r < 0)
		return r;

	for (; t->kind == TOKEN_WORD; lex_next(&p->lex)) {
		if (t->keyword == KEYWORD_BS || t->keyword == KEYWORD_BU ||
		    t->keyword == KEYWORD_BO || t->keyword == KEYWORD_SG ||
		    t->keyword == KEYWORD_NS || t->keyword == KEYWORD_VERSION)
			break;
		if (t->first && !lex_line_is_names(&p->lex, t->p))
			break;
	}

	return 0;
}

/* "BS_:", or with a baud rate and timing registers, which say nothing about messages. */
static int parse_timing(struct parser *p)
{
	struct token *t = &p->lex.tok;

	do
		lex_next(&p->lex);
	while (t->kind == TOKEN_NUMBER || token_is(t, ':') || token_is(t, ',') ||
	       token_is(t, ';'));

	return 0;
}

static int skip_statement(struct parser *p)
{
	const struct token *t = &p->lex.tok;

	do {
		lex_next(&p->lex);
		if (t->kind == TOKEN_END || t->kind == TOKEN_UNCLOSED ||
		    (t->first && t->keyword != KEYWORD_NONE))
			return parser_expected(p, "expected ';', got %");
	} while (!token_is(t, ';'));
	lex_next(&p->lex);

	return 0;
}

static int parse_statement(struct parser *p)
{
	switch (p->lex.tok.keyword) {
	case KEYWORD_NONE:
		return parser_expected(p, "expected a keyword, got %");
	case KEYWORD_VERSION:
		return parse_version(p);
	case KEYWORD_NS:
		return parse_symbols(p);
	case KEYWORD_BS:
		return parse_timing(p);
	case KEYWORD_BU:
		return parse_nodes(p);
	case KEYWORD_BO:
		return parse_message(p);
	case KEYWORD_SG:
		return parse_signal(p);
	case KEYWORD_VAL_TABLE:
		return parse_value_table(p);
	case KEYWORD_VAL:
		return parse_values(p);
	case KEYWORD_SIG_VALTYPE:
		return parse_value_type(p);
	case KEYWORD_SG_MUL_VAL:
		return parse_mux_values(p);
	case KEYWORD_CM:
		return parse_comment(p);
	case KEYWORD_BA_DEF:
		return parse_attr_def(p);
	case KEYWORD_BA_DEF_DEF:
		return parse_attr_default(p);
	case KEYWORD_BA:
		return parse_attr(p);
	case KEYWORD_OTHER:
		return skip_statement(p);
	}

	return -EPROTO;
}

/*
 * Go on at the next line with a keyword. A missing quote shows only lines later: so begin
 * at the line after the statement's first, unless that text has been read twice already.
 */
static void recover(struct parser *p)
{
	const struct token *t = &p->lex.tok;
	const char *from = p->statement;

	if (p->read && from < p->read)
		from = MAX(from, t->gap);
	else
		p->read = t->kind == TOKEN_UNCLOSED ? t->p : p->lex.p;
	lex_skip_to_keyword(&p->lex, from);
}

static int parse_all(struct parser *p)
{
	int r;

	while (p->lex.tok.kind != TOKEN_END) {
		p->statement = p->lex.tok.p;
		r = parse_statement(p);
		if (r == -EPROTO)
			recover(p);
		else if (r < 0)
			return r;
	}
	p->is_late = true;
	for (size_t i = 0; i < p->n_late; i++) {
		p->statement = p->late[i];
		lex_seek(&p->lex, p->statement);
		r = parse_statement(p);
		if (r < 0 && r != -EPROTO)
			return r;
	}

	return 0;
}

bool parser_is_name(const char *text)
{
	struct lex l = { .p = text, .end = text + strlen(text) };

	lex_next(&l);

	return l.tok.kind == TOKEN_WORD && l.tok.p == text && l.p == l.end;
}

/* The attribute for names over 32 characters, if its value can be a name. */
static const char *long_name(const struct dbc_private *d, const struct dbc_attr_def *def,
			     const struct dbc_attr *attrs)
{
	const char *s = def ? dbc_own_value(attrs, (size_t)(def - d->defs)) : NULL;

	return s && parser_is_name(s) ? s : NULL;
}

static int rename_signals(struct parser *p)
{
	static const char name[] = "SystemSignalLongSymbol";
	struct dbc_private *d = p->d;
	const struct dbc_attr_def *def =
		dbc_find_def(d, DBC_SCOPE_SIGNAL, name, sizeof(name) - 1);
	int r;

	for (size_t i = 0; def && i < d->n_signals; i++) {
		struct dbc_signal *s = &d->signals[i];
		struct token t = { .p = long_name(d, def, s->attrs) };

		if (!t.p)
			continue;
		t.len = strlen(t.p);
		if (parser_lookup_signal(p, (size_t)s->role, &t) != SIZE_MAX)
			continue;
		s->name = t.p;
		r = parser_add_signal_name(p, i);
		if (r < 0)
			return r;
	}

	return 0;
}

/* Selectors were numbers before the gaps closed; MOVED has where each signal is now. */
static void settle_selectors(struct parser *p, const size_t *moved)
{
	struct dbc_private *d = p->d;

	for (size_t i = 0; i < d->n_signals; i++)
		if (d->signals[i].mux == DBC_MUX_MEMBER)
			d->signals[i].selector =
				&d->signals[moved[p->places[i].selector]];
	for (size_t i = 0; i < p->dbc->n_messages; i++) {
		struct dbc_message *m = &p->dbc->messages[i];

		for (size_t k = 0; k < m->n_signals && !m->selector; k++)
			if (m->signals[k].mux == DBC_MUX_SELECTOR)
				m->selector = &m->signals[k];
	}
}

/* Close the gaps of signals with a late fault (bits is 0), and set the pointers. */
static int settle_signals(struct parser *p)
{
	struct dbc_private *d = p->d;
	_cleanup_(freep) size_t *moved = calloc(d->n_signals + 1, sizeof(*moved));
	size_t from = 0, to = 0;

	if (!moved)
		return -ENOMEM;

	for (size_t i = 0; i < p->dbc->n_messages && d->n_signals; i++) {
		struct dbc_message *m = &p->dbc->messages[i];
		size_t n = m->n_signals;

		m->signals = &d->signals[to];
		m->n_signals = 0;
		for (; n; n--, from++) {
			struct dbc_signal *s = &d->signals[to];

			if (!d->signals[from].bits)
				continue;
			*s = d->signals[from];
			p->places[to] = p->places[from];
			moved[from] = to++;
			s->message = m;
			s->role = 0;
			dbc_signal_scale(s);
			m->n_signals++;
		}
	}
	d->n_signals = to;
	settle_selectors(p, moved);

	return 0;
}

static int settle_messages(struct parser *p)
{
	static const char name[] = "SystemMessageLongSymbol";
	struct dbc_private *d = p->d;
	const struct dbc_attr_def *def =
		dbc_find_def(d, DBC_SCOPE_MESSAGE, name, sizeof(name) - 1);
	int r;

	for (size_t i = 0; i < p->dbc->n_messages; i++) {
		struct dbc_message *m = &p->dbc->messages[i];
		const char *s = long_name(d, def, m->attrs);

		m->name = s ? s : m->name;
		if (dbc_find_name(p->dbc, m->name)) {
			r = parser_doubt(p, &p->message_names[i],
					 "a message is called & already", m->name);
			if (r < 0)
				return r;
			continue;
		}
		r = hash_add(&d->message_names,
			     hash_text(d->message_names.seed, m->name, strlen(m->name)),
			     i);
		if (r < 0)
			return r;
	}

	return 0;
}

static void parser_free(struct parser *p)
{
	fault_list_free(&p->faults);
	hash_free(&p->signal_names);
	hash_free(&p->table_names);
	hash_free(&p->enum_words);
	hash_free(&p->node_names);
	free(p->message_names);
	free(p->places);
	free(p->choices);
	free(p->nodes);
	free(p->names);
	free(p->tables);
	free(p->pairs);
	free(p->late);
}

static struct dbc *dbc_new(const char *name)
{
	struct dbc *dbc = calloc(1, sizeof(*dbc));
	uint64_t seed = hash_seed();

	if (!dbc)
		return NULL;
	dbc->priv = calloc(1, sizeof(*dbc->priv));
	if (dbc->priv)
		dbc->name = arena_copy(&dbc->priv->arena, name, strlen(name));
	if (!dbc->name) {
		dbc_free(dbc);
		return NULL;
	}
	dbc->priv->def_names.seed = seed;
	dbc->priv->message_names.seed = seed;
	dbc->priv->ext.seed = seed;

	return dbc;
}

/* All is read: make of it what its users see. */
static int settle(struct parser *p)
{
	int r = rename_signals(p);

	if (r == 0)
		r = parser_settle_mux(p);
	if (r == 0)
		r = settle_signals(p);
	if (r == 0)
		r = settle_messages(p);
	if (r == 0)
		r = parser_settle_nodes(p);
	if (r == 0 && p->checking)
		r = parser_check(p);

	return r;
}

static int parse(const char *name, const char *text, size_t len, bool checking,
		 dbc_fault_fn fn, void *arg, struct dbc **ret_dbc)
{
	_cleanup_(dbc_freep) struct dbc *dbc = dbc_new(name);
	struct parser p = { .dbc = dbc, .checking = checking };
	int r;

	if (!dbc)
		return -ENOMEM;
	p.d = dbc->priv;
	p.signal_names.seed = p.table_names.seed = p.enum_words.seed = p.d->ext.seed;
	p.node_names.seed = p.d->ext.seed;
	lex_init(&p.lex, text, len);
	r = parse_all(&p);
	if (r == 0)
		r = settle(&p);
	if (r == 0) {
		fault_list_report(&p.faults, dbc->name, text, fn, arg);
		r = (int)MIN(p.faults.n, (size_t)INT_MAX);
		*ret_dbc = dbc;
		dbc = NULL;
	}
	parser_free(&p);

	return r;
}

int dbc_parse(const char *name, const char *text, size_t len, dbc_fault_fn fn, void *arg,
	      struct dbc **ret_dbc)
{
	return parse(name, text, len, false, fn, arg, ret_dbc);
}

int dbc_check(const char *name, const char *text, size_t len, dbc_fault_fn fn, void *arg,
	      struct dbc **ret_dbc)
{
	return parse(name, text, len, true, fn, arg, ret_dbc);
}
