/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "address/logs.h"
#include "link/candump.h"
#include "link/log-writer.h"
#include "link/logfile.h"
#include "proto/kbus.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What holds for every reader of logs, and for its writer on what was read. */

static inline void must(bool ok)
{
	if (!ok)
		abort();
}

static inline void fuzz_fault(const struct logfile_fault *fault, void *arg)
{
	must(fault->reason && *fault->reason);
	must(fault->column <= fault->len + 1 || !fault->text);
	++*(uint64_t *)arg;
}

static inline int fuzz_file(char path[32], const void *data, size_t size)
{
	int fd = memfd_create("log", MFD_CLOEXEC);

	must(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	snprintf(path, 32, "/proc/self/fd/%d", fd);

	return fd;
}

/* What a log keeps of a frame; K-bus lines have its exact bytes. */
static inline bool fuzz_same(const struct frame *a, const struct frame *b, bool kbus)
{
	struct frame x = *a, y = *b;

	if (kbus) {
		kbus_unpad(&x);
		kbus_unpad(&y);
	}

	return x.t == y.t && x.id == y.id && x.flags == y.flags && x.len == y.len &&
	       memcmp(x.data, y.data, sizeof(x.data)) == 0;
}

/* F written as FORMAT reads as it was. */
static inline void fuzz_write(const struct log_format *format, const struct frame *f)
{
	char buf[LOG_WRITER_MAX], path[32];
	struct log_writer w;
	struct logfile *lf;
	struct frame g;
	size_t n;
	int fd;

	must(log_writer_init(&w, format, NULL) == 0);
	n = log_writer_put(&w, f, buf);
	must(n <= sizeof(buf));
	log_writer_free(&w);
	if (n == 0)
		return;
	fd = fuzz_file(path, buf, n);
	must(logfile_open_formats(path, address_logs, NULL, NULL, NULL, &lf) == 0);
	must(logfile_next(lf, &g) == 1);
	/* An error frame keeps no more than that it is one, pcap no direction. */
	if (format == &log_pcap)
		g.flags |= f->flags & FRAME_TX;
	must(f->flags & FRAME_ERR ? (g.flags & FRAME_ERR) != 0 :
				    fuzz_same(f, &g, !strcmp(format->name, "kbus")));
	must(logfile_next(lf, &g) == 0);
	logfile_close(lf);
	close(fd);
}

/* Read the bytes as a log of any format; write its first frames as FORMAT. */
static inline int fuzz_read(const struct log_format *format, const uint8_t *data, size_t size)
{
	uint64_t faults = 0, n = 0;
	struct logfile *lf;
	struct frame f;
	char path[32];
	int fd, r;

	fd = fuzz_file(path, data, size);
	must(logfile_open_formats(path, address_logs, NULL, fuzz_fault, &faults, &lf) == 0);
	while ((r = logfile_next(lf, &f)) == 1) {
		must(f.bus && *f.bus && f.len <= FRAME_DATA_MAX);
		must(f.id <= FRAME_EFF_MASK);
		for (size_t i = f.len; i < FRAME_DATA_MAX; i++)
			must(f.data[i] == 0);
		/* Formats with less in them are not compared: CSV. */
		if (n++ < 4 && f.t != NSEC_NEVER && format != &log_csv)
			fuzz_write(format, &f);
	}
	must(r == 0 || r == -ENOPKG);
	must(logfile_counts(lf)->frames == n && logfile_counts(lf)->bad == faults);
	logfile_close(lf);
	close(fd);

	return 0;
}
