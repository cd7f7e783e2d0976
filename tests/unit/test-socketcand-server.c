/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "link/socketcand-server.h"
#include "unit.h"

/*
 * The server from its clients' side: what they are told, to the letter, and that none of them
 * is in another's way. Both ends are in this thread.
 */

#define HELD (60 * NSEC_PER_MSEC)	/* more than the server holds frames back */

struct bench {
	struct clock clk;
	struct link *l;
	struct frame heard[64];		/* by the car, in the last round */
	int n;
};

/* Let the server act, for SPAN, or until the car hears something. */
static void serve_for(struct bench *b, nsec_t span)
{
	b->n = link_recv(b->l, b->heard, 64, clock_now(&b->clk) + span);
	assert_true(b->n >= 0);
}

static void open_server(struct bench *b)
{
	clock_init_real(&b->clk);
	assert_int_equal(link_socketcand_server(":0", &b->clk, &b->l), 0);
}

static int dial(struct bench *b)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	unsigned int port;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(sscanf(b->l->name, "127.0.0.1:%u/can0", &port), 1);
	a.sin_port = htons((uint16_t)port);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);

	return fd;
}

static void say(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* All that was said to the client until now; "end" that it was hung up on. */
static const char *hear(int fd)
{
	static char buf[65536];
	size_t len = 0;

	for (;;) {
		ssize_t n = recv(fd, buf + len, sizeof(buf) - 1 - len, MSG_DONTWAIT);

		if (n == 0 && len == 0)
			return "end";
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	buf[len] = '\0';

	return buf;
}

/* The server acts until something was said to the client, for 2 s at most. */
static const char *wait_for(struct bench *b, int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	for (int i = 0; i < 400 && poll(&p, 1, 0) == 0; i++)
		serve_for(b, 5 * NSEC_PER_MSEC);

	return hear(fd);
}

/* Exactly TEXT is said to the client. */
static void expect(struct bench *b, int fd, const char *text)
{
	char all[256] = "";

	while (strlen(all) < strlen(text)) {
		const char *more = wait_for(b, fd);

		assert_true(*more && strlen(all) + strlen(more) < sizeof(all));
		strcat(all, more);
	}
	assert_string_equal(all, text);
}

static int join(struct bench *b)
{
	int fd = dial(b);

	say(fd, "< open can0 >< rawmode >< echo >");
	expect(b, fd, "< hi >< ok >< ok >< echo >");

	return fd;
}

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), k = strlen(end);

	return n >= k && !strcmp(text + n - k, end);
}

static void greeting(void **state)
{
	struct bench b;
	int fd;
	(void)state;

	open_server(&b);
	assert_true(b.l->is_virtual);
	fd = dial(&b);
	expect(&b, fd, "< hi >");
	say(fd, "<open");
	serve_for(&b, 0);
	say(fd, " can0>");
	expect(&b, fd, "< ok >");
	say(fd, "< rawmode >");
	expect(&b, fd, "< ok >");
	say(fd, "< rawmode >< bcmmode >< send 123 9 0 >");
	expect(&b, fd, "< ok >< error unknown command >< error this carries no frame >");
	assert_int_equal(link_socketcand_counts(b.l).broken, 1);
	close(fd);
	link_close(b.l);
}

static void refusals(void **state)
{
	struct bench b;
	int fd;
	(void)state;

	open_server(&b);
	fd = dial(&b);
	say(fd, "< rawmode >< send 123 0 >");
	expect(&b, fd, "< hi >< error unknown command >< error unknown command >");
	assert_int_equal(b.n, 0);
	say(fd, "< open can1 >");
	expect(&b, fd, "< error could not open bus >");
	assert_string_equal(wait_for(&b, fd), "end");
	close(fd);
	link_close(b.l);
}

/* Frames between clients, and between them and the car. */
static void everybody_hears(void **state)
{
	const struct frame car = { .id = 0x130, .len = 2, .data = { 0x45, 0x40 } };
	struct bench b;
	int one, two;
	(void)state;

	open_server(&b);
	one = join(&b);
	two = join(&b);
	assert_int_equal(link_send(b.l, &car), 0);
	assert_true(ends_with(wait_for(&b, one), " 4540 >"));
	assert_true(ends_with(wait_for(&b, two), " 4540 >"));
	say(one, "< send 1b00bf7a 2 30 3 >");
	serve_for(&b, NSEC_PER_SEC);
	assert_int_equal(b.n, 1);
	assert_int_equal(b.heard[0].id, 0x1b00bf7a);
	assert_int_equal(b.heard[0].flags, FRAME_EXT);
	assert_int_equal(b.heard[0].len, 2);
	assert_int_equal(strncmp(wait_for(&b, two), "< frame 1B00BF7A ", 17), 0);
	assert_string_equal(hear(one), "");
	close(one);
	say(two, "< send 123 0 >");
	serve_for(&b, NSEC_PER_SEC);
	assert_int_equal(b.n, 1);
	close(two);
	link_close(b.l);
}

