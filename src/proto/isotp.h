/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/util.h"
#include "link/frame.h"

/*
 * ISO 15765-2 (ISO-TP): one conversation between two stations, both directions, classic
 * CAN and CAN FD. Pure: frames and a time go in, frames, events and a next deadline come
 * out; no clock, no allocation. can.md 4 has the rules; every time is absolute.
 */
enum isotp_addressing {
	ISOTP_NORMAL,		/* the ids alone */
	ISOTP_EXTENDED,		/* byte 0 is the target: BMW (can.md 2.1) */
	ISOTP_MIXED,		/* byte 0 is the same address extension both ways */
};

struct isotp_address {
	enum isotp_addressing kind;
	bool ext;		/* 29-bit ids */
	uint32_t tx_id, rx_id;
	uint8_t tx_ae;		/* byte 0 of what we send; MIXED: of both directions */
	uint8_t rx_ae;		/* EXTENDED: byte 0 of what we are sent */
};

#define ISOTP_TIMEOUT NSEC_PER_SEC	/* N_As .. N_Cr, ISO 15765-2 table 18 (can.md 4) */

struct isotp_config {
	struct isotp_address address;
	uint8_t tx_dl;		/* longest frame we send: 8, or 12, 16, 20, 24, 32, 48, 64 (FD) */
	bool brs;		/* FD frames with the higher bit rate */
	bool pad;		/* fill our frames up to 8 bytes with PAD_WITH */
	uint8_t pad_with;
	uint8_t bs;		/* as receiver: consecutive frames per flow control; 0: all */
	uint8_t st_min;		/* as receiver: the octet of our flow control */
	uint8_t wft_max;	/* N_WFTmax: FC.WAITs in a row that we send, and that we accept */
	bool half_duplex;	/* one direction at a time: what begins while we send is ignored */
	nsec_t n_as;		/* sending a frame (also N_Ar); 0: ISOTP_TIMEOUT, as the next two */
	nsec_t n_bs;		/* waiting for flow control */
	nsec_t n_cr;		/* waiting for a consecutive frame */
	uint8_t *rx;		/* where what is received is put; the caller's */
	size_t rx_size;
};

enum isotp_event {
	ISOTP_NONE,
	ISOTP_STARTED,		/* the first frame of a longer message came: N_Cr counts now */
	ISOTP_MESSAGE,		/* config.rx[0..rx_len) is a message, until the next isotp_hear() */
	ISOTP_SENT,		/* the last frame of ours is on the wire */
	ISOTP_RX_FAILED,	/* what was being received is lost: isotp_error() */
	ISOTP_TX_FAILED,	/* what was being sent was not taken: isotp_error() */
};

/* Private to isotp.c but for config and rx_len. */
struct isotp {
	struct isotp_config config;
	size_t rx_len;
	enum isotp_event later;	/* a second event of one frame, for isotp_tick() */
	nsec_t later_t;
	int error;
	const char *why;
	unsigned int hold;	/* see isotp_hold() */
	nsec_t hold_gap;
	bool flow_out;		/* what isotp_get() gave last was flow control */
	struct {
		enum { RX_IDLE, RX_FLOW, RX_OVERFLOW, RX_WORN, RX_DATA } state;
		size_t len, have;
		unsigned int block, waits; /* frames, and FC.WAITs, since the last CTS */
		uint8_t dl;	/* RX_DL: the length of the frames, the last one's apart */
		uint8_t sn;
		nsec_t due;	/* flow control: not before */
		nsec_t deadline;
	} rx;
	struct {
		enum { TX_IDLE, TX_FIRST, TX_FLOW, TX_DATA } state;
		const uint8_t *data;
		size_t len, done;
		unsigned int block, waits;
		uint8_t sn, bs;
		nsec_t st_min;
		nsec_t due;	/* the frame: not before */
		nsec_t deadline;
	} tx;
};

/*
 * CONFIG is copied. -EINVAL: a tx_dl that is no frame length, ids beyond 11 or 29 bits, a
 * negative time, no buffer.
 */
_must_check_ int isotp_init(struct isotp *tp, const struct isotp_config *config);

/*
 * Begin to send PAYLOAD (1..UINT32_MAX bytes), which must stay until SENT or TX_FAILED.
 * -EBUSY: one is under way (half duplex: in either direction); -EMSGSIZE: no bytes, or
 * more than 32 bits can say.
 */
_must_check_ int isotp_send(struct isotp *tp, const uint8_t *payload, size_t len,
			    nsec_t now);

/* Is F, by id and first byte, for this conversation? Not when FRAME_TX: that is ours. */
bool isotp_is_ours(const struct isotp *tp, const struct frame *f);

/*
 * Take in F, at F->t or NOW when that is not known. NONE also for frames that are not
 * ours, and for those that are to be ignored: of no valid form, or not awaited (ISO
 * 15765-2:2016 table 23). One frame can bring two events, the end of one message and the
 * start of another. The second is isotp_tick()'s, so:
 *
 *	for (e = isotp_hear(tp, f, now); e; e = isotp_tick(tp, now))
 *
 * Hear the frames that are there before asking isotp_tick() what time has brought.
 */
enum isotp_event isotp_hear(struct isotp *tp, const struct frame *f, nsec_t now);

/*
 * The frame that is to be sent now (t and bus unset): true, again and again until
 * isotp_put() says that it went out at NOW. That gives SENT, NONE, or RX_FAILED after an
 * FC.OVFLW. Flow control goes before data. Call nothing else between the two.
 */
bool isotp_get(struct isotp *tp, nsec_t now, struct frame *ret_frame);
enum isotp_event isotp_put(struct isotp *tp, nsec_t now);

/*
 * What time alone brings, or is left over: one event, NONE when there is no more. Call it
 * when isotp_next() is over. A timeout is over at its very nanosecond.
 */
enum isotp_event isotp_tick(struct isotp *tp, nsec_t now);

/* When isotp_get() or isotp_tick() has something to do; NEVER: only a frame helps. */
nsec_t isotp_next(const struct isotp *tp);

/*
 * Why the last one failed: -ETIMEDOUT (N_As, N_Ar, N_Bs, N_Cr; isotp_why() says which),
 * -EILSEQ (wrong sequence number), -EOVERFLOW (FC.OVFLW), -ENOBUFS (more FC.WAITs than
 * wft_max), -EPROTO (a reserved flow status), -EMSGSIZE (longer than rx_size: FC.OVFLW
 * was sent), -EINTR (a new message began in the middle of it).
 */
int isotp_error(const struct isotp *tp);
const char *isotp_why(const struct isotp *tp);

/*
 * As receiver: put N FC.WAITs, one every GAP, before each CTS from now on (GAP below the
 * other side's N_Bs, or it gives up). 0: none. For modules that are busy.
 */
void isotp_hold(struct isotp *tp, unsigned int n, nsec_t gap);

/* Forget what is under way in both directions. */
void isotp_reset(struct isotp *tp);
