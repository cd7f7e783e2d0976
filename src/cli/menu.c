/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/num.h"
#include "cli/menu.h"
#include "out/wrap.h"

void menu_init(struct menu *m, struct out *out, int in_fd)
{
	*m = (struct menu){ .out = out, .in_fd = in_fd };
}

void menu_begin(struct menu *m, const char *text)
{
	m->n = 0;
	m->text = text;
	out_printf(m->out, "%s\n", text);
}

void menu_add(struct menu *m, const char *id, const char *text)
{
	if (m->n == MENU_CHOICES_MAX)
		return;
	m->ids[m->n++] = id;
	out_printf(m->out, "%3zu  %-14s ", m->n, id);
	out_wrap_to(m->out, 20, wrap_columns(m->out->fd), text);
}

/* The next line, without its end, in *ret; too long ones are cut. -ENODATA at the end. */
static int read_line(struct menu *m, char *ret, size_t size)
{
	for (;;) {
		char *end = memchr(m->line, '\n', m->len);
		ssize_t n;

		if (end || m->len == sizeof(m->line)) {
			size_t len = end ? (size_t)(end - m->line) : m->len;
			size_t used = end ? len + 1 : len;

			memcpy(ret, m->line, MIN(len, size - 1));
			ret[MIN(len, size - 1)] = '\0';
			m->len -= used;
			memmove(m->line, m->line + used, m->len);
			return 0;
		}
		n = read(m->in_fd, m->line + m->len, sizeof(m->line) - m->len);
		if (n > 0)
			m->len += (size_t)n;
		else if (n == 0 || errno != EINTR)
			return -ENODATA;
	}
}

/* Which choice WORD is; -1: none. */
static int find(const struct menu *m, const char *word)
{
	uint64_t number;

	for (size_t i = 0; i < m->n; i++)
		if (!strcmp(m->ids[i], word))
			return (int)i;
	if (num_parse_uint(word, m->n, &number) < 0 || number == 0)
		return -1;

	return (int)number - 1;
}

/* What is typed behind PROMPT, the blanks around it dropped. -ENODATA: q, or the end. */
static int read_word(struct menu *m, char *buf, size_t size, const char **ret)
{
	char *word;
	int r = out_flush(m->out);

	if (r == 0)
		r = read_line(m, buf, size);
	if (r < 0)
		return r;
	word = buf + strspn(buf, " \t");
	word[strcspn(word, " \t\r")] = '\0';
	*ret = word;

	return strcmp(word, "q") ? 0 : -ENODATA;
}

static void refuse(struct menu *m, const char *word)
{
	out_puts(m->out, "That is none: '");
	out_put_escaped(m->out, word, strlen(word));
	out_puts(m->out, "'.\n");
}

int menu_ask(struct menu *m)
{
	for (;;) {
		char line[64];
		const char *word;
		int r, i;

		out_printf(m->out, "1 to %zu, or q: ", m->n);
		r = read_word(m, line, sizeof(line), &word);
		if (r < 0)
			return r;
		i = find(m, word);
		if (i >= 0) {
			out_putc(m->out, '\n');
			return i;
		}
		refuse(m, word);
	}
}

int menu_ask_text(struct menu *m, const char *prompt, bool (*good)(const char *text, void *arg),
		  void *arg)
{
	for (;;) {
		char line[64];
		const char *word;
		int r;

		out_puts(m->out, prompt);
		r = read_word(m, line, sizeof(line), &word);
		if (r < 0)
			return r;
		if (!*word || good(word, arg)) {
			out_putc(m->out, '\n');
			return 0;
		}
		refuse(m, word);
	}
}
