/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "link/bytelink.h"
#include "link/mem.h"
#include "link/socketcan.h"
#include "proto/bmwfast.h"
#include "proto/isotp.h"
#include "proto/kbus.h"
#include "proto/tp-bmwfast.h"
#include "proto/tp-isotp.h"
#include "proto/tp-kbus.h"
#include "proto/tp-kernel.h"
#include "unit.h"

/*
 * What every message transport promises, on each of them: in memory, and, on the vcan
 * interface that is the argument, our ISO-TP and the kernel's. The far end is two modules,
 * 40 and 60, which answer 22 HI LO ... by HI * 256 + LO bytes: 62, their address, 02 03 ...
 */
#define MODULES 2
#define MAX_TESTS 60

static const uint8_t addresses[MODULES] = { 0x40, 0x60 };

enum wire { WIRE_CAN, WIRE_KBUS, WIRE_BYTES };

struct kind {
	const char *name;
	enum wire wire;
	const char *interface;	/* NULL: in memory, in virtual time */
	bool kernel;
	bool functional;	/* has such addresses */
	size_t max;		/* longest answer */
	size_t request_max;
};

struct module {
	struct isotp isotp;
	uint8_t rx[TP_MESSAGE_MAX], tx[TP_MESSAGE_MAX];
};

struct pair {
	const struct kind *kind;
	struct clock clk;
	struct tp *tp;
	struct link *near, *far;
	struct bytelink *near_bytes, *far_bytes;
	struct bmwfast_framer framer;
	struct module modules[MODULES];
	bool started;	/* next() saw the beginning of a longer answer */
	size_t request;	/* length of the request that the far end got last */
};

static nsec_t now(struct pair *p)
{
	return clock_now(&p->clk);
}

/* ---- the far end ---- */

static size_t answer(uint8_t ecu, const uint8_t *req, size_t n, uint8_t *buf)
{
	size_t len;

	assert_true(n >= 3 && req[0] == 0x22);
	for (size_t i = 3; i < n; i++)
		assert_int_equal(req[i], (uint8_t)i);
	len = (size_t)(req[1] << 8 | req[2]);
	for (size_t i = 0; i < len; i++)
		buf[i] = (uint8_t)(i == 0 ? 0x62 : i == 1 ? ecu : i);

	return len;
}

static void far_frame(struct pair *p, const struct frame *f)
{
	static const uint8_t functional = 0xdf;

	for (size_t i = 0; i < MODULES; i++) {
		struct module *m = &p->modules[i];
		struct frame g = *f;
		size_t n;

		if (g.len > 0 && g.data[0] == functional)
			g.data[0] = addresses[i];
		if (isotp_hear(&m->isotp, &g, now(p)) != ISOTP_MESSAGE)
			continue;
		p->request = m->isotp.rx_len;
		n = answer(addresses[i], m->rx, m->isotp.rx_len, m->tx);
		assert_int_equal(isotp_send(&m->isotp, m->tx, n, now(p)), 0);
	}
}

static void far_can(struct pair *p)
{
	struct frame f;

	while (link_recv(p->far, &f, 1, now(p)) > 0)
		far_frame(p, &f);
	for (size_t i = 0; i < MODULES; i++)
		while (isotp_get(&p->modules[i].isotp, now(p), &f)) {
			int r = link_send(p->far, &f);

			if (r == -ENOBUFS)
				break;
			assert_int_equal(r, 0);
			isotp_put(&p->modules[i].isotp, now(p));
		}
}

static void far_kbus(struct pair *p)
{
	struct frame f;

	while (link_recv(p->far, &f, 1, now(p)) > 0) {
		uint8_t req[65] = { kbus_cmd(&f) }, buf[4096];
		size_t n;

		memcpy(req + 1, f.data, f.len);
		p->request = f.len + 1u;
		n = answer(kbus_dst(&f), req, f.len + 1u, buf);
		f.id = KBUS_ID(kbus_dst(&f), KBUS_DIA, buf[0]);
		f.len = (uint8_t)(n - 1);
		memcpy(f.data, buf + 1, n - 1);
		assert_int_equal(link_send(p->far, &f), 0);
	}
}

/* Each telegram comes back first, as on a wire that is one for both. */
static void far_bytes(struct pair *p)
{
	static uint8_t buf[TP_MESSAGE_MAX], wire[BMWFAST_TELEGRAM_MAX];
	struct bmwfast m, reply = { .data = buf };
	uint8_t byte;
	int n;

	while (bytelink_recv(p->far_bytes, &byte, 1, now(p)) > 0) {
		bmwfast_framer_push(&p->framer, byte, now(p));
		while (bmwfast_framer_pop(&p->framer, &m)) {
			n = bmwfast_encode(&m, wire);
			assert_int_equal(bytelink_send(p->far_bytes, wire, (size_t)n), 0);
			assert_int_equal(m.source, 0xf1);
			p->request = m.len;
			reply.target = 0xf1;
			reply.source = m.target;
			reply.len = answer(m.target, m.data, m.len, buf);
			n = bmwfast_encode(&reply, wire);
			assert_int_equal(bytelink_send(p->far_bytes, wire, (size_t)n), 0);
		}
	}
}

