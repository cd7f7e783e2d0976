/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "proto/diag.h"

enum {
	DS2_OK = 0xa0,
	DS2_BUSY = 0xa1,
	NEGATIVE = 0x7f,	/* ISO 14229-1: negative response */
	NRC_BUSY = 0x21,
	NRC_PENDING = 0x78,
	POSITIVE = 0x40,	/* added to the service */
	READ_BY_ID = 0x22,
};

struct word {
	uint8_t code;
	const char *word;
};

/* kbus.md 4.2 */
static const struct word ds2_words[] = {
	{ 0xa2, "rejected, or a parameter it does not accept" },
	{ 0xb0, "parameter error" },
	{ 0xb1, "function error" },
	{ 0xb2, "number or coding error" },
	{ 0xff, "not acknowledged" },
};

/* can.md 3.1; the words of the transfer codes are ISO 14230-3's. */
static const struct word kwp_words[] = {
	{ 0x10, "general reject" },
	{ 0x11, "service not supported" },
	{ 0x12, "sub-function not supported, or wrong format" },
	{ 0x21, "busy, repeat the request" },
	{ 0x22, "conditions not correct" },
	{ 0x23, "routine not complete" },
	{ 0x31, "request out of range" },
	{ 0x33, "security access denied" },
	{ 0x35, "invalid key" },
	{ 0x36, "exceeded number of attempts" },
	{ 0x37, "required time delay not expired" },
	{ 0x40, "download not accepted" },
	{ 0x41, "improper download type" },
	{ 0x42, "cannot download to this address" },
	{ 0x43, "cannot download so many bytes" },
	{ 0x50, "upload not accepted" },
	{ 0x51, "improper upload type" },
	{ 0x52, "cannot upload from this address" },
	{ 0x53, "cannot upload so many bytes" },
	{ 0x71, "transfer suspended" },
	{ 0x72, "transfer aborted" },
	{ 0x74, "illegal address in a block transfer" },
	{ 0x75, "illegal byte count in a block transfer" },
	{ 0x76, "illegal block transfer type" },
	{ 0x77, "checksum error in a block transfer" },
	{ 0x78, "the answer is pending" },
	{ 0x79, "incorrect byte count during a block transfer" },
	{ 0x80, "service not supported in this mode of diagnosis" },
};

/* can.md 3.2, ISO 14229-1 table A.1 */
static const struct word uds_words[] = {
	{ 0x10, "general reject" },
	{ 0x11, "service not supported" },
	{ 0x12, "sub-function not supported" },
	{ 0x13, "wrong length or format" },
	{ 0x14, "answer too long" },
	{ 0x21, "busy, repeat the request" },
	{ 0x22, "conditions not correct" },
	{ 0x24, "request sequence error" },
	{ 0x25, "a part behind this module does not answer" },
	{ 0x26, "a failure prevents it" },
	{ 0x31, "request out of range" },
	{ 0x33, "security access denied" },
	{ 0x35, "invalid key" },
	{ 0x36, "exceeded number of attempts" },
	{ 0x37, "required time delay not expired" },
	{ 0x70, "upload or download not accepted" },
	{ 0x71, "transfer suspended" },
	{ 0x72, "programming failure" },
	{ 0x73, "wrong block sequence counter" },
	{ 0x78, "the answer is pending" },
	{ 0x7e, "sub-function not supported in this session" },
	{ 0x7f, "service not supported in this session" },
	{ 0x81, "engine speed too high" },
	{ 0x82, "engine speed too low" },
	{ 0x83, "the engine is running" },
	{ 0x84, "the engine is not running" },
	{ 0x85, "the engine has not run long enough" },
	{ 0x86, "temperature too high" },
	{ 0x87, "temperature too low" },
	{ 0x88, "the car is too fast" },
	{ 0x89, "the car is too slow" },
	{ 0x8a, "pedal position too high" },
	{ 0x8b, "pedal position too low" },
	{ 0x8c, "the gear is not in neutral" },
	{ 0x8d, "no gear is engaged" },
	{ 0x8f, "the brake is not pressed" },
	{ 0x90, "the gear lever is not in P" },
	{ 0x91, "the torque converter is locked" },
	{ 0x92, "voltage too high" },
	{ 0x93, "voltage too low" },
};

static const struct {
	const char *name;
	const struct word *words;
	size_t n;
} protocols[DIAG_PROTOCOLS] = {
	[DIAG_DS2] = { "ds2", ds2_words, ARRAY_SIZE(ds2_words) },
	[DIAG_KWP] = { "kwp", kwp_words, ARRAY_SIZE(kwp_words) },
	[DIAG_UDS] = { "uds", uds_words, ARRAY_SIZE(uds_words) },
};

