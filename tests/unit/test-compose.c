/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "car/compose.h"
#include "ear.h"

#define WORDS_MAX 10

/* SENTENCE is "Message SIGNAL=VALUE ...". */
static int compose(const char *platform, const char *sentence, struct frame *ret,
		   char *why)
{
	char text[512], *rest = text, *name, *words[WORDS_MAX];
	struct decoder d;
	size_t n = 0;
	int r;

	snprintf(text, sizeof(text), "%s", sentence);
	name = strsep(&rest, " ");
	while (rest) {
		assert_in_range(n, 0, WORDS_MAX - 1);
		words[n++] = strsep(&rest, " ");
	}
	assert_int_equal(decoder_init(&d, platform_of(platform)), 0);
	r = compose_message(&d, name, words, n, ret, why);
	decoder_free(&d);

	return r;
}

/* The examples of the facts, said in words. */
static void composed(void **state)
{
	static const struct {
		const char *platform, *sentence, *frame;
	} t[] = {
		{ "r5x", "Ignition", "80 04 BF 11 00 2A" },
		{ "r5x", "Ignition Ignition_R=on Ignition_15=on", "80 04 BF 11 03 29" },
		{ "r5x", "Ignition Ignition_R=1 Ignition_15=1 Ignition_50=1",
		  "80 04 BF 11 07 2D" },
		{ "r5x", "Fob Fob_Slot=1 Fob_Id_Valid=yes Fob_Lock=pressed",
		  "00 04 BF 72 16 DF" },
		{ "r5x", "Key_Status", "44 05 BF 74 00 FF 75" },
		{ "r5x",
		  "Key_Status Key_In_Lock=in Immobiliser_Released=yes Key_Number=5",
		  "44 05 BF 74 05 05 8A" },
		{ "r5x", "Key_Status Immobiliser_Released=yes Key_Number=none",
		  "44 05 BF 74 01 FF 74" },
		{ "r5x",
		  "Body Lock_State=secured Window_Driver=open Window_Passenger=open",
		  "00 05 BF 7A 30 03 F3" },
		{ "r5x", "Body Lock_State=0x3 Window_Driver=0x1 Window_Passenger=1",
		  "00 05 BF 7A 30 03 F3" },
		{ "r5x", "Key_Request_DIA", "3F 06 44 73 00 00 80 8E" },
		{ "r5x", "Ignition_Request_DIA", "3F 03 80 10 AC" },
		{ "r5x", "Temperature Outside_Temperature=20 Coolant_Temperature=40",
		  "80 06 BF 19 14 28 00 1C" },
		{ "r5x", "Temperature Outside_Temperature=-1 Coolant_Temperature=0",
		  "1B80BF19#FF0000" },
		{ "r56", "Body", "2FC#810000FFFFFFFF" },
		{ "r56", "Body Lock_State=secured Door_Driver=open",
		  "2FC#840100FFFFFFFF" },
		{ "r56", "Body Boot=open Bonnet=open", "2FC#810005FFFFFFFF" },
		{ "r56",
		  "Fob Fob_Slot=1 Fob_Slot_Copy=1 Fob_Slot_Tail=1 Fob_Unlock=pressed",
		  "23A#11300161" },
		{ "r56", "Window_Driver Window_Driver_Position=79 Window_Driver=0xFE",
		  "3B6#4FFEE0" },
		/* A multiplexed signal brings its multiplexor with it. */
		{ "r56", "Lock_Driver Lock_Driver=locked Door_Driver=open",
		  "0EA#82FFE7FDFFFFFFFF" },
		{ "r56", "Lock_Driver Feedback=absent Lock_Driver=secured",
		  "0EA#83FFE7FCFFFFFFFF" },
		{ "r56", "Lock_Driver Lock_Unfitted=1", "0EA#F1FFE7FCFFFFFFFF" },
		{ "r56", "Lock_Driver Lock_Unfitted=1 Feedback=absent",
		  "0EA#F1FFE7FCFFFFFFFF" },
		/* Physical values. */
		{ "r56", "Outside_Temperature Outside_Temperature=20", "2CA#7800" },
		{ "r56", "Outside_Temperature Outside_Temperature=-40", "2CA#0000" },
		{ "r56", "Outside_Temperature Outside_Temperature=87.5", "2CA#FF00" },
		{ "r56", "Speed Speed=100", "1B4#E803000000000000" },
		{ "r56", "Speed Speed=0.1", "1B4#0100000000000000" },
		/* Checksums: can.md 1.3 and 1.9. */
		{ "r56",
		  "Terminal Ignition_R=on Key_Valid=valid Key_Number=1 Key_Type=remote "
		  "Key_In_Lock=in Immobiliser=0 Steering_Lock=1 Key_Magnet=2 Interlock=1 Alive=0",
		  "130#4141911FA0" },
		{ "r56",
		  "Terminal Key_Valid=none Key_Number=none Key_Type=none Key_In_Lock=out "
		  "Immobiliser=0 Id_Sensor=none Passive_Access=active Alive=0",
		  "130#000EC00440" },
		{ "r56",
		  "Terminal Checksum=3 Key_Number=none Id_Sensor=none Passive_Access=active Alive=0",
		  "130#000EC00440" },
		{ "f5x", "Vehicle_Condition Vehicle_Condition=drive Ignition=10 Alive=1",
		  "12F#C2818ADDF1013006" },
		{ "f5x",
		  "Vehicle_Condition Alive=2 Ignition=10 Vehicle_Condition=8 Checksum=0",
		  "12F#25828ADDF1013006" },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct frame want = frame_of(t[i].frame), f = { .t = 0 };
		char why[COMPOSE_WHY_MAX] = "", got[2 * FRAME_DATA_MAX + 1];

		if (compose(t[i].platform, t[i].sentence, &f, why) != 0)
			fail_msg("'%s': %s", t[i].sentence, why);
		*hex_put(got, f.data, f.len) = '\0';
		if (f.id != want.id || f.flags != want.flags || f.len != want.len ||
		    memcmp(f.data, want.data, f.len))
			fail_msg("'%s' gives %X#%s", t[i].sentence, f.id, got);
		assert_int_equal(f.t, NSEC_NEVER);
		assert_null(f.bus);
	}
}

