/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "link/candump.h"
#include "proto/isotp.h"
#include "unit.h"

#define MS NSEC_PER_MSEC
#define US NSEC_PER_USEC

/* One end of a conversation, with room for what it receives. */
struct station {
	struct isotp tp;
	uint8_t *rx;
	uint8_t request[64];
};

/* BMW's tester 6F1 and its module 12, in any kind of addressing; change it at will. */
static inline struct isotp_config isotp_config(enum isotp_addressing kind, uint8_t tx_dl,
					       size_t rx_size)
{
	return (struct isotp_config){
		.address = { .kind = kind,
			     .tx_id = 0x6f1,
			     .rx_id = 0x612,
			     .tx_ae = 0x12,
			     .rx_ae = 0xf1 },
		.tx_dl = tx_dl,
		.wft_max = 10,
		.rx_size = rx_size,
	};
}

/* The other side of the same conversation. */
static inline struct isotp_config isotp_config_other(const struct isotp_config *config)
{
	struct isotp_config c = *config;

	c.address.tx_id = config->address.rx_id;
	c.address.rx_id = config->address.tx_id;
	if (c.address.kind == ISOTP_EXTENDED) {
		c.address.tx_ae = config->address.rx_ae;
		c.address.rx_ae = config->address.tx_ae;
	}

	return c;
}

static inline void station_open(struct station *s, const struct isotp_config *config)
{
	struct isotp_config c = *config;

	s->rx = malloc(c.rx_size);
	assert_non_null(s->rx);
	c.rx = s->rx;
	assert_int_equal(isotp_init(&s->tp, &c), 0);
}

static inline void station_close(struct station *s)
{
	free(s->rx);
}

static inline struct frame can_frame(const char *text)
{
	struct frame f;

	if (candump_parse_frame(text, strlen(text), &f, NULL) != 0)
		fail_msg("'%s' is no CAN frame", text);

	return f;
}

/* What it makes of the frame TEXT at T. */
static inline enum isotp_event hears(struct station *s, nsec_t t, const char *text)
{
	struct frame f = can_frame(text);

	return isotp_hear(&s->tp, &f, t);
}

/* It wants to send the frame TEXT at T, and does. NULL: nothing. */
static inline enum isotp_event sends(struct station *s, nsec_t t, const char *text)
{
	char is[CANDUMP_FRAME_MAX + 1];
	struct frame f;
	bool any = isotp_get(&s->tp, t, &f);

	if (!text) {
		assert_false(any);
		return ISOTP_NONE;
	}
	assert_true(any);
	is[candump_put_frame(is, &f)] = '\0';
	assert_string_equal(is, text);

	return isotp_put(&s->tp, t);
}

/* The message received is the bytes TEXT says, as in a frame's data. */
static inline void has_message(const struct station *s, const char *text)
{
	size_t n = strlen(text) / 2;
	char is[2 * 64 + 1];

	assert_int_equal(s->tp.rx_len, n);
	assert_in_range(n, 1, 64);
	*hex_put(is, s->rx, n) = '\0';
	assert_string_equal(is, text);
}

/* Begin to send the bytes TEXT says. */
static inline void ask(struct station *s, const char *text, nsec_t t)
{
	ssize_t n = hex_parse(text, strlen(text), s->request, sizeof(s->request));

	assert_in_range(n, 1, sizeof(s->request));
	assert_int_equal(isotp_send(&s->tp, s->request, (size_t)n, t), 0);
}
