/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/util.h"

/*
 * Messages that wait to be told to a broker: for each topic the one that holds, which is told
 * again to a broker that has forgotten it; and those of the moment, each told once. No thread
 * knows of another here: who shares a board locks it. All zeros at first.
 */
#define BOARD_KEPT_MAX 96	/* topics */
#define BOARD_TOLD_MAX 64	/* messages of the moment that wait */

struct board_message {
	char *topic;
	char *payload;		/* N bytes, and a NUL */
	size_t n;
	bool is_new;		/* kept: the broker does not know it */
};

struct board {
	struct board_message kept[BOARD_KEPT_MAX];
	size_t n_kept;
	struct board_message told[BOARD_TOLD_MAX];	/* a ring */
	size_t first, n_told;
};

/* What holds for TOPIC from now on. 1: it is another than before; 0. -ENOMEM; -ENOSPC. */
_must_check_ int board_keep(struct board *b, const char *topic, const char *payload, size_t n);

/* False: there is no room. */
_must_check_ bool board_tell(struct board *b, const char *topic, const char *payload, size_t n);

/* The next to be told, what is kept first; board_forget() it. False: none. */
bool board_take(struct board *b, struct board_message *ret, bool *ret_kept);

/* The broker knows nothing of what is kept. */
void board_renew(struct board *b);

/* Leave out what is of the moment. Returns how many. */
size_t board_drop_told(struct board *b);

void board_forget(struct board_message *m);
void board_free(struct board *b);
