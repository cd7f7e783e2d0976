/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/util.h"

/*
 * Diagnostic requests and answers as their modules see them, whatever carries them: DS2
 * (kbus.md 4), KWP2000 (can.md 3.1) and UDS (can.md 3.2, ISO 14229-1). Pure.
 */
enum diag_protocol {
	DIAG_DS2,
	DIAG_KWP,
	DIAG_UDS,
	DIAG_PROTOCOLS,
};

#define DIAG_TESTER_ID 0x6f1u		/* tester to module; byte 0 is the module (can.md 2.1) */
#define DIAG_ANSWER_ID 0x600u		/* plus the module; byte 0 is the tester, F1 */
#define DIAG_TESTER 0xf1u
#define DIAG_SINGLE_MAX 6		/* can.md 4: payload of a single frame */

/* "ds2", "kwp", "uds"; -EINVAL. */
_must_check_ int diag_protocol_parse(const char *word, enum diag_protocol *ret);
const char *diag_protocol_word(enum diag_protocol p);

/* Is ECU no module, but an address that several answer to (can.md 2.2: E9..EF, DF)? */
static inline bool diag_is_functional(uint8_t ecu)
{
	return (ecu >= 0xe9 && ecu <= 0xef) || ecu == 0xdf;
}

enum diag_verdict {
	DIAG_GARBAGE,		/* no answer of this protocol */
	DIAG_OTHER,		/* an answer, to another request */
	DIAG_PENDING,		/* the answer comes later (DS2 A1, KWP and UDS 78) */
	DIAG_BUSY,		/* the request is to be sent again (KWP and UDS 21) */
	DIAG_REFUSED,		/* *ret_code says why */
	DIAG_ANSWER,		/* *ret_data, *ret_len: what follows the echoed identifier */
};

/*
 * What the message MSG of LEN bytes says to the request REQ of N bytes. A DS2 message is
 * its status byte and what follows. RET_DATA points into MSG. DS2 echoes nothing, so any
 * of its answers is one to REQ.
 */
enum diag_verdict diag_answer(enum diag_protocol p, const uint8_t *req, size_t n,
			      const uint8_t *msg, size_t len, uint8_t *ret_code,
			      const uint8_t **ret_data, size_t *ret_len);

/* Does MSG say, to whatever request, that the answer comes later? */
bool diag_is_pending(enum diag_protocol p, const uint8_t *msg, size_t len);

/* A refusal's code in words (kbus.md 4.2, can.md 3.1-3.2). */
const char *diag_code_word(enum diag_protocol p, uint8_t code);
