/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "out/wrap.h"

void out_wrap(struct out *o, size_t indent, const char *text)
{
	size_t column = indent;

	while (*text) {
		size_t n = strcspn(text, " ");

		if (column > indent && column + 1 + n > WRAP_COLUMNS) {
			out_printf(o, "\n%*s", (int)indent, "");
			column = indent;
		} else if (column > indent) {
			out_putc(o, ' ');
			column++;
		}
		out_put(o, text, n);
		column += n;
		text += n;
		text += strspn(text, " ");
	}
	out_putc(o, '\n');
}
