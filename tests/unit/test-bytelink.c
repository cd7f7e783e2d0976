/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "link/bytelink.h"
#include "link/silent.h"
#include "unit.h"

static void mem(void **state)
{
	static uint8_t big[BYTELINK_MEM_MAX + 1];
	struct bytelink *a, *b;
	struct clock clk;
	uint8_t buf[8];
	(void)state;

	clock_init_virtual(&clk, 0);
	assert_int_equal(bytelink_mem_pair(&clk, &a, &b), 0);
	assert_true(a->is_virtual);
	assert_int_equal(bytelink_recv(b, buf, sizeof(buf), 1000), 0);
	assert_int_equal(clock_now(&clk), 1000);
	assert_int_equal(bytelink_send(a, (const uint8_t *)"hello, world", 12), 0);
	assert_int_equal(bytelink_recv(b, buf, 8, 2000), 8);
	assert_memory_equal(buf, "hello, w", 8);
	assert_int_equal(bytelink_recv(b, buf, 8, 2000), 4);
	assert_memory_equal(buf, "orld", 4);
	assert_int_equal(clock_now(&clk), 1000);
	/* Not to itself. */
	assert_int_equal(bytelink_recv(a, buf, 8, 2000), 0);

	assert_int_equal(bytelink_send(b, big, BYTELINK_MEM_MAX + 1), -ENOBUFS);
	assert_int_equal(bytelink_send(b, big, BYTELINK_MEM_MAX), 0);
	assert_int_equal(bytelink_send(b, big, 1), -ENOBUFS);

	/* The far end goes: what it sent is still there. */
	assert_int_equal(bytelink_send(b, big, 0), 0);
	bytelink_close(b);
	assert_int_equal(bytelink_send(a, big, 1), -ENODEV);
	for (size_t i = 0; i < BYTELINK_MEM_MAX / 8; i++)
		assert_int_equal(bytelink_recv(a, buf, 8, 0), 8);
	assert_int_equal(bytelink_recv(a, buf, 8, 9000), -ENODEV);
	bytelink_close(a);
	bytelink_close(NULL);
}

/* A listener on the loopback, and its address. */
static int listen_at(const char *host, int family, char *address, size_t size)
{
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_addr = in6addr_loopback };
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_storage got;
	socklen_t len = sizeof(got);
	bool v6 = family == AF_INET6;
	int fd = socket(family, SOCK_STREAM, 0);
	uint16_t port;

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 ||
	    bind(fd, v6 ? (const struct sockaddr *)&in6 : (const struct sockaddr *)&in,
		 v6 ? sizeof(in6) : sizeof(in)) < 0)
		return -1;
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&got, &len), 0);
	memcpy(&port, v6 ? (const void *)&((const struct sockaddr_in6 *)&got)->sin6_port :
			   (const void *)&((const struct sockaddr_in *)&got)->sin_port,
	       sizeof(port));
	snprintf(address, size, "tcp://%s:%d", host, ntohs(port));

	return fd;
}

static void talk(const char *host, int family)
{
	struct bytelink *b;
	char address[64];
	struct clock clk;
	uint8_t buf[8];
	nsec_t soon;
	int fd = listen_at(host, family, address, sizeof(address)), peer;

	if (fd < 0)
		return;	/* a machine without that family */
	clock_init_real(&clk);
	assert_int_equal(bytelink_tcp_open(address, &clk, &b), 0);
	assert_string_equal(b->name, address);
	assert_false(b->is_virtual);
	peer = accept(fd, NULL, NULL);
	assert_true(peer >= 0);

	soon = clock_now(&clk) + NSEC_PER_SEC / 100;
	assert_int_equal(bytelink_recv(b, buf, sizeof(buf), soon), 0);
	assert_true(clock_now(&clk) >= soon);
	assert_int_equal(write(peer, "\x83\x40", 2), 2);
	assert_int_equal(bytelink_recv(b, buf, sizeof(buf), soon + NSEC_PER_SEC), 2);
	assert_memory_equal(buf, "\x83\x40", 2);
	assert_int_equal(bytelink_send(b, (const uint8_t *)"abc", 3), 0);
	assert_int_equal(recv(peer, buf, 3, MSG_WAITALL), 3);
	assert_memory_equal(buf, "abc", 3);

	assert_int_equal(write(peer, "z", 1), 1);
	close(peer);
	assert_int_equal(bytelink_recv(b, buf, sizeof(buf), soon + 2 * NSEC_PER_SEC), 1);
	assert_int_equal(bytelink_recv(b, buf, sizeof(buf), soon + 2 * NSEC_PER_SEC), -ENODEV);
	bytelink_close(b);

	/* Nobody listens any more. */
	close(fd);
	assert_int_equal(bytelink_tcp_open(address, &clk, &b), -ECONNREFUSED);
}

static void tcp(void **state)
{
	(void)state;

	talk("127.0.0.1", AF_INET);
	talk("[::1]", AF_INET6);
}

/* Who takes nothing does not hold us for ever. */
static void tcp_that_is_full(void **state)
{
	static uint8_t big[1 << 20];
	struct bytelink *b;
	char address[64];
	struct clock clk;
	int fd = listen_at("127.0.0.1", AF_INET, address, sizeof(address)), r = 0;
	(void)state;

	assert_true(fd >= 0);
	clock_init_real(&clk);
	assert_int_equal(bytelink_tcp_open(address, &clk, &b), 0);
	for (int i = 0; i < 100 && r == 0; i++)
		r = bytelink_send(b, big, sizeof(big));
	assert_int_equal(r, -ETIMEDOUT);
	bytelink_close(b);
	close(fd);
}

static void wrong_addresses(void **state)
{
	static const char *const t[] = { "tcp:/host:1",	  "tcp://",	   "tcp://host",
					 "tcp://host:",	  "tcp://:80",	   "tcp://host:http",
					 "tcp://host:-1", "tcp://a:b:1",   "tcp://[::1:1",
					 "tcp://[]:1",	  "/dev/ttyUSB0",  "tcp://host:99999999" };
	struct bytelink *b = NULL;
	struct clock clk;
	(void)state;

	clock_init_real(&clk);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		if (bytelink_tcp_open(t[i], &clk, &b) != -EINVAL)
			fail_msg("%s", t[i]);
	clock_init_virtual(&clk, 0);
	assert_int_equal(bytelink_tcp_open("tcp://127.0.0.1:1", &clk, &b), -EINVAL);
	assert_null(b);
}

/* A link without frames: it waits. */
static void silent(void **state)
{
	struct bytelink *a, *b;
	struct link *l;
	struct frame f = { .id = 0x6f1 };
	struct clock clk;
	(void)state;

	clock_init_virtual(&clk, 0);
	assert_int_equal(bytelink_mem_pair(&clk, &a, &b), 0);
	assert_int_equal(link_silent_open(a, &l), 0);
	assert_ptr_equal(link_silent_bytes(l), a);
	assert_int_equal(bytelink_send(b, (const uint8_t *)"x", 1), 0);
	assert_int_equal(link_recv(l, &f, 1, 5000), 0);
	assert_int_equal(clock_now(&clk), 5000);
	assert_int_equal(link_send(l, &f), -EOPNOTSUPP);
	link_close(l);
	assert_int_equal(bytelink_send(b, (const uint8_t *)"x", 1), -ENODEV);
	bytelink_close(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mem),	  cmocka_unit_test(tcp),
		cmocka_unit_test(tcp_that_is_full), cmocka_unit_test(wrong_addresses),
		cmocka_unit_test(silent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
