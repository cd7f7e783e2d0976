/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "car/ident.h"
#include "cli/asking.h"
#include "cli/probe.h"
#include "proto/kbus-link.h"

#define LISTEN (9 * NSEC_PER_SEC / 2)	/* with ignition 0x18 comes every 2.00 s: kbus.md 2.5 */
#define ANSWER (NSEC_PER_SEC)
#define ENOUGH 2			/* frames of whatever devices: one could be chance */

/* A session on KIND:DEVICE. 0, or the exit status after saying what is wrong. */
static int open_as(struct session *s, struct bus_args *args, const struct cmd *cmd, const char *kind,
		   const struct adapter *a, struct probed *p)
{
	static const struct out_args out = { 0 };

	snprintf(p->use, sizeof(p->use), "%s:%s", kind, a->device);
	*s = (struct session){ 0 };
	*args = (struct bus_args){ .interface = p->use, .timeout = ANSWER };
	if (!strcmp(kind, "kline"))	/* of those it is: adapters.md 2 */
		args->car.car = car_model_find("r53");

	return session_open(s, cmd, args, &out, 0);
}

static bool is_kbus(const struct session *s)
{
	struct kbus_counts c = kbus_link_heard(s->link).counts;

	return c.devices > 0 || c.frames >= ENOUGH;
}

/* Nothing is sent. */
static int listen_kbus(const struct cmd *cmd, const struct adapter *a, struct probed *p)
{
	struct bus_args args;
	struct session s;
	int r = open_as(&s, &args, cmd, "kbus", a, p);

	if (r == 0) {
		struct kbus_heard h;

		p->opened = true;
		r = session_listen(&s, clock_now(&s.clk) + LISTEN, is_kbus);
		h = kbus_link_heard(s.link);
		p->bytes = h.bytes;
		p->frames = h.counts.frames;
		if (is_kbus(&s))
			p->wire = PROBE_KBUS;
		if (r < 0)
			r = session_fail(&s, r);
	}

	return session_close(&s, r);
}

static enum probe_wire wire_of(int r)
{
	switch (r) {
	case 0:
		return PROBE_ANSWER;
	case -ENOLINK:
		return PROBE_NO_ECHO;
	case -ECOMM:
		return PROBE_GARBLED;
	case -EBUSY:
		return PROBE_BUSY;
	case -ETIMEDOUT:
		return PROBE_ECHO;
	default:
		return PROBE_NOT_ASKED;
	}
}

/* Ask them who they are. 0: *ret_n do; -ETIMEDOUT: none does; as survey_ask(). */
static int ask_modules(struct session *s, struct asker *asker, size_t *ret_n)
{
	struct survey sv = { .wants = ident_is_message };
	bool barred = false;
	int r;

	sv.only[KBUS_GM] = sv.only[KBUS_EWS] = sv.only[KBUS_IKE] = true;
	r = survey_ask(&sv, asker, &s->decoder);
	for (size_t i = 0; i < sv.n; i++) {
		*ret_n += survey_is_there(&sv.items[i]);
		barred |= sv.items[i].result == -EPERM;
	}
	survey_free(&sv);
	if (r < 0 || *ret_n > 0)
		return r;

	return barred ? -EPERM : -ETIMEDOUT;
}

/* Reading requests, if the gate lets them through. */
static int ask_kline(const struct cmd *cmd, const struct adapter *a, struct probed *p)
{
	struct bus_args args;
	struct session s;
	int r = open_as(&s, &args, cmd, "kline", a, p);

	if (r == 0) {
		struct asker asker;
		struct poll poll;
		int dsr = address_ignition(&s.address, s.link);

		p->has_lines = dsr >= 0;
		p->dsr = dsr == 1;
		r = asking_start(&s, &asker, &poll);
		if (r == 0)
			r = ask_modules(&s, &asker, &p->modules);
		p->wire = wire_of(r);
		snprintf(p->why, sizeof(p->why), "%s", r == -EPERM ? asker.why : err_text(r));
		r = r == -ECANCELED || r == -ENODEV ? session_fail(&s, r) : 0;
	}

	return session_close(&s, r);
}

static bool is_made_for(const struct adapter *a, const char *kind)
{
	return a->kinds[0] && !strcmp(a->kinds[0], kind);
}

/* Is the address known by it? A wire that echoes may be a K-bus that sleeps. */
static bool settles(enum probe_wire wire)
{
	return wire == PROBE_KBUS || wire == PROBE_ANSWER || wire == PROBE_ADAPTER;
}

