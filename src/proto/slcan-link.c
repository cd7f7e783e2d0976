/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "proto/slcan-link.h"
#include "proto/slcan-time.h"
#include "proto/slcan.h"

#define CHUNK 512

#define CLOSE_TIME (100 * NSEC_PER_MSEC)	/* for what still comes from before: adapters.md 4 */
#define WRONG_LINE "\x7f\x7f\r"	/* no stick and no ELM327 has such a command: adapters.md 3.3.1 */
#define ANSWER_TIME (500 * NSEC_PER_MSEC)
#define STATUS_EVERY NSEC_PER_SEC
#define OWED_TIME NSEC_PER_SEC			/* then an answer is taken as lost */

#define TROUBLES_MAX 8

/* What was asked and is to be answered, oldest first. */
struct owed {
	char command;	/* 't' or 'F' */
	nsec_t since;
};

struct slcan_link {
	struct link link;
	struct bytelink *bytes;
	struct slcan_options o;
	struct slcan_reader reader;
	struct slcan_time time;
	struct slcan_heard heard;
	bool canable;		/* CANable's firmware: M1 and S7 are its own */
	bool knows_flags;	/* it answers F while it is open */
	nsec_t status;		/* when F is sent next */

	size_t head, n_owed;
	struct owed owed[SLCAN_OWED + 1];

	size_t pos, n;		/* of the bytes that came */
	char raw[CHUNK];
	nsec_t came;

	uint32_t lost;		/* frames, to be told before the next one */
	size_t n_troubles;
	uint32_t troubles[TROUBLES_MAX];	/* class | what the controller has << 16 */
};

_Static_assert(offsetof(struct slcan_link, link) == 0, "link must come first");

static struct slcan_link *from(struct link *l)
{
	return container_of(l, struct slcan_link, link);
}

static int write_text(struct slcan_link *k, const char *text)
{
	return bytelink_send(k->bytes, (const uint8_t *)text, strlen(text));
}

/* Bytes that are there, or those that come until DEADLINE, behind those that wait. */
static int fill(struct slcan_link *k, nsec_t deadline)
{
	int n;

	if (k->pos == k->n)
		k->pos = k->n = 0;
	n = bytelink_recv(k->bytes, (uint8_t *)k->raw + k->n, sizeof(k->raw) - k->n, deadline);
	if (n > 0) {
		k->n += (size_t)n;
		k->came = clock_now(k->link.clk);
	}

	return n;
}

static bool next_event(struct slcan_link *k, struct slcan_event *ret)
{
	while (k->pos < k->n)
		if (slcan_push(&k->reader, k->raw[k->pos++], ret))
			return true;

	return false;
}

/* ---- what its flags say ---- */

static void trouble(struct slcan_link *k, uint32_t class, uint8_t crtl)
{
	if (k->n_troubles < TROUBLES_MAX)
		k->troubles[k->n_troubles++] = class | (uint32_t)crtl << 16;
}

/* Classes and bits of linux/can/error.h; what a word of them means is in link/frame.c. */
static void take_flags(struct slcan_link *k, uint8_t flags)
{
	static const struct {
		uint8_t flag;
		uint32_t class;
		uint8_t crtl;
	} all[] = {
		{ SLCAN_RX_FULL | SLCAN_OVERRUN, 0x004, 0x01 },
		{ SLCAN_TX_FULL, 0x004, 0x02 },
		{ SLCAN_PASSIVE, 0x004, 0x30 },
		{ SLCAN_WARNING, 0x004, 0x0c },
		{ SLCAN_BUS_ERROR, 0x080, 0 },
	};

	if (flags & (SLCAN_RX_FULL | SLCAN_OVERRUN)) {
		k->heard.overruns++;
		k->lost++;
	}
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (flags & all[i].flag)
			trouble(k, all[i].class, all[i].crtl);
}

/* ---- opening ---- */

/* What an ELM327 says, and no stick: its prompt, "?" and others of its words (adapters.md 3.3). */
static bool is_elm(const char *text)
{
	return *text == '>' || !strcmp(text, "?") || strstr(text, "STOPPED") || !strncmp(text, "ELM327", 6);
}

/* The line TEXT, or its beginning, came for COMMAND: 0, or what this is instead of a stick. */
static int check_kind(const char *text, const char *command)
{
	if (is_elm(text))
		return -EPROTOTYPE;

	return strcmp(text, command) ? 0 : -EPROTO;
}

