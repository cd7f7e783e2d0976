/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "out/glyph.h"

/* Rows from the top, three points each, the left one first. */
static const char *const digits[] = {
	"### #.# #.# #.# ###", ".#. ##. .#. .#. ###", "### ..# ### #.. ###",
	"### ..# ### ..# ###", "#.# #.# ### ..# ..#", "### #.. ### ..# ###",
	"### #.. ### #.# ###", "### ..# ..# .#. .#.", "### #.# ### #.# ###",
	"### #.# ### ..# ###",
};

static const char *const letters[] = {
	".#. #.# ### #.# #.#", "##. #.# ##. #.# ##.", ".## #.. #.. #.. .##",
	"##. #.# #.# #.# ##.", "### #.. ##. #.. ###", "### #.. ##. #.. #..",
	".## #.. #.# #.# .##", "#.# #.# ### #.# #.#", "### .#. .#. .#. ###",
	"..# ..# ..# #.# .#.", "#.# #.# ##. #.# #.#", "#.. #.. #.. #.. ###",
	"#.# ### ### #.# #.#", "##. #.# #.# #.# #.#", ".#. #.# #.# #.# .#.",
	"##. #.# ##. #.. #..", ".#. #.# #.# ### .##", "##. #.# ##. #.# #.#",
	".## #.. .#. ..# ##.", "### .#. .#. .#. .#.", "#.# #.# #.# #.# ###",
	"#.# #.# #.# #.# .#.", "#.# #.# ### ### #.#", "#.# #.# .#. #.# #.#",
	"#.# #.# .#. .#. .#.", "### ..# .#. #.. ###",
};

static const char question[] = "##. ..# .#. ... .#.";

bool glyph_point(char c, unsigned int row, unsigned int column)
{
	const char *rows;

	if (column >= GLYPH_COLUMNS)
		return false;
	if (c >= '0' && c <= '9')
		rows = digits[c - '0'];
	else if (c >= 'A' && c <= 'Z')
		rows = letters[c - 'A'];
	else if (c == '?')
		rows = question;
	else
		return false;

	return rows[row * (GLYPH_COLUMNS + 1) + column] == '#';
}
