/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "proto/elm.h"
#include "unit.h"

/* ---- lines ---- */

static void lines(void **state)
{
	static const struct {
		const char *text;
		bool dlc;
		enum elm_word word;
		uint32_t id;
		uint8_t len, first, last;
	} t[] = {
		{ "612F1101462F190574D", false, ELM_FRAME, 0x612, 8, 0xf1, 0x4d },
		{ "6128F1101462F190574D", true, ELM_FRAME, 0x612, 8, 0xf1, 0x4d },
		{ "1302F701 ", true, ELM_FRAME, 0x130, 2, 0xf7, 0x01 },
		{ "1300", true, ELM_FRAME, 0x130, 0, 0, 0 },
		{ "130", false, ELM_FRAME, 0x130, 0, 0, 0 },
		/* A digit is missing, two are, the length is. */
		{ "6128F1101462F190574", true, ELM_OTHER, 0, 0, 0, 0 },
		{ "6128F1101462F19057", true, ELM_OTHER, 0, 0, 0, 0 },
		{ "612F1101462F190574D", true, ELM_OTHER, 0, 0, 0, 0 },
		{ "612F1101462F19057", false, ELM_FRAME, 0x612, 7, 0xf1, 0x57 },
		{ "612F1101462F190574", false, ELM_OTHER, 0, 0, 0, 0 },
		{ "8008F1101462F190574D", true, ELM_OTHER, 0, 0, 0, 0 }, /* 12 bits */
		{ "6129F1101462F190574D00", true, ELM_OTHER, 0, 0, 0, 0 },
		{ "12", false, ELM_OTHER, 0, 0, 0, 0 },
		{ "OK", false, ELM_OK, 0, 0, 0, 0 },
		{ "OK ", false, ELM_OK, 0, 0, 0, 0 },
		{ "?", true, ELM_UNKNOWN, 0, 0, 0, 0 },
		{ "NO DATA", true, ELM_NO_DATA, 0, 0, 0, 0 },
		{ "STOPPED", true, ELM_STOPPED, 0, 0, 0, 0 },
		{ "612F110BUFFER FULL", false, ELM_FULL, 0, 0, 0, 0 },
		{ "6128F1101462F190574D<DATA ERROR", true, ELM_DAMAGED, 0, 0, 0, 0 },
		{ "6128F1101462F190574D <RX ERROR", true, ELM_DAMAGED, 0, 0, 0, 0 },
		{ "CAN ERROR", true, ELM_BUS_ERROR, 0, 0, 0, 0 },
		{ "FB ERROR", true, ELM_BUS_ERROR, 0, 0, 0, 0 },
		{ "BUS INIT: ...ERROR", true, ELM_BUS_ERROR, 0, 0, 0, 0 },
		{ "UNABLE TO CONNECT", true, ELM_BUS_ERROR, 0, 0, 0, 0 },
		{ "OUT OF MEMORY", true, ELM_FULL, 0, 0, 0, 0 },
		{ "LV RESET", true, ELM_RESET, 0, 0, 0, 0 },
		{ "ELM327 v1.5", true, ELM_RESET, 0, 0, 0, 0 },
		{ "ERR94", true, ELM_RESET, 0, 0, 0, 0 },
		{ "DEAD", false, ELM_OTHER, 0, 0, 0, 0 },
		{ "SEARCHING...", false, ELM_OTHER, 0, 0, 0, 0 },
		{ "", false, ELM_OTHER, 0, 0, 0, 0 },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct frame f = { .id = 0xfff };

		if (elm_line(t[i].text, strlen(t[i].text), t[i].dlc, &f) != t[i].word)
			fail_msg("'%s'", t[i].text);
		if (t[i].word != ELM_FRAME) {
			assert_int_equal(f.id, 0xfff);
			continue;
		}
		assert_int_equal(f.id, t[i].id);
		assert_int_equal(f.len, t[i].len);
		assert_int_equal(f.data[0], t[i].first);
		if (f.len)
			assert_int_equal(f.data[f.len - 1], t[i].last);
	}
}

/* ---- an adapter, as the data sheet has it ---- */

#define LOSSES 2

