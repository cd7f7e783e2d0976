/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "out/out.h"

#define WRAP_COLUMNS 80

/*
 * TEXT and a newline, in lines of at most WRAP_COLUMNS, broken at blanks. The first line
 * begins where the cursor is, at column INDENT (from 0); the others are indented so far.
 */
void out_wrap(struct out *o, size_t indent, const char *text);

/* As out_wrap(), in lines of at most COLUMNS. */
void out_wrap_to(struct out *o, size_t indent, size_t columns, const char *text);

/* How much of TEXT goes on a line of WIDTH: whole words, at least one. 0 at its end. */
size_t wrap_line(const char *text, size_t width);

/* Columns for text on FD: a terminal's own, from 20 up to WRAP_COLUMNS; else WRAP_COLUMNS. */
size_t wrap_columns(int fd);
