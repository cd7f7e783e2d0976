/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "car/module.h"
#include "ear.h"

/* What the modules answer, as the state of the car; and which modules there are. */

#define HEAD53                                                                \
	"00000000000000000000000000000000000000000000000000000000000000000000" \
	"00000000000000000000000000000000000000"

/* "ignition=on; locks=secured": all that is known, in the order of the data. */
static const char *state_text(const struct car_state *s, char *buf, size_t size)
{
	size_t len = 0;

	buf[0] = '\0';
	for (enum datum d = 0; d < N_DATA; d++) {
		char number[12];
		const char *kind = event_kind_word(datum_kind(d));

		if (!state_known(s, d))
			continue;
		len += (size_t)snprintf(buf + len, size - len, "%s%s.%s=%s", len ? " " : "", kind,
					datum_name(d),
					value_text(d, s->data[d].value, number, sizeof(number)));
		assert_in_range(len, 0, size - 1);
	}

	return buf;
}

static void states(void **state)
{
	static const struct {
		const char *platform;
		bool no_rear;
		const char *answers[3];
		const char *want;
	} t[] = {
		/* can.md 3.1, with frames of 1.3 and 1.4 in the answer. */
		{ "r56", true, { "Cas_Status " HEAD53 "4542698FE2810100FFFF00" },
		  "ignition.ignition=on key.in_lock=in key.number=2 lock.car=unlocked "
		  "door.driver=open door.passenger=closed lid.boot=closed lid.bonnet=closed" },
		{ "r56", false, { "Cas_Status " HEAD53 "000EC00440841005FFFF00" },
		  "ignition.ignition=off key.in_lock=out key.number=none lock.car=secured "
		  "door.driver=closed door.passenger=closed door.rear_driver=open "
		  "door.rear_passenger=closed lid.boot=open lid.bonnet=open" },
		/* Cut off after the copy of 0x130: what is there counts. */
		{ "r56", true, { "Cas_Status " HEAD53 "4542698FE2" },
		  "ignition.ignition=on key.in_lock=in key.number=2" },
		{ "r56", true, { "Cas_Key 0500000700" }, "key.in_lock=in key.number=7" },
		{ "r56", true, { "Cas_Key 0500000F00" }, "key.in_lock=in" },
		{ "r56", true, { "Jbe_Contacts 010000000001" },
		  "door.driver=open door.passenger=closed lid.boot=closed lid.bonnet=open" },
		/* What the car noted once is not what it is now. */
		{ "r56", true, { "Cas_Event 0000000000000000000000000055" }, "" },

		{ "f5x", true, { "Bdc_Terminal 09" }, "ignition.ignition=on" },
		{ "f5x", true, { "Bdc_Terminal 0F" }, "" },
		{ "f5x", true, { "Bdc_Key 00" }, "key.number=0" },
		{ "f5x", true, { "Bdc_Key FF" }, "key.number=none" },
		{ "f5x", true, { "Bdc_Key 14" }, "" },
		/* All doors alike: so is the car. */
		{ "f5x", true, { "Bdc_Locks 0202FFFF" },
		  "lock.car=secured lock.driver=secured lock.passenger=secured" },
		{ "f5x", false, { "Bdc_Locks 01010101" },
		  "lock.car=locked lock.driver=locked lock.passenger=locked "
		  "lock.rear_driver=locked lock.rear_passenger=locked" },
		{ "f5x", false, { "Bdc_Locks 01010001" },
		  "lock.car=mixed lock.driver=locked lock.passenger=locked "
		  "lock.rear_driver=unlocked lock.rear_passenger=locked" },
		{ "f5x", true, { "Bdc_Locks 00010000" },
		  "lock.car=mixed lock.driver=unlocked lock.passenger=locked" },
		/* One of the front doors is not known: nor is the car. */
		{ "f5x", true, { "Bdc_Locks 02800202" }, "lock.driver=secured" },
		{ "f5x", true, { "Bdc_Locks 02" }, "lock.driver=secured" },
		/* A door by itself says nothing of the others. */
		{ "f5x", true, { "Bdc_Lock_Driver 000101", "Bdc_Lock_Passenger 000101" },
		  "lock.driver=secured lock.passenger=secured" },
		{ "f5x", true, { "Bdc_Boot_Lock 0001", "Bdc_Boot 01" },
		  "lock.boot=locked lid.boot=open" },
		{ "f5x", true, { "Bdc_Door_Driver 04", "Bdc_Door_Passenger 02" },
		  "door.driver=open door.passenger=closed" },
		{ "f5x", true, { "Bdc_Door_Driver 08", "Bdc_Door_Passenger FF" }, "" },
		/* What the car says of itself counts, not what its doors have in common. */
		{ "f5x", true, { "Bdc_Last_Action 0201020001010000" },
		  "lock.car=locked lock.driver=locked lock.passenger=locked" },
		{ "f5x", true, { "Fzd_Contacts 000100000100008400000000" },
		  "lock.car=secured door.driver=closed door.passenger=open lid.boot=closed "
		  "lid.bonnet=open" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		char text[1024];
		struct ear e;

		ear_open(&e, t[i].platform);
		e.state.no_rear = t[i].no_rear;
		for (size_t k = 0; k < 3 && t[i].answers[k]; k++) {
			assert_int_equal(answer_of(&e.decoder, t[i].answers[k], &e.frame, &e.dec),
					 0);
			e.n = state_hear(&e.state, &e.dec, e.events);
		}
		if (strcmp(state_text(&e.state, text, sizeof(text)), t[i].want))
			fail_msg("%s: '%s'", t[i].answers[0], text);
		ear_close(&e);
	}
}

/* Two layouts are listed for it: without a good checksum nothing of it is used. */
static void not_used(void **state)
{
	static const char *const bad[] = {
		"Cas_Status " HEAD53 "4542698FE3810100FFFF00",
		"Cas_Status " HEAD53 "45F0FCFFFF810100FFFF00",
		"Cas_Status " HEAD53 "4542698F",
		"Cas_Status ",
	};
	struct ear e;
	(void)state;

	ear_open(&e, "r56");
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(answer_of(&e.decoder, bad[i], &e.frame, &e.dec), -EBADMSG);
	ear_close(&e);
}

/* can.md 2.2. */
static void modules(void **state)
{
	static const struct {
		const char *platform;
		uint8_t address;
		const char *name;
		enum grade grade;
	} t[] = {
		{ "r56", 0x00, "JBE", GRADE_DOCUMENTED },   { "r56", 0x12, "DME", GRADE_DOCUMENTED },
		{ "r56", 0x40, "CAS", GRADE_DOCUMENTED },   { "r56", 0x60, "KOMBI", GRADE_DOCUMENTED },
		{ "r56", 0x72, "FRM", GRADE_DOCUMENTED },   { "r56", 0x10, NULL, 0 },
		{ "f5x", 0x40, "BDC", GRADE_DOCUMENTED },   { "f5x", 0x10, "ZGW", GRADE_DOCUMENTED },
		{ "f5x", 0x56, "FZD", GRADE_CLAIMED },	    { "f5x", 0x72, NULL, 0 },
		{ "f5x", 0xdf, NULL, 0 },		    { "r56", 0xef, NULL, 0 },
	};
	struct module list[MODULES_MAX];
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		const struct module *found = NULL;
		struct ear e;
		size_t n;

		ear_open(&e, t[i].platform);
		n = modules_of(&e.decoder, list);
		assert_int_equal(n, strcmp(t[i].platform, "r56") ? 15 : 21);
		for (size_t k = 0; k < n; k++) {
			assert_int_equal(list[k].protocol,
					 strcmp(t[i].platform, "r56") ? DIAG_UDS : DIAG_KWP);
			assert_true(k == 0 || list[k - 1].address < list[k].address);
			assert_true(*list[k].source && *list[k].comment);
			if (list[k].address == t[i].address)
				found = &list[k];
		}
		assert_int_equal(found != NULL, t[i].name != NULL);
		if (found) {
			assert_string_equal(found->name, t[i].name);
			assert_string_equal(module_name(&e.decoder, t[i].address), t[i].name);
			assert_int_equal(found->grade, t[i].grade);
		} else {
			assert_null(module_name(&e.decoder, t[i].address));
		}
		ear_close(&e);
	}
}

/* A car that is not known yet can have the modules of any. */
static void modules_of_any_car(void **state)
{
	struct module list[MODULES_MAX];
	struct ear e;
	(void)state;

	ear_open(&e, NULL);
	/* 4 of an R5x, 21 of an R56, 15 of an F5x */
	assert_int_equal(modules_of(&e.decoder, list), 40);
	ear_hear(&e, "12F#83581ADDD2013106", 1);
	assert_int_equal(modules_of(&e.decoder, list), 15);
	ear_close(&e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states),
		cmocka_unit_test(not_used),
		cmocka_unit_test(modules),
		cmocka_unit_test(modules_of_any_car),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
