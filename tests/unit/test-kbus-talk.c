/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "kbus-rows.h"

#include "link/bytelink-wire.h"
#include "proto/kbus-link.h"
#include "proto/kbus-send.h"

/* Sending on a wire with others on it, bit by bit, in virtual time. */

#define MS NSEC_PER_MSEC
#define US NSEC_PER_USEC
#define BYTE 1145833	/* ns: 11 bits at 9600 (kbus.md 1.1) */
#define START (1436509052 * NSEC_PER_SEC)
#define ASK "3F 03 80 10 AC"
#define DOORS "00 05 BF 7A 30 03 F3"
#define SENDS 10000
#define NUMBERED KBUS_ID(0x3f, 0x44, 0x73)

static const struct bytelink_line line = { .baud = 9600, .even_parity = true };

/*
 * Another device: it says its rows at their times, the first one every PERIOD if there is one,
 * and JAMS times it speaks into what another has begun.
 */
struct device {
	struct bytelink *port;
	const char *rows[4];
	nsec_t times[4];
	size_t n, next;
	nsec_t period;
	unsigned int jams;
	nsec_t deaf;		/* until then it hears itself */
};

/* Our link, one that only listens, and a device. */
struct bus {
	struct clock clk;
	struct bytelink_wire *wire;
	struct bytelink *port;
	struct link *link, *ear;
	struct device device;
	nsec_t look;
	struct frame heard[16];
	size_t n_heard;
	uint8_t times[SENDS];	/* that our numbered frame was heard by the ear */
};

static nsec_t device_next(void *arg)
{
	const struct device *d = arg;

	return d->next < d->n ? d->times[d->next] : NSEC_NEVER;
}

static void jam(struct device *d, nsec_t now)
{
	static const uint8_t zeros[2];
	uint8_t heard[64];

	if (bytelink_recv(d->port, heard, sizeof(heard), 0) <= 0 || d->jams == 0 || now < d->deaf)
		return;
	d->jams--;
	d->deaf = now + 15 * MS;
	assert_int_equal(bytelink_send(d->port, zeros, sizeof(zeros)), 0);
}

static void device_run(void *arg, nsec_t now)
{
	struct device *d = arg;
	struct bytes x;

	jam(d, now);
	if (device_next(d) > now)
		return;
	x = hex(d->rows[d->next]);
	assert_int_equal(bytelink_send(d->port, x.b, x.n), 0);
	if (d->period)
		d->times[d->next] += d->period;
	else
		d->next++;
}

static void station(struct bus *b, struct bytelink **ret)
{
	assert_int_equal(bytelink_wire_station(b->wire, ret), 0);
	assert_int_equal(bytelink_set(*ret, &line), 0);
}

static nsec_t ear_next(void *arg)
{
	return ((struct bus *)arg)->look;
}

/* It also looks every 10 ms, so that it knows of silences. */
static void ear_run(void *arg, nsec_t now)
{
	struct bus *b = arg;
	struct frame f;
	int n;

	b->look = now + 10 * MS;
	while ((n = link_recv(b->ear, &f, 1, 0)) > 0)
		if (f.id == NUMBERED && f.len == 2)
			b->times[f.data[0] << 8 | f.data[1]]++;
		else if (b->n_heard < ARRAY_SIZE(b->heard))
			b->heard[b->n_heard++] = f;
	assert_int_equal(n, 0);
}

static void bus_open(struct bus *b)
{
	struct bytelink_party device = { device_next, device_run, &b->device },
			      ear = { ear_next, ear_run, b };
	struct bytelink *third;

	*b = (struct bus){ 0 };
	clock_init_virtual(&b->clk, START);
	assert_int_equal(bytelink_wire_new(&b->clk, &b->wire), 0);
	station(b, &b->port);
	station(b, &third);
	station(b, &b->device.port);
	assert_int_equal(kbus_link_open(b->port, &b->link), 0);
	assert_int_equal(kbus_link_open(third, &b->ear), 0);
	assert_int_equal(bytelink_wire_party(b->wire, &device), 0);
	assert_int_equal(bytelink_wire_party(b->wire, &ear), 0);
}

