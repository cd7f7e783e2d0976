/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sim/car.h"

/*
 * The engine's module on the K-line: wake-up, session and messages of KWP2000 (kbus.md 5.1 to
 * 5.3, ISO 14230-2).
 */

#define MS NSEC_PER_MSEC
#define PULSE (25 * MS) /* kbus.md 5.2, within TOLERANCE */
#define WAKE_UP (50 * MS) /* from its begin to the request, as well */
#define TOLERANCE (1 * MS)
#define W1 (100 * MS) /* from the address to the sync byte: 60..300 */
#define W2 (10 * MS) /* to the key bytes, and between them: 5..20, 0..20 */
#define W4_MIN (25 * MS) /* from a key byte to its complement, and to that of the address */
#define W4_MAX (50 * MS)
#define W4 (30 * MS)
#define W5 (300 * MS) /* rest before a wake-up */
#define P1 (1 * MS) /* between bytes of an answer: 0..20 */
#define P2 (30 * MS) /* to an answer: 25..50 */
#define P3_MIN (55 * MS) /* to the next request */
#define P3_MAX (5 * NSEC_PER_SEC)
#define P4_MAX (20 * MS) /* between bytes of a request */
#define SLOW_BIT (200 * MS) /* of an address at 5 baud */
#define SLOW_PULSE (190 * MS) /* no shorter one begins such an address: own choice */
#define SYNC 0x55

#define FORM_ADDRESS 0x80 /* of the format byte's upper bits */
#define FORM_FUNCTIONAL 0xc0
#define FORM_CARB 0x40
#define LENGTH 0x3f
#define FUNCTIONAL 0x33 /* ISO 14230-4 */
#define START_COMMUNICATION 0x81
#define STOP_COMMUNICATION 0x82
#define NEGATIVE 0x7f

static const struct sim_module *const dme = &(const struct sim_module){
	.name = MODULE_DME, .address = SIM_DME_ADDRESS,
};

static struct kline_speech *speech(struct sim *s)
{
	return &s->kline.speech[KLINE_ENGINE];
}

static bool is_silent(const struct sim *s)
{
	return sim_is_silent(s, dme->name);
}

/* ---- wake-up ---- */

static bool is_about(nsec_t t, nsec_t what)
{
	return t >= what - TOLERANCE && t <= what + TOLERANCE;
}

/* The wire in the middle of bit I of the address. */
static bool slow_bit(const struct kwp_engine *e, unsigned int i)
{
	nsec_t t = e->pulse[0].begin + i * SLOW_BIT + SLOW_BIT / 2;

	for (size_t k = 0; k < e->n_pulses; k++)
		if (e->pulse[k].begin <= t && t < e->pulse[k].end)
			return false;

	return true;
}

static void sync(struct sim *s, unsigned int unused)
{
	static const uint8_t bytes[] = { SYNC, SIM_DME_KEY_1, SIM_DME_KEY_2 };

	(void)unused;
	s->kline.engine.state = KWP_ADDRESSED;
	sim_kline_say(s, KLINE_ENGINE, bytes, sizeof(bytes), W2);
}

/* Ten bits at 5 baud are over. */
static void addressed(struct sim *s, unsigned int unused)
{
	struct kwp_engine *e = &s->kline.engine;
	unsigned int address = 0;

	for (unsigned int i = 0; i < 8; i++)
		address |= (unsigned int)slow_bit(e, i + 1) << i;
	if (!slow_bit(e, 0) && slow_bit(e, 9) && address == SIM_DME_ADDRESS && !is_silent(s))
		sim_effect(s, W1, sync, unused);
	e->n_pulses = 0;
}

static void slow_pulse(struct sim *s, nsec_t begin, nsec_t end)
{
	struct kwp_engine *e = &s->kline.engine;

	if (e->n_pulses == 0)
		sim_effect(s, MAX(begin + 10 * SLOW_BIT - s->now, 0), addressed, 0);
	if (e->n_pulses < KLINE_PULSES) {
		e->pulse[e->n_pulses].begin = begin;
		e->pulse[e->n_pulses++].end = end;
	}
}

void sim_kline_pulse(struct sim *s, nsec_t begin, nsec_t end)
{
	struct kwp_engine *e = &s->kline.engine;
	bool rested = sim_kline_rest(s, begin) >= (e->stopped ? P3_MIN : W5);

	if (e->n_pulses > 0 || (rested && end - begin >= SLOW_PULSE)) {
		e->state = KWP_ASLEEP;
		slow_pulse(s, begin, end);
	} else if (rested && is_about(end - begin, PULSE)) {
		e->state = KWP_WOKEN;
		e->woken = begin;
	} else if (e->state == KWP_WOKEN) {
		e->state = KWP_ASLEEP;
	}
}

static void greet(struct sim *s, unsigned int unused)
{
	static const uint8_t byte = (uint8_t)~SIM_DME_ADDRESS;

	(void)unused;
	s->kline.engine.state = KWP_TALKING;
	sim_kline_say(s, KLINE_ENGINE, &byte, 1, 0);
}

/* What comes after the key bytes. */
static void complement(struct sim *s, uint8_t byte)
{
	struct kwp_engine *e = &s->kline.engine;
	nsec_t after = e->ear.begin - speech(s)->end;

	e->state = KWP_ASLEEP;
	if (byte == (uint8_t)~SIM_DME_KEY_2 && after >= W4_MIN && after <= W4_MAX)
		sim_effect(s, W4, greet, 0);
}

/* ---- answers ---- */

static uint8_t sum(const uint8_t *bytes, size_t n)
{
	unsigned int x = 0;

	for (size_t i = 0; i < n; i++)
		x += bytes[i];

	return (uint8_t)x;
}

