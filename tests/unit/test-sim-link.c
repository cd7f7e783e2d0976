/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link/link.h"
#include "sim/sim-link.h"
#include "sim-play.h"

/* The simulated car as a link, and the faults of its traffic. */

#define START (MS(1000) * 1000000) /* a time of the clock that is not 0 */

static struct link *open_link(const char *car, const char *script, bool end,
			      struct clock *clk)
{
	struct sim_link_options o = {
		.car = car,
		.script_name = "a.sim",
		.script = script,
		.script_len = script ? strlen(script) : 0,
		.end_when_settled = end,
	};
	struct link *l = NULL;

	clock_init_virtual(clk, START);
	assert_int_equal(sim_link_open(&o, clk, &l), 0);

	return l;
}

/* Takes all frames until recv returns no more; *ret_end is what it returned. */
static size_t drain(struct link *l, nsec_t deadline, struct frame *f, size_t max,
		    int *ret_end)
{
	size_t n = 0;

	for (;;) {
		int r = link_recv(l, f + n, max - n, deadline);

		if (r <= 0) {
			*ret_end = r;
			return n;
		}
		n += (size_t)r;
		assert_true(n < max);
	}
}

static void jumps(void **state)
{
	struct frame f[32];
	struct clock clk;
	struct link *l = open_link("r53", "at 10s boot open", false, &clk);
	int r;
	(void)state;

	assert_string_equal(l->name, "sim:r53");
	assert_true(l->is_virtual);
	assert_true(sim_link_start(l) == START);
	assert_int_equal(link_recv(l, f, 1, NSEC_NEVER), 1);
	assert_true(f[0].t == START);
	assert_ptr_equal(f[0].bus, l->name);
	assert_int_equal(f[0].id, 0x1b00bf02);
	assert_int_equal(f[0].flags, FRAME_EXT);

	assert_int_equal(drain(l, START + MS(5000), f, 32, &r), 5);
	assert_int_equal(r, 0);
	assert_true(clock_now(&clk) == START + MS(5000));
	assert_int_equal(drain(l, START + MS(20000), f, 32, &r), 1);
	assert_true(f[0].t == START + MS(10000));
	assert_int_equal(f[0].id, 0x1b00bf7a);
	/* A parked car is silent for ever; a deadline in the past returns at once. */
	assert_int_equal(link_recv(l, f, 1, START), 0);
	assert_int_equal(link_recv(l, f, 1, NSEC_NEVER), -ENODATA);
	link_close(l);
}

static void ends_when_settled(void **state)
{
	struct frame f[32];
	struct clock clk;
	struct link *l = open_link("r53", "at 1s fob 1 click lock", true, &clk);
	int r;
	(void)state;

	assert_int_equal(drain(l, START + MS(60000), f, 32, &r), 6 + 5);
	assert_int_equal(r, -ENODATA);
	assert_true(clock_now(&clk) == START + MS(1609));
	link_close(l);

	/* Traffic that never ends does not keep it, once it has told the change. */
	l = open_link("r56", "at 1s ignition on", true, &clk);
	drain(l, START + MS(60000), f, 32, &r);
	assert_int_equal(r, -ENODATA);
	assert_true(clock_now(&clk) == START + MS(1100));
	link_close(l);
}

static void bad_scripts(void **state)
{
	struct frame f[32];
	struct clock clk;
	struct link *l = open_link("r53", "boot open\nhonk", true, &clk);
	int r;
	(void)state;

	assert_int_equal(link_recv(l, f, 32, NSEC_NEVER), -EBADMSG);
	assert_int_equal(sim_fault(sim_link_sim(l))->line, 2);
	assert_string_equal(sim_fault(sim_link_sim(l))->name, "a.sim");
	link_close(l);

	l = open_link("r53", "boot open\nat 2s expect boot closed", true, &clk);
	assert_int_equal(drain(l, NSEC_NEVER, f, 32, &r), 7);
	assert_int_equal(r, -EBADMSG);
	assert_true(sim_fault(sim_link_sim(l))->expectation);
	assert_true(clock_now(&clk) == START + MS(2000));
	link_close(l);

	assert_int_equal(
		sim_link_open(&(struct sim_link_options){ .car = "j02" }, &clk, &l),
		-ENOENT);
}

