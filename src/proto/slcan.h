/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/util.h"
#include "link/frame.h"

/*
 * The text of Lawicel's CAN232 and its kin (adapters.md 4): pure, bytes in and events out.
 * Lines end with CR. The text has no checksum: what lost a character is found by its length,
 * what had one changed is not.
 */
#define SLCAN_LINE_MAX 160	/* "D", 8 of the id, the DLC, 128 of data, 4 of the time: 142 */
#define SLCAN_STAMP_PERIOD 60000	/* ms, then time stamps start again */

enum slcan_kind {
	SLCAN_ACK,	/* CR alone */
	SLCAN_SENT,	/* z, Z: a frame was taken */
	SLCAN_NACK,	/* BEL: a command was refused */
	SLCAN_FRAME,	/* received; or an error frame that Linux's slcan knows as a line */
	SLCAN_FLAGS,	/* F: what happened since they were asked last */
	SLCAN_TEXT,	/* V and N, and whatever firmware says of itself */
	SLCAN_DAMAGED,	/* the line began as a frame's, and is none */
};

/* Bits of SLCAN_FLAGS, as Lawicel has them; other makers differ (adapters.md 4). */
enum slcan_flags {
	SLCAN_RX_FULL = 1 << 0,
	SLCAN_TX_FULL = 1 << 1,
	SLCAN_WARNING = 1 << 2,
	SLCAN_OVERRUN = 1 << 3,
	SLCAN_PASSIVE = 1 << 5,
	SLCAN_ARBITRATION = 1 << 6,
	SLCAN_BUS_ERROR = 1 << 7,
};

struct slcan_event {
	enum slcan_kind kind;
	struct frame frame;	/* FRAME; without time and bus */
	int stamp;		/* FRAME: its time, 0..59999 ms; -1: it has none */
	uint8_t flags;		/* FLAGS: SLCAN_RX_FULL ... */
	char text[SLCAN_LINE_MAX + 1];	/* the line, without its CR; cut at a NUL */
};

struct slcan_reader {
	char line[SLCAN_LINE_MAX];
	size_t n;
	bool too_long;		/* the rest of this line is skipped */
	int stamped;		/* whether frames have time stamps; -1: the first one tells */
	unsigned int otherwise;	/* frames that were not so, one after the other */
	uint64_t damaged;	/* lines that are lost */
};

void slcan_reader_init(struct slcan_reader *rd);

/*
 * Take a byte: 1 when it completes *ret, else 0. NUL and LF are skipped wherever they are. As
 * four lost digits could make a frame of another, a line is damaged when it has a time stamp
 * and those before had none, or the other way, until SLCAN_OTHERWISE such came in a row.
 */
#define SLCAN_OTHERWISE 8
int slcan_push(struct slcan_reader *rd, char c, struct slcan_event *ret);

/* One line of N characters as a frame, without its CR. -EINVAL. *ret_stamp as above. */
_must_check_ int slcan_parse(const char *line, size_t n, struct frame *ret, int *ret_stamp);

/*
 * F as a line with its CR, without a NUL. Returns its length; -EINVAL: the text has no word
 * for such a frame; -EMSGSIZE: nor for this length. ESI is not said.
 */
_must_check_ int slcan_print(const struct frame *f, char buf[SLCAN_LINE_MAX]);

/*
 * N of the command Sn for BITRATE (bit/s): S0..S8. S7 is 800k, but 750k to CANable's
 * firmware (adapters.md 4). -ERANGE: there is none.
 */
_must_check_ int slcan_rate(uint32_t bitrate, bool canable);

/* Y2 and Y5 are all there is for the data part of FD frames. N; -ERANGE. */
_must_check_ int slcan_data_rate(uint32_t bitrate);
