/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "stick-wire.h"

#include "proto/slcan-link.h"

/* The slcan link on a simulated stick, in virtual time. */
struct bench {
	struct clock clk;
	struct stick_wire wire;
	struct link *link;
};

static void bench_init(struct bench *b, enum stick_kind kind)
{
	*b = (struct bench){ 0 };
	clock_init_virtual(&b->clk, 1436509052 * NSEC_PER_SEC);
	stick_wire_init(&b->wire, kind, &b->clk);
}

static int bench_open(struct bench *b, uint32_t bitrate, bool listens)
{
	struct slcan_options o = { .bitrate = bitrate, .listens = listens };

	return slcan_link_open(&b->wire.port, &o, &b->link);
}

static void bench_close(struct bench *b)
{
	link_close(b->link);
	link_close(&b->wire.bus);
}

static void start(struct bench *b, enum stick_kind kind)
{
	bench_init(b, kind);
	assert_int_equal(bench_open(b, 500000, false), 0);
	b->wire.n_sent = 0;
}

static bool sent(struct bench *b, const char *what)
{
	b->wire.sent[b->wire.n_sent] = '\0';

	return strstr(b->wire.sent, what) != NULL;
}

static const struct frame hello = { .id = 0x130, .len = 2, .data = { 0xaa, 0x55 } };

static void says(struct bench *b)
{
	assert_int_equal(link_send(&b->wire.bus, &hello), 0);
}

static int hears(struct bench *b, struct frame *ret, size_t max, nsec_t time)
{
	return link_recv(b->link, ret, max, clock_now(&b->clk) + time);
}

static void must_hear(struct bench *b)
{
	struct frame f[4];

	assert_int_equal(hears(b, f, 4, NSEC_PER_SEC / 2), 1);
	assert_int_equal(f[0].id, 0x130);
	assert_int_equal(f[0].flags, 0);
}

static void opens(void **state)
{
	static const struct {
		enum stick_kind kind;
		uint32_t bitrate;
		bool listens, quiet;
		int want;
		const char *sent;
	} t[] = {
		{ STICK_LAWICEL, 500000, false, false, 0, "\x7f\x7f\r\r\r\rC\rV\rS6\rZ1\rO\rF\r" },
		{ STICK_LAWICEL, 100000, true, true, 0, "\x7f\x7f\r\r\r\rC\rV\rS3\rZ1\rL\rF\r" },
		{ STICK_LAWICEL, 800000, false, false, 0, "\x7f\x7f\r\r\r\rC\rV\rS7\rZ1\rO\rF\r" },
		{ STICK_LAWICEL, 750000, false, false, -ERANGE, NULL },
		{ STICK_CANABLE, 500000, false, false, 0, "\x7f\x7f\r\r\r\rC\rV\rS6\rM0\rO\r" },
		{ STICK_CANABLE, 750000, true, true, 0, "\x7f\x7f\r\r\r\rC\rV\rS7\rM1\rO\r" },
		{ STICK_CANABLE, 800000, false, false, -ERANGE, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		const struct slcan_heard *h;
		struct bench b;

		bench_init(&b, t[i].kind);
		assert_int_equal(bench_open(&b, t[i].bitrate, t[i].listens), t[i].want);
		if (t[i].want == 0) {
			b.wire.sent[b.wire.n_sent] = '\0';
			assert_string_equal(b.wire.sent, t[i].sent);
			h = slcan_link_heard(b.link);
			assert_int_equal(h->listen_only, t[i].quiet);
			assert_int_equal(h->acknowledges, t[i].kind == STICK_LAWICEL);
			assert_int_equal(h->stamps, t[i].kind == STICK_LAWICEL);
			assert_int_equal(link_send(b.link, &hello), t[i].quiet ? -EROFS : 0);
			says(&b);
			must_hear(&b);
			assert_int_equal(slcan_link_heard(b.link)->damaged, 0);
			link_close(b.link);
			assert_true(sent(&b, t[i].kind == STICK_LAWICEL ? "C\rZ0\r" : "C\rM0\r"));
			b.link = NULL;
		}
		bench_close(&b);
	}
}

/* A port with nobody behind it: it opens, and says later that it never heard a word. */
static void nobody(void **state)
{
	struct slcan_options o = { .bitrate = 500000 };
	struct bytelink *near, *far;
	struct clock clk;
	struct link *l;

	(void)state;
	clock_init_virtual(&clk, 0);
	assert_int_equal(bytelink_mem_pair(&clk, &near, &far), 0);
	assert_int_equal(slcan_link_open(near, &o, &l), 0);
	assert_true(clock_now(&clk) <= 2 * NSEC_PER_SEC);
	assert_false(slcan_link_heard(l)->acknowledges);
	assert_string_equal(slcan_link_heard(l)->version, "");
	assert_int_equal(link_send(l, &hello), 0);
	link_close(l);
	bytelink_close(far);
}

static void echoes(void **state)
{
	struct bench b;

	(void)state;
	for (int wrong = 0; wrong < 2; wrong++) {
		bench_init(&b, STICK_CANABLE);
		b.wire.faults.echo = !wrong;
		b.wire.faults.wrong_echo = wrong;
		assert_int_equal(bench_open(&b, 500000, false), -EPROTO);
		bench_close(&b);
	}
}

/* What an ELM327 says to a wrong line: after a reset, without echo, and while it listens (adapters.md 3.3). */
static void elm327(void **state)
{
	static const char *const says[] = {
		"\x7f\x7f\r?\r\r>", "?\r\n\r\n>", "STOPPED\r\r>", ">", "6408F1101462F190\rSTOPPED\r",
		"\r\rELM327 v1.5\r\r>",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(says); i++) {
		struct slcan_options o = { .bitrate = 500000 };
		struct bytelink *near, *far;
		uint8_t sent[16];
		struct clock clk;
		struct link *l;

		clock_init_virtual(&clk, 0);
		assert_int_equal(bytelink_mem_pair(&clk, &near, &far), 0);
		assert_int_equal(bytelink_send(far, (const uint8_t *)says[i], strlen(says[i])), 0);
		assert_int_equal(slcan_link_open(near, &o, &l), -EPROTOTYPE);
		/* No empty line, which would be its last one again. */
		assert_int_equal(bytelink_recv(far, sent, sizeof(sent), clock_now(&clk)), 5);
		assert_memory_equal(sent, "\x7f\x7f\rC\r", 5);
		bytelink_close(far);
	}
}

/* What was sent comes back, from some time on: it is told, not taken for the bus. */
static void echoes_later(void **state)
{
	struct frame f[8];
	struct bench b;
	int r;

	(void)state;
	start(&b, STICK_LAWICEL);
	b.wire.faults.echo = true;
	do
		r = hears(&b, f, 8, 2 * NSEC_PER_SEC);
	while (r > 0);
	assert_int_equal(r, -EPROTO);
	bench_close(&b);
}

static void late_answers(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b, STICK_LAWICEL);
	b.wire.faults.late = 300 * NSEC_PER_MSEC;
	assert_int_equal(bench_open(&b, 500000, false), 0);
	assert_true(slcan_link_heard(b.link)->acknowledges);
	says(&b);
	must_hear(&b);
	bench_close(&b);
}

