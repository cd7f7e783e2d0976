/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "car/grade.h"
#include "car/ident.h"
#include "car/module.h"
#include "car/poll.h"
#include "car/variant.h"

/* The module that M asks; 0 when M does not say: ask_message() complains then. */
static uint8_t module_of(const struct dbc *dbc, const struct dbc_message *m)
{
	const char *ecu = dbc_message_attr(dbc, m, "DiagEcu");
	uint8_t module;

	return ecu && hex_parse(ecu, strlen(ecu), &module, 1) == 1 ? module : 0;
}

/* Whether the module that M asks did not answer before. */
static bool *silent(struct poll *p, const struct dbc *dbc, const struct dbc_message *m)
{
	const char *protocol = dbc_message_attr(dbc, m, "DiagProtocol");

	return &p->silent[protocol && strcmp(protocol, "ds2")][module_of(dbc, m)];
}

/* Two answers in a row that could not be used, each waited for to the end: own choice. */
#define SPOILT_MAX 2

static bool is_given_up(struct poll *p, const struct dbc *dbc, const struct dbc_message *m)
{
	return *silent(p, dbc, m) || p->spoilt[module_of(dbc, m)] >= SPOILT_MAX;
}

_printf_(5, 6) static int note(struct poll *p, int r, const struct dbc *dbc,
			       const struct dbc_message *m, const char *fmt, ...)
{
	bool simulated = grade_of_message(dbc, m) == GRADE_SIMULATED;
	va_list ap;

	if (p->failed && (simulated || !p->failed_simulated))
		return 0;
	p->failed = r;
	p->failed_simulated = simulated;
	va_start(ap, fmt);
	vsnprintf(p->why, sizeof(p->why), fmt, ap);
	va_end(ap);

	return 0;
}

/* 1: *ret is what was answered, its frame *frame; 0: nothing was; negative as poll_car(). */
static int ask(struct poll *p, const struct dbc *dbc, const struct dbc_message *m,
	       struct frame *frame, struct decoded *ret)
{
	int r = gate_may_poll(p->asker->gate, p->state, p->asker->why);
	const char *name;

	if (r < 0)
		return r;
	r = ask_message(p->asker, dbc, m, frame);
	if (r == 0)
		r = decoder_answer(p->decoder, dbc, m, frame, ret);
	p->spoilt[module_of(dbc, m)] = r == -EPROTO ? p->spoilt[module_of(dbc, m)] + 1 : 0;
	switch (r) {
	case 0:
		return 1;
	case -ETIMEDOUT:
	case -ENODATA:
		*silent(p, dbc, m) = true;
		name = module_name(p->decoder, module_of(dbc, m));
		return note(p, r, dbc, m, "module %02X%s%s%s does not answer", module_of(dbc, m),
			    name ? " (" : "", name ? name : "", name ? ")" : "");
	case -EREMOTEIO:
	case -EPERM:
	case -EPROTO:
	case -EOPNOTSUPP:
		return note(p, r, dbc, m, "%s", p->asker->why);
	case -EBADMSG:
		return note(p, r, dbc, m, "the answer to %s fails its own check, and is not used",
			    m->name);
	case -EINVAL:
	case -EMSGSIZE:
		return note(p, r, dbc, m, "%s is no request that can be sent", m->name);
	default:
		return r;
	}
}

/* The request by which ECU is asked what it is, or NULL. */
static const struct dbc_message *ident_of(const struct dbc *dbc, uint8_t ecu)
{
	struct request q;

	for (size_t i = 0; i < dbc->n_messages; i++)
		if (ident_is_message(&dbc->messages[i]) &&
		    request_of(dbc, &dbc->messages[i], &q) == 0 && q.ecu == ecu)
			return &dbc->messages[i];

	return NULL;
}

