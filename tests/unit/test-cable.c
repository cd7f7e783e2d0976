/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "ask-bench.h"
#include "car/cable.h"
#include "car/ident.h"
#include "car/keys.h"
#include "car/poll.h"
#include "car/survey.h"

/*
 * A car at the end of a K-line, which says nothing by itself: DESIGN 6 lets it be polled while
 * terminal R or higher is heard or answered. A K+DCAN cable has terminal 15 on DSR
 * (adapters.md 1.2); others have no such line, or do not wire it.
 */

#define NONE (-95) /* the port has no modem lines */

struct k_line {
	struct bench b;
	struct cable cable;
	int dsr;
	size_t off_after; /* requests sent, after which DSR goes off; 0: it stays */
};

static const char *look(void *arg)
{
	struct k_line *k = arg;

	if (k->off_after && k->b.modules.n_log >= k->off_after)
		k->dsr = 0;

	return cable_hear(&k->cable, &k->b.decoder, &k->b.state, k->dsr,
			  clock_now(&k->b.modules.clk));
}

/* BC1RD, EWS and cluster, in the frames of kbus.md 4.4. */
static const struct modules_rule idents[] = {
	{ "1B3F0000#", 0, { { MS(5), "00 0F 3F A0 01 02 03 04 01 00 A3 00 01 05 00 01 33" } } },
	{ "1B3F4400#", 0, { { MS(5), "44 0F 3F A0 01 02 03 04 01 00 01 00 01 05 00 01 D5" } } },
	{ "1B3F8000#", 0, { { MS(5), "80 0F 3F A0 01 02 03 04 01 00 01 00 01 05 00 01 11" } } },
};

static void k_line_open(struct k_line *k, enum gate_class class, int dsr)
{
	*k = (struct k_line){ .dsr = dsr };
	bench_open(&k->b, class, "r5x", idents, ARRAY_SIZE(idents));
	k->b.decoder.k_line = true;
	gate_init(&k->b.gate, class, false, &k->b.decoder);
	k->b.gate.state = &k->b.state;
	k->b.gate.look = look;
	k->b.gate.look_arg = k;
}

static int may_poll(struct k_line *k)
{
	return ask_may_poll(&k->b.asker, &k->b.decoder, &k->b.state);
}

static const char *ignition(const struct k_line *k)
{
	return datum_word(DATUM_IGNITION, k->b.state.data[DATUM_IGNITION].value);
}

/* Before anything is asked. */
static void polled_with_ignition(void **state)
{
	static const struct {
		int dsr, r;
		const char *ignition, *why;
	} t[] = {
		{ 1, 0, "on", "" },
		{ 0, -EPERM, "unknown", "DSR is off, or not wired" },
		{ NONE, -EPERM, "unknown", "no DSR line" },
		{ -ENODEV, -EPERM, "unknown", "no DSR line" },
	};
	static const enum gate_class classes[] = { GATE_CAR, GATE_BENCH };
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		for (size_t c = 0; c < ARRAY_SIZE(classes); c++) {
			struct k_line k;

			k_line_open(&k, classes[c], t[i].dsr);
			if (may_poll(&k) != t[i].r || strcmp(ignition(&k), t[i].ignition) ||
			    !strstr(k.b.asker.why, t[i].why))
				fail_msg("row %zu: %s, %s", i, ignition(&k), k.b.asker.why);
			assert_int_equal(k.b.modules.n_log, 0);
			bench_close(&k.b);
		}
}