static void bus_close(struct bus *b)
{
	link_close(b->link);
	link_close(b->ear);
	bytelink_close(b->device.port);
	bytelink_wire_free(b->wire);
}

/* The device says ROW at T. */
static void says(struct bus *b, nsec_t t, const char *row)
{
	struct device *d = &b->device;

	assert_true(d->n < ARRAY_SIZE(d->rows));
	d->rows[d->n] = row;
	d->times[d->n++] = t;
}

static int say(struct bus *b, const char *row)
{
	struct bytes x = hex(row);
	struct frame f;

	assert_int_equal(kbus_parse(x.b, x.n, &f), 0);

	return link_send(b->link, &f);
}

static void assert_near(nsec_t t, nsec_t want)
{
	assert_in_range(t, want - US, want + US);
}

/* What we receive next: F, which began at T. */
static void hears(struct bus *b, const char *frame, nsec_t t)
{
	struct frame f;

	assert_int_equal(link_recv(b->link, &f, 1, clock_now(&b->clk) + 50 * MS), 1);
	assert_frame(&f, frame);
	assert_near(f.t, t);
}

static void hears_nothing(struct bus *b)
{
	struct frame f;

	assert_int_equal(link_recv(b->link, &f, 1, clock_now(&b->clk) + 100 * MS), 0);
}

static void on_a_free_bus(void **state)
{
	struct bus b;
	(void)state;

	bus_open(&b);
	assert_int_equal(say(&b, ASK), 0);
	assert_near(clock_now(&b.clk), START + 10 * MS + 5 * BYTE);
	assert_int_equal(b.n_heard, 1);
	assert_frame(&b.heard[0], "1B3F8010#");
	assert_near(b.heard[0].t, START + 10 * MS);
	hears_nothing(&b);

	/* The bus was silent since: at once. */
	assert_int_equal(say(&b, ASK), 0);
	assert_near(b.heard[1].t, START + 110 * MS + 5 * BYTE);
	assert_int_equal(kbus_link_heard(b.link).collisions, 0);
	assert_int_equal(kbus_link_heard(b.link).counts.skipped, 0);
	bus_close(&b);
}

/* The silence counts from the end of what others said; it is received all the same. */
static void after_others(void **state)
{
	nsec_t first = START + 3 * MS, second = first + 7 * BYTE + 4 * MS, free = second + 6 * BYTE;
	struct bus b;
	(void)state;

	bus_open(&b);
	says(&b, first, DOORS);
	says(&b, second, "80 04 BF 11 01 2B");
	says(&b, free + 10 * MS + 5 * BYTE + 2 * MS, "80 04 BF 11 03 29");
	assert_int_equal(say(&b, ASK), 0);
	assert_int_equal(b.n_heard, 3);
	assert_frame(&b.heard[2], "1B3F8010#");
	assert_near(b.heard[2].t, free + 10 * MS);
	hears(&b, "1B00BF7A#3003", first);
	hears(&b, "1B80BF11#01", second);
	hears(&b, "1B80BF11#03", free + 12 * MS + 5 * BYTE);
	hears_nothing(&b);
	bus_close(&b);
}

/* The other one's first bit comes half a ms before ours. */
static void collision(void **state)
{
	nsec_t again = START + 9500 * US + 7 * BYTE + 20 * MS;
	struct bus b;
	(void)state;

	bus_open(&b);
	kbus_link_seed(b.link, 7);
	says(&b, START + 9500 * US, DOORS);
	assert_int_equal(say(&b, ASK), 0);
	assert_int_equal(kbus_link_heard(b.link).collisions, 1);
	/* Nobody has understood what the two said together, and we did not receive it. */
	hears_nothing(&b);
	assert_int_equal(b.n_heard, 1);
	assert_frame(&b.heard[0], "1B3F8010#");
	assert_in_range(b.heard[0].t, again + 10 * MS, again + 20 * MS);
	assert_true(kbus_link_heard(b.link).counts.skipped > 0);

	/* What follows is heard at once: where a frame begins is known from the echo. */
	says(&b, clock_now(&b.clk) + MS, DOORS);
	hears(&b, "1B00BF7A#3003", clock_now(&b.clk) + MS);
	bus_close(&b);
}

