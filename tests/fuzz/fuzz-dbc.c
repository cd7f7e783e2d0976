/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>
#include <string.h>

#include "dbc/codec.h"
#include "dbc/dbc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

/* Faults come in the file's order, with a place and a text. */
static void check_fault(const struct dbc_fault *f, void *arg)
{
	struct dbc_fault *last = arg;

	must(f->line > last->line ||
	     (f->line == last->line && f->column >= last->column));
	must(f->column > 0 && strlen(f->text) > 0 && strlen(f->text) < 256);
	last->line = f->line;
	last->column = f->column;
}

/* The selectors above S end at one that is always there, and their ranges are sorted. */
static void check_selectors(const struct dbc_signal *s)
{
	for (unsigned int depth = 0; s->mux == DBC_MUX_MEMBER; depth++, s = s->selector) {
		must(depth < DBC_MUX_DEPTH && s->n_ranges > 0);
		must(s->selector->message == s->message && s->selector->selects);
		must(s->mux_value == s->ranges[0].low);
		for (size_t i = 0; i < s->n_ranges; i++) {
			must(s->ranges[i].low <= s->ranges[i].high);
			must(i == 0 || s->ranges[i].low > s->ranges[i - 1].high);
		}
	}
}

/* What is read from DATA can be put back, and then nothing has changed. */
static void check_signal(const struct dbc_signal *s, const uint8_t *data, size_t len)
{
	uint8_t copy[64];
	char text[32];
	const char *word;
	uint64_t raw, again;

	must(s->bits >= 1 && s->bits <= 64 && s->need <= 64);
	check_selectors(s);
	if (!dbc_get_raw(s, data, len, &raw))
		return;
	must(dbc_physical_text(s, raw, text, sizeof(text)) == strlen(text));
	memcpy(copy, data, sizeof(copy));
	must(dbc_put_raw(s, raw, copy) == 0);
	must(memcmp(copy, data, sizeof(copy)) == 0);

	/* The text of a whole number means that number, unless its range says no. */
	word = dbc_word(s, raw);
	if (s->integral && !s->n_values && !(s->min < s->max)) {
		must(dbc_put_text(s, text, copy) == 0);
		must(dbc_get_raw(s, copy, len, &again) && again == raw);
	} else if (dbc_put_text(s, word ? word : text, copy) == 0) {
		must(dbc_physical_text(s, raw, text, sizeof(text)) > 0);
	}
}

static void check_message(const struct dbc *dbc, const struct dbc_message *m,
			  const uint8_t *data, size_t size)
{
	uint8_t frame[64] = { 0 };
	size_t len = MIN(size, sizeof(frame));

	must(dbc_find(dbc, m->id, m->ext) == m);
	must(dbc_find_name(dbc, m->name) != NULL);
	must(!m->selector || (m->selector->message == m && m->selector->selects));
	memcpy(frame, data + size - len, len);
	dbc_message_attr(dbc, m, "Evidence");
	for (size_t i = 0; i < m->n_signals; i++) {
		must(m->signals[i].message == m);
		dbc_signal_attr(dbc, &m->signals[i], "Evidence");
		check_signal(&m->signals[i], frame, len);
		check_signal(&m->signals[i], frame, sizeof(frame));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(dbc_freep) struct dbc *dbc = NULL;
	struct dbc_fault last = { .line = 1 };

	if (dbc_check("fuzz", (const char *)data, size, check_fault, &last, &dbc) < 0)
		return 0;
	for (size_t i = 0; i < dbc->n_messages; i++)
		check_message(dbc, &dbc->messages[i], data, size);

	return 0;
}
