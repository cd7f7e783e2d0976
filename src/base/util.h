/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>
#include <stdlib.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

#define _cleanup_(f) __attribute__((cleanup(f)))
#define _must_check_ __attribute__((warn_unused_result))
#define _printf_(a, b) __attribute__((format(printf, a, b)))

/* The struct that embeds PTR as its member MEMBER. */
#define container_of(ptr, type, member) \
	((type *)(void *)((char *)(ptr) - offsetof(type, member)))

/* Declare FUNCp(), usable with _cleanup_, for a destructor FUNC that takes TYPE. */
#define DEFINE_CLEANUP(type, func)                                             \
	static inline void func##p(type *p)                                    \
	{                                                                      \
		func(*p);                                                      \
	}                                                                      \
	struct minikey_swallow_semicolon_

static inline void freep(void *p)
{
	free(*(void **)p);
}
