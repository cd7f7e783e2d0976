/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "link/bytelink.h"

int bytelink_send(struct bytelink *b, const uint8_t *bytes, size_t n)
{
	return b->ops->send(b, bytes, n);
}

int bytelink_recv(struct bytelink *b, uint8_t *ret, size_t max, nsec_t deadline)
{
	return b->ops->recv(b, ret, max, deadline);
}

int bytelink_errors(struct bytelink *b, struct bytelink_errors *ret)
{
	return b->ops->errors ? b->ops->errors(b, ret) : -EOPNOTSUPP;
}

int bytelink_set(struct bytelink *b, const struct bytelink_line *line)
{
	return b->ops->set ? b->ops->set(b, line) : -EOPNOTSUPP;
}

int bytelink_break(struct bytelink *b, bool on)
{
	return b->ops->set_break ? b->ops->set_break(b, on) : -EOPNOTSUPP;
}

int bytelink_modem(struct bytelink *b, unsigned int *ret)
{
	return b->ops->modem ? b->ops->modem(b, ret) : -EOPNOTSUPP;
}

int bytelink_far_baud(struct bytelink *b)
{
	return b->ops->far_baud ? b->ops->far_baud(b) : 0;
}

void bytelink_close(struct bytelink *b)
{
	if (b)
		b->ops->close(b);
}
