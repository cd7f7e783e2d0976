/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The inside of struct sim: for the files of this folder and the tests only. */

#include "sim/dcan.h"
#include "sim/digital-key.h"
#include "sim/kline-modules.h"
#include "sim/sim.h"
#include "sim/timers.h"
#include "sim/wire.h"

#define SIM_VIN "WMWZZZ00000000000" /* no car has it */
#define SIM_KEYS 2 /* of five; 3-5 have no transponder (DESIGN 7) */
#define SIM_FOBS 5
#define SIM_SLOTS 4 /* of the body module, kbus.md 2.2 */
#define SIM_DTCS 64 /* of all modules */
#define SIM_TRANSPONDERS 10 /* of EWS and CAS, kbus.md 2.3, can.md 1.3 */

enum ignition {
	IGNITION_OFF,
	IGNITION_ACC, /* terminal R */
	IGNITION_ON, /* terminal 15 */
	IGNITION_START, /* terminal 50 */
};

enum locks {
	LOCKS_UNLOCKED,
	LOCKS_LOCKED,
	LOCKS_SECURED,
};

enum part {
	PART_DOOR_DRIVER,
	PART_DOOR_PASSENGER,
	PART_DOOR_REAR_DRIVER,
	PART_DOOR_REAR_PASSENGER,
	PART_BOOT,
	PART_BONNET,
	PART_WINDOW_DRIVER,
	PART_WINDOW_PASSENGER,
	PART_ROOF,
	PART_COUNT,
};

#define PART_DOORS 4 /* the first ones */

enum button {
	BUTTON_LOCK = 1 << 0,
	BUTTON_UNLOCK = 1 << 1,
	BUTTON_BOOT = 1 << 2,
};

enum battery {
	BATTERY_OK,
	BATTERY_LOW,
	BATTERY_FLAT, /* nothing is sent */
};

struct fob {
	bool learned;
	bool out_of_step; /* with the car: not heard, though it may be learned */
	bool two_buttons;
	unsigned int slot; /* while learned */
	enum battery battery;
	unsigned int held; /* buttons under the owner's thumb */
	unsigned int seen; /* those of them that the car has heard of */
	unsigned int seen_slot; /* the slot it was heard as */
};

/* What an owner can do with a car, procedures.md 2. */
enum way {
	WAY_ONE_TURN,
	WAY_FOUR_TURNS,
	WAY_ONE_TURN_ON,
	WAY_RESYNC,
	WAY_THREE_CYCLES,
};

enum session_state {
	SESSION_NONE,
	SESSION_TURNED, /* the ignition has left off, the key is still in */
	SESSION_OPEN,
};

/* Times of the car's own, which a script can change. */
struct session_limits {
	nsec_t ignition, fob, presses, at_once, together, resync;
};

/* The key as it is turned: turns.c. */
struct turns {
	nsec_t turned, back; /* when the ignition left off, and came back to it */
	enum ignition reached; /* in the turn that is or was last */
	bool spoiled; /* a door is or was open in it */
	unsigned int n; /* turns to on with all doors closed, one after the other */
	unsigned int cycles; /* and whatever the doors were */
};

/* The procedures as the body module sees them: session.c. */
struct session {
	unsigned int accepts; /* bits of enum way */
	enum ignition ignition; /* the module's picture of it */
	struct turns turns;
	enum session_state state;
	unsigned int ways; /* by which it is open: bits of enum way */
	nsec_t since; /* when the window for the next fob began */
	unsigned int n_members;
	bool member[SIM_FOBS];
	int fob; /* whose UNLOCK is held, or -1 */
	unsigned int tries; /* ways that its UNLOCK was in time for */
	nsec_t unlock, unlock_up, third_up; /* of it; -1: not yet */
	unsigned int presses; /* of LOCK that count */
	struct fob before[SIM_FOBS]; /* what was learned last: to go back to */
	nsec_t busy_until; /* it hears no fob */
	nsec_t resync_until; /* a fob can be brought back into step; -1: not open */
	int clicked; /* whose UNLOCK came in that, or -1 */
	struct session_limits limit;
};

