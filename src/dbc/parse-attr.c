/* SPDX-License-Identifier: GPL-3.0-or-later */
/* BA_DEF_, BA_DEF_DEF_ and BA_. */
#include <errno.h>
#include <string.h>

#include "base/num.h"
#include "dbc/parse.h"

/* BU_, BO_, SG_ or EV_, if it is there. */
static enum dbc_scope parse_scope(struct parser *p)
{
	static const struct {
		const char *word;
		enum dbc_scope scope;
	} scopes[] = {
		{ "BU_", DBC_SCOPE_NODE },
		{ "BO_", DBC_SCOPE_MESSAGE },
		{ "SG_", DBC_SCOPE_SIGNAL },
		{ "EV_", DBC_SCOPE_ENV },
	};
	const struct token *t = &p->lex.tok;

	if (t->kind == TOKEN_WORD)
		for (size_t i = 0; i < ARRAY_SIZE(scopes); i++)
			if (dbc_name_is(scopes[i].word, t->p, t->len)) {
				lex_next(&p->lex);
				return scopes[i].scope;
			}

	return DBC_SCOPE_FILE;
}

/* "off","on" */
static int parse_words(struct parser *p, struct dbc_attr_def *def)
{
	const struct token *t = &p->lex.tok;
	int r;

	p->n_pairs = 0;
	while (t->kind == TOKEN_STRING) {
		struct parser_pair *v =
			array_grow(p->pairs, p->n_pairs, &p->cap_pairs, sizeof(*v));

		if (!v)
			return -ENOMEM;
		p->pairs = v;
		r = expect_string(p, &v[p->n_pairs].text);
		if (r < 0)
			return r;
		p->n_pairs++;
		if (!token_is(t, ','))
			break;
		lex_next(&p->lex);
	}
	if (!p->n_pairs)
		return 0;
	def->words = arena_alloc(&p->d->arena, p->n_pairs * sizeof(*def->words));
	if (!def->words)
		return -ENOMEM;
	for (; def->n_words < p->n_pairs; def->n_words++)
		def->words[def->n_words] = p->pairs[def->n_words].text;

	return 0;
}

/* INT 0 100, HEX 0 255, FLOAT 0 1, STRING, ENUM "a","b" */
static int parse_type(struct parser *p, struct dbc_attr_def *def)
{
	const struct token *t = &p->lex.tok;
	struct token type = *t;
	double v[2] = { 0 };
	int r = 0;

	if (type.kind != TOKEN_WORD)
		return parser_expected(p, "expected an attribute's type, got %");
	if (dbc_name_is("STRING", type.p, type.len)) {
		def->type = DBC_ATTR_STRING;
		lex_next(&p->lex);
		return 0;
	}
	if (dbc_name_is("ENUM", type.p, type.len)) {
		def->type = DBC_ATTR_ENUM;
		lex_next(&p->lex);
		return parse_words(p, def);
	}
	if (!dbc_name_is("INT", type.p, type.len) &&
	    !dbc_name_is("HEX", type.p, type.len) &&
	    !dbc_name_is("FLOAT", type.p, type.len))
		return parser_expected(p, "expected an attribute's type, got %");
	def->type = DBC_ATTR_NUMBER;
	lex_next(&p->lex);
	for (size_t i = 0; t->kind == TOKEN_NUMBER && r == 0; i = 1)
		r = expect_double(p, &v[i]);
	def->min = v[0];
	def->max = v[1];

	return r;
}

static uint32_t word_key(const struct parser *p, size_t def, const char *word)
{
	return hash_text(p->enum_words.seed + def, word, strlen(word));
}

static const char *find_word(const struct parser *p, const struct dbc_attr_def *def,
			     const char *word)
{
	struct hash_search s =
		hash_start(&p->enum_words, word_key(p, (size_t)(def - p->d->defs), word));
	size_t i;

	while (hash_next(&s, &i))
		if (i < def->n_words && !strcmp(def->words[i], word))
			return def->words[i];

	return NULL;
}

static int add_def(struct parser *p, struct dbc_attr_def *def, const struct token *name)
{
	struct dbc_private *d = p->d;
	struct dbc_attr_def *v = array_grow(d->defs, d->n_defs, &p->cap_defs, sizeof(*v));
	int r;

	if (!v)
		return -ENOMEM;
	d->defs = v;
	def->name = arena_copy(&d->arena, name->p, name->len);
	if (!def->name)
		return -ENOMEM;
	v[d->n_defs] = *def;
	for (size_t i = 0; i < def->n_words; i++) {
		r = hash_add(&p->enum_words, word_key(p, d->n_defs, def->words[i]), i);
		if (r < 0)
			return r;
	}

	return hash_add(&d->def_names, hash_text(d->def_names.seed, name->p, name->len),
			d->n_defs++);
}

/* BA_DEF_ BO_ "GenMsgCycleTime" INT 0 65535; */
int parse_attr_def(struct parser *p)
{
	struct dbc_attr_def def = { 0 };
	struct token name;
	int r;

	lex_next(&p->lex);
	def.scope = parse_scope(p);
	if ((r = expect_quoted(p, &name)) < 0 || (r = parse_type(p, &def)) < 0 ||
	    (r = expect_char(p, ';')) < 0)
		return r;
	if (dbc_find_def(p->d, def.scope, name.p, name.len))
		return parser_fault(p, &name, "an attribute % is there already");

	return add_def(p, &def, &name);
}

