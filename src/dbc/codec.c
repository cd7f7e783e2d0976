/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <endian.h>
#include <errno.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/num.h"
#include "dbc/codec.h"

static uint64_t sign_extend(const struct dbc_signal *s, uint64_t raw)
{
	uint64_t sign = (s->mask >> 1) + 1;

	return s->kind == DBC_SIGNED ? (raw ^ sign) - sign : raw;
}

static uint64_t load(const struct dbc_signal *s, const uint8_t *data)
{
	const uint8_t *p = data + s->first;
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	if (s->motorola) {
		v = be64toh(v);
		v = s->span <= 8 ? v >> s->shift : v << (8 - s->shift) | p[8] >> s->shift;
	} else {
		v = le64toh(v) >> s->shift;
		if (s->span > 8)
			v |= (uint64_t)p[8] << (64 - s->shift);
	}

	return v & s->mask;
}

static void store(const struct dbc_signal *s, uint8_t *data, uint64_t raw)
{
	uint8_t *p = data + s->first;
	bool nine = s->span > 8;
	uint64_t v, mask, bits;

	memcpy(&v, p, sizeof(v));
	if (s->motorola) {
		mask = nine ? s->mask >> (8 - s->shift) : s->mask << s->shift;
		bits = nine ? raw >> (8 - s->shift) : raw << s->shift;
		v = htobe64((be64toh(v) & ~mask) | bits);
		if (nine)
			p[8] = (uint8_t)((p[8] & ~(0xffu << s->shift)) | raw << s->shift);
	} else {
		mask = s->mask << s->shift;
		v = htole64((le64toh(v) & ~mask) | raw << s->shift);
		if (nine) {
			mask = s->mask >> (64 - s->shift);
			p[8] = (uint8_t)((p[8] & ~mask) | raw >> (64 - s->shift));
		}
	}
	memcpy(p, &v, sizeof(v));
}

static bool names(const struct dbc_signal *s, uint64_t v)
{
	const struct dbc_range *r = s->ranges;
	size_t low = 0, high = s->n_ranges;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (v < r[middle].low)
			high = middle;
		else
			low = middle;
	}

	return v >= r[low].low && v <= r[low].high;
}

/* Do the selectors above S, of which there is one at least, name it? */
static bool is_selected(const struct dbc_signal *s, const uint8_t *data, size_t len)
{
	do {
		const struct dbc_signal *by = s->selector;

		if (len < by->need || !names(s, load(by, data)))
			return false;
		s = by;
	} while (s->mux == DBC_MUX_MEMBER);

	return true;
}

bool dbc_get_raw(const struct dbc_signal *s, const uint8_t *data, size_t len,
		 uint64_t *ret_raw)
{
	if (len < s->need)
		return false;
	if (s->mux == DBC_MUX_MEMBER && !is_selected(s, data, len))
		return false;
	*ret_raw = sign_extend(s, load(s, data));

	return true;
}

/* The number that the bits are, before factor and offset. */
static double raw_double(const struct dbc_signal *s, uint64_t raw)
{
	uint32_t low = (uint32_t)raw;
	double d;
	float f;

	switch (s->kind) {
	case DBC_UNSIGNED:
		return (double)raw;
	case DBC_SIGNED:
		return (double)(int64_t)raw;
	case DBC_FLOAT:
		memcpy(&f, &low, sizeof(f));
		return (double)f;
	case DBC_DOUBLE:
		memcpy(&d, &raw, sizeof(d));
		return d;
	}

	return 0;
}

double dbc_physical(const struct dbc_signal *s, uint64_t raw)
{
	/* Two roundings, as other readers have them: built with -ffp-contract=off. */
	double product = raw_double(s, raw) * s->factor;

	return product + s->offset;
}

size_t dbc_physical_text(const struct dbc_signal *s, uint64_t raw, char *buf, size_t size)
{
	char digits[20], *end = digits + sizeof(digits), *p = end;
	uint64_t v;
	size_t n = 0;

	if (!s->integral)
		return num_put_double(buf, size, dbc_physical(s, raw));

	/* No value leaves 64 bits, so what overflows on the way comes back. */
	v = raw * (uint64_t)s->whole_factor + (uint64_t)s->whole_offset;
	if (s->integral_signed && (int64_t)v < 0) {
		buf[n++] = '-';
		v = 0 - v;
	}
	do {
		*--p = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	memcpy(buf + n, p, (size_t)(end - p));
	n += (size_t)(end - p);
	buf[n] = '\0';

	return n;
}

const char *dbc_word(const struct dbc_signal *s, uint64_t raw)
{
	size_t low = 0, high = s->n_values;
	int64_t want = (int64_t)raw;

	if (high && (s->kind == DBC_FLOAT || s->kind == DBC_DOUBLE)) {
		double d = raw_double(s, raw);

		if (!(d >= -0x1p63 && d < 0x1p63) || d != (double)(int64_t)d)
			return NULL;
		want = (int64_t)d;
	}
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->values[middle].raw == want)
			return s->values[middle].text;
		if (s->values[middle].raw < want)
			low = middle + 1;
		else
			high = middle;
	}

	return NULL;
}

int dbc_put_raw(const struct dbc_signal *s, uint64_t raw, uint8_t *data)
{
	if (sign_extend(s, raw & s->mask) != raw)
		return -ERANGE;
	store(s, data, raw & s->mask);

	return 0;
}

