/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "dbc/codec.h"
#include "ear.h"
#include "out/vin.h"

/*
 * tests/data/kbus-meaning.tsv, can-meaning.tsv and diag-meaning.tsv: frames and answers, and
 * what public sources say they mean. Their columns are told in their first lines.
 */

#define COLUMNS 5

struct row {
	char text[2048];
	char *column[COLUMNS];
	size_t n;
	unsigned int line;
};

typedef void (*row_fn)(const struct row *r);

static void split(struct row *r)
{
	char *rest = r->text;

	r->n = 0;
	rest[strcspn(rest, "\r\n")] = '\0';
	while (rest && r->n < COLUMNS)
		r->column[r->n++] = strsep(&rest, "\t");
	assert_null(rest);
}

static size_t for_each_row(const char *name, row_fn fn)
{
	const char *top = getenv("top_srcdir");
	char path[4096];
	struct row r = { .line = 0 };
	size_t n = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/tests/data/%s", top ? top : ".", name);
	file = fopen(path, "re");
	if (!file)
		fail_msg("no %s; set top_srcdir", path);
	while (fgets(r.text, sizeof(r.text), file)) {
		r.line++;
		assert_non_null(strchr(r.text, '\n'));
		if (r.text[0] == '#')
			continue;
		split(&r);
		fn(&r);
		n++;
	}
	fclose(file);

	return n;
}

/* CLAIM is SIGNAL=WORD, SIGNAL=NUMBER or SIGNAL=-. */
static void check_claim(const struct row *r, const struct decoded *dec, char *claim)
{
	char *value = strchr(claim, '='), *end;
	const struct dbc_signal *s;
	uint64_t raw = 0;
	const char *word;
	double number;
	bool there;

	assert_non_null(value);
	*value++ = '\0';
	s = dbc_find_signal(dec->message, claim);
	if (!s)
		fail_msg("line %u: %s has no signal %s", r->line, dec->message->name,
			 claim);
	there = dbc_get_raw(s, dec->frame->data, dec->frame->len, &raw);
	if (!strcmp(value, "-")) {
		if (there)
			fail_msg("line %u: %s is there", r->line, claim);
		return;
	}
	if (!there)
		fail_msg("line %u: %s is not there", r->line, claim);
	number = strtod(value, &end);
	word = dbc_word(s, raw);
	if (!*end && dbc_physical(s, raw) != number)
		fail_msg("line %u: %s is %g, not %s", r->line, claim,
			 dbc_physical(s, raw), value);
	if (*end && (!word || strcmp(word, value)))
		fail_msg("line %u: %s is %s, not %s", r->line, claim,
			 word ? word : "no word", value);
}

static void check_meaning(const struct row *r, const char *platform,
			  const struct frame *f, unsigned int errors, const char *message,
			  char *claims)
{
	struct decoded dec;
	struct decoder d;

	assert_int_equal(decoder_init(&d, platform_of(platform)), 0);
	decoder_frame(&d, f, &dec);
	assert_ptr_equal(dec.frame, f);
	if (!dec.message)
		fail_msg("line %u: no message has this id", r->line);
	if (strcmp(dec.message->name, message))
		fail_msg("line %u: it is %s", r->line, dec.message->name);
	if (dec.errors != errors)
		fail_msg("line %u: errors are %u", r->line, dec.errors);
	while (claims) {
		char *claim = strsep(&claims, " ");

		if (*claim)
			check_claim(r, &dec, claim);
	}
	decoder_free(&d);
}

static void kbus_row(const struct row *r)
{
	struct frame f = frame_of(r->column[0]);

	assert_in_range(r->n, 2, 3);
	check_meaning(r, "r5x", &f, 0, r->column[1], r->n > 2 ? r->column[2] : NULL);
}

static void can_row(const struct row *r)
{
	struct frame f;

	assert_int_equal(r->n, 5);
	f = frame_of(r->column[1]);
	assert_true(!strcmp(r->column[2], "ok") || !strcmp(r->column[2], "bad"));
	check_meaning(r, r->column[0], &f,
		      strcmp(r->column[2], "bad") ? 0 : CHECK_BAD_SUM, r->column[3],
		      r->column[4]);
}

/* How many bytes of the request an answer repeats: can.md 3, ISO 14229-1. */
static size_t repeated(uint8_t service)
{
	if (service == 0x22 || service == 0x30)
		return 2;

	return service == 0x18 ? 0 : 1;
}

