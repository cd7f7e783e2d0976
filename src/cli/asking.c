/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "cli/asking.h"

#define FIRST_FRAMES (NSEC_PER_SEC / 2)	/* a sleeping bus says nothing by itself */

static bool car_is_known(const struct session *s)
{
	return s->decoder.platform != NULL;
}

int asking_start(struct session *s, struct asker *a, struct poll *p)
{
	int r;

	*a = session_asker(s);
	*p = (struct poll){ .asker = a, .decoder = &s->decoder, .state = &s->state };

	r = session_listen(s, clock_now(&s->clk) + FIRST_FRAMES, car_is_known);

	return r < 0 ? r : ask_may_poll(a, &s->decoder, &s->state);
}

int asking_failed(struct session *s, const struct poll *p, int r, const char *nothing)
{
	const char *why = r == p->failed ? p->why : p->asker->why;

	switch (r) {
	case -EREMOTEIO:
		return cli_fail(s->cmd, EXIT_REFUSED, "%s", why);
	case -EPERM:
		return cli_fail(s->cmd, EXIT_GATE, "%s", why);
	case -EBADMSG:
	case -EPROTO:
		return cli_fail(s->cmd, EXIT_NO_ANSWER, "%s", why);
	case -ETIMEDOUT:
	case -ENODATA:
		return cli_fail(s->cmd, EXIT_NO_ANSWER, "no answer on %s: is the car awake? switch the "
				"ignition on and try again", s->address.text);
	case -EINVAL:
		return cli_fail(s->cmd, EXIT_NOT_FOR_CAR, "%s", nothing);
	default:
		return session_fail(s, r);
	}
}

void asking_tell(const struct session *s, const struct poll *p)
{
	if (p->failed && !p->failed_simulated)
		cli_say(s->cmd, "%s", p->why);
}
