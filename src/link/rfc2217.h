/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "link/bytelink.h"

/*
 * The client's side of telnet (RFC 854) with its COM-PORT-OPTION (RFC 2217): a serial port
 * behind a network. Takes what the server sends and gives what is to be sent to it; has no
 * socket and no clock.
 */

#define RFC2217_OUT_MAX 512	/* commands and answers that wait to be sent */
#define RFC2217_SUB_MAX 32	/* of a command; the longest that means something here is 6 */
#define RFC2217_ESCAPED_MAX(n) (2 * (n))

enum rfc2217_agreed {
	RFC2217_ASKED,
	RFC2217_YES,
	RFC2217_NO,	/* the server is none of RFC 2217 */
};

struct rfc2217 {
	enum rfc2217_agreed com_port;
	bool settled;		/* each command of the last rfc2217_set() is answered */
	bool no_parity;		/* that asked for even parity, and the port has another */
	bool no_rate;		/* the port says that it has another rate */

	/* What the server told. */
	bool has_modem;
	unsigned int modem;	/* BYTELINK_CTS ... */
	struct bytelink_errors errors;

	uint8_t out[RFC2217_OUT_MAX];
	size_t n_out;
	uint64_t n_lost;	/* answers that found no room in OUT */

	/* private */
	struct bytelink_line line;
	unsigned int unanswered;	/* commands, a bit each */
	uint8_t state, verb, n_sub;
	bool sub_too_long;
	uint8_t sub[RFC2217_SUB_MAX];
};

/* To be sent at once: the options. */
void rfc2217_init(struct rfc2217 *u);

/*
 * Take N bytes from the server: those that came over the serial port move to the front, their
 * number is returned. Answers are in OUT then.
 */
size_t rfc2217_receive(struct rfc2217 *u, uint8_t *bytes, size_t n);

/* Bytes for the serial port; RET has RFC2217_ESCAPED_MAX(N). Returns their number. */
size_t rfc2217_escape(const uint8_t *bytes, size_t n, uint8_t *ret);

/* The port as LINE says: to be sent. The answers say whether it is: SETTLED. */
void rfc2217_set(struct rfc2217 *u, const struct bytelink_line *line);

void rfc2217_break(struct rfc2217 *u, bool on);

/* What the port received before is thrown away. */
void rfc2217_purge(struct rfc2217 *u);

void rfc2217_sent(struct rfc2217 *u);	/* OUT was sent */