/* The time is ours, in seconds and microseconds. */
static void stamps(void **state)
{
	const struct frame car = { .id = 0x130 };
	long long sec, usec;
	struct bench b;
	nsec_t before, t;
	int fd;
	(void)state;

	open_server(&b);
	fd = join(&b);
	before = clock_now(&b.clk);
	assert_int_equal(link_send(b.l, &car), 0);
	assert_int_equal(sscanf(wait_for(&b, fd), "< frame 130 %lld.%6lld  >", &sec, &usec), 2);
	t = sec * NSEC_PER_SEC + usec * NSEC_PER_USEC;
	assert_in_range(t, before - NSEC_PER_USEC, clock_now(&b.clk));
	close(fd);
	link_close(b.l);
}

/* Whoever wants the "ok" alone gets it alone, and all the frames after it. */
static void held_back(void **state)
{
	const struct frame car = { .id = 0x130 };
	struct bench b;
	int fd, other;
	(void)state;

	open_server(&b);
	fd = dial(&b);
	say(fd, "< open can0 >");
	expect(&b, fd, "< hi >< ok >");
	say(fd, "< rawmode >");
	expect(&b, fd, "< ok >");
	assert_int_equal(link_send(b.l, &car), 0);
	assert_string_equal(hear(fd), "");
	serve_for(&b, HELD);
	assert_int_equal(strncmp(wait_for(&b, fd), "< frame 130 ", 12), 0);
	close(fd);

	/* What it says itself ends that: the frame comes before the answer. */
	other = dial(&b);
	say(other, "< open can0 >< rawmode >");
	expect(&b, other, "< hi >< ok >< ok >");
	assert_int_equal(link_send(b.l, &car), 0);
	say(other, "< echo >");
	serve_for(&b, 5 * NSEC_PER_MSEC);
	assert_int_equal(strncmp(wait_for(&b, other), "< frame 130 ", 12), 0);
	close(other);
	link_close(b.l);
}

/* As wait_for(), for what comes soon or not at all. */
static const char *wait_for_more(struct bench *b, int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	for (int i = 0; i < 40 && poll(&p, 1, 0) == 0; i++)
		serve_for(b, 5 * NSEC_PER_MSEC);

	return hear(fd);
}

static unsigned int count(const char *text, const char *what)
{
	unsigned int n = 0;

	for (const char *p = text; (p = strstr(p, what)); p++)
		n++;

	return n;
}

/* One that does not read loses frames, is told how many, and the other loses none. */
static void slow_client(void **state)
{
	const struct frame car = { .id = 0x130, .len = 8 };
	unsigned int sent = 0, got = 0, lost = 0, told;
	char all[4096] = "", *p;
	struct bench b;
	int slow, fast;
	(void)state;

	open_server(&b);
	slow = join(&b);
	fast = join(&b);
	while (link_socketcand_counts(b.l).lost < 100) {
		assert_int_equal(link_send(b.l, &car), 0);
		assert_int_equal(count(wait_for(&b, fast), "< frame 130 "), 1);
		assert_true(++sent < 1000000);
	}
	/* It reads again: all that was kept comes, then how many were not, then new ones. */
	for (const char *more = wait_for(&b, slow); *more; more = wait_for_more(&b, slow))
		got += count(more, "130 ");
	assert_int_equal(link_send(b.l, &car), 0);
	strncat(all, wait_for(&b, slow), sizeof(all) - 1);
	p = strstr(all, "< error ");
	assert_non_null(p);
	assert_int_equal(sscanf(p, "< error %u frames lost >", &told), 1);
	lost = told;
	assert_int_equal(lost, link_socketcand_counts(b.l).lost);
	assert_non_null(strstr(p, "< frame 130 "));
	assert_true(got >= sent - lost);
	close(slow);
	close(fast);
	link_close(b.l);
}

