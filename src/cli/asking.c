/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "cli/asking.h"
#include "cli/progress.h"
#include "cli/trouble.h"

#define FIRST_FRAMES (NSEC_PER_SEC / 2)	/* a sleeping bus says nothing by itself */
#define AWAKE (5 * NSEC_PER_SEC / 2)	/* with ignition 0x18 comes every 2.00 s: kbus.md 2.5 */
#define LOCKS_COME (11 * NSEC_PER_SEC / 2)	/* 0x2FC is sent every 5 s: can.md 1.2 */

/*
 * Answers begin after 5 to 20 ms (can.md 2.1), and have to by ISO 14229-2 after 50 (can.md 5); a
 * serial port, Bluetooth or Wi-Fi delays what goes to the adapter. Own choice.
 */
#define HURRY (200 * NSEC_PER_MSEC)

static bool car_is_known(const struct session *s)
{
	return s->decoder.platform != NULL;
}

static bool locks_are_known(const struct session *s)
{
	return car_is_known(s) && s->state.data[DATUM_LOCK].value != LOCK_UNKNOWN;
}

static bool is_awake(const struct session *s)
{
	return s->state.heard != NSEC_NEVER;
}

int asking_awake(struct session *s)
{
	if (s->gate.class != GATE_CAR || !s->gate.kbus_clock)
		return 0;

	return session_listen(s, clock_now(&s->clk) + AWAKE, is_awake);
}

/*
 * Which car it is, and whether a real one is locked: on its body bus that is said in time,
 * and nothing may be asked before. The diagnostic socket never says it (can.md 1.2).
 */
static int hear_first(struct session *s)
{
	nsec_t start = clock_now(&s->clk);
	int r;

	if (s->gate.class == GATE_VIRTUAL)
		return session_listen(s, start + FIRST_FRAMES, car_is_known);
	r = asking_awake(s);
	if (r == 0)
		r = session_listen(s, start + FIRST_FRAMES, locks_are_known);
	if (r < 0 || s->state.frames == 0)
		return r;

	return session_listen(s, start + LOCKS_COME, locks_are_known);
}

int asking_start(struct session *s, struct asker *a, struct poll *p)
{
	int r;

	*a = session_asker(s);
	*p = (struct poll){ .asker = a, .decoder = &s->decoder, .state = &s->state };
	r = hear_first(s);

	return r < 0 ? r : ask_may_poll(a, &s->decoder, &s->state);
}

static int ask_source(struct session *s, struct asker *a, const struct decoder_source *src,
		      bool (*wants)(const struct dbc_message *answer))
{
	for (size_t k = 0; k < src->dbc->n_messages; k++) {
		const struct dbc_message *m = &src->dbc->messages[k];
		int r;

		if (!ask_is_for_state(src->dbc, m) ||
		    (wants && !wants(dbc_find_name(src->dbc, dbc_message_attr(src->dbc, m, "Answer")))))
			continue;
		r = gate_may_poll(&s->gate, &s->state, a->why);
		if (r == 0)
			r = ask_plain(a, src->dbc, m);
		if (r < 0 && r != -ETIMEDOUT && r != -ENODATA)
			return r;
	}

	return 0;
}

int asking_bus(struct session *s, struct asker *a, bool (*wants)(const struct dbc_message *answer))
{
	int r = 0;

	/* A K-bus frame has no business on the CAN of a real car. */
	if ((s->gate.class != GATE_VIRTUAL && !s->gate.kbus_clock) || !address_carries_kbus(&s->address))
		return 0;
	for (size_t i = 0; i < s->decoder.n_sources && r == 0; i++)
		if (!s->decoder.platform || s->decoder.sources[i].platform == s->decoder.platform)
			r = ask_source(s, a, &s->decoder.sources[i], wants);

	return r;
}