struct adapter {
	struct elm elm;
	nsec_t now;
	const char *pbc;	/* what it says to ATPBC001 */
	const char *data;	/* to a request; no prompt at its end: it still listens */
	bool monitors;
	char typed[64];
	size_t n_typed;
	char done[1024];	/* the lines it was given, each with ";" */
	char bus[256];		/* those that went to the bus */
	unsigned int n;		/* bytes that came */
	unsigned int lose[LOSSES];	/* which of them do not, from 1 */
	bool stn, raises, resets;
};

static void say(struct adapter *a, const char *text)
{
	for (; *text; text++)
		elm_push(&a->elm, (uint8_t)*text, a->now);
}

static bool is_data(const char *line)
{
	return *line && strspn(line, "0123456789ABCDEF") == strlen(line);
}

static void enter(struct adapter *a)
{
	const char *line = a->typed + strspn(a->typed, " \x7f");

	say(a, "\r");
	if (*line) {
		snprintf(a->done + strlen(a->done), sizeof(a->done) - strlen(a->done), "%s;", line);
		if (strlen(a->done) > 900)
			a->done[0] = '\0';
	}
	if (!*line)
		say(a, "\r>");
	else if (a->resets)
		say(a, "ELM327 v1.5\r\r>");
	else if (!strcmp(line, "ATI"))
		say(a, "ELM327 v1.5\r\r>");
	else if (!strcmp(line, "STI"))
		say(a, a->stn ? "STN2120 v4.3.2\r\r>" : "?\r\r>");
	else if (!strcmp(line, "ATPBC001"))
		say(a, a->pbc ? a->pbc : "OK\r\r>");
	else if (!strncmp(line, "ATBRD", 5))
		say(a, a->raises ? "OK\r" : "?\r\r>");
	else if (!strcmp(line, "ATMA") || !strcmp(line, "STM"))
		a->monitors = true;
	else if (is_data(line)) {
		snprintf(a->bus + strlen(a->bus), sizeof(a->bus) - strlen(a->bus), "%s;", line);
		a->monitors = a->data && !strchr(a->data, '>');
		say(a, a->data ? a->data : "NO DATA\r\r>");
	} else if (strchr(line, 'Y'))
		say(a, "?\r\r>");
	else
		say(a, "OK\r\r>");
}

static void hear(struct adapter *a, char c)
{
	a->n++;
	for (size_t i = 0; i < LOSSES; i++)
		if (a->n == a->lose[i])
			return;
	if (a->monitors) {
		a->monitors = false;
		say(a, "STOPPED\r\r>");
		return;
	}
	if (c == '\r') {
		a->typed[a->n_typed] = '\0';
		a->n_typed = 0;
		enter(a);
		return;
	}
	assert_true(a->n_typed < sizeof(a->typed) - 1);
	a->typed[a->n_typed++] = c;
	say(a, (char[]){ c, '\0' });
}

/* Until nothing is to be done before T. */
static void run(struct adapter *a, nsec_t t)
{
	for (;;) {
		const char *out;
		char copy[ELM_TYPE_MAX];
		size_t n;

		elm_tick(&a->elm, a->now);
		n = elm_output(&a->elm, &out);
		memcpy(copy, out, n);
		for (size_t i = 0; i < n; i++)
			hear(a, copy[i]);
		if (n > 0)
			continue;
		if (elm_next(&a->elm) > t || a->elm.state == ELM_DEAD)
			break;
		a->now = MAX(a->now, elm_next(&a->elm));
	}
	a->now = MAX(a->now, t);
}

static void begin(struct adapter *a)
{
	elm_begin(&a->elm, 38400, 0, a->now);
	run(a, a->now);
}

static const struct frame request = { .id = 0x6f1, .len = 8, .data = { 0x40, 0x03, 0x22, 0xdc, 0x56 } };

static void settings(void **state)
{
	struct adapter a = { .stn = false };
	(void)state;

	begin(&a);
	assert_int_equal(a.elm.state, ELM_WORKING);
	assert_string_equal(a.elm.banner, "ELM327 v1.5");
	assert_string_equal(a.done, "ATD;ATE1;ATL0;ATI;STI;ATH1;ATS0;ATSH6F1;ATPBC001;ATSPB;ATAL;ATAT0;"
				    "ATSTFF;ATD1;ATCF000;ATCM000;ATMA;");
	assert_string_equal(a.bus, "");
}

