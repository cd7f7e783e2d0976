/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/workers.h"
#include "unit.h"

#define LONG_LINE (300u << 10)	/* more than the room of a part */

/* A frame's line is its id and as many dots as its first four bytes say. */
static void put_line(struct view *v, const struct decoded *d)
{
	uint32_t dots;

	memcpy(&dots, d->frame->data, sizeof(dots));
	out_printf(v->out, "%u", d->frame->id);
	for (uint32_t i = 0; i < dots; i++)
		out_putc(v->out, '.');
	out_putc(v->out, '\n');
}

struct run {
	struct out out;
	struct view view;
	struct workers *w;
	int fd;
};

static void begin(struct run *r, int fd, unsigned int threads)
{
	r->fd = fd;
	out_init(&r->out, fd);
	r->view = (struct view){ .ops = &view_text, .out = &r->out };
	assert_int_equal(workers_new(&r->view, put_line, threads, &r->w), 0);
}

static int put(struct run *r, uint32_t id, uint32_t dots)
{
	struct frame f = { .id = id, .len = 4 };
	struct decoded d = { .frame = &f };

	memcpy(f.data, &dots, sizeof(dots));

	return workers_put(r->w, &d);
}

/* What is in the file: lines of ids from 0 to N - 1 with DOTS(id) dots. */
static void assert_lines(int fd, uint32_t n, uint32_t (*dots)(uint32_t id))
{
	off_t size = lseek(fd, 0, SEEK_END);
	char *s = malloc((size_t)size + 1), *p = s;

	assert_non_null(s);
	assert_int_equal(pread(fd, s, (size_t)size, 0), size);
	for (uint32_t id = 0; id < n; id++) {
		char want[16];
		size_t len = (size_t)snprintf(want, sizeof(want), "%u", id);

		assert_memory_equal(p, want, len);
		p += len;
		for (uint32_t i = 0; i < dots(id); i++)
			assert_int_equal(*p++, '.');
		assert_int_equal(*p++, '\n');
	}
	assert_int_equal(p - s, size);
	free(s);
}

static void write_all(unsigned int threads, uint32_t n, uint32_t (*dots)(uint32_t id))
{
	static struct run r;

	begin(&r, memfd_create("out", MFD_CLOEXEC), threads);
	for (uint32_t id = 0; id < n; id++)
		assert_int_equal(put(&r, id, dots(id)), 0);
	assert_int_equal(workers_finish(r.w), 0);
	assert_int_equal(out_flush(&r.out), 0);
	assert_lines(r.fd, n, dots);
	workers_free(r.w);
	close(r.fd);
}

static uint32_t no_dots(uint32_t id)
{
	(void)id;

	return 0;
}

/* Some parts are quickly done, others take long: what was last could be ready first. */
static uint32_t uneven(uint32_t id)
{
	return id / 1000 % 2 ? 200 : 1;
}

/* More than there is room for: in the middle of a part, at its beginning, several at once. */
static uint32_t far_too_long(uint32_t id)
{
	return id == 700 || id == 1024 || id == 1025 || id == 2999 ? LONG_LINE : id % 600;
}

static void in_order(void **state)
{
	(void)state;
	for (unsigned int threads = 1; threads <= 3; threads++) {
		write_all(threads, 0, no_dots);
		write_all(threads, 1, no_dots);
		write_all(threads, 511, no_dots);
		write_all(threads, 512, no_dots);
		write_all(threads, 50000, no_dots);
		write_all(threads, 20000, uneven);
		write_all(threads, 3000, far_too_long);
	}
}

/* Frames, a rest that somebody waits for, frames again; what is in the output comes first. */
static void finished_between(void **state)
{
	static struct run r;
	uint32_t id = 0;
	(void)state;

	begin(&r, memfd_create("out", MFD_CLOEXEC), 2);
	out_puts(&r.out, "0\n1\n2\n");
	for (id = 3; id < 4000; id++) {
		assert_int_equal(put(&r, id, 0), 0);
		if (id % 700 == 3)
			assert_int_equal(workers_finish(r.w), 0);
	}
	assert_int_equal(workers_finish(r.w), 0);
	assert_int_equal(workers_finish(r.w), 0);
	assert_int_equal(out_flush(&r.out), 0);
	assert_lines(r.fd, 4000, no_dots);
	workers_free(r.w);
	close(r.fd);
}

static void full_disk(void **state)
{
	static struct run r;
	uint32_t id = 0;
	int error = 0;
	(void)state;

	begin(&r, open("/dev/full", O_WRONLY | O_CLOEXEC), 2);
	while (error == 0 && id < 100000)
		error = put(&r, id++, 100);
	assert_int_equal(error, -ENOSPC);
	assert_int_equal(r.out.error, -ENOSPC);
	workers_free(r.w);
	close(r.fd);
}

/* Ended while lines are still being written: no thread is left behind, none is waited for. */
static void given_up(void **state)
{
	static struct run r;
	(void)state;

	for (unsigned int turn = 0; turn < 20; turn++) {
		begin(&r, open("/dev/null", O_WRONLY | O_CLOEXEC), 3);
		for (uint32_t id = 0; id < 600 * turn; id++)
			assert_int_equal(put(&r, id, 50), 0);
		workers_free(r.w);
		close(r.fd);
	}
	workers_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_order),
		cmocka_unit_test(finished_between),
		cmocka_unit_test(full_disk),
		cmocka_unit_test(given_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
