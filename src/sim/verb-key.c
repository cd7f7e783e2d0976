/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/car.h"
#include "sim/verb-key.h"

/* ---- physical keys ---- */

const char *sim_key_place(const struct sim *s)
{
	return s->model->platform->keyless ? "inside" : "in the lock";
}

/* Of several keys inside, the car names the first. */
static void put_keys(struct sim *s, unsigned int inside)
{
	s->dkeys.fobs_inside = inside;
	sim_body_key(s, inside ? __builtin_ctz(inside) : -1);
}

int sim_run_key(struct sim *s, const struct command *c, struct sim_fault *f)
{
	int key = (int)c->value[2] - 1;
	bool many = s->model->digital_key;

	if (many ? s->dkeys.fobs_inside & 1u << key : s->key >= 0)
		return sim_command_fail(f, c->column[0], "key %d is %s already",
					many ? key + 1 : s->key + 1, sim_key_place(s));
	if (many)
		put_keys(s, s->dkeys.fobs_inside | 1u << key);
	else
		sim_body_key(s, key);

	return 0;
}

int sim_run_key_remove(struct sim *s, const struct command *c, struct sim_fault *f)
{
	bool named = c->column[2] != 0;
	unsigned int inside = s->model->digital_key ? s->dkeys.fobs_inside
			      : s->key >= 0	    ? 1u << s->key
						    : 0;
	unsigned int out = named ? 1u << (c->value[2] - 1) : inside;

	if (!inside)
		return sim_command_fail(f, c->column[0], "there is no key %s",
					sim_key_place(s));
	if (!(inside & out))
		return sim_command_fail(f, c->column[2], "that key is not %s",
					sim_key_place(s));
	if (out & (out - 1))
		return sim_command_fail(f, c->column[0],
					"there are two keys inside: key remove 1 or 2");
	if (s->ignition != IGNITION_OFF && !s->model->platform->keyless)
		return sim_command_fail(f, c->column[0],
					"the key is held while the ignition is %s",
					sim_ignition_words[s->ignition]);
	if (s->model->digital_key)
		put_keys(s, inside & ~out);
	else
		sim_body_key(s, -1);

	return 0;
}

/* ---- phones ---- */

int sim_check_phone(const struct sim *s, const struct command *c, struct sim_fault *f)
{
	if (s->model->digital_key)
		return 0;

	return sim_command_fail(f, c->column[0], "this car has no digital key");
}

int sim_check_pair(const struct sim *s, const struct command *c, struct sim_fault *f)
{
	if (s->model->digital_key && c->value[1] != DKEY_OWNER)
		return sim_command_fail(f, c->column[1],
					"only the owner's phone is paired; a key for another "
					"is shared: phone N share");

	return sim_check_phone(s, c, f);
}

/* WHY a thing was not done, of digital-key.c; NULL: it was. */
static int done(const char *why, const struct command *c, struct sim_fault *f)
{
	return why ? sim_command_fail(f, c->column[0], "%s", why) : 0;
}

static struct phone *phone(struct sim *s, const struct command *c)
{
	return &s->dkeys.phone[c->value[1]];
}

int sim_run_pair(struct sim *s, const struct command *c, struct sim_fault *f)
{
	return done(sim_dkey_pair(s, c->value[2] == 1, false), c, f);
}

int sim_run_pair_card(struct sim *s, const struct command *c, struct sim_fault *f)
{
	return done(sim_dkey_pair(s, c->value[2] == 1, true), c, f);
}

int sim_run_restrict(struct sim *s, const struct command *c, struct sim_fault *f)
{
	return done(sim_dkey_restrict(s, (unsigned int)c->value[1],
				      (unsigned int)c->value[3]),
		    c, f);
}

int sim_run_phone(struct sim *s, const struct command *c, struct sim_fault *f)
{
	static const char *(*const run[])(struct sim *s, unsigned int who) = {
		sim_dkey_code,	 sim_dkey_share,  sim_dkey_accept,
		sim_dkey_revoke, sim_dkey_remove, sim_dkey_delete,
	};

	return done(run[c->value[2]](s, (unsigned int)c->value[1]), c, f);
}

int sim_run_confirm(struct sim *s, const struct command *c, struct sim_fault *f)
{
	bool with_code = c->column[3] != 0;

	return done(sim_dkey_confirm(s, (unsigned int)c->value[1], with_code), c, f);
}

int sim_run_use(struct sim *s, const struct command *c, struct sim_fault *f)
{
	return done(sim_dkey_use(s, (unsigned int)c->value[1], (enum dkey_use)c->value[2]),
		    c, f);
}

int sim_run_place(struct sim *s, const struct command *c, struct sim_fault *f)
{
	(void)f;
	phone(s, c)->place = (enum phone_place)c->value[2];

	return 0;
}

/* With its settings as it is sold: Express mode is off on Samsung only. */
int sim_run_phone_kind(struct sim *s, const struct command *c, struct sim_fault *f)
{
	struct phone *p = phone(s, c);

	(void)f;
	p->kind = (enum phone_kind)c->value[3];
	p->no_express = p->kind == PHONE_SAMSUNG;

	return 0;
}

int sim_run_phone_battery(struct sim *s, const struct command *c, struct sim_fault *f)
{
	struct phone *p = phone(s, c);
	bool flat = c->value[3] == 1;

	(void)f;
	if (flat && !p->flat)
		p->flat_since = s->now;
	p->flat = flat;

	return 0;
}

int sim_run_switch(struct sim *s, const struct command *c, struct sim_fault *f)
{
	struct phone *p = phone(s, c);
	bool on = c->value[2] != 0;

	if (on && p->flat)
		return done("that phone has no power", c, f);
	if (c->value[2] == 2 && p->off)
		return done("that phone was switched off by hand", c, f);
	p->off = !on;
	p->authenticated = c->value[2] == 2;

	return 0;
}

int sim_run_mode(struct sim *s, const struct command *c, struct sim_fault *f)
{
	bool off = c->value[3] == 1;

	(void)f;
	if (c->value[2] == 0)
		phone(s, c)->no_express = off;
	else
		phone(s, c)->no_passive = off;

	return 0;
}

int sim_run_card(struct sim *s, const struct command *c, struct sim_fault *f)
{
	switch (c->value[1]) {
	case 0:
	case 1:
		return done(sim_dkey_card_activate(s, c->value[1] == 0), c, f);
	case 2:
		return done(sim_dkey_card_store(s), c, f);
	default:
		return done(sim_dkey_card_use(s, (enum dkey_use)(c->value[1] - 3)), c, f);
	}
}

/* ---- expectations ---- */

int sim_expect_phone(struct sim *s, const struct command *c, struct sim_fault *f)
{
	static const char *const states[] = {
		"none", "pending", "active", "pre-deletion", "invite-again",
	};
	enum dkey_state state = s->dkeys.phone[c->value[2]].state;

	if ((int64_t)state == c->value[3])
		return 0;

	return sim_fail_expect(f, c, "the key", states[state]);
}

int sim_expect_restricted(struct sim *s, const struct command *c, struct sim_fault *f)
{
	bool is = s->dkeys.phone[c->value[2]].restrictions & 1u << c->value[4];

	if (is == (c->value[3] == 0))
		return 0;

	return sim_fail_expect(f, c, "the key", is ? "restricted" : "unrestricted");
}

int sim_expect_card(struct sim *s, const struct command *c, struct sim_fault *f)
{
	if ((int64_t)s->dkeys.card == c->value[2])
		return 0;

	return sim_fail_expect(f, c, "the card",
			       s->dkeys.card == CARD_ACTIVE ? "active" : "inactive");
}