/* To V only words are an answer: what comes before is late, from before it. */
static bool is_answer(const struct slcan_event *e, const char *command)
{
	if (e->kind == SLCAN_TEXT || e->kind == SLCAN_DAMAGED)
		return true;

	return *command != 'V' && e->kind != SLCAN_FRAME && e->kind != SLCAN_SENT;
}

/*
 * Send COMMAND, without its CR, and take what comes until an answer or for TIME: 1 with an
 * answer; 0 without. Frames are dropped: it is not open yet.
 */
static int ask(struct slcan_link *k, const char *command, nsec_t time, struct slcan_event *ret)
{
	nsec_t deadline = clock_now(k->link.clk) + time;
	char line[16];
	int r;

	snprintf(line, sizeof(line), "%s\r", command);
	r = write_text(k, line);
	while (r >= 0) {
		while (next_event(k, ret)) {
			k->heard.acknowledges |= ret->kind == SLCAN_ACK || ret->kind == SLCAN_NACK;
			if (!is_answer(ret, command))
				continue;
			r = check_kind(ret->text, command);
			return r < 0 ? r : 1;
		}
		if (clock_now(k->link.clk) >= deadline)
			return 0;
		r = fill(k, deadline);
	}

	return r;
}

/* One that acknowledges has to; of the others nothing is expected. -EREMOTEIO: it refuses. */
static int command(struct slcan_link *k, const char *text)
{
	struct slcan_event e = { .kind = SLCAN_ACK };
	int r = k->heard.acknowledges ? ask(k, text, ANSWER_TIME, &e) : 0;
	char line[16];

	if (!k->heard.acknowledges) {
		snprintf(line, sizeof(line), "%s\r", text);
		return write_text(k, line);
	}

	return r > 0 && e.kind == SLCAN_NACK ? -EREMOTEIO : MIN(r, 0);
}

/* Send LINES, and forget what comes, for CLOSE_TIME; or until a BEL, when that is ENOUGH. */
static int send_lines(struct slcan_link *k, const char *lines, bool enough)
{
	nsec_t until = clock_now(k->link.clk) + CLOSE_TIME;
	struct slcan_event e = { 0 };
	int r = write_text(k, lines);

	while (r >= 0 && !(enough && e.kind == SLCAN_NACK)) {
		r = fill(k, until);
		while (next_event(k, &e)) {
			int wrong = check_kind(e.text, "C");

			if (wrong < 0)
				return wrong;
			k->heard.acknowledges |= e.kind == SLCAN_ACK || e.kind == SLCAN_NACK;
		}
		if (r == 0 && clock_now(k->link.clk) >= until)
			break;
	}

	if (r >= 0 && k->reader.n && k->reader.line[0] == '>')
		return -EPROTOTYPE;

	return MIN(r, 0);
}

/*
 * Whatever was going on there, end it, and forget what it says of that. An ELM327 takes an
 * empty line as its last one again, which may have been for the bus: first it gets a wrong one.
 */
static int calm(struct slcan_link *k)
{
	int r = send_lines(k, WRONG_LINE, true);

	if (r == 0)
		r = send_lines(k, "\r\r\rC\r", false);
	slcan_reader_init(&k->reader);

	return r;
}

/* CANable's firmware says anything of itself; Lawicel's V and four digits. */
static int identify(struct slcan_link *k)
{
	struct slcan_event e;
	int r = ask(k, "V", ANSWER_TIME, &e);

	if (r <= 0)
		return r;
	snprintf(k->heard.version, sizeof(k->heard.version), "%.*s",
		 (int)sizeof(k->heard.version) - 1, e.text);
	k->canable = !k->heard.acknowledges &&
		     (strcasestr(e.text, "canable") || e.text[0] != 'V');
	slcan_reader_init(&k->reader);	/* that may have looked like a frame */

	return 0;
}

static int set_rates(struct slcan_link *k)
{
	int s = slcan_rate(k->o.bitrate, k->canable), r;
	int y = k->o.data_bitrate ? slcan_data_rate(k->o.data_bitrate) : 0;
	char text[16];

	if (s < 0 || y < 0)
		return -ERANGE;
	snprintf(text, sizeof(text), "S%d", s);
	r = command(k, text);
	if (r == 0 && y > 0) {
		snprintf(text, sizeof(text), "Y%d", y);
		r = command(k, text);
	}

	/* Who does not even say who it is refuses all. */
	if (r == -EREMOTEIO)
		return *k->heard.version ? -ERANGE : -EBADE;

	return r;
}

