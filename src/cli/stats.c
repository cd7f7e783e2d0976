/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "cli/stats.h"
#include "dbc/arena.h"
#include "out/json.h"

#define BUSES_MAX 1024
#define SLOTS_FIRST 256

/* One id of one bus. */
struct row {
	const struct dbc_message *message;	/* NULL: no DBC knows it */
	uint64_t count, bad_sums, jumps, remote;
	nsec_t last;				/* NSEC_NEVER: no time yet */
	uint64_t periods;
	nsec_t shortest, longest;
	double mean, squares;			/* of the periods, in ns (Welford) */
	uint32_t id;
	uint16_t bus;
	bool ext;
};

struct stats {
	struct row *rows;
	size_t n, cap;
	uint32_t *slots;		/* index + 1 into rows; open addressing */
	size_t mask;
	char *buses[BUSES_MAX];
	size_t n_buses;
	const char *last_bus;		/* as the frames name it; NULL: unknown */
	uint16_t last_index;
	nsec_t first, end, last;
	uint64_t frames, unlisted, bad_lines, bus_errors, lost, backwards;
};

struct stats *stats_new(void)
{
	struct stats *s = calloc(1, sizeof(*s));

	if (s)
		s->first = s->end = s->last = NSEC_NEVER;

	return s;
}

void stats_free(struct stats *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n_buses; i++)
		free(s->buses[i]);
	free(s->rows);
	free(s->slots);
	free(s);
}

void stats_next_file(struct stats *s)
{
	s->last_bus = NULL;
	s->last = NSEC_NEVER;
}

void stats_bad(struct stats *s, uint64_t lines)
{
	s->bad_lines += lines;
}

/* ---- counting ---- */

static int find_bus(struct stats *s, const char *name, uint16_t *ret)
{
	size_t i;

	if (name == s->last_bus && name) {
		*ret = s->last_index;
		return 0;
	}
	for (i = 0; i < s->n_buses; i++)
		if (!strcmp(s->buses[i], name ? name : "-"))
			break;
	if (i == BUSES_MAX)
		return -ENOSPC;
	if (i == s->n_buses) {
		s->buses[i] = strdup(name ? name : "-");
		if (!s->buses[i])
			return -ENOMEM;
		s->n_buses++;
	}
	s->last_bus = name;
	*ret = s->last_index = (uint16_t)i;

	return 0;
}

static size_t place(size_t mask, uint32_t id, uint16_t bus)
{
	return (size_t)((((uint64_t)bus << 32 | id) + 1) * 0x9e3779b97f4a7c15u >> 32) & mask;
}

static int grow(struct stats *s)
{
	size_t n = s->slots ? 2 * (s->mask + 1) : SLOTS_FIRST;
	uint32_t *slots = calloc(n, sizeof(*slots));

	if (!slots)
		return -ENOMEM;
	for (size_t i = 0; i < s->n; i++) {
		size_t k = place(n - 1, s->rows[i].id, s->rows[i].bus);

		while (slots[k])
			k = (k + 1) & (n - 1);
		slots[k] = (uint32_t)i + 1;
	}
	free(s->slots);
	s->slots = slots;
	s->mask = n - 1;

	return 0;
}

static int add_row(struct stats *s, const struct frame *f, uint16_t bus, size_t slot)
{
	void *more = array_grow(s->rows, s->n, &s->cap, sizeof(*s->rows));

	if (!more)
		return -ENOMEM;
	s->rows = more;
	s->rows[s->n] = (struct row){
		.id = f->id, .ext = f->flags & FRAME_EXT, .bus = bus, .last = NSEC_NEVER,
	};
	s->slots[slot] = (uint32_t)++s->n;

	return 0;
}

/* -ENOSPC: there are too many. */
static int find_row(struct stats *s, const struct frame *f, struct row **ret)
{
	bool ext = f->flags & FRAME_EXT;
	uint16_t bus;
	size_t k;
	int r = find_bus(s, f->bus, &bus);

	if (r == 0 && 2 * s->n >= s->mask)
		r = grow(s);
	if (r < 0)
		return r;
	for (k = place(s->mask, f->id, bus); s->slots[k]; k = (k + 1) & s->mask) {
		struct row *row = &s->rows[s->slots[k] - 1];

		if (row->id == f->id && row->ext == ext && row->bus == bus) {
			*ret = row;
			return 0;
		}
	}
	if (s->n == STATS_IDS_MAX)
		return -ENOSPC;
	r = add_row(s, f, bus, k);
	if (r == 0)
		*ret = &s->rows[s->n - 1];

	return r;
}

