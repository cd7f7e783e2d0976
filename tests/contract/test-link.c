/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "link/mem.h"
#include "link/socketcan.h"
#include "link/socketcand-server.h"
#include "link/socketcand.h"
#include "proto/slcan-link.h"
#include "stick-wire.h"
#include "unit.h"

/*
 * What every frame link that can send promises, on each of them: in memory, on both ends of a
 * socketcand, through a CAN stick, and on the SocketCAN interface (vcan, CAN FD) that is the
 * argument.
 */

#define MAX_TESTS 60

/* What a kind does not do; the rest of the contract it keeps. */
enum { NO_FILTER = 1 << 0, NO_ERROR_FRAMES = 1 << 1, FAR = 1 << 2, NO_ESI = 1 << 3 };

/* A link that is opened twice: what A sends, B receives. */
struct kind {
	const char *name;
	int (*open)(const struct kind *kind, struct clock *clk, struct link **a,
		    struct link **b);
	unsigned int lacks;
};

struct pair {
	const struct kind *kind;
	struct clock clk;
	struct link *a, *b;
};

static int open_mem(const struct kind *kind, struct clock *clk, struct link **a,
		    struct link **b)
{
	(void)kind;
	clock_init_virtual(clk, 1436509052 * NSEC_PER_SEC);

	return link_mem_pair(clk, a, b);
}

static int open_socketcan(const struct kind *kind, struct clock *clk, struct link **a,
			  struct link **b)
{
	int r;

	clock_init_real(clk);
	r = link_socketcan_open(kind->name, clk, a);

	return r < 0 ? r : link_socketcan_open(kind->name, clk, b);
}

/* A server answers only while it is received from. */
struct serving {
	struct link *server;
	bool ends;
	pthread_mutex_t lock;
};

static bool serves(struct serving *s)
{
	bool ends;

	pthread_mutex_lock(&s->lock);
	ends = s->ends;
	pthread_mutex_unlock(&s->lock);

	return !ends;
}

static void *serve(void *arg)
{
	struct serving *s = arg;
	struct frame f;

	while (serves(s))
		if (link_recv(s->server, &f, 1, clock_now(s->server->clk) + NSEC_PER_MSEC) != 0)
			break;

	return NULL;
}

static int connect_to(struct link *server, struct clock *clk, struct link **ret)
{
	struct serving s = { .server = server, .lock = PTHREAD_MUTEX_INITIALIZER };
	struct frame f;
	pthread_t thread;
	int r;

	if (pthread_create(&thread, NULL, serve, &s) != 0)
		return -EAGAIN;
	r = link_socketcand_client(server->name, clk, ret);
	pthread_mutex_lock(&s.lock);
	s.ends = true;
	pthread_mutex_unlock(&s.lock);
	pthread_join(thread, NULL);
	/* What ends the greeting is there: no frame is held back any more. */
	if (r == 0 && link_recv(server, &f, 1, clock_now(clk)) != 0)
		r = -EPROTO;

	return r;
}

static int open_server(const struct kind *kind, struct clock *clk, struct link **a, struct link **b)
{
	int r;

	(void)kind;
	clock_init_real(clk);
	r = link_socketcand_server(":0/vcan7", clk, a);

	return r < 0 ? r : connect_to(*a, clk, b);
}

static int open_client(const struct kind *kind, struct clock *clk, struct link **a, struct link **b)
{
	return open_server(kind, clk, b, a);
}

/* What is sent to a stick that can CAN FD comes out on its bus. */
static int open_slcan(const struct kind *kind, struct clock *clk, struct link **a, struct link **b)
{
	const struct slcan_options o = { .bitrate = 500000, .data_bitrate = 2000000 };
	static struct stick_wire wire;

	(void)kind;
	clock_init_virtual(clk, 1436509052 * NSEC_PER_SEC);
	stick_wire_init(&wire, STICK_CANABLE, clk);
	*b = &wire.bus;

	return slcan_link_open(&wire.port, &o, a);
}

static int setup(void **state)
{
	struct pair *p = calloc(1, sizeof(*p));

	if (!p)
		return -1;
	p->kind = *state;
	*state = p;

	return p->kind->open(p->kind, &p->clk, &p->a, &p->b);
}

static int teardown(void **state)
{
	struct pair *p = *state;

	link_close(p->a);
	link_close(p->b);
	free(p);

	return 0;
}

/* Half a second from now: for what must come. */
static nsec_t soon(struct pair *p)
{
	return clock_now(&p->clk) + NSEC_PER_SEC / 2;
}

static void send(struct pair *p, const struct frame *f)
{
	assert_int_equal(link_send(p->a, f), 0);
}

