/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ear.h"

/* A frame, and all that it changes ("" for nothing), sorted. */
struct heard {
	const char *frame;
	const char *want;
};

static void play(const char *platform, const struct heard *t, size_t n)
{
	struct ear e;
	char text[2048];

	ear_open(&e, platform);
	for (size_t i = 0; i < n; i++) {
		ear_hear(&e, t[i].frame, MS(i));
		if (strcmp(ear_text(&e, text, sizeof(text)), t[i].want))
			fail_msg("%zu, %s:\n got '%s'\nwant '%s'", i, t[i].frame, text,
				 t[i].want);
		for (size_t k = 0; k < e.n; k++) {
			assert_int_equal(e.events[k].t, MS(i));
			assert_ptr_equal(e.events[k].frame, &e.frame);
			assert_ptr_equal(e.events[k].message, e.dec.message);
		}
	}
	ear_close(&e);
}

#define PLAY(platform, t) play(platform, t, ARRAY_SIZE(t))

/* kbus.md 2.1 */
static void ignition(void **state)
{
	static const struct heard t[] = {
		{ "80 04 BF 11 00 2A", "ignition ignition off<unknown" },
		{ "80 04 BF 11 00 2A", "" },
		{ "80 04 BF 11 01 2B", "ignition ignition acc<off" },
		{ "80 04 BF 11 03 29", "ignition ignition on<acc" },
		{ "80 04 BF 11 07 2D", "ignition ignition start<on" },
		{ "80 04 BF 11 07 2D", "" },
		{ "80 04 BF 11 03 29", "ignition ignition on<start" },
		{ "80 04 BF 11 00 2A", "ignition ignition off<on" },
	};
	(void)state;

	PLAY("r5x", t);
}

/* kbus.md 2.3: 04 valid key, 01 released, then the number; FF is none. */
static void key(void **state)
{
	static const struct heard t[] = {
		{ "44 05 BF 74 04 00 8E",
		  "key in_lock in<unknown; key number 0<unknown" },
		{ "44 05 BF 74 05 00 8F", "" },
		{ "44 05 BF 74 01 00 8B", "key in_lock out<in" },
		{ "44 05 BF 74 00 FF 75", "key number none<0" },
		{ "44 05 BF 74 00 FF 75", "" },
		{ "44 05 BF 74 04 01 8F", "key in_lock in<out; key number 1<none" },
		{ "44 05 BF 74 05 05 8A", "key number 5<1" },
		{ "44 05 BF 74 01 FF 74", "key in_lock out<in; key number none<5" },
	};
	static const struct heard none_first[] = {
		{ "44 05 BF 74 00 FF 75",
		  "key in_lock out<unknown; key number none<unknown" },
	};
	(void)state;

	PLAY("r5x", t);
	PLAY("r5x", none_first);
}

