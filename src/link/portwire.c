/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "link/mishear.h"
#include "link/portwire.h"

#define PARITY_BAUD 9600	/* with a parity bit: kbus.md 1.1, 4.1 */
#define TRIES 5			/* kbus.md 1.3 */
#define HEARD 256		/* bytes of the port's that are under way */
#define CHUNK (HEARD / 4)	/* with noise twice as many */

/* Bytes of ours on their way. */
struct message {
	nsec_t begin, end;
	unsigned int baud;
	nsec_t gap;			/* before it */
	unsigned int tries;		/* that are left when it collides */
	bool collided;
	size_t n, handed;		/* bytes; so many are with the port */
	uint8_t bytes[PORTWIRE_MESSAGE_MAX];
	uint8_t heard[PORTWIRE_MESSAGE_MAX];	/* as they are on the wire */
};

/* A byte of the port's on its way. */
struct echo {
	struct portwire_byte byte;
	uint8_t heard;		/* by the port */
	bool lost;		/* for all but the port */
	bool covered;		/* it is in a message's HEARD */
};

struct portwire {
	struct bytelink *bytes;
	struct clock *clk;
	unsigned int baud;
	bool bytewise;		/* portwire_hand_bytes() */
	nsec_t free;		/* when all that waits is through */
	size_t head, n;
	struct message queue[PORTWIRE_QUEUE];
	size_t echo_head, n_echo;
	struct echo echo[HEARD];
	struct portwire_faults faults;
	uint64_t random;
};

static bool has_parity(unsigned int baud)
{
	return baud == PARITY_BAUD;
}

static nsec_t byte_time(unsigned int baud)
{
	return (has_parity(baud) ? 11 : 10) * NSEC_PER_SEC / (baud ? baud : 1);
}

static struct message *at(struct portwire *w, size_t i)
{
	return &w->queue[(w->head + i) % PORTWIRE_QUEUE];
}

static struct echo *echo_at(struct portwire *w, size_t i)
{
	return &w->echo[(w->echo_head + i) % HEARD];
}

/* ---- faults ---- */

/* xorshift64*. */
static uint64_t draw(struct portwire *w)
{
	w->random ^= w->random >> 12;
	w->random ^= w->random << 25;
	w->random ^= w->random >> 27;

	return w->random * 0x2545f4914f6cdd1du;
}

static bool happens(struct portwire *w, double p)
{
	return p > 0 && (double)(draw(w) >> 11) / 9007199254740992.0 < p;
}

static uint8_t noise(struct portwire *w)
{
	return (uint8_t)(draw(w) >> 32);
}

static uint8_t turned_bit(struct portwire *w)
{
	return (uint8_t)(1u << (draw(w) >> 61));
}

/* ---- to the port ---- */

static unsigned int port_baud(const struct portwire *w)
{
	int r = bytelink_far_baud(w->bytes);

	return r > 0 ? (unsigned int)r : w->baud;
}

/* One byte as the port's UART hears it. */
static int deliver_byte(struct portwire *w, uint8_t byte, unsigned int baud)
{
	const struct bytelink_line from = { .baud = baud, .even_parity = has_parity(baud) };
	const struct bytelink_line to = { .baud = port_baud(w) };
	uint8_t heard[MISHEAR_MAX] = { byte };
	size_t n = 1;

	if (!mishear_is_right(baud, to.baud))
		n = mishear(byte, &from, &to, heard);

	return n > 0 ? bytelink_send(w->bytes, heard, n) : 0;
}

/* With what is wrong with the wire. */
static int deliver_faulty(struct portwire *w, uint8_t byte, unsigned int baud)
{
	int r = 0;

	if (happens(w, w->faults.noise))
		r = deliver_byte(w, noise(w), baud);
	if (r < 0 || happens(w, w->faults.lose))
		return r;
	if (happens(w, w->faults.damage))
		byte ^= turned_bit(w);

	return deliver_byte(w, byte, baud);
}

/* Bytes FROM to TO of M. */
static int deliver(struct portwire *w, const struct message *m, size_t from, size_t to)
{
	const struct portwire_faults *f = &w->faults;
	int r = 0;

	if (f->noise <= 0 && f->lose <= 0 && f->damage <= 0 && mishear_is_right(m->baud, port_baud(w)))
		return from < to ? bytelink_send(w->bytes, m->heard + from, to - from) : 0;
	for (size_t i = from; i < to && r == 0; i++)
		r = deliver_faulty(w, m->heard[i], m->baud);

	return r;
}

/* ---- ours ---- */

static int enqueue(struct portwire *w, const uint8_t *bytes, size_t n, unsigned int baud,
		   nsec_t begin)
{
	struct message *m = at(w, w->n);

	if (n > PORTWIRE_MESSAGE_MAX)
		return -EMSGSIZE;
	if (w->n == PORTWIRE_QUEUE)
		return -ENOBUFS;
	w->n++;
	*m = (struct message){
		.begin = begin, .end = begin + (nsec_t)n * byte_time(baud), .baud = baud, .n = n,
	};
	memcpy(m->bytes, bytes, n);
	memcpy(m->heard, bytes, n);
	w->free = MAX(w->free, m->end);

	return 0;
}