static void count_period(struct row *row, nsec_t t)
{
	nsec_t period;
	double off;

	if (row->last != NSEC_NEVER && t >= row->last) {
		period = t - row->last;
		row->shortest = row->periods ? MIN(row->shortest, period) : period;
		row->longest = MAX(row->longest, period);
		row->periods++;
		off = (double)period - row->mean;
		row->mean += off / (double)row->periods;
		row->squares += off * ((double)period - row->mean);
	}
	row->last = t;
}

static void count_time(struct stats *s, nsec_t t)
{
	if (s->last != NSEC_NEVER && t < s->last)
		s->backwards++;
	s->last = t;
	s->first = MIN(s->first, t);
	s->end = s->end == NSEC_NEVER ? t : MAX(s->end, t);
}

int stats_hear(struct stats *s, const struct decoded *d)
{
	const struct frame *f = d->frame;
	struct row *row;
	int r;

	if (f->flags & FRAME_LOST) {
		s->lost += f->id;
		return 0;
	}
	if (f->t != NSEC_NEVER)
		count_time(s, f->t);
	if (f->flags & FRAME_ERR) {
		s->bus_errors++;
		return 0;
	}
	s->frames++;
	r = find_row(s, f, &row);
	if (r == -ENOSPC)
		s->unlisted++;
	if (r < 0)
		return r == -ENOSPC ? 0 : r;

	row->count++;
	row->remote += f->flags & FRAME_RTR ? 1 : 0;
	row->bad_sums += d->errors & CHECK_BAD_SUM ? 1 : 0;
	row->jumps += d->errors & CHECK_BAD_COUNTER ? 1 : 0;
	if (d->message)
		row->message = d->message;
	if (f->t != NSEC_NEVER)
		count_period(row, f->t);

	return 0;
}

/* ---- showing ---- */

static int by_bus_and_id(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->bus != y->bus)
		return x->bus < y->bus ? -1 : 1;
	if (x->ext != y->ext)
		return x->ext ? 1 : -1;

	return (x->id > y->id) - (x->id < y->id);
}

struct sums {
	uint64_t unknown, bad_sums, jumps;
};

/* In order; afterwards nothing more can be counted by id. */
static struct sums sort_and_sum(struct stats *s)
{
	struct sums sums = { 0 };

	if (s->n)
		qsort(s->rows, s->n, sizeof(*s->rows), by_bus_and_id);
	for (size_t i = 0; i < s->n; i++) {
		sums.unknown += s->rows[i].message == NULL;
		sums.bad_sums += s->rows[i].bad_sums;
		sums.jumps += s->rows[i].jumps;
	}

	return sums;
}

static nsec_t span(const struct stats *s)
{
	return s->first == NSEC_NEVER ? 0 : s->end - s->first;
}

/* By Newton's method, from above: without libm, which would cost each start its time. */
static double root(double v)
{
	double x = MAX(v, 1), better = (x + v / x) / 2;

	while (better < x) {
		x = better;
		better = (x + v / x) / 2;
	}

	return x;
}

/* The standard deviation of the periods, in ns. */
static double jitter(const struct row *row)
{
	return row->periods ? root(row->squares / (double)row->periods) : 0;
}

