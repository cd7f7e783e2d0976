/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/hex.h"
#include "base/num.h"
#include "cli/moment.h"
#include "cli/where.h"
#include "dbc/codec.h"
#include "out/plan.h"

enum node_kind { NODE_AND, NODE_OR, NODE_NOT, NODE_SIGNAL, NODE_ID, NODE_BUS, NODE_TIME };

/* In the order of the texts below: a longer one before its beginning. */
enum relation { EQUAL, UNEQUAL, AT_MOST, AT_LEAST, BELOW, ABOVE, N_RELATIONS };

static const char *const relations[N_RELATIONS] = { "==", "!=", "<=", ">=", "<", ">" };

#define EXT_BIT 0x80000000u	/* 29-bit ids come after those of 11 bits */

struct node {
	enum node_kind kind;
	enum relation relation;
	size_t left, right;		/* of AND, OR; NOT has a left only */
	size_t name_column, value_column;
	char *name, *value;
	bool is_number;			/* the value, and this is it: */
	double number;
	uint32_t id;
	struct moment moment;
	nsec_t t;			/* the moment on the recording's clock */
	const struct dbc_signal **signals;	/* of this name, by their messages' addresses */
	size_t n_signals;
};

struct where {
	struct node nodes[WHERE_NODES_MAX];
	size_t n, root;
};

struct parser {
	struct where *w;
	const char *text, *p;
	struct where_fault fault;
	int error;
	unsigned int depth;
};

void where_free(struct where *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < w->n; i++) {
		free(w->nodes[i].name);
		free(w->nodes[i].value);
		free(w->nodes[i].signals);
	}
	free(w);
}

/* ---- reading ---- */

static bool fail_at(struct parser *ps, const char *at, const char *why)
{
	if (!ps->error) {
		ps->error = -EINVAL;
		ps->fault = (struct where_fault){ (size_t)(at - ps->text) + 1, why };
	}

	return false;
}

static void skip_blanks(struct parser *ps)
{
	while (*ps->p == ' ' || *ps->p == '\t' || *ps->p == '\n')
		ps->p++;
}

static bool take(struct parser *ps, const char *token)
{
	size_t n = strlen(token);

	skip_blanks(ps);
	if (strncmp(ps->p, token, n) != 0)
		return false;
	ps->p += n;

	return true;
}

static struct node *add_node(struct parser *ps, enum node_kind kind, size_t *ret)
{
	if (ps->w->n == WHERE_NODES_MAX) {
		fail_at(ps, ps->p, "the condition is too long");
		return NULL;
	}
	*ret = ps->w->n++;
	ps->w->nodes[*ret] = (struct node){ .kind = kind };

	return &ps->w->nodes[*ret];
}

static char *copy(struct parser *ps, const char *s, size_t n)
{
	char *text = strndup(s, n);

	if (!text && !ps->error)
		ps->error = -ENOMEM;

	return text;
}

static bool is_name_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.';
}

/* A word or number as it stands, or anything in quotes. */
static bool parse_value(struct parser *ps, struct node *node, bool *ret_quoted)
{
	const char *from, *quote;
	size_t n = 0;

	skip_blanks(ps);
	from = ps->p;
	node->value_column = (size_t)(from - ps->text) + 1;
	*ret_quoted = *from == '"' || *from == '\'';
	if (*ret_quoted) {
		quote = strchr(from + 1, *from);
		if (!quote)
			return fail_at(ps, from, "this quote does not end");
		node->value = copy(ps, from + 1, (size_t)(quote - from - 1));
		ps->p = quote + 1;
		return node->value != NULL;
	}
	while (from[n] && (isalnum((unsigned char)from[n]) || strchr("_.+-:/", from[n]) ||
			   (unsigned char)from[n] >= 0x80))
		n++;
	if (n == 0)
		return fail_at(ps, from, "here a number or a word is missing");
	node->value = copy(ps, from, n);
	ps->p = from + n;

	return node->value != NULL;
}

/* "2FC", "0x2FC"; 8 digits are a 29-bit id. */
static bool parse_id(const char *s, uint32_t *ret)
{
	uint32_t id = 0;
	size_t n;

	if (!strncmp(s, "0x", 2) || !strncmp(s, "0X", 2))
		s += 2;
	n = strlen(s);
	if (n == 0 || n > 8)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (hex_digit(s[i]) < 0)
			return false;
		id = id << 4 | (uint32_t)hex_digit(s[i]);
	}
	*ret = n == 8 ? id | EXT_BIT : id;

	return id <= (n == 8 ? FRAME_EFF_MASK : FRAME_SFF_MASK);
}

