/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "dbc/fault.h"
#include "dbc/lex.h"
#include "dbc/private.h"

/*
 * The parser's own. Each parse_x() reads one statement, its keyword being the token to
 * look at. They and the expect_x() return 0, -ENOMEM, or -EPROTO: the fault is on the
 * list, and the statement cannot be read any further.
 */

/* VECTOR__INDEPENDENT_SIG_MSG: a place for signals that belong to no message. */
#define DBC_ID_INDEPENDENT UINT32_C(0xc0000000)

enum parser_message {
	PARSER_NO_MESSAGE,
	PARSER_IN_MESSAGE,	/* the last of dbc->messages */
	PARSER_MESSAGE_SKIPPED,	/* its signals are, too */
};

/* What is kept of a signal, beside it, only while parsing. */
struct parser_place {
	struct token name;
	struct token odd;	/* of a value table, a number it cannot be; or END */
	size_t selector;	/* the signal's number; SIZE_MAX: not known */
	bool marked;		/* with an "m3" */
};

/* With these values of its selector, SIGNAL is there. */
struct parser_choice {
	size_t signal;
	struct dbc_range range;
};

/* A node, by whomever it is named. */
struct parser_node {
	const char *name;
	const char *long_name;	/* NULL: none */
	struct token tok;	/* where it is named first */
	size_t defined;		/* by BU_: its place in dbc->nodes + 1; 0: not */
};

struct parser_table {
	const char *name;
	const struct dbc_value *values;
	size_t n_values;
};

struct parser_pair {
	int64_t raw;
	const char *text;
	struct token tok;
};

struct parser {
	struct lex lex;
	struct dbc *dbc;
	struct dbc_private *d;
	size_t cap_messages, cap_signals, cap_nodes, cap_defs;
	struct fault_list faults;

	bool checking;		/* doubts are wanted, too */
	enum parser_message state;
	struct token *message_names;	/* as many as messages */
	size_t cap_message_names;
	struct parser_place *places;	/* as many as signals */
	size_t cap_places;
	struct parser_choice *choices;
	size_t n_choices, cap_choices;
	struct parser_node *nodes;
	size_t n_nodes, cap_nodes_used;
	struct hash node_names;
	const char **names;	/* of the receivers of one signal */
	size_t cap_names;
	const char *const *receivers;	/* of the last signal that has any */
	size_t n_receivers;
	struct hash signal_names;	/* of message and name */

	struct parser_table *tables;
	size_t n_tables, cap_tables;
	struct hash table_names;
	struct hash enum_words;		/* of definition and word */
	struct parser_pair *pairs;
	size_t n_pairs, cap_pairs;

	const char *statement;	/* where it begins */
	const char *read;	/* so far has been read for a statement with a fault */
	const char **late;	/* statements that name something that may still come */
	size_t n_late, cap_late;
	bool is_late;		/* now reading those */
};

/* TEXT is a literal; '%' stands for the token. */
_must_check_ int parser_fault(struct parser *p, const struct token *tok,
			      const char *text);
/* A doubt; '&' stands for OTHER, which may be NULL. 0 or -ENOMEM. */
_must_check_ int parser_doubt(struct parser *p, const struct token *tok, const char *text,
			      const char *other);
/* A fault at the token to look at. Returns -EPROTO or -ENOMEM. */
_must_check_ int parser_expected(struct parser *p, const char *text);

_must_check_ int expect_char(struct parser *p, char c);
_must_check_ int expect_name(struct parser *p, struct token *ret_tok);
_must_check_ int expect_uint(struct parser *p, uint64_t max, uint64_t *ret);
_must_check_ int expect_double(struct parser *p, double *ret);
/* The string as UTF-8 in the arena. */
_must_check_ int expect_string(struct parser *p, const char **ret_text);
/* The string between its quotes, as written. */
_must_check_ int expect_quoted(struct parser *p, struct token *ret_tok);

/* What a statement speaks of: a message, or one of its signals. */
struct parser_target {
	struct token id_tok, name;
	uint64_t id;
	size_t i;		/* where it is; set by parser_find_x() */
};

_must_check_ int expect_message_id(struct parser *p, struct parser_target *ret);
_must_check_ int expect_signal_id(struct parser *p, struct parser_target *ret);

/*
 * Find it in dbc->messages or priv->signals: 1 with TARGET->i; 0: not there, which has been
 * dealt with (by parser_unknown()); -ENOMEM.
 */
_must_check_ int parser_find_message(struct parser *p, struct parser_target *target);
_must_check_ int parser_find_signal(struct parser *p, struct parser_target *target);

/* TOK names nothing known: read the statement again at the end; then TEXT is a fault. */
_must_check_ int parser_unknown(struct parser *p, const struct token *tok,
				const char *text);

/*
 * The signal of message M called NAME, or SIZE_MAX. While parsing, a signal's role is its
 * message's number.
 */
size_t parser_lookup_signal(const struct parser *p, size_t m, const struct token *name);
_must_check_ int parser_add_signal_name(struct parser *p, size_t i);

_must_check_ int parse_message(struct parser *p);	/* parse-message.c */
_must_check_ int parse_signal(struct parser *p);

_must_check_ int parse_nodes(struct parser *p);		/* parse-node.c */
/* The node called TOK, also if nobody defines it: its number. */
_must_check_ int parser_use_node(struct parser *p, const struct token *tok, size_t *ret);
/* The node that BU_ defines, or NULL. */
struct dbc_node *parser_find_node(const struct parser *p, const struct token *tok);
_must_check_ int parser_set_long_node(struct parser *p, const struct token *tok,
				      const char *name);
/* All of them are known: give them their long names, and doubt those not defined. */
_must_check_ int parser_settle_nodes(struct parser *p);

_must_check_ int parse_mux(struct parser *p, struct dbc_signal *s);	/* parse-mux.c */
_must_check_ int parse_mux_values(struct parser *p);
/* Find each member's selector and ranges; selectors by their numbers in p->places. */
_must_check_ int parser_settle_mux(struct parser *p);

_must_check_ int parser_check(struct parser *p);	/* check.c */

/* Can TEXT be a name? */
bool parser_is_name(const char *text);

_must_check_ int parse_value_table(struct parser *p);	/* parse-value.c */
_must_check_ int parse_values(struct parser *p);
_must_check_ int parse_value_type(struct parser *p);
_must_check_ int parse_comment(struct parser *p);

_must_check_ int parse_attr_def(struct parser *p);	/* parse-attr.c */
_must_check_ int parse_attr_default(struct parser *p);
_must_check_ int parse_attr(struct parser *p);
