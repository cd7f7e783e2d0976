/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The layout of a message: a row per byte, bit 7 at the left, a cell per signal. */
#include <stdio.h>
#include <string.h>

#include "cli/dbc-show.h"

#define CELL 8u			/* columns of a bit, its left border included */
#define BYTES_MAX 64u
#define PICTURES_MAX 64		/* conditions drawn; the table has them all */

enum { NOBODY = -1, CROWD = -2 };

struct bit {
	int owner;		/* number of the signal */
	int other;		/* of a second one, in the same frames; CROWD: of more */
	uint8_t weight;		/* what the bit is in the owner's value: 0 is the least */
};

struct picture {
	const struct dbc_message *m;
	struct out *out;
	bool utf8;
	size_t rows;
	struct bit bits[BYTES_MAX * 8];
};

/* Where lines meet, by what is above (1) and below (2): left side, inside, right side. */
static const char *const boxes[3][4] = {
	{ "\u2500", "\u2514", "\u250c", "\u251c" },
	{ "\u2500", "\u2534", "\u252c", "\u253c" },
	{ "\u2500", "\u2518", "\u2510", "\u2524" },
};

static void put_line(const struct picture *p, size_t n)
{
	while (n--)
		out_puts(p->out, p->utf8 ? boxes[0][0] : "-");
}

static void put_side(const struct picture *p)
{
	out_puts(p->out, p->utf8 ? "\u2502" : "|");
}

const char *show_key(size_t i, char *buf)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	size_t n = 7;

	buf[n] = '\0';
	for (i++; i && n; i = (i - 1) / 52)
		buf[--n] = letters[(i - 1) % 52];

	return buf + n;
}

void show_condition(const struct dbc_signal *s, char *buf, size_t size)
{
	size_t n = (size_t)snprintf(buf, size, "%s =", s->selector->name);

	for (size_t i = 0; i < s->n_ranges && n < size; i++) {
		const struct dbc_range *r = &s->ranges[i];

		n += (size_t)snprintf(buf + n, size - n, "%s %llu", i ? "," : "",
				      (unsigned long long)r->low);
		if (n < size && r->high > r->low)
			n += (size_t)snprintf(buf + n, size - n, "-%llu",
					      (unsigned long long)r->high);
	}
	if (n >= size && size > 4)
		memcpy(buf + size - 4, "...", 4);
}

static bool same_condition(const struct dbc_signal *a, const struct dbc_signal *b)
{
	return a->mux == DBC_MUX_MEMBER && b->mux == DBC_MUX_MEMBER &&
	       a->selector == b->selector && a->n_ranges == b->n_ranges &&
	       !memcmp(a->ranges, b->ranges, a->n_ranges * sizeof(*a->ranges));
}

static void draw_signal(struct picture *p, size_t i)
{
	const struct dbc_signal *s = &p->m->signals[i];
	unsigned int at = s->start;

	for (unsigned int k = 0; k < s->bits; k++, at = dbc_bit_after(s, at)) {
		struct bit *b = &p->bits[at];

		if (b->owner == NOBODY) {
			b->owner = (int)i;
			b->weight = (uint8_t)(s->motorola ? s->bits - 1 - k : k);
		} else {
			b->other = b->other == NOBODY ? (int)i : CROWD;
		}
	}
	p->rows = s->need > p->rows ? s->need : p->rows;
}

static bool same_cell(const struct bit *a, const struct bit *b)
{
	return a->owner == b->owner && a->other == b->other;
}

static bool is_empty(const struct picture *p, size_t row)
{
	for (size_t i = 0; i < 8; i++)
		if (p->bits[row * 8 + i].owner != NOBODY)
			return false;

	return true;
}

/* Is there a border at the left of bit 7-COLUMN of the row? 0 and 8 are the sides. */
static bool has_border(const struct picture *p, size_t row, size_t column)
{
	const struct bit *b;

	if (column == 0 || column == 8)
		return true;
	b = &p->bits[row * 8 + 7 - column];

	return !same_cell(b, b + 1);
}

/* The line between two rows; SIZE_MAX is none. */
static void put_border(const struct picture *p, size_t above, size_t below)
{
	out_puts(p->out, "      ");
	for (size_t i = 0; i <= 8; i++) {
		unsigned int k = (above != SIZE_MAX && has_border(p, above, i)) +
				 2u * (below != SIZE_MAX && has_border(p, below, i));

		if (p->utf8)
			out_puts(p->out, boxes[i == 0 ? 0 : i == 8 ? 2 : 1][k]);
		else
			out_putc(p->out, k ? '+' : '-');
		if (i < 8)
			put_line(p, CELL - 1);
	}
	out_putc(p->out, '\n');
}

