/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/num.h"
#include "dbc/lex.h"
#include "dbc/text.h"

/* More than any double needs to be exact. */
#define NUMBER_MAX 800

static const struct {
	const char *word;
	enum keyword keyword;
} keywords[] = {
	{ "SG_", KEYWORD_SG },
	{ "BO_", KEYWORD_BO },
	{ "BA_", KEYWORD_BA },
	{ "CM_", KEYWORD_CM },
	{ "VAL_", KEYWORD_VAL },
	{ "VAL_TABLE_", KEYWORD_VAL_TABLE },
	{ "SIG_VALTYPE_", KEYWORD_SIG_VALTYPE },
	{ "BA_DEF_", KEYWORD_BA_DEF },
	{ "BA_DEF_DEF_", KEYWORD_BA_DEF_DEF },
	{ "BU_", KEYWORD_BU },
	{ "BS_", KEYWORD_BS },
	{ "NS_", KEYWORD_NS },
	{ "VERSION", KEYWORD_VERSION },
	{ "EV_", KEYWORD_OTHER },
	{ "BO_TX_BU_", KEYWORD_OTHER },
	{ "SIG_GROUP_", KEYWORD_OTHER },
	{ "SG_MUL_VAL_", KEYWORD_SG_MUL_VAL },
	{ "BA_REL_", KEYWORD_OTHER },
	{ "BA_DEF_REL_", KEYWORD_OTHER },
	{ "BA_DEF_DEF_REL_", KEYWORD_OTHER },
	{ "BU_SG_REL_", KEYWORD_OTHER },
	{ "BU_BO_REL_", KEYWORD_OTHER },
	{ "BU_EV_REL_", KEYWORD_OTHER },
	{ "ENVVAR_DATA_", KEYWORD_OTHER },
	{ "EV_DATA_", KEYWORD_OTHER },
	{ "SGTYPE_", KEYWORD_OTHER },
	{ "SGTYPE_VAL_", KEYWORD_OTHER },
	{ "BA_DEF_SGTYPE_", KEYWORD_OTHER },
	{ "BA_SGTYPE_", KEYWORD_OTHER },
	{ "SIG_TYPE_REF_", KEYWORD_OTHER },
	{ "SIGTYPE_VALTYPE_", KEYWORD_OTHER },
	{ "NS_DESC_", KEYWORD_OTHER },
	{ "CAT_DEF_", KEYWORD_OTHER },
	{ "CAT_", KEYWORD_OTHER },
	{ "FILTER", KEYWORD_OTHER },
};

enum {
	BLANK = 1 << 0,
	EOL = 1 << 1,
	DIGIT = 1 << 2,
	LETTER = 1 << 3,
};

static const uint8_t classes[256] = {
	[' '] = BLANK,		['\t'] = BLANK, ['\v'] = BLANK,
	['\f'] = BLANK,		['\n'] = EOL,	['\r'] = EOL,
	['0' ... '9'] = DIGIT,	['_'] = LETTER, ['A' ... 'Z'] = LETTER,
	['a' ... 'z'] = LETTER,
};

static bool is(char c, unsigned int class)
{
	return classes[(uint8_t)c] & class;
}

static enum keyword keyword_of(const char *p, size_t len)
{
	if (p[len - 1] != '_' && *p != 'V' && *p != 'F')
		return KEYWORD_NONE;
	for (size_t i = 0; i < ARRAY_SIZE(keywords); i++)
		if (!strncmp(keywords[i].word, p, len) && !keywords[i].word[len])
			return keywords[i].keyword;

	return KEYWORD_NONE;
}

static const char *word_end(const char *p, const char *end)
{
	while (p < end && is(*p, LETTER | DIGIT))
		p++;

	return p;
}

static const char *digits_end(const char *p, const char *end)
{
	while (p < end && is(*p, DIGIT))
		p++;

	return p;
}

/* The end of the number at P; P if there is none. */
static const char *number_end(const char *p, const char *end)
{
	const char *start = p, *digits, *e;

	if (p < end && *p == '-')
		p++;
	digits = p;
	p = digits_end(p, end);
	if (p < end && *p == '.') {
		p = digits_end(p + 1, end);
		if (p == digits + 1)
			return start;
	}
	if (p == digits)
		return start;
	if (p < end && (*p == 'e' || *p == 'E')) {
		e = p + 1;
		if (e < end && (*e == '-' || *e == '+'))
			e++;
		if (e < end && is(*e, DIGIT))
			p = digits_end(e, end);
	}

	return p;
}

/* A quote after a backslash is text, but in "C:\"; at the end of a line it does close. */
static bool quote_closes(const char *q, const char *end)
{
	if (q[-1] != '\\')
		return true;
	for (q++; q < end && is(*q, BLANK); q++)
		;
	if (q == end || *q != ';')
		return false;
	for (q++; q < end && is(*q, BLANK); q++)
		;

	return q == end || is(*q, EOL);
}

/* The end of the string at P, behind its closing quote; NULL: not closed. */
static const char *string_end(struct lex *l, const char *p)
{
	const char *q = p;

	if (l->unclosed && p >= l->unclosed)
		return NULL;
	while ((q = memchr(q + 1, '"', (size_t)(l->end - q - 1))))
		if (quote_closes(q, l->end))
			return q + 1;
	l->unclosed = p;

	return NULL;
}

