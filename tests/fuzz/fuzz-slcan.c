/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "proto/slcan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

/* What was read can be written, and says the same again. */
static void check(const struct frame *f)
{
	char text[SLCAN_LINE_MAX];
	struct frame again;
	int n = slcan_print(f, text), stamp;

	must(n > 1 && slcan_parse(text, (size_t)n - 1, &again, &stamp) == 0);
	must(again.id == f->id && again.flags == f->flags && again.len == f->len && stamp == -1);
	must(!memcmp(again.data, f->data, sizeof(f->data)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slcan_reader rd;
	struct slcan_event e;

	slcan_reader_init(&rd);
	for (size_t i = 0; i < size; i++) {
		if (!slcan_push(&rd, (char)data[i], &e))
			continue;
		must(strlen(e.text) <= SLCAN_LINE_MAX);
		must(e.kind != SLCAN_FRAME || e.stamp < SLCAN_STAMP_PERIOD);
		if (e.kind == SLCAN_FRAME && !(e.frame.flags & FRAME_ERR))
			check(&e.frame);
	}

	return 0;
}
