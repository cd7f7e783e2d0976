/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "car/allow.h"
#include "car/gate.h"
#include "car/grade.h"
#include "car/request.h"
#include "car/role.h"
#include "proto/diag.h"
#include "proto/kbus.h"

#define REQUEST_GAP (100 * NSEC_PER_MSEC)	/* at most ten requests a second to a module */

void gate_init(struct gate *g, enum gate_class class, bool allow_unverified,
	       const struct decoder *d)
{
	*g = (struct gate){ .class = class, .allow_unverified = allow_unverified, .decoder = d,
			    .k_line = d && d->k_line };
	for (size_t i = 0; i < ARRAY_SIZE(g->last); i++)
		g->last[i] = -REQUEST_GAP;
}

_printf_(2, 3) static int refuse(char *why, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, GATE_WHY_MAX, fmt, ap);
	va_end(ap);

	return -EPERM;
}

/* The grade of what a request reads; a request that no DBC describes is one claim. */
static enum grade request_grade(const struct gate *g, uint8_t ecu, const uint8_t *req, size_t n)
{
	const struct dbc *dbc;
	const struct dbc_message *m = request_find(g->decoder, ecu, req, n, &dbc);

	return m ? grade_of_message(dbc, m) : GRADE_CLAIMED;
}

static int check_grade(const struct gate *g, enum grade grade, char *why)
{
	if (grade == GRADE_SIMULATED)
		return refuse(why, "only our simulator knows this request; no car is asked it");
	if (grade > GRADE_DOCUMENTED && !g->allow_unverified)
		return refuse(why, "no document confirms this request (it is '%s'); "
				   "--allow-unverified sends it", grade_word(grade));

	return 0;
}

/*
 * What the car on D-CAN speaks (can.md 2.3): both, as long as it is not known. UDS came with
 * cars that have no K-line any more (can.md 2.3, kbus.md 5).
 */
static unsigned int can_protocols(const struct gate *g)
{
	const struct platform *p = g->decoder ? g->decoder->platform : NULL;

	if (g->k_line)
		return ALLOW_KWP;
	if (p && !strcmp(p->id, "r56"))
		return ALLOW_KWP;

	return p && !strcmp(p->id, "f5x") ? ALLOW_UDS : ALLOW_KWP | ALLOW_UDS;
}

/* As gate_check_request(); WHERE is what the service's byte is called. */
static int check_request(const struct gate *g, enum diag_protocol p, uint8_t ecu,
			 const uint8_t *req, size_t n, const char *where, char *why)
{
	const char *only = NULL;
	enum grade grade;

	if (g->class == GATE_VIRTUAL)
		return 0;
	if (n == 0)
		return refuse(why, "a request without a byte");
	if (allow_request(p == DIAG_DS2 ? ALLOW_DS2 : can_protocols(g), req, n, &only) < 0)
		return refuse(why, "%s (%02X) %s", where, req[0], only ? only : "does not only read");
	grade = request_grade(g, ecu, req, n);
	/* kbus.md 9: requests from 3F are computed, untested on a MINI, whatever else is known. */
	if (p == DIAG_DS2 && !g->k_line)
		grade = MAX(grade, GRADE_CLAIMED);

	return check_grade(g, grade, why);
}

int gate_check_request(const struct gate *g, enum diag_protocol p, uint8_t ecu,
		       const uint8_t *req, size_t n, char *why)
{
	return check_request(g, p, ecu, req, n, "service", why);
}

static int check_file(const struct dbc *dbc, char *why)
{
	static const uint8_t on[DIAG_PROTOCOLS] = {
		[DIAG_DS2] = ALLOW_DS2, [DIAG_KWP] = ALLOW_KWP, [DIAG_UDS] = ALLOW_UDS,
	};

	for (size_t i = 0; i < dbc->n_messages; i++) {
		const struct dbc_message *m = &dbc->messages[i];
		const char *only = NULL;
		struct request q;

		if (request_of(dbc, m, &q) < 0 ||
		    allow_request(on[q.protocol], q.bytes, q.n, &only) == 0)
			continue;
		return refuse(why, "message %s: service (%02X) %s", m->name, q.bytes[0],
			      only ? only : "does not only read");
	}

	return 0;
}

int gate_check_files(const struct gate *g, char *why)
{
	int r = 0;

	if (g->class == GATE_VIRTUAL || !g->decoder)
		return 0;
	for (size_t i = 0; i < g->decoder->n_sources && r == 0; i++)
		if (!g->decoder->sources[i].platform)
			r = check_file(g->decoder->sources[i].dbc, why);

	return r;
}