static void split_lines_and_nuls(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b, STICK_LAWICEL);
	b.wire.faults.split = 30 * NSEC_PER_MSEC;
	b.wire.faults.nul = 0.3;
	assert_int_equal(bench_open(&b, 500000, false), 0);
	for (int i = 0; i < 20; i++) {
		says(&b);
		must_hear(&b);
	}
	assert_int_equal(slcan_link_heard(b.link)->damaged, 0);
	bench_close(&b);
}

/* Each frame that lost a character is counted as lost; none is another. */
static void lost_bytes(void **state)
{
	uint64_t came = 0, lost = 0;
	struct frame f[8];
	struct bench b;
	int n;

	(void)state;
	start(&b, STICK_LAWICEL);
	b.wire.faults.lose = 0.02;
	for (int i = 0; i < 500; i++)
		says(&b);
	while ((n = hears(&b, f, 8, NSEC_PER_SEC / 2)) > 0)
		for (int i = 0; i < n; i++) {
			if (f[i].flags & FRAME_LOST) {
				lost += f[i].id;
				continue;
			}
			assert_int_equal(f[i].id, hello.id);
			assert_int_equal(f[i].len, hello.len);
			assert_memory_equal(f[i].data, hello.data, hello.len);
			came++;
		}
	/* The stick keeps 1024 bytes: about 70 frames, and tells of the others once. */
	assert_in_range(came, 30, 75);
	assert_in_range(lost, 5, 40);
	assert_true(came + lost >= 70);
	bench_close(&b);
}

/* 1000 frames a second at 9600 baud: what does not come is told, what comes is right. */
static void too_slow(void **state)
{
	struct frame f[64];
	uint64_t came = 0, lost = 0;
	struct bench b;

	(void)state;
	start(&b, STICK_LAWICEL);
	b.wire.faults.baud = 9600;
	for (int i = 0; i < 5000; i++) {
		int n;

		says(&b);
		n = hears(&b, f, 64, NSEC_PER_MSEC);
		for (int k = 0; k < n; k++) {
			lost += f[k].flags & FRAME_LOST ? f[k].id : 0;
			if (f[k].flags & (FRAME_LOST | FRAME_ERR))
				continue;
			assert_int_equal(f[k].id, hello.id);
			came++;
		}
	}
	/* 14 bytes of a frame and time stamp are 14.6 ms. */
	assert_in_range(came, 200, 400);
	assert_in_range(lost, 1, 10);
	assert_int_equal(slcan_link_heard(b.link)->damaged, 0);
	assert_true(slcan_link_heard(b.link)->overruns >= 1);
	bench_close(&b);
}

