/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "kbus-rows.h"

#include "proto/kbus-link.h"

#define BYTE 1145833	/* ns: 11 bits at 9600 (kbus.md 1.1) */

/* The K-bus link on a wire in memory, and what is to come out of it. */
struct wire {
	struct clock clk;
	struct bytelink *far;
	struct link *link;
	uint32_t seed;
	uint8_t held[8192];	/* sent, but the adapter still gathers it */
	size_t n_held;
	struct frame want[64];
	size_t n_want, missing, phantoms, came;
};

static void wire_open(struct wire *w, bool marks)
{
	struct bytelink *near;

	*w = (struct wire){ .seed = 20050601 };
	clock_init_virtual(&w->clk, 1436509052 * NSEC_PER_SEC);
	assert_int_equal(bytelink_mem_pair(&w->clk, &w->far, &near), 0);
	near->marks = marks;
	assert_int_equal(kbus_link_open(near, &w->link), 0);
	assert_string_equal(w->link->name, "kbus");
}

static void wire_close(struct wire *w)
{
	link_close(w->link);
	bytelink_close(w->far);
}

static uint32_t draw(struct wire *w, uint32_t n)
{
	w->seed ^= w->seed << 13;
	w->seed ^= w->seed >> 17;
	w->seed ^= w->seed << 5;

	return w->seed % n;
}

static bool same(const struct frame *a, const struct frame *b)
{
	return a->id == b->id && a->len == b->len && !memcmp(a->data, b->data, a->len);
}

/* F came: it is one of those that are wanted, and those before it will not come any more. */
static void came(struct wire *w, const struct frame *f)
{
	for (size_t i = 0; i < w->n_want; i++) {
		if (!same(&w->want[i], f))
			continue;
		w->came++;
		w->missing += i;
		w->n_want -= i + 1;
		memmove(w->want, w->want + i + 1, w->n_want * sizeof(*w->want));
		return;
	}
	w->phantoms++;
}

static void receive(struct wire *w, nsec_t until)
{
	struct frame f[8];
	int n;

	while ((n = link_recv(w->link, f, 8, until)) > 0)
		for (int i = 0; i < n; i++)
			came(w, &f[i]);
	assert_int_equal(n, 0);
}

/* The adapter hands on what it gathered. */
static void hand_on(struct wire *w)
{
	if (w->n_held)
		assert_int_equal(bytelink_send(w->far, w->held, w->n_held), 0);
	w->n_held = 0;
	receive(w, clock_now(&w->clk));
}

/* A byte on the wire, as it is read from a serial port; handed on in bits of any size. */
static void put(struct wire *w, uint8_t byte, bool damaged)
{
	clock_advance(&w->clk, clock_now(&w->clk) + BYTE);
	if (damaged) {
		w->held[w->n_held++] = 0xff;
		w->held[w->n_held++] = 0;
	} else if (byte == 0xff) {
		w->held[w->n_held++] = 0xff;
	}
	w->held[w->n_held++] = byte;
	if (draw(w, 7) == 0)
		hand_on(w);
}

static struct frame parsed(const struct bytes *x)
{
	struct frame f;

	assert_int_equal(kbus_parse(x->b, x->n, &f), 0);

	return f;
}

static void put_row(struct wire *w, const struct bytes *x)
{
	assert_true(w->n_want < ARRAY_SIZE(w->want));
	w->want[w->n_want++] = parsed(x);
	for (size_t i = 0; i < x->n; i++)
		put(w, x->b[i], false);
}

static struct bytes any_row(struct wire *w)
{
	return hex(kbus_rows[draw(w, ARRAY_SIZE(kbus_rows))].bytes);
}

static void silence(struct wire *w)
{
	hand_on(w);
	receive(w, clock_now(&w->clk) + 50 * NSEC_PER_MSEC);
}

/* One bit is wrong, and so is the parity. */
static void put_damaged(struct wire *w, const struct bytes *x)
{
	size_t at = draw(w, (uint32_t)x->n), bit = draw(w, 8);

	for (size_t i = 0; i < x->n; i++)
		put(w, (uint8_t)(x->b[i] ^ (i == at ? 1u << bit : 0)), i == at);
}

