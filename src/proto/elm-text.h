/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/util.h"
#include "link/link.h"

/* What an ELM327 or STN adapter says in a line (adapters.md 3.3). */
enum elm_word {
	ELM_FRAME,	/* a frame of the bus */
	ELM_OK,
	ELM_UNKNOWN,	/* "?": it has no such command */
	ELM_NO_DATA,
	ELM_STOPPED,	/* a byte from us ended what it did */
	ELM_FULL,	/* it lost frames: its buffer was full */
	ELM_DAMAGED,	/* a frame that it received wrong */
	ELM_BUS_ERROR,	/* it could not send */
	ELM_RESET,	/* it has started anew, and its settings are gone */
	ELM_OTHER,	/* what says nothing to us, or half a line */
};

/*
 * The line TEXT of N bytes, without its end. Errors are found anywhere in it, since some come
 * glued to a frame, which is lost then. A frame is all hexadecimal: three digits of
 * identifier, with DLC ("ATD1") a digit of length, then as many bytes as that says, or up to
 * eight: *ret, its time and bus left alone.
 */
enum elm_word elm_line(const char *text, size_t n, bool dlc, struct frame *ret);

/* What is to be typed to send F, without its CR; BUF has room for 17. Returns the length. */
size_t elm_put_data(char *buf, const struct frame *f);

/* What the N filters F have in common, which is one filter (ATCF, ATCM); none: all pass. */
struct link_filter elm_common(const struct link_filter *f, size_t n);
