/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <string.h>

#include "base/num.h"
#include "out/json.h"
#include "out/utf8.h"

static void separate(struct json *j)
{
	if (j->comma)
		out_putc(j->out, ',');
	j->comma = true;
}

void json_open(struct json *j, char bracket)
{
	separate(j);
	out_putc(j->out, bracket);
	j->comma = false;
}

void json_close(struct json *j, char bracket)
{
	out_putc(j->out, bracket);
	j->comma = true;
}

size_t json_escape(char *buf, const char *s, size_t n, size_t *ret_used)
{
	static const char digits[] = "0123456789abcdef";
	size_t len = utf8_length(s, n);
	unsigned char c = (unsigned char)s[0];

	*ret_used = len ? len : 1;
	if (c == '"' || c == '\\') {
		buf[0] = '\\';
		buf[1] = (char)c;
		return 2;
	}
	if (len == 0 || c < 0x20 || c == 0x7f) {
		memcpy(buf, "\\u00", 4);
		buf[4] = digits[c >> 4];
		buf[5] = digits[c & 15];
		return 6;
	}
	memcpy(buf, s, len);

	return len;
}

static void quoted(struct json *j, const char *s)
{
	size_t n = strlen(s);

	out_putc(j->out, '"');
	for (size_t i = 0, used; i < n; i += used) {
		char buf[JSON_ESCAPE_MAX];
		size_t len = json_escape(buf, s + i, n - i, &used);

		out_put(j->out, buf, len);
	}
	out_putc(j->out, '"');
}

void json_key(struct json *j, const char *key)
{
	separate(j);
	quoted(j, key);
	out_putc(j->out, ':');
	j->comma = false;
}

void json_string(struct json *j, const char *s)
{
	if (!s) {
		json_null(j);
		return;
	}
	separate(j);
	quoted(j, s);
}

void json_member(struct json *j, const char *key, const char *s)
{
	json_key(j, key);
	json_string(j, s);
}

void json_int(struct json *j, int64_t v)
{
	separate(j);
	out_printf(j->out, "%" PRId64, v);
}

void json_bool(struct json *j, bool v)
{
	separate(j);
	out_puts(j->out, v ? "true" : "false");
}

void json_null(struct json *j)
{
	separate(j);
	out_puts(j->out, "null");
}

void json_seconds(struct json *j, nsec_t t)
{
	char buf[32];

	if (t == NSEC_NEVER) {
		json_null(j);
		return;
	}
	separate(j);
	out_put(j->out, buf, num_put_seconds(buf, sizeof(buf), t));
}

void json_number(struct json *j, const char *text)
{
	if (strchr(text, 'n')) {
		json_string(j, text);
		return;
	}
	separate(j);
	out_puts(j->out, text);
}

void json_end(struct json *j)
{
	out_putc(j->out, '\n');
	j->comma = false;
}
