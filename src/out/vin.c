/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "out/vin.h"

void vin_text(const struct dbc_signal *s, uint64_t raw, char *buf)
{
	unsigned int ascii = s->bits == 36 ? 2 : 7;
	unsigned int shift = s->bits == 36 ? 36 : 56;

	for (unsigned int i = 0; i < 7; i++) {
		unsigned int width = i < ascii ? 8 : 4;
		unsigned int c;

		shift -= width;
		c = (unsigned int)(raw >> shift) & (i < ascii ? 0xff : 0xf);
		if (i >= ascii)
			buf[i] = c < 10 ? (char)('0' + c) : '?';
		else
			buf[i] = c >= 0x20 && c < 0x7f ? (char)c : '?';
	}
	buf[7] = '\0';
}
