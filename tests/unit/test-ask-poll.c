/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ask-bench.h"

/* Whether a car may be asked, and what is asked first. */

/* A file of the user's: one message whose answer is read by the request. */
static void add_request(struct bench *b, const char *protocol, const char *request)
{
	char text[512];
	struct dbc *dbc;
	int n = snprintf(text, sizeof(text),
			 "VERSION \"\"\nBU_: X\nBO_ 2633990144 Mine: 8 X\n SG_ A : 0|8@1+ (1,0) [0|0] \"\" X\n"
			 "BA_DEF_ BO_ \"DiagRequest\" STRING;\nBA_DEF_ BO_ \"DiagEcu\" STRING;\n"
			 "BA_DEF_ BO_ \"DiagProtocol\" STRING;\nBA_DEF_ BO_ \"Evidence\" STRING;\n"
			 "BA_ \"DiagRequest\" BO_ 2633990144 \"%s\";\nBA_ \"DiagEcu\" BO_ 2633990144 \"40\";\n"
			 "BA_ \"DiagProtocol\" BO_ 2633990144 \"%s\";\n"
			 "BA_ \"Evidence\" BO_ 2633990144 \"observed\";\n", request, protocol);

	assert_int_equal(dbc_parse("mine.dbc", text, (size_t)n, NULL, NULL, &dbc), 0);
	assert_int_equal(decoder_add(&b->decoder, dbc, NULL), 0);
}

/*
 * Where locks are not heard: one read of the terminal state, and then what it says. CAS: a
 * copy of 0x130 from byte 53 of 30 01 01, here by can.md 1.3's vectors.
 */
