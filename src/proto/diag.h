/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/util.h"
#include "link/frame.h"

/*
 * Diagnostic requests and answers that fit one frame of a body bus: DS2 inside a K-bus
 * frame from the tester 3F (kbus.md 4.4), and KWP2000 or UDS as an ISO-TP single frame in
 * BMW's extended addressing (can.md 2.1). Pure.
 */
enum diag_protocol {
	DIAG_DS2,
	DIAG_KWP,
	DIAG_UDS,
};

#define DIAG_TESTER_ID 0x6f1u		/* tester to module; byte 0 is the module */
#define DIAG_ANSWER_ID 0x600u		/* plus the module; byte 0 is the tester, F1 */
#define DIAG_TESTER 0xf1u
#define DIAG_SINGLE_MAX 6		/* can.md 4: payload of a single frame */

/* "ds2", "kwp", "uds"; -EINVAL. */
_must_check_ int diag_protocol_parse(const char *word, enum diag_protocol *ret);

/* REQ (1..6 bytes; DS2: 1..32) to module ECU as a frame. -EMSGSIZE. */
_must_check_ int diag_request_frame(enum diag_protocol p, uint8_t ecu, const uint8_t *req,
				    size_t n, struct frame *ret);

enum diag_verdict {
	DIAG_OTHER,		/* not an answer to this request */
	DIAG_PENDING,		/* the module asks for more time (DS2 A1, KWP and UDS 78, 21) */
	DIAG_REFUSED,		/* *ret_code says why */
	DIAG_ANSWER,		/* *ret_data, *ret_len: what follows the echoed identifier */
};

/* What F says to REQ. RET_DATA points into F. */
enum diag_verdict diag_answer(enum diag_protocol p, uint8_t ecu, const uint8_t *req, size_t n,
			      const struct frame *f, uint8_t *ret_code,
			      const uint8_t **ret_data, size_t *ret_len);

/* A refusal's code in words (kbus.md 4.2, can.md 3.1-3.2). */
const char *diag_code_word(enum diag_protocol p, uint8_t code);
