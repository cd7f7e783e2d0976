/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/car.h"

/* Each rule is a line of procedures.md 4, unless it says own choice. */

#define NO_POWER (5 * 3600 * NSEC_PER_SEC) /* a phone without power works on */
#define UNLOCK_DELAY (300 * NSEC_PER_MSEC) /* key to locks: own choice */
#define CRANKING (800 * NSEC_PER_MSEC) /* START to the engine running: own choice */
#define ALL_FOBS ((1u << SIM_KEYS) - 1)
#define CARD_FROM 202601 /* model year 2026; that it begins in January is an own choice */

static struct phone *phone(struct sim *s, unsigned int who)
{
	return &s->dkeys.phone[who];
}

static bool is_plus(const struct sim *s)
{
	return s->model->digital_key == DIGITAL_KEY_PLUS;
}

static unsigned int limit(const struct sim *s)
{
	return is_plus(s) ? DKEY_SLOTS : 5;
}

static void forget(struct phone *p)
{
	p->state = DKEY_NONE;
	p->needs_code = p->confirmed = false;
	p->restrictions = 0;
}

void sim_dkey_init(struct sim *s)
{
	s->dkeys.fobs_inside = 1u << 0;
}

enum dkey_state sim_dkey_slot(const struct sim *s, unsigned int slot)
{
	for (unsigned int i = DKEY_PHONE_FIRST; i <= DKEY_PHONE_LAST; i++)
		if (s->dkeys.phone[i].state && s->dkeys.phone[i].slot == slot)
			return s->dkeys.phone[i].state;

	return DKEY_NONE;
}

/* ---- the owner's key ---- */

static const char *may_pair(const struct sim *s, bool with_card)
{
	bool has_card = s->built >= CARD_FROM;

	if (s->dkeys.engine)
		return "the car refuses to pair while the engine runs";
	if (s->ignition != IGNITION_ACC)
		return "pairing needs accessory mode: ignition acc";
	if (with_card && !has_card)
		return "this car came without a setup card (model year 2026 and later have one); "
		       "pair without it";
	if (!with_card && has_card)
		return "this car is paired with its setup card: phone owner pair card";
	if (with_card && !s->dkeys.fobs_inside)
		return "pairing with the setup card needs a physical key in the car";
	if (!with_card && s->dkeys.fobs_inside != ALL_FOBS)
		return "pairing needs all physical keys in the car";

	return NULL;
}

/* Shared keys are not deleted, but have to be invited anew. */
static void invite_again(struct sim *s)
{
	for (unsigned int i = DKEY_PHONE_FIRST; i <= DKEY_PHONE_LAST; i++) {
		struct phone *p = phone(s, i);

		if (p->state == DKEY_PRE_DELETION)
			forget(p);
		else if (p->state)
			p->state = DKEY_INVITE_AGAIN;
	}
}

const char *sim_dkey_pair(struct sim *s, bool new_phone, bool with_card)
{
	struct phone *owner = phone(s, DKEY_OWNER);
	const char *why = may_pair(s, with_card);

	if (why)
		return why;
	if (owner->state && !new_phone)
		return "there is a main key already, and only one; a new phone is: phone owner new";
	if (!owner->state && new_phone)
		return "there is no main key that a new phone could take over";
	*owner = (struct phone){ .state = DKEY_ACTIVE, .confirmed = true, .place = PHONE_INSIDE };
	if (new_phone)
		invite_again(s);

	return NULL;
}

/* ---- shared keys ---- */

static bool has_owner(const struct sim *s)
{
	return s->dkeys.phone[DKEY_OWNER].state == DKEY_ACTIVE;
}

/* Whether a key for the phone WHO is still to be sent. */
static const char *not_sent(struct sim *s, unsigned int who)
{
	if (who == DKEY_OWNER)
		return "the owner has the main key, which is not shared";
	if (!has_owner(s))
		return "there is no main key to share";
	if (phone(s, who)->state && phone(s, who)->state != DKEY_INVITE_AGAIN)
		return "a key has been sent to that phone; restrictions and code come before";

	return NULL;
}

