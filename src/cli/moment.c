/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/num.h"
#include "base/scan.h"
#include "cli/moment.h"

#define SEC_PER_DAY 86400
#define DATE_LEN 10	/* "2015-07-09" */

static nsec_t utc(const struct date *d)
{
	int64_t s = date_days(d->year, d->month, d->day) * SEC_PER_DAY + d->hour * 3600 +
		    d->minute * 60 + d->second;

	return s * NSEC_PER_SEC + d->nsec;
}

/* "2015-07-09", "2015-07-09 12:08:29.249", "2015-07-09T12:08Z". */
static int parse_date(const char *text, nsec_t *ret)
{
	size_t n = strlen(text), colons = 0;
	bool zulu = n > 0 && text[n - 1] == 'Z';
	struct date_cache cache = { 0 };
	struct date d;
	struct scan s;
	char full[48];

	n -= zulu;
	if (n < DATE_LEN || n > 32)
		return -EINVAL;
	for (size_t i = 0; i < n; i++)
		colons += text[i] == ':';
	snprintf(full, sizeof(full), "%.*s%s", (int)n, text,
		 n == DATE_LEN ? " 00:00:00" : colons == 1 ? ":00" : "");
	s = scan_init(full, strlen(full));
	if (!date_scan(&s, &d) || !scan_at_end(&s))
		return -EINVAL;
	if (!date_valid(&d))
		return -ERANGE;
	*ret = zulu ? utc(&d) : date_epoch(&cache, &d);

	return 0;
}

int moment_parse(const char *text, struct moment *ret)
{
	struct moment m = { .relative = *text == '+' };
	struct scan s = scan_init(text, strlen(text));
	int r;

	if (m.relative)
		r = num_parse_duration(text + 1, &m.t);
	else if (scan_time(&s, NSEC_PER_SEC, &m.t) && scan_at_end(&s))
		r = 0;
	else
		r = parse_date(text, &m.t);
	if (r == 0)
		*ret = m;

	return r;
}
