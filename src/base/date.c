/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/date.h"
#include "base/util.h"

/* The era of 400 years begins on 1 March, so that the leap day is its year's last. */
int64_t date_days(int year, int month, int day)
{
	int64_t y = year - (month <= 2), era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void date_from_days(int64_t days, struct date *ret)
{
	int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t of_era = z - era * 146097;
	int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * of_year + 2) / 153;

	ret->day = (int)(of_year - (153 * m + 2) / 5 + 1);
	ret->month = (int)(m < 10 ? m + 3 : m - 9);
	ret->year = (int)(y + era * 400 + (ret->month <= 2));
}

bool date_valid(const struct date *d)
{
	static const int lengths[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (d->year % 4 == 0 && d->year % 100 != 0) || d->year % 400 == 0;

	return d->year >= 1970 && d->year <= 2200 && d->month >= 1 && d->month <= 12 &&
	       d->day >= 1 && d->day <= lengths[d->month - 1] - (d->month == 2 && !leap) &&
	       d->hour >= 0 && d->hour <= 23 && d->minute >= 0 && d->minute <= 59 &&
	       d->second >= 0 && d->second <= 60 && d->nsec >= 0 && d->nsec < NSEC_PER_SEC;
}

nsec_t date_epoch(struct date_cache *c, const struct date *d)
{
	int64_t key = date_days(d->year, d->month, d->day) * 24 + d->hour + 1;

	if (c->hour_key != key) {
		struct tm tm = {
			.tm_year = d->year - 1900, .tm_mon = d->month - 1, .tm_mday = d->day,
			.tm_hour = d->hour, .tm_isdst = -1,
		};

		c->hour_start = mktime(&tm);
		c->hour_key = key;
	}

	return (c->hour_start + d->minute * 60 + d->second) * NSEC_PER_SEC + d->nsec;
}

void date_of(nsec_t t, struct date *ret)
{
	time_t sec = t / NSEC_PER_SEC;
	struct tm tm = { 0 };

	localtime_r(&sec, &tm);
	*ret = (struct date){
		tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
		t % NSEC_PER_SEC,
	};
}

static const char *const months[] = {
	"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
};

int date_month(const char *s, size_t len)
{
	/* M\344r and M\303\244r: in cp1252 and in UTF-8. */
	static const struct {
		const char *name;
		int month;
	} german[] = {
		{ "M\344r", 3 }, { "M\303\244", 3 }, { "Mrz", 3 }, { "Mai", 5 }, { "Okt", 10 },
		{ "Dez", 12 },
	};

	if (len < 3)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(months); i++)
		if (!strncasecmp(s, months[i], 3))
			return (int)i + 1;
	for (size_t i = 0; i < ARRAY_SIZE(german); i++)
		if (!strncasecmp(s, german[i].name, 3))
			return german[i].month;

	return 0;
}

const char *date_month_name(int month)
{
	return months[month - 1];
}

const char *date_weekday_name(int weekday)
{
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };

	return days[weekday];
}

static bool scan_int(struct scan *s, uint64_t max, int *ret)
{
	uint64_t v;

	if (!scan_uint(s, max, &v))
		return false;
	*ret = (int)v;

	return true;
}

bool date_scan_clock(struct scan *s, struct date *d)
{
	nsec_t second;

	if (!scan_int(s, 23, &d->hour) || !scan_char(s, ':') || !scan_int(s, 59, &d->minute) ||
	    !scan_char(s, ':') || !scan_time(s, NSEC_PER_SEC, &second) ||
	    second > 60 * NSEC_PER_SEC)
		return false;
	d->second = (int)(second / NSEC_PER_SEC);
	d->nsec = second % NSEC_PER_SEC;

	return true;
}

/* The month between two dashes: a number or a name. */
static bool scan_month(struct scan *s, int *ret)
{
	const char *from = s->p;

	if (scan_int(s, 12, ret))
		return true;
	while (s->p < s->end && isalpha((unsigned char)*s->p))
		s->p++;
	*ret = date_month(from, (size_t)(s->p - from));

	return *ret != 0;
}

bool date_scan(struct scan *s, struct date *ret)
{
	struct scan in = *s;
	struct date d = { 0 };
	int first;

	if (!scan_int(&in, 9999, &first))
		return false;
	if (scan_char(&in, '-')) {
		d.year = first;
		if (!scan_month(&in, &d.month) || !scan_char(&in, '-') || !scan_int(&in, 31, &d.day))
			return false;
	} else if (scan_char(&in, '.')) {
		d.day = first;
		if (!scan_int(&in, 12, &d.month) || !scan_char(&in, '.') ||
		    !scan_int(&in, 9999, &d.year))
			return false;
	} else {
		return false;
	}
	if (!scan_char(&in, 'T') && (scan_at_end(&in) || !scan_blanks(&in)))
		return false;
	if (!date_scan_clock(&in, &d) || !date_valid(&d))
		return false;
	s->p = in.p;
	*ret = d;

	return true;
}
