/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "proc/judge.h"

#define DUE_TEXT_MAX 200

/* What a session waits for now, for a person who looks at a screen. */
struct due {
	const char *word;	/* in capitals, at most 8 characters */
	char text[DUE_TEXT_MAX];
	nsec_t since, limit;	/* limit 0: no time runs */
};

/* What the judge J waits for; of a session that is over, that it is. */
void judge_due(const struct judge *j, struct due *ret);
