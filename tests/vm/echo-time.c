/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <linux/serial.h>
#include <linux/tty_flags.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "link/tty.h"

/*
 * echo-time DEVICE [slow]: how long 5 bytes at 9600 8E1 take out over the wire and
 * back, by the program's own serial port. Prints "N us", the mean of the fastest of some
 * batches: what disturbs can only add. "slow": without low latency. 1: an echo was wrong, or
 * did not come.
 */
#define BATCHES 12
#define ROUNDS 10

static int fail(const char *what, int r)
{
	fprintf(stderr, "echo-time: %s: %s\n", what, strerror(-r));

	return 1;
}

/* A byte that no module begins a message with that others answer. */
static const uint8_t bytes[5] = { 0xf1, 0x04, 0x55, 0xaa, 0x0a };

static int round_trip(struct bytelink *b, nsec_t *ret)
{
	nsec_t begin = clock_now(b->clk), deadline = begin + NSEC_PER_SEC;
	uint8_t got[sizeof(bytes)];
	size_t n = 0;
	int r = bytelink_send(b, bytes, sizeof(bytes));

	while (r >= 0 && n < sizeof(got)) {
		r = bytelink_recv(b, got + n, sizeof(got) - n, deadline);
		if (r == 0 && clock_now(b->clk) >= deadline)
			return -ETIMEDOUT;
		n += r > 0 ? (size_t)r : 0;
	}
	if (r < 0)
		return r;
	*ret = clock_now(b->clk) - begin;

	return memcmp(got, bytes, sizeof(got)) ? -EBADMSG : 0;
}

static int batch(struct bytelink *b, nsec_t *ret_mean)
{
	nsec_t sum = 0;

	for (int i = 0; i < ROUNDS; i++) {
		nsec_t took = 0;
		int r = round_trip(b, &took);

		if (r < 0)
			return r;
		sum += took;
	}
	*ret_mean = sum / ROUNDS;

	return 0;
}

/* Take back what the port was set to: the chip waits for 16 ms again. */
static int make_slow(const char *path)
{
	int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC), r = 0;
	struct serial_struct ss;

	if (fd < 0 || ioctl(fd, TIOCGSERIAL, &ss) < 0)
		return -errno;
	ss.flags &= (int)~ASYNC_LOW_LATENCY;
	if (ioctl(fd, TIOCSSERIAL, &ss) < 0)
		r = -errno;
	close(fd);

	return r;
}

int main(int argc, char **argv)
{
	static const struct bytelink_line line = { .baud = 9600, .even_parity = true, .dtr = true };
	nsec_t best = NSEC_NEVER, mean = 0;
	struct bytelink *b;
	struct clock clk;
	int r;

	if (argc < 2 || argc > 3)
		return 64;
	clock_init_real(&clk);
	r = bytelink_tty_open(argv[1], &line, &clk, &b);
	if (r < 0)
		return fail(argv[1], r);
	r = argc > 2 ? make_slow(argv[1]) : 0;
	for (int i = 0; i < BATCHES && r == 0; i++) {
		r = batch(b, &mean);
		best = MIN(best, mean);
	}
	bytelink_close(b);
	if (r < 0)
		return fail("the echo", r);
	printf("%lld us\n", (long long)(best / NSEC_PER_USEC));

	return 0;
}
