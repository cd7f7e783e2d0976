/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>

#include "proto/diag.h"
#include "proto/kwp-init.h"

#define TRIES 3				/* of a break that was too long or too short; own choice */
#define PATIENCE (2 * NSEC_PER_SEC)	/* for an idle wire; own choice */
#define ANSWER (150 * NSEC_PER_MSEC)	/* for the first answer: P2 and more; own choice */
#define W1 (320 * NSEC_PER_MSEC)	/* from the address to the sync byte: 300, and 20 for USB */
#define W2 (40 * NSEC_PER_MSEC)		/* between sync and key bytes: 20, and 20 for USB */
#define W4 (25 * NSEC_PER_MSEC)		/* 25..50, before a complement */
#define W4_MAX (70 * NSEC_PER_MSEC)
#define BITS 10				/* of the address: start, 8, stop */

enum {
	START = 0x81,
	START_ANSWER = 0xc1,
	NEGATIVE = 0x7f,
	SYNC = 0x55,
	KEY2 = 0x8f,			/* of ISO 14230, whatever the first one is */
};

enum operation {
	OP_SET,
	OP_IDLE,
	OP_SET_SLOW,
	OP_SLOW_BYTE,
	OP_PRIME,	/* a first break takes longer: adapters.md 1.5 */
	OP_LOW,
	OP_LOW_WAIT,
	OP_HIGH,
	OP_HIGH_WAIT,
	OP_ADDRESS,
	OP_FLUSH,
	OP_START,
	OP_ANSWER,
	OP_SYNC,
	OP_KEY1,
	OP_KEY2,
	OP_PAUSE,
	OP_COMPLEMENT,
	OP_OWN_COMPLEMENT,
	OP_DONE,
	OP_FAILED,
};

static const uint8_t fast_byte[] = { OP_SET, OP_IDLE, OP_SET_SLOW, OP_SLOW_BYTE, OP_SET,
				     OP_HIGH_WAIT, OP_FLUSH, OP_START, OP_ANSWER, OP_DONE };
static const uint8_t fast_break[] = { OP_SET, OP_IDLE, OP_PRIME, OP_LOW, OP_LOW_WAIT, OP_HIGH,
				      OP_HIGH_WAIT, OP_FLUSH, OP_START, OP_ANSWER, OP_DONE };
static const uint8_t five_baud[] = { OP_SET, OP_IDLE, OP_PRIME, OP_ADDRESS, OP_FLUSH, OP_SYNC, OP_KEY1,
				     OP_KEY2, OP_PAUSE, OP_OWN_COMPLEMENT, OP_COMPLEMENT, OP_DONE };
static const uint8_t failed[] = { OP_FAILED };

static enum operation op_of(const struct kwp_init *i)
{
	return (enum operation)i->plan[i->at];
}

void kwp_init_begin(struct kwp_init *i, enum kwp_way way, uint8_t ecu, nsec_t now)
{
	*i = (struct kwp_init){
		.way = way,
		.ecu = ecu,
		.plan = way == KWP_FAST_BYTE ? fast_byte : way == KWP_FAST_BREAK ? fast_break : five_baud,
		.now = now,
		.start = now,
		.idle = now,
	};
}

static void fail(struct kwp_init *i, enum kwp_step step, int error)
{
	i->step = step;
	i->error = error;
	i->plan = failed;
	i->at = 0;
}

/* The next operation begins; LIMIT: until when what it waits for may come. */
static void go_on(struct kwp_init *i, nsec_t limit)
{
	i->at++;
	i->answer_until = nsec_add(i->now, limit);
}

/* Is the wire low in bit B of the address? The start bit is, then come 8, then the stop bit. */
static bool low_in(const struct kwp_init *i, unsigned int b)
{
	return b == 0 || (b <= 8 && !(i->ecu >> (b - 1) & 1));
}

static struct kwp_todo send(const struct kwp_init *i, size_t n)
{
	return (struct kwp_todo){ .what = KWP_SEND, .bytes = i->tx, .n = n };
}