/* kbus.md 2.4 */
static void body(void **state)
{
	static const struct heard t[] = {
		{ "00 05 BF 7A 10 00 D0",
		  "door driver closed<unknown; door passenger closed<unknown; "
		  "lid bonnet closed<unknown; lid boot closed<unknown; "
		  "lock car unlocked<unknown; "
		  "window driver closed<unknown; window passenger closed<unknown; "
		  "window roof closed<unknown" },
		{ "00 05 BF 7A 10 00 D0", "" },
		{ "00 05 BF 7A 11 00 D1", "door driver open<closed" },
		{ "00 05 BF 7A 51 00 91", "" }, /* the light is no event */
		{ "00 05 BF 7A 50 00 90", "door driver closed<open" },
		/* No MINI on a K-bus has rear doors; who says that one is open is no MINI. */
		{ "00 05 BF 7A 58 00 98", "door rear_passenger open<unknown" },
		{ "00 05 BF 7A 30 03 F3", "door rear_passenger closed<open; "
					  "lock car secured<unlocked; "
					  "window driver open<closed; "
					  "window passenger open<closed" },
		{ "00 05 BF 7A 30 02 F2", "window driver closed<open" },
		{ "00 05 BF 7A 50 21 B1",
		  "lid boot open<closed; lock car unlocked<secured; "
		  "window driver open<closed; "
		  "window passenger closed<open" },
		{ "00 05 BF 7A 20 0F EF",
		  "lid boot closed<open; lock car locked<unlocked; "
		  "window passenger open<closed; "
		  "window rear_driver open<unknown; "
		  "window rear_passenger open<unknown" },
		{ "00 05 BF 7A 30 0F FF", "lock car secured<locked" },
		{ "00 05 BF 7A 00 0F CF", "lock car unknown<secured" },
		{ "00 05 BF 7A 10 10 C0",
		  "lock car unlocked<unknown; window driver closed<open; "
		  "window passenger closed<open; "
		  "window rear_driver closed<open; "
		  "window rear_passenger closed<open; "
		  "window roof open<closed" },
		{ "00 05 BF 7A 13 40 93",
		  "door driver open<closed; door passenger open<closed; "
		  "lid bonnet open<closed; window roof closed<open" },
	};
	(void)state;

	PLAY("r5x", t);
}

/* A frame that is cut short says only what it has. */
static void short_frames(void **state)
{
	static const struct heard t[] = {
		{ "1B00BF7A#", "" },
		{ "1B00BF7A#11",
		  "door driver open<unknown; door passenger closed<unknown; lock car unlocked<unknown" },
		{ "1B44BF74#04", "key in_lock in<unknown" },
		{ "1B44BF74#", "" },
		{ "1B80BF11#", "" },
		{ "1B00BF72#", "" },
	};
	(void)state;

	PLAY("r5x", t);
}

/* kbus.md 2.2: no button is a release, or only a report of the last fob. */
static void fob(void **state)
{
	static const struct heard t[] = {
		{ "00 04 BF 72 02 CB", "" },
		{ "00 04 BF 72 06 CF", "" },
		{ "00 04 BF 72 12 DB", "fob 0 lock" },
		{ "00 04 BF 72 12 DB", "" }, /* held */
		{ "00 04 BF 72 12 DB", "" },
		{ "00 04 BF 72 02 CB", "fob 0 released" },
		{ "00 04 BF 72 02 CB", "" }, /* unsolicited */
		{ "00 04 BF 72 22 EB", "fob 0 unlock" },
		{ "00 04 BF 72 02 CB", "fob 0 released" },
		{ "00 04 BF 72 42 8B", "fob 0 boot" },
		{ "00 04 BF 72 02 CB", "fob 0 released" },
		{ "00 04 BF 72 16 DF", "fob 1 lock" },
		{ "00 04 BF 72 06 CF", "fob 1 released" },
		{ "00 04 BF 72 26 EF", "fob 1 unlock" },
		{ "00 04 BF 72 06 CF", "fob 1 released" },
		{ "00 04 BF 72 1A D3", "fob 2 lock" },
		{ "00 04 BF 72 0A C3", "fob 2 released" },
		{ "00 04 BF 72 2E E7", "fob 3 unlock" },
		{ "00 04 BF 72 0E C7", "fob 3 released" },
		{ "00 04 BF 72 2B E2", "fob 2 unlock" }, /* low battery */
		{ "00 04 BF 72 0B C2", "fob 2 released" },
		/* From one button to the other without a pause. */
		{ "00 04 BF 72 12 DB", "fob 0 lock" },
		{ "00 04 BF 72 22 EB", "fob 0 released; fob 0 unlock" },
		{ "00 04 BF 72 02 CB", "fob 0 released" },
	};
	(void)state;

	PLAY("r5x", t);
}

