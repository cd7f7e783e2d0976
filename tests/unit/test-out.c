/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "out/out.h"
#include "out/utf8.h"
#include "unit.h"

/* What a descriptor from memfd_create() holds: N bytes at *RET. */
static size_t content(int fd, char *ret, size_t size)
{
	ssize_t n = pread(fd, ret, size, 0);

	assert_true(n >= 0);

	return (size_t)n;
}

static void written_in_order(void **state)
{
	static struct out o;
	static char got[4 * OUT_SIZE];
	int fd = memfd_create("out", MFD_CLOEXEC);
	size_t n = 0;
	(void)state;

	assert_true(fd >= 0);
	out_init(&o, fd);
	out_puts(&o, "one ");
	out_putc(&o, '2');
	out_printf(&o, " %d%%", 100);
	assert_int_equal(content(fd, got, sizeof(got)), 0);
	assert_int_equal(out_flush(&o), 0);
	n = content(fd, got, sizeof(got));
	assert_int_equal(n, 10);
	assert_memory_equal(got, "one 2 100%", 10);

	for (unsigned int i = 0; i < 40000; i++)
		out_printf(&o, "%04x", i);
	assert_int_equal(out_flush(&o), 0);
	assert_int_equal(content(fd, got, sizeof(got)), 10 + 160000);
	assert_memory_equal(got + 10, "000000010002", 12);
	assert_memory_equal(got + 10 + 160000 - 8, "9c3e9c3f", 8);
	close(fd);
}

/* One piece that is bigger than the buffer; one line longer than a printf's first try. */
static void large_pieces(void **state)
{
	static char big[2 * OUT_SIZE + 17], got[4 * OUT_SIZE];
	static struct out o;
	int fd = memfd_create("out", MFD_CLOEXEC);
	(void)state;

	assert_true(fd >= 0);
	memset(big, 'b', sizeof(big));
	out_init(&o, fd);
	out_putc(&o, 'a');
	out_put(&o, big, sizeof(big));
	out_printf(&o, "%.*s", 5000, big);
	out_printf(&o, "%.*s", 1023, big);
	out_printf(&o, "%.*s", 1024, big);
	out_putc(&o, 'z');
	assert_int_equal(out_flush(&o), 0);
	assert_int_equal(content(fd, got, sizeof(got)),
			 1 + sizeof(big) + 5000 + 1023 + 1024 + 1);
	assert_int_equal(got[0], 'a');
	assert_int_equal(got[sizeof(big) + 5000 + 1023 + 1024 + 1], 'z');
	for (size_t i = 1; i <= sizeof(big) + 5000 + 1023 + 1024; i++)
		assert_int_equal(got[i], 'b');
	close(fd);
}

/* The first error stays, and nothing is written or kept after it. */
static void first_error_stays(void **state)
{
	static struct out o;
	int fds[2];
	(void)state;

	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(fds), 0);
	close(fds[0]);
	out_init(&o, fds[1]);
	out_puts(&o, "lost");
	assert_int_equal(out_flush(&o), -EPIPE);
	assert_int_equal(o.error, -EPIPE);
	out_puts(&o, "more");
	assert_int_equal(o.len, 0);
	assert_int_equal(out_flush(&o), -EPIPE);
	assert_int_equal(out_pump(&o), -EPIPE);
	close(fds[1]);

	out_init(&o, -1);
	assert_int_equal(out_flush(&o), 0);
}

static void full_disk(void **state)
{
	static struct out o;
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	(void)state;

	assert_true(fd >= 0);
	out_init(&o, fd);
	out_puts(&o, "x");
	assert_int_equal(out_flush(&o), -ENOSPC);
	close(fd);
}

/* Memory that is full says so, and keeps what it held; LEN before the last record is its end. */
static void memory(void **state)
{
	static char buf[OUT_SIZE + 100], big[OUT_SIZE];
	static struct out o;
	size_t len;
	(void)state;

	memset(big, 'b', sizeof(big));
	out_init_memory(&o, buf, sizeof(buf));
	out_put(&o, big, sizeof(big));
	out_puts(&o, "the last");
	assert_int_equal(o.error, 0);
	len = o.len;
	assert_int_equal(len, OUT_SIZE + 8);
	out_printf(&o, "%0100d", 1);
	assert_int_equal(o.error, -ENOBUFS);
	for (int i = 0; i < 3; i++) {
		char *p = out_room(&o, OUT_SIZE / 2);

		memset(p, 'x', OUT_SIZE / 2);
		out_took(&o, p + OUT_SIZE / 2);
		out_put_block(&o, big, 100);
	}
	assert_int_equal(out_flush(&o), -ENOBUFS);
	assert_memory_equal(buf + len - 9, "bthe last", 9);
}

/* What others have written comes after what is there already, whatever its size. */
static void written_past_the_buffer(void **state)
{
	static char big[3 * OUT_SIZE], got[4 * OUT_SIZE];
	static struct out o;
	int fd = memfd_create("out", MFD_CLOEXEC);
	(void)state;

	assert_true(fd >= 0);
	memset(big, 'b', sizeof(big));
	out_init(&o, fd);
	out_puts(&o, "first");
	assert_int_equal(out_write(&o, big, sizeof(big)), 0);
	assert_int_equal(content(fd, got, sizeof(got)), 5 + sizeof(big));
	assert_memory_equal(got, "firstb", 6);
	assert_int_equal(got[4 + sizeof(big)], 'b');
	close(fd);
}

