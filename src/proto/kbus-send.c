/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/util.h"
#include "proto/kbus-send.h"

void kbus_send_init(struct kbus_send *s, uint32_t seed, nsec_t now)
{
	memset(s, 0, sizeof(*s));
	s->random = seed ? seed : 1;	/* xorshift has no 0 */
	s->quiet = now;
	s->next = NSEC_NEVER;
}

void kbus_send_begin(struct kbus_send *s, const uint8_t *bytes, size_t n, nsec_t now)
{
	s->state = KBUS_SEND_WAITING;
	s->tries = 0;
	s->overlaid = false;
	s->earliest = now;
	s->give_up = now + KBUS_SEND_PATIENCE;
	s->n = MIN(n, sizeof(s->frame));
	memcpy(s->frame, bytes, s->n);
}

/* 0 .. KBUS_SEND_BACK_OFF; xorshift32 */
static nsec_t draw(struct kbus_send *s)
{
	s->random ^= s->random << 13;
	s->random ^= s->random >> 17;
	s->random ^= s->random << 5;

	return (nsec_t)(s->random % (uint32_t)(KBUS_SEND_BACK_OFF + 1));
}

static enum kbus_send_do over(struct kbus_send *s, int result)
{
	kbus_send_cancel(s);
	s->result = result;

	return KBUS_SEND_OVER;
}

static enum kbus_send_do wait_for(struct kbus_send *s, nsec_t t)
{
	s->next = t;

	return KBUS_SEND_WAIT;
}

static enum kbus_send_do run_waiting(struct kbus_send *s, nsec_t now, bool is_free)
{
	nsec_t ready = MAX(s->quiet + KBUS_SEND_IDLE, s->earliest);

	if (now >= ready && is_free)
		return KBUS_SEND_WRITE;
	if (now >= s->give_up)
		return over(s, -EBUSY);

	return wait_for(s, MIN(now >= ready ? now + KBUS_SEND_LOOK : ready, s->give_up));
}

static enum kbus_send_do run_written(struct kbus_send *s, nsec_t now)
{
	nsec_t last = s->out + KBUS_SEND_ECHO + s->slack;

	/* Of an echo that has begun the rest comes. */
	if (s->n_heard > 0)
		last = MIN(last, MAX(s->out, s->quiet) + KBUS_SEND_SETTLED + (s->match ? s->slack : 0));
	if (now < last)
		return wait_for(s, last);
	if (s->n_heard == 0)
		return over(s, -ENOLINK);
	s->collisions++;
	s->overlaid |= s->lowered;
	if (++s->tries == KBUS_SEND_TRIES)
		return over(s, -ECOMM);
	s->match = 0;
	s->state = KBUS_SEND_WAITING;
	s->earliest = now + KBUS_SEND_BACK_OFF + draw(s);
	s->give_up = s->earliest + KBUS_SEND_PATIENCE;

	return run_waiting(s, now, true);
}

enum kbus_send_do kbus_send_run(struct kbus_send *s, nsec_t now, bool is_free)
{
	switch (s->state) {
	case KBUS_SEND_WAITING:
		return run_waiting(s, now, is_free);
	case KBUS_SEND_WRITTEN:
		return run_written(s, now);
	case KBUS_SEND_NOTHING:
		break;
	}

	return KBUS_SEND_OVER;
}

void kbus_send_written(struct kbus_send *s, nsec_t now)
{
	s->state = KBUS_SEND_WRITTEN;
	s->out = now + (nsec_t)s->n * KBUS_BYTE_TIME;
	s->n_heard = 0;
	s->lowered = true;
}

/* Do the last N bytes that were heard begin the frame? */
static bool matches(const struct kbus_send *s, size_t n)
{
	const struct kbus_byte *b = s->held + s->n_held - n;

	for (size_t i = 0; i < n; i++)
		if (b[i].damaged || b[i].byte != s->frame[i])
			return false;

	return true;
}

bool kbus_send_hear(struct kbus_send *s, const struct kbus_byte *b)
{
	size_t match = 0;

	s->held[s->n_held++] = *b;
	s->quiet = b->t + KBUS_BYTE_TIME;
	if (s->n_heard < s->n)
		s->lowered &= !(b->byte & ~s->frame[s->n_heard++]);
	if (s->state == KBUS_SEND_WRITTEN)
		for (match = s->match + 1; !matches(s, match);)
			match--;
	s->match = match;
	if (match < s->n || match == 0)
		return false;
	s->n_held -= match;
	(void)over(s, 0);

	return true;
}

bool kbus_send_pop(struct kbus_send *s, struct kbus_byte *ret)
{
	if (s->n_held == s->match)
		return false;
	*ret = s->held[0];
	memmove(s->held, s->held + 1, --s->n_held * sizeof(s->held[0]));

	return true;
}

void kbus_send_cancel(struct kbus_send *s)
{
	s->state = KBUS_SEND_NOTHING;
	s->match = 0;
	s->next = NSEC_NEVER;
}
