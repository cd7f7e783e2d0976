/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/coach.h"
#include "unit.h"

/* ---- the whole coach in virtual time, with the person's keys from a table ---- */

struct person {
	struct keyboard keyboard;
	const char
		*keys; /* of each second one: '.' none, ' ' mark, 'n', 'q', 'c' Ctrl-C */
	size_t at;
};

static int person_read(struct keyboard *k, nsec_t deadline, enum press *ret)
{
	struct person *p = container_of(k, struct person, keyboard);
	char c;

	for (; p->keys[p->at] == '.'; p->at++)
		if (deadline <= (nsec_t)(p->at + 1) * NSEC_PER_SEC &&
		    deadline > clock_now(k->clk)) {
			clock_advance(k->clk, deadline);
			return 0;
		}
	c = p->keys[p->at];
	if (c == '\0')
		return -ENODATA;
	if (c == 'c')
		return -ECANCELED;
	clock_advance(k->clk, (nsec_t)++p->at * NSEC_PER_SEC);
	*ret = c == 'n' ? PRESS_NO : c == 'q' ? PRESS_QUIT : PRESS_MARK;

	return 1;
}

/* What it returns, and what it says in TEXT. */
static int run(const char *procedure, const char *keys, char *text, size_t size)
{
	struct clock clk;
	struct person p = { .keyboard = { .read = person_read, .clk = &clk },
			    .keys = keys };
	static struct out out;
	struct view v = { .out = &out, .columns = 80 };
	struct coaching g = { .clk = &clk, .keys = &p.keyboard, .view = &v };
	int fds[2], r;
	ssize_t n;

	assert_int_equal(pipe(fds), 0);
	out_init(&out, fds[1]);
	clock_init_virtual(&clk, 0);
	r = coach_run(&g, procedure_find(procedure));
	out_flush(&out);
	close(fds[1]);
	n = read(fds[0], text, size - 1);
	close(fds[0]);
	text[MAX(n, 0)] = '\0';

	return r;
}

static void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no '%s' in:\n%s", part, text);
}

static void two_fobs(void **state)
{
	char text[4096];
	(void)state;

	assert_int_equal(run("one-turn", "  ..  .. . ....  .", text, sizeof(text)), 1);
	has(text, "ok   KEY OUT 3.0 s of 5 s\n");
	has(text, "ok   fob 1 UNLOCK 1.0 s of 30 s\n");
	has(text, "ok   fob 2 UNLOCK 5.0 s of 30 s\n");
	has(text, "Done, by your marks, with 1 fob. What the car did only you saw");
}

static void too_late(void **state)
{
	char text[4096];
	(void)state;

	assert_int_equal(run("one-turn", "  ......q", text, sizeof(text)), 0);
	has(text, "The 5 s are over.\n");
	assert_int_equal(run("one-turn", "  ...... q", text, sizeof(text)), 0);
	has(text,
	    "FAIL KEY OUT: too late: 7 s from the key being turned to the key being\n"
	    "         out; the limit is 5 s\n");
	has(text,
	    "Ended before a fob was done.\nHint: Hold the fob near the inside mirror");
}

/* After a fob 30 s without another end it by themselves. */
static void by_itself(void **state)
{
	char text[4096];
	(void)state;

	assert_int_equal(run("one-turn", "      .................................. ",
			     text, sizeof(text)),
			 1);
	has(text,
	    "30 s without a fob: the session is over.\nDone, by your marks, with 1 fob.");
}

static void interrupted(void **state)
{
	char text[4096];
	(void)state;

	assert_int_equal(run("one-turn", "  c", text, sizeof(text)), -ECANCELED);
	assert_null(strstr(text, "Ended"));
}

/* ---- the keyboard: lines, and single keys ---- */

static void lines(void **state)
{
	static const char input[] = "\n \n n\nwhat\nNo\r\nq\nq";
	static const enum press want[] = { PRESS_MARK, PRESS_MARK, PRESS_NO,
					   PRESS_NO,   PRESS_QUIT, PRESS_QUIT };
	struct clock clk;
	struct keyboard k;
	enum press got;
	int fds[2];
	(void)state;

	assert_int_equal(pipe(fds), 0);
	clock_init_real(&clk);
	keyboard_init(&k, &clk, fds[0], false);
	assert_int_equal(k.read(&k, clock_now(&clk), &got), 0);
	assert_int_equal(write(fds[1], input, strlen(input)), strlen(input));
	close(fds[1]);
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		assert_int_equal(k.read(&k, NSEC_NEVER, &got), 1);
		assert_int_equal(got, want[i]);
	}
	assert_int_equal(k.read(&k, NSEC_NEVER, &got), -ENODATA);
	close(fds[0]);
}

/* A line of any length is one key; bytes that are no text are none. */
static void long_line(void **state)
{
	char input[1024];
	struct clock clk;
	struct keyboard k;
	enum press got;
	int fds[2];
	(void)state;

	memset(input, 'x', sizeof(input));
	input[600] = '\n';
	input[601] = 'q';
	input[602] = '\n';
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], input, 603), 603);
	close(fds[1]);
	clock_init_real(&clk);
	keyboard_init(&k, &clk, fds[0], false);
	assert_int_equal(k.read(&k, NSEC_NEVER, &got), 1);
	assert_int_equal(got, PRESS_QUIT);
	assert_int_equal(k.read(&k, NSEC_NEVER, &got), -ENODATA);
	close(fds[0]);
}

/* A space bar that is held down repeats; it was one press. */
static void held_down(void **state)
{
	struct clock clk;
	struct keyboard k;
	enum press got;
	int fds[2];
	(void)state;

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "   \033[Aq", 7), 7);
	close(fds[1]);
	clock_init_real(&clk);
	keyboard_init(&k, &clk, fds[0], true);
	assert_int_equal(k.read(&k, NSEC_NEVER, &got), 1);
	assert_int_equal(got, PRESS_MARK);
	assert_int_equal(k.read(&k, NSEC_NEVER, &got), 1);
	assert_int_equal(got, PRESS_QUIT);
	assert_int_equal(k.read(&k, NSEC_NEVER, &got), -ENODATA);
	close(fds[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_fobs),  cmocka_unit_test(too_late),
		cmocka_unit_test(by_itself), cmocka_unit_test(interrupted),
		cmocka_unit_test(lines),     cmocka_unit_test(long_line),
		cmocka_unit_test(held_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