/* UNLOCK held, LOCK three times (procedures.md 2), and both at once. */
static void two_buttons(void **state)
{
	static const struct heard t[] = {
		{ "00 04 BF 72 22 EB", "fob 0 unlock" },
		{ "00 04 BF 72 32 FB", "fob 0 lock" },
		{ "00 04 BF 72 22 EB", "fob 0 released" },
		{ "00 04 BF 72 32 FB", "fob 0 lock" },
		{ "00 04 BF 72 22 EB", "fob 0 released" },
		{ "00 04 BF 72 32 FB", "fob 0 lock" },
		{ "00 04 BF 72 02 CB", "fob 0 released" },
		{ "00 04 BF 72 32 FB", "fob 0 lock; fob 0 unlock" },
		{ "00 04 BF 72 02 CB", "fob 0 released" },
		{ "00 04 BF 72 72 BB", "fob 0 boot; fob 0 lock; fob 0 unlock" },
		/* Another fob's presses are its own. */
		{ "00 04 BF 72 26 EF", "fob 1 unlock" },
		{ "00 04 BF 72 36 FF", "fob 1 lock" },
		{ "00 04 BF 72 06 CF", "fob 1 released" },
		{ "00 04 BF 72 02 CB", "fob 0 released" },
	};
	(void)state;

	PLAY("r5x", t);
}

/* Which buttons went down and up, in the order they are told. */
static void fob_bits(void **state)
{
	struct ear e;
	(void)state;

	ear_open(&e, "r5x");
	ear_hear(&e, "00 04 BF 72 32 FB", 1);
	assert_int_equal(e.n, 2);
	assert_int_equal(e.events[0].pressed | e.events[1].pressed,
			 FOB_LOCK | FOB_UNLOCK);
	assert_int_equal(e.events[0].pressed & e.events[1].pressed, 0);
	assert_int_equal(e.events[0].released | e.events[1].released, 0);
	assert_int_equal(e.state.fobs[0].buttons, FOB_LOCK | FOB_UNLOCK);
	ear_hear(&e, "00 04 BF 72 42 8B", 2);
	assert_int_equal(e.n, 2);
	assert_int_equal(e.events[0].released, FOB_LOCK | FOB_UNLOCK);
	assert_int_equal(e.events[0].pressed, 0);
	assert_int_equal(e.events[1].pressed, FOB_BOOT);
	ear_hear(&e, "00 04 BF 72 02 CB", 3);
	assert_int_equal(e.n, 1);
	assert_int_equal(e.events[0].released, FOB_BOOT);
	assert_int_equal(e.state.fobs[0].buttons, 0);
	ear_close(&e);
}

static void fob_state(void **state)
{
	struct ear e;
	(void)state;

	ear_open(&e, "r5x");
	assert_int_equal(e.state.fob_slot, -1);
	for (size_t i = 0; i < FOB_SLOTS; i++) {
		assert_int_equal(e.state.fobs[i].battery_low, -1);
		assert_int_equal(e.state.fobs[i].t, NSEC_NEVER);
	}
	ear_hear(&e, "00 04 BF 72 06 CF", 7);
	assert_int_equal(e.state.fob_slot, 1);
	assert_int_equal(e.state.fobs[1].battery_low, 0);
	assert_int_equal(e.state.fobs[1].t, 7);
	assert_int_equal(e.state.fobs[0].t, NSEC_NEVER);
	ear_hear(&e, "00 04 BF 72 2B E2", 9);
	assert_int_equal(e.state.fob_slot, 2);
	assert_int_equal(e.state.fobs[2].battery_low, 1);
	assert_int_equal(e.state.fobs[1].battery_low, 0);
	ear_close(&e);
}

