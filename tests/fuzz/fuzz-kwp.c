/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "proto/kwp-init.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

/* What was parsed can be written, and says the same again. */
static void check(const struct kwp *m, enum kwp_form form)
{
	uint8_t buf[KWP_TELEGRAM_MAX];
	struct kwp again = { 0 };
	int n = kwp_encode(m, form, buf);

	must(n > 0);
	must((form == KWP_STAR ? kwp_parse_star(buf, (size_t)n, &again) :
				 kwp_parse(buf, (size_t)n, &again)) == n);
	must(again.len == m->len && !memcmp(again.data, m->data, m->len));
}

static void framing(const uint8_t *data, size_t size)
{
	for (size_t n = 0; n <= size; n++) {
		struct kwp m;

		if (kwp_parse(data, n, &m) > 0)
			check(&m, m.addressed ? KWP_ADDRESSED_LENGTH : KWP_BARE);
		if (kwp_parse_star(data, n, &m) > 0)
			check(&m, KWP_STAR);
	}
}

/*
 * The first byte is the way, the second one says how odd the port is; then what comes, 0 for no
 * byte until the time is up. Whatever it is, the wake-up ends, and says how.
 */
static void wake(const uint8_t *data, size_t size)
{
	static const int results[] = { 0, 0, 0, 0, -ECOMM, -ENOLINK, -EOPNOTSUPP, 0 };
	struct kwp_init i;
	char why[160] = "";
	size_t at = 2;
	nsec_t now = 1;

	kwp_init_begin(&i, (enum kwp_way)(data[0] % 3), 0x12, now);
	for (size_t n = 0;; n++) {
		struct kwp_todo todo = kwp_init_next(&i);
		nsec_t begin = now;

		must(n < size + 500);
		if (todo.what == KWP_DONE || todo.what == KWP_FAILED)
			break;
		if (todo.what != KWP_WAIT) {
			now += (data[1] >> 4) * NSEC_PER_MSEC;
			kwp_init_did(&i, n < 40 ? results[(data[1] + n) & (data[1] & 7)] : 0, begin, now);
			continue;
		}
		must(todo.until > now);
		if (at < size && data[at++] != 0) {
			now = MIN(todo.until, now + NSEC_PER_MSEC);
			kwp_init_hear(&i, data[at - 1], now);
		} else {
			now = todo.until;
		}
		kwp_init_tick(&i, now);
	}
	if (i.error) {
		kwp_init_explain(&i, why, sizeof(why));
		must(strlen(why) > 10 && !strchr(why, '\n'));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	framing(data + 2, MIN(size - 2, (size_t)300));
	wake(data, size);

	return 0;
}