static void far_step(struct pair *p)
{
	if (p->kind->wire == WIRE_CAN)
		far_can(p);
	else if (p->kind->wire == WIRE_KBUS)
		far_kbus(p);
	else
		far_bytes(p);
}

/* ---- the near end ---- */

/* The next message or failure within LIMIT: 1; 0: none. */
static int next(struct pair *p, struct tp_event *e, nsec_t limit)
{
	nsec_t end = now(p) + limit;

	p->started = false;
	while (now(p) < end) {
		int r;

		far_step(p);
		r = tp_recv(p->tp, e, now(p) + NSEC_PER_MSEC / 2);
		assert_in_range(r, 0, 1);
		if (r == 1 && e->what != TP_STARTED)
			return 1;
		p->started |= r == 1;
	}

	return 0;
}

static void ask(struct pair *p, uint8_t ecu, size_t len, size_t request)
{
	uint8_t req[TP_MESSAGE_MAX] = { 0x22, (uint8_t)(len >> 8), (uint8_t)len };

	for (size_t i = 3; i < request; i++)
		req[i] = (uint8_t)i;
	assert_int_equal(tp_send(p->tp, ecu, req, request), 0);
}

static void expect(const struct tp_event *e, uint8_t ecu, size_t len)
{
	uint8_t want[TP_MESSAGE_MAX], req[3] = { 0x22, (uint8_t)(len >> 8), (uint8_t)len };

	assert_int_equal(e->what, TP_MESSAGE);
	assert_int_equal(e->ecu, ecu);
	assert_int_equal(e->len, len);
	assert_int_equal(answer(ecu, req, 3, want), len);
	assert_memory_equal(e->data, want, len);
}

static void one_by_one(void **state)
{
	static const size_t lens[] = { 1,  5,  6,  7,	8,   12,  13,  17,   18,   62,
				       63, 64, 65, 255, 256, 1000, 1001, 4094, 4095 };
	struct pair *p = *state;
	struct tp_event e;

	for (size_t i = 0; i < ARRAY_SIZE(lens) && lens[i] <= p->kind->max; i++) {
		ask(p, 0x40, lens[i], 3);
		assert_int_equal(next(p, &e, 2 * NSEC_PER_SEC), 1);
		expect(&e, 0x40, lens[i]);
		if (p->kind->functional)
			assert_int_equal(p->started, lens[i] > 6);
	}
}

static void long_requests(void **state)
{
	static const size_t lens[] = { 4, 5, 6, 7, 8, 11, 12, 63, 64, 256, 4095 };
	struct pair *p = *state;
	struct tp_event e;

	for (size_t i = 0; i < ARRAY_SIZE(lens) && lens[i] <= p->kind->request_max; i++) {
		ask(p, 0x60, 20, lens[i]);
		assert_int_equal(next(p, &e, 2 * NSEC_PER_SEC), 1);
		expect(&e, 0x60, 20);
		assert_int_equal(p->request, lens[i]);
		tp_forget(p->tp, 0x60);
	}
}

/* Both at the same time: their frames come between one another. */
static void at_once(void **state)
{
	struct pair *p = *state;
	size_t len = MIN(p->kind->max, 500u), seen[MODULES] = { 0 };
	struct tp_event e;

	if (p->tp->one_at_a_time)
		return;
	ask(p, 0x40, len, 3);
	ask(p, 0x60, len - 1, 3);
	for (size_t i = 0; i < MODULES; i++) {
		assert_int_equal(next(p, &e, 2 * NSEC_PER_SEC), 1);
		expect(&e, e.ecu, e.ecu == 0x40 ? len : len - 1);
		seen[e.ecu == 0x60]++;
	}
	assert_int_equal(seen[0], 1);
	assert_int_equal(seen[1], 1);
}

static void forgotten(void **state)
{
	struct pair *p = *state;
	struct tp_event e;

	ask(p, 0x40, 5, 3);
	tp_forget(p->tp, 0x40);
	assert_int_equal(next(p, &e, NSEC_PER_SEC / 20), 0);
	ask(p, 0x40, 4, 3);
	assert_int_equal(next(p, &e, 2 * NSEC_PER_SEC), 1);
	expect(&e, 0x40, 4);
	tp_forget(p->tp, 0x40);
	tp_forget(p->tp, 0x99);	/* was never known */
}

static void functional(void **state)
{
	struct pair *p = *state;
	uint8_t req[7] = { 0x22, 0, 20 };
	size_t seen[MODULES] = { 0 };
	struct tp_event e;

	if (p->kind->wire == WIRE_KBUS)
		return;
	if (!p->kind->functional) {
		assert_int_equal(tp_send(p->tp, 0xdf, req, 3), -EOPNOTSUPP);
		return;
	}
	assert_int_equal(tp_send(p->tp, 0xdf, req, 7), -EMSGSIZE);
	assert_int_equal(tp_send(p->tp, 0xdf, req, 3), 0);
	for (size_t i = 0; i < MODULES; i++) {
		assert_int_equal(next(p, &e, 2 * NSEC_PER_SEC), 1);
		expect(&e, e.ecu, 20);
		seen[e.ecu == 0x60]++;
	}
	assert_int_equal(seen[0], 1);
	assert_int_equal(seen[1], 1);
	tp_forget(p->tp, 0xdf);
}

