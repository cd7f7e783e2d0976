/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "link/bytelink-wire.h"
#include "link/chip.h"
#include "link/uart.h"

#define BAUD_MAX 3000000	/* of an FT232R */
#define PARTY_AGAIN NSEC_PER_USEC

/* A byte on its way out, as bits; those for the others are what faults left of it. */
struct sending {
	nsec_t begin;
	nsec_t next;		/* the next bit's begin, or the end; NSEC_NEVER: nothing goes out */
	unsigned int bit;
	uint16_t own, others;
};

struct station {
	struct bytelink bytes;
	struct bytelink_wire *wire;
	struct bytelink_line line;
	unsigned int modem;
	bool pulls, no_echo, unplugged, has_modem;

	uint8_t out[BYTELINK_WIRE_QUEUE];
	size_t out_head, n_out;
	struct sending tx;
	bool noise_was;		/* before the next byte */

	struct uart_rx rx;
	bool high;		/* what it hears */
	nsec_t fell;
	struct chip chip;
	struct bytelink_low lows[BYTELINK_WIRE_LOWS];
	size_t low_head, n_lows;
};

struct party {
	struct bytelink_party p;
	nsec_t ran;		/* when it was run last */
};

struct bytelink_wire {
	struct clock *clk;
	nsec_t now;		/* all before it has happened */
	bool came;		/* something, to a station, since the parties ran */
	bool inside;		/* a party runs */
	struct station *stations[BYTELINK_WIRE_STATIONS];
	struct party parties[BYTELINK_WIRE_PARTIES];
	size_t n_parties;
	struct bytelink_wire_faults faults;
	uint64_t random;
};

static struct station *from(struct bytelink *b)
{
	return container_of(b, struct station, bytes);
}

/* xorshift64*, the upper 53 bits as 0 <= x < 1. */
static double draw(struct bytelink_wire *w)
{
	w->random ^= w->random >> 12;
	w->random ^= w->random << 25;
	w->random ^= w->random >> 27;

	return (double)(w->random * 0x2545f4914f6cdd1du >> 11) / 9007199254740992.0;
}

static bool happens(struct bytelink_wire *w, double chance)
{
	return chance > 0 && draw(w) < chance;
}

/* ---- out ---- */

/* The next byte begins at T, or noise before it. */
static void begin_byte(struct station *s, nsec_t t)
{
	struct bytelink_wire *w = s->wire;
	struct sending *tx = &s->tx;

	*tx = (struct sending){ .begin = t, .next = NSEC_NEVER };
	if (s->n_out == 0)
		return;
	tx->next = t + uart_halves(&s->line, 2);
	if (!s->noise_was && happens(w, w->faults.noise)) {
		s->noise_was = true;
		tx->own = tx->others = uart_bits(&s->line, (uint8_t)(draw(w) * 256));
		return;
	}
	s->noise_was = false;
	tx->own = tx->others = uart_bits(&s->line, s->out[s->out_head]);
	s->out_head = (s->out_head + 1) % BYTELINK_WIRE_QUEUE;
	s->n_out--;
	if (happens(w, w->faults.lose))
		tx->others = UINT16_MAX;
	else if (happens(w, w->faults.damage))
		tx->others ^= (uint16_t)(2u << (int)(draw(w) * (uart_n_bits(&s->line) - 2)));
}

/* A bit of S ends. */
static void next_bit(struct station *s)
{
	struct sending *tx = &s->tx;
	nsec_t end = tx->next;

	tx->bit++;
	if (tx->bit == uart_n_bits(&s->line))
		begin_byte(s, end);
	else
		tx->next = tx->begin + uart_halves(&s->line, 2 * tx->bit + 2);
}

static bool drives_high(const struct station *s, uint16_t bits)
{
	return s->unplugged || (!s->pulls && (s->tx.next == NSEC_NEVER || (bits >> s->tx.bit & 1)));
}

/* ---- in ---- */

static void low_ends(struct station *s, nsec_t t)
{
	if (t - s->fell <= uart_halves(&s->line, 2 * uart_n_bits(&s->line) - 2))
		return;
	if (s->n_lows == BYTELINK_WIRE_LOWS) {
		s->low_head = (s->low_head + 1) % BYTELINK_WIRE_LOWS;
		s->n_lows--;
	}
	s->lows[(s->low_head + s->n_lows++) % BYTELINK_WIRE_LOWS] =
		(struct bytelink_low){ s->fell, t };
	s->wire->came = true;
}

static bool hears_high(const struct station *s)
{
	for (size_t i = 0; i < BYTELINK_WIRE_STATIONS; i++) {
		const struct station *o = s->wire->stations[i];

		if (!o || (o == s && s->no_echo))
			continue;
		if (!drives_high(o, o == s ? o->tx.own : o->tx.others))
			return false;
	}

	return true;
}

