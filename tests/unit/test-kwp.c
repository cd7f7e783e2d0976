/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "ear.h"
#include "proto/kwp-init.h"

/* KWP2000 on the K-line: telegrams, and the wake-up step by step, with times told by hand. */

static void rows(void **state)
{
	static const struct {
		bool star;
		const char *bytes;
		int r;
		bool addressed;
		uint8_t target, source;
		const char *data;
	} t[] = {
		/* kbus.md 5.1 */
		{ false, "81 10 F1 81 03", 5, true, 0x10, 0xf1, "81" },
		/* 83 + F1 + 10 + C1 + EF + 8F = 3C3 */
		{ false, "83 F1 10 C1 EF 8F C3", 7, true, 0xf1, 0x10, "C1 EF 8F" },
		{ false, "C1 33 F1 3E 23", 5, true, 0x33, 0xf1, "3E" },
		{ false, "80 10 F1 02 1A 80 1D", 7, true, 0x10, 0xf1, "1A 80" },
		{ false, "02 1A 80 9C", 4, false, 0, 0, "1A 80" },
		{ false, "00 02 1A 80 9C", 5, false, 0, 0, "1A 80" },
		{ false, "", 0, false, 0, 0, "" },
		{ false, "81 10 F1 81", 0, false, 0, 0, "" },
		{ false, "80 10 F1", 0, false, 0, 0, "" },
		{ false, "00", 0, false, 0, 0, "" },
		{ false, "81 10 F1 81 04", -EBADMSG, false, 0, 0, "" },
		{ false, "00 00", -EBADMSG, false, 0, 0, "" },
		{ false, "80 10 F1 00", -EBADMSG, false, 0, 0, "" },
		{ false, "41 10", -EBADMSG, false, 0, 0, "" },
		/* kbus.md 5.5 */
		{ true, "B8 12 F1 01 A2 F8", 6, true, 0x12, 0xf1, "A2" },
		{ true, "B8 12 F1 03 22 40 07 3D", 8, true, 0x12, 0xf1, "22 40 07" },
		{ true, "B8 F1 12 05 62 40 07 01 90 EA", 10, true, 0xf1, 0x12, "62 40 07 01 90" },
		{ true, "B8 12 F1 01 A2", 0, false, 0, 0, "" },
		{ true, "B8", 0, false, 0, 0, "" },
		{ true, "B8 12 F1 01 A2 F9", -EBADMSG, false, 0, 0, "" },
		{ true, "B8 12 F1 00", -EBADMSG, false, 0, 0, "" },
		{ true, "81 10 F1 81 03", -EBADMSG, false, 0, 0, "" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		uint8_t bytes[16], data[16];
		ssize_t n = hex_parse(t[i].bytes, strlen(t[i].bytes), bytes, sizeof(bytes));
		ssize_t len = hex_parse(t[i].data, strlen(t[i].data), data, sizeof(data));
		struct kwp m = { .len = 999 };
		int r;

		assert_true(n >= 0 && len >= 0);
		r = t[i].star ? kwp_parse_star(bytes, (size_t)n, &m) : kwp_parse(bytes, (size_t)n, &m);
		if (r != t[i].r)
			fail_msg("row %zu", i);
		if (r <= 0) {
			assert_int_equal(m.len, 999);
			continue;
		}
		assert_int_equal(m.addressed, t[i].addressed);
		assert_int_equal(m.target, t[i].target);
		assert_int_equal(m.source, t[i].source);
		assert_int_equal(m.len, len);
		assert_memory_equal(m.data, data, (size_t)len);
	}
}

static void forms(void **state)
{
	static const struct {
		enum kwp_form form;
		const char *bytes;
	} t[] = {
		{ KWP_ADDRESSED, "82 10 F1 1A 80 1D" },
		{ KWP_ADDRESSED_LENGTH, "80 10 F1 02 1A 80 1D" },
		{ KWP_BARE, "02 1A 80 9C" },
		{ KWP_BARE_LENGTH, "00 02 1A 80 9C" },
		{ KWP_STAR, "B8 10 F1 02 1A 80 C1" },
	};
	static const uint8_t data[300] = { 0x1a, 0x80 };
	struct kwp m = { .target = 0x10, .source = 0xf1, .data = data, .len = 2 }, got;
	uint8_t buf[KWP_TELEGRAM_MAX], want[16];
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		ssize_t n = hex_parse(t[i].bytes, strlen(t[i].bytes), want, sizeof(want));

		m.len = 2;
		assert_int_equal(kwp_encode(&m, t[i].form, buf), n);
		assert_memory_equal(buf, want, (size_t)n);
		for (size_t len = 1; len <= 255; len++) {
			bool star = t[i].form == KWP_STAR;
			int size;

			m.len = len;
			size = kwp_encode(&m, t[i].form, buf);
			assert_true(size > 0);
			assert_int_equal(star ? kwp_parse_star(buf, (size_t)size, &got) :
						kwp_parse(buf, (size_t)size, &got), size);
			assert_int_equal(got.len, len);
		}
		m.len = 256;
		assert_int_equal(kwp_encode(&m, t[i].form, buf), -EMSGSIZE);
		m.len = 0;
		assert_int_equal(kwp_encode(&m, t[i].form, buf), -EMSGSIZE);
	}
	/* ISO 14230-2: bits 0..3 of the first key byte. */
	assert_int_equal(kwp_form_of(0xef), KWP_ADDRESSED);
	assert_int_equal(kwp_form_of(0xd9), KWP_ADDRESSED);
	assert_int_equal(kwp_form_of(0xda), KWP_ADDRESSED_LENGTH);
	assert_int_equal(kwp_form_of(0xe5), KWP_BARE);
	assert_int_equal(kwp_form_of(0xe6), KWP_BARE_LENGTH);
}

