/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "gate-guard.h"

/*
 * Requests to modules, as messages: what may be asked of which car, written out here a
 * second time, by hand, from DESIGN's list; and that nothing else reaches a transport.
 */

#define CAR GATE_CAR
#define BENCH GATE_BENCH
#define VIRTUAL GATE_VIRTUAL

/* A transport that only notes what it is given. */
struct sink {
	struct tp tp;
	struct clock clk;
	size_t n;
	uint8_t ecu, last[32];
};

static int sink_send(struct tp *tp, uint8_t ecu, const uint8_t *data, size_t n)
{
	struct sink *s = container_of(tp, struct sink, tp);

	s->n++;
	s->ecu = ecu;
	memcpy(s->last, data, MIN(n, sizeof(s->last)));

	return 0;
}

static void sink_open(struct sink *s)
{
	static const struct tp_ops ops = { .send = sink_send };

	*s = (struct sink){ .n = 0 };
	clock_init_virtual(&s->clk, MS(5000));
	s->tp = (struct tp){ .ops = &ops, .clk = &s->clk };
}

/* What a request that starts with B[0], B[1], B[2] and has N bytes may be, by protocol. */
static bool kwp_reads(const uint8_t *b, size_t n)
{
	if (b[0] == 0x1a || b[0] == 0x18 || b[0] == 0x21 || b[0] == 0x22 || b[0] == 0x3e)
		return true;

	return b[0] == 0x30 && (n == 3 || n == 4) && b[2] == 0x01;
}

static bool uds_reads(const uint8_t *b, size_t n)
{
	if (b[0] == 0x22 || b[0] == 0x19 || b[0] == 0x3e)
		return true;

	return b[0] == 0x10 && n == 2 && b[1] == 0x01;
}

static bool ds2_reads(const uint8_t *b, size_t n)
{
	(void)n;

	return b[0] == 0x00 || b[0] == 0x04 || b[0] == 0x08 || b[0] == 0x0b || b[0] == 0x9f;
}

static bool both_read(const uint8_t *b, size_t n)
{
	return kwp_reads(b, n) && uds_reads(b, n);
}

/* A transport gets REQ exactly when it is to; the claimed protocol P makes no difference. */
static void one(struct guard *g, struct sink *s, enum diag_protocol p, const uint8_t *req,
		size_t n, bool good)
{
	size_t before = s->n;
	char why[GATE_WHY_MAX] = "";
	int r;

	clock_advance(&s->clk, clock_now(&s->clk) + MS(100));
	r = gate_request(&g->gate, &s->tp, p, 0x72, req, n, why);
	if (r != (good ? 0 : -EPERM) || s->n != before + good)
		fail_msg("%d: %02X %02X %02X, %zu bytes", (int)p, req[0], req[1], req[2], n);
	if (!good && strlen(why) < 10)
		fail_msg("%02X: no reason", req[0]);
}

static void every_request(void **state)
{
	static const struct {
		const char *platform;
		enum diag_protocol p;
		bool (*reads)(const uint8_t *b, size_t n);
		bool k_line;
	} t[] = {
		{ "r56", DIAG_KWP, kwp_reads, false }, { "r56", DIAG_UDS, kwp_reads, false },
		{ "f5x", DIAG_UDS, uds_reads, false }, { "f5x", DIAG_KWP, uds_reads, false },
		{ NULL, DIAG_KWP, both_read, false },  { NULL, DIAG_UDS, both_read, false },
		{ "r5x", DIAG_KWP, both_read, false },
		{ "r5x", DIAG_DS2, ds2_reads, false }, { "f5x", DIAG_DS2, ds2_reads, false },
		/* kbus.md 5: a K-line has KWP2000 beside DS2, and never UDS. */
		{ "r5x", DIAG_KWP, kwp_reads, true },  { NULL, DIAG_KWP, kwp_reads, true },
		{ "r5x", DIAG_DS2, ds2_reads, true },  { NULL, DIAG_DS2, ds2_reads, true },
	};
	static const uint8_t third[] = { 0x00, 0x01, 0x02, 0x03, 0x31, 0x81, 0xff };
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		for (enum gate_class class = CAR; class <= BENCH; class++) {
			struct guard g;
			struct sink s;

			guard_open(&g, class, true, t[i].platform);
			g.gate.k_line = t[i].k_line;
			sink_open(&s);
			for (unsigned int b = 0; b < 256 * 256; b++)
				for (size_t k = 0; k < ARRAY_SIZE(third); k++) {
					uint8_t req[] = { (uint8_t)(b >> 8), (uint8_t)b, third[k],
							  0x01, 0x01 };
					size_t n = 1 + (b + k) % 5;

					/* What only the simulator speaks is refused on its own. */
					if (req[0] == 0x21 && req[1] >= 0xf0)
						continue;
					if (req[0] == 0x0b && (req[1] == 0xf0 || req[1] == 0xf1))
						continue;
					one(&g, &s, t[i].p, req, n, t[i].reads(req, n));
				}
			guard_close(&g);
		}
}

