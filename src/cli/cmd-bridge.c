/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "cli/session.h"
#include "cli/way.h"
#include "out/json.h"

struct bridge_args {
	struct bus_args bus[2];
	struct out_args out;
	struct filter_args filter;
	nsec_t span;
	unsigned int count;
	bool both;
};

enum { OPT_BOTH = 0x300, OPT_FOR, OPT_COUNT };

static void take_address(struct argp_state *state, struct bridge_args *a, const char *arg)
{
	if (a->bus[1].interface)
		args_too_much(state, arg);
	a->bus[a->bus[0].interface != NULL].interface = arg;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct bridge_args *a = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		args_init(state);
		*a = (struct bridge_args){ .span = NSEC_NEVER };
		state->child_inputs[0] = &a->filter;
		state->child_inputs[1] = &a->bus[0];
		state->child_inputs[2] = &a->out;
		return 0;
	case OPT_BOTH:
		a->both = true;
		return 0;
	case OPT_FOR:
		a->span = args_duration(state, "--for", arg);
		return 0;
	case OPT_COUNT:
		a->count = args_number(state, "--count", arg, 1, 1000000000);
		return 0;
	case ARGP_KEY_ARG:
		take_address(state, a, arg);
		return 0;
	case ARGP_KEY_END:
		if (!a->bus[1].interface)
			args_error(state, "two buses: bridge FROM TO");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "both", OPT_BOTH, NULL, 0, "Frames of TO go to FROM, too", 0 },
	{ "for", OPT_FOR, "TIME", 0, "End after TIME", 0 },
	{ "count", OPT_COUNT, "N", 0, "End after N frames were carried", 0 },
	{ 0 },
};

static const struct argp_child children[] = {
	{ &filter_argp, 0, "Which frames:", 1 },
	{ &link_argp, 0, "Buses:", 2 },
	{ &out_argp, 0, "Output:", 3 },
	{ 0 },
};

static const struct argp bridge_argp = {
	.options = options,
	.parser = parse,
	.args_doc = "FROM TO",
	.children = children,
	.doc = "Carry the frames of one bus to another: kbus:/dev/ttyUSB0 vcan0, sim:r53 vcan0, "
	       "log:FILE vcan0. One way, unless --both is given."
	       "\vA virtual interface takes anything. Towards any other the safety gate decides about "
	       "each frame, wherever it came from; what it refuses is told once for each id and "
	       "counted, and the bridge ends with 7.",
};

struct bridge {
	struct session side[2];
	struct way way[2];	/* of what comes on side 0, and on side 1 */
	const struct bridge_args *args;
	nsec_t end;
	struct session *failed;	/* whose error ended it */
	int watched[2];		/* descriptor of each side that the other's clock watches; -1: none */
	bool holds;		/* a log's frame waits for its time */
	struct frame held;
	nsec_t log_start, start;	/* its first frame's time, and when that was */
};

/* How long it waits on one side, when it cannot see the other meanwhile. */
#define SLICE (5 * NSEC_PER_MSEC)
#define AWAY (100 * NSEC_PER_MSEC)
#define TURN 256	/* frames of one side before the other's turn */

static bool goes(const struct bridge *b, size_t i)
{
	return i == 0 || b->args->both;
}

static bool is_full(const struct bridge *b)
{
	return b->args->count && b->way[0].frames + b->way[1].frames >= b->args->count;
}

static int carry(struct bridge *b, size_t i, const struct decoded *dec)
{
	int r = way_carry(&b->way[i], dec);

	if (r < 0)
		b->failed = b->way[i].to;

	return r < 0 ? r : 1;
}

/* Hear one frame of side I until DEADLINE, and carry it. 1: there was one; negative errno. */
static int take(struct bridge *b, size_t i, nsec_t deadline)
{
	struct event events[STATE_EVENTS_MAX];
	struct decoded dec;
	struct frame f;
	size_t n;
	int r = session_hear(&b->side[i], &f, &dec, events, &n, deadline);

	if (r < 0)
		b->failed = &b->side[i];

	return r == 1 && goes(b, i) ? carry(b, i, &dec) : r;
}