static void too_old(void **state)
{
	struct adapter a = { .pbc = "?\r\r>" };
	(void)state;

	begin(&a);
	assert_int_equal(a.elm.state, ELM_DEAD);
	assert_int_equal(a.elm.error, -EOPNOTSUPP);
}

static void nobody(void **state)
{
	struct elm e;
	(void)state;

	elm_begin(&e, 38400, 0, 0);
	elm_tick(&e, 499 * NSEC_PER_MSEC);
	assert_int_equal(e.state, ELM_WAKING);
	elm_tick(&e, 500 * NSEC_PER_MSEC);
	assert_int_equal(e.state, ELM_DEAD);
	assert_int_equal(e.error, -ETIMEDOUT);
}

/* What answers, and never prompts. */
static void not_one(void **state)
{
	static const struct {
		const char *says;
		int want;
	} t[] = {
		{ "\a", -EPROTOTYPE },		 /* Lawicel's "no": adapters.md 4 */
		{ "\x7f\x7f\r", -ELOOP },	 /* a wire */
		{ "\x7f\x7f", -ETIMEDOUT },
		{ "\x07\x81\x13", -ETIMEDOUT }, /* another rate */
		{ "\x8f\x91\r", -ETIMEDOUT },
		{ "t13021234\r\a", -ETIMEDOUT },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct elm e;

		elm_begin(&e, 38400, 0, 0);
		for (const char *p = t[i].says; *p; p++)
			elm_push(&e, (uint8_t)*p, NSEC_PER_MSEC);
		elm_tick(&e, 500 * NSEC_PER_MSEC);
		assert_int_equal(e.state, ELM_DEAD);
		assert_int_equal(e.error, t[i].want);
	}
}

/* It prompts, but echoes something else: five times, then it is none. */
static void something_else(void **state)
{
	struct elm e;
	const char *out;
	unsigned int n = 0;
	(void)state;

	elm_begin(&e, 38400, 0, 0);
	for (nsec_t now = 0; e.state != ELM_DEAD && n < 1000; now = elm_next(&e), n++) {
		elm_tick(&e, now);
		if (elm_output(&e, &out))
			elm_push(&e, '>', now);
		elm_push(&e, 'x', now);
	}
	assert_int_equal(e.state, ELM_DEAD);
	assert_int_equal(e.error, -EPROTO);
}

/* can.md 5: an answer in three frames; its flow control ends the waiting for more. */
static void question(void **state)
{
	static const struct frame flow = { .id = 0x6f1, .len = 4, .data = { 0x40, 0x30, 0x08, 0x00 } };
	struct adapter a = { .data = "6408F1101462F1905741\r" };
	struct frame f;
	(void)state;

	begin(&a);
	assert_int_equal(elm_send(&a.elm, &request, a.now), 0);
	run(&a, a.now);
	assert_true(elm_sent(&a.elm));
	assert_string_equal(a.bus, "400322DC56000000;");
	assert_true(elm_pop(&a.elm, &f));
	assert_int_equal(f.id, 0x640);
	assert_int_equal(f.len, 8);
	assert_memory_equal(f.data, "\xf1\x10\x14\x62\xf1\x90\x57\x41", 8);

	a.data = "6408F12141424344\r6408F12100\r\r>"; /* neither has the length it says */
	assert_int_equal(elm_send(&a.elm, &flow, a.now), 0);
	run(&a, a.now);
	assert_string_equal(a.bus, "400322DC56000000;40300800;");
	assert_non_null(strstr(a.done, "40300800;ATMA;"));
	assert_int_equal(a.elm.counts.damaged, 2);
	say(&a, "1302F701\r");
	assert_true(elm_pop(&a.elm, &f));
	assert_int_equal(f.flags, FRAME_LOST);
	assert_int_equal(f.id, 2);
	assert_true(elm_pop(&a.elm, &f));
	assert_int_equal(f.id, 0x130);
	assert_false(elm_pop(&a.elm, &f));
}

