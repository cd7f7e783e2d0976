/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _XOPEN_SOURCE 700
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "out/screen.h"
#include "unit.h"

#define COLUMNS_MAX 200
#define ROWS_MAX 60

/* A terminal as a person sees it: what the bytes put where. */
struct terminal {
	unsigned int columns, rows, row, column;
	char cells[ROWS_MAX][COLUMNS_MAX + 1];
};

static void put_char(struct terminal *t, char c)
{
	if (t->row >= t->rows || t->column >= t->columns)
		fail_msg("'%c' at row %u, column %u of %ux%u", c, t->row, t->column,
			 t->columns, t->rows);
	t->cells[t->row][t->column++] = c;
}

/* One control sequence; returns its end. */
static const char *control(struct terminal *t, const char *p)
{
	char *end;
	unsigned long a = strtoul(p, &end, 10), b = 1;

	if (*end == ';')
		b = strtoul(end + 1, &end, 10);
	if (*end == 'H') {
		t->row = (unsigned int)a - 1;
		t->column = (unsigned int)b - 1;
	} else if (*end == 'G') {
		t->column = (unsigned int)a - 1;
	} else if (*end == 'K') {
		memset(&t->cells[t->row][t->column], ' ', t->columns - t->column);
	} else {
		assert_int_equal(*end, 'm');
	}

	return end + 1;
}

static void show(struct terminal *t, const char *p)
{
	while (*p)
		if (!strncmp(p, "\033[", 2))
			p = control(t, p + 2);
		else
			put_char(t, *p++);
	for (unsigned int i = 0; i < t->rows; i++)
		for (unsigned int k = t->columns; k > 0 && t->cells[i][k - 1] == ' '; k--)
			t->cells[i][k - 1] = '\0';
}

static void draw(struct terminal *t, unsigned int columns, unsigned int rows, bool colour,
		 const struct screen_page *page)
{
	static struct out out;
	struct screen s = {
		.out = &out, .columns = columns, .rows = rows, .colour = colour
	};

	*t = (struct terminal){ .columns = columns, .rows = rows };
	for (unsigned int i = 0; i < rows; i++)
		memset(t->cells[i], ' ', columns);
	out_init(&out, -1);
	screen_put(&s, page);
	assert_true(out.len < OUT_SIZE);
	out.buf[out.len] = '\0';
	show(t, out.buf);
}

static const struct screen_page page = {
	.title = "one-turn on sim:r53",
	.word = "UNLOCK",
	.text = "Press UNLOCK (the button next to the blade), and hold it.",
	.elapsed = 5700 * NSEC_PER_MSEC,
	.limit = 30 * NSEC_PER_SEC,
	.lines = { { "ok   KEY OUT 1.8 s of 5 s", SCREEN_GOOD },
		   { "FAIL fob 1 UNLOCK: too late: 31.4 s from the key being out to UNLOCK; the limit is "
		     "30 s",
		     SCREEN_BAD } },
	.n_lines = 2,
	.keys = "SPACE: done   q: end",
};

/* A phone's size: the word large, the seconds that are left at the right edge. */
static void small(void **state)
{
	static const char *const want[15] = {
		"one-turn on sim:r53",
		"",
		"# # ##  #    #   ## # #          ### ###",
		"# # # # #   # # #   # #            # #",
		"# # # # #   # # #   ##           ### ###",
		"# # # # #   # # #   # #          #     #",
		"### # # ###  #   ## # #          ### ###",
		"",
		"Press UNLOCK (the button next to the",
		"blade), and hold it.",
		"[##############################........]",
		"5.7 s of 30 s",
		"",
		"",
		"SPACE: done   q: end",
	};
	struct terminal t;
	(void)state;

	draw(&t, 40, 15, false, &page);
	/* The newest line needs three rows, and there are two. */
	for (size_t i = 0; i < ARRAY_SIZE(want); i++)
		assert_string_equal(t.cells[i], want[i]);
	draw(&t, 40, 16, false, &page);
	assert_string_equal(t.cells[12], "FAIL fob 1 UNLOCK: too late: 31.4 s from");
	assert_string_equal(t.cells[14], "is 30 s");
	assert_string_equal(t.cells[15], "SPACE: done   q: end");
}

