/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/elm327.h"

#define LINE_MAX 64
#define FILTERS 16 /* own choice */
#define TIME_UNIT (4 * NSEC_PER_MSEC) /* of ATST, adapters.md 3.3.7 */
#define TIME_DEFAULT 0x32
#define ERROR_BUS_OFF 0x40u /* CAN_ERR_BUSOFF of linux/can/error.h */

/* How it is when it gets power, but for the echo and what ATD sets back. */
struct settings {
	bool headers, spaces, dlc, linefeeds, protocol, silent;
	uint32_t header, want, mask;
	unsigned int time;
};

struct filter {
	uint32_t want, mask;
};

struct elm327 {
	struct dongle d;
	enum elm327_kind kind;
	bool echo;
	uint8_t user; /* first byte of ATPB: b7 11 bits, b2..0 the format; and the divisor */
	uint8_t divisor;
	struct settings set;
	struct filter filter[FILTERS];
	size_t n_filters;
	enum elm327_doing {
		ELM327_COMMAND,
		ELM327_MONITOR,
		ELM327_FILTERED,
		ELM327_ANSWERS,
	} doing;
	nsec_t until; /* of ANSWERS */
	bool answered;
	bool bus_off; /* until the next good frame */
	bool told;    /* and that was said since the last ATD */
	size_t n;
	char line[LINE_MAX + 1], last[LINE_MAX + 1];
};

_Static_assert(offsetof(struct elm327, d) == 0, "d must come first");

static struct elm327 *from(struct dongle *d)
{
	return container_of(d, struct elm327, d);
}

static const char *const banners[] = {
	[ELM327_CLONE] = "ELM327 v1.5",
	[ELM327_GENUINE] = "ELM327 v2.2",
	[ELM327_STN] = "ELM327 v1.4b",
};

static const size_t buffers[] = {
	[ELM327_CLONE] = 256,
	[ELM327_GENUINE] = 512, /* adapters.md 3.2 */
	[ELM327_STN] = 2048, /* own choice: larger */
};

/* ---- to the host ---- */

static void say(struct elm327 *e, nsec_t now, const char *text)
{
	char all[LINE_MAX + 2];
	int n = snprintf(all, sizeof(all), "%s\r%s", text, e->set.linefeeds ? "\n" : "");

	(void)dongle_say(&e->d, now, all, (size_t)n, true);
}

/* The prompt, which may come late. */
static void prompt(struct elm327 *e, nsec_t now)
{
	const char *text = e->set.linefeeds ? "\r\n>" : "\r>";

	e->doing = ELM327_COMMAND;
	(void)dongle_say(&e->d, now, text, strlen(text), true);
}

static void done(struct elm327 *e, nsec_t now, const char *text)
{
	say(e, now, text);
	prompt(e, now);
}

static void tell_bus_off(struct elm327 *e, nsec_t now)
{
	e->told = true;
	done(e, now, "CAN ERROR");
}

static bool wanted(const struct elm327 *e, const struct frame *f)
{
	if (e->doing == ELM327_FILTERED || (e->n_filters && e->doing == ELM327_ANSWERS)) {
		for (size_t i = 0; i < e->n_filters; i++)
			if ((f->id & e->filter[i].mask) == (e->filter[i].want & e->filter[i].mask))
				return true;
		return false;
	}

	return (f->id & e->set.mask) == (e->set.want & e->set.mask);
}

static void show(struct elm327 *e, nsec_t now, const struct frame *f)
{
	const char *gap = e->set.spaces ? " " : "";
	char text[LINE_MAX];
	int n = 0;

	if (e->set.headers)
		n += sprintf(text + n, "%03X%s", f->id, gap);
	if (e->set.headers && e->set.dlc)
		n += sprintf(text + n, "%X%s", f->len, gap);
	for (unsigned int i = 0; i < f->len && i < 8; i++)
		n += sprintf(text + n, "%02X%s", f->data[i], gap);
	n += sprintf(text + n, e->set.linefeeds ? "\r\n" : "\r");
	if (e->d.n + (size_t)n <= buffers[e->kind]) {
		(void)dongle_say(&e->d, now, text, (size_t)n, false);
		return;
	}
	/* Glued to half a line, which adapters.md 3.3.4 warns of. */
	(void)dongle_say(&e->d, now, text, 6, false);
	done(e, now, "BUFFER FULL");
}