static struct kwp_todo send_start(struct kwp_init *i)
{
	static const uint8_t start = START;
	const struct kwp m = {
		.target = i->ecu, .source = DIAG_TESTER, .data = &start, .len = 1,
	};

	return send(i, (size_t)kwp_encode(&m, KWP_ADDRESSED, i->tx));
}

/* The next change of level of the address, at its time. */
static struct kwp_todo send_address(struct kwp_init *i)
{
	nsec_t t;

	while (i->bit > 0 && i->bit < BITS && low_in(i, i->bit) == i->is_low)
		i->bit++;
	t = i->bit ? i->low_begin + (nsec_t)i->bit * KWP_BIT : i->now;
	if (i->now < t)
		return (struct kwp_todo){ .what = KWP_WAIT, .until = t };

	return (struct kwp_todo){ .what = KWP_BREAK, .low = low_in(i, i->bit) };
}

struct kwp_todo kwp_init_next(struct kwp_init *i)
{
	switch (op_of(i)) {
	case OP_SET:
		return (struct kwp_todo){ .what = KWP_SET, .baud = KWP_BAUD };
	case OP_SET_SLOW:
		return (struct kwp_todo){ .what = KWP_SET, .baud = KWP_LOW_BAUD };
	case OP_IDLE:
		return (struct kwp_todo){ .what = KWP_WAIT,
					  .until = MIN(i->idle + KWP_W5, i->start + PATIENCE) };
	case OP_SLOW_BYTE:
		i->tx[0] = 0;
		return send(i, 1);
	case OP_PRIME:
	case OP_HIGH:
		return (struct kwp_todo){ .what = KWP_BREAK, .low = false };
	case OP_LOW:
		return (struct kwp_todo){ .what = KWP_BREAK, .low = true };
	case OP_LOW_WAIT:
		return (struct kwp_todo){ .what = KWP_WAIT, .until = i->low_begin + KWP_LOW };
	case OP_HIGH_WAIT:
		return (struct kwp_todo){ .what = KWP_WAIT, .until = i->low_begin + KWP_WAKE };
	case OP_ADDRESS:
		return send_address(i);
	case OP_FLUSH:
		return (struct kwp_todo){ .what = KWP_FLUSH };
	case OP_START:
		return send_start(i);
	case OP_OWN_COMPLEMENT:
		i->tx[0] = (uint8_t)~i->key[1];
		return send(i, 1);
	case OP_PAUSE:
		return (struct kwp_todo){ .what = KWP_WAIT, .until = i->answer_until };
	case OP_ANSWER:
	case OP_SYNC:
	case OP_KEY1:
	case OP_KEY2:
	case OP_COMPLEMENT:
		return (struct kwp_todo){
			.what = KWP_WAIT,
			.until = i->slack + (i->rx_n ? MIN(i->answer_until, i->last + KWP_P1) :
						       i->answer_until),
		};
	case OP_DONE:
		return (struct kwp_todo){ .what = KWP_DONE };
	case OP_FAILED:
		break;
	}

	return (struct kwp_todo){ .what = KWP_FAILED };
}

/* ---- what was done ---- */

/* The low took so long. Once more from the beginning, while it is not as it has to be. */
static void measure(struct kwp_init *i, nsec_t low)
{
	i->measured = low;
	if (low >= KWP_LOW - KWP_LOW_ERROR && low <= KWP_LOW + KWP_LOW_ERROR) {
		i->at++;
		return;
	}
	if (++i->tries == TRIES) {
		fail(i, KWP_STEP_WAKE, -EHOSTDOWN);
		return;
	}
	i->at = 0;
	i->start = i->idle = i->now;
}

/*
 * The echo of the slow byte says that its low bits are over, and more precisely only that the
 * chip took no less for them: what comes before its time was sent at another rate.
 */
