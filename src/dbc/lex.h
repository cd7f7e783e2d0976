/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/util.h"

/*
 * The words of a DBC text. They know where they are, not in which line: that is found out
 * when a fault needs it.
 */

enum token_kind {
	TOKEN_END,
	TOKEN_WORD,		/* a C identifier */
	TOKEN_NUMBER,		/* decimal, with '-', fraction and exponent */
	TOKEN_STRING,		/* with its quotes */
	TOKEN_UNCLOSED,		/* a string to the end of the text */
	TOKEN_CHAR,		/* any other character */
};

enum keyword {
	KEYWORD_NONE,
	KEYWORD_VERSION,
	KEYWORD_NS,
	KEYWORD_BS,
	KEYWORD_BU,
	KEYWORD_BO,
	KEYWORD_SG,
	KEYWORD_VAL_TABLE,
	KEYWORD_VAL,
	KEYWORD_SIG_VALTYPE,
	KEYWORD_SG_MUL_VAL,
	KEYWORD_CM,
	KEYWORD_BA_DEF,
	KEYWORD_BA_DEF_DEF,
	KEYWORD_BA,
	KEYWORD_OTHER,		/* known, of no use here, ends with ';' */
};

struct token {
	enum token_kind kind;
	enum keyword keyword;	/* of a TOKEN_WORD */
	bool first;		/* on its line */
	const char *gap;	/* where the blanks before it begin */
	const char *p;
	size_t len;
};

struct lex {
	const char *p, *end;
	const char *unclosed;	/* from here on no quote closes; NULL: not known */
	struct token tok;	/* the one to look at */
};

/* Start at TEXT, behind a byte order mark; the first token is ready. */
void lex_init(struct lex *l, const char *text, size_t len);
void lex_next(struct lex *l);

/* Go on at P, a place in the text. */
void lex_seek(struct lex *l, const char *p);

/* Go on at the first line that begins with a keyword, after the line P is in. */
void lex_skip_to_keyword(struct lex *l, const char *p);

/* Go on at the line after the one P is in. */
void lex_skip_line(struct lex *l, const char *p);

/* Is the line from P on one of a NS_ list: nothing but keywords, or a single word? */
bool lex_line_is_names(const struct lex *l, const char *p);

bool token_is(const struct token *t, char c);

/* -EINVAL: no such number; -ERANGE: does not fit; a double must be finite. */
_must_check_ int token_uint(const struct token *t, uint64_t max, uint64_t *ret);
_must_check_ int token_double(const struct token *t, double *ret);

/* A whole number -2^63..2^64-1 as its 64 bits, also when written 3.0 or 1e3. */
_must_check_ int token_raw(const struct token *t, int64_t *ret);
