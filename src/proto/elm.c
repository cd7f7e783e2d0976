/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "proto/elm.h"

#define WAKE_TIMEOUT (500 * NSEC_PER_MSEC)	/* own choice */
#define COMMAND_TIMEOUT (1500 * NSEC_PER_MSEC)	/* adapters.md 3.2 */
#define DATA_TIMEOUT (2 * NSEC_PER_SEC)		/* adapters.md 3.2 */
#define ECHO_TIMEOUT (500 * NSEC_PER_MSEC)	/* 32 bytes at 9600 baud take 33 ms; USB, Wi-Fi; own choice */
#define END_TIMEOUT (300 * NSEC_PER_MSEC)	/* own choice */
#define ON_THE_BUS (20 * NSEC_PER_MSEC)		/* from the line's end until its frame is sent; own choice */
#define RAISE_TIMEOUT (300 * NSEC_PER_MSEC)	/* 75 ms, adapters.md 3.3.8, and a slow USB */
#define SILENCE (5 * NSEC_PER_SEC)		/* until it is told again to listen; own choice */
#define TRIES_MAX 5				/* own choice */

/* Never a CR alone, which repeats the last command. adapters.md 3.3.1 */
#define WAKE "\x7f\x7f\r"

#define ERROR_BUS 0x80u				/* CAN_ERR_BUSERROR of linux/can/error.h */

/*
 * adapters.md 3.2 A, and the echo, which that leaves out. The first command may fail. A serial
 * line loses bytes, and the length shows it where the adapter can say it ("D1").
 */
static const struct {
	const char *command;
	bool must;
} settings[] = {
	{ "ATD", false },      { "ATE1", false },   { "ATL0", false },	{ "ATI", false },
	{ "STI", false },      { "ATH1", true },    { "ATS0", true },	{ "ATSH6F1", true },
	{ "ATPBC001", true },  { "ATSPB", true },   { "ATAL", false },	{ "ATAT0", false },
	{ "ATSTFF", false },   { "ATD1", false },
};

#define DEFAULT_HEADER 0x6f1u	/* what ATSH sets above */

/* ---- what is typed ---- */

static void put(struct elm *e, const char *text)
{
	size_t n = strlen(text);

	if (n > sizeof(e->out) - e->n_out)
		return;
	memcpy(e->out + e->n_out, text, n);
	e->n_out += n;
}

static void fail(struct elm *e, int error)
{
	e->state = ELM_DEAD;
	e->phase = ELM_IDLE;
	e->error = error;
	e->deadline = NSEC_NEVER;
}

/* Type what is in e->typed. */
static void start(struct elm *e, nsec_t now)
{
	e->phase = ELM_ECHO;
	e->n_echo = 0;
	e->n_line = 0;
	e->again = false;
	e->okay = e->unknown = false;
	e->deadline = now + ECHO_TIMEOUT;
	put(e, e->typed);
}

_printf_(4, 5) static void type(struct elm *e, enum elm_typed what, nsec_t now, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(e->typed, sizeof(e->typed), fmt, ap);
	va_end(ap);
	e->n_typed = strlen(e->typed);
	e->what = what;
	e->tries = 0;
	start(e, now);
}

/* End the line whose echo was as it should be. */
static void enter(struct elm *e, nsec_t now)
{
	put(e, "\r");
	e->phase = ELM_ANSWER;
	e->n_line = 0;
	e->ended = now;
	e->deadline = now + (e->what == ELM_TYPED_DATA ? DATA_TIMEOUT : COMMAND_TIMEOUT);
	if (e->what == ELM_TYPED_MONITOR)
		e->deadline = now + SILENCE;
}

/* A line that is wrong must do nothing when it ends, also if this is lost, too. */
static void spoil(struct elm *e, nsec_t now)
{
	if (e->tries++ == TRIES_MAX) {
		fail(e, e->state == ELM_WORKING ? -EIO : -EPROTO);
		return;
	}
	/* A request whose line was ended may be on the bus, and is not sent twice. */
	e->again |= e->phase == ELM_ECHO || (e->phase == ELM_ANSWER && e->what != ELM_TYPED_DATA);
	put(e, "Y");
	e->phase = ELM_SPOILING;
	e->deadline = now + END_TIMEOUT;
}

