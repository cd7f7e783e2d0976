/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "car/gate.h"
#include "car/grade.h"
#include "car/role.h"
#include "proto/diag.h"
#include "proto/kbus.h"

#define REQUEST_GAP (100 * NSEC_PER_MSEC)	/* at most ten requests a second to a module */

void gate_init(struct gate *g, enum gate_class class, bool allow_unverified,
	       const struct decoder *d)
{
	*g = (struct gate){ .class = class, .allow_unverified = allow_unverified, .decoder = d };
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

/* A request as its module gets it, whatever carries it. */
struct request {
	enum diag_protocol protocol;
	bool protocol_known;
	uint8_t ecu;
	size_t n;
	uint8_t bytes[FRAME_DATA_MAX + 1];
};

/* Does the DBC message M describe REQ? */
static bool describes(const struct dbc *dbc, const struct dbc_message *m, const struct request *req)
{
	const char *ecu = dbc_message_attr(dbc, m, "DiagEcu");
	const char *hex = dbc_message_attr(dbc, m, "DiagRequest");
	uint8_t want[8], module;
	ssize_t n;

	if (!ecu || !hex || !*hex || hex_parse(ecu, strlen(ecu), &module, 1) != 1)
		return false;
	n = hex_parse(hex, strlen(hex), want, sizeof(want));

	return n > 0 && module == req->ecu && (size_t)n <= req->n &&
	       !memcmp(want, req->bytes, (size_t)n);
}

/* The grade of what a request reads; a request that no DBC describes is one claim. */
static enum grade request_grade(const struct gate *g, const struct request *req)
{
	for (size_t i = 0; g->decoder && i < g->decoder->n_sources; i++) {
		const struct dbc *dbc = g->decoder->sources[i].dbc;

		for (size_t k = 0; k < dbc->n_messages; k++)
			if (describes(dbc, &dbc->messages[k], req))
				return grade_of_message(dbc, &dbc->messages[k]);
	}

	return GRADE_CLAIMED;
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

/* kbus.md 4.2: ident, fault memory, coding (read), status, end of diagnosis. */
static bool ds2_reads(uint8_t command)
{
	static const uint8_t allowed[] = { 0x00, 0x04, 0x08, 0x0b, 0x9f };

	return memchr(allowed, command, sizeof(allowed)) != NULL;
}

/* kbus.md 2: ping, and requests for ignition, sensors, odometer, temperature, vehicle, key, doors. */
static bool kbus_asks(uint8_t command)
{
	static const uint8_t allowed[] = { 0x01, 0x10, 0x12, 0x16, 0x1d, 0x53, 0x73, 0x79 };

	return memchr(allowed, command, sizeof(allowed)) != NULL;
}

static bool kwp_reads(const struct request *q)
{
	switch (q->bytes[0]) {
	case 0x1a:
	case 0x18:
	case 0x21:
	case 0x22:
	case 0x3e:
		return true;
	case 0x30:	/* reportCurrentState only: can.md 3.1 */
		return (q->n == 3 || q->n == 4) && q->bytes[2] == 0x01;
	default:
		return false;
	}
}

static bool uds_reads(const struct request *q)
{
	switch (q->bytes[0]) {
	case 0x22:
	case 0x19:
	case 0x3e:
		return true;
	case 0x10:	/* default session */
		return q->n == 2 && q->bytes[1] == 0x01;
	default:
		return false;
	}
}

static int check_service(const struct request *q, char *why)
{
	bool kwp = kwp_reads(q), uds = uds_reads(q);

	if (q->protocol_known ? (q->protocol == DIAG_KWP ? kwp : uds) : kwp && uds)
		return 0;
	if (!q->protocol_known && (kwp || uds))
		return refuse(why, "byte 2 (%02X) reads on some cars only; name yours with --car",
			      q->bytes[0]);
	if (q->bytes[0] == 0x30 || q->bytes[0] == 0x10)
		return refuse(why, "service %02X is allowed only as %s", q->bytes[0],
			      q->bytes[0] == 0x30 ? "30 xx 01 (report the state)" :
						    "10 01 (default session)");

	return refuse(why, "byte 2 (%02X) is not a service that only reads", q->bytes[0]);
}

/* A frame of the tester on D-CAN: can.md 2.1, 4. */
static int check_tester(const struct gate *g, const struct frame *f, char *why)
{
	const struct platform *p = g->decoder ? g->decoder->platform : NULL;
	bool kwp = p && !strcmp(p->id, "r56"), uds = p && !strcmp(p->id, "f5x");
	struct request q = {
		.protocol_known = kwp || uds,
		.protocol = kwp ? DIAG_KWP : DIAG_UDS,
	};
	int r;

	if (f->len < 3)
		return refuse(why, "%u bytes are too few for a request", f->len);
	if (f->data[1] == 0x30)
		return 0;	/* flow control, continue to send: asks nothing */
	if (f->data[1] > DIAG_SINGLE_MAX || f->data[1] == 0)
		return refuse(why, "byte 1 (%02X): raw segmented frames are not sent", f->data[1]);
	q.ecu = f->data[0];
	q.n = f->data[1];
	if (q.n + 2 > f->len)
		return refuse(why, "byte 1 (%02X) says more bytes than the frame has", f->data[1]);
	memcpy(q.bytes, f->data + 2, q.n);
	r = check_service(&q, why);

	return r < 0 ? r : check_grade(g, request_grade(g, &q), why);
}

/* A frame on the K-bus from the tester's address 3F. */
static int check_kbus_tester(const struct gate *g, const struct frame *f, char *why)
{
	struct request q = { .protocol = DIAG_DS2, .ecu = kbus_dst(f), .n = f->len + 1u };
	enum grade grade;

	if (!kbus_asks(kbus_cmd(f)) && !ds2_reads(kbus_cmd(f)))
		return refuse(why, "command %02X is not one that only asks", kbus_cmd(f));
	q.bytes[0] = kbus_cmd(f);
	memcpy(q.bytes + 1, f->data, f->len);
	grade = request_grade(g, &q);

	/* kbus.md 9: requests from 3F are computed, untested on a MINI, whatever else is known. */
	return check_grade(g, MAX(grade, GRADE_CLAIMED), why);
}

/* Bench: frames of the car's own DBC that carry the state of body or ignition. */
static bool is_body_frame(const struct gate *g, const struct frame *f)
{
	for (size_t i = 0; g->decoder && i < g->decoder->n_sources; i++) {
		const struct decoder_source *s = &g->decoder->sources[i];
		const struct dbc_message *m;

		if (!s->platform || (g->decoder->platform && s->platform != g->decoder->platform))
			continue;
		m = dbc_find(s->dbc, f->id, f->flags & FRAME_EXT);
		/* The id of a diagnostic answer's message stands for it, and is on no bus. */
		if (m && *dbc_message_attr(s->dbc, m, "DiagRequest"))
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

int gate_may_poll(const struct gate *g, const struct car_state *s, char *why)
{
	if (g->class == GATE_VIRTUAL)
		return 0;
	if (state_locked(s))
		return refuse(why, "the car is locked, and asking it could sound its alarm");
	if (s->data[DATUM_LOCK].value == LOCK_UNKNOWN &&
	    s->data[DATUM_IGNITION].value < IGNITION_ACC)
		return refuse(why, "whether the car is locked cannot be heard; switch the ignition on");

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

int gate_send(struct gate *g, struct link *l, const struct frame *f, char *why)
{
	int module = asked_module(f), r;

	r = gate_check(g, f, why);
	if (r < 0)
		return r;
	if (module >= 0 && g->class != GATE_VIRTUAL) {
		while (clock_now(l->clk) < g->last[module] + REQUEST_GAP) {
			r = clock_wait(l->clk, NULL, 0, g->last[module] + REQUEST_GAP);
			if (r < 0)
				return r;
		}
		g->last[module] = clock_now(l->clk);
	}

	return link_send(l, f);
}