/* Those that do not know it say no, and have none. Who does not say anything is not asked. */
static int set_stamps(struct slcan_link *k)
{
	int r = k->heard.acknowledges ? command(k, "Z1") : -EREMOTEIO;

	k->heard.stamps = r == 0;
	k->reader.stamped = r == 0 ? 1 : -1;

	return r == -EREMOTEIO ? 0 : r;
}

/*
 * Listening only is L where it is known, and M1 with CANable's firmware, which keeps that
 * until M0. Who acknowledges nothing, and is none of them, cannot be told.
 */
static int open_channel(struct slcan_link *k)
{
	bool quiet = k->o.listens && !k->link.is_virtual;
	int r = -EREMOTEIO;

	k->heard.listen_only = false;
	if (k->canable) {
		r = command(k, quiet ? "M1" : "M0");
		k->heard.listen_only = quiet;
		return r < 0 ? r : command(k, "O");
	}
	if (quiet && k->heard.acknowledges)
		r = command(k, "L");
	k->heard.listen_only = r == 0;

	return r == -EREMOTEIO ? command(k, "O") : r;
}

/* Whether it knows F, and is open. What was lost before nobody waited for. */
static int look(struct slcan_link *k)
{
	struct slcan_event e;
	int r = k->heard.acknowledges ? ask(k, "F", ANSWER_TIME, &e) : 0;

	k->knows_flags = r > 0 && e.kind == SLCAN_FLAGS;
	if (k->knows_flags)
		take_flags(k, e.flags & (SLCAN_WARNING | SLCAN_PASSIVE | SLCAN_BUS_ERROR));
	k->status = nsec_add(clock_now(k->link.clk), STATUS_EVERY);

	return MIN(r, 0);
}

static int set_up(struct slcan_link *k)
{
	int r = set_rates(k);

	if (r == 0)
		r = set_stamps(k);
	if (r == 0)
		r = open_channel(k);
	slcan_time_init(&k->time);
	k->n_owed = 0;

	return r;
}

static void slcan_close(struct link *l)
{
	struct slcan_link *k = from(l);

	/* Others expect no time stamps, and no CANable that only listens. */
	if (write_text(k, "C\r") == 0 && (k->heard.stamps || k->canable))
		(void)!write_text(k, k->canable ? "M0\r" : "Z0\r");
	bytelink_close(k->bytes);
	free(k);
}

/* ---- receiving ---- */

static struct owed *oldest(struct slcan_link *k)
{
	return k->n_owed ? &k->owed[k->head] : NULL;
}

static void forget_oldest(struct slcan_link *k)
{
	k->head = (k->head + 1) % ARRAY_SIZE(k->owed);
	k->n_owed--;
}

static void owe(struct slcan_link *k, char letter)
{
	if (k->n_owed < ARRAY_SIZE(k->owed))
		k->owed[(k->head + k->n_owed++) % ARRAY_SIZE(k->owed)] =
			(struct owed){ letter, clock_now(k->link.clk) };
}

static void expire(struct slcan_link *k, nsec_t now)
{
	while (k->n_owed && now >= oldest(k)->since + OWED_TIME)
		forget_oldest(k);
}

/* It does not know any more that it was opened. 0, or an error. */
static int revive(struct slcan_link *k)
{
	int r;

	k->heard.resets++;
	k->lost++;
	r = set_up(k);
	if (r == 0)
		r = look(k);

	return r == -EREMOTEIO || r == -ERANGE ? -EIO : r;
}

/* An answer to the oldest of what was asked; a late one, to nothing, is fine. */
static int take_answer(struct slcan_link *k, enum slcan_kind kind)
{
	char letter = k->n_owed ? oldest(k)->command : '\0';

	if (!letter)
		return 0;
	forget_oldest(k);
	if (kind != SLCAN_NACK)
		return 0;
	if (letter == 'F')
		return revive(k);
	k->heard.refused++;
	trouble(k, 0x004, 0x02);

	return 0;
}

/* The answer to F is the answer to all before it. */
static void answer_flags(struct slcan_link *k)
{
	while (k->n_owed && oldest(k)->command != 'F')
		forget_oldest(k);
	if (k->n_owed)
		forget_oldest(k);
}

static int take_event(struct slcan_link *k, const struct slcan_event *e, struct frame *ret)
{
	switch (e->kind) {
	case SLCAN_FRAME:
		*ret = e->frame;
		ret->bus = k->link.name;
		ret->t = slcan_time_of(&k->time, e->stamp, k->came);
		k->heard.frames++;
		return 1;
	case SLCAN_DAMAGED:
		k->lost++;
		return strcmp(e->text, "F") ? 0 : -EPROTO;	/* what was sent came back */
	case SLCAN_FLAGS:
		answer_flags(k);
		take_flags(k, e->flags);
		return 0;
	case SLCAN_ACK:
	case SLCAN_SENT:
	case SLCAN_NACK:
		return take_answer(k, e->kind);
	case SLCAN_TEXT:
		break;
	}

	return 0;
}

