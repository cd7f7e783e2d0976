/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "link/bytelink-wire.h"
#include "link/pty.h"
#include "link/tty.h"
#include "unit.h"

/*
 * What every byte link promises, on each of them: in memory, on a wire in memory, a serial port
 * and the wire of a pty, TCP, and RFC 2217; the last two through a relay.
 */

static const struct bytelink_line line = { .baud = 115200 };

/* Between two connections; the first may speak telnet (RFC 854, 2217). */
struct relay {
	int listener, fd[2];
	bool telnet;
	char address[64];
	pthread_t thread;
	uint8_t state, verb, sub[16];
	size_t n_sub;
};

struct pair {
	struct clock clk;
	struct bytelink *a, *b;
	struct bytelink_wire *wire;
	struct relay relay;
};

enum { IS_SERIAL = 1 << 0, NOBODY_GOES = 1 << 1 };

struct kind {
	const char *name;
	void (*open)(struct pair *p);
	unsigned int is;
};

static void open_mem(struct pair *p)
{
	clock_init_virtual(&p->clk, 0);
	assert_int_equal(bytelink_mem_pair(&p->clk, &p->a, &p->b), 0);
}

static void open_wire(struct pair *p)
{
	clock_init_virtual(&p->clk, 0);
	assert_int_equal(bytelink_wire_new(&p->clk, &p->wire), 0);
	assert_int_equal(bytelink_wire_station(p->wire, &p->a), 0);
	assert_int_equal(bytelink_wire_station(p->wire, &p->b), 0);
	bytelink_wire_no_echo(p->a, true);
	bytelink_wire_no_echo(p->b, true);
}

static void open_pty(struct pair *p)
{
	clock_init_real(&p->clk);
	assert_int_equal(bytelink_pty_open(&p->clk, &p->b), 0);
	assert_int_equal(bytelink_tty_open(p->b->name, &line, &p->clk, &p->a), 0);
}

enum { SE = 240, SB = 250, WILL = 251, DO = 253, IAC = 255, COM_PORT = 44 };

/* The server's side of telnet: true: BYTE is for the port. */
static bool telnet(struct relay *r, uint8_t byte)
{
	switch (r->state) {
	case 0:
		r->state = byte == IAC ? IAC : 0;
		return byte != IAC;
	case IAC:
		r->state = byte == IAC ? 0 : byte;
		r->n_sub = 0;
		return byte == IAC;
	case SB:
		assert_true(r->n_sub < sizeof(r->sub));
		r->sub[r->n_sub++] = byte;
		if (byte != SE || r->sub[r->n_sub - 2] != IAC)
			return false;
		/* What it set is as it was told. */
		r->sub[1] = (uint8_t)(r->sub[1] + 100);
		assert_int_equal(write(r->fd[0], "\xff\xfa", 2), 2);
		assert_int_equal(write(r->fd[0], r->sub, r->n_sub), (ssize_t)r->n_sub);
		r->state = 0;
		return false;
	default:
		if (r->state == WILL && byte == COM_PORT)
			assert_int_equal(write(r->fd[0], "\xff\xfd\x2c", 3), 3);
		r->state = 0;
		return false;
	}
}

static bool carry(struct relay *r, int from)
{
	uint8_t in[512], out[1024];
	ssize_t n = read(r->fd[from], in, sizeof(in));
	size_t len = 0;

	for (ssize_t i = 0; i < n; i++) {
		if (from == 0 && r->telnet && !telnet(r, in[i]))
			continue;
		if (from == 1 && r->telnet && in[i] == IAC)
			out[len++] = IAC;
		out[len++] = in[i];
	}

	return n > 0 && write(r->fd[1 - from], out, len) == (ssize_t)len;
}

static void *run_relay(void *arg)
{
	struct relay *r = arg;
	bool on = true;

	r->fd[1] = accept(r->listener, NULL, NULL);
	r->fd[0] = accept(r->listener, NULL, NULL);
	while (on) {
		struct pollfd p[2] = { { r->fd[0], POLLIN, 0 }, { r->fd[1], POLLIN, 0 } };

		on = poll(p, 2, 10000) > 0;
		for (int i = 0; i < 2 && on; i++)
			on = !p[i].revents || carry(r, i);
	}
	close(r->fd[0]);
	close(r->fd[1]);

	return NULL;
}

static void start_relay(struct relay *r)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	socklen_t len = sizeof(in);

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	r->listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(r->listener, (const struct sockaddr *)&in, sizeof(in)), 0);
	assert_int_equal(listen(r->listener, 2), 0);
	assert_int_equal(getsockname(r->listener, (struct sockaddr *)&in, &len), 0);
	snprintf(r->address, sizeof(r->address), "tcp://127.0.0.1:%d", ntohs(in.sin_port));
	assert_int_equal(pthread_create(&r->thread, NULL, run_relay, r), 0);
}

