/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/date.h"
#include "base/hex.h"
#include "link/log-format.h"

/*
 * Vector's ASC. Channel 1 is can0. A date in the head makes the times absolute; it is
 * local time and ends at milliseconds, so that we write the start of our own logs, and
 * the names of their buses, as remarks too.
 */

/* Bits of the flags after the data of a CANFD line. */
#define ASC_RTR 0x10u
#define ASC_FDF 0x1000u
#define ASC_BRS 0x2000u
#define ASC_ESI 0x4000u

struct asc_state {
	struct date_cache cache;
	bool decimal;		/* "base dec" */
	bool relative;		/* each time counts from the one before */
	bool dated, own;	/* START is from a date, from our remark */
	nsec_t start, last;
	nsec_t trigger;		/* date of a block whose first event is still to come; or 0 */
	struct log_buses buses;
};

/* "Tue Sep 9 11:30:14.032 am 2025", "Sam Sep 30 15:06:13.191 2017" */
static bool scan_asc_date(struct scan *in, struct date *ret)
{
	struct date d = { 0 };
	const char *word;
	uint64_t v;
	size_t len;
	bool pm;

	scan_blanks(in);
	if (!scan_word(in, &word, &len))
		return false;
	scan_blanks(in);
	if (!scan_word(in, &word, &len))
		return false;
	d.month = date_month(word, len);
	scan_blanks(in);
	if (!d.month || !scan_uint(in, 31, &v))
		return false;
	d.day = (int)v;
	scan_blanks(in);
	if (!date_scan_clock(in, &d))
		return false;
	scan_blanks(in);
	pm = scan_keyword(in, "pm");
	if (pm || scan_keyword(in, "am")) {
		if (d.hour < 1 || d.hour > 12)
			return false;
		d.hour = d.hour % 12 + (pm ? 12 : 0);
	}
	scan_blanks(in);
	if (!scan_uint(in, 9999, &v))
		return false;
	d.year = (int)v;
	*ret = d;

	return date_valid(&d);
}

/*
 * "date" is when the measurement began. A trigger block has its own date, which counts
 * where the measurement begins with it (python-can's logs), or there is no other.
 */
static void take_date(struct asc_state *a, struct scan *in, bool of_block)
{
	struct date d;

	if (a->own || !scan_asc_date(in, &d))
		return;
	if (of_block)
		a->trigger = date_epoch(&a->cache, &d);
	if (of_block && a->dated)
		return;
	a->dated = true;
	a->start = date_epoch(&a->cache, &d);
}

static void take_event(struct asc_state *a, struct scan *in)
{
	if (a->trigger && !a->own && a->last == 0 && scan_keyword(in, "Start of measurement"))
		a->start = a->trigger;
	a->trigger = 0;
}

/* "// minikey bus 2 kcan" */
static void take_remark(struct asc_state *a, struct scan *in)
{
	const char *name;
	uint64_t number;
	size_t len;

	if (log_own_start(in->p, (size_t)(in->end - in->p), &a->start)) {
		a->own = true;
		return;
	}
	scan_blanks(in);
	if (!scan_keyword(in, "minikey bus") || !scan_blanks(in) ||
	    !scan_uint(in, LOG_BUSES_MAX, &number) || number == 0 || !scan_blanks(in) ||
	    !scan_word(in, &name, &len))
		return;
	log_bus_set(&a->buses, (unsigned int)number - 1, name, len);
}

/* Lines without a time. False: it is none of them. */
static bool header(struct asc_state *a, struct scan *in)
{
	if (scan_char(in, '/') && scan_char(in, '/')) {
		take_remark(a, in);
		return true;
	}
	in->p = in->begin;
	scan_blanks(in);
	if (scan_keyword(in, "date")) {
		take_date(a, in, false);
		return true;
	}
	if (scan_keyword(in, "begin triggerblock")) {
		take_date(a, in, true);
		return true;
	}
	if (scan_keyword(in, "base")) {
		scan_blanks(in);
		a->decimal = scan_keyword(in, "dec");
		if (!a->decimal)
			(void)scan_keyword(in, "hex");
		scan_blanks(in);
		a->relative = !scan_keyword(in, "timestamps absolute") &&
			      scan_keyword(in, "timestamps relative");
		return true;
	}

	return scan_keyword(in, "internal events logged") ||
	       scan_keyword(in, "no internal events logged") ||
	       scan_keyword(in, "end triggerblock");
}

/* A number in the log's base, up to MAX. */
static bool scan_number(struct asc_state *a, struct scan *in, uint32_t max, uint32_t *ret)
{
	size_t digits;
	uint64_t v;

	if (!a->decimal)
		return scan_hex(in, ret, &digits) && *ret <= max;
	if (!scan_uint(in, max, &v))
		return false;
	*ret = (uint32_t)v;

	return true;
}

