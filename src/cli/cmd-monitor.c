/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "car/vin-mask.h"
#include "cli/filter.h"
#include "cli/session.h"

struct monitor_args {
	struct bus_args bus;
	struct out_args out;
	struct filter_args filter;
	nsec_t span;
	unsigned int count;
};

enum { OPT_FOR = 0x300, OPT_COUNT };

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct monitor_args *a = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		return args_too_much(state, arg);
	case ARGP_KEY_INIT:
		args_init(state);
		a->span = NSEC_NEVER;
		state->child_inputs[0] = &a->filter;
		state->child_inputs[1] = &a->bus;
		state->child_inputs[2] = &a->out;
		return 0;
	case OPT_FOR:
		a->span = args_duration(state, "--for", arg);
		return 0;
	case OPT_COUNT:
		a->count = args_number(state, "--count", arg, 1, 1000000000);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "for", OPT_FOR, "TIME", 0, "End after TIME", 0 },
	{ "count", OPT_COUNT, "N", 0, "End after N frames", 0 },
	{ 0 },
};

static const struct argp_child children[] = {
	{ &filter_argp, 0, "Which frames:", 1 },
	{ &bus_argp, 0, "Bus:", 2 },
	{ &out_argp, 0, "Output:", 3 },
	{ 0 },
};

static const struct argp monitor_argp = {
	.options = options,
	.parser = parse,
	.children = children,
	.doc = "Show the frames on the bus, raw and decoded. It never sends."
	       "\vAs JSON, frames that no DBC knows are left out unless --all is given. Frames that "
	       "were lost are counted, never silent.",
};

/* Ids are asked of the kernel when nothing else decides. */
static int narrow(struct session *s, const struct filter_args *f)
{
	return f->n_ids ? session_filter(s, f->ids, f->n_ids) : 0;
}

static int run(struct session *s, const struct monitor_args *a)
{
	nsec_t deadline = nsec_add(clock_now(&s->clk), a->span);
	unsigned long lost = 0;
	unsigned int shown = 0;
	struct vin_mask mask;
	const char *unknown = filter_unknown_message(&a->filter, &s->decoder);
	int r = narrow(s, &a->filter);

	if (unknown)
		return cli_fail(s->cmd, EXIT_USAGE, "--message: no message is called '%s'", unknown);
	if (r < 0)
		return session_fail(s, r);
	vin_mask_init(&mask, &s->decoder);
	for (;;) {
		struct decoded dec;
		struct event bus;
		struct frame f;
		size_t n;

		r = session_next_bus(s, &f, &bus, &n, deadline);
		if (n)
			s->view.ops->event(&s->view, &bus);
		if (r < 0 && r != -ENODATA) {
			r = session_fail(s, r);
			break;
		}
		if (r == -ENODATA || (r == 0 && clock_now(&s->clk) >= deadline)) {
			r = EXIT_YES;
			break;
		}
		if (r == 0)
			continue;
		if (f.flags & (FRAME_LOST | FRAME_ERR)) {
			lost += f.flags & FRAME_LOST ? f.id : 0;
			s->view.ops->trouble(&s->view, &f);
			continue;
		}
		if (!a->out.show_vin)
			(void)vin_mask_answer(&mask, &f);
		decoder_frame(&s->decoder, &f, &dec);
		if (!filter_passes(&a->filter, &dec, !a->out.json))
			continue;
		s->view.ops->frame(&s->view, &dec);
		if (++shown == a->count) {
			r = EXIT_YES;
			break;
		}
	}
	if (lost)
		cli_say(s->cmd, "%lu frame%s lost: the bus was faster than the reader", lost,
			lost == 1 ? "" : "s");

	return r;
}

static int monitor_main(const struct cmd *self, int argc, char **argv)
{
	struct monitor_args a = { 0 };
	struct session s = { 0 };
	int status;

	argp_parse(self->argp, argc, argv, 0, NULL, &a);
	status = session_open(&s, self, &a.bus, &a.out, SESSION_ENDLESS | SESSION_UNTIL_SETTLED | SESSION_LISTENS);
	if (status == 0)
		status = run(&s, &a);

	return session_close(&s, status);
}

const struct cmd cmd_monitor = {
	.name = "monitor",
	.summary = "Show all frames, raw and decoded",
	.argp = &monitor_argp,
	.main = monitor_main,
};
