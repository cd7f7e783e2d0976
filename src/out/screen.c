/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "out/glyph.h"
#include "out/screen.h"
#include "out/wrap.h"

#define BOLD "1"
#define REVERSE "7"
#define GREEN "32"
#define RED "31"
#define TEXT_ROWS 4 /* at most, for the step's sentence */
#define SCALE_MAX 4

bool screen_possible(int in_fd, int out_fd)
{
	const char *term = getenv("TERM");

	return isatty(in_fd) && isatty(out_fd) && term && *term && strcmp(term, "dumb");
}

static void ask_size(struct screen *s)
{
	struct winsize size;

	s->columns = 80;
	s->rows = 24;
	if (ioctl(s->out->fd, TIOCGWINSZ, &size) == 0 && size.ws_col && size.ws_row) {
		s->columns = size.ws_col;
		s->rows = size.ws_row;
	}
}

int screen_open(struct screen *s, int in_fd, struct out *out, bool colour)
{
	struct termios raw;
	int r;

	*s = (struct screen){ .out = out, .in_fd = in_fd, .colour = colour };
	if (tcgetattr(in_fd, &s->saved) < 0)
		return -errno;
	raw = s->saved;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	/* Stopped or dumping core it could not give the terminal back. */
	raw.c_cc[VSUSP] = raw.c_cc[VQUIT] = _POSIX_VDISABLE;
	if (tcsetattr(in_fd, TCSAFLUSH, &raw) < 0)
		return -errno;
	s->open = true;
	out_puts(out, "\033[?1049h\033[?7l\033[?25l\033[2J");
	r = out_flush(out);
	if (r < 0)
		screen_close(s);

	return r;
}

void screen_close(struct screen *s)
{
	if (!s->open)
		return;
	s->open = false;
	out_puts(s->out, "\033[0m\033[2J\033[?25h\033[?7h\033[?1049l");
	out_flush(s->out);
	tcsetattr(s->in_fd, TCSAFLUSH, &s->saved);
}

/* ---- lines ---- */

static void style(struct screen *s, const char *code)
{
	if (s->colour)
		out_printf(s->out, "\033[%sm", code);
}

/* Go to the beginning of ROW, from 0, and clear it: behind a full row the cursor is still on
 * its last column. */
static void go(struct screen *s, unsigned int row)
{
	out_printf(s->out, "\033[%u;1H\033[K", row + 1);
}

/* LEN bytes of TEXT, as many as fit, and nothing behind them; the next row. */
static unsigned int put_line(struct screen *s, unsigned int row, const char *code,
			     const char *text, size_t len)
{
	if (row >= s->rows)
		return row;
	go(s, row);
	style(s, code);
	out_put_escaped(s->out, text, MIN(len, (size_t)s->columns));
	style(s, "0");

	return row + 1;
}

static unsigned int put_blank(struct screen *s, unsigned int row)
{
	return put_line(s, row, "0", "", 0);
}

static unsigned int put_text(struct screen *s, unsigned int row, const char *text)
{
	for (unsigned int n = 0; n < TEXT_ROWS && *text; n++) {
		size_t len = wrap_line(text, s->columns);

		row = put_line(s, row, BOLD, text, len);
		text += len;
		text += strspn(text, " ");
	}

	return row;
}

/* ---- large letters ---- */

/* Columns that N letters take, the gap behind the last left out. */
static unsigned int width(size_t n, unsigned int scale)
{
	return n ? (unsigned int)n * (GLYPH_COLUMNS + 1) * scale - scale : 0;
}

/* One row of points; ROW of the letters. Nothing behind them: it could be the right edge. */
static void put_points(struct screen *s, const char *word, unsigned int row,
		       unsigned int scale)
{
	unsigned int size = width(strlen(word), scale),
		     letter = (GLYPH_COLUMNS + 1) * scale;
	bool on = false;

	for (unsigned int i = 0; i < size; i++) {
		bool point = glyph_point(word[i / letter], row, i % letter / scale);

		if (point != on)
			style(s, point ? REVERSE : "0");
		on = point;
		out_putc(s->out, point && !s->colour ? '#' : ' ');
	}
	if (on)
		style(s, "0");
}

