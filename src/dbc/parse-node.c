/* SPDX-License-Identifier: GPL-3.0-or-later */
/* BU_, and the nodes that others name. */
#include <errno.h>
#include <string.h>

#include "dbc/parse.h"

static struct parser_node *find_node(const struct parser *p, const char *name, size_t len)
{
	const struct hash *h = &p->node_names;
	struct hash_search s = hash_start(h, hash_text(h->seed, name, len));
	size_t i;

	while (hash_next(&s, &i))
		if (dbc_name_is(p->nodes[i].name, name, len))
			return &p->nodes[i];

	return NULL;
}

int parser_use_node(struct parser *p, const struct token *tok, size_t *ret)
{
	struct parser_node *v = find_node(p, tok->p, tok->len);

	if (v) {
		*ret = (size_t)(v - p->nodes);
		return 0;
	}
	v = array_grow(p->nodes, p->n_nodes, &p->cap_nodes_used, sizeof(*v));
	if (!v)
		return -ENOMEM;
	p->nodes = v;
	v += p->n_nodes;
	*v = (struct parser_node){
		.name = arena_copy(&p->d->arena, tok->p, tok->len),
		.tok = *tok,
	};
	if (!v->name)
		return -ENOMEM;
	*ret = p->n_nodes;

	return hash_add(&p->node_names, hash_text(p->node_names.seed, tok->p, tok->len),
			p->n_nodes++);
}

static int define_node(struct parser *p, const struct token *tok)
{
	struct dbc *dbc = p->dbc;
	struct dbc_node *v =
		array_grow(dbc->nodes, dbc->n_nodes, &p->cap_nodes, sizeof(*v));
	size_t i;
	int r;

	if (!v)
		return -ENOMEM;
	dbc->nodes = v;
	r = parser_use_node(p, tok, &i);
	if (r < 0)
		return r;
	if (p->nodes[i].defined)
		return parser_doubt(p, tok, "the node % is there already", NULL);
	v[dbc->n_nodes++] = (struct dbc_node){ .name = p->nodes[i].name };
	p->nodes[i].defined = dbc->n_nodes;

	return 0;
}

/* BU_: GM IKE; also with commas */
int parse_nodes(struct parser *p)
{
	const struct token *t = &p->lex.tok;
	int r;

	lex_next(&p->lex);
	r = expect_char(p, ':');
	for (; r == 0; lex_next(&p->lex)) {
		if (token_is(t, ','))
			continue;
		if (t->kind != TOKEN_WORD || t->keyword != KEYWORD_NONE)
			break;
		r = define_node(p, t);
	}

	return r;
}

struct dbc_node *parser_find_node(const struct parser *p, const struct token *tok)
{
	const struct parser_node *node = find_node(p, tok->p, tok->len);

	return node && node->defined ? &p->dbc->nodes[node->defined - 1] : NULL;
}

int parser_set_long_node(struct parser *p, const struct token *tok, const char *name)
{
	struct parser_node *node = find_node(p, tok->p, tok->len);

	if (!node)
		return parser_unknown(p, tok, "no node is called %");
	if (parser_is_name(name))
		node->long_name = name;

	return 0;
}

/* What NAME, a node's, is called in the end. */
static const char *final_name(const struct parser *p, const char *name)
{
	const struct parser_node *node = find_node(p, name, strlen(name));

	return node && node->long_name ? node->long_name : name;
}

static int rename_nodes(struct parser *p)
{
	struct dbc *dbc = p->dbc;

	for (size_t i = 0; i < dbc->n_nodes; i++)
		dbc->nodes[i].name = final_name(p, dbc->nodes[i].name);
	for (size_t i = 0; i < dbc->n_messages; i++)
		dbc->messages[i].sender = final_name(p, dbc->messages[i].sender);
	for (size_t i = 0; i < p->d->n_signals; i++) {
		struct dbc_signal *s = &p->d->signals[i];
		const char **v;

		if (!s->n_receivers)
			continue;
		v = arena_alloc(&p->d->arena, s->n_receivers * sizeof(*v));
		if (!v)
			return -ENOMEM;
		for (size_t k = 0; k < s->n_receivers; k++)
			v[k] = final_name(p, s->receivers[k]);
		s->receivers = v;
	}

	return 0;
}

/* The two names for "nobody" are the format's own. */
static bool is_nobody(const char *name)
{
	return !strcmp(name, "Vector__XXX") || !strcmp(name, "VECTOR__XXX");
}

int parser_settle_nodes(struct parser *p)
{
	bool any = false;
	int r = 0;

	for (size_t i = 0; i < p->n_nodes && r == 0; i++) {
		const struct parser_node *node = &p->nodes[i];

		any |= node->long_name != NULL;
		if (!node->defined && !is_nobody(node->name))
			r = parser_doubt(p, &node->tok,
					 "the node % is not in the list of BU_", NULL);
	}

	return any && r == 0 ? rename_nodes(p) : r;
}
