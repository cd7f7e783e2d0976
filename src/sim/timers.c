/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "sim/timers.h"

static bool before(const struct timer *a, const struct timer *b)
{
	if (a->t != b->t)
		return a->t < b->t;

	return a->seq < b->seq;
}

static void swap(struct timer *a, struct timer *b)
{
	struct timer t = *a;

	*a = *b;
	*b = t;
}

static void sift_up(struct timers *ts, size_t i)
{
	while (i > 0 && before(&ts->heap[i], &ts->heap[(i - 1) / 2])) {
		swap(&ts->heap[i], &ts->heap[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
}

static void sift_down(struct timers *ts, size_t i)
{
	for (;;) {
		size_t least = i;

		for (size_t c = 2 * i + 1; c <= 2 * i + 2 && c < ts->n; c++)
			if (before(&ts->heap[c], &ts->heap[least]))
				least = c;
		if (least == i)
			return;
		swap(&ts->heap[i], &ts->heap[least]);
		i = least;
	}
}

int sim_timers_add(struct timers *ts, const struct timer *t)
{
	if (ts->n == ts->size) {
		size_t size = ts->size ? 2 * ts->size : 32;
		struct timer *heap = reallocarray(ts->heap, size, sizeof(*heap));

		if (!heap)
			return -ENOMEM;
		ts->heap = heap;
		ts->size = size;
	}
	ts->heap[ts->n] = *t;
	ts->heap[ts->n].seq = ts->seq++;
	ts->n_effects += t->effect;
	sift_up(ts, ts->n++);

	return 0;
}

const struct timer *sim_timers_first(const struct timers *ts)
{
	return ts->n ? &ts->heap[0] : NULL;
}

static void take_out(struct timers *ts, size_t i)
{
	ts->n_effects -= ts->heap[i].effect;
	ts->n--;
	if (i == ts->n)
		return;
	ts->heap[i] = ts->heap[ts->n];
	sift_down(ts, i);
	sift_up(ts, i);
}

struct timer sim_timers_pop(struct timers *ts)
{
	struct timer t = ts->heap[0];

	take_out(ts, 0);

	return t;
}

void sim_timers_cancel(struct timers *ts, void (*fire)(struct sim *s, unsigned int arg),
		       unsigned int arg)
{
	/* What fills a hole may have to go too, and the order changes: start again. */
	for (size_t i = 0; i < ts->n;)
		if (ts->heap[i].fire == fire && ts->heap[i].arg == arg) {
			take_out(ts, i);
			i = 0;
		} else {
			i++;
		}
}

void sim_timers_free(struct timers *ts)
{
	free(ts->heap);
	*ts = (struct timers){ 0 };
}