/* Three times another speaks into it: 20 ms of silence and the back-off are between the tries. */
static void three_collisions(void **state)
{
	struct bus b;
	(void)state;

	for (uint32_t seed = 1; seed <= 100; seed++) {
		nsec_t jammed = 3 * BYTE + 20 * MS;	/* first byte, then two zeros */

		bus_open(&b);
		kbus_link_seed(b.link, seed);
		b.device.jams = 3;
		assert_int_equal(say(&b, ASK), -ECOMM);
		assert_int_equal(b.device.jams, 0);
		assert_int_equal(kbus_link_heard(b.link).collisions, 3);
		assert_in_range(clock_now(&b.clk), START + 10 * MS + 3 * jammed + 2 * 10 * MS,
				START + 10 * MS + 3 * (jammed + 2 * BYTE) + 2 * 20 * MS + US);
		assert_int_equal(b.n_heard, 0);

		/* Left alone, it is heard. */
		assert_int_equal(say(&b, ASK), 0);
		assert_int_equal(kbus_link_heard(b.link).collisions, 3);
		hears_nothing(&b);
		assert_int_equal(b.n_heard, 1);
		bus_close(&b);
	}
}

static void no_echo(void **state)
{
	struct bus b;
	(void)state;

	bus_open(&b);
	bytelink_wire_no_echo(b.port, true);
	assert_int_equal(say(&b, ASK), -ENOLINK);
	assert_near(clock_now(&b.clk), START + 10 * MS + 5 * BYTE + 100 * MS);
	assert_int_equal(kbus_link_heard(b.link).collisions, 0);

	/* Others are heard, and whole: it is no collision. */
	for (unsigned int i = 0; i < 4; i++)
		says(&b, clock_now(&b.clk) + (5 + 40 * i) * MS, DOORS);
	assert_int_equal(say(&b, ASK), -ENOLINK);
	assert_int_equal(kbus_link_heard(b.link).collisions, 0);
	bus_close(&b);
}

/* A port that is late gets its time: for the echo, and for no more. */
static void late_port(void **state)
{
	struct bus b;
	(void)state;

	bus_open(&b);
	link_close(b.link);
	station(&b, &b.port);
	b.port->slack = 30 * MS;
	assert_int_equal(kbus_link_open(b.port, &b.link), 0);
	bytelink_wire_no_echo(b.port, true);
	assert_int_equal(say(&b, ASK), -ENOLINK);
	assert_near(clock_now(&b.clk), START + 10 * MS + 5 * BYTE + 130 * MS);
	bus_close(&b);
}

/* Pauses of 6 ms; nothing of what is said meanwhile gets lost. */
static void never_idle(void **state)
{
	struct frame f;
	struct bus b;
	size_t n = 0;
	(void)state;

	bus_open(&b);
	says(&b, START + MS, "D0 0F 3F A0 08 38 62 08 01 18 13 00 46 99 09 41 87");
	b.device.period = 17 * BYTE + 6 * MS;
	assert_int_equal(say(&b, ASK), -EBUSY);
	assert_near(clock_now(&b.clk), START + NSEC_PER_SEC);
	assert_int_equal(kbus_link_heard(b.link).collisions, 0);
	b.device.n = 0;
	while (link_recv(b.link, &f, 1, clock_now(&b.clk) + 100 * MS) > 0) {
		assert_frame(&f, "1BD03FA0##0083862080118130046990941");
		n++;
	}
	assert_int_equal(n, 40);	/* one every 25.5 ms, for 1 s; the last one ends */
	bus_close(&b);
}

static void cts(void **state)
{
	struct bus b;
	(void)state;

	bus_open(&b);
	assert_int_equal(kbus_link_use_cts(b.link), -EOPNOTSUPP);
	bytelink_wire_modem(b.port, BYTELINK_DSR);
	assert_int_equal(kbus_link_use_cts(b.link), 0);
	assert_int_equal(say(&b, ASK), -EBUSY);
	assert_near(clock_now(&b.clk), START + NSEC_PER_SEC);
	assert_int_equal(b.n_heard, 0);
	bytelink_wire_modem(b.port, BYTELINK_CTS);
	assert_int_equal(say(&b, ASK), 0);
	assert_int_equal(b.n_heard, 1);
	assert_near(b.heard[0].t, START + NSEC_PER_SEC);
	bus_close(&b);
}

