/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sim/car.h"

/* Body module, EWS and cluster by DS2 on the K-line, kbus.md 4.1: address, length, data, XOR. */

#define SILENCE (20 * NSEC_PER_MSEC) /* ends a telegram, kbus.md 4.1 */
#define REGENERATION (25 * NSEC_PER_MSEC) /* from an answer to the next request, kbus.md 4.1 */
#define LEN_MIN 4 /* address, length, a command, XOR */

static uint8_t xor(const uint8_t *bytes, size_t n)
{
	uint8_t x = 0;

	for (size_t i = 0; i < n; i++)
		x ^= bytes[i];

	return x;
}

/* Under `fault garbage`, each time in another way. Returns the length of what is left. */
static size_t spoil(const struct sim *s, uint8_t *bytes, size_t n)
{
	switch (s->ask.n_garbage % 4) {
	case 0:
		bytes[n - 1] ^= 0x55;
		return n;
	case 1:
		return n / 2 + 1;
	case 2:
		bytes[1] = 0;
		return n;
	default:
		return n; /* its status alone is none */
	}
}

/* ARG: module, enum sim_ds2 << 8, how often it says "busy" before << 16. */
static void answer(struct sim *s, unsigned int arg)
{
	unsigned int ecu = arg & 0xff, pending = arg >> 16;
	unsigned int i = (unsigned int)(sim_ds2_module(ecu) - sim_r5x_modules);
	uint8_t bytes[SIM_DS2_MAX + 3] = { (uint8_t)sim_ds2_speaker(s, ecu), 0, SIM_DS2_BUSY };
	size_t n = 3;

	if (!pending)
		n = 2 + sim_ds2_answer(s, ecu, (enum sim_ds2)(arg >> 8 & 0xff), bytes + 2);
	bytes[1] = (uint8_t)(n + 1);
	bytes[n] = xor(bytes, n);
	n++;
	if (!pending && s->ask.garbage)
		n = spoil(s, bytes, n);
	sim_kline_say(s, i, bytes, n, 0);
	if (pending)
		sim_effect(s, sim_kline_duration(i, n, 0) + SIM_DS2_DELAY, answer, arg - (1u << 16));
	else
		s->kline.ds2_answering[i] = false;
}

static void request(struct sim *s, const struct kline_ear *ear)
{
	const struct sim_module *m = sim_ds2_module(ear->bytes[0]);
	enum sim_ds2 q;
	ptrdiff_t i;

	if (!m || sim_is_silent(s, m->name) || xor(ear->bytes, ear->n))
		return;
	i = m - sim_r5x_modules;
	if (s->kline.ds2_answering[i] ||
	    (s->kline.speech[i].n && ear->begin < s->kline.speech[i].end + REGENERATION))
		return;
	q = sim_ds2_question(m->address, ear->bytes + 2, ear->n - 3);
	s->kline.ds2_answering[i] = true;
	sim_effect(s, SIM_DS2_DELAY + s->ask.slow, answer,
		   m->address | (unsigned int)q << 8 | s->ask.pending << 16);
}

void sim_kline_ds2(struct sim *s, const struct sim_byte *b, bool good)
{
	struct kline_ear *ear = &s->kline.ds2;

	if (!sim_kline_listen(ear, b, good, s->now, SILENCE) || ear->n < 2)
		return;
	if (ear->bytes[1] < LEN_MIN) {
		ear->deaf = true;
		return;
	}
	if (ear->n < ear->bytes[1])
		return;
	request(s, ear);
	ear->n = 0;
}
