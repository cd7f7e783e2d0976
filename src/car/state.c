/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "car/role.h"
#include "car/state.h"
#include "dbc/codec.h"
#include "proto/kbus.h"

static const char *const ignition_words[] = { "unknown", "off", "acc", "on", "start", NULL };
static const char *const lock_words[] = { "unknown", "unlocked", "locked", "secured", "mixed", NULL };
static const char *const lid_words[] = { "unknown", "closed", "open", NULL };
static const char *const key_words[] = { "unknown", "out", "in", NULL };
static const char *const bus_words[] = { "unknown", "awake", "asleep" };
static const char *const init_words[] = { "unknown", "no", "possible", NULL };

/* One row per datum: what it is called, and which signal says it. */
static const struct {
	enum event_kind kind;
	enum role role;
	const char *name;
	const char *const *words;	/* NULL: a number */
} infos[N_DATA] = {
	[DATUM_IGNITION] = { EVENT_IGNITION, ROLE_IGNITION, "ignition", ignition_words },
	[DATUM_KEY_IN_LOCK] = { EVENT_KEY, ROLE_KEY_IN_LOCK, "in_lock", key_words },
	[DATUM_KEY_NUMBER] = { EVENT_KEY, ROLE_KEY_NUMBER, "number", NULL },
	[DATUM_LOCK] = { EVENT_LOCK, ROLE_LOCK_STATE, "car", lock_words },
	[DATUM_LOCK_DRIVER] = { EVENT_LOCK, ROLE_LOCK_DRIVER, "driver", lock_words },
	[DATUM_LOCK_PASSENGER] = { EVENT_LOCK, ROLE_LOCK_PASSENGER, "passenger", lock_words },
	[DATUM_LOCK_REAR_DRIVER] = { EVENT_LOCK, ROLE_LOCK_REAR_DRIVER, "rear_driver", lock_words },
	[DATUM_LOCK_REAR_PASSENGER] = { EVENT_LOCK, ROLE_LOCK_REAR_PASSENGER, "rear_passenger",
					lock_words },
	[DATUM_LOCK_BOOT] = { EVENT_LOCK, ROLE_LOCK_BOOT, "boot", lock_words },
	[DATUM_DOOR_DRIVER] = { EVENT_DOOR, ROLE_DOOR_DRIVER, "driver", lid_words },
	[DATUM_DOOR_PASSENGER] = { EVENT_DOOR, ROLE_DOOR_PASSENGER, "passenger", lid_words },
	[DATUM_DOOR_REAR_DRIVER] = { EVENT_DOOR, ROLE_DOOR_REAR_DRIVER, "rear_driver", lid_words },
	[DATUM_DOOR_REAR_PASSENGER] = { EVENT_DOOR, ROLE_DOOR_REAR_PASSENGER, "rear_passenger",
					lid_words },
	[DATUM_BOOT] = { EVENT_LID, ROLE_BOOT, "boot", lid_words },
	[DATUM_BONNET] = { EVENT_LID, ROLE_BONNET, "bonnet", lid_words },
	[DATUM_WINDOW_DRIVER] = { EVENT_WINDOW, ROLE_WINDOW_DRIVER, "driver", lid_words },
	[DATUM_WINDOW_PASSENGER] = { EVENT_WINDOW, ROLE_WINDOW_PASSENGER, "passenger", lid_words },
	[DATUM_WINDOW_REAR_DRIVER] = { EVENT_WINDOW, ROLE_WINDOW_REAR_DRIVER, "rear_driver",
				       lid_words },
	[DATUM_WINDOW_REAR_PASSENGER] = { EVENT_WINDOW, ROLE_WINDOW_REAR_PASSENGER,
					  "rear_passenger", lid_words },
	[DATUM_ROOF] = { EVENT_WINDOW, ROLE_ROOF, "roof", lid_words },
	[DATUM_INIT] = { EVENT_INIT, ROLE_INIT_POSSIBLE, "possible", init_words },
};

static const char *const kind_words[N_EVENTS] = {
	[EVENT_LOCK] = "lock",	   [EVENT_DOOR] = "door",     [EVENT_IGNITION] = "ignition",
	[EVENT_KEY] = "key",	   [EVENT_FOB] = "fob",	      [EVENT_LID] = "lid",
	[EVENT_WINDOW] = "window", [EVENT_INIT] = "init",     [EVENT_BUS] = "bus",
	[EVENT_LOST] = "lost",	   [EVENT_ERROR] = "error",
};

const char *event_kind_word(enum event_kind k)
{
	return kind_words[k];
}

