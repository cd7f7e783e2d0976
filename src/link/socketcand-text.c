/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "link/socketcand-text.h"

#define WORDS_MAX (4 + FRAME_DATA_MAX)	/* "fdsend ID FLAGS LENGTH", then the bytes */

/* The flags of fdframe and fdsend: CANFD_BRS, CANFD_ESI of linux/can.h. */
#define FD_BRS 0x01u
#define FD_ESI 0x02u

/* linux/can.h's CAN_EFF_FLAG; SavvyCAN sends it (adapters.md 6.1). */
#define EXT_FLAG 0x80000000u

struct word {
	const char *p;
	size_t n;
};

struct words {
	struct word w[WORDS_MAX];
	size_t n;
	bool more;	/* than that */
};

bool socketcand_push(struct socketcand_reader *r, char c)
{
	if (c == '<') {
		r->skipped += r->inside && !r->too_long ? r->len + 1 : 0;
		r->inside = true;
		r->too_long = false;
		r->len = 0;
		return false;
	}
	if (!r->inside) {
		r->skipped += !isspace((unsigned char)c);
		return false;
	}
	if (c == '>') {
		r->inside = false;
		r->skipped += r->too_long;
		return !r->too_long;
	}
	if (r->len == sizeof(r->text)) {
		r->too_long = true;
		r->skipped += r->len + 1;
		r->len = 0;
	}
	if (r->too_long)
		r->skipped++;
	else
		r->text[r->len++] = c;

	return false;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void split(const char *text, size_t n, struct words *ret)
{
	size_t i = 0;

	ret->n = 0;
	ret->more = false;
	for (;;) {
		size_t begin;

		while (i < n && is_blank(text[i]))
			i++;
		if (i == n)
			return;
		begin = i;
		while (i < n && !is_blank(text[i]))
			i++;
		if (ret->n == WORDS_MAX) {
			ret->more = true;
			return;
		}
		ret->w[ret->n++] = (struct word){ text + begin, i - begin };
	}
}

static bool is(const struct word *w, const char *text)
{
	return w->n == strlen(text) && !memcmp(w->p, text, w->n);
}

/* 1 to 16 digits. */
static bool read_hex(const struct word *w, uint64_t *ret)
{
	uint64_t v = 0;

	if (w->n == 0 || w->n > 16)
		return false;
	for (size_t i = 0; i < w->n; i++) {
		int d = hex_digit(w->p[i]);

		if (d < 0)
			return false;
		v = v << 4 | (uint64_t)d;
	}
	*ret = v;

	return true;
}

static bool read_decimal(const struct word *w, unsigned int max, unsigned int *ret)
{
	unsigned int v = 0;

	if (w->n == 0 || w->n > 6)
		return false;
	for (size_t i = 0; i < w->n; i++) {
		if (!isdigit((unsigned char)w->p[i]))
			return false;
		v = v * 10 + (unsigned int)(w->p[i] - '0');
	}
	*ret = v;

	return v <= max;
}

/*
 * 3 digits: 11 bit; 8: 29 bit. python-can writes no zeros in front. SavvyCAN sets bit 31 and
 * writes the number as a negative one, with 16 digits (adapters.md 6.1).
 */
static bool read_id(const struct word *w, struct frame *ret)
{
	uint64_t v;
	bool ext;

	if (!read_hex(w, &v) || (v >> 32 != 0 && v >> 32 != UINT32_MAX))
		return false;
	ext = w->n >= 8 || (uint32_t)v > FRAME_SFF_MASK;
	ret->id = (uint32_t)v & ~EXT_FLAG;
	if (ext)
		ret->flags |= FRAME_EXT;

	return ret->id <= FRAME_EFF_MASK;
}

/* "23.424242": seconds, up to 9 decimals. */
static bool read_time(const struct word *w, nsec_t *ret)
{
	nsec_t sec = 0, ns = 0, unit = NSEC_PER_SEC;
	size_t i = 0;

	for (; i < w->n && isdigit((unsigned char)w->p[i]); i++) {
		if (i == 10 || sec > INT64_MAX / NSEC_PER_SEC / 10 - 1)
			return false;
		sec = sec * 10 + (w->p[i] - '0');
	}
	if (i == 0)
		return false;
	if (i < w->n && w->p[i++] != '.')
		return false;
	for (; i < w->n; i++) {
		if (!isdigit((unsigned char)w->p[i]))
			return false;
		unit /= 10;
		ns += unit * (w->p[i] - '0');
	}
	*ret = sec * NSEC_PER_SEC + ns;

	return true;
}

/* Packed as "F10362", or parted as "f1 3 62". */
static bool read_data(const struct words *w, size_t from, size_t max, struct frame *ret)
{
	size_t n = 0;

	for (size_t i = from; i < w->n; i++) {
		const struct word *d = &w->w[i];
		size_t step = d->n == 1 ? 1 : 2;

		if (d->n % step)
			return false;
		for (size_t k = 0; k < d->n; k += step) {
			const struct word byte = { d->p + k, step };
			uint64_t v;

			if (n == max || !read_hex(&byte, &v))
				return false;
			ret->data[n++] = (uint8_t)v;
		}
	}
	ret->len = (uint8_t)n;

	return !w->more;
}

/* LEN words, a byte each. SavvyCAN writes those from 80 on as negative numbers. */
static bool read_bytes(const struct words *w, size_t from, unsigned int len, struct frame *ret)
{
	if (w->more || w->n - from != len)
		return false;
	for (size_t i = 0; i < len; i++) {
		uint64_t v;

		if (!read_hex(&w->w[from + i], &v) || (v > 0xff && v < UINT64_MAX - 0x7f))
			return false;
		ret->data[i] = (uint8_t)v;
	}
	ret->len = (uint8_t)len;

	return true;
}

static bool read_fd_flags(const struct word *w, struct frame *ret)
{
	uint64_t v;

	if (!read_hex(w, &v) || v > 0xff)
		return false;
	ret->flags |= FRAME_FD;
	if (v & FD_BRS)
		ret->flags |= FRAME_BRS;
	if (v & FD_ESI)
		ret->flags |= FRAME_ESI;

	return true;
}

/* frame ID TIME DATA; fdframe ID FLAGS TIME DATA; rtr ID TIME LENGTH */
static bool read_received(const struct words *w, struct frame *ret)
{
	bool fd = is(&w->w[0], "fdframe");
	size_t time = fd ? 3 : 2;
	unsigned int len;

	if (w->n <= time || !read_id(&w->w[1], ret) || !read_time(&w->w[time], &ret->t))
		return false;
	if (is(&w->w[0], "rtr")) {
		if (w->n != 4 || !read_decimal(&w->w[3], FRAME_CLASSIC_MAX, &len))
			return false;
		ret->flags |= FRAME_RTR;
		ret->len = (uint8_t)len;
		return true;
	}
	if (fd && !read_fd_flags(&w->w[2], ret))
		return false;

	return read_data(w, time + 1, fd ? FRAME_DATA_MAX : FRAME_CLASSIC_MAX, ret);
}

/* send ID LENGTH BYTES; fdsend ID FLAGS LENGTH BYTES; sendrtr ID LENGTH */
static bool read_sent(const struct words *w, struct frame *ret)
{
	bool fd = is(&w->w[0], "fdsend");
	size_t at = fd ? 3 : 2;
	unsigned int len;

	if (w->n <= at || !read_id(&w->w[1], ret) || (fd && !read_fd_flags(&w->w[2], ret)) ||
	    !read_decimal(&w->w[at], fd ? FRAME_DATA_MAX : FRAME_CLASSIC_MAX, &len))
		return false;
	if (!is(&w->w[0], "sendrtr"))
		return read_bytes(w, at + 1, len, ret);
	ret->flags |= FRAME_RTR;
	ret->len = (uint8_t)len;

	return w->n == 3;
}

/* error CLASS TIME, as a frame: 8 bytes, and none of them is told. */
static bool read_error_frame(const struct words *w, struct frame *ret)
{
	uint64_t class;

	if (w->n != 3 || !read_hex(&w->w[1], &class) || class > FRAME_EFF_MASK ||
	    !read_time(&w->w[2], &ret->t))
		return false;
	ret->id = (uint32_t)class;
	ret->flags = FRAME_ERR;
	ret->len = FRAME_CLASSIC_MAX;

	return true;
}

/* error N frames lost */
static bool read_lost(const struct words *w, struct frame *ret)
{
	unsigned int n;

	if (w->n != 4 || !is(&w->w[2], "frames") || !is(&w->w[3], "lost") ||
	    !read_decimal(&w->w[1], UINT32_MAX, &n) || n == 0)
		return false;
	ret->id = n;
	ret->flags = FRAME_LOST;

	return true;
}

static enum socketcand_kind read_error(const struct words *w, struct socketcand_message *ret)
{
	if (read_lost(w, &ret->frame))
		return SOCKETCAND_LOST;
	if (read_error_frame(w, &ret->frame))
		return SOCKETCAND_FRAME;
	if (w->n > 1) {
		const struct word *last = &w->w[w->n - 1];

		ret->text = w->w[1].p;
		ret->text_len = (size_t)(last->p + last->n - ret->text);
	}

	return SOCKETCAND_ERROR;
}

static enum socketcand_kind read_open(const struct words *w, struct socketcand_message *ret)
{
	if (w->n != 2)
		return SOCKETCAND_UNKNOWN;
	ret->text = w->w[1].p;
	ret->text_len = w->w[1].n;

	return SOCKETCAND_OPEN;
}

static enum socketcand_kind read_words(const struct words *w, struct socketcand_message *ret)
{
	static const struct {
		const char *word;
		enum socketcand_kind kind;
	} alone[] = {
		{ "hi", SOCKETCAND_HI },
		{ "ok", SOCKETCAND_OK },
		{ "echo", SOCKETCAND_ECHO },
		{ "rawmode", SOCKETCAND_RAWMODE },
	};

	if (w->n == 0)
		return SOCKETCAND_UNKNOWN;
	for (size_t i = 0; i < ARRAY_SIZE(alone); i++)
		if (w->n == 1 && is(&w->w[0], alone[i].word))
			return alone[i].kind;
	if (is(&w->w[0], "frame") || is(&w->w[0], "fdframe") || is(&w->w[0], "rtr"))
		return read_received(w, &ret->frame) ? SOCKETCAND_FRAME : SOCKETCAND_BROKEN;
	if (is(&w->w[0], "send") || is(&w->w[0], "fdsend") || is(&w->w[0], "sendrtr"))
		return read_sent(w, &ret->frame) ? SOCKETCAND_SEND : SOCKETCAND_BROKEN;
	if (is(&w->w[0], "error"))
		return read_error(w, ret);
	if (is(&w->w[0], "open"))
		return read_open(w, ret);

	return SOCKETCAND_UNKNOWN;
}

void socketcand_parse(const char *text, size_t n, struct socketcand_message *ret)
{
	static const struct frame none = { .t = NSEC_NEVER };
	struct words w;

	*ret = (struct socketcand_message){ .text = "", .frame = none };
	split(text, n, &w);
	ret->kind = read_words(&w, ret);
	if (ret->kind == SOCKETCAND_BROKEN)
		ret->frame = none;
}

static unsigned int fd_flags(const struct frame *f)
{
	return (f->flags & FRAME_BRS ? FD_BRS : 0) | (f->flags & FRAME_ESI ? FD_ESI : 0);
}

static bool has_form(const struct frame *f)
{
	return !(f->flags & FRAME_LOST) &&
	       f->len <= (f->flags & FRAME_FD ? FRAME_DATA_MAX : FRAME_CLASSIC_MAX);
}

static size_t put_id(char *buf, const char *command, const struct frame *f)
{
	return (size_t)sprintf(buf, f->flags & FRAME_EXT ? "< %s %08" PRIX32 : "< %s %03" PRIX32,
			       command, f->id);
}

static size_t put_time(char *buf, nsec_t t)
{
	return (size_t)sprintf(buf, " %" PRId64 ".%06" PRId64, t / NSEC_PER_SEC,
			       t % NSEC_PER_SEC / NSEC_PER_USEC);
}

static size_t put_end(char *p)
{
	memcpy(p, " >", 2);

	return 2;
}

size_t socketcand_put_frame(char *buf, const struct frame *f, nsec_t t)
{
	char *p = buf;

	if (!has_form(f))
		return 0;
	if (f->flags & FRAME_ERR) {
		p += sprintf(p, "< error %03" PRIX32, f->id);
		p += put_time(p, t);
	} else if (f->flags & FRAME_RTR) {
		p += put_id(p, "rtr", f);
		p += put_time(p, t);
		p += sprintf(p, " %u", f->len);
	} else {
		p += put_id(p, f->flags & FRAME_FD ? "fdframe" : "frame", f);
		if (f->flags & FRAME_FD)
			p += sprintf(p, " %02X", fd_flags(f));
		p += put_time(p, t);
		*p++ = ' ';
		p = hex_put(p, f->data, f->len);
	}
	p += put_end(p);

	return (size_t)(p - buf);
}

size_t socketcand_put_send(char *buf, const struct frame *f)
{
	char *p = buf;

	if (!has_form(f) || f->flags & FRAME_ERR)
		return 0;
	if (f->flags & FRAME_RTR) {
		p += put_id(p, "sendrtr", f);
		p += sprintf(p, " %u", f->len);
	} else {
		p += put_id(p, f->flags & FRAME_FD ? "fdsend" : "send", f);
		if (f->flags & FRAME_FD)
			p += sprintf(p, " %02X", fd_flags(f));
		p += sprintf(p, " %u", f->len);
		for (size_t i = 0; i < f->len; i++) {
			*p++ = ' ';
			p = hex_put(p, f->data + i, 1);
		}
	}
	p += put_end(p);

	return (size_t)(p - buf);
}

/* 0..65535, the N characters at P. */
static bool read_port(const char *p, size_t n, uint16_t *ret)
{
	const struct word w = { p, n };
	unsigned int v;

	if (!read_decimal(&w, UINT16_MAX, &v))
		return false;
	*ret = (uint16_t)v;

	return true;
}

static bool read_bus(const char *p, size_t n, struct socketcand_where *ret)
{
	if (n == 0 || n > SOCKETCAND_BUS_MAX)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!isgraph((unsigned char)p[i]) || strchr("<>/", p[i]))
			return false;
	memcpy(ret->bus, p, n);

	return true;
}

int socketcand_where_parse(const char *text, struct socketcand_where *ret)
{
	struct socketcand_where w = { .port = SOCKETCAND_PORT };
	size_t end = strcspn(text, "/"), host = strcspn(text, ":/"), n;
	const char *from = text;

	if (*text == '[') {
		host = strcspn(text, "]");
		if (host >= end)
			return -EINVAL;
		from++;
	}
	n = host - (size_t)(from - text);
	if (n > SOCKETCAND_HOST_MAX || (*text == '[' && n == 0))
		return -EINVAL;
	memcpy(w.host, from, n);
	if (*text == '[')
		host++;
	if (host < end && (text[host] != ':' || !read_port(text + host + 1, end - host - 1, &w.port)))
		return -EINVAL;
	if (text[end] && !read_bus(text + end + 1, strlen(text + end + 1), &w))
		return -EINVAL;
	*ret = w;

	return 0;
}