/*
 * Who is first within the first byte is a matter of when two processes got to run: as long as
 * the port could not have heard M, M gives way.
 */
static bool has_begun(const struct portwire *w, const struct message *m)
{
	return w->bytewise ? m->handed > 0 : m->begin <= clock_now(w->clk);
}

/* The message that has begun and is under way at T, or NULL. */
static struct message *under_way(struct portwire *w, nsec_t t)
{
	for (size_t i = 0; i < w->n; i++)
		if (has_begun(w, at(w, i)) && t < at(w, i)->end)
			return at(w, i);

	return NULL;
}

/* Low wins. */
static void overlay(struct message *m, uint8_t byte, nsec_t begin)
{
	size_t i = (size_t)((begin - m->begin) / byte_time(m->baud));

	m->collided = true;
	m->heard[MIN(i, m->n - 1)] &= byte;
}

int portwire_say(struct portwire *w, uint8_t byte, unsigned int baud)
{
	nsec_t now = clock_now(w->clk);

	for (size_t i = 0; i < w->n_echo; i++) {
		struct echo *e = echo_at(w, i);

		if (e->byte.end <= now)
			continue;
		e->heard &= byte;
		e->byte.damaged = true;
		return 0;
	}

	return enqueue(w, &byte, 1, baud, w->n > 0 ? MAX(now, at(w, w->n - 1)->end) : now);
}

/* A message that somebody spoke into is said again. */
static void repeat(struct portwire *w, const struct message *m)
{
	if (m->collided && m->tries > 0 &&
	    portwire_send(w, m->bytes, m->n, m->baud, m->gap) == 0)
		at(w, w->n - 1)->tries = m->tries - 1;
}

/* Hand the port the bytes of M that are through, when it is not yet as a whole. */
static int hand_bytes(struct portwire *w, struct message *m, nsec_t now)
{
	size_t through = now > m->begin ? (size_t)((now - m->begin) / byte_time(m->baud)) : 0;
	size_t handed = m->handed;

	if (through <= handed)
		return 0;
	m->handed = through;

	return deliver(w, m, handed, through);
}

/* Hand the port what is through of ours. */
static int hand_messages(struct portwire *w, nsec_t now)
{
	int r = 0;

	while (r == 0 && w->n > 0 && at(w, 0)->end <= now) {
		struct message m = *at(w, 0);

		w->head = (w->head + 1) % PORTWIRE_QUEUE;
		w->n--;
		repeat(w, &m);
		r = deliver(w, &m, m.handed, m.n);
	}
	if (r == 0 && w->bytewise && w->n > 0)
		r = hand_bytes(w, at(w, 0), now);

	return r;
}

/* Hand the port what is through, of both and in its order, and the bytes it sent to RET. */
static int flush(struct portwire *w, nsec_t now, struct portwire_byte *ret, size_t max)
{
	size_t n = 0;
	int r;

	for (;;) {
		nsec_t end = w->n_echo > 0 ? echo_at(w, 0)->byte.end : NSEC_NEVER;
		struct echo e;

		r = hand_messages(w, MIN(now, end));
		if (r < 0 || end > now || n == max)
			break;
		e = *echo_at(w, 0);
		w->echo_head = (w->echo_head + 1) % HEARD;
		w->n_echo--;
		if (!e.lost)
			ret[n++] = e.byte;
		if (!e.covered && !w->faults.no_echo)
			r = deliver_byte(w, e.heard, e.byte.baud);
		if (r < 0)
			break;
	}

	return r < 0 ? r : (int)n;
}

/* ---- the port's ---- */

/* What somebody says who speaks when the port does: a status of the body module, kbus.md 2.4. */
static uint8_t meanwhile(size_t i)
{
	static const uint8_t frame[] = { 0x00, 0x05, 0xbf, 0x7a, 0x10, 0x00, 0xd0 };

	return frame[i % sizeof(frame)];
}

static struct echo *take_byte(struct portwire *w, uint8_t value, unsigned int baud, nsec_t begin)
{
	struct echo *e = echo_at(w, w->n_echo++);
	struct message *m = under_way(w, begin);

	*e = (struct echo){
		.byte = { .end = begin + byte_time(baud), .baud = baud, .value = value },
		.heard = value,
	};
	if (m) {
		overlay(m, value, begin);
		e->byte.damaged = true;
		e->covered = true;
	}

	return e;
}

