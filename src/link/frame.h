/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

#define FRAME_DATA_MAX 64	/* ISO 11898-1: CAN FD */
#define FRAME_CLASSIC_MAX 8
#define FRAME_SFF_MASK 0x7ffu
#define FRAME_EFF_MASK 0x1fffffffu

enum frame_flags {
	FRAME_EXT = 1 << 0,	/* 29-bit identifier */
	FRAME_FD = 1 << 1,
	FRAME_BRS = 1 << 2,	/* FD: bit rate switched */
	FRAME_ESI = 1 << 3,	/* FD: sender is error passive */
	FRAME_RTR = 1 << 4,
	FRAME_ERR = 1 << 5,	/* error frame: id holds the CAN_ERR_ classes of linux/can/error.h */
	FRAME_LOST = 1 << 6,	/* no frame: id frames were lost before the next one */
	FRAME_TX = 1 << 7,	/* sent by us, or marked as sent in a log */
};

/*
 * One frame of a bus, or what happened to it. A K-bus frame is an extended frame with
 * its exact payload (proto/kbus.h), so LEN may be one that CAN FD does not have.
 */
struct frame {
	nsec_t t;		/* when its first bit was on the wire; NSEC_NEVER: unknown */
	const char *bus;	/* "can0"; owned by the link or the log it came from */
	uint32_t id;
	uint8_t flags;
	uint8_t len;
	uint8_t data[FRAME_DATA_MAX];
};

/* The smallest length that CAN FD can carry for LEN bytes; LEN is 0..64. ISO 11898-1. */
size_t frame_fd_len(size_t len);

/* Words for the error classes of an error frame ("bus-off", "no-ack"): most severe first. */
const char *frame_error_word(const struct frame *f);

/*
 * What such a word, or the word for a controller's state (canif.h), means and where it
 * comes from, in one line; NULL: no such word. Limits of ISO 11898-1, fault confinement.
 */
const char *frame_error_text(const char *word);