static void large(void **state)
{
	struct terminal t;
	(void)state;

	draw(&t, 120, 40, false, &page);
	assert_string_equal(t.cells[0], "one-turn on sim:r53");
	/* Three times as large: 9 characters of 4 columns fit 108. */
	assert_memory_equal(t.cells[2], "###   ###   ######      ###   ", 30);
	assert_memory_equal(t.cells[4], t.cells[2], 120);
	assert_memory_equal(t.cells[5], "###   ###   ###   ###   ###   ", 30);
	assert_int_equal(strlen(t.cells[2]), 120);
	assert_string_equal(t.cells[18],
			    "Press UNLOCK (the button next to the blade), and hold it.");
	assert_string_equal(t.cells[22], "ok   KEY OUT 1.8 s of 5 s");
	assert_string_equal(t.cells[39], "SPACE: done   q: end");
}

/* In colour the points are reversed blanks: the same picture, no '#' but the bar's. */
static void coloured(void **state)
{
	struct terminal t;
	(void)state;

	draw(&t, 40, 15, true, &page);
	assert_string_equal(t.cells[2], "");
	assert_string_equal(t.cells[8], "Press UNLOCK (the button next to the");
	assert_string_equal(t.cells[10], "[##############################........]");
}

/* No size makes it write outside: put_char() sees to that. */
static void any_size(void **state)
{
	struct screen_page late = page;
	struct terminal t;
	(void)state;

	late.elapsed = 40 * NSEC_PER_SEC;
	late.word = "KEY OUT";
	for (unsigned int columns = 1; columns <= 200; columns += columns < 60 ? 1 : 13)
		for (unsigned int rows = 1; rows <= 60; rows += rows < 30 ? 1 : 7)
			for (int colour = 0; colour < 2; colour++) {
				draw(&t, columns, rows, colour, &late);
				if (columns >= 20)
					assert_string_equal(t.cells[rows - 1],
							    "SPACE: done   q: end");
			}
	draw(&t, 60, 20, false, &late);
	assert_string_equal(t.cells[10], "TOO LATE: 40.0 s of 30 s");
}

/* Opened and closed it leaves the terminal as it was. */
static void given_back(void **state)
{
	struct winsize size = { .ws_row = 15, .ws_col = 40 };
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK), slave;
	struct termios before, during, after;
	static struct out out;
	struct screen s;
	char text[4096];
	static const char last[] = "\033[?25h\033[?7h\033[?1049l";
	size_t len = 0;
	ssize_t n;
	(void)state;

	assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
	slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	assert_true(slave >= 0);
	assert_int_equal(ioctl(slave, TIOCSWINSZ, &size), 0);
	assert_int_equal(tcgetattr(slave, &before), 0);
	out_init(&out, slave);
	assert_int_equal(screen_open(&s, slave, &out, true), 0);
	assert_int_equal(tcgetattr(slave, &during), 0);
	assert_int_equal(screen_draw(&s, &page), 0);
	assert_int_equal(s.columns * 100 + s.rows, 4015);
	screen_close(&s);
	screen_close(&s);
	assert_int_equal(tcgetattr(slave, &after), 0);
	while ((n = read(master, text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	assert_int_equal(strncmp(text, "\033[?1049h", 8), 0);
	assert_true(len > sizeof(last));
	assert_string_equal(text + len + 1 - sizeof(last), last);
	assert_false(during.c_lflag & (ICANON | ECHO));
	assert_true(during.c_lflag & ISIG);
	assert_memory_equal(&before.c_cc, &after.c_cc, sizeof(after.c_cc));
	assert_int_equal(before.c_lflag, after.c_lflag);
	close(slave);
	close(master);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small),      cmocka_unit_test(large),
		cmocka_unit_test(coloured),   cmocka_unit_test(any_size),
		cmocka_unit_test(given_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