/*
 * 10,000 frames without a silence between them, every fifth with a byte that the port marks:
 * all others come, and nothing else does.
 */
static void parity(void **state)
{
	struct wire w;
	size_t damaged = 0;
	(void)state;

	wire_open(&w, true);
	for (size_t i = 0; i < 10000; i++) {
		struct bytes x = any_row(&w);

		if ((i + 1) % 5) {
			put_row(&w, &x);
		} else {
			put_damaged(&w, &x);
			damaged++;
		}
	}
	silence(&w);
	assert_int_equal(w.came, 8000);
	assert_int_equal(w.missing + w.n_want, 0);
	assert_int_equal(w.phantoms, 0);
	assert_int_equal(kbus_link_heard(w.link).counts.damaged, damaged);
	wire_close(&w);
}

/*
 * Two wrong bits in one column make the XOR right again: only the marks tell. So does a
 * frame that is complete but for a mark.
 */
static void good_sum_of_damaged_bytes(void **state)
{
	struct bytes x = hex("80 04 BF 11 00 2A");
	struct wire w;
	(void)state;

	wire_open(&w, true);
	for (size_t at = 0; at < x.n; at++) {
		for (size_t i = 0; i < x.n; i++)
			put(&w, x.b[i], i == at);
		silence(&w);
		assert_int_equal(w.phantoms, 0);
	}
	put_row(&w, &x);
	silence(&w);
	assert_int_equal(w.came, 1);
	wire_close(&w);
}

/* 10,000 frames, with garbage, bytes that got lost, and marks in between. */
static void noise(void **state)
{
	struct wire w;
	size_t whole = 0;
	(void)state;

	wire_open(&w, true);
	for (size_t i = 0; i < 10000; i++) {
		struct bytes x = any_row(&w);
		size_t gone = draw(&w, (uint32_t)x.n);

		switch (draw(&w, 8)) {
		case 0:
			for (size_t n = draw(&w, 21); n > 0; n--)
				put(&w, (uint8_t)draw(&w, 256), draw(&w, 2));
			silence(&w);
			break;
		case 1:
			for (size_t k = 0; k < x.n; k++)
				if (k != gone)
					put(&w, x.b[k], false);
			silence(&w);
			break;
		case 2:
			put_damaged(&w, &x);
			break;
		default:
			put_row(&w, &x);
			whole++;
		}
	}
	silence(&w);
	/*
	 * One good frame stands between two that are damaged, and its end and the next one's
	 * beginning have a good XOR together: 05 05 8A 44 05 BF 74.
	 */
	assert_int_equal(w.missing + w.n_want, 1);
	assert_int_equal(w.came, whole - 1);
	/* Garbage, and a frame without one of its bytes, can have a good XOR by chance. */
	assert_true(w.phantoms < 10);
	wire_close(&w);
}

/* It is switched on in the middle of a frame, at any place. */
static void entered_anywhere(void **state)
{
	struct bytes x = hex("80 0A FF 24 02 00 32 30 3A 31 38 5A"), next = hex("80 04 BF 11 03 29");
	(void)state;

	for (size_t from = 1; from < x.n; from++) {
		struct wire w;

		wire_open(&w, true);
		for (size_t i = from; i < x.n; i++)
			put(&w, x.b[i], false);
		put_row(&w, &next);
		silence(&w);
		assert_int_equal(w.came, 1);
		assert_int_equal(w.phantoms, 0);
		wire_close(&w);
	}
}