/* End what it does: a space does that, and nothing where it has ended by itself. */
static void end(struct elm *e, nsec_t now)
{
	put(e, " ");
	e->phase = ELM_ENDING;
	e->deadline = now + END_TIMEOUT;
}

/* ---- what it is to do ---- */

/* The next command for the filters; false: there is none. */
static bool type_filter(struct elm *e, nsec_t now)
{
	struct link_filter c = elm_common(e->filters, e->n_filters);
	size_t i = e->filter_step++;

	if (i == 0)
		type(e, ELM_TYPED_SETTING, now, "ATCF%03X", c.want & FRAME_SFF_MASK);
	else if (i == 1)
		type(e, ELM_TYPED_SETTING, now, "ATCM%03X", c.mask & FRAME_SFF_MASK);
	else if (i == 2 && e->stn)
		type(e, ELM_TYPED_SETTING, now, "STFCP");
	else if (e->stn && i - 3 < e->n_filters)
		type(e, ELM_TYPED_SETTING, now, "STFAP%03X,%03X", e->filters[i - 3].want & FRAME_SFF_MASK,
		     e->filters[i - 3].mask & FRAME_SFF_MASK);
	else
		return false;

	return true;
}

static size_t filter_steps(const struct elm *e)
{
	return e->stn ? 3 + e->n_filters : 2;
}

static void type_data(struct elm *e, const struct frame *f, nsec_t now)
{
	char text[2 * FRAME_CLASSIC_MAX + 1];

	text[elm_put_data(text, f)] = '\0';
	type(e, ELM_TYPED_DATA, now, "%s", text);
}

static void go_on(struct elm *e, nsec_t now)
{
	const struct frame *f = &e->tx[e->tx_head];

	if (e->filter_step < filter_steps(e) && type_filter(e, now))
		return;
	if (e->tx_n > 0 && !e->acks) {
		e->acks = true;
		type(e, ELM_TYPED_SETTING, now, "ATCSM0");
	} else if (e->tx_n > 0 && f->id != e->header) {
		type(e, ELM_TYPED_HEADER, now, "ATSH%03X", f->id);
	} else if (e->tx_n > 0) {
		type_data(e, f, now);
	} else {
		type(e, ELM_TYPED_MONITOR, now, e->stn && e->n_filters ? "STM" : "ATMA");
	}
}

/* ---- settings ---- */

/* The divisor of ATBRD is that of 4 Mbit/s. adapters.md 3.3.8 */
static void type_raise(struct elm *e, nsec_t now)
{
	e->state = ELM_RAISING;
	e->new_rate = 0;
	type(e, ELM_TYPED_SETTING, now, "ATBRD%02X", (4000000 + e->raise_to / 2) / e->raise_to);
}

static void type_setting(struct elm *e, nsec_t now);

/* It has the new rate, or cannot change it. */
static void raised(struct elm *e, nsec_t now)
{
	e->raise_to = 0;
	type_setting(e, now);
}

static void type_setting(struct elm *e, nsec_t now)
{
	if (e->step < ARRAY_SIZE(settings)) {
		e->state = ELM_SETTING;
		type(e, ELM_TYPED_SETTING, now, "%s", settings[e->step].command);
	} else if (e->raise_to && e->raise_to != e->rate) {
		type_raise(e, now);
	} else {
		e->state = ELM_WORKING;
		e->restarts = 0;
		e->filter_step = 0;
		go_on(e, now);
	}
}

/*
 * It said neither OK nor ?: a byte of that was lost, and what holds now is not known. False:
 * it is typed once more.
 */
static bool is_clear(struct elm *e, nsec_t now)
{
	if (e->okay || e->unknown)
		return true;
	if (e->tries++ == TRIES_MAX)
		fail(e, -EPROTO);
	else
		start(e, now);

	return false;
}

