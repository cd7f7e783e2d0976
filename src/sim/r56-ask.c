/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sim/car.h"

/* Diagnosis of the CAS: single frames with extended addressing, can.md 2.1. */

#define TESTER 0x6f1u
#define CAS 0x40u
#define ANSWER (10 * NSEC_PER_MSEC) /* 5..20 ms, can.md 2.1 */

#define READ_LOCAL 0x21
#define NEGATIVE 0x7f
#define NRC_SERVICE 0x11 /* kbus.md 5.4 */
#define NRC_FORMAT 0x12
#define NRC_PENDING 0x78

#define ASK_FOB 0xf0 /* and the next three: slots 0..3 */
#define ASK_TRANSPONDERS 0xf8
#define ASK_UNKNOWN 0x00

static void send(struct sim *s, const uint8_t *payload, size_t len)
{
	struct frame f = { .id = 0x600 | CAS, .len = 8 };

	memset(f.data, 0xff, f.len);
	f.data[0] = TESTER & 0xff;
	f.data[1] = (uint8_t)len;
	memcpy(f.data + 2, payload, len);
	sim_wire_send(&s->wire, s->now, &f, !s->in_traffic);
}

static void refuse(struct sim *s, unsigned int service, uint8_t code)
{
	send(s, (const uint8_t[]){ NEGATIVE, (uint8_t)service, code }, 3);
}

static void send_fob(struct sim *s, unsigned int local)
{
	int fob = sim_body_in_slot(s, local - ASK_FOB);
	bool low = fob >= 0 && s->fob[fob].battery != BATTERY_OK;

	send(s, (const uint8_t[]){ READ_LOCAL + 0x40, (uint8_t)local, fob >= 0, low }, 4);
}

/* Two bits for each of ten transponders, key number at bit 24, in the lock at bit 28. */
static void send_transponders(struct sim *s)
{
	uint32_t bits = (s->key >= 0 ? (uint32_t)s->key | 1u << 4 : 15u) << 24;

	for (unsigned int i = 0; i < SIM_KEYS; i++)
		bits |= 1u << 2 * i;
	send(s,
	     (const uint8_t[]){ READ_LOCAL + 0x40, ASK_TRANSPONDERS, (uint8_t)bits,
				(uint8_t)(bits >> 8), (uint8_t)(bits >> 16),
				(uint8_t)(bits >> 24) },
	     6);
}

/* ARG: service, local identifier << 8, how often it says "pending" before << 16. */
static void answer(struct sim *s, unsigned int arg)
{
	unsigned int service = arg & 0xff, local = arg >> 8 & 0xff, pending = arg >> 16;

	if (pending) {
		refuse(s, service, NRC_PENDING);
		sim_effect(s, ANSWER, answer, arg - (1u << 16));
	} else if (s->ask.refuse) {
		refuse(s, service, s->ask.code);
	} else if (service != READ_LOCAL) {
		refuse(s, service, NRC_SERVICE);
	} else if (local == ASK_TRANSPONDERS) {
		send_transponders(s);
	} else if (local >= ASK_FOB && local < ASK_FOB + SIM_SLOTS) {
		send_fob(s, local);
	} else {
		refuse(s, service, NRC_FORMAT);
	}
}

void sim_r56_hear(struct sim *s, const struct frame *f)
{
	unsigned int len, local = ASK_UNKNOWN;

	if (f->flags & FRAME_EXT || f->id != TESTER || f->len < 3 || f->data[0] != CAS)
		return;
	len = f->data[1];
	if (len < 1 || len > 6 || f->len < 2 + len)
		return;
	if (len == 2)
		local = f->data[3];
	sim_effect(s, ANSWER, answer, f->data[2] | local << 8 | s->ask.pending << 16);
}