struct r5x {
	bool key_heard; /* the body module's picture of the key in the lock */
	bool released; /* the EWS's immobilisation */
	bool light;
	unsigned int ews_key; /* transponder that 0x74 names; 0xff: none */
};

/* A K-CAN, kcan.c. */
struct kcan {
	uint8_t alive; /* of 0x130 or 0x12F */
	uint8_t centre; /* PUBU_CLSY of 0x2FC */
	unsigned int shown[SIM_FOBS]; /* buttons in 0x23A */
	unsigned int count[SIM_FOBS]; /* frames since they changed */
	nsec_t due[SIM_FOBS]; /* when the next one goes out */
};

/* A fault that a module remembers: its code of two or three bytes, can.md 3.1, 3.2. */
struct dtc {
	enum module_name module;
	uint32_t code;
	uint8_t status;
};

/* Why the locks moved last, in the numbers of can.md 3.2, DAC7. */
enum lock_cause {
	CAUSE_NONE,
	CAUSE_FOB = 1,
	CAUSE_CENTRE = 3,
	CAUSE_CYLINDER = 12,
};

/*
 * How a platform tells what happens in its body, and what it hears. The body has changed
 * already when one of these is called.
 */
struct platform {
	bool has_session;
	bool keyless; /* the key is inside, and in no lock */
	bool has_kline;
	nsec_t fob_delay; /* from a button of a fob to the locks moving */

	void (*start)(struct sim *s);
	void (*ignition)(struct sim *s, enum ignition from);
	void (*key)(struct sim *s);
	void (*part)(struct sim *s, enum part p);
	void (*locks)(struct sim *s);
	void (*fob)(struct sim *s, unsigned int fob); /* its `seen` */
	void (*flash)(struct sim *s); /* before remote locking; or NULL */
	void (*centre)(struct sim *s, bool lock); /* the switch is pressed; or NULL */
	void (*hear)(struct sim *s, const struct frame *f);
	const struct kcan_style *kcan; /* NULL: it has none */
	const struct dcan_style *dcan; /* NULL: its modules are asked in another way */
	bool (*refuses)(uint8_t code); /* whether it ever does; NULL: with all but 0 */
	const struct sim_module *modules;
	unsigned int n_modules;
	unsigned int dtc_bytes; /* of a fault's code, without dcan; 0: they remember none */
};

struct kcan_style;

enum digital_key {
	DIGITAL_KEY_NONE,
	DIGITAL_KEY,
	DIGITAL_KEY_PLUS,
};

struct model {
	const char *name;
	const struct platform *platform;
	unsigned int lacks; /* bits of enum part */
	enum digital_key digital_key;
};

struct line;

struct sim {
	const struct model *model;
	unsigned int built; /* year * 100 + month */
	nsec_t now;
	struct timers timers;
	struct timers script; /* lines that wait for their time */
	struct wire wire;
	bool has_serial; /* it is behind a serial adapter */
	struct serial_faults serial;
	bool in_traffic; /* what runs is periodic, not an effect */

	enum ignition ignition;
	int key; /* in the lock, or inside; from 0, or -1 */
	enum locks locks;
	struct {
		enum lock_cause cause;
		uint8_t slot; /* of the fob; 0xff: it was none */
	} locked_by;
	bool open[PART_COUNT];
	struct fob fob[SIM_FOBS];
	int last_fob; /* the last one heard, or -1 */
	struct session session;
	struct ask_faults ask;
	struct dcan_module dcan[DCAN_MODULES];
	struct kline kline;
	enum sim_port port;
	struct portwire_faults port_faults;
	bool port_changed;
	struct dtc dtc[SIM_DTCS];
	size_t n_dtcs;
	union {
		struct r5x r5x;
		struct kcan kcan;
		struct digital_keys dkeys;
	};

