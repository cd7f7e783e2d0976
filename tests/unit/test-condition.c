/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "cli/condition.h"
#include "ear.h"

static void good(void **state)
{
	static const struct {
		const char *text;
		enum event_kind kind;
		const char *name, *value;
	} t[] = {
		{ "lock=locked", EVENT_LOCK, "", "locked" },
		{ "lock=secured", EVENT_LOCK, "", "secured" },
		{ "lock=mixed", EVENT_LOCK, "", "mixed" },
		{ "lock.car=unlocked", EVENT_LOCK, "car", "unlocked" },
		{ "lock.rear_passenger=locked", EVENT_LOCK, "rear_passenger", "locked" },
		{ "door=open", EVENT_DOOR, "", "open" },
		{ "door.driver=open", EVENT_DOOR, "driver", "open" },
		{ "door.rear_driver=closed", EVENT_DOOR, "rear_driver", "closed" },
		{ "ignition=off", EVENT_IGNITION, "", "off" },
		{ "ignition=start", EVENT_IGNITION, "", "start" },
		{ "key.in_lock=out", EVENT_KEY, "in_lock", "out" },
		{ "key=in", EVENT_KEY, "", "in" },
		{ "key.number=0", EVENT_KEY, "number", "0" },
		{ "key.number=255", EVENT_KEY, "number", "255" },
		{ "key.number=none", EVENT_KEY, "number", "none" },
		{ "lid.boot=open", EVENT_LID, "boot", "open" },
		{ "lid.bonnet=closed", EVENT_LID, "bonnet", "closed" },
		{ "window.roof=open", EVENT_WINDOW, "roof", "open" },
		{ "init=possible", EVENT_INIT, "", "possible" },
		{ "fob=lock", EVENT_FOB, "", "lock" },
		{ "fob.0=unlock", EVENT_FOB, "0", "unlock" },
		{ "fob.15=boot", EVENT_FOB, "15", "boot" },
		{ "fob.slot 3=released", EVENT_FOB, "slot 3", "released" },
		{ "error=bus-off", EVENT_ERROR, "", "bus-off" },
		{ "bus=asleep", EVENT_BUS, "", "asleep" },
		{ "bus.bus=awake", EVENT_BUS, "bus", "awake" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		const char *why = NULL;
		struct condition c;

		if (condition_parse(t[i].text, &c, &why) != 0)
			fail_msg("'%s': %s", t[i].text, why);
		assert_int_equal(c.kind, t[i].kind);
		assert_string_equal(c.name, t[i].name);
		assert_string_equal(c.value, t[i].value);
	}
}

static void bad(void **state)
{
	static const char *const t[] = {
		"",
		"=",
		"lock",
		"lock=",
		"=locked",
		".=x",
		"lock.driver",
		"lock.driver=",
		"lok=locked",
		"locks=locked",
		"loc=locked",
		"LOCK=locked",
		" lock=locked",
		"lock =locked",
		"lock= locked",
		"lock=locked ",
		"lock=Locked",
		"lock=open",
		"lock==locked",
		"lock.=locked",
		"lock.roof=locked",
		"lock.driver.x=locked",
		"bus=off",
		"bus=unknown",
		"bus.kbus=asleep",
		"lock.Driver=locked",
		"door=locked",
		"door.driver=ajar",
		"door.boot=open",
		"door.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=open",
		"lid.driver=open",
		"ignition=1",
		"ignition=",
		"ignition=r",
		"ignition.driver=on",
		"key=5x",
		"key.number=256",
		"key.number=-1",
		"key.number=",
		"key.number= 1",
		"key.in_lock=3",
		"key.slot=1",
		"fob=open",
		"fob=press",
		"fob.16=lock",
		"fob.x=lock",
		"fob.-1=lock",
		"fob.slot=lock",
		"fob.slot x=lock",
		"fob.0=",
		"lost=1",
		"lost=frames",
		"window=up",
		"init=yes",
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		const char *why = NULL;
		struct condition c;

		if (condition_parse(t[i], &c, &why) != -EINVAL)
			fail_msg("'%s' is taken", t[i]);
		assert_non_null(why);
		assert_true(strlen(why) > 5);
	}
}

/* True of a state that frames have made? */
static void holds(void **state)
{
	static const char *const r5x[] = { "80 04 BF 11 01 2B", "44 05 BF 74 05 05 8A",
					   "00 05 BF 7A 51 20 B1" };
	static const struct {
		const char *text;
		bool holds;
	} t[] = {
		{ "lock=unlocked", true },
		{ "lock=locked", false },
		{ "lock.driver=unlocked", false }, /* never heard */
		{ "door.driver=open", true },
		{ "door.passenger=open", false },
		{ "door=open", true },
		{ "door.passenger=closed", true },
		{ "ignition=acc", true },
		{ "ignition=off", false },
		{ "key.number=5", true },
		{ "key.number=0", false },
		{ "key.number=0x5", true },
		{ "key.in_lock=in", true },
		{ "key=in", true },
		{ "key=5", true },
		{ "key=none", false },
		{ "lid.boot=open", true },
		{ "lid.bonnet=open", false },
		{ "window.roof=closed", true },
		{ "init=possible", false },
		{ "fob=lock", false },
		{ "error=bus-off", false },
	};
	struct ear e;
	(void)state;

	ear_open(&e, "r5x");
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		const char *why = NULL;
		struct condition c;

		assert_int_equal(condition_parse(t[i].text, &c, &why), 0);
		assert_false(condition_holds(&c, &e.state));
	}
	for (size_t i = 0; i < ARRAY_SIZE(r5x); i++)
		ear_hear(&e, r5x[i], 1);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		const char *why = NULL;
		struct condition c;

		assert_int_equal(condition_parse(t[i].text, &c, &why), 0);
		if (condition_holds(&c, &e.state) != t[i].holds)
			fail_msg("'%s'", t[i].text);
	}
	ear_close(&e);
}