/* What is composed is heard as it was said, and its checksum is good. */
static void every_message_at_rest(void **state)
{
	static const char *const platforms[] = { "r5x", "r56", "f5x" };
	(void)state;

	for (size_t p = 0; p < ARRAY_SIZE(platforms); p++) {
		struct ear e;

		ear_open(&e, platforms[p]);
		for (size_t i = 0; i < e.decoder.sources[0].dbc->n_messages; i++) {
			const struct dbc_message *m =
				&e.decoder.sources[0].dbc->messages[i];
			char why[COMPOSE_WHY_MAX] = "";
			struct decoded dec;
			struct frame f;

			assert_int_equal(
				compose_message(&e.decoder, m->name, NULL, 0, &f, why),
				0);
			assert_int_equal(f.id, m->id);
			assert_int_equal(f.len, m->len);
			decoder_frame(&e.decoder, &f, &dec);
			assert_ptr_equal(dec.message, m);
			if (dec.errors)
				fail_msg("%s at rest has errors", m->name);
		}
		ear_close(&e);
	}
}

static void wrong(void **state)
{
	static const struct {
		const char *platform, *sentence;
		int r;
	} t[] = {
		{ "r56", "Nobody", -ENOENT },
		{ "r56", "body", -ENOENT },
		{ "r56", "Cas_Status", -EINVAL }, /* the answer to a request: on no bus */
		{ "r56", "Fob_0", -EINVAL },
		{ "r5x", "Transponders", -EINVAL },
		{ "r5x", "Cable_Lines Ignition_15=on", -EINVAL }, /* nor is this */
		{ "r56", "", -ENOENT },
		{ "r5x", "Terminal", -ENOENT },
		{ "r56", "Body Lock_State", -EINVAL },
		{ "r56", "Body Lock_State=", -EINVAL },
		{ "r56", "Body =1", -EINVAL },
		{ "r56", "Body =", -EINVAL },
		{ "r56", "Body Nothing=1", -EINVAL },
		{ "r56", "Body lock_state=locked", -EINVAL },
		{ "r56", "Body Lock_State=ajar", -EINVAL },
		{ "r56", "Body Lock_State=locked Door_Driver=ajar", -EINVAL },
		{ "r56", "Body Lock_State=16", -EINVAL },
		{ "r56", "Body Lock_State=-1", -EINVAL },
		{ "r56", "Body Lock_State=0x", -EINVAL },
		{ "r56", "Body Lock_State=1x", -EINVAL },
		{ "r56", "Body Lock_State=nan", -EINVAL },
		{ "r56", "Body Lock_State=1e99", -EINVAL },
		{ "r56", "Body Lock_State=99999999999999999999999999", -EINVAL },
		{ "r56", "Outside_Temperature Outside_Temperature=88", -EINVAL },
		{ "r56", "Outside_Temperature Outside_Temperature=-40.5", -EINVAL },
		{ "r56", "Speed Speed=409.6", -EINVAL },
		{ "r5x", "Temperature Outside_Temperature=128", -EINVAL },
		{ "r5x", "Temperature Outside_Temperature=-129", -EINVAL },
		{ "r5x", "Fob Fob_Slot=4", -EINVAL },
		{ "r56",
		  "Body Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=1",
		  -EINVAL },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct frame f = { .id = 4711 };
		char why[COMPOSE_WHY_MAX] = "";
		int r = compose(t[i].platform, t[i].sentence, &f, why);

		if (r != t[i].r || f.id != 4711)
			fail_msg("'%s': %d", t[i].sentence, r);
		assert_true(strlen(why) > 5);
	}
}

/* One frame cannot hold the signals of two multiplexor values: that is said, not hidden. */
static void two_multiplexor_values(void **state)
{
	static const char *const t[] = {
		"Lock_Driver Lock_Driver=locked Lock_Unfitted=1",
		"Lock_Driver Lock_Driver=locked Feedback=absent",
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		char why[COMPOSE_WHY_MAX] = "";
		struct frame f;

		if (compose("r56", t[i], &f, why) != -EINVAL)
			fail_msg("'%s' is taken", t[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(composed),
		cmocka_unit_test(every_message_at_rest),
		cmocka_unit_test(wrong),
		cmocka_unit_test(two_multiplexor_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
