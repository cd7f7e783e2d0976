/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/date.h"
#include "base/hex.h"
#include "link/log-format.h"

/*
 * PEAK's TRC, versions 1.0 to 1.3, 2.0 and 2.1. Times are milliseconds after the start,
 * which the head gives in days: local time, good to about 10 microseconds, so that we
 * write the start of our own logs as a remark too. Bus 1 is can0.
 */

#define COLUMNS_MAX 16

struct trc_state {
	struct date_cache cache;
	char columns[COLUMNS_MAX + 1];	/* letters as in $COLUMNS; empty: not known yet */
	bool own;
	bool good;			/* lines of such columns were there */
	nsec_t start;
	uint64_t n;			/* written */
	struct log_buses buses;
};

/* The columns of each version: number, offset, bus, type or direction, id, ... */
static const struct {
	const char *version, *columns;
} versions[] = {
	{ "1.0", "NOIL" },
	{ "1.1", "NOdIL" },
	{ "1.2", "NOBdIL" },
	{ "1.3", "NOBdIRL" },
	{ "2.0", "NOTIdl" },
	{ "2.1", "NOTBIdRL" },
};

/* ---- the head ---- */

static void set_columns(struct trc_state *t, const char *s, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len && n < COLUMNS_MAX; i++)
		if (isalpha((unsigned char)s[i]) && s[i] != 'D')
			t->columns[n++] = s[i];
	t->columns[n] = '\0';
}

/* $COLUMNS: what a frame needs, and nothing twice. A damaged line is not followed. */
static void take_columns(struct trc_state *t, const char *s, size_t len)
{
	static const char known[] = "NOTBIdRlL";
	struct trc_state new = { 0 };
	bool sane = true;

	set_columns(&new, s, len);
	for (const char *c = new.columns; *c; c++)
		sane &= strchr(known, *c) && !strchr(c + 1, *c);
	if (sane && strchr(new.columns, 'O') && strchr(new.columns, 'I') &&
	    !strchr(new.columns, 'l') != !strchr(new.columns, 'L'))
		memcpy(t->columns, new.columns, sizeof(t->columns));
}

static void set_version(struct trc_state *t, const char *s, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(versions); i++)
		if (scan_same(s, len, versions[i].version))
			set_columns(t, versions[i].columns, strlen(versions[i].columns));
}

/* "41766.4648963872": days after 1899-12-30, which is 25569 days before the epoch. */
static void set_start(struct trc_state *t, struct scan *in)
{
	struct date d;
	uint64_t days;
	double part = 0, scale = 0.1;
	nsec_t of_day;

	if (t->own || !scan_uint(in, 200000, &days) || days < 25569)
		return;
	if (scan_char(in, '.'))
		for (; in->p < in->end && isdigit((unsigned char)*in->p); in->p++) {
			part += (*in->p - '0') * scale;
			scale /= 10;
		}
	of_day = (nsec_t)(part * 86400e6 + 0.5) * NSEC_PER_USEC;
	if (of_day >= 86400 * NSEC_PER_SEC)
		return;
	d.hour = (int)(of_day / (3600 * NSEC_PER_SEC));
	d.minute = (int)(of_day / (60 * NSEC_PER_SEC) % 60);
	d.second = (int)(of_day / NSEC_PER_SEC % 60);
	d.nsec = of_day % NSEC_PER_SEC;
	date_from_days((int64_t)days - 25569, &d);
	if (date_valid(&d))
		t->start = date_epoch(&t->cache, &d);
}

/* ";   minikey bus 2 kcan" */
static void remark(struct trc_state *t, struct scan *in)
{
	const char *name;
	uint64_t number;
	size_t len;

	if (log_own_start(in->p, (size_t)(in->end - in->p), &t->start)) {
		t->own = true;
		return;
	}
	scan_blanks(in);
	if (scan_keyword(in, "minikey bus") && scan_blanks(in) &&
	    scan_uint(in, LOG_BUSES_MAX, &number) && number > 0 && scan_blanks(in) &&
	    scan_word(in, &name, &len))
		log_bus_set(&t->buses, (unsigned int)number - 1, name, len);
}