/* A frame of the tester on D-CAN: can.md 2.1, 4. */
static int check_tester(const struct gate *g, const struct frame *f, char *why)
{
	if (f->len < 3)
		return refuse(why, "%u bytes are too few for a request", f->len);
	if (f->data[1] == 0x30)
		return 0;	/* flow control, continue to send: asks nothing */
	if (f->data[1] > DIAG_SINGLE_MAX || f->data[1] == 0)
		return refuse(why, "byte 1 (%02X): raw segmented frames are not sent", f->data[1]);
	if (f->data[1] + 2u > f->len)
		return refuse(why, "byte 1 (%02X) says more bytes than the frame has", f->data[1]);

	return check_request(g, DIAG_UDS, f->data[0], f->data + 2, f->data[1], "byte 2", why);
}

/* A frame on the K-bus from the tester's address 3F: a plain request, or DS2. */
static int check_kbus_tester(const struct gate *g, const struct frame *f, char *why)
{
	uint8_t req[FRAME_DATA_MAX + 1] = { kbus_cmd(f) };
	const char *only;

	if (allow_request(ALLOW_KBUS, req, 1, &only) == 0)
		return check_grade(g, GRADE_CLAIMED, why);	/* kbus.md 9, as in the above */
	memcpy(req + 1, f->data, f->len);

	return check_request(g, DIAG_DS2, kbus_dst(f), req, f->len + 1u, "command", why);
}

/* Bench: frames of the car's own DBC that carry the state of body or ignition. */
static bool is_body_frame(const struct gate *g, const struct frame *f)
{
	for (size_t i = 0; g->decoder && i < g->decoder->n_sources; i++) {
		const struct decoder_source *s = &g->decoder->sources[i];
		const struct dbc_message *m;
		const char *request;

		if (!s->platform || s->diag || (g->decoder->platform && s->platform != g->decoder->platform))
			continue;
		m = dbc_find(s->dbc, f->id, f->flags & FRAME_EXT);
		/* The id of a diagnostic answer's message stands for it, and is on no bus. */
		request = m ? dbc_message_attr(s->dbc, m, "DiagRequest") : NULL;
		if (request && *request)
			continue;
		for (size_t k = 0; m && k < m->n_signals; k++)
			if (m->signals[k].role > ROLE_NONE && m->signals[k].role < ROLE_VIN)
				return true;
		if (m && g->plays_modules)
			return true;
	}

	return false;
}

static bool is_modules_answer(const struct frame *f)
{
	if (kbus_is(f))
		return kbus_dst(f) == KBUS_DIA;

	return !(f->flags & FRAME_EXT) && f->id >= DIAG_ANSWER_ID && f->id < DIAG_TESTER_ID &&
	       f->len > 0 && f->data[0] == DIAG_TESTER;
}

static bool is_forbidden(const struct frame *f)
{
	if (kbus_is(f))
		return kbus_cmd(f) == 0x0c;	/* actuators: kbus.md 3.4 */

	/* Central locking and comfort movement: can.md 1.6, 1.7. */
	return !(f->flags & FRAME_EXT) && (f->id == 0x2a0 || f->id == 0x26e);
}

int gate_check(const struct gate *g, const struct frame *f, char *why)
{
	if (g->class == GATE_VIRTUAL)
		return 0;
	if (f->flags & (FRAME_ERR | FRAME_RTR | FRAME_LOST))
		return refuse(why, "only data frames are sent to a car");
	if (is_forbidden(f))
		return refuse(why, kbus_is(f) ? "command 0C drives parts of the car" :
						"this frame locks, unlocks or moves windows");
	if (kbus_is(f) && kbus_src(f) == KBUS_DIA)
		return check_kbus_tester(g, f, why);
	if (!(f->flags & FRAME_EXT) && f->id == DIAG_TESTER_ID)
		return check_tester(g, f, why);

	if (g->class == GATE_BENCH) {
		if (is_body_frame(g, f) || (g->plays_modules && is_modules_answer(f)))
			return 0;
		return refuse(why, "it is no body or ignition frame of this car's DBC");
	}
	if (kbus_is(f))
		return refuse(why, "source byte %02X is not the tester's 3F, and a car may be on "
				   "this link (--bench says there is none)", kbus_src(f));

	return refuse(why, "id %0*X is not the tester's 6F1, and a car may be on this link "
			   "(--bench says there is none)", f->flags & FRAME_EXT ? 8 : 3, f->id);
}

