/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "link/parmrk.h"

#define MARK 0xff

int parmrk_push(struct parmrk *m, uint8_t byte, uint8_t *ret_byte)
{
	if (m->seen == 2) {
		m->seen = 0;
		*ret_byte = byte;
		return -EBADMSG;
	}
	if (m->seen == 0 ? byte == MARK : byte == 0) {
		m->seen++;
		return 0;
	}
	m->seen = 0;
	*ret_byte = byte;

	return 1;
}
