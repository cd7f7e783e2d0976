/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/util.h"

/*
 * The digital keys of a car with Operating System 9, procedures.md 4. Phones are the
 * physical things: the owner's, and those of recipients, which have numbers.
 */

#define DKEY_OWNER 0
#define DKEY_PHONE_FIRST 2 /* of a recipient */
#define DKEY_PHONE_LAST 30
#define DKEY_PHONES (DKEY_PHONE_LAST + 1)
#define DKEY_SLOTS 18 /* most shared keys, procedures.md 4 */

/* As in the value table of dbc/os9_sim.dbc. */
enum dkey_state {
	DKEY_NONE,
	DKEY_PENDING, /* the invitation */
	DKEY_ACTIVE,
	DKEY_PRE_DELETION,
	DKEY_INVITE_AGAIN, /* the owner has a new phone */
};

enum phone_kind {
	PHONE_IPHONE,
	PHONE_PIXEL,
	PHONE_SAMSUNG,
	PHONE_WATCH,
};

enum phone_place {
	PHONE_OUTSIDE,
	PHONE_INSIDE,
	PHONE_TRAY,
};

struct phone {
	enum phone_kind kind;
	enum phone_place place;
	bool off; /* switched off by hand */
	bool flat;
	nsec_t flat_since;
	bool no_express, no_passive; /* modes that are off */
	bool authenticated; /* face, finger or PIN: for the next use */
	bool needs_code; /* its key was shared with an activation code */
	bool confirmed; /* its first use, on the car's screen */
	unsigned int restrictions; /* bits, in the order of the verb */
	enum dkey_state state; /* of the key on it */
	unsigned int slot; /* of that in the car: 0 the owner's, else from 1 */
};

enum service_card {
	CARD_INACTIVE, /* procedures.md 4: by default */
	CARD_ACTIVE,
};

struct digital_keys {
	struct phone phone[DKEY_PHONES];
	enum service_card card;
	unsigned int fobs_inside; /* bits of the keys that are in the car */
	bool engine; /* it runs */
};

/* What a key is used for. */
enum dkey_use {
	DKEY_UNLOCK,
	DKEY_LOCK,
	DKEY_START,
	DKEY_APPROACH, /* unlocks without a hand, Digital Key Plus only */
	DKEY_LEAVE, /* and locks */
};

struct sim;

void sim_dkey_init(struct sim *s);

/*
 * What owner and recipients do. WHO is DKEY_OWNER or a number from DKEY_PHONE_FIRST. NULL:
 * it is done; else nothing is, and why not, in words.
 */
const char *sim_dkey_pair(struct sim *s, bool new_phone, bool with_card);
const char *sim_dkey_restrict(struct sim *s, unsigned int who, unsigned int what);
const char *sim_dkey_code(struct sim *s, unsigned int who);
const char *sim_dkey_share(struct sim *s, unsigned int who);
const char *sim_dkey_accept(struct sim *s, unsigned int who);
const char *sim_dkey_confirm(struct sim *s, unsigned int who, bool with_code);
const char *sim_dkey_revoke(struct sim *s, unsigned int who); /* by the owner's phone */
const char *sim_dkey_remove(struct sim *s, unsigned int who); /* from WHO's own phone */
const char *sim_dkey_delete(struct sim *s, unsigned int who); /* in the car's menu */
const char *sim_dkey_use(struct sim *s, unsigned int who, enum dkey_use use);
const char *sim_dkey_card_activate(struct sim *s, bool on); /* in the tray */
const char *sim_dkey_card_store(const struct sim *s); /* in the car */
const char *sim_dkey_card_use(struct sim *s, enum dkey_use use);

/*
 * An active key other than WHO's (DKEY_PHONES: a fob, or the card) has used the car: what
 * is in pre-deletion is gone.
 */
void sim_dkey_used(struct sim *s, unsigned int who);

/* The state of the key in SLOT, from 1. */
enum dkey_state sim_dkey_slot(const struct sim *s, unsigned int slot);
