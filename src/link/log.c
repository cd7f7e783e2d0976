/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>

#include "link/logfile.h"

struct log_link {
	struct link link;
	struct logfile *lf;
	char *name;
	struct frame next;
	int state; /* 1: NEXT is a frame; 0: to be read; negative: the end, or an error */
};

static struct log_link *to_log(struct link *l)
{
	return container_of(l, struct log_link, link);
}

static void read_next(struct log_link *g)
{
	int r = logfile_next(g->lf, &g->next);

	/* A log without times: it all happens now. */
	if (r == 1 && g->next.t == NSEC_NEVER)
		g->next.t = clock_now(g->link.clk);
	g->state = r == 0 ? -ENODATA : r;
}

static int log_recv(struct link *l, struct frame *ret, size_t max, nsec_t deadline)
{
	struct log_link *g = to_log(l);
	size_t n = 0;

	while (n < max) {
		/* From a pipe the next line may take long: hand over what there is. */
		if (g->state == 0 && (n == 0 || logfile_pending(g->lf)))
			read_next(g);
		if (g->state <= 0 || g->next.t > deadline)
			break;
		clock_advance(l->clk, g->next.t);
		ret[n++] = g->next;
		g->state = 0;
	}
	if (n > 0)
		return (int)n;
	if (g->state < 0)
		return g->state;

	return clock_wait(l->clk, NULL, 0, deadline);
}

static void log_close(struct link *l)
{
	struct log_link *g = to_log(l);

	logfile_close(g->lf);
	free(g->name);
	free(g);
}

static const struct link_ops log_ops = {
	.recv = log_recv,
	.close = log_close,
};

int link_log_from(struct logfile *lf, const char *name, struct clock *clk, struct link **ret_link)
{
	struct log_link *g = clk->is_virtual ? calloc(1, sizeof(*g)) : NULL;

	if (!g || asprintf(&g->name, "log:%s", name) < 0) {
		logfile_close(lf);
		free(g);
		return clk->is_virtual ? -ENOMEM : -EINVAL;
	}
	g->lf = lf;
	g->link = (struct link){
		.ops = &log_ops,
		.clk = clk,
		.name = g->name,
		.is_virtual = true,
	};

	read_next(g);
	if (g->state > 0)
		clock_advance(clk, g->next.t);
	*ret_link = &g->link;

	return 0;
}

const struct logfile_counts *link_log_counts(struct link *l)
{
	return logfile_counts(to_log(l)->lf);
}

bool link_log_pending(struct link *l)
{
	return logfile_pending(to_log(l)->lf);
}
