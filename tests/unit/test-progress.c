/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/progress.h"
#include "unit.h"

/* A terminal of our own in the place of stderr. */
struct terminal {
	int master, slave, saved;
};

static void open_terminal(struct terminal *t)
{
	t->master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
	assert_true(t->master >= 0);
	assert_int_equal(grantpt(t->master), 0);
	assert_int_equal(unlockpt(t->master), 0);
	t->slave = open(ptsname(t->master), O_RDWR | O_NOCTTY);
	assert_true(t->slave >= 0);
	fflush(stderr);
	t->saved = dup(STDERR_FILENO);
	assert_true(dup2(t->slave, STDERR_FILENO) >= 0);
}

#define SHOWN_MAX 128

/* What was written to it. */
static void read_shown(struct terminal *t, char *text)
{
	ssize_t n = read(t->master, text, SHOWN_MAX - 1);

	text[n > 0 ? n : 0] = '\0';
}

static void close_terminal(struct terminal *t)
{
	dup2(t->saved, STDERR_FILENO);
	close(t->saved);
	close(t->slave);
	close(t->master);
}

static void begin(struct progress *p, int output)
{
	progress_init(p, output);
	clock_init_virtual(&p->clk, 0);
	p->start = 0;
	p->next = NSEC_PER_SEC;
}

static void after_a_second(void **state)
{
	int null = open("/dev/null", O_WRONLY);
	struct terminal t;
	struct progress p;
	char seen[2][SHOWN_MAX];
	(void)state;

	open_terminal(&t);
	begin(&p, null);
	progress_show(&p, "car.log", 10, 100);
	read_shown(&t, seen[0]);
	clock_advance(&p.clk, NSEC_PER_SEC);
	progress_show(&p, "car.log", 50000000, 100000000);
	progress_show(&p, "car.log", 51000000, 100000000);	/* too soon for another */
	read_shown(&t, seen[1]);
	close_terminal(&t);
	close(null);

	assert_string_equal(seen[0], "");
	assert_string_equal(seen[1], "\rcar.log [###############...............]  50% 50 MB\033[K");
}

static void cleared(void **state)
{
	int null = open("/dev/null", O_WRONLY);
	struct terminal t;
	struct progress p;
	char seen[3][SHOWN_MAX];
	(void)state;

	open_terminal(&t);
	begin(&p, null);
	progress_clear(&p);
	read_shown(&t, seen[0]);
	clock_advance(&p.clk, 2 * NSEC_PER_SEC);
	progress_show(&p, "a\033\377-name-that-is-longer-than-there-is-room", 7000000, 0);
	read_shown(&t, seen[1]);
	progress_clear(&p);
	progress_clear(&p);
	read_shown(&t, seen[2]);
	close_terminal(&t);
	close(null);

	assert_string_equal(seen[0], "");
	assert_string_equal(seen[1], "\ronger-than-there-is-room 7 MB\033[K");
	assert_string_equal(seen[2], "\r\033[K");
}

/* Results only come after it: where they go does not matter. */
static void nothing_meanwhile(void **state)
{
	struct terminal t;
	struct progress p;
	char seen[SHOWN_MAX];
	(void)state;

	open_terminal(&t);
	begin(&p, -1);
	clock_advance(&p.clk, NSEC_PER_SEC);
	progress_count(&p, "asking the modules", 7, 21);
	read_shown(&t, seen);
	close_terminal(&t);

	assert_string_equal(seen, "\rasking the modules [##########....................] 7 of 21\033[K");
}

/* The output goes to the same terminal, or stderr is none. */
static void none(void **state)
{
	int null = open("/dev/null", O_RDWR);
	struct terminal t;
	struct progress p, q;
	char seen[SHOWN_MAX];
	int saved;
	(void)state;

	open_terminal(&t);
	begin(&p, t.slave);
	clock_advance(&p.clk, 2 * NSEC_PER_SEC);
	progress_show(&p, "car.log", 1, 2);
	read_shown(&t, seen);
	close_terminal(&t);
	saved = dup(STDERR_FILENO);
	dup2(null, STDERR_FILENO);
	begin(&q, null);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(null);

	assert_string_equal(seen, "");
	assert_false(p.wanted);
	assert_false(q.wanted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(after_a_second),
		cmocka_unit_test(cleared),
		cmocka_unit_test(nothing_meanwhile),
		cmocka_unit_test(none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