int dbc_select(const struct dbc_signal *s, uint8_t *data)
{
	for (; s->mux == DBC_MUX_MEMBER; s = s->selector) {
		if (names(s, load(s->selector, data)))
			continue;
		if (s->mux_value > s->selector->mask)
			return -ERANGE;
		store(s->selector, data, s->mux_value);
	}

	return 0;
}

/* V as the bits of a float or double signal. */
static int put_float(const struct dbc_signal *s, double v, uint8_t *data)
{
	float f = (float)v;
	uint64_t raw = 0;
	uint32_t low;

	if (s->kind == DBC_FLOAT) {
		if (isinf(f) && !isinf(v))
			return -ERANGE;
		memcpy(&low, &f, sizeof(low));
		raw = low;
	} else {
		memcpy(&raw, &v, sizeof(raw));
	}

	return dbc_put_raw(s, raw, data);
}

static const struct dbc_value *find_text(const struct dbc_signal *s, const char *text)
{
	for (size_t i = 0; i < s->n_values; i++)
		if (!strcmp(s->values[i].text, text))
			return &s->values[i];
	for (size_t i = 0; i < s->n_values; i++)
		if (!strcasecmp(s->values[i].text, text))
			return &s->values[i];

	return NULL;
}

/* A number as a person wrote it. */
struct number {
	double v;
	bool whole;		/* then it is exactly this: */
	bool negative;
	uint64_t magnitude;
};

static int parse_number(const struct dbc_signal *s, const char *text, struct number *ret)
{
	struct number n = { .negative = *text == '-' };
	const char *digits = text + (*text == '-' || *text == '+');
	int r;

	if (num_parse_uint(digits, UINT64_MAX, &n.magnitude) == 0) {
		n.whole = true;
		n.v = n.negative ? -(double)n.magnitude : (double)n.magnitude;
	} else if ((s->kind == DBC_FLOAT || s->kind == DBC_DOUBLE) &&
		   !strcmp(text, "nan")) {
		n.v = (double)NAN;
	} else if ((s->kind == DBC_FLOAT || s->kind == DBC_DOUBLE) &&
		   !strcmp(digits, "inf")) {
		n.v = n.negative ? -(double)INFINITY : (double)INFINITY;
	} else {
		r = num_parse_double(text, &n.v);
		if (r < 0)
			return r;
	}
	*ret = n;

	return 0;
}

static uint64_t magnitude(int64_t v)
{
	return v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
}

/*
 * (N - offset) / factor for whole numbers: exact, or the nearest, halves away from 0.
 * As every value of S fits 64 bits, so does its distance from the offset: what does not
 * is -ERANGE.
 */
static int whole_raw(const struct dbc_signal *s, const struct number *n,
		     uint64_t *ret_raw)
{
	uint64_t f = magnitude(s->whole_factor), above, q;
	bool negative = s->whole_factor < 0;
	int64_t v = (int64_t)(0 - n->magnitude), d;

	if (n->negative && n->magnitude > (uint64_t)INT64_MAX + 1)
		return -ERANGE;
	if (n->negative ? !__builtin_sub_overflow(v, s->whole_offset, &d)
			: !__builtin_sub_overflow(n->magnitude, s->whole_offset, &d)) {
		above = magnitude(d);
		negative ^= d < 0;
	} else if (n->negative ||
		   __builtin_sub_overflow(n->magnitude, s->whole_offset, &above)) {
		return -ERANGE;
	}

	q = above / f + (above % f >= f - above % f);
	if (q == 0)
		negative = false;
	if (s->kind == DBC_UNSIGNED ? negative : q > (uint64_t)INT64_MAX + negative)
		return -ERANGE;
	*ret_raw = negative ? 0 - q : q;

	return 0;
}

/* The whole number nearest to V, halves away from 0, as bits of S. -ERANGE. */
static int nearest_raw(const struct dbc_signal *s, double v, uint64_t *ret_raw)
{
	int64_t i;
	double rest;

	if (s->kind == DBC_UNSIGNED && v >= 0x1p63 && v < 0x1p64) {
		*ret_raw = (uint64_t)v;
		return 0;
	}
	if (!(v >= -0x1p63 && v < 0x1p63))
		return -ERANGE;
	i = (int64_t)v;
	rest = v - (double)i;
	i += (rest >= 0.5) - (rest <= -0.5);
	if (s->kind == DBC_UNSIGNED && i < 0)
		return -ERANGE;
	*ret_raw = (uint64_t)i;

	return 0;
}

int dbc_put_text(const struct dbc_signal *s, const char *text, uint8_t *data)
{
	bool real = s->kind == DBC_FLOAT || s->kind == DBC_DOUBLE;
	const struct dbc_value *word = find_text(s, text);
	struct number n;
	uint64_t raw;
	int r;

	if (word && real)
		return put_float(s, (double)word->raw, data);
	if (word)
		return dbc_put_raw(s, (uint64_t)word->raw, data);

	r = parse_number(s, text, &n);
	if (r < 0)
		return r;
	if (s->min < s->max && (n.v < s->min || n.v > s->max))
		return -ERANGE;
	if (real)
		return put_float(s, (n.v - s->offset) / s->factor, data);
	r = n.whole && s->integral ? whole_raw(s, &n, &raw)
				   : nearest_raw(s, (n.v - s->offset) / s->factor, &raw);

	return r < 0 ? r : dbc_put_raw(s, raw, data);
}
