/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "dbc/arena.h"
#include "dbc/fault.h"
#include "dbc/text.h"

#define TEXT_MAX 256

struct fault {
	const char *at;
	const char *text, *other;
	uint32_t len;		/* of the token, as far as it is shown */
	uint8_t kind;
	char want;
	bool doubt;
};

/* A place in the text, which only moves forward. */
struct place {
	const char *p, *end;
	unsigned int line, column;
};

static int add(struct fault_list *l, const struct token *tok, const struct fault *like)
{
	struct fault *v = array_grow(l->v, l->n, &l->cap, sizeof(*v));

	if (!v)
		return -ENOMEM;
	l->v = v;
	v += l->n++;
	*v = *like;
	v->at = tok->p;
	v->len = (uint32_t)MIN(tok->len, (size_t)TEXT_MAX);
	v->kind = (uint8_t)tok->kind;

	return 0;
}

int fault_list_add(struct fault_list *l, const struct token *tok, const char *text,
		   char want)
{
	return add(l, tok, &(struct fault){ .text = text, .want = want });
}

int fault_list_doubt(struct fault_list *l, const struct token *tok, const char *text,
		     const char *other)
{
	return add(l, tok,
		   &(struct fault){ .text = text, .other = other, .doubt = true });
}

static int compare(const void *a, const void *b)
{
	const struct fault *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

/* A column is a character, be it UTF-8 or a single byte. */
static void place_move(struct place *at, const char *to)
{
	while (at->p < to) {
		size_t n = text_utf8(at->p, at->end);

		if (*at->p == '\n' ||
		    (*at->p == '\r' && (at->p + 1 == at->end || at->p[1] != '\n'))) {
			at->line++;
			at->column = 1;
		} else {
			at->column++;
		}
		at->p += n ? n : 1;
	}
}

static size_t put_token(char *to, const struct fault *f)
{
	const char *words = NULL;

	if (f->kind == TOKEN_END)
		words = "the end of the file";
	else if (f->kind == TOKEN_UNCLOSED)
		words = "a string that is never closed";
	if (!words)
		return text_quote(to, f->at, f->len);
	memcpy(to, words, strlen(words));

	return strlen(words);
}

static void put_text(char *buf, size_t size, const struct fault *f)
{
	size_t n = 0;

	for (const char *t = f->text; *t && n + TEXT_QUOTE_MAX < size; t++) {
		if (*t == '%')
			n += put_token(buf + n, f);
		else if (*t == '&')
			n += text_quote(buf + n, f->other, strlen(f->other));
		else
			buf[n++] = *t == '$' ? f->want : *t;
	}
	buf[n] = '\0';
}

void fault_list_report(struct fault_list *l, const char *name, const char *text,
		       dbc_fault_fn fn, void *arg)
{
	struct place at = { .p = text, .line = 1, .column = 1 };

	if (!fn || !l->n)
		return;
	qsort(l->v, l->n, sizeof(*l->v), compare);
	at.end = l->v[l->n - 1].at + l->v[l->n - 1].len;
	for (size_t i = 0; i < l->n; i++) {
		char buf[TEXT_MAX];
		struct dbc_fault fault = { .name = name, .text = buf };

		place_move(&at, l->v[i].at);
		put_text(buf, sizeof(buf), &l->v[i]);
		fault.doubt = l->v[i].doubt;
		fault.line = at.line;
		fault.column = at.column;
		fn(&fault, arg);
	}
}

void fault_list_free(struct fault_list *l)
{
	free(l->v);
	*l = (struct fault_list){ 0 };
}