/* can.md 1.4, 0x2FC: the lock's bits are "some unlocked", "some locked", "secured". */
static void kcan_locks(void **state)
{
	static const struct {
		const char *frame;
		int value;
	} t[] = {
		{ "2FC#800000FFFFFFFF", LOCK_UNKNOWN },
		{ "2FC#810000FFFFFFFF", LOCK_UNLOCKED },
		{ "2FC#820000FFFFFFFF", LOCK_LOCKED },
		{ "2FC#830000FFFFFFFF", LOCK_MIXED },
		{ "2FC#840000FFFFFFFF", LOCK_SECURED },
		{ "2FC#850000FFFFFFFF", LOCK_MIXED },
		{ "2FC#870000FFFFFFFF", LOCK_MIXED },
		{ "2FC#8F0000FFFFFFFF", LOCK_UNKNOWN },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		for (int f5x = 0; f5x < 2; f5x++) {
			struct ear e;

			ear_open(&e, f5x ? "f5x" : "r56");
			ear_hear(&e, t[i].frame, 1);
			assert_int_equal(e.state.data[DATUM_LOCK].value, t[i].value);
			assert_int_equal(state_known(&e.state, DATUM_LOCK),
					 t[i].value != LOCK_UNKNOWN);
			assert_int_equal(state_locked(&e.state),
					 t[i].value == LOCK_LOCKED ||
						 t[i].value == LOCK_SECURED);
			ear_close(&e);
		}
}

/* 0x2FC: two bits each, 0 closed, 1 open, 2 and 3 are invalid (can.md 1). */
static void kcan_body(void **state)
{
	static const struct heard t[] = {
		{ "2FC#810000FFFFFFFF",
		  "door driver closed<unknown; door passenger closed<unknown; "
		  "door rear_driver closed<unknown; door rear_passenger closed<unknown; "
		  "lid bonnet closed<unknown; lid boot closed<unknown; "
		  "lock car unlocked<unknown" },
		{ "2FC#810000FFFFFFFF", "" },
		{ "2FC#810100FFFFFFFF", "door driver open<closed" },
		{ "2FC#810500FFFFFFFF", "door passenger open<closed" },
		{ "2FC#811500FFFFFFFF", "door rear_driver open<closed" },
		{ "2FC#815500FFFFFFFF", "door rear_passenger open<closed" },
		{ "2FC#810001FFFFFFFF",
		  "door driver closed<open; door passenger closed<open; "
		  "door rear_driver closed<open; "
		  "door rear_passenger closed<open; lid boot open<closed" },
		{ "2FC#810005FFFFFFFF", "lid bonnet open<closed" },
		{ "2FC#810004FFFFFFFF", "lid boot closed<open" },
		{ "2FC#840000FFFFFFFF",
		  "lid bonnet closed<open; lock car secured<unlocked" },
		{ "2FC#840030FFFFFFFF", "" }, /* valet position */
		{ "2FC#8400C0FFFFFFFF", "" }, /* centre switch */
		{ "2FC#840300FFFFFFFF", "door driver unknown<closed" },
		{ "2FC#840200FFFFFFFF", "" },
		{ "2FC#840100FFFFFFFF", "door driver open<unknown" },
		{ "2FC#84", "" },
	};
	(void)state;

	PLAY("r56", t);
}

/* can.md 1.4, one message a door; F in the high nibble says that no lock is there. */
static void kcan_doors(void **state)
{
	static const struct heard t[] = {
		{ "0EA#81FFE7FCFFFFFFFF", "door driver closed<unknown; "
					  "lock driver unlocked<unknown" },
		{ "0EA#81FFE7FDFFFFFFFF", "door driver open<closed" },
		{ "0EA#82FFE7FCFFFFFFFF",
		  "door driver closed<open; lock driver locked<unlocked" },
		{ "0EA#83FFE7FCFFFFFFFF", "lock driver secured<locked" },
		{ "0EA#F1FFE7FCFFFFFFFF", "" },
		{ "0E2#82FFE7FDFFFFFFFF", "door passenger open<unknown; "
					  "lock passenger locked<unknown" },
		{ "0EE#83FFE7FDFFFFFFFF", "door rear_driver open<unknown; "
					  "lock rear_driver secured<unknown" },
		{ "0E6#81FFE7FCFFFFFFFF", "door rear_passenger closed<unknown; "
					  "lock rear_passenger unlocked<unknown" },
		{ "0F2#F1FF87C0FFFFFFFF", "lid boot closed<unknown" },
		{ "0F2#F1FF87C1FFFFFFFF", "lid boot open<closed" },
	};
	static const struct heard unfitted[] = {
		{ "0EE#F1FFE7FCFFFFFFFF", "door rear_driver closed<unknown" },
	};
	(void)state;

	PLAY("r56", t);
	PLAY("f5x", t);
	PLAY("r56", unfitted);
}

/* can.md 1.3; 14 and 15 are no key number, 2 in ST_KEY_PLGD is a key on its way. */
static void kcan_terminal(void **state)
{
	static const struct heard t[] = {
		{ "130#0001C00F20",
		  "ignition ignition off<unknown; key in_lock out<unknown; "
		  "key number 1<unknown" },
		{ "130#4041C20FC0", "error counter; key in_lock unknown<out" },
		{ "130#4542698FD1", "ignition ignition on<off; key in_lock in<unknown; "
				    "key number 2<1" },
		{ "130#4542698FE2", "" },
		{ "130#4542698FF3", "" },
		{ "130#4542698F15", "error counter" },
		{ "130#5542698FD0", "error counter; ignition ignition start<on" },
		{ "130#000EC00440", "error counter; ignition ignition off<start; "
				    "key in_lock out<in; key number none<2" },
	};
	static const struct heard unprotected[] = {
		{ "130#45F0FCFFFF",
		  "ignition ignition on<unknown; key in_lock out<unknown; "
		  "key number 0<unknown" },
	};
	/* Reported, and still heard: a listener warns and drops nothing. */
	static const struct heard bad_sum[] = {
		{ "130#4540218FFE", "error checksum; ignition ignition on<unknown; "
				    "key in_lock in<unknown; key number 0<unknown" },
	};
	(void)state;

	PLAY("r56", t);
	PLAY("r56", unprotected);
	PLAY("f5x", unprotected);
	PLAY("r56", bad_sum);
}

/* can.md 1.9, ST_KL of 0x12F: each of its sixteen values, with its CRC. */
static void f5x_terminal(void **state)
{
	static const struct {
		const char *frame;
		int value;
	} t[] = {
		{ "12F#198080DDF1013006", IGNITION_UNKNOWN },
		{ "12F#5F8081DDF1013006", IGNITION_UNKNOWN },
		{ "12F#958082DDF1013006", IGNITION_OFF },
		{ "12F#D38083DDF1013006", IGNITION_OFF },
		{ "12F#1C8084DDF1013006", IGNITION_OFF },
		{ "12F#5A8085DDF1013006", IGNITION_OFF },
		{ "12F#908086DDF1013006", IGNITION_OFF },
		{ "12F#D68087DDF1013006", IGNITION_ACC },
		{ "12F#138088DDF1013006", IGNITION_ACC },
		{ "12F#558089DDF1013006", IGNITION_ON },
		{ "12F#9F808ADDF1013006", IGNITION_ON },
		{ "12F#D9808BDDF1013006", IGNITION_START },
		{ "12F#16808CDDF1013006", IGNITION_START },
		{ "12F#50808DDDF1013006", IGNITION_START },
		{ "12F#9A808EDDF1013006", IGNITION_UNKNOWN },
		{ "12F#DC808FDDF1013006", IGNITION_UNKNOWN },
	};
	struct ear e;
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		ear_open(&e, "f5x");
		ear_hear(&e, t[i].frame, 1);
		assert_int_equal(e.dec.errors, 0);
		assert_int_equal(e.state.data[DATUM_IGNITION].value, t[i].value);
		assert_int_equal(e.n, t[i].value != IGNITION_UNKNOWN);
		ear_close(&e);
	}
}

