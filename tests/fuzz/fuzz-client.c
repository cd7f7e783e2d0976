/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "proto/client.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

/* An answer is one to REQ, and points into the message it is of. */
static void check_answer(const struct client *c, const uint8_t *msg, size_t len)
{
	must(len >= 1 && c->data >= msg && c->len <= len && c->data + c->len == msg + len);
	if (c->protocol == DIAG_DS2)
		must(msg[0] == 0xa0);
	else
		must(msg[0] == (uint8_t)(c->req[0] + 0x40));
}

static void check(const struct client *c, const uint8_t *msg, size_t len)
{
	must(c->pending <= CLIENT_PENDING_MAX + 1 && c->busy <= CLIENT_BUSY_MAX + 1);
	must((client_next(c) == NSEC_NEVER) ==
	     (c->state == CLIENT_RECEIVING || c->state == CLIENT_DONE));
	if (c->state != CLIENT_DONE)
		return;
	must(c->result == 0 || c->result == -EREMOTEIO || c->result == -ETIMEDOUT ||
	     c->result == -EPROTO || c->result == -EILSEQ);
	if (c->result == 0)
		check_answer(c, msg, len);
	if (c->result == -EREMOTEIO)
		must(strlen(diag_code_word(c->protocol, c->code)) > 0);
	must(c->result != -EPROTO || c->why);
}

/*
 * Protocol and length of the request, the request, then what happens: the low two bits of
 * a byte say what, the others how long after; a message has its length before it.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = data + size, *req, *msg = NULL;
	enum diag_protocol p;
	nsec_t now = 0;
	struct client c;
	size_t n, len = 0;

	if (size < 2)
		return 0;
	p = data[0] % DIAG_PROTOCOLS;
	n = 1 + data[0] / DIAG_PROTOCOLS % 8;
	req = ++data;
	if (n > (size_t)(end - data))
		return 0;
	data += n;
	client_begin(&c, p, req, n, 2 * NSEC_PER_SEC, now);

	while (data < end && c.state != CLIENT_DONE) {
		uint8_t op = *data++;

		now += (op >> 2) * (nsec_t)100 * NSEC_PER_MSEC;
		if (c.state == CLIENT_SENDING && now >= client_next(&c))
			client_sent(&c, now);
		if ((op & 3) == 0) {
			len = data < end ? *data++ : 0;
			len = len < (size_t)(end - data) ? len : (size_t)(end - data);
			msg = data;
			client_hear(&c, msg, len, now);
			data += len;
		} else if ((op & 3) == 1) {
			client_started(&c, now);
		} else if ((op & 3) == 2) {
			client_tick(&c, now);
		} else if (op == 0xff) {
			client_broken(&c, "broken", now);
		}
		check(&c, msg, len);
	}
	/* Left alone it ends, unless the transport still has something for it. */
	for (int i = 0; i < 3 && c.state != CLIENT_DONE && c.state != CLIENT_RECEIVING; i++) {
		now = client_next(&c);
		if (c.state == CLIENT_SENDING)
			client_sent(&c, now);
		else
			client_tick(&c, now);
	}
	must(c.state == CLIENT_DONE || c.state == CLIENT_RECEIVING);

	return 0;
}