/* Every length of the rows that have one. */
static void every_length(void **state)
{
	struct guard kwp, uds;
	struct sink s;
	(void)state;

	guard_open(&kwp, CAR, true, "r56");
	guard_open(&uds, CAR, true, "f5x");
	sink_open(&s);
	for (size_t n = 1; n <= 32; n++)
		for (unsigned int control = 0; control < 256; control++) {
			uint8_t req[32] = { 0x30, 0x16, (uint8_t)control };

			one(&kwp, &s, DIAG_KWP, req, n, control == 1 && (n == 3 || n == 4));
			req[0] = 0x10;
			req[1] = (uint8_t)control;
			one(&uds, &s, DIAG_UDS, req, n, control == 1 && n == 2);
			one(&kwp, &s, DIAG_KWP, req, n, false);
			one(&kwp, &s, DIAG_UDS, req, n, false);
		}
	assert_int_equal(gate_request(&kwp.gate, &s.tp, DIAG_KWP, 0x72, NULL, 0,
				      (char[GATE_WHY_MAX]){ 0 }),
			 -EPERM);
	guard_close(&kwp);
	guard_close(&uds);
}

/* Grades count here as they do for frames. */
static void grades(void **state)
{
	static const uint8_t simulated[] = { 0x21, 0xf0 }, unknown[] = { 0x21, 0x77 };
	char why[GATE_WHY_MAX];
	struct guard g;
	(void)state;

	guard_open(&g, CAR, true, "r56");
	assert_int_equal(gate_check_request(&g.gate, DIAG_KWP, 0x40, simulated, 2, why), -EPERM);
	assert_non_null(strstr(why, "simulator"));
	assert_int_equal(gate_check_request(&g.gate, DIAG_KWP, 0x40, unknown, 2, why), 0);
	guard_close(&g);
	guard_open(&g, CAR, false, "r56");
	assert_int_equal(gate_check_request(&g.gate, DIAG_KWP, 0x40, unknown, 2, why), -EPERM);
	assert_non_null(strstr(why, "--allow-unverified"));
	guard_close(&g);
	/* kbus.md 9: whatever is known of the answer, nobody tried the request. */
	guard_open(&g, CAR, false, "r5x");
	assert_int_equal(gate_check_request(&g.gate, DIAG_DS2, 0x00, (const uint8_t[]){ 0 }, 1, why),
			 -EPERM);
	/* On the K-line they come from no 3F, and an ident is documented (kbus.md 4.3). */
	g.gate.k_line = true;
	assert_int_equal(gate_check_request(&g.gate, DIAG_DS2, 0x00, (const uint8_t[]){ 0 }, 1, why), 0);
	/* Nobody has documented these, and only the simulator knows those. */
	assert_int_equal(gate_check_request(&g.gate, DIAG_DS2, 0x00, (const uint8_t[]){ 0x0b, 1 }, 2,
					    why),
			 -EPERM);
	assert_int_equal(gate_check_request(&g.gate, DIAG_KWP, 0x12, unknown, 2, why), -EPERM);
	g.gate.allow_unverified = true;
	assert_int_equal(gate_check_request(&g.gate, DIAG_KWP, 0x12, unknown, 2, why), 0);
	assert_int_equal(gate_check_request(&g.gate, DIAG_DS2, 0x00, (const uint8_t[]){ 0x0b, 0xf0 }, 2,
					    why),
			 -EPERM);
	/* The session's own bytes are the transport's. */
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(gate_check_request(&g.gate, DIAG_KWP, 0x12,
						    (const uint8_t[]){ (uint8_t)(0x81 + i) }, 1, why),
				 -EPERM);
	guard_close(&g);
}

static void virtual_links(void **state)
{
	static const uint8_t req[] = { 0x27, 0x03 };
	char why[GATE_WHY_MAX];
	struct guard g;
	struct sink s;
	(void)state;

	guard_open(&g, VIRTUAL, false, "f5x");
	sink_open(&s);
	for (size_t i = 1; i <= 5; i++) {
		assert_int_equal(gate_request(&g.gate, &s.tp, DIAG_UDS, 0x40, req, 2, why), 0);
		assert_int_equal(s.n, i);
	}
	guard_close(&g);
}

