/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "unit.h"

static void virtual_time(void **state)
{
	struct clock clk;
	(void)state;

	clock_init_virtual(&clk, 1000);
	assert_true(clk.is_virtual);
	assert_int_equal(clock_now(&clk), 1000);
	assert_int_equal(clock_wait(&clk, NULL, 0, 5000), 0);
	assert_int_equal(clock_now(&clk), 5000);
	assert_int_equal(clock_wait(&clk, NULL, 0, 4000), 0);
	assert_int_equal(clock_now(&clk), 5000);
	clock_advance(&clk, 4999);
	assert_int_equal(clock_now(&clk), 5000);
	clock_advance(&clk, 3600 * NSEC_PER_SEC);
	assert_int_equal(clock_now(&clk), 3600000000000);
	assert_int_equal(clock_wait(&clk, NULL, 0, NSEC_NEVER), -ENODATA);
	assert_int_equal(clock_now(&clk), 3600000000000);
	assert_int_equal(clock_interrupted(&clk), 0);
}

static void virtual_time_before_zero(void **state)
{
	struct clock clk;
	(void)state;

	clock_init_virtual(&clk, -500);
	assert_int_equal(clock_now(&clk), -500);
	clock_advance(&clk, -100);
	assert_int_equal(clock_now(&clk), -100);
}

/* It starts at the epoch's time, and never goes back. */
static void real_time(void **state)
{
	struct clock clk;
	time_t before = time(NULL);
	nsec_t first, last;
	(void)state;

	clock_init_real(&clk);
	assert_false(clk.is_virtual);
	first = last = clock_now(&clk);
	assert_true(first >= ((nsec_t)before - 1) * NSEC_PER_SEC);
	assert_true(first < ((nsec_t)time(NULL) + 2) * NSEC_PER_SEC);
	for (int i = 0; i < 1000; i++) {
		nsec_t now = clock_now(&clk);

		assert_true(now >= last);
		last = now;
	}
	clock_advance(&clk, last + 3600 * NSEC_PER_SEC);
	assert_true(clock_now(&clk) < last + 1800 * NSEC_PER_SEC);
}

static void real_wait(void **state)
{
	struct clock clk;
	nsec_t deadline;
	(void)state;

	clock_init_real(&clk);
	assert_int_equal(clock_wait(&clk, NULL, 0, clock_now(&clk) - NSEC_PER_SEC), 0);
	assert_int_equal(clock_wait(&clk, NULL, 0, 0), 0);
	deadline = clock_now(&clk) + NSEC_PER_MSEC;
	assert_int_equal(clock_wait(&clk, NULL, 0, deadline), 0);
	assert_true(clock_now(&clk) >= deadline);
}

static void descriptors_end_a_wait(void **state)
{
	struct pollfd p[2];
	struct clock clk;
	int fds[2], idle[2];
	(void)state;

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(pipe(idle), 0);
	clock_init_real(&clk);
	p[0] = (struct pollfd){ .fd = idle[0], .events = POLLIN };
	p[1] = (struct pollfd){ .fd = fds[0], .events = POLLIN };
	assert_int_equal(clock_wait(&clk, p, 2, 0), 0);
	assert_int_equal(write(fds[1], "x", 1), 1);
	assert_int_equal(clock_wait(&clk, p, 2, NSEC_NEVER), 1);
	assert_int_equal(p[0].revents, 0);
	assert_int_equal(p[1].revents, POLLIN);

	/* One that is watched ends it too, but is none of the caller's. */
	clock_watch(&clk, fds[0], POLLIN);
	assert_int_equal(clock_wait(&clk, p, 1, NSEC_NEVER), 0);
	assert_int_equal(clk.n_watch, 1);
	clock_watch(&clk, fds[0], POLLIN);
	assert_int_equal(clk.n_watch, 1);
	clock_watch(&clk, fds[0], 0);
	assert_int_equal(clk.n_watch, 0);
	clock_watch(&clk, fds[0], 0);
	assert_int_equal(clk.n_watch, 0);
	for (int i = 0; i < 2; i++) {
		close(fds[i]);
		close(idle[i]);
	}
}

static void watches_are_few(void **state)
{
	struct clock clk;
	(void)state;

	clock_init_real(&clk);
	for (int fd = 100; fd < 110; fd++)
		clock_watch(&clk, fd, POLLIN);
	assert_int_equal(clk.n_watch, CLOCK_WATCH_MAX);
	clock_watch(&clk, 101, 0);
	assert_int_equal(clk.n_watch, CLOCK_WATCH_MAX - 1);
}

/* A signal ends every wait, also one that would never end, and the state stays. */
static void one_signal(int signal, bool is_virtual)
{
	struct clock clk;
	sigset_t blocked;

	if (is_virtual)
		clock_init_virtual(&clk, 0);
	else
		clock_init_real(&clk);
	assert_int_equal(clock_catch_signals(&clk), 0);
	assert_int_equal(clock_interrupted(&clk), 0);
	assert_int_equal(raise(signal), 0);
	assert_int_equal(clock_wait(&clk, NULL, 0, NSEC_NEVER), -ECANCELED);
	assert_int_equal(clock_wait(&clk, NULL, 0, 0), -ECANCELED);
	assert_int_equal(clock_interrupted(&clk), -ECANCELED);
	assert_int_equal(clk.signal, signal);
	clock_release_signals(&clk);
	assert_int_equal(clk.signal_fd, -1);
	assert_int_equal(sigprocmask(SIG_BLOCK, NULL, &blocked), 0);
	assert_false(sigismember(&blocked, signal));
	clock_release_signals(&clk);
}

static void signals(void **state)
{
	(void)state;

	one_signal(SIGINT, false);
	one_signal(SIGTERM, false);
	one_signal(SIGINT, true);
	one_signal(SIGTERM, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(virtual_time),
		cmocka_unit_test(virtual_time_before_zero),
		cmocka_unit_test(real_time),
		cmocka_unit_test(real_wait),
		cmocka_unit_test(descriptors_end_a_wait),
		cmocka_unit_test(watches_are_few),
		cmocka_unit_test(signals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
