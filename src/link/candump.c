/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/hex.h"
#include "link/candump.h"

#define ID_SFF_DIGITS 3
#define ID_EFF_DIGITS 8
#define ID_ERROR 0x20000000u /* linux/can.h: CAN_ERR_FLAG */

#define FD_BRS 1 /* linux/can.h: CANFD_BRS, CANFD_ESI, CANFD_FDF */
#define FD_ESI 2
#define FD_FDF 4

#define SECONDS_MAX (INT64_MAX / NSEC_PER_SEC - 1)

#define NO_DIGIT 0xff

/* One more than the digit's value; 0: no hexadecimal digit. */
static const uint8_t digit_plus_1[256] = {
	['0'] = 1,  ['1'] = 2,	['2'] = 3,  ['3'] = 4,	['4'] = 5,  ['5'] = 6,
	['6'] = 7,  ['7'] = 8,	['8'] = 9,  ['9'] = 10, ['A'] = 11, ['B'] = 12,
	['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16, ['a'] = 11, ['b'] = 12,
	['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
};

/* What is left to read, and where it began. */
struct text {
	const char *begin, *p, *end;
};

/* The value of the digit at the position, or NO_DIGIT. */
static uint8_t peek_hex(const struct text *in)
{
	return in->p < in->end ? (uint8_t)(digit_plus_1[(uint8_t)*in->p] - 1) : NO_DIGIT;
}

static bool take_char(struct text *in, char c)
{
	if (in->p == in->end || *in->p != c)
		return false;
	in->p++;

	return true;
}

/* Some blanks, or the end. */
static bool take_blanks(struct text *in)
{
	const char *from = in->p;

	while (in->p < in->end && (*in->p == ' ' || *in->p == '\t'))
		in->p++;

	return in->p > from || in->p == in->end;
}

/* On a fault the position is at it. */
static int parse_id(struct text *in, struct frame *f)
{
	const char *from = in->p;
	uint32_t id = 0;
	uint8_t d;
	size_t n;

	while (in->p - from < ID_EFF_DIGITS && (d = peek_hex(in)) != NO_DIGIT) {
		id = id << 4 | d;
		in->p++;
	}
	n = (size_t)(in->p - from);

	if (in->p == in->end || *in->p != '#' ||
	    (n != ID_SFF_DIGITS && n != ID_EFF_DIGITS))
		return -EINVAL;
	if ((n == ID_SFF_DIGITS && id > FRAME_SFF_MASK) || id >= 2 * ID_ERROR) {
		in->p = from;
		return -EINVAL;
	}

	f->id = id & FRAME_EFF_MASK;
	if (id & ID_ERROR)
		f->flags = FRAME_ERR;
	else if (n == ID_EFF_DIGITS)
		f->flags = FRAME_EXT;
	in->p++;

	return 0;
}

static int parse_data(struct text *in, struct frame *f, size_t max)
{
	size_t n = 0;

	/* As long as two digits follow each other, nothing else needs a look. */
	while (n < max && in->end - in->p >= 2) {
		uint8_t hi = digit_plus_1[(uint8_t)in->p[0]], lo = digit_plus_1[(uint8_t)in->p[1]];

		if (!hi || !lo)
			break;
		f->data[n++] = (uint8_t)((hi - 1) << 4 | (lo - 1));
		in->p += 2;
	}
	for (;;) {
		uint8_t hi, lo;

		if (n > 0 && in->p < in->end && *in->p == '.')
			in->p++;
		hi = peek_hex(in);
		if (hi == NO_DIGIT)
			break;
		if (n == max)
			return -EINVAL;
		in->p++;
		lo = peek_hex(in);
		if (lo == NO_DIGIT)
			return -EINVAL;
		in->p++;
		f->data[n++] = (uint8_t)(hi << 4 | lo);
	}
	f->len = (uint8_t)n;

	return 0;
}

static int parse_fd(struct text *in, struct frame *f)
{
	uint8_t flags = peek_hex(in);

	if (flags > (FD_BRS | FD_ESI | FD_FDF) || (f->flags & FRAME_ERR))
		return -EINVAL;
	in->p++;

	f->flags |= FRAME_FD;
	if (flags & FD_BRS)
		f->flags |= FRAME_BRS;
	if (flags & FD_ESI)
		f->flags |= FRAME_ESI;

	return parse_data(in, f, FRAME_DATA_MAX);
}

static int parse_remote(struct text *in, struct frame *f)
{
	uint8_t len = peek_hex(in);

	if (f->flags & FRAME_ERR) {
		in->p--;
		return -EINVAL;
	}
	f->flags |= FRAME_RTR;
	if (len == NO_DIGIT)
		return 0;
	if (len > FRAME_CLASSIC_MAX)
		return -EINVAL;
	f->len = len;
	in->p++;

	return 0;
}

/* "_9" to "_F" after 8 bytes: the DLC as it was on the wire. */
static int parse_raw_dlc(struct text *in, const struct frame *f)
{
	uint8_t dlc;

	if (f->len != FRAME_CLASSIC_MAX || !take_char(in, '_'))
		return 0;
	dlc = peek_hex(in);
	if (dlc == NO_DIGIT || dlc <= FRAME_CLASSIC_MAX)
		return -EINVAL;
	in->p++;

	return 0;
}

/* A frame at the position; what follows it is not looked at. */
static int parse_frame(struct text *in, struct frame *f)
{
	int r;

	*f = (struct frame){ .t = NSEC_NEVER };
	r = parse_id(in, f);
	if (r < 0)
		return r;
	if (take_char(in, '#'))
		return parse_fd(in, f);

	if (take_char(in, 'R') || take_char(in, 'r'))
		r = parse_remote(in, f);
	else
		r = parse_data(in, f, FRAME_CLASSIC_MAX);

	return r < 0 ? r : parse_raw_dlc(in, f);
}

static int fault(const struct text *in, size_t *reterr_column)
{
	if (reterr_column)
		*reterr_column = (size_t)(in->p - in->begin) + 1;

	return -EINVAL;
}

int candump_parse_frame(const char *s, size_t len, struct frame *ret_frame,
			size_t *reterr_column)
{
	struct text in = { s, s, s + len };
	struct frame f;

	if (parse_frame(&in, &f) < 0 || in.p != in.end)
		return fault(&in, reterr_column);
	*ret_frame = f;

	return 0;
}

static uint8_t peek_digit(const struct text *in)
{
	uint8_t d = peek_hex(in);

	return d < 10 ? d : NO_DIGIT;
}

/* What a bus name is made of. */
static bool is_name_char(char c)
{
	return c > ' ' && c < 0x7f;
}

/* "(1436509052.249713)" */
static int parse_time(struct text *in, nsec_t *ret_t)
{
	static const nsec_t units[] = {
		1000000000, 100000000, 10000000, 1000000, 100000, 10000, 1000, 100, 10, 1,
	};
	nsec_t sec = 0, part = 0;
	const char *from;
	uint8_t d;

	if (!take_char(in, '('))
		return -EINVAL;
	for (from = in->p; (d = peek_digit(in)) != NO_DIGIT; in->p++) {
		sec = sec * 10 + d;
		if (sec > SECONDS_MAX)
			return -EINVAL;
	}
	if (in->p == from || !take_char(in, '.'))
		return -EINVAL;
	for (from = in->p; (d = peek_digit(in)) != NO_DIGIT; in->p++) {
		if (in->p - from == 9)
			return -EINVAL;
		part = part * 10 + d;
	}
	if (in->p == from)
		return -EINVAL;
	part *= units[in->p - from];
	if (!take_char(in, ')'))
		return -EINVAL;
	*ret_t = sec * NSEC_PER_SEC + part;

	return 0;
}

/* R, T, RX or TX, then nothing more. */
static int parse_direction(struct text *in, struct frame *f)
{
	if (in->p < in->end && in->end[-1] == '\r')
		in->end--;
	if (!take_blanks(in))
		return -EINVAL;
	if (in->p == in->end)
		return 0;

	if (take_char(in, 'T'))
		f->flags |= FRAME_TX;
	else if (!take_char(in, 'R'))
		return -EINVAL;
	(void)take_char(in, 'X');

	return take_blanks(in) && in->p == in->end ? 0 : -EINVAL;
}

int candump_parse_line(const char *s, size_t len, struct frame *ret_frame,
		       size_t *ret_bus, size_t *ret_bus_len, size_t *reterr_column)
{
	struct text in = { s, s, s + len };
	const char *bus, *bus_end;
	struct frame f;
	nsec_t t;

	(void)take_blanks(&in);
	if (parse_time(&in, &t) < 0 || !take_blanks(&in))
		return fault(&in, reterr_column);

	bus = in.p;
	while (in.p < in.end && is_name_char(*in.p)) {
		if (in.p - bus == CANDUMP_BUS_MAX)
			return fault(&in, reterr_column);
		in.p++;
	}
	bus_end = in.p;
	if (bus_end == bus || !take_blanks(&in) || parse_frame(&in, &f) < 0 ||
	    parse_direction(&in, &f) < 0)
		return fault(&in, reterr_column);

	f.t = t;
	*ret_frame = f;
	*ret_bus = (size_t)(bus - s);
	*ret_bus_len = (size_t)(bus_end - bus);

	return 0;
}

static char *put_id(char *p, const struct frame *f)
{
	uint32_t id = f->id & FRAME_EFF_MASK;
	uint8_t bytes[4];

	if (f->flags & FRAME_ERR)
		id |= ID_ERROR;
	bytes[0] = (uint8_t)(id >> 24);
	bytes[1] = (uint8_t)(id >> 16);
	bytes[2] = (uint8_t)(id >> 8);
	bytes[3] = (uint8_t)id;
	if (f->flags & (FRAME_ERR | FRAME_EXT))
		return hex_put(p, bytes, 4);

	*p++ = (char)('0' + (bytes[2] & 7));

	return hex_put(p, bytes + 3, 1);
}

size_t candump_put_frame(char *buf, const struct frame *f)
{
	size_t len = MIN(f->len, FRAME_DATA_MAX);
	char *p = buf;

	if (f->flags & FRAME_LOST)
		return 0;

	p = put_id(p, f);
	*p++ = '#';
	if (f->flags & FRAME_RTR) {
		*p++ = 'R';
		if (len > 0)
			*p++ = (char)('0' + MIN(len, FRAME_CLASSIC_MAX));
		return (size_t)(p - buf);
	}
	if ((f->flags & FRAME_FD) || len > FRAME_CLASSIC_MAX) {
		*p++ = '#';
		*p++ = (char)('0' + ((f->flags & FRAME_BRS) ? FD_BRS : 0) +
			      ((f->flags & FRAME_ESI) ? FD_ESI : 0));
	}
	p = hex_put(p, f->data, len);

	return (size_t)(p - buf);
}

/* V in decimal, with zeros before it up to DIGITS. */
static char *put_decimal(char *p, uint64_t v, size_t digits)
{
	char tmp[20];
	size_t n = 0;

	do {
		tmp[n++] = (char)('0' + v % 10);
		v /= 10;
	} while (v > 0 || n < digits);
	while (n > 0)
		*p++ = tmp[--n];

	return p;
}

static char *put_time(char *p, nsec_t t, unsigned int style)
{
	uint64_t ns = t < 0 || t == NSEC_NEVER ? 0 : (uint64_t)t;
	uint64_t rest = ns % NSEC_PER_SEC;

	*p++ = '(';
	p = put_decimal(p, ns / NSEC_PER_SEC, 1);
	*p++ = '.';
	if (style & CANDUMP_NSEC)
		p = put_decimal(p, rest, 9);
	else
		p = put_decimal(p, rest / NSEC_PER_USEC, 6);
	*p++ = ')';

	return p;
}

static char *put_bus(char *p, const char *bus)
{
	if (!bus || !*bus)
		bus = "-";
	for (size_t i = 0; i < CANDUMP_BUS_MAX && bus[i]; i++)
		*p++ = is_name_char(bus[i]) ? bus[i] : '_';

	return p;
}

size_t candump_put_line(char *buf, const struct frame *f, unsigned int style)
{
	char *p = buf;

	if (f->flags & FRAME_LOST)
		return 0;

	p = put_time(p, f->t, style);
	*p++ = ' ';
	p = put_bus(p, f->bus);
	*p++ = ' ';
	p += candump_put_frame(p, f);
	if (style & CANDUMP_DIRECTION) {
		*p++ = ' ';
		*p++ = (f->flags & FRAME_TX) ? 'T' : 'R';
	}
	*p++ = '\n';

	return (size_t)(p - buf);
}
