/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "link/parmrk.h"
#include "link/pty-proof.h"
#include "link/tty.h"
#include "unit.h"

static const struct bytelink_line kbus = { .baud = 9600, .even_parity = true, .dtr = true };

/* The side of a new pty that the port's wire ends in; the port's path in PATH. */
static int new_pty(char *path, size_t size)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY);

	assert_true(fd >= 0);
	assert_int_equal(grantpt(fd), 0);
	assert_int_equal(unlockpt(fd), 0);
	assert_int_equal(ptsname_r(fd, path, size), 0);

	return fd;
}

static void every_byte_as_it_is(void **state)
{
	struct parmrk marks = { 0 };
	uint8_t sent[256], got[1024], byte, want = 0;
	struct bytelink *b;
	struct clock clk;
	char path[64];
	int fd = new_pty(path, sizeof(path));
	size_t n = 0;
	(void)state;

	clock_init_real(&clk);
	assert_int_equal(bytelink_tty_open(path, &kbus, &clk, &b), 0);
	assert_false(b->is_virtual);
	assert_true(b->marks);
	assert_string_equal(b->name, path);
	for (size_t i = 0; i < 256; i++)
		sent[i] = (uint8_t)i;
	assert_int_equal(write(fd, sent, 256), 256);
	/* FF comes twice, for it begins a mark. */
	while (n < 257) {
		int r = bytelink_recv(b, got + n, sizeof(got) - n,
				      clock_now(&clk) + 2 * NSEC_PER_SEC);

		assert_true(r > 0);
		n += (size_t)r;
	}
	assert_int_equal(n, 257);
	for (size_t i = 0; i < n; i++)
		if (parmrk_push(&marks, got[i], &byte) == 1)
			assert_int_equal(byte, want++);
	assert_int_equal(want, 0); /* after 255 */

	assert_int_equal(bytelink_send(b, sent, 256), 0);
	for (n = 0; n < 256;) {
		ssize_t r = read(fd, got + n, sizeof(got) - n);

		assert_true(r > 0);
		n += (size_t)r;
	}
	assert_memory_equal(got, sent, 256);
	bytelink_close(b);
	close(fd);
}

static void not_there(void **state)
{
	struct bytelink *b, *again;
	struct bytelink_errors e;
	struct clock clk, virtual_clk;
	char path[64];
	uint8_t byte;
	int fd = new_pty(path, sizeof(path));
	(void)state;

	clock_init_real(&clk);
	clock_init_virtual(&virtual_clk, 0);
	assert_int_equal(bytelink_tty_open(path, &kbus, &virtual_clk, &b), -EINVAL);
	assert_int_equal(bytelink_tty_open("/nowhere/tty", &kbus, &clk, &b), -ENOENT);
	assert_int_equal(bytelink_tty_open("/dev/null", &kbus, &clk, &b), -ENOTTY);

	assert_int_equal(bytelink_tty_open(path, &kbus, &clk, &b), 0);
	assert_int_equal(bytelink_tty_open(path, &kbus, &clk, &again), -EBUSY);
	assert_int_equal(bytelink_errors(b, &e), -EOPNOTSUPP);
	assert_int_equal(bytelink_recv(b, &byte, 1, 0), 0);
	close(fd);
	assert_int_equal(bytelink_recv(b, &byte, 1, NSEC_NEVER), -ENODEV);
	assert_int_equal(bytelink_recv(b, &byte, 1, NSEC_NEVER), -ENODEV);
	assert_int_equal(bytelink_send(b, &byte, 1), -ENODEV);
	bytelink_close(b);
}

/* How the port of the pty FD is set, which its wire's side sees (adapters.md 5.1). */
static struct termios2 seen(int fd)
{
	struct termios2 t;

	assert_int_equal(ioctl(fd, TCGETS2, &t), 0);

	return t;
}

