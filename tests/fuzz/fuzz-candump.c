/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "link/candump.h"
#include "link/logfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

static bool same(const struct frame *a, const struct frame *b)
{
	return a->t == b->t && a->id == b->id && a->flags == b->flags &&
	       a->len == b->len && memcmp(a->data, b->data, sizeof(a->data)) == 0;
}

static void one_frame(const char *s, size_t len)
{
	char buf[CANDUMP_FRAME_MAX];
	struct frame f, g;
	size_t column = 0;

	if (candump_parse_frame(s, len, &f, &column) < 0) {
		must(column >= 1 && column <= len + 1);
		return;
	}
	must(f.len <= FRAME_DATA_MAX);
	len = candump_put_frame(buf, &f);
	must(len <= sizeof(buf) && candump_parse_frame(buf, len, &g, NULL) == 0);
	must(same(&f, &g));
}

static void one_line(const char *s, size_t len)
{
	char buf[CANDUMP_LINE_MAX], name[CANDUMP_BUS_MAX + 1];
	size_t column = 0, bus, bus_len;
	struct frame f, g;

	if (candump_parse_line(s, len, &f, &bus, &bus_len, &column) < 0) {
		must(column >= 1 && column <= len + 1);
		return;
	}
	must(bus_len >= 1 && bus_len <= CANDUMP_BUS_MAX && bus + bus_len <= len);
	memcpy(name, s + bus, bus_len);
	name[bus_len] = '\0';
	f.bus = name;
	len = candump_put_line(buf, &f, CANDUMP_DIRECTION | CANDUMP_NSEC);
	must(len <= sizeof(buf) && buf[len - 1] == '\n');
	must(candump_parse_line(buf, len - 1, &g, &bus, &bus_len, NULL) == 0);
	must(same(&f, &g));
	must(strlen(name) == bus_len && memcmp(buf + bus, name, bus_len) == 0);
}

static void count_fault(const struct logfile_fault *fault, void *arg)
{
	must(!fault->text || (fault->column >= 1 && fault->column <= fault->len + 1));
	++*(uint64_t *)arg;
}

static void whole_file(const uint8_t *data, size_t size)
{
	int fd = memfd_create("log", MFD_CLOEXEC);
	struct logfile *lf = NULL;
	uint64_t faults = 0, n = 0;
	struct frame f;
	char path[32];
	int r;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size ||
	    logfile_open(path, NULL, count_fault, &faults, &lf) < 0) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((r = logfile_next(lf, &f)) == 1) {
		must(f.bus && *f.bus);
		n++;
	}
	must(r == 0);
	must(logfile_counts(lf)->frames == n && logfile_counts(lf)->bad == faults);
	/* Where packed data is cut short there is no line. */
	must(logfile_counts(lf)->lines + 1 >= n + faults);
	logfile_close(lf);
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *s = (const char *)data;

	one_frame(s, size);
	one_line(s, size);
	whole_file(data, size);

	return 0;
}