static void slow_byte(struct kwp_init *i, int result, nsec_t begin, nsec_t end)
{
	nsec_t low = (end - begin) / 10 * 9;

	i->low_begin = begin;
	i->measured = low < KWP_LOW - KWP_LOW_ERROR ? low : 0;
	if (result < 0)
		fail(i, KWP_STEP_WAKE, -EHOSTDOWN);	/* some chips do not know such a rate */
	else if (end >= begin + KWP_WAKE)
		measure(i, end - begin);
	else
		i->at++;
}

static void address_bit(struct kwp_init *i, nsec_t end)
{
	if (i->bit == 0)
		i->low_begin = end;
	i->is_low = low_in(i, i->bit++);
	if (i->bit > BITS)
		i->at++;
}

void kwp_init_did(struct kwp_init *i, int result, nsec_t begin, nsec_t end)
{
	enum operation op = op_of(i);

	i->now = end;
	if (op == OP_SLOW_BYTE) {
		slow_byte(i, result, begin, end);
		return;
	}
	if (result < 0) {
		fail(i, op == OP_START || op == OP_OWN_COMPLEMENT ? KWP_STEP_ECHO : KWP_STEP_WAKE, result);
		return;
	}
	if (op == OP_ADDRESS) {
		address_bit(i, end);
		return;
	}
	if (op == OP_LOW)
		i->low_begin = end;
	if (op == OP_HIGH)
		measure(i, end - i->low_begin);
	else
		go_on(i, op == OP_FLUSH ? W1 : op == OP_OWN_COMPLEMENT ? W4_MAX : ANSWER);
}

/* ---- what came ---- */

static void note(struct kwp_init *i, const uint8_t *bytes, size_t n)
{
	i->heard_n = MIN(n, sizeof(i->heard));
	for (size_t k = 0; k < i->heard_n; k++)
		i->heard[k] = bytes[k];
}

static void first_answer(struct kwp_init *i)
{
	struct kwp m;
	int r = kwp_parse(i->rx, i->rx_n, &m);

	if (r == 0)
		return;
	if (r < 0) {
		note(i, i->rx, i->rx_n);
		fail(i, KWP_STEP_ANSWER, -EHOSTDOWN);
	} else if (m.addressed && (m.source != i->ecu || m.target != DIAG_TESTER)) {
		i->rx_n = 0;	/* others' */
	} else if (m.data[0] == START_ANSWER && m.len == 3) {
		i->key[0] = m.data[1];
		i->key[1] = m.data[2];
		i->at++;
	} else {
		note(i, m.data[0] == NEGATIVE && m.len == 3 ? m.data + 1 : m.data, 2);
		fail(i, KWP_STEP_ANSWER, -EHOSTDOWN);
	}
}

/* BYTE is what has to come at this step? Else it fails. */
static void expect(struct kwp_init *i, bool good, uint8_t byte, enum kwp_step step, nsec_t limit)
{
	if (good) {
		go_on(i, limit);
		return;
	}
	note(i, step == KWP_STEP_KEYS ? i->key : &byte, step == KWP_STEP_KEYS ? 2 : 1);
	fail(i, step, -EHOSTDOWN);
}

void kwp_init_hear(struct kwp_init *i, uint8_t byte, nsec_t t)
{
	i->now = i->last = t;
	switch ((int)op_of(i)) {
	case OP_IDLE:
		i->idle = t;
		break;
	case OP_ANSWER:
		if (i->rx_n < sizeof(i->rx))
			i->rx[i->rx_n++] = byte;
		first_answer(i);
		break;
	case OP_SYNC:
		expect(i, byte == SYNC, byte, KWP_STEP_SYNC, W2);
		break;
	case OP_KEY1:
		i->key[0] = byte;
		go_on(i, W2);
		break;
	case OP_KEY2:
		i->key[1] = byte;
		expect(i, byte == KEY2, byte, KWP_STEP_KEYS, W4);
		break;
	case OP_COMPLEMENT:
		expect(i, (byte ^ i->ecu) == 0xff, byte, KWP_STEP_COMPLEMENT, 0);
		break;
	default:	/* what a wake-up left in the port */
		break;
	}
}

