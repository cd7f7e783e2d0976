/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "out/xml.h"

void xml_puts(struct out *o, const char *s)
{
	size_t n = strlen(s);

	for (size_t i = 0, used; i < n; i += used) {
		char buf[4];
		size_t len = out_escape(buf, s + i, n - i, &used);

		if (len == 3 && (!memcmp(buf, "\xef\xbf\xbe", 3) || !memcmp(buf, "\xef\xbf\xbf", 3)))
			out_putc(o, '?');
		else if (len > 1)
			out_put(o, buf, len);
		else if (buf[0] == '<')
			out_puts(o, "&lt;");
		else if (buf[0] == '>')
			out_puts(o, "&gt;");
		else if (buf[0] == '&')
			out_puts(o, "&amp;");
		else if (buf[0] == '"')
			out_puts(o, "&quot;");
		else
			out_putc(o, buf[0]);
	}
}
