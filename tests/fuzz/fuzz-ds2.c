/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "proto/burst.h"
#include "proto/ds2.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

static int parse(const uint8_t *bytes, size_t n, void *ret)
{
	return ds2_parse(bytes, n, ret);
}

/* What was parsed can be written, and is the same again. */
static void check(const struct ds2 *m)
{
	uint8_t buf[DS2_TELEGRAM_MAX];
	int n = ds2_encode(m, buf);

	must(n == (int)m->len + 3 && !memcmp(buf, m->data - 2, (size_t)n));
}

/*
 * Two bytes for each of the wire: bit 0 of the first says that it is damaged, bit 1 that there
 * was silence before. A burst is bad once; nothing comes of it after that.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct burst b = { 0 };
	bool bad = false;
	nsec_t t = 0;

	for (size_t i = 0; i + 1 < size; i += 2) {
		struct ds2 m;
		int r;

		if (data[i] & 2) {
			must(burst_deadline(&b, DS2_SILENCE) >= t);
			must(burst_end(&b) == 0 || !bad);
			must(burst_deadline(&b, DS2_SILENCE) == NSEC_NEVER);
			bad = false;
		}
		burst_push(&b, data[i + 1], data[i] & 1, ++t);
		while ((r = burst_pop(&b, parse, &m)) != 0) {
			must(!bad);
			bad = r < 0;
			if (r > 0)
				check(&m);
		}
		must(b.n <= DS2_TELEGRAM_MAX);
	}

	return 0;
}
