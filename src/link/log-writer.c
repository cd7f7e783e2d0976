/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "link/log-writer.h"

int log_writer_init(struct log_writer *w, const struct log_format *format, const char *note)
{
	*w = (struct log_writer){ .format = format, .note = note };
	w->state = calloc(1, format->state_size + 1);

	return w->state ? 0 : -ENOMEM;
}

void log_writer_free(struct log_writer *w)
{
	free(w->state);
	w->state = NULL;
}

static size_t begin(struct log_writer *w, const struct frame *f, char *buf)
{
	if (w->began)
		return 0;
	w->began = true;

	return w->format->head ? w->format->head(w->state, f, w->note, buf) : 0;
}

size_t log_writer_put(struct log_writer *w, const struct frame *f, char *buf)
{
	size_t n = begin(w, f, buf), m = w->format->put(w->state, f, buf + n);

	if (m > 0)
		return n + m;
	/* The head is not lost: it comes with the next one. */
	if (n > 0) {
		memset(w->state, 0, w->format->state_size);
		w->began = false;
	}

	return 0;
}

size_t log_writer_end(struct log_writer *w, char *buf)
{
	const struct frame none = { .t = NSEC_NEVER };
	size_t n = begin(w, &none, buf);

	if (w->format->tail)
		n += w->format->tail(w->state, buf + n);
	memset(w->state, 0, w->format->state_size);
	w->began = false;

	return n;
}