/* DSR goes off after the second request: there is no third, and it says why. */
static void ignition_off_ends_it(void **state)
{
	struct question q[4];
	struct k_line k;
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(q); i++)
		q[i] = ask_for(DIAG_DS2, 0x00, "00");
	k_line_open(&k, GATE_CAR, 1);
	k.off_after = 2;
	assert_int_equal(may_poll(&k), 0);
	assert_int_equal(ask_all(&k.b.asker, q, ARRAY_SIZE(q), note, &k.b), 0);
	assert_string_equal(k.b.done, "00=0 00=0 00=-1 00=-1");
	assert_sent(&k.b, "0 1B3F0000#; 100 1B3F0000#");
	assert_non_null(strstr(k.b.asker.why, "ignition is off"));
	assert_string_equal(ignition(&k), "unknown");
	assert_int_equal(may_poll(&k), -EPERM);
	/* And on again. */
	k.off_after = 0;
	k.dsr = 1;
	assert_int_equal(may_poll(&k), 0);
	bench_close(&k.b);
}

/* Only that one line was off, and nothing else is known: not even a first look is sent. */
static void no_look_without_it(void **state)
{
	struct question q[] = { ask_for(DIAG_DS2, 0x00, "00"), ask_for(DIAG_DS2, 0x00, "0BF2"),
				ask_for(DIAG_KWP, 0x12, "1A80") };
	struct k_line k;
	(void)state;

	k_line_open(&k, GATE_CAR, 0);
	k.b.gate.allow_unverified = true;
	assert_int_equal(ask_all(&k.b.asker, q, ARRAY_SIZE(q), note, &k.b), 0);
	assert_string_equal(k.b.done, "00=-1 00=-1 12=-1");
	assert_sent(&k.b, "");
	bench_close(&k.b);
}

static void hear_text(struct k_line *k, const char *text)
{
	struct frame f = frame_of(text);
	struct event events[STATE_EVENTS_MAX];
	struct decoded dec;

	decoder_frame(&k->b.decoder, &f, &dec);
	state_hear(&k->b.state, &dec, events);
}

