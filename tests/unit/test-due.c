/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "proc/due.h"
#include "unit.h"

#define S NSEC_PER_SEC

/* What a person is shown in each phase; the limits are procedures.md's. */
static const struct row {
	const char *procedure;
	struct judge judge;
	const char *word, *text;
	nsec_t since, limit;
} rows[] = {
	{ "one-turn", { .phase = JUDGE_IDLE }, "TURN",
	  "Turn the key to the first click, back, and take it out.", 0, 0 },
	{ "one-turn", { .phase = JUDGE_TURNED, .turned = 7 * S, .ignition = IGNITION_ACC }, "KEY OUT",
	  "Turn the key back and take it out.", 7 * S, 5 * S },
	{ "one-turn", { .phase = JUDGE_WAIT, .base = 9 * S }, "UNLOCK", "Press UNLOCK and hold it.", 9 * S,
	  30 * S },
	{ "one-turn", { .phase = JUDGE_WAIT, .base = 20 * S, .result = { .n_slots = 1 } }, "UNLOCK",
	  "1 fob is learned. The next one: press UNLOCK and hold it.", 20 * S, 30 * S },
	{ "one-turn", { .phase = JUDGE_HOLD, .unlock = 11 * S, .presses = 2 }, "LOCK 3X",
	  "Hold UNLOCK, and press LOCK: 2 of 3 are done.", 11 * S, 10 * S },
	{ "one-turn", { .phase = JUDGE_HOLD, .unlock = 11 * S, .presses = 3 }, "LET GO", "Let UNLOCK go.",
	  0, 0 },
	{ "one-turn", { .phase = JUDGE_CONFIRM, .released = 14 * S }, "DOORS",
	  "Wait for the doors: they lock and unlock.", 14 * S, 3 * S },
	{ "one-turn", { .phase = JUDGE_DONE }, "", "It is over.", 0, 0 },
	{ "four-turns", { .phase = JUDGE_TURNED, .turns = 3, .ignition = IGNITION_OFF }, "TURN",
	  "3 of 4 turns are done: once more, and back.", 0, 0 },
	{ "four-turns", { .phase = JUDGE_TURNED, .turns = 4, .ignition = IGNITION_OFF, .back = 8 * S },
	  "KEY OUT", "Take the key out.", 8 * S, 10 * S },
	{ "four-turns", { .phase = JUDGE_RELEASE }, "LET GO", "Let both buttons go.", 0, 0 },
	{ "resync-two-button", { .phase = JUDGE_TURNED, .turned = 2 * S, .ignition = IGNITION_ON }, "BACK",
	  "Turn the key back to off.", 2 * S, 10 * S },
	{ "resync-two-button", { .phase = JUDGE_WAIT, .base = 3 * S }, "UNLOCK",
	  "Press UNLOCK, and let it go.", 3 * S, 10 * S },
	{ "resync-two-button", { .phase = JUDGE_CLICK, .base = 3 * S }, "LOCK", "Press LOCK.", 3 * S,
	  10 * S },
};

static void table(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct judge j = rows[i].judge;
		struct due d;

		j.p = procedure_find(rows[i].procedure);
		judge_due(&j, &d);
		if (strcmp(d.word, rows[i].word) || strcmp(d.text, rows[i].text) ||
		    d.since != rows[i].since || d.limit != rows[i].limit)
			fail_msg("row %zu: %s: %s", i, d.word, d.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