void kwp_init_tick(struct kwp_init *i, nsec_t now)
{
	static const struct {
		enum operation op;
		enum kwp_step step;
	} waits[] = {
		{ OP_ANSWER, KWP_STEP_ANSWER }, { OP_SYNC, KWP_STEP_SYNC },
		{ OP_KEY1, KWP_STEP_KEYS },	{ OP_KEY2, KWP_STEP_KEYS },
		{ OP_COMPLEMENT, KWP_STEP_COMPLEMENT },
	};
	enum operation op = op_of(i);
	struct kwp_todo todo = kwp_init_next(i);

	i->now = now;
	if (todo.what != KWP_WAIT || now < todo.until)
		return;
	for (size_t k = 0; k < ARRAY_SIZE(waits); k++)
		if (waits[k].op == op) {
			note(i, i->rx, i->rx_n);
			fail(i, waits[k].step, -EHOSTDOWN);
			return;
		}
	if (op == OP_IDLE && now < i->idle + KWP_W5)
		fail(i, KWP_STEP_IDLE, -EBUSY);
	else if (op != OP_ADDRESS)
		i->at++;
}

/* ---- in words ---- */

static void explain_answer(const struct kwp_init *i, char *buf, size_t size)
{
	int n = snprintf(buf, size, "no answer to StartCommunication");

	if (i->heard_n == 2 && i->heard[0] == START)
		n = snprintf(buf, size, "it refused StartCommunication: %02X, %s", i->heard[1],
			     diag_code_word(DIAG_KWP, i->heard[1]));
	else if (i->heard_n)
		n = snprintf(buf, size, "its answer to StartCommunication was damaged, or none");
	if (i->measured && n > 0 && (size_t)n < size)
		snprintf(buf + n, size - (size_t)n, "; the low pulse was %.1f ms, 24 to 26 are needed",
			 (double)i->measured / 1e6);
}

static void explain_wake(const struct kwp_init *i, char *buf, size_t size)
{
	if (i->error == -EOPNOTSUPP)
		snprintf(buf, size, "this port has no rates and no breaks to wake a module with");
	else if (i->measured)
		snprintf(buf, size, "the low pulse was %.1f ms, 24 to 26 are needed",
			 (double)i->measured / 1e6);
	else
		snprintf(buf, size, "the 00 at 360 baud did not come back: the port has no such rate");
}

static void explain_keys(const struct kwp_init *i, char *buf, size_t size)
{
	if (i->heard_n == 2)
		snprintf(buf, size, "the key bytes %02X %02X are not those of KWP2000, which end in 8F",
			 i->heard[0], i->heard[1]);
	else
		snprintf(buf, size, "the key bytes did not come");
}

void kwp_init_explain(const struct kwp_init *i, char *buf, size_t size)
{
	switch (i->step) {
	case KWP_STEP_IDLE:
		snprintf(buf, size, "the wire was never idle for 300 ms");
		break;
	case KWP_STEP_WAKE:
		explain_wake(i, buf, size);
		break;
	case KWP_STEP_ECHO:
		snprintf(buf, size, "what was sent after the wake-up did not come back as it was sent");
		break;
	case KWP_STEP_SYNC:
		if (i->heard_n)
			snprintf(buf, size, "the sync byte was %02X, not 55: another rate", i->heard[0]);
		else
			snprintf(buf, size, "no sync byte 55 came within 300 ms of the address");
		break;
	case KWP_STEP_KEYS:
		explain_keys(i, buf, size);
		break;
	case KWP_STEP_COMPLEMENT:
		if (i->heard_n)
			snprintf(buf, size, "the address came back as %02X, not as its complement %02X",
				 i->heard[0], (uint8_t)~i->ecu);
		else
			snprintf(buf, size, "the complement of the address did not come");
		break;
	case KWP_STEP_ANSWER:
		explain_answer(i, buf, size);
		break;
	}
}
