/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "cli/trouble.h"
#include "link/canif.h"

#define WHY_MAX 256

void trouble_tell(struct session *s, const struct frame *f)
{
	const char *word;

	if (!(f->flags & FRAME_ERR))
		return;
	word = frame_error_word(f);
	for (size_t i = 0; i < s->n_told; i++)
		if (s->told[i] == word)
			return;
	if (s->n_told < SESSION_TOLD_MAX)
		s->told[s->n_told++] = word;
	cli_say(s->cmd, "%s: %s: %s", s->address.text, word, frame_error_text(word));
}

/* The controller's state and what it means; false: it is as it should be. */
static bool why_state(const struct session *s, char why[WHY_MAX])
{
	struct canif ci;
	const char *state;

	if (s->address.kind != ADDRESS_SOCKETCAN || canif_get(s->address.where, &ci) < 0)
		return false;
	state = ci.controller.state;
	if (!state || !strcmp(state, "error-active"))
		return false;
	snprintf(why, WHY_MAX, "the controller is %s: %s", state, frame_error_text(state));

	return true;
}

int trouble_queue(struct session *s)
{
	char why[WHY_MAX] = "frames come faster than the bus takes them";

	(void)why_state(s, why);

	return cli_fail(s->cmd, EXIT_LINK, "%s: the queue for sending is full: %s", s->address.text, why);
}

int trouble_silence(struct session *s, const char *what, const char *otherwise)
{
	char why[WHY_MAX];

	return cli_fail(s->cmd, EXIT_NO_ANSWER, "%s on %s: %s", what, s->address.text,
			why_state(s, why) ? why : otherwise);
}
