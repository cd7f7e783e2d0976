/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "base/num.h"
#include "sim/car.h"
#include "sim/script.h"

/* The words of the control language (DESIGN 7) and how a line is matched with a verb. */

#define LINE_WORDS (COMMAND_WORDS + 3) /* a time before, and one too many after */
#define WORD_MAX 31 /* longer ones mean nothing */
#define COUNT_MAX 1000

struct word {
	const char *p;
	size_t len;
	unsigned int column;
};

int sim_command_fail(struct sim_fault *f, unsigned int column, const char *format, ...)
{
	va_list ap;

	f->column = column;
	va_start(ap, format);
	vsnprintf(f->text, sizeof(f->text), format, ap);
	va_end(ap);

	return -EINVAL;
}

/* W for a message: what is not printable ASCII is escaped, what is too long is cut. */
static const char *quote(const struct word *w, char *buf, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < w->len; i++) {
		unsigned char c = (unsigned char)w->p[i];

		if (n + sizeof("\\x00...") > size) {
			n += (size_t)snprintf(buf + n, size - n, "...");
			break;
		}
		if (c < 0x20 || c > 0x7e)
			n += (size_t)snprintf(buf + n, size - n, "\\x%02x", c);
		else
			buf[n++] = (char)c;
	}
	buf[n] = '\0';

	return buf;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Up to the comment. *ret_end: the column behind the last word. */
static size_t split(const char *text, size_t len, struct word *words,
		    unsigned int *ret_end)
{
	size_t n = 0, i = 0;

	*ret_end = 1;
	while (n < LINE_WORDS) {
		size_t start;

		while (i < len && is_blank(text[i]))
			i++;
		if (i == len || text[i] == '#')
			break;
		start = i;
		while (i < len && !is_blank(text[i]) && text[i] != '#')
			i++;
		words[n++] =
			(struct word){ text + start, i - start, (unsigned int)start + 1 };
		*ret_end = (unsigned int)i + 1;
	}

	return n;
}

static bool is(const struct word *w, const char *s, size_t len)
{
	return w->len == len && !memcmp(w->p, s, len);
}

/* A copy that ends with NUL, for the parsers of base/. */
static bool text_of(const struct word *w, char *buf)
{
	if (w->len > WORD_MAX || memchr(w->p, '\0', w->len))
		return false;
	memcpy(buf, w->p, w->len);
	buf[w->len] = '\0';

	return true;
}

static bool uint_value(const char *s, uint64_t min, uint64_t max, int64_t *ret)
{
	uint64_t v;

	if (num_parse_uint(s, max, &v) < 0 || v < min)
		return false;
	*ret = (int64_t)v;

	return true;
}

static bool key_value(const char *s, int64_t *ret)
{
	return uint_value(s, 1, SIM_KEYS, ret);
}

/* DKEY_OWNER or a recipient's. */
static bool phone_value(const char *s, int64_t *ret)
{
	if (!strcmp(s, "owner")) {
		*ret = DKEY_OWNER;
		return true;
	}

	return uint_value(s, DKEY_PHONE_FIRST, DKEY_PHONE_LAST, ret);
}

static bool fob_value(const char *s, int64_t *ret)
{
	return uint_value(s, 1, SIM_FOBS, ret);
}

static bool slot_value(const char *s, int64_t *ret)
{
	return uint_value(s, 0, SIM_SLOTS - 1, ret);
}

static bool count_value(const char *s, int64_t *ret)
{
	return uint_value(s, 0, COUNT_MAX, ret);
}

static bool byte_value(const char *s, int64_t *ret)
{
	size_t n = strlen(s);
	int v = 0;

	if (n < 1 || n > 2)
		return false;
	for (; *s; s++) {
		if (hex_digit(*s) < 0)
			return false;
		v = v << 4 | hex_digit(*s);
	}
	*ret = v;

	return true;
}

/* And how many digits it has, << 32. */
static bool dtc_value(const char *s, int64_t *ret)
{
	size_t n = strlen(s);
	int64_t v = 0;

	if (n < 2 || n > 6)
		return false;
	for (; *s; s++) {
		if (hex_digit(*s) < 0)
			return false;
		v = v << 4 | hex_digit(*s);
	}
	*ret = v | (int64_t)n << 32;

	return true;
}

