/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "dbc/arena.h"

#define CHUNK_SIZE ((size_t)64 * 1024)

struct arena_chunk {
	struct arena_chunk *next;
	_Alignas(max_align_t) char data[];
};

static struct arena_chunk *chunk_new(struct arena *a, size_t size)
{
	struct arena_chunk *c;

	if (size > SIZE_MAX / 2)
		return NULL;
	c = malloc(sizeof(*c) + size);
	if (!c)
		return NULL;
	c->next = a->chunks;
	a->chunks = c;

	return c;
}

char *arena_chars(struct arena *a, size_t size)
{
	struct arena_chunk *c;
	char *p = a->p;

	if (size > a->left) {
		/* A big piece has its own chunk; the rest of the last one stays in use. */
		bool own = size > CHUNK_SIZE / 4;

		c = chunk_new(a, own ? size : CHUNK_SIZE);
		if (!c || own)
			return c ? c->data : NULL;
		p = c->data;
		a->left = CHUNK_SIZE;
	}
	a->p = p + size;
	a->left -= size;

	return p;
}

void *arena_alloc(struct arena *a, size_t size)
{
	const size_t align = _Alignof(max_align_t);
	size_t odd = (uintptr_t)a->p % align;

	if (odd) {
		size_t pad = MIN(align - odd, a->left);

		a->p += pad;
		a->left -= pad;
	}

	return arena_chars(a, size);
}

char *arena_copy(struct arena *a, const char *p, size_t len)
{
	char *s = arena_chars(a, len + 1);

	if (!s)
		return NULL;
	memcpy(s, p, len);
	s[len] = '\0';

	return s;
}

void arena_free(struct arena *a)
{
	while (a->chunks) {
		struct arena_chunk *next = a->chunks->next;

		free(a->chunks);
		a->chunks = next;
	}
	*a = (struct arena){ 0 };
}

void *array_grow(void *v, size_t n, size_t *cap, size_t size)
{
	size_t more = *cap ? *cap * 2 : 16;
	void *moved;

	if (n < *cap)
		return v;
	moved = reallocarray(v, more, size);
	if (moved)
		*cap = more;

	return moved;
}
