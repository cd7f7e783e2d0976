/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kbus-rows.h"

#define MS NSEC_PER_MSEC

/* A framer with what it gave. */
struct stream {
	struct kbus_framer fr;
	nsec_t t;
	size_t n, phantoms;
	nsec_t expected; /* the frame that began here must come */
	struct frame last, found;
};

static void stream_init(struct stream *s)
{
	memset(s, 0, sizeof(*s));
	kbus_framer_init(&s->fr, "kbus");
	s->expected = -1;
}

static void stream_pop(struct stream *s)
{
	while (kbus_framer_pop(&s->fr, &s->last)) {
		assert_string_equal(s->last.bus, "kbus");
		s->n++;
		if (s->last.t == s->expected)
			s->found = s->last;
		else
			s->phantoms++;
	}
}

/* 1.146 ms a byte: kbus.md 1.1. */
static void stream_push(struct stream *s, const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		kbus_framer_push(&s->fr, bytes[i], s->t);
		stream_pop(s);
		s->t += 1145833;
	}
}

static void stream_push_expected(struct stream *s, const struct bytes *x)
{
	s->expected = s->t;
	s->found = (struct frame){ 0 };
	stream_push(s, x->b, x->n);
}

static void stream_silence(struct stream *s)
{
	s->t += 25 * MS;
	kbus_framer_idle(&s->fr, s->t);
	stream_pop(s);
}

static void one_after_another(void **state)
{
	struct stream s;
	(void)state;

	stream_init(&s);
	for (size_t i = 0; i < ARRAY_SIZE(kbus_rows); i++) {
		struct bytes x = hex(kbus_rows[i].bytes);

		stream_push_expected(&s, &x);
		assert_frame(&s.found, kbus_rows[i].frame);
		assert_int_equal(s.n, i + 1);
		assert_int_equal(kbus_framer_deadline(&s.fr), NSEC_NEVER);
	}
	assert_int_equal(s.fr.counts.frames, 65);
	assert_int_equal(s.fr.counts.skipped, 0);
}

static void any_split(void **state)
{
	(void)state;

	/* Popped only after K bytes of each two frames, and at the end. */
	for (size_t i = 0; i + 1 < ARRAY_SIZE(kbus_rows); i++) {
		struct bytes a = hex(kbus_rows[i].bytes), b = hex(kbus_rows[i + 1].bytes);

		for (size_t k = 0; k <= a.n + b.n; k++) {
			struct kbus_framer fr;
			struct frame f[3];
			size_t n = 0;

			kbus_framer_init(&fr, "kbus");
			for (size_t j = 0; j < a.n + b.n; j++) {
				kbus_framer_push(&fr, j < a.n ? a.b[j] : b.b[j - a.n], 0);
				while (j == k && n < 3 && kbus_framer_pop(&fr, f + n))
					n++;
			}
			while (n < 3 && kbus_framer_pop(&fr, f + n))
				n++;
			assert_int_equal(n, 2);
			assert_frame(f, kbus_rows[i].frame);
			assert_frame(f + 1, kbus_rows[i + 1].frame);
		}
	}
}

/* Every bit of every row is flipped, and every row follows at once, or after SILENCE. */
static size_t flip_everything(bool silence)
{
	size_t phantoms = 0;

	for (size_t i = 0; i < ARRAY_SIZE(kbus_rows); i++) {
		struct bytes a = hex(kbus_rows[i].bytes);

		for (size_t bit = 0; bit < 8 * a.n; bit++) {
			struct bytes x = a;

			x.b[bit / 8] ^= (uint8_t)(1 << bit % 8);
			for (size_t k = 0; k < ARRAY_SIZE(kbus_rows); k++) {
				struct bytes b = hex(kbus_rows[k].bytes);
				struct stream s;

				stream_init(&s);
				stream_push(&s, x.b, x.n);
				if (silence)
					stream_silence(&s);
				stream_push_expected(&s, &b);
				stream_silence(&s);
				assert_frame(&s.found, kbus_rows[k].frame);
				phantoms += s.phantoms;
			}
		}
	}

	return phantoms;
}