static void headers(void **state)
{
	const struct frame other = { .id = 0x130, .len = 1, .data = { 0x45 } };
	const struct frame ext = { .id = 0x1b00bf7a, .flags = FRAME_EXT, .len = 1 };
	const struct frame fd = { .id = 0x130, .flags = FRAME_FD, .len = 1 };
	struct adapter a = { .stn = false };
	(void)state;

	begin(&a);
	a.done[0] = '\0';
	assert_int_equal(elm_send(&a.elm, &other, a.now), 0);
	assert_int_equal(elm_send(&a.elm, &request, a.now), 0);
	run(&a, a.now + NSEC_PER_SEC);
	assert_string_equal(a.done, "ATCSM0;ATSH130;45;ATSH6F1;400322DC56000000;ATMA;");
	assert_int_equal(elm_send(&a.elm, &ext, a.now), -EOPNOTSUPP);
	assert_int_equal(elm_send(&a.elm, &fd, a.now), -EOPNOTSUPP);
}

/*
 * Whatever one or two bytes are lost on their way to the adapter: nothing but the request goes
 * to the bus, and once at most.
 */
static void lost_bytes(void **state)
{
	unsigned int sent = 0, all = 0;
	(void)state;

	for (unsigned int i = 1; i <= 40; i++) {
		for (unsigned int k = i; k <= 60; k++) {
			struct adapter a = { .stn = false };

			begin(&a);
			a.n = 0;
			a.lose[0] = i;
			a.lose[1] = k;
			assert_int_equal(elm_send(&a.elm, &request, a.now), 0);
			run(&a, a.now + 10 * NSEC_PER_SEC);
			assert_int_equal(a.elm.state, ELM_WORKING);
			if (*a.bus)
				assert_string_equal(a.bus, "400322DC56000000;");
			sent += *a.bus != '\0';
			all++;
		}
	}
	/* It fails when the CR of the request is lost, and seldom else. */
	assert_true(sent > all * 9 / 10);
}

static void buffer_full(void **state)
{
	struct adapter a = { .stn = false };
	struct frame f;
	(void)state;

	begin(&a);
	a.done[0] = '\0';
	a.monitors = false;
	say(&a, "1302F701\r1302F7BUFFER FULL\r\r>");
	run(&a, a.now);
	assert_string_equal(a.done, "ATMA;");
	assert_int_equal(a.elm.counts.full, 1);
	say(&a, "1302F702\r");
	assert_true(elm_pop(&a.elm, &f));
	assert_int_equal(f.data[1], 0x01);
	assert_true(elm_pop(&a.elm, &f));
	assert_int_equal(f.flags, FRAME_LOST);
	assert_int_equal(f.id, 1);
	assert_true(elm_pop(&a.elm, &f));
	assert_int_equal(f.data[1], 0x02);
}

/* Its voltage was low, or it crashed: it is set up again, and listens again. */
static void reset(void **state)
{
	static const char *const banners[] = { "LV RESET\r\r>", "ERR94\r\r>", "\r\rELM327 v1.5\r\r>" };
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(banners); i++) {
		struct adapter a = { .stn = false };

		begin(&a);
		a.done[0] = '\0';
		a.monitors = false;
		say(&a, banners[i]);
		run(&a, a.now);
		assert_int_equal(a.elm.counts.resets, 1);
		assert_non_null(strstr(a.done, "ATPBC001;ATSPB;"));
		assert_non_null(strstr(a.done, "ATMA;"));
		assert_int_equal(a.elm.state, ELM_WORKING);
	}
}

/* Too little power: it starts anew at each command. It is given up, and not asked for ever. */
static void never_ready(void **state)
{
	struct adapter a = { .resets = true };
	(void)state;

	begin(&a);
	assert_int_equal(a.elm.state, ELM_DEAD);
	assert_int_equal(a.elm.error, -EIO);
	assert_string_equal(a.bus, "");
}