/* Under `fault garbage`, each time in another way. Returns the length of what is left. */
static size_t spoil(struct sim *s, uint8_t *bytes, size_t n)
{
	switch (s->ask.n_garbage++ % 3) {
	case 0:
		bytes[n - 1] ^= 0x55;
		return n;
	case 1:
		return n / 2 + 1;
	default:
		bytes[0] = FORM_CARB | 0x01;
		return n;
	}
}

/* DATA in the form of the request. */
static void say(struct sim *s, const uint8_t *data, size_t len)
{
	struct kwp_engine *e = &s->kline.engine;
	bool apart = e->length_byte || len > LENGTH;
	uint8_t bytes[KLINE_BYTES_MAX];
	size_t n = 0;

	bytes[n++] = (uint8_t)((e->addresses ? FORM_ADDRESS : 0) | (apart ? 0 : len));
	if (e->addresses) {
		bytes[n++] = e->tester;
		bytes[n++] = (uint8_t)(SIM_DME_ADDRESS + (s->ask.other ? 1 : 0));
	}
	if (apart)
		bytes[n++] = (uint8_t)len;
	memcpy(bytes + n, data, len);
	n += len;
	bytes[n] = sum(bytes, n);
	n++;
	if (s->ask.garbage)
		n = spoil(s, bytes, n);
	sim_kline_say(s, KLINE_ENGINE, bytes, n, P1);
}

static void refuse(struct sim *s, uint8_t code)
{
	uint8_t data[] = { NEGATIVE, s->kline.engine.request[0], code };

	say(s, data, sizeof(data));
}

/* PENDING: how often it asks for patience before. */
static void answer(struct sim *s, unsigned int pending)
{
	struct kwp_engine *e = &s->kline.engine;
	uint8_t data[KLINE_BYTES_MAX - 5];
	int r;

	if (pending) {
		refuse(s, NRC_PENDING);
		sim_effect(s, speech(s)->end - s->now + P2, answer, pending - 1);
		return;
	}
	e->answering = false;
	r = s->ask.refuse_kwp ? -s->ask.code_kwp :
				sim_dme_answer(s, e->request, e->n_request, data);
	if (r < 0) {
		refuse(s, (uint8_t)-r);
		return;
	}
	if (s->ask.other && r > 1)
		data[1]++;
	if (r > 0)
		say(s, data, (size_t)r);
	if (e->request[0] == START_COMMUNICATION)
		e->state = KWP_TALKING;
	if (e->request[0] == STOP_COMMUNICATION) {
		e->state = KWP_ASLEEP;
		e->stopped = true;
	}
	if (r == 0)
		speech(s)->end = s->now; /* P3 counts from here */
}

/* ---- requests ---- */

/* Whether a request that began at T is to be answered in this state. */
static bool is_due(struct kwp_engine *e, const struct sim *s, bool starts, nsec_t t)
{
	nsec_t after = t - s->kline.speech[KLINE_ENGINE].end;

	switch (e->state) {
	case KWP_WOKEN:
		e->state = KWP_ASLEEP;
		return starts && (s->kline.no_breaks || is_about(t - e->woken, WAKE_UP));
	case KWP_TALKING:
		if (after > P3_MAX)
			e->state = KWP_ASLEEP;
		return after >= P3_MIN && (after <= P3_MAX || (starts && s->kline.no_breaks));
	case KWP_ASLEEP:
	case KWP_ADDRESSED:
		return starts && s->kline.no_breaks;
	}

	return false;
}

static void request(struct sim *s, const uint8_t *data, size_t n)
{
	struct kwp_engine *e = &s->kline.engine;
	bool starts = n == 1 && data[0] == START_COMMUNICATION;

	if (n == 0 || e->answering || !is_due(e, s, starts, e->ear.begin) || is_silent(s))
		return;
	memcpy(e->request, data, n);
	e->n_request = n;
	e->answering = true;
	e->stopped = false;
	sim_effect(s, P2 + s->ask.slow, answer, s->ask.pending);
}

/* A whole message with a good sum. HEADER bytes of it precede the data. */
static void message(struct sim *s, size_t header)
{
	struct kwp_engine *e = &s->kline.engine;
	const uint8_t *b = e->ear.bytes;
	bool functional = b[0] >= FORM_FUNCTIONAL;

	e->addresses = b[0] & FORM_ADDRESS;
	e->length_byte = !(b[0] & LENGTH);
	if (e->addresses && b[1] != (functional ? FUNCTIONAL : SIM_DME_ADDRESS))
		return;
	if (e->addresses)
		e->tester = b[2];
	request(s, b + header, e->ear.n - header - 1);
}

void sim_kline_kwp(struct sim *s, const struct sim_byte *b, bool good)
{
	struct kwp_engine *e = &s->kline.engine;
	struct kline_ear *ear = &e->ear;
	size_t header, len;

	if (!sim_kline_listen(ear, b, good, s->now, P4_MAX))
		return;
	if (e->state == KWP_ADDRESSED) {
		complement(s, b->value);
		ear->n = 0;
		return;
	}
	if ((ear->bytes[0] & FORM_FUNCTIONAL) == FORM_CARB) {
		ear->deaf = true;
		return;
	}
	header = ear->bytes[0] & FORM_ADDRESS ? 3 : 1;
	len = ear->bytes[0] & LENGTH;
	if (len == 0 && ear->n > header)
		len = ear->bytes[header++];
	else if (len == 0)
		return;
	if (ear->n < header + len + 1)
		return;
	if (sum(ear->bytes, ear->n - 1) == ear->bytes[ear->n - 1])
		message(s, header);
	ear->n = 0;
}