static void elm327_carry(struct dongle *d, nsec_t now, const struct frame *f)
{
	struct elm327 *e = from(d);

	if (!(f->flags & FRAME_LOST))
		e->bus_off = f->flags & FRAME_ERR && f->id & ERROR_BUS_OFF;
	if (e->bus_off && e->doing != ELM327_COMMAND)
		tell_bus_off(e, now);
	if (e->doing == ELM327_COMMAND || f->flags || !wanted(e, f))
		return;
	if (e->doing == ELM327_ANSWERS) {
		e->answered = true;
		e->until = now + (nsec_t)e->set.time * TIME_UNIT;
	}
	show(e, now, f);
}

/* ---- commands ---- */

static void defaults(struct elm327 *e)
{
	e->set = (struct settings){
		.spaces = true,
		.linefeeds = e->kind == ELM327_CLONE,
		.silent = true,
		.header = 0x7df,
		.time = TIME_DEFAULT,
	};
	e->n_filters = 0;
	e->told = false;
}

static void start_anew(struct elm327 *e)
{
	e->echo = true;
	e->user = 0xe0; /* own choice: any that is not asked for */
	e->divisor = 4;
	e->n = 0;
	e->last[0] = '\0';
	defaults(e);
}

static bool hex(const char *s, size_t n, uint32_t *ret)
{
	char *end;

	if (strlen(s) != n || strspn(s, "0123456789ABCDEF") != n)
		return false;
	*ret = (uint32_t)strtoul(s, &end, 16);

	return !*end;
}

static bool flag(const char *s, bool *ret)
{
	if ((*s != '0' && *s != '1') || s[1])
		return false;
	*ret = *s == '1';

	return true;
}

static bool set_user(struct elm327 *e, const char *s)
{
	uint32_t v;

	if (!hex(s, 4, &v))
		return false;
	e->user = (uint8_t)(v >> 8);
	e->divisor = (uint8_t)v;

	return true;
}

/* B, with what ATPB said: 11 bits, no format, 500 kbit/s. No other bus is here. */
static bool set_protocol(struct elm327 *e, const char *s)
{
	e->set.protocol = !strcmp(s, "B") && (e->user & 0x87) == 0x80 && e->divisor == 1;

	return *s && !s[1] && isxdigit(*s);
}

static bool is_better(const struct elm327 *e)
{
	return e->kind != ELM327_CLONE;
}

/* An AT command that says OK; false: there is none of this name. */
static bool setting(struct elm327 *e, const char *s)
{
	uint32_t v = 0;
	bool b;

	if (!strcmp(s, "D"))
		return defaults(e), true;
	if (*s == 'E')
		return flag(s + 1, &e->echo);
	if (*s == 'L')
		return flag(s + 1, &e->set.linefeeds);
	if (*s == 'H')
		return flag(s + 1, &e->set.headers);
	if (!strncmp(s, "SP", 2))
		return set_protocol(e, s + 2);
	if (!strncmp(s, "SH", 2))
		return hex(s + 2, 3, &v) && (e->set.header = v, v <= 0x7ff);
	if (!strncmp(s, "ST", 2))
		return hex(s + 2, 2, &v) && (e->set.time = v ? v : TIME_DEFAULT, true);
	if (*s == 'S')
		return flag(s + 1, &e->set.spaces);
	if (!strncmp(s, "PB", 2))
		return set_user(e, s + 2);
	if (!strncmp(s, "CF", 2))
		return hex(s + 2, 3, &e->set.want);
	if (!strncmp(s, "CM", 2))
		return hex(s + 2, 3, &e->set.mask);
	if (!strcmp(s, "AL") || !strcmp(s, "NL") || !strcmp(s, "AT0"))
		return true;
	if (*s == 'D' && is_better(e))
		return flag(s + 1, &e->set.dlc);
	if (!strncmp(s, "CSM", 3) && is_better(e))
		return flag(s + 3, &b) && (e->set.silent = b, true);

	return false;
}

/* Who would listen to a bus that is off is told so, once. */
static void listen(struct elm327 *e, nsec_t now, enum elm327_doing how)
{
	if (e->bus_off && !e->told)
		tell_bus_off(e, now);
	else
		e->doing = how;
}

static void at(struct elm327 *e, nsec_t now, const char *s)
{
	if (!strcmp(s, "Z")) {
		start_anew(e);
		done(e, now, banners[e->kind]);
	} else if (!strcmp(s, "I")) {
		done(e, now, banners[e->kind]);
	} else if (!strcmp(s, "MA")) {
		listen(e, now, ELM327_MONITOR);
	} else {
		done(e, now, setting(e, s) ? "OK" : "?");
	}
}

