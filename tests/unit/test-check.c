/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "car/role.h"
#include "ear.h"

/* The protected frames of can.md 1.3 and 1.9, all good. */
static const char *const fold4_good[] = {
	"130#0001C00F20", "130#4041C20FC0", "130#4141911FA0", "130#4542698FC0",
	"130#4542698FD1", "130#4542698FE2", "130#4542698FF3", "130#4542698F04",
	"130#4542698F15", "130#4542698F26", "130#4542698F37", "130#4542698F48",
	"130#4542698F59", "130#4542698F6A", "130#4542698F7B", "130#4542698F8C",
	"130#4542698F9D", "130#4542698FAE", "130#5542698FD0", "130#000EC00440",
	"130#0001C00670",
};
static const char *const crc8_good[] = {
	"12F#83581ADDD2013106",
	"12F#9F808ADDF1013006",
	"12F#C2818ADDF1013006",
	"12F#25828ADDF1013006",
};

/* The rule of the message with ID. */
static const struct check *rule_of(const struct decoder *d, uint32_t id)
{
	const struct dbc_message *m = dbc_find(d->sources[0].dbc, id, false);

	assert_non_null(m);

	return decoder_check(d, m);
}

static struct decoder decoder_of(const char *platform)
{
	struct decoder d;

	assert_int_equal(decoder_init(&d, platform_of(platform)), 0);

	return d;
}

static unsigned int errors_of(const struct check *rule, const struct frame *f)
{
	struct check c = *rule;

	c.last = -1;

	return check_frame(&c, f);
}

static void rules(void **state)
{
	struct decoder r56 = decoder_of("r56"), f5x = decoder_of("f5x");
	(void)state;

	assert_int_equal(rule_of(&r56, 0x130)->rule, CHECK_FOLD4);
	assert_int_equal(rule_of(&r56, 0x130)->modulo, 15);
	assert_int_equal(rule_of(&r56, 0x2fc)->rule, CHECK_NONE);
	assert_int_equal(rule_of(&f5x, 0x12f)->rule, CHECK_CRC8);
	assert_int_equal(rule_of(&f5x, 0x12f)->final_xor, 0x44);
	assert_int_equal(rule_of(&f5x, 0x12f)->modulo, 15);
	assert_int_equal(rule_of(&f5x, 0x3a7)->rule, CHECK_CRC8);
	assert_int_equal(rule_of(&f5x, 0x3a7)->final_xor, 0x4a);
	/* can.md 1.3: an F11 sends 0x130 without counter and checksum. */
	assert_int_equal(rule_of(&f5x, 0x130)->rule, CHECK_NONE);
	decoder_free(&r56);
	decoder_free(&f5x);
}

static void good_vectors(void **state)
{
	struct decoder r56 = decoder_of("r56"), f5x = decoder_of("f5x");
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(fold4_good); i++) {
		struct frame f = frame_of(fold4_good[i]);

		assert_int_equal(errors_of(rule_of(&r56, 0x130), &f), 0);
		assert_int_equal(check_sum(rule_of(&r56, 0x130), &f), f.data[4] >> 4);
	}
	for (size_t i = 0; i < ARRAY_SIZE(crc8_good); i++) {
		struct frame f = frame_of(crc8_good[i]);

		assert_int_equal(errors_of(rule_of(&f5x, 0x12f), &f), 0);
		assert_int_equal(check_sum(rule_of(&f5x, 0x12f), &f), f.data[0]);
	}
	decoder_free(&r56);
	decoder_free(&f5x);
}

