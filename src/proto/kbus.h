/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/util.h"
#include "link/frame.h"

/*
 * I/K-bus framing, facts of kbus.md 1.2: SRC LEN DST CMD DATA... XOR, LEN counts what
 * follows it (3..255), the XOR over all bytes is 0. No I/O, no clock, no heap.
 */
#define KBUS_LEN_MIN 3
#define KBUS_FRAME_MAX 257	/* SRC and LEN, then up to 255 bytes */
#define KBUS_DATA_MAX 63	/* bytes after CMD that one struct frame carries */

#define KBUS_BAUD 9600		/* 8E1: kbus.md 1.1 */
#define KBUS_BYTE_TIME 1145833	/* ns: a start bit, 8, the parity and a stop bit */

/* Carried as extended CAN: 0x1B000000 | source << 16 | destination << 8 | command. */
#define KBUS_ID_BASE 0x1b000000u
#define KBUS_ID_MASK 0x1f000000u

enum {
	KBUS_GM = 0x00,		/* body module: BC1 on the MINI (kbus.md 1.4) */
	KBUS_DIA = 0x3f,	/* tester */
	KBUS_EWS = 0x44,	/* immobiliser */
	KBUS_IKE = 0x80,	/* cluster */
	KBUS_GLO = 0xbf,	/* broadcast */
};

#define KBUS_ID(src, dst, cmd) \
	(KBUS_ID_BASE | (uint32_t)(src) << 16 | (uint32_t)(dst) << 8 | (uint32_t)(cmd))

static inline bool kbus_is(const struct frame *f)
{
	return (f->flags & FRAME_EXT) && !(f->flags & (FRAME_ERR | FRAME_LOST)) &&
	       (f->id & KBUS_ID_MASK) == KBUS_ID_BASE;
}

/* The frame's parts. */
static inline uint8_t kbus_src(const struct frame *f)
{
	return (uint8_t)(f->id >> 16);
}

static inline uint8_t kbus_dst(const struct frame *f)
{
	return (uint8_t)(f->id >> 8);
}

static inline uint8_t kbus_cmd(const struct frame *f)
{
	return (uint8_t)f->id;
}

/*
 * BYTES are exactly one K-bus frame: fill *ret_frame, except its time and bus, which are
 * NSEC_NEVER and NULL. -EINVAL: the length byte is under 3 or does not match N;
 * -EBADMSG: the XOR is not 0; -EMSGSIZE: over KBUS_DATA_MAX bytes of data.
 */
_must_check_ int kbus_parse(const uint8_t *bytes, size_t n, struct frame *ret_frame);

/*
 * The bytes of F as they go on the wire; BUF has room for KBUS_FRAME_MAX. Returns their
 * number (5..69), or -EINVAL when F is no K-bus frame or has over 64 bytes of data.
 */
_must_check_ int kbus_encode(const struct frame *f, uint8_t *buf);

/*
 * Between the exact bytes and a CAN controller's lengths (DESIGN 1.1). Up to 8 bytes stay
 * as they are. More become CAN FD: zero-filled to the smallest legal length that also
 * holds one more byte, and the last byte is the number of fill bytes, itself included.
 * Frames that are not K-bus stay untouched. -EMSGSIZE: over KBUS_DATA_MAX bytes.
 */
_must_check_ int kbus_pad(struct frame *f);

/* The inverse. A frame whose fill is not well-formed stays as it is. */
void kbus_unpad(struct frame *f);

/* A frame ends within 71 ms (BlueBus) to 16 ms (imBMW) of silence, kbus.md 1.3. */
#define KBUS_SILENCE (20 * NSEC_PER_MSEC)

#define KBUS_FRAMER_SIZE 1024	/* bytes held; one frame needs 257 */

/* Faults are counted once for each loss of synchronisation, SKIPPED for each byte. */
struct kbus_counts {
	uint64_t frames;	/* good ones, those too long to be carried included */
	uint64_t devices;	/* of them between devices of kbus.md 1.4: chance knows none */
	uint64_t skipped;	/* bytes that belong to no frame */
	uint64_t checksum;	/* the XOR was not 0 */
	uint64_t length;	/* the length byte was under 3 */
	uint64_t cut;		/* silence inside a frame */
	uint64_t damaged;	/* bytes that came by kbus_framer_push_damaged() */
	uint64_t too_long;	/* good frames of over KBUS_DATA_MAX bytes */
};

/*
 * A stream of bytes to frames. After a fault one byte is dropped and the next is tried as
 * the first of a frame, on what is already there; the first frame after a fault may wait
 * for the bytes or the silence that show that its good XOR is no chance. Members are
 * private but COUNTS.
 */
struct kbus_framer {
	struct kbus_counts counts;
	const char *bus;
	size_t head, n;		/* the bytes held are buf[head..head+n) */
	size_t seen;		/* so many are in CHECK, and no silence is between them */
	uint16_t check;
	bool synced;		/* the byte at head follows a frame, or a silence */
	bool started;		/* LAST is the time of a byte */
	bool idle;		/* silence after the last byte */
	bool ended;		/* the next byte is the first of a frame */
	nsec_t silence;		/* longer than this ends a frame; KBUS_SILENCE at first */
	nsec_t last;
	uint8_t buf[KBUS_FRAMER_SIZE];
	bool quiet[KBUS_FRAMER_SIZE];	/* silence before this byte */
	bool bad[KBUS_FRAMER_SIZE];	/* it was damaged */
	nsec_t t[KBUS_FRAMER_SIZE];
};

/* BUS is what the frames get as their bus; it must live as long as they do. */
void kbus_framer_init(struct kbus_framer *fr, const char *bus);

/*
 * Add a byte that came at T (never earlier than the one before it). Pop after it until
 * nothing comes: when 1024 bytes wait, the oldest is dropped and counted as skipped.
 */
void kbus_framer_push(struct kbus_framer *fr, uint8_t byte, nsec_t t);

/* The same for a byte whose parity or stop bit was wrong: no frame has it in it. */
void kbus_framer_push_damaged(struct kbus_framer *fr, uint8_t byte, nsec_t t);

/*
 * The next byte comes at T, but when is not known well: without kbus_framer_idle() there
 * was no silence before it.
 */
void kbus_framer_resume(struct kbus_framer *fr, nsec_t t);

/*
 * Take the next frame; its time is its first byte's. A good frame too long for a struct
 * frame comes as FRAME_LOST with id 1. False: more bytes, or a silence, are needed.
 */
bool kbus_framer_pop(struct kbus_framer *fr, struct frame *ret_frame);

/* When kbus_framer_idle() must be called if no byte came; NSEC_NEVER: no need to. */
nsec_t kbus_framer_deadline(const struct kbus_framer *fr);

/*
 * No byte came until NOW: an unfinished frame is given up. Pop after it. At the end of a
 * stream NOW is NSEC_NEVER.
 */
void kbus_framer_idle(struct kbus_framer *fr, nsec_t now);

/*
 * When none could be popped just now: the last bit of the next frame comes at this time or
 * later. 0: that is not known.
 */
nsec_t kbus_framer_earliest(const struct kbus_framer *fr);

/* The next byte is the first of a frame, whatever came until now. Pop after it. */
void kbus_framer_end(struct kbus_framer *fr);