	struct line *lines; /* of the script; some have run */
	size_t n_lines, size_lines, n_waiting;
	unsigned int n_controls; /* lines given to sim_do() */
	nsec_t last_control; /* the time of the last of them */
	bool failed;
	struct sim_fault fault;
};

extern const struct platform sim_r5x;
extern const struct platform sim_r56;
extern const struct platform sim_f5x;
extern const struct platform sim_os9;

/*
 * Call FIRE(ARG) after DELAY: something that sim_settled() waits for, or traffic without
 * end.
 */
void sim_effect(struct sim *s, nsec_t delay,
		void (*fire)(struct sim *s, unsigned int arg), unsigned int arg);
void sim_traffic(struct sim *s, nsec_t delay,
		 void (*fire)(struct sim *s, unsigned int arg), unsigned int arg);
void sim_cancel(struct sim *s, void (*fire)(struct sim *s, unsigned int arg),
		unsigned int arg);

/* The car stands still from now on. */
void sim_stop(struct sim *s, const struct sim_fault *fault);

static inline bool sim_has(const struct sim *s, enum part p)
{
	return !(s->model->lacks & 1u << p);
}

static inline bool sim_is_silent(const struct sim *s, enum module_name m)
{
	return s->ask.silent & 1u << m;
}

/* body.c: what the owner does. Nothing happens where nothing changes. */
void sim_body_ignition(struct sim *s, enum ignition to);
void sim_body_key(struct sim *s, int key); /* from 0; -1: taken out */
void sim_body_open(struct sim *s, enum part p, bool open);
void sim_body_press(struct sim *s, unsigned int fob, enum button b);
void sim_body_release(struct sim *s, unsigned int fob, enum button b);
void sim_body_click(struct sim *s, unsigned int fob,
		    enum button b); /* 100 ms, DESIGN 7 */
void sim_body_battery(struct sim *s, unsigned int fob, enum battery b);
void sim_body_centre(struct sim *s, bool lock);
void sim_body_cylinder(struct sim *s, bool lock);

/*
 * A timer: the locks go to an enum locks, unless the driver's door is open. Above its low
 * byte ARG may say why: an enum lock_cause << 8, the fob's slot << 16.
 */
void sim_body_lock(struct sim *s, unsigned int arg);

bool sim_body_doors_closed(const struct sim *s);

/* The fob in SLOT, or -1. */
int sim_body_in_slot(const struct sim *s, unsigned int slot);

/* turns.c: the key, as the body module believes. Which ways does it open by coming out? */
void sim_turns_ignition(struct sim *s, enum ignition from, enum ignition to);
void sim_turns_door(struct sim *s); /* one has been opened */
unsigned int sim_turns_key_out(struct sim *s);

/* session.c: what the body module believes has happened. */
void sim_session_init(struct session *x);
void sim_session_ignition(struct sim *s, enum ignition to);
void sim_session_key(struct sim *s, bool in);
bool sim_session_is_open(const struct sim *s);
void sim_session_door(struct sim *s); /* one has been opened */
void sim_session_used(struct sim *s); /* the centre switch or a lock cylinder has been */
void sim_session_press(struct sim *s, unsigned int fob, enum button b);
void sim_session_release(struct sim *s, unsigned int fob, enum button b);
void sim_session_limits(struct sim *s); /* they have changed */

/* The slot in which FOB is heard now, or would be learned; -1: it is not heard. */
int sim_session_slot(const struct sim *s, unsigned int fob);

/* r5x-ask.c: what others send to the modules on the K-bus. */
void sim_r5x_hear(struct sim *s, const struct frame *f);

/* r5x-ds2.c: the modules, and what they tell by DS2, in whatever frames; the engine's is last. */
#define SIM_R5X_MODULES 4
#define SIM_DME_ADDRESS 0x12 /* kbus.md 4.3 */
/*
 * Length in the format byte or apart, addresses or none, normal times (ISO 14230-2): so any
 * header is understood.
 */
