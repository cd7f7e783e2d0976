/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "proto/ds2.h"

#define HEAD 2
#define MIN_SIZE (HEAD + 1 + 1)

int ds2_parse(const uint8_t *bytes, size_t n, struct ds2 *ret)
{
	size_t size;

	if (n < HEAD)
		return 0;
	size = bytes[1];
	if (size < MIN_SIZE)
		return -EBADMSG;
	if (n < size)
		return 0;
	if (bytes_xor(bytes, size) != 0)
		return -EBADMSG;
	*ret = (struct ds2){ .ecu = bytes[0], .data = bytes + HEAD, .len = size - HEAD - 1 };

	return (int)size;
}

int ds2_encode(const struct ds2 *m, uint8_t *buf)
{
	size_t size = HEAD + m->len + 1;

	if (m->len == 0 || m->len > DS2_DATA_MAX)
		return -EMSGSIZE;
	buf[0] = m->ecu;
	buf[1] = (uint8_t)size;
	memcpy(buf + HEAD, m->data, m->len);
	buf[size - 1] = bytes_xor(buf, size - 1);

	return (int)size;
}