/* can.md 1.5 */
static void kcan_fob(void **state)
{
	static const struct heard t[] = {
		{ "23A#11300161", "fob 1 unlock" },
		{ "23A#11300161", "" },
		{ "23A#11300161", "" },
		{ "23A#11300061", "fob 1 released" },
		{ "23A#22300462", "fob 2 lock" },
		{ "23A#22300062", "fob 2 released" },
		{ "23A#22301062", "fob 2 boot" },
		{ "23A#22300062", "fob 2 released" },
		{ "23A#22330062", "" },
		{ "23A#00300060", "" },
	};
	static const struct heard f5x[] = {
		{ "23A#11FF00F0FCF0", "" },	      { "23A#00F3043F", "fob 0 lock" },
		{ "23A#00F3003F", "fob 0 released" }, { "23A#00F3013F", "fob 0 unlock" },
		{ "23A#00F3003F", "fob 0 released" },
	};
	(void)state;

	PLAY("r56", t);
	PLAY("f5x", f5x);
}

/* can.md 1.2: windows and roof; between closed and open is open. */
static void kcan_windows(void **state)
{
	static const struct heard t[] = {
		{ "3B6#00FCE0", "window driver closed<unknown" },
		{ "3B6#20FDE0", "window driver open<closed" },
		{ "3B6#4FFEE0", "" },
		{ "3B6#00FCE0", "window driver closed<open" },
		{ "3B8#50FEE0", "window passenger open<unknown" },
		{ "3BA#0000F0FFFFF8F8", "window roof closed<unknown" },
		{ "3BA#FF08FBFFFFF8F8", "window roof open<closed" },
		{ "3BA#48FFFDFFFFF8F8", "" },
		{ "3BA#0000F0FFFFF8F8", "window roof closed<open" },
	};
	(void)state;

	PLAY("r56", t);
}

