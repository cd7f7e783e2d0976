/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim-play.h"
#include "sim/kline.h"

/*
 * A tester on the K-line of a simulated car that knows nothing of proto/: bytes at their
 * times, and what came.
 */
#define DS2 ((struct sim_byte){ .baud = 9600, .parity = SIM_PARITY_EVEN })
#define KWP ((struct sim_byte){ .baud = 10400, .parity = SIM_PARITY_NONE })

struct said {
	char text[2048]; /* "00 10 A0", a comma where there was a gap of 20 ms or more */
	nsec_t first, end; /* when its first byte began; when its last one ended */
	unsigned int baud;
	enum sim_parity parity;
};

/* HEX now, one byte after the other, AS it is set. */
static inline void say_as(struct sim *s, const char *hex, struct sim_byte as)
{
	uint8_t bytes[64];
	ssize_t n = hex_parse(hex, strlen(hex), bytes, sizeof(bytes));

	assert_true(n > 0);
	for (ssize_t i = 0; i < n; i++) {
		as.value = bytes[i];
		sim_run(s, sim_now(s) + sim_byte_time(&as));
		sim_kline_hear(s, &as);
	}
}

/* What is said within SPAN of now. */
static inline void listen_line(struct sim *s, nsec_t span, struct said *ret)
{
	nsec_t end = sim_now(s) + span;
	struct sim_byte b;

	*ret = (struct said){ .first = -1 };
	while (sim_next(s) <= end) {
		struct frame f;

		sim_run(s, sim_next(s));
		while (sim_take(s, &f, 1) > 0)
			;
		while (sim_kline_take(s, &b)) {
			size_t n = strlen(ret->text);

			assert_true(n + 8 < sizeof(ret->text));
			if (ret->first < 0)
				ret->first = sim_now(s);
			snprintf(ret->text + n, sizeof(ret->text) - n, "%s%02X",
				 !n ? "" : sim_now(s) - ret->end >= MS(20) ? ", " : " ", b.value);
			ret->end = sim_now(s) + sim_byte_time(&b);
			ret->baud = b.baud;
			ret->parity = b.parity;
		}
	}
	sim_run(s, end);
}

/* WANT is what is said to HEX within 3 s; "": nothing. */
static inline struct said assert_said(struct sim *s, struct sim_byte as, const char *hex,
				      const char *want)
{
	struct said x;

	say_as(s, hex, as);
	listen_line(s, MS(3000), &x);
	if (strcmp(x.text, want))
		fail_msg("%s: '%s' instead of '%s'", hex, x.text, want);

	return x;
}
