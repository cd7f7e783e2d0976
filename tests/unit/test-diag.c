/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "ear.h"
#include "proto/diag.h"

static void words(void **state)
{
	enum diag_protocol p = DIAG_UDS;
	(void)state;

	assert_int_equal(diag_protocol_parse("ds2", &p), 0);
	assert_int_equal(p, DIAG_DS2);
	assert_int_equal(diag_protocol_parse("kwp", &p), 0);
	assert_int_equal(p, DIAG_KWP);
	assert_int_equal(diag_protocol_parse("uds", &p), 0);
	assert_int_equal(p, DIAG_UDS);
	assert_int_equal(diag_protocol_parse("UDS", &p), -EINVAL);
	assert_int_equal(diag_protocol_parse("", &p), -EINVAL);
	assert_int_equal(diag_protocol_parse("kwp2000", &p), -EINVAL);
	assert_int_equal(p, DIAG_UDS);
}

struct answer {
	enum diag_protocol p;
	const char *req, *msg;
	enum diag_verdict want;
	const char *data; /* of DIAG_ANSWER: hex; of DIAG_REFUSED and DIAG_BUSY: the code */
};

static size_t bytes_of(const char *text, uint8_t *buf, size_t size)
{
	ssize_t n = hex_parse(text, strlen(text), buf, size);

	assert_true(n >= 0);

	return (size_t)n;
}

static void judge(const struct answer *t, size_t n_rows)
{
	for (size_t i = 0; i < n_rows; i++) {
		uint8_t req[16], msg[64], want[64], code = 0;
		size_t n = bytes_of(t[i].req, req, sizeof(req));
		size_t n_msg = bytes_of(t[i].msg, msg, sizeof(msg));
		size_t n_want = bytes_of(t[i].data, want, sizeof(want));
		const uint8_t *data = NULL;
		size_t len = 0;
		enum diag_verdict v = diag_answer(t[i].p, req, n, msg, n_msg, &code,
						  &data, &len);

		if (v != t[i].want)
			fail_msg("%s to %s: %d", t[i].msg, t[i].req, (int)v);
		if (v == DIAG_REFUSED || v == DIAG_BUSY)
			assert_int_equal(code, want[0]);
		if (v == DIAG_ANSWER && (len != n_want || memcmp(data, want, len)))
			fail_msg("%s to %s: other data (%zu bytes)", t[i].msg, t[i].req,
				 len);
	}
}

/* kbus.md 4.2, 4.4: the status byte where the command was. */
static void ds2_answers(void **state)
{
	static const struct answer t[] = {
		{ DIAG_DS2, "0B", "A0", DIAG_ANSWER, "" },
		{ DIAG_DS2, "04 00", "A0 03 00 00 3D 03 29 02 30 09", DIAG_ANSWER,
		  "03 00 00 3D 03 29 02 30 09" },
		{ DIAG_DS2, "00", "A0 08 38 62 08 01 18 13 00 46 99 09 41", DIAG_ANSWER,
		  "08 38 62 08 01 18 13 00 46 99 09 41" },
		{ DIAG_DS2, "0B", "B0", DIAG_REFUSED, "B0" },
		{ DIAG_DS2, "0B", "A2", DIAG_REFUSED, "A2" },
		{ DIAG_DS2, "0B", "B1", DIAG_REFUSED, "B1" },
		{ DIAG_DS2, "0B", "B2", DIAG_REFUSED, "B2" },
		{ DIAG_DS2, "0B", "FF", DIAG_REFUSED, "FF" },
		{ DIAG_DS2, "0B", "A1", DIAG_PENDING, "" },
		{ DIAG_DS2, "0B", "0B", DIAG_GARBAGE, "" },
		{ DIAG_DS2, "0B", "7F 0B 78", DIAG_GARBAGE, "" },
		{ DIAG_DS2, "0B", "", DIAG_GARBAGE, "" },
	};
	(void)state;

	judge(t, ARRAY_SIZE(t));
}