/* Ten a second to one module, to the nanosecond; a functional request is one to each. */
static void rate(void **state)
{
	static const uint8_t req[] = { 0x22, 0xf1, 0x90 };
	char why[GATE_WHY_MAX];
	struct guard g;
	struct sink s;
	(void)state;

	guard_open(&g, CAR, true, "f5x");
	sink_open(&s);
	assert_int_equal(gate_request(&g.gate, &s.tp, DIAG_UDS, 0x40, req, 3, why), 0);
	assert_int_equal(gate_request(&g.gate, &s.tp, DIAG_UDS, 0x60, req, 3, why), 0);
	assert_int_equal(gate_request(&g.gate, &s.tp, DIAG_UDS, 0x40, req, 3, why), -EAGAIN);
	assert_int_equal(gate_ready(&g.gate, 0x40), MS(5100));
	assert_int_equal(gate_ready(&g.gate, 0xdf), MS(5100));
	clock_advance(&s.clk, MS(5100) - 1);
	assert_int_equal(gate_request(&g.gate, &s.tp, DIAG_UDS, 0x40, req, 3, why), -EAGAIN);
	assert_int_equal(gate_request(&g.gate, &s.tp, DIAG_UDS, 0xdf, req, 3, why), -EAGAIN);
	assert_int_equal(s.n, 2);
	clock_advance(&s.clk, MS(5100));
	assert_int_equal(gate_request(&g.gate, &s.tp, DIAG_UDS, 0xdf, req, 3, why), 0);
	assert_int_equal(gate_request(&g.gate, &s.tp, DIAG_UDS, 0x12, req, 3, why), -EAGAIN);
	assert_int_equal(gate_ready(&g.gate, 0x12), MS(5200));
	/* What was refused used up nothing. */
	clock_advance(&s.clk, MS(6000));
	assert_int_equal(gate_request(&g.gate, &s.tp, DIAG_UDS, 0x40, (const uint8_t[]){ 0x11, 1 }, 2,
				      why),
			 -EPERM);
	assert_int_equal(gate_request(&g.gate, &s.tp, DIAG_UDS, 0x40, req, 3, why), 0);
	guard_close(&g);
}

/* A frame and a message of the same bytes have the same fate. */
static void as_frames(void **state)
{
	static const char *const platforms[] = { "r56", "f5x", NULL };
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(platforms); i++) {
		struct guard g;

		guard_open(&g, CAR, true, platforms[i]);
		for (unsigned int b = 0; b < 256 * 256; b++) {
			uint8_t req[] = { (uint8_t)(b >> 8), (uint8_t)b, 0x01 };
			struct frame f = { .id = 0x6f1, .len = 8, .data = { 0x40, 3 } };
			char why[GATE_WHY_MAX];

			memcpy(f.data + 2, req, 3);
			assert_int_equal(ask(&g, &f),
					 gate_check_request(&g.gate, DIAG_UDS, 0x40, req, 3, why));
		}
		guard_close(&g);
	}
}

/* can.md 2.1: asked only while it is known to be unlocked, or its ignition is on. */
static void polling(void **state)
{
	static const struct {
		const char *heard[2];
		int r;
	} t[] = {
		{ { NULL }, -EPERM },
		{ { "2FC#810000FFFFFFFF" }, 0 },
		{ { "2FC#840000FFFFFFFF" }, -EPERM },
		{ { "2FC#840000FFFFFFFF", "130#4542698FE2" }, -EPERM },
		{ { "130#4542698FE2" }, 0 },
		{ { "130#4142698FA2" }, 0 },
		{ { "130#4542698FE2", "130#0001C00F20" }, -EPERM },
	};
	static const uint8_t req[] = { 0x1a, 0x80 };
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		char why[GATE_WHY_MAX] = "";
		struct gate g;
		struct sink s;
		struct ear e;

		ear_open(&e, "r56");
		for (size_t k = 0; k < 2 && t[i].heard[k]; k++)
			ear_hear(&e, t[i].heard[k], 1);
		sink_open(&s);
		gate_init(&g, CAR, true, &e.decoder);
		g.state = &e.state;
		if (gate_request(&g, &s.tp, DIAG_KWP, 0x40, req, 2, why) != t[i].r)
			fail_msg("row %zu", i);
		assert_int_equal(s.n, t[i].r == 0);
		/* While it is asked: the owner locks, or turns the key back. */
		if (t[i].r == 0) {
			ear_hear(&e, "130#0001C00F20", 2);
			ear_hear(&e, "2FC#820000FFFFFFFF", 3);
			clock_advance(&s.clk, MS(9000));
			assert_int_equal(gate_request(&g, &s.tp, DIAG_KWP, 0x40, req, 2, why), -EPERM);
			assert_int_equal(s.n, 1);
		}
		ear_close(&e);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_request), cmocka_unit_test(every_length),
		cmocka_unit_test(grades),	 cmocka_unit_test(virtual_links),
		cmocka_unit_test(rate),		 cmocka_unit_test(as_frames),
		cmocka_unit_test(polling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
