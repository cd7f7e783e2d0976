/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <string.h>

#include "base/hex.h"
#include "link/candump.h"
#include "proto/kbus.h"
#include "unit.h"

/* The I/K-bus rows of kbus_frames.tsv, and as what they are carried (DESIGN 1.1). */
static const struct kbus_row {
	const char *bytes;
	const char *frame;
} kbus_rows[] = {
	{ "80 04 BF 11 00 2A", "1B80BF11#00" },
	{ "80 04 BF 11 01 2B", "1B80BF11#01" },
	{ "80 04 BF 11 03 29", "1B80BF11#03" },
	{ "80 04 BF 11 07 2D", "1B80BF11#07" },
	{ "30 03 80 10 A3", "1B308010#" },
	{ "3B 03 80 10 A8", "1B3B8010#" },
	{ "ED 03 80 10 7E", "1BED8010#" },
	{ "C8 03 80 10 5B", "1BC88010#" },
	{ "00 04 BF 72 02 CB", "1B00BF72#02" },
	{ "00 04 BF 72 12 DB", "1B00BF72#12" },
	{ "00 04 BF 72 22 EB", "1B00BF72#22" },
	{ "00 04 BF 72 42 8B", "1B00BF72#42" },
	{ "00 04 BF 72 06 CF", "1B00BF72#06" },
	{ "00 04 BF 72 16 DF", "1B00BF72#16" },
	{ "00 04 BF 72 26 EF", "1B00BF72#26" },
	{ "00 04 BF 72 20 E9", "1B00BF72#20" },
	{ "30 06 44 73 00 00 80 81", "1B304473#000080" },
	{ "44 05 BF 74 04 00 8E", "1B44BF74#0400" },
	{ "44 05 BF 74 04 01 8F", "1B44BF74#0401" },
	{ "44 05 BF 74 04 02 8C", "1B44BF74#0402" },
	{ "44 05 BF 74 05 00 8F", "1B44BF74#0500" },
	{ "44 05 BF 74 05 01 8E", "1B44BF74#0501" },
	{ "44 05 BF 74 05 02 8D", "1B44BF74#0502" },
	{ "44 05 BF 74 05 05 8A", "1B44BF74#0505" },
	{ "44 05 BF 74 01 00 8B", "1B44BF74#0100" },
	{ "44 05 BF 74 01 01 8A", "1B44BF74#0101" },
	{ "44 05 BF 74 01 FF 74", "1B44BF74#01FF" },
	{ "44 05 BF 74 00 FF 75", "1B44BF74#00FF" },
	{ "30 03 00 79 4A", "1B300079#" },
	{ "F0 03 00 79 8A", "1BF00079#" },
	{ "00 05 BF 7A 10 00 D0", "1B00BF7A#1000" },
	{ "00 05 BF 7A 11 00 D1", "1B00BF7A#1100" },
	{ "00 05 BF 7A 51 00 91", "1B00BF7A#5100" },
	{ "00 05 BF 7A 50 00 90", "1B00BF7A#5000" },
	{ "00 05 BF 7A 58 00 98", "1B00BF7A#5800" },
	{ "00 05 BF 7A 30 03 F3", "1B00BF7A#3003" },
	{ "00 05 BF 7A 30 02 F2", "1B00BF7A#3002" },
	{ "00 05 BF 7A 50 21 B1", "1B00BF7A#5021" },
	{ "00 05 BF 7A 53 29 BA", "1B00BF7A#5329" },
	{ "00 05 BF 7A 53 5F CC", "1B00BF7A#535F" },
	{ "00 05 BF 7A 20 0F EF", "1B00BF7A#200F" },
	{ "00 05 BF 7A 54 30 A4", "1B00BF7A#5430" },
	{ "00 05 BF 7A 30 10 E0", "1B00BF7A#3010" },
	{ "00 04 BF 76 02 CF", "1B00BF76#02" },
	{ "00 04 BF 76 00 CD", "1B00BF76#00" },
	{ "80 03 00 01 82", "1B800001#" },
	{ "00 04 BF 02 00 B9", "1B00BF02#00" },
	{ "00 04 BF 02 01 B8", "1B00BF02#01" },
	{ "80 07 BF 15 00 04 80 42 EB", "1B80BF15#00048042" },
	{ "80 05 BF 18 00 00 22", "1B80BF18#0000" },
	{ "80 05 BF 18 00 14 36", "1B80BF18#0014" },
	{ "80 06 BF 19 14 28 00 1C", "1B80BF19#142800" },
	{ "80 03 D0 53 00", "1B80D053#" },
	{ "D0 10 80 54 41 42 12 34 50 09 86 40 46 00 00 04 03 EF", "1BD08054##041421234500986404600000403" },
	{ "3F 03 00 00 3C", "1B3F0000#" },
	{ "3F 03 D0 0B E7", "1B3FD00B#" },
	{ "00 03 3F B0 8C", "1B003FB0#" },
	{ "00 03 3F A0 9C", "1B003FA0#" },
	{ "3F 04 00 04 00 3F", "1B3F0004#00" },
	{ "00 0C 3F A0 03 00 00 3D 03 29 02 30 09 BC", "1B003FA0##00300003D0329023009" },
	{ "D0 0F 3F A0 08 38 62 08 01 18 13 00 46 99 09 41 87", "1BD03FA0##0083862080118130046990941" },
	{ "C8 0F 3F A0 86 93 49 61 08 03 15 13 36 03 57 55 5F", "1BC83FA0##0869349610803151336035755" },
	{ "3F 03 00 79 45", "1B3F0079#" },
	{ "3F 03 80 10 AC", "1B3F8010#" },
	{ "3F 06 44 73 00 00 80 8E", "1B3F4473#000080" },
};

struct bytes {
	uint8_t b[KBUS_FRAME_MAX];
	size_t n;
};

static inline struct bytes hex(const char *text)
{
	struct bytes x = { 0 };
	ssize_t n = hex_parse(text, strlen(text), x.b, sizeof(x.b));

	assert_true(n >= 0);
	x.n = (size_t)n;

	return x;
}

static inline void assert_frame(const struct frame *f, const char *text)
{
	char buf[CANDUMP_FRAME_MAX + 1];

	buf[candump_put_frame(buf, f)] = '\0';
	assert_string_equal(buf, text);
}
