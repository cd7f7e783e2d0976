/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/hex.h"
#include "proto/slcan.h"

#define CR '\r'
#define BEL '\a'
#define STAMP_DIGITS 4

static const struct {
	char letter;
	uint8_t flags;
} kinds[] = {
	{ 't', 0 },	   { 'T', FRAME_EXT },
	{ 'r', FRAME_RTR }, { 'R', FRAME_RTR | FRAME_EXT },
	{ 'd', FRAME_FD }, { 'D', FRAME_FD | FRAME_EXT },
	{ 'b', FRAME_FD | FRAME_BRS }, { 'B', FRAME_FD | FRAME_BRS | FRAME_EXT },
};

/* ISO 11898-1: what a DLC says in CAN FD. */
static const uint8_t dlc_len[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64 };

static size_t id_digits(uint8_t flags)
{
	return flags & FRAME_EXT ? 8 : 3;
}

/* N hex digits, at most 8. -1: others are among them. */
static int64_t number(const char *s, size_t n)
{
	int64_t v = 0;

	for (size_t i = 0; i < n; i++) {
		int d = hex_digit(s[i]);

		if (d < 0)
			return -1;
		v = v << 4 | d;
	}

	return v;
}

/* ---- reading ---- */

/* The DLC behind the id; -1. */
static int read_len(char c, uint8_t flags)
{
	int dlc = hex_digit(c);

	if (dlc < 0 || (!(flags & FRAME_FD) && dlc > FRAME_CLASSIC_MAX))
		return -1;

	return dlc_len[dlc];
}

static int read_stamp(const char *s, size_t n, int *ret)
{
	int64_t ms = n == STAMP_DIGITS ? number(s, n) : -1;

	if (n != 0 && ms < 0)
		return -EINVAL;
	/* Some counters run on to 65535: no time is better than a wrong one. */
	*ret = ms < SLCAN_STAMP_PERIOD ? (int)ms : -1;

	return 0;
}

static int read_frame(const char *line, size_t n, uint8_t flags, struct frame *ret, int *ret_stamp)
{
	size_t head = 1 + id_digits(flags) + 1, digits;
	struct frame f = { .flags = flags };
	int64_t id;
	int len, r;

	if (n < head)
		return -EINVAL;
	id = number(line + 1, head - 2);
	len = read_len(line[head - 1], flags);
	if (id < 0 || id > (flags & FRAME_EXT ? FRAME_EFF_MASK : FRAME_SFF_MASK) || len < 0)
		return -EINVAL;
	digits = flags & FRAME_RTR ? 0 : 2 * (size_t)len;
	if (n - head < digits)
		return -EINVAL;
	for (size_t i = 0; i < digits / 2; i++) {
		int64_t byte = number(line + head + 2 * i, 2);

		if (byte < 0)
			return -EINVAL;
		f.data[i] = (uint8_t)byte;
	}
	r = read_stamp(line + head + digits, n - head - digits, ret_stamp);
	if (r < 0)
		return r;
	f.id = (uint32_t)id;
	f.len = (uint8_t)len;
	*ret = f;

	return 0;
}

int slcan_parse(const char *line, size_t n, struct frame *ret, int *ret_stamp)
{
	for (size_t i = 0; n > 0 && i < ARRAY_SIZE(kinds); i++)
		if (kinds[i].letter == line[0])
			return read_frame(line, n, kinds[i].flags, ret, ret_stamp);

	return -EINVAL;
}

/*
 * What Linux's slcan reads besides frames: "sbrrrttt", the controller's state and counters,
 * and "e1a", errors of the bus (adapters.md 4). As error frames of linux/can/error.h.
 */
static const struct {
	const char *begin;
	size_t n;
	uint32_t class;
	uint8_t crtl;
} troubles[] = {
	{ "sw", 8, 0x004, 0x0c }, { "sp", 8, 0x004, 0x30 }, { "sb", 8, 0x040, 0 },
	{ "e1a", 3, 0x020, 0 },	  { "e1b", 3, 0x008, 0 },   { "e1B", 3, 0x008, 0 },
	{ "e1c", 3, 0x008, 0 },	  { "e1f", 3, 0x008, 0 },   { "e1s", 3, 0x008, 0 },
	{ "e1o", 3, 0x004, 0x01 }, { "e1O", 3, 0x004, 0x02 },
};

static bool read_trouble(const char *line, size_t n, struct frame *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(troubles); i++) {
		size_t begin = strlen(troubles[i].begin);

		if (n != troubles[i].n || memcmp(line, troubles[i].begin, begin) != 0)
			continue;
		*ret = (struct frame){
			.id = troubles[i].class,
			.flags = FRAME_ERR,
			.len = FRAME_CLASSIC_MAX,
			.data = { [1] = troubles[i].crtl },
		};
		return true;
	}

	return false;
}

