/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/date.h"
#include "base/hex.h"
#include "proto/kbus-log.h"
#include "proto/kbus.h"

#define BUS "kbus"

struct kbus_log {
	struct date_cache cache;
	struct kbus_framer framer;	/* in a line of more than one frame */
	nsec_t t;			/* of that line */
	bool tx;
};

/* ---- the bytes in a line ---- */

static bool is_separator(char c)
{
	return scan_is_blank(c) || c == ',';
}

/* Is the word from P to END one byte, or are it many in one? */
static bool is_hex_word(const char *p, const char *end)
{
	if (end - p < 2 || (end - p) % 2)
		return false;
	for (; p < end; p++)
		if (hex_digit(*p) < 0)
			return false;

	return true;
}

/* Where the run of bytes begins that ends the line at END; END when there is none. */
static const char *find_run(const char *begin, const char *end)
{
	const char *run = end, *p = end;

	for (;;) {
		const char *word;

		while (p > begin && is_separator(p[-1]))
			p--;
		word = p;
		while (word > begin && !is_separator(word[-1]))
			word--;
		if (word == p || !is_hex_word(word, p))
			return run;
		run = p = word;
	}
}

/* Take the next byte of the run; false at its end. */
static bool next_byte(struct scan *in, uint8_t *ret)
{
	while (in->p < in->end && is_separator(*in->p))
		in->p++;
	if (in->end - in->p < 2)
		return false;
	*ret = (uint8_t)(hex_digit(in->p[0]) << 4 | hex_digit(in->p[1]));
	in->p += 2;

	return true;
}

/* The first KBUS_FRAME_MAX bytes into BUF; returns how many there are in all. */
static size_t read_bytes(struct scan in, uint8_t *buf)
{
	size_t n = 0;
	uint8_t byte;

	for (; next_byte(&in, &byte); n++)
		if (n < KBUS_FRAME_MAX)
			buf[n] = byte;

	return n;
}

/* ---- what is before them ---- */

/* "12.5", "(12.5)", "12:08:29.25", a date: the time, if the line begins with one. */
static bool scan_when(struct date_cache *cache, struct scan *in, nsec_t *ret)
{
	struct date d = { 0 };
	const char *from = in->p;
	bool bracket = scan_char(in, '(') || scan_char(in, '[');
	nsec_t t = 0;

	if (date_scan(in, &d)) {
		t = date_epoch(cache, &d);
	} else if (date_scan_clock(in, &d)) {
		t = ((d.hour * 60 + d.minute) * 60 + d.second) * NSEC_PER_SEC + d.nsec;
	} else {
		in->p = from + bracket;
		/* Without decimals it may be a byte. */
		if (!scan_time(in, NSEC_PER_SEC, &t) ||
		    (!bracket && !memchr(from, '.', (size_t)(in->p - from)))) {
			in->p = from;
			return false;
		}
	}
	if (!scan_char(in, ')'))
		(void)scan_char(in, ']');
	(void)scan_char(in, ':');
	if (!scan_at_end(in) && !is_separator(*in->p)) {
		in->p = from;
		return false;
	}
	*ret = t;

	return true;
}

/* Is there a word that says it was sent? */
static bool says_sent(const char *p, const char *end)
{
	struct scan in = scan_init(p, (size_t)(end - p));
	const char *word;
	size_t len;

	for (scan_blanks(&in); scan_word(&in, &word, &len); scan_blanks(&in)) {
		len -= word[len - 1] == ':';
		if (scan_same(word, len, "TX") || scan_same(word, len, "Sent"))
			return true;
	}

	return false;
}

/* A line of a person or of a program, not of a bus: NavCoder's remarks and readings. */
static bool is_remark(const struct scan *in)
{
	size_t n = (size_t)(in->end - in->p);

	return n == 0 || *in->p == '!' || memmem(in->p, n, "-->", 3);
}

struct hex_line {
	struct scan bytes;
	nsec_t t;
	bool has_time, tx, words;
};

/* 1: there are bytes; 0: a remark; -EINVAL. */
static int split(struct date_cache *cache, const char *line, size_t len, struct hex_line *ret,
		 size_t *reterr_column)
{
	struct scan in = scan_init(line, len);
	const char *run;

	*ret = (struct hex_line){ .t = NSEC_NEVER };
	scan_trim(&in);
	scan_blanks(&in);
	ret->has_time = scan_when(cache, &in, &ret->t);
	scan_blanks(&in);
	if (is_remark(&in))
		return 0;
	run = find_run(in.p, in.end);
	ret->words = run > in.p;
	ret->tx = says_sent(in.p, run);
	ret->bytes = scan_init(line, len);
	ret->bytes.p = run;
	ret->bytes.end = in.end;
	*reterr_column = (size_t)(in.p - line) + 1;
	if (run < in.end)
		return 1;

	return ret->has_time ? 0 : -EINVAL;
}

/* ---- frames ---- */