/* What happened to a bus is an event, and says nothing of the car. */
static void trouble(void **state)
{
	static const struct heard t[] = {
		{ "20000040#0000000000000000", "error bus-off" },
		{ "20000020#0000000000000000", "error no-ack" },
		{ "20000004#0001000000000000", "error rx-overflow" },
		{ "2FC#R7", "" },
		{ "7FF#0102", "" },
	};
	struct frame lost = { .id = 12345, .flags = FRAME_LOST, .t = 77 };
	struct ear e;
	char text[64];
	(void)state;

	PLAY("r56", t);
	ear_open(&e, "r56");
	ear_frame(&e, &lost);
	assert_string_equal(ear_text(&e, text, sizeof(text)), "lost 12345");
	assert_int_equal(e.events[0].t, 77);
	assert_int_equal(e.state.frames, 0);
	ear_close(&e);
}

/* `status` waits for ignition, key, locks, front doors, boot and bonnet; not for more. */
static void complete(void **state)
{
	static const struct {
		const char *platform;
		const char *frames[3];
		bool complete;
	} t[] = {
		{ "r5x", { "80 04 BF 11 00 2A", "44 05 BF 74 04 00 8E" }, false },
		{ "r5x",
		  { "80 04 BF 11 00 2A", "44 05 BF 74 04 00 8E", "00 05 BF 7A 10 00 D0" },
		  true },
		{ "r5x",
		  { "80 04 BF 11 00 2A", "44 05 BF 74 04 00 8E", "00 05 BF 7A 00 00 C0" },
		  false },
		{ "r5x", { "80 04 BF 11 00 2A", "00 05 BF 7A 10 00 D0" }, false },
		{ "r56", { "130#4542698FE2", "2FC#810000FFFFFFFF" }, true },
		{ "r56", { "130#4542698FE2", "2FC#810300FFFFFFFF" }, false },
		{ "r56",
		  { "130#4542698FE2", "2FC#813000FFFFFFFF" },
		  true }, /* a rear door */
		{ "r56", { "130#4041C20FC0", "2FC#810000FFFFFFFF" }, false },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct ear e;

		ear_open(&e, t[i].platform);
		assert_false(state_complete(&e.state));
		for (size_t k = 0; k < 3 && t[i].frames[k]; k++)
			ear_hear(&e, t[i].frames[k], 1);
		if (state_complete(&e.state) != t[i].complete)
			fail_msg("row %zu", i);
		ear_close(&e);
	}
}