/* WORD and the seconds that are left, the right at the right edge, as large as fits. */
static unsigned int put_large(struct screen *s, unsigned int row, const char *word,
			      const char *number)
{
	size_t n = strlen(word) + (*number ? strlen(number) + 1 : 0);
	unsigned int scale = SCALE_MAX;

	while (scale &&
	       (width(n, scale) > s->columns || scale * GLYPH_ROWS + 9 > s->rows))
		scale--;
	if (!scale) {
		char line[64];

		snprintf(line, sizeof(line), "%s  %s", word, number);
		return put_line(s, row, BOLD, line, strlen(line));
	}
	for (unsigned int i = 0; i < GLYPH_ROWS * scale; i++, row++) {
		go(s, row);
		put_points(s, word, i / scale, scale);
		if (!*number)
			continue;
		out_printf(s->out, "\033[%uG",
			   s->columns - width(strlen(number), scale) + 1);
		put_points(s, number, i / scale, scale);
	}

	return row;
}

/* ---- the countdown ---- */

/* Whole seconds that are left; over the limit 0. */
static nsec_t seconds_left(const struct screen_page *p)
{
	return MAX(p->limit - p->elapsed + NSEC_PER_SEC - 1, 0) / NSEC_PER_SEC;
}

static unsigned int put_bar(struct screen *s, unsigned int row,
			    const struct screen_page *p)
{
	unsigned int size = s->columns - 2;
	nsec_t left = MAX(p->limit - p->elapsed, 0);
	unsigned int full = (unsigned int)(left * size / p->limit);

	go(s, row);
	out_putc(s->out, '[');
	style(s, left * 4 > p->limit ? GREEN : RED);
	for (unsigned int i = 0; i < size; i++)
		out_putc(s->out, i < full ? '#' : '.');
	style(s, "0");
	out_putc(s->out, ']');

	return row + 1;
}

static unsigned int put_seconds(struct screen *s, unsigned int row,
				const struct screen_page *p)
{
	double limit = (double)p->limit / (double)NSEC_PER_SEC;
	double elapsed = (double)p->elapsed / (double)NSEC_PER_SEC;
	char line[80];

	if (p->elapsed > p->limit)
		snprintf(line, sizeof(line), "TOO LATE: %.1f s of %g s", elapsed, limit);
	else
		snprintf(line, sizeof(line), "%.1f s of %g s", elapsed, limit);

	return put_line(s, row, p->elapsed > p->limit ? RED : "0", line, strlen(line));
}

/* ---- the page ---- */

static const char *tone_code(enum screen_tone tone)
{
	switch (tone) {
	case SCREEN_GOOD:
		return GREEN;
	case SCREEN_BAD:
		return RED;
	case SCREEN_PLAIN:
		break;
	}

	return "0";
}

/* The newest of the lines that fit above the last row, each on rows of its own. */
static unsigned int put_lines(struct screen *s, unsigned int row,
			      const struct screen_page *p)
{
	unsigned int room = s->rows > row + 1 ? s->rows - 1 - row : 0, need = 0;
	size_t first = p->n_lines;

	while (first > 0) {
		const char *text = p->lines[first - 1].text;
		unsigned int n = 0;

		for (size_t len; (len = wrap_line(text, s->columns)); n++) {
			text += len;
			text += strspn(text, " ");
		}
		if (need + n > room)
			break;
		need += n;
		first--;
	}
	for (size_t i = first; i < p->n_lines; i++) {
		const char *text = p->lines[i].text;

		for (size_t len; (len = wrap_line(text, s->columns));) {
			row = put_line(s, row, tone_code(p->lines[i].tone), text, len);
			text += len;
			text += strspn(text, " ");
		}
	}

	return row;
}

void screen_put(struct screen *s, const struct screen_page *p)
{
	bool roomy = s->rows >= 15;
	unsigned int row = 0;
	char number[24] = "";

	if (p->limit)
		snprintf(number, sizeof(number), "%lld", (long long)seconds_left(p));
	row = put_line(s, row, "0", p->title, strlen(p->title));
	if (roomy)
		row = put_blank(s, row);
	row = put_large(s, row, p->word, number);
	if (roomy)
		row = put_blank(s, row);
	row = put_text(s, row, p->text);
	if (p->limit && row + 2 < s->rows && s->columns > 2) {
		row = put_bar(s, row, p);
		row = put_seconds(s, row, p);
	}
	if (s->rows > 20)
		row = put_blank(s, row);
	row = put_lines(s, row, p);
	while (row + 1 < s->rows)
		row = put_blank(s, row);
	put_line(s, s->rows - 1, REVERSE, p->keys, strlen(p->keys));
}

int screen_draw(struct screen *s, const struct screen_page *p)
{
	ask_size(s);
	screen_put(s, p);

	return out_flush(s->out);
}