int probe_adapter(const struct cmd *cmd, const struct adapter *a, struct probed *ret)
{
	struct bus_args args;
	struct session s;
	int r;

	*ret = (struct probed){ 0 };
	if (is_made_for(a, "elm") || is_made_for(a, "slcan")) {
		r = session_close(&s, open_as(&s, &args, cmd, a->kinds[0], a, ret));
		ret->opened = r == 0;
		ret->wire = r == 0 ? PROBE_ADAPTER : PROBE_UNKNOWN;
	} else {
		r = listen_kbus(cmd, a, ret);
		if (r == 0 && ret->wire == PROBE_UNKNOWN)
			r = ask_kline(cmd, a, ret);
	}
	if (ret->wire == PROBE_ECHO) {
		snprintf(ret->either[0], sizeof(ret->either[0]), "kline:%s", a->device);
		snprintf(ret->either[1], sizeof(ret->either[1]), "kbus:%s", a->device);
	}
	if (!settles(ret->wire))
		*ret->use = '\0';

	return r > EXIT_SIGNAL ? r : 0;
}

/* ---- words ---- */

static void put_key(struct out *o, const char *key)
{
	out_printf(o, "  %-16s", key);
}

static const char *wire_words(const struct probed *p)
{
	switch (p->wire) {
	case PROBE_KBUS:
		return "a K-bus";
	case PROBE_NO_ECHO:
		return "no echo: the cable has no 12 V, or is on no wire";
	case PROBE_GARBLED:
		return "what is sent does not come back as it was sent: another tester, or a bad cable";
	case PROBE_BUSY:
		return "never idle: another tester talks";
	case PROBE_ECHO:
		return "powered (it echoes), but no module answers: K-line or a sleeping K-bus: not known; "
		       "switch the ignition on";
	case PROBE_ANSWER:
		return "powered (it echoes), and modules answer";
	case PROBE_ADAPTER:
		return "an adapter that answers";
	case PROBE_NOT_ASKED:
		return p->why;
	case PROBE_UNKNOWN:
		break;
	}

	return "not known";
}

void probed_text(struct out *o, const struct adapter *a, const struct probed *p)
{
	if (!p->opened)
		return;
	if (p->bytes || p->wire != PROBE_ADAPTER) {
		put_key(o, "heard");
		out_printf(o, "%" PRIu64 " bytes, %" PRIu64 " K-bus frames\n", p->bytes, p->frames);
	}
	put_key(o, "wire");
	out_printf(o, "%s%s\n", p->wire == PROBE_NOT_ASKED ? "not asked: " : "", wire_words(p));
	if (p->has_lines) {
		put_key(o, "DSR");
		out_printf(o, "%s\n", p->dsr ? "on: ignition on, on a K+DCAN cable" :
					       "off: ignition off, or not connected in this cable");
	}
	put_key(o, "use");
	if (*p->use)
		out_printf(o, "-i %s\n", p->use);
	else if (*p->either[0])
		out_printf(o, "-i %s, or -i %s\n", p->either[0], p->either[1]);
	else
		out_printf(o, "not known; an ELM327 is asked by -i elm:%s\n", a->device);
}

static const char *wire_word(enum probe_wire wire)
{
	static const char *const words[] = {
		[PROBE_KBUS] = "kbus",	     [PROBE_NO_ECHO] = "no-echo", [PROBE_GARBLED] = "garbled",
		[PROBE_BUSY] = "busy",	     [PROBE_ECHO] = "echo",	  [PROBE_ANSWER] = "answer",
		[PROBE_NOT_ASKED] = "not-asked", [PROBE_ADAPTER] = "adapter",
	};

	return words[wire];
}

void probed_json(struct json *j, const struct probed *p)
{
	json_open(j, '{');
	json_key(j, "opened");
	json_bool(j, p->opened);
	json_key(j, "bytes");
	json_int(j, (int64_t)p->bytes);
	json_key(j, "frames");
	json_int(j, (int64_t)p->frames);
	json_member(j, "wire", wire_word(p->wire));
	json_key(j, "dsr");
	if (p->has_lines)
		json_bool(j, p->dsr);
	else
		json_null(j);
	json_key(j, "modules");
	json_int(j, (int64_t)p->modules);
	json_member(j, "use", *p->use ? p->use : NULL);
	json_key(j, "either");
	json_open(j, '[');
	for (size_t i = 0; i < 2 && *p->either[i]; i++)
		json_string(j, p->either[i]);
	json_close(j, ']');
	json_close(j, '}');
}
