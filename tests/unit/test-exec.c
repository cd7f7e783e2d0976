/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/exec.h"
#include "unit.h"

static char said[256];

void cli_say(const struct cmd *c, const char *fmt, ...)
{
	va_list ap;
	(void)c;

	va_start(ap, fmt);
	vsnprintf(said, sizeof(said), fmt, ap);
	va_end(ap);
}

static struct event door_opens(const struct frame *f)
{
	return (struct event){
		.t = NSEC_PER_SEC,
		.kind = EVENT_DOOR,
		.datum = DATUM_DOOR_DRIVER,
		.value = LID_OPEN,
		.previous = LID_CLOSED,
		.frame = f,
	};
}

/* A command that never ends: the queue fills, and what found no room is counted. */
static void full(void **state)
{
	char command[] = "while :; do read x </dev/zero; done";
	struct frame f = { .id = 0x123, .len = 1 };
	struct event e = door_opens(&f);
	struct clock clk;
	struct exec x = { .command = command, .clk = &clk, .fd = -1 };
	(void)state;

	clock_init_real(&clk);
	assert_int_equal(exec_open(&x), 0);
	for (int i = 0; i < 1 + 1024 + 5; i++)
		exec_event(&x, &e);
	assert_int_equal(x.left_out, 5);
	exec_step(&x);
	assert_string_equal(said, "");
	exec_close(&x);
	assert_string_equal(said, "--exec: 1029 events were left out: the command did not end in time");
}

/* The events' order survives the ring's end, and frames are kept: the caller's is one. */
static void order(void **state)
{
	char command[] = "printf '%s ' \"$MINIKEY_FRAME\" >&9", text[64] = "";
	struct frame f = { .len = 0 };
	struct event e = door_opens(&f);
	struct clock clk;
	struct exec x = { .command = command, .clk = &clk, .fd = -1 };
	int fds[2];
	(void)state;

	clock_init_real(&clk);
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(dup2(fds[1], 9), 9);
	assert_int_equal(exec_open(&x), 0);
	x.first = 1022;
	for (f.id = 1; f.id <= 5; f.id++)
		exec_event(&x, &e);
	f.id = 0x7ff;
	assert_int_equal(exec_drain(&x), 0);
	exec_close(&x);
	assert_true(read(fds[0], text, sizeof(text) - 1) > 0);
	assert_string_equal(text, "001# 002# 003# 004# 005# ");
	close(9);
	close(fds[0]);
	close(fds[1]);
}

/* The end of a command ends a wait of the clock, so that the next one starts at once. */
static void wakes(void **state)
{
	char command[] = "exit 1";
	struct frame f = { .id = 1 };
	struct event e = door_opens(&f);
	struct clock clk;
	struct exec x = { .command = command, .clk = &clk, .fd = -1 };
	(void)state;

	clock_init_real(&clk);
	signal(SIGCHLD, SIG_IGN);	/* as some that start programs leave it */
	assert_int_equal(exec_open(&x), 0);
	exec_event(&x, &e);
	while (x.pid) {
		nsec_t deadline = clock_now(&clk) + 60 * NSEC_PER_SEC;

		assert_int_equal(clock_wait(&clk, NULL, 0, deadline), 0);
		assert_true(clock_now(&clk) < deadline);
		exec_step(&x);
	}
	exec_close(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(full),
		cmocka_unit_test(order),
		cmocka_unit_test(wakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
