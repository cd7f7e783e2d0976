/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "car/ask.h"
#include "ear.h"
#include "link/bytelink-wire.h"
#include "link/parmrk.h"
#include "proto/tp-kline.h"

/*
 * A K-line with a tester, who is ours, and modules, written here by hand: all bytes of theirs
 * are in the tests. A module takes what came between two silences, if no byte of it was
 * damaged, and hands it to HEAR, which may have it say something.
 */
#define MODULE_GAP MS(20)	/* kbus.md 4.1, 5.3 (P1) */

struct module {
	struct bytelink *b;
	struct parmrk marks;
	uint8_t rx[300], tx[300];
	size_t n, n_tx;
	bool bad;
	nsec_t last, at;	/* when a byte came; when TX goes out */
	void (*hear)(struct module *m, const uint8_t *bytes, size_t n, nsec_t now);
	/* A low without a break, over a byte long; may be NULL. */
	void (*low)(struct module *m, const struct bytelink_low *low);
	void *arg;
};

struct kline_bench {
	struct clock clk;
	struct bytelink_wire *wire;
	struct bytelink *tester;
	struct module module;
	struct tp *ds2, *kwp;
	struct link link;	/* nothing but a clock and a name */
	struct gate gate;
	struct ask_late late;
	struct asker asker;
	uint8_t answer[TP_MESSAGE_MAX];
};

static inline void module_says(struct module *m, const uint8_t *bytes, size_t n, nsec_t at)
{
	memcpy(m->tx, bytes, n);
	m->n_tx = n;
	m->at = at;
}

/* HEX and its XOR. */
static inline size_t with_xor(const char *hex, uint8_t *ret)
{
	ssize_t n = hex_parse(hex, strlen(hex), ret, 250);

	assert_true(n > 0);
	ret[n] = 0;
	for (ssize_t i = 0; i < n; i++)
		ret[n] ^= ret[i];

	return (size_t)n + 1;
}

static inline size_t with_sum(const char *hex, uint8_t *ret)
{
	ssize_t n = hex_parse(hex, strlen(hex), ret, 250);

	assert_true(n > 0);
	ret[n] = 0;
	for (ssize_t i = 0; i < n; i++)
		ret[n] = (uint8_t)(ret[n] + ret[i]);

	return (size_t)n + 1;
}

static inline nsec_t module_next(void *arg)
{
	const struct module *m = arg;
	nsec_t t = m->n_tx ? m->at : NSEC_NEVER;

	return m->n || m->bad ? MIN(t, m->last + MODULE_GAP) : t;
}

static inline void module_run(void *arg, nsec_t now)
{
	struct module *m = arg;
	struct bytelink_low low;
	uint8_t raw[64];
	int n;

	while (m->low && bytelink_wire_low(m->b, &low))
		m->low(m, &low);
	while ((n = bytelink_recv(m->b, raw, sizeof(raw), 0)) > 0)
		for (int i = 0; i < n; i++) {
			uint8_t byte = raw[i];
			int r = m->b->marks ? parmrk_push(&m->marks, byte, &byte) : 1;

			m->last = now;
			m->bad |= r < 0 || m->n == sizeof(m->rx);
			if (r > 0 && !m->bad)
				m->rx[m->n++] = byte;
		}
	if ((m->n || m->bad) && now >= m->last + MODULE_GAP) {
		if (!m->bad)
			m->hear(m, m->rx, m->n, now);
		m->n = 0;
		m->bad = false;
	}
	if (m->n_tx && now >= m->at) {
		assert_int_equal(bytelink_send(m->b, m->tx, m->n_tx), 0);
		m->n_tx = 0;
	}
}

static inline void bench_open(struct kline_bench *b, unsigned int baud, bool even_parity,
			      void (*hear)(struct module *m, const uint8_t *bytes, size_t n, nsec_t now))
{
	const struct bytelink_line line = { .baud = baud, .even_parity = even_parity };
	const struct bytelink_party party = { module_next, module_run, &b->module };

	memset(b, 0, sizeof(*b));
	clock_init_virtual(&b->clk, MS(1000));
	assert_int_equal(bytelink_wire_new(&b->clk, &b->wire), 0);
	assert_int_equal(bytelink_wire_station(b->wire, &b->tester), 0);
	assert_int_equal(bytelink_wire_station(b->wire, &b->module.b), 0);
	assert_int_equal(bytelink_set(b->module.b, &line), 0);
	bytelink_wire_no_echo(b->module.b, true);
	b->module.hear = hear;
	assert_int_equal(bytelink_wire_party(b->wire, &party), 0);
	assert_int_equal(tp_kline_open(b->tester, &b->ds2, &b->kwp), 0);
	b->link = (struct link){ .clk = &b->clk, .name = "kline" };
	gate_init(&b->gate, GATE_VIRTUAL, true, NULL);
	b->asker = (struct asker){
		.link = &b->link,
		.tp = { [DIAG_DS2] = b->ds2, [DIAG_KWP] = b->kwp },
		.gate = &b->gate,
		.late = &b->late,
		.timeout = MS(2000),
	};
}

static inline void bench_close(struct kline_bench *b)
{
	tp_close(b->ds2);
	tp_close(b->kwp);
	bytelink_close(b->tester);
	bytelink_close(b->module.b);
	bytelink_wire_free(b->wire);
}

/* Ask ECU for HEX; the result, and the answer's data as hex in GOT (may be NULL). */
static inline int ask_hex(struct kline_bench *b, enum diag_protocol p, uint8_t ecu,
			  const char *hex, char *got)
{
	struct question q = { .protocol = p, .ecu = ecu };
	ssize_t n = hex_parse(hex, strlen(hex), q.req, sizeof(q.req));
	int r;

	assert_true(n > 0);
	q.n = (size_t)n;
	r = ask_one(&b->asker, &q, b->answer);
	if (got)
		*hex_put(got, b->answer, r == 0 ? q.len : 0) = '\0';

	return r;
}
