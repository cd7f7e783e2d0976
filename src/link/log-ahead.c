/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "link/log-ahead.h"

#define BLOCKS 4

struct block {
	ssize_t n;		/* what log_input_read() said; below 1 it is the last one */
	uint64_t done;		/* log_input_progress() then */
	char data[LOG_AHEAD_BLOCK];
};

struct log_ahead {
	struct log_input *in;
	uint64_t done, size;
	int stop_fd;		/* readable: the thread is to end */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t filled, freed;
	bool stop;
	size_t first, n;	/* blocks in a ring; the thread fills the one after them */
	struct block blocks[BLOCKS];
};

static void read_block(struct log_ahead *a, struct block *b)
{
	uint64_t size;

	do {
		b->n = log_input_read(a->in, b->data, sizeof(b->data));
	} while (b->n == -EAGAIN);
	log_input_progress(a->in, &b->done, &size);
}

static void *thread(void *arg)
{
	struct log_ahead *a = arg;
	bool end = false;

	while (!end) {
		struct block *b;

		pthread_mutex_lock(&a->lock);
		while (a->n == BLOCKS && !a->stop)
			pthread_cond_wait(&a->freed, &a->lock);
		end = a->stop;
		b = &a->blocks[(a->first + a->n) % BLOCKS];
		pthread_mutex_unlock(&a->lock);
		if (end)
			break;
		read_block(a, b);
		end = b->n <= 0;
		pthread_mutex_lock(&a->lock);
		a->n++;
		pthread_cond_signal(&a->filled);
		pthread_mutex_unlock(&a->lock);
	}

	return NULL;
}

int log_ahead_new(struct log_input *in, struct log_ahead **ret)
{
	struct log_ahead *a = malloc(sizeof(*a));

	if (!a)
		return -ENOMEM;
	/* Not the blocks: their pages are used when they are needed. */
	memset(a, 0, offsetof(struct log_ahead, blocks));
	a->in = in;
	log_input_progress(in, &a->done, &a->size);
	a->stop_fd = eventfd(0, EFD_CLOEXEC);
	if (a->stop_fd < 0) {
		free(a);
		return -EAGAIN;
	}
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->filled, NULL);
	pthread_cond_init(&a->freed, NULL);
	log_input_stop_fd(in, a->stop_fd);
	if (pthread_create(&a->thread, NULL, thread, a) != 0) {
		log_input_stop_fd(in, -1);
		close(a->stop_fd);
		free(a);
		return -EAGAIN;
	}
	*ret = a;

	return 0;
}

void log_ahead_free(struct log_ahead *a)
{
	if (!a)
		return;
	pthread_mutex_lock(&a->lock);
	a->stop = true;
	pthread_cond_signal(&a->freed);
	pthread_mutex_unlock(&a->lock);
	(void)eventfd_write(a->stop_fd, 1);
	pthread_join(a->thread, NULL);
	log_input_stop_fd(a->in, -1);
	close(a->stop_fd);
	pthread_cond_destroy(&a->freed);
	pthread_cond_destroy(&a->filled);
	pthread_mutex_destroy(&a->lock);
	free(a);
}

/* The oldest block; what is shown may wait for it. */
static int wait_for_block(struct log_ahead *a, struct block **ret)
{
	bool empty;
	int r;

	pthread_mutex_lock(&a->lock);
	empty = a->n == 0;
	pthread_mutex_unlock(&a->lock);
	r = empty ? log_input_waits(a->in) : 0;
	if (r < 0)
		return r;
	pthread_mutex_lock(&a->lock);
	while (a->n == 0)
		pthread_cond_wait(&a->filled, &a->lock);
	pthread_mutex_unlock(&a->lock);
	*ret = &a->blocks[a->first];

	return 0;
}

ssize_t log_ahead_read(struct log_ahead *a, void *buf, size_t size)
{
	struct block *b;
	int r = wait_for_block(a, &b);

	(void)size;
	if (r == 0)
		r = log_input_interrupted(a->in);
	if (r < 0)
		return r;
	a->done = b->done;
	if (b->n <= 0)
		return b->n;	/* it stays: the thread has ended */
	r = (int)b->n;
	memcpy(buf, b->data, (size_t)r);
	pthread_mutex_lock(&a->lock);
	a->first = (a->first + 1) % BLOCKS;
	a->n--;
	pthread_cond_signal(&a->freed);
	pthread_mutex_unlock(&a->lock);

	return r;
}

void log_ahead_progress(const struct log_ahead *a, uint64_t *ret_done, uint64_t *ret_size)
{
	*ret_done = a->done;
	*ret_size = a->size;
}
