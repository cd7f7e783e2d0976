/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <string.h>

#include "sim/car.h"

#define TESTER_ID 0x6f1u /* can.md 2.1 */
#define ANSWER_ID 0x600u
#define TESTER 0xf1
#define SINGLE_MAX 6 /* can.md 4 */

#define ANSWER (10 * NSEC_PER_MSEC) /* 5..20 ms, can.md 2.1 */
#define FRAME_GAP (140 * NSEC_PER_USEC) /* between consecutive frames, can.md 2.1 */
#define WAIT_GAP (35 * NSEC_PER_MSEC) /* FC.WAIT to the next, can.md 2.1 */

#define NEGATIVE 0x7f

_Static_assert(SIM_R56_MODULES <= DCAN_MODULES && SIM_F5X_MODULES <= DCAN_MODULES,
	       "a place for each module");

static const struct dcan_style *style(const struct sim *s)
{
	return s->model->platform->dcan;
}

static const struct sim_module *module(const struct sim *s, unsigned int i)
{
	return &s->model->platform->modules[i];
}

const struct sim_datum *sim_datum_find(const struct sim_datum *data, size_t n,
				       const struct sim_query *q, uint8_t service)
{
	for (size_t i = 0; i < n; i++)
		if (data[i].modules & 1u << q->m->name && data[i].service == service &&
		    data[i].id == q->id)
			return &data[i];

	return NULL;
}

size_t sim_put_byte(uint8_t *ret, unsigned int byte)
{
	*ret = (uint8_t)byte;

	return 1;
}

size_t sim_put_text(uint8_t *ret, const char *text)
{
	size_t n = strlen(text);

	memcpy(ret, text, n);

	return n;
}

void sim_dcan_init(struct sim *s)
{
	for (unsigned int i = 0; i < s->model->platform->n_modules; i++) {
		struct dcan_module *m = &s->dcan[i];
		struct isotp_config config = {
			.address = {
				.kind = ISOTP_EXTENDED,
				.tx_id = ANSWER_ID + module(s, i)->address,
				.rx_id = TESTER_ID,
				.tx_ae = TESTER,
				.rx_ae = module(s, i)->address,
			},
			.tx_dl = FRAME_CLASSIC_MAX,
			.pad = true,
			.pad_with = style(s)->padding,
			.wft_max = DCAN_WAITS_MAX,
			.rx = m->rx,
			.rx_size = sizeof(m->rx),
		};
		int r = isotp_init(&m->tp, &config);

		assert(r == 0);
		(void)r;
	}
}

/*
 * Make of F what no tester may take for an answer: cut behind the PCI, of a kind that is
 * not defined, or with a wrong sequence number or length. A first frame is left alone:
 * it is what follows that goes wrong.
 */
static void spoil(struct frame *f, unsigned int kind)
{
	uint8_t pci = f->data[1];

	if (pci >> 4 == 1)
		return;
	if (kind % 3 == 0)
		f->len = 2;
	else if (kind % 3 == 1)
		f->data[1] = 0xf0 | (pci & 0x0f);
	else
		f->data[1] = pci >> 4 == 2 ? 0x20 | ((pci + 5) & 0x0f) : pci | 0x0f;
}

static void note(struct dcan_module *m, enum isotp_event e)
{
	if ((e == ISOTP_SENT || e == ISOTP_TX_FAILED) && m->state == DCAN_SENDING)
		m->state = DCAN_IDLE;
}

/* A timer: let module I's transport send what is due. */
static void serve(struct sim *s, unsigned int i)
{
	struct dcan_module *m = &s->dcan[i];
	nsec_t next, gap = 0;
	enum isotp_event e;
	struct frame f;

	while ((e = isotp_tick(&m->tp, s->now)) != ISOTP_NONE)
		note(m, e);
	if (isotp_get(&m->tp, s->now, &f)) {
		if (s->ask.garbage)
			spoil(&f, s->ask.n_garbage++);
		sim_wire_send(&s->wire, s->now, &f, !s->in_traffic);
		note(m, isotp_put(&m->tp, s->now));
		gap = FRAME_GAP;
	}
	sim_cancel(s, serve, i);
	next = isotp_next(&m->tp);
	if (next != NSEC_NEVER)
		sim_effect(s, MAX(next - s->now, gap), serve, i);
}

static void send(struct sim *s, unsigned int i, const uint8_t *payload, size_t n)
{
	/* Busy with an answer: that one goes on, and this one is not given. */
	if (isotp_send(&s->dcan[i].tp, payload, n, s->now) == 0)
		serve(s, i);
}