/* Is M for the build of module that there is? 1; 0: it is not; negative as poll_car(). */
static int is_for_build(struct poll *p, const struct dbc *dbc, const struct dbc_message *m)
{
	const char *wanted = variant_wanted(dbc, m);
	uint8_t ecu = module_of(dbc, m);
	const struct dbc_message *ident;
	struct decoded answer;
	struct frame f;
	int r = 0;

	if (!wanted)
		return 1;
	ident = p->decoder->variant[ecu] || p->identified[ecu] ? NULL : ident_of(dbc, ecu);
	if (ident)
		r = ask(p, dbc, ident, &f, &answer);
	p->identified[ecu] = true;

	return r < 0 ? r : p->decoder->variant[ecu] && !strcmp(p->decoder->variant[ecu], wanted);
}

/* Ask M, if it is to be asked: 1, 0, negative as ask(). */
static int ask_if_due(struct poll *p, const struct poll_ops *ops, void *arg, const struct dbc *dbc,
		      const struct dbc_message *m)
{
	struct decoded answer;
	struct request q;
	struct frame f;
	int r;

	/* Of a car that is not known yet: another platform's, which nothing carries here. */
	if (request_of(dbc, m, &q) == 0 && !p->asker->tp[q.protocol])
		return 0;
	if (!ops->wants(dbc, m, arg) || is_given_up(p, dbc, m) ||
	    !module_is_reached(p->decoder, dbc, module_of(dbc, m)))
		return 0;
	if (p->asker->gate->class != GATE_VIRTUAL && grade_of_message(dbc, m) == GRADE_SIMULATED) {
		p->left_out = true;
		return 0;
	}
	r = is_for_build(p, dbc, m);
	if (r > 0)
		r = ask(p, dbc, m, &f, &answer);
	if (r <= 0)
		return r;
	p->answered++;
	ops->told(&answer, arg);

	return 1;
}

int poll_car(struct poll *p, const struct poll_ops *ops, void *arg)
{
	for (size_t i = 0; i < p->decoder->n_sources; i++) {
		const struct decoder_source *s = &p->decoder->sources[i];

		for (size_t k = 0; k < s->dbc->n_messages; k++) {
			int r;

			/* What was answered, or heard meanwhile, may have told which car it is. */
			if (p->decoder->platform && s->platform &&
			    s->platform != p->decoder->platform)
				break;
			r = ask_if_due(p, ops, arg, s->dbc, &s->dbc->messages[k]);
			if (r < 0)
				return r;
		}
	}

	return 0;
}

/* ---- the state of the car ---- */

struct answers {
	struct car_state *state;
	bool has[N_DATA];	/* what has been answered */
};

/*
 * Only what no answer has said yet: there are several ways to the same datum. What is but
 * claimed, or made up, is no better than what the bus has said; a made-up layout says nothing.
 */
static bool wants(const struct dbc *dbc, const struct dbc_message *m, void *arg)
{
	const struct answers *a = arg;
	const char *request = dbc_message_attr(dbc, m, "DiagRequest");
	enum grade grade = grade_of_message(dbc, m);

	if (!request || !*request)
		return false;
	for (size_t i = 0; i < m->n_signals; i++) {
		const struct dbc_signal *signal = &m->signals[i];
		enum datum d = state_datum(signal->role);

		if (d < N_DATA && !a->has[d] && !(a->state->no_rear && datum_is_rear(d)) &&
		    grade_of_signal(dbc, signal) != GRADE_SIMULATED &&
		    !(grade >= GRADE_CLAIMED && state_known(a->state, d)))
			return true;
	}

	return false;
}

static void told(const struct decoded *answer, void *arg)
{
	struct answers *a = arg;
	struct event events[STATE_EVENTS_MAX];

	state_hear(a->state, answer, events);
	for (enum datum d = 0; d < N_DATA; d++) {
		const struct dbc_signal *signal = a->state->data[d].signal;

		a->has[d] |= signal && signal->message == answer->message;
	}
}

int poll_state(struct poll *p, struct car_state *s)
{
	static const struct poll_ops ops = { .wants = wants, .told = told };
	struct answers a = { .state = s };

	return poll_car(p, &ops, &a);
}

int poll_result(const struct poll *p)
{
	if (p->answered)
		return 0;

	return p->failed ? p->failed : -EINVAL;
}
