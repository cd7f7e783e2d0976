/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/board.h"
#include "unit.h"

/* The next message is TEXT, kept or of the moment; "": there is none. */
static void next(struct board *b, const char *text, bool kept)
{
	struct board_message m;
	bool is_kept = false;
	char got[128] = "";

	if (board_take(b, &m, &is_kept)) {
		snprintf(got, sizeof(got), "%s %s", m.topic, m.payload);
		assert_int_equal(m.n, strlen(m.payload));
		board_forget(&m);
	}
	assert_string_equal(got, text);
	assert_int_equal(is_kept, kept);
}

static int keep(struct board *b, const char *topic, const char *payload)
{
	return board_keep(b, topic, payload, strlen(payload));
}

static void kept(void **state)
{
	struct board b = { 0 };
	(void)state;

	assert_int_equal(keep(&b, "door", "open"), 1);
	assert_int_equal(keep(&b, "lock", "locked"), 1);
	assert_int_equal(keep(&b, "door", "open"), 0);
	assert_int_equal(keep(&b, "door", "closed"), 1);	/* "open" is never told */
	next(&b, "door closed", true);
	next(&b, "lock locked", true);
	next(&b, "", false);
	assert_int_equal(keep(&b, "door", "closed"), 0);
	next(&b, "", false);
	/* A broker that has forgotten all. */
	board_renew(&b);
	next(&b, "door closed", true);
	assert_int_equal(keep(&b, "door", "open"), 1);
	next(&b, "door open", true);
	next(&b, "lock locked", true);
	next(&b, "", false);
	board_free(&b);
}

static void told(void **state)
{
	struct board b = { 0 };
	char text[16];
	(void)state;

	assert_true(board_tell(&b, "event", "one", 3));
	assert_true(board_tell(&b, "event", "two", 3));
	assert_int_equal(keep(&b, "door", "open"), 1);
	next(&b, "door open", true);	/* first */
	next(&b, "event one", false);
	next(&b, "event two", false);
	next(&b, "", false);
	/* Round the ring, as far as there is room. */
	for (int i = 0; i < BOARD_TOLD_MAX; i++)
		assert_true(board_tell(&b, "event", text, (size_t)sprintf(text, "%d", i)));
	assert_false(board_tell(&b, "event", "x", 1));
	next(&b, "event 0", false);
	assert_true(board_tell(&b, "event", "x", 1));
	assert_int_equal(board_drop_told(&b), BOARD_TOLD_MAX);
	next(&b, "", false);
	board_renew(&b);
	next(&b, "door open", true);
	next(&b, "", false);
	board_free(&b);
}

static void full(void **state)
{
	struct board b = { 0 };
	char topic[16];
	(void)state;

	for (int i = 0; i < BOARD_KEPT_MAX; i++) {
		sprintf(topic, "%d", i);
		assert_int_equal(keep(&b, topic, ""), 1);
	}
	assert_int_equal(keep(&b, "more", ""), -ENOSPC);
	assert_int_equal(keep(&b, "0", "new"), 1);
	next(&b, "0 new", true);
	next(&b, "1 ", true);
	board_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kept), cmocka_unit_test(told), cmocka_unit_test(full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
