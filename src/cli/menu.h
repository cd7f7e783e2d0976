/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "out/out.h"

#define MENU_CHOICES_MAX 32
#define MENU_LINE_MAX 256

/* A person is asked to choose one of several things. */
struct menu {
	struct out *out;
	int in_fd;
	const char *text;
	const char *ids[MENU_CHOICES_MAX];
	size_t n;
	size_t len;			/* of what was typed so far */
	char line[MENU_LINE_MAX];
};

void menu_init(struct menu *m, struct out *out, int in_fd);

/* Ask TEXT, with the choices that follow. */
void menu_begin(struct menu *m, const char *text);
void menu_add(struct menu *m, const char *id, const char *text);

/*
 * Ask until the answer is the number or the id of a choice: which one, from 0. -ENODATA
 * when the person types q or ends the input; or the error of the output.
 */
_must_check_ int menu_ask(struct menu *m);

/*
 * Ask until GOOD takes the answer, or it is empty. 0; or as menu_ask().
 */
_must_check_ int menu_ask_text(struct menu *m, const char *prompt,
			       bool (*good)(const char *text, void *arg), void *arg);
