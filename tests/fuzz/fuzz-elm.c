/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "proto/elm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

/* What was typed so far, as an honest adapter echoes it. */
struct echo {
	char text[4 * ELM_TYPE_MAX];
	size_t n;
};

static void collect(struct elm *e, struct echo *echo)
{
	const char *out;
	size_t n = elm_output(e, &out);

	must(n <= ELM_TYPE_MAX);
	if (n > sizeof(echo->text) - echo->n)
		echo->n = 0;
	memcpy(echo->text + echo->n, out, n);
	echo->n += n;
}

static void say(struct elm *e, const char *text, size_t n, nsec_t now)
{
	for (size_t i = 0; i < n; i++)
		elm_push(e, (uint8_t)text[i], now);
}

static void take_all(struct elm *e)
{
	struct frame f;

	must(e->rx_n <= ELM_RX && e->tx_n <= ELM_TX);
	while (elm_pop(e, &f)) {
		must(f.len <= 8 && !(f.flags & FRAME_EXT));
		must(f.flags & FRAME_LOST ? f.id > 0 : f.id <= FRAME_SFF_MASK);
	}
}

static nsec_t step(struct elm *e, struct echo *echo, uint8_t byte, nsec_t now)
{
	static const struct frame request = { .id = 0x6f1, .len = 8, .data = { 0x40, 2, 0x1a, 0x80 } };
	static const struct link_filter filter = { 0x130, 0x7ff, false };

	switch (byte) {
	case 0x01:
		say(e, echo->text, echo->n, now);
		echo->n = 0;
		break;
	case 0x02:
		say(e, "OK\r\r>", 5, now);
		break;
	case 0x03:
		now = MAX(now, elm_next(e) == NSEC_NEVER ? now : elm_next(e));
		break;
	case 0x04:
		(void)!elm_send(e, &request, now);
		break;
	case 0x05:
		take_all(e);
		break;
	case 0x06:
		elm_filter(e, &filter, 1, now);
		break;
	case 0x07:
		if (elm_rate(e))
			elm_changed(e, now);
		break;
	default:
		elm_push(e, byte, now);
	}
	elm_tick(e, now);

	return now;
}

/* Bytes below 08 are what happens, the others what the adapter says. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct elm e;
	struct echo echo = { .n = 0 };
	nsec_t now = 0;

	elm_begin(&e, 38400, size > 0 && data[0] & 1 ? 115200 : 0, now);
	for (size_t i = 1; i < size; i++) {
		collect(&e, &echo);
		now = step(&e, &echo, data[i], now);
	}
	take_all(&e);

	return 0;
}