/* can.md 2.1, 3.1, 3.2 */
static void can_answers(void **state)
{
	static const struct answer t[] = {
		{ DIAG_UDS, "22 DD 68", "62 DD 68 93 88", DIAG_ANSWER, "93 88" },
		{ DIAG_UDS, "22 DA B4", "62 DA B4 02", DIAG_ANSWER, "02" },
		{ DIAG_UDS, "22 DA B4", "62 DA B4", DIAG_ANSWER, "" },
		{ DIAG_UDS, "22 F1 50", "62 F1 50 0F 20 50", DIAG_ANSWER, "0F 20 50" },
		{ DIAG_UDS, "22 F1 86", "62 F1 86 01 81", DIAG_ANSWER, "01 81" },
		{ DIAG_KWP, "22 10 10", "62 10 10 41", DIAG_ANSWER, "41" },
		{ DIAG_KWP, "21 27", "61 27 01 02 03 04", DIAG_ANSWER, "01 02 03 04" },
		{ DIAG_KWP, "1A 80", "5A 80 00 00 09 14 71 95 C4 08 06 A0", DIAG_ANSWER,
		  "00 00 09 14 71 95 C4 08 06 A0" },
		{ DIAG_KWP, "18 02 FF FF",
		  "58 04 A1 25 21 A1 27 21 A1 26 21 A0 B3 28", DIAG_ANSWER,
		  "04 A1 25 21 A1 27 21 A1 26 21 A0 B3 28" },
		{ DIAG_KWP, "30 16 01", "70 16 01 AA AB", DIAG_ANSWER, "AA AB" },
		{ DIAG_KWP, "30 05 01 02", "70 05 01 AA AB", DIAG_ANSWER, "AA AB" },
		{ DIAG_UDS, "19 02 0C", "59 02 FF", DIAG_ANSWER, "FF" },
		{ DIAG_UDS, "10 01", "50 01 00 32 01 F4", DIAG_ANSWER, "00 32 01 F4" },
		{ DIAG_UDS, "3E 00", "7E 00", DIAG_ANSWER, "" },
		{ DIAG_KWP, "3E 01", "7E", DIAG_ANSWER, "" },
		{ DIAG_KWP, "3E", "7E", DIAG_ANSWER, "" },
		/* Several identifiers: all of them, in their order. */
		{ DIAG_UDS, "22 DA B4 DC 56", "62 DA B4 02 DC 56 09", DIAG_ANSWER,
		  "02 DC 56 09" },
		{ DIAG_UDS, "22 DA B4 DC 56", "62 DA B4 02 DC 57 09", DIAG_OTHER, "" },
		{ DIAG_UDS, "22 DA B4 DC 56", "62 DC 56 09 DA B4 02", DIAG_OTHER, "" },
		{ DIAG_UDS, "22 DA B4 DC 56", "62 DA B4 02 DC", DIAG_OTHER, "" },
		{ DIAG_UDS, "22 DA B4 DC 56 DC 64", "62 DA B4 02 DC 56 09 DC 64 01",
		  DIAG_ANSWER, "02 DC 56 09 DC 64 01" },
		{ DIAG_UDS, "22 DA B4 DC 56 DC 64", "62 DA B4 02 DC 64 09 DC 56 01",
		  DIAG_OTHER, "" },
		/* Refused, not ready, busy. */
		{ DIAG_UDS, "22 DA B4", "7F 22 31", DIAG_REFUSED, "31" },
		{ DIAG_UDS, "22 DA B4", "7F 22 33", DIAG_REFUSED, "33" },
		{ DIAG_KWP, "21 27", "7F 21 11", DIAG_REFUSED, "11" },
		{ DIAG_KWP, "21 27", "7F 21 EE", DIAG_REFUSED, "EE" },
		{ DIAG_UDS, "22 DD BC", "7F 22 78", DIAG_PENDING, "" },
		{ DIAG_KWP, "21 27", "7F 21 78", DIAG_PENDING, "" },
		{ DIAG_UDS, "22 DA B4", "7F 22 21", DIAG_BUSY, "21" },
		{ DIAG_KWP, "21 27", "7F 21 21", DIAG_BUSY, "21" },
		/* To another request: each byte that is echoed counts. */
		{ DIAG_UDS, "22 DA B4", "7F 21 31", DIAG_OTHER, "" },
		{ DIAG_UDS, "22 DA B4", "7F 21 78", DIAG_OTHER, "" },
		{ DIAG_UDS, "22 DA B4", "62 DA B5 02", DIAG_OTHER, "" },
		{ DIAG_UDS, "22 DA B4", "62 DB B4 02", DIAG_OTHER, "" },
		{ DIAG_UDS, "22 DA B4", "61 DA B4 02", DIAG_OTHER, "" },
		{ DIAG_KWP, "21 27", "61 22 00", DIAG_OTHER, "" },
		{ DIAG_KWP, "1A 80", "5A 90 41", DIAG_OTHER, "" },
		{ DIAG_UDS, "19 02 0C", "59 06 FF", DIAG_OTHER, "" },
		{ DIAG_KWP, "30 16 01", "70 15 01 AA", DIAG_OTHER, "" },
		{ DIAG_KWP, "30 16 01", "70 16 02 AA", DIAG_OTHER, "" },
		/* Cut off, or no answer at all. */
		{ DIAG_UDS, "22 DA B4", "62 DA", DIAG_GARBAGE, "" },
		{ DIAG_UDS, "22 DA B4", "62", DIAG_GARBAGE, "" },
		{ DIAG_UDS, "22 DA B4", "7F 22", DIAG_GARBAGE, "" },
		{ DIAG_UDS, "22 DA B4", "7F", DIAG_GARBAGE, "" },
		{ DIAG_UDS, "22 DA B4", "22 DA B4", DIAG_GARBAGE, "" },
		{ DIAG_UDS, "22 DA B4", "", DIAG_GARBAGE, "" },
	};
	(void)state;

	judge(t, ARRAY_SIZE(t));
}

