/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/progress.h"
#include "out/out.h"

#define PATIENCE NSEC_PER_SEC
#define INTERVAL (100 * NSEC_PER_MSEC)
#define BAR 30
#define NAME_MAX_SHOWN 24

static bool same_file(int a, int b)
{
	struct stat x, y;

	return fstat(a, &x) == 0 && fstat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

void progress_init(struct progress *p, int output)
{
	*p = (struct progress){ .wanted = isatty(STDERR_FILENO) && !same_file(STDERR_FILENO, output) };
	clock_init_real(&p->clk);
	p->start = clock_now(&p->clk);
	p->next = p->start + PATIENCE;
}

/* The end of NAME, which says more than its beginning; what could move the cursor is not shown. */
static void put_name(char *buf, const char *name)
{
	size_t n = strlen(name);

	if (n > NAME_MAX_SHOWN)
		name += n - NAME_MAX_SHOWN;
	for (; *name; name++)
		*buf++ = *name >= ' ' && *name < 0x7f ? *name : '?';
	*buf = '\0';
}

/* Is it time for a new picture? */
static bool is_due(struct progress *p)
{
	nsec_t now;

	if (!p->wanted)
		return false;
	now = clock_now(&p->clk);
	if (now < p->next)
		return false;
	p->next = now + INTERVAL;

	return true;
}

static void put_bar(char bar[BAR + 1], double part)
{
	int full = (int)(part * BAR);

	memset(bar, '#', (size_t)full);
	memset(bar + full, '.', (size_t)(BAR - full));
	bar[BAR] = '\0';
}

void progress_show(struct progress *p, const char *name, uint64_t done, uint64_t size)
{
	char bar[BAR + 1], shown[NAME_MAX_SHOWN + 1], line[160];
	int n;

	if (!is_due(p))
		return;
	put_name(shown, name);
	if (size > 0 && done <= size) {
		double part = (double)done / (double)size;

		put_bar(bar, part);
		n = snprintf(line, sizeof(line), "\r%s [%s] %3d%% %" PRIu64 " MB\033[K", shown, bar,
			     (int)(100 * part), done / 1000000);
	} else {
		n = snprintf(line, sizeof(line), "\r%s %" PRIu64 " MB\033[K", shown, done / 1000000);
	}
	p->shown = write(STDERR_FILENO, line, (size_t)n) == n;
}

void progress_count(struct progress *p, const char *what, size_t done, size_t n)
{
	char bar[BAR + 1], line[160];
	int len;

	if (n == 0 || done > n || !is_due(p))
		return;
	put_bar(bar, (double)done / (double)n);
	len = snprintf(line, sizeof(line), "\r%.40s [%s] %zu of %zu\033[K", what, bar, done, n);
	p->shown = write(STDERR_FILENO, line, (size_t)len) == len;
}

void progress_clear(struct progress *p)
{
	static const char clear[] = "\r\033[K";

	if (p->shown)
		p->shown = write(STDERR_FILENO, clear, sizeof(clear) - 1) < 0;
}