/* Who keeps waking a car's bus flattens its battery: kbus.md 3.4. */
static int check_awake(const struct gate *g, const struct car_state *s, char *why)
{
	if (g->class != GATE_CAR || !g->kbus_clock || state_is_awake(s, clock_now(g->kbus_clock)))
		return 0;

	return refuse(why, "nothing is heard on the K-bus: it sleeps, or this is another wire, and a car "
			   "is not woken to be asked; switch the ignition on");
}

static int check_locked(const struct car_state *s, char *why)
{
	if (!state_locked(s))
		return 0;

	return refuse(why, "the car is locked, and asking it could sound its alarm");
}

int gate_may_poll(const struct gate *g, const struct car_state *s, char *why)
{
	const char *hint = NULL;

	if (g->class == GATE_VIRTUAL)
		return 0;
	if (g->look)
		hint = g->look(g->look_arg);
	if (check_awake(g, s, why) < 0 || check_locked(s, why) < 0)
		return -EPERM;
	if (s->data[DATUM_LOCK].value == LOCK_UNKNOWN &&
	    s->data[DATUM_IGNITION].value < IGNITION_ACC)
		return refuse(why, "%s", hint ? hint : "whether the car is locked cannot be heard; switch "
						       "the ignition on");

	return 0;
}

/* The module that F asks, or -1. */
static int asked_module(const struct frame *f)
{
	if (kbus_is(f) && kbus_src(f) == KBUS_DIA)
		return kbus_dst(f);
	if (!(f->flags & FRAME_EXT) && f->id == DIAG_TESTER_ID && f->len > 1 && f->data[1] != 0x30)
		return f->data[0];

	return -1;
}

nsec_t gate_ready(const struct gate *g, uint8_t ecu)
{
	nsec_t last = g->last[ecu];

	if (g->class == GATE_VIRTUAL)
		return 0;
	/* A functional request is one to every module. */
	for (size_t i = 0; diag_is_functional(ecu) && i < ARRAY_SIZE(g->last); i++)
		last = MAX(last, g->last[i]);

	return last + REQUEST_GAP;
}

static void note_request(struct gate *g, uint8_t ecu, nsec_t now)
{
	g->last[ecu] = now;
	for (size_t i = 0; diag_is_functional(ecu) && i < ARRAY_SIZE(g->last); i++)
		g->last[i] = now;
}

/* Nothing is known of locks and ignition: a look at the terminal state is what may be asked. */
static bool is_first_look(struct gate *g, uint8_t ecu, const uint8_t *req, size_t n)
{
	const struct datum_state *data = g->state->data;
	const struct dbc *dbc;
	const struct dbc_message *m;

	if (data[DATUM_LOCK].value != LOCK_UNKNOWN || data[DATUM_IGNITION].value != IGNITION_UNKNOWN ||
	    g->looks == GATE_LOOKS_MAX)
		return false;
	m = request_find(g->decoder, ecu, req, n, &dbc);
	if (!m || !request_reads_ignition(m))
		return false;
	g->looks++;

	return true;
}

int gate_request(struct gate *g, struct tp *tp, enum diag_protocol p, uint8_t ecu,
		 const uint8_t *req, size_t n, char *why)
{
	nsec_t now = clock_now(tp->clk);
	int r;

	r = gate_check_request(g, p, ecu, req, n, why);
	if (r < 0)
		return r;
	if (now < gate_ready(g, ecu))
		return -EAGAIN;
	if (g->state && gate_may_poll(g, g->state, why) < 0 &&
	    (check_awake(g, g->state, why) < 0 || !is_first_look(g, ecu, req, n)))
		return -EPERM;
	r = tp_send(tp, ecu, req, n);
	if (r == 0)
		note_request(g, ecu, now);

	return r;
}

int gate_send(struct gate *g, struct link *l, const struct frame *f, char *why)
{
	int module = asked_module(f), r;

	r = gate_check(g, f, why);
	if (r == 0 && g->class == GATE_CAR && g->state)
		r = check_awake(g, g->state, why) < 0 ? -EPERM : check_locked(g->state, why);
	if (r < 0)
		return r;
	if (module >= 0) {
		nsec_t ready = gate_ready(g, (uint8_t)module);

		while (clock_now(l->clk) < ready) {
			r = clock_wait(l->clk, NULL, 0, ready);
			if (r < 0)
				return r;
		}
		note_request(g, (uint8_t)module, clock_now(l->clk));
	}

	return link_send(l, f);
}

int gate_forward(struct gate *g, struct link *l, const struct frame *f, char *why)
{
	int r = gate_check(g, f, why);

	if (r == 0 && g->state && asked_module(f) >= 0)
		r = gate_may_poll(g, g->state, why);

	return r < 0 ? r : gate_send(g, l, f, why);
}