/* Who said it and when; a repetition makes it younger. */
static void provenance(void **state)
{
	struct ear e;
	(void)state;

	ear_open(&e, "r5x");
	assert_int_equal(e.state.data[DATUM_KEY_NUMBER].value, KEY_NUMBER_UNKNOWN);
	for (enum datum d = 0; d < N_DATA; d++)
		assert_false(state_known(&e.state, d));
	ear_hear(&e, "00 05 BF 7A 10 00 D0", 5);
	ear_hear(&e, "00 05 BF 7A 10 00 D0", 9);
	assert_int_equal(e.state.data[DATUM_LOCK].t, 9);
	assert_string_equal(e.state.data[DATUM_LOCK].signal->name, "Lock_State");
	assert_ptr_equal(e.state.data[DATUM_LOCK].dbc, e.decoder.sources[0].dbc);
	assert_int_equal(e.state.frames, 2);
	ear_close(&e);
}

/* The words of DESIGN 4 and 5. */
static void words(void **state)
{
	static const char *const kinds[] = {
		"lock", "door",	  "ignition", "key",  "fob",
		"lid",	"window", "init",     "bus",  "lost", "error"
	};
	(void)state;

	assert_int_equal(N_EVENTS, ARRAY_SIZE(kinds));
	for (enum event_kind k = 0; k < N_EVENTS; k++)
		assert_string_equal(event_kind_word(k), kinds[k]);
	assert_string_equal(datum_word(DATUM_LOCK, LOCK_SECURED), "secured");
	assert_string_equal(datum_word(DATUM_LOCK, LOCK_MIXED), "mixed");
	assert_string_equal(datum_word(DATUM_IGNITION, IGNITION_ACC), "acc");
	assert_string_equal(datum_word(DATUM_IGNITION, IGNITION_UNKNOWN), "unknown");
	assert_string_equal(datum_word(DATUM_DOOR_DRIVER, LID_OPEN), "open");
	assert_string_equal(datum_word(DATUM_KEY_NUMBER, KEY_NUMBER_NONE), "none");
	assert_string_equal(datum_word(DATUM_KEY_NUMBER, KEY_NUMBER_UNKNOWN), "unknown");
	assert_null(datum_word(DATUM_KEY_NUMBER, 0));
	assert_string_equal(datum_name(DATUM_BOOT), "boot");
	assert_int_equal(datum_kind(DATUM_BOOT), EVENT_LID);
	assert_int_equal(datum_kind(DATUM_LOCK_BOOT), EVENT_LOCK);
	assert_int_equal(datum_kind(DATUM_ROOF), EVENT_WINDOW);
	assert_int_equal(datum_kind(DATUM_INIT), EVENT_INIT);
	assert_int_equal(datum_kind(DATUM_KEY_IN_LOCK), EVENT_KEY);
}