static void settle_setting(struct elm *e, nsec_t now)
{
	bool dlc = !strcmp(settings[e->step].command, "ATD1");

	if ((settings[e->step].must || dlc) && !is_clear(e, now))
		return;
	if (settings[e->step].must && !e->okay) {
		fail(e, e->banner[0] ? -EOPNOTSUPP : -EPROTO);
		return;
	}
	if (dlc)
		e->dlc = e->okay;
	e->step++;
	type_setting(e, now);
}

static void set_anew(struct elm *e, nsec_t now)
{
	e->anew = false;
	e->acks = e->dlc = e->stn = false;
	e->header = DEFAULT_HEADER;
	e->step = 0;
	type_setting(e, now);
}

/* ---- what comes ---- */

static void push_frame(struct elm *e, const struct frame *f)
{
	if (e->rx_n + 2 > ELM_RX) {
		e->lost++;
		return;
	}
	if (e->lost) {
		e->rx[(e->rx_head + e->rx_n++) % ELM_RX] = (struct frame){
			.t = f->t, .id = e->lost, .flags = FRAME_LOST,
		};
		e->lost = 0;
	}
	e->rx[(e->rx_head + e->rx_n++) % ELM_RX] = *f;
}

static bool hears_frames(const struct elm *e)
{
	return e->state == ELM_WORKING && (e->phase == ELM_ANSWER || e->phase == ELM_ENDING) &&
	       (e->what == ELM_TYPED_MONITOR || e->what == ELM_TYPED_DATA);
}

static bool is_reset(const struct elm *e)
{
	return e->state == ELM_WORKING || e->state == ELM_SETTING ? strcmp(e->typed, "ATI") != 0 : false;
}

static void note_text(struct elm *e)
{
	if (!strcmp(e->typed, "STI") && e->n_line > 3 && !memcmp(e->line, "STN", 3))
		e->stn = true;
	else if (strcmp(e->typed, "ATI"))
		return;
	e->line[MIN(e->n_line, sizeof(e->banner) - 1)] = '\0';
	snprintf(e->banner, sizeof(e->banner), "%.31s", e->line);
}

/* A line that is no frame, where frames are listed: half of one, unless it is empty. */
static void damaged(struct elm *e)
{
	if (!hears_frames(e) || (e->n_line > 8 && !memcmp(e->line, "SEARCHING", 9)))
		return;
	e->counts.damaged++;
	e->lost++;
}

static void bus_error(struct elm *e, nsec_t now)
{
	const struct frame f = { .t = now, .id = ERROR_BUS, .flags = FRAME_ERR, .len = 8 };

	push_frame(e, &f);
}

static void take_line(struct elm *e, nsec_t now)
{
	struct frame f = { .t = now };
	enum elm_word word = elm_line(e->line, e->n_line, e->dlc, &f);

	if (e->too_long)
		word = ELM_OTHER;
	if (e->n_line == 0)
		return;
	if (e->what == ELM_TYPED_MONITOR && e->phase == ELM_ANSWER)
		e->deadline = now + SILENCE;
	switch (word) {
	case ELM_FRAME:
		if (hears_frames(e))
			push_frame(e, &f);
		e->ended = 0;
		break;
	case ELM_OK:
		e->okay = true;
		break;
	case ELM_UNKNOWN:
		e->unknown = true;
		break;
	case ELM_FULL:
		e->counts.full++;
		e->lost++;
		break;
	case ELM_DAMAGED:
		e->counts.damaged++;
		e->lost++;
		break;
	case ELM_BUS_ERROR:
		e->unknown = e->what == ELM_TYPED_DATA;
		bus_error(e, now);
		break;
	case ELM_RESET:
		note_text(e);
		if (is_reset(e)) {
			e->counts.resets++;
			e->lost++;
			e->anew = true;
			e->deadline = MIN(e->deadline, now + COMMAND_TIMEOUT);
		} else if (e->state == ELM_RAISING) {
			put(e, "\r");
		}
		break;
	case ELM_NO_DATA:
	case ELM_STOPPED:
		break;
	case ELM_OTHER:
		note_text(e);
		damaged(e);
		break;
	}
	e->n_line = 0;
	e->too_long = false;
}

