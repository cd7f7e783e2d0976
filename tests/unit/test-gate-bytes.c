/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gate-guard.h"

/*
 * The safety gate, byte by byte: every command, service, source and identifier there is,
 * against the allow-list written out here a second time, by hand.
 */

#define CAR GATE_CAR
#define BENCH GATE_BENCH

static bool among(const uint8_t *list, size_t n, unsigned int byte)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == byte)
			return true;

	return false;
}

/* Every command byte from 3F, to four modules, with up to three bytes of data. */
static void kbus_commands(void **state)
{
	static const uint8_t allowed[] = { 0x00, 0x01, 0x04, 0x08, 0x0b, 0x10, 0x12,
					   0x16, 0x1d, 0x53, 0x73, 0x79, 0x9f };
	static const uint8_t modules[] = { 0x00, 0x44, 0x80, 0xd0 };
	struct guard car, verified, bench;
	(void)state;

	guard_open(&car, CAR, true, "r5x");
	guard_open(&verified, CAR, false, "r5x");
	guard_open(&bench, BENCH, true, "r5x");
	for (unsigned int cmd = 0; cmd < 256; cmd++)
		for (size_t m = 0; m < ARRAY_SIZE(modules); m++)
			for (unsigned int len = 0; len <= 3; len++) {
				struct frame f = {
					.id = KBUS_ID(0x3f, modules[m], cmd),
					.flags = FRAME_EXT,
					.len = (uint8_t)len,
				};
				int want =
					among(allowed, sizeof(allowed), cmd) ? 0 : -EPERM;

				if (ask(&car, &f) != want || ask(&bench, &f) != want)
					fail_msg("command %02X to %02X", cmd, modules[m]);
				assert_int_equal(ask(&verified, &f), -EPERM);
			}
	guard_close(&car);
	guard_close(&verified);
	guard_close(&bench);
}

/* Every source address: the tester's alone may ask. */
static void kbus_sources(void **state)
{
	struct guard car;
	(void)state;

	guard_open(&car, CAR, true, "r5x");
	for (unsigned int src = 0; src < 256; src++)
		for (unsigned int cmd = 0; cmd < 256; cmd++) {
			struct frame f = { .id = KBUS_ID(src, 0x00, cmd),
					   .flags = FRAME_EXT };

			if (src != 0x3f)
				assert_int_equal(ask(&car, &f), -EPERM);
		}
	guard_close(&car);
}

/* Every body frame that a bench may get on the K-bus, and every 0C that it may not. */
static void kbus_bench(void **state)
{
	struct guard bench;
	(void)state;

	guard_open(&bench, BENCH, true, "r5x");
	for (unsigned int src = 0; src < 256; src++)
		for (unsigned int cmd = 0; cmd < 256; cmd++) {
			struct frame f = {
				.id = KBUS_ID(src, 0xbf, cmd),
				.flags = FRAME_EXT,
				.len = 2,
			};
			bool body = (src == 0x00 && (cmd == 0x72 || cmd == 0x7a)) ||
				    (src == 0x44 && cmd == 0x74) ||
				    (src == 0x80 && cmd == 0x11);

			if (src == 0x3f)
				continue;
			if (ask(&bench, &f) != (body ? 0 : -EPERM))
				fail_msg("%02X to BF, %02X", src, cmd);
		}
	bench.gate.plays_modules = true;
	for (unsigned int src = 0; src < 256; src++)
		for (unsigned int dst = 0; dst < 256; dst++) {
			struct frame f = { .id = KBUS_ID(src, dst, 0x0c),
					   .flags = FRAME_EXT };

			assert_int_equal(ask(&bench, &f), -EPERM);
		}
	guard_close(&bench);
}

/* Every 11-bit identifier. */
static void can_ids(void **state)
{
	static const struct {
		const char *platform;
		uint32_t body[16];
	} t[] = {
		{ "r56",
		  { 0x0e2, 0x0e6, 0x0ea, 0x0ee, 0x0f2, 0x130, 0x23a, 0x2fc, 0x3b6, 0x3b7,
		    0x3b8, 0x3b9, 0x3ba } },
		{ "f5x",
		  { 0x0e2, 0x0e6, 0x0ea, 0x0ee, 0x0f2, 0x12f, 0x130, 0x23a, 0x2fc, 0x3b6,
		    0x3b7, 0x3b8, 0x3b9 } },
	};
	(void)state;

	for (size_t p = 0; p < ARRAY_SIZE(t); p++) {
		struct guard car, bench;

		guard_open(&car, CAR, true, t[p].platform);
		guard_open(&bench, BENCH, true, t[p].platform);
		for (uint32_t id = 0; id <= 0x7ff; id++) {
			struct frame f = { .id = id,
					   .len = 8,
					   .data = { 0x40, 3, 0x22, 0xf1, 0x90 } };
			bool body = false;

			for (size_t i = 0; i < ARRAY_SIZE(t[p].body); i++)
				body |= id != 0 && id == t[p].body[i];
			if (ask(&car, &f) != (id == 0x6f1 ? 0 : -EPERM))
				fail_msg("car, id %03X", id);
			if (ask(&bench, &f) != (body || id == 0x6f1 ? 0 : -EPERM))
				fail_msg("%s bench, id %03X", t[p].platform, id);
		}
		guard_close(&car);
		guard_close(&bench);
	}
}

