/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sim/car.h"
#include "sim/script.h"
#include "sim/verb-fault.h"
#include "sim/verb-key.h"
#include "sim/verb-port.h"
#include "sim/verb-serial.h"

/* The verbs of the control language, DESIGN 7; alternatives in the order of the enums. */

const char *const sim_ignition_words[] = { "off", "acc", "on", "start" };
static const char *const lock_words[] = { "unlocked", "locked", "secured" };

int sim_fail_expect(struct sim_fault *f, const struct command *c, const char *thing,
		       const char *found)
{
	f->expectation = true;

	return sim_command_fail(f, c->column[0], "not as expected: %s is %s", thing,
				found);
}

static int run_ignition(struct sim *s, const struct command *c, struct sim_fault *f)
{
	if (s->key < 0 && c->value[1] != IGNITION_OFF)
		return sim_command_fail(
			f, c->column[1], "the ignition does not %s: no key %s",
			s->model->platform->keyless ? "come on" : "turn",
			sim_key_place(s));
	if (s->model->digital_key && c->value[1] != IGNITION_OFF)
		sim_dkey_used(s, DKEY_PHONES);
	sim_body_ignition(s, (enum ignition)c->value[1]);

	return 0;
}

static int check_door(const struct sim *s, const struct command *c, struct sim_fault *f)
{
	size_t door = c->verb->pattern[0] == 'e' ? 2 : 1; /* "expect door ..." */

	if (sim_has(s, (enum part)(PART_DOOR_DRIVER + c->value[door])))
		return 0;

	return sim_command_fail(f, c->column[door], "the %s has no such door",
				s->model->name);
}

static int run_door(struct sim *s, const struct command *c, struct sim_fault *f)
{
	(void)f;
	sim_body_open(s, (enum part)(PART_DOOR_DRIVER + c->value[1]), c->value[2] == 0);

	return 0;
}

static int run_window(struct sim *s, const struct command *c, struct sim_fault *f)
{
	(void)f;
	sim_body_open(s, (enum part)(PART_WINDOW_DRIVER + c->value[1]), c->value[2] == 0);

	return 0;
}

static int run_lid(struct sim *s, const struct command *c, struct sim_fault *f)
{
	static const enum part lids[] = { PART_BOOT, PART_BONNET, PART_ROOF };

	(void)f;
	sim_body_open(s, lids[c->value[0]], c->value[1] == 0);

	return 0;
}

static int run_fob(struct sim *s, const struct command *c, struct sim_fault *f)
{
	unsigned int fob = (unsigned int)c->value[1] - 1;
	enum button b = (enum button)(1u << c->value[3]);

	if (b == BUTTON_BOOT && s->fob[fob].two_buttons)
		return sim_command_fail(f, c->column[3], "a 2-button fob has none for the boot");
	if (c->value[2] == 0)
		sim_body_press(s, fob, b);
	else if (c->value[2] == 1)
		sim_body_release(s, fob, b);
	else
		sim_body_click(s, fob, b);

	return 0;
}

static int run_battery(struct sim *s, const struct command *c, struct sim_fault *f)
{
	(void)f;
	sim_body_battery(s, (unsigned int)c->value[1] - 1, (enum battery)c->value[3]);

	return 0;
}

static int run_centre(struct sim *s, const struct command *c, struct sim_fault *f)
{
	(void)f;
	sim_body_centre(s, c->value[1] == 0);

	return 0;
}

static int run_cylinder(struct sim *s, const struct command *c, struct sim_fault *f)
{
	(void)f;
	sim_body_cylinder(s, c->value[1] == 0);

	return 0;
}

static int check_limit(const struct sim *s, const struct command *c, struct sim_fault *f)
{
	if (s->model->platform->has_session)
		return 0;

	return sim_command_fail(f, c->column[0], "the %s has no initialisation to limit",
				s->model->name);
}

static int run_limit(struct sim *s, const struct command *c, struct sim_fault *f)
{
	struct session_limits *l = &s->session.limit;
	nsec_t *const limits[] = {
		&l->ignition, &l->fob, &l->presses, &l->at_once, &l->together, &l->resync,
	};

	(void)f;
	*limits[c->value[1]] = c->value[2];
	sim_session_limits(s);

	return 0;
}

static int run_step(struct sim *s, const struct command *c, struct sim_fault *f)
{
	(void)f;
	s->fob[c->value[1] - 1].out_of_step = c->value[2] == 1;

	return 0;
}

