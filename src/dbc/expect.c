/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pieces that statements are made of. */
#include <errno.h>
#include <string.h>

#include "dbc/parse.h"
#include "dbc/text.h"

int parser_fault(struct parser *p, const struct token *tok, const char *text)
{
	return fault_list_add(&p->faults, tok, text, 0);
}

int parser_doubt(struct parser *p, const struct token *tok, const char *text,
		 const char *other)
{
	return p->checking ? fault_list_doubt(&p->faults, tok, text, other) : 0;
}

int parser_expected(struct parser *p, const char *text)
{
	int r = parser_fault(p, &p->lex.tok, text);

	return r < 0 ? r : -EPROTO;
}

int expect_char(struct parser *p, char c)
{
	int r;

	if (!token_is(&p->lex.tok, c)) {
		r = fault_list_add(&p->faults, &p->lex.tok, "expected '$', got %", c);
		return r < 0 ? r : -EPROTO;
	}
	lex_next(&p->lex);

	return 0;
}

int expect_name(struct parser *p, struct token *ret_tok)
{
	const struct token *t = &p->lex.tok;

	if (t->kind != TOKEN_WORD || t->keyword != KEYWORD_NONE)
		return parser_expected(p, "expected a name, got %");
	*ret_tok = *t;
	lex_next(&p->lex);

	return 0;
}

int expect_uint(struct parser *p, uint64_t max, uint64_t *ret)
{
	int r = token_uint(&p->lex.tok, max, ret);

	if (r == -ERANGE)
		return parser_expected(p, "% is too large");
	if (r < 0)
		return parser_expected(p, "expected a whole number, got %");
	lex_next(&p->lex);

	return 0;
}

int expect_double(struct parser *p, double *ret)
{
	int r = token_double(&p->lex.tok, ret);

	if (r == -ERANGE)
		return parser_expected(p, "% is too large");
	if (r < 0)
		return parser_expected(p, "expected a number, got %");
	lex_next(&p->lex);

	return 0;
}

int expect_quoted(struct parser *p, struct token *ret_tok)
{
	struct token t = p->lex.tok;

	if (t.kind != TOKEN_STRING)
		return parser_expected(p, "expected a string, got %");
	lex_next(&p->lex);
	t.p++;
	t.len -= 2;
	*ret_tok = t;

	return 0;
}

int expect_string(struct parser *p, const char **ret_text)
{
	size_t odd = 0, escapes = 0;
	struct token t;
	char *s;
	int r;

	r = expect_quoted(p, &t);
	if (r < 0)
		return r;
	for (size_t i = 0; i < t.len; i++) {
		odd += (uint8_t)t.p[i] >= 0x80 || t.p[i] == '\0';
		escapes += t.p[i] == '\\' || t.p[i] == '\r';
	}

	if (t.len == 0) {
		*ret_text = "";
	} else if (odd || escapes) {
		s = arena_chars(&p->d->arena, t.len + 2 * odd + 1);
		if (!s)
			return -ENOMEM;
		s[text_convert(s, t.p, t.len)] = '\0';
		*ret_text = s;
	} else {
		*ret_text = arena_copy(&p->d->arena, t.p, t.len);
		if (!*ret_text)
			return -ENOMEM;
	}

	return 0;
}

int expect_message_id(struct parser *p, struct parser_target *ret)
{
	ret->id_tok = p->lex.tok;

	return expect_uint(p, UINT32_MAX, &ret->id);
}

int expect_signal_id(struct parser *p, struct parser_target *ret)
{
	int r = expect_message_id(p, ret);

	return r < 0 ? r : expect_name(p, &ret->name);
}

int parser_unknown(struct parser *p, const struct token *tok, const char *text)
{
	const char **late;

	if (p->is_late)
		return parser_fault(p, tok, text);
	late = array_grow(p->late, p->n_late, &p->cap_late, sizeof(*late));
	if (!late)
		return -ENOMEM;
	p->late = late;
	p->late[p->n_late++] = p->statement;

	return 0;
}

int parser_find_message(struct parser *p, struct parser_target *target)
{
	if (target->id == DBC_ID_INDEPENDENT)
		return 0;
	target->i = dbc_find_index(p->d, (uint32_t)target->id);
	if (target->i == SIZE_MAX)
		return parser_unknown(p, &target->id_tok, "no message has the id %");

	return 1;
}

static uint32_t signal_key(const struct parser *p, size_t m, const char *name, size_t len)
{
	return hash_text(p->signal_names.seed + m, name, len);
}

size_t parser_lookup_signal(const struct parser *p, size_t m, const struct token *name)
{
	struct hash_search s =
		hash_start(&p->signal_names, signal_key(p, m, name->p, name->len));
	size_t i;

	while (hash_next(&s, &i))
		if ((size_t)p->d->signals[i].role == m &&
		    dbc_name_is(p->d->signals[i].name, name->p, name->len))
			return i;

	return SIZE_MAX;
}

int parser_add_signal_name(struct parser *p, size_t i)
{
	const struct dbc_signal *s = &p->d->signals[i];

	return hash_add(&p->signal_names,
			signal_key(p, (size_t)s->role, s->name, strlen(s->name)), i);
}

int parser_find_signal(struct parser *p, struct parser_target *target)
{
	int r = parser_find_message(p, target);

	if (r <= 0)
		return r;
	target->i = parser_lookup_signal(p, target->i, &target->name);
	if (target->i == SIZE_MAX)
		return parser_unknown(p, &target->name, "the message has no signal %");

	return 1;
}
