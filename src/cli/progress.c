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

void progress_show(struct progress *p, const char *name, uint64_t done, uint64_t size)
{
	char bar[BAR + 1], shown[NAME_MAX_SHOWN + 1], line[160];
	nsec_t now;
	int n;

	if (!p->wanted)
		return;
	now = clock_now(&p->clk);
	if (now < p->next)
		return;
	p->next = now + INTERVAL;
	put_name(shown, name);
	if (size > 0 && done <= size) {
		double part = (double)done / (double)size;
		int full = (int)(part * BAR);

		memset(bar, '#', (size_t)full);
		memset(bar + full, '.', (size_t)(BAR - full));
		bar[BAR] = '\0';
		n = snprintf(line, sizeof(line), "\r%s [%s] %3d%% %" PRIu64 " MB\033[K", shown, bar,
			     (int)(100 * part), done / 1000000);
	} else {
		n = snprintf(line, sizeof(line), "\r%s %" PRIu64 " MB\033[K", shown, done / 1000000);
	}
	p->shown = write(STDERR_FILENO, line, (size_t)n) == n;
}

void progress_clear(struct progress *p)
{
	static const char clear[] = "\r\033[K";

	if (p->shown)
		p->shown = write(STDERR_FILENO, clear, sizeof(clear) - 1) < 0;
}