const char *datum_name(enum datum d)
{
	return infos[d].name;
}

enum event_kind datum_kind(enum datum d)
{
	return infos[d].kind;
}

const char *datum_word(enum datum d, int value)
{
	if (infos[d].words)
		return infos[d].words[value];
	if (value == KEY_NUMBER_NONE)
		return "none";

	return value == KEY_NUMBER_UNKNOWN ? "unknown" : NULL;
}

void state_init(struct car_state *s)
{
	*s = (struct car_state){ .fob_slot = -1, .heard = NSEC_NEVER };
	s->data[DATUM_KEY_NUMBER].value = KEY_NUMBER_UNKNOWN;
	for (size_t i = 0; i < FOB_SLOTS; i++)
		s->fobs[i] = (struct fob_state){ .battery_low = -1, .t = NSEC_NEVER };
	for (size_t i = 0; i < KEY_NUMBERS; i++)
		s->keys[i].t = NSEC_NEVER;
}

const char *bus_word(enum bus_state b)
{
	return bus_words[b];
}

bool state_complete(const struct car_state *s)
{
	static const enum datum wanted[] = {
		DATUM_IGNITION,	   DATUM_KEY_IN_LOCK, DATUM_LOCK, DATUM_DOOR_DRIVER,
		DATUM_DOOR_PASSENGER, DATUM_BOOT,     DATUM_BONNET,
	};

	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++)
		if (!state_known(s, wanted[i]))
			return false;

	return true;
}

bool datum_is_rear(enum datum d)
{
	return !strncmp(infos[d].name, "rear_", 5);
}

enum datum state_datum(int role)
{
	enum datum d = 0;

	if (role >= ROLE_IGNITION_R && role <= ROLE_IGNITION_50)
		return DATUM_IGNITION;
	while (d < N_DATA && (int)infos[d].role != role)
		d++;

	return d;
}

/* What one message says, gathered before any of it is taken over. */
struct heard {
	const struct decoded *dec;
	const struct dbc_signal *ignition[3];	/* terminals R, 15, 50 */
	int terminal[3];			/* 1, 0; -1: not said */
	const struct dbc_signal *slot_signal;
	int slot;				/* -1: no fob */
	unsigned int buttons;
	bool buttons_said;
	int battery_low;
	bool lock_said;
	const struct dbc_signal *door_locks[4];	/* driver, passenger, and the rear ones */
	struct event *events;
	size_t n;
};

static void set(struct car_state *s, struct heard *h, enum datum d, int value,
		const struct dbc_signal *sig)
{
	struct datum_state *ds = &s->data[d];

	if (ds->value != value && h->n < STATE_EVENTS_MAX)
		h->events[h->n++] = (struct event){
			.t = h->dec->frame->t,
			.kind = infos[d].kind,
			.datum = d,
			.value = value,
			.previous = ds->value,
			.frame = h->dec->frame,
			.message = h->dec->message,
		};
	*ds = (struct datum_state){ value, h->dec->frame->t, h->dec->dbc, sig };
}

/* A raw value as one of WORDS, by the value table's word; without a table by number. */
static int value_by_word(const struct dbc_signal *sig, uint64_t raw, const char *const *words)
{
	const char *word = dbc_word(sig, raw);
	int n = 0;

	for (; words[n]; n++)
		if (word && !strcmp(word, words[n]))
			return n;
	if (word || sig->n_values)
		return 0;

	return raw < (uint64_t)n ? (int)raw : 0;
}

/* One bit or two: 0 and 1 count, anything else is "not known" (can.md 1). */
static int flag(uint64_t raw)
{
	return raw <= 1 ? (int)raw : -1;
}

static int key_number(const struct dbc_signal *sig, uint64_t raw)
{
	const char *word = dbc_word(sig, raw);

	if (word && !strcmp(word, "none"))
		return KEY_NUMBER_NONE;
	if (sig->max > sig->min && (double)raw > sig->max)
		return KEY_NUMBER_UNKNOWN;

	return (int)(raw & 0xff);
}

/* Of several keys that are used one after another each is remembered. */
static void hear_key(struct car_state *s, struct heard *h, int number, const struct dbc_signal *sig)
{
	set(s, h, DATUM_KEY_NUMBER, number, sig);
	if (number >= 0 && number < KEY_NUMBERS)
		s->keys[number] = (struct key_heard){ h->dec->frame->t, *h->dec->frame };
}

/*
 * A bus has bits for the rear doors of bodies that have none. Where no MINI has them, who says
 * that one is open has it all the same.
 */