/* The message of DBC that is what MODULE sends in BYTES; *ret_at is where its data begin. */
static const struct dbc_message *answered(const struct dbc *dbc, uint8_t module,
					  const uint8_t *bytes, size_t n, size_t *ret_at)
{
	for (size_t i = 0; i < dbc->n_messages; i++) {
		const struct dbc_message *m = &dbc->messages[i];
		const char *hex = dbc_message_attr(dbc, m, "DiagRequest");
		uint8_t req[8], ecu;
		size_t echo;

		if (hex_parse(hex, strlen(hex), req, sizeof(req)) < 1)
			fail_msg("%s: request '%s'", m->name, hex);
		hex = dbc_message_attr(dbc, m, "DiagEcu");
		assert_int_equal(hex_parse(hex, strlen(hex), &ecu, 1), 1);
		echo = repeated(req[0]);
		if ((ecu != module && ecu != 0xef && ecu != 0xdf) || n < 1 + echo ||
		    bytes[0] != req[0] + 0x40 || memcmp(bytes + 1, req + 1, echo))
			continue;
		*ret_at = 1 + echo;
		return m;
	}

	return NULL;
}

/* A DS2 telegram says nothing of the request: the row names the message. kbus.md 4.3, 4.4 */
static const struct dbc_message *answered_ds2(const struct row *r, const struct dbc *dbc,
					      uint8_t module, const uint8_t *bytes, size_t *n,
					      size_t *ret_at)
{
	const struct dbc_message *m = dbc_find_name(dbc, r->column[3]);
	bool on_bus = bytes[1] == *n - 2 && bytes[2] == 0x3f;
	uint8_t check = 0, ecu;
	const char *hex;

	assert_true(*n > 4);
	for (size_t i = 0; i < *n; i++)
		check ^= bytes[i];
	if (check || bytes[0] != module || (bytes[1] != *n && !on_bus) ||
	    bytes[on_bus ? 3 : 2] != 0xa0 || !m)
		fail_msg("line %u: no telegram of %02X, or no message", r->line, module);
	hex = dbc_message_attr(dbc, m, "DiagEcu");
	assert_int_equal(hex_parse(hex, strlen(hex), &ecu, 1), 1);
	assert_int_equal(ecu, module);
	*ret_at = on_bus ? 4 : 3;
	*n -= 1;

	return m;
}

/* The data of the answer that row R holds, as F; its message and DBC. */
static const struct dbc_message *row_answer(const struct row *r, const struct decoder *d,
					    struct frame *f)
{
	uint8_t bytes[FRAME_DATA_MAX + 3], module = 0;
	const struct dbc *dbc = d->sources[1].dbc;
	const struct dbc_message *m;
	size_t at = 0, n;
	ssize_t len;

	assert_int_equal(hex_parse(r->column[1], 2, &module, 1), 1);
	len = hex_parse(r->column[1] + 3, strlen(r->column[1] + 3), bytes, sizeof(bytes));
	assert_true(len > 0);
	n = (size_t)len;
	m = strcmp(r->column[0], "r5x") ? answered(dbc, module, bytes, n, &at) :
					  answered_ds2(r, dbc, module, bytes, &n, &at);
	if (!m || strcmp(m->name, r->column[3]))
		fail_msg("line %u: it is %s", r->line, m ? m->name : "no answer");
	*f = (struct frame){ .id = m->id, .flags = FRAME_EXT, .len = (uint8_t)(n - at) };
	memcpy(f->data, bytes + at, f->len);

	return m;
}

static void diag_row(const struct row *r)
{
	const struct dbc_message *m;
	struct decoded dec;
	struct decoder d;
	struct frame f;
	char *claims;
	bool ok;

	assert_int_equal(r->n, 5);
	ok = !strcmp(r->column[2], "ok");
	claims = r->column[4];
	assert_int_equal(decoder_init(&d, platform_of(r->column[0])), 0);
	assert_int_equal(d.n_sources, 2);
	m = row_answer(r, &d, &f);
	if (decoder_answer(&d, d.sources[1].dbc, m, &f, &dec) != (ok ? 0 : -EBADMSG))
		fail_msg("line %u: is not %s", r->line, r->column[2]);
	while (ok && claims) {
		char *claim = strsep(&claims, " ");

		if (*claim)
			check_claim(r, &dec, claim);
	}
	/* It stands for an answer: as a frame of a bus it is nothing. */
	decoder_frame(&d, &f, &dec);
	assert_null(dec.message);
	decoder_free(&d);
}

static void diag_meanings(void **state)
{
	(void)state;

	assert_in_range(for_each_row("diag-meaning.tsv", diag_row), 180, 10000);
}

