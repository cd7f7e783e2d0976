/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "car/ask.h"
#include "car/compose.h"
#include "car/role.h"
#include "proto/diag.h"

#define PENDING_MAX 50		/* "response pending" before we call it no answer */

struct request {
	enum diag_protocol protocol;
	uint8_t ecu;
	uint8_t bytes[32];
	size_t n;
};

static int request_of(const struct dbc *dbc, const struct dbc_message *m, struct request *ret)
{
	const char *protocol = dbc_message_attr(dbc, m, "DiagProtocol");
	const char *ecu = dbc_message_attr(dbc, m, "DiagEcu");
	const char *hex = dbc_message_attr(dbc, m, "DiagRequest");
	ssize_t n;

	if (!protocol || !ecu || !hex || diag_protocol_parse(protocol, &ret->protocol) < 0)
		return -EINVAL;
	if (hex_parse(ecu, strlen(ecu), &ret->ecu, 1) != 1)
		return -EINVAL;
	n = hex_parse(hex, strlen(hex), ret->bytes, sizeof(ret->bytes));
	if (n <= 0)
		return -EINVAL;
	ret->n = (size_t)n;

	return 0;
}

/* The next frame before DEADLINE, shown to the listener: 1, or -ETIMEDOUT, or an error. */
static int next_frame(struct asker *a, struct frame *f, nsec_t deadline)
{
	for (;;) {
		int r = link_recv(a->link, f, 1, deadline);

		if (r < 0)
			return r;
		if (r > 0) {
			if (a->heard)
				a->heard(f, a->arg);
			return 1;
		}
		if (clock_now(a->link->clk) >= deadline)
			return -ETIMEDOUT;
	}
}

int ask_message(struct asker *a, const struct dbc *dbc, const struct dbc_message *m,
		struct frame *ret_frame)
{
	struct request q = { 0 };
	const uint8_t *data;
	struct frame f;
	nsec_t deadline;
	uint8_t code;
	size_t len;
	int r, pending = 0;

	r = request_of(dbc, m, &q);
	if (r == 0)
		r = diag_request_frame(q.protocol, q.ecu, q.bytes, q.n, &f);
	if (r == 0)
		r = gate_send(a->gate, a->link, &f, a->why);
	if (r < 0)
		return r;

	deadline = nsec_add(clock_now(a->link->clk), a->timeout);
	for (;;) {
		r = next_frame(a, &f, deadline);
		if (r < 0)
			return r;
		switch (diag_answer(q.protocol, q.ecu, q.bytes, q.n, &f, &code, &data, &len)) {
		case DIAG_OTHER:
			break;
		case DIAG_PENDING:
			if (++pending > PENDING_MAX)
				return -ETIMEDOUT;
			deadline = nsec_add(clock_now(a->link->clk), a->timeout);
			break;
		case DIAG_REFUSED:
			snprintf(a->why, sizeof(a->why), "module %02X refused %s: %02X, %s", q.ecu,
				 m->name, code, diag_code_word(q.protocol, code));
			return -EREMOTEIO;
		case DIAG_ANSWER:
			*ret_frame = (struct frame){
				.t = f.t, .bus = f.bus, .id = m->id, .flags = FRAME_EXT,
				.len = (uint8_t)len,
			};
			memcpy(ret_frame->data, data, len);
			return 0;
		}
	}
}

int ask_plain(struct asker *a, const struct dbc *dbc, const struct dbc_message *m)
{
	const char *name = dbc_message_attr(dbc, m, "Answer");
	const struct dbc_message *answer = name ? dbc_find_name(dbc, name) : NULL;
	struct frame f;
	nsec_t deadline;
	int r;

	if (!answer)
		return -EINVAL;
	compose_idle(dbc, m, &f);
	r = gate_send(a->gate, a->link, &f, a->why);
	if (r < 0)
		return r;
	deadline = nsec_add(clock_now(a->link->clk), a->timeout);
	do
		r = next_frame(a, &f, deadline);
	while (r > 0 && (f.id != answer->id || !(f.flags & FRAME_EXT) != !answer->ext));

	return r < 0 ? r : 0;
}

bool ask_is_for_state(const struct dbc *dbc, const struct dbc_message *m)
{
	const char *name = dbc_message_attr(dbc, m, "Answer");
	const struct dbc_message *answer = name ? dbc_find_name(dbc, name) : NULL;

	if (!answer || strcmp(m->sender, "DIA"))
		return false;
	for (size_t i = 0; i < answer->n_signals; i++) {
		int role = answer->signals[i].role;

		if (role == ROLE_IGNITION_R || role == ROLE_KEY_IN_LOCK || role == ROLE_LOCK_STATE)
			return true;
	}

	return false;
}
