/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "proto/bmwfast.h"

#define FORMAT 0x80u		/* with addresses, to one module (kbus.md 5.1) */
#define FORMAT_MASK 0xc0u
#define LENGTH_MASK 0x3fu

static uint8_t sum(const uint8_t *bytes, size_t n)
{
	uint8_t s = 0;

	for (size_t i = 0; i < n; i++)
		s = (uint8_t)(s + bytes[i]);

	return s;
}

/* The size of the header in N bytes and the length it says; 0: more bytes are needed. */
static size_t header(const uint8_t *bytes, size_t n, size_t *ret_len)
{
	if (n < 1)
		return 0;
	*ret_len = bytes[0] & LENGTH_MASK;
	if (*ret_len)
		return 3;
	if (n < 4)
		return 0;
	*ret_len = bytes[3];
	if (*ret_len)
		return 4;
	if (n < 6)
		return 0;
	*ret_len = get_be16(bytes + 4);

	return 6;
}

int bmwfast_parse(const uint8_t *bytes, size_t n, struct bmwfast *ret)
{
	size_t head, len = 0;

	if (n > 0 && (bytes[0] & FORMAT_MASK) != FORMAT)
		return -EBADMSG;
	head = header(bytes, n, &len);
	if (head == 0)
		return 0;
	if (len == 0 || len > BMWFAST_DATA_MAX)
		return -EBADMSG;
	if (n < head + len + 1)
		return 0;
	if (sum(bytes, head + len) != bytes[head + len])
		return -EBADMSG;
	*ret = (struct bmwfast){
		.target = bytes[1],
		.source = bytes[2],
		.data = bytes + head,
		.len = len,
	};

	return (int)(head + len + 1);
}

int bmwfast_encode(const struct bmwfast *m, uint8_t *buf)
{
	size_t n = 3;

	if (m->len == 0 || m->len > BMWFAST_DATA_MAX)
		return -EMSGSIZE;
	buf[0] = FORMAT;
	buf[1] = m->target;
	buf[2] = m->source;
	if (m->len <= LENGTH_MASK) {
		buf[0] = (uint8_t)(FORMAT | m->len);
	} else if (m->len <= UINT8_MAX) {
		buf[n++] = (uint8_t)m->len;
	} else {
		buf[n++] = 0;
		buf[n++] = (uint8_t)(m->len >> 8);
		buf[n++] = (uint8_t)m->len;
	}
	memcpy(buf + n, m->data, m->len);
	n += m->len;
	buf[n] = sum(buf, n);

	return (int)n + 1;
}

void bmwfast_framer_init(struct bmwfast_framer *fr)
{
	fr->skipped = 0;
	fr->n = fr->used = 0;
	fr->last = 0;
}

static void drop(struct bmwfast_framer *fr, size_t n)
{
	fr->n -= n;
	memmove(fr->buf, fr->buf + n, fr->n);
}

/* Away with the telegram popped last, and with bytes that begin none. */
static void tidy(struct bmwfast_framer *fr)
{
	struct bmwfast m;

	drop(fr, fr->used);
	fr->used = 0;
	while (fr->n > 0 && bmwfast_parse(fr->buf, fr->n, &m) < 0) {
		drop(fr, 1);
		fr->skipped++;
	}
}

void bmwfast_framer_push(struct bmwfast_framer *fr, uint8_t byte, nsec_t t)
{
	tidy(fr);
	if (fr->n == sizeof(fr->buf)) {	/* whole, and nobody popped it */
		drop(fr, 1);
		fr->skipped++;
	}
	fr->buf[fr->n++] = byte;
	fr->last = t;
}

bool bmwfast_framer_pop(struct bmwfast_framer *fr, struct bmwfast *ret)
{
	int r;

	tidy(fr);
	r = bmwfast_parse(fr->buf, fr->n, ret);
	if (r > 0)
		fr->used = (size_t)r;

	return r > 0;
}

nsec_t bmwfast_framer_deadline(const struct bmwfast_framer *fr)
{
	return fr->n > fr->used ? nsec_add(fr->last, BMWFAST_SILENCE) : NSEC_NEVER;
}

void bmwfast_framer_idle(struct bmwfast_framer *fr, nsec_t now)
{
	struct bmwfast m;

	if (now < bmwfast_framer_deadline(fr))
		return;
	tidy(fr);
	if (fr->n > 0 && bmwfast_parse(fr->buf, fr->n, &m) == 0) {
		drop(fr, 1);
		fr->skipped++;
	}
}