/* What is written into a cell of WIDTH columns: the more of the name the better. */
static void cell_text(const struct picture *p, const struct bit *left,
		      const struct bit *right, size_t width, char *buf, size_t size)
{
	const struct dbc_signal *s = &p->m->signals[left->owner];
	unsigned int bits = left->weight - right->weight + 1u;
	char key[8], other[8], part[16] = "";
	const char *k = show_key((size_t)left->owner, key);
	int room;

	if (left->other != NOBODY) {
		snprintf(buf, size, "%s+%s", k,
			 left->other == CROWD ? "..." :
						show_key((size_t)left->other, other));
		return;
	}
	if (bits < s->bits)
		snprintf(part, sizeof(part), bits > 1 ? " %u:%u" : " %u", left->weight,
			 right->weight);
	room = (int)width - (int)strlen(k) - (int)strlen(part) - 1;
	if (room >= (int)strlen(s->name))
		snprintf(buf, size, "%s %s%s", k, s->name, part);
	else if (room > 3)
		snprintf(buf, size, "%s %.*s~%s", k, room - 1, s->name, part);
	else
		snprintf(buf, size, "%s%s", k, part);
}

/* A row of cells; the label is a byte's number, or two. */
static void put_row(const struct picture *p, size_t row, size_t last)
{
	char label[24], text[CELL * 8 + 32];

	snprintf(label, sizeof(label), last > row ? "%zu-%zu" : "%zu", row, last);
	out_printf(p->out, "%5s ", label);
	for (size_t i = 0; i < 8;) {
		const struct bit *left = &p->bits[row * 8 + 7 - i];
		size_t n = 1;

		while (i + n < 8 && !has_border(p, row, i + n))
			n++;
		put_side(p);
		*text = '\0';
		if (left->owner != NOBODY)
			cell_text(p, left, left - (n - 1), n * CELL - 1, text,
				  sizeof(text));
		out_printf(p->out, "%-*.*s", (int)(n * CELL - 1), (int)(n * CELL - 1),
			   text);
		i += n;
	}
	put_side(p);
	out_putc(p->out, '\n');
}

/* The WANTED rows (NULL: all), empty ones together. */
static void put_rows(const struct picture *p, const bool *wanted)
{
	size_t above = SIZE_MAX, last;

	out_puts(p->out, "      ");
	for (unsigned int i = 0; i < 8; i++)
		out_printf(p->out, "%5u   ", 7 - i);
	out_putc(p->out, '\n');
	for (size_t row = 0; row < p->rows; row = last + 1) {
		last = row;
		if (wanted && !wanted[row])
			continue;
		while (is_empty(p, row) && last + 1 < p->rows && is_empty(p, last + 1))
			last++;
		put_border(p, above, row);
		put_row(p, row, last);
		above = row;
	}
	if (above != SIZE_MAX)
		put_border(p, above, SIZE_MAX);
}

static void clear(struct picture *p)
{
	for (size_t i = 0; i < BYTES_MAX * 8; i++)
		p->bits[i] = (struct bit){ .owner = NOBODY, .other = NOBODY };
	p->rows = 0;
}

/* What is always there, and the selectors above S, which may be NULL. */
static void draw_common(struct picture *p, const struct dbc_signal *s)
{
	for (size_t i = 0; i < p->m->n_signals; i++) {
		const struct dbc_signal *x = &p->m->signals[i];
		bool above = false;

		for (const struct dbc_signal *up = s; up && up->mux == DBC_MUX_MEMBER;
		     up = up->selector)
			above |= up->selector == x;
		if (x->mux != DBC_MUX_MEMBER || above)
			draw_signal(p, i);
	}
}

static void put_condition(struct picture *p, size_t first)
{
	const struct dbc_signal *s = &p->m->signals[first];
	bool wanted[BYTES_MAX];
	char text[160];

	clear(p);
	for (size_t i = first; i < p->m->n_signals; i++)
		if (same_condition(&p->m->signals[i], s))
			draw_signal(p, i);
	for (size_t i = 0; i < BYTES_MAX; i++)
		wanted[i] = !is_empty(p, i);
	draw_common(p, s);

	show_condition(s, text, sizeof(text));
	out_puts(p->out, "\nWhen ");
	show_text(p->out, text, strlen(text), p->utf8);
	out_puts(p->out, ":\n");
	put_rows(p, wanted);
}

void show_picture(struct out *o, const struct dbc_message *m, bool utf8)
{
	struct picture p = { .m = m, .out = o, .utf8 = utf8 };
	size_t drawn[PICTURES_MAX], n = 0;

	clear(&p);
	draw_common(&p, NULL);
	p.rows = MAX(p.rows, MIN((size_t)m->len, (size_t)BYTES_MAX));
	if (p.rows)
		put_rows(&p, NULL);
	for (size_t i = 0; i < m->n_signals; i++) {
		bool is_new = m->signals[i].mux == DBC_MUX_MEMBER;

		for (size_t k = 0; is_new && k < n; k++)
			is_new = !same_condition(&m->signals[i], &m->signals[drawn[k]]);
		if (!is_new)
			continue;
		if (n == PICTURES_MAX) {
			out_puts(o, "\nThere are more conditions than are drawn.\n");
			break;
		}
		drawn[n++] = i;
		put_condition(&p, i);
	}
}
