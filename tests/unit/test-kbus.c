/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "kbus-rows.h"

static void rows_both_ways(void **state)
{
	(void)state;

	assert_int_equal(ARRAY_SIZE(kbus_rows), 65);
	for (size_t i = 0; i < ARRAY_SIZE(kbus_rows); i++) {
		struct bytes x = hex(kbus_rows[i].bytes);
		uint8_t out[KBUS_FRAME_MAX];
		struct frame f;

		assert_int_equal(kbus_parse(x.b, x.n, &f), 0);
		assert_frame(&f, kbus_rows[i].frame);
		assert_true(kbus_is(&f));
		assert_int_equal(f.t, NSEC_NEVER);
		assert_null(f.bus);
		assert_int_equal(kbus_encode(&f, out), x.n);
		assert_memory_equal(out, x.b, x.n);
	}
}

static void parts(void **state)
{
	struct bytes x = hex("44 05 BF 74 04 00 8E");
	struct frame f;
	(void)state;

	assert_int_equal(kbus_parse(x.b, x.n, &f), 0);
	assert_int_equal(kbus_src(&f), KBUS_EWS);
	assert_int_equal(kbus_dst(&f), KBUS_GLO);
	assert_int_equal(kbus_cmd(&f), 0x74);
	assert_int_equal(f.len, 2);
}

static void no_frames(void **state)
{
	static const struct {
		const char *bytes;
		int r;
	} t[] = {
		{ "", -EINVAL },
		{ "80", -EINVAL },
		{ "80 03 D0 53", -EINVAL }, /* cut */
		{ "80 03 D0 53 00 00", -EINVAL }, /* a byte too many */
		{ "80 02 D0 52", -EINVAL }, /* the length is under 3 */
		{ "80 00", -EINVAL },
		{ "80 03 D0 53 01", -EBADMSG },
		{ "80 04 BF 11 00 2B", -EBADMSG },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct bytes x = hex(t[i].bytes);
		struct frame f = { .id = 4711 };

		assert_int_equal(kbus_parse(x.b, x.n, &f), t[i].r);
		assert_int_equal(f.id, 4711);
	}
}

static void flipped_bits_are_rejected(void **state)
{
	size_t rejected = 0;
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(kbus_rows); i++) {
		struct bytes x = hex(kbus_rows[i].bytes);

		for (size_t bit = 0; bit < 8 * x.n; bit++) {
			uint8_t mask = (uint8_t)(1 << bit % 8);
			struct frame f;

			x.b[bit / 8] ^= mask;
			assert_true(kbus_parse(x.b, x.n, &f) < 0);
			x.b[bit / 8] ^= mask;
			rejected++;
		}
	}
	assert_int_equal(rejected, 3624);
}

static void not_encoded(void **state)
{
	static const struct frame t[] = {
		{ .id = 0x130 },
		{ .id = 0x1d000000, .flags = FRAME_EXT },
		{ .id = KBUS_ID(0, 0xbf, 0x7a) },
		{ .id = KBUS_ID(0, 0xbf, 0x7a), .flags = FRAME_EXT | FRAME_RTR },
		{ .id = KBUS_ID(0, 0xbf, 0x7a), .flags = FRAME_EXT | FRAME_LOST },
		{ .id = KBUS_ID(0, 0xbf, 0x7a), .flags = FRAME_EXT, .len = 65 },
	};
	uint8_t buf[KBUS_FRAME_MAX];
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		assert_int_equal(kbus_encode(&t[i], buf), -EINVAL);
}

static void carried(void **state)
{
	/* Payload bytes 01 02 03 …, and the same as a CAN FD controller carries it. */
	static const struct {
		uint8_t len;
		uint8_t fd_len;
		uint8_t last;
	} t[] = {
		{ 9, 12, 3 },	{ 10, 12, 2 }, { 11, 12, 1 },  { 12, 16, 4 },
		{ 15, 16, 1 },	{ 16, 20, 4 }, { 20, 24, 4 },  { 23, 24, 1 },
		{ 24, 32, 8 },	{ 31, 32, 1 }, { 32, 48, 16 }, { 47, 48, 1 },
		{ 48, 64, 16 }, { 62, 64, 2 }, { 63, 64, 1 },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct frame f = { .id = KBUS_ID(0xd0, 0x80, 0x54), .flags = FRAME_EXT };
		struct frame g;

		f.len = t[i].len;
		for (uint8_t k = 0; k < f.len; k++)
			f.data[k] = (uint8_t)(k + 1);
		g = f;
		memset(g.data + g.len, 0xee, sizeof(g.data) - g.len);

		assert_int_equal(kbus_pad(&g), 0);
		assert_int_equal(g.len, t[i].fd_len);
		assert_int_equal(g.data[g.len - 1], t[i].last);
		assert_int_equal(g.flags, FRAME_EXT | FRAME_FD);
		assert_memory_equal(g.data, f.data, f.len);
		for (size_t k = f.len; k < g.len - 1u; k++)
			assert_int_equal(g.data[k], 0);

		g.flags |= FRAME_BRS;
		kbus_unpad(&g);
		assert_int_equal(g.len, f.len);
		assert_int_equal(g.flags, FRAME_EXT);
		assert_memory_equal(g.data, f.data, f.len);
	}
}

