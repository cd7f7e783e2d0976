/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "out/out.h"

#define WRAP_COLUMNS 80

/*
 * TEXT and a newline, in lines of at most WRAP_COLUMNS, broken at blanks. The first line
 * begins where the cursor is, at column INDENT (from 0); the others are indented so far.
 */
void out_wrap(struct out *o, size_t indent, const char *text);
