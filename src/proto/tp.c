/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/tp.h"

int tp_send(struct tp *tp, uint8_t ecu, const uint8_t *data, size_t n)
{
	return tp->ops->send(tp, ecu, data, n);
}

int tp_recv(struct tp *tp, struct tp_event *ret, nsec_t deadline)
{
	return tp->ops->recv(tp, ret, deadline);
}

void tp_forget(struct tp *tp, uint8_t ecu)
{
	tp->ops->forget(tp, ecu);
}

void tp_close(struct tp *tp)
{
	if (tp)
		tp->ops->close(tp);
}