static void put_row(const struct stats *s, const struct row *row, struct out *o)
{
	const char *name = row->message ? row->message->name : "?";

	out_printf(o, "%-8s %*s%0*" PRIX32 "  ", s->buses[row->bus], row->ext ? 0 : 5, "", row->ext ? 8 : 3,
		   row->id);
	out_put_escaped(o, name, strlen(name));
	out_printf(o, "%*s %10" PRIu64, MAX(26 - (int)strlen(name), 0), "", row->count);
	if (row->periods)
		out_printf(o, " %11.3f %11.3f %11.3f %10.3f", row->mean / 1e6,
			   (double)row->shortest / 1e6, (double)row->longest / 1e6, jitter(row) / 1e6);
	else
		out_printf(o, " %11s %11s %11s %10s", "-", "-", "-", "-");
	if (row->bad_sums)
		out_printf(o, "  %" PRIu64 " bad checksum%s", row->bad_sums, row->bad_sums == 1 ? "" : "s");
	if (row->jumps)
		out_printf(o, "  %" PRIu64 " counter jump%s", row->jumps, row->jumps == 1 ? "" : "s");
	if (row->remote)
		out_printf(o, "  %" PRIu64 " remote", row->remote);
	out_putc(o, '\n');
}

void stats_text(struct stats *s, struct out *o)
{
	struct sums sums = sort_and_sum(s);

	out_printf(o, "%-8s %8s  %-26s %10s %11s %11s %11s %10s\n", "bus", "id", "message", "frames",
		   "mean ms", "min ms", "max ms", "jitter ms");
	for (size_t i = 0; i < s->n; i++)
		put_row(s, &s->rows[i], o);
	out_printf(o, "\n%" PRIu64 " frames in %.3f s, %zu ids, %" PRIu64 " of them unknown\n", s->frames,
		   (double)span(s) / 1e9, s->n, sums.unknown);
	out_printf(o, "%" PRIu64 " bad checksums, %" PRIu64 " counter jumps, %" PRIu64 " bus errors, %" PRIu64
		   " frames lost, %" PRIu64 " bad lines\n", sums.bad_sums, sums.jumps, s->bus_errors,
		   s->lost, s->bad_lines);
	if (s->backwards)
		out_printf(o, "%" PRIu64 " times the clock went back\n", s->backwards);
	if (s->unlisted)
		out_printf(o, "%" PRIu64 " frames of more ids than are listed\n", s->unlisted);
}

static void put_count(struct json *j, const char *key, uint64_t n)
{
	json_key(j, key);
	json_int(j, (int64_t)n);
}

static void put_ns(struct json *j, const char *key, double ns)
{
	json_key(j, key);
	json_seconds(j, (nsec_t)(ns + 0.5));
}

static void put_json_row(const struct stats *s, const struct row *row, struct json *j)
{
	char id[12];

	json_open(j, '{');
	json_key(j, "bus");
	json_string(j, s->buses[row->bus]);
	json_key(j, "id");
	snprintf(id, sizeof(id), row->ext ? "%08" PRIX32 : "%03" PRIX32, row->id);
	json_string(j, id);
	if (row->message) {
		json_key(j, "message");
		json_string(j, row->message->name);
	}
	put_count(j, "count", row->count);
	if (row->periods) {
		put_ns(j, "mean_s", row->mean);
		put_ns(j, "min_s", (double)row->shortest);
		put_ns(j, "max_s", (double)row->longest);
		put_ns(j, "jitter_s", jitter(row));
	}
	put_count(j, "bad_checksums", row->bad_sums);
	put_count(j, "counter_jumps", row->jumps);
	json_close(j, '}');
}

void stats_json(struct stats *s, struct out *o)
{
	struct sums sums = sort_and_sum(s);
	struct json j = { .out = o };

	json_open(&j, '{');
	put_count(&j, "frames", s->frames);
	json_key(&j, "first");
	json_seconds(&j, s->first);
	json_key(&j, "last");
	json_seconds(&j, s->end);
	json_key(&j, "span_s");
	json_seconds(&j, span(s));
	put_count(&j, "ids", s->n);
	put_count(&j, "unknown_ids", sums.unknown);
	put_count(&j, "unlisted", s->unlisted);
	put_count(&j, "bad_checksums", sums.bad_sums);
	put_count(&j, "counter_jumps", sums.jumps);
	put_count(&j, "bus_errors", s->bus_errors);
	put_count(&j, "lost", s->lost);
	put_count(&j, "bad_lines", s->bad_lines);
	put_count(&j, "backwards", s->backwards);
	json_key(&j, "messages");
	json_open(&j, '[');
	for (size_t i = 0; i < s->n; i++)
		put_json_row(s, &s->rows[i], &j);
	json_close(&j, ']');
	json_close(&j, '}');
	json_end(&j);
}
