/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "gate-guard.h"
#include "link/mem.h"

/*
 * The allow-list of the design, frame by frame: what reads is sent, and nothing else.
 * Reasons are in kbus.md 3.4, 4.2 and can.md 2.1, 3. Whole ranges: test-gate-bytes.c.
 */

#define CAR GATE_CAR
#define BENCH GATE_BENCH
#define VIRTUAL GATE_VIRTUAL

struct row {
	enum gate_class class;
	bool allow;
	const char *platform, *frame;
	int r;
};

static void check_rows(const struct row *t, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct frame f = frame_of(t[i].frame);
		struct guard g;

		guard_open(&g, t[i].class, t[i].allow, t[i].platform);
		if (ask(&g, &f) != t[i].r)
			fail_msg("row %zu: %s on %s", i, t[i].frame,
				 t[i].platform ? t[i].platform : "an unknown car");
		guard_close(&g);
	}
}

/* A car may be there: requests that read, from the tester's address. */
static void car_rows(void **state)
{
	static const struct row t[] = {
		/* kbus.md 9: requests from 3F are computed; nobody has tried them. */
		{ CAR, true, "r5x", "3F 03 80 10 AC", 0 },
		{ CAR, true, "r5x", "3F 03 00 79 45", 0 },
		{ CAR, true, "r5x", "3F 06 44 73 00 00 80 8E", 0 },
		{ CAR, false, "r5x", "3F 03 80 10 AC", -EPERM },
		{ CAR, false, "r5x", "3F 03 00 79 45", -EPERM },
		{ CAR, false, "r5x", "3F 06 44 73 00 00 80 8E", -EPERM },
		{ CAR, true, NULL, "3F 03 00 79 45", 0 },
		/* DS2 in a K-bus frame. */
		{ CAR, true, "r5x", "3F 03 00 00 3C", 0 },
		{ CAR, true, "r5x", "3F 03 D0 0B E7", 0 },
		{ CAR, true, "r5x", "3F 04 00 04 00 3F", 0 },
		{ CAR, true, "r5x", "1B3F009F#", 0 },
		{ CAR, true, "r5x", "1B3F0008#", 0 },
		/* Only the simulator knows these. */
		{ CAR, true, "r5x", "1B3F000B#F0", -EPERM },
		{ CAR, true, "r5x", "1B3F440B#F1", -EPERM },
		{ CAR, true, "r5x", "1B3F000B#F000", -EPERM },
		{ CAR, true, "r5x", "1B3F000B#01", 0 },
		{ CAR, true, NULL, "1B3F000B#F0", -EPERM },
		{ CAR, true, "r56", "6F1#400221F000000000", -EPERM },
		{ CAR, true, "r56", "6F1#400221F100000000", -EPERM },
		{ CAR, true, "r56", "6F1#400221F800000000", -EPERM },
		{ CAR, true, "r56", "6F1#4002212700000000", 0 },
		/* Actuators, writing, sessions. */
		{ CAR, true, "r5x", "1B3F000C#0001", -EPERM },
		{ CAR, true, "r5x", "1B3FD00C#0001", -EPERM },
		{ CAR, true, "r5x", "1B3F0005#", -EPERM },
		{ CAR, true, "r5x", "1B3F009E#", -EPERM },
		{ CAR, true, "r5x", "1B3F0090#", -EPERM },
		/* Others' frames and broadcasts. */
		{ CAR, true, "r5x", "30 03 00 79 4A", -EPERM },
		{ CAR, true, "r5x", "80 03 00 01 82", -EPERM },
		{ CAR, true, "r5x", "80 04 BF 11 01 2B", -EPERM },
		{ CAR, true, "r5x", "00 05 BF 7A 10 00 D0", -EPERM },
		{ CAR, true, "r5x", "00 04 BF 72 22 EB", -EPERM },
		{ CAR, true, "r5x", "44 05 BF 74 04 00 8E", -EPERM },
		/* KWP2000. */
		{ CAR, true, "r56", "6F1#40021A8000000000", 0 },
		{ CAR, true, "r56", "6F1#40041802FFFF0000", 0 },
		{ CAR, true, "r56", "6F1#4003221010000000", 0 },
		{ CAR, true, "r56", "6F1#7203301601000000", 0 },
		{ CAR, true, "r56", "6F1#0004300501020000", 0 },
		{ CAR, true, "r56", "6F1#40013E0000000000", 0 },
		{ CAR, false, "r56", "6F1#7203301601000000", -EPERM },
		{ CAR, false, "r56", "6F1#4002212800000000", -EPERM },
		/* A document has these; those are inferred: can.md 3.1, 3.2. */
		{ CAR, false, "r56", "6F1#4002212700000000", 0 },
		{ CAR, false, "r56", "6F1#4003300101000000", 0 },
		{ CAR, false, "r56", "6F1#000221A400000000", -EPERM },
		{ CAR, false, "f5x", "6F1#400322DC56000000", 0 },
		{ CAR, false, "f5x", "6F1#400322DAB4000000", 0 },
		{ CAR, false, "f5x", "6F1#400322DACB000000", -EPERM },
		{ CAR, true, "f5x", "6F1#400322DACB000000", 0 },
		{ CAR, false, "f5x", "6F1#400322DAC7000000", -EPERM },
		{ CAR, true, "r56", "6F1#7203301602000000", -EPERM },
		{ CAR, true, "r56", "6F1#4002303000000000", -EPERM },
		{ CAR, true, "r56", "6F1#EF03310500000000", -EPERM },
		{ CAR, true, "r56", "6F1#4003190209000000", -EPERM },
		{ CAR, true, "r56", "6F1#4002108900000000", -EPERM },
		{ CAR, true, "r56", "6F1#4002100100000000", -EPERM },
		{ CAR, true, "r56", "6F1#4002270300000000", -EPERM },
		/* can.md 5: 81 and 82 belong to the K-line, not to D-CAN. */
		{ CAR, true, "r56", "6F1#4001810000000000", -EPERM },
		{ CAR, true, "r56", "6F1#4001820000000000", -EPERM },
		/* UDS. */
		{ CAR, true, "f5x", "6F1#400322F190000000", 0 },
		{ CAR, true, "f5x", "6F1#400322DAB4000000", 0 },
		{ CAR, true, "f5x", "6F1#400319020C000000", 0 },
		{ CAR, true, "f5x", "6F1#40023E8000000000", 0 },
		{ CAR, true, "f5x", "6F1#4002100100000000", 0 },
		{ CAR, true, "f5x", "6F1#4002100300000000", -EPERM },
		{ CAR, true, "f5x", "6F1#4002108100000000", -EPERM },
		{ CAR, true, "f5x", "6F1#40063101AC5A0000", -EPERM },
		{ CAR, true, "f5x", "6F1#4002110100000000", -EPERM },
		{ CAR, true, "f5x", "6F1#40042E1234560000", -EPERM },
		{ CAR, true, "f5x", "6F1#40021A8000000000", -EPERM },
		{ CAR, true, "f5x", "6F1#7203301601000000", -EPERM },
		{ CAR, true, "f5x", "6F1#4002212700000000", -EPERM },
		/* A car that is not known yet: what reads on both kinds. */
		{ CAR, true, NULL, "6F1#400322F190000000", 0 },
		{ CAR, true, NULL, "6F1#40021A8000000000", -EPERM },
		{ CAR, true, NULL, "6F1#400319020C000000", -EPERM },
		{ CAR, true, NULL, "6F1#7203301601000000", -EPERM },
		/* Not the tester, not its identifier. */
		{ CAR, true, "r56", "6F0#400322F190000000", -EPERM },
		{ CAR, true, "r56", "6F2#400322F190000000", -EPERM },
		{ CAR, true, "r56", "000006F1#400322F190000000", -EPERM },
		{ CAR, true, "r56", "640#F10462DAB402", -EPERM },
		{ CAR, true, "r56", "130#4542698FE2", -EPERM },
		{ CAR, true, "r56", "2FC#840000FFFFFFFF", -EPERM },
		{ CAR, true, "r56", "2A0#2222180120630503", -EPERM },
		{ CAR, true, "r56", "26E#0097F4901FFFFFFF", -EPERM },
		{ CAR, true, "r56", "7C0#00", -EPERM },
		/* Not data frames. */
		{ CAR, true, "r56", "6F1#R8", -EPERM },
		{ CAR, true, "r56", "20000040#0000000000000000", -EPERM },
		{ CAR, true, "r5x", "1B3F0079#R", -EPERM },
	};
	(void)state;

	check_rows(t, ARRAY_SIZE(t));
}