/* kbus.md 1.1: asleep after 60 s of silence. */
static void sleep_and_wake(void **state)
{
	const nsec_t minute = 60 * NSEC_PER_SEC;
	struct event event;
	char text[256];
	struct ear e;
	(void)state;

	ear_open(&e, "r5x");
	assert_int_equal(state_sleep_due(&e.state), NSEC_NEVER);
	assert_false(state_is_awake(&e.state, 0));
	ear_hear(&e, "80 04 BF 11 00 2A", MS(1000));
	assert_true(state_is_awake(&e.state, MS(60999)));
	assert_false(state_is_awake(&e.state, MS(61000)));
	/* Where not all is heard silence says nothing. */
	assert_int_equal(state_sleep_due(&e.state), NSEC_NEVER);
	assert_int_equal(state_hear_silence(&e.state, MS(500000), &event), 0);

	e.state.hears_all = true;
	ear_hear(&e, "80 04 BF 11 00 2A", MS(2000));
	assert_int_equal(e.n, 0);
	ear_hear(&e, "80 05 BF 18 00 00 22", MS(2500));
	assert_int_equal(state_sleep_due(&e.state), MS(62500));
	assert_int_equal(state_hear_silence(&e.state, MS(62500) - 1, &event), 0);
	/* Frames that were lost were heard. */
	ear_frame(&e, &(struct frame){ .t = MS(3000), .id = 2, .flags = FRAME_LOST });
	assert_int_equal(state_sleep_due(&e.state), MS(3000) + minute);
	/* Own ones keep no bus awake that nobody else is on. */
	ear_frame(&e, &(struct frame){ .t = MS(4000), .id = 0x1b3f0079, .flags = FRAME_EXT | FRAME_TX });
	assert_int_equal(state_sleep_due(&e.state), MS(3000) + minute);
	assert_int_equal(state_hear_silence(&e.state, MS(63500), &event), 1);
	assert_int_equal(event.t, MS(63000));
	event_text(&event, text, sizeof(text));
	assert_string_equal(text, "bus asleep<awake");
	assert_null(event.frame);
	assert_int_equal(state_sleep_due(&e.state), NSEC_NEVER);
	assert_int_equal(state_hear_silence(&e.state, MS(500000), &event), 0);

	ear_hear(&e, "80 04 BF 11 01 2B", MS(200000));
	assert_string_equal(ear_text(&e, text, sizeof(text)),
			    "bus awake<asleep; ignition ignition acc<off");
	assert_int_equal(e.events[0].t, MS(200000));
	assert_ptr_equal(e.events[0].frame, &e.frame);

	/* After a while of not listening nothing is known, and the next frame is no news. */
	state_miss(&e.state);
	assert_false(state_is_awake(&e.state, MS(200001)));
	assert_int_equal(state_sleep_due(&e.state), NSEC_NEVER);
	ear_hear(&e, "80 04 BF 11 01 2B", MS(400000));
	assert_int_equal(e.n, 0);
	assert_int_equal(state_sleep_due(&e.state), MS(460000));
	ear_close(&e);

	/* A CAN is never said to sleep. */
	ear_open(&e, "r56");
	e.state.hears_all = true;
	ear_hear(&e, "2FC#810000FFFFFFFF", MS(0));
	assert_int_equal(state_sleep_due(&e.state), NSEC_NEVER);
	ear_close(&e);
}

/* A platform has rear doors when one of its cars has. */
static void rear_doors(void **state)
{
	size_t n;
	const struct car_model *cars = car_models(&n);
	(void)state;

	for (size_t i = 0; i < n; i++) {
		bool any = false;

		for (size_t k = 0; k < n; k++)
			any |= cars[k].platform == cars[i].platform && cars[k].rear_doors;
		assert_int_equal(cars[i].platform->rear_doors, any);
		assert_int_equal(car_platform_virtual(&cars[i])->rear_doors, any);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ignition),	cmocka_unit_test(key),
		cmocka_unit_test(body),
		cmocka_unit_test(rear_doors),
		cmocka_unit_test(sleep_and_wake),
		cmocka_unit_test(short_frames),
		cmocka_unit_test(fob),		cmocka_unit_test(two_buttons),
		cmocka_unit_test(fob_bits),	cmocka_unit_test(fob_state),
		cmocka_unit_test(kcan_locks),	cmocka_unit_test(kcan_body),
		cmocka_unit_test(kcan_doors),	cmocka_unit_test(kcan_terminal),
		cmocka_unit_test(f5x_terminal), cmocka_unit_test(kcan_fob),
		cmocka_unit_test(kcan_windows), cmocka_unit_test(trouble),
		cmocka_unit_test(complete),	cmocka_unit_test(provenance),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
