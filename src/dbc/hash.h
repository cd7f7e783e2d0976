/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/util.h"

/*
 * From a 32-bit key to one or more numbers: open addressing, linear probing. The key is
 * an identifier, or hash_text() of a name, whose owner then compares the names. SEED is
 * random, so that a hostile file cannot choose names or ids that collide.
 * Zeroed with a seed is a valid, empty hash.
 */
struct hash {
	struct hash_slot *slots;
	size_t mask;		/* slots - 1 */
	size_t n;
	uint64_t seed;
};

struct hash_slot {
	uint32_t key;
	uint32_t value;		/* + 1; 0: free */
};

/* A search: start with hash_start(), then hash_next() until it is false. */
struct hash_search {
	const struct hash *hash;
	size_t i;
	uint32_t key;
};

uint64_t hash_seed(void);
uint32_t hash_text(uint64_t seed, const char *p, size_t len);

/* -ENOMEM; also with 2^31 values or more. */
_must_check_ int hash_add(struct hash *h, uint32_t key, size_t value);
void hash_free(struct hash *h);

static inline size_t hash_place(const struct hash *h, uint32_t key)
{
	uint64_t k = (key + h->seed) * 0x9e3779b97f4a7c15u;

	k ^= k >> 32;
	k *= h->seed | 1;

	return (size_t)(k >> 32) & h->mask;
}

static inline struct hash_search hash_start(const struct hash *h, uint32_t key)
{
	return (struct hash_search){ h, h->slots ? hash_place(h, key) : 0, key };
}

static inline bool hash_next(struct hash_search *s, size_t *ret_value)
{
	const struct hash *h = s->hash;

	if (!h->slots)
		return false;
	while (h->slots[s->i].value) {
		const struct hash_slot *slot = &h->slots[s->i];

		s->i = (s->i + 1) & h->mask;
		if (slot->key == s->key) {
			*ret_value = slot->value - 1;
			return true;
		}
	}

	return false;
}
