/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "car/ask.h"
#include "modules.h"
#include "proto/tp-isotp.h"
#include "proto/tp-kbus.h"

/* An asker on a bus of modules.h, in virtual time. */
struct bench {
	struct modules modules;
	struct decoder decoder;
	struct gate gate;
	struct car_state state;
	struct ask_late late;
	struct tp *isotp, *kbus;
	struct asker asker;
	char done[512]; /* "40=0 60=-110", in the order in which they were settled */
	uint8_t answer[TP_MESSAGE_MAX];
};

static inline void told(const struct decoded *dec, void *arg)
{
	struct bench *b = arg;
	struct event events[STATE_EVENTS_MAX];

	state_hear(&b->state, dec, events);
}

static inline void bench_open(struct bench *b, enum gate_class class, const char *platform,
		       const struct modules_rule *rules, size_t n)
{
	modules_open(&b->modules, rules, n);
	assert_int_equal(decoder_init(&b->decoder, platform_of(platform)), 0);
	gate_init(&b->gate, class, true, &b->decoder);
	state_init(&b->state);
	b->late = (struct ask_late){ 0 };
	assert_int_equal(tp_isotp_open(&b->modules.link, &b->isotp), 0);
	assert_int_equal(tp_kbus_open(&b->modules.link, &b->kbus), 0);
	b->asker = (struct asker){
		.link = &b->modules.link,
		.tp = { [DIAG_DS2] = b->kbus, [DIAG_KWP] = b->isotp, [DIAG_UDS] = b->isotp },
		.gate = &b->gate,
		.late = &b->late,
		.told = told,
		.arg = b,
		.timeout = MS(2000),
	};
	b->done[0] = '\0';
}

static inline void bench_close(struct bench *b)
{
	tp_close(b->isotp);
	tp_close(b->kbus);
	decoder_free(&b->decoder);
}

static inline struct question ask_for(enum diag_protocol p, uint8_t ecu, const char *hex)
{
	struct question q = { .protocol = p, .ecu = ecu };
	ssize_t n = hex_parse(hex, strlen(hex), q.req, sizeof(q.req));

	assert_true(n > 0);
	q.n = (size_t)n;

	return q;
}

static inline nsec_t now_ms(struct bench *b)
{
	return (clock_now(&b->modules.clk) - MS(1000)) / MS(1);
}

static inline void note(struct question *q, void *arg)
{
	struct bench *b = arg;
	size_t len = strlen(b->done);

	snprintf(b->done + len, sizeof(b->done) - len, "%s%02X=%d", len ? " " : "",
		 q->from ? q->from : q->ecu, q->result);
	if (q->result == 0 && q->len)
		memcpy(b->answer, q->data, q->len);
}

static inline void assert_sent(const struct bench *b, const char *want)
{
	char got[2048];

	modules_log(&b->modules, got, sizeof(got));
	assert_string_equal(got, want);
}