static void kbus_meanings(void **state)
{
	(void)state;

	assert_in_range(for_each_row("kbus-meaning.tsv", kbus_row), 65, 10000);
}

static void can_meanings(void **state)
{
	(void)state;

	assert_in_range(for_each_row("can-meaning.tsv", can_row), 127, 10000);
}

/* Which car it is, told by the first frame that only one of them sends. */
static void recognised(void **state)
{
	static const struct {
		const char *frames[3];
		const char *platform;
	} t[] = {
		{ { "80 04 BF 11 00 2A" }, "r5x" },
		{ { "00 05 BF 7A 30 03 F3" }, "r5x" },
		{ { "12F#83581ADDD2013106" }, "f5x" },
		{ { "130#4542698FE2" }, "r56" },
		{ { "2FC#810000FFFFFFFF" }, NULL },
		{ { "23A#11300161", "0EA#81FFE7FCFFFFFFFF" }, NULL },
		{ { "130#45F0FCFFFF" }, NULL },
		{ { "130#4540218FFE" }, NULL },
		{ { "12F#9F818ADDF1013006" }, NULL },
		{ { "2FC#810000FFFFFFFF", "130#4540218FFE", "130#4542698FE2" }, "r56" },
		{ { "130#45F0FCFFFF", "12F#9F808ADDF1013006" }, "f5x" },
		{ { "1B00BF99#01" }, NULL }, /* no message of ours */
		{ { "7FF#", "12345678#00" }, NULL },
		/* Once settled it stays. */
		{ { "130#4542698FE2", "12F#9F808ADDF1013006" }, "r56" },
		{ { "12F#9F808ADDF1013006", "80 04 BF 11 00 2A" }, "f5x" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct decoder d;

		assert_int_equal(decoder_init(&d, NULL), 0);
		assert_null(d.platform);
		for (size_t k = 0; k < 3 && t[i].frames[k]; k++) {
			struct frame f = frame_of(t[i].frames[k]);
			struct decoded dec;

			decoder_frame(&d, &f, &dec);
		}
		if (d.platform != platform_of(t[i].platform))
			fail_msg("row %zu: %s", i,
				 d.platform ? d.platform->id : "nothing");
		decoder_free(&d);
	}
}

static void no_message(void **state)
{
	static const char *const t[] = {
		"7FF#00",
		"000#",
		"000002FC#810000FFFFFFFF",
		"2FC#R7",
		"20000040#0000000000000000",
	};
	struct decoded dec;
	struct frame f;
	struct decoder d;
	(void)state;

	assert_int_equal(decoder_init(&d, platform_of("r56")), 0);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		f = frame_of(t[i]);
		decoder_frame(&d, &f, &dec);
		assert_null(dec.message);
		assert_null(dec.dbc);
		assert_int_equal(dec.errors, 0);
	}
	f = (struct frame){ .id = 0x2fc, .flags = FRAME_LOST };
	decoder_frame(&d, &f, &dec);
	assert_null(dec.message);
	/* A message of another car is none of this one's. */
	f = frame_of("12F#9F808ADDF1013006");
	decoder_frame(&d, &f, &dec);
	assert_null(dec.message);
	decoder_free(&d);
}

/* Any bytes of any length as any message of each DBC: nothing but values comes out. */
static void hostile_frames(void **state)
{
	static const char *const platforms[] = { "r5x", "r56", "f5x" };
	struct ear e;
	uint32_t x = 1;
	(void)state;

	for (size_t p = 0; p < ARRAY_SIZE(platforms); p++) {
		const struct dbc *dbc;

		ear_open(&e, platforms[p]);
		dbc = e.decoder.sources[0].dbc;
		for (size_t i = 0; i < dbc->n_messages; i++)
			for (unsigned int len = 0; len <= 64; len++) {
				struct frame f = { .id = dbc->messages[i].id,
						   .len = (uint8_t)len };

				f.flags = dbc->messages[i].ext ? FRAME_EXT : 0;
				for (size_t k = 0; k < len; k++) {
					x = x * 1664525 + 1013904223;
					f.data[k] = (uint8_t)(x >> 24);
				}
				ear_frame(&e, &f);
				assert_non_null(e.dec.message);
			}
		ear_close(&e);
	}
}