/* A bench: the car's body and ignition frames too. */
static void bench_rows(void **state)
{
	static const struct row t[] = {
		{ BENCH, false, "r5x", "80 04 BF 11 01 2B", 0 },
		{ BENCH, false, "r5x", "44 05 BF 74 04 00 8E", 0 },
		{ BENCH, false, "r5x", "00 05 BF 7A 30 03 F3", 0 },
		{ BENCH, false, "r5x", "00 04 BF 72 12 DB", 0 },
		{ BENCH, false, "r56", "130#4542698FE2", 0 },
		{ BENCH, false, "r56", "2FC#840000FFFFFFFF", 0 },
		{ BENCH, false, "r56", "0EA#82FFE7FCFFFFFFFF", 0 },
		{ BENCH, false, "r56", "23A#11300161", 0 },
		{ BENCH, false, "f5x", "12F#9F808ADDF1013006", 0 },
		{ BENCH, false, "f5x", "2FC#81100100000000", 0 },
		/* Of another car, or of none. */
		{ BENCH, false, "r56", "12F#9F808ADDF1013006", -EPERM },
		{ BENCH, false, "r56", "80 04 BF 11 01 2B", -EPERM },
		{ BENCH, false, "r5x", "130#4542698FE2", -EPERM },
		{ BENCH, false, "r5x", "1BD0BF7A#1000", -EPERM },
		{ BENCH, false, "r5x", "1B00FF7A#1000", -EPERM },
		{ BENCH, false, "r56", "000002FC#840000FFFFFFFF", -EPERM },
		{ BENCH, true, "r56", "7A0#0102", -EPERM },
		/* Named, but neither body nor ignition. */
		{ BENCH, true, "r56", "1B4#E803000000000000", -EPERM },
		{ BENCH, true, "r56", "380#54455354303031", -EPERM },
		{ BENCH, true, "r56", "480#0042000000000000", -EPERM },
		{ BENCH, true, "r5x", "80 05 BF 18 00 14 36", -EPERM },
		{ BENCH, true, "r5x", "00 04 BF 76 02 CF", -EPERM },
		{ BENCH, true, "r5x", "30 03 00 79 4A", -EPERM },
		/* An id that stands for a diagnostic answer is on no bus. */
		{ BENCH, true, "r5x", "1D440BF1#0101", -EPERM },
		{ BENCH, true, "r5x", "1D000BF2#0000000000000000", -EPERM },
		{ BENCH, true, "r5x", "1C000000#01", -EPERM },
		{ BENCH, true, "r56", "1D4021F8#09000411", -EPERM },
		/* The same requests as in a car, the same refusals. */
		{ BENCH, true, "r5x", "3F 03 00 79 45", 0 },
		{ BENCH, false, "r5x", "3F 03 00 79 45", -EPERM },
		{ BENCH, true, "r56", "6F1#7203301601000000", 0 },
		{ BENCH, true, "f5x", "6F1#400322F190000000", 0 },
		{ BENCH, true, "r56", "6F1#7203301602000000", -EPERM },
		{ BENCH, true, "f5x", "6F1#40063101AC5A0000", -EPERM },
		{ BENCH, true, "r5x", "1B3F000B#F0", -EPERM },
		/* Never. */
		{ BENCH, true, "r5x", "1B3F000C#0001", -EPERM },
		{ BENCH, true, "r5x", "1B00BF0C#0001", -EPERM },
		{ BENCH, true, "r56", "2A0#2222180120630503", -EPERM },
		{ BENCH, true, "r56", "26E#0097F4901FFFFFFF", -EPERM },
		{ BENCH, true, "f5x", "2A0#88888801FFFFFFFF", -EPERM },
		{ BENCH, true, "f5x", "26E#00404000FFFFFFFF", -EPERM },
		/* Modules' answers are for `sim` alone. */
		{ BENCH, true, "r5x", "00 03 3F A0 9C", -EPERM },
		{ BENCH, true, "r56", "640#F10461F80101", -EPERM },
		{ BENCH, true, "r56", "130#R5", -EPERM },
		{ BENCH, true, "r56", "20000040#0000000000000000", -EPERM },
	};
	(void)state;

	check_rows(t, ARRAY_SIZE(t));
}