/* A pty has no modem lines, no counters, and takes breaks; what was sent before a set goes. */
static void set_anew(void **state)
{
	const struct bytelink_line kwp = { .baud = 10400, .rts = true };
	struct bytelink *b;
	struct clock clk;
	unsigned int modem;
	uint8_t got[4];
	char path[64];
	int fd = new_pty(path, sizeof(path));
	(void)state;

	clock_init_real(&clk);
	assert_int_equal(bytelink_tty_open(path, &kbus, &clk, &b), 0);
	assert_int_equal(b->slack, 0);
	assert_int_equal(seen(fd).c_ospeed, 9600);
	assert_int_equal(bytelink_send(b, (const uint8_t *)"abc", 3), 0);
	assert_int_equal(bytelink_set(b, &kwp), 0);
	assert_false(b->marks);
	assert_int_equal(seen(fd).c_ospeed, 10400);
	assert_int_equal(seen(fd).c_ispeed, 10400);
	assert_int_equal(seen(fd).c_lflag, 0);
	assert_int_equal(read(fd, got, 4), 3);
	assert_memory_equal(got, "abc", 3);
	assert_int_equal(bytelink_break(b, true), 0);
	assert_int_equal(bytelink_break(b, false), 0);
	assert_int_equal(bytelink_modem(b, &modem), -EOPNOTSUPP);
	assert_int_equal(bytelink_set(b, &kbus), 0);
	assert_true(b->marks);
	close(fd);
	assert_int_equal(bytelink_break(b, true), -ENODEV);
	assert_int_equal(bytelink_set(b, &kwp), -ENODEV);
	assert_int_equal(bytelink_modem(b, &modem), -ENODEV);
	bytelink_close(b);
}

static void left_as_it_was(void **state)
{
	struct termios2 before, after;
	struct bytelink *b;
	struct clock clk;
	char path[64];
	int fd = new_pty(path, sizeof(path)), port = open(path, O_RDWR | O_NOCTTY);
	(void)state;

	assert_true(port >= 0);
	before = seen(port);
	before.c_lflag |= ICANON | ECHO;
	before.c_cflag = (before.c_cflag & ~(tcflag_t)CBAUD) | BOTHER;
	before.c_ospeed = before.c_ispeed = 1234;
	assert_int_equal(ioctl(port, TCSETS2, &before), 0);
	before = seen(port);
	clock_init_real(&clk);
	assert_int_equal(bytelink_tty_open(path, &kbus, &clk, &b), 0);
	assert_int_equal(seen(port).c_ospeed, 9600);
	bytelink_close(b);
	after = seen(port);
	assert_memory_equal(&before, &after, sizeof(before));
	/* And another may have it now. */
	assert_int_equal(bytelink_tty_open(path, &kbus, &clk, &b), 0);
	bytelink_close(b);
	close(port);
	close(fd);
}

/* This process runs the same file as itself and holds the master: only its word was missing. */
static void proof(void **state)
{
	char path[64], other[64];
	struct bytelink *b;
	struct clock clk;
	int fd = new_pty(path, sizeof(path)), another = new_pty(other, sizeof(other)), word;
	(void)state;

	clock_init_real(&clk);
	assert_true(tty_is_pty(path));
	assert_false(tty_is_pty("/dev/null"));
	assert_false(tty_is_pty("/nowhere"));
	/* Of one pty it proves nothing for the other. */
	word = pty_proof_make(other);
	assert_true(word >= 0);
	assert_int_equal(bytelink_tty_open(path, &kbus, &clk, &b), 0);
	assert_false(b->is_virtual);
	bytelink_close(b);
	close(word);
	word = pty_proof_make(path);
	assert_int_equal(bytelink_tty_open(path, &kbus, &clk, &b), 0);
	assert_true(b->is_virtual);
	bytelink_close(b);
	close(word);
	assert_int_equal(bytelink_tty_open(path, &kbus, &clk, &b), 0);
	assert_false(b->is_virtual);
	bytelink_close(b);
	close(fd);
	close(another);
	assert_int_equal(pty_proof_make("/nowhere"), -ENOENT);
}

/* termios(3), PARMRK. */
static void marks(void **state)
{
	static const uint8_t in[] = { 1, 0xff, 0xff, 2, 0xff, 0, 0x55, 0, 0xff, 0, 0, 0xff, 0, 0xff, 3 };
	static const int want[] = { 1, 0xff, 2, -0x55, 0, -0x100, -0xff, 3 };
	struct parmrk m = { 0 };
	size_t n = 0;
	uint8_t byte;
	(void)state;

	for (size_t i = 0; i < sizeof(in); i++) {
		int r = parmrk_push(&m, in[i], &byte);

		if (r == 1)
			assert_int_equal(byte, want[n++]);
		else if (r < 0)
			assert_int_equal(byte, -want[n++] & 0xff);
	}
	assert_int_equal(n, ARRAY_SIZE(want));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte_as_it_is),
		cmocka_unit_test(not_there),
		cmocka_unit_test(set_anew),
		cmocka_unit_test(left_as_it_was),
		cmocka_unit_test(proof),
		cmocka_unit_test(marks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
