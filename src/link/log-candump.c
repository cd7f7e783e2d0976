/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/date.h"
#include "base/scan.h"
#include "link/candump.h"
#include "link/log-format.h"

/*
 * can-utils: the log lines of candump -l and -L, and what candump prints for people,
 * "  (001.000000)  can0  RX - -  123   [2]  11 22", with every kind of its time stamps.
 */

/* So many frames in order show that small times are counted from the first one. */
#define ORDERED_ENOUGH 20

/* What small times in print mean: candump -t z and -t d look the same. */
struct candump_state {
	struct date_cache cache;
	unsigned int n;		/* frames with such times; up to ORDERED_ENOUGH */
	bool from_zero;		/* the first of them was at 0 */
	bool delta;		/* each counts from the frame before it */
	nsec_t last, sum;
};

/* Differences go up and down; a time from the first frame on does not. */
static nsec_t relative_time(struct candump_state *c, nsec_t t)
{
	if (c->n == 0)
		c->from_zero = t == 0;
	if (c->n < ORDERED_ENOUGH) {
		if (c->n > 0 && c->from_zero && t < c->last)
			c->delta = true;
		c->n++;
	}
	if (__builtin_add_overflow(c->sum, t, &c->sum))
		c->sum = t;
	c->last = t;

	return c->delta ? c->sum : t;
}

/* "(1436509052.249713)", "(001.249713)", "(2015-07-09 12:08:29.249713)" */
static int human_time(struct candump_state *c, struct scan *in, nsec_t *ret)
{
	struct date d;
	const char *from;

	if (!scan_char(in, '('))
		return -EINVAL;
	from = in->p;
	if (date_scan(in, &d)) {
		*ret = date_epoch(&c->cache, &d);
	} else {
		if (!scan_time(in, NSEC_PER_SEC, ret))
			return -EINVAL;
		/* Before the year 1973 it is no date. */
		if (*ret < 100000000 * NSEC_PER_SEC && in->p - from == 10)
			*ret = relative_time(c, *ret);
	}

	return scan_char(in, ')') ? 0 : -EINVAL;
}

/* "RX - -" or "TX B E" between the bus and the id. */
static int human_direction(struct scan *in, struct frame *f)
{
	bool tx = scan_keyword(in, "TX");

	if (!tx && !scan_keyword(in, "RX"))
		return 0;
	if (tx)
		f->flags |= FRAME_TX;
	for (int i = 0; i < 2; i++) {
		scan_blanks(in);
		if (scan_char(in, i ? 'E' : 'B'))
			f->flags |= i ? FRAME_ESI : FRAME_BRS;
		else if (!scan_char(in, '-'))
			return -EINVAL;
	}

	return scan_blanks(in) ? 0 : -EINVAL;
}

/* "[8]", "[12]", "{B}" with a raw DLC in it */
static int human_length(struct scan *in, struct frame *f, size_t *ret_len)
{
	bool raw = scan_char(in, '{');
	uint64_t len;
	uint32_t dlc;
	size_t digits;

	if (raw) {
		if (!scan_hex(in, &dlc, &digits) || digits != 1 || !scan_char(in, '}'))
			return -EINVAL;
		*ret_len = MIN(dlc, FRAME_CLASSIC_MAX);
		return 0;
	}
	if (!scan_char(in, '['))
		return -EINVAL;
	digits = (size_t)(in->end - in->p);
	if (!scan_uint(in, FRAME_DATA_MAX, &len))
		return -EINVAL;
	/* A FD frame's length always has two digits. */
	if (digits - (size_t)(in->end - in->p) == 2)
		f->flags |= FRAME_FD;
	*ret_len = len;

	return scan_char(in, ']') ? 0 : -EINVAL;
}

/* Bytes, then what candump adds: nothing, "ERRORFRAME", the bytes as characters. */
static int human_data(struct scan *in, struct frame *f, size_t len)
{
	bool swapped = false;

	scan_blanks(in);
	if (scan_keyword(in, "remote request")) {
		f->flags |= FRAME_RTR;
		f->len = (uint8_t)MIN(len, FRAME_CLASSIC_MAX);
		return 0;
	}
	for (size_t i = 0; i < len; i++) {
		uint32_t byte;
		size_t digits;

		if (!scan_hex(in, &byte, &digits) || digits != 2)
			return -EINVAL;
		f->data[i] = (uint8_t)byte;
		if (i + 1 < len)
			swapped |= scan_char(in, '`');
		scan_blanks(in);
	}
	f->len = (uint8_t)len;
	if (swapped)
		for (size_t i = 0; i < len / 2; i++) {
			uint8_t byte = f->data[i];

			f->data[i] = f->data[len - 1 - i];
			f->data[len - 1 - i] = byte;
		}

	return 0;
}