/* can.md 1.3: two published examples that do not verify; and one sum moved on. */
static void bad_vectors(void **state)
{
	static const char *const r56_bad[] = {
		"130#4540218FFE",
		"130#455139B0BB",
		"130#4542698FD2",
		"130#0001C00F00",
	};
	static const char *const f5x_bad[] = {
		"12F#9F818ADDF1013006",
		"12F#00808ADDF1013006",
		"12F#0000000000000000",
	};
	struct decoder r56 = decoder_of("r56"), f5x = decoder_of("f5x");
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(r56_bad); i++) {
		struct frame f = frame_of(r56_bad[i]);

		assert_int_equal(errors_of(rule_of(&r56, 0x130), &f), CHECK_BAD_SUM);
	}
	for (size_t i = 0; i < ARRAY_SIZE(f5x_bad); i++) {
		struct frame f = frame_of(f5x_bad[i]);

		assert_int_equal(errors_of(rule_of(&f5x, 0x12f), &f), CHECK_BAD_SUM);
	}
	decoder_free(&r56);
	decoder_free(&f5x);
}

static void flip_all(const struct check *rule, const char *const *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct frame good = frame_of(text[i]);

		for (unsigned int bit = 0; bit < 8u * good.len; bit++) {
			struct frame f = good;

			f.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
			if (errors_of(rule, &f) != CHECK_BAD_SUM)
				fail_msg("%s: bit %u turned over is not noticed", text[i],
					 bit);
		}
	}
}

/* Both rules cover every bit of the frame, the checksum's own and the counter's too. */
static void every_bit_counts(void **state)
{
	struct decoder r56 = decoder_of("r56"), f5x = decoder_of("f5x");
	(void)state;

	flip_all(rule_of(&r56, 0x130), fold4_good, ARRAY_SIZE(fold4_good));
	flip_all(rule_of(&f5x, 0x12f), crc8_good, ARRAY_SIZE(crc8_good));
	decoder_free(&r56);
	decoder_free(&f5x);
}

/* FF in byte 4 says "not protected"; one good frame is a single bit away from that. */
static void unprotected(void **state)
{
	static const struct {
		const char *frame;
		unsigned int errors;
	} t[] = {
		{ "130#45F0FCFFFF", 0 },
		{ "130#00FEFCFFFF", 0 },
		{ "130#0000000"
		  "0FF",
		  0 },
		{ "130#4542690CFE", 0 },
		{ "130#4542690CFF", 0 },
		{ "130#45F0FCFFFE", CHECK_BAD_SUM },
		{ "130#45F0FCFF7F", CHECK_BAD_SUM },
	};
	struct decoder d = decoder_of("r56");
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct frame f = frame_of(t[i].frame);

		if (errors_of(rule_of(&d, 0x130), &f) != t[i].errors)
			fail_msg("%s", t[i].frame);
	}
	decoder_free(&d);
}

/* It has no counter either: the one after it is not compared with FF's low half. */
static void unprotected_has_no_counter(void **state)
{
	struct decoder d = decoder_of("r56");
	struct check c = *rule_of(&d, 0x130);
	struct frame a = frame_of("130#4542698FC0"), b = frame_of("130#45F0FCFFFF"),
		     next = frame_of("130#4542698FD1");
	(void)state;

	assert_int_equal(check_frame(&c, &a), 0);
	assert_int_equal(check_frame(&c, &b), 0);
	assert_int_equal(check_frame(&c, &next), 0);
	decoder_free(&d);
}

static void too_short(void **state)
{
	static const char *const t[] = { "130#", "130#45", "130#4542698F" };
	struct decoder d = decoder_of("r56"), f5x = decoder_of("f5x");
	struct frame f;
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		f = frame_of(t[i]);
		assert_int_equal(errors_of(rule_of(&d, 0x130), &f), 0);
	}
	f = frame_of("12F#");
	assert_int_equal(errors_of(rule_of(&f5x, 0x12f), &f), 0);
	decoder_free(&d);
	decoder_free(&f5x);
}

