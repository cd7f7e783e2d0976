/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "base/hex.h"
#include "car/compose.h"
#include "cli/asking.h"
#include "cli/trouble.h"
#include "link/candump.h"
#include "proto/kbus.h"

struct send_args {
	struct bus_args bus;
	struct out_args out;
	char **words;
	size_t n_words;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct send_args *a = state->input;

	(void)arg;
	switch (key) {
	case ARGP_KEY_INIT:
		args_init(state);
		state->child_inputs[0] = &a->bus;
		state->child_inputs[1] = &a->out;
		return 0;
	case ARGP_KEY_ARGS:
		a->words = state->argv + state->next;
		a->n_words = (size_t)(state->argc - state->next);
		return 0;
	case ARGP_KEY_NO_ARGS:
		args_error(state, "nothing to send");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{ &bus_argp, 0, "Bus:", 1 },
	{ &out_argp, 0, "Output:", 2 },
	{ 0 },
};

static const struct argp send_argp = {
	.parser = parse,
	.args_doc = "MESSAGE [SIGNAL=VALUE...]\nID#DATA\nBYTE...",
	.children = children,
	.doc = "Send one message: by name, as a raw frame (7A0#0102), or as the bytes of a K-bus frame "
	       "(00 05 BF 7A 30 03 F3)."
	       "\vA virtual interface takes anything. Elsewhere the safety gate decides; what it "
	       "refuses ends with status 7.",
};

/* "00 05 BF 7A 30 03 F3", in one word or several: the bytes; 0 when it is no hex. */
static size_t hex_words(const struct send_args *a, uint8_t *bytes, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < a->n_words; i++) {
		ssize_t r = hex_parse(a->words[i], strlen(a->words[i]), bytes + n, size - n);

		if (r <= 0)
			return 0;
		n += (size_t)r;
	}

	return n;
}

static int build_frame(struct session *s, const struct send_args *a, struct frame *ret)
{
	uint8_t bytes[KBUS_FRAME_MAX];
	char why[COMPOSE_WHY_MAX];
	const char *first = a->words[0];
	size_t column = 0, n;
	int r;

	if (strchr(first, '#')) {
		if (a->n_words > 1)
			return cli_fail(s->cmd, EXIT_USAGE, "one frame at a time: '%s' is too much",
					a->words[1]);
		r = candump_parse_frame(first, strlen(first), ret, &column);
		if (r < 0)
			return cli_fail(s->cmd, EXIT_USAGE, "'%s' is no frame: see column %zu", first, column);
		return 0;
	}
	n = hex_words(a, bytes, sizeof(bytes));
	if (n >= 2 && !compose_message(&s->decoder, first, NULL, 0, ret, why))
		n = 0;	/* a message whose name happens to be hexadecimal */
	if (n >= 2) {
		r = kbus_parse(bytes, n, ret);
		if (r == -EBADMSG)
			return cli_fail(s->cmd, EXIT_USAGE, "no K-bus frame: the last byte would have to "
					"be %02X", bytes[n - 1] ^ bytes_xor(bytes, n));
		if (r < 0)
			return cli_fail(s->cmd, EXIT_USAGE, "no K-bus frame: byte 1 (%02X) is its length "
					"and %zu bytes follow it", bytes[1], n - 2);
		return 0;
	}
	r = compose_message(&s->decoder, first, a->words + 1, a->n_words - 1, ret, why);

	return r < 0 ? cli_fail(s->cmd, EXIT_USAGE, "%s", why) : 0;
}

/* What cannot be a virtual link is judged before it is opened. */
static int check_unopened(struct session *s, const struct frame *f)
{
	char why[GATE_WHY_MAX];

	if (s->address.kind == ADDRESS_SOCKETCAN || s->address.kind == ADDRESS_SIM ||
	    s->address.kind == ADDRESS_LOG || address_is_pty(&s->address))
		return 0;
	gate_init(&s->gate, s->args->bench ? GATE_BENCH : GATE_CAR, s->args->allow_unverified,
		  &s->decoder);
	if (gate_check(&s->gate, f, why) < 0)
		return cli_fail(s->cmd, EXIT_GATE, "not sent: %s", why);

	return 0;
}

static int run(struct session *s, const struct send_args *a)
{
	char why[GATE_WHY_MAX];
	struct frame f;
	int r = build_frame(s, a, &f);

	if (r == 0)
		r = check_unopened(s, &f);
	if (r == 0)
		r = session_connect(s, &a->out);
	if (r)
		return r;
	r = asking_awake(s);
	if (r == 0)
		r = gate_send(&s->gate, s->link, &f, why);
	if (r == -EPERM)
		return cli_fail(s->cmd, EXIT_GATE, "not sent on %s: %s", s->address.text, why);
	if (r == -EMSGSIZE)
		return trouble_too_long(s, &f);

	return r < 0 ? session_fail(s, r) : EXIT_YES;
}

static int send_main(const struct cmd *self, int argc, char **argv)
{
	struct send_args a = { 0 };
	struct session s = { 0 };
	int status;

	argp_parse(self->argp, argc, argv, 0, NULL, &a);
	status = session_prepare(&s, self, &a.bus, &a.out, 0);
	if (status == 0)
		status = run(&s, &a);

	return session_close(&s, status);
}

const struct cmd cmd_send = {
	.name = "send",
	.summary = "Send one message (virtual and bench links)",
	.argp = &send_argp,
	.main = send_main,
};
