/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "dbc/hash.h"

#define HASH_SLOTS_MIN 64

uint64_t hash_seed(void)
{
	uint64_t seed;

	/* A machine just started has no randomness yet: the stack's place must do. */
	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != (ssize_t)sizeof(seed))
		seed = (uintptr_t)&seed;

	return seed;
}

uint32_t hash_text(uint64_t seed, const char *p, size_t len)
{
	uint64_t h = seed ^ len;

	for (; len >= 8; p += 8, len -= 8) {
		uint64_t w;

		memcpy(&w, p, 8);
		h = (h ^ w) * 0x9e3779b97f4a7c15u;
		h ^= h >> 29;
	}
	for (; len; p++, len--)
		h = (h ^ (uint8_t)*p) * 0x100000001b3u;
	h ^= h >> 32;
	h *= 0xd6e8feb86659fd93u;

	return (uint32_t)(h >> 32);
}

static void put(struct hash *h, uint32_t key, uint32_t value)
{
	size_t i = hash_place(h, key);

	while (h->slots[i].value)
		i = (i + 1) & h->mask;
	h->slots[i] = (struct hash_slot){ key, value };
}

static int widen(struct hash *h)
{
	struct hash wide = { .seed = h->seed, .n = h->n };
	size_t slots = h->slots ? (h->mask + 1) * 2 : HASH_SLOTS_MIN;

	wide.slots = calloc(slots, sizeof(*wide.slots));
	if (!wide.slots)
		return -ENOMEM;
	wide.mask = slots - 1;
	for (size_t i = 0; h->slots && i <= h->mask; i++)
		if (h->slots[i].value)
			put(&wide, h->slots[i].key, h->slots[i].value);
	free(h->slots);
	*h = wide;

	return 0;
}

int hash_add(struct hash *h, uint32_t key, size_t value)
{
	int r;

	if (value >= INT32_MAX)
		return -ENOMEM;
	if (!h->slots || h->n * 2 > h->mask) {
		r = widen(h);
		if (r < 0)
			return r;
	}
	put(h, key, (uint32_t)value + 1);
	h->n++;

	return 0;
}

void hash_free(struct hash *h)
{
	free(h->slots);
	h->slots = NULL;
}