/* Zeros between, lines that end in LF, a prompt with a bit too many. */
static void bad_chips(void **state)
{
	struct adapter a = { .stn = false };
	struct frame f;
	(void)state;

	begin(&a);
	a.done[0] = '\0';
	a.monitors = false;
	elm_push(&a.elm, '1', a.now);
	elm_push(&a.elm, 0, a.now);
	say(&a, "302F7\n");
	say(&a, "1302F7");
	elm_push(&a.elm, 0, a.now);
	say(&a, "01\r\nBUS BUSY\r\r\xbe");
	run(&a, a.now);
	assert_string_equal(a.done, "ATMA;");
	assert_int_equal(a.elm.counts.damaged, 1); /* 1302F7 says two bytes, and has one */
	say(&a, "1302F703\r");
	assert_true(elm_pop(&a.elm, &f));
	assert_int_equal(f.flags, FRAME_LOST);
	assert_true(elm_pop(&a.elm, &f));
	assert_int_equal(f.data[1], 0x01);
	assert_true(elm_pop(&a.elm, &f));
	assert_int_equal(f.flags, FRAME_ERR);
	assert_true(elm_pop(&a.elm, &f));
	assert_int_equal(f.data[1], 0x03);
}

static void filters(void **state)
{
	static const struct link_filter f[] = {
		{ 0x130, 0x7ff, false }, { 0x23a, 0x7ff, false }, { 0x1b00bf7a, 0x1fffffff, true },
	};
	struct adapter a = { .stn = true };
	(void)state;

	begin(&a);
	assert_string_equal(a.elm.banner, "STN2120 v4.3.2");
	a.done[0] = '\0';
	elm_filter(&a.elm, f, ARRAY_SIZE(f), a.now);
	run(&a, a.now);
	/* 001 0011 0000 and 010 0011 1010 */
	assert_string_equal(a.done, "ATCF030;ATCM4F5;STFCP;STFAP130,7FF;STFAP23A,7FF;STM;");
	a.done[0] = '\0';
	elm_filter(&a.elm, NULL, 0, a.now);
	run(&a, a.now);
	assert_string_equal(a.done, "ATCF000;ATCM000;STFCP;ATMA;");
}

/* Nothing more than it holds, and what it does not is counted. */
static void full_ring(void **state)
{
	struct adapter a = { .stn = false };
	struct frame f;
	uint32_t lost = 0;
	unsigned int n = 0;
	(void)state;

	begin(&a);
	for (unsigned int i = 0; i < 1000; i++)
		say(&a, "1302F701\r");
	while (elm_pop(&a.elm, &f))
		n++;
	say(&a, "1302F701\r");
	while (elm_pop(&a.elm, &f))
		if (f.flags & FRAME_LOST)
			lost += f.id;
		else
			n++;
	assert_int_equal(n + lost, 1001);
	assert_int_equal(n, 256);
}

/* ATBRD: OK at the old rate, the banner at the new one, a CR, OK. adapters.md 3.3.8 */
static void raise_rate(void **state)
{
	struct adapter a = { .raises = true };
	(void)state;

	elm_begin(&a.elm, 38400, 115200, 0);
	run(&a, a.now);
	assert_int_equal(a.elm.state, ELM_RAISING);
	assert_non_null(strstr(a.done, "ATD1;ATBRD23;"));
	assert_int_equal(elm_rate(&a.elm), 115200);
	elm_changed(&a.elm, a.now);
	assert_int_equal(elm_rate(&a.elm), 0);
	a.done[0] = '\0';
	say(&a, "\rELM327 v1.5\r\r");
	a.typed[0] = '\0';
	run(&a, a.now);
	assert_int_equal(a.elm.state, ELM_WORKING);
	assert_string_equal(a.done, "ATCF000;ATCM000;ATMA;");

	/* It does not come along. */
	elm_begin(&a.elm, 38400, 115200, a.now);
	run(&a, a.now);
	elm_changed(&a.elm, a.now);
	run(&a, a.now + NSEC_PER_SEC);
	assert_int_equal(a.elm.error, -EIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),
		cmocka_unit_test(settings),
		cmocka_unit_test(too_old),
		cmocka_unit_test(nobody),
		cmocka_unit_test(not_one),
		cmocka_unit_test(something_else),
		cmocka_unit_test(question),
		cmocka_unit_test(headers),
		cmocka_unit_test(lost_bytes),
		cmocka_unit_test(buffer_full),
		cmocka_unit_test(reset),
		cmocka_unit_test(never_ready),
		cmocka_unit_test(bad_chips),
		cmocka_unit_test(filters),
		cmocka_unit_test(full_ring),
		cmocka_unit_test(raise_rate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