/* What was typed is done with. */
static void settle_work(struct elm *e, nsec_t now)
{
	if ((e->what == ELM_TYPED_HEADER || e->what == ELM_TYPED_SETTING) && !is_clear(e, now))
		return;
	if (e->what == ELM_TYPED_HEADER && e->okay)
		e->header = e->tx[e->tx_head].id;
	if (e->what == ELM_TYPED_DATA || (e->what == ELM_TYPED_HEADER && !e->okay)) {
		/* A ? after Y was typed says nothing of the frame. */
		if ((e->unknown && e->tries == 0) || e->what == ELM_TYPED_HEADER) {
			e->counts.refused++;
			bus_error(e, now);
		}
		e->tx_head = (e->tx_head + 1) % ELM_TX;
		e->tx_n--;
	}
	go_on(e, now);
}

/* It was reset. One that never comes to its end is too weak to work with. */
static void start_over(struct elm *e, nsec_t now)
{
	if (e->state == ELM_SETTING && e->restarts++ == TRIES_MAX)
		fail(e, -EIO);
	else
		set_anew(e, now);
}

/* Its prompt: it waits for a line. */
static void prompt(struct elm *e, nsec_t now)
{
	take_line(e, now);
	if (e->phase == ELM_IDLE)
		return;
	if (e->state == ELM_WAKING)
		set_anew(e, now);
	else if (e->anew && e->state != ELM_RAISING)
		start_over(e, now);
	else if (e->again)
		start(e, now);
	else if (e->state == ELM_SETTING)
		settle_setting(e, now);
	else if (e->state == ELM_RAISING)
		raised(e, now);
	else
		settle_work(e, now);
}

/* Bad hardware sets the upper bits. adapters.md 3.3.2 */
static bool is_prompt(uint8_t byte)
{
	return (byte & 0x3f) == '>';
}

static void gather(struct elm *e, uint8_t byte, nsec_t now)
{
	if (byte == '\r' || byte == '\n') {
		take_line(e, now);
	} else if (e->n_line == sizeof(e->line) - 1) {
		e->too_long = true;
	} else if (byte != ' ' || e->n_line > 0) {
		e->line[e->n_line++] = (char)(isprint(byte) ? byte : '.');
	}
}

static void push_echo(struct elm *e, uint8_t byte, nsec_t now)
{
	if (byte == (uint8_t)e->typed[e->n_echo]) {
		if (++e->n_echo == e->n_typed)
			enter(e, now);
		return;
	}
	if (e->n_echo == 0 && (byte == ' ' || byte == '\r' || byte == '\n' || is_prompt(byte)))
		return;
	memcpy(e->line, e->typed, e->n_echo);
	e->n_line = e->n_echo;
	gather(e, byte, now);
	e->counts.retyped++;
	spoil(e, now);
}

void elm_push(struct elm *e, uint8_t byte, nsec_t now)
{
	if (byte == 0 || e->state == ELM_DEAD)
		return;	/* a known fault of the chip sends zeros: adapters.md 3.3.3 */
	if (e->state == ELM_WAKING && e->n_woke++ < sizeof(e->woke))
		e->woke[e->n_woke - 1] = (char)byte;
	if (e->phase == ELM_ECHO) {
		push_echo(e, byte, now);
		return;
	}
	if (e->phase == ELM_SPOILING && byte == 'Y') {
		put(e, "\r");
		e->phase = ELM_ENDING;
		e->n_line = 0;
		e->deadline = now + COMMAND_TIMEOUT;
		return;
	}
	if (is_prompt(byte))
		prompt(e, now);
	else
		gather(e, byte, now);
	/* ATBRD: "OK" without a prompt, then its banner at the new rate. */
	if (e->state == ELM_RAISING && e->okay && e->new_rate == 0) {
		e->new_rate = e->raise_to;
		e->deadline = now + RAISE_TIMEOUT;
	}
}

/* ---- time, and what the caller wants ---- */