/* `sim` on a bench: the answers of the modules it plays, and still never these. */
static void bench_that_plays(void **state)
{
	static const struct {
		const char *platform, *frame;
		int r;
	} t[] = {
		{ "r5x", "00 03 3F A0 9C", 0 },
		{ "r5x", "00 03 3F B0 8C", 0 },
		{ "r5x", "44 05 BF 74 04 00 8E", 0 },
		{ "r5x", "00 04 BF 76 02 CF", 0 },
		{ "r5x", "80 05 BF 18 00 14 36", 0 },
		{ "r56", "640#F10461F80101", 0 },
		{ "r56", "640#F1037F2111FFFFFF", 0 },
		{ "r56", "600#F1037F2111FFFFFF", 0 },
		{ "r56", "600#F11008700101AABB", 0 },
		{ "r56", "2FC#840000FFFFFFFF", 0 },
		{ "r5x", "1B3F000C#0001", -EPERM },
		{ "r5x", "1B003F0C#", -EPERM },
		{ "r56", "2A0#2222180120630503", -EPERM },
		{ "r56", "26E#0097F4901FFFFFFF", -EPERM },
		{ "r56", "640#400461F80101", -EPERM },
		{ "r56", "6F1#4002270300000000", -EPERM },
		{ "r56", "7A0#0102", -EPERM },
		{ "r56", "7C0#00", -EPERM },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct frame f = frame_of(t[i].frame);
		struct guard g;

		guard_open(&g, BENCH, true, t[i].platform);
		g.gate.plays_modules = true;
		if (ask(&g, &f) != t[i].r)
			fail_msg("%s", t[i].frame);
		/* Where a car may be it helps nothing. */
		g.gate.class = CAR;
		if ((f.id & 0xff0000) != 0x3f0000 && f.id != 0x6f1)
			assert_int_equal(ask(&g, &f), -EPERM);
		guard_close(&g);
	}
}