static bool has_rear(const struct car_state *s, const struct platform *p, enum datum d, uint64_t raw)
{
	if (s->no_rear)
		return false;

	return !p || p->rear_doors || raw || state_known(s, d);
}

static void hear_datum(struct car_state *s, struct heard *h, enum datum d,
		       const struct dbc_signal *sig, uint64_t raw)
{
	const char *const *words = infos[d].words;

	if (datum_is_rear(d) && !has_rear(s, h->dec->platform, d, raw))
		return;
	if (d == DATUM_LOCK)
		h->lock_said = true;
	if (d >= DATUM_LOCK_DRIVER && d <= DATUM_LOCK_REAR_PASSENGER)
		h->door_locks[d - DATUM_LOCK_DRIVER] = sig;
	if (!words) {
		hear_key(s, h, key_number(sig, raw), sig);
	} else if (words == lock_words || words == ignition_words) {
		set(s, h, d, value_by_word(sig, raw, words), sig);
	} else if (sig->n_values && sig->bits > 2) {
		set(s, h, d, value_by_word(sig, raw, words), sig);
	} else {
		set(s, h, d, flag(raw) + 1, sig);
	}
}

static void hear_signal(struct car_state *s, struct heard *h, const struct dbc_signal *sig,
			uint64_t raw)
{
	enum role role = ROLE_OF(sig->role);

	if (role >= ROLE_IGNITION_R && role <= ROLE_IGNITION_50) {
		h->terminal[role - ROLE_IGNITION_R] = flag(raw);
		h->ignition[role - ROLE_IGNITION_R] = sig;
	} else if (role == ROLE_FOB_SLOT) {
		h->slot = raw < FOB_SLOTS ? (int)raw : -1;
		h->slot_signal = sig;
	} else if (role == ROLE_FOB_LOCK || role == ROLE_FOB_UNLOCK || role == ROLE_FOB_BOOT) {
		h->buttons_said = true;
		if (raw)
			h->buttons |= 1u << (role - ROLE_FOB_LOCK);
	} else if (role == ROLE_FOB_BATTERY_LOW) {
		h->battery_low = flag(raw);
	} else {
		for (enum datum d = 0; d < N_DATA; d++)
			if (infos[d].role == role)
				hear_datum(s, h, d, sig, raw);
	}
}

/* Terminal bits to the key's position (kbus.md 2.1, can.md 1.3): the highest one on. */
static void hear_terminals(struct car_state *s, struct heard *h)
{
	static const int position[] = { IGNITION_ACC, IGNITION_ON, IGNITION_START };
	int value = IGNITION_OFF;

	if (!h->ignition[0] && !h->ignition[1])
		return;
	for (size_t i = 0; i < 3; i++)
		if (h->terminal[i] == 1)
			value = position[i];
	/* Off is only said by a terminal R that is off. */
	if (value == IGNITION_OFF && h->terminal[0] != 0)
		value = IGNITION_UNKNOWN;
	/* Who knows terminal R alone says nothing against a higher one that was heard. */
	if (value == IGNITION_ACC && !h->ignition[1])
		value = MAX(value, s->data[DATUM_IGNITION].value);
	set(s, h, DATUM_IGNITION, value, h->ignition[0] ? h->ignition[0] : h->ignition[1]);
}

/* A message that has the locks of the doors, and none of the car: what they have in common. */
static void hear_door_locks(struct car_state *s, struct heard *h)
{
	int value = LOCK_UNKNOWN;

	if (h->lock_said || !h->door_locks[0] || !h->door_locks[1])
		return;
	for (enum datum d = DATUM_LOCK_DRIVER; d <= DATUM_LOCK_REAR_PASSENGER; d++) {
		int door = s->data[d].value;
		bool front = d <= DATUM_LOCK_PASSENGER;

		/* Of a front door it must be known; a rear door need not be there. */
		if (!h->door_locks[d - DATUM_LOCK_DRIVER] || (door == LOCK_UNKNOWN && !front))
			continue;
		if (door == LOCK_UNKNOWN)
			return;
		value = value == LOCK_UNKNOWN || value == door ? door : LOCK_MIXED;
	}
	set(s, h, DATUM_LOCK, value, h->door_locks[0]);
}

static void fob_event(struct heard *h, unsigned int pressed, unsigned int released)
{
	static const char *const words[] = { "lock", "unlock", "boot" };
	const char *word = "released";

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (pressed & 1u << i)
			word = words[i];
	if (h->n < STATE_EVENTS_MAX)
		h->events[h->n++] = (struct event){
			.t = h->dec->frame->t,
			.kind = EVENT_FOB,
			.slot = h->slot,
			.pressed = pressed,
			.released = released,
			.word = word,
			.frame = h->dec->frame,
			.message = h->dec->message,
		};
}

