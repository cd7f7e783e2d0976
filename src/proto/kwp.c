/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "proto/kwp.h"

enum {
	LENGTH = 0x3f,
	MODE = 0xc0,
	MODE_BARE = 0x00,
	MODE_CARB = 0x40,	/* another protocol's: kbus.md 5.1 */
	MODE_PHYSICAL = 0x80,
	STAR = 0xb8,
	/* Bits of the first key byte: what the module takes. */
	KEY_LENGTH_IN_FORMAT = 1 << 0,
	KEY_LENGTH_BYTE = 1 << 1,
	KEY_BARE = 1 << 2,
	KEY_ADDRESSED = 1 << 3,
};

static uint8_t sum(const uint8_t *bytes, size_t n)
{
	uint8_t s = 0;

	for (size_t i = 0; i < n; i++)
		s = (uint8_t)(s + bytes[i]);

	return s;
}

int kwp_parse(const uint8_t *bytes, size_t n, struct kwp *ret)
{
	bool addressed;
	size_t head, len;

	if (n < 1)
		return 0;
	if ((bytes[0] & MODE) == MODE_CARB)
		return -EBADMSG;
	addressed = (bytes[0] & MODE) != MODE_BARE;
	head = addressed ? 3 : 1;
	len = bytes[0] & LENGTH;
	if (len == 0) {
		if (n <= head)
			return 0;
		len = bytes[head++];
	}
	if (len == 0)
		return -EBADMSG;
	if (n < head + len + 1)
		return 0;
	if (sum(bytes, head + len) != bytes[head + len])
		return -EBADMSG;
	*ret = (struct kwp){
		.addressed = addressed,
		.target = addressed ? bytes[1] : 0,
		.source = addressed ? bytes[2] : 0,
		.data = bytes + head,
		.len = len,
	};

	return (int)(head + len + 1);
}

int kwp_parse_star(const uint8_t *bytes, size_t n, struct kwp *ret)
{
	size_t size;

	if (n > 0 && bytes[0] != STAR)
		return -EBADMSG;
	if (n < 4)
		return 0;
	if (bytes[3] == 0)
		return -EBADMSG;
	size = 4 + (size_t)bytes[3] + 1;
	if (n < size)
		return 0;
	if (bytes_xor(bytes, size) != 0)
		return -EBADMSG;
	*ret = (struct kwp){
		.addressed = true,
		.target = bytes[1],
		.source = bytes[2],
		.data = bytes + 4,
		.len = bytes[3],
	};

	return (int)size;
}

int kwp_encode(const struct kwp *m, enum kwp_form form, uint8_t *buf)
{
	bool bare = form == KWP_BARE || form == KWP_BARE_LENGTH;
	bool in_format = (form == KWP_ADDRESSED || form == KWP_BARE) && m->len <= LENGTH;
	size_t n = 1;

	if (m->len == 0 || m->len > KWP_DATA_MAX)
		return -EMSGSIZE;
	buf[0] = form == KWP_STAR ? STAR : bare ? MODE_BARE : MODE_PHYSICAL;
	if (!bare) {
		buf[n++] = m->target;
		buf[n++] = m->source;
	}
	if (in_format)
		buf[0] = (uint8_t)(buf[0] | m->len);
	else
		buf[n++] = (uint8_t)m->len;
	memcpy(buf + n, m->data, m->len);
	n += m->len;
	buf[n] = form == KWP_STAR ? bytes_xor(buf, n) : sum(buf, n);

	return (int)n + 1;
}

enum kwp_form kwp_form_of(uint8_t key1)
{
	bool length_byte = !(key1 & KEY_LENGTH_IN_FORMAT) && key1 & KEY_LENGTH_BYTE;

	if (!(key1 & KEY_ADDRESSED) && key1 & KEY_BARE)
		return length_byte ? KWP_BARE_LENGTH : KWP_BARE;

	return length_byte ? KWP_ADDRESSED_LENGTH : KWP_ADDRESSED;
}
