/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "link/link.h"

int link_send(struct link *l, const struct frame *f)
{
	return l->ops->send ? l->ops->send(l, f) : -EOPNOTSUPP;
}

int link_recv(struct link *l, struct frame *ret, size_t max, nsec_t deadline)
{
	return l->ops->recv(l, ret, max, deadline);
}

int link_filter(struct link *l, const struct link_filter *f, size_t n)
{
	return l->ops->filter ? l->ops->filter(l, f, n) : 0;
}

int link_fd(struct link *l)
{
	return l->ops->fd ? l->ops->fd(l) : -1;
}

void link_close(struct link *l)
{
	if (l)
		l->ops->close(l);
}