/* ---- the wake-up ---- */

/*
 * Obey I for module 12, the low taking each of LOWS in turn, and hand it BYTES as what comes when
 * it waits for more than an idle wire, by "|" for each time it waits anew. The log is what it
 * did: "s360" a rate, "t00" a telegram, "b+" a break, "f" a flush.
 */
struct play {
	struct kwp_init i;
	nsec_t now;
	const nsec_t *lows;
	const char *bytes;
	int echo, set;		/* the result of sending and of setting */
	bool noisy;		/* the wire is never idle */
	char log[400];
};

static void log_text(struct play *p, const char *text)
{
	size_t n = strlen(p->log);

	snprintf(p->log + n, sizeof(p->log) - n, "%s ", text);
}

static void obey(struct play *p, const struct kwp_todo *todo)
{
	nsec_t begin = p->now;
	char text[40];
	int r = 0;

	if (todo->what == KWP_SET) {
		snprintf(text, sizeof(text), "s%u", todo->baud);
		r = p->set;
	} else if (todo->what == KWP_SEND) {
		text[0] = 't';
		*hex_put(text + 1, todo->bytes, todo->n) = '\0';
		p->now += todo->n == 1 && todo->bytes[0] == 0 && p->lows ? *p->lows++ : MS(28);
		r = p->echo;
	} else if (todo->what == KWP_BREAK) {
		snprintf(text, sizeof(text), "b%c", todo->low ? '+' : '-');
	} else {
		snprintf(text, sizeof(text), "f");
	}
	log_text(p, text);
	kwp_init_did(&p->i, r, begin, p->now);
}

