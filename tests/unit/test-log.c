/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "link/candump.h"
#include "link/logfile.h"
#include "unit.h"

#define SEC NSEC_PER_SEC

/* A file in memory, with a path as long as FD is open. */
struct file {
	int fd;
	char path[32];
};

static void file_name(struct file *f, int fd)
{
	assert_true(fd >= 0);
	f->fd = fd;
	snprintf(f->path, sizeof(f->path), "/proc/self/fd/%d", fd);
}

static struct file file_of(const char *text, size_t len)
{
	struct file f;

	file_name(&f, memfd_create("log", MFD_CLOEXEC));
	assert_int_equal(write(f.fd, text, len), len);

	return f;
}

/* The faults that were reported, the last one in full. */
struct faults {
	size_t n;
	uint64_t line;
	size_t column, len;
	char name[32], text[32], reason[32];
};

static void note_fault(const struct logfile_fault *fault, void *arg)
{
	struct faults *s = arg;

	s->n++;
	s->line = fault->line;
	s->column = fault->column;
	s->len = fault->len;
	snprintf(s->name, sizeof(s->name), "%s", fault->name);
	snprintf(s->text, sizeof(s->text), "%.*s",
		 (int)MIN(fault->len, sizeof(s->text) - 1), fault->text);
	snprintf(s->reason, sizeof(s->reason), "%s", fault->reason);
}

/* All frames of TEXT, as lines of their own. Closes the file. */
static struct logfile_counts read_all(const char *text, size_t len, struct faults *faults,
				      char *buf, size_t size)
{
	struct file file = file_of(text, len);
	struct logfile_counts counts;
	struct logfile *lf;
	struct frame f;
	int r;

	assert_int_equal(logfile_open(file.path, NULL, note_fault, faults, &lf), 0);
	while ((r = logfile_next(lf, &f)) == 1) {
		assert_true(size > CANDUMP_LINE_MAX);
		len = candump_put_line(buf, &f, 0);
		buf += len;
		size -= len;
	}
	assert_int_equal(r, 0);
	assert_int_equal(logfile_next(lf, &f), 0);
	*buf = '\0';
	counts = *logfile_counts(lf);
	logfile_close(lf);
	close(file.fd);

	return counts;
}

static void texts(void **state)
{
	static const struct {
		const char *text;
		size_t len; /* 0: strlen */
		const char *frames;
		uint64_t lines, n, bad;
	} t[] = {
		{ "", 0, "", 0, 0, 0 },
		{ "\n", 0, "", 1, 0, 0 },
		{ "(1.0) a 123#\n", 0, "(1.000000) a 123#\n", 1, 1, 0 },
		{ "(1.0) a 123#", 0, "(1.000000) a 123#\n", 1, 1, 0 },
		{ "(1.0) a 123#\r\n(2.0) b 124#", 0,
		  "(1.000000) a 123#\n(2.000000) b 124#\n", 2, 2, 0 },
		{ "# c\n; d\n \t\r\n  # e\n(1.0) a 123#\n", 0, "(1.000000) a 123#\n", 5,
		  1, 0 },
		{ "x\n(1.0) a 123#\ny", 0, "(1.000000) a 123#\n", 3, 1, 2 },
		{ "(1.0) a 123#\0\n(2.0) a 124#\n", 27, "(2.000000) a 124#\n", 2, 1, 1 },
		{ "\0\0\0\n(2.0) a 124#\n", 17, "(2.000000) a 124#\n", 2, 1, 1 },
		{ "(2.0) a 124##0010203040506070809000003 T\n", 0,
		  "(2.000000) a 124##0010203040506070809000003\n", 1, 1, 0 },
	};
	char buf[2 * CANDUMP_LINE_MAX + 2];
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct faults faults = { 0 };
		struct logfile_counts c =
			read_all(t[i].text, t[i].len ? t[i].len : strlen(t[i].text),
				 &faults, buf, sizeof(buf));

		assert_string_equal(buf, t[i].frames);
		assert_int_equal(c.lines, t[i].lines);
		assert_int_equal(c.frames, t[i].n);
		assert_int_equal(c.bad, t[i].bad);
		assert_int_equal(faults.n, t[i].bad);
	}
}