/* It started anew: the bus is opened again within seconds, and the gap told. */
static void started_anew(void **state)
{
	struct frame f[8];
	struct bench b;
	bool told = false;

	(void)state;
	start(&b, STICK_LAWICEL);
	b.wire.faults.resets++;
	says(&b);	/* not heard */
	for (int i = 0; i < 4 && !told; i++) {
		int n = hears(&b, f, 8, NSEC_PER_SEC);

		assert_true(n >= 0);
		for (int k = 0; k < n; k++)
			told |= f[k].flags == FRAME_LOST;
	}
	assert_true(told);
	assert_int_equal(slcan_link_heard(b.link)->resets, 1);
	says(&b);
	must_hear(&b);
	bench_close(&b);
}

/* The stick refuses what does not fit: it is told as an error, and counted. */
static void refused(void **state)
{
	struct frame f[8];
	struct bench b;
	int r = 0, n;

	(void)state;
	start(&b, STICK_LAWICEL);
	for (int i = 0; i < DONGLE_BUS + 3; i++) {
		if (i % SLCAN_OWED == 0)
			assert_int_equal(hears(&b, f, 8, NSEC_PER_MSEC), 0);
		r = link_send(b.link, &hello);
		assert_int_equal(r, 0);
	}
	n = hears(&b, f, 8, NSEC_PER_MSEC);
	assert_int_equal(n, 3);
	assert_string_equal(frame_error_word(&f[0]), "tx-overflow");
	assert_int_equal(slcan_link_heard(b.link)->refused, 3);
	bench_close(&b);
}

/* Answers that do not come hold the sender back, but not for ever. */
static void unanswered(void **state)
{
	struct frame f;
	struct bench b;

	(void)state;
	start(&b, STICK_LAWICEL);
	b.wire.faults.late = 3600 * NSEC_PER_SEC;
	for (int i = 0; i < SLCAN_OWED; i++)
		assert_int_equal(link_send(b.link, &hello), 0);
	assert_int_equal(link_send(b.link, &hello), -ENOBUFS);
	(void)!hears(&b, &f, 1, 2 * NSEC_PER_SEC);
	assert_int_equal(link_send(b.link, &hello), 0);
	bench_close(&b);
}

static void unplugged(void **state)
{
	struct frame f;
	struct bench b;

	(void)state;
	start(&b, STICK_CANABLE);
	b.wire.unplugged = true;
	assert_int_equal(hears(&b, &f, 1, NSEC_PER_SEC), -ENODEV);
	assert_int_equal(link_send(b.link, &hello), -ENODEV);
	bench_close(&b);
}

static void no_fd_unless_said(void **state)
{
	struct frame f = { .id = 0x130, .flags = FRAME_FD, .len = 12 };
	struct bench b;

	(void)state;
	start(&b, STICK_CANABLE);
	assert_int_equal(link_send(b.link, &f), -EMSGSIZE);
	bench_close(&b);
}

/* The stick's own time: a frame that the host reads late is as old as it is. */
static void own_time(void **state)
{
	struct frame f[2];
	struct bench b;
	nsec_t t;

	(void)state;
	start(&b, STICK_LAWICEL);
	says(&b);
	must_hear(&b);
	clock_advance(&b.clk, clock_now(&b.clk) + 100 * NSEC_PER_MSEC);
	t = clock_now(&b.clk);
	says(&b);
	clock_advance(&b.clk, t + 50 * NSEC_PER_MSEC);
	assert_int_equal(hears(&b, f, 2, 0), 1);
	assert_in_range(f[0].t, t - NSEC_PER_MSEC, t + NSEC_PER_MSEC);
	bench_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens),
		cmocka_unit_test(nobody),
		cmocka_unit_test(echoes),
		cmocka_unit_test(elm327),
		cmocka_unit_test(echoes_later),
		cmocka_unit_test(late_answers),
		cmocka_unit_test(split_lines_and_nuls),
		cmocka_unit_test(lost_bytes),
		cmocka_unit_test(too_slow),
		cmocka_unit_test(started_anew),
		cmocka_unit_test(refused),
		cmocka_unit_test(unanswered),
		cmocka_unit_test(unplugged),
		cmocka_unit_test(no_fd_unless_said),
		cmocka_unit_test(own_time),
	};

	return cmocka_run_group_tests_name("slcan-link", tests, NULL, NULL);
}
