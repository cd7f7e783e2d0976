/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>

#define GLYPH_COLUMNS 3
#define GLYPH_ROWS 5

/* Is the point of C's large form set? ROW (below GLYPH_ROWS) and COLUMN count from the top left. */
bool glyph_point(char c, unsigned int row, unsigned int column);
