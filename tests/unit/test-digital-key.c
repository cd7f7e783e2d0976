/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-ask.h"

/*
 * The rules of Digital Key, procedures.md 4, each test named after one. A car with
 * Operating System 9 whose owner has a key: PAIRED.
 */

#define PAIRED "key insert 2\nignition acc\nphone owner pair\nignition off\n"
#define ACTIVE(n) "phone " #n " share\nphone " #n " accept\n"
#define READY(n) ACTIVE(n) "phone " #n " in\nphone " #n " confirm\n"

/* TEXT runs on CAR, BUILT; its last line fails with WHY, or none does when WHY is NULL. */
static void play(const char *car, unsigned int built, const char *text, const char *why)
{
	struct sim *s = new_car(car);
	struct sim_fault f = { .line = 0 };
	const struct sim_fault *fault;
	unsigned int lines = 0;

	for (const char *p = text; *p; p++)
		lines += *p == '\n';
	sim_built(s, built);
	if (sim_load(s, "script", text, strlen(text), &f) != 0)
		fail_msg("%s: line %u: %s", car, f.line, f.text);
	while (!sim_settled(s))
		sim_run(s, sim_next(s));
	fault = sim_fault(s);
	if (!fault && why)
		fail_msg("%s: should fail: %s\n%s", car, why, text);
	if (fault && !why)
		fail_msg("%s: line %u: %s\n%s", car, fault->line, fault->text, text);
	if (why) {
		assert_int_equal(fault->line, lines);
		assert_false(fault->expectation);
		if (!strstr(fault->text, why))
			fail_msg("%s: '%s' instead of '%s'", car, fault->text, why);
	}
	sim_free(s);
}

static const char *const plus[] = { "j01", "j05", "u25", "f65", "f66" };

static void share_many(const char *car, unsigned int n, const char *why)
{
	char text[4096] = PAIRED;

	for (unsigned int i = 0; i < n; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "phone %u share\n", i + 2);
	play(car, 202406, text, why);
}

static void a_sixth_share_is_refused_on_digital_key(void **state)
{
	(void)state;
	share_many("f67", 5, NULL);
	share_many("f67", 6, "5 keys are shared");
	/* One that is gone makes room. */
	play("f67", 202406,
	     PAIRED "phone 2 share\nphone 3 share\nphone 4 share\nphone 5 share\n"
		    "phone 6 share\nphone 4 remove\nphone 7 share\n"
		    "expect phone 7 pending\n", NULL);
}

static void a_nineteenth_share_is_refused_on_plus(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(plus); i++) {
		share_many(plus[i], 18, NULL);
		share_many(plus[i], 19, "18 keys are shared");
	}
}

static void one_owner_key(void **state)
{
	(void)state;
	play("j01", 202406, PAIRED "ignition acc\nphone owner pair\n",
	     "a main key already, and only one");
	play("j01", 202406, "phone 2 share\n", "no main key to share");
	play("j01", 202406, "ignition acc\nphone owner share\n", "which is not shared");
}

static void set_up_with_all_physical_keys_in_the_car(void **state)
{
	(void)state;
	play("j01", 202406, "ignition acc\nphone owner pair\n", "all physical keys");
	play("j01", 202512, "key insert 2\nkey remove 1\nignition acc\nphone owner pair\n",
	     "all physical keys");
	play("j01", 202512, "key insert 2\nignition acc\nphone owner pair\n"
			    "expect phone owner active\n", NULL);
	play("j01", 202512, "key insert 2\nignition acc\nphone owner pair card\n",
	     "without a setup card");
}

static void set_up_with_one_key_and_the_card_from_2026(void **state)
{
	(void)state;
	play("f66", 202601, "ignition acc\nphone owner pair card\n"
			    "expect phone owner active\n", NULL);
	play("f66", 202601, "ignition acc\nkey remove\nphone owner pair card\n",
	     "needs a physical key in the car");
	play("f66", 202601, "key insert 2\nignition acc\nphone owner pair\n",
	     "paired with its setup card");
}

static void pairing_needs_accessory_mode(void **state)
{
	(void)state;
	play("j01", 202406, "key insert 2\nphone owner pair\n", "accessory mode");
	play("j01", 202406, "key insert 2\nignition on\nphone owner pair\n",
	     "accessory mode");
}