static bool add_filter(struct elm327 *e, const char *s)
{
	unsigned int want, mask;
	char rest;

	if (e->n_filters == FILTERS || sscanf(s, "%3X,%3X%c", &want, &mask, &rest) != 2)
		return false;
	e->filter[e->n_filters++] = (struct filter){ want, mask };

	return true;
}

static void st(struct elm327 *e, nsec_t now, const char *s)
{
	if (!strcmp(s, "I")) {
		done(e, now, "STN2120 v4.3.2");
	} else if (!strcmp(s, "FCP")) {
		e->n_filters = 0;
		done(e, now, "OK");
	} else if (!strncmp(s, "FAP", 3)) {
		done(e, now, add_filter(e, s + 3) ? "OK" : "?");
	} else if (!strcmp(s, "M")) {
		listen(e, now, ELM327_FILTERED);
	} else {
		done(e, now, "?");
	}
}

/* Bytes for the bus, then the answers to it. */
static void transmit(struct elm327 *e, nsec_t now, const char *s)
{
	struct frame f = { .id = e->set.header };
	size_t n = strlen(s);

	if (n % 2 || n > 16 || strspn(s, "0123456789ABCDEF") != n) {
		done(e, now, "?");
		return;
	}
	if (!e->set.protocol) {
		done(e, now, "UNABLE TO CONNECT");
		return;
	}
	for (; f.len < n / 2; f.len++) {
		char byte[3] = { s[2 * f.len], s[2 * f.len + 1] };

		f.data[f.len] = (uint8_t)strtoul(byte, NULL, 16);
	}
	if (e->bus_off || !dongle_put(&e->d, &f)) {
		done(e, now, "CAN ERROR");
		return;
	}
	e->doing = ELM327_ANSWERS;
	e->answered = false;
	e->until = now + (nsec_t)e->set.time * TIME_UNIT;
}

/* The end of a line; an empty one is the last again. */
static void enter(struct elm327 *e, nsec_t now)
{
	e->line[e->n] = '\0';
	e->n = 0;
	if (*e->line)
		strcpy(e->last, e->line);
	if (!*e->last)
		prompt(e, now);
	else if (!strncmp(e->last, "AT", 2))
		at(e, now, e->last + 2);
	else if (!strncmp(e->last, "ST", 2) && e->kind == ELM327_STN)
		st(e, now, e->last + 2);
	else
		transmit(e, now, e->last);
}

static void elm327_hear(struct dongle *d, nsec_t now, char c)
{
	struct elm327 *e = from(d);

	if (e->doing != ELM327_COMMAND) {
		done(e, now, "STOPPED");
		return;
	}
	if (!c || c == '\n')
		return;
	if (e->echo)
		dongle_echo(d, now, c);
	if (c == '\r')
		enter(e, now);
	else if (c != ' ' && e->n < LINE_MAX)
		e->line[e->n++] = (char)toupper((unsigned char)c);
}

static nsec_t elm327_next(const struct dongle *d)
{
	const struct elm327 *e = (const struct elm327 *)d;

	return e->doing == ELM327_ANSWERS ? e->until : NSEC_NEVER;
}

static void elm327_run(struct dongle *d, nsec_t now)
{
	struct elm327 *e = from(d);

	if (elm327_next(d) > now)
		return;
	if (e->answered)
		prompt(e, now);
	else
		done(e, now, "NO DATA");
}

static void elm327_reset(struct dongle *d, nsec_t now)
{
	struct elm327 *e = from(d);

	start_anew(e);
	say(e, now, "");
	done(e, now, banners[e->kind]);
}

static const struct dongle_ops elm327_ops = {
	.hear = elm327_hear,
	.carry = elm327_carry,
	.reset = elm327_reset,
	.next = elm327_next,
	.run = elm327_run,
	.echoes = true,
};

int elm327_new(enum elm327_kind kind, struct dongle **ret)
{
	struct elm327 *e = calloc(1, sizeof(*e));

	if (!e)
		return -ENOMEM;
	dongle_init(&e->d, &elm327_ops);
	e->kind = kind;
	start_anew(e);
	*ret = &e->d;

	return 0;
}

int elm327_kind_parse(const char *name, enum elm327_kind *ret)
{
	static const char *const names[] = { "clone", "genuine", "stn" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(names[i], name) != 0)
			continue;
		*ret = (enum elm327_kind)i;
		return 0;
	}

	return -ENOENT;
}
