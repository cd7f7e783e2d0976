/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/date.h"
#include "unit.h"

static void scans_dates(void **state)
{
	static const struct {
		const char *text;
		size_t used;	/* characters; 0: it is no date */
		nsec_t t;
	} rows[] = {
		{ "1970-01-01 00:00:00", 19, 0 },
		{ "2015-07-09 06:17:32.249713", 26, 1436422652249713000 },
		{ "2015-07-09T06:17:32.249713123x", 29, 1436422652249713123 },
		{ "2010-Jul-23 11:20:53.115532:", 27, 1279884053115532000 },
		{ "23.08.2011 23:04:30.609:", 23, 1314140670609000000 },
		{ "2012-02-29 00:00:01", 19, 1330473601000000000 },
		{ "2011-02-29 00:00:01", 0, 0 },
		{ "2100-02-29 00:00:01", 0, 0 },
		{ "2011-13-01 00:00:01", 0, 0 },
		{ "2011-00-01 00:00:01", 0, 0 },
		{ "2011-12-32 00:00:01", 0, 0 },
		{ "2011-Foo-01 00:00:01", 0, 0 },
		{ "1969-12-31 00:00:01", 0, 0 },
		{ "2011-12-01 24:00:01", 0, 0 },
		{ "2011-12-01 23:60:01", 0, 0 },
		{ "2011-12-01 23:00:61", 0, 0 },
		{ "2011-12-01 23:00", 0, 0 },
		{ "2011-12-01", 0, 0 },
		{ "2011-12-01 ", 0, 0 },
		{ "23.08.2011", 0, 0 },
		{ "23.08", 0, 0 },
		{ "12", 0, 0 },
		{ "", 0, 0 },
	};
	struct date_cache cache = { 0 };
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct scan in = scan_init(rows[i].text, strlen(rows[i].text));
		struct date d;

		assert_int_equal(date_scan(&in, &d), rows[i].used > 0);
		assert_int_equal(in.p - in.begin, rows[i].used);
		if (rows[i].used)
			assert_true(date_epoch(&cache, &d) == rows[i].t);
	}
}

static void days(void **state)
{
	struct date d;
	(void)state;

	assert_int_equal(date_days(1970, 1, 1), 0);
	assert_int_equal(date_days(2000, 3, 1), 11017);
	assert_int_equal(date_days(1899, 12, 30), -25569);
	for (int64_t day = -30000; day < 100000; day++) {
		date_from_days(day, &d);
		assert_int_equal(date_days(d.year, d.month, d.day), day);
	}
}

static void months(void **state)
{
	(void)state;
	assert_int_equal(date_month("Jan", 3), 1);
	assert_int_equal(date_month("december", 8), 12);
	assert_int_equal(date_month("Mai", 3), 5);
	assert_int_equal(date_month("M\344r", 3), 3);
	assert_int_equal(date_month("M\303\244rz", 5), 3);
	assert_int_equal(date_month("Ja", 2), 0);
	assert_int_equal(date_month("", 0), 0);
	assert_string_equal(date_month_name(12), "Dec");
	assert_string_equal(date_weekday_name(0), "Sun");
}

/* Through a year's changes of summer time, there and back. */
static void local_time(void **state)
{
	struct date_cache cache = { 0 };
	struct date d;
	(void)state;

	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	date_of(1436422652249713000, &d);
	assert_int_equal(d.hour, 8);
	for (nsec_t t = 1420000000 * NSEC_PER_SEC; t < 1452000000 * NSEC_PER_SEC;
	     t += 977 * NSEC_PER_SEC) {
		nsec_t back;

		date_of(t, &d);
		back = date_epoch(&cache, &d);
		/* The hour that comes twice in October has two answers. */
		assert_true(back == t || back == t - 3600 * NSEC_PER_SEC ||
			    back == t + 3600 * NSEC_PER_SEC);
		assert_true(back == t || (d.month == 10 && d.hour == 2));
	}
	setenv("TZ", "UTC", 1);
	tzset();
}

static void scans_words(void **state)
{
	struct scan in = scan_init("ab 12.5xyz", 10);
	const char *word;
	uint32_t hex;
	size_t len;
	nsec_t t;
	(void)state;

	assert_false(scan_keyword(&in, "a"));
	assert_true(scan_keyword(&in, "AB"));
	assert_true(scan_blanks(&in));
	assert_int_equal(scan_column(&in), 4);
	assert_true(scan_time(&in, NSEC_PER_MSEC, &t));
	assert_true(t == 12500000);
	assert_false(scan_hex(&in, &hex, &len));
	assert_true(scan_word(&in, &word, &len));
	assert_int_equal(len, 3);
	assert_true(scan_same(word, len, "XyZ"));
	assert_true(scan_at_end(&in));
	assert_true(scan_blanks(&in));
	assert_false(scan_word(&in, &word, &len));
}

static void scans_numbers(void **state)
{
	static const struct {
		const char *text;
		nsec_t unit, t;		/* t -1: no time */
	} rows[] = {
		{ "0", NSEC_PER_SEC, 0 },
		{ "1.000000001", NSEC_PER_SEC, 1000000001 },
		{ "1.0000000019", NSEC_PER_SEC, 1000000001 },
		{ "1059.900", NSEC_PER_MSEC, 1059900000 },
		{ "1.1234567", NSEC_PER_MSEC, 1123456 },
		{ "9223372035.5", NSEC_PER_SEC, 9223372035500000000 },
		{ "9223372036", NSEC_PER_SEC, -1 },
		{ "99999999999999999999999", NSEC_PER_SEC, -1 },
		{ ".5", NSEC_PER_SEC, -1 },
		{ "-1", NSEC_PER_SEC, -1 },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct scan in = scan_init(rows[i].text, strlen(rows[i].text));
		nsec_t t = -1;

		assert_int_equal(scan_time(&in, rows[i].unit, &t), rows[i].t >= 0);
		assert_true(t == rows[i].t);
		assert_true(rows[i].t >= 0 ? scan_at_end(&in) : in.p == in.begin);
	}
}

static int set_zone(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();

	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scans_dates),
		cmocka_unit_test(days),
		cmocka_unit_test(months),
		cmocka_unit_test(local_time),
		cmocka_unit_test(scans_words),
		cmocka_unit_test(scans_numbers),
	};

	return cmocka_run_group_tests(tests, set_zone, NULL);
}