/* Noise without end, from one who never says anything else. */
static void garbage(void **state)
{
	static char noise[8192];
	struct bench b;
	int bad, good;
	(void)state;

	for (size_t i = 0; i < sizeof(noise) - 1; i++)
		noise[i] = (char)(1 + i * 7919 % 255);
	open_server(&b);
	bad = dial(&b);
	good = join(&b);
	for (int i = 0; i < 100; i++) {
		ssize_t n = send(bad, noise, sizeof(noise) - 1, MSG_NOSIGNAL | MSG_DONTWAIT);

		assert_true(n > 0 || errno == EAGAIN);
		say(good, "< send 123 1 1 >");
		serve_for(&b, NSEC_PER_SEC);
		assert_int_equal(b.n, 1);
		assert_int_equal(b.heard[0].id, 0x123);
	}
	close(bad);
	close(good);
	link_close(b.l);
}

/* Who sends as fast as he can is one of two voices, not the only one. */
static void flood(void **state)
{
	static char many[14 * 60 + 1];
	int quiet_after = -1;
	struct bench b;
	int loud, quiet;
	(void)state;

	open_server(&b);
	loud = join(&b);
	quiet = join(&b);
	for (int i = 0; i < 60; i++)
		strcat(many, "< send 100 0 >");
	for (int i = 0; i < 5; i++)
		say(loud, many);
	say(quiet, "< send 200 0 >");
	for (int i = 0; i < 100; i++) {
		b.n = link_recv(b.l, b.heard, 1, clock_now(&b.clk) + NSEC_PER_SEC);
		assert_int_equal(b.n, 1);
		if (b.heard[0].id == 0x200)
			quiet_after = i;
	}
	/* What one read takes of the loud one is 73 frames. */
	assert_in_range(quiet_after, 0, 74);
	close(loud);
	close(quiet);
	link_close(b.l);
}

static void too_many(void **state)
{
	int fds[SOCKETCAND_CLIENTS_MAX], last;
	struct bench b;
	(void)state;

	open_server(&b);
	for (size_t i = 0; i < SOCKETCAND_CLIENTS_MAX; i++)
		fds[i] = join(&b);
	last = dial(&b);
	expect(&b, last, "< error too many clients >");
	assert_string_equal(wait_for(&b, last), "end");
	assert_int_equal(link_socketcand_counts(b.l).refused, 1);
	close(last);
	close(fds[3]);
	serve_for(&b, 20 * NSEC_PER_MSEC);
	fds[3] = join(&b);
	for (size_t i = 0; i < SOCKETCAND_CLIENTS_MAX; i++)
		close(fds[i]);
	link_close(b.l);
}

/* Nobody is there: the car speaks to itself. */
static void nobody(void **state)
{
	const struct frame car = { .id = 0x130 }, lost = { .id = 1, .flags = FRAME_LOST };
	struct frame odd = { .id = 0x130, .len = 9 };
	struct bench b;
	(void)state;

	open_server(&b);
	assert_int_equal(link_send(b.l, &car), 0);
	assert_int_equal(link_send(b.l, &lost), -EINVAL);
	assert_int_equal(link_send(b.l, &odd), -EMSGSIZE);
	odd.flags = FRAME_FD;
	assert_int_equal(link_send(b.l, &odd), -EMSGSIZE);
	link_close(b.l);
}

static void addresses(void **state)
{
	struct clock clk, still;
	struct link *l, *again;
	char same[64];
	(void)state;

	clock_init_real(&clk);
	clock_init_virtual(&still, 0);
	assert_int_equal(link_socketcand_server(":x", &clk, &l), -EINVAL);
	assert_int_equal(link_socketcand_server(":0", &still, &l), -EINVAL);
	assert_int_equal(link_socketcand_server("192.0.2.1:0", &clk, &l), -EADDRNOTAVAIL);
	assert_int_equal(link_socketcand_server("localhost:0/vcan7", &clk, &l), 0);
	assert_true(ends_with(l->name, "/vcan7"));
	snprintf(same, sizeof(same), "%s", l->name);
	assert_int_equal(link_socketcand_server(same, &clk, &again), -EADDRINUSE);
	link_close(l);
	/* At once again, whoever was connected. */
	assert_int_equal(link_socketcand_server(same, &clk, &again), 0);
	assert_string_equal(again->name, same);
	link_close(again);
	if (link_socketcand_server("[::1]:0", &clk, &l) == 0) {
		assert_int_equal(strncmp(l->name, "[::1]:", 6), 0);
		link_close(l);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(greeting),	cmocka_unit_test(refusals),
		cmocka_unit_test(everybody_hears), cmocka_unit_test(stamps),
		cmocka_unit_test(held_back),	cmocka_unit_test(slow_client),
		cmocka_unit_test(garbage),	cmocka_unit_test(flood),
		cmocka_unit_test(too_many),	cmocka_unit_test(nobody),
		cmocka_unit_test(addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
