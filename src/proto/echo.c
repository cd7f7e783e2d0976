/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/echo.h"

void echo_begin(struct echo *e, const uint8_t *sent, size_t n, nsec_t time, nsec_t now)
{
	*e = (struct echo){
		.sent = sent,
		.n = n,
		.deadline = now + time + ECHO_TIMEOUT,
		.verdict = n ? ECHO_WAITING : ECHO_DONE,
	};
}

enum echo_verdict echo_hear(struct echo *e, uint8_t byte, bool damaged)
{
	if (e->verdict != ECHO_WAITING)
		return e->verdict;
	e->heard = byte;
	if (damaged || byte != e->sent[e->at])
		e->verdict = ECHO_DIFFERS;
	else if (++e->at == e->n)
		e->verdict = ECHO_DONE;

	return e->verdict;
}

enum echo_verdict echo_tick(struct echo *e, nsec_t now)
{
	if (e->verdict == ECHO_WAITING && now >= e->deadline)
		e->verdict = e->at ? ECHO_CUT : ECHO_NONE;

	return e->verdict;
}