static void first_look(void **state)
{
	static const struct modules_rule f5x[] = {
		{ "6F1#400322DC56", 0, { { MS(5), "640#F10462DC5609FFFF" } } },
	}, f5x_off[] = {
		{ "6F1#400322DC56", 0, { { MS(5), "640#F10462DC5602FFFF" } } },
	}, refused[] = {
		{ "6F1#400322", 0, { { MS(5), "640#F1037F2211FFFFFF" } } },
	};
	static const struct {
		const char *platform, *heard;
		const struct modules_rule *rules;
		int r;
		const char *then, *sent;
	} t[] = {
		{ "f5x", NULL, f5x, 0, "f5x", "0 6F1#400322DC56000000" },
		{ "f5x", NULL, f5x_off, -EPERM, "f5x", "0 6F1#400322DC56000000" },
		{ "f5x", NULL, NULL, -ETIMEDOUT, "f5x", "0 6F1#400322DC56000000" },
		{ "f5x", NULL, refused, -EREMOTEIO, "f5x", "0 6F1#400322DC56000000" },
		/* Heard: nothing needs to be read. */
		{ "f5x", "2FC#81100100000000", NULL, 0, "f5x", "" },
		{ "f5x", "2FC#82100100000000", f5x, -EPERM, "f5x", "" },
		{ "f5x", "12F#958082DDF1013006", f5x, -EPERM, "f5x", "" },
		/* A car that nobody named. */
		{ NULL, NULL, f5x, 0, "f5x", "0 6F1#400322DC56000000" },
		{ NULL, NULL, f5x_off, -EPERM, "f5x", "0 6F1#400322DC56000000" },
		{ NULL, NULL, NULL, -ETIMEDOUT, NULL, "0 6F1#400322DC56000000" },
		/* No UDS there: it is the other kind, and is asked in its way. */
		{ NULL, NULL, refused, -ETIMEDOUT, "r56",
		  "0 6F1#400322DC56000000; 100 6F1#4003300101000000" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct bench b;
		char got[256];

		bench_open(&b, GATE_CAR, t[i].platform, t[i].rules, t[i].rules ? 1 : 0);
		b.gate.state = &b.state;
		if (t[i].heard) {
			struct frame f = frame_of(t[i].heard);
			struct event events[STATE_EVENTS_MAX];
			struct decoded dec;

			decoder_frame(&b.decoder, &f, &dec);
			state_hear(&b.state, &dec, events);
		}
		if (ask_may_poll(&b.asker, &b.decoder, &b.state) != t[i].r)
			fail_msg("row %zu: %s", i, b.asker.why);
		modules_log(&b.modules, got, sizeof(got));
		if (strcmp(got, t[i].sent) != 0)
			fail_msg("row %zu: '%s'", i, got);
		assert_true(t[i].r != -EPERM || strlen(b.asker.why) > 10);
		assert_ptr_equal(b.decoder.platform, platform_of(t[i].then));
		bench_close(&b);
	}
}

/* Ignition off in an answer: nothing more is asked, at once. */
static void ignition_off_stops(void **state)
{
	static const struct modules_rule rules[] = {
		{ "6F1#400322DC56", 2, { { MS(5), "640#F10462DC5609FFFF" } } },
		{ "6F1#400322DC56", 0, { { MS(5), "640#F10462DC5602FFFF" } } },
	};
	struct question q[] = {
		ask_for(DIAG_UDS, 0x40, "22DC56"), ask_for(DIAG_UDS, 0x40, "22DC56"),
		ask_for(DIAG_UDS, 0x40, "22DAB4"), ask_for(DIAG_UDS, 0x40, "22DC64"),
	};
	struct bench b;
	(void)state;

	bench_open(&b, GATE_CAR, "f5x", rules, ARRAY_SIZE(rules));
	b.gate.state = &b.state;
	/* Nothing else is asked before the terminal state is known. */
	assert_int_equal(ask_all(&b.asker, &q[2], 1, note, &b), 0);
	assert_string_equal(b.done, "40=-1");
	assert_sent(&b, "");

	assert_int_equal(ask_may_poll(&b.asker, &b.decoder, &b.state), 0);
	b.done[0] = '\0';
	assert_int_equal(ask_all(&b.asker, q, ARRAY_SIZE(q), note, &b), 0);
	assert_string_equal(b.done, "40=0 40=0 40=-1 40=-1");
	assert_sent(&b, "0 6F1#400322DC56000000; 100 6F1#400322DC56000000; "
			"200 6F1#400322DC56000000");
	assert_int_equal(ask_may_poll(&b.asker, &b.decoder, &b.state), -EPERM);
	assert_int_equal(b.modules.n_log, 3);
	bench_close(&b);
}

/* A file that asks for more than reading: nothing is asked at all, not even what reads. */
static void crafted_files(void **state)
{
	static const struct {
		const char *protocol, *request;
	} t[] = {
		{ "uds", "1002" },   { "uds", "1003" },	  { "uds", "1101" }, { "uds", "14FFFFFF" },
		{ "uds", "2703" },   { "uds", "280301" }, { "uds", "2EF190" }, { "uds", "2F123403" },
		{ "uds", "3101AC5A00" }, { "uds", "34" }, { "uds", "36" },   { "uds", "37" },
		{ "uds", "8502" },   { "uds", "3101AC5A0000000000000000" },
		{ "uds", "1A80" },   { "kwp", "1001" },	  { "kwp", "1089" }, { "kwp", "81" },
		{ "kwp", "301602" }, { "kwp", "30160100FF" }, { "kwp", "3016" }, { "kwp", "3105" },
		{ "kwp", "3B90" },   { "kwp", "14FF00" }, { "kwp", "190209" }, { "kwp", "2701" },
		{ "ds2", "0C01" },   { "ds2", "05" },	  { "ds2", "09" },   { "ds2", "9E" },
		{ "ds2", "10" },     { "ds2", "90" },
	};
	static const char *const platforms[] = { "r5x", "r56", "f5x", NULL };
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		for (size_t k = 0; k < ARRAY_SIZE(platforms); k++)
			for (enum gate_class class = GATE_CAR; class <= GATE_BENCH; class++) {
				struct bench b;

				bench_open(&b, class, platforms[k], NULL, 0);
				b.gate.state = &b.state;
				add_request(&b, t[i].protocol, t[i].request);
				if (ask_may_poll(&b.asker, &b.decoder, &b.state) != -EPERM)
					fail_msg("%s %s", t[i].protocol, t[i].request);
				assert_non_null(strstr(b.asker.why, "Mine"));
				assert_int_equal(b.modules.n_log, 0);
				bench_close(&b);
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_look),
		cmocka_unit_test(ignition_off_stops),
		cmocka_unit_test(crafted_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