/* No button is a release, or a report of the last fob: an event only after a press. */
static void hear_fob(struct car_state *s, struct heard *h)
{
	struct fob_state *fob;
	unsigned int pressed, released;

	if (h->slot < 0 || !h->buttons_said)
		return;
	fob = &s->fobs[h->slot];
	pressed = h->buttons & ~fob->buttons;
	released = fob->buttons & ~h->buttons;
	fob->buttons = h->buttons;
	fob->t = h->dec->frame->t;
	fob->frame = *h->dec->frame;
	if (h->battery_low >= 0)
		fob->battery_low = h->battery_low;
	s->fob_slot = h->slot;
	s->fob_dbc = h->dec->dbc;
	s->fob_signal = h->slot_signal;

	if (released)
		fob_event(h, 0, released);
	for (unsigned int bit = FOB_LOCK; bit <= FOB_BOOT; bit <<= 1)
		if (pressed & bit)
			fob_event(h, bit, 0);
}

/* ---- the bus ---- */

static struct event bus_event(struct car_state *s, enum bus_state to, nsec_t t, const struct frame *f)
{
	struct event e = {
		.t = t, .kind = EVENT_BUS, .value = (int)to, .previous = (int)s->bus, .frame = f,
	};

	s->bus = to;

	return e;
}

/* That it is awake is no news at first. */
size_t state_hear_bus(struct car_state *s, const struct frame *f, struct event *ret)
{
	if (f->flags & FRAME_LOST && s->bus != BUS_UNKNOWN)
		s->heard = f->t;
	if (f->flags & (FRAME_ERR | FRAME_LOST | FRAME_TX))
		return 0;
	s->heard = f->t;
	if (!s->hears_all || !kbus_is(f))
		return 0;
	if (s->bus == BUS_ASLEEP) {
		*ret = bus_event(s, BUS_AWAKE, f->t, f);
		return 1;
	}
	s->bus = BUS_AWAKE;

	return 0;
}

nsec_t state_sleep_due(const struct car_state *s)
{
	return s->bus == BUS_AWAKE ? nsec_add(s->heard, STATE_ASLEEP) : NSEC_NEVER;
}

size_t state_hear_silence(struct car_state *s, nsec_t now, struct event *ret)
{
	nsec_t due = state_sleep_due(s);

	if (now < due)
		return 0;
	*ret = bus_event(s, BUS_ASLEEP, due, NULL);

	return 1;
}

void state_miss(struct car_state *s)
{
	s->heard = NSEC_NEVER;
	s->bus = BUS_UNKNOWN;
}

bool state_is_awake(const struct car_state *s, nsec_t now)
{
	return s->heard != NSEC_NEVER && now - s->heard < STATE_ASLEEP;
}

/* ---- all of it ---- */

static void error_event(struct heard *h, const char *word)
{
	h->events[h->n++] = (struct event){
		.t = h->dec->frame->t,
		.kind = EVENT_ERROR,
		.word = word,
		.frame = h->dec->frame,
		.message = h->dec->message,
	};
}

size_t state_hear(struct car_state *s, const struct decoded *dec, struct event *ret)
{
	struct heard h = {
		.dec = dec,
		.terminal = { -1, -1, -1 },
		.slot = -1,
		.battery_low = -1,
		.events = ret,
	};
	const struct frame *f = dec->frame;
	bool says_something = false;
	uint64_t raw;

	h.n = state_hear_bus(s, f, ret);
	if (f->flags & FRAME_LOST) {
		ret[0] = (struct event){ .t = f->t, .kind = EVENT_LOST, .value = (int)f->id, .frame = f };
		return 1;
	}
	if (f->flags & FRAME_ERR) {
		error_event(&h, frame_error_word(f));
		return h.n;
	}
	if (!dec->message)
		return h.n;
	if (dec->errors & CHECK_BAD_SUM)
		error_event(&h, "checksum");
	if (dec->errors & CHECK_BAD_COUNTER)
		error_event(&h, "counter");

	for (size_t i = 0; i < dec->message->n_signals; i++) {
		const struct dbc_signal *sig = &dec->message->signals[i];

		if (sig->role != ROLE_NONE && dbc_get_raw(sig, f->data, f->len, &raw)) {
			hear_signal(s, &h, sig, raw);
			says_something = true;
		}
	}
	hear_terminals(s, &h);
	hear_door_locks(s, &h);
	hear_fob(s, &h);
	s->frames += says_something;

	return h.n;
}
