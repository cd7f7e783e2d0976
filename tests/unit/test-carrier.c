/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "link/mem.h"
#include "proto/kbus-carrier.h"
#include "proto/kbus.h"
#include "unit.h"

/* A carrier over one end of a bus in memory; the other end sees what a CAN would. */
struct pair {
	struct clock clk;
	struct link *carrier, *raw;
};

static void pair_open(struct pair *p)
{
	struct link *inner;

	clock_init_virtual(&p->clk, 0);
	assert_int_equal(link_mem_pair(&p->clk, &inner, &p->raw), 0);
	assert_int_equal(kbus_carrier_open(inner, &p->carrier), 0);
	assert_ptr_equal(kbus_carrier_inner(p->carrier), inner);
	assert_ptr_equal(p->carrier->clk, &p->clk);
	assert_string_equal(p->carrier->name, "mem");
	assert_true(p->carrier->is_virtual);
}

static void pair_close(struct pair *p)
{
	link_close(p->carrier);
	link_close(p->raw);
}

/* 00 LEN BF 7A ..., with N data bytes that end in what could be taken for fill. */
static struct frame kbus_frame(size_t n, uint8_t last)
{
	struct frame f = { .id = 0x1b00bf7a, .flags = FRAME_EXT, .len = (uint8_t)n };

	for (size_t i = 0; i < n; i++)
		f.data[i] = (uint8_t)(0xa0 + i);
	if (n > 0)
		f.data[n - 1] = last;

	return f;
}

static struct frame receive(struct link *l)
{
	struct frame f;

	assert_int_equal(link_recv(l, &f, 1, 0), 1);

	return f;
}

/* ISO 11898-1 lengths; at least one fill byte from 9 on, DESIGN 1.1. */
static size_t carried(size_t n)
{
	static const size_t legal[] = { 12, 16, 20, 24, 32, 48, 64 };
	size_t i = 0;

	if (n <= 8)
		return n;
	while (legal[i] < n + 1)
		i++;

	return legal[i];
}

static void all_lengths(void **state)
{
	static const uint8_t lasts[] = { 0, 1, 2, 3, 0x55, 0xff };
	struct pair p;
	(void)state;

	pair_open(&p);
	for (size_t n = 0; n <= 63; n++)
		for (size_t k = 0; k < ARRAY_SIZE(lasts); k++) {
			struct frame f = kbus_frame(n, lasts[k]), got;
			size_t len = carried(n);

			assert_int_equal(link_send(p.carrier, &f), 0);
			got = receive(p.raw);
			assert_int_equal(got.id, 0x1b00bf7a);
			assert_int_equal(got.len, len);
			assert_int_equal(got.flags,
					 n > 8 ? FRAME_EXT | FRAME_FD : FRAME_EXT);
			assert_memory_equal(got.data, f.data, n);
			for (size_t i = n; i + 1 < len; i++)
				assert_int_equal(got.data[i], 0);
			if (n > 8)
				assert_int_equal(got.data[len - 1], len - n);

			/* And back: the exact bytes. */
			assert_int_equal(link_send(p.raw, &got), 0);
			got = receive(p.carrier);
			assert_int_equal(got.id, 0x1b00bf7a);
			assert_int_equal(got.len, n);
			assert_int_equal(got.flags, FRAME_EXT);
			assert_memory_equal(got.data, f.data, n);
		}
	pair_close(&p);
}

static void literal_frames(void **state)
{
	static const struct {
		size_t n, len;
		uint8_t fill;
	} t[] = {
		{ 9, 12, 3 },  { 11, 12, 1 },  { 12, 16, 4 }, { 15, 16, 1 },
		{ 16, 20, 4 }, { 20, 24, 4 },  { 23, 24, 1 }, { 24, 32, 8 },
		{ 31, 32, 1 }, { 32, 48, 16 }, { 47, 48, 1 }, { 48, 64, 16 },
		{ 63, 64, 1 },
	};
	struct pair p;
	(void)state;

	pair_open(&p);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct frame f = kbus_frame(t[i].n, 0), got;

		assert_int_equal(link_send(p.carrier, &f), 0);
		got = receive(p.raw);
		assert_int_equal(got.len, t[i].len);
		assert_int_equal(got.data[t[i].len - 1], t[i].fill);
	}
	pair_close(&p);
}

