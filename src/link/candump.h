/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>

#include "base/util.h"
#include "link/frame.h"

/*
 * Frames as text, in the syntax of can-utils: "123#DEADBEEF" (11 bit), "12345678#" (29
 * bit), "123#R5" (remote), "123##1DEADBEEF" (FD; 1: BRS, 2: ESI), "20000040#…" (error).
 * And its log lines, "(1436509052.249713) vcan0 044#2A366C2BBA", with R or T at the end.
 */
#define CANDUMP_BUS_MAX 64
#define CANDUMP_FRAME_MAX (8 + 3 + 2 * FRAME_DATA_MAX)
#define CANDUMP_LINE_MAX (24 + CANDUMP_BUS_MAX + 2 + CANDUMP_FRAME_MAX + 2)

/*
 * The LEN characters at S are one frame and nothing else. Bytes may be parted by dots.
 * Time and bus become NSEC_NEVER and NULL. FD frames keep a length that FD does not have.
 * After 8 bytes "_9" to "_F" (the raw DLC) is read and ignored.
 * -EINVAL: they are not; *reterr_column (NULL is fine) is where, counted from 1.
 */
_must_check_ int candump_parse_frame(const char *s, size_t len, struct frame *ret_frame,
				     size_t *reterr_column);

/*
 * One line of a log, without its newline (a CR is fine). Seconds have 1 to 9 decimals.
 * The bus's name is *ret_bus_len (1..CANDUMP_BUS_MAX) characters at s + *ret_bus; the
 * frame's own pointer is NULL. T or TX at the end sets FRAME_TX.
 * -EINVAL and *reterr_column as above.
 */
_must_check_ int candump_parse_line(const char *s, size_t len, struct frame *ret_frame,
				    size_t *ret_bus, size_t *ret_bus_len,
				    size_t *reterr_column);

/*
 * Write F, no NUL; BUF has room for CANDUMP_FRAME_MAX. Over 8 bytes are written as FD,
 * whatever the flags. Returns the length; 0 for FRAME_LOST, which has no such form.
 */
size_t candump_put_frame(char *buf, const struct frame *f);

enum candump_style {
	CANDUMP_DIRECTION = 1 << 0,	/* " R" or " T" at the end, as candump -x */
	CANDUMP_NSEC = 1 << 1,		/* nine decimals; canplayer takes six only */
};

/*
 * Write F as a log line with its newline, no NUL; BUF has room for CANDUMP_LINE_MAX. The
 * time is 0.000000 when unknown. No bus is "-"; a name is cut to CANDUMP_BUS_MAX and what
 * is not printable in it, or a space, becomes "_". Returns the length; 0 for FRAME_LOST.
 */
size_t candump_put_line(char *buf, const struct frame *f, unsigned int style);