static void users_dbc(void **state)
{
	static const char text[] =
		"BO_ 291 Mine: 8 X\n SG_ Boot : 0|1@1+ (1,0) [0|1] \"\" X\n"
		"BO_ 764 Other: 8 X\n SG_ A : 0|8@1+ (1,0) [0|0] \"\" X\n";
	struct frame f = frame_of("123#01");
	const struct dbc *found;
	struct dbc *dbc;
	struct decoded dec;
	struct decoder d;
	(void)state;

	assert_int_equal(decoder_init(&d, platform_of("r56")), 0);
	assert_int_equal(dbc_parse("mine.dbc", text, strlen(text), NULL, NULL, &dbc), 0);
	assert_int_equal(decoder_add(&d, dbc, "can1"), 0);
	decoder_frame(&d, &f, &dec);
	assert_null(dec.message);
	f.bus = "can0";
	decoder_frame(&d, &f, &dec);
	assert_null(dec.message);
	f.bus = "can1";
	decoder_frame(&d, &f, &dec);
	assert_non_null(dec.message);
	assert_string_equal(dec.message->name, "Mine");
	assert_ptr_equal(dec.dbc, dbc);
	assert_ptr_equal(decoder_find_name(&d, "Mine", &found), dec.message);
	assert_ptr_equal(found, dbc);
	assert_int_equal(decoder_check(&d, dec.message)->rule, CHECK_NONE);
	assert_null(decoder_find_name(&d, "Nobody", &found));
	decoder_free(&d);
}

static void too_many_sources(void **state)
{
	struct decoder d;
	struct dbc *dbc;
	(void)state;

	assert_int_equal(decoder_init(&d, platform_of("r56")), 0);
	for (size_t i = d.n_sources; i < DECODER_SOURCES_MAX; i++) {
		assert_int_equal(dbc_parse("a.dbc", "", 0, NULL, NULL, &dbc), 0);
		assert_int_equal(decoder_add(&d, dbc, NULL), 0);
	}
	assert_int_equal(dbc_parse("a.dbc", "", 0, NULL, NULL, &dbc), 0);
	assert_int_equal(decoder_add(&d, dbc, NULL), -ENOSPC);
	dbc_free(dbc);
	decoder_free(&d);
}

/* Nothing is public about the buses of the newest cars. */
static void cars_without_dbc(void **state)
{
	struct decoder d;
	size_t n, with = 0;
	const struct car_model *cars = car_models(&n);
	(void)state;

	assert_int_equal(n, 21);
	for (size_t i = 0; i < n; i++)
		with += cars[i].platform->body.text != NULL;
	assert_int_equal(with, 15);
	assert_int_equal(decoder_init(&d, car_model_find("j01")->platform), -ENOENT);
	decoder_free(&d);
	assert_null(car_model_find("r54"));
	assert_null(car_model_find("R53"));
	assert_null(car_model_find(""));
}

/* DESIGN 6: the last 7 of a VIN leave no trace in the frame; nothing else changes. */
static void vin_masked(void **state)
{
	static const struct {
		const char *platform, *frame, *masked, *text;
	} t[] = {
		{ "r56", "380#54455354303031", "380#00000000000000", "TEST001" },
		{ "r56", "380#5445", "380#0000", NULL },
		{ "r5x", "D0 10 80 54 41 42 12 34 50 09 86 40 46 00 00 04 03 EF",
		  "1BD08054##0000000000009864046000004"
		  "03",
		  "AB12345" },
		{ "r56", "2FC#810000FFFFFFFF", "2FC#810000FFFFFFFF", NULL },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct frame f = frame_of(t[i].frame), want = frame_of(t[i].masked),
			     masked = f;
		char text[VIN_TEXT_MAX];
		const struct dbc_signal *s;
		struct decoded dec;
		struct decoder d;
		uint64_t raw;

		assert_int_equal(decoder_init(&d, platform_of(t[i].platform)), 0);
		decoder_frame(&d, &f, &dec);
		s = decoded_mask_vin(&dec, &masked);
		assert_int_equal(masked.len, want.len);
		assert_memory_equal(masked.data, want.data, want.len);
		if (t[i].text) {
			assert_non_null(s);
			assert_true(dbc_get_raw(s, f.data, f.len, &raw));
			vin_text(s, raw, text);
			assert_string_equal(text, t[i].text);
			assert_true(dbc_get_raw(s, masked.data, masked.len, &raw));
			assert_int_equal(raw, 0);
		}
		decoder_free(&d);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kbus_meanings),    cmocka_unit_test(can_meanings),
		cmocka_unit_test(diag_meanings),
		cmocka_unit_test(recognised),	    cmocka_unit_test(no_message),
		cmocka_unit_test(hostile_frames),   cmocka_unit_test(users_dbc),
		cmocka_unit_test(too_many_sources), cmocka_unit_test(cars_without_dbc),
		cmocka_unit_test(vin_masked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