static void send(void **state)
{
	static const struct frame ask = { .id = 0x1b3f0079, .flags = FRAME_EXT };
	struct frame f[32];
	struct clock clk;
	struct link *l = open_link("r53", NULL, false, &clk);
	int r;
	(void)state;

	drain(l, START + MS(1000), f, 32, &r);
	assert_int_equal(link_send(l, &ask), 0);
	assert_int_equal(drain(l, START + MS(2000), f, 32, &r), 1);
	assert_true(f[0].t == START + MS(1020));
	assert_int_equal(f[0].id, 0x1b00bf7a);
	link_close(l);
}

static void control(void **state)
{
	struct sim_fault fault;
	struct frame f[32];
	struct clock clk;
	struct link *l = open_link("r53", NULL, false, &clk);
	int r;
	(void)state;

	drain(l, START + MS(1000), f, 32, &r);
	clock_advance(&clk, START + MS(1500));
	sim_link_catch_up(l);
	assert_int_equal(sim_do(sim_link_sim(l), "boot open", &fault), 0);
	assert_int_equal(drain(l, START + MS(2000), f, 32, &r), 1);
	assert_true(f[0].t == START + MS(1500));
	link_close(l);
}

static void unplug(void **state)
{
	static const struct frame ask = { .id = 0x1b3f0079, .flags = FRAME_EXT };
	struct frame f[32];
	struct clock clk;
	struct link *l = open_link("r53",
				   "at 1s boot open\nfault unplug\nboot close\n"
				   "at 5s fault off\nbonnet open",
				   true, &clk);
	int r;
	(void)state;

	assert_int_equal(drain(l, NSEC_NEVER, f, 32, &r), 7);
	assert_int_equal(r, -ENODEV);
	assert_int_equal(link_send(l, &ask), -ENODEV);
	assert_true(clock_now(&clk) == START + MS(1000));
	/* Somebody plugs it in again. */
	clock_advance(&clk, START + MS(6000));
	assert_int_equal(drain(l, NSEC_NEVER, f, 32, &r), 1);
	assert_true(f[0].t == START + MS(5000));
	assert_int_equal(r, -ENODATA);
	link_close(l);
}

/* What is still on its way is gone with the wire. */
static void unplug_delayed(void **state)
{
	struct frame f[32];
	struct clock clk;
	struct link *l =
		open_link("r53",
			  "at 1s fault delay 1s\nboot open\nat 1.5s fault unplug\n"
			  "at 1.6s fault off\nbonnet open",
			  true, &clk);
	int r;
	(void)state;

	clock_advance(&clk, START + MS(3000));
	assert_int_equal(drain(l, NSEC_NEVER, f, 32, &r), 7);
	assert_true(f[6].t == START + MS(1600));
	link_close(l);
}

static void bus_off(void **state)
{
	struct frame f[64];
	struct clock clk;
	struct link *l =
		open_link("r56", "at 250ms fault busoff\nat 1s fault off\n", true, &clk);
	int r;
	size_t n = drain(l, START + MS(1100), f, 64, &r);
	(void)state;

	assert_int_equal(n, 14 + 2 + 1);
	assert_int_equal(f[16].flags, FRAME_ERR);
	assert_int_equal(f[16].id, 0x40);
	assert_true(f[16].t == START + MS(250));
	link_close(l);
}