/* An enum module_name. */
static bool module_value(const char *s, int64_t *ret)
{
	static const char *const names[] = {
		[MODULE_GM] = "gm",	  [MODULE_EWS] = "ews", [MODULE_IKE] = "ike",
		[MODULE_DME] = "dme",
		[MODULE_CAS] = "cas",	  [MODULE_FRM] = "frm", [MODULE_JBE] = "jbe",
		[MODULE_KOMBI] = "kombi", [MODULE_BDC] = "bdc", [MODULE_ZGW] = "zgw",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(names[i], s)) {
			*ret = (int64_t)i;
			return true;
		}

	return false;
}

/* In millionths. */
static bool percent_value(const char *s, int64_t *ret)
{
	char number[WORD_MAX + 1];
	size_t n = strlen(s);
	double v;

	if (n < 2 || s[n - 1] != '%')
		return false;
	memcpy(number, s, n - 1);
	number[n - 1] = '\0';
	if (num_parse_double(number, &v) < 0 || v < 0 || v > 100)
		return false;
	*ret = (int64_t)(v * 10000 + 0.5);

	return true;
}

static bool time_value(const char *s, int64_t *ret)
{
	nsec_t t;

	if (num_parse_duration(s, &t) < 0 || t > COMMAND_TIME_MAX)
		return false;
	*ret = t;

	return true;
}

static const struct {
	const char *pattern;
	const char *expected;
	bool (*parse)(const char *s, int64_t *ret);
} values[] = {
	{ "<key>", "the number of a key of this car, 1 or 2", key_value },
	{ "<fob>", "the number of a fob, 1 to 5", fob_value },
	{ "<phone>", "owner or the number of a phone, 2 to 30", phone_value },
	{ "<slot>", "a slot, 0 to 3", slot_value },
	{ "<count>", "a number up to 1000", count_value },
	{ "<byte>", "a byte of two hexadecimal digits", byte_value },
	{ "<module>", "a module of this car", module_value },
	{ "<dtc>", "the code of a fault such as A125", dtc_value },
	{ "<percent>", "a percentage such as 5%", percent_value },
	{ "<time>", "a time such as 1.5s or 300ms", time_value },
};

/* The next word of a pattern; its end is the next *p. Length 0: there is none. */
static size_t next_element(const char **p, const char **ret)
{
	while (**p == ' ')
		(*p)++;
	*ret = *p;
	*p += strcspn(*p, " ");

	return (size_t)(*p - *ret);
}

static bool match_alternatives(const char *e, size_t len, const struct word *w,
			       int64_t *ret)
{
	const char *end = e + len;

	for (int64_t i = 0; e < end; i++) {
		const char *bar = memchr(e, '|', (size_t)(end - e));
		size_t n = bar ? (size_t)(bar - e) : (size_t)(end - e);

		if (is(w, e, n)) {
			*ret = i;
			return true;
		}
		e += n + 1;
	}

	return false;
}

static bool match_element(const char *e, size_t len, const struct word *w, int64_t *ret)
{
	char text[WORD_MAX + 1];

	if (*e != '<')
		return match_alternatives(e, len, w, ret);
	if (!text_of(w, text))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(values); i++)
		if (!strncmp(values[i].pattern, e, len))
			return values[i].parse(text, ret);

	return false;
}

/*
 * How many words agree; *ret_rest: what the pattern wants next, of *ret_len, or 0 at its
 * end.
 */
static size_t match(const struct verb *v, const struct word *words, size_t n,
		    struct command *c, const char **ret_rest, size_t *ret_len)
{
	const char *p = v->pattern;
	size_t i = 0;

	for (;;) {
		*ret_len = next_element(&p, ret_rest);
		if (*ret_len == 0)
			return i;
		if (is(&(struct word){ *ret_rest, *ret_len, 0 }, "...", 3)) {
			*ret_len = 0;
			return n;
		}
		if (i == n ||
		    !match_element(*ret_rest, *ret_len, &words[i], &c->value[i]))
			return i;
		c->column[i] = words[i].column;
		i++;
	}
}

/* Adds what a pattern wants to the list in BUF: words, or what a value is. */
static void add_expected(char *buf, size_t size, const char *e, size_t len)
{
	size_t n = strlen(buf);
	const char *sep = n ? ", " : "";

	if (*e == '<') {
		for (size_t i = 0; i < ARRAY_SIZE(values); i++)
			if (!strncmp(values[i].pattern, e, len))
				snprintf(buf + n, size - n, "%s%s", sep,
					 values[i].expected);
		return;
	}
	snprintf(buf + n, size - n, "%s", sep);
	n = strlen(buf);
	for (size_t i = 0; i < len && n + 2 < size; i++) {
		if (e[i] == '|')
			buf[n++] = ',';
		buf[n++] = e[i] == '|' ? ' ' : e[i];
	}
	buf[n] = '\0';
}

