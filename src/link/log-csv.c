/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/hex.h"
#include "base/scan.h"
#include "link/log-format.h"

/*
 * SavvyCAN's CSV: "Time Stamp,ID,Extended,Dir,Bus,LEN,D1,...", microseconds, hexadecimal
 * without 0x. Older ones have no Dir. It has data frames only.
 */

enum column { TIME, ID, EXTENDED, DIR, BUS, LEN, DATA, OTHER };

#define COLUMNS_MAX 16

struct csv_state {
	enum column columns[COLUMNS_MAX];
	size_t n;		/* columns before the data; 0: not known yet */
	bool good;		/* rows of such columns were there */
	struct log_buses buses;
};

static const enum column usual[] = { TIME, ID, EXTENDED, DIR, BUS, LEN };

/* What is up to the next comma, without blanks around it. */
static bool scan_field(struct scan *in, const char **ret, size_t *ret_len)
{
	const char *end, *from, *to;

	if (scan_at_end(in))
		return false;
	end = memchr(in->p, ',', (size_t)(in->end - in->p));
	from = in->p;
	to = end ? end : in->end;
	in->p = end ? end + 1 : in->end;
	while (from < to && scan_is_blank(*from))
		from++;
	while (to > from && scan_is_blank(to[-1]))
		to--;
	*ret = from;
	*ret_len = (size_t)(to - from);

	return true;
}