/* Whether a frame with a time stamp, or without, is as those before it. */
static bool is_alike(struct slcan_reader *rd, bool stamped)
{
	if (rd->stamped >= 0 && rd->stamped != stamped && ++rd->otherwise < SLCAN_OTHERWISE)
		return false;
	rd->stamped = stamped;
	rd->otherwise = 0;

	return true;
}

static bool begins_frame(char c)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (kinds[i].letter == c)
			return true;

	return false;
}

/* Whether N characters are more than F has without a time stamp. */
static bool has_stamp(size_t n, const struct frame *f)
{
	return n > 1 + id_digits(f->flags) + 1 + (f->flags & FRAME_RTR ? 0 : 2u * f->len);
}

static enum slcan_kind read_line(struct slcan_reader *rd, const char *s, size_t n,
				 struct slcan_event *ret)
{
	int64_t flags = n == 3 && *s == 'F' ? number(s + 1, 2) : -1;

	if (slcan_parse(s, n, &ret->frame, &ret->stamp) == 0)
		return is_alike(rd, has_stamp(n, &ret->frame)) ? SLCAN_FRAME : SLCAN_DAMAGED;
	if (read_trouble(s, n, &ret->frame))
		return SLCAN_FRAME;
	if (flags >= 0) {
		ret->flags = (uint8_t)flags;
		return SLCAN_FLAGS;
	}
	if (n == 1 && (*s == 'z' || *s == 'Z'))
		return SLCAN_SENT;

	/* Half a line can be all digits. */
	return begins_frame(*s) || hex_digit(*s) >= 0 ? SLCAN_DAMAGED : SLCAN_TEXT;
}

void slcan_reader_init(struct slcan_reader *rd)
{
	*rd = (struct slcan_reader){ .stamped = -1 };
}

static int end_line(struct slcan_reader *rd, struct slcan_event *ret)
{
	size_t n = rd->n;

	ret->stamp = -1;
	memcpy(ret->text, rd->line, n);
	ret->text[n] = '\0';
	rd->n = 0;
	if (rd->too_long)
		ret->kind = SLCAN_DAMAGED;
	else
		ret->kind = n == 0 ? SLCAN_ACK : read_line(rd, ret->text, n, ret);
	rd->too_long = false;
	rd->damaged += ret->kind == SLCAN_DAMAGED;

	return 1;
}

int slcan_push(struct slcan_reader *rd, char c, struct slcan_event *ret)
{
	switch (c) {
	case '\0':
	case '\n':
		return 0;
	case CR:
		return end_line(rd, ret);
	case BEL:
		rd->damaged += rd->n > 0;
		rd->n = 0;
		rd->too_long = false;
		*ret = (struct slcan_event){ .kind = SLCAN_NACK, .stamp = -1 };
		return 1;
	default:
		if (rd->n < sizeof(rd->line))
			rd->line[rd->n++] = c;
		else
			rd->too_long = true;
		return 0;
	}
}

/* ---- writing ---- */

static int dlc_of(const struct frame *f)
{
	size_t max = f->flags & FRAME_FD ? ARRAY_SIZE(dlc_len) : FRAME_CLASSIC_MAX + 1;

	for (size_t dlc = 0; dlc < max; dlc++)
		if (dlc_len[dlc] == f->len)
			return (int)dlc;

	return -1;
}

int slcan_print(const struct frame *f, char buf[SLCAN_LINE_MAX])
{
	static const char digits[] = "0123456789ABCDEF";
	uint8_t flags = f->flags & (FRAME_EXT | FRAME_RTR | FRAME_FD | FRAME_BRS);
	int dlc = dlc_of(f);
	char *p = buf;

	if (f->flags & (FRAME_ERR | FRAME_LOST))
		return -EINVAL;
	if (dlc < 0)
		return -EMSGSIZE;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (kinds[i].flags == flags)
			*p++ = kinds[i].letter;
	if (p == buf)
		return -EINVAL;
	for (size_t i = id_digits(flags); i-- > 0;)
		*p++ = digits[f->id >> 4 * i & 15];
	*p++ = digits[dlc];
	if (!(flags & FRAME_RTR))
		p = hex_put(p, f->data, f->len);
	*p++ = CR;

	return (int)(p - buf);
}

int slcan_rate(uint32_t bitrate, bool canable)
{
	const uint32_t rates[] = {
		10000, 20000, 50000, 100000, 125000, 250000, 500000, canable ? 750000 : 800000, 1000000,
	};

	for (size_t i = 0; i < ARRAY_SIZE(rates); i++)
		if (rates[i] == bitrate)
			return (int)i;

	return -ERANGE;
}

int slcan_data_rate(uint32_t bitrate)
{
	if (bitrate == 2000000)
		return 2;

	return bitrate == 5000000 ? 5 : -ERANGE;
}
