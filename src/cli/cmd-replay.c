/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "address/logs.h"
#include "base/err.h"
#include "base/num.h"
#include "cli/files.h"
#include "cli/session.h"
#include "cli/trouble.h"
#include "proto/kbus-wire.h"
#include "proto/kbus.h"

struct replay_args {
	struct bus_args bus;
	struct out_args out;
	const char *path, *only;
	double speed;
	unsigned int loops;	/* 0: for ever */
	nsec_t max_gap;
};

enum { OPT_SPEED = 0x300, OPT_LOOP, OPT_MAX_GAP, OPT_BUS };

static double parse_speed(const struct argp_state *state, const char *arg)
{
	double v = 0;

	if (num_parse_double(arg, &v) < 0 || v < 0.001 || v > 1000000)
		args_error(state, "--speed: '%s' is no factor from 0.001 to 1000000", arg);

	return v;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct replay_args *a = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		args_init(state);
		*a = (struct replay_args){ .speed = 1, .loops = 1, .max_gap = NSEC_NEVER };
		state->child_inputs[0] = &a->bus;
		state->child_inputs[1] = &a->out;
		return 0;
	case OPT_SPEED:
		a->speed = parse_speed(state, arg);
		return 0;
	case OPT_LOOP:
		a->loops = arg ? args_number(state, "--loop", arg, 1, 1000000000) : 0;
		return 0;
	case OPT_MAX_GAP:
		a->max_gap = args_duration(state, "--max-gap", arg);
		return 0;
	case OPT_BUS:
		a->only = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (a->path)
			args_error(state, "one FILE at a time: '%s' is too much", arg);
		a->path = arg;
		return 0;
	case ARGP_KEY_END:
		if (!a->path)
			args_error(state, "no FILE; '-' is the standard input");
		if (!strcmp(a->path, "-") && a->loops != 1)
			args_error(state, "--loop needs a file: the standard input can be read once");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "speed", OPT_SPEED, "FACTOR", 0, "60: an hour in a minute", 0 },
	{ "loop", OPT_LOOP, "N", OPTION_ARG_OPTIONAL, "Play it N times; for ever without N", 0 },
	{ "max-gap", OPT_MAX_GAP, "TIME", 0, "Make longer pauses TIME long", 0 },
	{ "bus", OPT_BUS, "NAME", 0, "Only the frames of this bus of the log", 0 },
	{ 0 },
};

static const struct argp_child children[] = {
	{ &bus_argp, 0, "Bus:", 1 },
	{ &out_argp, 0, "Output:", 2 },
	{ 0 },
};

static const struct argp replay_argp = {
	.options = options,
	.parser = parse,
	.args_doc = "FILE",
	.children = children,
	.doc = "Send the frames of a log at their times. '-' is the standard input. On kbus:pty it makes "
	       "a new K-bus wire, and begins when a program has opened it."
	       "\vA virtual interface takes anything. Elsewhere the safety gate decides; at the first "
	       "frame that it refuses, replay ends with status 7. Each frame has its deadline from "
	       "the start on, so that delays do not add up.",
};

struct replay {
	struct session s;
	const struct replay_args *args;
	nsec_t start;		/* on the clock */
	nsec_t played;		/* in the log's time, pauses cut */
	nsec_t last;		/* time of the frame before; NSEC_NEVER: none in this round */
	nsec_t late;		/* at most, behind a deadline */
	uint64_t sent, skipped;
	const char *first_bus;
	bool several;
};

static void fault(const struct logfile_fault *f, void *arg)
{
	files_warn_log(((struct replay *)arg)->s.cmd, f);
}

/* Wait until T, and take what the bus says meanwhile from the link's hands. */
static int wait_until(struct replay *p, nsec_t t)
{
	struct clock *clk = &p->s.clk;
	struct frame heard[16];
	int r = 0;

	while (r >= 0 && clock_now(clk) < t)
		r = link_recv(p->s.link, heard, ARRAY_SIZE(heard), t);
	/* A simulated car whose script has ended: only its time goes on. */
	while ((r == -ENODATA || r == -EOPNOTSUPP) && clock_now(clk) < t) {
		r = clock_wait(clk, NULL, 0, t);
		r = r < 0 ? r : -ENODATA;
	}

	return r == -ENODATA || r >= 0 ? clock_interrupted(clk) : r;
}