/*
 * Whether one of the verbs before V, with the same first DEPTH words, wants the same
 * next.
 */
static bool said_before(const struct verb *v, const struct word *words, size_t n,
			size_t depth, const char *e, size_t len)
{
	for (const struct verb *o = sim_verbs; o < v; o++) {
		struct command c;
		const char *rest;
		size_t rest_len;

		if (match(o, words, n, &c, &rest, &rest_len) == depth &&
		    rest_len == len && !memcmp(rest, e, len))
			return true;
	}

	return false;
}

/* No verb matches: say what is wrong at the deepest word any of them came to. */
static int explain(const struct word *words, size_t n, size_t depth, unsigned int end,
		   struct sim_fault *f)
{
	char expected[sizeof(f->text) - 50] = "", word[40];

	for (size_t i = 0; i < sim_n_verbs; i++) {
		struct command c;
		const char *e;
		size_t len;

		if (match(&sim_verbs[i], words, n, &c, &e, &len) == depth && len > 0 &&
		    !said_before(&sim_verbs[i], words, n, depth, e, len))
			add_expected(expected, sizeof(expected), e, len);
	}
	if (depth == n)
		return sim_command_fail(f, end, "the line ends too early: %s", expected);
	quote(&words[depth], word, sizeof(word));
	if (depth == 0)
		return sim_command_fail(f, words[0].column, "unknown verb '%s'", word);
	if (!*expected)
		return sim_command_fail(f, words[depth].column, "'%s' is too much here",
					word);

	return sim_command_fail(f, words[depth].column, "'%s' should be %s", word,
				expected);
}

static int find_verb(const struct word *words, size_t n, unsigned int end,
		     struct command *ret, struct sim_fault *f)
{
	size_t deepest = 0;

	for (size_t i = 0; i < sim_n_verbs; i++) {
		struct command c = { .verb = &sim_verbs[i] };
		const char *rest;
		size_t len, depth = match(&sim_verbs[i], words, n, &c, &rest, &len);

		if (depth == n && len == 0) {
			*ret = c;
			ret->column[0] = words[0].column;
			return 0;
		}
		deepest = MAX(deepest, depth);
	}

	return explain(words, n, deepest, end, f);
}

/* `at T` or `wait T` before the verb. Returns how many words it takes, 0 or 2. */
static int parse_time(const struct word *words, size_t n, unsigned int end,
		      struct command_time *ret, struct sim_fault *f)
{
	char text[WORD_MAX + 1], word[40];
	bool at = is(&words[0], "at", 2);

	*ret = (struct command_time){ COMMAND_PLAIN, 0 };
	if (!at && !is(&words[0], "wait", 4))
		return 0;
	if (n < 2)
		return sim_command_fail(f, end,
					"the line ends too early: a time such as 1.5s");
	if (!text_of(&words[1], text) || !time_value(text, &ret->t))
		return sim_command_fail(f, words[1].column,
					"'%s' should be a time such as 1.5s or 300ms",
					quote(&words[1], word, sizeof(word)));
	if (n < 3)
		return sim_command_fail(f, end,
					"the line ends too early: nothing to do then");
	ret->when = at ? COMMAND_AT : COMMAND_WAIT;

	return 2;
}

int sim_command_parse(const struct sim *s, const char *text, size_t len,
		      struct command_time *ret_time, struct command *ret,
		      struct sim_fault *ret_fault)
{
	struct word words[LINE_WORDS];
	struct command_time when;
	struct command c;
	unsigned int end;
	size_t n = split(text, len, words, &end);
	int r;

	if (n == 0) {
		*ret_time = (struct command_time){ COMMAND_PLAIN, 0 };
		*ret = (struct command){ .verb = NULL };
		return 0;
	}
	r = parse_time(words, n, end, &when, ret_fault);
	if (r < 0)
		return r;
	r = find_verb(words + r, n - (size_t)r, end, &c, ret_fault);
	if (r < 0)
		return r;
	if (c.verb->check) {
		r = c.verb->check(s, &c, ret_fault);
		if (r < 0)
			return r;
	}
	*ret_time = when;
	*ret = c;

	return 0;
}