/* A frame's time is that of its first bit. */
static void times(void **state)
{
	struct bytes x = hex("00 05 BF 7A 30 03 F3");
	struct frame f;
	struct wire w;
	nsec_t end;
	(void)state;

	wire_open(&w, false);
	end = clock_now(&w.clk) + 3 * NSEC_PER_SEC;
	assert_int_equal(link_recv(w.link, &f, 1, end), 0);
	assert_int_equal(bytelink_send(w.far, x.b, x.n), 0);
	assert_int_equal(link_recv(w.link, &f, 1, end), 1);
	assert_frame(&f, "1B00BF7A#3003");
	assert_int_equal(f.t, end - 7 * BYTE);
	assert_string_equal(f.bus, "kbus");

	/* Nobody looked for 2 s: what is there may have come at once. */
	assert_int_equal(bytelink_send(w.far, x.b, 3), 0);
	assert_int_equal(link_recv(w.link, &f, 1, end), 0);
	clock_advance(&w.clk, end + 2 * NSEC_PER_SEC);
	assert_int_equal(bytelink_send(w.far, x.b + 3, 4), 0);
	assert_int_equal(link_recv(w.link, &f, 1, end), 1);
	assert_frame(&f, "1B00BF7A#3003");

	/* Somebody did: the frame is cut, and the next one is not its end. */
	assert_int_equal(bytelink_send(w.far, x.b, 3), 0);
	assert_int_equal(link_recv(w.link, &f, 1, clock_now(&w.clk) + NSEC_PER_SEC), 0);
	assert_int_equal(bytelink_send(w.far, x.b + 3, 4), 0);
	assert_int_equal(link_recv(w.link, &f, 1, clock_now(&w.clk) + NSEC_PER_SEC), 0);
	assert_int_equal(kbus_link_heard(w.link).counts.skipped, 7);
	assert_int_equal(kbus_link_heard(w.link).bytes, 21);

	bytelink_close(w.far);
	assert_int_equal(link_recv(w.link, &f, 1, NSEC_NEVER), -ENODEV);
	link_close(w.link);
}

/* What was on the wire when the port was opened is no damage; what comes later is. */
static void joined_in_a_frame(void **state)
{
	struct wire w;
	(void)state;

	for (size_t from = 1; from < 7; from++) {
		struct bytes x = hex("00 05 BF 7A 30 03 F3"), y = hex("80 04 BF 11 01 2B");

		wire_open(&w, true);
		for (size_t i = from; i < x.n; i++)
			put(&w, x.b[i], i == from);
		put_row(&w, &y);
		silence(&w);
		assert_int_equal(w.came, 1);
		assert_int_equal(kbus_link_heard(w.link).counts.skipped, 0);
		assert_int_equal(kbus_link_heard(w.link).counts.damaged, 0);
		assert_int_equal(kbus_link_heard(w.link).counts.cut + kbus_link_heard(w.link).counts.length +
				 kbus_link_heard(w.link).counts.checksum, 0);
		assert_int_equal(kbus_link_heard(w.link).counts.frames, 1);
		put(&w, 0x80, false);
		put_row(&w, &y);
		silence(&w);
		assert_int_equal(w.came, 2);
		assert_int_equal(kbus_link_heard(w.link).counts.skipped, 1);
		wire_close(&w);
	}
	/* No frame is so long. */
	wire_open(&w, true);
	for (size_t i = 0; i < 300; i++)
		put(&w, 0x00, false);
	put_row(&w, &(struct bytes){ .b = { 0x80, 0x04, 0xbf, 0x11, 0x01, 0x2b }, .n = 6 });
	silence(&w);
	assert_int_equal(w.came, 1);
	assert_int_equal(kbus_link_heard(w.link).counts.skipped, 300);
	wire_close(&w);
}

/* A rest that looks like the beginning of a long frame holds nothing back for longer than a silence. */
static void joined_before_a_silence(void **state)
{
	struct bytes x = hex("01 B8"), y = hex("80 04 BF 11 01 2B");
	struct wire w;
	struct frame f;
	nsec_t t;
	(void)state;

	wire_open(&w, false);
	assert_int_equal(bytelink_send(w.far, x.b, x.n), 0);
	assert_int_equal(link_recv(w.link, &f, 1, clock_now(&w.clk) + 10 * NSEC_PER_MSEC), 0);
	assert_int_equal(bytelink_send(w.far, y.b, y.n), 0);
	t = clock_now(&w.clk);
	assert_int_equal(link_recv(w.link, &f, 1, t + NSEC_PER_SEC), 1);
	assert_frame(&f, "1B80BF11#01");
	assert_in_range(clock_now(&w.clk) - t, 0, 50 * NSEC_PER_MSEC);
	wire_close(&w);
}