/* A byte of the port's, which hears it as it is; the others hear it as the wire is. */
static nsec_t take_faulty(struct portwire *w, uint8_t value, unsigned int baud, nsec_t begin)
{
	struct echo *e;

	if (happens(w, w->faults.noise)) {
		take_byte(w, noise(w), baud, begin);
		begin += byte_time(baud);
	}
	e = take_byte(w, value, baud, begin);
	e->lost = happens(w, w->faults.lose);
	if (happens(w, w->faults.damage)) {
		e->byte.value ^= turned_bit(w);
		e->byte.damaged |= has_parity(baud);
	}

	return begin + byte_time(baud);
}

/* Somebody speaks at the same time. */
static void meet(struct portwire *w, size_t i)
{
	struct echo *e = echo_at(w, w->n_echo - 1);

	e->heard &= meanwhile(i);
	e->byte.damaged = true;
}

/* Those who have not begun wait until T. */
static void make_way(struct portwire *w, nsec_t t)
{
	for (size_t i = 0; i < w->n; i++) {
		struct message *m = at(w, i);
		nsec_t late = t + m->gap - m->begin;

		if (!has_begun(w, m) && late > 0) {
			m->begin += late;
			m->end += late;
		}
		t = MAX(t, m->end);
	}
	w->free = t;
}

/* What the port sends is on the wire at once. */
static void take_in(struct portwire *w, const uint8_t *bytes, size_t n)
{
	nsec_t begin = clock_now(w->clk);
	unsigned int baud = port_baud(w);
	bool hit = w->faults.collide > 0;

	if (hit && w->faults.collide != PORTWIRE_ALWAYS)
		w->faults.collide--;
	if (w->n_echo > 0)
		begin = MAX(begin, echo_at(w, w->n_echo - 1)->byte.end);
	for (size_t i = 0; i < n; i++) {
		begin = take_faulty(w, bytes[i], baud, begin);
		if (hit)
			meet(w, i);
	}
	make_way(w, begin);
}

/* What the port sent already comes before what begins, or is handed to it, now. */
static int catch_up(struct portwire *w)
{
	uint8_t bytes[CHUNK];
	int r;

	if (!w->bytewise || w->n_echo > HEARD / 2)
		return 0;
	r = bytelink_recv(w->bytes, bytes, sizeof(bytes), 0);
	if (r > 0)
		take_in(w, bytes, (size_t)r);

	return MIN(r, 0);
}

int portwire_send(struct portwire *w, const uint8_t *bytes, size_t n, unsigned int baud,
		  nsec_t gap)
{
	int r = catch_up(w);

	if (r == 0)
		r = enqueue(w, bytes, n, baud, MAX(clock_now(w->clk), w->free + gap));
	if (r < 0)
		return r;
	at(w, w->n - 1)->gap = gap;
	at(w, w->n - 1)->tries = TRIES;

	return 0;
}

nsec_t portwire_next(struct portwire *w)
{
	nsec_t t = w->n_echo > 0 ? echo_at(w, 0)->byte.end : NSEC_NEVER;
	const struct message *m = at(w, 0);

	if (w->n == 0)
		return t;
	if (!w->bytewise)
		return MIN(t, m->end);

	return MIN(t, m->begin + (nsec_t)(m->handed + 1) * byte_time(m->baud));
}

int portwire_recv(struct portwire *w, struct portwire_byte *ret, size_t max, nsec_t deadline)
{
	for (;;) {
		int r = catch_up(w), n = r < 0 ? r : flush(w, clock_now(w->clk), ret, max);
		nsec_t until = MIN(deadline, portwire_next(w)), now;
		uint8_t bytes[CHUNK];

		if (n)
			return n;
		/* While much is under way the port waits. */
		r = w->n_echo > HEARD / 2 ? clock_wait(w->clk, NULL, 0, until) :
					    bytelink_recv(w->bytes, bytes, sizeof(bytes), until);
		if (r < 0)
			return r;
		if (r > 0)
			take_in(w, bytes, (size_t)r);
		now = clock_now(w->clk);
		if (r == 0 && (now >= deadline || now < until))
			return flush(w, now, ret, max);
	}
}

bool portwire_busy(const struct portwire *w)
{
	return w->n > 0 || w->n_echo > 0;
}

void portwire_set_faults(struct portwire *w, const struct portwire_faults *f)
{
	w->faults = *f;
}

void portwire_hand_bytes(struct portwire *w)
{
	w->bytewise = true;
}

struct bytelink *portwire_port(struct portwire *w)
{
	return w->bytes;
}

int portwire_open(struct bytelink *bytes, unsigned int baud, struct portwire **ret)
{
	struct portwire *w = calloc(1, sizeof(*w));

	if (!w) {
		bytelink_close(bytes);
		return -ENOMEM;
	}
	w->bytes = bytes;
	w->clk = bytes->clk;
	w->baud = baud;
	w->random = 0x9e3779b97f4a7c15u; /* any seed but 0; always the same one */
	*ret = w;

	return 0;
}

void portwire_close(struct portwire *w)
{
	if (!w)
		return;
	bytelink_close(w->bytes);
	free(w);
}
