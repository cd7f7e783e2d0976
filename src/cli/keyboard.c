/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli/keyboard.h"

/* Keyboards repeat a key every 30 to 100 ms; nobody means two marks so near together. */
#define REPEATS (200 * NSEC_PER_MSEC)

#define CTRL_D 0x04

/* Which key is the byte C? False: none of ours. */
static bool key_of(char c, enum press *ret)
{
	switch (c) {
	case ' ':
	case '\n':
	case '\r':
		*ret = PRESS_MARK;
		return true;
	case 'n':
	case 'N':
		*ret = PRESS_NO;
		return true;
	case 'q':
	case 'Q':
	case CTRL_D:
		*ret = PRESS_QUIT;
		return true;
	default:
		return false;
	}
}

static int take_byte(struct keyboard *k, enum press *ret)
{
	nsec_t now = clock_now(k->clk), before = k->last;
	char c = k->line[0];

	k->len = 0;
	k->last = now;

	return key_of(c, ret) && (*ret != PRESS_MARK || now - before > REPEATS);
}

/* A whole line, or the rest when the input has ended. */
static int take_line(struct keyboard *k, enum press *ret)
{
	char *end = memchr(k->line, '\n', k->len), c = '\n';
	size_t n;

	if (!end && !(k->at_end && k->len) && k->len < sizeof(k->line))
		return 0;
	n = end ? (size_t)(end - k->line) : k->len;
	for (size_t i = 0; i < n && c == '\n'; i++)
		if (k->line[i] != ' ' && k->line[i] != '\t' && k->line[i] != '\r')
			c = k->line[i];
	k->len -= n + (end != NULL);
	memmove(k->line, k->line + n + (end != NULL), k->len);

	return key_of(c, ret);
}

/* Read what there is. Negative errno, -ENODATA at the end. */
static int fill(struct keyboard *k)
{
	ssize_t n = read(k->fd, k->line + k->len, k->raw ? 1 : sizeof(k->line) - k->len);

	if (n > 0) {
		k->len += (size_t)n;
		return 0;
	}
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	k->at_end = true;

	return 0;
}

static int read_fd(struct keyboard *k, nsec_t deadline, enum press *ret)
{
	for (;;) {
		struct pollfd p = { .fd = k->fd, .events = POLLIN };
		int r;

		if (k->raw ? k->len && take_byte(k, ret) : k->len && take_line(k, ret))
			return 1;
		if (!k->raw && memchr(k->line, '\n', k->len))
			continue;
		if (k->at_end)
			return -ENODATA;
		r = clock_wait(k->clk, &p, 1, deadline);
		if (r < 0)
			return r;
		if (r == 0)
			return 0;
		r = fill(k);
		if (r < 0)
			return r;
	}
}

void keyboard_init(struct keyboard *k, struct clock *clk, int fd, bool raw)
{
	*k = (struct keyboard){
		.read = read_fd, .clk = clk, .fd = fd, .raw = raw, .last = -REPEATS
	};
}