/* What the wire is now comes to S. */
static void hear(struct station *s)
{
	nsec_t now = s->wire->now, begin = s->rx.begin;
	bool high = s->unplugged || hears_high(s);
	enum uart_result what;
	uint8_t byte;

	if (high != s->high) {
		s->high = high;
		if (high)
			low_ends(s, now);
		else
			s->fell = now;
		uart_edge(&s->rx, &s->line, high, now);
	}
	if (s->rx.next > now)
		return;
	what = uart_look(&s->rx, &s->line, high, &byte);
	if (what != UART_NOTHING)
		chip_put(&s->chip, s->line.even_parity, what, byte,
			 begin + uart_halves(&s->line, 2 * uart_n_bits(&s->line)));
}

/* ---- time ---- */

static void hear_all(struct bytelink_wire *w)
{
	for (size_t i = 0; i < BYTELINK_WIRE_STATIONS; i++)
		if (w->stations[i])
			hear(w->stations[i]);
}

/* All that happens at T, which is the next time something does. */
static void step(struct bytelink_wire *w, nsec_t t)
{
	w->now = t;
	for (size_t i = 0; i < BYTELINK_WIRE_STATIONS; i++)
		while (w->stations[i] && w->stations[i]->tx.next <= t)
			next_bit(w->stations[i]);
	hear_all(w);
	for (size_t i = 0; i < BYTELINK_WIRE_STATIONS; i++)
		if (w->stations[i] && chip_hand_on(&w->stations[i]->chip, t))
			w->came = true;
}

static nsec_t next_of_stations(const struct bytelink_wire *w)
{
	nsec_t t = NSEC_NEVER;

	for (size_t i = 0; i < BYTELINK_WIRE_STATIONS; i++) {
		const struct station *s = w->stations[i];
		nsec_t chip = s ? chip_next(&s->chip) : NSEC_NEVER;

		if (s)
			t = MIN(t, MIN(chip, MIN(s->tx.next, s->rx.next)));
	}

	return t;
}

/* One whose time is past, though it ran just now, is run again soon. */
static nsec_t next_of(const struct bytelink_wire *w, const struct party *p)
{
	nsec_t t = p->p.next(p->p.arg);

	if (t > w->now)
		return t;

	return p->ran == w->now ? w->now + PARTY_AGAIN : w->now;
}

static nsec_t next_of_all(const struct bytelink_wire *w)
{
	nsec_t t = next_of_stations(w);

	for (size_t i = 0; i < w->n_parties; i++) {
		nsec_t p = next_of(w, &w->parties[i]);

		t = MIN(t, p);
	}

	return t;
}

static void run_parties(struct bytelink_wire *w)
{
	bool came = w->came;

	w->came = false;
	w->inside = true;
	for (size_t i = 0; i < w->n_parties; i++) {
		struct party *p = &w->parties[i];

		if (!came && next_of(w, p) > w->now)
			continue;
		p->ran = w->now;
		p->p.run(p->p.arg, w->now);
	}
	w->inside = false;
}

static void run_until(struct bytelink_wire *w, nsec_t until)
{
	nsec_t t;

	if (w->came)	/* by a call of ours: a break has ended */
		run_parties(w);
	while ((t = next_of_all(w)) <= until) {
		step(w, t);
		run_parties(w);
	}
	w->now = MAX(w->now, until);
}

/* The clock may have moved without us. A party is where the wire is. */
static void catch_up(struct bytelink_wire *w)
{
	if (!w->inside)
		run_until(w, clock_now(w->clk));
}

/* Move to the next thing that happens, but not past DEADLINE. */
static int wait_on(struct bytelink_wire *w, nsec_t deadline)
{
	nsec_t next = next_of_all(w), t = MIN(next, deadline);
	int r = clock_wait(w->clk, NULL, 0, t);

	if (r == 0)
		run_until(w, t);

	return r;
}

/* ---- the byte link ---- */

static int wire_send(struct bytelink *b, const uint8_t *bytes, size_t n)
{
	struct station *s = from(b);

	catch_up(s->wire);
	if (s->unplugged)
		return -ENODEV;
	if (n > BYTELINK_WIRE_QUEUE - s->n_out)
		return -ENOBUFS;
	for (size_t i = 0; i < n; i++)
		s->out[(s->out_head + s->n_out++) % BYTELINK_WIRE_QUEUE] = bytes[i];
	if (s->tx.next == NSEC_NEVER) {
		begin_byte(s, s->wire->now);
		hear_all(s->wire);
	}

	return 0;
}

static int wire_recv(struct bytelink *b, uint8_t *ret, size_t max, nsec_t deadline)
{
	struct station *s = from(b);
	size_t n;
	int r;

	catch_up(s->wire);
	for (;;) {
		if (s->unplugged)
			return -ENODEV;
		n = chip_take(&s->chip, ret, MIN(max, (size_t)INT32_MAX));
		if (n > 0 || s->wire->inside || s->wire->now >= deadline)
			return (int)n;
		r = wait_on(s->wire, deadline);
		if (r < 0)
			return r;
	}
}

static int wire_errors(struct bytelink *b, struct bytelink_errors *ret)
{
	catch_up(from(b)->wire);
	if (from(b)->unplugged)
		return -ENODEV;
	*ret = from(b)->chip.errors;

	return 0;
}

