/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "car/survey.h"

/* A fault that a module has stored. What its code means is not public. */
struct fault {
	uint32_t code;
	unsigned int code_digits;	/* hexadecimal: 4 for KWP, 6 for UDS */
	uint8_t status;
};

/* Is M the answer to "which faults"? It then has the signals Fault1_Code, Fault2_Code, ... */
bool fault_is_message(const struct dbc_message *m);

/*
 * The fault I (from 0) in ITEM's answer: 1; 0: there are no more; -EBADMSG: the answer ends
 * in the middle of it, or has another number of faults than it says.
 */
_must_check_ int fault_read(const struct survey_item *item, size_t i, struct fault *ret);

/*
 * The words for bit BIT (0..7) of a status, ISO 14229-1 table D.2; NULL: PROTOCOL gives its bits
 * no public meaning.
 */
const char *fault_status_word(enum diag_protocol protocol, unsigned int bit);