int diag_protocol_parse(const char *word, enum diag_protocol *ret)
{
	for (size_t i = 0; i < DIAG_PROTOCOLS; i++)
		if (!strcmp(protocols[i].name, word)) {
			*ret = (enum diag_protocol)i;
			return 0;
		}

	return -EINVAL;
}

const char *diag_protocol_word(enum diag_protocol p)
{
	return protocols[p].name;
}

static const char *find_word(enum diag_protocol p, uint8_t code)
{
	for (size_t i = 0; i < protocols[p].n; i++)
		if (protocols[p].words[i].code == code)
			return protocols[p].words[i].word;

	return NULL;
}

const char *diag_code_word(enum diag_protocol p, uint8_t code)
{
	const char *word = find_word(p, code);

	return word ? word : "a code that is not public";
}

bool diag_is_pending(enum diag_protocol p, const uint8_t *msg, size_t len)
{
	if (p == DIAG_DS2)
		return len > 0 && msg[0] == DS2_BUSY;

	return len >= 3 && msg[0] == NEGATIVE && msg[2] == NRC_PENDING;
}

static enum diag_verdict ds2_answer(const uint8_t *msg, size_t len, uint8_t *ret_code,
				    const uint8_t **ret_data, size_t *ret_len)
{
	if (diag_is_pending(DIAG_DS2, msg, len))
		return DIAG_PENDING;
	if (msg[0] == DS2_OK) {
		*ret_data = msg + 1;
		*ret_len = len - 1;
		return DIAG_ANSWER;
	}
	if (!find_word(DIAG_DS2, msg[0]))
		return DIAG_GARBAGE;
	*ret_code = msg[0];

	return DIAG_REFUSED;
}

/* How many bytes of the request after the service the answer repeats. */
static size_t echoed(enum diag_protocol p, uint8_t service, size_t n)
{
	switch (service) {
	case READ_BY_ID:
	case 0x30:	/* can.md 2.1: 30 16 01 is answered 70 16 01 */
		return MIN(n - 1, (size_t)2);
	case 0x1a:
	case 0x21:
	case 0x10:
	case 0x19:
		return MIN(n - 1, (size_t)1);
	case 0x3e:	/* ISO 14229-1: 7E 00; KWP2000's answer has no sub-function */
		return p == DIAG_UDS ? MIN(n - 1, (size_t)1) : 0;
	default:
		return 0;
	}
}

/* The second and every further identifier of a 22 stands somewhere in the answer, in order. */
static bool has_all_ids(const uint8_t *req, size_t n, const uint8_t *data, size_t len)
{
	size_t at = 0;

	for (size_t i = 3; i + 1 < n; i += 2) {
		while (at + 2 <= len && get_be16(data + at) != get_be16(req + i))
			at++;
		if (at + 2 > len)
			return false;
		at += 2;
	}

	return true;
}

static enum diag_verdict negative_answer(const uint8_t *req, const uint8_t *msg, size_t len,
					 uint8_t *ret_code)
{
	if (len < 3)
		return DIAG_GARBAGE;
	if (msg[1] != req[0])
		return DIAG_OTHER;
	if (diag_is_pending(DIAG_UDS, msg, len))
		return DIAG_PENDING;
	*ret_code = msg[2];

	return msg[2] == NRC_BUSY ? DIAG_BUSY : DIAG_REFUSED;
}

enum diag_verdict diag_answer(enum diag_protocol p, const uint8_t *req, size_t n,
			      const uint8_t *msg, size_t len, uint8_t *ret_code,
			      const uint8_t **ret_data, size_t *ret_len)
{
	size_t echo;

	if (len == 0 || n == 0)
		return DIAG_GARBAGE;
	if (p == DIAG_DS2)
		return ds2_answer(msg, len, ret_code, ret_data, ret_len);
	if (msg[0] == NEGATIVE)
		return negative_answer(req, msg, len, ret_code);
	if (!(msg[0] & POSITIVE))
		return DIAG_GARBAGE;
	if (msg[0] != req[0] + POSITIVE)
		return DIAG_OTHER;

	echo = echoed(p, req[0], n);
	if (len < 1 + echo)
		return DIAG_GARBAGE;
	if (memcmp(msg + 1, req + 1, echo))
		return DIAG_OTHER;
	if (req[0] == READ_BY_ID && p == DIAG_UDS &&
	    !has_all_ids(req, n, msg + 1 + echo, len - 1 - echo))
		return DIAG_OTHER;
	*ret_data = msg + 1 + echo;
	*ret_len = len - 1 - echo;

	return DIAG_ANSWER;
}