static bool understand(struct parser *ps, struct node *node, bool quoted)
{
	const char *at = ps->text + node->value_column - 1;
	uint64_t whole;

	switch (node->kind) {
	case NODE_ID:
		return parse_id(node->value, &node->id) || fail_at(ps, at, "this is no id (3 or 8 hex digits)");
	case NODE_TIME:
		if (moment_parse(node->value, &node->moment) < 0)
			return fail_at(ps, at, "this is no time");
		node->t = node->moment.t;
		return true;
	case NODE_BUS:
		return node->relation <= UNEQUAL || fail_at(ps, at, "a bus is == or !=");
	case NODE_SIGNAL:
	case NODE_AND:
	case NODE_OR:
	case NODE_NOT:
		break;
	}
	if (quoted)
		return true;
	if (num_parse_uint(node->value, UINT64_MAX, &whole) == 0) {
		node->number = (double)whole;
		node->is_number = true;
	} else {
		node->is_number = num_parse_double(node->value, &node->number) == 0;
	}

	return true;
}

static enum node_kind kind_of(const char *name)
{
	if (!strcmp(name, "id"))
		return NODE_ID;
	if (!strcmp(name, "bus"))
		return NODE_BUS;

	return !strcmp(name, "t") ? NODE_TIME : NODE_SIGNAL;
}

static bool parse_comparison(struct parser *ps, size_t *ret)
{
	struct node *node;
	size_t n = 0;
	bool quoted;

	skip_blanks(ps);
	while (is_name_char(ps->p[n]) || (unsigned char)ps->p[n] >= 0x80)
		n++;
	if (n == 0)
		return fail_at(ps, ps->p, "here a signal, id, bus or t is missing");
	node = add_node(ps, NODE_SIGNAL, ret);
	if (!node)
		return false;
	node->name_column = (size_t)(ps->p - ps->text) + 1;
	node->name = copy(ps, ps->p, n);
	if (!node->name)
		return false;
	node->kind = kind_of(node->name);
	ps->p += n;
	while (node->relation < N_RELATIONS && !take(ps, relations[node->relation]))
		node->relation++;
	if (node->relation == N_RELATIONS)
		return fail_at(ps, ps->p, "here ==, !=, <, <=, > or >= is missing");

	return parse_value(ps, node, &quoted) && understand(ps, node, quoted);
}

static bool parse_or(struct parser *ps, size_t *ret);

static bool parse_unary(struct parser *ps, size_t *ret)
{
	struct node *node;
	size_t inner;
	bool good;

	if (++ps->depth > WHERE_NODES_MAX)
		return fail_at(ps, ps->p, "the condition is too long");
	if (take(ps, "!")) {
		good = parse_unary(ps, &inner);
		node = good ? add_node(ps, NODE_NOT, ret) : NULL;
		if (node)
			node->left = inner;
		good = node != NULL;
	} else if (take(ps, "(")) {
		good = parse_or(ps, ret) &&
		       (take(ps, ")") || fail_at(ps, ps->p, "here ) is missing"));
	} else {
		good = parse_comparison(ps, ret);
	}
	ps->depth--;

	return good;
}

/* Operands that are joined by TOKEN, from left to right. */
static bool parse_chain(struct parser *ps, const char *token, enum node_kind kind,
			bool (*operand)(struct parser *ps, size_t *ret), size_t *ret)
{
	size_t left, right, joined;

	if (!operand(ps, &left))
		return false;
	while (take(ps, token)) {
		struct node *node;

		if (!operand(ps, &right))
			return false;
		node = add_node(ps, kind, &joined);
		if (!node)
			return false;
		node->left = left;
		node->right = right;
		left = joined;
	}
	*ret = left;

	return true;
}

static bool parse_and(struct parser *ps, size_t *ret)
{
	return parse_chain(ps, "&&", NODE_AND, parse_unary, ret);
}

static bool parse_or(struct parser *ps, size_t *ret)
{
	return parse_chain(ps, "||", NODE_OR, parse_and, ret);
}

int where_parse(const char *text, struct where **ret, struct where_fault *reterr_fault)
{
	_cleanup_(where_freep) struct where *w = calloc(1, sizeof(*w));
	struct parser ps = { .w = w, .text = text, .p = text };

	if (!w)
		return -ENOMEM;
	if (parse_or(&ps, &w->root)) {
		skip_blanks(&ps);
		if (!*ps.p) {
			*ret = w;
			w = NULL;
			return 0;
		}
		fail_at(&ps, ps.p, "here && or || is missing");
	}
	*reterr_fault = ps.fault;

	return ps.error;
}

/* ---- looking up ---- */

static int by_message(const void *a, const void *b)
{
	const struct dbc_signal *const *x = a, *const *y = b;

	return ((*x)->message > (*y)->message) - ((*x)->message < (*y)->message);
}

static bool has_word(const struct dbc_signal *s, const char *word)
{
	for (size_t i = 0; i < s->n_values; i++)
		if (!strcmp(s->values[i].text, word))
			return true;

	return false;
}

