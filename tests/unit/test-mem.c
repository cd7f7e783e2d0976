/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "link/mem.h"
#include "unit.h"

/* What a bus in memory promises beyond test-link.c's contract. */

struct pair {
	struct clock clk;
	struct link *a, *b;
};

static void open_pair(struct pair *p, nsec_t start)
{
	clock_init_virtual(&p->clk, start);
	assert_int_equal(link_mem_pair(&p->clk, &p->a, &p->b), 0);
}

static void close_pair(struct pair *p)
{
	link_close(p->a);
	link_close(p->b);
}

static void both_directions(void **state)
{
	struct frame f = {
		.t = 1, .id = 0x130, .flags = FRAME_TX, .len = 2, .data = { 1, 2 }
	};
	struct frame g[2];
	struct pair p;
	(void)state;

	open_pair(&p, 1000);
	p.b->name = "kbus";
	assert_true(p.a->is_virtual && p.b->is_virtual);

	assert_int_equal(link_send(p.a, &f), 0);
	clock_advance(&p.clk, 5000);
	f.id = 0x131;
	assert_int_equal(link_send(p.b, &f), 0);

	assert_int_equal(link_recv(p.b, g, 2, 6000), 1);
	assert_int_equal(g[0].id, 0x130);
	assert_int_equal(g[0].t, 1000);
	assert_int_equal(g[0].flags, 0);
	assert_string_equal(g[0].bus, "kbus");
	assert_int_equal(g[0].len, 2);
	assert_memory_equal(g[0].data, f.data, sizeof(f.data));
	assert_int_equal(clock_now(&p.clk), 5000);

	assert_int_equal(link_recv(p.a, g, 2, 6000), 1);
	assert_int_equal(g[0].id, 0x131);
	assert_int_equal(g[0].t, 5000);
	assert_string_equal(g[0].bus, "mem");
	close_pair(&p);
}

static void exact_kbus_bytes(void **state)
{
	struct frame f = { .id = 0x1bd08054, .flags = FRAME_EXT, .len = 13 }, g;
	struct pair p;
	(void)state;

	memset(f.data, 0xa5, 13);
	open_pair(&p, 0);
	assert_int_equal(link_send(p.a, &f), 0);
	assert_int_equal(link_recv(p.b, &g, 1, 0), 1);
	assert_int_equal(g.len, 13);
	assert_int_equal(g.flags, FRAME_EXT);
	assert_memory_equal(g.data, f.data, 64);

	f.len = 65;
	assert_int_equal(link_send(p.a, &f), -EMSGSIZE);
	close_pair(&p);
}

static void time_passes(void **state)
{
	struct frame g;
	struct pair p;
	(void)state;

	open_pair(&p, 1000);
	assert_int_equal(link_recv(p.a, &g, 1, 3000), 0);
	assert_int_equal(clock_now(&p.clk), 3000);
	assert_int_equal(link_recv(p.a, &g, 1, 2000), 0);
	assert_int_equal(clock_now(&p.clk), 3000);
	assert_int_equal(link_recv(p.a, &g, 1, NSEC_NEVER), -ENODATA);
	assert_int_equal(clock_now(&p.clk), 3000);
	close_pair(&p);
}

static void full(void **state)
{
	struct frame f = { 0 }, g[64];
	struct pair p;
	uint32_t next = 0;
	(void)state;

	open_pair(&p, 0);
	/* Twice, so that the ring goes round. */
	for (int round = 0; round < 2; round++) {
		for (uint32_t i = 0; i < LINK_MEM_MAX; i++) {
			f.id = next + i;
			assert_int_equal(link_send(p.a, &f), 0);
		}
		f.id = 99999;
		assert_int_equal(link_send(p.a, &f), -ENOBUFS);
		assert_int_equal(link_recv(p.b, g, 1, 0), 1);
		assert_int_equal(g[0].id, next++);
		f.id = next + LINK_MEM_MAX - 1;
		assert_int_equal(link_send(p.a, &f), 0);
		for (uint32_t i = 0; i < LINK_MEM_MAX; i += 64) {
			assert_int_equal(link_recv(p.b, g, 64, 0), 64);
			for (size_t k = 0; k < 64; k++)
				assert_int_equal(g[k].id, next++);
		}
	}
	close_pair(&p);
}

static void events_pass_filters(void **state)
{
	const struct link_filter none = { .want = 0x7ff, .mask = 0x7ff };
	struct frame lost = { .id = 5, .flags = FRAME_LOST }, g[2];
	struct frame error = { .id = 0x40, .flags = FRAME_ERR };
	struct pair p;
	(void)state;

	open_pair(&p, 0);
	assert_int_equal(link_filter(p.b, &none, 1), 0);
	assert_int_equal(link_send(p.a, &lost), 0);
	assert_int_equal(link_send(p.a, &error), 0);
	assert_int_equal(link_recv(p.b, g, 2, 0), 2);
	assert_int_equal(g[0].flags, FRAME_LOST);
	assert_int_equal(g[0].id, 5);
	assert_int_equal(g[1].flags, FRAME_ERR);
	close_pair(&p);
}

static void other_end_closed(void **state)
{
	struct frame f = { .id = 1 }, g;
	struct pair p;
	(void)state;

	open_pair(&p, 0);
	assert_int_equal(link_send(p.a, &f), 0);
	link_close(p.a);
	assert_int_equal(link_send(p.b, &f), -ENETDOWN);
	assert_int_equal(link_recv(p.b, &g, 1, 100), 1);
	assert_int_equal(link_recv(p.b, &g, 1, 100), -ENETDOWN);
	assert_int_equal(clock_now(&p.clk), 0);
	link_close(p.b);

	open_pair(&p, 0);
	link_close(p.b);
	link_close(p.a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_directions),     cmocka_unit_test(exact_kbus_bytes),
		cmocka_unit_test(time_passes),	       cmocka_unit_test(full),
		cmocka_unit_test(events_pass_filters), cmocka_unit_test(other_end_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