static void virtual_rows(void **state)
{
	static const char *const t[] = {
		"1B3F000C#0001",
		"2A0#2222180120630503",
		"26E#00",
		"7A0#0102",
		"6F1#4010143101020304",
		"6F1#4002270300000000",
		"00 05 BF 7A 30 03 F3",
		"123#R4",
		"7FF#",
		"1B3F000B#F0",
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct frame f = frame_of(t[i]);
		struct guard g;

		guard_open(&g, VIRTUAL, false, NULL);
		assert_int_equal(ask(&g, &f), 0);
		guard_close(&g);
	}
}

/* A refusal names the byte or the identifier. */
static void reasons(void **state)
{
	static const struct {
		enum gate_class class;
		bool allow;
		const char *platform, *frame, *words;
	} t[] = {
		{ CAR, true, "r5x", "1B3F009D#", "9D" },
		{ CAR, true, "r5x", "30 03 00 79 4A", "30" },
		{ CAR, true, "r5x", "30 03 00 79 4A", "--bench" },
		{ CAR, false, "r5x", "3F 03 00 79 45", "--allow-unverified" },
		{ CAR, true, "r5x", "1B3F000B#F0", "simulator" },
		{ CAR, true, "r5x", "1B3F000C#", "0C" },
		{ CAR, true, "r56", "6F1#4002270300000000", "27" },
		{ CAR, true, "r56", "6F1#7203301602000000", "30 xx 01" },
		{ CAR, true, "f5x", "6F1#4002100300000000", "10 01" },
		{ CAR, true, "f5x", "6F1#40101422F1900000", "10" },
		{ CAR, true, "r56", "123#00", "123" },
		{ CAR, true, NULL, "6F1#40021A8000000000", "--car" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct frame f = frame_of(t[i].frame);
		char why[GATE_WHY_MAX] = "";
		struct guard g;

		guard_open(&g, t[i].class, t[i].allow, t[i].platform);
		assert_int_equal(gate_check(&g.gate, &f, why), -EPERM);
		if (!strstr(why, t[i].words))
			fail_msg("%s: '%s' has no '%s'", t[i].frame, why, t[i].words);
		guard_close(&g);
	}
}

/* Without a DBC nothing is known of a request: it needs --allow-unverified. */
static void without_decoder(void **state)
{
	static const char *const ok[] = { "6F1#400322F190000000", "3F 03 00 79 45" };
	char why[GATE_WHY_MAX];
	struct frame f;
	struct gate g;
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(ok); i++) {
		f = frame_of(ok[i]);
		gate_init(&g, CAR, false, NULL);
		assert_int_equal(gate_check(&g, &f, why), -EPERM);
		gate_init(&g, CAR, true, NULL);
		assert_int_equal(gate_check(&g, &f, why), 0);
	}
	f = frame_of("130#4542698FE2");
	gate_init(&g, BENCH, true, NULL);
	assert_int_equal(gate_check(&g, &f, why), -EPERM);
}