static void pairing_is_refused_while_the_engine_runs(void **state)
{
	(void)state;
	play("j01", 202406, "key insert 2\nignition start\nignition on\nphone owner pair\n",
	     "while the engine runs");
	play("j01", 202406, "key insert 2\nignition start\nignition acc\nphone owner pair\n",
	     NULL);
}

static void restrictions_are_set_before_sending(void **state)
{
	(void)state;
	play("j01", 202406,
	     PAIRED "phone 2 restrict hours\nphone 2 restrict area\nphone 2 restrict speed\n"
		    "phone 2 share\nexpect phone 2 restricted hours\n"
		    "expect phone 2 restricted area\nexpect phone 2 restricted speed\n"
		    "expect phone 2 unrestricted volume\n", NULL);
	play("j01", 202406, PAIRED "phone 2 share\nphone 2 restrict volume\n",
	     "restrictions and code come before");
}

static void invitation_pending_then_active(void **state)
{
	(void)state;
	play("j01", 202406,
	     PAIRED "expect phone 2 none\nphone 2 share\nexpect phone 2 pending\n"
		    "phone 2 accept\nexpect phone 2 active\n", NULL);
	play("j01", 202406, PAIRED "phone 2 share\nphone 2 unlock\n", "not been accepted");
	play("j01", 202406, PAIRED "phone 2 accept\n", "no invitation");
}

static void first_use_is_confirmed_on_the_screen(void **state)
{
	(void)state;
	play("j01", 202406, PAIRED ACTIVE(2) "phone 2 in\nphone 2 start\n",
	     "confirmed on the car's screen");
	play("j01", 202406, PAIRED ACTIVE(2) "phone 2 confirm\n", "inside");
	play("j01", 202406, PAIRED READY(2) "phone 2 start\nwait 1s expect ignition on\n",
	     NULL);
}

static void first_use_may_need_an_activation_code(void **state)
{
	(void)state;
	play("j01", 202406, PAIRED "phone 2 code\n" READY(2), "asks for the activation code");
	play("j01", 202406, PAIRED "phone 2 code\n" ACTIVE(2)
	     "phone 2 in\nphone 2 confirm code\nphone 2 start\n", NULL);
	play("j01", 202406, PAIRED ACTIVE(2) "phone 2 in\nphone 2 confirm code\n",
	     "without an activation code");
}

#define REVOKED PAIRED READY(2) ACTIVE(3) "phone 2 revoke\nexpect phone 2 pre-deletion\n"

static void pre_deletion_ends_when_another_key_uses_the_car(void **state)
{
	static const char *const others[] = {
		"phone 3 unlock\n",	"phone owner lock\n", "fob 1 click unlock\n",
		"fob 2 click lock\n",	"ignition acc\n",
		"card activate\ncard unlock\n",
	};
	char text[512];
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		snprintf(text, sizeof(text), REVOKED "%sexpect phone 2 none\n", others[i]);
		play("j01", 202406, text, NULL);
		snprintf(text, sizeof(text), REVOKED "%sphone 2 unlock\n", others[i]);
		play("j01", 202406, text, "no key on that phone");
	}
}

static void pre_deletion_works_until_then(void **state)
{
	(void)state;
	/* Neither its own use ends it, nor that of another which is to be deleted too. */
	play("j01", 202406,
	     REVOKED "phone 2 lock\nwait 1s expect locks secured\nphone 2 unlock\n"
		     "wait 1s expect locks unlocked\nphone 2 start\nexpect phone 2 pre-deletion\n"
		     "phone 3 revoke\nphone 3 unlock\nexpect phone 2 pre-deletion\n"
		     "expect phone 3 pre-deletion\n", NULL);
	play("j01", 202406, REVOKED "phone 2 revoke\n", "in pre-deletion already");
}

static void given_back_is_gone_at_once(void **state)
{
	(void)state;
	play("j01", 202406, PAIRED ACTIVE(2) "phone 2 remove\nexpect phone 2 none\n", NULL);
	play("j01", 202406, PAIRED "phone 2 remove\n", "no key on that phone");
}