#define SIM_DME_KEY_1 0xef
#define SIM_DME_KEY_2 0x8f
#define SIM_DS2_MAX 64 /* bytes of an answer: its status and what follows */
#define SIM_DS2_DELAY (30 * NSEC_PER_MSEC) /* own choice inside 25..50 ms, kbus.md 5.3 P2 */
#define SIM_DS2_BUSY 0xa1 /* kbus.md 4.2 */
extern const struct sim_module sim_r5x_modules[SIM_R5X_MODULES];
bool sim_r5x_refuses(uint8_t code); /* kbus.md 4.2 */

enum sim_ds2 {
	SIM_DS2_IDENT_GM,
	SIM_DS2_IDENT_EWS,
	SIM_DS2_IDENT_IKE,
	SIM_DS2_FAULTS,
	SIM_DS2_FOBS,
	SIM_DS2_TRANSPONDERS,
	SIM_DS2_BC1RD, /* inputs of the body module */
	SIM_DS2_BC1,
	SIM_DS2_BC1_RADIO,
	SIM_DS2_BC1_RELAYS,
	SIM_DS2_OTHER,
};

/* The one with the address ECU that speaks DS2, or NULL. */
const struct sim_module *sim_ds2_module(unsigned int ecu);

/* What DATA asks of ECU: N bytes, 1 or more, of which the first is the command. */
enum sim_ds2 sim_ds2_question(unsigned int ecu, const uint8_t *data, size_t n);

/* Its answer as it is now, in RET (SIM_DS2_MAX). Returns how many bytes. */
size_t sim_ds2_answer(struct sim *s, unsigned int ecu, enum sim_ds2 q, uint8_t *ret);

/* Whose answer that looks like: not ECU's under `fault other`. */
unsigned int sim_ds2_speaker(const struct sim *s, unsigned int ecu);

/* r5x.c: one frame of the K-bus; its status frames. */
void sim_r5x_send(struct sim *s, unsigned int src, unsigned int dst, unsigned int cmd,
		  const uint8_t *data, size_t len);
void sim_r5x_ignition(struct sim *s, unsigned int unused); /* 0x11 */
void sim_r5x_key(struct sim *s, unsigned int unused); /* 0x74 */
void sim_r5x_body(struct sim *s, unsigned int unused); /* 0x7A */
void sim_r5x_temperature(struct sim *s, unsigned int unused); /* 0x19 */
void sim_r5x_ready(struct sim *s, unsigned int src); /* 0x02 */

/* r5x.c: what the body module hears, from its own car or from a tool that plays one. */
void sim_r5x_heard_ignition(struct sim *s, enum ignition to);
void sim_r5x_heard_key(struct sim *s, bool in);

/* r56-ask.c, r56-data.c: its modules and what they tell. */
#define SIM_R56_MODULES 4
extern const struct dcan_style sim_r56_dcan;
extern const struct sim_module sim_r56_modules[SIM_R56_MODULES];
extern const struct sim_datum sim_r56_data[];
extern const size_t sim_r56_n_data;

/* f5x-ask.c, f5x-data.c: the same for the F54-F60. */
#define SIM_F5X_MODULES 3
#define SIM_F5X_DATUM_MAX 40 /* bytes of the longest */
extern const struct dcan_style sim_f5x_dcan;
extern const struct sim_module sim_f5x_modules[SIM_F5X_MODULES];
extern const struct sim_datum sim_f5x_data[];
extern const size_t sim_f5x_n_data;

/* f5x.c: ST_KL of 0x12F; and the CRC of it over B[1..7], can.md 1.9. */
uint8_t sim_f5x_terminal(const struct sim *s);
uint8_t sim_f5x_check(const uint8_t b[8]);

/* r56.c: 0x130 as it is now, its count and its check nibble included, can.md 1.3. */
void sim_r56_terminals(const struct sim *s, uint8_t ret[5]);

/* r56.c: the check nibble of 0x130 over B[0..3] and the low half of B[4], can.md 1.3. */
uint8_t sim_r56_check(const uint8_t b[5]);