/* What is there now. 1: something was. */
static int take_some(struct bridge *b, size_t i)
{
	nsec_t now = clock_now(&b->side[i].clk);
	int r = 1, n = 0;

	/* One that went away is tried again when it is waited for. */
	if (b->side[i].away)
		return 0;
	while (n < TURN && r == 1 && !is_full(b)) {
		r = take(b, i, now);
		n += r == 1;
	}

	return r < 0 ? r : n > 0;
}

/* A log's frames come as far apart as they are in it. */
static int take_log(struct bridge *b)
{
	struct session *log = &b->side[0];
	nsec_t now = clock_now(&b->side[1].clk);
	struct decoded dec;
	int r;

	if (!b->holds) {
		r = session_next(log, &b->held, NSEC_NEVER);
		b->failed = log;
		if (r <= 0)
			return r;
		if (b->start == NSEC_NEVER) {
			b->start = now;
			b->log_start = b->held.t;
		}
		b->holds = true;
	}
	if (now - b->start < b->held.t - b->log_start)
		return 0;
	b->holds = false;
	decoder_frame(&log->decoder, &b->held, &dec);

	return carry(b, 0, &dec);
}

static void watch_other(struct bridge *b, size_t waits)
{
	size_t other = !waits;
	int fd = b->side[other].away ? -1 : link_fd(b->side[other].link);

	if (b->watched[other] == fd)
		return;
	if (b->watched[other] >= 0)
		clock_watch(&b->side[waits].clk, b->watched[other], 0);
	if (fd >= 0)
		clock_watch(&b->side[waits].clk, fd, POLLIN);
	b->watched[other] = fd;
}

/* Nothing is there on either side: wait on the one that can only be waited for. */
static int wait_for_more(struct bridge *b)
{
	bool log = address_is_log(&b->side[0].address);
	size_t w = log || link_fd(b->side[1].link) < 0;
	nsec_t deadline = b->end, now = clock_now(&b->side[w].clk);
	int r = 0;

	if (b->side[!w].away) {
		deadline = MIN(deadline, now + AWAY);
		r = take(b, !w, now);
	}
	watch_other(b, w);
	if (log && b->holds)
		deadline = MIN(deadline, nsec_add(b->start, b->held.t - b->log_start));
	else if (b->watched[!w] < 0)
		deadline = MIN(deadline, now + SLICE);

	return r < 0 ? r : take(b, w, deadline);
}

/* Until it ends: 0, or a negative errno, which is of b->failed. */
static int cross(struct bridge *b)
{
	bool log = address_is_log(&b->side[0].address);

	while (!is_full(b) && clock_now(&b->side[1].clk) < b->end) {
		int first = log ? take_log(b) : take_some(b, 0);
		int second = first < 0 ? 0 : take_some(b, 1);

		if (first == 0 && second == 0)
			first = wait_for_more(b);
		if (first < 0 || second < 0)
			return MIN(first, second);
	}

	return 0;
}

static void say_ready(struct bridge *b)
{
	struct json j = { .out = &b->side[0].out };

	if (!b->args->out.json) {
		cli_say(b->side[0].cmd, "ready: %s to %s%s", b->side[0].address.text,
			b->side[1].address.text, b->args->both ? " and back" : "");
		return;
	}
	json_open(&j, '{');
	json_member(&j, "event", "ready");
	json_member(&j, "from", b->side[0].address.text);
	json_member(&j, "to", b->side[1].address.text);
	json_key(&j, "both");
	json_bool(&j, b->args->both);
	json_close(&j, '}');
	json_end(&j);
}

static void put_way(struct json *j, const struct way *w)
{
	const struct {
		const char *key;
		uint64_t n;
	} counts[] = {
		{ "frames", w->frames }, { "lost", w->lost }, { "refused", w->refused }, { "errors", w->errors },
	};

	json_open(j, '{');
	json_member(j, "from", w->from->address.text);
	json_member(j, "to", w->to->address.text);
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		json_key(j, counts[i].key);
		json_int(j, (int64_t)counts[i].n);
	}
	json_close(j, '}');
}

