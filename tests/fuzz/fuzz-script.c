/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sim/sim.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define EVENTS_MAX 3000

/* Frames come in order and are frames; a fault says where and why. */
static void take_all(struct sim *s, nsec_t *last)
{
	struct frame f[32];
	size_t n;

	while ((n = sim_take(s, f, 32)) > 0)
		for (size_t i = 0; i < n; i++) {
			if (f[i].t < *last || f[i].t > sim_now(s) ||
			    f[i].len > FRAME_DATA_MAX)
				abort();
			*last = f[i].t;
		}
}

static void check_fault(const struct sim_fault *f)
{
	if (f->line == 0 || f->column == 0 || !memchr(f->text, '\0', sizeof(f->text)))
		abort();
	for (const char *p = f->text; *p; p++)
		if (*p < 0x20 || *p > 0x7e)
			abort();
	if (f->text[0] == '\0')
		abort();
}

static void drive(struct sim *s)
{
	nsec_t last = 0;

	for (int i = 0; i < EVENTS_MAX && sim_next(s) != NSEC_NEVER; i++) {
		sim_run(s, sim_next(s));
		take_all(s, &last);
	}
	if (sim_fault(s))
		check_fault(sim_fault(s));
}

/* The rest of the input, as frames from outside: flags, id, 8 bytes of data or all. */
static void hear(struct sim *s, const uint8_t *data, size_t size)
{
	while (size >= 5) {
		size_t max = data[0] & 0x80 ? FRAME_DATA_MAX : FRAME_CLASSIC_MAX;
		struct frame f = { .flags = data[0] & 0x7f };

		memcpy(&f.id, data + 1, sizeof(f.id));
		f.id &= FRAME_EFF_MASK;
		data += 5;
		size -= 5;
		f.len = (uint8_t)(size < max ? size : max);
		memcpy(f.data, data, f.len);
		data += f.len;
		size -= f.len;
		sim_hear(s, &f);
		sim_run(s, sim_now(s) + 20 * NSEC_PER_MSEC);
	}
}

/* First byte: the car. Then a script, up to a NUL; then a control line; then frames. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const cars[] = { "r53", "r56", "r60", "f56" };
	struct sim *s = NULL;
	struct sim_fault f;
	const uint8_t *nul, *rest;
	char line[256];
	size_t n;

	if (size < 1 || sim_new(cars[data[0] % 4], &s) < 0)
		return 0;
	data++;
	size--;
	nul = memchr(data, '\0', size);
	rest = nul ? nul + 1 : data + size;
	if (sim_load(s, "script", (const char *)data, (size_t)((nul ? nul : rest) - data),
		     &f) < 0)
		check_fault(&f);

	n = (size_t)(data + size - rest);
	memset(line, 0, sizeof(line));
	memcpy(line, rest, n < sizeof(line) - 1 ? n : sizeof(line) - 1);
	if (sim_do(s, line, &f) < 0)
		check_fault(&f);
	n = strlen(line) + 1 < n ? n - strlen(line) - 1 : 0;
	hear(s, data + size - n, n);
	drive(s);
	sim_free(s);

	return 0;
}
