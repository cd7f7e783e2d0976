/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "proto/bmwfast.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

/* What was parsed can be written, and says the same again. */
static void check(const struct bmwfast *m)
{
	static uint8_t buf[BMWFAST_TELEGRAM_MAX];
	struct bmwfast again;
	int n = bmwfast_encode(m, buf);

	must(n > 0 && bmwfast_parse(buf, (size_t)n, &again) == n);
	must(again.target == m->target && again.source == m->source && again.len == m->len &&
	     !memcmp(again.data, m->data, m->len));
}

/* The first byte says how often there is silence. Every byte is accounted for. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct bmwfast_framer fr;
	struct bmwfast m;
	size_t in_telegrams = 0;
	nsec_t t = 0;

	bmwfast_framer_init(&fr);
	for (size_t i = 1; i < size; i++) {
		t += NSEC_PER_MSEC;
		if (data[0] && i % data[0] == 0) {
			t += BMWFAST_SILENCE;
			bmwfast_framer_idle(&fr, t);
		}
		bmwfast_framer_push(&fr, data[i], t);
		while (bmwfast_framer_pop(&fr, &m)) {
			check(&m);
			in_telegrams += fr.used;
		}
	}
	while (bmwfast_framer_deadline(&fr) != NSEC_NEVER) {
		bmwfast_framer_idle(&fr, NSEC_NEVER);
		while (bmwfast_framer_pop(&fr, &m)) {
			check(&m);
			in_telegrams += fr.used;
		}
	}
	must(size == 0 || in_telegrams + fr.skipped == size - 1);

	return 0;
}