static void faults_say_where(void **state)
{
	static const char text[] = "# note\n(1.0) a 123#\n(2.0) a 123#1\n";
	struct faults faults = { 0 };
	char buf[2 * CANDUMP_LINE_MAX];
	(void)state;

	read_all(text, strlen(text), &faults, buf, sizeof(buf));
	assert_int_equal(faults.n, 1);
	assert_int_equal(faults.line, 3);
	assert_int_equal(faults.column, 14);
	assert_string_equal(faults.text, "(2.0) a 123#1");
	assert_string_equal(faults.reason, "no frame");
	assert_memory_equal(faults.name, "/proc/self/fd/", 14);
}

/* A line of LEN times C, then one that is a frame; C is a comment or not. */
static void long_line(size_t len, char c, uint64_t bad, const char *reason)
{
	static const char frame[] = "\n(1.0) a 123#\n";
	char *text = malloc(len + sizeof(frame)), buf[2 * CANDUMP_LINE_MAX];
	struct faults faults = { 0 };
	struct logfile_counts counts;

	assert_non_null(text);
	memset(text, c, len);
	memcpy(text + len, frame, sizeof(frame));
	counts = read_all(text, len + sizeof(frame) - 1, &faults, buf, sizeof(buf));
	free(text);

	assert_string_equal(buf, "(1.000000) a 123#\n");
	assert_int_equal(counts.lines, 2);
	assert_int_equal(counts.bad, bad);
	assert_int_equal(faults.n, bad);
	assert_string_equal(faults.reason, reason);
}

static void long_lines(void **state)
{
	(void)state;

	long_line(300000, 'x', 1, "no frame");
	long_line(300000, '#', 0, "");
	long_line(LOGFILE_LINE_MAX, 'x', 1, "no frame");
	long_line(LOGFILE_LINE_MAX + 1, 'x', 1, "line too long");
	long_line(LOGFILE_LINE_MAX + 1, '#', 0, "");
	long_line(5 * LOGFILE_LINE_MAX, 'x', 1, "line too long");
	long_line(5 * LOGFILE_LINE_MAX, '#', 0, "");
}

/* Frames lie across the ends of the blocks that are read. */
static void many_lines(void **state)
{
	enum { N = 50000 };
	char *text = malloc(N * 64), *p = text;
	struct logfile *lf;
	struct file file;
	struct frame f;
	(void)state;

	assert_non_null(text);
	for (int i = 0; i < N; i++)
		p += sprintf(p, "(%d.%06d) can%d %03X#%.*s\n", 1000 + i / 1000, i % 1000,
			     i % 3, i % 0x800, i % 9 * 2, "1122334455667788");
	file = file_of(text, (size_t)(p - text));
	free(text);

	assert_int_equal(logfile_open(file.path, NULL, NULL, NULL, &lf), 0);
	for (int i = 0; i < N; i++) {
		static const char *const bus[] = { "can0", "can1", "can2" };

		assert_int_equal(logfile_next(lf, &f), 1);
		assert_int_equal(f.t, (1000 + i / 1000) * SEC + i % 1000 * NSEC_PER_USEC);
		assert_int_equal(f.id, i % 0x800);
		assert_int_equal(f.len, i % 9);
		assert_string_equal(f.bus, bus[i % 3]);
	}
	assert_int_equal(logfile_next(lf, &f), 0);
	logfile_close(lf);
	close(file.fd);
}

static void bus_names(void **state)
{
	char text[LOGFILE_BUS_MAX * 32 + 100], *p = text, buf[CANDUMP_LINE_MAX];
	struct faults faults = { 0 };
	struct logfile *lf;
	const char *first;
	struct file file;
	struct frame f;
	(void)state;

	for (int i = 0; i <= LOGFILE_BUS_MAX; i++)
		p += sprintf(p, "(1.0) bus%d 123#\n", i);
	p += sprintf(p, "(1.0) bus0 124#\n");
	file = file_of(text, (size_t)(p - text));

	assert_int_equal(logfile_open(file.path, NULL, note_fault, &faults, &lf), 0);
	assert_int_equal(logfile_next(lf, &f), 1);
	first = f.bus;
	assert_string_equal(first, "bus0");
	for (int i = 1; i < LOGFILE_BUS_MAX; i++) {
		assert_int_equal(logfile_next(lf, &f), 1);
		snprintf(buf, sizeof(buf), "bus%d", i);
		assert_string_equal(f.bus, buf);
	}
	/* One name too many; a known one still passes, and is the same pointer. */
	assert_int_equal(logfile_next(lf, &f), 1);
	assert_int_equal(f.id, 0x124);
	assert_ptr_equal(f.bus, first);
	assert_int_equal(faults.n, 1);
	assert_string_equal(faults.reason, "too many bus names");
	assert_int_equal(faults.column, 7);
	assert_int_equal(logfile_next(lf, &f), 0);
	logfile_close(lf);
	close(file.fd);
}