static void late_pending(void **state)
{
	static const uint8_t a1[] = { 0xa1 }, pending[] = { 0x7f, 0x22, 0x78 },
			     refused[] = { 0x7f, 0x22, 0x31 };
	(void)state;

	assert_true(diag_is_pending(DIAG_DS2, a1, 1));
	assert_false(diag_is_pending(DIAG_UDS, a1, 1));
	assert_true(diag_is_pending(DIAG_KWP, pending, 3));
	assert_false(diag_is_pending(DIAG_KWP, pending, 2));
	assert_false(diag_is_pending(DIAG_UDS, refused, 3));
	assert_false(diag_is_pending(DIAG_DS2, pending, 0));
}

/* can.md 2.2 */
static void functional_addresses(void **state)
{
	(void)state;

	for (unsigned int ecu = 0; ecu < 256; ecu++)
		assert_int_equal(diag_is_functional((uint8_t)ecu),
				 ecu == 0xdf || (ecu >= 0xe9 && ecu <= 0xef));
}

/* Any code has words; those of can.md 3.1 and 3.2, and of kbus.md 4.2, their own. */
static void code_words(void **state)
{
	static const uint8_t ds2[] = { 0xa2, 0xb0, 0xb1, 0xb2, 0xff };
	static const uint8_t kwp[] = { 0x10, 0x11, 0x12, 0x21, 0x22, 0x23, 0x31, 0x33,
				       0x36, 0x37, 0x40, 0x41, 0x42, 0x43, 0x50, 0x51,
				       0x52, 0x53, 0x71, 0x72, 0x74, 0x75, 0x76, 0x77,
				       0x78, 0x79, 0x80 };
	static const uint8_t uds[] = { 0x10, 0x11, 0x12, 0x13, 0x14, 0x21, 0x22, 0x24,
				       0x31, 0x33, 0x35, 0x36, 0x37, 0x70, 0x71, 0x72,
				       0x73, 0x78, 0x7e, 0x7f, 0x81, 0x82, 0x83, 0x84,
				       0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b, 0x8c,
				       0x8d, 0x8f, 0x90, 0x91, 0x92, 0x93 };
	static const struct {
		enum diag_protocol p;
		const uint8_t *codes;
		size_t n;
	} t[] = {
		{ DIAG_DS2, ds2, sizeof(ds2) },
		{ DIAG_KWP, kwp, sizeof(kwp) },
		{ DIAG_UDS, uds, sizeof(uds) },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		const char *unknown = diag_code_word(t[i].p, 0xee);

		for (unsigned int c = 0; c < 256; c++)
			assert_true(strlen(diag_code_word(t[i].p, (uint8_t)c)) > 3);
		for (size_t k = 0; k < t[i].n; k++)
			assert_string_not_equal(diag_code_word(t[i].p, t[i].codes[k]),
						unknown);
	}
	assert_string_equal(diag_code_word(DIAG_UDS, 0x31), "request out of range");
	assert_string_equal(diag_code_word(DIAG_KWP, 0x33), "security access denied");
	assert_string_equal(diag_code_word(DIAG_DS2, 0xb0), "parameter error");
	/* The two mean different things by the same code. */
	assert_string_not_equal(diag_code_word(DIAG_KWP, 0x72),
				diag_code_word(DIAG_UDS, 0x72));
	assert_string_not_equal(diag_code_word(DIAG_KWP, 0x12),
				diag_code_word(DIAG_UDS, 0x12));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),	cmocka_unit_test(ds2_answers),
		cmocka_unit_test(can_answers),	cmocka_unit_test(late_pending),
		cmocka_unit_test(code_words),	cmocka_unit_test(functional_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