/* Until all that S sends is out. */
static int drain(struct station *s)
{
	catch_up(s->wire);
	while (!s->unplugged && s->tx.next != NSEC_NEVER) {
		int r = s->wire->inside ? -EBUSY : wait_on(s->wire, NSEC_NEVER);

		if (r < 0)
			return r;
	}

	return s->unplugged ? -ENODEV : 0;
}

static int wire_set(struct bytelink *b, const struct bytelink_line *line)
{
	struct station *s = from(b);
	int r = line->baud > 0 && line->baud <= BAUD_MAX ? drain(s) : -EINVAL;

	if (r < 0)
		return r;
	s->line = *line;
	b->marks = line->even_parity;
	uart_reset(&s->rx);
	s->rx.stuck = !s->high;

	return 0;
}

static int wire_break(struct bytelink *b, bool on)
{
	struct station *s = from(b);
	int r = drain(s);

	if (r < 0)
		return r;
	s->pulls = on;
	hear_all(s->wire);

	return 0;
}

static int wire_modem(struct bytelink *b, unsigned int *ret)
{
	if (from(b)->unplugged)
		return -ENODEV;
	if (!from(b)->has_modem)
		return -EOPNOTSUPP;
	*ret = from(b)->modem;

	return 0;
}

/* The parties may be gone already: nothing happens any more before this. */
static void wire_close(struct bytelink *b)
{
	struct station *s = from(b);
	struct bytelink_wire *w = s->wire;

	for (size_t i = 0; i < BYTELINK_WIRE_STATIONS; i++)
		if (w->stations[i] == s)
			w->stations[i] = NULL;
	free(s);
	hear_all(w);
}

static const struct bytelink_ops wire_ops = {
	.send = wire_send,
	.recv = wire_recv,
	.errors = wire_errors,
	.set = wire_set,
	.set_break = wire_break,
	.modem = wire_modem,
	.close = wire_close,
};

/* ---- the wire ---- */

int bytelink_wire_new(struct clock *clk, struct bytelink_wire **ret)
{
	struct bytelink_wire *w;

	if (!clk->is_virtual)
		return -EINVAL;
	w = calloc(1, sizeof(*w));
	if (!w)
		return -ENOMEM;
	w->clk = clk;
	w->now = clock_now(clk);
	w->random = 0x9e3779b97f4a7c15u; /* any seed but 0; always the same one */
	*ret = w;

	return 0;
}

int bytelink_wire_station(struct bytelink_wire *w, struct bytelink **ret)
{
	struct station *s;
	size_t i = 0;

	while (i < BYTELINK_WIRE_STATIONS && w->stations[i])
		i++;
	if (i == BYTELINK_WIRE_STATIONS)
		return -ENOSPC;
	s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	s->bytes = (struct bytelink){
		.ops = &wire_ops, .clk = w->clk, .name = "wire", .is_virtual = true,
	};
	s->wire = w;
	s->line.baud = 9600;
	s->tx.next = NSEC_NEVER;
	s->high = true;
	uart_reset(&s->rx);
	w->stations[i] = s;
	*ret = &s->bytes;

	return 0;
}

int bytelink_wire_party(struct bytelink_wire *w, const struct bytelink_party *p)
{
	if (w->n_parties == BYTELINK_WIRE_PARTIES)
		return -ENOSPC;
	w->parties[w->n_parties++] = (struct party){ .p = *p, .ran = INT64_MIN };

	return 0;
}

void bytelink_wire_faults(struct bytelink_wire *w, const struct bytelink_wire_faults *f)
{
	catch_up(w);
	w->faults = *f;
}

bool bytelink_wire_low(struct bytelink *b, struct bytelink_low *ret)
{
	struct station *s = from(b);

	catch_up(s->wire);
	if (s->n_lows == 0)
		return false;
	*ret = s->lows[s->low_head];
	s->low_head = (s->low_head + 1) % BYTELINK_WIRE_LOWS;
	s->n_lows--;

	return true;
}

void bytelink_wire_latency(struct bytelink *b, nsec_t latency)
{
	catch_up(from(b)->wire);
	from(b)->chip.latency = latency;
}

void bytelink_wire_no_echo(struct bytelink *b, bool no_echo)
{
	catch_up(from(b)->wire);
	from(b)->no_echo = no_echo;
	hear_all(from(b)->wire);
}

void bytelink_wire_modem(struct bytelink *b, unsigned int modem)
{
	from(b)->has_modem = true;
	from(b)->modem = modem;
}

struct bytelink_line bytelink_wire_line(struct bytelink *b)
{
	return from(b)->line;
}

void bytelink_wire_unplug(struct bytelink *b)
{
	catch_up(from(b)->wire);
	from(b)->unplugged = true;
	from(b)->n_out = 0;
	from(b)->tx.next = NSEC_NEVER;
	hear_all(from(b)->wire);
}

void bytelink_wire_free(struct bytelink_wire *w)
{
	free(w);
}