static enum column column_of(const char *word, size_t len)
{
	static const char *const names[] = { "Time Stamp", "ID", "Extended", "Dir", "Bus", "LEN" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (scan_same(word, len, names[i]))
			return (enum column)i;

	return scan_same(word, len, "D1") ? DATA : OTHER;
}

/* A line of names that has what a frame needs. C may be NULL. */
static bool is_header(struct csv_state *c, struct scan in)
{
	enum column columns[COLUMNS_MAX];
	bool seen[OTHER + 1] = { false };
	const char *word;
	size_t len, n = 0;
	enum column column = OTHER;

	while (column != DATA && n < COLUMNS_MAX && scan_field(&in, &word, &len)) {
		column = column_of(word, len);
		seen[column] = true;
		if (column != DATA)
			columns[n++] = column;
	}
	/* A name that is damaged would shift all columns behind it. */
	if (!seen[TIME] || !seen[ID] || !seen[LEN] || seen[OTHER])
		return false;
	if (c) {
		memcpy(c->columns, columns, n * sizeof(*columns));
		c->n = n;
	}

	return true;
}

static bool field_hex(const char *s, size_t len, uint32_t *ret)
{
	struct scan in = scan_init(s, len);
	size_t digits;

	if (len > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X'))
		in.p += 2;

	return scan_hex(&in, ret, &digits) && scan_at_end(&in);
}

static bool field_uint(const char *s, size_t len, uint64_t max, uint64_t *ret)
{
	struct scan in = scan_init(s, len);

	return scan_uint(&in, max, ret) && scan_at_end(&in);
}

/* "12345", "12345.678": microseconds */
static bool field_time(const char *s, size_t len, nsec_t *ret)
{
	struct scan in = scan_init(s, len);
	bool minus = scan_char(&in, '-');
	uint64_t us;
	nsec_t part = 0, unit = NSEC_PER_USEC;

	if (!scan_uint(&in, INT64_MAX / NSEC_PER_USEC - 1, &us))
		return false;
	if (scan_char(&in, '.'))
		for (; in.p < in.end && *in.p >= '0' && *in.p <= '9'; in.p++) {
			unit /= 10;
			part += (*in.p - '0') * unit;
		}
	*ret = (nsec_t)us * NSEC_PER_USEC + part;
	if (minus)
		*ret = -*ret;

	return scan_at_end(&in);
}

static bool field_bool(const char *s, size_t len, bool *ret)
{
	*ret = scan_same(s, len, "true") || scan_same(s, len, "1");

	return *ret || scan_same(s, len, "false") || scan_same(s, len, "0");
}

struct row {
	struct frame f;
	uint64_t bus, len;
	bool extended, has_extended;
};

static bool take_field(enum column column, const char *s, size_t len, struct row *r)
{
	switch (column) {
	case TIME:
		return field_time(s, len, &r->f.t);
	case ID:
		return field_hex(s, len, &r->f.id) && r->f.id <= FRAME_EFF_MASK;
	case EXTENDED:
		r->has_extended = true;
		return field_bool(s, len, &r->extended);
	case DIR:
		if (scan_same(s, len, "Tx"))
			r->f.flags |= FRAME_TX;
		else if (!scan_same(s, len, "Rx"))
			return false;
		return true;
	case BUS:
		return field_uint(s, len, UINT32_MAX, &r->bus);
	case LEN:
		return field_uint(s, len, FRAME_DATA_MAX, &r->len);
	case DATA:
	case OTHER:
		return true;
	}

	return false;
}

/* On a fault the position is behind the field that is wrong. */
static bool scan_row(const enum column *columns, size_t n, struct scan *in, struct row *r)
{
	const char *s;
	size_t len;

	*r = (struct row){ .f.t = NSEC_NEVER };
	for (size_t i = 0; i < n; i++)
		if (!scan_field(in, &s, &len) || !take_field(columns[i], s, len, r))
			return false;
	for (size_t i = 0; i < r->len; i++) {
		uint32_t byte;

		if (!scan_field(in, &s, &len) || !field_hex(s, len, &byte) || byte > 0xff)
			return false;
		r->f.data[i] = (uint8_t)byte;
	}
	if (r->has_extended ? r->extended : r->f.id > FRAME_SFF_MASK)
		r->f.flags |= FRAME_EXT;
	else if (r->f.id > FRAME_SFF_MASK)
		return false;
	if (r->len > FRAME_CLASSIC_MAX)
		r->f.flags |= FRAME_FD;
	r->f.len = (uint8_t)r->len;

	return true;
}

/* A damaged head must not cost the whole log: as long as no row was good, try the usual. */
static bool read_row(struct csv_state *c, struct scan *in, struct row *r)
{
	struct scan again = *in;

	if (c->n && scan_row(c->columns, c->n, in, r)) {
		c->good = true;
		return true;
	}
	if (c->good || !scan_row(usual, ARRAY_SIZE(usual), &again, r)) {
		if (!c->n)
			*in = again;
		return false;
	}
	memcpy(c->columns, usual, sizeof(usual));
	c->n = ARRAY_SIZE(usual);
	c->good = true;

	return true;
}

static int csv_line(void *state, const char *line, size_t len, size_t from,
		    struct frame *ret_frame, struct log_item *ret_item)
{
	struct scan in = scan_init(line, len);
	struct csv_state *c = state;
	struct row r;

	(void)from;
	scan_trim(&in);
	if (!scan_at_end(&in) && *in.p > '9' && is_header(c, in))
		return 0;
	if (!read_row(c, &in, &r)) {
		ret_item->column = scan_column(&in);
		return -EINVAL;
	}
	ret_item->bus = log_bus_name(&c->buses, (unsigned int)r.bus, &ret_item->bus_len);
	*ret_frame = r.f;

	return 1;
}

static bool csv_probe(const char *line, size_t len)
{
	struct scan in = scan_init(line, len);
	struct row r;

	scan_trim(&in);

	return is_header(NULL, in) || scan_row(usual, ARRAY_SIZE(usual), &in, &r);
}

/* ---- writing ---- */

static size_t csv_head(void *state, const struct frame *f, const char *note, char *buf)
{
	static const char head[] = "Time Stamp,ID,Extended,Dir,Bus,LEN,D1,D2,D3,D4,D5,D6,D7,D8\n";

	(void)state;
	(void)f;
	(void)note;
	memcpy(buf, head, sizeof(head) - 1);

	return sizeof(head) - 1;
}

static size_t csv_put(void *state, const struct frame *f, char *buf)
{
	struct csv_state *c = state;
	uint8_t id[4] = {
		(uint8_t)(f->id >> 24), (uint8_t)(f->id >> 16), (uint8_t)(f->id >> 8), (uint8_t)f->id,
	};
	char *p = buf;
	bool is_new;
	int bus;

	if (f->flags & (FRAME_LOST | FRAME_ERR | FRAME_RTR))
		return 0;
	bus = log_bus_number(&c->buses, f->bus, &is_new);
	if (bus < 0)
		return 0;
	if (f->t != NSEC_NEVER && f->t < 0)
		*p++ = '-';
	p = log_put_uint(p, f->t == NSEC_NEVER ? 0 :
			 (f->t < 0 ? 0 - (uint64_t)f->t : (uint64_t)f->t) / NSEC_PER_USEC, 1);
	*p++ = ',';
	p = hex_put(p, id, 4);
	p = mempcpy(p, (f->flags & FRAME_EXT) ? ",true," : ",false,", (f->flags & FRAME_EXT) ? 6 : 7);
	p = mempcpy(p, (f->flags & FRAME_TX) ? "Tx," : "Rx,", 3);
	p = log_put_uint(p, (uint64_t)bus, 1);
	*p++ = ',';
	p = log_put_uint(p, f->len, 1);
	/* The head promises eight columns of data. */
	for (size_t i = 0; i < MAX(f->len, FRAME_CLASSIC_MAX); i++) {
		*p++ = ',';
		if (i < f->len)
			p = hex_put(p, f->data + i, 1);
	}
	*p++ = '\n';

	return (size_t)(p - buf);
}

const struct log_format log_csv = {
	.name = "csv",
	.ending = ".csv",
	.doc = "SavvyCAN's CSV: data frames, microseconds",
	.state_size = sizeof(struct csv_state),
	.probe = csv_probe,
	.line = csv_line,
	.head = csv_head,
	.put = csv_put,
};
