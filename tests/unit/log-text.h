/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "address/logs.h"
#include "link/candump.h"
#include "link/logfile.h"
#include "unit.h"

/* What reading a log gave: its frames as candump lines, and its faults. */
struct log_text {
	char frames[64 * 1024];
	size_t n, faults;
	uint64_t line;		/* of the last fault */
	size_t column;
	char reason[80];
	const char *format;
};

static inline void log_text_fault(const struct logfile_fault *fault, void *arg)
{
	struct log_text *t = arg;

	t->faults++;
	t->line = fault->line;
	t->column = fault->column;
	snprintf(t->reason, sizeof(t->reason), "%s", fault->reason);
	assert_true(fault->column <= fault->len + 1 || !fault->text);
}

/* Read the LEN bytes at S as a log. A time that is unknown shows as "(-)". */
static inline void log_text_read(struct log_text *t, const void *s, size_t len)
{
	int fd = memfd_create("log", MFD_CLOEXEC);
	char path[32], *p = t->frames;
	struct logfile *lf;
	struct frame f;
	int r;

	memset(t, 0, sizeof(*t));
	assert_true(fd >= 0);
	assert_int_equal(write(fd, s, len), len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	assert_int_equal(logfile_open_formats(path, address_logs, NULL, log_text_fault, t, &lf), 0);
	while ((r = logfile_next(lf, &f)) == 1) {
		unsigned int style = CANDUMP_DIRECTION;

		assert_true(p + CANDUMP_LINE_MAX < t->frames + sizeof(t->frames));
		if (f.t == NSEC_NEVER) {
			p = stpcpy(p, "(-) ");
			p += candump_put_frame(p, &f);
			*p++ = '\n';
		} else {
			style |= f.t % NSEC_PER_USEC ? CANDUMP_NSEC : 0;
			p += candump_put_line(p, &f, style);
		}
		t->n++;
	}
	*p = '\0';
	assert_int_equal(r, 0);
	assert_int_equal(logfile_counts(lf)->frames, t->n);
	assert_int_equal(logfile_counts(lf)->bad, t->faults);
	t->format = logfile_format(lf) ? logfile_format(lf)->name : "-";
	logfile_close(lf);
	close(fd);
}
