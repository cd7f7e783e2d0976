/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `dbc show` for people. */
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "cli/dbc-show.h"
#include "out/utf8.h"

#define LINE 80u
#define CELL_MAX 160

void show_text(struct out *o, const char *s, size_t n, bool utf8)
{
	for (size_t i = 0; !utf8 && i < n; i++)
		if ((uint8_t)s[i] >= 0x80) {
			out_put_escaped(o, s, i);
			out_printf(o, "\\x%02X", (uint8_t)s[i]);
			s += i + 1;
			n -= i + 1;
			i = SIZE_MAX;
		}
	out_put_escaped(o, s, n);
}

size_t show_width(const char *s, size_t n, bool utf8)
{
	size_t width = 0;

	for (size_t i = 0; i < n;) {
		size_t len = utf8_length(s + i, n - i);
		bool plain = len > 1 ? utf8 : len == 1 && (uint8_t)s[i] >= ' ' &&
						     s[i] != 0x7f;

		width += plain ? 1 : 4 * MAX(len, (size_t)1);
		i += MAX(len, (size_t)1);
	}

	return width;
}

const char *show_order(const struct dbc_signal *s)
{
	return s->motorola ? "motorola" : "intel";
}

const char *show_type(const struct dbc_signal *s)
{
	switch (s->kind) {
	case DBC_UNSIGNED:
		return "unsigned";
	case DBC_SIGNED:
		return "signed";
	case DBC_FLOAT:
		return "float";
	case DBC_DOUBLE:
		return "double";
	}

	return "";
}

const char *show_cycle(const struct dbc *dbc, const struct dbc_message *m)
{
	const char *ms = dbc_message_attr(dbc, m, "GenMsgCycleTime");

	return ms && *ms && strcmp(ms, "0") != 0 ? ms : NULL;
}

/* ---- tables: every cell is made twice, first to see how wide its column is ---- */

/* Write the cell as it is to BUF (CELL_MAX); the header's is row SIZE_MAX. */
typedef void (*cell_fn)(const void *of, size_t row, size_t column, char *buf);

struct table {
	cell_fn cell;
	const void *of;
	size_t rows, columns;
	const char *align;	/* a letter a column: 'l' or 'r' */
};

static void put_table(struct out *o, const struct table *t, bool utf8)
{
	size_t width[16] = { 0 };
	char buf[CELL_MAX];

	for (size_t r = 0; r <= t->rows; r++)
		for (size_t c = 0; c < t->columns; c++) {
			t->cell(t->of, r - 1, c, buf);
			width[c] = MAX(width[c], show_width(buf, strlen(buf), utf8));
		}
	for (size_t r = 0; r <= t->rows; r++) {
		size_t blanks = 0;

		for (size_t c = 0; c < t->columns; c++) {
			size_t pad, n;

			t->cell(t->of, r - 1, c, buf);
			n = strlen(buf);
			pad = width[c] - show_width(buf, n, utf8);
			if (t->align[c] == 'r')
				blanks += pad;
			if (n)
				out_printf(o, "%*s", (int)blanks, "");
			show_text(o, buf, n, utf8);
			blanks = (n ? 0 : blanks) + (t->align[c] == 'r' ? 0 : pad) +
				 (width[c] ? 1 : 0);
		}
		out_putc(o, '\n');
	}
}

static void cell_copy(char *buf, const char *s)
{
	size_t n = strlen(s), cut = CELL_MAX - 4;

	if (n < CELL_MAX) {
		memcpy(buf, s, n + 1);
		return;
	}
	while (cut && ((uint8_t)s[cut] & 0xc0) == 0x80)
		cut--;
	memcpy(buf, s, cut);
	memcpy(buf + cut, "...", 4);
}

/* ---- the messages of a file ---- */

static void list_cell(const void *of, size_t row, size_t column, char *buf)
{
	static const char *const heads[] = { "Id",     "Message", "Bytes",
					     "Sender", "ms",      "Signals" };
	const struct dbc *dbc = of;
	const struct dbc_message *m;
	const char *cycle;

	if (row == SIZE_MAX) {
		cell_copy(buf, heads[column]);
		return;
	}
	m = dbc->messages + row;
	cycle = show_cycle(dbc, m);
	switch (column) {
	case 0:
		snprintf(buf, CELL_MAX, "%0*X", m->ext ? 8 : 3, m->id);
		return;
	case 1:
		cell_copy(buf, m->name);
		return;
	case 2:
		snprintf(buf, CELL_MAX, "%u", m->len);
		return;
	case 3:
		cell_copy(buf, m->sender);
		return;
	case 4:
		cell_copy(buf, cycle ? cycle : "-");
		return;
	default:
		snprintf(buf, CELL_MAX, "%zu", m->n_signals);
		return;
	}
}

void show_list(struct out *o, const struct dbc *dbc, bool utf8)
{
	put_table(o,
		  &(struct table){
			  .cell = list_cell,
			  .of = dbc,
			  .rows = dbc->n_messages,
			  .columns = 6,
			  .align = "rlrlrr",
		  },
		  utf8);
}

/* ---- one message ---- */

static void number_cell(char *buf, double v)
{
	buf[num_put_double(buf, 32, v)] = '\0';
}

