/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>

#include "cli/workers.h"

#define THREADS_MAX 3		/* more than the caller can keep busy */
#define PARTS 6			/* in a ring: filled, worked on, written */
#define PART_FRAMES 512		/* some tenths of a millisecond, much longer than a wake-up */
#define PART_SIZE (192u << 10)	/* bytes of lines; what is over is written at the end */

enum part_state { PART_WAITS, PART_BUSY, PART_DONE };

/* Some frames in a row, and their lines. */
struct part {
	enum part_state state;		/* shared, as is all else when it is BUSY or DONE */
	size_t n;
	size_t done, len;		/* the first DONE frames are LEN bytes of TEXT */
	struct view view;
	struct out out;
	struct decoded decoded[PART_FRAMES];
	struct frame frames[PART_FRAMES];
	char text[PART_SIZE];
};

struct workers {
	struct view *view;
	workers_line_fn line;
	pthread_mutex_t lock;
	pthread_cond_t waits, done;	/* a part is now in that state, or QUIT */
	bool quit;
	size_t first, n;		/* parts handed out; the one after them is being filled */
	unsigned int n_threads;
	pthread_t threads[THREADS_MAX];
	struct part parts[PARTS];
};

static struct part *part_at(struct workers *w, size_t i)
{
	return &w->parts[(w->first + i) % PARTS];
}

/* ---- any thread ---- */

/* As many lines as there is room for. */
static void write_lines(const struct workers *w, struct part *p)
{
	out_init_memory(&p->out, p->text, sizeof(p->text));
	p->len = 0;
	for (p->done = 0; p->done < p->n; p->done++) {
		w->line(&p->view, &p->decoded[p->done]);
		if (p->out.error)
			return;
		p->len = p->out.len;
	}
}

/* With the lock, which is given away meanwhile. False: nothing waits. */
static bool work(struct workers *w)
{
	for (size_t i = 0; i < w->n; i++) {
		struct part *p = part_at(w, i);

		if (p->state != PART_WAITS)
			continue;
		p->state = PART_BUSY;
		pthread_mutex_unlock(&w->lock);
		write_lines(w, p);
		pthread_mutex_lock(&w->lock);
		p->state = PART_DONE;
		pthread_cond_signal(&w->done);
		return true;
	}

	return false;
}

static void *thread(void *arg)
{
	struct workers *w = arg;

	pthread_mutex_lock(&w->lock);
	while (!w->quit)
		if (!work(w))
			pthread_cond_wait(&w->waits, &w->lock);
	pthread_mutex_unlock(&w->lock);

	return NULL;
}

/* ---- the caller's ---- */

unsigned int workers_useful(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		return 0;

	return MIN((unsigned int)CPU_COUNT(&set) - 1, THREADS_MAX);
}

int workers_new(struct view *v, workers_line_fn fn, unsigned int threads, struct workers **ret)
{
	struct workers *w = malloc(sizeof(*w));

	if (!w)
		return -ENOMEM;
	/* Not the texts and frames: their pages are used when they are needed. */
	memset(w, 0, offsetof(struct workers, parts));
	w->view = v;
	w->line = fn;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->waits, NULL);
	pthread_cond_init(&w->done, NULL);
	for (size_t i = 0; i < PARTS; i++) {
		w->parts[i].n = 0;
		w->parts[i].view = *v;
		w->parts[i].view.out = &w->parts[i].out;
	}
	while (w->n_threads < MIN(threads, THREADS_MAX) &&
	       pthread_create(&w->threads[w->n_threads], NULL, thread, w) == 0)
		w->n_threads++;
	if (w->n_threads == 0) {
		workers_free(w);
		return -EAGAIN;
	}
	*ret = w;

	return 0;
}

void workers_free(struct workers *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->quit = true;
	pthread_cond_broadcast(&w->waits);
	pthread_mutex_unlock(&w->lock);
	for (unsigned int i = 0; i < w->n_threads; i++)
		pthread_join(w->threads[i], NULL);
	pthread_cond_destroy(&w->done);
	pthread_cond_destroy(&w->waits);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

/* The oldest part is done: its lines, and those it had no room for, go out. */
static int write_out(struct workers *w)
{
	struct part *p = part_at(w, 0);
	int r = out_write(w->view->out, p->text, p->len);

	for (; r == 0 && p->done < p->n; p->done++) {
		w->line(w->view, &p->decoded[p->done]);
		r = w->view->out->error;
	}
	p->n = 0;

	return r;
}

/* With the lock: until at most LEFT parts are out of our hands. */
static int wait_for_parts(struct workers *w, size_t left)
{
	int r = 0;

	while (r == 0 && w->n > 0) {
		if (part_at(w, 0)->state == PART_DONE) {
			pthread_mutex_unlock(&w->lock);
			r = write_out(w);
			pthread_mutex_lock(&w->lock);
			w->first = (w->first + 1) % PARTS;
			w->n--;
		} else if (w->n <= left) {
			break;
		} else if (!work(w)) {
			pthread_cond_wait(&w->done, &w->lock);
		}
	}

	return r;
}

static int hand_out(struct workers *w, size_t left)
{
	int r;

	pthread_mutex_lock(&w->lock);
	if (part_at(w, w->n)->n > 0) {
		part_at(w, w->n)->state = PART_WAITS;
		w->n++;
		pthread_cond_signal(&w->waits);
	}
	r = wait_for_parts(w, left);
	pthread_mutex_unlock(&w->lock);

	return r;
}

int workers_put(struct workers *w, const struct decoded *d)
{
	struct part *p = part_at(w, w->n);

	p->frames[p->n] = *d->frame;
	p->decoded[p->n] = *d;
	p->decoded[p->n].frame = &p->frames[p->n];
	p->n++;

	return p->n == PART_FRAMES ? hand_out(w, PARTS - 1) : 0;
}

int workers_finish(struct workers *w)
{
	return hand_out(w, 0);
}
