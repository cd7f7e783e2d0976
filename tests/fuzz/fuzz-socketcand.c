/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "link/socketcand-text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

static bool same(const struct frame *a, const struct frame *b)
{
	return a->id == b->id && a->flags == b->flags && a->len == b->len &&
	       !memcmp(a->data, b->data, sizeof(a->data));
}

/* What was understood can be written, and says the same again. */
static void check(const struct socketcand_message *m, const char *end)
{
	static char buf[SOCKETCAND_TEXT_MAX];
	struct socketcand_message again;
	size_t n;

	must(m->text_len == 0 || (m->text + m->text_len <= end && m->text_len < SOCKETCAND_TEXT_MAX));
	if (m->kind != SOCKETCAND_FRAME && m->kind != SOCKETCAND_SEND)
		return;
	must(m->frame.id <= FRAME_EFF_MASK && m->frame.len <= FRAME_DATA_MAX);
	n = socketcand_put_frame(buf, &m->frame, m->kind == SOCKETCAND_FRAME ? m->frame.t : 0);
	must(n > 2 && n <= sizeof(buf));
	socketcand_parse(buf + 1, n - 2, &again);
	must(again.kind == SOCKETCAND_FRAME && same(&again.frame, &m->frame));
	must(m->kind != SOCKETCAND_FRAME ||
	     again.frame.t == m->frame.t - m->frame.t % NSEC_PER_USEC);
	n = socketcand_put_send(buf, &m->frame);
	must(n <= sizeof(buf) && (n > 2 || m->frame.flags & FRAME_ERR));
	if (n == 0)
		return;
	socketcand_parse(buf + 1, n - 2, &again);
	must(again.kind == SOCKETCAND_SEND && same(&again.frame, &m->frame));
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* A stream. Every character is in a message, or counted, or white space between them. */
static void stream(const uint8_t *data, size_t size)
{
	static struct socketcand_reader r;
	struct socketcand_message m;
	size_t in_messages = 0, blanks = 0;

	memset(&r, 0, sizeof(r));
	for (size_t i = 0; i < size; i++) {
		blanks += !r.inside && is_blank(data[i]);
		if (!socketcand_push(&r, (char)data[i]))
			continue;
		in_messages += r.len + 2;
		socketcand_parse(r.text, r.len, &m);
		check(&m, r.text + r.len);
	}
	must(in_messages + blanks + r.skipped + (r.inside && !r.too_long ? r.len + 1 : 0) == size);
}

/* The same bytes as an address. */
static void address(const uint8_t *data, size_t size)
{
	static char text[1024];
	struct socketcand_where w;
	size_t n = MIN(size, sizeof(text) - 1);

	memcpy(text, data, n);
	text[n] = '\0';
	if (socketcand_where_parse(text, &w) == 0)
		must(strlen(w.host) <= SOCKETCAND_HOST_MAX && strlen(w.bus) <= SOCKETCAND_BUS_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	stream(data, size);
	address(data, size);

	return 0;
}