static void not_opened(void **state)
{
	struct logfile *lf = NULL;
	(void)state;

	assert_int_equal(logfile_open("/nonexistent/file", NULL, NULL, NULL, &lf),
			 -ENOENT);
	assert_int_equal(logfile_open("/", NULL, NULL, NULL, &lf), -EISDIR);
	assert_int_equal(logfile_open("", NULL, NULL, NULL, &lf), -ENOENT);
	assert_null(lf);
	logfile_close(NULL);
}

static void unreadable(void **state)
{
	struct logfile *lf;
	struct frame f;
	(void)state;

	/* Opens, but reading at address 0 of a process fails. */
	assert_int_equal(logfile_open("/proc/self/mem", NULL, NULL, NULL, &lf), 0);
	assert_int_equal(logfile_next(lf, &f), -EIO);
	logfile_close(lf);
}

static void from_a_pipe(void **state)
{
	struct logfile *lf;
	struct file file;
	struct frame f;
	int fds[2];
	(void)state;

	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	file_name(&file, fds[0]);
	assert_int_equal(logfile_open(file.path, NULL, NULL, NULL, &lf), 0);
	assert_false(logfile_pending(lf));
	assert_int_equal(write(fds[1], "(1.0) a 123#\n(2.0) a 124#\n(3.0)", 31), 31);
	assert_int_equal(logfile_next(lf, &f), 1);
	assert_int_equal(f.id, 0x123);
	assert_true(logfile_pending(lf));
	assert_int_equal(logfile_next(lf, &f), 1);
	assert_int_equal(f.id, 0x124);
	assert_false(logfile_pending(lf));
	assert_int_equal(write(fds[1], " a 125#", 7), 7);
	assert_false(logfile_pending(lf));
	close(fds[1]);
	assert_int_equal(logfile_next(lf, &f), 1);
	assert_int_equal(f.id, 0x125);
	assert_int_equal(logfile_next(lf, &f), 0);
	logfile_close(lf);
	close(fds[0]);
}

static void signal_ends_a_read(void **state)
{
	struct logfile *lf;
	struct clock clk;
	struct file file;
	struct frame f;
	int fds[2];
	(void)state;

	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	file_name(&file, fds[0]);
	clock_init_real(&clk);
	assert_int_equal(clock_catch_signals(&clk), 0);
	assert_int_equal(logfile_open(file.path, &clk, NULL, NULL, &lf), 0);
	raise(SIGINT);
	assert_int_equal(logfile_next(lf, &f), -ECANCELED);
	logfile_close(lf);
	clock_release_signals(&clk);
	close(fds[0]);
	close(fds[1]);
}

static const char drive[] = "(100.000000) kcan 130#01\n"
			    "(100.100000) kcan 130#02\n"
			    "(100.050000) kcan 130#03\n" /* backwards */
			    "bad\n"
			    "(101.000000) kcan 130#04\n";

static int link_log_open(const char *path, struct clock *clk, struct faults *faults,
			 struct link **ret_link)
{
	struct logfile *lf;
	int r = logfile_open(path, clk, faults ? note_fault : NULL, faults, &lf);

	return r < 0 ? r : link_log_from(lf, path, clk, ret_link);
}