/* When F is due. A step back in time is the start of another recording: no pause. */
static nsec_t due(struct replay *p, const struct frame *f)
{
	nsec_t gap = p->last == NSEC_NEVER || f->t == NSEC_NEVER ? 0 : f->t - p->last;

	if (gap < -NSEC_PER_SEC)
		gap = 0;
	gap = MIN(gap, p->args->max_gap);
	if (f->t != NSEC_NEVER)
		p->last = f->t;
	if (__builtin_add_overflow(p->played, gap, &p->played))
		p->played = NSEC_NEVER;

	return p->start + (nsec_t)MIN((double)p->played / p->args->speed, 9e18 - (double)p->start);
}

/* The queue of the interface may be full: its deadline is missed then, not the frame. */
static int send_frame(struct replay *p, struct frame *f)
{
	nsec_t give_up = clock_now(&p->s.clk) + NSEC_PER_SEC;
	char why[GATE_WHY_MAX];
	int r;

	f->flags &= (uint8_t)~FRAME_TX;
	if (f->len > FRAME_CLASSIC_MAX)
		kbus_unpad(f);
	for (;;) {
		r = gate_send(&p->s.gate, p->s.link, f, why);
		if (r != -ENOBUFS || clock_now(&p->s.clk) >= give_up)
			break;
		r = wait_until(p, clock_now(&p->s.clk) + NSEC_PER_MSEC);
		if (r < 0)
			return r;
	}
	if (r == -EPERM)
		(void)cli_fail(p->s.cmd, EXIT_GATE, "stopped before frame %" PRIu64 ": %s", p->sent + 1,
			       why);
	if (r == -EMSGSIZE)
		(void)trouble_too_long(&p->s, f);
	p->sent += r == 0;

	return r;
}

static bool wanted(struct replay *p, const struct frame *f)
{
	if (p->args->only)
		return !strcmp(f->bus, p->args->only);
	if (!p->first_bus)
		p->first_bus = f->bus;
	if (!p->several && strcmp(p->first_bus, f->bus) != 0) {
		p->several = true;
		cli_say(p->s.cmd, "frames of %s and %s all go to %s; --bus NAME picks one", p->first_bus,
			f->bus, p->s.address.text);
	}

	return true;
}

static int play(struct replay *p, struct logfile *lf, struct frame *f)
{
	int r = 1;

	p->last = NSEC_NEVER;
	for (; r == 1; r = logfile_next(lf, f)) {
		nsec_t deadline, late;

		if (!wanted(p, f))
			continue;
		deadline = due(p, f);
		if (f->flags & (FRAME_ERR | FRAME_LOST)) {
			p->skipped++;
			continue;
		}
		r = wait_until(p, deadline);
		if (r < 0)
			return r;
		late = clock_now(&p->s.clk) - deadline;
		p->late = MAX(p->late, late);
		r = send_frame(p, f);
		if (r < 0)
			return r;
	}

	return r;
}

static void report(struct replay *p)
{
	nsec_t took = clock_now(&p->s.clk) - p->start;
	char secs[32], late[32];

	num_put_seconds(secs, sizeof(secs), took - took % NSEC_PER_MSEC);
	num_put_seconds(late, sizeof(late), p->late - p->late % NSEC_PER_USEC);
	if (p->args->out.json)
		out_printf(&p->s.out, "{\"event\":\"result\",\"frames\":%" PRIu64 ",\"took_s\":%s,"
			   "\"late_s\":%s,\"skipped\":%" PRIu64 "}\n", p->sent, secs, late, p->skipped);
	else
		out_printf(&p->s.out, "%" PRIu64 " frame%s sent in %s s, at most %s s late\n", p->sent,
			   p->sent == 1 ? "" : "s", secs, late);
	if (p->skipped)
		cli_say(p->s.cmd, "%" PRIu64 " error frame%s of the log not sent", p->skipped,
			p->skipped == 1 ? "" : "s");
}

static int failed(struct replay *p, int r, bool of_log)
{
	if (r == -EPERM && !of_log)
		return EXIT_GATE;
	if (r == -EMSGSIZE && !of_log)
		return EXIT_LINK;
	if (of_log && r != -ECANCELED)
		return cli_fail(p->s.cmd, EXIT_INPUT, "cannot read '%s': %s", p->args->path, err_text(r));

	return session_fail(&p->s, r);
}

/* Others play a car's adapter or its K-line, which a recording of frames is none of. */
static bool makes_wire(const struct replay *p)
{
	return p->s.address.kind == ADDRESS_KBUS && address_is_new_wire(&p->s.address);
}

