/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/hex.h"
#include "proto/elm-text.h"

#define ID_DIGITS 3

/* adapters.md 3.3.4; those of which another is a part come after it. */
static const struct {
	const char *text;
	enum elm_word word;
} words[] = {
	{ "BUFFER FULL", ELM_FULL },	     { "OUT OF MEMORY", ELM_FULL },
	{ "UART RX OVERFLOW", ELM_FULL },    { "<RX ERROR", ELM_DAMAGED },
	{ "DATA ERROR", ELM_DAMAGED },	     { "LV RESET", ELM_RESET },
	{ "ELM327", ELM_RESET },	     { "ERR94", ELM_RESET },
	{ "CAN ERROR", ELM_BUS_ERROR },	     { "BUS ERROR", ELM_BUS_ERROR },
	{ "BUS BUSY", ELM_BUS_ERROR },	     { "BUS INIT", ELM_BUS_ERROR },
	{ "FB ERROR", ELM_BUS_ERROR },	     { "UNABLE TO CONNECT", ELM_BUS_ERROR },
	{ "FC RX TIMEOUT", ELM_BUS_ERROR },  { "STOPPED", ELM_STOPPED },
	{ "NO DATA", ELM_NO_DATA },
};

static bool is_hex(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (hex_digit(text[i]) < 0)
			return false;

	return true;
}

/* Those of the N digits of TEXT, at most 8, as a number. */
static uint32_t number(const char *text, size_t n)
{
	uint32_t v = 0;

	for (size_t i = 0; i < n; i++)
		v = v << 4 | (uint32_t)hex_digit(text[i]);

	return v;
}

static bool parse_frame(const char *text, size_t n, bool dlc, struct frame *ret)
{
	size_t at = ID_DIGITS + (dlc ? 1 : 0);
	size_t bytes = n < at ? 0 : (n - at) / 2;

	if (n < at || (n - at) % 2 || bytes > FRAME_CLASSIC_MAX || !is_hex(text, n))
		return false;
	if ((dlc && number(text + ID_DIGITS, 1) != bytes) || number(text, ID_DIGITS) > FRAME_SFF_MASK)
		return false;
	ret->id = number(text, ID_DIGITS);
	ret->flags = 0;
	ret->len = (uint8_t)bytes;
	for (size_t i = 0; i < bytes; i++)
		ret->data[i] = (uint8_t)number(text + at + 2 * i, 2);

	return true;
}

enum elm_word elm_line(const char *text, size_t n, bool dlc, struct frame *ret)
{
	while (n > 0 && text[n - 1] == ' ')
		n--;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (memmem(text, n, words[i].text, strlen(words[i].text)))
			return words[i].word;
	if (n == 2 && !memcmp(text, "OK", 2))
		return ELM_OK;
	if (n > 0 && text[n - 1] == '?')
		return ELM_UNKNOWN;

	return parse_frame(text, n, dlc, ret) ? ELM_FRAME : ELM_OTHER;
}

size_t elm_put_data(char *buf, const struct frame *f)
{
	return (size_t)(hex_put(buf, f->data, f->len) - buf);
}

struct link_filter elm_common(const struct link_filter *f, size_t n)
{
	struct link_filter c = { 0 };

	for (size_t i = 0; i < n; i++) {
		if (i == 0)
			c = f[i];
		c.mask &= f[i].mask & ~(c.want ^ f[i].want);
	}
	c.want &= c.mask;

	return c;
}