/* What A sends must come to B as it is. */
static void pass(struct pair *p, const struct frame *f)
{
	struct frame g[2];

	send(p, f);
	assert_int_equal(link_recv(p->b, g, 2, soon(p)), 1);
	assert_int_equal(g[0].id, f->id);
	assert_int_equal(g[0].flags, f->flags & ~(p->kind->lacks & NO_ESI ? FRAME_ESI : 0));
	assert_int_equal(g[0].len, f->len);
	assert_memory_equal(g[0].data, f->data, f->len);
	assert_string_equal(g[0].bus, p->b->name);
}

static struct frame frame(uint32_t id, unsigned int flags, uint8_t len)
{
	struct frame f = { .id = id, .flags = (uint8_t)flags, .len = len };

	for (uint8_t i = 0; i < len; i++)
		f.data[i] = (uint8_t)(0xa0 + i);

	return f;
}

static void classic(void **state)
{
	for (uint8_t len = 0; len <= 8; len++) {
		struct frame f = frame(0x7ffu - len, 0, len);

		pass(*state, &f);
	}
}

static void extended(void **state)
{
	static const uint32_t ids[] = { 0, 0x7ff, 0x800, 0x1b00bf7a, 0x1fffffff };

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		struct frame f = frame(ids[i], FRAME_EXT, 3);

		pass(*state, &f);
	}
}

static void remote(void **state)
{
	struct frame f = { .id = 0x123, .flags = FRAME_RTR, .len = 5 };

	pass(*state, &f);
	f = (struct frame){ .id = 0x12345678, .flags = FRAME_RTR | FRAME_EXT };
	pass(*state, &f);
}

static void fd(void **state)
{
	static const uint8_t lens[] = { 0, 1, 8, 12, 16, 20, 24, 32, 48, 64 };
	static const unsigned int flags[] = { 0, FRAME_BRS, FRAME_ESI,
					      FRAME_BRS | FRAME_ESI };

	for (size_t i = 0; i < ARRAY_SIZE(lens); i++) {
		struct frame f =
			frame(0x1b00bf7a, FRAME_EXT | FRAME_FD | flags[i % 4], lens[i]);

		pass(*state, &f);
		f = frame(0x130, FRAME_FD | flags[(i + 1) % 4], lens[i]);
		pass(*state, &f);
	}
}

static void error_frame(void **state)
{
	struct pair *p = *state;
	struct frame f = { .id = 0x40, .flags = FRAME_ERR, .len = 8 }, g;

	if (!(p->kind->lacks & NO_ERROR_FRAMES)) {
		pass(p, &f);
		return;
	}
	assert_int_equal(link_send(p->a, &f), -EINVAL);
	assert_int_equal(link_recv(p->b, &g, 1, clock_now(&p->clk)), 0);
}

static void order(void **state)
{
	struct pair *p = *state;
	struct frame g[7];
	uint32_t next = 0;

	for (uint32_t i = 0; i < 200; i++) {
		struct frame f = frame(i, 0, (uint8_t)(i % 9));

		send(p, &f);
	}
	while (next < 200) {
		int n = link_recv(p->b, g, 7, soon(p));

		assert_in_range(n, 1, 7);
		for (int i = 0; i < n; i++) {
			assert_int_equal(g[i].id, next);
			assert_int_equal(g[i].len, next % 9);
			next++;
		}
	}
	assert_int_equal(link_recv(p->b, g, 7, clock_now(&p->clk)), 0);
}

static void not_to_itself(void **state)
{
	struct pair *p = *state;
	struct frame f = frame(0x123, 0, 1), g;

	send(p, &f);
	assert_int_equal(link_recv(p->a, &g, 1, clock_now(&p->clk)), 0);
}

static void times(void **state)
{
	struct pair *p = *state;
	nsec_t before = clock_now(&p->clk), after;
	struct frame f = frame(0x123, 0, 1), g;

	send(p, &f);
	after = clock_now(&p->clk);
	assert_int_equal(link_recv(p->b, &g, 1, soon(p)), 1);
	/* The wall clock and ours are read one after the other: a hair of slack. Of a far end it
	 * is known only when its first frame came. */
	assert_in_range(g.t, before - NSEC_PER_MSEC,
			after + (p->kind->lacks & FAR ? NSEC_PER_SEC / 4 : NSEC_PER_MSEC));
}

static void deadline(void **state)
{
	struct pair *p = *state;
	nsec_t t = clock_now(&p->clk) + 20 * NSEC_PER_MSEC;
	struct frame g;
	int r;

	do
		r = link_recv(p->b, &g, 1, t);
	while (r == 0 && clock_now(&p->clk) < t);
	assert_int_equal(r, 0);
	assert_true(clock_now(&p->clk) < t + NSEC_PER_SEC);
}