static void deleted_in_the_car_with_the_main_key_or_a_fob_inside(void **state)
{
	(void)state;
	play("j01", 202406, PAIRED ACTIVE(2) "phone owner out\nphone 2 delete\n"
					     "expect phone 2 none\n", NULL);
	play("j01", 202406, PAIRED ACTIVE(2) "key remove 1\nkey remove 2\nphone 2 delete\n"
					     "expect phone 2 none\n", NULL);
	play("j01", 202406, PAIRED ACTIVE(2) "key remove 1\nkey remove 2\nphone owner out\n"
					     "phone 2 delete\n",
	     "only with the main key or a fob inside");
}

static void a_new_phone_deletes_the_old_main_key(void **state)
{
	(void)state;
	play("j01", 202406,
	     PAIRED READY(2) "phone 3 share\nignition acc\nphone owner new\n"
			     "expect phone owner active\nexpect phone 2 invite-again\n"
			     "expect phone 3 invite-again\n"
			     "phone 2 share\nexpect phone 2 pending\nphone 2 accept\n"
			     "phone 2 unlock\n", NULL);
	play("j01", 202406, PAIRED READY(2) "ignition acc\nphone owner new\nphone 2 unlock\n",
	     "has to be shared again");
	play("j01", 202406, PAIRED "ignition start\nphone owner new\n", "engine runs");
	play("j01", 202406, "key insert 2\nignition acc\nphone owner new\n",
	     "no main key that a new phone could take over");
}

static void the_main_key_is_deleted_on_the_phone_or_in_the_car(void **state)
{
	(void)state;
	play("j01", 202406, PAIRED "phone owner remove\nexpect phone owner none\n", NULL);
	play("j01", 202406, PAIRED "phone owner out\nphone owner delete\n"
				   "expect phone owner none\n", NULL);
	play("j01", 202406, PAIRED "phone owner revoke\n", "removed: phone owner remove");
	play("j01", 202406, PAIRED "phone owner remove\nphone owner unlock\n",
	     "no key on that phone");
}

static void the_service_card_is_inactive_by_default(void **state)
{
	(void)state;
	play("f67", 202406, "expect card inactive\ncard store\n", NULL);
	play("f67", 202406, "card unlock\n", "card is not active");
	play("f67", 202406, "card activate\nexpect card active\ncard lock\n"
			    "wait 1s expect locks secured\ncard start\n", NULL);
	play("f67", 202406, "card deactivate\n", "not active");
}

static void the_service_card_is_inactive_before_it_is_stored(void **state)
{
	(void)state;
	play("f67", 202406, "card activate\ncard store\n", "must be inactive");
	play("f67", 202406, "card activate\ncard deactivate\ncard store\n", NULL);
}

static void no_power_works_up_to_5_hours(void **state)
{
	(void)state;
	play("j01", 202406, PAIRED "phone owner battery flat\nwait 5h phone owner unlock\n",
	     NULL);
	play("j01", 202406, PAIRED "phone owner battery flat\nwait 5h fob 1 click lock\n"
				   "wait 1ms phone owner unlock\n", "more than 5 h");
	play("j01", 202406, PAIRED "phone owner battery flat\nwait 6h phone owner battery ok\n"
				   "phone owner unlock\n", NULL);
	play("j01", 202406, PAIRED "phone owner express off\nphone owner battery flat\n"
				   "phone owner unlock\n", "Express mode only");
	play("j01", 202406, PAIRED "phone owner off\nphone owner unlock\n",
	     "switched off by hand");
}

static void a_watch_without_power_does_not_work(void **state)
{
	(void)state;
	play("j01", 202406, PAIRED "phone owner kind watch\nphone owner unlock\n"
				   "phone owner battery flat\nphone owner unlock\n",
	     "a watch without power");
}

static void express_mode_is_off_on_samsung(void **state)
{
	(void)state;
	play("j01", 202406, PAIRED "phone owner kind iphone\nphone owner unlock\n"
				   "phone owner kind pixel\nphone owner unlock\n"
				   "phone owner kind samsung\nphone owner unlock\n",
	     "face, finger or PIN");
}

static void without_express_mode_the_phone_asks_first(void **state)
{
	(void)state;
	play("f67", 202406, PAIRED "phone owner express off\nphone owner unlock\n",
	     "face, finger or PIN");
	play("f67", 202406, PAIRED "phone owner express off\nphone owner authenticate\n"
				   "phone owner unlock\nphone owner lock\n",
	     "face, finger or PIN");
}