/* The sum is over bytes 0 to 4, however many follow: some senders fill up to 8. */
static void padded(void **state)
{
	static const struct {
		const char *frame;
		unsigned int errors;
	} t[] = {
		{ "130#4542698FE2000000", 0 },
		{ "130#4542698FE2FFFFFF", 0 },
		{ "130#4542698FE3000000", CHECK_BAD_SUM },
		{ "130#4552698FE2000000", CHECK_BAD_SUM },
	};
	struct decoder d = decoder_of("r56");
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct frame f = frame_of(t[i].frame);

		if (errors_of(rule_of(&d, 0x130), &f) != t[i].errors)
			fail_msg("%s", t[i].frame);
	}
	decoder_free(&d);
}

/* can.md 1.3: the full wheel, +1 modulo 15. Indices into fold4_good from 3: counter 0. */
static void counter(void **state)
{
	static const struct {
		const char *name;
		int at[18];
		unsigned int n;
		unsigned int bad; /* bits: which of them are BAD_COUNTER */
	} t[] = {
		{ "whole wheel and on",
		  { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0, 1 },
		  17,
		  0 },
		{ "first one is any", { 9, 10 }, 2, 0 },
		{ "wraps at 15", { 13, 14, 0 }, 3, 0 },
		{ "one is missing", { 3, 5, 6 }, 3, 1u << 1 },
		{ "repeated", { 3, 3, 4 }, 3, 1u << 1 },
		{ "backwards", { 3, 2, 3 }, 3, 1u << 1 },
		{ "wraps too early", { 12, 13, 0, 1 }, 4, 1u << 2 },
		{ "every second", { 0, 2, 4, 6 }, 4, 1u << 1 | 1u << 2 | 1u << 3 },
	};
	struct decoder d = decoder_of("r56");
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct check c = *rule_of(&d, 0x130);

		for (unsigned int k = 0; k < t[i].n; k++) {
			struct frame f = frame_of(fold4_good[3 + t[i].at[k]]);
			unsigned int want = t[i].bad & 1u << k ? CHECK_BAD_COUNTER : 0;

			if (check_frame(&c, &f) != want)
				fail_msg("%s: frame %u", t[i].name, k);
		}
	}
	decoder_free(&d);
}

/* The F-series wheel has 15 places too; every frame with its CRC. */
static void crc_counter(void **state)
{
	static const uint8_t crc[] = {
		0x9f, 0xc2, 0x25, 0x78, 0xf6, 0xab, 0x4c, 0x11,
		0x4d, 0x10, 0xf7, 0xaa, 0x24, 0x79, 0x9e,
	};
	struct decoder d = decoder_of("f5x");
	struct check c = *rule_of(&d, 0x12f);
	struct frame f = frame_of("12F#00808ADDF1013006");
	(void)state;

	for (unsigned int i = 0; i < 31; i++) {
		f.data[0] = crc[i % 15];
		f.data[1] = (uint8_t)(0x80 | i % 15);
		assert_int_equal(check_frame(&c, &f), 0);
	}
	f.data[0] = crc[3];
	f.data[1] = 0x83;
	assert_int_equal(check_frame(&c, &f), CHECK_BAD_COUNTER);
	f.data[0] = crc[4];
	f.data[1] = 0x85;
	assert_int_equal(check_frame(&c, &f), CHECK_BAD_SUM | CHECK_BAD_COUNTER);
	decoder_free(&d);
}

static void sealed(void **state)
{
	struct decoder r56 = decoder_of("r56"), f5x = decoder_of("f5x");
	struct frame f;
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(fold4_good); i++) {
		struct frame good = frame_of(fold4_good[i]);

		f = good;
		f.data[4] ^= 0xf0;
		check_seal(rule_of(&r56, 0x130), &f);
		assert_memory_equal(f.data, good.data, 5);
	}
	for (size_t i = 0; i < ARRAY_SIZE(crc8_good); i++) {
		struct frame good = frame_of(crc8_good[i]);

		f = good;
		f.data[0] ^= 0xff;
		check_seal(rule_of(&f5x, 0x12f), &f);
		assert_memory_equal(f.data, good.data, 8);
	}

	/* can.md 1.9: another final XOR for 0x3A7. */
	f = frame_of("3A7#00F1FFFF02FFFF");
	check_seal(rule_of(&f5x, 0x3a7), &f);
	assert_int_equal(f.data[0], 0x06);

	/* Without a rule, and too short: nothing is touched. */
	f = frame_of("2FC#810000FFFFFFFF");
	check_seal(rule_of(&r56, 0x2fc), &f);
	assert_int_equal(f.data[0], 0x81);
	f = frame_of("130#4542698F");
	check_seal(rule_of(&r56, 0x130), &f);
	assert_int_equal(f.data[4], 0);
	decoder_free(&r56);
	decoder_free(&f5x);
}