static void say_result(struct bridge *b)
{
	struct json j = { .out = &b->side[0].out };

	if (!b->args->out.json) {
		for (size_t i = 0; i < 2 && goes(b, i); i++)
			way_say(&b->way[i]);
		return;
	}
	json_open(&j, '{');
	json_member(&j, "event", "result");
	json_key(&j, "ways");
	json_open(&j, '[');
	for (size_t i = 0; i < 2 && goes(b, i); i++)
		put_way(&j, &b->way[i]);
	json_close(&j, ']');
	json_close(&j, '}');
	json_end(&j);
}

/* Both sides are open. Returns the exit status. */
static int run(struct bridge *b)
{
	int r, status;

	for (size_t i = 0; i < 2; i++) {
		b->way[i] = (struct way){
			.from = &b->side[i], .to = &b->side[!i], .filter = &b->args->filter,
		};
		b->watched[i] = -1;
	}
	b->start = NSEC_NEVER;
	b->end = nsec_add(clock_now(&b->side[1].clk), b->args->span);
	say_ready(b);
	r = out_flush(&b->side[0].out);
	b->failed = &b->side[0];
	if (r == 0)
		r = cross(b);
	status = r < 0 && r != -ENODATA ? session_fail(b->failed, r) : EXIT_YES;
	say_result(b);

	return status == EXIT_YES && b->way[0].refused + b->way[1].refused ? EXIT_GATE : status;
}

static bool is_same(const struct address *a, const struct address *b)
{
	return a->kind == b->kind && a->kind != ADDRESS_SIM && !strcmp(a->where, b->where);
}

/* Addresses and cars. Only a log's time is not the real one. */
static int prepare(struct bridge *b, const struct cmd *self, struct bridge_args *a)
{
	const unsigned int flags = SESSION_ENDLESS | SESSION_UNTIL_SETTLED;
	const char *to = a->bus[1].interface, *script = a->bus[0].sim_script, *unknown;
	int r;

	a->bus[0].real_time = true;
	/* It drives the simulated car there is. */
	if (strncmp(a->bus[0].interface, "sim:", 4) != 0 && !strncmp(to, "sim:", 4))
		a->bus[0].sim_script = NULL;
	r = session_prepare(&b->side[0], self, &a->bus[0], &a->out, flags);
	if (r)
		return r;
	a->bus[1] = a->bus[0];
	a->bus[1].interface = to;
	a->bus[1].sim_script = a->bus[0].sim_script ? NULL : script;
	if (b->side[0].car && strncmp(to, "sim:", 4) != 0)
		a->bus[1].car.car = b->side[0].car;
	r = session_prepare(&b->side[1], self, &a->bus[1], &a->out, flags);
	if (r)
		return r;
	if (is_same(&b->side[0].address, &b->side[1].address))
		return cli_fail(self, EXIT_USAGE, "'%s' twice: a bridge needs two buses", to);
	if (address_is_log(&b->side[1].address) || (a->both && address_is_log(&b->side[0].address)))
		return session_fail(&b->side[!address_is_log(&b->side[0].address)], -EOPNOTSUPP);
	unknown = filter_unknown_message(&a->filter, &b->side[0].decoder);

	return unknown ? cli_fail(self, EXIT_USAGE, "--message: no message is called '%s'", unknown) : 0;
}

static int bridge_main(const struct cmd *self, int argc, char **argv)
{
	struct bridge_args a;
	struct bridge b = { .args = &a };
	int status;

	argp_parse(self->argp, argc, argv, 0, NULL, &a);
	status = prepare(&b, self, &a);
	for (size_t i = 0; i < 2 && status == 0; i++)
		status = session_connect(&b.side[i], &a.out);
	if (status == 0)
		status = run(&b);
	/* The second has written nothing. */
	status = session_close(&b.side[1], status);

	return session_close(&b.side[0], status);
}

const struct cmd cmd_bridge = {
	.name = "bridge",
	.summary = "Carry the frames of one bus to another",
	.argp = &bridge_argp,
	.main = bridge_main,
};
