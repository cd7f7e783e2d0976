/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sys/ioctl.h>

#include "out/wrap.h"

size_t wrap_line(const char *text, size_t width)
{
	size_t len = strcspn(text, " ");

	for (;;) {
		size_t gap = strspn(text + len, " ");
		size_t word = strcspn(text + len + gap, " ");

		if (word == 0 || len + gap + word > width)
			return len;
		len += gap + word;
	}
}

void out_wrap_to(struct out *o, size_t indent, size_t columns, const char *text)
{
	size_t width = columns > indent ? columns - indent : 1, len;

	while ((len = wrap_line(text, width))) {
		out_put(o, text, len);
		text += len;
		text += strspn(text, " ");
		if (*text)
			out_printf(o, "\n%*s", (int)indent, "");
	}
	out_putc(o, '\n');
}

void out_wrap(struct out *o, size_t indent, const char *text)
{
	out_wrap_to(o, indent, WRAP_COLUMNS, text);
}

size_t wrap_columns(int fd)
{
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
		return WRAP_COLUMNS;

	return MIN(MAX(size.ws_col, 20u), (size_t)WRAP_COLUMNS);
}