static int run_kind(struct sim *s, const struct command *c, struct sim_fault *f)
{
	(void)f;
	s->fob[c->value[1] - 1].two_buttons = c->value[3] == 0;

	return 0;
}

static int expect_locks(struct sim *s, const struct command *c, struct sim_fault *f)
{
	if ((int64_t)s->locks == c->value[2])
		return 0;

	return sim_fail_expect(f, c, "the car", lock_words[s->locks]);
}

static int expect_ignition(struct sim *s, const struct command *c, struct sim_fault *f)
{
	if ((int64_t)s->ignition == c->value[2])
		return 0;

	return sim_fail_expect(f, c, "the ignition", sim_ignition_words[s->ignition]);
}

static int expect_part(const struct sim *s, const struct command *c, enum part p,
		       bool open, struct sim_fault *f)
{
	if (s->open[p] == open)
		return 0;

	return sim_fail_expect(f, c, "it", open ? "closed" : "open");
}

static int expect_door(struct sim *s, const struct command *c, struct sim_fault *f)
{
	return expect_part(s, c, (enum part)(PART_DOOR_DRIVER + c->value[2]),
			   c->value[3] == 0, f);
}

static int expect_window(struct sim *s, const struct command *c, struct sim_fault *f)
{
	return expect_part(s, c, (enum part)(PART_WINDOW_DRIVER + c->value[2]),
			   c->value[3] == 0, f);
}

static int expect_lid(struct sim *s, const struct command *c, struct sim_fault *f)
{
	static const enum part lids[] = { PART_BOOT, PART_BONNET, PART_ROOF };

	return expect_part(s, c, lids[c->value[1]], c->value[2] == 0, f);
}

static int expect_fob(struct sim *s, const struct command *c, struct sim_fault *f)
{
	bool learned = s->fob[c->value[2] - 1].learned;

	if (learned == (c->value[3] == 0))
		return 0;

	return sim_fail_expect(f, c, "the fob", learned ? "learned" : "forgotten");
}

static int expect_step(struct sim *s, const struct command *c, struct sim_fault *f)
{
	bool out = s->fob[c->value[2] - 1].out_of_step;

	if (out == (c->value[3] == 1))
		return 0;

	return sim_fail_expect(f, c, "the fob", out ? "out of step" : "in step");
}

static int expect_slot(struct sim *s, const struct command *c, struct sim_fault *f)
{
	const struct fob *fob = &s->fob[c->value[2] - 1];

	if (!fob->learned)
		return sim_fail_expect(f, c, "the fob", "forgotten");
	if ((int64_t)fob->slot == c->value[4])
		return 0;
	f->expectation = true;

	return sim_command_fail(f, c->column[0], "not as expected: the fob is in slot %u",
				fob->slot);
}

static int expect_session(struct sim *s, const struct command *c, struct sim_fault *f)
{
	bool open = sim_session_is_open(s);

	if (open == (c->value[2] == 0))
		return 0;

	return sim_fail_expect(f, c, "the session", open ? "open" : "closed");
}

static int expect_key(struct sim *s, const struct command *c, struct sim_fault *f)
{
	if ((s->key >= 0) == (c->value[2] == 0))
		return 0;

	return sim_fail_expect(f, c, "the key", s->key >= 0 ? "in" : "out");
}

#define DOORS "driver|passenger|rear-driver|rear-passenger"