static int find_signals(struct node *node, const struct decoder *d)
{
	size_t cap = 0;

	for (size_t i = 0; i < d->n_sources; i++) {
		const struct dbc *dbc = d->sources[i].dbc;

		for (size_t m = 0; m < dbc->n_messages; m++)
			for (size_t k = 0; k < dbc->messages[m].n_signals; k++) {
				const struct dbc_signal *s = &dbc->messages[m].signals[k];
				void *more;

				if (!plan_names_signal(node->name, s))
					continue;
				more = array_grow(node->signals, node->n_signals, &cap,
						  sizeof(*node->signals));
				if (!more)
					return -ENOMEM;
				node->signals = more;
				node->signals[node->n_signals++] = s;
				break;	/* of two of one name, the first */
			}
	}
	if (node->n_signals)
		qsort(node->signals, node->n_signals, sizeof(*node->signals), by_message);

	return 0;
}

static int bind(struct node *node, const struct decoder *d, struct where_fault *reterr_fault)
{
	int r = find_signals(node, d);

	if (r < 0)
		return r;
	if (node->n_signals == 0) {
		*reterr_fault = (struct where_fault){ node->name_column,
						      "no message has a signal of this name" };
		return -EINVAL;
	}
	if (node->is_number)
		return 0;
	for (size_t i = 0; i < node->n_signals; i++)
		if (has_word(node->signals[i], node->value))
			return 0;
	*reterr_fault = (struct where_fault){ node->value_column,
					      "this is no number, and no word of this signal" };

	return -EINVAL;
}

int where_bind(struct where *w, const struct decoder *d, struct where_fault *reterr_fault)
{
	for (size_t i = 0; i < w->n; i++) {
		int r = w->nodes[i].kind == NODE_SIGNAL ? bind(&w->nodes[i], d, reterr_fault) : 0;

		if (r < 0)
			return r;
	}

	return 0;
}

void where_start(struct where *w, nsec_t first)
{
	for (size_t i = 0; i < w->n; i++)
		w->nodes[i].t = moment_at(&w->nodes[i].moment, first);
}

/* ---- asking ---- */

/* ORDER is below, at or above 0, as the left side is to the right one. */
static bool relates(enum relation relation, int order)
{
	switch (relation) {
	case EQUAL:
		return order == 0;
	case UNEQUAL:
		return order != 0;
	case AT_MOST:
		return order <= 0;
	case AT_LEAST:
		return order >= 0;
	case BELOW:
		return order < 0;
	case ABOVE:
		return order > 0;
	case N_RELATIONS:
		break;
	}

	return false;
}

static const struct dbc_signal *signal_of(const struct node *node, const struct dbc_message *m)
{
	size_t low = 0, high = node->n_signals;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (node->signals[middle]->message == m)
			return node->signals[middle];
		if (node->signals[middle]->message < m)
			low = middle + 1;
		else
			high = middle;
	}

	return NULL;
}

/* 66.6 as written is 66.60000000000001 as computed: a digit in the thirteenth place is none. */
static bool number_relates(const struct node *node, const struct dbc_signal *s, double value,
			   double want)
{
	double slack = s->integral ? 0 : 1e-12 * MAX(fabs(value), fabs(want));

	if (isnan(value))
		return node->relation == UNEQUAL;
	if (value == want || fabs(value - want) <= slack)
		return relates(node->relation, 0);

	return relates(node->relation, value < want ? -1 : 1);
}

static bool signal_relates(const struct node *node, const struct decoded *d)
{
	const struct dbc_signal *s = d->message ? signal_of(node, d->message) : NULL;
	const char *word;
	uint64_t raw;

	if (!s || !dbc_get_raw(s, d->frame->data, d->frame->len, &raw))
		return false;
	if (node->is_number)
		return number_relates(node, s, dbc_physical(s, raw), node->number);
	if (node->relation <= UNEQUAL) {
		word = dbc_word(s, raw);
		return relates(node->relation, word && !strcmp(word, node->value) ? 0 : 1);
	}
	/* Words have the order of their numbers. */
	for (size_t i = 0; i < s->n_values; i++)
		if (!strcmp(s->values[i].text, node->value))
			return number_relates(node, s, dbc_physical(s, raw),
					      dbc_physical(s, (uint64_t)s->values[i].raw));

	return false;
}

static bool node_holds(const struct where *w, size_t i, const struct decoded *d)
{
	const struct node *node = &w->nodes[i];
	const struct frame *f = d->frame;
	uint32_t id = f->flags & FRAME_EXT ? f->id | EXT_BIT : f->id;

	switch (node->kind) {
	case NODE_AND:
		return node_holds(w, node->left, d) && node_holds(w, node->right, d);
	case NODE_OR:
		return node_holds(w, node->left, d) || node_holds(w, node->right, d);
	case NODE_NOT:
		return !node_holds(w, node->left, d);
	case NODE_SIGNAL:
		return signal_relates(node, d);
	case NODE_ID:
		return relates(node->relation, (id > node->id) - (id < node->id));
	case NODE_BUS:
		return relates(node->relation, f->bus && !strcmp(f->bus, node->value) ? 0 : 1);
	case NODE_TIME:
		return f->t != NSEC_NEVER &&
		       relates(node->relation, (f->t > node->t) - (f->t < node->t));
	}

	return false;
}

bool where_holds(const struct where *w, const struct decoded *d)
{
	return node_holds(w, w->root, d);
}