/* In breaks the time of the low is what the call that ends it took, too. */
static void wait_for(struct play *p, const struct kwp_todo *todo)
{
	nsec_t length = todo->until - p->now;
	uint8_t byte;

	while (p->bytes && *p->bytes == ' ')
		p->bytes++;
	if (p->noisy) {
		p->now += MS(10);
		kwp_init_hear(&p->i, 0x12, p->now);
	} else if (length == MS(300)) {
		p->now = todo->until;
	} else if (length == MS(25) && p->i.way == KWP_FAST_BREAK && p->i.key[0] == 0 && p->lows &&
		   p->log[strlen(p->log) - 2] == '+') {
		p->now += *p->lows++;
	} else if (p->bytes && *p->bytes && *p->bytes != '|' && p->log[strlen(p->log) - 2] != '+' &&
		   p->log[strlen(p->log) - 2] != '-' && !strstr(p->log + strlen(p->log) - 7, "s10400")) {
		assert_int_equal(hex_parse(p->bytes, 2, &byte, 1), 1);
		p->bytes += 2;
		p->now += MS(2);
		kwp_init_hear(&p->i, byte, p->now);
		return;
	} else {
		p->bytes += p->bytes && *p->bytes == '|' && length < MS(60);
		p->now = todo->until;
	}
	kwp_init_tick(&p->i, p->now);
}

static int play(struct play *p, enum kwp_way way)
{
	p->now = MS(1000);
	kwp_init_begin(&p->i, way, 0x12, p->now);
	for (int n = 0; n < 500; n++) {
		struct kwp_todo todo = kwp_init_next(&p->i);

		if (todo.what == KWP_DONE)
			return 0;
		if (todo.what == KWP_FAILED)
			return p->i.error;
		if (todo.what == KWP_WAIT)
			wait_for(p, &todo);
		else
			obey(p, &todo);
	}
	fail_msg("no end: %s", p->log);

	return -1;
}

static const nsec_t good[] = { MS(28), MS(28), MS(28), MS(28) };
static const nsec_t good_break[] = { MS(25), MS(25), MS(25) };

static void steps(void **state)
{
	struct play p = { .lows = good, .bytes = "83 F1 12 C1 EF 8F C5" };
	(void)state;

	assert_int_equal(play(&p, KWP_FAST_BYTE), 0);
	assert_string_equal(p.log, "s10400 s360 t00 s10400 f t8112F18105 ");
	assert_int_equal(p.i.key[0], 0xef);
	assert_int_equal(p.i.key[1], 0x8f);

	p = (struct play){ .lows = good_break, .bytes = "83 F1 12 C1 EF 8F C5" };
	assert_int_equal(play(&p, KWP_FAST_BREAK), 0);
	assert_string_equal(p.log, "s10400 b- b+ b- f t8112F18105 ");

	/* 12 from its lowest bit on: 0 1 0 0 1 0 0 0. Runs of equal bits are one; the last b- ends the stop bit. */
	p = (struct play){ .bytes = "55 EF 8F | ED" };
	assert_int_equal(play(&p, KWP_FIVE_BAUD), 0);
	assert_string_equal(p.log, "s10400 b- b+ b- b+ b- b+ b- b- f t70 ");
	assert_int_equal(p.i.key[0], 0xef);
}

/* facts: the first break is 31.6 ms, those after it 25.6 to 25.9. */
static void retries(void **state)
{
	static const nsec_t one_bad[] = { 31600000, 25700000 };
	static const nsec_t bad[] = { 31600000, 27100000, 26100000 };
	struct play p = { .lows = one_bad, .bytes = "83 F1 12 C1 EF 8F C5" };
	char why[200];
	(void)state;

	assert_int_equal(play(&p, KWP_FAST_BREAK), 0);
	assert_string_equal(p.log, "s10400 b- b+ b- s10400 b- b+ b- f t8112F18105 ");
	p = (struct play){ .lows = bad };
	assert_int_equal(play(&p, KWP_FAST_BREAK), -EHOSTDOWN);
	kwp_init_explain(&p.i, why, sizeof(why));
	assert_string_equal(why, "the low pulse was 26.1 ms, 24 to 26 are needed");
}

