/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "car/decoder.h"
#include "link/frame.h"

/* What `watch --only` selects, and the "event" of its JSON. */
enum event_kind {
	EVENT_LOCK,
	EVENT_DOOR,
	EVENT_IGNITION,
	EVENT_KEY,
	EVENT_FOB,
	EVENT_LID,
	EVENT_WINDOW,
	EVENT_INIT,
	EVENT_BUS,
	EVENT_LOST,
	EVENT_ERROR,
	N_EVENTS,
};

/* Everything a car can say of itself except its fobs, which are many. */
enum datum {
	DATUM_IGNITION,
	DATUM_KEY_IN_LOCK,
	DATUM_KEY_NUMBER,
	DATUM_LOCK,
	DATUM_LOCK_DRIVER,
	DATUM_LOCK_PASSENGER,
	DATUM_LOCK_REAR_DRIVER,
	DATUM_LOCK_REAR_PASSENGER,
	DATUM_LOCK_BOOT,
	DATUM_DOOR_DRIVER,
	DATUM_DOOR_PASSENGER,
	DATUM_DOOR_REAR_DRIVER,
	DATUM_DOOR_REAR_PASSENGER,
	DATUM_BOOT,
	DATUM_BONNET,
	DATUM_WINDOW_DRIVER,
	DATUM_WINDOW_PASSENGER,
	DATUM_WINDOW_REAR_DRIVER,
	DATUM_WINDOW_REAR_PASSENGER,
	DATUM_ROOF,
	DATUM_INIT,
	N_DATA,
};

/* Values of data. 0 is "unknown" for all of them but the key's number. */
enum { IGNITION_UNKNOWN, IGNITION_OFF, IGNITION_ACC, IGNITION_ON, IGNITION_START };
enum { LOCK_UNKNOWN, LOCK_UNLOCKED, LOCK_LOCKED, LOCK_SECURED, LOCK_MIXED };
enum { LID_UNKNOWN, LID_CLOSED, LID_OPEN };
enum { KEY_UNKNOWN, KEY_OUT, KEY_IN };
enum { INIT_UNKNOWN, INIT_NO, INIT_POSSIBLE };
enum bus_state { BUS_UNKNOWN, BUS_AWAKE, BUS_ASLEEP };
enum { KEY_NUMBER_UNKNOWN = -2, KEY_NUMBER_NONE = -1 };

enum fob_button { FOB_LOCK = 1 << 0, FOB_UNLOCK = 1 << 1, FOB_BOOT = 1 << 2 };

#define FOB_SLOTS 16	/* four bits on both buses (can.md 1.5); the R5x uses 0..3 */

struct datum_state {
	int value;
	nsec_t t;			/* when it was heard last; meaningless when unknown */
	const struct dbc *dbc;
	const struct dbc_signal *signal;	/* who said so; NULL: nobody yet */
};

struct fob_state {
	unsigned int buttons;		/* FOB_* held down */
	int battery_low;		/* 1, 0; -1: never heard */
	nsec_t t;			/* heard last; NSEC_NEVER: never */
	struct frame frame;		/* that said so */
};

#define KEY_NUMBERS 16	/* four bits on the buses that have more than the EWS's ten (can.md 1.5) */

/* A transponder whose number was heard. */
struct key_heard {
	nsec_t t;			/* last; NSEC_NEVER: never */
	struct frame frame;
};

#define STATE_ASLEEP (60 * NSEC_PER_SEC)	/* of silence on the K-bus: kbus.md 1.1 */

/* What is known of one car. Changed by state_hear() and its like only. */
struct car_state {
	struct datum_state data[N_DATA];
	struct fob_state fobs[FOB_SLOTS];
	struct key_heard keys[KEY_NUMBERS];
	int fob_slot;			/* the one heard last; -1: none */
	const struct dbc *fob_dbc;
	const struct dbc_signal *fob_signal;
	unsigned long frames;		/* that said something about the car */
	nsec_t heard;			/* when the last frame of any kind came; NSEC_NEVER: none yet */
	enum bus_state bus;		/* a K-bus; unknown until it is heard */
	bool hears_all;			/* nothing is on the bus that is not heard: silence is sleep */
	bool no_rear;			/* the body has no rear doors: what is said of them is not kept */
};

/* One change. */
struct event {
	nsec_t t;
	enum event_kind kind;
	enum datum datum;		/* not for FOB, BUS, LOST, ERROR */
	int slot;			/* FOB */
	unsigned int pressed, released;	/* FOB: FOB_* that went down or up */
	int value, previous;		/* of the datum; BUS: BUS_*; LOST: how many frames */
	const char *word;		/* ERROR: what is wrong; FOB: "lock", "unlock", "boot", "released" */
	const struct frame *frame;	/* NULL: a silence told it */
	const struct dbc_message *message;	/* NULL for BUS, LOST and ERROR frames */
};

#define STATE_EVENTS_MAX 40	/* more than the signals of one message can cause */

void state_init(struct car_state *s);

/*
 * Take in what DEC says. Returns how many changes it made, in *ret (STATE_EVENTS_MAX
 * places). A fob that presses two buttons at once makes two events.
 */
size_t state_hear(struct car_state *s, const struct decoded *dec, struct event *ret);

/* As state_hear(), of what F says of the bus and nothing else: at most one event. */
size_t state_hear_bus(struct car_state *s, const struct frame *f, struct event *ret);

/* When the bus is asleep if nothing is heard until then; NSEC_NEVER: it is, or none is known. */
nsec_t state_sleep_due(const struct car_state *s);

/* Nothing was heard until NOW. Returns how many events that makes: 1 when the bus fell asleep. */
size_t state_hear_silence(struct car_state *s, nsec_t now, struct event *ret);

/* Nobody has listened for a while: what the bus did is not known. */
void state_miss(struct car_state *s);

/* Was something heard on the K-bus, so short before NOW that it cannot be asleep? */
bool state_is_awake(const struct car_state *s, nsec_t now);

/* "awake", "asleep"; "unknown". */
const char *bus_word(enum bus_state b);

/* Of a rear door: a body may have none. */
bool datum_is_rear(enum datum d);

/* The datum that a signal in ROLE (role.h) says something of; N_DATA: none. */
enum datum state_datum(int role);

const char *event_kind_word(enum event_kind k);

/* "ignition", "driver", "in_lock": the event's "name". */
const char *datum_name(enum datum d);
enum event_kind datum_kind(enum datum d);

/*
 * The word for a datum's value ("open", "acc"). For the key's number: NULL when it is a
 * number, "none" or "unknown" otherwise.
 */
const char *datum_word(enum datum d, int value);

static inline bool state_known(const struct car_state *s, enum datum d)
{
	return s->data[d].signal != NULL &&
	       s->data[d].value != (d == DATUM_KEY_NUMBER ? KEY_NUMBER_UNKNOWN : 0);
}

/* Locked or secured: a locked car is not polled (DESIGN 6). */
static inline bool state_locked(const struct car_state *s)
{
	return s->data[DATUM_LOCK].value == LOCK_LOCKED || s->data[DATUM_LOCK].value == LOCK_SECURED;
}

/* Everything that `status` waits for: ignition, key, locks, front doors, boot, bonnet. */
bool state_complete(const struct car_state *s);
