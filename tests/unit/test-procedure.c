/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ear.h"
#include "proc/play.h"
#include "proc/procedure.h"

/* procedures.md 2, kbus.md 7.1, 7.2; can.md 8; [002]: which of them are for a car and a fob. */
static void applies(void **state)
{
	static const struct {
		const char *car;
		built_t built;
		const char *fob, *ids;
	} t[] = {
		{ "r50", 200407, NULL, "one-turn one-turn-on" },
		{ "r50", 200406, NULL, "one-turn-on resync-two-button" },
		{ "r53", 200407, NULL, "one-turn one-turn-on" },
		{ "r53", 200406, NULL, "one-turn-on resync-two-button" },
		{ "r53", 200412, NULL, "one-turn one-turn-on" },
		{ "r53", 200501, NULL, "one-turn four-turns" },
		{ "r53", 200506, NULL, "one-turn four-turns" },
		{ "r53", 200612, NULL, "one-turn four-turns" },
		{ "r53", 200301, NULL, "one-turn-on resync-two-button" },
		{ "r53", 200201, NULL, "one-turn-on resync-two-button" },
		{ "r53", 200112, NULL, "resync-two-button" },
		{ "r52", 200406, NULL, "one-turn" },
		{ "r52", 200412, NULL, "one-turn" },
		{ "r52", 200501, NULL, "one-turn four-turns" },
		{ "r52", 200812, NULL, "one-turn four-turns" },
		{ "r52", 200901, NULL, "one-turn" },
		{ "r52", 0, NULL, "one-turn four-turns" },
		{ "r50", 0, NULL, "one-turn four-turns one-turn-on resync-two-button" },
		{ NULL, 0, NULL, "one-turn four-turns one-turn-on resync-two-button three-cycles" },
		{ "r56", 200706, NULL, "three-cycles" },
		{ "r56", 0, "round", "three-cycles" },
		{ "r55", 0, NULL, "" },
		{ "r57", 0, "round", "" },
		{ "r60", 0, NULL, "" },
		{ "f56", 201506, NULL, "" },
		{ "f60", 0, NULL, "" },
		{ "j01", 202406, NULL, "" },
		{ "u25", 0, NULL, "" },
		{ "f66", 0, "no-slot", "" },
		{ "r53", 200506, "3-button", "one-turn four-turns" },
		{ "r53", 200506, "2-button", "" },
		{ "r53", 200506, "round", "" },
		{ "r53", 200301, "2-button", "one-turn-on resync-two-button" },
		{ "r53", 200301, "3-button", "one-turn-on" },
		{ "r53", 0, "2-button", "one-turn-on resync-two-button" },
		{ "r53", 0, "3-button", "one-turn four-turns one-turn-on" },
		{ "r52", 0, "2-button", "" },
		{ "r56", 0, "3-button", "" },
		{ NULL, 0, "round", "three-cycles" },
		{ NULL, 0, "no-slot", "" },
	};
	(void)state;

	assert_null(procedure_find("one-tur"));
	assert_null(procedure_find(""));
	assert_int_equal(fob_kind_find("4-button"), FOB_KIND_UNKNOWN);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		const struct car_model *car = t[i].car ? car_model_find(t[i].car) : NULL;
		enum fob_kind kind = t[i].fob ? fob_kind_find(t[i].fob) : FOB_KIND_UNKNOWN;
		const struct procedure *found[PROCEDURES_MAX];
		const char *why = NULL;
		char ids[128] = "";
		size_t n = procedure_choose(car, t[i].built, kind, found, &why);

		assert_true(!t[i].car || car);
		assert_true(!t[i].fob || kind);
		for (size_t k = 0; k < n; k++) {
			snprintf(ids + strlen(ids), sizeof(ids) - strlen(ids), "%s%s", k ? " " : "",
				 found[k]->id);
			assert_ptr_equal(procedure_find(found[k]->id), found[k]);
			assert_true(procedure_applies(found[k], car, t[i].built, kind, &why));
		}
		if (strcmp(ids, t[i].ids))
			fail_msg("%s built %u, fob %s: '%s', want '%s'", t[i].car, t[i].built,
				 t[i].fob, ids, t[i].ids);
		assert_true(n > 0 || (why && strlen(why) > 10));
	}
}

/* What the fobs of a car are like is settled by its build date. */
static void fob_kinds(void **state)
{
	static const struct {
		const char *car;
		built_t built;
		const char *fob;
	} t[] = {
		{ "r50", 200406, "2-button" }, { "r50", 200407, "3-button" }, { "r53", 0, NULL },
		{ "r52", 200406, "3-button" }, { "r56", 0, "round" },	      { "r61", 201501, "round" },
		{ "f54", 0, "no-slot" },	{ "j01", 0, "no-slot" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		enum fob_kind k = fob_kind_of(car_model_find(t[i].car), t[i].built);

		if (t[i].fob)
			assert_string_equal(fob_info(k)->id, t[i].fob);
		else
			assert_int_equal(k, FOB_KIND_UNKNOWN);
	}
	assert_int_equal(fob_kind_of(NULL, 200506), FOB_KIND_UNKNOWN);
}

/* The figures of procedures.md 2, and that each is said in words with what it is between. */
static void figures(void **state)
{
	static const struct {
		const char *procedure, *step, *to;
		int seconds;
		bool own;
	} t[] = {
		{ "one-turn", "ignition", "the key being out", 5, false },
		{ "one-turn", "unlock", "UNLOCK pressed", 30, false },
		{ "one-turn", "presses", "the third LOCK pressed", 10, false },
		{ "four-turns", "ignition", "the key being out", 10, true },
		{ "four-turns", "unlock", "UNLOCK pressed", 10, true },
		{ "one-turn-on", "unlock", "UNLOCK pressed", 10, true },
		{ "resync-two-button", "lock", "LOCK pressed", 10, false },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		const struct procedure *p = procedure_find(t[i].procedure);
		bool said = false;

		for (size_t k = 0; k < p->n_steps; k++) {
			const struct procedure_step *s = &p->steps[k];

			said |= s->id && !strcmp(s->id, t[i].step) && s->limit == MS(t[i].seconds * 1000) &&
				s->own == t[i].own && !strcmp(s->to, t[i].to);
		}
		if (!said)
			fail_msg("%s: %s", t[i].procedure, t[i].step);
	}
	for (size_t i = 0; procedures[i]; i++) {
		const struct procedure *p = procedures[i];

		assert_non_null(strstr(p->steps[0].text, "all keys"));
		assert_non_null(strstr(p->steps[p->n_steps - 1].text, "Try every fob"));
		for (size_t k = 0; k < p->n_steps; k++)
			assert_true(!p->steps[k].limit || (p->steps[k].from && p->steps[k].to));
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
	trigger_init(&trigger, procedure_find("one-turn"), &d, MS(1000));
	assert_int_equal(trigger_over(&trigger), MS(2800));
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
		cmocka_unit_test(fob_kinds),
		cmocka_unit_test(figures),
		cmocka_unit_test(triggered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