static int human_end(struct scan *in)
{
	scan_blanks(in);
	if (scan_at_end(in) || *in->p == '\'')
		return 0;
	if (!scan_keyword(in, "ERRORFRAME"))
		return -EINVAL;
	scan_blanks(in);

	return scan_at_end(in) ? 0 : -EINVAL;
}

static int human_id(struct scan *in, struct frame *f)
{
	const char *from = in->p;
	uint32_t id;
	size_t digits;

	if (!scan_hex(in, &id, &digits) || (digits != 3 && digits != 8) ||
	    (digits == 3 && id > FRAME_SFF_MASK) || id >= 2 * 0x20000000u) {
		in->p = from;
		return -EINVAL;
	}
	f->id = id & FRAME_EFF_MASK;
	if (id & 0x20000000u)	/* linux/can.h: CAN_ERR_FLAG */
		f->flags |= FRAME_ERR;
	else if (digits == 8)
		f->flags |= FRAME_EXT;

	return 0;
}

static int log_frame(struct scan *in, struct frame *f)
{
	const char *word;
	size_t len, column = 1;
	uint8_t flags = f->flags;
	nsec_t t = f->t;
	int r;

	if (!scan_word(in, &word, &len))
		return -EINVAL;
	r = candump_parse_frame(word, len, f, &column);
	f->t = t;
	f->flags |= flags;
	if (r < 0) {
		in->p = word + column - 1;
		return r;
	}
	scan_blanks(in);
	if (scan_keyword(in, "TX") || scan_keyword(in, "T"))
		f->flags |= FRAME_TX;
	else if (!scan_keyword(in, "RX"))
		(void)scan_keyword(in, "R");
	scan_blanks(in);

	return scan_at_end(in) ? 0 : -EINVAL;
}

/* On a fault the position is at it. */
static int human(struct candump_state *c, struct scan *in, struct frame *f, struct log_item *item)
{
	size_t len;

	*f = (struct frame){ .t = NSEC_NEVER };
	scan_trim(in);
	scan_blanks(in);
	if (in->p < in->end && *in->p == '(' && (human_time(c, in, &f->t) < 0 || !scan_blanks(in)))
		return -EINVAL;
	if (!scan_word(in, &item->bus, &item->bus_len) || item->bus_len > CANDUMP_BUS_MAX)
		return -EINVAL;
	for (size_t i = 0; i < item->bus_len; i++)
		if (item->bus[i] <= ' ' || item->bus[i] >= 0x7f)
			return -EINVAL;
	if (!scan_blanks(in) || scan_at_end(in))
		return -EINVAL;
	if (memchr(in->p, '#', (size_t)(in->end - in->p)))
		return f->t == NSEC_NEVER ? -EINVAL : log_frame(in, f);
	if (human_direction(in, f) < 0 || human_id(in, f) < 0 || !scan_blanks(in) ||
	    human_length(in, f, &len) < 0)
		return -EINVAL;
	if (len > FRAME_CLASSIC_MAX)
		f->flags |= FRAME_FD;

	return human_data(in, f, len) < 0 ? -EINVAL : human_end(in);
}

static int candump_line(void *state, const char *line, size_t len, size_t from,
			struct frame *ret_frame, struct log_item *ret_item)
{
	struct candump_state before, *c = state;
	size_t bus, column;
	struct scan in;
	struct frame f;

	(void)from;
	if (candump_parse_line(line, len, ret_frame, &bus, &ret_item->bus_len,
			       &ret_item->column) == 0) {
		ret_item->bus = line + bus;
		return 1;
	}
	before = *c;
	in = scan_init(line, len);
	if (human(c, &in, &f, ret_item) == 0) {
		*ret_frame = f;
		return 1;
	}
	*c = before;
	/* The reader that got further knows better what is wrong. */
	column = scan_column(&in);
	ret_item->column = MAX(ret_item->column, column);

	return -EINVAL;
}

static bool candump_probe(const char *line, size_t len)
{
	struct candump_state c = { 0 };
	struct log_item item = { 0 };
	struct frame f;

	return candump_line(&c, line, len, 0, &f, &item) == 1;
}

static size_t candump_put(void *state, const struct frame *f, char *buf)
{
	unsigned int style = CANDUMP_DIRECTION;

	(void)state;
	if (f->t != NSEC_NEVER && f->t % NSEC_PER_USEC)
		style |= CANDUMP_NSEC;

	return candump_put_line(buf, f, style);
}

const struct log_format log_candump = {
	.name = "candump",
	.ending = ".log",
	.doc = "can-utils: candump -l, -L and what candump prints",
	.state_size = sizeof(struct candump_state),
	.notes = true,
	.probe = candump_probe,
	.line = candump_line,
	.head = log_remark_head,
	.put = candump_put,
};
