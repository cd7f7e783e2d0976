/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "dbc/signal.h"

#define LOAD_BITS 64u
#define LOAD_LAST (DBC_DATA_MAX - 8)

int dbc_signal_place(struct dbc_signal *s)
{
	unsigned int byte = s->start / 8u, bit = s->start % 8u, skip, last, from;

	if (s->bits < 1 || s->bits > 64)
		return -EINVAL;

	/* The bits of its byte that come before the signal's first. */
	skip = s->motorola ? 7 - bit : bit;
	last = byte + (skip + s->bits - 1) / 8;
	if (last >= DBC_DATA_MAX)
		return -ERANGE;

	from = MIN(byte, LOAD_LAST);
	skip += 8 * (byte - from);
	s->first = (uint16_t)from;
	s->span = (uint16_t)(last - byte + 1);
	s->need = (uint16_t)(last + 1);
	s->mask = UINT64_MAX >> (64 - s->bits);
	if (!s->motorola)
		s->shift = (uint8_t)skip;
	else if (s->span <= 8)
		s->shift = (uint8_t)(LOAD_BITS - skip - s->bits);
	else
		s->shift = (uint8_t)(LOAD_BITS + 8 - skip - s->bits);

	return 0;
}

static bool whole(double v, int64_t *ret)
{
	if (!(v >= -0x1p63 && v < 0x1p63) || v != (double)(int64_t)v)
		return false;
	*ret = (int64_t)v;

	return true;
}

/* RAW is int64_t with SIGNED_RAW. Is RAW * factor + offset int64_t, or with U uint64_t? */
static bool fits(const struct dbc_signal *s, bool signed_raw, uint64_t raw, bool u)
{
	int64_t f = s->whole_factor, o = s->whole_offset, i;
	uint64_t p;

	/* The builtins compute as if with endless digits. */
	if (signed_raw ? !__builtin_mul_overflow((int64_t)raw, f, &i)
		       : !__builtin_mul_overflow(raw, f, &i))
		return u ? !__builtin_add_overflow(i, o, &p)
			 : !__builtin_add_overflow(i, o, &i);
	if (signed_raw ? !__builtin_mul_overflow((int64_t)raw, f, &p)
		       : !__builtin_mul_overflow(raw, f, &p))
		return u ? !__builtin_add_overflow(p, o, &p)
			 : !__builtin_add_overflow(p, o, &i);

	return false;
}

void dbc_signal_scale(struct dbc_signal *s)
{
	bool sign = s->kind == DBC_SIGNED;
	uint64_t top = sign ? s->mask >> 1 : s->mask;
	uint64_t low = sign ? ~top : 0;

	s->integral = false;
	if (s->kind == DBC_FLOAT || s->kind == DBC_DOUBLE ||
	    !whole(s->factor, &s->whole_factor) || !whole(s->offset, &s->whole_offset))
		return;
	if (fits(s, sign, low, false) && fits(s, sign, top, false)) {
		s->integral = true;
		s->integral_signed = true;
	} else if (fits(s, sign, low, true) && fits(s, sign, top, true)) {
		s->integral = true;
		s->integral_signed = false;
	}
}