/* can.md 2.1: a locked car is not polled; where that is not heard, the ignition tells. */
static void polling(void **state)
{
	static const struct {
		const char *platform;
		const char *frames[2];
		int r;
	} t[] = {
		{ "r5x", { NULL }, -EPERM },
		{ "r5x", { "00 05 BF 7A 10 00 D0" }, 0 },
		{ "r5x", { "00 05 BF 7A 20 00 E0" }, -EPERM },
		{ "r5x", { "00 05 BF 7A 30 00 F0" }, -EPERM },
		{ "r5x", { "00 05 BF 7A 30 00 F0", "80 04 BF 11 03 29" }, -EPERM },
		{ "r5x", { "00 05 BF 7A 30 00 F0", "00 05 BF 7A 10 00 D0" }, 0 },
		{ "r5x", { "80 04 BF 11 00 2A" }, -EPERM },
		{ "r5x", { "80 04 BF 11 01 2B" }, 0 },
		{ "r5x", { "80 04 BF 11 03 29" }, 0 },
		{ "r5x", { "80 04 BF 11 07 2D" }, 0 },
		{ "r5x", { "80 04 BF 11 01 2B", "80 04 BF 11 00 2A" }, -EPERM },
		{ "r56", { "2FC#820000FFFFFFFF" }, -EPERM },
		{ "r56", { "2FC#840000FFFFFFFF" }, -EPERM },
		{ "r56", { "2FC#810000FFFFFFFF" }, 0 },
		{ "r56", { "2FC#800000FFFFFFFF" }, -EPERM },
		{ "r56", { "130#4542698FE2" }, 0 },
		{ "r56", { "130#4142698FA2" }, 0 },
		{ "r56", { "130#0001C00F20" }, -EPERM },
		{ "r56", { "130#4542698FE2", "130#0001C00F20" }, -EPERM },
		{ "f5x", { "12F#9F808ADDF1013006" }, 0 },
		{ "f5x", { "12F#958082DDF1013006" }, -EPERM },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		char why[GATE_WHY_MAX] = "";
		struct gate g;
		struct ear e;

		ear_open(&e, t[i].platform);
		for (size_t k = 0; k < 2 && t[i].frames[k]; k++)
			ear_hear(&e, t[i].frames[k], 1);
		gate_init(&g, CAR, true, &e.decoder);
		if (gate_may_poll(&g, &e.state, why) != t[i].r)
			fail_msg("row %zu", i);
		assert_true(t[i].r == 0 || strlen(why) > 10);
		gate_init(&g, VIRTUAL, true, &e.decoder);
		assert_int_equal(gate_may_poll(&g, &e.state, why), 0);
		ear_close(&e);
	}
}

