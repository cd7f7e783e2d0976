/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-play.h"

/* The control language of DESIGN 7: what it takes, what it refuses and where. */

static void cars(void **state)
{
	static const char *const known[] = { "r50", "r52", "r53", "r55", "r56",
					     "r57", "r58", "r59", "r60", "r61" };
	static const char *const unknown[] = { "f58", "j02", "R53", "r51", "", "r530" };
	struct sim *s = NULL;
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		assert_true(sim_knows(known[i]));
	for (size_t i = 0; i < ARRAY_SIZE(unknown); i++) {
		assert_false(sim_knows(unknown[i]));
		assert_int_equal(sim_new(unknown[i], &s), -ENOENT);
		assert_null(s);
	}
	sim_free(NULL);
}

/* Refused when it is loaded: nothing of the script runs. */
static void wrong_lines(void **state)
{
	static const struct {
		const char *car, *script;
		unsigned int line, column;
		const char *text;
	} t[] = {
		{ "r53", "honk", 1, 1, "unknown verb 'honk'" },
		{ "r53", "\n# fine\n  door driver ajar", 3, 15,
		  "'ajar' should be open, close, closed" },
		{ "r53", "door roof open", 1, 6,
		  "'roof' should be driver, passenger, rear-driver, rear-passenger" },
		{ "r53", "door driver", 1, 12,
		  "the line ends too early: open, close, closed" },
		{ "r53", "door driver # open", 1, 12,
		  "the line ends too early: open, close, closed" },
		{ "r53", "door driver open now", 1, 18, "'now' is too much here" },
		{ "r53", "key insert 3", 1, 12,
		  "'3' should be the number of a key of this car, 1 or 2" },
		{ "r53", "key insert 0", 1, 12,
		  "'0' should be the number of a key of this car, 1 or 2" },
		{ "r53", "key turn", 1, 5, "'turn' should be insert, remove" },
		{ "r53", "fob 6 click lock", 1, 5,
		  "'6' should be the number of a fob, 1 to 5" },
		{ "r53", "fob 1 wave lock", 1, 7,
		  "'wave' should be press, release, click, battery, in-step, out-of-step, "
		  "kind" },
		{ "r53", "fob 1 battery empty", 1, 15,
		  "'empty' should be ok, low, flat" },
		{ "r53", "fault drop 5", 1, 12, "'5' should be a percentage such as 5%" },
		{ "r53", "fault drop 101%", 1, 12,
		  "'101%' should be a percentage such as 5%" },
		{ "r53", "fault drop -1%", 1, 12,
		  "'-1%' should be a percentage such as 5%" },
		{ "r53", "fault delay soon", 1, 13,
		  "'soon' should be a time such as 1.5s or 300ms" },
		{ "r53", "fault nrc 1234", 1, 11,
		  "'1234' should be a byte of two hexadecimal digits" },
		{ "r53", "fault pending -1", 1, 15,
		  "'-1' should be a number up to 1000" },
		{ "r53", "fault no-echo", 1, 7, "no-echo needs a serial wire: kbus:pty or kline:pty" },
		{ "r53", "fault collide 3", 1, 7,
		  "collide needs a serial wire: kbus:pty or kline:pty" },
		{ "r53", "fault damage 3%", 1, 7,
		  "damage needs a serial wire: kbus:pty or kline:pty" },
		{ "r53", "fault", 1, 6,
		  "the line ends too early: drop, corrupt, delay, busoff, unplug, off, "
		  "mend, pending, nrc, slow, silent, garbage, other, fc-wait, overflow, no-echo, "
		  "collide, noise, lose, damage, serial" },
		{ "r53", "at", 1, 3, "the line ends too early: a time such as 1.5s" },
		{ "r53", "at noon key remove", 1, 4,
		  "'noon' should be a time such as 1.5s or 300ms" },
		{ "r53", "wait 1s", 1, 8, "the line ends too early: nothing to do then" },
		{ "r53", "wait 1s honk", 1, 9, "unknown verb 'honk'" },
		{ "r53", "at 999999h key remove", 1, 4,
		  "'999999h' should be a time such as 1.5s or 300ms" },
		{ "r53", "wait 200000h key remove\nwait 200000h key remove", 2, 1,
		  "this is more than 30 years from the start" },
		{ "r53", "phone owner pair", 1, 1, "this car has no digital key" },
		{ "r53", "card activate", 1, 1, "this car has no digital key" },
		{ "r53", "door rear-driver open", 1, 6, "the r53 has no such door" },
		{ "r56", "expect door rear-passenger open", 1, 13,
		  "the r56 has no such door" },
		{ "r61", "door rear-driver open", 1, 6, "the r61 has no such door" },
		{ "r55", "door rear-driver open", 1, 6, "the r55 has no such door" },
		{ "r56", "limit fob 10s", 1, 1,
		  "the r56 has no initialisation to limit" },
		{ "r53", "Key remove", 1, 1, "unknown verb 'Key'" },
		{ "r53", "key\x1b[2J remove", 1, 1, "unknown verb 'key\\x1b[2J'" },
		{ "r53", "\xc3\xa9", 1, 1, "unknown verb '\\xc3\\xa9'" },
		{ "r53", "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", 1, 1,
		  "unknown verb 'abcdefghijklmnopqrstuvwxyzabcdefg...'" },
		{ "r53", "key insert 1111111111111111111111111111111111", 1, 12,
		  "'111111111111111111111111111111111...' should be the number of a key "
		  "of this car, 1 or 2" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct sim *s = new_car(t[i].car);
		struct sim_fault f = { .line = 77 };
		char script[256];

		snprintf(script, sizeof(script), "%s", t[i].script);
		assert_int_equal(sim_load(s, "a.sim", script, strlen(script), &f),
				 -EINVAL);
		assert_string_equal(f.text, t[i].text);
		assert_int_equal(f.line, t[i].line);
		assert_int_equal(f.column, t[i].column);
		assert_string_equal(f.name, "a.sim");
		assert_false(f.expectation);
		assert_null(sim_fault(s));
		sim_free(s);
	}
}

static void nothing_of_a_wrong_script_runs(void **state)
{
	static const char script[] = "boot open\nhonk\n";
	struct sim *s = new_car("r53");
	struct sim_fault f;
	(void)state;

	assert_int_equal(sim_load(s, "a.sim", script, sizeof(script) - 1, &f), -EINVAL);
	sim_run(s, MS(1000));
	tell(s, "expect boot closed");
	sim_free(s);
}

/* A NUL is a byte like others, and a script may end without a newline, or with CR LF. */
static void any_bytes(void **state)
{
	static const char nul[] = "key\0 remove";
	struct sim *s = new_car("r53");
	struct sim_fault f;
	(void)state;

	assert_int_equal(sim_load(s, "a.sim", nul, sizeof(nul) - 1, &f), -EINVAL);
	assert_string_equal(f.text, "unknown verb 'key\\x00'");
	load(s, "");
	load(s,
	     "\r\n\n \t # boot open\r\nkey remove\r\n\tboot  open# and\nexpect key out");
	sim_run(s, 0);
	assert_null(sim_fault(s));
	tell(s, "expect boot open");
	sim_free(s);
}

/* Right lines that fail when their time has come: the car stands still from then on. */
static void failing_lines(void **state)
{
	static const struct {
		const char *script;
		unsigned int line, column;
		bool expectation;
		const char *text;
	} t[] = {
		{ "key remove\nwait 2s  ignition acc", 2, 19, false,
		  "the ignition does not turn: no key in the lock" },
		{ "at 1s ignition on\nat 2s key remove", 2, 7, false,
		  "the key is held while the ignition is on" },
		{ "key remove\nat 2s key remove", 2, 7, false,
		  "there is no key in the lock" },
		{ "at 2s key insert 2", 1, 7, false, "key 1 is in the lock already" },
		{ "at 2s expect locks locked", 1, 7, true,
		  "not as expected: the car is unlocked" },
		{ "at 2s expect ignition acc", 1, 7, true,
		  "not as expected: the ignition is off" },
		{ "at 2s expect door driver open", 1, 7, true,
		  "not as expected: it is closed" },
		{ "boot open\nat 2s expect boot closed", 2, 7, true,
		  "not as expected: it is open" },
		{ "at 2s expect window passenger open", 1, 7, true,
		  "not as expected: it is closed" },
		{ "at 2s expect fob 3 learned", 1, 7, true,
		  "not as expected: the fob is forgotten" },
		{ "at 2s expect fob 1 forgotten", 1, 7, true,
		  "not as expected: the fob is learned" },
		{ "at 2s expect fob 2 slot 0", 1, 7, true,
		  "not as expected: the fob is in slot 1" },
		{ "at 2s expect fob 3 slot 0", 1, 7, true,
		  "not as expected: the fob is forgotten" },
		{ "at 2s expect session open", 1, 7, true,
		  "not as expected: the session is closed" },
		{ "at 2s expect key out", 1, 7, true, "not as expected: the key is in" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct sim *s = new_car("r53");
		const struct sim_fault *f;

		load(s, t[i].script);
		sim_run(s, MS(1999));
		assert_null(sim_fault(s));
		sim_run(s, MS(60000));
		f = sim_fault(s);
		assert_non_null(f);
		assert_string_equal(f->text, t[i].text);
		assert_int_equal(f->line, t[i].line);
		assert_int_equal(f->column, t[i].column);
		assert_int_equal(f->expectation, t[i].expectation);
		assert_int_equal(sim_now(s), MS(2000));
		assert_true(sim_next(s) == NSEC_NEVER);
		sim_free(s);
	}
}

/* `at` from the script's start, `wait` from the line before; order is by time. */
static void times(void **state)
{
	static const char *const want[] = { "10 1B80BF11#01", "10 1B80BF11#03",
					    "11.5 1B80BF11#07", "12 1B80BF11#00", NULL };
	struct sim *s = new_car("r53");
	struct played p, ignition = { .n = 0 };
	(void)state;

	sim_run(s, MS(8000));
	load(s, "at 4s ignition off\nat 2s ignition acc\nignition on\n\n# a comment\n"
		"wait 1.5s ignition start");
	run_from(s, MS(8000), MS(20000), &p);
	for (size_t i = 0; i < p.n; i++)
		if (strstr(p.line[i], "1B80BF11"))
			strcpy(ignition.line[ignition.n++], p.line[i]);
	assert_played(&ignition, want);
	sim_free(s);
}

/* A control stream: now, or in its turn behind what waits; its lines are numbered. */
static void control(void **state)
{
	struct sim *s = new_car("r53");
	struct sim_fault f = { .line = 0 };
	(void)state;

	sim_run(s, MS(1000));
	tell(s, "");
	tell(s, "# a comment");
	tell(s, "boot open");
	tell(s, "expect boot open");
	tell(s, "wait 1s boot close");
	tell(s, "bonnet open");
	tell(s, "expect bonnet open");
	tell(s, "wait 1s expect boot closed");
	tell(s, "at 5s expect ignition acc");
	assert_false(sim_settled(s));
	sim_run(s, MS(4000));
	assert_null(sim_fault(s));

	assert_int_equal(sim_do(s, "honk", &f), -EINVAL);
	assert_int_equal(f.line, 10);
	assert_null(f.name);
	assert_int_equal(sim_do(s, "ignition off now", &f), -EINVAL);
	assert_int_equal(f.column, 14);
	/* A line that fails now does not stop the car; one that fails later does. */
	sim_run(s, MS(4999));
	assert_null(sim_fault(s));
	sim_run(s, MS(6000));
	assert_non_null(sim_fault(s));
	assert_int_equal(sim_fault(s)->line, 9);
	assert_true(sim_fault(s)->expectation);
	assert_int_equal(sim_do(s, "boot close", &f), -EINVAL);
	assert_int_equal(f.line, 9);
	sim_free(s);
}

static void control_that_fails_now(void **state)
{
	struct sim *s = new_car("r53");
	struct sim_fault f = { .line = 0 };
	(void)state;

	assert_int_equal(sim_do(s, "expect boot open", &f), -EINVAL);
	assert_true(f.expectation);
	assert_string_equal(f.text, "not as expected: it is closed");
	assert_null(sim_fault(s));
	tell(s, "boot open");
	/* The same line again fails no more. */
	tell(s, "expect boot open");
	sim_free(s);
}

/* Every verb is understood by the car it is for. */
static void every_verb(void **state)
{
	struct sim *s = new_car("r53");
	(void)state;

	load(s,
	     "ignition on\nexpect ignition on\nignition off\nkey remove\nexpect key out\n"
	     "key insert 2\nexpect key in\nkey remove\nkey insert 1\n"
	     "door driver open\nexpect door driver open\ndoor driver close\n"
	     "expect door driver closed\ndoor passenger open\ndoor passenger closed\n"
	     "boot open\nexpect boot open\nboot close\nboot closed\nexpect boot closed\n"
	     "bonnet open\nexpect bonnet open\nbonnet close\nroof open\n"
	     "expect roof open\n"
	     "window driver open\nexpect window driver open\nwindow passenger open\n"
	     "fob 1 press lock\nfob 1 release lock\nfob 2 click boot\nfob 5 battery low\n"
	     "wait 1s expect locks secured\nswitch unlock\n"
	     "wait 1s expect locks unlocked\n"
	     "cylinder lock\nwait 1s expect locks locked\ncylinder unlock\nswitch lock\n"
	     "fault drop 0.5%\nfault corrupt\nfault corrupt 5%\nfault delay 200ms\n"
	     "fault busoff\nfault unplug\nfault pending 3\nfault nrc B1\nfault slow 1s\nfault silent\n"
	     "fault silent gm\nfault garbage\nfault other\nfault off\n"
	     "limit ignition 1s\nlimit fob 1min\nlimit presses 300ms\n"
	     "expect session closed\n"
	     "expect fob 1 learned\nexpect fob 1 slot 0\nexpect fob 4 forgotten");
	sim_run(s, MS(60000));
	if (sim_fault(s))
		fail_msg("%u: %s", sim_fault(s)->line, sim_fault(s)->text);
	assert_true(sim_settled(s));
	sim_free(s);
}

static void many_lines(void **state)
{
	enum { N = 20000 };
	static const char pair[] = "wait 1ms boot open\nwait 1ms boot close\n";
	_cleanup_(freep) char *script = malloc(N * (sizeof(pair) - 1) + 1);
	struct sim *s = new_car("r53");
	struct frame f[64];
	size_t n, total = 0;
	(void)state;

	assert_non_null(script);
	for (size_t i = 0; i < N; i++)
		memcpy(script + i * (sizeof(pair) - 1), pair, sizeof(pair));
	load(s, script);
	for (nsec_t t = MS(500); t <= MS(50000); t += MS(50)) {
		sim_run(s, t);
		while ((n = sim_take(s, f, ARRAY_SIZE(f))) > 0)
			total += n;
	}
	assert_int_equal(total, 6 + 2 * N);
	assert_true(sim_settled(s));
	sim_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cars),
		cmocka_unit_test(wrong_lines),
		cmocka_unit_test(nothing_of_a_wrong_script_runs),
		cmocka_unit_test(any_bytes),
		cmocka_unit_test(failing_lines),
		cmocka_unit_test(times),
		cmocka_unit_test(control),
		cmocka_unit_test(control_that_fails_now),
		cmocka_unit_test(every_verb),
		cmocka_unit_test(many_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