static void next_frame_is_found(void **state)
{
	(void)state;

	assert_int_equal(flip_everything(true), 0);
	/*
	 * One flip of the 3624 leaves 08 03 18 13 00 inside the damaged frame. Nothing
	 * tells that from a real frame when no silence follows.
	 */
	assert_int_equal(flip_everything(false), ARRAY_SIZE(kbus_rows));
}

static void garbage_before(void **state)
{
	static const char *const t[] = {
		"00",
		"FF",
		"00 00 00",
		"FF FF FF FF",
		"80 04 BF 11",
		"80 04 BF 11 00",
		"80 FF",
		"44 05 BF 74 04 00",
		"00 05 BF 7A 10 00 D1",
		"3F 03 3F 03 3F",
		"01 02 03 04",
		"80 25 00 00 00 00 00 00 00",
		"04 BF 11 00 2A",
		"2A",
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct bytes g = hex(t[i]);

		for (size_t k = 0; k < ARRAY_SIZE(kbus_rows); k++) {
			struct bytes x = hex(kbus_rows[k].bytes);
			struct stream s;

			stream_init(&s);
			stream_push(&s, g.b, g.n);
			stream_push_expected(&s, &x);
			stream_silence(&s);
			assert_frame(&s.found, kbus_rows[k].frame);
			assert_int_equal(s.phantoms, 0);
			assert_int_equal(s.fr.counts.skipped, g.n);
		}
	}
}

static uint32_t next_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;

	return *seed;
}

/* 10,000 rows with up to 40 random bytes before each. How many rows did not come? */
static size_t random_stream(bool silence, uint64_t *ret_frames)
{
	struct stream s;
	size_t bytes = 0, missing = 0, in_frames;
	uint32_t seed = 20050601;

	stream_init(&s);
	for (size_t i = 0; i < 10000; i++) {
		size_t row = next_random(&seed) % ARRAY_SIZE(kbus_rows);
		struct bytes x = hex(kbus_rows[row].bytes), g = { 0 };

		g.n = next_random(&seed) % 41;
		for (size_t k = 0; k < g.n; k++)
			g.b[k] = (uint8_t)next_random(&seed);
		bytes += g.n + x.n;
		stream_push(&s, g.b, g.n);
		if (silence)
			stream_silence(&s);
		stream_push_expected(&s, &x);
		stream_silence(&s);
		if (s.found.bus)
			assert_frame(&s.found, kbus_rows[row].frame);
		else
			missing++;
	}
	/* Every byte is in a frame or counted. */
	in_frames = bytes - s.fr.counts.skipped;
	assert_true(in_frames >= 5 * s.fr.counts.frames);
	assert_int_equal(s.n, s.fr.counts.frames);
	assert_int_equal(s.fr.n, 0);
	*ret_frames = s.fr.counts.frames;

	return missing;
}

static void random_garbage(void **state)
{
	uint64_t frames;
	(void)state;

	assert_int_equal(random_stream(true, &frames), 0);
	assert_true(frames >= 10000);
	/* At one place garbage and the row's first bytes are a frame with a good XOR. */
	assert_int_equal(random_stream(false, &frames), 1);
	assert_true(frames >= 10000);
}

static void silences(void **state)
{
	static const struct {
		nsec_t gap;
		size_t frames, skipped, cut;
	} t[] = {
		{ 20 * MS, 1, 0, 0 },
		{ 20 * MS + 1, 0, 6, 1 },
	};
	struct bytes x = hex("80 04 BF 11 03 29");
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		for (size_t at = 1; at < x.n; at++) {
			struct stream s;

			stream_init(&s);
			for (size_t k = 0; k < x.n; k++) {
				s.t += k == at ? t[i].gap : 0;
				kbus_framer_push(&s.fr, x.b[k], s.t);
				stream_pop(&s);
			}
			stream_silence(&s);
			assert_int_equal(s.n, t[i].frames);
			assert_int_equal(s.fr.counts.skipped, t[i].skipped);
			assert_true(s.fr.counts.cut >= t[i].cut);
		}
	}
}