static void passive_only_with_plus(void **state)
{
	(void)state;
	play("f67", 202406, PAIRED "phone owner approach\n", "only Digital Key Plus");
	play("j05", 202406, PAIRED "phone owner leave\nwait 1s expect locks secured\n"
				   "phone owner approach\nwait 1s expect locks unlocked\n", NULL);
	play("j05", 202406, PAIRED "phone owner passive off\nphone owner approach\n",
	     "face, finger or PIN");
}

static void start_needs_the_tray_but_not_with_plus(void **state)
{
	(void)state;
	play("f67", 202406, PAIRED "phone owner in\nphone owner start\n", "in the tray");
	play("f67", 202406, PAIRED "phone owner tray\nphone owner start\n"
				   "wait 1s expect ignition on\n", NULL);
	play("u25", 202406, PAIRED "phone owner in\nphone owner start\n", NULL);
	play("u25", 202406, PAIRED "phone owner out\nphone owner start\n", "not in the car");
	play("u25", 202406, PAIRED "phone owner start\nwait 1s phone owner start\n",
	     "runs already");
}

static void doors_and_boot_are_closed_to_lock(void **state)
{
	(void)state;
	play("f67", 202406, PAIRED "door passenger open\nphone owner lock\n",
	     "doors and boot must be closed");
	play("j01", 202406, PAIRED "boot open\nphone owner leave\n",
	     "doors and boot must be closed");
}

/* What the car tells over its bus is what dbc/os9_sim.dbc says. */
static void told_over_the_bus(void **state)
{
	struct sim *s = new_car("f67");
	(void)state;

	assert_answer(s, 0x40, "22FD01", "62FD0100");
	load(s, PAIRED "phone 2 share\n" ACTIVE(3) "phone 3 revoke\ncard activate\n");
	sim_run(s, sim_now(s) + MS(1));
	assert_answer(s, 0x40, "22FD00", "62FD0001010000");
	assert_answer(s, 0x40, "22FD01", "62FD0102");
	assert_answer(s, 0x40, "22FD02", "62FD02010300000000000000000000000000000000");
	assert_answer(s, 0x40, "22FD03", "62FD0301");
	assert_answer(s, 0x40, "22FD04", "7F2231");
	assert_answer(s, 0x40, "22FD", "7F2213");
	assert_answer(s, 0x40, "1001", "7F1011");
	assert_answer(s, 0x40, "3E00", "7E00");
	assert_answer(s, 0x40, "3E80", "");
	sim_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sixth_share_is_refused_on_digital_key),
		cmocka_unit_test(a_nineteenth_share_is_refused_on_plus),
		cmocka_unit_test(one_owner_key),
		cmocka_unit_test(set_up_with_all_physical_keys_in_the_car),
		cmocka_unit_test(set_up_with_one_key_and_the_card_from_2026),
		cmocka_unit_test(pairing_needs_accessory_mode),
		cmocka_unit_test(pairing_is_refused_while_the_engine_runs),
		cmocka_unit_test(restrictions_are_set_before_sending),
		cmocka_unit_test(invitation_pending_then_active),
		cmocka_unit_test(first_use_is_confirmed_on_the_screen),
		cmocka_unit_test(first_use_may_need_an_activation_code),
		cmocka_unit_test(pre_deletion_ends_when_another_key_uses_the_car),
		cmocka_unit_test(pre_deletion_works_until_then),
		cmocka_unit_test(given_back_is_gone_at_once),
		cmocka_unit_test(deleted_in_the_car_with_the_main_key_or_a_fob_inside),
		cmocka_unit_test(a_new_phone_deletes_the_old_main_key),
		cmocka_unit_test(the_main_key_is_deleted_on_the_phone_or_in_the_car),
		cmocka_unit_test(the_service_card_is_inactive_by_default),
		cmocka_unit_test(the_service_card_is_inactive_before_it_is_stored),
		cmocka_unit_test(no_power_works_up_to_5_hours),
		cmocka_unit_test(a_watch_without_power_does_not_work),
		cmocka_unit_test(express_mode_is_off_on_samsung),
		cmocka_unit_test(without_express_mode_the_phone_asks_first),
		cmocka_unit_test(passive_only_with_plus),
		cmocka_unit_test(start_needs_the_tray_but_not_with_plus),
		cmocka_unit_test(doors_and_boot_are_closed_to_lock),
		cmocka_unit_test(told_over_the_bus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
