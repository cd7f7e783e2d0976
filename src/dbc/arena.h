/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>

#include "base/util.h"

/* Memory that is given back all at once. Zeroed is a valid, empty arena. */
struct arena {
	struct arena_chunk *chunks;
	char *p;		/* what is left of the newest chunk */
	size_t left;
};

/*
 * SIZE bytes, 1 and more, aligned for any type (arena_alloc) or not at all (arena_chars).
 * NULL: no memory.
 */
void *arena_alloc(struct arena *a, size_t size);
char *arena_chars(struct arena *a, size_t size);

/* A NUL-terminated copy of the LEN bytes at P; NULL: no memory. */
char *arena_copy(struct arena *a, const char *p, size_t len);

void arena_free(struct arena *a);

/*
 * Room for one more than N elements of SIZE bytes in the malloc()ed array V of *CAP
 * elements. Returns the array, which may have moved, or NULL: no memory, V untouched.
 */
_must_check_ void *array_grow(void *v, size_t n, size_t *cap, size_t size);
