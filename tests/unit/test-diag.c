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

/* kbus.md 4.4 and can.md 2.1; D-CAN requests are padded with 00 to 8 bytes. */
static void requests(void **state)
{
	static const struct {
		enum diag_protocol p;
		uint8_t ecu;
		const char *req, *frame;
	} t[] = {
		{ DIAG_DS2, 0x00, "00", "3F 03 00 00 3C" },
		{ DIAG_DS2, 0xd0, "0B", "3F 03 D0 0B E7" },
		{ DIAG_DS2, 0x00, "04 00", "3F 04 00 04 00 3F" },
		{ DIAG_UDS, 0x07, "22 DD 68", "6F1#070322DD68000000" },
		{ DIAG_KWP, 0x72, "30 16 01", "6F1#7203301601000000" },
		{ DIAG_UDS, 0x18, "22 F1 90", "6F1#180322F190000000" },
		{ DIAG_UDS, 0x40, "3E", "6F1#40013E0000000000" },
		{ DIAG_KWP, 0x40, "18 02 FF FF 00 00", "6F1#40061802FFFF0000" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct frame want = frame_of(t[i].frame), f;
		uint8_t req[8];
		ssize_t n = hex_parse(t[i].req, strlen(t[i].req), req, sizeof(req));

		assert_true(n > 0);
		assert_int_equal(diag_request_frame(t[i].p, t[i].ecu, req, (size_t)n, &f),
				 0);
		assert_int_equal(f.id, want.id);
		assert_int_equal(f.flags, want.flags);
		assert_int_equal(f.len, want.len);
		assert_memory_equal(f.data, want.data, want.len);
	}
}

static void request_lengths(void **state)
{
	uint8_t req[40] = { 0x22 };
	struct frame f = { .id = 4711 };
	(void)state;

	for (enum diag_protocol p = DIAG_DS2; p <= DIAG_UDS; p++)
		assert_int_equal(diag_request_frame(p, 0x40, req, 0, &f), -EMSGSIZE);
	assert_int_equal(diag_request_frame(DIAG_UDS, 0x40, req, 7, &f), -EMSGSIZE);
	assert_int_equal(diag_request_frame(DIAG_KWP, 0x40, req, 7, &f), -EMSGSIZE);
	assert_int_equal(diag_request_frame(DIAG_DS2, 0x40, req, 33, &f), -EMSGSIZE);
	assert_int_equal(f.id, 4711);
	assert_int_equal(diag_request_frame(DIAG_DS2, 0x40, req, 32, &f), 0);
	assert_int_equal(f.len, 31);
}

struct answer {
	enum diag_protocol p;
	uint8_t ecu;
	const char *req, *frame;
	enum diag_verdict want;
	const char *data; /* of DIAG_ANSWER: hex; of DIAG_REFUSED: the code */
};

static void judge(const struct answer *t, size_t n_rows)
{
	for (size_t i = 0; i < n_rows; i++) {
		struct frame f = frame_of(t[i].frame);
		uint8_t req[8], want[FRAME_DATA_MAX], code = 0;
		ssize_t n = hex_parse(t[i].req, strlen(t[i].req), req, sizeof(req));
		ssize_t n_want =
			hex_parse(t[i].data, strlen(t[i].data), want, sizeof(want));
		const uint8_t *data = NULL;
		size_t len = 0;
		enum diag_verdict v;

		assert_true(n > 0 && n_want >= 0);
		v = diag_answer(t[i].p, t[i].ecu, req, (size_t)n, &f, &code, &data, &len);
		if (v != t[i].want)
			fail_msg("%s to %s: %d", t[i].frame, t[i].req, (int)v);
		if (v == DIAG_REFUSED)
			assert_int_equal(code, want[0]);
		if (v == DIAG_ANSWER &&
		    (len != (size_t)n_want || memcmp(data, want, len)))
			fail_msg("%s to %s: other data (%zu bytes)", t[i].frame, t[i].req,
				 len);
	}
}

/* kbus.md 4.2, 4.4: the status byte where the command was. */
static void ds2_answers(void **state)
{
	static const struct answer t[] = {
		{ DIAG_DS2, 0x00, "0B", "00 03 3F A0 9C", DIAG_ANSWER, "" },
		{ DIAG_DS2, 0x00, "04 00", "00 0C 3F A0 03 00 00 3D 03 29 02 30 09 BC",
		  DIAG_ANSWER, "03 00 00 3D 03 29 02 30 09" },
		{ DIAG_DS2, 0xd0, "00",
		  "D0 0F 3F A0 08 38 62 08 01 18 13 00 46 99 09 41 87", DIAG_ANSWER,
		  "08 38 62 08 01 18 13 00 46 99 09 41" },
		{ DIAG_DS2, 0x00, "0B", "00 03 3F B0 8C", DIAG_REFUSED, "B0" },
		{ DIAG_DS2, 0x00, "0B", "00 03 3F A2 9E", DIAG_REFUSED, "A2" },
		{ DIAG_DS2, 0x00, "0B", "00 03 3F B1 8D", DIAG_REFUSED, "B1" },
		{ DIAG_DS2, 0x00, "0B", "00 03 3F B2 8E", DIAG_REFUSED, "B2" },
		{ DIAG_DS2, 0x00, "0B", "00 03 3F FF C3", DIAG_REFUSED, "FF" },
		{ DIAG_DS2, 0x00, "0B", "00 03 3F A1 9D", DIAG_PENDING, "" },
		{ DIAG_DS2, 0xd0, "0B", "00 03 3F B0 8C", DIAG_OTHER, "" },
		{ DIAG_DS2, 0x00, "0B", "3F 03 00 0B 37", DIAG_OTHER, "" },
		{ DIAG_DS2, 0x00, "0B", "00 05 BF 7A 10 00 D0", DIAG_OTHER, "" },
		{ DIAG_DS2, 0x00, "0B", "640#F10370160155", DIAG_OTHER, "" },
	};
	(void)state;

	judge(t, ARRAY_SIZE(t));
}

/* can.md 2.1, 3.1, 3.2: the padding means nothing; segmented answers are not for us. */
static void can_answers(void **state)
{
	static const struct answer t[] = {
		{ DIAG_UDS, 0x07, "22 DD 68", "607#F10562DD68938800", DIAG_ANSWER,
		  "93 88" },
		{ DIAG_UDS, 0x40, "22 DA B4", "640#F10462DAB402FFFF", DIAG_ANSWER, "02" },
		{ DIAG_UDS, 0x40, "22 DA B4", "640#F10462DAB402", DIAG_ANSWER, "02" },
		{ DIAG_UDS, 0x40, "22 DA B4", "640#F10362DAB4AAAAAA", DIAG_ANSWER, "" },
		{ DIAG_KWP, 0x40, "21 27", "640#F106612701020304", DIAG_ANSWER,
		  "01 02 03 04" },
		{ DIAG_KWP, 0x40, "1A 80", "640#F1035A8005", DIAG_ANSWER, "05" },
		{ DIAG_KWP, 0x40, "18 02 FF FF", "640#F10658014A1125FF", DIAG_ANSWER,
		  "01 4A 11 25 FF" },
		{ DIAG_UDS, 0x40, "19 02 0C", "640#F1035902FF", DIAG_ANSWER, "FF" },
		{ DIAG_UDS, 0x40, "22 DA B4", "640#F1037F2231FFFFFF", DIAG_REFUSED,
		  "31" },
		{ DIAG_UDS, 0x40, "22 DA B4", "640#F1037F2233FFFFFF", DIAG_REFUSED,
		  "33" },
		{ DIAG_KWP, 0x40, "21 27", "640#F1037F2111FFFFFF", DIAG_REFUSED, "11" },
		{ DIAG_KWP, 0x40, "21 27", "640#F1037F21EEFFFFFF", DIAG_REFUSED, "EE" },
		{ DIAG_UDS, 0x07, "22 DD BC", "607#F1037F2278000000", DIAG_PENDING, "" },
		{ DIAG_KWP, 0x40, "21 27", "640#F1037F2178FFFFFF", DIAG_PENDING, "" },
		/* Somebody else's, or to another request. */
		{ DIAG_UDS, 0x40, "22 DA B4", "640#F1037F2131FFFFFF", DIAG_OTHER, "" },
		{ DIAG_UDS, 0x40, "22 DA B4", "640#F10462DAB502", DIAG_OTHER, "" },
		{ DIAG_UDS, 0x40, "22 DA B4", "640#F10461DAB402", DIAG_OTHER, "" },
		{ DIAG_UDS, 0x40, "22 DA B4", "660#F10462DAB402", DIAG_OTHER, "" },
		{ DIAG_UDS, 0x40, "22 DA B4", "640#F00462DAB402", DIAG_OTHER, "" },
		{ DIAG_UDS, 0x40, "22 DA B4", "6F1#400322DAB4000000", DIAG_OTHER, "" },
		{ DIAG_UDS, 0x40, "22 DA B4", "00000640#F10462DAB402", DIAG_OTHER, "" },
		{ DIAG_UDS, 0x40, "22 DA B4", "640#R8", DIAG_OTHER, "" },
		/* Cut off, or saying more than there is. */
		{ DIAG_UDS, 0x40, "22 DA B4", "640#", DIAG_OTHER, "" },
		{ DIAG_UDS, 0x40, "22 DA B4", "640#F1", DIAG_OTHER, "" },
		{ DIAG_UDS, 0x40, "22 DA B4", "640#F101", DIAG_OTHER, "" },
		{ DIAG_UDS, 0x40, "22 DA B4", "640#F10062DAB4020000", DIAG_OTHER, "" },
		{ DIAG_UDS, 0x40, "22 DA B4", "640#F10662DAB402", DIAG_OTHER, "" },
		{ DIAG_UDS, 0x40, "22 DA B4", "640#F10262DAB402", DIAG_OTHER, "" },
		{ DIAG_UDS, 0x40, "22 DA B4", "640#F1027F22", DIAG_OTHER, "" },
		{ DIAG_UDS, 0x40, "22 DA B4", "640#F10762DAB4020000", DIAG_OTHER, "" },
		/* First, next and flow control frames of a longer one. */
		{ DIAG_UDS, 0x40, "22 F1 90", "640#F1101462F1904142", DIAG_OTHER, "" },
		{ DIAG_UDS, 0x40, "22 F1 90", "640#F12162F190414243", DIAG_OTHER, "" },
		{ DIAG_UDS, 0x40, "22 F1 90", "640#F1300000", DIAG_OTHER, "" },
	};
	(void)state;

	judge(t, ARRAY_SIZE(t));
}

/* can.md 2.1, an FRM's real answer: 70 16 01, then the data. */
static void status_answer(void **state)
{
	static const struct answer t[] = {
		{ DIAG_KWP, 0x72, "30 16 01", "672#F105701601AAAB", DIAG_ANSWER,
		  "AA AB" },
		{ DIAG_KWP, 0x72, "30 16 01", "672#F105701501AAAB", DIAG_OTHER, "" },
	};
	(void)state;

	judge(t, ARRAY_SIZE(t));
}

/* Any code has words, and a known one its own. */
static void code_words(void **state)
{
	(void)state;

	for (unsigned int c = 0; c < 256; c++)
		for (enum diag_protocol p = DIAG_DS2; p <= DIAG_UDS; p++)
			assert_true(strlen(diag_code_word(p, (uint8_t)c)) > 3);
	assert_string_not_equal(diag_code_word(DIAG_UDS, 0x31),
				diag_code_word(DIAG_UDS, 0x33));
	assert_string_not_equal(diag_code_word(DIAG_DS2, 0xb0),
				diag_code_word(DIAG_DS2, 0xa2));
	assert_string_not_equal(diag_code_word(DIAG_KWP, 0x22),
				diag_code_word(DIAG_KWP, 0xee));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),	   cmocka_unit_test(requests),
		cmocka_unit_test(request_lengths), cmocka_unit_test(ds2_answers),
		cmocka_unit_test(can_answers),	   cmocka_unit_test(status_answer),
		cmocka_unit_test(code_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
