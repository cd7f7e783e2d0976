/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "car/decoder.h"
#include "proto/diag.h"

#define REQUEST_MAX 32	/* bytes; those that only read are shorter (can.md 3, kbus.md 4.3) */

/* A diagnostic request that a DBC describes: DiagProtocol, DiagEcu, DiagRequest. */
struct request {
	enum diag_protocol protocol;
	uint8_t ecu;
	uint8_t bytes[REQUEST_MAX];
	size_t n;
};

/* The request whose answer is M. -EINVAL: M is no such message, or its attributes are wrong. */
_must_check_ int request_of(const struct dbc *dbc, const struct dbc_message *m,
			    struct request *ret);

/*
 * The first message of D's DBCs that is the answer to BYTES (N) asked of ECU, or to the
 * beginning of them; NULL: none. A message of a functional address is that of any module.
 */
const struct dbc_message *request_find(const struct decoder *d, uint8_t ecu,
				       const uint8_t *bytes, size_t n,
				       const struct dbc **ret_dbc);

/* Does M carry the state of terminals R or 15? */
bool request_reads_ignition(const struct dbc_message *m);