static void silence(void **state)
{
	struct pair *p = *state;
	nsec_t start = now(p);
	struct tp_event e;

	assert_int_equal(next(p, &e, NSEC_PER_SEC / 50), 0);
	assert_true(now(p) >= start + NSEC_PER_SEC / 50);
	/* A deadline that is over is not waited for. */
	assert_int_equal(tp_recv(p->tp, &e, 0), 0);
}

static void impossible(void **state)
{
	struct pair *p = *state;
	static uint8_t req[TP_MESSAGE_MAX + 1] = { 0x22 };

	assert_int_equal(tp_send(p->tp, 0x40, req, 0), -EMSGSIZE);
	assert_int_equal(tp_send(p->tp, 0x40, req, p->kind->request_max + 1), -EMSGSIZE);
}

/* ---- all of them ---- */

static int open_far_can(struct pair *p)
{
	for (size_t i = 0; i < MODULES; i++) {
		struct module *m = &p->modules[i];
		const struct isotp_config config = {
			.address = {
				.kind = ISOTP_EXTENDED,
				.tx_id = 0x600u + addresses[i],
				.rx_id = 0x6f1,
				.tx_ae = 0xf1,
				.rx_ae = addresses[i],
			},
			.tx_dl = 8,
			.pad = true,
			.pad_with = 0xff,
			.rx = m->rx,
			.rx_size = sizeof(m->rx),
		};

		if (isotp_init(&m->isotp, &config) < 0)
			return -1;
	}

	return 0;
}

static int open_near(struct pair *p)
{
	const struct kind *k = p->kind;
	int r = 0;

	if (k->wire == WIRE_BYTES) {
		r = bytelink_mem_pair(&p->clk, &p->near_bytes, &p->far_bytes);
		bmwfast_framer_init(&p->framer);
		return r < 0 ? r : tp_bmwfast_open(p->near_bytes, true, &p->tp);
	}
	if (k->interface) {
		r = link_socketcan_open(k->interface, &p->clk, &p->near);
		if (r == 0)
			r = link_socketcan_open(k->interface, &p->clk, &p->far);
	} else {
		r = link_mem_pair(&p->clk, &p->near, &p->far);
	}
	if (r < 0)
		return r;
	if (k->kernel)
		return tp_kernel_open(k->interface, &p->clk, &p->tp);

	return k->wire == WIRE_KBUS ? tp_kbus_open(p->near, &p->tp) : tp_isotp_open(p->near, &p->tp);
}

static int setup(void **state)
{
	struct pair *p = calloc(1, sizeof(*p));

	if (!p)
		return -1;
	p->kind = *state;
	*state = p;
	if (p->kind->interface)
		clock_init_real(&p->clk);
	else
		clock_init_virtual(&p->clk, NSEC_PER_SEC);

	return open_far_can(p) < 0 ? -1 : open_near(p);
}

static int teardown(void **state)
{
	struct pair *p = *state;

	tp_close(p->tp);
	link_close(p->near);
	link_close(p->far);
	bytelink_close(p->near_bytes);
	bytelink_close(p->far_bytes);
	free(p);

	return 0;
}

static const struct {
	const char *name;
	CMUnitTestFunction fn;
} cases[] = {
	{ "one by one", one_by_one },
	{ "long requests", long_requests },
	{ "at once", at_once },
	{ "forgotten", forgotten },
	{ "functional", functional },
	{ "silence", silence },
	{ "impossible", impossible },
};

int main(int argc, char **argv)
{
	const char *interface = argc > 1 ? argv[1] : NULL;
	struct kind kinds[] = {
		{ "isotp", WIRE_CAN, NULL, false, true, 4095, 4095 },
		{ "kbus", WIRE_KBUS, NULL, false, false, 64, 64 },
		{ "bmwfast", WIRE_BYTES, NULL, false, false, 4095, 4095 },
		{ "isotp on vcan", WIRE_CAN, interface, false, true, 4095, 4095 },
		{ "kernel's", WIRE_CAN, interface, true, false, 4095, 4095 },
	};
	struct CMUnitTest tests[MAX_TESTS];
	char names[MAX_TESTS][64];
	size_t n = 0;

	_Static_assert(ARRAY_SIZE(kinds) * ARRAY_SIZE(cases) <= MAX_TESTS, "room for all");
	for (size_t k = 0; k < (interface ? ARRAY_SIZE(kinds) : 3); k++) {
		for (size_t i = 0; i < ARRAY_SIZE(cases); i++, n++) {
			snprintf(names[n], sizeof(names[n]), "%s: %s", kinds[k].name,
				 cases[i].name);
			tests[n] = (struct CMUnitTest){
				.name = names[n],
				.test_func = cases[i].fn,
				.setup_func = setup,
				.teardown_func = teardown,
				.initial_state = &kinds[k],
			};
		}
	}

	return _cmocka_run_group_tests("tp", tests, n, NULL, NULL);
}
