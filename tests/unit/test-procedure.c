/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ear.h"
#include "proc/play.h"
#include "proc/procedure.h"

/* kbus.md 7.1, 7.2; can.md 8: which cars it is for. */
static void applies(void **state)
{
	static const struct {
		const char *car;
		built_t built;
		bool applies;
	} t[] = {
		{ "r50", 200407, true },  { "r50", 200406, false },
		{ "r53", 200407, true },  { "r53", 200406, false },
		{ "r53", 200107, false }, { "r53", 200612, true },
		{ "r52", 200406, true },  { "r52", 200807, true },
		{ "r52", 0, true },	  { "r50", 0, true },
		{ NULL, 0, true },	  { "r56", 200706, false },
		{ "r60", 0, false },	  { "f56", 201506, false },
		{ "f60", 0, false },	  { "j01", 202406, false },
		{ "u25", 0, false },	  { "f66", 0, false },
	};
	const struct procedure *p = procedure_find("one-turn");
	(void)state;

	assert_non_null(p);
	assert_null(procedure_find("one-tur"));
	assert_null(procedure_find(""));
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		const struct car_model *car = t[i].car ? car_model_find(t[i].car) : NULL;
		const char *why = NULL;

		assert_true(!t[i].car || car);
		if (procedure_applies(p, car, t[i].built, &why) != t[i].applies)
			fail_msg("%s built %u", t[i].car ? t[i].car : "unknown",
				 t[i].built);
		assert_true(t[i].applies || (why && strlen(why) > 10));
	}
}

/* kbus.md 7.4: the ignition part as frames, well within its 5 s. */
static void triggered(void **state)
{
	static const struct {
		const char *frame;
		int at; /* ms */
	} t[] = {
		{ "44 05 BF 74 04 00 8E", 0 },	  { "80 04 BF 11 01 2B", 200 },
		{ "80 04 BF 11 00 2A", 1200 },	  { "44 05 BF 74 00 00 8A", 1800 },
		{ "44 05 BF 74 00 FF 75", 4600 },
	};
	struct trigger trigger;
	struct decoder d;
	struct frame f;
	(void)state;

	assert_int_equal(decoder_init(&d, platform_of("r5x")), 0);
	trigger_init(&trigger, &d, MS(1000));
	assert_int_equal(trigger_key_out(&trigger), MS(2800));
	assert_false(trigger_undo(&trigger, &f));
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct frame want = frame_of(t[i].frame);

		assert_int_equal(trigger_next(&trigger), MS(1000 + t[i].at));
		assert_int_equal(trigger_frame(&trigger, &f), 0);
		assert_int_equal(f.id, want.id);
		assert_int_equal(f.len, want.len);
		assert_memory_equal(f.data, want.data, want.len);
		if (i == 1) {
			struct trigger half = trigger;

			assert_true(trigger_undo(&half, &f));
			assert_int_equal(f.id, 0x1b80bf11);
			assert_int_equal(f.data[0], 0x00);
			assert_false(trigger_undo(&half, &f));
		}
	}
	assert_int_equal(trigger_next(&trigger), NSEC_NEVER);
	assert_false(trigger_undo(&trigger, &f));
	decoder_free(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(applies),
		cmocka_unit_test(triggered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
