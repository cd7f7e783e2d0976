/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/scan.h"

/* Calendar times in logs. They are local times: what no zone is written to. */

struct date {
	int year, month, day;	/* month, day from 1 */
	int hour, minute, second;
	nsec_t nsec;
};

/* The C library is slow at this: the hour it was asked last. Begins zeroed. */
struct date_cache {
	int64_t hour_key, hour_start;
};

/* Is D a time of the calendar from 1970 to 2200? */
bool date_valid(const struct date *d);

/* D, which is valid, as nanoseconds since the epoch. */
nsec_t date_epoch(struct date_cache *c, const struct date *d);

/* T (not negative) in the local calendar. */
void date_of(nsec_t t, struct date *ret);

/* Days since 1970-01-01 of a date, and back: the proleptic Gregorian calendar. */
int64_t date_days(int year, int month, int day);
void date_from_days(int64_t days, struct date *ret);

/* 1..12 for a month's name or its first three letters, English or German; 0. */
int date_month(const char *s, size_t len);

/* "Mon" or "Jan": Sunday is 0, January is 1. */
const char *date_weekday_name(int weekday);
const char *date_month_name(int month);

/* "12:08:29", "12:08:29.249713": into D's time of day. */
bool date_scan_clock(struct scan *s, struct date *d);

/*
 * "2015-07-09 12:08:29.249", with T for the blank, "2010-Jul-23 ...", "23.08.2011 ...".
 * On failure the position stays.
 */
bool date_scan(struct scan *s, struct date *ret);