/* A wire in memory, to see what leaves, and when. */
struct wire {
	struct clock clk;
	struct link *ours, *theirs;
	struct guard guard;
};

static void wire_open(struct wire *w, enum gate_class class, const char *platform)
{
	clock_init_virtual(&w->clk, MS(5000));
	assert_int_equal(link_mem_pair(&w->clk, &w->ours, &w->theirs), 0);
	guard_open(&w->guard, class, true, platform);
}

static void wire_close(struct wire *w)
{
	link_close(w->ours);
	link_close(w->theirs);
	guard_close(&w->guard);
}

static int put(struct wire *w, const char *text)
{
	struct frame f = frame_of(text);
	char why[GATE_WHY_MAX];

	return gate_send(&w->guard.gate, w->ours, &f, why);
}

/* When the frames that were sent came, in ms from the start, with ' ' between. */
static void assert_times(struct wire *w, const char *want)
{
	struct frame f[32];
	char got[256] = "";
	size_t len = 0;
	int n = link_recv(w->theirs, f, ARRAY_SIZE(f), clock_now(&w->clk));

	for (int i = 0; i < n; i++)
		len += (size_t)snprintf(got + len, sizeof(got) - len, "%s%d",
					i ? " " : "", (int)((f[i].t - MS(5000)) / MS(1)));
	assert_string_equal(got, want);
}

static void ten_requests_a_second(void **state)
{
	struct wire w;
	(void)state;

	wire_open(&w, CAR, "r5x");
	for (int i = 0; i < 12; i++)
		assert_int_equal(put(&w, "3F 03 00 79 45"), 0);
	assert_times(&w, "0 100 200 300 400 500 600 700 800 900 1000 1100");

	/* Another module has its own ten; who waited long enough waits no more. */
	assert_int_equal(put(&w, "3F 03 80 10 AC"), 0);
	assert_int_equal(put(&w, "3F 03 80 10 AC"), 0);
	assert_int_equal(put(&w, "3F 03 00 79 45"), 0);
	assert_times(&w, "1100 1200 1200");
	clock_advance(&w.clk, MS(5000) + MS(1250));
	assert_int_equal(put(&w, "3F 03 00 79 45"), 0);
	clock_advance(&w.clk, MS(5000) + MS(9000));
	assert_int_equal(put(&w, "3F 03 00 79 45"), 0);
	assert_times(&w, "1300 9000");
	wire_close(&w);
}

static void ten_requests_a_second_on_can(void **state)
{
	struct wire w;
	(void)state;

	wire_open(&w, BENCH, "f5x");
	assert_int_equal(put(&w, "6F1#400322F190000000"), 0);
	assert_int_equal(put(&w, "6F1#4030000000000000"),
			 0); /* flow control waits for nobody */
	assert_int_equal(put(&w, "6F1#4030000000000000"), 0);
	assert_int_equal(put(&w, "6F1#560322DCDD000000"), 0);
	assert_int_equal(put(&w, "6F1#400322F190000000"), 0);
	assert_int_equal(put(&w, "2FC#81100100000000"), 0); /* nor does a body frame */
	assert_int_equal(put(&w, "2FC#81100100000000"), 0);
	assert_int_equal(put(&w, "6F1#40013E0000000000"), 0);
	assert_times(&w, "0 0 0 0 100 100 100 200");
	wire_close(&w);
}