static void refuse(struct sim *s, unsigned int i, uint8_t service, uint8_t code)
{
	struct dcan_module *m = &s->dcan[i];

	memcpy(m->refusal, (const uint8_t[]){ NEGATIVE, service, code }, 3);
	send(s, i, m->refusal, 3);
}

/* ISO 14229-1: what a module does not know, nobody asked of it when all were asked. */
static bool is_kept_back(uint8_t code)
{
	return code == NRC_SERVICE || code == NRC_SUBFUNCTION || code == NRC_RANGE ||
	       code == NRC_SUBFUNCTION_SESSION || code == NRC_SERVICE_SESSION;
}

/* Turn an answer into that to a request which somebody else may have made. */
static void disguise(uint8_t *answer, size_t n)
{
	if (n < 3 || answer[0] == 0x18 + DCAN_POSITIVE)
		answer[0] ^= 0x04;
	else if (answer[0] == 0x22 + DCAN_POSITIVE || answer[0] == 0x30 + DCAN_POSITIVE)
		answer[2] ^= 0x01;
	else
		answer[1] ^= 0x01;
}

/* A timer: module I has thought about its request. */
static void answer(struct sim *s, unsigned int i)
{
	struct dcan_module *m = &s->dcan[i];
	uint8_t service = m->request[0];
	int r = -s->ask.code;

	if (!s->ask.refuse)
		r = style(s)->answer(s, module(s, i), m->request, m->n, m->answer);
	if (r == 0 || (r < 0 && m->functional && is_kept_back((uint8_t)-r))) {
		m->state = DCAN_IDLE;
		return;
	}
	if (m->pending) {
		m->pending--;
		refuse(s, i, service, NRC_PENDING);
		sim_effect(s, ANSWER, answer, i);
		return;
	}
	if (r < 0) {
		memcpy(m->answer, (const uint8_t[]){ NEGATIVE, service, (uint8_t)-r }, 3);
		r = 3;
	}
	if (s->ask.other)
		disguise(m->answer, (size_t)r);
	m->state = DCAN_SENDING;
	send(s, i, m->answer, (size_t)r);
}

static void request(struct sim *s, unsigned int i, const uint8_t *p, size_t n,
		    bool functional)
{
	struct dcan_module *m = &s->dcan[i];

	if (m->state != DCAN_IDLE) {
		if (!functional)
			refuse(s, i, p[0], NRC_BUSY);
		return;
	}
	m->state = DCAN_BUSY;
	m->functional = functional;
	m->pending = s->ask.pending;
	m->n = n;
	memcpy(m->request, p, n);
	sim_effect(s, ANSWER + s->ask.slow, answer, i);
}

static bool is_silent(const struct sim *s, unsigned int i)
{
	return sim_is_silent(s, module(s, i)->name);
}

static void hear_one(struct sim *s, unsigned int i, const struct frame *f)
{
	struct dcan_module *m = &s->dcan[i];
	struct frame now = *f;
	enum isotp_event e;

	isotp_hold(&m->tp, s->ask.fc_wait, WAIT_GAP);
	m->tp.config.rx_size = s->ask.overflow ? SINGLE_MAX : sizeof(m->rx);
	now.t = s->now;
	for (e = isotp_hear(&m->tp, &now, s->now); e != ISOTP_NONE;
	     e = isotp_tick(&m->tp, s->now)) {
		note(m, e);
		if (e == ISOTP_MESSAGE)
			request(s, i, m->rx, m->tp.rx_len, false);
	}
	serve(s, i);
}

/* To all of them: a single frame only, ISO 15765-2. */
static void hear_all(struct sim *s, const struct frame *f)
{
	unsigned int n = f->data[1];

	if (n < 1 || n > SINGLE_MAX || f->len < 2 + n)
		return;
	for (unsigned int i = 0; i < s->model->platform->n_modules; i++)
		if (!is_silent(s, i))
			request(s, i, f->data + 2, n, true);
}

void sim_dcan_hear(struct sim *s, const struct frame *f)
{
	if (f->flags & FRAME_EXT || f->id != TESTER_ID || f->len < 2)
		return;
	if (memchr(style(s)->functional, f->data[0], sizeof(style(s)->functional))) {
		hear_all(s, f);
		return;
	}
	for (unsigned int i = 0; i < s->model->platform->n_modules; i++)
		if (module(s, i)->address == f->data[0] && !is_silent(s, i))
			hear_one(s, i, f);
}
