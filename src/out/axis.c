/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/num.h"
#include "out/axis.h"

#define MINUTE (60 * NSEC_PER_SEC)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define CLOCK_FROM (100000000 * NSEC_PER_SEC)	/* in 1973: earlier times are no dates */
#define TICKS_MAX 10
#define TICKS_MAX_FINE 6	/* with decimals of a second the labels are long */

static nsec_t find_step(nsec_t span)
{
	static const nsec_t steps[] = {
		NSEC_PER_SEC,	  2 * NSEC_PER_SEC, 5 * NSEC_PER_SEC, 10 * NSEC_PER_SEC,
		15 * NSEC_PER_SEC, 30 * NSEC_PER_SEC, MINUTE,	      2 * MINUTE,
		5 * MINUTE,	  10 * MINUTE,	    15 * MINUTE,      30 * MINUTE,
		HOUR,		  2 * HOUR,	    3 * HOUR,	      6 * HOUR,
		12 * HOUR,	  DAY,
	};
	nsec_t step;

	for (step = NSEC_PER_USEC; step < NSEC_PER_SEC; step *= 10)
		for (nsec_t times = 1; times <= 5; times += times == 1 ? 1 : 3)
			if (span / (times * step) <= TICKS_MAX_FINE)
				return times * step;
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++)
		if (span / steps[i] <= TICKS_MAX)
			return steps[i];
	for (step = DAY; span / step > TICKS_MAX;)
		step *= 2;

	return step;
}

struct time_axis time_axis_make(nsec_t first, nsec_t last)
{
	struct time_axis a = { .first = first, .last = last, .clock = first >= CLOCK_FROM };
	time_t s = (time_t)(first / NSEC_PER_SEC);
	struct tm tm;

	if (a.last == a.first)
		a.last += NSEC_PER_SEC;
	a.step = find_step(a.last - a.first);
	if (a.clock && localtime_r(&s, &tm))
		a.zone = tm.tm_gmtoff * NSEC_PER_SEC;

	return a;
}

nsec_t time_axis_start(const struct time_axis *a)
{
	nsec_t past = a->clock ? (a->first + a->zone) % a->step : 0;

	return past ? a->first + a->step - past : a->first;
}

/* Decimals of a second that STEP needs. */
static unsigned int decimals(nsec_t step)
{
	unsigned int n = 0;

	for (nsec_t unit = NSEC_PER_SEC; n < 9 && step % unit != 0; unit /= 10)
		n++;

	return n;
}

enum parts { YEAR = 1, DAYS = 2, MINUTES = 4, SECONDS = 8 };

/* What PARTS name of the local date and time, and DIGITS of the second's fraction. */
static size_t put_clock(const struct time_axis *a, nsec_t t, unsigned int parts, unsigned int digits,
			char *buf)
{
	time_t s = (time_t)((t + a->zone) / NSEC_PER_SEC);
	char part[16], *p = buf;
	struct tm tm;

	gmtime_r(&s, &tm);
	*p = '\0';
	if (parts & YEAR)
		p += snprintf(p, 8, "%04d-", (tm.tm_year + 1900) % 10000);
	if (parts & DAYS)
		p += snprintf(p, 8, "%02d-%02d", tm.tm_mon + 1, tm.tm_mday);
	if (parts & DAYS && parts & MINUTES)
		*p++ = ' ';
	if (parts & MINUTES)
		p += snprintf(p, 8, "%02d:%02d", tm.tm_hour, tm.tm_min);
	if (parts & SECONDS)
		p += snprintf(p, 8, ":%02d", tm.tm_sec);
	if (digits) {
		snprintf(part, sizeof(part), ".%09lld", (long long)((t + a->zone) % NSEC_PER_SEC));
		memcpy(p, part, digits + 1);
		p += digits + 1;
	}
	*p = '\0';

	return (size_t)(p - buf);
}

static size_t put_span(nsec_t span, nsec_t unit, const char *name, char *buf)
{
	char number[40];

	/* In UNITs: whole ones, or halves of an hour and the like, exact enough for a label. */
	if (unit == NSEC_PER_SEC)
		num_put_seconds(number, sizeof(number), span);
	else
		snprintf(number, sizeof(number), "%lld", (long long)(span / unit));

	return (size_t)snprintf(buf, AXIS_LABEL_MAX, "%.30s %s", number, name);
}

size_t time_axis_label(const struct time_axis *a, nsec_t t, char *buf)
{
	if (!a->clock) {
		if (a->step >= HOUR)
			return put_span(t - a->first, HOUR, "h", buf);
		if (a->step >= MINUTE)
			return put_span(t - a->first, MINUTE, "min", buf);
		return put_span(t - a->first, NSEC_PER_SEC, "s", buf);
	}
	if (a->step >= DAY)
		return put_clock(a, t, YEAR | DAYS, 0, buf);
	if (a->last - a->first > DAY)
		return put_clock(a, t, DAYS | MINUTES, 0, buf);

	return put_clock(a, t, a->step >= MINUTE ? MINUTES : MINUTES | SECONDS,
			 decimals(a->step), buf);
}

size_t time_axis_exact(const struct time_axis *a, nsec_t t, char *buf)
{
	if (a->clock)
		return put_clock(a, t, YEAR | DAYS | MINUTES | SECONDS, 3, buf);

	return put_span((t - a->first) / NSEC_PER_MSEC * NSEC_PER_MSEC, NSEC_PER_SEC, "s", buf);
}

double axis_step(double low, double high)
{
	double want = high / 5 - low / 5, power = 1;

	if (!(want > 0) || !isfinite(want))
		return 1;
	while (power > want)
		power /= 10;
	while (power * 10 <= want)
		power *= 10;

	return power * (want <= power ? 1 : want <= 2 * power ? 2 : want <= 5 * power ? 5 : 10);
}

double axis_start(double low, double step)
{
	double k = low / step;

	/* Beyond that there are no fractions. */
	if (fabs(k) < 0x1p52)
		k = (double)(int64_t)k + (k > (double)(int64_t)k);

	return k * step;
}
