/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sim/stick.h"

#define LINE_MAX 160
#define BUFFER 1024 /* bytes to the host that it keeps; then frames are lost */

/* Bits of the answer to F. */
#define FLAG_RX_FULL 0x01u
#define FLAG_TX_FULL 0x02u
#define FLAG_WARNING 0x04u
#define FLAG_OVERRUN 0x08u
#define FLAG_PASSIVE 0x20u
#define FLAG_BUS_ERROR 0x80u

#define ERROR_BUS_OFF 0x40u /* CAN_ERR_BUSOFF of linux/can/error.h */

/* There is none for bus-off; the errors that lead to it have these. */
#define FLAGS_BUS_OFF (FLAG_WARNING | FLAG_PASSIVE | FLAG_BUS_ERROR)

struct stick {
	struct dongle d;
	enum stick_kind kind;
	bool open, listens;
	bool silent; /* CANable's M1: for when it opens */
	bool rate_set, stamps;
	bool bus_off; /* until the next good frame */
	unsigned int flags;
	size_t n;
	char line[LINE_MAX];
};

_Static_assert(offsetof(struct stick, d) == 0, "d must come first");

static struct stick *from(struct dongle *d)
{
	return container_of(d, struct stick, d);
}

/* ---- to the host ---- */

static void answer(struct stick *s, nsec_t now, const char *text)
{
	(void)dongle_say(&s->d, now, text, strlen(text), true);
}

static void say_if(struct stick *s, nsec_t now, bool good)
{
	if (s->kind == STICK_LAWICEL)
		answer(s, now, good ? "\r" : "\a");
}

static int dlc_of(const struct frame *f)
{
	static const uint8_t longer[] = { 12, 16, 20, 24, 32, 48, 64 };

	if (f->len <= 8)
		return f->len;
	for (size_t i = 0; f->flags & FRAME_FD && i < sizeof(longer); i++)
		if (longer[i] == f->len)
			return 9 + (int)i;

	return -1;
}

static char letter_of(const struct frame *f)
{
	char c = 't';

	if (f->flags & FRAME_RTR)
		c = 'r';
	if (f->flags & FRAME_FD)
		c = f->flags & FRAME_BRS ? 'b' : 'd';

	return f->flags & FRAME_EXT ? (char)(c - 'a' + 'A') : c;
}

static void stick_carry(struct dongle *d, nsec_t now, const struct frame *f)
{
	struct stick *s = from(d);
	int dlc = dlc_of(f), n;
	char text[LINE_MAX];

	if (!(f->flags & FRAME_LOST))
		s->bus_off = f->flags & FRAME_ERR && f->id & ERROR_BUS_OFF;
	if (s->bus_off)
		s->flags |= FLAGS_BUS_OFF;
	if (!s->open || f->flags & (FRAME_ERR | FRAME_LOST) || dlc < 0)
		return;
	if (f->flags & FRAME_FD && s->kind == STICK_LAWICEL) {
		s->flags |= FLAG_BUS_ERROR; /* to a classic controller that is one */
		return;
	}
	n = sprintf(text, f->flags & FRAME_EXT ? "%c%08X%X" : "%c%03X%X", letter_of(f), f->id,
		    (unsigned int)dlc);
	for (unsigned int i = 0; !(f->flags & FRAME_RTR) && i < f->len; i++)
		n += sprintf(text + n, "%02X", f->data[i]);
	if (s->stamps)
		n += sprintf(text + n, "%04X", (unsigned int)(now / NSEC_PER_MSEC % 60000));
	text[n++] = '\r';
	if (d->n + (size_t)n > BUFFER || !dongle_say(d, now, text, (size_t)n, false))
		s->flags |= FLAG_RX_FULL | FLAG_OVERRUN;
}

/* ---- from the host ---- */

/* N hex digits at *P, which moves on; false: others are there. */
static bool digits(const char **p, int n, uint32_t *ret)
{
	uint32_t v = 0;

	for (; n > 0; n--, ++*p) {
		const char *all = "0123456789ABCDEF0123456789abcdef", *c = **p ? strchr(all, **p) : NULL;

		if (!c)
			return false;
		v = v << 4 | (uint32_t)(c - all) % 16;
	}
	*ret = v;

	return true;
}