/* It may be interrupted: its frame is on the bus. */
static bool may_end(const struct elm *e, nsec_t now)
{
	return e->phase == ELM_ANSWER && e->state == ELM_WORKING &&
	       (e->what == ELM_TYPED_MONITOR ||
		(e->what == ELM_TYPED_DATA && (e->ended == 0 || now >= e->ended + ON_THE_BUS)));
}

static bool wants_to_end(const struct elm *e)
{
	size_t under_way = e->what == ELM_TYPED_DATA ? 1 : 0;

	return e->tx_n > under_way || e->filter_step < filter_steps(e);
}

/* Nothing prompts. BEL alone is a Lawicel adapter's "no" (adapters.md 4), an echo alone a wire's. */
static int not_woken(const struct elm *e)
{
	if (e->n_woke == 1 && e->woke[0] == '\a')
		return -EPROTOTYPE;

	return e->n_woke == strlen(WAKE) && !memcmp(e->woke, WAKE, e->n_woke) ? -ELOOP : -ETIMEDOUT;
}

static void timed_out(struct elm *e, nsec_t now)
{
	if (e->state == ELM_WAKING)
		fail(e, not_woken(e));
	else if (e->state == ELM_RAISING)
		fail(e, -EIO);
	else if (e->phase == ELM_ANSWER && e->what == ELM_TYPED_MONITOR)
		end(e, now);
	else
		spoil(e, now);
}

void elm_tick(struct elm *e, nsec_t now)
{
	if (e->state == ELM_DEAD)
		return;
	if (wants_to_end(e) && may_end(e, now))
		end(e, now);
	else if (now >= e->deadline)
		timed_out(e, now);
}

nsec_t elm_next(const struct elm *e)
{
	if (e->state == ELM_WORKING && e->phase == ELM_ANSWER && e->what == ELM_TYPED_DATA &&
	    wants_to_end(e))
		return MIN(e->deadline, e->ended ? e->ended + ON_THE_BUS : 0);

	return e->deadline;
}

void elm_begin(struct elm *e, unsigned int rate, unsigned int raise_to, nsec_t now)
{
	*e = (struct elm){
		.rate = rate,
		.raise_to = raise_to,
		.phase = ELM_ENDING,
		.deadline = now + WAKE_TIMEOUT,
	};
	put(e, WAKE);
}

size_t elm_output(struct elm *e, const char **ret)
{
	size_t n = e->n_out;

	*ret = e->out;
	e->n_out = 0;

	return n;
}

int elm_send(struct elm *e, const struct frame *f, nsec_t now)
{
	if (f->flags & ~(unsigned int)FRAME_TX || f->len > FRAME_CLASSIC_MAX || f->len == 0 ||
	    f->id > FRAME_SFF_MASK)
		return -EOPNOTSUPP;
	if (e->tx_n == ELM_TX)
		return -ENOBUFS;
	e->tx[(e->tx_head + e->tx_n++) % ELM_TX] = *f;
	elm_tick(e, now);

	return 0;
}

bool elm_sent(const struct elm *e)
{
	return e->tx_n == 0 || (e->tx_n == 1 && e->what == ELM_TYPED_DATA && e->phase == ELM_ANSWER);
}

void elm_filter(struct elm *e, const struct link_filter *f, size_t n, nsec_t now)
{
	e->n_filters = 0;
	for (size_t i = 0; i < n && n <= ELM_FILTERS_MAX; i++)
		if (!f[i].ext)
			e->filters[e->n_filters++] = f[i];
	e->filter_step = 0;
	elm_tick(e, now);
}

bool elm_pop(struct elm *e, struct frame *ret)
{
	if (e->rx_n == 0)
		return false;
	*ret = e->rx[e->rx_head];
	e->rx_head = (e->rx_head + 1) % ELM_RX;
	e->rx_n--;

	return true;
}

unsigned int elm_rate(const struct elm *e)
{
	return e->state == ELM_RAISING && e->new_rate != e->rate ? e->new_rate : 0;
}

void elm_changed(struct elm *e, nsec_t now)
{
	e->rate = e->new_rate;
	e->deadline = now + RAISE_TIMEOUT;
	e->n_line = 0;
}
