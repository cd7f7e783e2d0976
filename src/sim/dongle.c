/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/dongle.h"

static const struct serial_faults none = { 0 };

void dongle_init(struct dongle *d, const struct dongle_ops *ops)
{
	d->ops = ops;
	d->random = 0x9e3779b97f4a7c15u; /* any seed but 0; always the same one */
}

static const struct serial_faults *faults(const struct dongle *d)
{
	return d->faults ? d->faults : &none;
}

/* xorshift64*, the upper 53 bits as 0 <= x < 1. */
static double draw(struct dongle *d)
{
	d->random ^= d->random >> 12;
	d->random ^= d->random << 25;
	d->random ^= d->random >> 27;

	return (double)(d->random * 0x2545f4914f6cdd1du >> 11) / 9007199254740992.0;
}

static void put_byte(struct dongle *d, nsec_t due, char c)
{
	const struct serial_faults *f = faults(d);
	nsec_t time = f->baud ? 10 * NSEC_PER_SEC / f->baud : 0;

	if (d->n == DONGLE_OUT)
		return;
	d->free = MAX(due, d->free) + time;
	d->out[(d->head + d->n++) % DONGLE_OUT] = (struct dongle_byte){ d->free, c };
}

bool dongle_say(struct dongle *d, nsec_t now, const char *text, size_t n, bool answer)
{
	const struct serial_faults *f = faults(d);
	nsec_t due = nsec_add(now, answer ? f->late : 0);

	if (2 * n > DONGLE_OUT - d->n) /* a NUL before each */
		return false;
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && i == n / 2)
			due = nsec_add(due, f->split);
		if (f->nul > 0 && draw(d) < f->nul)
			put_byte(d, due, '\0');
		if (f->lose > 0 && draw(d) < f->lose)
			continue;
		put_byte(d, due, text[i]);
	}

	return true;
}

bool dongle_put(struct dongle *d, const struct frame *f)
{
	if (d->n_bus == DONGLE_BUS)
		return false;
	d->bus[(d->bus_head + d->n_bus++) % DONGLE_BUS] = *f;

	return true;
}

static void catch_up(struct dongle *d, nsec_t now)
{
	if (d->resets != faults(d)->resets) {
		d->resets = faults(d)->resets;
		d->ops->reset(d, now);
	}
	if (d->ops->run)
		d->ops->run(d, now);
}

/* Digits and letters stay what they are. */
static char spoil(char c)
{
	return c == '\r' ? c : (char)(c ^ 1);
}

void dongle_echo(struct dongle *d, nsec_t now, char c)
{
	bool wrong = faults(d)->wrong_echo && d->echoed % 10 == 2;

	d->echoed++;
	if (wrong)
		c = spoil(c);
	(void)dongle_say(d, now, &c, 1, false);
}

void dongle_hear(struct dongle *d, nsec_t now, const uint8_t *bytes, size_t n)
{
	catch_up(d, now);
	for (size_t i = 0; i < n; i++) {
		if (!d->ops->echoes && (faults(d)->echo || faults(d)->wrong_echo))
			dongle_echo(d, now, (char)bytes[i]);
		d->ops->hear(d, now, (char)bytes[i]);
	}
}

void dongle_carry(struct dongle *d, nsec_t now, const struct frame *f)
{
	catch_up(d, now);
	d->ops->carry(d, now, f);
}

size_t dongle_take(struct dongle *d, nsec_t now, uint8_t *ret, size_t max)
{
	size_t n = 0;

	catch_up(d, now);
	while (n < max && d->n > 0 && d->out[d->head].due <= now) {
		ret[n++] = (uint8_t)d->out[d->head].c;
		d->head = (d->head + 1) % DONGLE_OUT;
		d->n--;
	}

	return n;
}

nsec_t dongle_next(const struct dongle *d)
{
	nsec_t next = d->ops->next ? d->ops->next(d) : NSEC_NEVER;

	return d->n > 0 ? MIN(next, d->out[d->head].due) : next;
}

bool dongle_take_frame(struct dongle *d, struct frame *ret)
{
	if (d->n_bus == 0)
		return false;
	*ret = d->bus[d->bus_head];
	d->bus_head = (d->bus_head + 1) % DONGLE_BUS;
	d->n_bus--;

	return true;
}