/* What is there comes, even when the deadline has passed. */
static void late(void **state)
{
	struct pair *p = *state;
	struct frame f = frame(0x123, 0, 1), g;
	nsec_t past = clock_now(&p->clk), limit;
	int r;

	send(p, &f);
	limit = soon(p);
	do	/* from afar it may still be on its way */
		r = link_recv(p->b, &g, 1, past);
	while (r == 0 && p->kind->lacks & FAR && clock_now(&p->clk) < limit);
	assert_int_equal(r, 1);
	assert_int_equal(g.id, 0x123);
	assert_int_equal(link_recv(p->b, &g, 1, past), 0);
}

static void filters(void **state)
{
	static const struct link_filter some[] = {
		{ .want = 0x130, .mask = 0x7ff },
		{ .want = 0x1b00bf00, .mask = 0x1fffff00, .ext = true },
	};
	static const struct {
		uint32_t id;
		unsigned int flags;
		bool passes;
	} t[] = {
		{ 0x130, 0, true },
		{ 0x131, 0, false },
		{ 0x130, FRAME_EXT, false },
		{ 0x1b00bf7a, FRAME_EXT, true },
		{ 0x1b00bf7a, FRAME_EXT | FRAME_FD, true },
		{ 0x1b00be7a, FRAME_EXT, false },
		{ 0x700, 0, false },
		{ 0x40, FRAME_ERR, true },
	};
	struct pair *p = *state;
	struct frame g[8];
	int n = 0, r;

	assert_int_equal(link_filter(p->b, some, 2), 0);
	if (p->kind->lacks & NO_FILTER)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct frame f = frame(t[i].id, t[i].flags, 8);

		send(p, &f);
	}
	r = link_recv(p->b, g, 8, soon(p));
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		if (!t[i].passes)
			continue;
		assert_true(n < r);
		assert_int_equal(g[n].id, t[i].id);
		assert_int_equal(g[n].flags, t[i].flags);
		n++;
	}
	assert_int_equal(n, r);

	/* No filter: all again. */
	assert_int_equal(link_filter(p->b, NULL, 0), 0);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct frame f = frame(t[i].id, t[i].flags, 8);

		pass(p, &f);
	}
}

static void cannot_be_sent(void **state)
{
	struct pair *p = *state;
	struct frame f = frame(0x123, FRAME_FD, 64), g;

	f.len = 65;
	assert_int_equal(link_send(p->a, &f), -EMSGSIZE);
	assert_int_equal(link_recv(p->b, &g, 1, clock_now(&p->clk)), 0);
}

static const struct {
	const char *name;
	CMUnitTestFunction fn;
} cases[] = {
	{ "classic", classic },
	{ "extended", extended },
	{ "remote", remote },
	{ "fd", fd },
	{ "error frame", error_frame },
	{ "order", order },
	{ "not to itself", not_to_itself },
	{ "times", times },
	{ "deadline", deadline },
	{ "late", late },
	{ "filters", filters },
	{ "cannot be sent", cannot_be_sent },
};

int main(int argc, char **argv)
{
	struct kind kinds[] = {
		{ "mem", open_mem, 0 },
		{ "socketcand to its client", open_server, NO_FILTER | FAR },
		{ "socketcand from its client", open_client, NO_FILTER | FAR | NO_ERROR_FRAMES },
		{ "slcan", open_slcan, NO_FILTER | NO_ERROR_FRAMES | NO_ESI },
		{ argc > 1 ? argv[1] : NULL, open_socketcan, 0 },
	};
	struct CMUnitTest tests[MAX_TESTS];
	char names[MAX_TESTS][64];
	size_t n = 0;

	_Static_assert(5 * ARRAY_SIZE(cases) <= MAX_TESTS, "room for all");
	for (size_t k = 0; k < ARRAY_SIZE(kinds) && kinds[k].name; k++) {
		for (size_t i = 0; i < ARRAY_SIZE(cases); i++, n++) {
			snprintf(names[n], sizeof(names[n]), "%s: %s", kinds[k].name,
				 cases[i].name);
			tests[n] = (struct CMUnitTest){
				.name = names[n],
				.test_func = cases[i].fn,
				.setup_func = setup,
				.teardown_func = teardown,
				.initial_state = &kinds[k],
			};
		}
	}

	/* The macro takes the array's own size. */
	return _cmocka_run_group_tests("link", tests, n, NULL, NULL);
}
