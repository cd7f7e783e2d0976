/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* What the sources of statements ("004 FAQ 6", "kbus.md 7.1") are. */
struct document {
	const char *id;		/* what a source begins with */
	const char *title;
};

/* All of them; *n documents. */
const struct document *documents(size_t *n);

/* Does SOURCE cite D? */
bool document_cited(const struct document *d, const char *source);