static void signal_cell(const void *of, size_t row, size_t column, char *buf)
{
	static const char *const heads[] = { "",       "Signal", "Start", "Bits",
					     "Order",  "Type",   "Factor", "Offset",
					     "Min",    "Max",    "Unit",   "When" };
	const struct dbc_message *m = of;
	const struct dbc_signal *s;
	char key[8];

	if (row == SIZE_MAX) {
		cell_copy(buf, column == 11 && !m->selector ? "" : heads[column]);
		return;
	}
	s = m->signals + row;
	*buf = '\0';
	switch (column) {
	case 0:
		cell_copy(buf, show_key(row, key));
		return;
	case 1:
		cell_copy(buf, s->name);
		return;
	case 2:
	case 3:
		snprintf(buf, CELL_MAX, "%u", column == 2 ? s->start : s->bits);
		return;
	case 4:
		cell_copy(buf, show_order(s));
		return;
	case 5:
		cell_copy(buf, s->kind == DBC_UNSIGNED ? "uint" :
			       s->kind == DBC_SIGNED   ? "int" :
							 show_type(s));
		return;
	case 6:
	case 7:
		number_cell(buf, column == 6 ? s->factor : s->offset);
		return;
	case 8:
	case 9:
		cell_copy(buf, "-");
		if (s->min < s->max || s->min > s->max || s->min < 0 || s->min > 0)
			number_cell(buf, column == 8 ? s->min : s->max);
		return;
	case 10:
		cell_copy(buf, s->unit);
		return;
	default:
		if (s->mux == DBC_MUX_MEMBER)
			show_condition(s, buf, CELL_MAX);
		return;
	}
}

/* TEXT from a file, broken at its blanks, each line INDENT from the left. */
static void put_wrapped(struct out *o, const char *text, size_t indent, bool utf8)
{
	size_t column = 0;

	while (*text) {
		size_t n = strcspn(text, " \t\n"), width = show_width(text, n, utf8);
		bool fits = column && column + 1 + width < LINE;

		if (n) {
			if (!fits)
				out_printf(o, "%s%*s", column ? "\n" : "", (int)indent, "");
			else
				out_putc(o, ' ');
			column = fits ? column + 1 + width : indent + width;
			show_text(o, text, n, utf8);
		}
		text += n;
		if (*text == '\n' && column) {
			out_putc(o, '\n');
			column = 0;
		}
		text += *text != '\0';
	}
	if (column)
		out_putc(o, '\n');
}

static void put_words(struct out *o, const struct dbc_message *m, bool utf8)
{
	for (size_t i = 0; i < m->n_signals; i++) {
		const struct dbc_signal *s = &m->signals[i];

		if (!s->n_values)
			continue;
		out_printf(o, "\nValues of %s:\n", s->name);
		for (size_t k = 0; k < s->n_values; k++) {
			const struct dbc_value *v = &s->values[k];

			if (s->kind == DBC_UNSIGNED && s->bits == 64)
				out_printf(o, "%8llu  ", (unsigned long long)v->raw);
			else
				out_printf(o, "%8lld  ", (long long)v->raw);
			show_text(o, v->text, strlen(v->text), utf8);
			out_putc(o, '\n');
		}
	}
}

static void put_comments(struct out *o, const struct dbc_message *m, bool utf8)
{
	for (size_t i = 0; i < m->n_signals; i++) {
		if (!m->signals[i].comment)
			continue;
		out_printf(o, "\n%s:\n", m->signals[i].name);
		put_wrapped(o, m->signals[i].comment, 2, utf8);
	}
}

static void put_attrs(struct out *o, const struct dbc *dbc, const char *of,
		      const struct dbc_attr *attrs, bool utf8)
{
	const char *name, *value;
	size_t cursor = 0;

	while (dbc_next_attr(dbc, attrs, &cursor, &name, &value)) {
		if (of)
			out_printf(o, "\nAttributes of %s:\n", of);
		of = NULL;
		out_puts(o, "  ");
		show_text(o, name, strlen(name), utf8);
		out_puts(o, " = ");
		show_text(o, value, strlen(value), utf8);
		out_putc(o, '\n');
	}
}

void show_message(struct out *o, const struct dbc *dbc, const struct dbc_message *m,
		  bool utf8)
{
	const char *cycle = show_cycle(dbc, m);

	out_printf(o, "%0*X  %s  %u byte%s from %s", m->ext ? 8 : 3, m->id, m->name, m->len,
		   m->len == 1 ? "" : "s", m->sender);
	if (cycle)
		out_printf(o, " every %s ms", cycle);
	out_putc(o, '\n');
	if (m->comment)
		put_wrapped(o, m->comment, 2, utf8);
	out_putc(o, '\n');
	show_picture(o, m, utf8);
	if (m->n_signals) {
		out_putc(o, '\n');
		put_table(o,
			  &(struct table){
				  .cell = signal_cell,
				  .of = m,
				  .rows = m->n_signals,
				  .columns = 12,
				  .align = "llrrllrrrrll",
			  },
			  utf8);
	}
	put_words(o, m, utf8);
	put_comments(o, m, utf8);
	put_attrs(o, dbc, m->name, m->attrs, utf8);
	for (size_t i = 0; i < m->n_signals; i++)
		put_attrs(o, dbc, m->signals[i].name, m->signals[i].attrs, utf8);
}