/* A number or a string: as written in TOK; as text in *RET_TEXT. */
static int parse_attr_value(struct parser *p, struct token *ret_tok,
			    const char **ret_text)
{
	const struct token *t = &p->lex.tok;

	*ret_tok = *t;
	if (t->kind == TOKEN_STRING)
		return expect_string(p, ret_text);
	if (t->kind != TOKEN_NUMBER)
		return parser_expected(p, "expected a number or a string, got %");
	*ret_text = arena_copy(&p->d->arena, t->p, t->len);
	lex_next(&p->lex);

	return *ret_text ? 0 : -ENOMEM;
}

/* TEXT as DEF's type has it: 1; 0: it cannot be, a fault is on the list. */
static int check_value(struct parser *p, const struct dbc_attr_def *def,
		       const struct token *tok, const char **text)
{
	const char *word;
	uint64_t i;
	double v;
	int r;

	switch (def->type) {
	case DBC_ATTR_STRING:
		return 1;
	case DBC_ATTR_NUMBER:
		if (!**text)
			return 1;
		if (num_parse_double(*text, &v) == 0) {
			r = 0;
			if (def->min < def->max && (v < def->min || v > def->max))
				r = parser_doubt(p, tok,
						 "% is outside the range of the attribute &",
						 def->name);
			return r < 0 ? r : 1;
		}
		return parser_fault(p, tok, "expected a number, got %");
	case DBC_ATTR_ENUM:
		if (tok->kind == TOKEN_NUMBER && def->n_words &&
		    token_uint(tok, def->n_words - 1, &i) == 0) {
			*text = def->words[i];
			return 1;
		}
		word = tok->kind == TOKEN_STRING ? find_word(p, def, *text) : NULL;
		if (!word)
			return parser_fault(p, tok, "% is no value of this attribute");
		*text = word;
		return 1;
	}

	return 1;
}

/* BA_DEF_DEF_ "GenMsgCycleTime" 0; for each kind of object that has the attribute */
int parse_attr_default(struct parser *p)
{
	struct token name, tok;
	const char *text;
	bool known = false;
	int r;

	lex_next(&p->lex);
	if ((r = expect_quoted(p, &name)) < 0 ||
	    (r = parse_attr_value(p, &tok, &text)) < 0 || (r = expect_char(p, ';')) < 0)
		return r;

	for (unsigned int scope = DBC_SCOPE_FILE; scope <= DBC_SCOPE_ENV; scope++) {
		struct dbc_attr_def *def =
			dbc_find_def(p->d, (enum dbc_scope)scope, name.p, name.len);
		const char *value = text;

		if (!def)
			continue;
		known = true;
		/* An enum may have no word as its default. */
		if (!*text && def->type == DBC_ATTR_ENUM)
			continue;
		r = check_value(p, def, &tok, &value);
		if (r <= 0)
			return r;
		def->value = value;
	}

	return known ? 0 : parser_unknown(p, &name, "the attribute % is not defined");
}

static int set_attr(struct parser *p, const struct dbc_attr_def *def, const char *value,
		    const struct dbc_attr **list)
{
	struct dbc_attr *a = arena_alloc(&p->d->arena, sizeof(*a));

	if (!a)
		return -ENOMEM;
	*a = (struct dbc_attr){
		.next = *list,
		.def = (size_t)(def - p->d->defs),
		.value = value,
	};
	*list = a;

	return 0;
}

/* BA_ "GenMsgCycleTime" BO_ 304 100; */
int parse_attr(struct parser *p)
{
	struct parser_target target = { 0 };
	const struct dbc_attr_def *def;
	struct token name, node_name, tok;
	struct dbc_node *node;
	enum dbc_scope scope;
	const char *text;
	int r;

	lex_next(&p->lex);
	r = expect_quoted(p, &name);
	if (r < 0)
		return r;
	scope = parse_scope(p);
	if (scope == DBC_SCOPE_MESSAGE)
		r = expect_message_id(p, &target);
	else if (scope == DBC_SCOPE_SIGNAL)
		r = expect_signal_id(p, &target);
	else if (scope != DBC_SCOPE_FILE)
		r = expect_name(p, &node_name);
	if (r < 0 || (r = parse_attr_value(p, &tok, &text)) < 0 ||
	    (r = expect_char(p, ';')) < 0)
		return r;

	def = dbc_find_def(p->d, scope, name.p, name.len);
	if (!def)
		return parser_unknown(p, &name, "the attribute % is not defined");
	if (scope == DBC_SCOPE_MESSAGE)
		r = parser_find_message(p, &target);
	else if (scope == DBC_SCOPE_SIGNAL)
		r = parser_find_signal(p, &target);
	else
		r = 1;
	if (r <= 0 || (r = check_value(p, def, &tok, &text)) <= 0)
		return r;

	if (scope == DBC_SCOPE_MESSAGE)
		return set_attr(p, def, text, &p->dbc->messages[target.i].attrs);
	if (scope == DBC_SCOPE_SIGNAL)
		return set_attr(p, def, text, &p->d->signals[target.i].attrs);
	if (scope == DBC_SCOPE_NODE && !strcmp(def->name, "SystemNodeLongSymbol"))
		return parser_set_long_node(p, &node_name, text);
	node = scope == DBC_SCOPE_NODE ? parser_find_node(p, &node_name) : NULL;

	return node ? set_attr(p, def, text, &node->attrs) : 0;
}