/* "123", "18FEF100x" */
static bool scan_id(struct asc_state *a, struct scan *in, struct frame *f)
{
	if (!scan_number(a, in, FRAME_EFF_MASK, &f->id))
		return false;
	if (scan_char(in, 'x') || scan_char(in, 'X'))
		f->flags |= FRAME_EXT;
	else if (f->id > FRAME_SFF_MASK)
		return false;

	return scan_blanks(in) && !scan_at_end(in);
}

static bool scan_direction(struct scan *in, struct frame *f)
{
	if (scan_keyword(in, "Tx") || scan_keyword(in, "TxRq"))
		f->flags |= FRAME_TX;
	else if (!scan_keyword(in, "Rx"))
		return false;

	return scan_blanks(in) && !scan_at_end(in);
}

static bool scan_data(struct asc_state *a, struct scan *in, struct frame *f, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		uint32_t byte;

		if (!scan_blanks(in) || !scan_number(a, in, 0xff, &byte))
			return false;
		f->data[i] = (uint8_t)byte;
	}
	f->len = (uint8_t)len;

	return scan_blanks(in);
}

/* After the channel: "100 Rx d 8 30 D4 ...", "300 Rx r 8", "ErrorFrame" */
static bool classic(struct asc_state *a, struct scan *in, struct frame *f)
{
	uint32_t dlc = 0;

	if (scan_keyword(in, "ErrorFrame")) {
		log_error_frame(f);
		return true;
	}
	if (!scan_id(a, in, f) || !scan_direction(in, f))
		return false;
	if (scan_keyword(in, "r")) {
		f->flags |= FRAME_RTR;
		scan_blanks(in);
		(void)scan_number(a, in, 15, &dlc);
		f->len = (uint8_t)MIN(dlc, FRAME_CLASSIC_MAX);
		return true;
	}
	if (!scan_keyword(in, "d") || !scan_blanks(in) || !scan_number(a, in, 15, &dlc))
		return false;

	return scan_data(a, in, f, MIN(dlc, FRAME_CLASSIC_MAX));
}

/* After the data: duration, length, flags. A frame without FDF is classic. */
static void fd_flags(struct scan *in, struct frame *f)
{
	const char *word;
	uint32_t flags;
	size_t n;

	for (int i = 0; i < 2; i++)
		if (!scan_word(in, &word, &n) || !scan_blanks(in))
			return;
	if (!scan_hex(in, &flags, &n))
		return;
	if ((flags & ASC_RTR) && f->len == 0)
		f->flags |= FRAME_RTR;
	if (flags & ASC_FDF)
		return;
	if (f->len <= FRAME_CLASSIC_MAX)
		f->flags &= (uint8_t) ~(FRAME_FD | FRAME_BRS | FRAME_ESI);
}

static bool scan_bit(struct scan *in, struct frame *f, enum frame_flags flag)
{
	if (scan_char(in, '1'))
		f->flags |= (uint8_t)flag;
	else if (!scan_char(in, '0'))
		return false;

	return scan_blanks(in) && !scan_at_end(in);
}

/* "1 0 8 8 11 ...": BRS, ESI, DLC, length, data */
static bool fd_rest(struct asc_state *a, struct scan *in, struct frame *f)
{
	uint32_t dlc;
	uint64_t len;
	size_t digits;

	if (!scan_bit(in, f, FRAME_BRS) || !scan_bit(in, f, FRAME_ESI) ||
	    !scan_hex(in, &dlc, &digits) || dlc > 15 || !scan_blanks(in) ||
	    !scan_uint(in, FRAME_DATA_MAX, &len) || !scan_data(a, in, f, len))
		return false;
	f->flags |= FRAME_FD;
	fd_flags(in, f);
	if (f->flags & FRAME_RTR)
		f->len = (uint8_t)MIN(dlc, FRAME_CLASSIC_MAX);

	return true;
}

/* After "CANFD": "1 Rx 300 Name 1 0 8 8 11 ..."; the name may be absent. */
static bool fd(struct asc_state *a, struct scan *in, struct frame *f, uint64_t *ret_channel)
{
	struct frame plain;
	struct scan rest;
	const char *word;
	size_t len;

	if (!scan_uint(in, UINT32_MAX, ret_channel) || !scan_blanks(in) || !scan_direction(in, f))
		return false;
	if (scan_keyword(in, "ErrorFrame")) {
		log_error_frame(f);
		return true;
	}
	if (!scan_id(a, in, f))
		return false;
	plain = *f;
	rest = *in;
	if (fd_rest(a, &rest, f)) {
		*in = rest;
		return true;
	}
	*f = plain;
	if (!scan_word(in, &word, &len) || !scan_blanks(in))
		return false;

	return fd_rest(a, in, f);
}