static const char *why_none(int r, const uint8_t *bytes, size_t n)
{
	if (r == -EBADMSG)
		return "no frame: the XOR over its bytes is not 0";
	if (r == -EMSGSIZE)
		return "a frame too long to be carried (over 63 bytes of data)";
	if (n < KBUS_LEN_MIN + 2)
		return "no frame: too few bytes";

	return bytes[1] < KBUS_LEN_MIN ? "no frame: its second byte, the length, is under 3" :
					 "no frame: its second byte does not match its length";
}

static void give(struct kbus_log *k, struct frame *f, struct log_item *item)
{
	f->t = k->t;
	f->flags |= k->tx ? FRAME_TX : 0;
	item->bus = BUS;
	item->bus_len = sizeof(BUS) - 1;
}

/* Push the rest of the line, until a frame comes out of it. */
static int go_on(struct kbus_log *k, struct scan *in, struct frame *f, struct log_item *item)
{
	struct kbus_framer *fr = &k->framer;
	uint8_t byte;
	bool more;

	do {
		/* Past the end: a silence, and what is left in the framer. */
		more = next_byte(in, &byte);
		if (more)
			kbus_framer_push(fr, byte, 0);
		else
			kbus_framer_idle(fr, NSEC_NEVER);
		while (kbus_framer_pop(fr, f)) {
			if (f->flags & FRAME_LOST)
				continue;
			item->next = (size_t)(in->p - in->begin);
			give(k, f, item);
			return 1;
		}
	} while (more);
	item->reason = fr->counts.too_long ? why_none(-EMSGSIZE, NULL, 0) :
					     "bytes that belong to no frame";

	return fr->counts.skipped || fr->counts.too_long ? -EINVAL : 0;
}

static int first_frame(struct kbus_log *k, const struct hex_line *h, struct frame *f,
		       struct log_item *item)
{
	struct scan in = h->bytes;
	uint8_t bytes[KBUS_FRAME_MAX];
	size_t n = read_bytes(in, bytes);
	int r;

	k->t = h->t;
	k->tx = h->tx;
	if (n < KBUS_LEN_MIN + 2 && h->words)
		return 0;	/* words that end in a number */
	r = n <= KBUS_FRAME_MAX ? kbus_parse(bytes, n, f) : -EINVAL;
	if (r == 0) {
		give(k, f, item);
		return 1;
	}
	/* As long as it says: what looks like a frame inside it is chance. */
	if (r != -EINVAL || n < 2 * (KBUS_LEN_MIN + 2)) {
		item->reason = why_none(r, bytes, n);
		return -EINVAL;
	}
	kbus_framer_init(&k->framer, BUS);

	return go_on(k, &in, f, item);
}

static int kbus_line(void *state, const char *line, size_t len, size_t from,
		     struct frame *ret_frame, struct log_item *ret_item)
{
	struct kbus_log *k = state;
	struct hex_line h;
	size_t column = from;
	int r;

	if (from) {
		h.bytes = scan_init(line, len);
		scan_trim(&h.bytes);
		h.bytes.p = MIN(line + from, h.bytes.end);
		r = go_on(k, &h.bytes, ret_frame, ret_item);
	} else {
		r = split(&k->cache, line, len, &h, &column);
		if (r == 1) {
			column = scan_column(&h.bytes);
			r = first_frame(k, &h, ret_frame, ret_item);
		}
	}
	if (r == -EINVAL)
		ret_item->column = column;

	return r;
}

/* A whole frame, or what only NavCoder writes. */
static bool kbus_probe(const char *line, size_t len)
{
	struct date_cache cache = { 0 };
	uint8_t bytes[KBUS_FRAME_MAX];
	struct hex_line h;
	struct frame f;
	size_t column, n;
	int r;

	r = split(&cache, line, len, &h, &column);
	if (r == 0)
		return h.has_time && (memmem(line, len, "NavCoder", 8) || memmem(line, len, " --> ", 5));
	if (r < 0)
		return false;
	n = read_bytes(h.bytes, bytes);

	if (n > KBUS_FRAME_MAX)
		return false;
	r = kbus_parse(bytes, n, &f);

	return r == 0 || r == -EMSGSIZE;
}

static size_t kbus_put(void *state, const struct frame *f, char *buf)
{
	uint8_t bytes[KBUS_FRAME_MAX];
	struct frame exact = *f;
	char *p = buf;
	int n;

	(void)state;
	kbus_unpad(&exact);
	n = kbus_encode(&exact, bytes);
	if (n < 0)
		return 0;
	if (f->t != NSEC_NEVER && f->t >= 0) {
		p = log_put_seconds(p, f->t);
		*p++ = ' ';
	}
	if (f->flags & FRAME_TX)
		p = mempcpy(p, "TX ", 3);
	for (int i = 0; i < n; i++) {
		p = hex_put(p, bytes + i, 1);
		*p++ = i + 1 < n ? ' ' : '\n';
	}

	return (size_t)(p - buf);
}

const struct log_format kbus_log = {
	.name = "kbus",
	.ending = ".hex",
	.doc = "K-bus frames as hexadecimal bytes, NavCoder's logs",
	.state_size = sizeof(struct kbus_log),
	.notes = true,
	.probe = kbus_probe,
	.line = kbus_line,
	.head = log_remark_head,
	.put = kbus_put,
};