/* What happened to frames, told as frames. */
static size_t tell(struct slcan_link *k, struct frame *ret, size_t max)
{
	struct frame f = { .bus = k->link.name };
	size_t n = 0;

	if (k->lost || k->n_troubles)
		f.t = slcan_time_of(&k->time, -1, k->came);
	if (k->lost && n < max) {
		ret[n] = f;
		ret[n].flags = FRAME_LOST;
		ret[n++].id = k->lost;
		k->lost = 0;
	}
	while (k->n_troubles && n < max) {
		uint32_t x = k->troubles[0];

		ret[n] = f;
		ret[n].flags = FRAME_ERR;
		ret[n].id = x & 0xffff;
		ret[n].len = FRAME_CLASSIC_MAX;
		ret[n++].data[1] = (uint8_t)(x >> 16);
		k->n_troubles--;
		memmove(k->troubles, k->troubles + 1, k->n_troubles * sizeof(x));
	}

	return n;
}

/* Up to MAX frames out of the bytes that wait. */
static int take(struct slcan_link *k, struct frame *ret, size_t max)
{
	struct slcan_event e;
	size_t n = tell(k, ret, max);
	struct frame f;

	while (n < max && next_event(k, &e)) {
		int r = take_event(k, &e, &f);

		if (r < 0)
			return n ? (int)n : r;
		n += tell(k, ret + n, max - n);
		if (r == 0)
			continue;
		if (n < max)
			ret[n++] = f;
		else
			k->lost++;
	}
	k->heard.damaged = k->reader.damaged;

	return (int)n;
}

static int ask_flags(struct slcan_link *k, nsec_t now)
{
	expire(k, now);
	if (!k->knows_flags || now < k->status)
		return 0;
	k->status = now + STATUS_EVERY;
	owe(k, 'F');

	return write_text(k, "F\r");
}

static int slcan_recv(struct link *l, struct frame *ret, size_t max, nsec_t deadline)
{
	struct slcan_link *k = from(l);

	for (;;) {
		int n = take(k, ret, max), r;
		nsec_t until, now = clock_now(l->clk);

		if (n != 0)
			return n;
		r = ask_flags(k, now);
		if (r < 0)
			return r;
		until = k->knows_flags ? MIN(deadline, k->status) : deadline;
		r = fill(k, until);
		if (r < 0)
			return r;
		now = clock_now(l->clk);
		if (r == 0 && (now >= deadline || now < until))
			return 0;
	}
}

static int slcan_send(struct link *l, const struct frame *f)
{
	struct slcan_link *k = from(l);
	char line[SLCAN_LINE_MAX];
	int n = slcan_print(f, line), r;

	if (k->heard.listen_only)
		return -EROFS;
	if (n < 0)
		return n;
	if (f->flags & FRAME_FD && !k->o.data_bitrate)
		return -EMSGSIZE;
	if (k->heard.acknowledges) {
		expire(k, clock_now(l->clk));
		if (k->n_owed >= SLCAN_OWED)
			return -ENOBUFS;
	}
	r = bytelink_send(k->bytes, (const uint8_t *)line, (size_t)n);
	if (r == 0 && k->heard.acknowledges)
		owe(k, 't');

	return r;
}

static const struct link_ops slcan_ops = {
	.send = slcan_send,
	.recv = slcan_recv,
	.close = slcan_close,
};

int slcan_link_open(struct bytelink *bytes, const struct slcan_options *o, struct link **ret_link)
{
	struct slcan_link *k = calloc(1, sizeof(*k));
	int r;

	if (!k) {
		bytelink_close(bytes);
		return -ENOMEM;
	}
	k->link = (struct link){
		.ops = &slcan_ops,
		.clk = bytes->clk,
		.name = "slcan",
		.is_virtual = bytes->is_virtual,
	};
	k->bytes = bytes;
	k->o = *o;
	slcan_reader_init(&k->reader);
	r = calm(k);
	if (r == 0)
		r = identify(k);
	if (r == 0)
		r = set_up(k);
	if (r == 0)
		r = look(k);
	if (r < 0) {
		slcan_close(&k->link);
		return r;
	}
	*ret_link = &k->link;

	return 0;
}

const struct slcan_heard *slcan_link_heard(struct link *l)
{
	return &from(l)->heard;
}
