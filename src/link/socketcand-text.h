/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/util.h"
#include "link/frame.h"

/*
 * The text that socketcand and its clients exchange: messages of words between '<' and '>'
 * (adapters.md 6.1; doc/protocol.md of linux-can/socketcand). No I/O, no clock, no heap; what
 * comes is hostile.
 */
#define SOCKETCAND_PORT 29536
#define SOCKETCAND_BUS_MAX 16	/* characters of a bus's name */
#define SOCKETCAND_HOST_MAX 255	/* of a host's, RFC 1035 2.3.4 */

/* An fdsend with 64 bytes has 214, SavvyCAN's longest send 160. */
#define SOCKETCAND_TEXT_MAX 256

enum socketcand_kind {
	SOCKETCAND_UNKNOWN,	/* none of these: of another mode, or of a later version */
	SOCKETCAND_BROKEN,	/* one that should carry a frame, and does not */
	SOCKETCAND_HI,
	SOCKETCAND_OK,
	SOCKETCAND_ECHO,
	SOCKETCAND_OPEN,	/* text: the bus */
	SOCKETCAND_RAWMODE,
	SOCKETCAND_SEND,	/* frame: send, fdsend, sendrtr */
	SOCKETCAND_FRAME,	/* frame, with the server's time: frame, fdframe, rtr, error ID TIME */
	SOCKETCAND_ERROR,	/* text: what is wrong */
	SOCKETCAND_LOST,	/* frame: FRAME_LOST. Our server's "error N frames lost" */
};

struct socketcand_message {
	enum socketcand_kind kind;
	const char *text;	/* into what was parsed, TEXT_LEN characters; "" where there is none */
	size_t text_len;
	struct frame frame;	/* its bus is NULL; its time NSEC_NEVER but for SOCKETCAND_FRAME */
};

/* Finds messages in a stream. All zeros at first. */
struct socketcand_reader {
	char text[SOCKETCAND_TEXT_MAX];
	size_t len;
	bool inside;		/* '<' came, and no '>' */
	bool too_long;		/* what is inside is none, and not kept */
	uint64_t skipped;	/* characters that were in no message; white space is not counted */
};

/*
 * Take in C. True: a message ends with it, and TEXT has the LEN characters between its
 * brackets, until the next call.
 */
bool socketcand_push(struct socketcand_reader *r, char c);

/* What the N characters between the brackets say. */
void socketcand_parse(const char *text, size_t n, struct socketcand_message *ret);

/*
 * F as a server tells it, T its time; as a client sends it; no NUL. BUF has room for
 * SOCKETCAND_TEXT_MAX. Returns the length; 0: it has no such form (FRAME_LOST; over 64 bytes;
 * for a client an error frame).
 */
size_t socketcand_put_frame(char *buf, const struct frame *f, nsec_t t);
size_t socketcand_put_send(char *buf, const struct frame *f);

/* What follows "socketcand:" in an address: HOST[:PORT][/BUS], [IPV6][:PORT][/BUS]. */
struct socketcand_where {
	char host[SOCKETCAND_HOST_MAX + 1];	/* "": not said */
	uint16_t port;				/* SOCKETCAND_PORT when not said */
	char bus[SOCKETCAND_BUS_MAX + 1];	/* "": not said */
};

/* -EINVAL: it is not of that form. */
_must_check_ int socketcand_where_parse(const char *text, struct socketcand_where *ret);