static void deadlines(void **state)
{
	struct kbus_framer fr;
	struct frame f;
	(void)state;

	kbus_framer_init(&fr, "kbus");
	assert_int_equal(kbus_framer_deadline(&fr), NSEC_NEVER);
	kbus_framer_push(&fr, 0x80, 5 * MS);
	assert_false(kbus_framer_pop(&fr, &f));
	assert_int_equal(kbus_framer_deadline(&fr), 25 * MS + 1);
	kbus_framer_idle(&fr, 25 * MS);
	assert_false(kbus_framer_pop(&fr, &f));
	assert_int_equal(fr.counts.skipped, 0);
	kbus_framer_idle(&fr, 25 * MS + 1);
	assert_false(kbus_framer_pop(&fr, &f));
	assert_int_equal(fr.counts.skipped, 1);
	assert_int_equal(fr.counts.cut, 1);
	assert_int_equal(kbus_framer_deadline(&fr), NSEC_NEVER);
}

static void faults_are_counted_once(void **state)
{
	struct bytes good = hex("80 04 BF 11 00 2A");
	struct stream s;
	(void)state;

	stream_init(&s);
	stream_push(&s, hex("80 04 BF 11 00 2B").b, 6);
	stream_push_expected(&s, &good);
	stream_silence(&s);
	assert_frame(&s.found, "1B80BF11#00");
	assert_int_equal(s.fr.counts.checksum, 1);
	assert_int_equal(s.fr.counts.skipped, 6);

	stream_push(&s, hex("80 02").b, 2);
	stream_push_expected(&s, &good);
	stream_silence(&s);
	assert_frame(&s.found, "1B80BF11#00");
	assert_int_equal(s.fr.counts.checksum, 1);
	assert_int_equal(s.fr.counts.length, 1);
	assert_int_equal(s.fr.counts.skipped, 8);
	assert_int_equal(s.fr.counts.frames, 2);
	assert_int_equal(s.fr.counts.cut, 0);
}

static void lengths(void **state)
{
	static const struct {
		size_t len; /* the length byte */
		size_t data;
		bool lost;
	} t[] = {
		{ 3, 0, false },
		{ 66, 63, false },
		{ 67, 64, true },
		{ 255, 252, true },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct bytes x = { .b = { 0x80, (uint8_t)t[i].len, 0xbf, 0x11 } };
		struct stream s;

		x.n = t[i].len + 2;
		memset(x.b + 4, 0x55, x.n - 5);
		x.b[x.n - 1] = 0;
		for (size_t k = 0; k < x.n - 1; k++)
			x.b[x.n - 1] ^= x.b[k];

		stream_init(&s);
		stream_push_expected(&s, &x);
		assert_int_equal(s.n, 1);
		assert_int_equal(s.found.t, 0);
		assert_int_equal(s.found.flags, t[i].lost ? FRAME_LOST : FRAME_EXT);
		assert_int_equal(s.found.id, t[i].lost ? 1 : KBUS_ID(0x80, 0xbf, 0x11));
		assert_int_equal(s.found.len, t[i].lost ? 0 : t[i].data);
		assert_int_equal(s.fr.counts.frames, 1);
		assert_int_equal(s.fr.counts.too_long, t[i].lost);
		assert_int_equal(s.fr.counts.skipped, 0);
	}
}

static void nobody_pops(void **state)
{
	struct kbus_framer fr;
	struct frame f;
	size_t n = 0;
	(void)state;

	/* 5000 bytes of "80 03 D0 53 00"; 1024 are held, the rest is counted. */
	kbus_framer_init(&fr, "kbus");
	for (size_t i = 0; i < 5000; i++)
		kbus_framer_push(&fr, hex("80 03 D0 53 00").b[i % 5], 0);
	assert_int_equal(fr.counts.skipped, 5000 - KBUS_FRAMER_SIZE);
	kbus_framer_idle(&fr, NSEC_NEVER);
	while (kbus_framer_pop(&fr, &f)) {
		assert_frame(&f, "1B80D053#");
		n++;
	}
	assert_int_equal(n, 204);
	assert_int_equal(fr.counts.skipped, 5000 - 204 * 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_after_another),
		cmocka_unit_test(any_split),
		cmocka_unit_test(next_frame_is_found),
		cmocka_unit_test(garbage_before),
		cmocka_unit_test(random_garbage),
		cmocka_unit_test(silences),
		cmocka_unit_test(deadlines),
		cmocka_unit_test(faults_are_counted_once),
		cmocka_unit_test(lengths),
		cmocka_unit_test(nobody_pops),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