static void too_long(void **state)
{
	struct frame f = kbus_frame(64, 1), got;
	struct pair p;
	(void)state;

	pair_open(&p);
	assert_int_equal(link_send(p.carrier, &f), -EMSGSIZE);
	assert_int_equal(link_recv(p.raw, &got, 1, 0), 0);
	pair_close(&p);
}

/* Frames whose fill is not well-formed come as they are; so does what is no K-bus. */
static void untouched(void **state)
{
	static const struct {
		uint32_t id;
		unsigned int flags, len;
		uint8_t last;
	} t[] = {
		{ 0x1b00bf7a, FRAME_EXT | FRAME_FD, 12, 0 },
		{ 0x1b00bf7a, FRAME_EXT | FRAME_FD, 12, 4 }, /* would leave 8 */
		{ 0x1b00bf7a, FRAME_EXT | FRAME_FD, 12, 2 }, /* data where the fill is */
		{ 0x1b00bf7a, FRAME_EXT | FRAME_FD, 12, 12 },
		{ 0x1b00bf7a, FRAME_EXT | FRAME_FD, 12, 0xff },
		{ 0x1b00bf7a, FRAME_EXT | FRAME_FD, 64,
		  20 }, /* 48 would have been enough */
		{ 0x1a00bf7a, FRAME_EXT | FRAME_FD, 12, 1 },
		{ 0x0000007a, FRAME_FD, 12, 1 },
		{ 0x00000040, FRAME_ERR, 8, 1 },
		{ 0x00000005, FRAME_LOST, 0, 0 },
	};
	struct pair p;
	(void)state;

	pair_open(&p);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct frame f = kbus_frame(t[i].len, t[i].last), got;

		f.id = t[i].id;
		f.flags = (uint8_t)t[i].flags;
		assert_int_equal(link_send(p.raw, &f), 0);
		got = receive(p.carrier);
		assert_int_equal(got.id, t[i].id);
		assert_int_equal(got.flags, t[i].flags);
		assert_int_equal(got.len, t[i].len);
		assert_memory_equal(got.data, f.data, t[i].len);
	}
	for (size_t i = 6; i < 8; i++) {
		struct frame f = kbus_frame(t[i].len, t[i].last), got;

		f.id = t[i].id;
		f.flags = (uint8_t)t[i].flags;
		assert_int_equal(link_send(p.carrier, &f), 0);
		got = receive(p.raw);
		assert_int_equal(got.len, t[i].len);
		assert_memory_equal(got.data, f.data, t[i].len);
	}
	pair_close(&p);
}

/* Many at once, filters, deadlines and the end are the inner link's business. */
static void passes_on(void **state)
{
	static const struct link_filter only_72 = { 0x1b00bf72, 0x1fffffff, true };
	struct frame f = kbus_frame(20, 7), got[8];
	struct pair p;
	(void)state;

	pair_open(&p);
	for (int i = 0; i < 5; i++)
		assert_int_equal(link_send(p.raw, &f), 0);
	assert_int_equal(link_recv(p.carrier, got, 8, 0), 5);
	assert_int_equal(link_recv(p.carrier, got, 8, 3000), 0);
	assert_int_equal(clock_now(&p.clk), 3000);
	assert_int_equal(link_filter(p.carrier, &only_72, 1), 0);
	assert_int_equal(link_send(p.raw, &f), 0);
	f.id = 0x1b00bf72;
	assert_int_equal(link_send(p.raw, &f), 0);
	assert_int_equal(link_recv(p.carrier, got, 8, 0), 1);
	assert_int_equal(got[0].id, 0x1b00bf72);
	link_close(p.raw);
	assert_int_equal(link_recv(p.carrier, got, 8, NSEC_NEVER), -ENETDOWN);
	link_close(p.carrier);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_lengths), cmocka_unit_test(literal_frames),
		cmocka_unit_test(too_long),    cmocka_unit_test(untouched),
		cmocka_unit_test(passes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