static void head_line(struct trc_state *t, struct scan *in)
{
	if (!scan_char(in, '$')) {
		remark(t, in);
		return;
	}
	if (scan_keyword(in, "FILEVERSION") && scan_char(in, '='))
		set_version(t, in->p, (size_t)(in->end - in->p));
	else if (scan_keyword(in, "STARTTIME") && scan_char(in, '='))
		set_start(t, in);
	else if (scan_keyword(in, "COLUMNS") && scan_char(in, '='))
		take_columns(t, in->p, (size_t)(in->end - in->p));
}

/* ---- frames ---- */

struct trc_frame {
	struct frame f;
	uint64_t bus;
	size_t len;
	bool is_dlc;		/* LEN is a DLC */
	bool no_frame;		/* an event of the adapter */
	bool no_id, no_len;	/* this type of line has none */
};

/* "Rx", "Tx", and what version 1 has instead of them. */
static bool scan_direction(struct scan *in, struct trc_frame *t)
{
	if (scan_keyword(in, "Tx")) {
		t->f.flags |= FRAME_TX;
		return true;
	}
	if (scan_keyword(in, "Warng") || scan_keyword(in, "Error")) {
		t->no_frame = true;
		return true;
	}

	return scan_keyword(in, "Rx");
}

/* Version 2's types of lines. */
static bool scan_type(struct scan *in, struct trc_frame *t)
{
	static const struct {
		const char *word;
		uint8_t flags;
		bool no_frame;
	} types[] = {
		{ "DT", 0, false },
		{ "FD", FRAME_FD, false },
		{ "FB", FRAME_FD | FRAME_BRS, false },
		{ "FE", FRAME_FD | FRAME_ESI, false },
		{ "BI", FRAME_FD | FRAME_BRS | FRAME_ESI, false },
		{ "RR", FRAME_RTR, false },
		{ "ER", FRAME_ERR, false },
		{ "ST", 0, true },
		{ "EC", 0, true },
		{ "EV", 0, true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (scan_keyword(in, types[i].word)) {
			t->f.flags |= types[i].flags;
			t->no_frame = types[i].no_frame;
			return true;
		}

	return false;
}

/* Four digits or fewer: 11 bits. Error lines have "-" or no id. */
static bool scan_id(struct scan *in, struct trc_frame *t)
{
	const char *from = in->p;
	uint32_t id;
	size_t digits;

	if (t->f.flags & FRAME_ERR) {
		if (!scan_char(in, '-') && scan_hex(in, &id, &digits) && digits != 4)
			in->p = from;
		return true;
	}
	if (!scan_hex(in, &id, &digits))
		return false;
	if (digits > 4)
		t->f.flags |= FRAME_EXT;
	t->f.id = id;
	t->no_frame |= id == 0xffffffffu;	/* version 1.0: the state of the bus */
	if (!t->no_frame && id > (digits > 4 ? FRAME_EFF_MASK : FRAME_SFF_MASK)) {
		in->p = from;
		return false;
	}

	return true;
}

static bool scan_column_of(char column, struct scan *in, struct trc_frame *t)
{
	uint64_t v;

	switch (column) {
	case 'N':
		if (!scan_uint(in, UINT64_MAX, &v))
			return false;
		(void)scan_char(in, ')');
		return true;
	case 'O':
		return scan_time(in, NSEC_PER_MSEC, &t->f.t);
	case 'T':
		return scan_type(in, t);
	case 'B':
		return scan_char(in, '-') || scan_uint(in, UINT32_MAX, &t->bus);
	case 'I':
		return scan_id(in, t);
	case 'd':
		return scan_direction(in, t);
	case 'R':
		return scan_char(in, '-');
	case 'l':
	case 'L':
		if (!scan_uint(in, FRAME_DATA_MAX, &v))
			return false;
		t->len = v;
		t->is_dlc = column == 'L';
		return true;
	default:
		return false;
	}
}

static bool scan_data(struct scan *in, struct trc_frame *t)
{
	size_t len = t->len, digits;
	uint32_t byte;

	if (t->is_dlc && (t->f.flags & FRAME_FD) && len > FRAME_CLASSIC_MAX)
		len = len <= 15 ? log_dlc_length((unsigned int)len) : len;
	if (!(t->f.flags & FRAME_FD))
		len = MIN(len, FRAME_CLASSIC_MAX);
	t->f.len = (uint8_t)len;
	if (scan_keyword(in, "RTR"))
		t->f.flags |= FRAME_RTR;
	if (t->f.flags & FRAME_RTR)
		return true;
	for (size_t i = 0; i < len; i++) {
		scan_blanks(in);
		if (!scan_hex(in, &byte, &digits) || digits != 2)
			return false;
		t->f.data[i] = (uint8_t)byte;
	}
	scan_blanks(in);

	return scan_at_end(in);
}

/* 1: a frame; 0: an event; -EINVAL: the position is at the fault. */
static int message(const char *columns, struct scan *in, struct trc_frame *t)
{
	*t = (struct trc_frame){ .bus = 1 };
	for (const char *c = columns; *c; c++) {
		scan_blanks(in);
		if (!scan_column_of(*c, in, t))
			return -EINVAL;
		if (t->no_frame)
			return 0;
		if (t->f.flags & FRAME_ERR && *c == 'I') {
			log_error_frame(&t->f);
			return 1;
		}
		if (!scan_at_end(in) && !scan_is_blank(*in->p))
			return -EINVAL;
	}
	scan_blanks(in);

	return scan_data(in, t) ? 1 : -EINVAL;
}

/* No head told the columns: the line itself does, if only one version has such lines. */
static const char *guess_columns(const char *line, size_t len)
{
	const char *found = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(versions); i++) {
		struct scan in = scan_init(line, len);
		struct trc_frame t;

		scan_trim(&in);
		if (message(versions[i].columns, &in, &t) != 1 || !scan_at_end(&in))
			continue;
		/* Version 1 has a bracket after the number. */
		if (!memchr(line, ')', len) == (versions[i].version[0] == '1'))
			continue;
		if (!found)
			found = versions[i].columns;
	}

	return found;
}

/* A damaged head must not cost the whole log: as long as no line was good, they tell. */
static int message_or_guess(struct trc_state *t, const char *line, size_t len, struct scan *in,
			    struct trc_frame *m)
{
	struct scan from = *in;
	const char *columns;
	int r = message(t->columns, in, m);

	if (r == -EINVAL && !t->good) {
		columns = guess_columns(line, len);
		if (columns) {
			set_columns(t, columns, strlen(columns));
			*in = from;
			r = message(t->columns, in, m);
		}
	}
	t->good |= r == 1;

	return r;
}

static int trc_line(void *state, const char *line, size_t len, size_t from,
		    struct frame *ret_frame, struct log_item *ret_item)
{
	struct scan in = scan_init(line, len);
	struct trc_state *t = state;
	struct trc_frame m;
	int r;

	(void)from;
	scan_trim(&in);
	scan_blanks(&in);
	if (scan_char(&in, ';')) {
		head_line(t, &in);
		return 0;
	}
	if (scan_at_end(&in) || *in.p == '#')
		return 0;
	/* A head without a version is version 1.0. */
	if (!t->columns[0])
		set_columns(t, versions[0].columns, strlen(versions[0].columns));
	r = message_or_guess(t, line, len, &in, &m);
	if (r == -EINVAL)
		ret_item->column = scan_column(&in);
	if (r <= 0)
		return r;
	if (__builtin_add_overflow(t->start, m.f.t, &m.f.t))
		return -EINVAL;
	ret_item->bus = log_bus_name(&t->buses, (unsigned int)(m.bus ? m.bus - 1 : 0),
				     &ret_item->bus_len);
	*ret_frame = m.f;

	return 1;
}

static bool trc_probe(const char *line, size_t len)
{
	struct scan in = scan_init(line, len);

	if (scan_char(&in, ';'))
		return scan_char(&in, '$') &&
		       (scan_keyword(&in, "FILEVERSION") || scan_keyword(&in, "STARTTIME") ||
			scan_keyword(&in, "COLUMNS"));

	return guess_columns(line, len) != NULL;
}

/* ---- writing: version 2.1 ---- */

static size_t trc_head(void *state, const struct frame *f, const char *note, char *buf)
{
	struct trc_state *t = state;
	struct date d;
	char *p = buf;
	nsec_t of_day;

	t->start = f->t == NSEC_NEVER || f->t < 0 ? 0 : f->t - f->t % NSEC_PER_MSEC;
	date_of(t->start, &d);
	of_day = (d.hour * 3600 + d.minute * 60 + d.second) * NSEC_PER_SEC + d.nsec;
	p = log_put_text(p, ";$FILEVERSION=2.1\r\n;$STARTTIME=");
	p = log_put_uint(p, (uint64_t)(date_days(d.year, d.month, d.day) + 25569), 1);
	*p++ = '.';
	/* The part of the day in 10^-12, from milliseconds. */
	p = log_put_uint(p, (uint64_t)(of_day / NSEC_PER_MSEC) * 312500 / 27, 12);
	p = log_put_text(p, "\r\n;$COLUMNS=N,O,T,B,I,d,R,L,D\r\n;   minikey start ");
	p = log_put_seconds(p, t->start);
	if (note) {
		p = log_put_text(p, "\r\n;   ");
		p = log_put_text(p, note);
	}
	p = log_put_text(p, "\r\n;---+-- ------+------ +- +- --+----- +- +- +--- +- -- -- --\r\n");

	return (size_t)(p - buf);
}

/* Milliseconds with three decimals, or six when they are needed. */
static char *put_offset(char *p, nsec_t t)
{
	uint64_t ns = (uint64_t)MAX(t, 0), rest = ns % NSEC_PER_MSEC;

	p = log_put_uint(p, ns / NSEC_PER_MSEC, 1);
	*p++ = '.';

	return rest % 1000 ? log_put_uint(p, rest, 6) : log_put_uint(p, rest / 1000, 3);
}

static const char *type_of(const struct frame *f)
{
	if (f->flags & FRAME_RTR)
		return " RR ";
	if (!(f->flags & FRAME_FD) && f->len <= FRAME_CLASSIC_MAX)
		return " DT ";
	if (f->flags & FRAME_BRS)
		return (f->flags & FRAME_ESI) ? " BI " : " FB ";

	return (f->flags & FRAME_ESI) ? " FE " : " FD ";
}

static char *put_frame(char *p, const struct frame *f)
{
	uint8_t id[4] = {
		(uint8_t)(f->id >> 24), (uint8_t)(f->id >> 16), (uint8_t)(f->id >> 8), (uint8_t)f->id,
	};

	p = (f->flags & FRAME_EXT) ? hex_put(p, id, 4) : hex_put(p, id + 2, 2);
	p = log_put_text(p, (f->flags & FRAME_TX) ? " Tx - " : " Rx - ");
	p = log_put_uint(p, log_length_dlc(f->len), 1);
	for (size_t i = 0; !(f->flags & FRAME_RTR) && i < f->len; i++) {
		*p++ = ' ';
		p = hex_put(p, f->data + i, 1);
	}

	return p;
}

static size_t trc_put(void *state, const struct frame *f, char *buf)
{
	struct trc_state *t = state;
	char *p = buf;
	bool is_new;
	int number;

	/* What is earlier than the start, or of a length that FD has not, has no form here. */
	if (f->flags & FRAME_LOST || f->len != log_dlc_length(log_length_dlc(f->len)) ||
	    (f->t != NSEC_NEVER && f->t < t->start))
		return 0;
	number = log_bus_number(&t->buses, f->bus, &is_new);
	if (number < 0)
		return 0;
	if (is_new && !log_bus_is_usual(&t->buses, number)) {
		p = log_put_text(p, ";   minikey bus ");
		p = log_put_uint(p, (uint64_t)number + 1, 1);
		*p++ = ' ';
		p = log_put_text(p, t->buses.name[number]);
		p = log_put_text(p, "\r\n");
	}
	p = log_put_uint(p, ++t->n, 1);
	*p++ = ' ';
	p = put_offset(p, f->t == NSEC_NEVER ? 0 : f->t - t->start);
	p = log_put_text(p, (f->flags & FRAME_ERR) ? " ER " : type_of(f));
	p = log_put_uint(p, (uint64_t)number + 1, 1);
	*p++ = ' ';
	p = (f->flags & FRAME_ERR) ? log_put_text(p, "- Rx - 5 08 00 00 00 00") : put_frame(p, f);
	p = log_put_text(p, "\r\n");

	return (size_t)(p - buf);
}

const struct log_format log_trc = {
	.name = "trc",
	.ending = ".trc",
	.doc = "PEAK's TRC; 2.1 is written",
	.state_size = sizeof(struct trc_state),
	.wants_comments = true,
	.notes = true,
	.probe = trc_probe,
	.line = trc_line,
	.head = trc_head,
	.put = trc_put,
};