/* What was heard or answered stands against an "on" of the cable; a lock always does. */
static void others_know_better(void **state)
{
	static const struct {
		const char *heard;
		int dsr, r;
		const char *ignition;
	} t[] = {
		{ "1B80BF11#00", 1, -EPERM, "off" },
		{ "1B80BF11#01", 1, 0, "acc" },
		{ "1B80BF11#03", 0, 0, "on" },	  /* no line is known to be there */
		{ "1B80BF11#03", NONE, 0, "on" },
		{ "1B00BF7A#2000", 1, -EPERM, "on" },
		{ "1B00BF7A#3000", 1, -EPERM, "on" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct k_line k;

		k_line_open(&k, GATE_CAR, t[i].dsr);
		hear_text(&k, t[i].heard);
		if (may_poll(&k) != t[i].r || strcmp(ignition(&k), t[i].ignition))
			fail_msg("%s: %s, %s", t[i].heard, ignition(&k), k.b.asker.why);
		assert_int_equal(k.b.modules.n_log, 0);
		bench_close(&k.b);
	}
}

/* A cable that is known to have the line says "off" for good, whatever was answered. */
static void off_counts(void **state)
{
	struct k_line k;
	(void)state;

	k_line_open(&k, GATE_CAR, 1);
	assert_int_equal(may_poll(&k), 0);
	hear_text(&k, "1B80BF11#03");
	k.dsr = 0;
	assert_int_equal(may_poll(&k), -EPERM);
	assert_string_equal(ignition(&k), "unknown");
	bench_close(&k.b);
}

/* Where the datum is from, and how it is known: shown by status. */
static void says_its_source(void **state)
{
	const struct datum_state *d;
	struct k_line k;
	(void)state;

	k_line_open(&k, GATE_CAR, 1);
	assert_int_equal(may_poll(&k), 0);
	d = &k.b.state.data[DATUM_IGNITION];
	assert_true(state_known(&k.b.state, DATUM_IGNITION));
	assert_string_equal(grade_word(grade_of_signal(d->dbc, d->signal)), "documented");
	assert_non_null(strstr(source_of_signal(d->dbc, d->signal), "adapters.md 1.2"));
	bench_close(&k.b);
}

/* scan: what has a document, and with --allow-unverified the rest. */
static void scanned(void **state)
{
	static const struct {
		bool allow;
		const char *sent;
		int results[4]; /* 00, 12, 44, 80 */
	} t[] = {
		{ false, "0 1B3F0000#", { 0, -EPERM, -EPERM, -EPERM } },
		{ true, "", { 0, -ETIMEDOUT, 0, 0 } },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct survey sv = { .wants = ident_is_message };
		struct k_line k;

		k_line_open(&k, GATE_CAR, 1);
		k.b.gate.allow_unverified = t[i].allow;
		assert_int_equal(survey_ask(&sv, &k.b.asker, &k.b.decoder), 0);
		assert_int_equal(sv.n, 4);
		for (size_t m = 0; m < 4; m++)
			if (sv.items[m].result != t[i].results[m])
				fail_msg("row %zu, %02X: %d", i, sv.items[m].address,
					 sv.items[m].result);
		if (!t[i].allow) {
			assert_sent(&k.b, t[i].sent);
			assert_non_null(strstr(sv.items[2].why, "--allow-unverified"));
		}
		survey_free(&sv);
		bench_close(&k.b);
	}
}

/* On the K-bus the engine is not to be reached: kbus.md 3.1. */
static void engine_is_on_another_bus(void **state)
{
	struct survey sv = { .wants = ident_is_message };
	struct k_line k;
	(void)state;

	k_line_open(&k, GATE_VIRTUAL, NONE);
	k.b.decoder.k_line = false;
	assert_int_equal(survey_ask(&sv, &k.b.asker, &k.b.decoder), 0);
	assert_int_equal(sv.n, 3);
	assert_int_equal(sv.items[1].address, 0x44);
	survey_free(&sv);
	bench_close(&k.b);
}

/* What only the simulator knows is left out, and that is told. */
static void made_up_requests_are_left_out(void **state)
{
	struct key_list list = { .n = 0 };
	struct poll p;
	struct k_line k;
	(void)state;

	k_line_open(&k, GATE_CAR, 1);
	k.b.gate.allow_unverified = true;
	p = (struct poll){ .asker = &k.b.asker, .decoder = &k.b.decoder, .state = &k.b.state };
	assert_int_equal(poll_state(&p, &k.b.state), 0);
	assert_true(p.left_out);
	assert_int_equal(p.answered, 0);
	assert_int_equal(p.failed, 0);
	p = (struct poll){ .asker = &k.b.asker, .decoder = &k.b.decoder, .state = &k.b.state };
	assert_int_equal(keys_ask(&list, &p), -EINVAL);
	assert_true(p.left_out);
	assert_false(keys_can_be_asked(&k.b.decoder));
	assert_sent(&k.b, "");
	bench_close(&k.b);
}

/* The same by hand: no service and no option lets them pass. kbus.md 3.3, 4.2 */
static void gate_refuses(void **state)
{
	static const char *const requests[] = { "0BF0", "0BF1", "0BF2", "0BF3", "0BF4", "0BF5",
						"0C00", "01",	"05",	"0600000001", "9E" };
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(requests); i++) {
		struct question q = ask_for(DIAG_DS2, strcmp(requests[i], "0BF1") ? 0x00 : 0x44,
					    requests[i]);
		struct k_line k;

		k_line_open(&k, GATE_CAR, 1);
		k.b.gate.allow_unverified = true;
		if (ask_one(&k.b.asker, &q, k.b.answer) != -EPERM)
			fail_msg("%s", requests[i]);
		assert_sent(&k.b, "");
		bench_close(&k.b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(polled_with_ignition),
		cmocka_unit_test(ignition_off_ends_it),
		cmocka_unit_test(no_look_without_it),
		cmocka_unit_test(others_know_better),
		cmocka_unit_test(off_counts),
		cmocka_unit_test(says_its_source),
		cmocka_unit_test(scanned),
		cmocka_unit_test(engine_is_on_another_bus),
		cmocka_unit_test(made_up_requests_are_left_out),
		cmocka_unit_test(gate_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