static struct frame request(unsigned int n, unsigned int service, unsigned int second,
			    unsigned int third)
{
	return (struct frame){
		.id = 0x6f1,
		.len = 8,
		.data = { 0x40, (uint8_t)n, (uint8_t)service, (uint8_t)second,
			  (uint8_t)third },
	};
}

/* Every service byte, one to six bytes long, for each kind of car. */
static void services(void **state)
{
	static const uint8_t kwp[] = { 0x18, 0x1a, 0x21, 0x22, 0x3e };
	static const uint8_t uds[] = { 0x19, 0x22, 0x3e };
	static const uint8_t both[] = { 0x22, 0x3e };
	static const struct {
		const char *platform;
		const uint8_t *list;
		size_t n;
	} t[] = {
		{ "r56", kwp, sizeof(kwp) },
		{ "f5x", uds, sizeof(uds) },
		{ NULL, both, sizeof(both) },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct guard car, bench;

		guard_open(&car, CAR, true, t[i].platform);
		guard_open(&bench, BENCH, true, t[i].platform);
		for (unsigned int service = 0; service < 256; service++)
			for (unsigned int n = 1; n <= 6; n++) {
				struct frame f = request(n, service, 0, 0);
				int want = among(t[i].list, t[i].n, service) ? 0 : -EPERM;

				if (ask(&car, &f) != want || ask(&bench, &f) != want)
					fail_msg("%s: service %02X, %u bytes",
						 t[i].platform ? t[i].platform
							       : "unknown",
						 service, n);
			}
		guard_close(&car);
		guard_close(&bench);
	}
}

/* can.md 3.1: 30 xx 01 reports the state, with at most one byte more; the rest steers. */
static void control_bytes(void **state)
{
	struct guard car, uds;
	(void)state;

	guard_open(&car, CAR, true, "r56");
	guard_open(&uds, CAR, true, "f5x");
	for (unsigned int control = 0; control < 256; control++)
		for (unsigned int n = 1; n <= 6; n++)
			for (unsigned int id = 0; id < 256; id += 5) {
				struct frame f = request(n, 0x30, id, control);
				bool good = control == 1 && (n == 3 || n == 4);

				if (ask(&car, &f) != (good ? 0 : -EPERM))
					fail_msg("30 %02X %02X, %u bytes", id, control,
						 n);
				assert_int_equal(ask(&uds, &f), -EPERM);
			}
	guard_close(&car);
	guard_close(&uds);
}

/* 10 01 is the session that is there anyway; every other one opens something. */
static void sessions(void **state)
{
	struct guard car, kwp;
	(void)state;

	guard_open(&car, CAR, true, "f5x");
	guard_open(&kwp, CAR, true, "r56");
	for (unsigned int session = 0; session < 256; session++)
		for (unsigned int n = 1; n <= 6; n++) {
			struct frame f = request(n, 0x10, session, 0);

			if (ask(&car, &f) != (session == 1 && n == 2 ? 0 : -EPERM))
				fail_msg("10 %02X, %u bytes", session, n);
			assert_int_equal(ask(&kwp, &f), -EPERM);
		}
	guard_close(&car);
	guard_close(&kwp);
}

/* Byte 1, the frame's type: a whole request, or flow control. Nothing in pieces. */
static void segments(void **state)
{
	struct guard car;
	(void)state;

	guard_open(&car, CAR, true, "f5x");
	for (unsigned int type = 0; type < 256; type++) {
		struct frame f = request(type, 0x22, 0xf1, 0x90);
		int want = (type >= 1 && type <= 6) || type == 0x30 ? 0 : -EPERM;

		if (ask(&car, &f) != want)
			fail_msg("byte 1 %02X", type);
	}
	/* Too few bytes for what it says, and for anything. */
	for (unsigned int len = 0; len <= 8; len++) {
		struct frame f = request(6, 0x22, 0xf1, 0x90);

		f.len = (uint8_t)len;
		assert_int_equal(ask(&car, &f), len == 8 ? 0 : -EPERM);
		f = request(1, 0x3e, 0, 0);
		f.len = (uint8_t)len;
		assert_int_equal(ask(&car, &f), len >= 3 ? 0 : -EPERM);
	}
	guard_close(&car);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kbus_commands), cmocka_unit_test(kbus_sources),
		cmocka_unit_test(kbus_bench),	 cmocka_unit_test(can_ids),
		cmocka_unit_test(services),	 cmocka_unit_test(control_bytes),
		cmocka_unit_test(sessions),	 cmocka_unit_test(segments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