/* Events of the measurement, which are no frames: what follows the time is a word. */
static bool is_event(const struct scan *in)
{
	return in->p < in->end && !isdigit((unsigned char)*in->p);
}

static bool is_channel_event(struct scan *in)
{
	return scan_keyword(in, "Statistic") || scan_keyword(in, "OverloadFrame") ||
	       scan_keyword(in, "Status") || scan_keyword(in, "J1939TP");
}

static bool signed_time(struct scan *in, nsec_t *ret)
{
	bool minus = scan_char(in, '-');

	if (!scan_time(in, NSEC_PER_SEC, ret) || !scan_blanks(in) || scan_at_end(in))
		return false;
	if (minus)
		*ret = -*ret;

	return true;
}

/* 1: a frame; 0: an event; -EINVAL. On a fault the position is at it. */
static int timed_line(struct asc_state *a, struct scan *in, struct frame *f,
		      uint64_t *ret_channel)
{
	nsec_t t;

	*f = (struct frame){ 0 };
	if (!signed_time(in, &t))
		return -EINVAL;
	if (a->relative)
		t = __builtin_add_overflow(a->last, t, &t) ? a->last : t;
	a->last = t;
	if (__builtin_add_overflow(a->start, t, &f->t))
		return -EINVAL;
	if (scan_keyword(in, "CANFD"))
		return scan_blanks(in) && fd(a, in, f, ret_channel) ? 1 : -EINVAL;
	if (is_event(in)) {
		take_event(a, in);
		return 0;
	}
	if (!scan_uint(in, UINT32_MAX, ret_channel) || !scan_blanks(in) || scan_at_end(in))
		return -EINVAL;
	if (is_channel_event(in))
		return 0;

	return classic(a, in, f) ? 1 : -EINVAL;
}

static int asc_line(void *state, const char *line, size_t len, size_t from,
		    struct frame *ret_frame, struct log_item *ret_item)
{
	struct scan in = scan_init(line, len);
	struct asc_state *a = state;
	uint64_t channel = 1;
	struct frame f;
	int r;

	(void)from;
	scan_trim(&in);
	scan_blanks(&in);
	in.begin = in.p;
	if (header(a, &in))
		return 0;
	in.p = in.begin;
	in.begin = line;
	r = timed_line(a, &in, &f, &channel);
	if (r == -EINVAL)
		ret_item->column = scan_column(&in);
	if (r <= 0)
		return r;
	if (channel == 0)
		channel = 1;
	ret_item->bus = log_bus_name(&a->buses, (unsigned int)(channel - 1), &ret_item->bus_len);
	*ret_frame = f;

	return 1;
}

static bool asc_probe(const char *line, size_t len)
{
	struct scan in = scan_init(line, len);
	struct asc_state a = { 0 };
	uint64_t channel;
	struct frame f;

	scan_trim(&in);
	scan_blanks(&in);
	in.begin = in.p;
	if (scan_keyword(&in, "base")) {
		scan_blanks(&in);
		return scan_keyword(&in, "hex") || scan_keyword(&in, "dec");
	}
	in.p = in.begin;
	if (scan_keyword(&in, "date")) {
		struct date d;

		return scan_asc_date(&in, &d);
	}
	in.p = in.begin;

	return timed_line(&a, &in, &f, &channel) == 1;
}

/* ---- writing ---- */

/* "Tue Sep 9 11:30:14.032 am 2025" */
static char *put_date(char *p, nsec_t t)
{
	struct date d;
	int64_t day;

	date_of(t, &d);
	day = date_days(d.year, d.month, d.day) + 4;	/* 1970-01-01 was a Thursday */
	p = log_put_text(p, date_weekday_name((int)(day % 7)));
	*p++ = ' ';
	p = log_put_text(p, date_month_name(d.month));
	*p++ = ' ';
	p = log_put_uint(p, (uint64_t)d.day, 1);
	*p++ = ' ';
	p = log_put_uint(p, (uint64_t)((d.hour + 11) % 12 + 1), 2);
	*p++ = ':';
	p = log_put_uint(p, (uint64_t)d.minute, 2);
	*p++ = ':';
	p = log_put_uint(p, (uint64_t)d.second, 2);
	*p++ = '.';
	p = log_put_uint(p, (uint64_t)(d.nsec / NSEC_PER_MSEC), 3);
	p = log_put_text(p, d.hour < 12 ? " am " : " pm ");

	return log_put_uint(p, (uint64_t)d.year, 4);
}

