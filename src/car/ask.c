/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "car/ask.h"
#include "car/compose.h"
#include "car/grade.h"
#include "car/role.h"

/* Say in WHY what came of Q, which asked for NAME. */
static void explain(struct asker *a, const struct question *q, const char *name)
{
	if (q->result == -EREMOTEIO)
		snprintf(a->why, sizeof(a->why), "module %02X refused %s: %02X, %s", q->ecu, name,
			 q->code, diag_code_word(q->protocol, q->code));
	else if (q->result < 0 && q->result != -EPERM && q->why)
		snprintf(a->why, sizeof(a->why), "module %02X, asked for %s: %s", q->ecu, name, q->why);
}

static void keep(struct question *q, void *arg)
{
	if (q->result == 0 && q->len > 0)
		memcpy(arg, q->data, q->len);
}

static int ask_for(struct asker *a, struct question *q, uint8_t *buf, const char *name)
{
	int r = ask_all(a, q, 1, keep, buf);

	if (r < 0)
		return r;
	q->data = buf;
	explain(a, q, name);

	return q->result;
}

int ask_one(struct asker *a, struct question *q, uint8_t *buf)
{
	char name[2 * REQUEST_MAX + 1] = "";

	if (q->n <= REQUEST_MAX)
		*hex_put(name, q->req, q->n) = '\0';

	return ask_for(a, q, buf, name);
}

void ask_answer_frame(const struct dbc_message *m, const uint8_t *data, size_t len,
		      struct frame *f)
{
	f->id = m->id;
	f->flags = m->ext ? FRAME_EXT : 0;
	f->len = (uint8_t)MIN(len, (size_t)FRAME_DATA_MAX);
	memcpy(f->data, data, f->len);
}

int ask_message(struct asker *a, const struct dbc *dbc, const struct dbc_message *m,
		struct frame *ret_frame)
{
	struct question q = { 0 };
	uint8_t answer[TP_MESSAGE_MAX];
	struct request req;
	int r = request_of(dbc, m, &req);

	if (r < 0)
		return r;
	q.protocol = req.protocol;
	q.ecu = req.ecu;
	q.n = req.n;
	memcpy(q.req, req.bytes, req.n);
	r = ask_for(a, &q, answer, m->name);
	if (r < 0)
		return r;
	*ret_frame = (struct frame){ .t = clock_now(a->link->clk), .bus = a->link->name };
	ask_answer_frame(m, answer, q.len, ret_frame);

	return 0;
}

/* The message of DBC by which a real car is asked for its terminal state, or NULL. */
static const struct dbc_message *terminal_message(const struct dbc *dbc)
{
	struct request q;

	for (size_t i = 0; i < dbc->n_messages; i++)
		if (request_of(dbc, &dbc->messages[i], &q) == 0 &&
		    grade_of_message(dbc, &dbc->messages[i]) != GRADE_SIMULATED &&
		    request_reads_ignition(&dbc->messages[i]))
			return &dbc->messages[i];

	return NULL;
}

/* The plain request of the K-bus for it, or NULL. */
static const struct dbc_message *plain_terminal_message(const struct dbc *dbc)
{
	for (size_t i = 0; i < dbc->n_messages; i++) {
		const struct dbc_message *m = &dbc->messages[i], *answer;

		if (!ask_is_for_state(dbc, m))
			continue;
		answer = dbc_find_name(dbc, dbc_message_attr(dbc, m, "Answer"));
		if (answer && request_reads_ignition(answer))
			return m;
	}

	return NULL;
}

/*
 * Read the terminal state by the DBC of S. -EINVAL: it has no message for that, or none that
 * this link carries. Who answers it is of its platform.
 */
static int look(struct asker *a, struct decoder *d, const struct decoder_source *s)
{
	const struct dbc_message *m = a->gate->kbus_clock ? plain_terminal_message(s->dbc) :
							    terminal_message(s->dbc);
	struct frame f;
	int r;

	if (!m || !s->platform || (d->platform && s->platform != d->platform))
		return -EINVAL;
	r = a->gate->kbus_clock ? ask_plain(a, s->dbc, m) : ask_message(a, s->dbc, m, &f);
	if (r == -EOPNOTSUPP)
		return -EINVAL;
	if (r == 0 && !d->platform)
		d->platform = s->platform;

	return r;
}

/*
 * By each DBC that the car may be of. While it is not known, the gate lets only that pass
 * which reads on any car; a module that refuses this is of the platform that did not pass.
 */
static int look_at_all(struct asker *a, struct decoder *d)
{
	const struct decoder_source *barred = NULL;
	int last = -EINVAL;

	for (size_t i = 0; i < d->n_sources; i++) {
		int r = look(a, d, &d->sources[i]);

		if (r == 0 || (r != -EINVAL && r != -EPERM && r != -EREMOTEIO && r != -ETIMEDOUT))
			return r;
		if (r == -EPERM && !d->platform)
			barred = &d->sources[i];
		if (r != -EINVAL && last != -EREMOTEIO)
			last = r;
	}
	if (last != -EREMOTEIO || !barred)
		return last;
	d->platform = barred->platform;

	return look(a, d, barred);
}

int ask_may_poll(struct asker *a, struct decoder *d, const struct car_state *s)
{
	bool state_known = s->data[DATUM_LOCK].value != LOCK_UNKNOWN ||
			   s->data[DATUM_IGNITION].value != IGNITION_UNKNOWN;
	int r = gate_check_files(a->gate, a->why), may;

	if (r < 0)
		return r;
	may = gate_may_poll(a->gate, s, a->why);
	if (may == 0 ? d->platform != NULL : state_known)
		return may;
	r = look_at_all(a, d);
	if (r == -EINVAL || (may == 0 && (r == -EPERM || r == -EREMOTEIO || r == -ETIMEDOUT)))
		r = 0;		/* it stays unknown, and may be asked what can be asked of any car */

	return r < 0 ? r : gate_may_poll(a->gate, s, a->why);
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
