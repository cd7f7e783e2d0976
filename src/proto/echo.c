/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/echo.h"

void echo_begin(struct echo *e, const uint8_t *sent, size_t n, nsec_t time, nsec_t now)
{
	*e = (struct echo){
		.sent = sent,
		.n = n,
		.deadline = now + time + ECHO_TIMEOUT,
		.late = now + time + ECHO_LATE,
		.verdict = n ? ECHO_WAITING : ECHO_DONE,
	};
}

enum echo_verdict echo_hear(struct echo *e, uint8_t byte, bool damaged, nsec_t now)
{
	if (e->verdict != ECHO_WAITING)
		return e->verdict;
	e->heard = byte;
	if (e->at == 0)
		e->is_late = now > e->late;
	if (damaged || byte != e->sent[e->at])
		e->verdict = e->is_late && e->at > 0 ? ECHO_NONE : ECHO_DIFFERS;
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