/* can.md 3.1: the answer to 30 01 01 has a copy of 0x130 at 53, and nothing protects the rest. */
static void copied(void **state)
{
	struct decoder d = decoder_of("r56");
	const struct dbc_message *m = dbc_find_name(d.sources[1].dbc, "Cas_Status");
	const struct check *rule;
	(void)state;

	assert_non_null(m);
	rule = decoder_check(&d, m);
	assert_int_equal(rule->rule, CHECK_FOLD4);
	for (size_t i = 0; i < ARRAY_SIZE(fold4_good); i++) {
		struct frame copy = frame_of(fold4_good[i]);
		struct frame f = { .id = m->id, .flags = FRAME_EXT, .len = 64 };

		memset(f.data, 0xff, sizeof(f.data));
		memcpy(f.data + 53, copy.data, 5);
		assert_int_equal(errors_of(rule, &f), 0);
		for (size_t bit = 0; bit < 8 * 64; bit++) {
			bool in_copy = bit / 8 >= 53 && bit / 8 < 58;

			f.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
			assert_int_equal(errors_of(rule, &f), in_copy ? CHECK_BAD_SUM : 0);
			f.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		f.data[57] ^= 0xf0;
		check_seal(rule, &f);
		assert_memory_equal(f.data + 53, copy.data, 5);
	}
	decoder_free(&d);
}

/* A rule that cannot be understood protects nothing. */
static void wrong_copies(void **state)
{
	static const struct {
		const char *rule;
		enum check_rule want;
	} t[] = {
		{ "bmw-fold4-130-2", CHECK_FOLD4 }, { "bmw-fold4-130-6", CHECK_FOLD4 },
		{ "bmw-fold4-130-7", CHECK_NONE }, { "bmw-fold4-130-99999999999", CHECK_NONE },
		{ "bmw-fold4-130", CHECK_NONE }, { "bmw-fold4-", CHECK_NONE },
		{ "bmw-fold4-x-2", CHECK_NONE }, { "bmw-fold4-130-2x", CHECK_NONE },
		{ "bmw-fold42", CHECK_NONE },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		_cleanup_(dbc_freep) struct dbc *dbc = NULL;
		struct check c;
		char text[300];

		snprintf(text, sizeof(text),
			 "BO_ 1 M: 8 X\n SG_ Checksum : 52|4@1+ (1,0) [0|15] \"\" X\n"
			 "BA_DEF_ BO_ \"Check\" STRING;\nBA_ \"Check\" BO_ 1 \"%s\";\n",
			 t[i].rule);
		assert_int_equal(dbc_parse("t", text, strlen(text), NULL, NULL, &dbc), 0);
		roles_bind(dbc);
		check_bind(&c, dbc, &dbc->messages[0]);
		if (c.rule != t[i].want)
			fail_msg("%s", t[i].rule);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules),
		cmocka_unit_test(good_vectors),
		cmocka_unit_test(bad_vectors),
		cmocka_unit_test(every_bit_counts),
		cmocka_unit_test(unprotected),
		cmocka_unit_test(unprotected_has_no_counter),
		cmocka_unit_test(too_short),
		cmocka_unit_test(padded),
		cmocka_unit_test(counter),
		cmocka_unit_test(crc_counter),
		cmocka_unit_test(sealed),
		cmocka_unit_test(copied),
		cmocka_unit_test(wrong_copies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