/* "t1232AABB": exactly. */
static bool read_frame(const char *p, struct frame *ret)
{
	static const uint8_t lens[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64 };
	bool ext = *p < 'a';
	char kind = ext ? (char)(*p - 'A' + 'a') : *p;
	struct frame f = { .flags = ext ? FRAME_EXT : 0 };
	uint32_t dlc, byte;

	p++;
	if (!digits(&p, ext ? 8 : 3, &f.id) || !digits(&p, 1, &dlc))
		return false;
	if (f.id > (ext ? 0x1fffffffu : 0x7ffu) || (dlc > 8 && (kind == 't' || kind == 'r')))
		return false;
	f.len = lens[dlc];
	if (kind == 'r')
		f.flags |= FRAME_RTR;
	if (kind == 'd' || kind == 'b')
		f.flags |= FRAME_FD;
	if (kind == 'b')
		f.flags |= FRAME_BRS;
	for (uint8_t i = 0; kind != 'r' && i < f.len; i++) {
		if (!digits(&p, 2, &byte))
			return false;
		f.data[i] = (uint8_t)byte;
	}
	*ret = f;

	return !*p;
}

static void transmit(struct stick *s, nsec_t now, const char *line)
{
	struct frame f;
	bool good = s->open && !s->listens && read_frame(line, &f);

	if (good && !dongle_put(&s->d, &f)) {
		s->flags |= FLAG_TX_FULL;
		good = false;
	}
	if (s->kind == STICK_LAWICEL)
		answer(s, now, !good ? "\a" : f.flags & FRAME_EXT ? "Z\r" : "z\r");
}

static void open_channel(struct stick *s, nsec_t now, bool listens)
{
	bool good = !s->open && s->rate_set;

	if (good) {
		s->open = true;
		s->listens = listens;
		s->flags = s->bus_off ? FLAGS_BUS_OFF : 0;
	}
	say_if(s, now, good);
}

static bool one_of(char c, const char *set)
{
	return c && strchr(set, c);
}

/* A setting, taken only while it is closed. */
static void set(struct stick *s, nsec_t now, const char *line)
{
	bool good = !s->open && line[1] && !line[2] && one_of(line[1], *line == 'S' ? "012345678" : "01");

	if (good && *line == 'S')
		s->rate_set = true;
	if (good && *line == 'Z')
		s->stamps = line[1] == '1';
	if (good && *line == 'M')
		s->silent = line[1] == '1';
	say_if(s, now, good);
}

static void close_channel(struct stick *s, nsec_t now)
{
	say_if(s, now, s->open);
	s->open = false;
}

static void tell_flags(struct stick *s, nsec_t now)
{
	char text[8];

	sprintf(text, "F%02X\r", s->flags);
	s->flags = 0;
	answer(s, now, text);
}

static void lawicel(struct stick *s, nsec_t now, const char *line)
{
	if (one_of(*line, "tTrR"))
		transmit(s, now, line);
	else if (one_of(*line, "SZ"))
		set(s, now, line);
	else if (!strcmp(line, "O") || !strcmp(line, "L"))
		open_channel(s, now, *line == 'L');
	else if (!strcmp(line, "C"))
		close_channel(s, now);
	else if (!strcmp(line, "V"))
		answer(s, now, "V1013\r");
	else if (!strcmp(line, "N"))
		answer(s, now, "N0000\r");
	else if (!strcmp(line, "F") && s->open)
		tell_flags(s, now);
	else
		say_if(s, now, !*line);
}

static void canable(struct stick *s, nsec_t now, const char *line)
{
	if (one_of(*line, "tTrRdDbB"))
		transmit(s, now, line);
	else if (one_of(*line, "SM"))
		set(s, now, line);
	else if (!strcmp(line, "O"))
		open_channel(s, now, s->silent);
	else if (!strcmp(line, "C"))
		close_channel(s, now);
	else if (!strcmp(line, "V"))
		answer(s, now, "CANable, simulated\r");
}

static void stick_hear(struct dongle *d, nsec_t now, char c)
{
	struct stick *s = from(d);

	if (c == '\n')
		return;
	if (c != '\r') {
		if (s->n < LINE_MAX - 1)
			s->line[s->n++] = c;
		return;
	}
	s->line[s->n] = '\0';
	s->n = 0;
	if (s->kind == STICK_LAWICEL)
		lawicel(s, now, s->line);
	else
		canable(s, now, s->line);
}

/* It keeps nothing. */
static void stick_reset(struct dongle *d, nsec_t now)
{
	struct stick *s = from(d);

	(void)now;
	s->open = s->listens = s->silent = s->rate_set = s->stamps = false;
	s->flags = 0;
	s->n = 0;
}

static const struct dongle_ops stick_ops = {
	.hear = stick_hear,
	.carry = stick_carry,
	.reset = stick_reset,
};

int stick_new(enum stick_kind kind, struct dongle **ret)
{
	struct stick *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	dongle_init(&s->d, &stick_ops);
	s->kind = kind;
	*ret = &s->d;

	return 0;
}

int stick_kind_parse(const char *name, enum stick_kind *ret)
{
	static const char *const names[] = { "lawicel", "canable" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(names[i], name) != 0)
			continue;
		*ret = (enum stick_kind)i;
		return 0;
	}

	return -ENOENT;
}