static void no_limit_on_a_virtual_link(void **state)
{
	struct wire w;
	(void)state;

	wire_open(&w, VIRTUAL, "r5x");
	for (int i = 0; i < 5; i++)
		assert_int_equal(put(&w, "3F 03 00 79 45"), 0);
	assert_times(&w, "0 0 0 0 0");
	wire_close(&w);
}

/* Nothing of what is refused leaves, nor does it use up the ten. */
static void refused_is_not_sent(void **state)
{
	struct wire w;
	(void)state;

	wire_open(&w, CAR, "r5x");
	assert_int_equal(put(&w, "1B3F000C#0001"), -EPERM);
	assert_int_equal(put(&w, "1B3F0005#"), -EPERM);
	assert_int_equal(put(&w, "80 04 BF 11 01 2B"), -EPERM);
	assert_times(&w, "");
	assert_int_equal(put(&w, "3F 03 00 79 45"), 0);
	assert_times(&w, "0");
	assert_int_equal(clock_now(&w.clk), MS(5000));
	wire_close(&w);
}

#define UNLOCKED "00 05 BF 7A 10 00 D0"
#define SECURED "00 05 BF 7A 30 00 F0"

/*
 * kbus.md 1.1: after 60 s of silence the K-bus sleeps, and it is not woken to ask; a secured car
 * is asked nothing, however awake. FRAME was heard SILENCE ms ago: may the car be polled, and
 * does a request of somebody else's making leave?
 */
static void sleeping(void **state)
{
	static const struct {
		enum gate_class class;
		bool kbus;
		const char *frame;
		int silence, poll, send;
	} t[] = {
		{ CAR, true, UNLOCKED, 0, 0, 0 },
		{ CAR, true, UNLOCKED, 59900, 0, 0 },
		{ CAR, true, UNLOCKED, 59999, 0, 0 },
		{ CAR, true, UNLOCKED, 60000, -EPERM, -EPERM },
		{ CAR, true, UNLOCKED, 3600000, -EPERM, -EPERM },
		{ CAR, true, NULL, 0, -EPERM, -EPERM },
		{ CAR, true, SECURED, 100, -EPERM, -EPERM },
		/* No K-bus: silence says nothing there. */
		{ CAR, false, UNLOCKED, 60000, 0, 0 },
		{ CAR, false, NULL, 0, -EPERM, 0 },
		{ CAR, false, SECURED, 100, -EPERM, -EPERM },
		{ BENCH, true, UNLOCKED, 60000, 0, 0 },
		{ BENCH, true, NULL, 0, -EPERM, 0 },
		{ VIRTUAL, true, UNLOCKED, 60000, 0, 0 },
		{ VIRTUAL, true, NULL, 0, 0, 0 },
		{ VIRTUAL, true, SECURED, 100, 0, 0 },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		char why[GATE_WHY_MAX];
		struct wire w;
		struct ear e;

		wire_open(&w, t[i].class, "r5x");
		ear_open(&e, "r5x");
		if (t[i].frame)
			ear_hear(&e, t[i].frame, MS(5000));
		clock_advance(&w.clk, MS(5000) + MS(t[i].silence));
		w.guard.gate.state = &e.state;
		w.guard.gate.kbus_clock = t[i].kbus ? &w.clk : NULL;
		if (gate_may_poll(&w.guard.gate, &e.state, why) != t[i].poll)
			fail_msg("row %zu: polled", i);
		if (put(&w, "3F 03 00 79 45") != t[i].send)
			fail_msg("row %zu: sent", i);
		ear_close(&e);
		wire_close(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(car_rows),
		cmocka_unit_test(bench_rows),
		cmocka_unit_test(bench_that_plays),
		cmocka_unit_test(virtual_rows),
		cmocka_unit_test(reasons),
		cmocka_unit_test(without_decoder),
		cmocka_unit_test(polling),
		cmocka_unit_test(ten_requests_a_second),
		cmocka_unit_test(ten_requests_a_second_on_can),
		cmocka_unit_test(no_limit_on_a_virtual_link),
		cmocka_unit_test(refused_is_not_sent),
		cmocka_unit_test(sleeping),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
