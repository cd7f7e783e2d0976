/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <string.h>

#include "base/util.h"
#include "proc/document.h"

static const struct document all[] = {
	{ "000", "\"Reprogramming New MINI Keys for R50, R52 and R53 models\", instructions and "
		 "comments of a forum's readers (A, B: its two procedures)" },
	{ "001", "\"How to Fix the Remote Central Locking on Your BMW Mini 2004-2006\", a workshop's "
		 "page, 2012, updated 2017" },
	{ "002", "\"FIX: Key fob won't lock/unlock\", a thread of an owners' forum" },
	{ "003", "A page on emergency (back-up) opening of Mini vehicles, model years 2002 to 2025" },
	{ "004", "\"MINI Digital Key Get Started Guide\", MINI USA, 2025-08-20" },
	{ "kbus.md", "Public facts about the first MINI and its K-bus, collected for this project" },
	{ "can.md", "Public facts about later MINIs, their manuals and buses, collected for this "
		    "project" },
};

const struct document *documents(size_t *n)
{
	*n = ARRAY_SIZE(all);

	return all;
}

bool document_cited(const struct document *d, const char *source)
{
	size_t len = strlen(d->id);

	for (const char *at = source; (at = strstr(at, d->id)); at += len)
		if ((at == source || !isalnum((unsigned char)at[-1])) &&
		    !isalnum((unsigned char)at[len]))
			return true;

	return false;
}
