/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "proto/diag.h"
#include "proto/kbus.h"

enum {
	DS2_OK = 0xa0,
	DS2_BUSY = 0xa1,
	NEGATIVE = 0x7f,	/* ISO 14229-1: negative response */
	NRC_BUSY = 0x21,
	NRC_PENDING = 0x78,
	POSITIVE = 0x40,	/* added to the service */
};

static const struct {
	uint8_t code;
	const char *word;
} ds2_words[] = {
	{ 0xa2, "rejected, or a parameter it does not accept" },
	{ 0xb0, "parameter error" },
	{ 0xb1, "function error" },
	{ 0xb2, "number or coding error" },
	{ 0xff, "not acknowledged" },
}, nrc_words[] = {
	{ 0x10, "general reject" },
	{ 0x11, "service not supported" },
	{ 0x12, "sub-function not supported" },
	{ 0x13, "wrong length or format" },
	{ 0x14, "answer too long" },
	{ 0x21, "busy, repeat the request" },
	{ 0x22, "conditions not correct" },
	{ 0x24, "request sequence error" },
	{ 0x31, "request out of range" },
	{ 0x33, "security access denied" },
	{ 0x7e, "sub-function not supported in this session" },
	{ 0x7f, "service not supported in this session" },
};

int diag_protocol_parse(const char *word, enum diag_protocol *ret)
{
	static const char *const words[] = { "ds2", "kwp", "uds" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcmp(words[i], word)) {
			*ret = (enum diag_protocol)i;
			return 0;
		}

	return -EINVAL;
}

int diag_request_frame(enum diag_protocol p, uint8_t ecu, const uint8_t *req, size_t n,
		       struct frame *ret)
{
	struct frame f = { .t = NSEC_NEVER };

	if (n == 0 || n > (p == DIAG_DS2 ? 32 : DIAG_SINGLE_MAX))
		return -EMSGSIZE;
	if (p == DIAG_DS2) {
		f.id = KBUS_ID(KBUS_DIA, ecu, req[0]);
		f.flags = FRAME_EXT;
		f.len = (uint8_t)(n - 1);
		memcpy(f.data, req + 1, n - 1);
	} else {
		f.id = DIAG_TESTER_ID;
		f.len = FRAME_CLASSIC_MAX;	/* can.md 2.1: the tester pads with 00 */
		f.data[0] = ecu;
		f.data[1] = (uint8_t)n;
		memcpy(f.data + 2, req, n);
	}
	*ret = f;

	return 0;
}

static enum diag_verdict ds2_answer(uint8_t ecu, const struct frame *f, uint8_t *ret_code,
				    const uint8_t **ret_data, size_t *ret_len)
{
	uint8_t status = kbus_cmd(f);

	if (!kbus_is(f) || kbus_src(f) != ecu || kbus_dst(f) != KBUS_DIA)
		return DIAG_OTHER;
	if (status == DS2_BUSY)
		return DIAG_PENDING;
	if (status == DS2_OK) {
		*ret_data = f->data;
		*ret_len = f->len;
		return DIAG_ANSWER;
	}
	for (size_t i = 0; i < ARRAY_SIZE(ds2_words); i++)
		if (ds2_words[i].code == status) {
			*ret_code = status;
			return DIAG_REFUSED;
		}

	return DIAG_OTHER;
}

/* How many bytes of the request after the service the answer repeats. */
static size_t echoed(uint8_t service, size_t n)
{
	switch (service) {
	case 0x22:
	case 0x30:	/* can.md 2.1: 30 16 01 is answered 70 16 01 */
		return MIN(n - 1, (size_t)2);
	case 0x1a:
	case 0x21:
	case 0x10:
	case 0x19:
		return MIN(n - 1, (size_t)1);
	default:
		return 0;
	}
}

enum diag_verdict diag_answer(enum diag_protocol p, uint8_t ecu, const uint8_t *req, size_t n,
			      const struct frame *f, uint8_t *ret_code,
			      const uint8_t **ret_data, size_t *ret_len)
{
	const uint8_t *d = f->data + 2;
	size_t len, echo;

	if (p == DIAG_DS2)
		return ds2_answer(ecu, f, ret_code, ret_data, ret_len);
	if (f->flags & (FRAME_EXT | FRAME_ERR | FRAME_LOST | FRAME_RTR) ||
	    f->id != DIAG_ANSWER_ID + ecu || f->len < 3 || f->data[0] != DIAG_TESTER)
		return DIAG_OTHER;
	len = f->data[1];	/* a single frame: the high half is 0 */
	if (len == 0 || len > DIAG_SINGLE_MAX || len + 2 > f->len)
		return DIAG_OTHER;

	if (d[0] == NEGATIVE) {
		if (len < 3 || d[1] != req[0])
			return DIAG_OTHER;
		if (d[2] == NRC_PENDING || d[2] == NRC_BUSY)
			return DIAG_PENDING;
		*ret_code = d[2];
		return DIAG_REFUSED;
	}
	echo = echoed(req[0], n);
	if (d[0] != req[0] + POSITIVE || len < 1 + echo || memcmp(d + 1, req + 1, echo))
		return DIAG_OTHER;
	*ret_data = d + 1 + echo;
	*ret_len = len - 1 - echo;

	return DIAG_ANSWER;
}

const char *diag_code_word(enum diag_protocol p, uint8_t code)
{
	if (p == DIAG_DS2) {
		for (size_t i = 0; i < ARRAY_SIZE(ds2_words); i++)
			if (ds2_words[i].code == code)
				return ds2_words[i].word;
	} else {
		for (size_t i = 0; i < ARRAY_SIZE(nrc_words); i++)
			if (nrc_words[i].code == code)
				return nrc_words[i].word;
	}

	return "a code that is not public";
}