int asking_failed(struct session *s, const struct poll *p, int r, const char *nothing)
{
	const char *why = r == p->failed ? p->why : p->asker->why;
	char silence[sizeof(p->why) + 200];

	switch (r) {
	case -EREMOTEIO:
		return cli_fail(s->cmd, EXIT_REFUSED, "%s", why);
	case -EPERM:
		return cli_fail(s->cmd, EXIT_GATE, "%s", why);
	case -EBADMSG:
	case -EPROTO:
		return cli_fail(s->cmd, EXIT_NO_ANSWER, "%s; %s", why, trouble_again(s));
	case -ETIMEDOUT:
	case -ENODATA:
		/* What a poll notes is no more than who was silent. */
		snprintf(silence, sizeof(silence), "%s%s%s", why, *why ? "; " : "", trouble_asleep(s));
		return trouble_silence(s, "no answer", *why && r != p->failed ? why : silence);
	case -EINVAL:
		return cli_fail(s->cmd, EXIT_NOT_FOR_CAR, "%s", nothing);
	default:
		return session_fail(s, r);
	}
}

void asking_tell(const struct session *s, const struct poll *p)
{
	bool again = p->failed == -ETIMEDOUT || p->failed == -EPROTO || p->failed == -EBADMSG;

	if (p->failed)
		cli_say(s->cmd, "%s%s%s", p->why, again ? "; " : "", again ? trouble_again(s) : "");
	asking_tell_left_out(s, p);
}

void asking_tell_left_out(const struct session *s, const struct poll *p)
{
	if (p->left_out)
		cli_say(s->cmd, "more is not asked: no public source has the requests, and what the "
			"simulated car is asked instead goes to no other");
}

/*
 * Every car that has modules of DS2 has all of them: a silent one is worth a word. Of others most
 * addresses are silent.
 */
static void tell_silent(const struct session *s, const struct survey_item *item)
{
	if (item->said[0] || item->protocol == DIAG_DS2)
		cli_say(s->cmd, "module %02X%s%s%s does not answer%s %s", item->address,
			item->name ? " (" : "", item->name ? item->name : "", item->name ? ")" : "",
			item->said[0] ? ":" : ";", item->said[0] ? item->said : trouble_again(s));
}

void asking_tell_vain(const struct session *s, const struct survey *sv)
{
	size_t broken = 0;

	for (size_t i = 0; i < sv->n; i++) {
		const struct survey_item *item = &sv->items[i];

		broken += item->result == -EPROTO;
		if (item->result == -ETIMEDOUT && !sv->all)
			tell_silent(s, item);
	}
	if (broken)
		cli_say(s->cmd, "%zu module%s sent nothing that can be used: %s", broken,
			broken == 1 ? "" : "s", trouble_again(s));
}

static void show_progress(size_t done, size_t n, void *arg)
{
	progress_count(arg, "asking the modules", done, n);
}

int asking_survey(struct session *s, struct survey *sv)
{
	struct progress bar;
	struct asker a;
	struct poll p = { 0 };
	int r = 0;

	if (s->address.kind == ADDRESS_LOG)
		return cli_fail(s->cmd, EXIT_LINK, "a log cannot be asked");
	if (s->gate.class != GATE_VIRTUAL && !s->args->poll)
		return cli_fail(s->cmd, EXIT_GATE, "a car may be on %s, and it is asked only with "
				"--poll", s->address.text);
	if (s->args->sim_script)
		r = session_listen(s, NSEC_NEVER, NULL);
	if (r < 0)
		return session_fail(s, r);
	progress_init(&bar, -1);
	s->bar = &bar;
	sv->progress = show_progress;
	sv->arg = &bar;
	r = asking_start(s, &a, &p);
	/* Most addresses are silent, and a module is there at once or not at all (can.md 2.1). */
	a.timeout = session_timeout(s, NSEC_PER_SEC);
	if (a.tp[DIAG_UDS] && a.tp[DIAG_UDS]->one_at_a_time && s->args->timeout == NSEC_NEVER)
		sv->hurry = HURRY;
	if (r == 0)
		r = survey_ask(sv, &a, &s->decoder);
	progress_clear(&bar);
	s->bar = NULL;
	if (r < 0)
		return asking_failed(s, &p, r, "no request for this is publicly known for this car, or "
				     "for these modules");
	for (size_t i = 0; i < sv->n; i++)
		if (survey_is_there(&sv->items[i]))
			return 0;
	for (size_t i = 0; i < sv->n; i++)
		if (sv->items[i].result == -EPERM)
			return cli_fail(s->cmd, EXIT_GATE, "%s", a.why);

	return asking_failed(s, &p, -ETIMEDOUT, "");
}