const char *sim_dkey_restrict(struct sim *s, unsigned int who, unsigned int what)
{
	const char *why = not_sent(s, who);

	if (why)
		return why;
	phone(s, who)->restrictions |= 1u << what;

	return NULL;
}

const char *sim_dkey_code(struct sim *s, unsigned int who)
{
	const char *why = not_sent(s, who);

	if (!why)
		phone(s, who)->needs_code = true;

	return why;
}

static unsigned int free_slot(const struct sim *s)
{
	unsigned int slot = 1;

	while (slot <= limit(s) && sim_dkey_slot(s, slot))
		slot++;

	return slot;
}

const char *sim_dkey_share(struct sim *s, unsigned int who)
{
	struct phone *p = phone(s, who);
	const char *why = not_sent(s, who);

	if (why)
		return why;
	if (p->state == DKEY_NONE) {
		p->slot = free_slot(s);
		if (p->slot > limit(s))
			return is_plus(s) ? "18 keys are shared, and Digital Key Plus has no more"
					  : "5 keys are shared, and Digital Key has no more";
	}
	p->state = DKEY_PENDING;
	p->confirmed = false;

	return NULL;
}

const char *sim_dkey_accept(struct sim *s, unsigned int who)
{
	struct phone *p = phone(s, who);

	if (p->state != DKEY_PENDING)
		return "there is no invitation for that phone";
	p->state = DKEY_ACTIVE;

	return NULL;
}

static const char *not_usable(const struct phone *p)
{
	switch (p->state) {
	case DKEY_NONE:
		return "there is no key on that phone";
	case DKEY_PENDING:
		return "the invitation to that phone has not been accepted";
	case DKEY_INVITE_AGAIN:
		return "the owner has a new phone: that key has to be shared again";
	case DKEY_ACTIVE:
	case DKEY_PRE_DELETION:
		break;
	}

	return NULL;
}

const char *sim_dkey_confirm(struct sim *s, unsigned int who, bool with_code)
{
	struct phone *p = phone(s, who);
	const char *why = not_usable(p);

	if (why)
		return why;
	if (p->confirmed)
		return "the first use of that phone has been confirmed";
	if (p->place == PHONE_OUTSIDE)
		return "the car's screen is confirmed inside: phone N in";
	if (p->needs_code && !with_code)
		return "the car asks for the activation code: phone N confirm code";
	if (!p->needs_code && with_code)
		return "that key was shared without an activation code";
	p->confirmed = true;

	return NULL;
}

const char *sim_dkey_revoke(struct sim *s, unsigned int who)
{
	struct phone *p = phone(s, who);

	if (who == DKEY_OWNER)
		return "the main key is not revoked but removed: phone owner remove";
	if (!has_owner(s))
		return "there is no main key to revoke it with";
	if (!p->state)
		return "there is no key on that phone";
	if (p->state == DKEY_PRE_DELETION)
		return "that key is in pre-deletion already";
	/* One that never worked, or works no more, need not be deleted with care. */
	if (p->state == DKEY_ACTIVE)
		p->state = DKEY_PRE_DELETION;
	else
		forget(p);

	return NULL;
}

const char *sim_dkey_remove(struct sim *s, unsigned int who)
{
	struct phone *p = phone(s, who);

	if (!p->state)
		return "there is no key on that phone";
	forget(p);

	return NULL;
}

const char *sim_dkey_delete(struct sim *s, unsigned int who)
{
	if (!phone(s, who)->state)
		return "the car knows no key of that phone";
	if (!s->dkeys.fobs_inside &&
	    (!has_owner(s) || phone(s, DKEY_OWNER)->place == PHONE_OUTSIDE))
		return "the car deletes a key only with the main key or a fob inside";
	forget(phone(s, who));

	return NULL;
}

/* ---- use ---- */

void sim_dkey_used(struct sim *s, unsigned int who)
{
	for (unsigned int i = DKEY_PHONE_FIRST; i <= DKEY_PHONE_LAST; i++)
		if (i != who && phone(s, i)->state == DKEY_PRE_DELETION)
			forget(phone(s, i));
}