/* Each step that can fail says that it did, and what there was instead. */
static void failures(void **state)
{
	static const nsec_t at_once[] = { MS(1), MS(1), MS(1) };
	static const struct {
		enum kwp_way way;
		const nsec_t *lows;
		const char *bytes;
		int echo, set;
		bool noisy;
		int error;
		const char *why;
	} t[] = {
		{ KWP_FAST_BYTE, good, "", 0, 0, true, -EBUSY, "the wire was never idle for 300 ms" },
		{ KWP_FIVE_BAUD, good, "", 0, 0, true, -EBUSY, "the wire was never idle for 300 ms" },
		{ KWP_FAST_BYTE, good, "", 0, -EOPNOTSUPP, false, -EOPNOTSUPP,
		  "this port has no rates and no breaks to wake a module with" },
		{ KWP_FAST_BYTE, good, "", -ECOMM, 0, false, -EHOSTDOWN,
		  "the 00 at 360 baud did not come back: the port has no such rate" },
		{ KWP_FAST_BREAK, good_break, "", -ECOMM, 0, false, -ECOMM,
		  "what was sent after the wake-up did not come back as it was sent" },
		{ KWP_FAST_BREAK, good_break, "", -ENOLINK, 0, false, -ENOLINK,
		  "what was sent after the wake-up did not come back as it was sent" },
		{ KWP_FAST_BYTE, good, "", 0, 0, false, -EHOSTDOWN, "no answer to StartCommunication" },
		{ KWP_FAST_BYTE, at_once, "", 0, 0, false, -EHOSTDOWN,
		  "no answer to StartCommunication; the low pulse was 0.9 ms, 24 to 26 are needed" },
		{ KWP_FAST_BYTE, good, "83 F1 12 C1 EF 8F C6", 0, 0, false, -EHOSTDOWN,
		  "its answer to StartCommunication was damaged, or none" },
		{ KWP_FAST_BYTE, good, "83 F1", 0, 0, false, -EHOSTDOWN,
		  "its answer to StartCommunication was damaged, or none" },
		{ KWP_FAST_BYTE, good, "83 F1 12 7F 81 10 96", 0, 0, false, -EHOSTDOWN,
		  "it refused StartCommunication: 10, general reject" },
		{ KWP_FAST_BYTE, good, "83 F1 40 C1 EF 8F F3", 0, 0, false, -EHOSTDOWN,
		  "no answer to StartCommunication" },
		{ KWP_FIVE_BAUD, NULL, "", 0, 0, false, -EHOSTDOWN,
		  "no sync byte 55 came within 300 ms of the address" },
		{ KWP_FIVE_BAUD, NULL, "85", 0, 0, false, -EHOSTDOWN,
		  "the sync byte was 85, not 55: another rate" },
		{ KWP_FIVE_BAUD, NULL, "55", 0, 0, false, -EHOSTDOWN, "the key bytes did not come" },
		{ KWP_FIVE_BAUD, NULL, "55 EF", 0, 0, false, -EHOSTDOWN, "the key bytes did not come" },
		{ KWP_FIVE_BAUD, NULL, "55 08 08", 0, 0, false, -EHOSTDOWN,
		  "the key bytes 08 08 are not those of KWP2000, which end in 8F" },
		{ KWP_FIVE_BAUD, NULL, "55 EF 8F |", 0, 0, false, -EHOSTDOWN,
		  "the complement of the address did not come" },
		{ KWP_FIVE_BAUD, NULL, "55 EF 8F | 12", 0, 0, false, -EHOSTDOWN,
		  "the address came back as 12, not as its complement ED" },
		{ KWP_FIVE_BAUD, NULL, "55 EF 8F |", -ECOMM, 0, false, -ECOMM,
		  "what was sent after the wake-up did not come back as it was sent" },
	};
	char why[200];
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct play p = {
			.lows = t[i].lows, .bytes = t[i].bytes, .echo = t[i].echo, .set = t[i].set,
			.noisy = t[i].noisy,
		};

		if (play(&p, t[i].way) != t[i].error)
			fail_msg("row %zu: %s", i, p.log);
		kwp_init_explain(&p.i, why, sizeof(why));
		assert_string_equal(why, t[i].why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows),
		cmocka_unit_test(forms),
		cmocka_unit_test(steps),
		cmocka_unit_test(retries),
		cmocka_unit_test(failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