void lex_next(struct lex *l)
{
	struct token *t = &l->tok;
	const char *p = l->p, *end;

	*t = (struct token){ .gap = p };
	for (; p < l->end && is(*p, BLANK | EOL); p++)
		if (is(*p, EOL))
			t->first = true;
	t->p = end = p;
	if (p == l->end) {
		t->kind = TOKEN_END;
	} else if (is(*p, LETTER)) {
		t->kind = TOKEN_WORD;
		end = word_end(p, l->end);
		t->keyword = keyword_of(p, (size_t)(end - p));
	} else if (*p == '"') {
		end = string_end(l, p);
		t->kind = end ? TOKEN_STRING : TOKEN_UNCLOSED;
		end = end ? end : l->end;
	} else {
		end = number_end(p, l->end);
		t->kind = end > p ? TOKEN_NUMBER : TOKEN_CHAR;
		if (end == p)
			end = p + MAX(text_utf8(p, l->end), (size_t)1);
	}
	t->len = (size_t)(end - p);
	l->p = end;
}

void lex_init(struct lex *l, const char *text, size_t len)
{
	size_t bom = len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3) ? 3 : 0;

	*l = (struct lex){ .p = text + bom, .end = text + len };
	lex_next(l);
	l->tok.first = true;
}

void lex_seek(struct lex *l, const char *p)
{
	l->p = p;
	lex_next(l);
}

static const char *line_end(const struct lex *l, const char *p)
{
	while (p < l->end && !is(*p, EOL))
		p++;

	return p;
}

void lex_skip_line(struct lex *l, const char *p)
{
	lex_seek(l, line_end(l, p));
}

void lex_skip_to_keyword(struct lex *l, const char *p)
{
	for (;;) {
		const char *eol = line_end(l, p), *end;

		for (p = eol; p < l->end && is(*p, BLANK | EOL); p++)
			if (is(*p, EOL))
				eol = p;
		end = word_end(p, l->end);
		if (p == l->end || (end > p && keyword_of(p, (size_t)(end - p)))) {
			lex_seek(l, eol);
			return;
		}
	}
}

bool lex_line_is_names(const struct lex *l, const char *p)
{
	size_t words = 0, others = 0;

	while (p < l->end && !is(*p, EOL)) {
		const char *end = word_end(p, l->end);

		if (is(*p, BLANK)) {
			p++;
			continue;
		}
		if (end == p || is(*p, DIGIT))
			return false;
		words++;
		others += keyword_of(p, (size_t)(end - p)) == KEYWORD_NONE;
		p = end;
	}

	return words == 1 || others == 0;
}

bool token_is(const struct token *t, char c)
{
	return t->kind == TOKEN_CHAR && *t->p == c;
}

int token_uint(const struct token *t, uint64_t max, uint64_t *ret)
{
	bool over = false;
	uint64_t v = 0;

	if (t->kind != TOKEN_NUMBER)
		return -EINVAL;
	for (size_t i = 0; i < t->len; i++) {
		if (!is(t->p[i], DIGIT))
			return -EINVAL;
		over |= __builtin_mul_overflow(v, (uint64_t)10, &v);
		over |= __builtin_add_overflow(v, (uint64_t)(t->p[i] - '0'), &v);
	}
	if (over || v > max)
		return -ERANGE;
	*ret = v;

	return 0;
}

/*
 * Up to 15 digits and a power of ten up to 10^22 are exact doubles, and so one
 * multiplication or division of them is rounded right.
 */
static bool short_double(const struct token *t, double *ret)
{
	static const double tens[] = { 1e0, 1e1, 1e2,  1e3,  1e4,  1e5,	 1e6,  1e7,
				       1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15 };
	size_t i = *t->p == '-', digits = 0, decimals = 0;
	bool point = false;
	uint64_t v = 0;

	for (; i < t->len; i++) {
		if (t->p[i] == '.') {
			point = true;
			continue;
		}
		if (!is(t->p[i], DIGIT) || ++digits > 15)
			return false;
		v = v * 10 + (uint64_t)(t->p[i] - '0');
		decimals += point;
	}
	*ret = (double)v / tens[decimals];
	if (*t->p == '-')
		*ret = -*ret;

	return true;
}

int token_double(const struct token *t, double *ret)
{
	char buf[NUMBER_MAX + 1];

	if (t->kind != TOKEN_NUMBER)
		return -EINVAL;
	if (short_double(t, ret))
		return 0;
	if (t->len > NUMBER_MAX)
		return -ERANGE;
	memcpy(buf, t->p, t->len);
	buf[t->len] = '\0';

	return num_parse_double(buf, ret);
}

int token_raw(const struct token *t, int64_t *ret)
{
	struct token digits = *t;
	uint64_t u;
	double d;
	int r;

	if (t->kind == TOKEN_NUMBER && *t->p == '-') {
		digits.p++;
		digits.len--;
		r = token_uint(&digits, (uint64_t)INT64_MAX + 1, &u);
		u = 0 - u;
	} else {
		r = token_uint(t, UINT64_MAX, &u);
	}
	if (r == 0)
		*ret = (int64_t)u;
	if (r != -EINVAL)
		return r;

	r = token_double(t, &d);
	if (r < 0)
		return r;
	if (!(d >= -0x1p63 && d < 0x1p63))
		return -ERANGE;
	if (d != (double)(int64_t)d)
		return -EINVAL;
	*ret = (int64_t)d;

	return 0;
}