/* Whether the thing itself can do anything. */
static const char *no_power(const struct sim *s, const struct phone *p)
{
	if (p->off)
		return "that phone was switched off by hand";
	if (!p->flat)
		return NULL;
	if (p->kind == PHONE_WATCH)
		return "a watch without power does not work";
	if (p->no_express)
		return "without power a phone works in Express mode only";
	if (s->now - p->flat_since > NO_POWER)
		return "that phone has been without power for more than 5 h";

	return NULL;
}

static const char *may_start(const struct sim *s, const struct phone *p)
{
	if (!p->confirmed)
		return "the first use is confirmed on the car's screen before it starts: "
		       "phone N confirm";
	if (!is_plus(s) && p->place != PHONE_TRAY)
		return "with Digital Key the phone has to be in the tray: phone N tray";
	if (p->place == PHONE_OUTSIDE)
		return "that phone is not in the car: phone N in";

	return NULL;
}

/* Whatever key it is done with. */
static const char *may_act(const struct sim *s, enum dkey_use use)
{
	bool locks = use == DKEY_LOCK || use == DKEY_LEAVE;

	if (locks && (!sim_body_doors_closed(s) || s->open[PART_BOOT]))
		return "doors and boot must be closed to lock";
	if (use == DKEY_START && s->dkeys.engine)
		return "the engine runs already";

	return NULL;
}

static const char *may_use(const struct sim *s, const struct phone *p, enum dkey_use use)
{
	bool passive = use == DKEY_APPROACH || use == DKEY_LEAVE;
	const char *why = not_usable(p);

	if (!why)
		why = no_power(s, p);
	if (why)
		return why;
	if (passive && !is_plus(s))
		return "only Digital Key Plus does that by itself; hold the phone to the handle";
	if (!p->authenticated && (passive ? p->no_passive : p->no_express))
		return "the phone asks for face, finger or PIN first: phone N authenticate";
	if (use == DKEY_START)
		why = may_start(s, p);

	return why ? why : may_act(s, use);
}

static void running(struct sim *s, unsigned int unused)
{
	(void)unused;
	if (s->ignition == IGNITION_START)
		sim_body_ignition(s, IGNITION_ON);
}

static void act(struct sim *s, enum dkey_use use)
{
	switch (use) {
	case DKEY_UNLOCK:
	case DKEY_APPROACH:
		sim_effect(s, UNLOCK_DELAY, sim_body_lock, LOCKS_UNLOCKED);
		break;
	case DKEY_LOCK:
	case DKEY_LEAVE:
		sim_effect(s, UNLOCK_DELAY, sim_body_lock, LOCKS_SECURED);
		break;
	case DKEY_START:
		sim_body_ignition(s, IGNITION_START);
		sim_effect(s, CRANKING, running, 0);
		break;
	}
}

const char *sim_dkey_use(struct sim *s, unsigned int who, enum dkey_use use)
{
	struct phone *p = phone(s, who);
	const char *why = may_use(s, p, use);

	if (why)
		return why;
	p->authenticated = false;
	if (p->state == DKEY_ACTIVE)
		sim_dkey_used(s, who);
	act(s, use);

	return NULL;
}

/* ---- the service card ---- */

const char *sim_dkey_card_activate(struct sim *s, bool on)
{
	enum service_card to = on ? CARD_ACTIVE : CARD_INACTIVE;

	if (s->dkeys.card == to)
		return on ? "the card is active already" : "the card is not active";
	s->dkeys.card = to;

	return NULL;
}

const char *sim_dkey_card_store(const struct sim *s)
{
	return s->dkeys.card == CARD_ACTIVE
		       ? "the card must be inactive before it is stored: card deactivate"
		       : NULL;
}

const char *sim_dkey_card_use(struct sim *s, enum dkey_use use)
{
	const char *why = may_act(s, use);

	if (s->dkeys.card != CARD_ACTIVE)
		return "the card is not active: card activate";
	if (why)
		return why;
	sim_dkey_used(s, DKEY_PHONES);
	act(s, use);

	return NULL;
}
