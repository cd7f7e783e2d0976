/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "link/rfc2217.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

/* All of it in pieces of STEP bytes; what comes out of the port is in RET. */
static size_t take(struct rfc2217 *u, const uint8_t *data, size_t size, size_t step, uint8_t *ret)
{
	static const struct bytelink_line line = { .baud = 9600, .even_parity = true };
	size_t n = 0;

	rfc2217_init(u);
	rfc2217_set(u, &line);
	for (size_t i = 0; i < size; i += step) {
		size_t piece = MIN(step, size - i), came;

		memcpy(ret + n, data + i, piece);
		came = rfc2217_receive(u, ret + n, piece);
		must(came <= piece);
		n += came;
		must(u->n_out <= RFC2217_OUT_MAX && u->n_sub <= RFC2217_SUB_MAX);
		rfc2217_sent(u);
	}

	return n;
}

/* How it arrives makes no difference; what was escaped is the same again. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t a[1 << 16], b[1 << 16], escaped[RFC2217_ESCAPED_MAX(1 << 15)];
	static struct rfc2217 ua, ub;
	size_t na, nb;

	if (size > 1 << 15)
		return 0;
	na = take(&ua, data, size, size + 1, a);
	nb = take(&ub, data, size, 1, b);
	must(na == nb && !memcmp(a, b, na));
	must(ua.com_port == ub.com_port && ua.settled == ub.settled && ua.modem == ub.modem);
	must(!memcmp(&ua.errors, &ub.errors, sizeof(ua.errors)));
	must(!ub.n_lost);

	nb = rfc2217_escape(data, size, escaped);
	rfc2217_init(&ua);
	must(rfc2217_receive(&ua, escaped, nb) == size && !memcmp(escaped, data, size));

	return 0;
}