/* DESIGN 5: lock=locked means locked or secured, lock=secured only that. */
static void locked_or_secured(void **state)
{
	static const struct {
		const char *frame;
		bool unlocked, locked, secured;
	} t[] = {
		{ "00 05 BF 7A 10 00 D0", true, false, false },
		{ "00 05 BF 7A 20 00 E0", false, true, false },
		{ "00 05 BF 7A 30 00 F0", false, true, true },
		{ "00 05 BF 7A 00 00 C0", false, false, false },
	};
	struct condition unlocked, locked, secured;
	const char *why = NULL;
	(void)state;

	assert_int_equal(condition_parse("lock=unlocked", &unlocked, &why), 0);
	assert_int_equal(condition_parse("lock=locked", &locked, &why), 0);
	assert_int_equal(condition_parse("lock=secured", &secured, &why), 0);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		bool met_unlocked = false, met_locked = false, met_secured = false;
		struct ear e;

		ear_open(&e, "r5x");
		ear_hear(&e, t[i].frame, 1);
		assert_int_equal(condition_holds(&unlocked, &e.state), t[i].unlocked);
		assert_int_equal(condition_holds(&locked, &e.state), t[i].locked);
		assert_int_equal(condition_holds(&secured, &e.state), t[i].secured);
		for (size_t k = 0; k < e.n; k++) {
			met_unlocked |= condition_met(&unlocked, &e.events[k]);
			met_locked |= condition_met(&locked, &e.events[k]);
			met_secured |= condition_met(&secured, &e.events[k]);
		}
		assert_int_equal(met_unlocked, t[i].unlocked);
		assert_int_equal(met_locked, t[i].locked);
		assert_int_equal(met_secured, t[i].secured);
		ear_close(&e);
	}
}