/* A pipe that nobody reads: pumping takes what fits and never waits. */
static void pump_does_not_wait(void **state)
{
	static char got[OUT_SIZE];
	static struct out o;
	size_t total = 0, left;
	int fds[2];
	(void)state;

	assert_int_equal(pipe(fds), 0);
	assert_true(fcntl(fds[1], F_SETPIPE_SZ, 8192) >= 8192);
	out_init(&o, fds[1]);
	for (unsigned int i = 0; i < 10000; i++)
		out_printf(&o, "%04u", i);
	assert_int_equal(out_pump(&o), 0);
	left = o.len;
	assert_in_range(left, 1, 40000 - 4096);
	assert_int_equal(out_pump(&o), 0);
	assert_int_equal(o.len, left);

	while (total < 40000) {
		ssize_t n = read(fds[0], got + total, sizeof(got) - total);

		assert_true(n > 0);
		total += (size_t)n;
		assert_int_equal(out_pump(&o), 0);
	}
	assert_int_equal(total, 40000);
	assert_int_equal(o.len, 0);
	for (unsigned int i = 0; i < 10000; i++) {
		unsigned int v = (unsigned int)(got[4 * i] - '0') * 1000 +
				 (unsigned int)(got[4 * i + 1] - '0') * 100 +
				 (unsigned int)(got[4 * i + 2] - '0') * 10 +
				 (unsigned int)(got[4 * i + 3] - '0');

		assert_int_equal(v, i);
	}
	close(fds[0]);
	close(fds[1]);
}

static void fullness(void **state)
{
	static char part[OUT_SIZE / 2];
	static struct out o;
	(void)state;

	out_init(&o, -1);
	assert_false(out_is_full(&o));
	out_put(&o, part, sizeof(part));
	assert_false(out_is_full(&o));
	out_put(&o, part, sizeof(part) - 1000);
	assert_true(out_is_full(&o));
}

/* DESIGN 5: text from the bus is printed with control characters escaped. */
static void escaped(void **state)
{
	static const struct {
		const char *in;
		size_t n;
		const char *want;
	} t[] = {
		{ "", 0, "" },
		{ "WBA 123", 7, "WBA 123" },
		{ "a\0b", 3, "a\\x00b" },
		{ "\a\b\t\n\r", 5, "\\x07\\x08\\x09\\x0A\\x0D" },
		{ "\x1b]0;x\a", 6, "\\x1B]0;x\\x07" },
		{ "\x1f\x20\x7e\x7f", 4, "\\x1F ~\\x7F" },
		{ "\xc3\xa9", 2, "\xc3\xa9" },
		{ "\xc3", 1, "\\xC3" },
		{ "\xc3\xa9", 1, "\\xC3" },
		{ "\x80", 1, "\\x80" },
		{ "\xc2\x9b"
		  "31m",
		  5, "\\xC2\\x9B31m" },
		{ "\xe2\x82\xac", 3, "\xe2\x82\xac" },
		{ "\xe2\x82\xac", 2, "\\xE2\\x82" },
		{ "\xed\xa0\x80", 3, "\\xED\\xA0\\x80" },
		{ "\xc0\xaf", 2, "\\xC0\\xAF" },
		{ "\xff\xfe", 2, "\\xFF\\xFE" },
	};
	static struct out o;
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		out_init(&o, -1);
		out_put_escaped(&o, t[i].in, t[i].n);
		o.buf[o.len] = '\0';
		assert_string_equal(o.buf, t[i].want);
	}
}

static void utf8(void **state)
{
	static const struct {
		const char *s;
		size_t n, want;
	} t[] = {
		{ "", 0, 0 },
		{ "a", 1, 1 },
		{ "\0", 1, 1 },
		{ "\x7f", 1, 1 },
		{ "\x80", 1, 0 },
		{ "\xbf", 1, 0 },
		{ "\xc2\x80", 2, 0 },
		{ "\xc2\x9f", 2, 0 },
		{ "\xc2\xa0", 2, 2 },
		{ "\xdf\xbf", 2, 2 },
		{ "\xe0\x9f\xbf", 3, 0 },
		{ "\xe0\xa0\x80", 3, 3 },
		{ "\xed\x9f\xbf", 3, 3 },
		{ "\xee\x80\x80", 3, 3 },
		{ "\xef\xbf\xbf", 3, 3 },
		{ "\xf0\x8f\xbf\xbf", 4, 0 },
		{ "\xf0\x90\x80\x80", 4, 4 },
		{ "\xf4\x8f\xbf\xbf", 4, 4 },
		{ "\xf4\x90\x80\x80", 4, 0 },
		{ "\xf8\x88\x80\x80\x80", 5, 0 },
		{ "\xf0\x90\x80", 3, 0 },
		{ "\xf0\x90\x80"
		  "a",
		  4, 0 },
		{ "\xc3\xc3", 2, 0 },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		assert_int_equal(utf8_length(t[i].s, t[i].n), t[i].want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(written_in_order),
		cmocka_unit_test(large_pieces),
		cmocka_unit_test(first_error_stays),
		cmocka_unit_test(full_disk),
		cmocka_unit_test(memory),
		cmocka_unit_test(written_past_the_buffer),
		cmocka_unit_test(pump_does_not_wait),
		cmocka_unit_test(fullness),
		cmocka_unit_test(escaped),
		cmocka_unit_test(utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
