/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "link/bytelink.h"
#include "link/link.h"

#define SLCAN_BITRATE 500000	/* unless said: the OBD socket's CAN (can.md 4) */
#define SLCAN_BAUD 115200	/* of sticks that are a real serial port */

struct slcan_options {
	uint32_t bitrate;	/* bit/s */
	uint32_t data_bitrate;	/* of the data in FD frames; 0: FD frames are not sent */
	bool listens;		/* nothing is to be sent: the stick shall not even acknowledge */
};

/*
 * The CAN bus behind a Lawicel adapter at BYTES, as a frame link called "slcan". The adapter
 * is closed, asked who it is, set and opened (adapters.md 4); that waits for its answers, up
 * to 2 s. Firmware that acknowledges nothing is taken as it is. A frame's time is the
 * adapter's own where it has one. A virtual link is never set to listen only.
 *
 * It owns BYTES, also when this fails. -ERANGE: the adapter has no such bit rate; -EREMOTEIO:
 * it refuses to open; -EBADE: it refuses everything; -EPROTO: it sends back what it is sent;
 * -EPROTOTYPE: it is an ELM327; -ENOMEM; the errors of BYTES.
 *
 * Its send: -ENOBUFS while SLCAN_OWED frames are not acknowledged, by an adapter that does;
 * what that refuses comes back as an error frame "tx-overflow". Adapters that know F are asked
 * it each second, for their errors; when one has forgotten that it is open, it is opened again.
 * Its recv: -EPROTO as above; -EIO: it cannot be opened again.
 */
#define SLCAN_OWED 16
_must_check_ int slcan_link_open(struct bytelink *bytes, const struct slcan_options *o,
				 struct link **ret_link);

/* What is known of the adapter, and came until now over L, from slcan_link_open(). */
struct slcan_heard {
	char version[64];	/* what it answered to V, as it came: any byte; "": nothing */
	bool acknowledges;
	bool listen_only;
	bool stamps;		/* frames have its own time */
	uint64_t frames;
	uint64_t damaged;	/* lines that were no frame any more */
	uint64_t refused;	/* frames of ours */
	uint64_t overruns;	/* how often it said that it lost frames; each is one or more */
	uint64_t resets;	/* how often it had closed itself */
};

const struct slcan_heard *slcan_link_heard(struct link *l);