static void open_tcp(struct pair *p)
{
	clock_init_real(&p->clk);
	start_relay(&p->relay);
	assert_int_equal(bytelink_open(p->relay.address, &line, &p->clk, &p->b), 0);
	assert_int_equal(bytelink_open(p->relay.address, &line, &p->clk, &p->a), 0);
}

static void open_rfc2217(struct pair *p)
{
	char address[80];

	clock_init_real(&p->clk);
	p->relay.telnet = true;
	start_relay(&p->relay);
	snprintf(address, sizeof(address), "rfc2217%s", p->relay.address + 3);
	assert_int_equal(bytelink_open(p->relay.address, &line, &p->clk, &p->b), 0);
	assert_int_equal(bytelink_open(address, &line, &p->clk, &p->a), 0);
}

static const struct kind kinds[] = {
	{ "mem", open_mem, 0 },
	{ "wire", open_wire, IS_SERIAL | NOBODY_GOES },
	{ "pty", open_pty, IS_SERIAL },
	{ "tcp", open_tcp, 0 },
	{ "rfc2217", open_rfc2217, IS_SERIAL },
};

static void close_pair(struct pair *p)
{
	bytelink_close(p->a);
	bytelink_close(p->b);
	bytelink_wire_free(p->wire);
	if (p->relay.thread) {
		pthread_join(p->relay.thread, NULL);
		close(p->relay.listener);
	}
}

static void goes(const char *name, struct bytelink *from, struct bytelink *to)
{
	nsec_t deadline = clock_now(from->clk) + 5 * NSEC_PER_SEC;
	uint8_t all[256], got[256];
	size_t n = 0;

	for (int i = 0; i < 256; i++)
		all[i] = (uint8_t)(255 - i);
	assert_int_equal(bytelink_send(from, all, 0), 0);
	assert_int_equal(bytelink_send(from, all, 256), 0);
	while (n < 256) {
		int r = bytelink_recv(to, got + n, MIN(256 - n, (size_t)100), deadline);

		if (r <= 0 || r > 100)
			fail_msg("%s: %d after %zu bytes", name, r, n);
		n += (size_t)r;
	}
	assert_memory_equal(got, all, 256);
}

/* Every byte as it is, in order, both ways, and then there is none until the deadline. */
static void carries_bytes(void **state)
{
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct pair p = { 0 };
		uint8_t byte;
		nsec_t soon;

		kinds[i].open(&p);
		assert_false(p.a->marks);
		goes(kinds[i].name, p.a, p.b);
		goes(kinds[i].name, p.b, p.a);
		soon = clock_now(&p.clk) + 20 * NSEC_PER_MSEC;
		assert_int_equal(bytelink_recv(p.a, &byte, 1, soon), 0);
		assert_true(clock_now(&p.clk) >= soon);
		assert_int_equal(bytelink_recv(p.a, &byte, 1, 0), 0);
		close_pair(&p);
	}
}

/* Ports are set and bytes still go; what is none says so, and does nothing. */
static void is_set(void **state)
{
	const struct bytelink_line slow = { .baud = 10400, .dtr = true };
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		int want = kinds[i].is & IS_SERIAL ? 0 : -EOPNOTSUPP;
		struct pair p = { 0 };
		unsigned int modem = 99;

		kinds[i].open(&p);
		if (bytelink_set(p.a, &slow) != want || bytelink_break(p.a, true) != want ||
		    bytelink_break(p.a, false) != want)
			fail_msg("%s", kinds[i].name);
		/* None of these has modem lines. */
		assert_int_equal(bytelink_modem(p.a, &modem), -EOPNOTSUPP);
		assert_int_equal(modem, 99);
		if (want == 0)
			assert_int_equal(bytelink_set(p.a, &line), 0);
		if (!p.wire)
			goes(kinds[i].name, p.a, p.b);
		close_pair(&p);
	}
}

/* Whose far end is gone says so, however often it is asked. */
static void far_end_goes(void **state)
{
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct pair p = { 0 };
		uint8_t byte;

		if (kinds[i].is & NOBODY_GOES)
			continue;
		kinds[i].open(&p);
		bytelink_close(p.b);
		p.b = NULL;
		for (int k = 0; k < 2; k++)
			if (bytelink_recv(p.a, &byte, 1, clock_now(&p.clk) + 5 * NSEC_PER_SEC) != -ENODEV)
				fail_msg("%s", kinds[i].name);
		close_pair(&p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(carries_bytes),
		cmocka_unit_test(is_set),
		cmocka_unit_test(far_end_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