static void put_noise(struct wire *w, nsec_t until)
{
	while (clock_now(&w->clk) < until)
		put(w, (uint8_t)draw(w, 256), false);
	hand_on(w);
}

/* A second of bytes and no frame of a known device, whatever chance makes of them. */
static void another_wire(void **state)
{
	struct wire w;
	nsec_t start;
	(void)state;

	wire_open(&w, false);
	start = clock_now(&w.clk);
	put_noise(&w, start + 990 * NSEC_PER_MSEC);
	assert_false(kbus_link_is_garbage(w.link));
	put_noise(&w, start + 1100 * NSEC_PER_MSEC);
	assert_true(kbus_link_is_garbage(w.link));
	wire_close(&w);

	/* Of one that is the K-bus there was a frame. */
	wire_open(&w, false);
	put_row(&w, &(struct bytes){ .b = { 0x80, 0x04, 0xbf, 0x11, 0x01, 0x2b }, .n = 6 });
	put_noise(&w, clock_now(&w.clk) + 5 * NSEC_PER_SEC);
	assert_false(kbus_link_is_garbage(w.link));
	wire_close(&w);
}

/* A few bytes now and then: the fourth time is enough, and says so before the deadline, once. */
static void another_wire_in_bursts(void **state)
{
	struct bytes x = hex("80 04 BF 11 01 2A");
	struct wire w;
	struct frame f;
	nsec_t deadline;
	(void)state;

	wire_open(&w, false);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(bytelink_send(w.far, x.b, x.n), 0);
		assert_int_equal(link_recv(w.link, &f, 1, clock_now(&w.clk) + 400 * NSEC_PER_MSEC), 0);
		assert_false(kbus_link_is_garbage(w.link));
	}
	assert_int_equal(bytelink_send(w.far, x.b, x.n), 0);
	deadline = clock_now(&w.clk) + NSEC_PER_SEC;
	assert_int_equal(link_recv(w.link, &f, 1, deadline), 0);
	assert_true(kbus_link_is_garbage(w.link));
	assert_true(clock_now(&w.clk) < deadline);
	assert_int_equal(bytelink_send(w.far, x.b, x.n), 0);
	assert_int_equal(link_recv(w.link, &f, 1, deadline), 0);
	assert_int_equal(clock_now(&w.clk), deadline);
	wire_close(&w);
}

/* A quiet bus that was entered in the middle of a frame, and a damaged one after that. */
static void no_other_wire(void **state)
{
	struct bytes x = hex("7A 30 03 F3"), y = hex("80 04 BF 11 01 2A");
	struct wire w;
	struct frame f;
	(void)state;

	wire_open(&w, false);
	assert_int_equal(bytelink_send(w.far, x.b, x.n), 0);
	assert_int_equal(link_recv(w.link, &f, 1, clock_now(&w.clk) + 30 * NSEC_PER_SEC), 0);
	assert_false(kbus_link_is_garbage(w.link));
	assert_int_equal(bytelink_send(w.far, y.b, y.n), 0);
	assert_int_equal(link_recv(w.link, &f, 1, clock_now(&w.clk) + 30 * NSEC_PER_SEC), 0);
	assert_false(kbus_link_is_garbage(w.link));
	wire_close(&w);
}

/* An hour without a pause. */
static void full_load(void **state)
{
	size_t sent = 0;
	struct wire w;
	nsec_t end;
	(void)state;

	wire_open(&w, true);
	end = clock_now(&w.clk) + 3600 * NSEC_PER_SEC;
	for (; clock_now(&w.clk) < end; sent++) {
		struct bytes x = hex(kbus_rows[sent % ARRAY_SIZE(kbus_rows)].bytes);

		put_row(&w, &x);
	}
	silence(&w);
	assert_true(sent > 300000);
	assert_int_equal(w.came, sent);
	assert_int_equal(w.missing + w.phantoms, 0);
	assert_int_equal(kbus_link_heard(w.link).counts.skipped, 0);
	wire_close(&w);
}