static void refused(void **state)
{
	struct frame f = { .id = KBUS_ID(0x3f, 0x80, 0x10), .flags = FRAME_EXT, .len = 33 };
	struct bus b;
	(void)state;

	bus_open(&b);
	assert_int_equal(link_send(b.link, &f), -EMSGSIZE);
	f.id = 0x6f1;
	f.flags = 0;
	f.len = 8;
	assert_int_equal(link_send(b.link, &f), -EINVAL);
	f = (struct frame){ .id = KBUS_ID(0x3f, 0x80, 0x10), .flags = FRAME_EXT, .len = 32 };
	assert_int_equal(link_send(b.link, &f), 0);
	assert_int_equal(b.n_heard, 1);
	assert_int_equal(b.heard[0].len, 32);
	bytelink_wire_unplug(b.port);
	assert_int_equal(say(&b, ASK), -ENODEV);
	bus_close(&b);
}

/* ---- a bus under load ---- */

/* A device that speaks at random, half of the time. It sees itself whether it was understood. */
struct talker {
	struct bytelink *port;
	uint32_t seed;
	nsec_t next, idle;	/* when it wants to speak; since when nothing was heard */
	struct bytes said;	/* now, or last */
	size_t n_back;		/* bytes that came back as they were said */
	bool speaks, damaged;
	uint64_t n_damaged;
	nsec_t spoke;
	struct frame whole[64];	/* those that were not damaged, and that we did not receive yet */
	size_t n_whole;
};

static uint32_t draw(struct talker *t, uint32_t n)
{
	t->seed ^= t->seed << 13;
	t->seed ^= t->seed >> 17;
	t->seed ^= t->seed << 5;

	return t->seed % n;
}

static nsec_t talker_next(void *arg)
{
	return ((struct talker *)arg)->next;
}

/* The last byte is back, or it will not come any more. */
static void spoken(struct talker *t)
{
	if (t->damaged) {
		t->n_damaged++;
	} else {
		assert_true(t->n_whole < ARRAY_SIZE(t->whole));
		assert_int_equal(kbus_parse(t->said.b, t->said.n, &t->whole[t->n_whole++]), 0);
	}
	t->speaks = false;
}

static void talker_hears(struct talker *t, nsec_t now)
{
	uint8_t b[64];
	int n = bytelink_recv(t->port, b, sizeof(b), 0);

	for (int i = 0; i < n; i++) {
		bool marked = b[i] == 0xff;

		t->idle = now;
		if (!t->speaks)
			continue;
		/* FF is sent twice by a port that marks damage, and there is none in what it says. */
		t->damaged |= marked || b[i] != t->said.b[t->n_back];
		if (++t->n_back == t->said.n)
			spoken(t);
	}
}

/* As others do it waits for a pause of 2 ms (kbus.md 1.3), but does not compare each bit. */
static void talker_run(void *arg, nsec_t now)
{
	struct talker *t = arg;

	talker_hears(t, now);
	if (now < t->next)
		return;
	if (t->speaks) {	/* two bytes at once can be one: what is missing will not come */
		t->damaged = true;
		spoken(t);
	}
	if (now < t->idle + 2 * MS) {
		t->next = t->idle + 2 * MS + draw(t, 3) * MS;
		return;
	}
	do
		t->said = hex(kbus_rows[draw(t, ARRAY_SIZE(kbus_rows))].bytes);
	while (memchr(t->said.b, 0xff, t->said.n));
	t->n_back = 0;
	t->speaks = true;
	t->damaged = false;
	t->spoke += (nsec_t)t->said.n * BYTE;
	t->next = now + (nsec_t)t->said.n * BYTE + 2 * MS + draw(t, 14000) * US;
	assert_int_equal(bytelink_send(t->port, t->said.b, t->said.n), 0);
}