#define LOOK_AGAIN (5 * NSEC_PER_MSEC)	/* whether somebody opened the port */
/*
 * A program sets a port up after it opened it, and may take 71 ms of silence for the end of the
 * last frame (kbus.md 1.3).
 */
#define SETTLES (100 * NSEC_PER_MSEC)

/* A new wire: tell its address, and begin when somebody listens. 0, or the exit status. */
static int wait_for_listener(struct replay *p)
{
	struct out *out = &p->s.out;
	int r;

	out_printf(out, p->args->out.json ? "{\"event\":\"ready\",\"interface\":\"kbus:%s\"}\n" :
					    "kbus:%s\n", p->s.link->name);
	r = out_flush(out);
	while (r >= 0 && !kbus_wire_is_heard(p->s.link))
		r = wait_until(p, clock_now(&p->s.clk) + LOOK_AGAIN);
	if (r >= 0)
		r = wait_until(p, clock_now(&p->s.clk) + SETTLES);

	return r < 0 ? session_fail(&p->s, r) : 0;
}

/* What still waits goes out, and the silence after it is heard. */
static int finish_wire(struct replay *p)
{
	struct clock *clk = &p->s.clk;
	nsec_t end = clock_now(clk) + SETTLES;
	int r = 0;

	while (r >= 0 && clock_now(clk) < end && kbus_wire_is_heard(p->s.link)) {
		r = wait_until(p, MIN(end, clock_now(clk) + LOOK_AGAIN));
		if (kbus_wire_busy(p->s.link))
			end = clock_now(clk) + SETTLES;
	}

	return r < 0 ? session_fail(&p->s, r) : 0;
}

static int connect_link(struct replay *p)
{
	bool is_new = makes_wire(p);
	int status;

	if (is_new)
		p->s.flags |= SESSION_PLAYS;
	status = session_connect(&p->s, &p->args->out);
	if (status == 0 && is_new)
		status = wait_for_listener(p);
	p->start = clock_now(&p->s.clk);

	return status;
}

/* One round. 1: there was something to play; else the exit status, or 0. */
static int one_round(struct replay *p, struct logfile *lf, struct frame *first)
{
	uint64_t before = p->sent;
	nsec_t played = p->played;
	int r = play(p, lf, first);

	/* A log of one moment must not become a flood when it is looped. */
	if (p->played <= played)
		p->played = played + (nsec_t)((double)NSEC_PER_MSEC * p->args->speed);
	if (r < 0)
		return failed(p, r, false);

	return p->sent > before ? -1 : EXIT_YES;
}

static int run(struct replay *p)
{
	const struct replay_args *a = p->args;
	unsigned int round = 0;
	int status = -1;

	while (status < 0 && (a->loops == 0 || round < a->loops)) {
		_cleanup_(logfile_closep) struct logfile *lf = NULL;
		struct frame f;
		int r;

		/* What is wrong with it was said in the first round. */
		r = logfile_open_formats(a->path, address_logs, &p->s.clk, round ? NULL : fault, p, &lf);
		if (r == 0)
			r = logfile_next(lf, &f);
		if (r < 0)
			return failed(p, r, true);
		if (r == 0)
			return cli_fail(p->s.cmd, EXIT_INPUT, "'%s' has not one frame", a->path);
		if (round++ == 0) {
			status = connect_link(p);
			if (status)
				return status;
		}
		status = one_round(p, lf, &f);
		p->first_bus = NULL;
	}
	if (status > 0)
		return status;
	if (a->only && p->sent == 0)
		return cli_fail(p->s.cmd, EXIT_INPUT, "'%s' has not one frame of bus '%s'", a->path,
				a->only);
	if (makes_wire(p)) {
		status = finish_wire(p);
		if (status)
			return status;
	}
	report(p);

	return EXIT_YES;
}

static int replay_main(const struct cmd *self, int argc, char **argv)
{
	struct replay_args a;
	struct replay p = { .args = &a };
	int status;

	argp_parse(self->argp, argc, argv, 0, NULL, &a);
	status = session_prepare(&p.s, self, &a.bus, &a.out, 0);
	if (status == 0)
		status = run(&p);

	return session_close(&p.s, status);
}

const struct cmd cmd_replay = {
	.name = "replay",
	.summary = "Send the frames of a log at their times",
	.argp = &replay_argp,
	.main = replay_main,
};
