/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/util.h"

/* One way of packing a file: gzip (RFC 1952) and zstd (RFC 8878), several in a row too. */
struct unpacker {
	const char *name;
	uint8_t magic[4];
	size_t magic_len;
	/* -EOPNOTSUPP: this build has no library for it; -ENOMEM. */
	int (*open)(void **ret_state);
	/*
	 * Unpack IN[*start..end) into SIZE bytes at BUF; *start moves on. The bytes written,
	 * which may be 0, or -EBADMSG when the data is damaged.
	 */
	ssize_t (*read)(void *state, const uint8_t *in, size_t *start, size_t end, void *buf,
			size_t size);
	/* May the data end here? */
	bool (*complete)(void *state);
	void (*close)(void *state);	/* NULL is fine */
};

/* NULL: the four bytes at P begin no packed file. */
const struct unpacker *unpacker_for(const uint8_t *p);