static void log_link(void **state)
{
	struct file file = file_of(drive, strlen(drive));
	struct faults faults = { 0 };
	_cleanup_(link_closep) struct link *l = NULL;
	struct frame f[4];
	struct clock clk;
	(void)state;

	clock_init_virtual(&clk, 0);
	assert_int_equal(link_log_open(file.path, &clk, &faults, &l), 0);
	close(file.fd);
	assert_true(l->is_virtual);
	assert_int_equal(clock_now(&clk), 100 * SEC);

	/* Before the deadline, and at it. */
	assert_int_equal(link_recv(l, f, 4, 100 * SEC), 1);
	assert_int_equal(f[0].data[0], 1);
	assert_string_equal(f[0].bus, "kcan");
	assert_int_equal(clock_now(&clk), 100 * SEC);

	/* None until then: time goes on. */
	assert_int_equal(link_recv(l, f, 4, 100 * SEC + 99 * NSEC_PER_MSEC), 0);
	assert_int_equal(clock_now(&clk), 100 * SEC + 99 * NSEC_PER_MSEC);

	/* The clock does not go back, the frame's time is as written. */
	assert_int_equal(link_recv(l, f, 4, 100 * SEC + 200 * NSEC_PER_MSEC), 2);
	assert_int_equal(f[0].t, 100 * SEC + 100 * NSEC_PER_MSEC);
	assert_int_equal(f[1].t, 100 * SEC + 50 * NSEC_PER_MSEC);
	assert_int_equal(clock_now(&clk), 100 * SEC + 100 * NSEC_PER_MSEC);

	assert_int_equal(link_recv(l, f, 4, NSEC_NEVER), 1);
	assert_int_equal(f[0].data[0], 4);
	assert_int_equal(clock_now(&clk), 101 * SEC);
	assert_int_equal(link_recv(l, f, 4, NSEC_NEVER), -ENODATA);
	assert_int_equal(link_recv(l, f, 4, 200 * SEC), -ENODATA);
	assert_int_equal(clock_now(&clk), 101 * SEC);

	assert_int_equal(faults.n, 1);
	assert_int_equal(link_log_counts(l)->frames, 4);
	assert_int_equal(link_log_counts(l)->bad, 1);
	assert_int_equal(link_send(l, f), -EOPNOTSUPP);
}

static void log_link_in_small_bites(void **state)
{
	struct file file = file_of(drive, strlen(drive));
	_cleanup_(link_closep) struct link *l = NULL;
	struct frame f;
	struct clock clk;
	(void)state;

	clock_init_virtual(&clk, 500 * SEC); /* later than the log: stays */
	assert_int_equal(link_log_open(file.path, &clk, NULL, &l), 0);
	close(file.fd);
	for (uint8_t i = 1; i <= 4; i++) {
		assert_int_equal(link_recv(l, &f, 1, 500 * SEC), 1);
		assert_int_equal(f.data[0], i);
	}
	assert_int_equal(link_recv(l, &f, 1, 500 * SEC), -ENODATA);
	assert_int_equal(clock_now(&clk), 500 * SEC);
}

static void log_link_of_nothing(void **state)
{
	struct file file = file_of("# nothing\n", 10);
	struct link *l = NULL;
	struct frame f;
	struct clock clk;
	(void)state;

	clock_init_virtual(&clk, 7);
	assert_int_equal(link_log_open(file.path, &clk, NULL, &l), 0);
	assert_int_equal(clock_now(&clk), 7);
	assert_int_equal(link_recv(l, &f, 1, SEC), -ENODATA);
	link_close(l);

	l = NULL;
	assert_int_equal(link_log_open("/", &clk, NULL, &l), -EISDIR);
	clock_init_real(&clk);
	assert_int_equal(link_log_open(file.path, &clk, NULL, &l), -EINVAL);
	close(file.fd);
	assert_null(l);
}

/* A line that is there is not kept back until the next one comes. */
static void log_link_of_a_pipe(void **state)
{
	struct link *l = NULL;
	struct file file;
	struct frame f[4];
	struct clock clk;
	int fds[2];
	(void)state;

	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	file_name(&file, fds[0]);
	clock_init_virtual(&clk, 0);
	assert_int_equal(write(fds[1], "(1.0) a 123#\n(2.0) a 124#\n", 26), 26);
	assert_int_equal(link_log_open(file.path, &clk, NULL, &l), 0);
	assert_int_equal(link_recv(l, f, 4, NSEC_NEVER), 2);
	close(fds[1]);
	assert_int_equal(link_recv(l, f, 4, NSEC_NEVER), -ENODATA);
	link_close(l);
	close(fds[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
		cmocka_unit_test(faults_say_where),
		cmocka_unit_test(long_lines),
		cmocka_unit_test(many_lines),
		cmocka_unit_test(bus_names),
		cmocka_unit_test(not_opened),
		cmocka_unit_test(unreadable),
		cmocka_unit_test(from_a_pipe),
		cmocka_unit_test(signal_ends_a_read),
		cmocka_unit_test(log_link),
		cmocka_unit_test(log_link_in_small_bites),
		cmocka_unit_test(log_link_of_nothing),
		cmocka_unit_test(log_link_of_a_pipe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