/* A port that hands on each byte when it has come: the bytes of FRAME, again and again. */
struct trickle {
	struct bytelink bytes;
	struct clock clk;
	const struct clock_ops *ops;
	struct bytes frame;
	size_t given, wake_ups;
	nsec_t start, period;
};

static int counted_wait(struct clock *clk, struct pollfd *fds, size_t n, nsec_t deadline)
{
	struct trickle *t = container_of(clk, struct trickle, clk);

	t->wake_ups++;

	return t->ops->wait(clk, fds, n, deadline);
}

/* When byte I has come. */
static nsec_t due(const struct trickle *t, size_t i)
{
	return t->start + (nsec_t)(i / t->frame.n) * t->period + (nsec_t)(i % t->frame.n + 1) * BYTE;
}

static int trickle_recv(struct bytelink *b, uint8_t *ret, size_t max, nsec_t deadline)
{
	struct trickle *t = container_of(b, struct trickle, bytes);
	size_t n = 0;

	if (due(t, t->given) > clock_now(&t->clk) && deadline > clock_now(&t->clk))
		assert_int_equal(clock_wait(&t->clk, NULL, 0, MIN(due(t, t->given), deadline)), 0);
	while (n < max && due(t, t->given) <= clock_now(&t->clk))
		ret[n++] = t->frame.b[t->given++ % t->frame.n];

	return (int)n;
}

static void trickle_close(struct bytelink *b)
{
	(void)b;
}

static const struct bytelink_ops trickle_ops = {
	.recv = trickle_recv,
	.close = trickle_close,
};

static void trickle_init(struct trickle *t, struct clock_ops *counted, const char *frame,
			 nsec_t pause)
{
	*t = (struct trickle){ .frame = hex(frame) };
	clock_init_virtual(&t->clk, 1436509052 * NSEC_PER_SEC);
	t->ops = t->clk.ops;
	*counted = (struct clock_ops){ .now = t->ops->now, .wait = counted_wait };
	t->clk.ops = counted;
	t->bytes = (struct bytelink){ .ops = &trickle_ops, .clk = &t->clk, .name = "trickle" };
	t->start = clock_now(&t->clk);
	t->period = (nsec_t)t->frame.n * BYTE + pause;
}

/* A full bus costs two wake-ups a frame, and no frame comes much later for that. */
static void wake_ups(void **state)
{
	static const char *const frames[] = {
		"80 0A BF 19 14 01 00 00 00 00 00 39", "00 05 BF 7A 30 03 F3", "44 03 00 79 3E",
	};
	const nsec_t late = NSEC_PER_MSEC + BYTE;
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(frames); i++) {
		struct clock_ops counted;
		struct trickle t;
		struct link *l;

		trickle_init(&t, &counted, frames[i], 2 * NSEC_PER_MSEC);
		assert_int_equal(kbus_link_open(&t.bytes, &l), 0);
		for (size_t n = 0; n < 1000; n++) {
			struct frame f;
			nsec_t end = due(&t, n * t.frame.n + t.frame.n - 1);

			assert_int_equal(link_recv(l, &f, 1, NSEC_NEVER), 1);
			assert_in_range(clock_now(&t.clk), end, end + late);
			end -= (nsec_t)t.frame.n * BYTE;
			assert_in_range(f.t, end, end + late);
		}
		assert_in_range(t.wake_ups, 1000, 2010);
		link_close(l);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wake_ups),
		cmocka_unit_test(parity),
		cmocka_unit_test(good_sum_of_damaged_bytes),
		cmocka_unit_test(noise),
		cmocka_unit_test(entered_anywhere),
		cmocka_unit_test(times),
		cmocka_unit_test(joined_in_a_frame),
		cmocka_unit_test(joined_before_a_silence),
		cmocka_unit_test(another_wire),
		cmocka_unit_test(another_wire_in_bursts),
		cmocka_unit_test(no_other_wire),
		cmocka_unit_test(full_load),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