static void met(void **state)
{
	static const struct {
		const char *text;
		const char *before, *frame; /* before: heard first, NULL for nothing */
		const char *platform;
		bool met;
	} t[] = {
		{ "door.driver=open", "00 05 BF 7A 10 00 D0", "00 05 BF 7A 11 00 D1",
		  "r5x", true },
		{ "door.passenger=open", "00 05 BF 7A 10 00 D0", "00 05 BF 7A 11 00 D1",
		  "r5x", false },
		{ "door=open", "00 05 BF 7A 10 00 D0", "00 05 BF 7A 11 00 D1", "r5x",
		  true },
		{ "door.driver=open", "00 05 BF 7A 11 00 D1", "00 05 BF 7A 11 00 D1",
		  "r5x", false },
		{ "lock=locked", NULL, "0EA#82FFE7FCFFFFFFFF", "r56", false },
		{ "lock.driver=locked", NULL, "0EA#82FFE7FCFFFFFFFF", "r56", true },
		{ "lock.driver=locked", NULL, "0EA#83FFE7FCFFFFFFFF", "r56", true },
		{ "lock.driver=secured", NULL, "0EA#82FFE7FCFFFFFFFF", "r56", false },
		{ "fob=lock", NULL, "00 04 BF 72 16 DF", "r5x", true },
		{ "fob.1=lock", NULL, "00 04 BF 72 16 DF", "r5x", true },
		{ "fob.slot 1=lock", NULL, "00 04 BF 72 16 DF", "r5x", true },
		{ "fob.0=lock", NULL, "00 04 BF 72 16 DF", "r5x", false },
		{ "fob.0x1=lock", NULL, "00 04 BF 72 16 DF", "r5x", true },
		{ "fob.0x1=lock", NULL, "00 04 BF 72 12 DB", "r5x", false },
		{ "fob.1=unlock", NULL, "00 04 BF 72 16 DF", "r5x", false },
		{ "fob=released", NULL, "00 04 BF 72 06 CF", "r5x", false },
		{ "fob=released", "00 04 BF 72 16 DF", "00 04 BF 72 06 CF", "r5x", true },
		{ "key.number=none", "44 05 BF 74 05 05 8A", "44 05 BF 74 01 FF 74",
		  "r5x", true },
		{ "key.number=5", NULL, "44 05 BF 74 05 05 8A", "r5x", true },
		{ "key.in_lock=out", "44 05 BF 74 05 05 8A", "44 05 BF 74 01 FF 74",
		  "r5x", true },
		{ "error=bus-off", NULL, "20000040#0000000000000000", "r5x", true },
		{ "error=no-ack", NULL, "20000040#0000000000000000", "r5x", false },
		{ "error=checksum", NULL, "130#4540218FFE", "r56", true },
		{ "ignition=on", NULL, "12F#9F808ADDF1013006", "f5x", true },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		const char *why = NULL;
		struct condition c;
		bool got = false;
		struct ear e;

		assert_int_equal(condition_parse(t[i].text, &c, &why), 0);
		ear_open(&e, t[i].platform);
		if (t[i].before)
			ear_hear(&e, t[i].before, 1);
		ear_hear(&e, t[i].frame, 2);
		for (size_t k = 0; k < e.n; k++)
			got |= condition_met(&c, &e.events[k]);
		if (got != t[i].met)
			fail_msg("row %zu, '%s'", i, t[i].text);
		ear_close(&e);
	}
}

static void only(void **state)
{
	static const struct {
		const char *text;
		event_set set;
	} t[] = {
		{ "lock", 1u << EVENT_LOCK },
		{ "lock,door", 1u << EVENT_LOCK | 1u << EVENT_DOOR },
		{ "door,lock,door", 1u << EVENT_LOCK | 1u << EVENT_DOOR },
		{ "lock,door,ignition,key,fob,lid,window,init", 0xff },
		{ "bus", 1u << EVENT_BUS },
		{ "lost,error", 1u << EVENT_LOST | 1u << EVENT_ERROR },
	};
	static const char *const wrong[] = { "",	   ",",	    "lock,",
					     "lock,,door", ",lock", "lock door",
					     "lock, door", "Lock",  "locks",
					     "all",	   "lo" };
	(void)state;

	assert_int_equal(EVENTS_ALL, 0x7ff);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		event_set set = 0;

		assert_int_equal(events_parse(t[i].text, &set), 0);
		assert_int_equal(set, t[i].set);
	}
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		event_set set = 4711;

		if (events_parse(wrong[i], &set) != -EINVAL || set != 4711)
			fail_msg("'%s' is taken", wrong[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good),	 cmocka_unit_test(bad),
		cmocka_unit_test(holds), cmocka_unit_test(locked_or_secured),
		cmocka_unit_test(met),	 cmocka_unit_test(only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