static size_t asc_head(void *state, const struct frame *f, const char *note, char *buf)
{
	struct asc_state *a = state;
	char *p = buf;

	a->start = f->t == NSEC_NEVER || f->t < 0 ? 0 : f->t - f->t % NSEC_PER_MSEC;
	p = log_put_text(p, "date ");
	p = put_date(p, a->start);
	p = log_put_text(p, "\nbase hex  timestamps absolute\nno internal events logged\n");
	p = log_put_text(p, "// minikey start ");
	p = log_put_seconds(p, a->start);
	if (note) {
		p = log_put_text(p, "\n// ");
		p = log_put_text(p, note);
	}
	p = log_put_text(p, "\nBegin Triggerblock ");
	p = put_date(p, a->start);
	p = log_put_text(p, "\n   0.000000 Start of measurement\n");

	return (size_t)(p - buf);
}

static char *put_id(char *p, const struct frame *f)
{
	static const char digits[] = "0123456789ABCDEF";
	int shift = 28;

	while (shift > 0 && !(f->id >> shift))
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		*p++ = digits[f->id >> shift & 0xf];
	if (f->flags & FRAME_EXT)
		*p++ = 'x';

	return p;
}

static char *put_data(char *p, const struct frame *f)
{
	for (size_t i = 0; i < f->len; i++) {
		*p++ = ' ';
		p = hex_put(p, f->data + i, 1);
	}

	return p;
}

static char *put_fd(char *p, const struct frame *f, size_t channel)
{
	unsigned int dlc = log_length_dlc(f->len);

	p = log_put_text(p, " CANFD ");
	p = log_put_uint(p, channel, 1);
	p = log_put_text(p, (f->flags & FRAME_TX) ? " Tx " : " Rx ");
	p = put_id(p, f);
	p = log_put_text(p, (f->flags & FRAME_BRS) ? " 1" : " 0");
	p = log_put_text(p, (f->flags & FRAME_ESI) ? " 1 " : " 0 ");
	*p++ = "0123456789abcdef"[dlc];
	*p++ = ' ';
	p = log_put_uint(p, f->len, 1);
	p = put_data(p, f);
	/* Duration, length, flags (FDF, BRS, ESI), CRC, four words of bit timing. */
	p = log_put_text(p, " 0 0 ");
	*p++ = (char)('0' + (ASC_FDF >> 12) + ((f->flags & FRAME_BRS) ? ASC_BRS >> 12 : 0) +
		      ((f->flags & FRAME_ESI) ? ASC_ESI >> 12 : 0));

	return log_put_text(p, "000 0 0 0 0 0\n");
}

static char *put_classic(char *p, const struct frame *f, size_t channel)
{
	*p++ = ' ';
	p = log_put_uint(p, channel, 1);
	if (f->flags & FRAME_ERR)
		return log_put_text(p, " ErrorFrame\n");
	*p++ = ' ';
	p = put_id(p, f);
	p = log_put_text(p, (f->flags & FRAME_TX) ? " Tx " : " Rx ");
	p = log_put_text(p, (f->flags & FRAME_RTR) ? "r " : "d ");
	*p++ = (char)('0' + MIN(f->len, FRAME_CLASSIC_MAX));
	if (!(f->flags & FRAME_RTR))
		p = put_data(p, f);
	*p++ = '\n';

	return p;
}

static size_t asc_put(void *state, const struct frame *f, char *buf)
{
	struct asc_state *a = state;
	bool is_new;
	int number;
	char *p = buf;

	if (f->flags & FRAME_LOST)
		return 0;
	number = log_bus_number(&a->buses, f->bus, &is_new);
	if (number < 0)
		return 0;
	if (is_new && !log_bus_is_usual(&a->buses, number)) {
		p = log_put_text(p, "// minikey bus ");
		p = log_put_uint(p, (uint64_t)number + 1, 1);
		*p++ = ' ';
		p = log_put_text(p, a->buses.name[number]);
		*p++ = '\n';
	}
	for (int i = 0; i < 3; i++)
		*p++ = ' ';
	p = log_put_seconds(p, f->t == NSEC_NEVER ? 0 : f->t - a->start);
	if ((f->flags & FRAME_FD) || f->len > FRAME_CLASSIC_MAX)
		p = put_fd(p, f, (size_t)number + 1);
	else
		p = put_classic(p, f, (size_t)number + 1);

	return (size_t)(p - buf);
}

static size_t asc_tail(void *state, char *buf)
{
	(void)state;

	return (size_t)(log_put_text(buf, "End TriggerBlock\n") - buf);
}

const struct log_format log_asc = {
	.name = "asc",
	.ending = ".asc",
	.doc = "Vector's ASC, classic and FD",
	.state_size = sizeof(struct asc_state),
	.notes = true,
	.probe = asc_probe,
	.line = asc_line,
	.head = asc_head,
	.put = asc_put,
	.tail = asc_tail,
};