/* Frames in order, delayed by as much; what is delayed is an effect until it is out. */
static void delay(void **state)
{
	struct frame f[32];
	struct clock clk;
	struct link *l =
		open_link("r53",
			  "at 1s fault delay 3s\nat 1s boot open\nat 2s fault off\n"
			  "at 2s boot close\nat 5s boot open",
			  true, &clk);
	int r;
	(void)state;

	assert_int_equal(drain(l, NSEC_NEVER, f, 32, &r), 6 + 3);
	assert_int_equal(r, -ENODATA);
	assert_true(f[6].t == START + MS(4000));
	assert_int_equal(f[6].data[1], 0x20);
	assert_true(f[7].t == START + MS(4000));
	assert_int_equal(f[7].data[1], 0x00);
	assert_true(f[8].t == START + MS(5000));
	link_close(l);
}

/* How many 0x130 come in 99 s, and how many of them are as they were sent. */
static void count(const char *script, size_t *ret_frames, size_t *ret_good)
{
	struct sim *s = new_car("r56");
	struct frame f[64];
	size_t n;

	*ret_frames = *ret_good = 0;
	load(s, script);
	for (nsec_t t = 0; t < MS(100000); t += MS(1000)) {
		sim_run(s, t);
		while ((n = sim_take(s, f, ARRAY_SIZE(f))) > 0)
			for (size_t i = 0; i < n; i++) {
				assert_true(f[i].flags == 0);
				if (f[i].id != 0x130)
					continue;
				(*ret_frames)++;
				*ret_good += !memcmp(f[i].data, "\x40\x40\xc1\x0f", 4);
			}
	}
	sim_free(s);
}

static void drop_and_corrupt(void **state)
{
	size_t n, good, again;
	(void)state;

	count("", &n, &good);
	assert_int_equal(n, 991);
	assert_int_equal(good, 991);
	count("fault drop 100%", &n, &good);
	assert_int_equal(n, 1); /* the car went first at 0 */
	count("fault drop 0%\nfault corrupt 0%", &n, &good);
	assert_int_equal(good, 991);
	count("fault drop 20%", &n, &good);
	assert_in_range(n, 740, 850);
	assert_int_equal(n, good);
	count("fault drop 20%", &again, &good);
	assert_int_equal(again, n); /* the same luck every time */
	/* One bit of 40: 32 of them are not in the last byte. */
	count("fault corrupt", &n, &good);
	assert_int_equal(n, 991);
	assert_in_range(good, 150, 250);
	count("fault corrupt 10%", &n, &good);
	assert_in_range(good, 880, 940);
}

/* Nobody takes the frames: the oldest are kept, the others counted, none is forgotten. */
static void overflow(void **state)
{
	struct sim *s = new_car("r56");
	struct frame f[600];
	size_t n;
	(void)state;

	sim_run(s, MS(1000000));
	n = sim_take(s, f, ARRAY_SIZE(f));
	assert_int_equal(n, 513);
	assert_int_equal(f[511].flags, 0);
	assert_int_equal(f[512].flags, FRAME_LOST);
	/* 10001 of 0x130, 3000 a second apart, 400 5 s apart, 100 10 s apart, 7 once. */
	assert_int_equal(f[512].id, 10001 + 3000 + 400 + 100 + 7 - 512);
	assert_int_equal(sim_take(s, f, ARRAY_SIZE(f)), 0);

	/* Room again before all are taken: the gap is where they are missing. */
	sim_run(s, MS(1100000));
	assert_int_equal(sim_take(s, f, 10), 10);
	sim_run(s, MS(1100100));
	n = sim_take(s, f, ARRAY_SIZE(f));
	assert_int_equal(n, 502 + 1 + 7);
	assert_int_equal(f[502].flags, FRAME_LOST);
	assert_int_equal(f[503].id, 0x2fc);
	assert_true(f[503].t == MS(1100007));
	assert_int_equal(f[n - 1].id, 0x130);
	sim_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(jumps),	  cmocka_unit_test(ends_when_settled),
		cmocka_unit_test(bad_scripts),	  cmocka_unit_test(send),
		cmocka_unit_test(control),	  cmocka_unit_test(unplug),
		cmocka_unit_test(unplug_delayed), cmocka_unit_test(bus_off),
		cmocka_unit_test(delay),	  cmocka_unit_test(drop_and_corrupt),
		cmocka_unit_test(overflow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