static void carried_as_it_is(void **state)
{
	struct frame f = { .id = KBUS_ID(0, 0xbf, 0x7a), .flags = FRAME_EXT, .len = 8 };
	(void)state;

	f.data[7] = 1;
	assert_int_equal(kbus_pad(&f), 0);
	assert_frame(&f, "1B00BF7A#0000000000000001");
	kbus_unpad(&f);
	assert_frame(&f, "1B00BF7A#0000000000000001");

	f.len = 64;
	assert_int_equal(kbus_pad(&f), -EMSGSIZE);

	f = (struct frame){ .id = 0x130, .len = 9 };
	assert_int_equal(kbus_pad(&f), 0);
	assert_int_equal(f.len, 9);
}

static void fill_that_is_none(void **state)
{
	static const char *const t[] = {
		"1BD08054##0010203040506070809000003", /* the one good fill */
		"1BD08054##0010203040506070809000000", /* last byte 0 */
		"1BD08054##0010203040506070809010003", /* fill not zero */
		"1BD08054##0010203040506070800000004", /* 8 bytes would be classic */
		"1BD08054##00102030405060708090A0B0D", /* more fill than frame */
		"1BD08054##0010203040506070809000000000000000A", /* 16: 12 would do */
		"1BD08054##0010203040506070809000000000007", /* 15: no FD length */
		"1BD08054##00102030000000005", /* 8: classic */
		"1D008054##0010203040506070809000003", /* not K-bus */
		"054##0010203040506070809000003",
	};
	struct frame f;
	(void)state;

	assert_int_equal(candump_parse_frame(t[0], strlen(t[0]), &f, NULL), 0);
	kbus_unpad(&f);
	assert_frame(&f, "1BD08054##0010203040506070809");
	assert_int_equal(f.flags, FRAME_EXT);

	for (size_t i = 1; i < ARRAY_SIZE(t); i++) {
		assert_int_equal(candump_parse_frame(t[i], strlen(t[i]), &f, NULL), 0);
		kbus_unpad(&f);
		assert_frame(&f, t[i]);
		assert_true(f.flags & FRAME_FD);
	}
}

/* Before that time nobody needs to look for a frame. */
static void earliest(void **state)
{
	struct bytes x = hex("00 05 BF 7A 30 03 F3");
	static const nsec_t want[] = { 0, 5, 7, 7, 7, 7, 7, 7 + 5 };
	struct kbus_framer fr;
	struct frame f;
	(void)state;

	kbus_framer_init(&fr, "kbus");
	for (size_t i = 0; i <= x.n; i++) {
		assert_int_equal(kbus_framer_earliest(&fr), want[i] * KBUS_BYTE_TIME);
		kbus_framer_push(&fr, x.b[i % x.n], (nsec_t)i * KBUS_BYTE_TIME);
		while (kbus_framer_pop(&fr, &f))
			;
	}
	/* A byte that is in no frame says nothing of the next. */
	kbus_framer_init(&fr, "kbus");
	for (size_t i = 2; i < 6; i++)
		kbus_framer_push(&fr, x.b[i], 0);
	kbus_framer_idle(&fr, NSEC_NEVER);
	(void)kbus_framer_pop(&fr, &f);
	assert_int_equal(kbus_framer_earliest(&fr), 0);
}

/* What was known to end there is no part of what follows. */
static void ended(void **state)
{
	struct bytes x = hex("80 FF 3F"), y = hex("00 05 BF 7A 30 03 F3");
	struct kbus_framer fr;
	struct frame f;
	(void)state;

	kbus_framer_init(&fr, "kbus");
	for (size_t i = 0; i < x.n; i++)
		kbus_framer_push(&fr, x.b[i], 0);
	kbus_framer_end(&fr);
	assert_false(kbus_framer_pop(&fr, &f));
	assert_int_equal(fr.counts.skipped, 3);
	for (size_t i = 0; i < y.n; i++)
		kbus_framer_push(&fr, y.b[i], 0);
	assert_true(kbus_framer_pop(&fr, &f));
	assert_frame(&f, "1B00BF7A#3003");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_both_ways),
		cmocka_unit_test(parts),
		cmocka_unit_test(no_frames),
		cmocka_unit_test(flipped_bits_are_rejected),
		cmocka_unit_test(not_encoded),
		cmocka_unit_test(carried),
		cmocka_unit_test(carried_as_it_is),
		cmocka_unit_test(fill_that_is_none),
		cmocka_unit_test(earliest),
		cmocka_unit_test(ended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