const struct verb sim_verbs[] = {
	{ "key insert <key>", NULL, sim_run_key },
	{ "key remove", NULL, sim_run_key_remove },
	{ "key remove <key>", NULL, sim_run_key_remove },
	{ "ignition off|acc|on|start", NULL, run_ignition },
	{ "door " DOORS " open|close|closed", check_door, run_door },
	{ "window driver|passenger open|close|closed", NULL, run_window },
	{ "boot|bonnet|roof open|close|closed", NULL, run_lid },
	{ "fob <fob> press|release|click lock|unlock|boot", NULL, run_fob },
	{ "fob <fob> battery ok|low|flat", NULL, run_battery },
	{ "fob <fob> in-step|out-of-step", NULL, run_step },
	{ "fob <fob> kind 2-button|3-button", NULL, run_kind },
	{ "switch lock|unlock", NULL, run_centre },
	{ "cylinder lock|unlock", NULL, run_cylinder },
	{ "dtc <module> clear", sim_check_dtc, sim_run_dtc_clear },
	{ "dtc <module> <dtc> <byte>", sim_check_dtc, sim_run_dtc },
	{ "fault drop <percent>", NULL, sim_run_drop },
	{ "fault corrupt <percent>", NULL, sim_run_corrupt },
	{ "fault corrupt", NULL, sim_run_corrupt_all },
	{ "fault delay <time>", NULL, sim_run_delay },
	{ "fault busoff|unplug|off|mend", NULL, sim_run_bus },
	{ "fault pending <count>", NULL, sim_run_pending },
	{ "fault nrc <byte>", sim_check_nrc, sim_run_nrc },
	{ "fault slow <time>", NULL, sim_run_slow },
	{ "fault silent", NULL, sim_run_silent },
	{ "fault silent <module>", sim_check_silent, sim_run_silent_module },
	{ "fault garbage|other", NULL, sim_run_nonsense },
	{ "fault fc-wait <count>", sim_check_fc_wait, sim_run_fc_wait },
	{ "fault overflow", sim_check_isotp, sim_run_overflow },
	{ "fault no-echo", sim_check_port, sim_run_no_echo },
	{ "fault collide", sim_check_port, sim_run_collide },
	{ "fault collide <count>", sim_check_port, sim_run_collide },
	{ "fault noise", sim_check_port, sim_run_noise },
	{ "fault noise <percent>", sim_check_port, sim_run_noise },
	{ "fault lose|damage <percent>", sim_check_port, sim_run_lossy },
	{ "fault serial lose|nul <percent>", sim_check_serial, sim_run_serial_part },
	{ "fault serial split|late <time>", sim_check_serial, sim_run_serial_time },
	{ "fault serial baud " SIM_BAUDS, sim_check_serial, sim_run_serial_baud },
	{ "fault serial echo|wrong-echo|reset", sim_check_serial, sim_run_serial },
	{ "limit ignition|fob|presses|at-once|together|resync <time>", check_limit, run_limit },
	{ "expect locks unlocked|locked|secured", NULL, expect_locks },
	{ "expect ignition off|acc|on|start", NULL, expect_ignition },
	{ "expect door " DOORS " open|closed", check_door, expect_door },
	{ "expect window driver|passenger open|closed", NULL, expect_window },
	{ "expect boot|bonnet|roof open|closed", NULL, expect_lid },
	{ "expect fob <fob> learned|forgotten", NULL, expect_fob },
	{ "expect fob <fob> in-step|out-of-step", NULL, expect_step },
	{ "expect fob <fob> slot <slot>", NULL, expect_slot },
	{ "expect session open|closed", NULL, expect_session },
	{ "expect key in|out", NULL, expect_key },
	{ "phone <phone> pair|new", sim_check_pair, sim_run_pair },
	{ "phone <phone> pair|new card", sim_check_pair, sim_run_pair_card },
	{ "phone <phone> restrict hours|area|speed|volume", sim_check_phone, sim_run_restrict },
	{ "phone <phone> code|share|accept|revoke|remove|delete", sim_check_phone,
	  sim_run_phone },
	{ "phone <phone> confirm", sim_check_phone, sim_run_confirm },
	{ "phone <phone> confirm code", sim_check_phone, sim_run_confirm },
	{ "phone <phone> unlock|lock|start|approach|leave", sim_check_phone, sim_run_use },
	{ "phone <phone> out|in|tray", sim_check_phone, sim_run_place },
	{ "phone <phone> kind iphone|pixel|samsung|watch", sim_check_phone, sim_run_phone_kind },
	{ "phone <phone> battery ok|flat", sim_check_phone, sim_run_phone_battery },
	{ "phone <phone> off|on|authenticate", sim_check_phone, sim_run_switch },
	{ "phone <phone> express|passive on|off", sim_check_phone, sim_run_mode },
	{ "card activate|deactivate|store|unlock|lock|start", sim_check_phone, sim_run_card },
	{ "expect phone <phone> none|pending|active|pre-deletion|invite-again", sim_check_phone,
	  sim_expect_phone },
	{ "expect phone <phone> restricted|unrestricted hours|area|speed|volume",
	  sim_check_phone, sim_expect_restricted },
	{ "expect card inactive|active", sim_check_phone, sim_expect_card },
};

const size_t sim_n_verbs = ARRAY_SIZE(sim_verbs);