struct loaded {
	struct bus bus;
	struct talker talker;
	size_t received, phantoms, missing, sent;
	uint64_t collisions;
	double load;		/* of the bus, by the talker */
	bool is_sent[SENDS];
};

static bool same(const struct frame *a, const struct frame *b)
{
	return a->id == b->id && a->len == b->len && !memcmp(a->data, b->data, a->len);
}

static void came(struct loaded *l, const struct frame *f)
{
	struct talker *t = &l->talker;

	for (size_t i = 0; i < t->n_whole; i++) {
		if (!same(&t->whole[i], f))
			continue;
		l->received++;
		l->missing += i;
		t->n_whole -= i + 1;
		memmove(t->whole, t->whole + i + 1, t->n_whole * sizeof(*t->whole));
		return;
	}
	l->phantoms++;
}

static void receive(struct loaded *l, nsec_t until)
{
	struct frame f[8];
	int n;

	while ((n = link_recv(l->bus.link, f, 8, until)) > 0)
		for (int i = 0; i < n; i++)
			came(l, &f[i]);
	assert_int_equal(n, 0);
}

/* N frames of ours in between, through an adapter that gathers for LATENCY. */
static void under_load(struct loaded *l, size_t n, nsec_t latency)
{
	struct bytelink_party party = { talker_next, talker_run, &l->talker };
	struct bus *b = &l->bus;

	*l = (struct loaded){ .talker = { .seed = 20050601, .next = START } };
	bus_open(b);
	bytelink_wire_latency(b->port, latency);
	station(b, &l->talker.port);
	assert_int_equal(bytelink_wire_party(b->wire, &party), 0);
	for (size_t i = 0; i < n; i++) {
		struct frame f = {
			.id = NUMBERED, .flags = FRAME_EXT, .len = 2,
			.data = { (uint8_t)(i >> 8), (uint8_t)i },
		};
		int r = link_send(b->link, &f);

		assert_true(r == 0 || r == -ECOMM || r == -EBUSY);
		l->is_sent[i] = r == 0;
		l->sent += r == 0;
		receive(l, clock_now(&b->clk) + draw(&l->talker, 30) * MS);
	}
	l->talker.next = NSEC_NEVER;
	receive(l, clock_now(&b->clk) + 200 * MS);
	l->collisions = kbus_link_heard(b->link).collisions;
	l->load = (double)l->talker.spoke / (double)(clock_now(&b->clk) - START);
	bytelink_close(l->talker.port);
	bus_close(b);
}

/*
 * Of others' frames just those are missing in which two spoke, and each of ours is heard by
 * others once if we say that it was sent, and never if we say that it was not.
 */
static void assert_honest(const struct loaded *l, size_t n)
{
	assert_true(l->load > 0.4 && l->load < 0.6);
	assert_int_equal(l->missing + l->talker.n_whole, 0);
	/* What two said at once has parity and XOR right by chance: once, 05 06 44 01 00 09 47. */
	assert_in_range(l->phantoms, 0, 1);
	assert_true(l->received > n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(l->bus.times[i], l->is_sent[i]);
}

static void ten_thousand(void **state)
{
	struct loaded *l = malloc(sizeof(*l));
	(void)state;

	under_load(l, SENDS, NSEC_PER_MSEC);
	assert_honest(l, SENDS);
	/* Both wait for silence, and often begin at the same time: each of those is counted. */
	assert_in_range(l->sent, 9000, SENDS);
	assert_in_range(l->collisions, 1000, 10000);
	assert_int_equal(l->collisions, l->talker.n_damaged);

	under_load(l, 500, 16 * MS);
	assert_honest(l, 500);
	free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(on_a_free_bus),
		cmocka_unit_test(after_others),
		cmocka_unit_test(collision),
		cmocka_unit_test(three_collisions),
		cmocka_unit_test(no_echo),
		cmocka_unit_test(late_port),
		cmocka_unit_test(never_idle),
		cmocka_unit_test(cts),
		cmocka_unit_test(refused),
		cmocka_unit_test(ten_thousand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
